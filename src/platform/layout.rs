//! Where elements are and how large, and pointers held by one.

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::{Closure, JsValue};
use web_sys::{
    Element, IntersectionObserver, IntersectionObserverEntry, IntersectionObserverInit,
    PointerEvent, ResizeObserver,
};
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

/// Whether the wheel has something to scroll at an element: what it holds, or the page.
pub fn scrolls(node: &NodeRef) -> bool {
    let mut at = node.cast::<Element>();
    while let Some(element) = at {
        let hidden_px = element.scroll_height() - element.client_height();
        let moves = super::window()
            .and_then(|window| window.get_computed_style(&element).ok().flatten())
            .and_then(|style| style.get_property_value("overflow-y").ok())
            .is_some_and(|overflow| overflow == "auto" || overflow == "scroll");
        if moves && hidden_px > 1 {
            return true;
        }
        at = element.parent_element();
    }
    false
}

/// Whether an element has come near to what is in sight of the page. Outside a browser, everything is in sight.
#[hook]
pub fn use_seen(node: &NodeRef) -> bool {
    let is_seen = use_state_eq(|| !cfg!(target_arch = "wasm32"));
    let setter = is_seen.setter();
    use_effect_with((node.clone(), *is_seen), move |(node, is_seen)| {
        let element = node.cast::<Element>().filter(|_| !is_seen);
        let sight = element.and_then(|element| Sight::start(&element, setter));
        move || drop(sight)
    });
    *is_seen
}

/// How far outside the window something is near it, as CSS has it.
const NEAR: &str = "240px";

type Met = Closure<dyn FnMut(Vec<IntersectionObserverEntry>)>;

/// Waits until an element comes into sight; ends when dropped.
struct Sight {
    observer: IntersectionObserver,
    _met: Met,
}

impl Sight {
    fn start(element: &Element, setter: UseStateSetter<bool>) -> Option<Self> {
        let mut turn = None;
        let met: Met = Closure::new(move |entries: Vec<IntersectionObserverEntry>| {
            if entries
                .iter()
                .any(IntersectionObserverEntry::is_intersecting)
            {
                let setter = setter.clone();
                // A turn for each: what comes into sight together isn't drawn in one go.
                turn.replace(Timeout::new(0, move || setter.set(true)));
            }
        });
        let options = IntersectionObserverInit::new();
        options.set_root_margin(NEAR);
        let observer =
            IntersectionObserver::new_with_options(met.as_ref().unchecked_ref(), &options).ok()?;
        observer.observe(element);
        Some(Self {
            observer,
            _met: met,
        })
    }
}

impl Drop for Sight {
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

/// Scrolls what an element holds, so that so many px of it lie above its top.
pub fn scroll_down_to(node: &NodeRef, top: f64) {
    #[expect(clippy::cast_possible_truncation, reason = "a list is not that high")]
    if let Some(element) = node.cast::<Element>() {
        element.set_scroll_top(top as i32);
    }
}

/// Scrolls an element into sight, by its id, as far as needed.
pub fn scroll_into_sight(id: &str) {
    if let Some(element) = super::element_by_id(id) {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// A turn of the wheel over an element.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Wheel {
    /// Where, in px from the element's left edge inside its border.
    pub x: f64,
    /// To the right, in px.
    pub dx: f64,
    /// Down, in px.
    pub dy: f64,
    /// With Ctrl or Meta, and for a pinch on a trackpad.
    pub with_ctrl: bool,
    /// With Shift.
    pub with_shift: bool,
}

impl Wheel {
    /// Whether it is meant sideways.
    pub fn is_sideways(self) -> bool {
        self.with_shift || self.dx.abs() > self.dy.abs()
    }

    /// How far along the time axis, in px.
    pub fn along(self) -> f64 {
        if self.dx == 0.0 { self.dy } else { self.dx }
    }
}

/// Calls back for each turn of the wheel over an element; when that returns true, nothing scrolls.
#[hook]
pub fn use_wheel(node: &NodeRef, turned: impl Fn(Wheel) -> bool + 'static) {
    let latest = use_mut_ref(|| Box::new(|_: Wheel| false) as Box<dyn Fn(Wheel) -> bool>);
    *latest.borrow_mut() = Box::new(turned);
    use_effect_with(node.clone(), move |node| {
        let options = gloo::events::EventListenerOptions::enable_prevent_default();
        let place = node.clone();
        let listener = node.cast::<Element>().map(|element| {
            gloo::events::EventListener::new_with_options(
                &element,
                "wheel",
                options,
                move |event| {
                    let Some(event) = event.dyn_ref::<web_sys::WheelEvent>() else {
                        return;
                    };
                    // Lines and pages of some mice, as px.
                    let unit = match event.delta_mode() {
                        0 => 1.0,
                        1 => 33.0,
                        _ => 400.0,
                    };
                    let at = point_in(&place, event.client_x(), event.client_y());
                    let wheel = Wheel {
                        x: at.map_or(0.0, |(x, _)| x),
                        dx: event.delta_x() * unit,
                        dy: event.delta_y() * unit,
                        with_ctrl: event.ctrl_key() || event.meta_key(),
                        with_shift: event.shift_key(),
                    };
                    let turned = latest.borrow();
                    if turned(wheel) {
                        event.prevent_default();
                    }
                },
            )
        });
        move || drop(listener)
    });
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

/// Lets the element around an event's target that a selector names get all events of a pointer until it is
/// lifted. (The current target is the page's root, where all listeners are.)
pub fn capture_pointer(event: &PointerEvent, selector: &str) {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    // `closest` fails only for a selector that can't be read.
    let element = target.and_then(|element| element.closest(selector).ok().flatten());
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

/// The id of the element that has the focus; empty if it has none.
pub fn focused_id() -> String {
    let active = super::document().and_then(|document| document.active_element());
    active.map(|element| element.id()).unwrap_or_default()
}

/// Width and height of the window, in px.
pub fn viewport() -> (i32, i32) {
    let root = super::document().and_then(|document| document.document_element());
    root.map_or((1_440, 900), |root| {
        (root.client_width(), root.client_height())
    })
}

fn target(event: &web_sys::Event) -> Option<Element> {
    event.target()?.dyn_into::<Element>().ok()
}

/// Left and bottom of an element in the window, in px.
fn place(element: &Element) -> (i32, i32) {
    let bounds = element.get_bounding_client_rect();
    #[expect(clippy::cast_possible_truncation, reason = "a window is small")]
    let px = |length: f64| length as i32;
    (px(bounds.left()), px(bounds.bottom()))
}

/// Left and bottom of what an event happens to, in px.
pub fn place_of(event: &web_sys::Event) -> Option<(i32, i32)> {
    target(event).map(|element| place(&element))
}

/// Left and bottom of an element by its id, in px.
pub fn place_of_id(id: &str) -> Option<(i32, i32)> {
    super::element_by_id(id).map(|element| place(&element))
}

/// Whether an event happens inside an element that a selector names.
pub fn is_inside(event: &web_sys::Event, selector: &str) -> bool {
    // `closest` fails only for a selector that can't be read.
    target(event).is_some_and(|element| matches!(element.closest(selector), Ok(Some(_))))
}

/// The value of `data-name` at the element that an event happens to, or the nearest around it that has one.
pub fn closest_data(event: &web_sys::Event, name: &str) -> Option<String> {
    let attribute = format!("data-{name}");
    let around = target(event)?.closest(&format!("[{attribute}]")).ok()??;
    around.get_attribute(&attribute)
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
