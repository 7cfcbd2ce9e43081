//! A run as the views need it: the trace, and what all of them derive from it.

use assignor_core::assign::TopicPartition;
use assignor_core::figure::{self, axis::Axis};
use assignor_core::sim::trace::{EventKind, PartitionIx, ProcessIx};
use assignor_core::sim::{Scenario, Trace, simulate};
use std::collections::BTreeMap;

/// A run as the views need it.
#[derive(Debug)]
pub struct Run {
    /// What happened.
    pub trace: Trace,
    /// Stretches in which nothing changes, which the time axis tears out and playback hurries through.
    pub quiet: Vec<(u64, u64)>,
    /// A label per partition, e.g. `a4`.
    pub labels: Vec<String>,
    /// By partition: when records of it are read again, and how many of them had been worked on before.
    pub again: BTreeMap<PartitionIx, Vec<(u64, u64)>>,
    /// Whether it goes on beyond its end, hidden from the reader: then nothing is said about the end.
    pub is_cut: bool,
}

impl Run {
    /// Runs a scenario; or says why it can't be.
    pub fn of(scenario: &Scenario) -> Result<Self, String> {
        let trace = simulate(scenario).map_err(|error| error.to_string())?;
        let actions = scenario.actions.iter().map(|action| action.at_ms);
        Ok(Self::new(trace, actions))
    }

    /// Prepares a trace for viewing. `actions` are the times of the user's actions, which no tear hides.
    pub fn new(trace: Trace, actions: impl IntoIterator<Item = u64>) -> Self {
        let quiet = figure::quiet(&trace, actions);
        let labels = trace.partitions.iter().map(TopicPartition::label).collect();
        let again = read_again(&trace);
        Self {
            trace,
            again,
            quiet,
            labels,
            is_cut: false,
        }
    }

    /// An axis from a time to a time, in ms, between two places, in px: what is quiet and lies within is torn out.
    pub fn axis(&self, (from_ms, to_ms): (u64, u64), (left, right): (f64, f64)) -> Axis {
        let quiet = self.quiet.iter().copied();
        let within: Vec<_> = quiet
            .filter(|&(from, to)| from_ms <= from && to <= to_ms)
            .collect();
        Axis::new(from_ms, to_ms, left, right, &within)
    }

    /// The place of the member that a process belongs to.
    pub fn member_of(&self, process: ProcessIx) -> usize {
        let process = self.trace.processes.get(process.0 as usize);
        process.map_or(0, |process| process.member)
    }

    /// The name of a member.
    pub fn member_name(&self, member: usize) -> &str {
        self.trace.members.get(member).map_or("", |name| name)
    }

    /// The label of a partition.
    pub fn label(&self, partition: PartitionIx) -> &str {
        self.labels
            .get(partition.0 as usize)
            .map_or("", String::as_str)
    }

    /// The partition in Kafka's writing, `topic-number`.
    pub fn full_name(&self, partition: PartitionIx) -> String {
        let partition = self.trace.partitions.get(partition.0 as usize);
        partition.map_or(String::new(), |p| format!("{}-{}", p.topic, p.partition))
    }
}

/// When records are read again that have been worked on before, and how many, by partition.
fn read_again(trace: &Trace) -> BTreeMap<PartitionIx, Vec<(u64, u64)>> {
    let mut again: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in &trace.events {
        let EventKind::Resumed { partitions, .. } = &event.kind else {
            continue;
        };
        for place in partitions.iter().filter(|place| place.reprocessed() > 0) {
            let of_partition = again.entry(place.partition).or_default();
            of_partition.push((event.at_ms, place.reprocessed()));
        }
    }
    again
}
