//! The consumer's own metrics at the playhead, by the names that its `MBean` has.

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
            <p class="nothing"><code>{ "consumer-coordinator-metrics" }</code></p>
            { match &*metrics {
                None => html! { <p class="nothing">{ "It hasn't started yet." }</p> },
                Some(metrics) => table(metrics),
            } }
        </div>
    }
}

fn table(metrics: &[Metric]) -> Html {
    html! {
        <table class="table metrics-table">
            <tbody>{ for metrics.iter().map(|metric| html! {
                <tr><th scope="row"><code>{ metric.name }</code></th><td class="n fig">{ shown(metric.value) }</td></tr>
            }) }</tbody>
        </table>
    }
}

/// Whole numbers as such, others to three places; `NaN` as Kafka shows it.
fn shown(value: Option<f64>) -> String {
    match value {
        None => "NaN".to_owned(),
        Some(value) if value.fract() == 0.0 => format!("{value}"),
        Some(value) => format!("{value:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn numbers_are_as_long_as_they_need_to_be() {
        assert_eq!(
            [None, Some(-1.0), Some(12.5), Some(0.018_93)].map(shown),
            ["NaN", "-1", "12.500", "0.019"]
        );
    }
}
