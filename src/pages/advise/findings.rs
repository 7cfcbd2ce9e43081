//! The findings: how many, in which order, one by one, then the open questions.

use super::advice::{Advice, Order};
use super::finding::{FindingCard, rule_link};
use super::form::FIELDS;
use super::show::Showing;
use super::startup::{OnStartup, refusals, sentence};
use crate::components::{Choice, Select, Severity, prose, severity_mark};
use crate::platform;
use advisor::{Question, Reading, Unread};
use assignor_core::order;
use yew::prelude::*;

/// The most findings that are listed at once; nobody reads more, and the browser would be busy with them.
const MOST_LISTED: usize = 200;

/// What [`Findings`] shows and does.
#[derive(Properties, PartialEq)]
pub struct FindingsProps {
    /// What is said about the text.
    pub advice: Advice,
    /// Why nothing is said about what was typed last.
    #[prop_or_default]
    pub trouble: Option<String>,
    /// How findings are listed.
    pub order: Order,
    /// The place of the selected finding.
    pub selected: Option<usize>,
    /// How it can be shown.
    #[prop_or_default]
    pub showing: Showing,
    /// Called with the order that the reader chooses.
    pub onorder: Callback<Order>,
    /// Called with the place of the finding that the reader selects.
    pub onselect: Callback<usize>,
    /// Called with the places of a finding and of its fix.
    pub onfix: Callback<(usize, usize)>,
    /// What the reader can do about a client that doesn't start.
    pub onstartup: OnStartup,
}

impl FindingsProps {
    fn showing_of(&self, place: usize) -> Showing {
        if self.selected == Some(place) {
            self.showing.clone()
        } else {
            Showing::Not
        }
    }
}

/// The list of findings.
#[component]
pub fn Findings(props: &FindingsProps) -> Html {
    let advice = &props.advice;
    let texts = &advice.request().texts;
    let empty = texts.iter().all(|text| text.text.trim().is_empty());
    let listed = advice.listed(props.order);
    let untold = advice.answer().counts.iter().sum::<usize>() - listed.len();
    let (before, shown, after) = window(&listed, props.selected);
    let shown = shown.to_vec();
    html! {
        <section class="findings" aria-label="Findings" data-testid="findings">
            if let Some(trouble) = &props.trouble {
                { stopped(trouble) }
            }
            if empty {
                { waiting(advice.answer().rules) }
            } else {
                { summary(props) }
                { refusals(advice, &props.onstartup) }
                <p class="findings__more" hidden={before == 0}>{ format!("{before} more above") }</p>
                <div class="findings__list">
                    for place in shown {
                        <FindingCard
                            key={place}
                            advice={advice.clone()}
                            {place}
                            selected={props.selected == Some(place)}
                            showing={props.showing_of(place)}
                            onselect={props.onselect.clone()}
                            onfix={props.onfix.clone()}
                        />
                    }
                </div>
                <p class="findings__more" hidden={after == 0}>{ format!("{after} more below, F8 goes on") }</p>
                <p class="findings__more" hidden={untold == 0}>{ format!("{untold} more are counted, not listed") }</p>
                { questions(&advice.answer().questions) }
                { checked(advice) }
            }
        </section>
    }
}

/// The part of a long list round the selected finding, and how many there are before and after it.
fn window(listed: &[usize], selected: Option<usize>) -> (usize, &[usize], usize) {
    let at = listed
        .iter()
        .position(|place| Some(*place) == selected)
        .unwrap_or(0);
    let last = listed.len().saturating_sub(MOST_LISTED);
    let first = at.saturating_sub(MOST_LISTED / 2).min(last);
    let end = (first + MOST_LISTED).min(listed.len());
    (
        first,
        listed.get(first..end).unwrap_or_default(),
        listed.len() - end,
    )
}

/// Why nothing is said about what was typed last.
fn stopped(trouble: &str) -> Html {
    html! {
        <div class="findings__trouble" role="alert" data-testid="trouble">
            <h2>{ "The advisor has stopped" }</h2>
            <p>
                { "Your text is untouched. The next change asks again. " }
                if trouble.is_empty() {
                    { "It could not be loaded." }
                } else {
                    <code>{ trouble }</code>
                }
            </p>
        </div>
    }
}

/// What the place is for, while there is no text.
fn waiting(rules: usize) -> Html {
    html! {
        <div class="findings__wait">
            <h2>{ "What will be found stands here" }</h2>
            <p>{ format!(
                "Paste the configuration of a consumer. {} judge it by its effective values: a key that is not set counts with its default. \
                 Each finding says what is wrong, why, and what to change.",
                if rules == 0 { "Rules".to_owned() } else { format!("{rules} rules") }
            ) }</p>
        </div>
    }
}

