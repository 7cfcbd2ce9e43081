//! One lane as bars: the part of the figure that all its sizes share.

use super::axis::{Axis, merged};
use super::{Run, owner, px, words};
use assignor_core::sim::narrate::span;
use assignor_core::sim::trace::{Lane, LaneSpan, PartitionIx, Reader};
use std::ops::Range;
use yew::{Html, html};

/// A stop is never drawn narrower, so that no scale hides it, in px.
const LEAST_STOP_PX: f64 = 2.4;
/// From this height on a row carries letters, hatching and lengths, in px.
const FULL_ROW_PX: f64 = 14.0;
/// Bars that would be narrower don't show at all, in px; stops always do.
const LEAST_BAR_PX: f64 = 0.3;

/// Where and how a lane is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    /// Top of the row, in px.
    pub y: f64,
    /// Height of the row, in px.
    pub height: f64,
    /// Prefix of the ids of the figure's patterns.
    pub id: &'a str,
    /// Whether a row of enough height carries letters and lengths; thumbnails don't.
    pub has_words: bool,
}

impl Place<'_> {
    fn is_full(&self) -> bool {
        self.has_words && self.height >= FULL_ROW_PX
    }
}

/// The patterns that bars refer to: hatching, and the textures of the owners past eight.
pub(crate) fn patterns(id: &str) -> Html {
    let pattern = |name: &str, size: &str, turn: Option<&'static str>, marks: Html| {
        html! {
            <pattern id={format!("{name}-{id}")} width={size.to_owned()} height={size.to_owned()}
                patternUnits="userSpaceOnUse" patternTransform={turn}>{ marks }</pattern>
        }
    };
    html! {
        <defs>
            { pattern("hatch", "7", Some("rotate(45)"), html! {
                <><rect width="7" height="7" class="hatch-ground" /><rect width="2" height="7" class="hatch-line" /></>
            }) }
            { pattern("texture-2", "6", None, html! { <rect y="2" width="6" height="1.5" class="texture-mark" /> }) }
            { pattern("texture-3", "6", None, html! { <circle cx="3" cy="3" r="1.3" class="texture-mark" /> }) }
            { pattern("texture-4", "6", None, html! { <rect x="2" width="1.5" height="6" class="texture-mark" /> }) }
        </defs>
    }
}

/// A lane's bars, and the work of removed members on top of them.
pub(super) fn lane(run: &Run, partition: PartitionIx, axis: &Axis, place: Place) -> Html {
    let Some(lane) = run.trace.lanes.get(partition.0 as usize) else {
        return html! { <g /> };
    };
    let inside = |from_ms: u64, to_ms: u64| from_ms <= axis.to_ms() && to_ms >= axis.from_ms();
    let spans = lane.spans.iter().filter(|s| inside(s.from_ms, s.to_ms));
    let overlaps = lane.overlaps.iter().filter(|o| inside(o.from_ms, o.to_ms));
    html! {
        <>
            { for spans.map(|stretch| bar(run, stretch, axis, place)) }
            if place.is_full() { { read_again(run, partition, lane, axis, place) } }
            { for overlaps.map(|work| {
                let from_x = axis.x(work.from_ms);
                let member = run.member_of(work.process);
                let depth = if place.is_full() { 5.5 } else { 3.0 };
                html! {
                    <rect class={format!("bar-overlap {}", owner::class(member))} x={px(from_x)}
                        y={px(place.y + place.height - depth)} height="3"
                        width={px((axis.x(work.to_ms) - from_x).max(LEAST_STOP_PX))}
                        data-overlap={run.member_name(member).to_owned()} />
                }
            }) }
        </>
    }
}

/// The stops of further partitions that a row stands for: none is hidden because its partition has no row.
pub(super) fn stops(run: &Run, partitions: Range<usize>, axis: &Axis, place: Place) -> Html {
    /// Lower rows show their stops as high as this, in px.
    const LEAST_PX: f64 = 2.0;
    let lanes = run.trace.lanes.get(partitions).unwrap_or_default();
    let spans = lanes.iter().flat_map(|lane| &lane.spans);
    let stops: Vec<_> = spans
        .filter(|span| {
            span.is_stop() && span.from_ms <= axis.to_ms() && span.to_ms >= axis.from_ms()
        })
        .map(|span| (span.from_ms, span.to_ms))
        .collect();
    html! {
        <>{ for merged(&stops).into_iter().map(|(from_ms, to_ms)| {
            let (from_x, to_x) = (axis.x(from_ms), axis.x(to_ms));
            html! {
                <rect class="bar-solid" x={px(from_x)} y={px(place.y)} width={px((to_x - from_x).max(LEAST_STOP_PX))}
                    height={px(place.height.max(LEAST_PX))} />
            }
        }) }</>
    }
}

/// How many records the new owner reads a second time, in its lane where it begins to.
fn read_again(run: &Run, partition: PartitionIx, lane: &Lane, axis: &Axis, place: Place) -> Html {
    let times = run.again.get(&partition).map_or(&[][..], Vec::as_slice);
    let shown = times.iter().filter_map(|&(at_ms, count)| {
        let stretch = lane.spans.get(lane.span_at(at_ms)?)?;
        let (x, end) = (axis.x(at_ms), axis.x(stretch.to_ms));
        let text = format!("{count} read twice");
        // Beside the owner's letter, where there is room for all of it.
        let x = x + 24.0;
        let is_shown = (axis.from_ms()..=axis.to_ms()).contains(&at_ms);
        (is_shown && x + 6.2 * f64::from(u8::try_from(text.len()).unwrap_or(u8::MAX)) <= end)
            .then_some((x, text))
    });
    html! {
        <>{ for shown.map(|(x, text)| html! {
            <text class="bar-again" x={px(x)} y={px(place.y + place.height / 2.0 + 4.0)} data-again={text.clone()}>{ text }</text>
        }) }</>
    }
}

