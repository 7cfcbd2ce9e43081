//! The lanes: the figure at its largest, with ruler, bands, events, the user's actions and the playhead.
//!
//! What depends on the run alone is redrawn only for a new run or size; the playhead and the tooltip lie
//! over it, so that a frame of playback moves two elements.

use super::axis::Axis;
use super::bands::{self, Band};
use super::chips::{Chip, ChipCommand, Chips, tracks_px};
use super::follow::{Sight, use_follow};
use super::gestures::{Gestures, Pointers};
use super::members::{self, Share};
use super::overview::Overview;
use super::rows::{Lines, NARROW_PX, RowSize, Rows, gutter};
use super::tooltip::{self, Pointed};
use super::window::{Extent, Window, WindowCommand};
use super::words::{self, SpanWords};
use super::{Run, VariantRows, events, px};
use crate::platform::layout::{scrolls, use_scroll_top, use_size, use_wheel};
use crate::shared::Shared;
use assignor_core::sim::narrate::clock;
use std::ops::Range;
use yew::prelude::*;

/// What a line of the lanes stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum By {
    /// A partition: who reads it.
    #[default]
    Partition,
    /// A member: how much it reads.
    Member,
}

/// Another run on the same axis.
#[derive(Debug, Clone, PartialEq)]
pub struct Other {
    /// Its letter.
    pub letter: AttrValue,
    /// The run, if there is one.
    pub run: Option<Shared<Run>>,
    /// What stands above it.
    pub head: Html,
}

/// The lanes of a run.
#[derive(Properties, PartialEq)]
pub struct LanesProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
    /// All the time there is.
    pub extent: Shared<Extent>,
    /// What is shown of it.
    pub window: Window,
    /// What a line stands for.
    pub by: By,
    /// The range that playback repeats.
    pub range: Option<(u64, u64)>,
    /// The time from which on everything is covered.
    #[prop_or_default]
    pub cover_ms: Option<u64>,
    /// The user's actions, by time.
    pub chips: Vec<Chip>,
    /// The selected action.
    #[prop_or_default]
    pub selected: Option<u32>,
    /// Other runs to compare with.
    #[prop_or_default]
    pub others: Vec<Other>,
    /// The user moves the playhead.
    pub on_seek: Callback<u64>,
    /// The user does something to an action.
    pub on_chip: Callback<ChipCommand>,
    /// The user zooms or pans.
    pub on_window: Callback<WindowCommand>,
    /// The user marks a range to repeat, or none.
    pub on_range: Callback<Option<(u64, u64)>>,
}