/// How many findings of each severity, and their order.
fn summary(props: &FindingsProps) -> Html {
    let count = |of: Severity| {
        let count = props.advice.count(of);
        let many = if count == 1 { "" } else { "s" };
        html! {
            <span key={of.as_str()} data-testid={format!("count-{}", of.as_str())} class={classes!((count == 0).then_some("is-none"))}>
                { severity_mark(of, false) }
                { format!("{count} {}{many}", of.title()) }
            </span>
        }
    };
    let onchange = props.onorder.reform(|value: String| {
        if value == "line" {
            Order::Line
        } else {
            Order::Severity
        }
    });
    html! {
        <div class="findings__sum">
            <h2 class="unseen">{ "Findings" }</h2>
            <div class="findings__counts" role="status">
                { count(Severity::Error) }
                { count(Severity::Warn) }
                { count(Severity::Info) }
            </div>
            <Select
                label="by"
                choices={vec![Choice::new("severity", "severity"), Choice::new("line", "line")]}
                value={if props.order == Order::Line { "line" } else { "severity" }}
                {onchange}
                testid="order"
            />
        </div>
    }
}

/// What can't be decided without a fact.
fn questions(questions: &[Question]) -> Html {
    html! {
        <div class="questions" hidden={questions.is_empty()} data-testid="questions">
            <h2>{ "Not decided" }</h2>
            for question in questions {
                { asked(question) }
            }
        </div>
    }
}

fn asked(question: &Question) -> Html {
    let field = FIELDS.iter().find(|field| field.key == question.fact);
    let fact = question.fact.clone();
    let key = format!("{}{fact}", question.rule);
    let onclick = Callback::from(move |_: MouseEvent| platform::focus(&format!("fact-{fact}")));
    html! {
        <div {key} class="question">
            <span class="question__mark" aria-hidden="true">{ "?" }</span>
            <h3>{ prose(&question.text) }</h3>
            <span class="finding__id">{ rule_link(&question.rule, &question.rule) }</span>
            <div class="finding__body">
                <p>{ prose(&question.why) }</p>
                if let Some(field) = field {
                    <div class="finding__do">
                        <button type="button" class="btn" {onclick}>{ format!("Give {}", field.label) }</button>
                    </div>
                }
            </div>
        </div>
    }
}

/// What was checked, so that silence means something.
fn checked(advice: &Advice) -> Html {
    let none = advice.findings().is_empty();
    html! {
        <div class={classes!("checked", none.then_some("checked--clean"))} data-testid="checked">
            if none {
                { severity_mark(Severity::Good, false) }
                <h2>{ "Nothing found" }</h2>
            }
            <p>
                { format!("Checked: {} rules", advice.answer().rules) }
                for reading in &advice.answer().readings {
                    { checked_text(reading) }
                }
                { "." }
                { undecided(advice) }
                for reading in &advice.answer().readings {
                    { sentence(reading) }
                    { prose(&unread(&reading.unread)) }
                }
            </p>
        </div>
    }
}

/// What was read of a text.
fn checked_text(reading: &Reading) -> String {
    let version = match &reading.version {
        Some(version) => version.clone(),
        None => format!("version not given, {} taken", reading.taken_version),
    };
    let keys = if reading.keys == 1 { "key" } else { "keys" };
    format!(", {} {keys}, {} ({version})", reading.keys, reading.client)
}

fn undecided(advice: &Advice) -> String {
    let mut missing: Vec<&str> = advice
        .answer()
        .questions
        .iter()
        .map(|question| {
            FIELDS
                .iter()
                .find(|field| field.key == question.fact)
                .map_or(question.fact.as_str(), |field| field.label)
        })
        .collect();
    order::sort(&mut missing);
    missing.dedup();
    if missing.is_empty() {
        String::new()
    } else {
        format!(" Not decided without {}.", missing.join(", "))
    }
}

/// What only the program knows.
fn unread(unread: &[Unread]) -> String {
    let place = |unread: &Unread| format!("`{}` (line {})", unread.property, unread.place.line + 1);
    let places: Vec<String> = unread.iter().map(place).collect();
    if places.is_empty() {
        String::new()
    } else {
        format!(
            " Not read, because only the program knows the value: {}.",
            places.join(", ")
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_is_shown_round_the_selected_finding() {
        let all: Vec<usize> = (0..1000).collect();
        let at = |selected| {
            let (before, shown, after) = window(&all, selected);
            (before, shown.len(), after)
        };
        assert_eq!(at(None), (0, 200, 800));
        assert_eq!(at(Some(500)), (400, 200, 400));
        assert_eq!(at(Some(999)), (800, 200, 0));
        assert_eq!(window(&all[..3], Some(2)), (0, &all[..3], 0));
        assert_eq!(window(&[], None), (0, [].as_slice(), 0));
    }
}
