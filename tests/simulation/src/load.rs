//! A large group for an hour: what the simulator's speed and memory are measured on.
//!
//! Every member starts within the first ten seconds, and twenty things happen to the group afterwards.
//! Settings are Kafka's defaults: a heartbeat every 3 s, a commit every 5 s.

use assignor_core::sim::{Scenario, ScenarioError};
use serde_json::{Value, json};

/// An hour.
pub const HOUR_MS: u64 = 3_600_000;
/// How many things happen to the group after its start.
pub const ACTIONS: u64 = 20;

/// Members and partitions: what the page must take at once, and how it grows.
pub const SIZES: [(u64, u64); 4] = [(10, 100), (100, 1_000), (300, 3_000), (1_000, 10_000)];

/// One group for an hour, with so many members and partitions.
///
/// # Errors
/// None, unless the simulator can't take so many.
pub fn hour(members: u64, partitions: u64, assignor: &str) -> Result<Scenario, ScenarioError> {
    let name = |member: u64| format!("consumer-{:04}", member % members);
    let start =
        |member: u64, at_ms: u64| json!({"at_ms": at_ms, "do": "start", "member": name(member)});
    let mut actions: Vec<Value> = (0..members)
        .map(|member| start(member, member * 10_000 / members))
        .collect();
    // Every kind of disturbance in turn, each at another member, clear of each other.
    for turn in 0..ACTIONS / 4 {
        let member = turn * 7 + 1;
        let at_ms = 60_000 + turn * 690_000;
        actions.extend([
            json!({"at_ms": at_ms, "do": "kill", "member": name(member)}),
            start(member, at_ms + 120_000),
            json!({"at_ms": at_ms + 240_000, "do": "slow", "member": name(member + 2), "ms": 20_000}),
            json!({"at_ms": at_ms + 360_000, "do": "freeze", "member": name(member + 4), "ms": 60_000}),
        ]);
    }
    let document = json!({
        "version": 1,
        "title": format!("{members} members, {partitions} partitions, an hour"),
        "topics": [
            {"name": "orders", "partitions": partitions / 2},
            {"name": "payments", "partitions": partitions - partitions / 2},
        ],
        "config": {"partition.assignment.strategy": assignor},
        "members": (0..members).map(|member| json!({"name": name(member)})).collect::<Vec<_>>(),
        "actions": actions,
        "until_ms": HOUR_MS,
        "seed": 1,
    });
    Scenario::from_value(&document)
}
