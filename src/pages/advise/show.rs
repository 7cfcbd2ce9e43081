//! Show me: the selected finding as a run that fails, beside the run with its fix.
//!
//! The advisor says what there is to play; the page plays it, once the reader stays with the finding, so that no
//! key press waits for it.

use super::advice::Advice;
use super::ask;
use crate::components::{Button, ButtonKind, Severity, button, prose, severity_mark};
use crate::figure::{Run, Thumbnail, costs};
use crate::pages::simulate::pair;
use crate::shared::Shared;
use advisor::{Plan, Show};
use assignor_core::lint::show::Shown;
use assignor_core::sim::narrate::clock;
use gloo::timers::callback::Timeout;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// How long the reader stays with a finding before it is played.
const PAUSE_MS: u32 = 200;
/// Height of a partition's row in the small runs, in px.
const ROW_PX: f64 = 11.0;
/// The small runs are never higher, in px.
const MOST_PX: f64 = 88.0;

/// A finding as two runs.
#[derive(Debug)]
pub struct Proof {
    shown: Shown,
    runs: [Shared<Run>; 2],
}

impl Proof {
    /// The first of several plans that fails, and doesn't with the fix.
    pub fn of(plans: &[Plan]) -> Option<Self> {
        let shown = plans.iter().find_map(Plan::prove)?;
        let runs = pair::runs(&shown.scenario, &shown.fixed)?;
        Some(Self { shown, runs })
    }
}

/// Whether the selected finding can be shown.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Showing {
    /// Nothing of its kind can be.
    #[default]
    Not,
    /// That is being looked for.
    Looking,
    /// With these values nothing fails in the simulator.
    Nothing,
    /// It can.
    Found(Shared<Proof>),
}

/// How the selected finding can be shown. `judged` is whether the advice is about what the page has now.
#[hook]
pub fn use_showing(advice: &Advice, selected: Option<usize>, judged: bool) -> Showing {
    let found = use_state(|| None::<Known>);
    let finding = selected.and_then(|number| advice.findings().get(number));
    let finding = finding.filter(|finding| finding.shows).zip(selected);
    let wanted = finding.map(|(finding, number)| {
        let show = Show {
            answer: advice.answer().number,
            finding: number,
        };
        (show, finding.rule.clone())
    });
    let setter = found.setter();
    use_effect_with(wanted.clone().filter(|_| judged), move |wanted| {
        // The answer to come is of no use once something else is wanted.
        let awaited = Rc::new(Cell::new(true));
        let awaits = awaited.clone();
        let pending = wanted.clone().map(|(show, rule)| {
            Timeout::new(PAUSE_MS, move || {
                spawn_local(async move {
                    let plans = ask::plans(show).await;
                    if awaits.get() {
                        let proof = Proof::of(&plans).map(Shared::new);
                        let showing = proof.map_or(Showing::Nothing, Showing::Found);
                        setter.set(Some(Known {
                            show,
                            rule,
                            showing,
                        }));
                    }
                });
            })
        });
        move || {
            awaited.set(false);
            drop(pending);
        }
    });
    match (wanted, &*found) {
        (None, _) => Showing::Not,
        (Some((show, rule)), Some(known)) if known.is_of(show, &rule) => known.showing.clone(),
        _ => Showing::Looking,
    }
}

/// What was found out about a finding.
struct Known {
    show: Show,
    rule: String,
    showing: Showing,
}

impl Known {
    /// Whether it is about this finding, or about the same one of an older text: until more is known, that stays.
    fn is_of(&self, show: Show, rule: &str) -> bool {
        self.show == show || (self.rule == rule && self.show.answer != show.answer)
    }
}

/// The two runs of a finding.
pub fn runs(showing: &Showing) -> Html {
    let proof = match showing {
        Showing::Not => return html! { <span hidden=true /> },
        Showing::Looking => {
            return html! { <p class="shows__none">{ "Looking for a run that fails with these values." }</p> };
        }
        Showing::Nothing => {
            return html! { <p class="shows__none">{ "The simulator shows no failure with these values." }</p> };
        }
        Showing::Found(proof) => proof,
    };
    let [fails, passes] = &proof.runs;
    let at_ms = proof.shown.at_ms;
    html! {
        <div class="shows" data-testid="shows">
            { small_run(proof, fails, Severity::Error, "fails with these values", Some(at_ms)) }
            { small_run(proof, passes, Severity::Good, "passes with the fix", None) }
            <p class="shows__says">{ prose(&proof.shown.says) }</p>
        </div>
    }
}

