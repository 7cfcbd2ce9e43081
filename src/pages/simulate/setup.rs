//! What the run depends on, in the bar: the scenario, the assignor, the protocol that follows from it.

use super::edit::{Edit, STRATEGY};
use crate::components::{Choice, IconName, Select, icon};
use assignor_core::assign::{AssignorName, RebalanceProtocol};
use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::Properties;
use yew::prelude::*;

/// At the left of the bar: the scenario, which the user can ask to see and change.
pub(super) fn setup_start(scenario: &Scenario, on_open: Callback<MouseEvent>) -> Html {
    let title = match scenario.title.as_str() {
        "" => "Untitled scenario",
        title => title,
    };
    let partitions: u64 = scenario
        .topics
        .iter()
        .map(|t| u64::from(t.partitions))
        .sum();
    let about = format!(
        "{} {}, {partitions} partitions",
        scenario.topics.len(),
        if scenario.topics.len() == 1 {
            "topic"
        } else {
            "topics"
        }
    );
    html! {
        <button type="button" class="btn scenario-button" onclick={on_open} data-testid="scenario-button"
            aria-label={format!("Scenario: {title}, {about}. Change it")}>
            <span class="scenario-title">{ title.to_owned() }</span><small>{ about }</small>
        </button>
    }
}

/// The value of the entry that stands for several assignors.
const MIXED: &str = "mixed";

/// At the right of the bar: assignor, which the user can change, and protocol.
pub(super) fn setup_end(
    scenario: &Scenario,
    on_edit: Callback<Edit>,
    on_compare: Callback<MouseEvent>,
    on_share: Callback<MouseEvent>,
    is_full: bool,
) -> Html {
    let used = assignors(scenario);
    let mut choices: Vec<_> = AssignorName::ALL
        .iter()
        .map(|name| Choice::new(name.as_str(), name.as_str()))
        .collect();
    let value = match used.as_slice() {
        [only] => only.as_str(),
        _ => MIXED,
    };
    if value == MIXED {
        let names: Vec<_> = used.iter().map(|name| name.as_str()).collect();
        choices.insert(0, Choice::new(MIXED, names.join(", ")));
    }
    let onchange = Callback::from(move |text: String| {
        if let Some(name) = AssignorName::from_class_name(&text) {
            on_edit.emit(Edit::Assignor(name));
        }
    });
    html! {
        <>
            <Select label="assignor" {choices} value={value.to_owned()} {onchange} testid="assignor" />
            <span class="depends" data-testid="protocol"><small>{ "protocol" }</small>{ protocol(scenario) }</span>
            <span class="depends"><small>{ "Kafka" }</small>{ release(scenario) }</span>
            <button type="button" class="btn compare-button" aria-label="Compare" onclick={on_compare} disabled={is_full} data-testid="compare"
                title={if is_full { "Four runs are the most" } else { "The same actions with one thing changed" }}>
                { icon(IconName::Plus) }<span>{ "Compare" }</span>
            </button>
            <button type="button" class="btn compare-button" aria-label="Share" onclick={on_share} data-testid="share" title="A link, files, an embed">
                { icon(IconName::Share) }<span>{ "Share" }</span>
            </button>
        </>
    }
}

/// The assignors that the members are configured with, in the order of preference of the first that has it.
pub(super) fn assignors(scenario: &Scenario) -> Vec<AssignorName> {
    let mut used = Vec::new();
    let own = (0..scenario.members.len())
        .filter_map(|member| scenario.consumer_settings(member, &Properties::new()).ok())
        .flat_map(|settings| settings.assignors);
    for name in own {
        if !used.contains(&name) {
            used.push(name);
        }
    }
    if used.is_empty()
        && let Some(name) = scenario
            .config
            .get(STRATEGY)
            .and_then(|c| AssignorName::from_class_name(c))
    {
        used.push(name);
    }
    used
}

/// What follows from the assignors: every member's protocol.
fn protocol(scenario: &Scenario) -> &'static str {
    let mut protocols = (0..scenario.members.len())
        .filter_map(|member| scenario.consumer_settings(member, &Properties::new()).ok())
        .map(|settings| settings.rebalance_protocol());
    let Some(first) = protocols.next() else {
        return "classic";
    };
    match first {
        _ if protocols.any(|other| other != first) => "classic, mixed",
        RebalanceProtocol::Eager => "classic, eager",
        RebalanceProtocol::Cooperative => "classic, cooperative",
    }
}

fn release(scenario: &Scenario) -> String {
    let (broker, client) = (scenario.kafka.broker, scenario.kafka.client);
    if broker == client {
        broker.to_string()
    } else {
        format!("{broker}, clients {client}")
    }
}
