//! One finding: shape, sentence, rule and line; when selected also the reason, the evidence and the fixes.

use super::advice::{Advice, severity};
use super::files;
use super::form::FIELDS;
use super::show::{Showing, runs, show_button};
use crate::components::{Button, ButtonKind, button, capitalised, plain, prose, severity_mark};
use advisor::{Confidence, Evidence, Finding, Fix};
use yew::prelude::*;

/// What a [`FindingCard`] shows and does.
#[derive(Properties, PartialEq)]
pub struct FindingCardProps {
    /// What is said about the text.
    pub advice: Advice,
    /// The finding's place.
    pub place: usize,
    /// Whether it is the selected one.
    pub selected: bool,
    /// How the selected one can be shown.
    #[prop_or_default]
    pub showing: Showing,
    /// Called with its place when the reader selects it.
    pub onselect: Callback<usize>,
    /// Called with its place and the place of a fix.
    pub onfix: Callback<(usize, usize)>,
}

/// The id of a finding's heading button, for the focus.
pub fn finding_id(place: usize) -> String {
    format!("finding-{place}")
}

/// One finding.
#[component]
pub fn FindingCard(props: &FindingCardProps) -> Html {
    let place = props.place;
    let Some(finding) = props.advice.findings().get(place) else {
        return html! { <span hidden=true /> };
    };
    let line = props.advice.line(place);
    let at = line.map_or_else(
        || "not in the text".to_owned(),
        |line| format!("line {}", line + 1),
    );
    let texts = &props.advice.request().texts;
    let at = match texts.get(finding.text).filter(|_| texts.len() > 1) {
        Some(text) => format!("{}, {at}", files::name(&text.name, finding.text)),
        None => at,
    };
    let select = props.onselect.reform(move |_: MouseEvent| place);
    html! {
        <article
            class={classes!("finding", props.selected.then_some("finding--on"))}
            data-testid="finding"
            data-rule={finding.rule.clone()}
            data-severity={severity(finding).as_str()}
            aria-current={props.selected.then_some("true")}
            onclick={select}
        >
            { severity_mark(severity(finding), true) }
            <h3>
                <button type="button" id={finding_id(place)} aria-expanded={props.selected.to_string()}>
                    { prose(&capitalised(&finding.message)) }
                </button>
            </h3>
            <span class="finding__id">{ format!("{} · {at}", finding.rule) }</span>
            <div class="finding__body">
                <p class="finding__why">{ prose(&finding.why) }</p>
                if props.selected {
                    { details(props, finding) }
                }
            </div>
        </article>
    }
}

fn details(props: &FindingCardProps, finding: &Finding) -> Html {
    html! {
        <>
            <div class="evidence" hidden={finding.evidence.is_empty()}>
                for evidence in &finding.evidence {
                    { evidence_chip(evidence) }
                }
            </div>
            // The runs come last: they are found a little later, and nothing may move under the pointer then.
            <div class="finding__do">
                for (number, fix) in finding.fixes.iter().enumerate() {
                    { fix_button(props, finding, number, fix) }
                }
                { show_button(&props.showing) }
                <small class="finding__source">{ source(finding) }{ " · " }{ rule_link(&finding.rule, "rule page") }</small>
            </div>
            { runs(&props.showing) }
        </>
    }
}

fn source(finding: &Finding) -> String {
    let doubt = match finding.confidence {
        Confidence::Certain => "",
        Confidence::Likely => "Likely. ",
        Confidence::Possible => "Possible. ",
    };
    format!("{doubt}{}", finding.source)
}

/// A link to a rule's page.
pub fn rule_link(rule: &str, text: &str) -> Html {
    // The card's own click would select its finding on the way.
    let onclick = Callback::from(|event: MouseEvent| event.stop_propagation());
    html! { <a href={format!("rules/{rule}.html")} {onclick} data-testid="rule-page">{ text.to_owned() }</a> }
}

fn evidence_chip(evidence: &Evidence) -> Html {
    let origin = match evidence.place {
        Some(place) => format!("set, line {}", place.line + 1),
        None => evidence.origin.clone(),
    };
    // Facts have a name of their own on the page.
    let field = FIELDS.iter().find(|field| field.key == evidence.name);
    let name = field.map_or(evidence.name.as_str(), |field| field.label);
    html! {
        <span key={evidence.name.clone()}>
            { format!("{name} {}", evidence.value) }
            <small>{ origin }</small>
        </span>
    }
}

fn fix_button(props: &FindingCardProps, finding: &Finding, number: usize, fix: &Fix) -> Html {
    let place = props.place;
    let onclick = props.onfix.reform(move |event: MouseEvent| {
        // The card's own click would select a finding that is gone by then.
        event.stop_propagation();
        (place, number)
    });
    let title = plain(&fix.title);
    let safe = fix.safe;
    // There is one main action: to see it, where it can be seen.
    let leads = !matches!(props.showing, Showing::Found(_));
    let first_safe = leads && finding.fixes.iter().position(|fix| fix.safe) == Some(number);
    html! {
        <key={number}>
            { button(Button {
                kind: if first_safe { ButtonKind::First } else { ButtonKind::Plain },
                onclick,
                testid: Some("fix"),
                class: if safe { "" } else { "btn--choice" },
                label: (!safe).then(|| format!("{title}: your choice, not applied with the safe ones").into()),
                children: html! { { title.clone() } },
                ..Button::default()
            }) }
        </>
    }
}
