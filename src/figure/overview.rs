//! The whole run below the lanes, with the window on it: pressed, it moves the playhead; the window's frame
//! is dragged to pan, its ends to zoom.

use super::axis::Axis;
use super::window::{Extent, Window, WindowCommand};
use super::{Minimap, Run, px};
use crate::platform::layout::{capture_pointer, point_in};
use crate::shared::Shared;
use std::cell::RefCell;
use std::rc::Rc;
use yew::prelude::*;

/// The whole run, small.
#[derive(Properties, PartialEq)]
pub(super) struct OverviewProps {
    /// The run.
    pub run: Shared<Run>,
    /// All the time there is.
    pub extent: Shared<Extent>,
    /// What the lanes show of it.
    pub window: Window,
    /// The playhead.
    pub t_ms: u64,
    /// The time from which on everything is covered.
    pub cover_ms: Option<u64>,
    /// Where the lanes begin and end, in px.
    pub ends: (f64, f64),
    /// The user moves the playhead.
    pub on_seek: Callback<u64>,
    /// The user changes the window.
    pub on_window: Callback<WindowCommand>,
}

/// What a pointer holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Playhead,
    /// The window, at so many ms from its begin.
    Frame(i64),
    From,
    To,
}

/// How near to an end of the window a press takes that end, in px.
const GRIP_PX: f64 = 7.0;

/// The whole run, small.
#[component]
pub(super) fn Overview(props: &OverviewProps) -> Html {
    let node = use_node_ref();
    let held = use_mut_ref(|| None::<Held>);
    let (left, right) = props.ends;
    let scale = Axis::new(0, props.extent.end_ms, left, right, &[]);
    let now = format!("transform:translateX({}px)", px(scale.x(props.t_ms)));
    let Window { from_ms, to_ms } = props.window;
    let (from_x, to_x) = (scale.x(from_ms), scale.x(to_ms));
    let is_whole = props.window.is_whole(&props.extent);
    let frame = format!(
        "left:{}px;width:{}px",
        px(from_x - 1.0),
        px((to_x - from_x).max(4.0) + 2.0)
    );
    let lift = {
        let held = held.clone();
        Callback::from(move |_: PointerEvent| *held.borrow_mut() = None)
    };
    html! {
        <div ref={node.clone()} class="whole-run" data-testid="overview" onpointerdown={press(props, &scale, &node, &held)}
            onpointermove={pull(props, &scale, &node, &held)} onpointerup={lift.clone()} onpointercancel={lift}>
            <Minimap run={props.run.clone()} end_ms={props.extent.end_ms} {left} {right} />
            <span class="window-frame" style={frame} hidden={is_whole} data-testid="window" aria-hidden="true"
                data-from={from_ms.to_string()} data-to={to_ms.to_string()}><i /><i /></span>
            { cover(props, &scale) }
            <span class="whole-run-now" style={now} aria-hidden="true" />
        </div>
    }
}

fn cover(props: &OverviewProps, scale: &Axis) -> Html {
    let Some(from_ms) = props.cover_ms else {
        return html! { <span class="cover" hidden=true /> };
    };
    let (from_x, (_, right)) = (scale.x(from_ms), scale.ends());
    let style = format!(
        "left:{}px;width:{}px",
        px(from_x),
        px((right - from_x).max(0.0))
    );
    html! { <span class="cover" {style} aria-hidden="true" /> }
}

fn press(
    props: &OverviewProps,
    scale: &Axis,
    node: &NodeRef,
    held: &Rc<RefCell<Option<Held>>>,
) -> Callback<PointerEvent> {
    let (scale, node, held) = (scale.clone(), node.clone(), held.clone());
    let (window, is_whole) = (props.window, props.window.is_whole(&props.extent));
    let on_seek = props.on_seek.clone();
    Callback::from(move |event: PointerEvent| {
        let place = point_in(&node, event.client_x(), event.client_y());
        let Some((x, _)) = place.filter(|&(x, _)| x >= scale.ends().0 - GRIP_PX) else {
            return;
        };
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        capture_pointer(&event, ".whole-run");
        let (from_x, to_x) = (scale.x(window.from_ms), scale.x(window.to_ms));
        let at_ms = scale.t_ms(x);
        let what = if is_whole {
            Held::Playhead
        } else if (x - from_x).abs() <= GRIP_PX {
            Held::From
        } else if (x - to_x).abs() <= GRIP_PX {
            Held::To
        } else if window.holds(at_ms) {
            Held::Frame(at_ms.cast_signed() - window.from_ms.cast_signed())
        } else {
            Held::Playhead
        };
        *held.borrow_mut() = Some(what);
        if what == Held::Playhead {
            on_seek.emit(at_ms);
        }
    })
}

fn pull(
    props: &OverviewProps,
    scale: &Axis,
    node: &NodeRef,
    held: &Rc<RefCell<Option<Held>>>,
) -> Callback<PointerEvent> {
    let (scale, node, held, window) = (scale.clone(), node.clone(), held.clone(), props.window);
    let (on_seek, on_window) = (props.on_seek.clone(), props.on_window.clone());
    Callback::from(move |event: PointerEvent| {
        let Some(what) = *held.borrow() else {
            return;
        };
        let Some((x, _)) = point_in(&node, event.client_x(), event.client_y()) else {
            return;
        };
        let at_ms = scale.t_ms(x);
        match what {
            Held::Playhead => on_seek.emit(at_ms),
            Held::Frame(into_ms) => {
                let from_ms = at_ms.saturating_add_signed(-into_ms);
                let to_ms = from_ms.saturating_add(window.to_ms - window.from_ms);
                on_window.emit(WindowCommand::Show(from_ms, to_ms));
            }
            Held::From => {
                on_window.emit(WindowCommand::Show(
                    at_ms.min(window.to_ms.saturating_sub(20)),
                    window.to_ms,
                ));
            }
            Held::To => {
                on_window.emit(WindowCommand::Show(
                    window.from_ms,
                    at_ms.max(window.from_ms + 20),
                ));
            }
        }
    })
}
