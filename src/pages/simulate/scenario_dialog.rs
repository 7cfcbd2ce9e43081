//! The scenario as a form and as text.

use super::edit::Edit;
use crate::components::{Button, ButtonKind, Dialog, IconName, button};
use crate::platform::clipboard;
use assignor_core::sim::Scenario;
use std::rc::Rc;
use yew::prelude::*;

/// The scenario as a form and as text.
#[derive(Properties, PartialEq)]
pub(super) struct ScenarioDialogProps {
    /// Whether it is open.
    pub is_open: bool,
    /// The scenario.
    pub scenario: Rc<Scenario>,
    /// Why it can't be run, if it can't.
    pub problem: Option<String>,
    /// The user closes it.
    pub on_close: Callback<()>,
    /// The user changes something in the form.
    pub on_edit: Callback<Edit>,
    /// The user puts another scenario in its place.
    pub on_replace: Callback<Scenario>,
}

/// The scenario as a form and as text.
#[component]
pub(super) fn ScenarioDialog(props: &ScenarioDialogProps) -> Html {
    html! {
        <Dialog open={props.is_open} title="Scenario" onclose={props.on_close.clone()} testid="scenario-dialog">
            <p class="scenario-about">{ props.scenario.about.clone() }</p>
            if let Some(problem) = props.problem.clone() {
                <p class="problem" role="alert">{ problem }</p>
            }
            <section class="form-part" aria-label="Topics">
                <h3>{ "Topics" }</h3>
                { topics(props) }
            </section>
            <section class="form-part" aria-label="Timers">
                <h3>{ "Timers" }<small>{ "for all members, in ms; empty is Kafka's default" }</small></h3>
                <div class="timer-fields">{ timers(props) }</div>
            </section>
            <ScenarioText scenario={props.scenario.clone()} on_replace={props.on_replace.clone()} is_open={props.is_open} />
        </Dialog>
    }
}

fn typed(event: &Event) -> String {
    event
        .target_dyn_into::<web_sys::HtmlInputElement>()
        .map(|input| input.value().trim().to_owned())
        .unwrap_or_default()
}

fn topics(props: &ScenarioDialogProps) -> Html {
    let edit = &props.on_edit;
    html! {
        <>
            { for props.scenario.topics.iter().enumerate().map(|(place, topic)| {
                let rename = edit.reform(move |event: Event| Edit::RenameTopic(place, typed(&event)));
                let count = {
                    let edit = edit.clone();
                    Callback::from(move |event: Event| {
                        if let Ok(count) = typed(&event).parse() {
                            edit.emit(Edit::Partitions(place, count));
                        }
                    })
                };
                html! {
                    <div key={place} class="topic-row">
                        <label class="field"><span class="field__label">{ "name" }</span>
                            <input class="input topic-name" value={topic.name.clone()} maxlength="249" spellcheck="false"
                                onchange={rename} data-testid="topic-name" /></label>
                        <label class="field"><span class="field__label">{ "partitions" }</span>
                            <input class="input count" type="number" min="0" max="100000" value={topic.partitions.to_string()}
                                onchange={count} data-testid="partitions" /></label>
                        { button(Button {
                            kind: ButtonKind::Icon,
                            icon: Some(IconName::Cross),
                            label: Some(format!("Remove topic {}", topic.name).into()),
                            onclick: edit.reform(move |_| Edit::RemoveTopic(place)),
                            testid: Some("remove-topic"),
                            ..Button::default()
                        }) }
                    </div>
                }
            }) }
            { button(Button {
                icon: Some(IconName::Plus),
                onclick: edit.reform(|_| Edit::AddTopic),
                testid: Some("add-topic"),
                children: html! { { "Add a topic" } },
                ..Button::default()
            }) }
        </>
    }
}

/// Key, whether it is the broker's, and Kafka's default for the placeholder.
const TIMERS: [(&str, bool, &str); 4] = [
    ("session.timeout.ms", false, "45000"),
    ("heartbeat.interval.ms", false, "3000"),
    ("max.poll.interval.ms", false, "300000"),
    ("group.initial.rebalance.delay.ms", true, "3000"),
];

