//! What lasts in the sequence of messages: the join barrier on the coordinator's lifeline, and on each member's how long
//! it is parked there and how long its batches take.

use super::messages::{Lines, Scale};
use crate::figure::{Run, owner, px};
use assignor_core::sim::trace::{Activity, At, GroupState, ProcessIx, Standing};
use yew::prelude::*;

/// Widths of the bars, in px.
const BARRIER_PX: f64 = 6.0;
const PARKED_PX: f64 = 5.0;
const BATCH_PX: f64 = 6.0;
/// What is lower can't be seen, in px.
const LEAST_PX: f64 = 2.0;

/// The bars of all lifelines.
pub(super) fn bars(run: &Run, lines: &Lines, scale: &Scale) -> Html {
    let trace = &run.trace;
    let barriers = trace.group.iter();
    let barriers = barriers.filter(|span| span.state == GroupState::PreparingRebalance);
    let tracks = (0..).map(ProcessIx).zip(&trace.tracks);
    let tracks = tracks.filter_map(|(process, track)| {
        let member = run.member_of(process);
        Some((member, lines.member(member)?, track))
    });
    html! {
        <g class="sequence-bars" aria-hidden="true">
            { for barriers.map(|span| bar("is-barrier", (lines.coordinator, BARRIER_PX), (span.from_ms, span.to_ms), scale)) }
            { for tracks.map(|(member, x, track)| {
                let is_parked = |standing: &Standing| matches!(standing, Standing::Joined | Standing::SyncParked);
                let parked = stretches(&track.standing, trace.end_ms, is_parked);
                let batches = stretches(&track.activity, trace.end_ms, |activity| matches!(activity, Activity::InBatch { .. }));
                html! {
                    <g class={owner::class(member)}>
                        { for parked.map(|ends| bar("is-parked", (x, PARKED_PX), ends, scale)) }
                        { for batches.map(|ends| bar("is-batch", (x, BATCH_PX), ends, scale)) }
                    </g>
                }
            }) }
        </g>
    }
}

/// From when to when the entries of a track have a value that is asked for.
fn stretches<'a, T>(
    entries: &'a [At<T>],
    end_ms: u64,
    is_it: impl Fn(&T) -> bool + 'a,
) -> impl Iterator<Item = (u64, u64)> + 'a {
    let ends = entries.iter().skip(1).map(|entry| entry.at_ms);
    let ends = ends.chain(std::iter::once(end_ms));
    let with_ends = entries.iter().zip(ends);
    with_ends.filter_map(move |(entry, to_ms)| is_it(&entry.value).then_some((entry.at_ms, to_ms)))
}

/// A bar on a lifeline, what is still to come of it apart.
fn bar(
    class: &'static str,
    (x, width): (f64, f64),
    (from_ms, to_ms): (u64, u64),
    scale: &Scale,
) -> Html {
    let now_ms = scale.now_ms;
    let part = |from_ms: u64, to_ms: u64, is_to_come: bool| {
        let (from_y, to_y) = (scale.y(from_ms), scale.y(to_ms));
        if to_y - from_y < LEAST_PX {
            return html! { <g /> };
        }
        html! {
            <rect class={classes!("sequence-bar", class, is_to_come.then_some("is-to-come"))} x={px(x - width / 2.0)} y={px(from_y)}
                width={px(width)} height={px(to_y - from_y)} />
        }
    };
    html! {
        <>
            { part(from_ms.min(now_ms), to_ms.min(now_ms), false) }
            { part(from_ms.max(now_ms), to_ms.max(now_ms), true) }
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::stretches;
    use assignor_core::sim::trace::At;

    #[test]
    fn a_stretch_ends_where_the_next_entry_begins() {
        let entries: Vec<At<bool>> = [(0, false), (5, true), (8, false), (9, true)]
            .map(|(at_ms, value)| At { at_ms, value })
            .into();
        let found: Vec<_> = stretches(&entries, 20, |is| *is).collect();
        assert_eq!(found, [(5, 8), (9, 20)]);
        assert_eq!(stretches(&[] as &[At<bool>], 20, |is| *is).count(), 0);
    }
}
