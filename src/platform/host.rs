//! The page around an embedded one. Nothing is heard from another window than the parent, nor from or to another
//! origin than the one that the embed was given.

use gloo::events::EventListener;
use js_sys::{JSON, Object};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::MessageEvent;

/// A message of more characters isn't looked at.
const MOST_CHARS: usize = 1_000;

/// Says something to the parent, if it has that origin.
pub fn post(origin: &str, json: &str) {
    let parent = super::window().and_then(|window| window.parent().ok().flatten());
    if let (Some(parent), Ok(message)) = (parent, JSON::parse(json)) {
        // A parent of another origin gets nothing; the browser sees to it.
        let _ = parent.post_message(&message, origin);
    }
}

/// Calls back with what the parent of that origin says, as JSON, until the listener is dropped.
pub fn on_message(origin: String, heard: impl Fn(&str) + 'static) -> Option<EventListener> {
    let window = super::window()?;
    let parent: JsValue = window.parent().ok()??.into();
    Some(EventListener::new(&window, "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else {
            return;
        };
        let source = event.source().map_or(JsValue::NULL, JsValue::from);
        if event.origin() != origin || !Object::is(&source, &parent) {
            return;
        }
        let text = JSON::stringify(&event.data())
            .ok()
            .and_then(|text| text.as_string());
        if let Some(text) = text.filter(|text| text.len() <= MOST_CHARS) {
            heard(&text);
        }
    }))
}
