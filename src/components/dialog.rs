//! Dialogs: the browser's own `<dialog>`, which keeps the focus, closes on Escape and gives the focus back.

use super::{Button, ButtonKind, IconName, button};
use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// What a [`Dialog`] shows and does.
#[derive(Properties, PartialEq)]
pub struct DialogProps {
    /// Whether it is open.
    pub open: bool,
    /// Its heading.
    pub title: AttrValue,
    /// Called when the reader closes it.
    pub onclose: Callback<()>,
    /// Name for tests.
    #[prop_or_default]
    pub testid: Option<AttrValue>,
    /// What stands in it.
    pub children: Html,
}

/// A modal dialog.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let node = use_node_ref();
    use_effect_with((node.clone(), props.open), |(node, open)| {
        if let Some(dialog) = node.cast::<HtmlDialogElement>() {
            match (open, dialog.open()) {
                // Fails only where it is already open in another way; then it is shown all the same.
                (true, false) => drop(dialog.show_modal()),
                (false, true) => dialog.close(),
                _ => {}
            }
        }
    });
    let close = props.onclose.reform(|_: MouseEvent| ());
    let closed = props.onclose.reform(|_: Event| ());
    html! {
        <dialog
            ref={node}
            class="dialog"
            aria-label={props.title.clone()}
            closedby="any"
            onclose={closed}
            data-testid={props.testid.clone()}
        >
            <div class="dialog__head">
                <h2>{ &props.title }</h2>
                { button(Button {
                    kind: ButtonKind::Icon,
                    icon: Some(IconName::Cross),
                    label: Some("Close".into()),
                    onclick: close,
                    ..Button::default()
                }) }
            </div>
            <div class="dialog__body">{ props.children.clone() }</div>
        </dialog>
    }
}

/// Whether something has been so since the page stands: what was never opened need not be there, nor its code.
#[hook]
pub fn use_once(is_so: bool) -> bool {
    let once = use_mut_ref(|| false);
    *once.borrow_mut() |= is_so;
    *once.borrow()
}
