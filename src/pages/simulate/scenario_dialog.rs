//! The scenario as a form and as JSON: two views of the same text, made from the tables of fields.

use super::act::{field_view, verbs, words};
use super::edit::{Draft, Edit, free_name};
use super::fields::{Field, Kind, text_of, value_of};
use super::tables::{
    APPLICATION, BROKER, CONSUMER, IDENTITY, MEMBER, OWN_TIMING, RUN, TIMING, TOPIC,
};
use crate::components::{Button, ButtonKind, Dialog, IconName, button};
use crate::platform::clipboard;
use assignor_core::sim::narrate::clock;
use serde_json::{Map, Value, json};
use yew::prelude::*;

/// Longer lists are cut: the JSON has everything.
const MOST_ROWS: usize = 60;

/// What a [`ScenarioDialog`] shows and does.
#[derive(Properties, PartialEq)]
pub(super) struct ScenarioDialogProps {
    /// Whether it is open.
    pub is_open: bool,
    /// The scenario.
    pub draft: Draft,
    /// Why it can't be read or run, if it can't.
    pub problem: Option<String>,
    /// The user closes it.
    pub on_close: Callback<()>,
    /// The user changes something.
    pub on_edit: Callback<Edit>,
}

/// The scenario as a form and as JSON.
#[component]
pub(super) fn ScenarioDialog(props: &ScenarioDialogProps) -> Html {
    let is_json = use_state_eq(|| false);
    let tab = |this: bool, name: &'static str| {
        let setter = is_json.setter();
        html! {
            <button type="button" class="tab" aria-pressed={(*is_json == this).to_string()} onclick={move |_: MouseEvent| setter.set(this)}
                data-testid={format!("scenario-{name}")}>{ name }</button>
        }
    };
    html! {
        <Dialog open={props.is_open} title="Scenario" onclose={props.on_close.clone()} testid="scenario-dialog">
            <div class="tabs dialog-tabs" role="group" aria-label="How the scenario is shown">{ tab(false, "Form") }{ tab(true, "JSON") }</div>
            if let Some(problem) = props.problem.clone() {
                <div class="problem" role="alert" data-testid="scenario-problem">
                    <p>{ problem }</p>
                    if props.draft.unread.is_some() {
                        <button type="button" class="link" onclick={props.on_edit.reform(|_: MouseEvent| Edit::Discard)}>
                            { "Discard what was typed" }
                        </button>
                    }
                </div>
            }
            if props.is_open && !*is_json {
                { form(&props.draft, &props.on_edit) }
            } else {
                <ScenarioText draft={props.draft.clone()} on_edit={props.on_edit.clone()} is_open={props.is_open} />
            }
        </Dialog>
    }
}

/// A part of the form: the JSON, how it is changed, and what names it has.
struct Part<'a> {
    value: &'a Value,
    draft: &'a Draft,
    on_edit: &'a Callback<Edit>,
}

impl Part<'_> {
    /// The field at a place.
    fn field(&self, place: &str, field: &Field) -> Html {
        let pointer = format!("{place}/{}", field.at);
        let value = self.value.pointer(&pointer);
        let set = self
            .on_edit
            .reform(move |value| Edit::Set(pointer.clone(), value));
        field_view(
            field,
            value,
            &self.draft.scenario,
            None,
            set,
            &Callback::noop(),
        )
    }

    /// The fields of a table, below a place.
    fn fields(&self, place: &str, fields: &[Field]) -> Html {
        html! { <div class="form-fields">{ for fields.iter().map(|field| self.field(place, field)) }</div> }
    }

    /// The properties that a table doesn't have.
    fn others(&self, place: &str, known: &[&[Field]]) -> Html {
        let is_known = |key: &str| {
            known
                .iter()
                .any(|fields| fields.iter().any(|field| field.at == key))
        };
        let all = self
            .value
            .pointer(place)
            .and_then(Value::as_object)
            .cloned()
            .unwrap_or_default();
        let (own, others): (Map<_, _>, Map<_, _>) =
            all.into_iter().partition(|(key, _)| is_known(key));
        let text = text_of(Kind::Config, Some(&Value::Object(others)));
        let pointer = place.to_owned();
        let set = self.on_edit.reform(move |event: Event| {
            let area = event.target_dyn_into::<web_sys::HtmlTextAreaElement>();
            let typed = area.map(|area| area.value()).unwrap_or_default();
            let value = match value_of(Kind::Config, &typed) {
                None => Value::Object(own.clone()),
                Some(Value::Object(others)) => {
                    Value::Object(own.clone().into_iter().chain(others).collect())
                }
                Some(text) => text,
            };
            Edit::Set(pointer.clone(), Some(value))
        });
        html! {
            <label class="field field--long"><span class="field__label">{ "other properties" }</span>
                <textarea class="input" rows="2" spellcheck="false" placeholder="key=value" value={text} onchange={set} data-testid="field-others" />
            </label>
        }
    }

    /// A list: a row for each entry with a way to take it out, and a way to add one.
    fn list(
        &self,
        list: &'static str,
        one: &'static str,
        new: Value,
        row: impl Fn(usize, &Value, Html) -> Html,
    ) -> Html {
        let entries = self
            .value
            .get(list)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        let end = format!("/{list}/{}", entries.len());
        let name = |entry: &Value| text_of(Kind::Text, entry.get("name").or(entry.get("do")));
        let remove = |place: usize, entry: &Value| {
            let pointer = format!("/{list}/{place}");
            button(Button {
                kind: ButtonKind::Icon,
                icon: Some(IconName::Cross),
                label: Some(format!("Remove {one} {}", name(entry)).into()),
                onclick: self.on_edit.reform(move |event: MouseEvent| {
                    event.prevent_default();
                    Edit::Set(pointer.clone(), None)
                }),
                testid: Some("remove-entry"),
                ..Button::default()
            })
        };
        html! {
            <>
                { for entries.iter().enumerate().take(MOST_ROWS).map(|(place, entry)| row(place, entry, remove(place, entry))) }
                if let Some(more @ 1..) = entries.len().checked_sub(MOST_ROWS) {
                    <p class="nothing">{ format!("{more} more are in the JSON.") }</p>
                }
                { button(Button {
                    icon: Some(IconName::Plus),
                    onclick: self.on_edit.reform(move |_| Edit::Set(end.clone(), Some(new.clone()))),
                    children: html! { { format!("Add {one}") } },
                    class: "add-entry",
                    ..Button::default()
                }) }
            </>
        }
    }
}

