//! Animation frames.

use gloo::render::{AnimationFrame, request_animation_frame};
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

type Pending = Rc<RefCell<Option<AnimationFrame>>>;

/// Calls `tick` once per painted frame with the milliseconds since the one before, while `active`.
///
/// The first call after a start has 0. A tab in the background gets no frames and then one long one.
#[hook]
pub fn use_animation_frame(active: bool, tick: Callback<f64>) {
    let latest = use_mut_ref(Callback::noop);
    *latest.borrow_mut() = tick;
    use_effect_with(active, move |&active| {
        let pending = Pending::default();
        if active {
            schedule(pending.clone(), None, latest);
        }
        move || drop(pending.take())
    });
}

fn schedule(pending: Pending, last: Option<f64>, tick: Rc<RefCell<Callback<f64>>>) {
    let slot = pending.clone();
    let frame = request_animation_frame(move |now| {
        // The handle of this frame is still in the slot; whoever has emptied it has stopped the clock.
        if pending.borrow().is_none() {
            return;
        }
        let callback = tick.borrow().clone();
        callback.emit(last.map_or(0.0, |last| (now - last).max(0.0)));
        if pending.borrow().is_some() {
            schedule(pending, Some(now), tick);
        }
    });
    *slot.borrow_mut() = Some(frame);
}
