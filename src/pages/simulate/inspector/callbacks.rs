//! The calls of the members' rebalance listeners, as their code would see them.

use super::{column_time, window};
use crate::figure::{Run, owner};
use assignor_core::sim::narrate::clock;
use assignor_core::sim::trace::{Callback as Call, EventKind, PartitionIx};
use yew::prelude::*;

/// How many calls are shown at once.
const SHOWN: usize = 7;
/// How many partitions a call names before it counts the rest.
const MOST_NAMED: usize = 5;

/// The calls around the playhead.
pub(super) fn callbacks(calls: &[Entry], t_ms: u64, on_seek: &Callback<u64>) -> Html {
    if calls.is_empty() {
        return html! { <p class="nothing">{ "No listener is called in this run." }</p> };
    }
    let past = calls.partition_point(|call| call.at_ms <= t_ms);
    let shown = window(calls.len(), past, SHOWN);
    let now = html! { <li key="now" class="now"><span class="fig">{ clock(t_ms) }</span></li> };
    html! {
        <ol class="calls">
            { for shown.clone().map(|ix| {
                let call = calls.get(ix).map(|call| call_view(call, ix, ix >= past, on_seek)).unwrap_or_default();
                if ix == past { html! { <>{ now.clone() }{ call }</> } } else { call }
            }) }
            if past >= shown.end { { now } }
        </ol>
    }
}

/// A call.
pub(super) struct Entry {
    at_ms: u64,
    member: usize,
    name: String,
    text: String,
}

/// The calls of a run.
pub(super) fn collect(run: &Run) -> Vec<Entry> {
    let calls = run.trace.events.iter().filter_map(|event| {
        let (method, call) = match &event.kind {
            EventKind::Revoked(call) => ("onPartitionsRevoked", call),
            EventKind::Assigned(call) => ("onPartitionsAssigned", call),
            EventKind::Lost(call) => ("onPartitionsLost", call),
            _ => return None,
        };
        let member = run.member_of(call.process);
        Some(Entry {
            at_ms: event.at_ms,
            member,
            name: run.member_name(member).to_owned(),
            text: format!("{method}({})", arguments(run, call)),
        })
    });
    calls.collect()
}

fn arguments(run: &Run, call: &Call) -> String {
    let label = |&partition: &PartitionIx| run.label(partition).to_owned();
    let mut named: Vec<_> = call.partitions.iter().take(MOST_NAMED).map(label).collect();
    if let Some(more @ 1..) = call.partitions.len().checked_sub(MOST_NAMED) {
        named.push(format!("… {more} more"));
    }
    named.join(", ")
}

fn call_view(call: &Entry, ix: usize, is_to_come: bool, on_seek: &Callback<u64>) -> Html {
    let at_ms = call.at_ms;
    let seek = on_seek.reform(move |_: MouseEvent| at_ms);
    html! {
        <li key={ix} class={classes!("call", is_to_come.then_some("is-to-come"))}>
            <button type="button" onclick={seek} title={format!("{} at {}", call.name, clock(at_ms))}>
                <span class="fig call-time">{ column_time(at_ms) }</span>
                <span class={classes!("badge", owner::class(call.member))} aria-label={call.name.clone()}>{ owner::letter(call.member) }</span>
                <code>{ call.text.clone() }</code>
            </button>
        </li>
    }
}
