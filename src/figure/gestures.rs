//! What pointers and the wheel do on the lanes: one pointer scrubs, with Shift it marks a range, two pinch
//! and pan; the wheel zooms and pans.

use super::axis::Axis;
use super::tooltip::Pointed;
use super::window::WindowCommand;
use crate::platform::layout::{Wheel, capture_pointer, point_in};
use crate::shared::Shared;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// How much a step of the wheel of 100 px zooms.
const WHEEL_ZOOM: f64 = 1.25;
/// A range shorter than this on the screen is a click, in px.
const LEAST_RANGE_PX: f64 = 4.0;
/// How far left of the axis a press still counts, in px.
const SLACK_PX: f64 = 6.0;

/// The pointers that are down. It outlives what is drawn while they move.
#[derive(Debug, Default)]
pub(super) struct Down {
    /// Their ids and places, in px from the top left of the lanes.
    at: Vec<(i32, f64, f64)>,
    /// Where a range that is being marked begins, in px and ms.
    range_from: Option<(f64, u64)>,
}

/// The pointers that are down, shared by the listeners.
pub(super) type Pointers = Rc<RefCell<Down>>;

/// What the listeners of the lanes need.
#[derive(Clone)]
pub(super) struct Gestures {
    /// The axis as drawn.
    pub axis: Shared<Axis>,
    /// The element that places are counted from.
    pub area: NodeRef,
    /// The pointers that are down.
    pub pointers: Pointers,
    /// Where the tooltip points.
    pub pointed: UseStateSetter<Pointed>,
    /// The user moves the playhead.
    pub on_seek: Callback<u64>,
    /// The user changes the window.
    pub on_window: Callback<WindowCommand>,
    /// The user marks a range.
    pub on_range: Callback<Option<(u64, u64)>>,
}

impl Gestures {
    fn is_on_axis(&self, x: f64) -> bool {
        x >= self.axis.ends().0 - SLACK_PX
    }

    /// A pointer goes down.
    pub(super) fn press(&self) -> Callback<PointerEvent> {
        let all = self.clone();
        Callback::from(move |event: PointerEvent| {
            let place = point_in(&all.area, event.client_x(), event.client_y());
            let Some((x, y)) = place.filter(|&(x, _)| all.is_on_axis(x)) else {
                return;
            };
            if event.button() != 0 {
                return;
            }
            capture_pointer(&event, ".scrub");
            let mut down = all.pointers.borrow_mut();
            if event.is_primary() {
                down.at.clear();
            }
            down.at.push((event.pointer_id(), x, y));
            let is_first = down.at.len() == 1;
            down.range_from = (is_first && event.shift_key()).then(|| (x, all.axis.t_ms(x)));
            if is_first && !event.shift_key() {
                all.on_seek.emit(all.axis.t_ms(x));
            }
        })
    }

    /// A pointer moves: down, it does its gesture; else it asks what lies under it.
    pub(super) fn hover(&self) -> Callback<PointerEvent> {
        let all = self.clone();
        Callback::from(move |event: PointerEvent| {
            let Some((x, y)) = point_in(&all.area, event.client_x(), event.client_y()) else {
                return;
            };
            if all.pull(event.pointer_id(), x, y) {
                all.pointed.set(Pointed::Nothing);
            } else if event.pointer_type() == "mouse" && event.buttons() == 0 {
                all.pointed.set(Pointed::Point(x, y));
            }
        })
    }

    /// A pointer that is down moves; false if it isn't down.
    fn pull(&self, id: i32, x: f64, y: f64) -> bool {
        let mut down = self.pointers.borrow_mut();
        let before = down.at.clone();
        let Some(moved) = down.at.iter_mut().find(|at| at.0 == id) else {
            return false;
        };
        *moved = (id, x, y);
        match (before.as_slice(), down.at.as_slice()) {
            ([first, second], [first_now, second_now]) => {
                for command in self.pinch((*first, *second), (*first_now, *second_now)) {
                    self.on_window.emit(command);
                }
            }
            _ => match down.range_from {
                Some((from_x, from_ms)) => {
                    let to_ms = self.axis.t_ms(x);
                    let is_range = (x - from_x).abs() >= LEAST_RANGE_PX && to_ms != from_ms;
                    self.on_range
                        .emit(is_range.then(|| (from_ms.min(to_ms), from_ms.max(to_ms))));
                }
                None => self.on_seek.emit(self.axis.t_ms(x)),
            },
        }
        true
    }

    /// Two fingers from one pair of places to another: what lay between them stays between them.
    fn pinch(&self, before: (Finger, Finger), after: (Finger, Finger)) -> [WindowCommand; 2] {
        let apart = |(a, b): (Finger, Finger)| (a.1 - b.1).hypot(a.2 - b.2).max(24.0);
        let middle = |(a, b): (Finger, Finger)| f64::midpoint(a.1, b.1);
        let (left, right) = self.axis.ends();
        let about_ms = self.axis.t_ms(middle(before));
        [
            WindowCommand::Zoom {
                about_ms,
                factor: apart(before) / apart(after),
            },
            WindowCommand::Pan((middle(before) - middle(after)) / (right - left).max(1.0)),
        ]
    }

    /// A pointer is lifted.
    pub(super) fn lift(&self) -> Callback<PointerEvent> {
        let pointers = self.pointers.clone();
        Callback::from(move |event: PointerEvent| {
            let mut down = pointers.borrow_mut();
            down.at.retain(|at| at.0 != event.pointer_id());
            down.range_from = None;
        })
    }

    /// What a turn of the wheel does; none where it is to scroll.
    pub(super) fn wheel(&self, wheel: Wheel, can_scroll: bool) -> Option<WindowCommand> {
        let (left, right) = self.axis.ends();
        if !self.is_on_axis(wheel.x) {
            return None;
        }
        if wheel.is_sideways() {
            return Some(WindowCommand::Pan(wheel.along() / (right - left).max(1.0)));
        }
        (wheel.with_ctrl || !can_scroll).then(|| {
            // A pinch on a trackpad comes as small steps with Ctrl.
            let strength = if wheel.with_ctrl && wheel.dy.abs() < 40.0 {
                4.0
            } else {
                1.0
            };
            WindowCommand::Zoom {
                about_ms: self.axis.t_ms(wheel.x),
                factor: WHEEL_ZOOM.powf((wheel.dy * strength / 100.0).clamp(-4.0, 4.0)),
            }
        })
    }
}

/// A pointer's id and place.
type Finger = (i32, f64, f64);
