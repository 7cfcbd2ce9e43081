//! Offsets at the playhead, and every moment at which records are worked on again or are skipped.

use super::column_time;
use crate::figure::Run;
use crate::shared::Shared;
use assignor_core::sim::narrate::clock;
use assignor_core::sim::trace::{EventKind, PartitionIx, PartitionOffsets, Resumption};
use yew::prelude::*;

/// How many partitions the table has.
const MOST_ROWS: usize = 100;

#[derive(Properties, PartialEq)]
pub(super) struct OffsetsProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
    /// The user goes to a time.
    pub on_seek: Callback<u64>,
}

/// A moment at which reading doesn't go on where the work had come to.
struct Seam {
    at_ms: u64,
    text: String,
}

/// Offsets of a run.
#[component]
pub(super) fn Offsets(props: &OffsetsProps) -> Html {
    let OffsetsProps { run, t_ms, on_seek } = props;
    let offsets = use_memo((run.clone(), *t_ms), |(run, t_ms)| {
        run.trace.offsets_at(*t_ms)
    });
    let seams = use_memo(run.clone(), |run| seams(run));
    if !run.trace.has_records() {
        return html! {
            <p class="nothing" data-testid="offsets">{ "Nothing is produced in this run. Act on a topic to produce records: then there are offsets, lag and duplicates." }</p>
        };
    }
    html! {
        <div data-testid="offsets">
            <table class="table offsets-table">
                <caption>{ format!("Offsets at {}", clock(*t_ms)) }</caption>
                <thead><tr>
                    <th scope="col">{ "partition" }</th>
                    { for ["log end", "position", "lag", "committed", "again", "skipped"].map(|name| html! { <th scope="col" class="n">{ name }</th> }) }
                </tr></thead>
                <tbody>{ for offsets.iter().take(MOST_ROWS).enumerate().map(|(ix, own)| row(run, ix, own)) }</tbody>
            </table>
            <h3>{ "Worked on again, or never" }</h3>
            if seams.is_empty() {
                <p class="nothing">{ "Every reader goes on where the one before had come to." }</p>
            }
            <ol class="transcript">
                { for seams.iter().enumerate().map(|(ix, seam)| {
                    let at_ms = seam.at_ms;
                    html! {
                        <li key={ix} class={(at_ms > *t_ms).then_some("is-to-come")}>
                            <button type="button" onclick={on_seek.reform(move |_: MouseEvent| at_ms)}>
                                <span class="fig call-time">{ column_time(at_ms) }</span><span>{ seam.text.clone() }</span>
                            </button>
                        </li>
                    }
                }) }
            </ol>
        </div>
    }
}

fn row(run: &Run, ix: usize, own: &PartitionOffsets) -> Html {
    let label = u32::try_from(ix)
        .map_or("", |ix| run.label(PartitionIx(ix)))
        .to_owned();
    let known = |offset: Option<u64>| offset.map_or("–".to_owned(), |offset| offset.to_string());
    let cells = [
        own.end.to_string(),
        known(own.position),
        known(own.lag()),
        known(own.committed),
        own.again.to_string(),
        own.skipped.to_string(),
    ];
    html! {
        <tr key={ix}><th scope="row">{ label }</th>{ for cells.into_iter().map(|cell| html! { <td class="n fig">{ cell }</td> }) }</tr>
    }
}

fn seams(run: &Run) -> Vec<Seam> {
    let mut seams = Vec::new();
    for event in &run.trace.events {
        let EventKind::Resumed {
            process,
            partitions,
            ..
        } = &event.kind
        else {
            continue;
        };
        let who = run.trace.member_name(*process);
        let mut tell = |what: &str, count: fn(&Resumption) -> u64| {
            for place in partitions.iter().filter(|place| count(place) > 0) {
                let (from, to) = (
                    place.from_offset.min(place.processed_offset),
                    place.from_offset.max(place.processed_offset),
                );
                let label = run.label(place.partition);
                let text = format!(
                    "{who} {what} {} records of {label}, offsets {from} to {}",
                    count(place),
                    to - 1
                );
                seams.push(Seam {
                    at_ms: event.at_ms,
                    text,
                });
            }
        };
        tell("works again on", Resumption::reprocessed);
        tell("never sees", Resumption::skipped);
    }
    seams
}
