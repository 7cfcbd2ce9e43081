//! Exact numbers of the stretch under the pointer, or of the focused row at the playhead.

use super::axis::Axis;
use super::words::{self, SpanWords};
use super::{Run, px};
use assignor_core::sim::trace::PartitionIx;
use yew::prelude::*;

/// What the tooltip speaks of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Pointed {
    /// Nothing: it is hidden.
    Nothing,
    /// A point of the lanes, in px from their top left.
    Point(f64, f64),
    /// A row that has the focus.
    Row(usize),
}

/// A row, a time, and the place along the axis where it is a pointer that asks, in px.
pub(super) type Target = (usize, u64, Option<f64>);

/// What it speaks of. `row_at` finds the row at a height.
pub(super) fn target(
    axis: &Axis,
    pointed: Pointed,
    t_ms: u64,
    row_at: impl Fn(f64) -> Option<usize>,
) -> Option<Target> {
    match pointed {
        Pointed::Nothing => None,
        Pointed::Point(x, y) => {
            let (left, right) = axis.ends();
            let is_inside = (left..=right).contains(&x);
            let row = row_at(y).filter(|_| is_inside)?;
            Some((row, axis.t_ms(x), Some(x)))
        }
        Pointed::Row(row) => Some((row, t_ms, None)),
    }
}

/// What to say about a partition's lane.
pub(super) fn words(
    run: &Run,
    axis: &Axis,
    row: usize,
    at_ms: u64,
    x: Option<f64>,
) -> Option<SpanWords> {
    let lane = run.trace.lanes.get(row)?;
    // A stop that is drawn wider than it lasts is met all over its width.
    let stop = x.and_then(|x| {
        lane.spans.iter().find(|span| {
            let from_x = axis.x(span.from_ms);
            let is_drawn = span.to_ms > axis.from_ms() && span.from_ms < axis.to_ms();
            span.is_stop() && is_drawn && (from_x..from_x + 3.0).contains(&x)
        })
    });
    let stretch = match stop {
        Some(stretch) => stretch,
        None => lane.spans.get(lane.span_at(at_ms)?)?,
    };
    let partition = PartitionIx(u32::try_from(row).ok()?);
    Some(words::describe(run, partition, stretch))
}

/// Where it stands, in px from the top left of the lanes. `top_of` gives the top of a row.
pub(super) fn place(
    pointed: Pointed,
    axis: &Axis,
    t_ms: u64,
    top_of: impl Fn(usize) -> f64,
) -> (f64, f64) {
    match pointed {
        Pointed::Nothing => (0.0, 0.0),
        Pointed::Point(x, y) => (x, y),
        Pointed::Row(row) => (axis.x(t_ms), top_of(row) + 12.0),
    }
}

/// The tooltip: what it says (nothing hides it), what it points to and how wide its surroundings are, in px.
pub(super) fn tooltip(words: Option<&SpanWords>, (x, y): (f64, f64), width: f64) -> Html {
    const WIDTH_PX: f64 = 250.0;
    let Some(words) = words else {
        return html! { <div class="lane-tip" hidden=true /> };
    };
    let left = if x + WIDTH_PX + 16.0 > width {
        x - WIDTH_PX - 14.0
    } else {
        x + 14.0
    };
    let style = format!(
        "transform:translate({}px,{}px)",
        px(left.max(0.0)),
        px(y + 14.0)
    );
    html! {
        <div class="lane-tip" role="status" {style} data-testid="lane-tip">
            <b>{ words.who.clone() }</b>
            <span>{ words.when.clone() }</span>
            <small>{ words.why.clone() }</small>
        </div>
    }
}