fn form(draft: &Draft, on_edit: &Callback<Edit>) -> Html {
    let Some(value) = draft.value() else {
        return html! { <p class="nothing">{ "The text is no JSON object: mend it under JSON." }</p> };
    };
    let part = Part {
        value: &value,
        draft,
        on_edit,
    };
    let section = |title: &'static str, note: &'static str, body: Html| {
        html! {
            <section class="form-part" aria-label={title}><h3>{ title }<small>{ note }</small></h3>{ body }</section>
        }
    };
    let folded = |title: &'static str, note: &'static str, body: Html| {
        html! { <details class="form-part"><summary><h3>{ title }<small>{ note }</small></h3></summary>{ body }</details> }
    };
    html! {
        <div data-testid="scenario-form">
            { section("Run", "", part.fields("", RUN)) }
            { section("Topics", "", topics(&part)) }
            { section("Members", "", members(&part)) }
            { section("Actions", "in the order of time", actions(&part)) }
            { section("Consumers", "config of all members; empty is Kafka's default", html! {
                <>{ part.fields("/config", CONSUMER) }{ part.others("/config", &[CONSUMER]) }</>
            }) }
            { section("Application", "of all members", part.fields("/application", APPLICATION)) }
            { folded("Brokers", "empty is Kafka's default", html! {
                <>{ part.fields("/broker", BROKER) }{ part.others("/broker", &[BROKER]) }</>
            }) }
            { folded("Timing", "what Kafka doesn't fix", part.fields("/timing", TIMING)) }
        </div>
    }
}

fn topics(part: &Part) -> Html {
    let taken = part
        .draft
        .scenario
        .topics
        .iter()
        .map(|topic| topic.name.as_str());
    let letters = ('a'..='z')
        .map(String::from)
        .chain((1..).map(|n| format!("topic-{n}")));
    let new = json!({ "name": free_name(taken, letters), "partitions": 3 });
    part.list("topics", "topic", new, |place, _, remove| {
        html! {
            <div key={place} class="form-row" data-testid="topic-row">{ part.fields(&format!("/topics/{place}"), TOPIC) }{ remove }</div>
        }
    })
}

fn members(part: &Part) -> Html {
    let taken = part
        .draft
        .scenario
        .members
        .iter()
        .map(|member| member.name.as_str());
    let new = json!({ "name": free_name(taken, (1..).map(|n| format!("c{n}"))) });
    part.list("members", "member", new, |place, member, remove| {
        let at = format!("/members/{place}");
        let name = text_of(Kind::Text, member.get("name"));
        let own = member.as_object().map_or(0, |own| own.len().saturating_sub(1));
        html! {
            <div key={place} class="form-entry">{ remove }<details data-testid="member-row">
                <summary><b>{ name }</b><small>{ if own == 0 { "as all" } else { "has its own settings" } }</small></summary>
                { part.fields(&at, MEMBER) }
                { part.fields(&format!("{at}/config"), IDENTITY) }
                { part.fields(&format!("{at}/config"), CONSUMER) }
                { part.others(&format!("{at}/config"), &[IDENTITY, CONSUMER]) }
                { part.fields(&format!("{at}/application"), APPLICATION) }
                { part.fields(&format!("{at}/timing"), TIMING.get(..OWN_TIMING).unwrap_or_default()) }
            </details></div>
        }
    })
}

const AT: Field = Field::named("at_ms", "at", Kind::Whole("ms"), "");

