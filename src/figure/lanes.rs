//! The lanes: the figure at its largest, with ruler, bands, events, the user's actions and the playhead.
//!
//! What depends on the run alone is redrawn only for a new run or size; the playhead and the tooltip lie
//! over it, so that a frame of playback moves two elements.

use super::axis::Axis;
use super::bands::{self, Band};
use super::chips::{Chip, ChipCommand, Chips, TRACK_PX, track_count};
use super::rows::{RowSize, Rows};
use super::tooltip::{self, Pointed};
use super::{Minimap, Run, events, px};
use crate::platform::layout::{capture_pointer, point_in, use_scroll_top, use_size};
use crate::shared::Shared;
use assignor_core::sim::narrate::clock;
use yew::prelude::*;

/// The lanes of a run.
#[derive(Properties, PartialEq)]
pub struct LanesProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
    /// The user's actions, by time.
    pub chips: Vec<Chip>,
    /// The selected action.
    #[prop_or_default]
    pub selected: Option<u32>,
    /// The user moves the playhead.
    pub on_seek: Callback<u64>,
    /// The user does something to an action.
    pub on_chip: Callback<ChipCommand>,
}

/// Height of ruler and bands together.
const HEAD_PX: f64 = 56.0;
/// Height of the row of events.
const FOOT_PX: f64 = 20.0;
/// Room for the labels at the left, in wide and narrow places.
const GUTTER_PX: (f64, f64) = (64.0, 50.0);
/// Below this width the gutter is narrower.
const NARROW_PX: f64 = 620.0;
/// Size assumed until the place has been measured.
const INITIAL: (f64, f64) = (994.0, 180.0);

/// The lanes of a run.
#[component]
pub fn Lanes(props: &LanesProps) -> Html {
    let area = use_node_ref();
    let scroller = use_node_ref();
    let (width, _) = use_size(&area, INITIAL);
    let (_, height) = use_size(&scroller, INITIAL);
    let scrolled = use_scroll_top(&scroller);
    let pointed = use_state_eq(|| Pointed::Nothing);
    let tab_stop = use_state_eq(|| 0_usize);
    let whole = use_node_ref();
    let ignored = use_state_eq(|| Pointed::Nothing);
    let axis = use_axis(&props.run, width);
    let count = props.run.trace.lanes.len();
    let size = RowSize::fitting(count, height);
    let on_focus = {
        let (pointed, tab_stop) = (pointed.setter(), tab_stop.setter());
        use_callback((), move |row: usize, ()| {
            pointed.set(Pointed::Row(row));
            tab_stop.set(row);
        })
    };
    let clear = pointed.setter();
    let leave = pointed.setter();
    let words = tooltip::words(&props.run, &axis, *pointed, props.t_ms, |y| {
        size.row_at(y - HEAD_PX + scrolled, count)
    });
    let rows_top = HEAD_PX - scrolled;
    let tip_at = tooltip::place(*pointed, &axis, props.t_ms, |row| {
        rows_top + size.top_of(row)
    });
    html! {
        <div ref={area.clone()} class="lanes" data-testid="lanes">
            <div class="scrub" onpointerdown={press(&props.on_seek, &axis, &area)}
                onpointermove={hover(&props.on_seek, &axis, &area, &pointed)}
                onpointerleave={move |_: PointerEvent| leave.set(Pointed::Nothing)}>
                <EdgeBand run={props.run.clone()} axis={axis.clone()} {width} edge={Edge::Head} />
                <div ref={scroller} class="lane-scroll" style={format!("height:{}px", px(RowSize::largest_total(count)))} onkeydown={roam(count, *tab_stop)}
                    onfocusout={move |_: FocusEvent| clear.set(Pointed::Nothing)}>
                    <Rows run={props.run.clone()} axis={axis.clone()} {size} {width} tab_stop={*tab_stop}
                        drawn={size.in_view(count, scrolled, height)} {on_focus} />
                </div>
                <EdgeBand run={props.run.clone()} axis={axis.clone()} {width} edge={Edge::Foot} />
            </div>
            <div class="chip-area" style={format!("height:{}px", px(tracks(props, &axis)))}>
                <Chips chips={props.chips.clone()} axis={axis.clone()} selected={props.selected}
                    on_chip={props.on_chip.clone()} />
            </div>
            { whole_run(props, &axis, &whole, &ignored) }
            { playhead(props.t_ms, axis.x(props.t_ms), width) }
            { tooltip::tooltip(words.as_ref(), tip_at, width) }
        </div>
    }
}

#[hook]
fn use_axis(run: &Shared<Run>, width: f64) -> Shared<Axis> {
    let axis = use_memo((run.clone(), width), |(run, width)| {
        let gutter = if *width < NARROW_PX {
            GUTTER_PX.1
        } else {
            GUTTER_PX.0
        };
        let axis = Axis::new(0, run.trace.end_ms, gutter, width - 2.0, &run.quiet);
        Shared::new(axis)
    });
    (*axis).clone()
}

/// Height of the tracks that the chips need, in px.
fn tracks(props: &LanesProps, axis: &Axis) -> f64 {
    let count = track_count(&props.chips, props.selected, axis);
    f64::from(u8::try_from(count).unwrap_or(1)) * TRACK_PX
}

