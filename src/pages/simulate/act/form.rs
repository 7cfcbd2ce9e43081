//! The form of an action: its time and what it can be told, to add it or to change it. And the view of a
//! single field, which the form of the whole scenario shares.

use super::super::edit::{Draft, Edit};
use super::super::fields::{Field, Kind, put, text_of, value_of};
use super::verbs;
use crate::components::{Button, ButtonKind, button};
use assignor_core::sim::Scenario;
use assignor_core::sim::narrate::clock;
use serde_json::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

/// A field with its name. `id` is the id of its control; `on_typed` hears what stands in it before it is left.
pub(in crate::pages::simulate) fn field_view(
    field: &Field,
    value: Option<&Value>,
    scenario: &Scenario,
    id: Option<String>,
    on_value: Callback<Option<Value>>,
    on_typed: &Callback<Option<Value>>,
) -> Html {
    let Field {
        at,
        name,
        kind,
        default,
    } = *field;
    let text = text_of(kind, value);
    let oninput = on_typed.reform(move |event: InputEvent| value_of(kind, &typed(&event)));
    let typed = on_value.reform(move |event: Event| value_of(kind, &typed(&event)));
    let is_long = matches!(kind, Kind::Config | Kind::Racks | Kind::Prose);
    let control = match kind {
        Kind::Flag => {
            let flagged = on_value.reform(|event: Event| {
                let input = event.target_dyn_into::<HtmlInputElement>();
                input
                    .is_some_and(|input| input.checked())
                    .then_some(Value::Bool(true))
            });
            html! { <input type="checkbox" {id} checked={text == "true"} onchange={flagged} data-testid={format!("field-{at}")} /> }
        }
        Kind::Member | Kind::Topic | Kind::Choice(_) => {
            select(kind, &text, scenario, default, id, typed, at)
        }
        _ if is_long => html! {
            <textarea class="input" {id} rows="2" spellcheck="false" placeholder={default} value={text} onchange={typed} {oninput} data-testid={format!("field-{at}")} />
        },
        _ => {
            let is_number = matches!(kind, Kind::Whole(_));
            html! {
                <input class={classes!("input", is_number.then_some("count"))} {id} inputmode={is_number.then_some("numeric")} spellcheck="false"
                    autocomplete="off" placeholder={default} value={text} onchange={typed} {oninput} data-testid={format!("field-{at}")} />
            }
        }
    };
    let unit = match kind {
        Kind::Whole(unit) => unit,
        _ => "",
    };
    html! {
        <label class={classes!("field", (is_long || kind == Kind::Line).then_some("field--long"), (kind == Kind::Flag).then_some("check"))}>
            <span class="field__label">{ name }</span>{ control }
            if !unit.is_empty() { <small>{ unit }</small> }
        </label>
    }
}

