//! What holds in every run, tried on random scenarios. `cargo xtask fuzz-sim` tries more of them.

use assignor_core::sim::{Scenario, simulate};
use proptest::strategy::ValueTree;
use simulation_tests::counters::Counters;
use simulation_tests::invariants;
use simulation_tests::random::of_seed;

/// So many seeds meet everything that [`MET`] lists.
const SEEDS: u64 = 300;

/// The same seeds every time, so that what they meet is known; a failing one is shrunk by
/// `cargo xtask fuzz-sim --seed`.
#[test]
fn every_invariant_holds_and_random_runs_meet_what_is_checked() {
    let mut counters = Counters::default();
    for seed in 0..SEEDS {
        let scenario = of_seed(seed).expect("a scenario").current();
        let trace = simulate(&scenario).expect("a trace");
        if let Err(broken) = invariants::check(&scenario, &trace) {
            panic!("seed {seed}: {broken}\n{}", scenario.to_json());
        }
        counters.add(&scenario, &trace);
    }
    let missing: Vec<_> = MET.iter().filter(|what| counters.of(what) == 0).collect();
    assert!(missing.is_empty(), "never met: {missing:#?}\n{counters}");
}

#[test]
fn the_same_scenario_gives_the_same_trace() {
    for seed in 0..SEEDS / 10 {
        let scenario = of_seed(seed).expect("a scenario").current();
        let text = scenario.to_json();
        let again = Scenario::from_json(&text).expect("what was written can be read");
        assert_eq!(again, scenario, "seed {seed}");
        let bytes =
            |scenario| serde_json::to_vec(&simulate(scenario).expect("a trace")).expect("JSON");
        assert!(bytes(&scenario) == bytes(&again), "seed {seed}");
    }
}

/// Every action, and that it had its effect.
const MET: &[&str] = &[
    "action start",
    "action restart",
    "action configure",
    "action close",
    "action kill",
    "action slow",
    "action slow, endless",
    "action slow_callback",
    "action freeze",
    "action freeze, endless",
    "action thaw",
    "action cut",
    "action cut, endless",
    "action mend",
    "action subscribe",
    "action remove",
    "action move_coordinator",
    "action rolling_restart",
    "action scale",
    "action create",
    "action grow",
    "action delete",
    "action produce",
    "event killed",
    "event frozen",
    "event thawed",
    "event busy",
    "event expired",
    "event left",
    "event removed",
    "event poll_timeout_expired",
    "event static_replaced",
    "event static_replaced without a rebalance",
    "event unsubscribed",
    "event topic_changed",
    "event topic_deleted",
    "event lost",
    "event network_cut",
    "event network_mended",
    "event coordinator_moves",
    "event coordinator_loaded",
    "event coordinator_lost",
    "event commit_failed",
    "event resumed",
    "event fatal",
    "answer JoinGroup MEMBER_ID_REQUIRED",
    "answer JoinGroup GROUP_MAX_SIZE_REACHED",
    "answer JoinGroup UNKNOWN_MEMBER_ID",
    "answer SyncGroup REBALANCE_IN_PROGRESS",
    "answer Heartbeat REBALANCE_IN_PROGRESS",
    "answer Heartbeat UNKNOWN_MEMBER_ID",
    "message that never arrives",
    "callback longer than 1 s",
    "stop Revoked until Assigned",
    "stop Lost until Assigned",
    "stop Closed until Assigned",
    "stop Killed until Assigned",
    "stop Frozen until Thawed",
    "stop Cut until Mended",
    "stop Closed until RunEnds",
    "still stopped: no_members",
];
