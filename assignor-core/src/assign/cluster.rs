//! What the leader knows about topics.

use std::collections::BTreeMap;
use std::sync::Arc;

/// The topics that exist, as the leader's metadata has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    topics: BTreeMap<Arc<str>, Topic>,
}

/// One topic's partitions and where their replicas are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topic {
    partitions: u32,
    racks: Vec<Vec<String>>,
}

impl Topic {
    /// A topic with partitions 0 to `partitions` − 1, on brokers without racks.
    pub fn new(partitions: u32) -> Self {
        Self {
            partitions,
            racks: Vec::new(),
        }
    }

    /// A topic with one partition per element: the racks of all its replicas, in any order.
    /// A replica whose broker has no rack is left out.
    ///
    /// Partitions beyond `i32::MAX`, which no broker can have, are dropped.
    pub fn with_racks(mut racks: Vec<Vec<String>>) -> Self {
        const MOST: u32 = i32::MAX.cast_unsigned();
        let partitions = u32::try_from(racks.len()).unwrap_or(MOST).min(MOST);
        racks.truncate(usize::try_from(partitions).unwrap_or(usize::MAX));
        Self { partitions, racks }
    }

    /// How many partitions the topic has.
    pub fn partitions(&self) -> u32 {
        self.partitions
    }

    /// The racks of a partition's replicas; empty where unknown.
    pub fn racks(&self, partition: u32) -> &[String] {
        usize::try_from(partition)
            .ok()
            .and_then(|index| self.racks.get(index))
            .map_or(&[], Vec::as_slice)
    }
}

impl Cluster {
    /// A cluster without topics.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a topic. One with no partitions counts as absent when partitions are
    /// assigned, as in Kafka.
    pub fn insert(&mut self, name: impl Into<Arc<str>>, topic: Topic) {
        self.topics.insert(name.into(), topic);
    }

    /// Deletes a topic; answers what it was.
    pub fn remove(&mut self, name: &str) -> Option<Topic> {
        self.topics.remove(name)
    }

    /// A topic by name.
    pub fn topic(&self, name: &str) -> Option<&Topic> {
        self.topics.get(name)
    }

    /// How many partitions a topic has, if it exists.
    pub fn partition_count(&self, name: &str) -> Option<u32> {
        self.topic(name).map(Topic::partitions)
    }

    /// All topics by name.
    pub fn topics(&self) -> impl ExactSizeIterator<Item = (&Arc<str>, &Topic)> {
        self.topics.iter()
    }

    pub(super) fn entry(&self, name: &str) -> Option<(&Arc<str>, &Topic)> {
        self.topics.get_key_value(name)
    }
}

impl<N: Into<Arc<str>>> FromIterator<(N, Topic)> for Cluster {
    fn from_iter<I: IntoIterator<Item = (N, Topic)>>(topics: I) -> Self {
        let topics = topics.into_iter().map(|(name, topic)| (name.into(), topic));
        Self {
            topics: topics.collect(),
        }
    }
}
