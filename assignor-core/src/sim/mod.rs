//! Scenario in, trace out: Kafka's classic group protocol in virtual milliseconds.
//!
//! [`simulate`] plays a [`Scenario`] on a discrete-event model of one group: a coordinator
//! (KIP-62, KIP-134, KIP-345, KIP-394, KIP-429, KIP-800, KIP-814) and Java consumers. The same scenario
//! gives the same [`Trace`], byte for byte, on every platform.

mod client;
mod coordinator;
mod limits;
pub mod narrate;
pub mod predict;
mod protocol;
mod queue;
mod random;
mod ranks;
pub mod recorded;
mod records;
pub mod report;
pub mod scenario;
pub mod trace;
mod world;

pub use scenario::{Scenario, ScenarioError};
pub use trace::Trace;

/// Plays a scenario. A run that grows too large ends early, and its last event says at which limit.
///
/// # Errors
/// A setting that can't be read, named by its path. Scenarios from [`Scenario::from_json`] have none.
pub fn simulate(scenario: &Scenario) -> Result<Trace, ScenarioError> {
    world::World::new(scenario)?.run(&limits::Limits::default())
}
