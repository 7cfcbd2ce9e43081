//! Offsets at any time: what was produced to each partition, how far it was read and committed, and what
//! was worked on twice or never. Lag is the end of the log less the position of the reader, as the
//! consumer's `records-lag` counts it.

use super::{EventKind, PartitionIx, Trace};
use crate::assign::TopicPartition;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A stretch of records at an even rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) struct Production {
    /// To this partition only.
    pub partition: Option<u32>,
    pub from_ms: u64,
    pub per_second: u64,
    pub records: u64,
}

impl Production {
    /// How many records there are at a time.
    pub(in crate::sim) fn count(&self, t_ms: u64) -> u64 {
        match t_ms.checked_sub(self.from_ms) {
            None => 0,
            Some(after_ms) => (after_ms * self.per_second / 1000 + 1).min(self.records),
        }
    }

    /// When the next record after a time is produced.
    pub(in crate::sim) fn next_ms(&self, t_ms: u64) -> Option<u64> {
        let count = self.count(t_ms);
        (count < self.records).then(|| self.from_ms + (count * 1000).div_ceil(self.per_second))
    }
}

/// What is produced, by topic.
pub(in crate::sim) type Productions = BTreeMap<Arc<str>, Vec<Production>>;

/// What goes to a partition.
pub(in crate::sim) fn productions_to<'a>(
    productions: &'a Productions,
    to: &TopicPartition,
) -> impl Iterator<Item = &'a Production> {
    let productions = productions.get(&*to.topic).into_iter().flatten();
    let number = to.partition;
    productions.filter(move |production| production.partition.is_none_or(|own| own == number))
}

/// Of a run with records: what is produced when, and what the group commits when.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::sim) struct LogHistory {
    pub productions: Productions,
    /// When, of which partition, which offset; ordered by time.
    pub commits: Vec<(u64, PartitionIx, u64)>,
}

/// The offsets of a partition at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PartitionOffsets {
    /// The offset of the next record to be produced.
    pub end: u64,
    /// The offset of the next record that its reader gets; none before the first one.
    pub position: Option<u64>,
    /// What the group has committed.
    pub committed: Option<u64>,
    /// How many records were worked on a second time so far.
    pub again: u64,
    /// How many records nobody works on, so far.
    pub skipped: u64,
}

impl PartitionOffsets {
    /// How many records wait for the reader; none before the first position.
    pub fn lag(&self) -> Option<u64> {
        self.position
            .map(|position| self.end.saturating_sub(position))
    }
}

impl Trace {
    /// Whether anything is ever produced in this run.
    pub fn has_records(&self) -> bool {
        !self.log.productions.is_empty()
    }

    /// The offsets of every partition at a time. Reads all events up to then.
    pub fn offsets_at(&self, t_ms: u64) -> Vec<PartitionOffsets> {
        let mut offsets = vec![PartitionOffsets::default(); self.partitions.len()];
        let until = self.events.partition_point(|event| event.at_ms <= t_ms);
        for event in self.events.get(..until).unwrap_or_default() {
            read(&event.kind, &mut offsets);
        }
        let until = self.log.commits.partition_point(|commit| commit.0 <= t_ms);
        for &(_, partition, offset) in self.log.commits.get(..until).unwrap_or_default() {
            if let Some(own) = offsets.get_mut(partition.0 as usize) {
                own.committed = Some(offset);
            }
        }
        for (own, partition) in offsets.iter_mut().zip(&self.partitions) {
            own.end = self.end_offset(partition, t_ms);
        }
        offsets
    }

    /// The lag of all partitions together, at so many times from the start to the end of the run. A partition
    /// without a position yet isn't counted.
    pub fn lag(&self, samples: u64) -> Vec<(u64, u64)> {
        let mut offsets = vec![PartitionOffsets::default(); self.partitions.len()];
        let mut events = self.events.iter().peekable();
        let times = (0..=samples.max(1)).map(|ix| self.end_ms * ix / samples.max(1));
        let lag = times.map(|t_ms| {
            while let Some(event) = events.next_if(|event| event.at_ms <= t_ms) {
                read(&event.kind, &mut offsets);
            }
            let of = offsets.iter().zip(&self.partitions);
            let of = of.filter_map(|(own, partition)| {
                Some(
                    self.end_offset(partition, t_ms)
                        .saturating_sub(own.position?),
                )
            });
            (t_ms, of.sum())
        });
        lag.collect()
    }

    fn end_offset(&self, partition: &TopicPartition, t_ms: u64) -> u64 {
        let productions = productions_to(&self.log.productions, partition);
        productions.map(|production| production.count(t_ms)).sum()
    }
}

/// What an event does to positions.
fn read(kind: &EventKind, offsets: &mut [PartitionOffsets]) {
    match kind {
        EventKind::Read { ranges, .. } => {
            for range in ranges {
                if let Some(own) = offsets.get_mut(range.partition.0 as usize) {
                    own.position = Some(range.last + 1);
                }
            }
        }
        EventKind::Resumed { partitions, .. } => {
            for place in partitions {
                if let Some(own) = offsets.get_mut(place.partition.0 as usize) {
                    own.position = Some(place.from_offset);
                    own.again += place.reprocessed();
                    own.skipped += place.skipped();
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::Production;
    use crate::sim::{Scenario, simulate};

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

    #[test]
    fn offsets_follow_production_reading_and_commits() {
        let text = r#"{"version": 1, "broker": {"group.initial.rebalance.delay.ms": "0"},
            "topics": [{"name": "a", "partitions": 2}],
            "config": {"enable.auto.commit": "false", "auto.offset.reset": "earliest",
                "session.timeout.ms": "6000", "heartbeat.interval.ms": "1000"},
            "application": {"batch_ms": 400, "commit": "never"},
            "members": [{"name": "c1"}, {"name": "c2"}],
            "actions": [{"at_ms": 0, "do": "start", "member": "c1"},
                {"at_ms": 1000, "do": "produce", "topic": "a", "per_second": 10, "seconds": 4},
                {"at_ms": 4000, "do": "start", "member": "c2"}],
            "until_ms": 20000}"#;
        let run = |text: &str| simulate(&Scenario::from_json(text).unwrap()).unwrap();
        let trace = run(text);
        assert!(trace.has_records());
        assert_eq!(trace.offsets_at(500)[0], super::PartitionOffsets::default());
        let mid = trace.offsets_at(2_950);
        assert_eq!(mid[0].end, 20);
        assert!(
            mid[0]
                .position
                .is_some_and(|position| position > 0 && position <= 20)
        );
        let end = trace.offsets_at(20_000);
        // Without a commit, what c1 had done is done again.
        assert_eq!(
            end.iter().map(|own| own.again).sum::<u64>(),
            trace.reprocessed().0
        );
        assert!(trace.reprocessed().0 > 0);
        assert_eq!(
            end.iter()
                .map(super::PartitionOffsets::lag)
                .collect::<Vec<_>>(),
            [Some(0), Some(0)]
        );
        assert!(end.iter().all(|own| own.committed.is_none()));
        let lag = trace.lag(200);
        assert_eq!((lag.len(), lag[200]), (201, (20_000, 0)));
        assert!(lag.iter().any(|&(_, lag)| lag > 0));
        for &(t_ms, lag) in &lag {
            let own = trace.offsets_at(t_ms);
            assert_eq!(
                own.iter()
                    .filter_map(super::PartitionOffsets::lag)
                    .sum::<u64>(),
                lag
            );
        }
        let committed = run(&text.replace("never", "after_batch")).offsets_at(20_000);
        assert!(committed.iter().all(|own| own.committed == Some(40)));
    }
}
