//! Records: how many each partition has when, and what the group has committed.

use super::scenario::{ActionKind, Scenario};
use crate::assign::TopicPartition;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The logs of all partitions. Records have no content, only offsets.
#[derive(Debug, Default)]
pub(super) struct Log {
    /// What is produced to each partition of a topic.
    productions: BTreeMap<Arc<str>, Vec<Production>>,
    /// The group's committed offsets.
    committed: BTreeMap<TopicPartition, u64>,
}

/// A stretch of records at an even rate.
#[derive(Debug, Clone, Copy)]
struct Production {
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
                per_second,
                seconds,
            } = &action.kind
            {
                let productions = log
                    .productions
                    .entry(Arc::from(topic.as_str()))
                    .or_default();
                productions.push(Production {
                    from_ms: action.at_ms + scenario.timing.start_ms,
                    per_second: *per_second,
                    records: per_second * seconds,
                });
            }
        }
        log
    }

    /// The offset of the next record to be produced, at a time.
    pub(super) fn end_offset(&self, topic: &str, t_ms: u64) -> u64 {
        let productions = self.productions.get(topic).into_iter().flatten();
        productions.map(|production| production.count(t_ms)).sum()
    }

    /// When the next record of a topic's partitions is produced after a time.
    pub(super) fn next_record_ms(&self, topic: &str, t_ms: u64) -> Option<u64> {
        let productions = self.productions.get(topic)?.iter();
        productions
            .filter_map(|production| production.next_ms(t_ms))
            .min()
    }

    pub(super) fn committed(&self, partition: &TopicPartition) -> Option<u64> {
        self.committed.get(partition).copied()
    }

    pub(super) fn commit(&mut self, offsets: &[(TopicPartition, u64)]) {
        self.committed.extend(offsets.iter().cloned());
    }
}

#[cfg(test)]
mod tests {
    use super::Production;

    #[test]
    fn records_come_at_an_even_rate() {
        let production = Production {
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
