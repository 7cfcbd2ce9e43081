//! The partitions of a run as numbers in Kafka's order.
//!
//! A client compares, sorts and merges what it owns in every rebalance. [`Rank`]s order as the
//! [`TopicPartition`]s do that they stand for, so sets of numbers are in the same order as sets of names.
//! Every partition that a cluster ever has in a run has one; places in [`super::Trace::partitions`]
//! are in the order of the scenario instead.

use super::trace::PartitionIx;
use crate::assign::TopicPartition;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

/// Where a partition stands among all of the run, by topic as Java compares strings, then by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(u32);

/// Names and places of ranks.
#[derive(Debug, Default)]
pub(super) struct Ranks {
    /// By rank.
    partitions: Vec<(TopicPartition, PartitionIx)>,
    /// The ranks of each topic's partitions, which have the numbers from 0 on.
    topics: BTreeMap<Arc<str>, Range<u32>>,
}

impl Ranks {
    /// Of all partitions of a run, in the order of their places.
    pub(super) fn new(partitions: &[TopicPartition]) -> Self {
        let named = partitions.iter().cloned();
        let mut sorted: Vec<_> = named.zip((0..).map(PartitionIx)).collect();
        sorted.sort_unstable();
        let mut topics: BTreeMap<Arc<str>, Range<u32>> = BTreeMap::new();
        for (rank, (partition, _)) in (0..).zip(&sorted) {
            let topic = topics.entry(partition.topic.clone());
            topic.or_insert(rank..rank).end = rank + 1;
        }
        Self {
            partitions: sorted,
            topics,
        }
    }

    /// The rank of a partition of the run.
    pub(super) fn of(&self, topic: &str, partition: u32) -> Option<Rank> {
        within(self.topics.get(topic)?, partition)
    }

    /// The ranks of partitions of the run, in the order that they come in. Those of one topic had better
    /// share its name and follow each other.
    pub(super) fn of_all<'a>(
        &self,
        partitions: impl ExactSizeIterator<Item = (&'a Arc<str>, u32)>,
    ) -> Vec<Rank> {
        let mut ranks = Vec::with_capacity(partitions.len());
        let mut latest: Option<(&Arc<str>, Option<&Range<u32>>)> = None;
        for (topic, partition) in partitions {
            let known = latest.filter(|(name, _)| Arc::ptr_eq(name, topic));
            let (_, of_topic) = known.unwrap_or_else(|| (topic, self.topics.get(topic)));
            latest = Some((topic, of_topic));
            ranks.extend(of_topic.and_then(|of_topic| within(of_topic, partition)));
        }
        ranks
    }

    /// The partition of a rank.
    pub(super) fn name(&self, rank: Rank) -> Option<&TopicPartition> {
        let (name, _) = self.partitions.get(rank.0 as usize)?;
        Some(name)
    }

    /// The partitions of ranks.
    pub(super) fn names(&self, ranks: &[Rank]) -> impl Iterator<Item = &TopicPartition> {
        ranks.iter().filter_map(|rank| self.name(*rank))
    }

    /// The place of a rank.
    pub(super) fn place(&self, rank: Rank) -> Option<PartitionIx> {
        let (_, place) = self.partitions.get(rank.0 as usize)?;
        Some(*place)
    }

    /// The places of ranks.
    pub(super) fn places(&self, ranks: &[Rank]) -> Vec<PartitionIx> {
        let mut places = Vec::with_capacity(ranks.len());
        places.extend(ranks.iter().filter_map(|rank| self.place(*rank)));
        places
    }