fn actions(part: &Part) -> Html {
    let first = part
        .draft
        .scenario
        .members
        .first()
        .map_or("", |member| member.name.as_str());
    let new = json!({ "at_ms": part.draft.scenario.until_ms, "do": "close", "member": first });
    part.list("actions", "action", new, |place, action, remove| {
        let at = format!("/actions/{place}");
        let verb = text_of(Kind::Text, action.get("do"));
        let typed = part
            .draft
            .unread
            .is_none()
            .then(|| part.draft.scenario.actions.get(place))
            .flatten();
        let title = typed.map_or(verb.clone(), |action| words(&action.kind));
        let time = action
            .get("at_ms")
            .and_then(Value::as_u64)
            .map_or(String::new(), clock);
        html! {
            <div key={place} class="form-entry">{ remove }<details data-testid="action-row">
                <summary><span class="fig">{ time }</span><b>{ title }</b></summary>
                <div class="form-fields">
                    { verb_select(part, &at, &verb, action) }
                    { part.field(&at, &AT) }
                    { for verbs::fields(&verb).iter().map(|field| part.field(&at, field)) }
                </div>
            </details></div>
        }
    })
}

/// What happens. Another action keeps the fields that both have, and begins with its own values.
fn verb_select(part: &Part, at: &str, verb: &str, action: &Value) -> Html {
    let (pointer, action) = (at.to_owned(), action.clone());
    let scenario = part.draft.scenario.clone();
    let set = part.on_edit.reform(move |value: Option<Value>| {
        let verb = text_of(Kind::Text, value.as_ref());
        let mut next = json!({ "at_ms": action.get("at_ms"), "do": verb });
        for (begin, value) in verbs::named(&verb).map_or(&[][..], |verb| verb.begins) {
            next[*begin] = json!(value);
        }
        for field in verbs::fields(&verb) {
            let known = match field.kind {
                Kind::Member => scenario.members.first().map(|member| json!(member.name)),
                Kind::Topic | Kind::Text => scenario.topics.first().map(|topic| json!(topic.name)),
                Kind::Subscription(true) => Some(json!([])),
                Kind::Config if verb == "configure" => Some(json!({})),
                Kind::Whole(_) if field.default.is_empty() => Some(json!(1)),
                _ => None,
            };
            let kept = action.get(field.at).filter(|kept| {
                known
                    .as_ref()
                    .is_none_or(|known| known.is_array() == kept.is_array())
            });
            if let Some(value) = kept
                .cloned()
                .or(known)
                .filter(|_| next.get(field.at).is_none())
            {
                next[field.at] = value;
            }
        }
        Edit::Set(pointer.clone(), Some(next))
    });
    const NAMES: [&str; 20] = {
        let mut names = [""; 20];
        let mut ix = 0;
        while ix < 20 {
            names[ix] = verbs::ALL[ix].verb;
            ix += 1;
        }
        names
    };
    let field = Field::new("do", Kind::Choice(&NAMES), "");
    field_view(
        &field,
        Some(&json!(verb)),
        &part.draft.scenario,
        None,
        set,
        &Callback::noop(),
    )
}

#[derive(Properties, PartialEq)]
struct ScenarioTextProps {
    draft: Draft,
    on_edit: Callback<Edit>,
    is_open: bool,
}

/// The scenario as JSON, to read, copy, change or replace. What was typed is taken over when the field is
/// left, whether it can be read or not: nothing that was typed is lost.
#[component]
fn ScenarioText(props: &ScenarioTextProps) -> Html {
    let typed = use_mut_ref(|| None::<String>);
    let is_copied = use_state_eq(|| false);
    let text = props.draft.text();
    let take = {
        let (typed, on_edit) = (typed.clone(), props.on_edit.clone());
        Callback::from(move |()| {
            if let Some(text) = typed.borrow_mut().take() {
                on_edit.emit(Edit::Text(text.into()));
            }
        })
    };
    {
        // The dialog closes, or shows the form.
        let take = take.clone();
        use_effect_with(props.is_open, move |_| move || take.emit(()));
    }
    let oninput = {
        let (typed, is_copied) = (typed.clone(), is_copied.setter());
        move |event: InputEvent| {
            let area = event.target_dyn_into::<web_sys::HtmlTextAreaElement>();
            *typed.borrow_mut() = area.map(|area| area.value());
            is_copied.set(false);
        }
    };
    let copy = {
        let (text, is_copied) = (text.clone(), is_copied.setter());
        Callback::from(move |_: MouseEvent| {
            let (text, is_copied) = (text.clone(), is_copied.clone());
            wasm_bindgen_futures::spawn_local(async move {
                is_copied.set(clipboard::copy(&text).await);
            });
        })
    };
    html! {
        <section class="form-part" aria-label="JSON">
            <textarea class="input scenario-text" spellcheck="false" aria-label="Scenario as JSON" value={text} {oninput}
                onchange={take.reform(|_: Event| ())}
                aria-invalid={props.draft.unread.is_some().to_string()} data-testid="scenario-json" />
            <div class="form-acts">
                { button(Button {
                    kind: ButtonKind::First,
                    onclick: take.reform(|_: MouseEvent| ()),
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
                <small>{ "the same scenario for rebalance simulate" }</small>
            </div>
        </section>
    }
}
