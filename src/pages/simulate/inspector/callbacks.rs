//! The calls of the members' rebalance listeners, as their code would see them.

use super::{column_time, window};
use crate::figure::{Run, owner};
use assignor_core::sim::narrate::{clock, span};
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
    /// What `groupMetadata()` says meanwhile, and how long the call takes. Who it is stands beside it, so that
    /// the id of the member is told only where all calls are one member's.
    about: String,
}

/// The calls of a run, of one member or of all.
pub(super) fn collect(run: &Run, of: Option<usize>) -> Vec<Entry> {
    let calls = run.trace.events.iter().filter_map(|event| {
        let (method, call) = match &event.kind {
            EventKind::Revoked(call) => ("onPartitionsRevoked", call),
            EventKind::Assigned(call) => ("onPartitionsAssigned", call),
            EventKind::Lost(call) => ("onPartitionsLost", call),
            _ => return None,
        };
        let member = run.member_of(call.process);
        if of.is_some_and(|of| of != member) {
            return None;
        }
        let took_ms = run
            .trace
            .callback_end(call.process, event.at_ms)
            .saturating_sub(event.at_ms);
        let member_id = match &*call.member_id {
            _ if of.is_none() => String::new(),
            "" => ", no member id".to_owned(),
            // The first group of the UUID tells members apart.
            id => format!(", {}…", id.rsplitn(5, '-').last().unwrap_or(id)),
        };
        Some(Entry {
            about: format!(
                "generation {}{member_id}{}",
                call.generation_id,
                match took_ms {
                    0 => String::new(),
                    _ => format!(", returns after {}", span(took_ms)),
                }
            ),
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
                <code>{ call.text.clone() }<small>{ call.about.clone() }</small></code>
            </button>
        </li>
    }
}
