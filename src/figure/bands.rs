//! What stands above the lanes: ruler, the group's state and its generations; and the tears through all.

use super::axis::{Axis, Piece};
use super::{Run, px};
use assignor_core::figure::{group_states, tick_text};
use assignor_core::sim::narrate::span;
use assignor_core::sim::trace::{GroupSpan, GroupState};
use std::ops::Range;
use yew::{Html, html};

/// Least distance between times of the ruler, in px.
const TICKS_APART_PX: f64 = 64.0;

/// Top and height of a band, in px.
#[derive(Debug, Clone, Copy)]
pub(super) struct Band {
    /// Top.
    pub y: f64,
    /// Height.
    pub height: f64,
}

/// Half the width that a time of the ruler may take, in px.
const HALF_TIME_PX: f64 = 22.0;

/// The round times that have room along the top.
fn times(axis: &Axis) -> (Vec<u64>, u64) {
    let ticks = axis.ticks(TICKS_APART_PX);
    let step = match ticks.as_slice() {
        [first, second, ..] => second - first,
        _ => 1_000,
    };
    let (_, right) = axis.ends();
    let mut free_from = f64::MIN;
    let shown: Vec<u64> = ticks
        .into_iter()
        .filter(|&t| {
            let x = axis.x(t);
            let fits = x - HALF_TIME_PX >= free_from && x + 12.0 <= right;
            if fits {
                free_from = x + HALF_TIME_PX;
            }
            fits
        })
        .collect();
    (shown, step)
}

/// Round times along the top, without some of them.
pub(super) fn ruler(axis: &Axis, covered: Range<usize>) -> Html {
    let (shown, step) = times(axis);
    html! {
        <g class="ruler" aria-hidden="true">
            { for shown.into_iter().enumerate().filter(|(place, _)| !covered.contains(place)).map(|(_, t)| html! {
                <text key={t} x={px(axis.x(t))} y="12">{ tick_text(t, step) }</text>
            }) }
        </g>
    }
}

/// Which times of the ruler would be cut by what lies over it, from one place to another in px.
pub(super) fn covered(axis: &Axis, (from_x, to_x): (f64, f64)) -> Range<usize> {
    let (shown, _) = times(axis);
    let first = shown.partition_point(|&t| axis.x(t) + HALF_TIME_PX <= from_x);
    let end = shown.partition_point(|&t| axis.x(t) - HALF_TIME_PX < to_x);
    first..end.max(first)
}

/// Faint lines through the lanes at the ruler's times.
pub(super) fn grid(axis: &Axis, height: f64) -> Html {
    html! {
        <g class="grid" aria-hidden="true">
            { for axis.ticks(TICKS_APART_PX).into_iter().map(|t| {
                let x = px(axis.x(t));
                html! { <line x1={x.clone()} x2={x} y1="0" y2={px(height)} /> }
            }) }
        </g>
    }
}

/// The group's states: Stable a low line, Preparing a block, Completing a tick, Empty dotted.
pub(super) fn states(run: &Run, axis: &Axis, band: Band) -> Html {
    html! {
        <g class="states" aria-hidden="true">
            { for group_states(&run.trace).iter().filter(|stretch| is_shown(axis, stretch.from_ms, stretch.to_ms))
                .map(|stretch| state(stretch, axis, band)) }
        </g>
    }
}

/// Whether a stretch has a part on the axis.
fn is_shown(axis: &Axis, from_ms: u64, to_ms: u64) -> bool {
    from_ms <= axis.to_ms() && to_ms >= axis.from_ms()
}

fn state(stretch: &GroupSpan, axis: &Axis, Band { y, height }: Band) -> Html {
    let (from_x, to_x) = (axis.x(stretch.from_ms), axis.x(stretch.to_ms));
    let width = to_x - from_x;
    let block = |class: &'static str, y: f64, width: f64, height: f64| {
        html! { <rect class={class} x={px(from_x)} y={px(y)} width={px(width)} height={px(height)} /> }
    };
    let words = |class: &'static str, least: f64, text: fn(f64) -> &'static str| {
        axis.visible(from_x, to_x)
            .into_iter()
            .filter(move |(a, b)| b - a > least)
            .map(move |(a, b)| {
                html! { <text class={class} x={px(a + 7.0)} y={px(y + height / 2.0 + 4.0)}>{ text(b - a) }</text> }
            })
            .collect::<Html>()
    };
    match stretch.state {
        GroupState::PreparingRebalance => html! {
            <>
                { block("state-preparing", y, width.max(1.5), height) }
                { words("on-preparing", 66.0, |w| if w > 128.0 { "PreparingRebalance" } else { "Preparing" }) }
            </>
        },
        GroupState::CompletingRebalance => block("state-completing", y, width.max(1.5), height),
        GroupState::Stable => html! {
            <>
                { block("state-stable", y + height - 2.0, width.max(0.5), 2.0) }
                { words("on-stable", 52.0, |_| "Stable") }
            </>
        },
        GroupState::Empty => html! {
            <>
                <line class="state-empty" x1={px(from_x)} x2={px(to_x)} y1={px(y + height - 1.0)} y2={px(y + height - 1.0)} />
                { words("on-stable", 52.0, |_| "Empty") }
            </>
        },
    }
}

