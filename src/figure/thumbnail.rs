//! The figure without words: rows of a run, small. Beside it stand title and numbers.

use super::axis::Axis;
use super::bars::{self, Place};
use super::{Run, px};
use crate::shared::Shared;
use assignor_core::sim::narrate::span;
use assignor_core::sim::trace::PartitionIx;
use yew::{AttrValue, Html, Properties, component, html};

/// A run, small.
#[derive(Properties, PartialEq)]
pub struct ThumbnailProps {
    /// The run.
    pub run: Shared<Run>,
    /// Unique on the page: begins the ids of the figure's patterns.
    pub id: AttrValue,
    /// Width of the drawing, in px; it scales with its place.
    #[prop_or(262.0)]
    pub width: f64,
    /// Height of the drawing, in px.
    #[prop_or(96.0)]
    pub height: f64,
    /// First time shown, in ms.
    #[prop_or_default]
    pub from_ms: u64,
    /// Last time shown, in ms; the end of the run without it.
    #[prop_or_default]
    pub to_ms: Option<u64>,
    /// A moment to mark, in ms.
    #[prop_or_default]
    pub mark_ms: Option<u64>,
}

/// More rows than this are drawn as a sample of them.
const MOST_ROWS: usize = 40;

/// A run, small.
#[component]
pub fn Thumbnail(props: &ThumbnailProps) -> Html {
    let run = &props.run;
    let to_ms = props.to_ms.unwrap_or(run.trace.end_ms);
    let axis = run.axis((props.from_ms, to_ms), (0.0, props.width));
    html! {
        <svg class="thumbnail" viewBox={format!("0 0 {} {}", px(props.width), px(props.height))}
            preserveAspectRatio="none" role="img" aria-label={alternative(run)}>
            { bars::patterns(&props.id) }
            { rows(run, &axis, props.height, &props.id) }
            if let Some(at_ms) = props.mark_ms {
                <line class="thumbnail__mark" x1={px(axis.x(at_ms))} x2={px(axis.x(at_ms))} y1="0" y2={px(props.height)} />
            }
        </svg>
    }
}

/// All rows in a height, or an even sample of them.
pub(super) fn rows(run: &Run, axis: &Axis, height: f64, id: &str) -> Html {
    let count = run.trace.lanes.len();
    let shown = count.clamp(1, MOST_ROWS);
    let pitch = height / f64::from(u32::try_from(shown).unwrap_or(u32::MAX));
    let gap = (pitch * 0.25).min(2.0);
    let mut y = 0.0;
    let rows = (0..shown.min(count)).map(|row| {
        let partition = PartitionIx(u32::try_from(row * count / shown).unwrap_or(u32::MAX));
        let place = Place {
            y,
            height: pitch - gap,
            id,
            has_words: false,
        };
        y += pitch;
        let next = (row + 1) * count / shown;
        html! {
            <>
                { bars::lane(run, partition, axis, place) }
                { bars::stops(run, partition.0 as usize + 1..next, axis, place) }
            </>
        }
    });
    html! { <g>{ for rows }</g> }
}

/// The picture in a sentence.
pub(super) fn alternative(run: &Run) -> String {
    format!(
        "{} partitions over {}, {}",
        run.trace.lanes.len(),
        span(run.trace.end_ms),
        costs(run)
    )
}

/// What a run costs: the numbers beside a small picture.
pub fn costs(run: &Run) -> String {
    let measures = run.trace.measures();
    let longest = measures
        .longest_stop
        .map_or("nothing stops".to_owned(), |stop| {
            format!("the longest stop lasts {}", span(stop.value))
        });
    let many = if measures.rebalances == 1 { "" } else { "s" };
    format!("{} rebalance{many}, {longest}", measures.rebalances)
}
