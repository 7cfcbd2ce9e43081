//! Partitions as numbers.

use std::collections::BTreeMap;

use super::super::TopicPartition;
use super::super::group::Group;

/// Numbers the partitions of a group's topics by topic, then partition. Claimed partitions of these
/// topics that do not exist get the numbers behind.
pub(in super::super) struct Partitions {
    /// The number of the first partition of each topic.
    first: Vec<usize>,
    /// How many partitions exist.
    existing: usize,
    /// Topic and partition of every number.
    keys: Vec<(usize, i32)>,
    imaginary: BTreeMap<(usize, i32), usize>,
}

impl Partitions {
    pub(super) fn new(group: &Group<'_>) -> Self {
        let mut first = Vec::with_capacity(group.topics.len());
        let mut keys = Vec::new();
        for (number, topic) in group.topics.iter().enumerate() {
            first.push(keys.len());
            let count = i32::try_from(topic.partitions).unwrap_or(i32::MAX);
            keys.extend((0..count).map(|partition| (number, partition)));
        }
        Self {
            first,
            existing: keys.len(),
            keys,
            imaginary: BTreeMap::new(),
        }
    }

    /// How many partitions exist; their numbers are below this.
    pub(super) fn existing(&self) -> usize {
        self.existing
    }

    /// How many numbers there are.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Topic number and partition. Numbers order as these do, if the partitions exist.
    pub(super) fn key(&self, id: usize) -> (usize, i32) {
        self.keys[id]
    }

    pub(super) fn topic(&self, id: usize) -> usize {
        self.keys[id].0
    }

    /// The numbers of a topic's partitions.
    pub(super) fn of_topic(&self, group: &Group<'_>, topic: usize) -> std::ops::Range<usize> {
        let first = self.first[topic];
        first..first + group.topics[topic].partitions
    }

    /// The number of a claimed partition, if its topic is one of the group's; numbered if need be.
    pub(super) fn number(&mut self, group: &Group<'_>, claim: &TopicPartition) -> Option<usize> {
        if let Some(id) = self.find(group, claim) {
            return Some(id);
        }
        let topic = group.topic_number(&claim.topic)?;
        let key = (topic, claim.partition.cast_signed());
        self.imaginary.insert(key, self.keys.len());
        self.keys.push(key);
        Some(self.keys.len() - 1)
    }

    /// The number of a partition that has one.
    pub(in super::super) fn find(
        &self,
        group: &Group<'_>,
        claim: &TopicPartition,
    ) -> Option<usize> {
        let topic = group.topic_number(&claim.topic)?;
        let partition = claim.partition.cast_signed();
        match usize::try_from(partition) {
            Ok(index) if index < group.topics[topic].partitions => Some(self.first[topic] + index),
            _ => self.imaginary.get(&(topic, partition)).copied(),
        }
    }

    /// Topic and partition by name.
    pub(in super::super) fn name(&self, group: &Group<'_>, id: usize) -> TopicPartition {
        let (topic, partition) = self.keys[id];
        TopicPartition {
            topic: group.topics[topic].name.clone(),
            partition: partition.cast_unsigned(),
        }
    }
}
