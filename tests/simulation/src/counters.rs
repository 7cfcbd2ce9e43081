//! What really happened in random runs: a check that never meets what it checks proves nothing.

use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::ActionKind;
use assignor_core::sim::trace::{Activity, EventKind, PartitionIx, Reader, Trace};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// Counts over many runs.
#[derive(Debug, Default)]
pub struct Counters {
    /// Runs.
    pub runs: u64,
    /// Events of all runs.
    pub events: u64,
    /// Messages of all runs.
    pub messages: u64,
    /// Runs that ended in a livelock.
    pub livelocks: u64,
    counts: BTreeMap<String, u64>,
}

impl Counters {
    /// Counts a run.
    pub fn add(&mut self, scenario: &Scenario, trace: &Trace) {
        self.runs += 1;
        self.events += u64::try_from(trace.events.len()).unwrap_or(u64::MAX);
        self.messages += u64::try_from(trace.messages.len()).unwrap_or(u64::MAX);
        self.livelocks += u64::from(trace.livelock().is_some());
        for action in &scenario.actions {
            let verb = action.kind.verb();
            self.count(format!("action {verb}"));
            if let ActionKind::Slow { ms: None, .. }
            | ActionKind::Freeze { ms: None, .. }
            | ActionKind::Cut { ms: None, .. } = action.kind
            {
                self.count(format!("action {verb}, endless"));
            }
        }
        for event in &trace.events {
            let name = serde_json::to_value(&event.kind);
            let name = name
                .ok()
                .and_then(|event| event["event"].as_str().map(str::to_owned));
            self.count(format!("event {}", name.unwrap_or_default()));
            if let EventKind::StaticReplaced {
                no_rebalance: true, ..
            } = event.kind
            {
                self.count("event static_replaced without a rebalance".to_owned());
            }
        }
        for message in &trace.messages {
            if message.is_response {
                self.count(format!(
                    "answer {:?} {}",
                    message.api,
                    message.error.as_str()
                ));
            }
            if message.received_ms.is_none() {
                self.count("message that never arrives".to_owned());
            }
        }
        let activities = trace.tracks.iter().flat_map(|track| &track.activity);
        for activity in activities {
            if let Activity::InCallback { until_ms } = activity.value
                && until_ms > activity.at_ms + 1_000
            {
                self.count("callback longer than 1 s".to_owned());
            }
        }
        for span in trace.lanes.iter().flat_map(|lane| &lane.spans) {
            if let Reader::Nobody { began, ended, .. } = span.reader {
                self.count(format!("stop {began:?} until {ended:?}"));
            }
        }
        for place in (0..).map(PartitionIx).take(trace.partitions.len()) {
            let why = trace
                .unended(place)
                .and_then(|why| serde_json::to_value(why).ok());
            let name = match why {
                Some(Value::String(name)) => name,
                Some(Value::Object(fields)) => fields.keys().next().cloned().unwrap_or_default(),
                _ => continue,
            };
            self.count(format!("still stopped: {name}"));
        }
    }

    fn count(&mut self, what: String) {
        *self.counts.entry(what).or_default() += 1;
    }

    /// How often something happened.
    pub fn of(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or(0)
    }
}

impl fmt::Display for Counters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, count) in &self.counts {
            writeln!(f, "{count:>10}  {what}")?;
        }
        Ok(())
    }
}
