//! Share: a link to what is known besides the texts and, only if the reader says so, to the texts without their secrets.

use super::advice::Advice;
use super::files::name;
use super::state::{Linked, State, texts};
use crate::components::{Button, CopyField, Dialog, button, left_out, use_once};
use crate::platform::{self, files};
use crate::route::{Route, Workspace};
use crate::share::payload::{IN_ADDRESS, MOST_WRITTEN, PayloadError};
use crate::share::texts::without;
use advisor::Text;
use web_sys::HtmlInputElement;
use yew::prelude::*;

/// What an address brings; none if it has no data.
pub(super) fn linked(route: &Route) -> Option<Result<Linked, PayloadError>> {
    route.get(IN_ADDRESS).map(Linked::unpacked)
}

/// The texts as they may leave the page, and the places where something was left out. None as long as it isn't known
/// for each of them what must not be shown.
fn cleaned(state: &State, advice: &Advice) -> Option<(Vec<Text>, Vec<String>)> {
    let (mut clean, mut removed) = (Vec::new(), Vec::new());
    for (place, Text { name: file, text }) in texts(&state.files).into_iter().enumerate() {
        let reading = advice.reading(place)?;
        let (text, lines) = without(&text, &reading.secrets);
        let told = name(&file, place);
        removed.extend(lines.iter().map(|line| format!("{told}, line {line}")));
        clean.push(Text { name: file, text });
    }
    Some((clean, removed))
}

/// What a [`Sharing`] shows.
#[derive(Properties, PartialEq)]
pub(super) struct SharingProps {
    /// What the reader has done.
    pub state: State,
    /// What was said about it; none while that is about something older.
    pub advice: Option<Advice>,
}

/// The button, and what it opens.
#[component]
pub(super) fn Sharing(props: &SharingProps) -> Html {
    let is_open = use_state_eq(|| false);
    let has_opened = use_once(*is_open);
    let opens = |to: bool| {
        let setter = is_open.setter();
        move || setter.set(to)
    };
    let (open, close) = (opens(true), opens(false));
    html! {
        <>
            { button(Button {
                onclick: Callback::from(move |_: MouseEvent| open()),
                testid: Some("share"),
                children: html! { { "Share" } },
                ..Button::default()
            }) }
            if has_opened {
                <Dialog open={*is_open} title="Share" onclose={move |()| close()} testid="share-dialog">
                    if *is_open {
                        <Link state={props.state.clone()} advice={props.advice.clone()} />
                    }
                </Dialog>
            }
        </>
    }
}

/// The link, how long it is, what is in it and what is not.
#[component]
fn Link(props: &SharingProps) -> Html {
    let with_texts = use_state_eq(|| false);
    let set_with = {
        let setter = with_texts.setter();
        move |event: Event| {
            let input = event.target_dyn_into::<HtmlInputElement>();
            setter.set(input.is_some_and(|input| input.checked()));
        }
    };
    let facts = props.state.form.typed().clone();
    let advice = props.advice.as_ref().filter(|_| *with_texts);
    let clean = advice.and_then(|advice| cleaned(&props.state, advice));
    let (texts, removed) = clean.clone().unwrap_or_default();
    html! {
        <div class="share">
            <label class="check"><input type="checkbox" checked={*with_texts} onchange={set_with} data-testid="link-texts" />
                { "Include the configuration text" }</label>
            if *with_texts && clean.is_none() {
                <p data-testid="link-waits">{ "The text is being read for secrets. There is a link when that is known." }</p>
            } else {
                { link(&Linked { texts: texts.clone(), facts }, *with_texts) }
            }
            { left_out(&removed) }
            if !texts.is_empty() {
                <h3>{ "What the link holds" }</h3>
                { for texts.iter().enumerate().map(|(place, text)| held(text, place)) }
            }
        </div>
    }
}

/// A link, or why there is none.
fn link(linked: &Linked, with_texts: bool) -> Html {
    let route = Route::to(Workspace::Advise);
    let packed = if *linked == Linked::default() {
        Some(None)
    } else {
        linked.packed().map(Some)
    };
    let fitting = packed.filter(|packed| packed.as_ref().is_none_or(|it| it.len() <= MOST_WRITTEN));
    let Some(packed) = fitting else {
        return html! {
            <p data-testid="too-long"><b>{ "This is too long for a link. " }</b>
                { format!("{MOST_WRITTEN} characters of data are the most that mail and chat carry unharmed. Save the text below and send it as a file.") }</p>
        };
    };
    let route = packed.map_or(route.clone(), |packed| route.with(IN_ADDRESS, packed));
    let link = format!("{}{route}", platform::site());
    let chars = link.chars().count();
    let note = if with_texts {
        "The text and what is known besides are in the link itself: no server has them."
    } else {
        "What is known besides the text is in the link itself. The text stays here."
    };
    html! {
        <>
            <CopyField label="Link" text={link} testid="link" />
            <p class="share__note" data-testid="link-length">{ format!("{chars} characters. {note}") }</p>
        </>
    }
}

/// A text as the link has it.
fn held(text: &Text, place: usize) -> Html {
    let told = name(&text.name, place);
    let (file, body) = (text.name.clone(), text.text.clone());
    let save = Callback::from(move |_: MouseEvent| {
        let file = if file.is_empty() {
            "configuration.txt"
        } else {
            &file
        };
        files::save(file, "text/plain", &body);
    });
    html! {
        <div class="share__copy">
            <label><span>{ told }</span>
                <textarea class="input" readonly=true rows="6" spellcheck="false" value={text.text.clone()} data-testid="shared-text" /></label>
            { button(Button {
                onclick: save,
                testid: Some("save-shared"),
                children: html! { { "Save" } },
                ..Button::default()
            }) }
        </div>
    }
}