/// Height of ruler and bands together.
const HEAD_PX: f64 = 56.0;
/// Height of the row of events.
const FOOT_PX: f64 = 20.0;
/// The rows are never higher together while other runs stand below, in px.
const BESIDE_OTHERS_PX: f64 = 104.0;
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
    let pointers = use_mut_ref(super::gestures::Down::default);
    let axis = use_axis(props, width);
    let lines = use_lines(&props.run, props.by);
    let count = lines.count(&props.run);
    // With other runs below, the rows shrink before the page scrolls.
    let most = if props.others.is_empty() {
        f64::MAX
    } else {
        BESIDE_OTHERS_PX
    };
    let is_measured = (height - INITIAL.1).abs() > f64::EPSILON;
    let height = height.min(most);
    let size = RowSize::fitting(count, height);
    let sight = Sight {
        size,
        top: scrolled,
        height,
        is_measured,
    };
    use_follow(&scroller, &props.run, &lines, props.t_ms, sight);
    let on_focus = {
        let (pointed, tab_stop) = (pointed.setter(), tab_stop.setter());
        use_callback((), move |row: usize, ()| {
            pointed.set(Pointed::Row(row));
            tab_stop.set(row);
        })
    };
    let clear = pointed.setter();
    let leave = pointed.setter();
    let tracks_px = tracks_px(&props.chips, props.selected, &axis);
    let gestures = gestures(props, &axis, &area, &pointers, pointed.setter());
    {
        let (gestures, scroller) = (gestures.clone(), scroller.clone());
        use_wheel(&area, move |wheel| {
            let command = gestures.wheel(wheel, scrolls(&scroller));
            if let Some(command) = command {
                gestures.on_window.emit(command);
            }
            command.is_some()
        });
    }
    let pill = pill(axis.x(props.t_ms), width);
    let words = tooltip::target(&axis, *pointed, props.t_ms, |y| {
        size.row_at(y - HEAD_PX + scrolled, count)
    })
    .and_then(|target| said(&props.run, &axis, &lines, target));
    let rows_top = HEAD_PX - scrolled;
    let tip_at = tooltip::place(*pointed, &axis, props.t_ms, |row| {
        rows_top + size.top_of(row)
    });
    let lift = gestures.lift();
    html! {
        <div ref={area.clone()} class="lanes" data-testid="lanes" style={least(count, tracks_px)}>
            <div class="scrub" onpointerdown={gestures.press()} onpointermove={gestures.hover()}
                onpointerup={lift.clone()} onpointercancel={lift}
                onpointerleave={move |_: PointerEvent| leave.set(Pointed::Nothing)}>
                <EdgeBand run={props.run.clone()} axis={axis.clone()} {width} edge={Edge::Head} />
                <Ruler axis={axis.clone()} {width} covered={bands::covered(&axis, pill)} />
                <div ref={scroller} class="lane-scroll" style={format!("height:{}px", px(RowSize::largest_total(count).min(most)))} onkeydown={roam(count, *tab_stop)}
                    onfocusout={move |_: FocusEvent| clear.set(Pointed::Nothing)}>
                    <Rows run={props.run.clone()} axis={axis.clone()} {lines} {size} {width} tab_stop={(*tab_stop).min(count.saturating_sub(1))}
                        drawn={size.in_view(count, scrolled, height)} {on_focus} />
                </div>
                <EdgeBand run={props.run.clone()} axis={axis.clone()} {width} edge={Edge::Foot} />
            </div>
            <div class="chip-area" style={format!("height:{}px", px(tracks_px))}>
                <Chips chips={props.chips.clone()} axis={axis.clone()} selected={props.selected}
                    on_chip={props.on_chip.clone()} />
            </div>
            { for props.others.iter().map(|other| html! {
                <div key={other.letter.to_string()} id={variant_id(&other.letter)} class="variant" data-testid="variant">
                    { other.head.clone() }
                    if let Some(run) = &other.run {
                        <VariantRows base={props.run.clone()} run={run.clone()} axis={axis.clone()} letter={other.letter.clone()} />
                    }
                </div>
            }) }
            <Overview run={props.run.clone()} extent={props.extent.clone()} window={props.window} t_ms={props.t_ms} cover_ms={props.cover_ms} ends={axis.ends()}
                on_seek={props.on_seek.clone()} on_window={props.on_window.clone()} />
            { cover(props, &axis) }
            { range(props, &axis) }
            { playhead(props.t_ms, axis.x(props.t_ms), pill, props.window.holds(props.t_ms)) }
            { tooltip::tooltip(words.as_ref(), tip_at, width) }
        </div>
    }
}

/// The id of another run's place below the lanes, by its letter.
pub fn variant_id(letter: &str) -> String {
    format!("variant-{letter}")
}

fn gestures(
    props: &LanesProps,
    axis: &Shared<Axis>,
    area: &NodeRef,
    pointers: &Pointers,
    pointed: UseStateSetter<Pointed>,
) -> Gestures {
    Gestures {
        axis: axis.clone(),
        area: area.clone(),
        pointers: pointers.clone(),
        pointed,
        on_seek: props.on_seek.clone(),
        on_window: props.on_window.clone(),
        on_range: props.on_range.clone(),
    }
}

/// What the lines stand for, with what their drawing needs.
#[hook]
fn use_lines(run: &Shared<Run>, by: By) -> Lines {
    let lines = use_memo((run.clone(), by), |(run, by)| match by {
        By::Partition => Lines::Partitions,
        By::Member => Lines::Members(Shared::new(members::shares(run))),
    });
    (*lines).clone()
}

/// What a line says at a time.
fn said(
    run: &Run,
    axis: &Axis,
    lines: &Lines,
    (row, at_ms, x): tooltip::Target,
) -> Option<SpanWords> {
    match lines {
        Lines::Partitions => tooltip::words(run, axis, row, at_ms, x),
        Lines::Members(shares) => {
            let line: &[Share] = shares.get(row)?;
            Some(members::describe(run, row, members::at(line, at_ms)?))
        }
    }
}

