//! Runs recorded on a real cluster, and simulated runs in the same form.
//!
//! A recorded run is a JSON document with the inputs of a scenario and `observed`, what a cluster did
//! with them. [`Recorded::simulated`] is the same document with `observed` as simulated, so that the two
//! can be compared: [`compare`] says what must agree.

mod compare;

pub use compare::{Comparison, TOLERANCE_MS, compare, compare_recordings};

use super::report::event_json;
use super::scenario::{Scenario, ScenarioError, Timing};
use super::trace::{EventKind, Trace};
use serde_json::{Map, Value};

/// A recorded run.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    document: Map<String, Value>,
    scenario: Scenario,
}

impl Recorded {
    /// Whether this JSON document is a recorded run rather than a scenario.
    pub fn is_recorded(document: &Value) -> bool {
        document.get("observed").is_some()
    }

    /// Reads a recorded run. What its observers noted isn't looked at.
    ///
    /// # Errors
    /// The place of the first input that can't be read or simulated.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        let document = Scenario::parse(text)?;
        let Value::Object(document) = document else {
            return Err(ScenarioError::new("recorded run", "expected an object"));
        };
        let mut inputs = document.clone();
        inputs.shift_remove("observed");
        if let Some(name) = inputs.shift_remove("name") {
            inputs.insert("title".to_owned(), name);
        }
        inputs.insert("version".to_owned(), 1.into());
        let mut scenario = Scenario::from_value(&Value::Object(inputs))?;
        scenario.timing = Timing::recorded();
        // The recording broker allows short sessions, so that runs are short.
        scenario
            .broker
            .entry("group.min.session.timeout.ms".to_owned())
            .or_insert_with(|| "1000".to_owned());
        Ok(Self { document, scenario })
    }

    /// The inputs as a scenario, with the latencies of the recording machine.
    pub fn scenario(&self) -> &Scenario {
        &self.scenario
    }

    /// What the cluster did, as recorded.
    pub fn observed(&self) -> &[Value] {
        match self.document.get("observed") {
            Some(Value::Array(observed)) => observed,
            _ => &[],
        }
    }

    /// The document with `observed` as simulated.
    pub fn simulated(&self, trace: &Trace) -> Value {
        let mut document = self.document.clone();
        document.insert("observed".to_owned(), observed(trace).into());
        Value::Object(document)
    }
}

/// A trace in the form of a recording: what a member's listener and the coordinator's log would show.
pub fn observed(trace: &Trace) -> Vec<Value> {
    let visible = trace.events.iter().filter(|event| is_visible(&event.kind));
    visible
        .map(|event| Value::Object(event_json(trace, event)))
        .collect()
}

fn is_visible(kind: &EventKind) -> bool {
    match kind {
        EventKind::Started { .. }
        | EventKind::Closing { .. }
        | EventKind::Ended { .. }
        | EventKind::Fatal { .. }
        | EventKind::Busy { .. }
        | EventKind::Read { .. }
        | EventKind::CommitFailed { .. }
        | EventKind::Idle { .. }
        | EventKind::Revoked(_)
        | EventKind::Assigned(_)
        | EventKind::Lost(_)
        | EventKind::Preparing { .. }
        | EventKind::Completing { .. }
        | EventKind::Stable { .. }
        | EventKind::Empty { .. }
        | EventKind::Expired { .. }
        | EventKind::NotJoined { .. }
        | EventKind::StaticReplaced { .. } => true,
        EventKind::Killed { .. }
        | EventKind::Frozen { .. }
        | EventKind::Thawed { .. }
        | EventKind::CoordinatorLost { .. }
        | EventKind::NetworkCut { .. }
        | EventKind::NetworkMended { .. }
        | EventKind::CoordinatorMoves { .. }
        | EventKind::CoordinatorLoaded { .. }
        | EventKind::Unsubscribed { .. }
        | EventKind::Removed { .. }
        | EventKind::Resumed { .. }
        | EventKind::TopicChanged { .. }
        | EventKind::TopicDeleted { .. }
        | EventKind::MemberIdIssued { .. }
        | EventKind::Joined { .. }
        | EventKind::PendingExpired { .. }
        | EventKind::Left { .. }
        | EventKind::Told { .. }
        | EventKind::PollTimeoutExpired { .. }
        | EventKind::LimitReached { .. } => false,
    }
}
