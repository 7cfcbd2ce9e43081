//! What stands above the lanes: ruler, the group's state and its generations; and the tears through all.

use super::axis::{Axis, Piece};
use super::{Run, px};
use assignor_core::figure::{group_states, tick_text};
use assignor_core::sim::narrate::span;
use assignor_core::sim::trace::{GroupSpan, GroupState};
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

/// Round times along the top.
pub(super) fn ruler(axis: &Axis) -> Html {
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
            let fits = x - 22.0 >= free_from && x + 12.0 <= right;
            if fits {
                free_from = x + 22.0;
            }
            fits
        })
        .collect();
    html! {
        <g class="ruler" aria-hidden="true">
            { for shown.into_iter().map(|t| html! {
                <text x={px(axis.x(t))} y="12">{ tick_text(t, step) }</text>
            }) }
        </g>
    }
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

/// Covers a torn-out stretch between two zigzag edges; its length stands upright in the middle.
pub(super) fn tear(piece: &Piece, height: f64, is_labelled: bool) -> Html {
    let left = zigzag(piece.from_x, height, 4.0);
    let right = zigzag(piece.to_x, height, -4.0);
    let outline = |points: &[(f64, f64)]| {
        points
            .iter()
            .map(|(x, y)| format!("{},{}", px(*x), px(*y)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let ground: Vec<_> = left.iter().chain(right.iter().rev()).copied().collect();
    let (x, y) = (f64::midpoint(piece.from_x, piece.to_x), height / 2.0);
    let text = format!("{} quiet", span(piece.to_ms - piece.from_ms));
    html! {
        <g class="tear">
            <polygon points={outline(&ground)} />
            <polyline points={outline(&left)} />
            <polyline points={outline(&right)} />
            if is_labelled && height > 74.0 {
                <text x={px(x)} y={px(y + 4.0)} transform={format!("rotate(-90 {} {})", px(x), px(y))}>{ text }</text>
            }
        </g>
    }
}

fn zigzag(x: f64, height: f64, depth: f64) -> Vec<(f64, f64)> {
    const TOOTH_PX: f64 = 6.0;
    let mut points = Vec::new();
    let mut y = 0.0;
    let mut is_out = false;
    while y <= height {
        points.push((if is_out { x + depth } else { x }, y));
        y += TOOTH_PX;
        is_out = !is_out;
    }
    points.push((x, height));
    points
}