fn select(
    kind: Kind,
    now: &str,
    scenario: &Scenario,
    default: &'static str,
    id: Option<String>,
    onchange: Callback<Event>,
    at: &str,
) -> Html {
    let mut choices: Vec<String> = match kind {
        Kind::Member => scenario.members.iter().map(|m| m.name.clone()).collect(),
        Kind::Topic => scenario.topics.iter().map(|t| t.name.clone()).collect(),
        Kind::Choice(all) => all.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    // A value that isn't among the choices is shown as it is.
    if !now.is_empty() && !choices.iter().any(|choice| choice == now) {
        choices.push(now.to_owned());
    }
    html! {
        <select class="input" {id} {onchange} data-testid={format!("field-{at}")}>
            if matches!(kind, Kind::Choice(_)) { <option value="" selected={now.is_empty()}>{ default }</option> }
            { for choices.into_iter().map(|choice| html! { <option key={choice.clone()} value={choice.clone()} selected={choice == now}>{ choice.clone() }</option> }) }
        </select>
    }
}

/// What stands in a control.
fn typed(event: &Event) -> String {
    let input = event.target_dyn_into::<HtmlInputElement>();
    let select = event.target_dyn_into::<HtmlSelectElement>();
    let area = event.target_dyn_into::<HtmlTextAreaElement>();
    input
        .map(|input| input.value())
        .or_else(|| select.map(|select| select.value()))
        .or_else(|| area.map(|area| area.value()))
        .unwrap_or_default()
}

/// What an [`ActionForm`] shows and does.
#[derive(Properties, PartialEq)]
pub(super) struct ActionFormProps {
    /// The scenario.
    pub draft: Draft,
    /// The action, to be added or as it is.
    pub action: Value,
    /// Which action it is, if it is to be changed.
    #[prop_or_default]
    pub id: Option<u32>,
    /// Fields that aren't asked for.
    #[prop_or_default]
    pub known: Vec<&'static str>,
    /// Changes the scenario.
    pub on_edit: Callback<Edit>,
    /// The form is to close.
    pub on_close: Callback<()>,
}

/// The id of the first field of the form.
pub(super) const FIRST_FIELD_ID: &str = "action-field-0";

/// The time and the values of an action.
#[component]
pub(super) fn ActionForm(props: &ActionFormProps) -> Html {
    // What stands in fields and isn't in the scenario, or not yet. The submission comes right after the last
    // change, before anything is drawn again.
    let open = use_mut_ref(Typed::new);
    let problem = use_mut_ref(|| None::<String>);
    let redraw = use_force_update();
    use_effect_with((), |()| crate::platform::focus(FIRST_FIELD_ID));
    let verb = props
        .action
        .get("do")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut fields = vec![Field::named("at_ms", "at", Kind::Whole("ms"), "")];
    fields.extend(verbs::fields(verb));
    fields.retain(|field| !props.known.contains(&field.at));
    let heard = |at: &'static str| {
        let open = open.clone();
        Callback::from(move |value: Option<Value>| drop(open.borrow_mut().insert(at, value)))
    };
    let changed = |at: &'static str| {
        let (open, problem, redraw) = (open.clone(), problem.clone(), redraw.clone());
        let (draft, id, on_edit) = (props.draft.clone(), props.id, props.on_edit.clone());
        Callback::from(move |value: Option<Value>| {
            open.borrow_mut().insert(at, value.clone());
            problem.borrow_mut().take();
            if let Some(id) = id {
                match draft.with_field(id, at, value.clone()) {
                    Ok(_) => {
                        open.borrow_mut().remove(at);
                        on_edit.emit(Edit::SetAction { id, at, value });
                    }
                    Err(reason) => *problem.borrow_mut() = Some(reason),
                }
            }
            redraw.force_update();
        })
    };
    let onsubmit = submit(props, &open, &problem, redraw.clone());
    let at_ms = props
        .action
        .get("at_ms")
        .and_then(Value::as_u64)
        .unwrap_or_default();
    let now = with_typed(&props.action, &open.borrow());
    html! {
        <form class="action-form" {onsubmit} data-testid="action-form">
            { for fields.iter().enumerate().map(|(ix, field)| {
                let id = Some(format!("action-field-{ix}"));
                field_view(field, now.get(field.at), &props.draft.scenario, id, changed(field.at), &heard(field.at))
            }) }
            if let Some(problem) = problem.borrow().clone() {
                <p class="problem" role="alert" data-testid="action-problem">{ problem }</p>
            }
            <div class="form-acts">
                <button type="submit" class="btn btn--first" data-testid="action-done">
                    { if props.id.is_some() { "Done".to_owned() } else { format!("Act at {}", clock(at_ms)) } }
                </button>
                if let Some(id) = props.id {
                    { button(Button {
                        kind: ButtonKind::Quiet,
                        onclick: {
                            let (on_edit, on_close) = (props.on_edit.clone(), props.on_close.clone());
                            Callback::from(move |_: MouseEvent| { on_close.emit(()); on_edit.emit(Edit::RemoveAction { id }); })
                        },
                        testid: Some("action-delete"),
                        children: html! { { "Remove" } },
                        ..Button::default()
                    }) }
                }
            </div>
        </form>
    }
}

/// What was typed into fields, by their places.
type Typed = BTreeMap<&'static str, Option<Value>>;

/// An action with what was typed in its place.
fn with_typed(action: &Value, typed: &Typed) -> Value {
    let mut action = action.clone();
    for (at, value) in typed {
        put(&mut action, &format!("/{at}"), value.clone());
    }
    action
}

fn submit(
    props: &ActionFormProps,
    open: &Rc<RefCell<Typed>>,
    problem: &Rc<RefCell<Option<String>>>,
    redraw: yew::functional::UseForceUpdateHandle,
) -> Callback<SubmitEvent> {
    let (open, problem) = (open.clone(), problem.clone());
    let (draft, id) = (props.draft.clone(), props.id);
    let (action, on_edit) = (props.action.clone(), props.on_edit.clone());
    let on_close = props.on_close.clone();
    Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        if id.is_none() {
            let action = with_typed(&action, &open.borrow());
            match draft.acted(&action) {
                Ok(_) => on_edit.emit(Edit::Act(action)),
                Err(reason) => *problem.borrow_mut() = Some(reason),
            }
        }
        if problem.borrow().is_none() {
            on_close.emit(());
        }
        redraw.force_update();
    })
}