/// What lies over the hidden part.
fn cover(props: &LanesProps, axis: &Axis) -> Html {
    let shown = props.cover_ms.filter(|&from_ms| from_ms < axis.to_ms());
    let Some(from_ms) = shown else {
        return html! { <div key="none" class="cover" hidden=true /> };
    };
    let (from_x, (_, right)) = (axis.x(from_ms.max(axis.from_ms())), axis.ends());
    let style = format!(
        "left:{}px;width:{}px",
        px(from_x),
        px((right - from_x).max(0.0))
    );
    html! { <div key="cover" class="cover" {style} data-testid="cover" data-from={from_ms.to_string()}><span>{ "what comes next?" }</span></div> }
}

/// The range that playback repeats, through everything, with a way out of it at the ruler.
fn range(props: &LanesProps, axis: &Axis) -> Html {
    let Some((from_ms, to_ms)) = props.range else {
        return html! { <span class="range" hidden=true /> };
    };
    let (from_x, to_x) = (axis.x(from_ms), axis.x(to_ms));
    let style = format!(
        "left:{}px;width:{}px",
        px(from_x),
        px((to_x - from_x).max(2.0))
    );
    let label = format!(
        "Stop repeating {} to {}",
        words::exact(from_ms),
        words::exact(to_ms)
    );
    html! {
        <div class="range" {style} data-testid="range" data-from={from_ms.to_string()} data-to={to_ms.to_string()}>
            <button type="button" class="range-end" aria-label={label} title="Stop repeating (L)" onclick={props.on_range.reform(|_: MouseEvent| None)}>
                { "repeat ×" }
            </button>
        </div>
    }
}

#[hook]
fn use_axis(props: &LanesProps, width: f64) -> Shared<Axis> {
    let all = (props.run.clone(), props.extent.clone(), props.window, width);
    let axis = use_memo(all, |(run, extent, window, width)| {
        Shared::new(window.axis(extent, gutter(run, *width), width - 2.0))
    });
    (*axis).clone()
}

/// The heights that the lanes keep, however high what stands above them is: of all their parts, and of the rows.
fn least(count: usize, tracks_px: f64) -> String {
    /// The minimap, and the space around it and the chips, in px.
    const BELOW_PX: f64 = 54.0;
    let rows_px = RowSize::least_total(count);
    let all_px = HEAD_PX + rows_px + FOOT_PX + tracks_px + BELOW_PX;
    format!(
        "--lanes-least:{}px;--rows-least:{}px",
        px(all_px),
        px(rows_px)
    )
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
            <text class="gutter-label" x="0" y="31">{ "state" }</text>
            <text class="gutter-label" x="0" y="48">{ if is_narrow { "gen." } else { "generation" } }</text>
            { bands::states(run, axis, state) }
            { bands::generations(run, axis, generation) }
            <g class="tears" transform="translate(0 18)">
                { for axis.tears().map(|piece| bands::tear(piece, (0.0, HEAD_PX - 18.0), None)) }
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

/// The round times; drawn anew only when the pill of the playhead covers others of them.
#[derive(Properties, PartialEq)]
struct RulerProps {
    axis: Shared<Axis>,
    width: f64,
    covered: Range<usize>,
}

/// The round times along the top.
#[component]
fn Ruler(props: &RulerProps) -> Html {
    html! {
        <svg class="lane-ruler" width={px(props.width)} height="18" aria-hidden="true">
            { bands::ruler(&props.axis, props.covered.clone()) }
        </svg>
    }
}

/// From where to where the pill of a playhead goes, in px. It stays inside where the line is at an end.
fn pill(x: f64, width: f64) -> (f64, f64) {
    const HALF_PX: f64 = 31.0;
    let middle = x.min(width - HALF_PX).max(HALF_PX);
    (middle - HALF_PX, middle + HALF_PX)
}

/// A line through everything, its time in a pill at the ruler.
fn playhead(t_ms: u64, x: f64, (from_x, to_x): (f64, f64), is_shown: bool) -> Html {
    // On whole pixels the line is equally strong everywhere.
    let style = format!("transform:translateX({}px)", px(x.round()));
    let shift = f64::midpoint(from_x, to_x) - x;
    let pill = format!("transform:translateX(calc(-50% + {}px))", px(shift));
    html! {
        <div class="playhead" {style} aria-hidden="true" hidden={!is_shown}>
            <span class="playhead-pill" style={pill}>{ clock(t_ms) }</span>
        </div>
    }
}