fn bar(run: &Run, stretch: &LaneSpan, axis: &Axis, place: Place) -> Html {
    let (from_x, to_x) = (axis.x(stretch.from_ms), axis.x(stretch.to_ms));
    let width = to_x - from_x;
    if width < LEAST_BAR_PX && !stretch.is_stop() {
        return html! { <g /> };
    }
    let class = match stretch.reader {
        Reader::NotYet => "bar-not-yet",
        Reader::Process { .. } => "bar-reads",
        Reader::Nobody { .. } => "bar-stop",
    };
    html! {
        <g class={class} data-from={stretch.from_ms.to_string()} data-to={stretch.to_ms.to_string()}
            data-reader={words::reader(run, stretch.reader).to_owned()}>
            { match stretch.reader {
                Reader::NotYet => not_yet(from_x, width, place),
                Reader::Process { process, .. } => {
                    let starts_here = stretch.from_ms >= axis.from_ms();
                    reads(run.member_of(process), axis, (from_x, to_x), place, starts_here)
                }
                Reader::Nobody { .. } => stop(axis, (from_x, width), place),
            } }
        </g>
    }
}

fn not_yet(from_x: f64, width: f64, place: Place) -> Html {
    html! {
        <rect x={px(from_x + 0.5)} y={px(place.y + 0.5)} width={px((width - 1.0).max(0.5))}
            height={px((place.height - 1.0).max(0.5))} />
    }
}

fn reads(
    member: usize,
    axis: &Axis,
    (from_x, to_x): (f64, f64),
    place: Place,
    starts_here: bool,
) -> Html {
    let width = to_x - from_x;
    let size = if place.is_full() { "" } else { " is-small" };
    let rect = |x: f64, width: f64, class: String, fill: Option<String>| {
        html! {
            <rect class={class} x={px(x)} y={px(place.y)} width={px(width.max(0.8))}
                height={px(place.height)} fill={fill} />
        }
    };
    let series = (member / 8) % 4 + 1;
    html! {
        <g class={owner::class(member)}>
            { rect(from_x, width, format!("bar-tint{size}"), None) }
            if series > 1 {
                { rect(from_x, width, "bar-texture".to_owned(), Some(format!("url(#texture-{series}-{})", place.id))) }
            }
            if place.is_full() {
                if starts_here {
                    { rect(from_x, width.min(3.0), "bar-edge".to_owned(), None) }
                }
                { for axis.visible(from_x, to_x).into_iter().filter(|(a, b)| b - a > 22.0).map(|(a, _)| html! {
                    <text class="bar-letter" x={px(a + 9.0)} y={px(place.y + place.height / 2.0 + 4.0)}>
                        { owner::letter(member) }
                    </text>
                }) }
            }
        </g>
    }
}

fn stop(axis: &Axis, (from_x, width): (f64, f64), place: Place) -> Html {
    let drawn = width.max(LEAST_STOP_PX);
    let is_hatched = place.is_full() && drawn > 8.0;
    let fill = is_hatched.then(|| format!("url(#hatch-{})", place.id));
    // At the end of the axis a widened stop would stick out.
    let (_, right) = axis.ends();
    let from_x = from_x.min(right - drawn);
    html! {
        <rect class={if is_hatched { "bar-hatched" } else { "bar-solid" }} x={px(from_x)} y={px(place.y)}
            width={px(drawn)} height={px(place.height)} fill={fill} />
    }
}

/// How long the stops of a lane last, each in the middle of its stop where there is room: a layer of its own, so
/// that nothing which stands over the bars runs through the figures.
pub(super) fn lengths(run: &Run, partition: PartitionIx, axis: &Axis, place: Place) -> Html {
    let lane = run.trace.lanes.get(partition.0 as usize);
    let stops = lane.into_iter().flat_map(|lane| &lane.spans);
    let stops = stops.filter(|stretch| {
        let is_inside = stretch.from_ms <= axis.to_ms() && stretch.to_ms >= axis.from_ms();
        place.is_full() && stretch.is_stop() && is_inside
    });
    let middle = place.y + place.height / 2.0;
    html! {
        <>{ for stops.map(|stretch| {
            plate(&span(stretch.length_ms()), (axis.x(stretch.from_ms), axis.x(stretch.to_ms)), middle, 16.0)
        }) }</>
    }
}

/// A length in the middle between two places, on a plain ground of a height; nothing where it would fill them.
pub(super) fn plate(text: &str, (from_x, to_x): (f64, f64), middle: f64, height: f64) -> Html {
    // Digits and letters of 11 px are about 6.3 px wide.
    let width = f64::from(u8::try_from(text.len()).unwrap_or(u8::MAX)) * 6.3 + 9.0;
    if to_x - from_x <= width + 6.0 {
        return html! { <g /> };
    }
    let x = f64::midpoint(from_x, to_x);
    html! {
        <>
            <rect class="bar-solid" x={px(x - width / 2.0)} y={px(middle - height / 2.0)} width={px(width)} height={px(height)} />
            <text class="bar-length" x={px(x)} y={px(middle + 4.0)}>{ text.to_owned() }</text>
        </>
    }
}
