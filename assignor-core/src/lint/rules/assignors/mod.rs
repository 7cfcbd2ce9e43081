//! Assignors and the rebalance protocol that follows from their list.

pub(super) mod advice;
pub(super) mod default_assignor_is_eager;
pub(super) mod eager_assignor;

use crate::config::KafkaVersion;

pub(super) const KEY: &str = "partition.assignment.strategy";
pub(super) const COOPERATIVE: &str = "org.apache.kafka.clients.consumer.CooperativeStickyAssignor";

/// The first client with the cooperative protocol.
pub(super) const HAS_COOPERATIVE: KafkaVersion = KafkaVersion::new(2, 4, 0);
/// The first client whose default list prepares the cooperative protocol.
pub(super) const DEFAULT_PREPARES: KafkaVersion = KafkaVersion::new(3, 0, 0);

/// The assignors of the Java client that know the eager protocol only.
pub(super) const EAGER_ONLY: [&str; 3] = [
    "org.apache.kafka.clients.consumer.RangeAssignor",
    "org.apache.kafka.clients.consumer.RoundRobinAssignor",
    "org.apache.kafka.clients.consumer.StickyAssignor",
];
