//! What the run depends on, in the bar: the scenario, the assignor, the protocol that follows from it.

use super::edit::{Edit, STRATEGY};
use crate::components::{Choice, Select};
use assignor_core::assign::{AssignorName, RebalanceProtocol};
use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::Properties;
use std::rc::Rc;
use yew::prelude::*;

/// At the left of the bar: the scenario.
#[derive(Properties, PartialEq)]
pub(super) struct SetupStartProps {
    /// The scenario.
    pub scenario: Rc<Scenario>,
    /// The user wants to see and change it.
    pub on_open: Callback<()>,
}

/// At the left of the bar: the scenario.
#[component]
pub(super) fn SetupStart(props: &SetupStartProps) -> Html {
    let scenario = &props.scenario;
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
        <button type="button" class="btn scenario-button" onclick={props.on_open.reform(|_| ())} data-testid="scenario-button"
            aria-label={format!("Scenario: {title}, {about}. Change it")}>
            <span class="scenario-title">{ title.to_owned() }</span><small>{ about }</small>
        </button>
    }
}

/// At the right of the bar: assignor and protocol.
#[derive(Properties, PartialEq)]
pub(super) struct SetupEndProps {
    /// The scenario.
    pub scenario: Rc<Scenario>,
    /// The user changes it.
    pub on_edit: Callback<Edit>,
}

/// The value of the entry that stands for several assignors.
const MIXED: &str = "mixed";

/// At the right of the bar: assignor and protocol.
#[component]
pub(super) fn SetupEnd(props: &SetupEndProps) -> Html {
    let used = used(&props.scenario);
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
    let onchange = {
        let on_edit = props.on_edit.clone();
        Callback::from(move |text: String| {
            if let Some(name) = AssignorName::from_class_name(&text) {
                on_edit.emit(Edit::Assignor(name));
            }
        })
    };
    html! {
        <>
            <Select label="assignor" {choices} value={value.to_owned()} {onchange} testid="assignor" />
            <span class="depends" data-testid="protocol"><small>{ "protocol" }</small>{ protocol(&props.scenario) }</span>
            <span class="depends"><small>{ "Kafka" }</small>{ release(&props.scenario) }</span>
        </>
    }
}

/// The assignors that the members are configured with, in the order of preference of the first that has it.
fn used(scenario: &Scenario) -> Vec<AssignorName> {
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
