//! The broker's assignors of the next-generation protocol (KIP-848): `uniform` and `range`.
//!
//! The group coordinator computes a target assignment out of the members' subscriptions and their
//! current target. `uniform` keeps what it can; its results depend on the iteration order of Java's
//! maps, and in rare cases on the Java release that the broker runs on. Neither knows racks.
//! Source of truth: `org.apache.kafka.coordinator.group.assignor` 4.0.1 and newer, whose behaviour
//! has not changed since, and the older releases that [`Assignor::of_version`] accepts.

mod assignor;
mod balancer;
mod error;
mod group;
mod heterogeneous;
mod homogeneous;
mod name;
mod range;

pub use assignor::{Assignor, UnsupportedVersion};
pub use error::AssignError;
pub use group::{GroupAssignment, GroupSpec, MapOrder, MemberSpec, Partitions, SubscriptionType};
pub use name::{AssignorName, UnknownAssignor};
