//! The classic protocol, scenario by scenario, with exact times.
//!
//! Unless a test says otherwise: 1 ms each way, 5 ms for a write to the coordinator's log, idle
//! applications, no auto-commit, heartbeats every 3000 ms, sessions of 45 000 ms,
//! `max.poll.interval.ms` 300 000, an initial rebalance delay of 3000 ms, a topic `t` of 6 partitions.
//!
//! The group of a test is stable at [`fixtures::BASE`]; the times in a test count from there. When a
//! member's heartbeats are sent is set by freezing it once for a moment long before.

#![allow(
    clippy::wildcard_imports,
    reason = "every test speaks the language of the fixtures"
)]

mod administration;
mod applications;
mod commits;
mod deploys;
mod failover;
mod fixtures;
mod joining;
mod leaving;
mod migration;
mod network;
mod outlook;
mod releases;
mod static_members;
mod stuck_members;
mod topics;
