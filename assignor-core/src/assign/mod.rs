//! Kafka's partition assignors: those of the consumer here, those of the broker in [`server`].
//!
//! Equal to the Java classes, including where those depend on the iteration order of a `HashMap`
//! and where they throw. Source of truth: `org.apache.kafka.clients.consumer` 3.7.1 and newer,
//! whose behaviour has not changed since, and for [`Assignor::of_version`] the releases from 3.0
//! on.
//!
//! An [`Assignor`] is what one consumer process holds. The leader of a group calls
//! [`Assignor::assign`] with the members in the order of the `JoinGroup` response; every member
//! puts [`Assignor::subscription_user_data`] into its `JoinGroup` request and calls
//! [`Assignor::on_assignment`] with what the `SyncGroup` response gave it.

mod assignment;
mod assignor;
mod cluster;
mod cooperative_sticky;
mod error;
pub mod explain;
mod group;
pub mod measures;
mod member;
mod name;
mod range;
mod range_before_racks;
mod release;
mod remembered;
mod round_robin;
pub mod server;
mod sticky;
mod subscribers;
mod subscriptions;
mod topic_partition;
pub mod user_data;

pub use assignment::{AssignedPartitions, Assignment};
pub use assignor::Assignor;
pub use cluster::{Cluster, Topic};
pub use error::AssignError;
pub use member::GroupMember;
pub use name::{AssignorName, RebalanceProtocol, UnknownAssignor};
pub use release::UnsupportedVersion;
pub use topic_partition::{InvalidTopicPartition, TopicPartition};
