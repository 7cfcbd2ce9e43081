//! Partitions as numbers of 32 bits, and sets of them.

use super::super::super::group::Group;
use super::super::super::subscribers::index;
use super::NONE;

/// Numbers the partitions of a group's topics by topic, then partition.
pub(super) struct Numbers {
    /// The number of each topic's first partition, and behind them how many partitions there are.
    first: Vec<u32>,
    /// Per partition its topic.
    topics: Vec<u32>,
}

impl Numbers {
    /// `None` if there are more partitions than numbers.
    pub(super) fn new(group: &Group<'_>) -> Option<Self> {
        let count = u32::try_from(group.partitions()).ok()?;
        if count == NONE {
            return None;
        }
        let mut first = Vec::with_capacity(group.topics.len() + 1);
        let mut topics = Vec::with_capacity(index(count));
        let mut next = 0;
        for (number, topic) in (0..).zip(&group.topics) {
            first.push(next);
            next += u32::try_from(topic.partitions).ok()?;
            topics.resize(index(next), number);
        }
        first.push(next);
        Some(Self { first, topics })
    }

    /// How many partitions there are.
    pub(super) fn len(&self) -> usize {
        self.topics.len()
    }

    pub(super) fn topic(&self, id: u32) -> usize {
        index(self.topics[index(id)])
    }

    /// Topic and partition.
    pub(super) fn key(&self, id: u32) -> (u32, u32) {
        let topic = self.topics[index(id)];
        (topic, id - self.first[index(topic)])
    }

    /// The numbers of a topic's partitions.
    pub(super) fn of_topic(&self, topic: usize) -> std::ops::Range<u32> {
        self.first[topic]..self.first[topic + 1]
    }
}

/// A set of small numbers.
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// An empty set for numbers below `len`.
    pub(super) fn new(len: usize) -> Self {
        Self(vec![0; len.div_ceil(64)])
    }

    pub(super) fn insert(&mut self, number: usize) {
        self.0[number / 64] |= 1 << (number % 64);
    }

    pub(super) fn contains(&self, number: usize) -> bool {
        self.0[number / 64] & 1 << (number % 64) != 0
    }
}
