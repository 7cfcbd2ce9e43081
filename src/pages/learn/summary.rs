//! An example of the gallery with its run and the numbers that stand below its picture.

use crate::figure::Run;
use crate::shared::Shared;
use assignor_core::gallery::Entry;
use assignor_core::sim::trace::{EventKind, LaneSpan, Reader, Trace};
use assignor_core::sim::{Scenario, simulate};

/// An example with its run.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    /// The example.
    pub entry: &'static Entry,
    /// Its run.
    pub run: Shared<Run>,
    /// What the shown part of the run costs.
    pub numbers: Numbers,
    /// What to watch for.
    pub watch: String,
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
    pub fn of(entry: &'static Entry) -> Option<Self> {
        let scenario = Scenario::from_json(entry.text).ok()?;
        let trace = simulate(&scenario).ok()?;
        Some(Self {
            entry,
            numbers: Numbers::of(&trace, entry.from_ms),
            watch: scenario.about.clone(),
            run: Shared::new(Run::new(
                trace,
                scenario.actions.iter().map(|action| action.at_ms),
            )),
        })
    }
}