/// A press moves the playhead there and holds the pointer for a drag.
fn press(on_seek: &Callback<u64>, axis: &Shared<Axis>, area: &NodeRef) -> Callback<PointerEvent> {
    let (on_seek, axis, area) = (on_seek.clone(), axis.clone(), area.clone());
    Callback::from(move |event: PointerEvent| {
        if event.button() != 0 || !event.is_primary() {
            return;
        }
        if let Some((x, _)) = point_in(&area, event.client_x(), event.client_y())
            && x >= axis.ends().0 - 6.0
        {
            capture_pointer(&event);
            on_seek.emit(axis.t_ms(x));
        }
    })
}

/// A pointer that is down drags the playhead; one that isn't asks what lies under it.
fn hover(
    on_seek: &Callback<u64>,
    axis: &Shared<Axis>,
    area: &NodeRef,
    pointed: &UseStateHandle<Pointed>,
) -> Callback<PointerEvent> {
    let (on_seek, axis, area) = (on_seek.clone(), axis.clone(), area.clone());
    let pointed = pointed.setter();
    Callback::from(move |event: PointerEvent| {
        let Some((x, y)) = point_in(&area, event.client_x(), event.client_y()) else {
            return;
        };
        let is_down = event.buttons() & 1 == 1;
        if is_down && x >= axis.ends().0 - 6.0 {
            on_seek.emit(axis.t_ms(x));
            pointed.set(Pointed::Nothing);
        } else if event.pointer_type() == "mouse" && !is_down {
            pointed.set(Pointed::Point(x, y));
        }
    })
}

/// Up and down move the focus from row to row: the lanes are one stop of the Tab key.
fn roam(count: usize, at: usize) -> Callback<KeyboardEvent> {
    Callback::from(move |event: KeyboardEvent| {
        let to = match event.key().as_str() {
            "ArrowUp" => at.saturating_sub(1),
            "ArrowDown" => (at + 1).min(count.saturating_sub(1)),
            _ => return,
        };
        event.prevent_default();
        crate::platform::focus(&super::rows::row_id(to));
    })
}

/// What stands above the lanes, and what below.
#[derive(Clone, Copy, PartialEq)]
enum Edge {
    Head,
    Foot,
}

#[derive(Properties, PartialEq)]
struct EdgeBandProps {
    run: Shared<Run>,
    axis: Shared<Axis>,
    width: f64,
    edge: Edge,
}

/// A band at an edge of the lanes; redrawn only for a new run or size.
#[component]
fn EdgeBand(props: &EdgeBandProps) -> Html {
    let EdgeBandProps {
        run, axis, width, ..
    } = props;
    match props.edge {
        Edge::Head => head(run, axis, *width),
        Edge::Foot => foot(run, axis, *width),
    }
}

/// Ruler, state and generations.
fn head(run: &Run, axis: &Axis, width: f64) -> Html {
    let is_narrow = width < NARROW_PX;
    let state = Band {
        y: 19.0,
        height: 15.0,
    };
    let generation = Band {
        y: 37.0,
        height: 14.0,
    };
    html! {
        <svg class="lane-head" width={px(width)} height={px(HEAD_PX)} aria-hidden="true">
            { bands::ruler(axis) }
            <text class="gutter-label" x="0" y="31">{ "state" }</text>
            <text class="gutter-label" x="0" y="48">{ if is_narrow { "gen." } else { "generation" } }</text>
            { bands::states(run, axis, state) }
            { bands::generations(run, axis, generation) }
            <g class="tears" transform="translate(0 18)">
                { for axis.tears().map(|piece| bands::tear(piece, HEAD_PX - 18.0, false)) }
            </g>
        </svg>
    }
}

/// The row of events.
fn foot(run: &Run, axis: &Axis, width: f64) -> Html {
    html! {
        <svg class="lane-foot" width={px(width)} height={px(FOOT_PX)} role="group" aria-label="Events">
            <text class="gutter-label" x="0" y="14">{ "events" }</text>
            { events::marks(run, axis, FOOT_PX / 2.0) }
        </svg>
    }
}

/// The minimap, with the playhead on it. `node` is its element; nothing is said of what lies under the pointer.
fn whole_run(
    props: &LanesProps,
    axis: &Axis,
    node: &NodeRef,
    ignored: &UseStateHandle<Pointed>,
) -> Html {
    let (left, right) = axis.ends();
    let scale = Shared::new(Axis::new(0, props.run.trace.end_ms, left, right, &[]));
    let style = format!("transform:translateX({}px)", px(scale.x(props.t_ms)));
    html! {
        <div ref={node.clone()} class="whole-run" onpointerdown={press(&props.on_seek, &scale, node)}
            onpointermove={hover(&props.on_seek, &scale, node, ignored)}>
            <Minimap run={props.run.clone()} {left} {right} />
            <span class="whole-run-now" {style} aria-hidden="true" />
        </div>
    }
}

/// A line through everything, its time in a pill at the ruler.
fn playhead(t_ms: u64, x: f64, width: f64) -> Html {
    const HALF_PILL_PX: f64 = 31.0;
    // On whole pixels the line is equally strong everywhere.
    let style = format!("transform:translateX({}px)", px(x.round()));
    // The pill stays inside where the line is at an end.
    let shift = (width - HALF_PILL_PX - x).clamp(-HALF_PILL_PX, 0.0) + (HALF_PILL_PX - x).max(0.0);
    let pill = format!("transform:translateX(calc(-50% + {}px))", px(shift));
    html! {
        <div class="playhead" {style} aria-hidden="true">
            <span class="playhead-pill" style={pill}>{ clock(t_ms) }</span>
        </div>
    }
}
