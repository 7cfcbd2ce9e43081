//! A text that leaves the page when the reader copies it, and what was left out of it.

use super::{Button, IconName, button};
use crate::platform::clipboard;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

/// What a [`CopyField`] shows.
#[derive(Properties, PartialEq)]
pub struct CopyFieldProps {
    /// What it is.
    pub label: AttrValue,
    /// The text.
    pub text: AttrValue,
    /// Name for tests.
    pub testid: &'static str,
}

/// A text to copy.
#[component]
pub fn CopyField(props: &CopyFieldProps) -> Html {
    let copied = use_state_eq(AttrValue::default);
    let is_copied = *copied == props.text && !props.text.is_empty();
    let copy = {
        let (text, copied) = (props.text.clone(), copied.setter());
        Callback::from(move |_| {
            let (text, copied) = (text.clone(), copied.clone());
            wasm_bindgen_futures::spawn_local(async move {
                if clipboard::copy(&text).await {
                    copied.set(text);
                }
            });
        })
    };
    let select = |event: FocusEvent| {
        if let Some(area) = event.target_dyn_into::<HtmlTextAreaElement>() {
            area.select();
        }
    };
    html! {
        <div class="share__copy">
            <label><span>{ &props.label }</span>
                <textarea class="input" readonly=true rows="3" spellcheck="false" value={props.text.clone()} onfocus={select} data-testid={props.testid} />
            </label>
            { button(Button {
                icon: Some(if is_copied { IconName::Check } else { IconName::Copy }),
                onclick: copy,
                children: html! { { if is_copied { "Copied" } else { "Copy" } } },
                ..Button::default()
            }) }
        </div>
    }
}

/// The places of secrets that are left out of links and files.
pub fn left_out(removed: &[String]) -> Html {
    if removed.is_empty() {
        return html! { <span hidden=true /> };
    }
    html! {
        <div class="share__secrets" data-testid="removed-secrets">
            <b>{ "Left out, because they are secrets:" }</b>
            <ul>{ for removed.iter().map(|place| html! { <li><code>{ place.clone() }</code></li> }) }</ul>
        </div>
    }
}
