//! A run as the views need it: the trace, and what all of them derive from it.

use assignor_core::figure;
use assignor_core::sim::Trace;
use assignor_core::sim::narrate::partition_label;
use assignor_core::sim::trace::{PartitionIx, ProcessIx};

/// A run as the views need it.
#[derive(Debug)]
pub struct Run {
    /// What happened.
    pub trace: Trace,
    /// Stretches in which nothing changes, which the time axis tears out and playback hurries through.
    pub quiet: Vec<(u64, u64)>,
    /// A label per partition, e.g. `a4`.
    pub labels: Vec<String>,
}

impl Run {
    /// Prepares a trace for viewing. `actions` are the times of the user's actions, which no tear hides.
    pub fn new(trace: Trace, actions: impl IntoIterator<Item = u64>) -> Self {
        let quiet = figure::quiet(&trace, actions);
        let labels = trace.partitions.iter().map(partition_label).collect();
        Self {
            trace,
            quiet,
            labels,
        }
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
