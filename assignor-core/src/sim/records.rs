//! Records: how many each partition has when, and what the group has committed.

use super::scenario::{ActionKind, Scenario};
use super::trace::PartitionIx;
use crate::assign::TopicPartition;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The logs of all partitions. Records have no content, only offsets.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// What is produced to each partition of a topic.
    productions: BTreeMap<Arc<str>, Vec<Production>>,
    /// The group's committed offsets, by [`PartitionIx`].
    committed: Vec<Option<u64>>,
    /// How far applications have worked: the offset after the last record.
    processed: BTreeMap<TopicPartition, u64>,
}

/// A stretch of records at an even rate.
#[derive(Debug, Clone, Copy)]
struct Production {
    /// To this partition only.
    partition: Option<u32>,
    from_ms: u64,
    per_second: u64,
    records: u64,
}

impl Production {
    /// How many records there are at a time.
    fn count(&self, t_ms: u64) -> u64 {
        match t_ms.checked_sub(self.from_ms) {
            None => 0,
            Some(after_ms) => (after_ms * self.per_second / 1000 + 1).min(self.records),
        }
    }

    /// When the next record after a time is produced.
    fn next_ms(&self, t_ms: u64) -> Option<u64> {
        let count = self.count(t_ms);
        (count < self.records).then(|| self.from_ms + (count * 1000).div_ceil(self.per_second))
    }
}

impl Log {
    pub(super) fn new(scenario: &Scenario) -> Self {
        let mut log = Self::default();
        for action in &scenario.actions {
            if let ActionKind::Produce {
                topic,
                partition,
                per_second,
                seconds,
            } = &action.kind
            {
                let productions = log
                    .productions
                    .entry(Arc::from(topic.as_str()))
                    .or_default();
                productions.push(Production {
                    partition: *partition,
                    from_ms: action.at_ms + scenario.timing.start_ms,
                    per_second: *per_second,
                    records: per_second * seconds,
                });
            }
        }
        log
    }

    /// Whether nothing is ever produced.
    pub(super) fn is_empty(&self) -> bool {
        self.productions.is_empty()
    }

    /// The offset of the next record to be produced to a partition, at a time.
    pub(super) fn end_offset(&self, partition: &TopicPartition, t_ms: u64) -> u64 {
        let productions = self.productions_to(partition);
        productions.map(|production| production.count(t_ms)).sum()
    }

    /// When the next record of a partition is produced after a time.
    pub(super) fn next_record_ms(&self, partition: &TopicPartition, t_ms: u64) -> Option<u64> {
        let productions = self.productions_to(partition);
        productions
            .filter_map(|production| production.next_ms(t_ms))
            .min()
    }

    fn productions_to(&self, to: &TopicPartition) -> impl Iterator<Item = &Production> {
        let productions = self.productions.get(&*to.topic).into_iter().flatten();
        let number = to.partition;
        productions.filter(move |production| production.partition.is_none_or(|own| own == number))
    }

    /// An application has worked on records of a partition.
    pub(super) fn process(&mut self, partition: &TopicPartition, last: u64) {
        let processed = self.processed.entry(partition.clone()).or_default();
        *processed = (*processed).max(last + 1);
    }

    /// How far applications have worked on a partition; none if they haven't.
    pub(super) fn processed(&self, partition: &TopicPartition) -> Option<u64> {
        self.processed.get(partition).copied()
    }

    pub(super) fn committed(&self, partition: PartitionIx) -> Option<u64> {
        self.committed.get(partition.0 as usize).copied().flatten()
    }

    pub(super) fn commit(&mut self, offsets: &[(PartitionIx, u64)]) {
        for &(partition, offset) in offsets {
            let ix = partition.0 as usize;
            if self.committed.len() <= ix {
                self.committed.resize(ix + 1, None);
            }
            self.committed[ix] = Some(offset);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Production;

    #[test]
    fn records_come_at_an_even_rate() {
        let production = Production {
            partition: None,
            from_ms: 4000,
            per_second: 30,
            records: 60,
        };
        assert_eq!(production.count(3999), 0);
        assert_eq!(production.count(4000), 1);
        let mut at_ms = 3999;
        for number in 1..=60 {
            at_ms = production.next_ms(at_ms).expect("another record");
            assert_eq!(production.count(at_ms), number);
            assert_eq!(production.count(at_ms - 1), number - 1);
        }
        assert_eq!(production.next_ms(at_ms), None);
    }
}
