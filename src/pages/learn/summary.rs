//! What a card of the gallery says of its example: what to watch for, and the run with its numbers.

use crate::figure::Run;
use crate::shared::Shared;
use assignor_core::gallery::Entry;
use assignor_core::sim::trace::{EventKind, LaneSpan, Reader, Trace};
use serde::Deserialize;

/// The run of an example.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The run.
    pub run: Shared<Run>,
    /// What the shown part of the run costs.
    pub numbers: Numbers,
}

/// What to watch for in an example. It is all of the scenario that is read, since every example says it at once.
pub fn watch(entry: &Entry) -> String {
    #[derive(Deserialize)]
    struct Scenario {
        about: String,
    }
    serde_json::from_str(entry.text).map_or(String::new(), |Scenario { about }| about)
}

/// What the shown part of a run costs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Rebalances that end in it.
    pub rebalances: usize,
    /// The longest stop of one partition that begins in it, in ms.
    pub longest_stop_ms: Option<u64>,
    /// How many partitions each member reads at the end, in the order of the scenario.
    pub shares: Vec<usize>,
}

impl Numbers {
    /// Counts from a time on.
    pub fn of(trace: &Trace, from_ms: u64) -> Self {
        let ended = |kind: &EventKind| matches!(kind, EventKind::Stable { .. });
        let events = trace.events.iter().filter(|event| event.at_ms >= from_ms);
        let spans = trace.lanes.iter().flat_map(|lane| &lane.spans);
        let stops = spans.filter(|span| span.is_stop() && span.from_ms >= from_ms);
        let mut shares = vec![0; trace.members.len()];
        for lane in &trace.lanes {
            if let Some(Reader::Process { process, .. }) = lane.spans.last().map(|span| span.reader)
                && let Some(process) = trace.processes.get(process.0 as usize)
                && let Some(share) = shares.get_mut(process.member)
            {
                *share += 1;
            }
        }
        Self {
            rebalances: events.filter(|event| ended(&event.kind)).count(),
            longest_stop_ms: stops.map(LaneSpan::length_ms).max(),
            shares,
        }
    }
}

impl Summary {
    /// Plays an example. None for one that can't be played, which a test of the core rules out.
    pub fn of(entry: &Entry) -> Option<Self> {
        let run = Run::of(&entry.scenario().ok()?).ok()?;
        Some(Self {
            numbers: Numbers::of(&run.trace, entry.from_ms),
            run: Shared::new(run),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Summary, watch};
    use assignor_core::gallery;

    #[test]
    fn every_example_plays_and_says_what_to_watch_for() {
        for entry in gallery::all() {
            assert!(Summary::of(entry).is_some(), "{}", entry.slug);
            let scenario = entry.scenario().unwrap();
            assert!(!scenario.about.is_empty(), "{}", entry.slug);
            assert_eq!(watch(entry), scenario.about, "{}", entry.slug);
        }
    }
}
