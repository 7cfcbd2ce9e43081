//! The browser. Nothing outside this module names `web_sys`' window, document or storage.
//!
//! Everything is total: where there is no browser (native tests) or where it refuses (storage switched
//! off), a function returns nothing and the page goes on without.

pub mod canvas;
pub mod clipboard;
pub mod crash;
pub mod editor;
pub mod files;
pub mod frame;
pub mod host;
pub mod layout;
pub mod rest;
pub mod storage;
#[cfg(target_arch = "wasm32")]
pub mod worker;

use gloo::events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Document, Element, EventTarget, HtmlElement, KeyboardEvent, SvgElement, Window};

/// The window, where there is one.
pub fn window() -> Option<Window> {
    // Outside a browser `web_sys::window` would panic instead of returning none.
    if cfg!(target_arch = "wasm32") {
        web_sys::window()
    } else {
        None
    }
}

/// The document, where there is one.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// An element by its id.
pub fn element_by_id(id: &str) -> Option<Element> {
    document()?.get_element_by_id(id)
}

/// What `index.html` tells the page under a name, in the element that starts it.
pub fn start_data(name: &str) -> Option<String> {
    element_by_id("start")?.get_attribute(&format!("data-{name}"))
}

/// The fragment of the page's address, with its `#`.
pub fn fragment() -> String {
    window()
        .and_then(|window| window.location().hash().ok())
        .unwrap_or_default()
}

/// The page's whole address.
pub fn address() -> String {
    window()
        .and_then(|window| window.location().href().ok())
        .unwrap_or_default()
}

/// Goes to another fragment; the reader can come back.
pub fn go_to(fragment: &str) {
    if let Some(window) = window() {
        // Only a detached document refuses, and then there is nobody to tell.
        let _ = window.location().set_hash(fragment);
    }
}

/// Changes the fragment without a step in the history and without telling the listeners.
pub fn replace_fragment(fragment: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        // Refused in pages opened in a sandbox; the address is then just not kept up to date.
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(fragment));
    }
}

/// Calls back whenever the fragment has changed, until the listener is dropped.
pub fn on_fragment_change(mut changed: impl FnMut(String) + 'static) -> Option<EventListener> {
    let window = window()?;
    Some(EventListener::new(&window, "hashchange", move |_| {
        changed(fragment());
    }))
}

/// Calls back for every key that is pressed anywhere in the page, until the listener is dropped.
pub fn on_key_down(mut pressed: impl FnMut(&KeyboardEvent) + 'static) -> Option<EventListener> {
    let document = document()?;
    let options = gloo::events::EventListenerOptions::enable_prevent_default();
    Some(EventListener::new_with_options(
        &document,
        "keydown",
        options,
        move |event| {
            if let Some(event) = event.dyn_ref::<KeyboardEvent>() {
                pressed(event);
            }
        },
    ))
}

/// Whether what is typed at a target is text, so that a single letter is no command.
pub fn takes_text(target: Option<EventTarget>) -> bool {
    let Some(element) = target.and_then(|target| target.dyn_into::<Element>().ok()) else {
        return false;
    };
    // `closest` fails only for a selector that can't be read.
    let field = element.closest("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]");
    matches!(field, Ok(Some(_)))
}

/// Sets the window's title.
pub fn set_title(title: &str) {
    if let Some(document) = document() {
        document.set_title(title);
    }
}

/// Sets an attribute of the root element, or removes it.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().and_then(|document| document.document_element()) else {
        return;
    };
    // Fails only for names that are no attribute names; ours are constants.
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

/// Gives the focus to an element.
pub fn focus(id: &str) {
    let Some(element) = element_by_id(id) else {
        return;
    };
    // Parts of a drawing are no HTML elements. One that can't have the focus keeps it where it is.
    let _ = match (
        element.dyn_ref::<HtmlElement>(),
        element.dyn_ref::<SvgElement>(),
    ) {
        (Some(element), _) => element.focus(),
        (None, Some(element)) => element.focus(),
        (None, None) => Ok(()),
    };
}

/// Gives the focus to the first element that a selector finds.
pub fn focus_first(selector: &str) {
    let found = document().and_then(|document| document.query_selector(selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that can't have the focus keeps it where it is.
        let _ = element.focus();
    }
}

/// Calls back when the page is left or closed, until the listener is dropped.
pub fn on_page_hide(mut hidden: impl FnMut() + 'static) -> Option<EventListener> {
    let window = window()?;
    Some(EventListener::new(&window, "pagehide", move |_| hidden()))
}

/// Scrolls the page to its top.
pub fn scroll_to_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}

/// Whether a media query holds now.
pub fn media_matches(query: &str) -> bool {
    let list = window().and_then(|window| window.match_media(query).ok().flatten());
    list.is_some_and(|list| list.matches())
}

/// Whether the reader asked for less motion.
pub fn prefers_reduced_motion() -> bool {
    media_matches("(prefers-reduced-motion: reduce)")
}

/// The page's address without its fragment.
pub fn site() -> String {
    let address = address();
    address.split('#').next().unwrap_or_default().to_owned()
}

/// Whether the page was loaded again where it was, by the reader or by itself.
pub fn is_reload() -> bool {
    const RELOAD: f64 = 1.0;
    let get = |object: JsValue, name: &str| js_sys::Reflect::get(&object, &name.into()).ok();
    let kind = window()
        .and_then(|window| get(window.into(), "performance"))
        .and_then(|performance| get(performance, "navigation"))
        .and_then(|navigation| get(navigation, "type"));
    kind.and_then(|kind| kind.as_f64()) == Some(RELOAD)
}