fn timers(props: &ScenarioDialogProps) -> Html {
    let fields = TIMERS.iter().map(|&(key, is_broker, default)| {
        let properties = if is_broker {
            &props.scenario.broker
        } else {
            &props.scenario.config
        };
        let onchange = props.on_edit.reform(move |event: Event| {
            let value = Some(typed(&event)).filter(|text| !text.is_empty());
            if is_broker {
                Edit::Broker(key, value)
            } else {
                Edit::Config(key, value)
            }
        });
        html! {
            <label class="field">
                <code class="field__label">{ key }</code>
                <input class="input count" inputmode="numeric" placeholder={default} {onchange}
                    value={properties.get(key).cloned().unwrap_or_default()} data-testid={key} />
            </label>
        }
    });
    let until = {
        let edit = props.on_edit.clone();
        Callback::from(move |event: Event| {
            if let Ok(until_ms) = typed(&event).parse() {
                edit.emit(Edit::Until(until_ms));
            }
        })
    };
    html! {
        <>
            { for fields }
            <label class="field">
                <span class="field__label">{ "end of the run" }</span>
                <input class="input count" type="number" min="1" value={props.scenario.until_ms.to_string()} onchange={until} data-testid="until" />
            </label>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ScenarioTextProps {
    scenario: Rc<Scenario>,
    on_replace: Callback<Scenario>,
    is_open: bool,
}

/// The scenario as JSON, to read, copy, change or replace.
#[component]
fn ScenarioText(props: &ScenarioTextProps) -> Html {
    let draft = use_state_eq(|| None::<String>);
    let problem = use_state_eq(|| None::<String>);
    let is_copied = use_state_eq(|| false);
    let text = props.scenario.to_json();
    {
        // Another scenario, or another look at it, leaves the draft behind unless it still can't be read.
        let (draft, problem, is_copied) = (draft.setter(), problem.clone(), is_copied.setter());
        use_effect_with((text.clone(), props.is_open), move |_| {
            if problem.is_none() {
                draft.set(None);
            }
            is_copied.set(false);
        });
    }
    let oninput = {
        let draft = draft.setter();
        move |event: InputEvent| {
            let area = event.target_dyn_into::<web_sys::HtmlTextAreaElement>();
            draft.set(area.map(|area| area.value()));
        }
    };
    let shown = (*draft).clone().unwrap_or_else(|| text.clone());
    let run = {
        let (draft, problem, shown) = (draft.setter(), problem.setter(), shown.clone());
        let replace = props.on_replace.clone();
        move |_: MouseEvent| match Scenario::from_json(&shown) {
            Ok(scenario) => {
                problem.set(None);
                draft.set(None);
                replace.emit(scenario);
            }
            Err(error) => problem.set(Some(error.to_string())),
        }
    };
    let copy = {
        let (shown, is_copied) = (shown.clone(), is_copied.setter());
        Callback::from(move |_: MouseEvent| {
            let (shown, is_copied) = (shown.clone(), is_copied.clone());
            wasm_bindgen_futures::spawn_local(async move {
                is_copied.set(clipboard::copy(&shown).await);
            });
        })
    };
    html! {
        <section class="form-part" aria-label="JSON">
            <h3>{ "JSON" }<small>{ "the same scenario for rebalance simulate" }</small></h3>
            <textarea class="input scenario-text" spellcheck="false" aria-label="Scenario as JSON" value={shown} {oninput}
                aria-invalid={problem.is_some().to_string()} data-testid="scenario-json" />
            if let Some(problem) = (*problem).clone() {
                <p class="problem" role="alert" data-testid="scenario-problem">{ problem }</p>
            }
            <div class="form-acts">
                { button(Button {
                    kind: ButtonKind::First,
                    onclick: Callback::from(run),
                    disabled: draft.is_none(),
                    testid: Some("run-json"),
                    children: html! { { "Run this JSON" } },
                    ..Button::default()
                }) }
                { button(Button {
                    icon: Some(IconName::Copy),
                    onclick: copy,
                    testid: Some("copy-scenario"),
                    children: html! { { if *is_copied { "Copied" } else { "Copy" } } },
                    ..Button::default()
                }) }
            </div>
        </section>
    }
}
