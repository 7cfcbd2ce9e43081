//! A choice of one from a list: the browser's own `<select>`, drawn like the rest.

use super::{IconName, icon};
use yew::prelude::*;

/// One entry of a [`Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What is reported.
    pub value: AttrValue,
    /// What is shown.
    pub text: AttrValue,
}

impl Choice {
    /// An entry.
    pub fn new(value: impl Into<AttrValue>, text: impl Into<AttrValue>) -> Self {
        Self {
            value: value.into(),
            text: text.into(),
        }
    }
}

/// What a [`Select`] shows and does.
#[derive(Properties, PartialEq)]
pub struct SelectProps {
    /// The name.
    pub label: AttrValue,
    /// Whether the name stands before the value.
    #[prop_or(true)]
    pub show_label: bool,
    /// The entries.
    pub choices: Vec<Choice>,
    /// The value of the chosen entry.
    pub value: AttrValue,
    /// Called with the value of the entry that was chosen.
    pub onchange: Callback<String>,
    /// Whether it can't be used now.
    #[prop_or_default]
    pub disabled: bool,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
    /// Name for tests.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
}

/// A choice of one from a list.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let onchange = {
        let report = props.onchange.clone();
        Callback::from(move |event: Event| {
            let element = event.target_dyn_into::<web_sys::HtmlSelectElement>();
            report.emit(element.map(|element| element.value()).unwrap_or_default());
        })
    };
    html! {
        <label class={classes!("pick", props.class.clone())}>
            <span class={if props.show_label { "pick__label" } else { "unseen" }}>{ &props.label }</span>
            <select {onchange} disabled={props.disabled} data-testid={props.testid.clone()}>
                for choice in &props.choices {
                    <option
                        key={choice.value.to_string()}
                        value={choice.value.clone()}
                        selected={choice.value == props.value}
                    >
                        { &choice.text }
                    </option>
                }
            </select>
            { icon(IconName::Down) }
        </label>
    }
}
