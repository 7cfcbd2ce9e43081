//! Records: how many each partition has when, and what the group has committed.

use super::scenario::{ActionKind, Scenario};
use super::trace::{LogHistory, PartitionIx, Production, productions_to};
use crate::assign::TopicPartition;
use std::sync::Arc;

/// The logs of all partitions. Records have no content, only offsets.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// What is produced, and every commit.
    history: LogHistory,
    /// What is produced to each partition, by [`PartitionIx`].
    productions: Vec<Vec<Production>>,
    /// The group's committed offsets, by [`PartitionIx`].
    committed: Vec<Option<u64>>,
    /// How far applications have worked: the offset after the last record, by [`PartitionIx`].
    processed: Vec<Option<u64>>,
}

impl Log {
    /// `partitions` are all of the run, in the order of their places.
    pub(super) fn new(scenario: &Scenario, partitions: &[TopicPartition]) -> Self {
        let mut log = Self::default();
        for action in &scenario.actions {
            if let ActionKind::Produce {
                topic,
                partition,
                per_second,
                seconds,
            } = &action.kind
            {
                let all = &mut log.history.productions;
                let productions = all.entry(Arc::from(topic.as_str())).or_default();
                productions.push(Production {
                    partition: *partition,
                    from_ms: action.at_ms + scenario.timing.start_ms,
                    per_second: *per_second,
                    records: per_second * seconds,
                });
            }
        }
        let all = &log.history.productions;
        let to = |partition| productions_to(all, partition).copied().collect();
        log.productions = partitions.iter().map(to).collect();
        log.committed = vec![None; partitions.len()];
        log.processed = vec![None; partitions.len()];
        log
    }

    fn productions_to(&self, partition: PartitionIx) -> &[Production] {
        let productions = self.productions.get(partition.0 as usize);
        productions.map_or(&[], Vec::as_slice)
    }

    /// Whether nothing is ever produced.
    pub(super) fn is_empty(&self) -> bool {
        self.history.productions.is_empty()
    }

    /// The offset of the next record to be produced to a partition, at a time.
    pub(super) fn end_offset(&self, partition: PartitionIx, t_ms: u64) -> u64 {
        let productions = self.productions_to(partition).iter();
        productions.map(|production| production.count(t_ms)).sum()
    }

    /// When the next record of a partition is produced after a time.
    pub(super) fn next_record_ms(&self, partition: PartitionIx, t_ms: u64) -> Option<u64> {
        let productions = self.productions_to(partition).iter();
        productions
            .filter_map(|production| production.next_ms(t_ms))
            .min()
    }

    /// An application has worked on records of a partition.
    pub(super) fn process(&mut self, partition: PartitionIx, last: u64) {
        if let Some(processed) = self.processed.get_mut(partition.0 as usize) {
            *processed = (*processed).max(Some(last + 1));
        }
    }

    /// How far applications have worked on a partition; none if they haven't.
    pub(super) fn processed(&self, partition: PartitionIx) -> Option<u64> {
        self.processed.get(partition.0 as usize).copied().flatten()
    }

    pub(super) fn committed(&self, partition: PartitionIx) -> Option<u64> {
        self.committed.get(partition.0 as usize).copied().flatten()
    }

    /// What was produced and committed, for the trace of the run.
    pub(super) fn into_history(self) -> LogHistory {
        self.history
    }

    pub(super) fn commit(&mut self, at_ms: u64, offsets: &[(PartitionIx, u64)]) {
        for &(partition, offset) in offsets {
            if !self.is_empty() {
                self.history.commits.push((at_ms, partition, offset));
            }
            if let Some(committed) = self.committed.get_mut(partition.0 as usize) {
                *committed = Some(offset);
            }
        }
    }
}
