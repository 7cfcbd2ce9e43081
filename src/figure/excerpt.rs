//! The figure with names, letters and a ruler, and nothing to press: a part of a run inside a text.

use super::axis::Axis;
use super::bars::{self, Place};
use super::rows::{RowSize, clipped, gutter, partition_at};
use super::{Run, bands, px, thumbnail};
use crate::platform::layout::use_size;
use crate::shared::Shared;
use assignor_core::sim::trace::PartitionIx;
use yew::prelude::*;

/// A part of a run.
#[derive(Properties, PartialEq)]
pub struct ExcerptProps {
    /// The run.
    pub run: Shared<Run>,
    /// Unique on the page: begins the ids of the figure's patterns.
    pub id: AttrValue,
    /// First time shown, in ms.
    pub from_ms: u64,
    /// Last time shown, in ms.
    pub to_ms: u64,
    /// A moment to mark, in ms.
    #[prop_or_default]
    pub mark_ms: Option<u64>,
}

/// Height of the ruler.
const HEAD_PX: f64 = 20.0;
/// Height of all rows together, at most.
const MOST_PX: f64 = 240.0;
/// Size assumed until the place has been measured.
const INITIAL: (f64, f64) = (960.0, MOST_PX);

/// A part of a run.
#[component]
pub fn Excerpt(props: &ExcerptProps) -> Html {
    let ExcerptProps {
        run,
        id,
        from_ms,
        to_ms,
        mark_ms,
    } = props;
    let node = use_node_ref();
    let (width, _) = use_size(&node, INITIAL);
    let left = gutter(run, width);
    let axis = run.axis((*from_ms, *to_ms), (left, width - 2.0));
    let count = run.trace.lanes.len();
    let size = RowSize::fitting(count, MOST_PX);
    let has_all = size.total(count) <= MOST_PX;
    let height = if has_all { size.total(count) } else { MOST_PX };
    html! {
        <div ref={node} class="excerpt">
            <svg width={px(width)} height={px(HEAD_PX + height)} role="img" aria-label={thumbnail::alternative(run)}>
                { bars::patterns(id) }
                { bands::ruler(&axis, 0..0) }
                <g transform={format!("translate(0 {})", px(HEAD_PX))}>
                    { bands::grid(&axis, height) }
                    if has_all {
                        { for (0..count).map(|row| named(run, &axis, size.place(row, id), partition_at(row))) }
                    } else {
                        { thumbnail::rows(run, &axis, height, id) }
                    }
                    <g class="tears">{ for axis.tears().map(|piece| bands::tear(piece, (0.0, height), Some((0.0, height)))) }</g>
                    if let Some(at_ms) = mark_ms {
                        <line class="thumbnail__mark" x1={px(axis.x(*at_ms))} x2={px(axis.x(*at_ms))} y1="-4" y2={px(height)} />
                    }
                    if has_all {
                        { for (0..count).map(|row| bars::lengths(run, partition_at(row), &axis, size.place(row, id))) }
                    }
                </g>
            </svg>
        </div>
    }
}

fn named(run: &Run, axis: &Axis, place: Place, partition: PartitionIx) -> Html {
    let (left, _) = axis.ends();
    html! {
        <g>
            <text class="lane-label" x="0" y={px(place.y + place.height / 2.0 + 4.0)}>{ clipped(run.label(partition), left) }</text>
            { bars::lane(run, partition, axis, place) }
        </g>
    }
}