    /// Those of a set whose topic is one that `is_wanted`, which is asked once for each topic.
    pub(super) fn of_topics(&self, set: &RankSet, is_wanted: impl Fn(&str) -> bool) -> RankSet {
        let mut latest: Option<(&Arc<str>, bool)> = None;
        let mut wanted = Vec::with_capacity(set.0.len());
        for &rank in &set.0 {
            let Some(TopicPartition { topic, .. }) = self.name(rank) else {
                continue;
            };
            let known = latest.filter(|(name, _)| Arc::ptr_eq(name, topic));
            let (_, is_in) = known.unwrap_or_else(|| (topic, is_wanted(topic)));
            latest = Some((topic, is_in));
            if is_in {
                wanted.push(rank);
            }
        }
        RankSet(wanted)
    }
}

fn within(of_topic: &Range<u32>, partition: u32) -> Option<Rank> {
    let rank = of_topic.start.checked_add(partition)?;
    of_topic.contains(&rank).then_some(Rank(rank))
}

/// A set of partitions, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RankSet(Vec<Rank>);

impl RankSet {
    pub(super) fn as_slice(&self) -> &[Rank] {
        &self.0
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, rank: Rank) -> bool {
        self.0.binary_search(&rank).is_ok()
    }

    /// What is in this one and not in the other.
    pub(super) fn difference(&self, other: &Self) -> Self {
        if other.is_empty() {
            return self.clone();
        }
        let ranks = self.0.iter().copied();
        Self(ranks.filter(|rank| !other.contains(*rank)).collect())
    }
}

impl From<Vec<Rank>> for RankSet {
    fn from(mut ranks: Vec<Rank>) -> Self {
        ranks.sort_unstable();
        ranks.dedup();
        Self(ranks)
    }
}

#[cfg(test)]
mod tests {
    use super::{RankSet, Ranks};
    use crate::assign::TopicPartition;
    use crate::sim::trace::PartitionIx;
    use std::sync::Arc;

    /// Topics that the scenario has in another order than Java, where U+FFFD comes after U+1F600.
    fn partitions() -> Vec<TopicPartition> {
        let topics = ["t2", "\u{fffd}", "t10", "\u{1f600}"];
        let of = |topic| (0..3).map(move |partition| TopicPartition::new(topic, partition));
        topics.into_iter().flat_map(of).collect()
    }

    #[test]
    fn ranks_order_as_names_do_and_lead_back_to_their_places() {
        let partitions = partitions();
        let ranks = Ranks::new(&partitions);
        for (place, a) in (0..).map(PartitionIx).zip(&partitions) {
            let rank = ranks.of(&a.topic, a.partition).unwrap();
            assert_eq!(
                (ranks.place(rank), ranks.name(rank)),
                (Some(place), Some(a))
            );
            for b in &partitions {
                let other = ranks.of(&b.topic, b.partition).unwrap();
                assert_eq!(rank.cmp(&other), a.cmp(b));
            }
        }
        assert_eq!((ranks.of("t2", 3), ranks.of("t3", 0)), (None, None));
        assert_eq!(ranks.of("t10", u32::MAX), None);
    }

    #[test]
    fn lists_of_names_become_lists_of_ranks_and_sets() {
        let partitions = partitions();
        let ranks = Ranks::new(&partitions);
        let unknown: Arc<str> = Arc::from("gone");
        let mut parts: Vec<_> = partitions.iter().map(|p| (&p.topic, p.partition)).collect();
        parts.push((&unknown, 0));
        parts.push((&partitions[0].topic, 9));
        let all = ranks.of_all(parts.into_iter());
        assert!(ranks.names(&all).eq(&partitions));
        let mut sorted = partitions.clone();
        sorted.sort_unstable();
        let all = RankSet::from(all);
        assert!(ranks.names(all.as_slice()).eq(&sorted));
        let of_t2 = ranks.of_topics(&all, |topic| topic == "t2");
        assert_eq!(of_t2.as_slice().len(), 3);
        assert_eq!(all.difference(&of_t2).as_slice().len(), 9);
        assert_eq!(all.difference(&all.difference(&of_t2)), of_t2);
        assert!(of_t2.difference(&all).is_empty());
    }
}
