//! A second run below the first on the same axis: small rows, and where it differs from the first.

use super::axis::{Axis, merged};
use super::rows::clipped;
use super::{Run, bars, px, thumbnail};
use crate::shared::Shared;
use assignor_core::sim::narrate::span;
use assignor_core::sim::trace::{LaneSpan, Reader};
use yew::{AttrValue, Html, Properties, component, html};

/// Height of the band that says where the runs differ, and the space below it, in px.
const BAND_PX: f64 = 5.0;
/// Height of a row and the space below it together, in px.
const PITCH_PX: f64 = 11.0;
/// The rows together are never higher, in px.
const MOST_PX: f64 = 88.0;

/// Stretches in which some partition has another reader in one run than in the other: ascending and disjoint.
pub fn differences(a: &Run, b: &Run) -> Vec<(u64, u64)> {
    let mut found: Vec<(u64, u64)> = Vec::new();
    for (lane_a, lane_b) in a.trace.lanes.iter().zip(&b.trace.lanes) {
        between((a, &lane_a.spans), (b, &lane_b.spans), &mut found);
    }
    merged(&found)
}

fn between(a: (&Run, &[LaneSpan]), b: (&Run, &[LaneSpan]), found: &mut Vec<(u64, u64)>) {
    let (mut ix_a, mut ix_b) = (0, 0);
    while let (Some(span_a), Some(span_b)) = (a.1.get(ix_a), b.1.get(ix_b)) {
        let (from_ms, to_ms) = (
            span_a.from_ms.max(span_b.from_ms),
            span_a.to_ms.min(span_b.to_ms),
        );
        if from_ms < to_ms && reader(a.0, span_a.reader) != reader(b.0, span_b.reader) {
            found.push((from_ms, to_ms));
        }
        if span_a.to_ms <= span_b.to_ms {
            ix_a += 1;
        }
        if span_b.to_ms <= span_a.to_ms {
            ix_b += 1;
        }
    }
}

/// The member that reads; generations and processes of a member are no difference to whoever reads.
fn reader(run: &Run, reader: Reader) -> Option<usize> {
    match reader {
        Reader::Process { process, .. } => Some(run.member_of(process)),
        Reader::Nobody { .. } | Reader::NotYet => None,
    }
}

/// A second run.
#[derive(Properties, PartialEq)]
pub struct VariantRowsProps {
    /// The run that it is compared with.
    pub base: Shared<Run>,
    /// The run.
    pub run: Shared<Run>,
    /// The axis of both.
    pub axis: Shared<Axis>,
    /// Its letter.
    pub letter: AttrValue,
}

/// A second run.
#[component]
pub fn VariantRows(props: &VariantRowsProps) -> Html {
    let VariantRowsProps {
        base,
        run,
        axis,
        letter,
    } = props;
    let count = u32::try_from(run.trace.lanes.len()).unwrap_or(u32::MAX);
    let height = (f64::from(count) * PITCH_PX).clamp(PITCH_PX, MOST_PX);
    let (left, right) = axis.ends();
    let id = format!("variant-{letter}");
    let differences = differences(base, run);
    let total: u64 = differences.iter().map(|(from, to)| to - from).sum();
    let words = if total == 0 {
        "reads as A all the time".to_owned()
    } else {
        format!("differs from A for {}", span(total))
    };
    let shown = differences
        .iter()
        .filter(|&&(from, to)| from < axis.to_ms() && to > axis.from_ms());
    let label = |y: f64, text: &str| html! { <text class="gutter-label" x="0" y={px(y)}>{ clipped(text, left) }</text> };
    let names = (run.labels.first(), run.labels.last());
    html! {
        <svg class="variant-rows" width={px(right + 2.0)} height={px(height + BAND_PX + 3.0)} role="img"
            aria-label={format!("Run {letter}: {}; {words}", thumbnail::alternative(run))} data-differs={total.to_string()}>
            { bars::patterns(&id) }
            <title>{ words }</title>
            <line class="differs-line" x1={px(left)} x2={px(right)} y1="1.5" y2="1.5" />
            { for shown.map(|&(from, to)| html! {
                <rect class="differs" x={px(axis.x(from))} width={px((axis.x(to) - axis.x(from)).max(1.5))} y="0" height="3" />
            }) }
            if let (Some(first), Some(last)) = names {
                if height >= 2.0 * PITCH_PX {
                    { label(BAND_PX + 9.0, first) }
                    { label(BAND_PX + height - 1.0, last) }
                }
            }
            <g transform={format!("translate(0 {})", px(BAND_PX))}>{ thumbnail::rows(run, axis, height, &id) }</g>
        </svg>
    }
}
