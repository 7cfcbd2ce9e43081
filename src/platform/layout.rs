//! Where elements are and how large, and pointers held by one.

use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{Element, PointerEvent, ResizeObserver};
use yew::prelude::*;

/// Width and height of an element's content box in px, followed as it changes; `initial` until the
/// element has been laid out, and where there is no browser.
#[hook]
pub fn use_size(node: &NodeRef, initial: (f64, f64)) -> (f64, f64) {
    let size = use_state_eq(|| initial);
    let setter = size.setter();
    use_effect_with(node.clone(), move |node| {
        let observation = node
            .cast::<Element>()
            .and_then(|element| Observation::start(&element, setter));
        move || drop(observation)
    });
    *size
}

type Resized = Closure<dyn FnMut(JsValue)>;

/// A running observation; ends when dropped.
struct Observation {
    observer: ResizeObserver,
    _resized: Resized,
}

impl Observation {
    fn start(element: &Element, setter: UseStateSetter<(f64, f64)>) -> Option<Self> {
        let observed = element.clone();
        let measure = move || {
            let size = (
                f64::from(observed.client_width()),
                f64::from(observed.client_height()),
            );
            // Nothing is shown; the next size that is will be told.
            if size.0 > 0.0 {
                setter.set(size);
            }
        };
        measure();
        let resized: Resized = Closure::new(move |_: JsValue| measure());
        let observer = ResizeObserver::new(resized.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _resized: resized,
        })
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// How far an element has been scrolled down, in px.
#[hook]
pub fn use_scroll_top(node: &NodeRef) -> f64 {
    let top = use_state_eq(|| 0.0_f64);
    let setter = top.setter();
    use_effect_with(node.clone(), move |node| {
        let listener = node.cast::<Element>().map(|element| {
            let scrolled = element.clone();
            gloo::events::EventListener::new(&element, "scroll", move |_| {
                setter.set(f64::from(scrolled.scroll_top()));
            })
        });
        move || drop(listener)
    });
    *top
}

/// A point of the window relative to the top left of an element, inside its border.
pub fn point_in(node: &NodeRef, client_x: i32, client_y: i32) -> Option<(f64, f64)> {
    let element = node.cast::<Element>()?;
    let bounds = element.get_bounding_client_rect();
    Some((
        f64::from(client_x - element.client_left()) - bounds.left(),
        f64::from(client_y - element.client_top()) - bounds.top(),
    ))
}

/// Lets an element get all events of a pointer until it is lifted.
pub fn capture_pointer(event: &PointerEvent) {
    let element = event
        .current_target()
        .and_then(|t| t.dyn_into::<Element>().ok());
    if let Some(element) = element {
        // A pointer that has just been lifted can't be held any more.
        let _ = element.set_pointer_capture(event.pointer_id());
    }
}

/// A media query, followed as it changes; false where there is no browser.
#[hook]
pub fn use_media(query: &'static str) -> bool {
    let matches = use_state_eq(|| super::media_matches(query));
    let setter = matches.setter();
    use_effect_with(query, move |&query| {
        let list = super::window().and_then(|window| window.match_media(query).ok().flatten());
        let listener = list.map(|list| {
            setter.set(list.matches());
            let target: web_sys::EventTarget = list.into();
            gloo::events::EventListener::new(&target, "change", move |_| {
                setter.set(super::media_matches(query));
            })
        });
        move || drop(listener)
    });
    *matches
}

/// Whether the focus goes from an element of `current_target` to another one inside it.
pub fn stays_inside(event: &FocusEvent) -> bool {
    let outer = event
        .current_target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let to = event
        .related_target()
        .and_then(|target| target.dyn_into::<web_sys::Node>().ok());
    outer.is_some_and(|outer| outer.contains(to.as_ref()))
}

/// The number at the end of the focused element's id `prefix-number`.
pub fn focused_number(prefix: &str) -> Option<usize> {
    let id = super::document()?.active_element()?.id();
    id.strip_prefix(prefix)?.strip_prefix('-')?.parse().ok()
}

/// Whether a key belongs to the element that has the focus: text, an open dialog or menu, or Space and
/// Enter on a button.
pub fn has_own_keys(event: &KeyboardEvent) -> bool {
    if super::takes_text(event.target()) {
        return true;
    }
    let Some(element) = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
    else {
        return false;
    };
    // `closest` fails only for a selector that can't be read.
    let inside = |selector: &str| matches!(element.closest(selector), Ok(Some(_)));
    let presses = matches!(event.key().as_str(), " " | "Enter");
    inside("dialog[open], [role=menu]") || (presses && inside("button, a[href], summary, input"))
}
