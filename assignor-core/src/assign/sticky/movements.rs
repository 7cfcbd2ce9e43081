//! Moves made so far, so that none is undone by moving another partition the opposite way.
//!
//! If a partition of a topic has moved from member A to B, and one of the topic is now to move from
//! B to A, then the first one moves back instead. Which one, if several did, is decided by Java's
//! hash order.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::java::{self, JavaKey, string_hash};

use super::super::group::Group;
use super::super::topic_partition::partition_hash;

/// From whom to whom.
pub(super) type Pair = (usize, usize);

/// A partition with the hash code of its `TopicPartition`.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Moved {
    id: usize,
    hash: i32,
}

impl JavaKey for Moved {
    fn java_hash(&self) -> i32 {
        self.hash
    }

    fn java_cmp(&self, other: &Self) -> Ordering {
        self.id.cmp(&other.id)
    }
}

/// All pairs, and of every set its pair, its table's size and its partitions in order.
pub(super) type MovementsStanding = (BTreeMap<usize, Pair>, Vec<(Pair, usize, Vec<usize>)>);

/// The moves of one assignment.
pub(super) struct Movements {
    topic_hashes: Vec<i32>,
    /// Where a partition stood at first and where it stands now.
    pairs: BTreeMap<usize, Pair>,
    by_topic: BTreeMap<usize, BTreeMap<Pair, java::HashSet<Moved>>>,
}

impl Movements {
    pub(super) fn new(group: &Group<'_>) -> Self {
        let topics = group.topics.iter();
        Self {
            topic_hashes: topics.map(|topic| string_hash(topic.name)).collect(),
            pairs: BTreeMap::new(),
            by_topic: BTreeMap::new(),
        }
    }

    /// What decides the answers to come.
    pub(super) fn standing(&self) -> MovementsStanding {
        let topics = self.by_topic.values();
        let sets = topics.flat_map(|pairs| {
            pairs.iter().map(|(&pair, set)| {
                let order = set.iter().map(|moved| moved.id);
                (pair, set.capacity(), order.collect())
            })
        });
        (self.pairs.clone(), sets.collect())
    }

    /// Which partition of the topic is to move, where `id` would move from `owner` to `target`.
    pub(super) fn actual(&self, topic: usize, id: usize, owner: usize, target: usize) -> usize {
        let Some(pairs) = self.by_topic.get(&topic) else {
            return id;
        };
        let source = self.pairs.get(&id).map_or(owner, |&(source, _)| source);
        let reverse = pairs.get(&(target, source));
        let first = reverse.and_then(java::HashSet::first);
        first.map_or(id, |moved| moved.id)
    }

    /// Takes note of a move: of the partition given by topic, number within it and number among
    /// all.
    pub(super) fn record(&mut self, moved: (usize, i32, usize), from: usize, to: usize) {
        let (topic, partition, id) = moved;
        let moved = Moved {
            id,
            hash: partition_hash(self.topic_hashes[topic], partition),
        };
        let source = match self.pairs.remove(&id) {
            Some(pair) => {
                self.forget(topic, pair, moved);
                pair.0
            }
            None => from,
        };
        if source != to {
            self.pairs.insert(id, (source, to));
            let pairs = self.by_topic.entry(topic).or_default();
            pairs.entry((source, to)).or_default().insert(moved);
        }
    }

    fn forget(&mut self, topic: usize, pair: Pair, moved: Moved) {
        let Some(pairs) = self.by_topic.get_mut(&topic) else {
            return;
        };
        if let Some(set) = pairs.get_mut(&pair) {
            set.remove(&moved);
            if set.is_empty() {
                pairs.remove(&pair);
            }
        }
        if pairs.is_empty() {
            self.by_topic.remove(&topic);
        }
    }
}
