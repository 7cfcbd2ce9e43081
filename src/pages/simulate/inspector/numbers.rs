//! What the run cost; every number leads to its moment.

use assignor_core::sim::narrate::span;
use assignor_core::sim::trace::{Measures, Trace};
use yew::prelude::*;

/// The numbers of a run.
pub(super) fn numbers(trace: &Trace, measures: &Measures, on_seek: &Callback<u64>) -> Html {
    let partitions = trace.lanes.len();
    let link = |text: String, at_ms: Option<u64>| match at_ms {
        Some(at_ms) => html! {
            <button type="button" class="link" onclick={on_seek.reform(move |_: MouseEvent| at_ms)}>{ text }</button>
        },
        None => html! { <>{ text }</> },
    };
    let tenths = measures.stopped_partition_ms / 100;
    let longest = measures.longest_stop;
    let most = measures.most_stopped;
    let rows = [
        ("rebalances", html! { <>{ measures.rebalances }</> }),
        (
            "partitions moved",
            html! { <>{ measures.partitions_moved }</> },
        ),
        (
            "stopped, partition-seconds",
            html! { <>{ format!("{}.{}", tenths / 10, tenths % 10) }</> },
        ),
        (
            "longest stop of one",
            link(
                span(longest.map_or(0, |stop| stop.value)),
                longest.map(|stop| stop.at_ms),
            ),
        ),
        (
            "stopped at once, most",
            link(
                format!("{} of {partitions}", most.map_or(0, |most| most.value)),
                most.map(|most| most.at_ms),
            ),
        ),
    ];
    html! {
        <table class="table numbers">
            <tbody>
                { for rows.into_iter().map(|(name, value)| html! {
                    <tr><th scope="row">{ name }</th><td class="n fig">{ value }</td></tr>
                }) }
            </tbody>
        </table>
    }
}