/// A tick and a number where each generation begins.
pub(super) fn generations(run: &Run, axis: &Axis, Band { y, height }: Band) -> Html {
    let begins = run
        .trace
        .group
        .iter()
        .filter(|span| span.state == GroupState::CompletingRebalance)
        .collect::<Vec<_>>();
    let ends = begins
        .iter()
        .skip(1)
        .map(|span| span.from_ms)
        .chain([run.trace.end_ms]);
    let shown = begins
        .iter()
        .zip(ends)
        .filter(|(span, to_ms)| is_shown(axis, span.from_ms, *to_ms));
    let generations = shown.map(|(span, to_ms)| {
        let begins_here = span.from_ms >= axis.from_ms();
        let (from_x, to_x) = (axis.x(span.from_ms), axis.x(to_ms));
        let first = axis.visible(from_x, to_x).into_iter().find(|(a, b)| b - a > 14.0);
        html! {
            <g>
                if begins_here {
                    <line x1={px(from_x)} x2={px(from_x)} y1={px(y)} y2={px(y + height)} />
                }
                if let Some((a, b)) = first {
                    <text x={px(a + 6.0)} y={px(y + height - 3.5)}>
                        { if b - a > 92.0 { format!("generation {}", span.generation_id) } else { span.generation_id.to_string() } }
                    </text>
                }
            </g>
        }
    });
    html! { <g class="generations" aria-hidden="true">{ for generations }</g> }
}

/// Covers a torn-out stretch between two zigzag edges, from one height to another; its length stands upright in
/// the middle of what is in view, where it has room.
pub(super) fn tear(piece: &Piece, (top, bottom): (f64, f64), in_view: Option<(f64, f64)>) -> Html {
    const LABEL_PX: f64 = 74.0;
    let left = zigzag(piece.from_x, (top, bottom), 4.0);
    let right = zigzag(piece.to_x, (top, bottom), -4.0);
    let outline = |points: &[(f64, f64)]| {
        points
            .iter()
            .map(|(x, y)| format!("{},{}", px(*x), px(*y)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let ground: Vec<_> = left.iter().chain(right.iter().rev()).copied().collect();
    let x = f64::midpoint(piece.from_x, piece.to_x);
    let label = in_view.filter(|(from, to)| to - from > LABEL_PX);
    let text = format!("{} quiet", span(piece.to_ms - piece.from_ms));
    html! {
        <g class="tear">
            <polygon points={outline(&ground)} />
            <polyline points={outline(&left)} />
            <polyline points={outline(&right)} />
            if let Some(y) = label.map(|(from, to)| f64::midpoint(from, to)) {
                <text x={px(x)} y={px(y + 4.0)} transform={format!("rotate(-90 {} {})", px(x), px(y))}>{ text }</text>
            }
        </g>
    }
}

/// An edge from one height to another; its teeth stand at the same heights whatever part of it is drawn.
fn zigzag(x: f64, (top, bottom): (f64, f64), depth: f64) -> Vec<(f64, f64)> {
    const TOOTH_PX: f64 = 6.0;
    let mut points = Vec::new();
    let mut y = (top / (2.0 * TOOTH_PX)).floor() * 2.0 * TOOTH_PX;
    let mut is_out = false;
    while y <= bottom {
        points.push((if is_out { x + depth } else { x }, y));
        y += TOOTH_PX;
        is_out = !is_out;
    }
    points.push((x, bottom));
    points
}

#[cfg(test)]
mod tests {
    use super::zigzag;

    #[test]
    fn a_part_of_an_edge_is_the_edge_there_and_no_longer() {
        let whole = zigzag(10.0, (0.0, 600.0), 4.0);
        let part = zigzag(10.0, (100.0, 200.0), 4.0);
        assert!(part.len() < 20);
        let (_, teeth) = part.split_last().expect("points");
        assert!(teeth.iter().all(|point| whole.contains(point)));
        assert!(teeth.first().is_some_and(|(_, y)| *y <= 100.0));
    }
}
