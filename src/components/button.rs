//! Buttons.

use super::{Icon, IconName};
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

/// What a [`Button`] shows and does.
#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    /// How much it asks for attention.
    #[prop_or_default]
    pub kind: ButtonKind,
    /// The picture before the text.
    #[prop_or_default]
    pub icon: Option<IconName>,
    /// The name for assistive technology and the tooltip, where the text doesn't say it all.
    #[prop_or_default]
    pub label: Option<AttrValue>,
    /// Called on click, Enter and Space.
    pub onclick: Callback<MouseEvent>,
    /// Whether it can't be used now.
    #[prop_or_default]
    pub disabled: bool,
    /// Whether it is pressed, for a button that stays pressed.
    #[prop_or_default]
    pub pressed: Option<bool>,
    /// More classes.
    #[prop_or_default]
    pub class: Classes,
    /// Name for tests.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// The text.
    #[prop_or_default]
    pub children: Html,
}

/// A button.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    html! {
        <button
            type="button"
            class={classes!(props.kind.class(), props.class.clone())}
            aria-label={props.label.clone()}
            title={props.label.clone()}
            aria-pressed={props.pressed.map(|pressed| pressed.to_string())}
            disabled={props.disabled}
            data-testid={props.testid.clone()}
            onclick={props.onclick.clone()}
        >
            if let Some(name) = props.icon {
                <Icon {name} />
            }
            { props.children.clone() }
        </button>
    }
}
