//! Buttons.

use super::{IconName, icon};
use yew::prelude::*;

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The one main action of a place: ink.
    First,
    /// Any other action.
    #[default]
    Plain,
    /// An action that stands back: no border.
    Quiet,
    /// Only an icon; `label` is its name.
    Icon,
}

impl ButtonKind {
    fn class(self) -> &'static str {
        match self {
            Self::First => "btn btn--first",
            Self::Plain => "btn",
            Self::Quiet => "btn btn--quiet",
            Self::Icon => "btn btn--icon",
        }
    }
}

/// A button: what it shows and does.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Button {
    /// How much it asks for attention.
    pub kind: ButtonKind,
    /// The picture before the text.
    pub icon: Option<IconName>,
    /// The name for assistive technology and the tooltip, where the text doesn't say it all.
    pub label: Option<AttrValue>,
    /// Called on click, Enter and Space.
    pub onclick: Callback<MouseEvent>,
    /// Whether it can't be used now.
    pub disabled: bool,
    /// Whether it is pressed, for a button that stays pressed.
    pub pressed: Option<bool>,
    /// More classes.
    pub class: &'static str,
    /// Name for tests.
    pub testid: Option<&'static str>,
    /// The text.
    pub children: Html,
}

/// A button.
pub fn button(it: Button) -> Html {
    html! {
        <button
            type="button"
            class={classes!(it.kind.class(), it.class)}
            aria-label={it.label.clone()}
            title={it.label}
            aria-pressed={it.pressed.map(|pressed| pressed.to_string())}
            disabled={it.disabled}
            data-testid={it.testid}
            onclick={it.onclick}
        >
            if let Some(name) = it.icon {
                { icon(name) }
            }
            { it.children }
        </button>
    }
}