fn small_run(
    proof: &Proof,
    run: &Shared<Run>,
    severity: Severity,
    title: &'static str,
    mark_ms: Option<u64>,
) -> Html {
    let (from_ms, to_ms) = (window_from(&proof.shown), proof.shown.scenario.until_ms);
    let rows = u32::try_from(run.trace.lanes.len()).unwrap_or(u32::MAX);
    let height = (f64::from(rows) * ROW_PX).clamp(ROW_PX, MOST_PX);
    html! {
        <div class="shows__run" data-testid={format!("shows-{}", severity.as_str())}>
            <h4>{ severity_mark(severity, false) }{ title }<em>{ costs(run) }</em></h4>
            <Thumbnail run={run.clone()} id={format!("shows-{}", severity.as_str())} width=520.0 {height} {from_ms} {to_ms} {mark_ms} />
        </div>
    }
}

/// Where the small runs begin: a little before the trouble, so that one sees what it changes.
fn window_from(shown: &Shown) -> u64 {
    let begins_ms = shown.from_ms.min(shown.at_ms);
    let lasts_ms = shown.scenario.until_ms.saturating_sub(begins_ms);
    begins_ms.saturating_sub(lasts_ms / 8)
}

/// The way to the runs in Simulate, at the moment of the failure.
pub fn show_button(showing: &Showing) -> Html {
    let Showing::Found(proof) = showing else {
        return html! { <span hidden=true /> };
    };
    let at_ms = proof.shown.at_ms;
    let proof = proof.clone();
    let onclick = Callback::from(move |event: MouseEvent| {
        event.stop_propagation();
        let Shown {
            scenario, fixed, ..
        } = &proof.shown;
        pair::open(scenario, fixed, proof.shown.at_ms);
    });
    button(Button {
        kind: ButtonKind::First,
        onclick,
        testid: Some("show-me"),
        label: Some(
            format!(
                "Show me: opens both runs at {}, where the first one fails",
                clock(at_ms)
            )
            .into(),
        ),
        children: html! { { "Show me" } },
        ..Button::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use advisor::{Request, Session};

    /// What there is to play for a rule's finding about a text with these facts, asked of an answer so many later.
    fn plans(rule: &str, text: &str, facts: &[(&str, &str)], later: u32) -> Vec<Plan> {
        let mut request = Request::of(text);
        let facts = facts.iter();
        request.facts = facts
            .map(|&(key, value)| (key.into(), value.into()))
            .collect();
        let mut session = Session::default();
        let answer = session.answer(&request);
        let finding = answer.findings.iter().position(|it| it.rule == rule);
        let finding = finding.unwrap_or_else(|| panic!("{rule} is silent"));
        assert!(answer.findings[finding].shows);
        session.plans(Show {
            answer: answer.number + later,
            finding,
        })
    }

    const TEXT: &str = "group.id=g\nsession.timeout.ms=30000\nheartbeat.interval.ms=15000\n";

    #[test]
    fn a_finding_is_two_runs_that_open_as_a_scenario_and_a_change_of_it() {
        let set = [("kind", "StatefulSet"), ("replicas", "3")];
        for (rule, facts) in [("KC-T301", &[][..]), ("KC-K1002", &set[..])] {
            let proof = Proof::of(&plans(rule, TEXT, facts, 0)).unwrap();
            let Shown {
                scenario, fixed, ..
            } = &proof.shown;
            assert!(window_from(&proof.shown) <= proof.shown.at_ms);
            assert!(proof.shown.at_ms <= scenario.until_ms, "{rule}");
            assert!(pair::tests::is_opened_as_it_is(scenario, fixed), "{rule}");
            let [fails, passes] = &proof.runs;
            assert_eq!(fails.quiet, passes.quiet, "one scale for both");
            assert_ne!(costs(fails), costs(passes), "{rule}");
        }
    }

    #[test]
    fn nothing_is_played_for_another_answer() {
        assert_eq!(plans("KC-T301", TEXT, &[], 1), []);
    }
}
