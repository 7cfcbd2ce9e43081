//! Animation frames, and what follows them.

use gloo::render::{AnimationFrame, request_animation_frame};
use gloo::timers::callback::Timeout;
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

/// How many of a page's `count` parts are drawn by now: the first at once, and one more after each painted frame. So what
/// is needed first is there, and hears the reader, before the rest is made. Outside a browser, all at once.
#[hook]
pub fn use_parts(count: u8) -> u8 {
    let drawn = use_state_eq(|| {
        if cfg!(target_arch = "wasm32") {
            1
        } else {
            count
        }
    });
    let setter = drawn.setter();
    use_effect_with(*drawn, move |&drawn| {
        let pending = Rc::new(RefCell::new(None));
        if drawn < count {
            after_paint(&pending, move || setter.set(drawn + 1));
        }
        move || drop(pending.take())
    });
    *drawn
}

/// What waits for a frame to be painted; dropped, it isn't called any more.
enum AfterPaint {
    Frame {
        _frame: AnimationFrame,
    },
    /// A timer runs behind what the frame has asked for: style, layout, paint.
    Timer {
        _timer: Timeout,
    },
}

/// Calls back when the next frame has been painted, unless `pending` is emptied before.
fn after_paint(pending: &Rc<RefCell<Option<AfterPaint>>>, painted: impl FnOnce() + 'static) {
    let slot = pending.clone();
    let frame = request_animation_frame(move |_| {
        let timer = Timeout::new(0, painted);
        slot.replace(Some(AfterPaint::Timer { _timer: timer }));
    });
    pending.replace(Some(AfterPaint::Frame { _frame: frame }));
}
