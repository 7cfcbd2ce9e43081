//! The consumer's own metrics at the playhead, by the names that its `MBean`s have.

use super::MemberSelect;
use crate::figure::Run;
use crate::shared::Shared;
use assignor_core::sim::narrate::clock;
use assignor_core::sim::trace::Metric;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(super) struct MetricsProps {
    /// The run.
    pub run: Shared<Run>,
    /// The playhead.
    pub t_ms: u64,
}

/// The metrics of one member.
#[component]
pub(super) fn Metrics(props: &MetricsProps) -> Html {
    let MetricsProps { run, t_ms } = props;
    let member = use_state_eq(|| 0_usize);
    // After another scenario there can be fewer.
    let chosen = (*member).min(run.trace.members.len().saturating_sub(1));
    let metrics = use_memo((run.clone(), *t_ms, chosen), |(run, t_ms, member)| {
        let process = run.trace.process_of(*member, *t_ms)?;
        Some(run.trace.consumer_metrics(process, *t_ms))
    });
    let set = member.setter();
    html! {
        <div data-testid="metrics">
            <h2>{ "Metrics" }<small class="fig">{ format!("at {}", clock(*t_ms)) }</small></h2>
            <MemberSelect run={run.clone()} value={Some(chosen)} all="" testid="metrics-of"
                onchange={Callback::from(move |member: Option<usize>| set.set(member.unwrap_or(0)))} />
            { match &*metrics {
                None => html! { <p class="nothing">{ "It hasn't started yet." }</p> },
                Some(metrics) => metrics.chunk_by(|a, b| a.mbean == b.mbean).map(table).collect::<Html>(),
            } }
        </div>
    }
}

/// The metrics of one `MBean`.
fn table(metrics: &[Metric]) -> Html {
    let mbean = metrics.first().map_or("", |metric| metric.mbean);
    html! { <>
        <p class="nothing"><code>{ mbean }</code></p>
        <table class="table metrics-table">
            <tbody>{ for metrics.iter().map(|metric| html! {
                <tr><th scope="row"><code>{ metric.name }</code></th><td class="n fig">{ metric.shown() }</td></tr>
            }) }</tbody>
        </table>
    </> }
}
