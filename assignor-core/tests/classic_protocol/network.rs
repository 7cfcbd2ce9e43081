//! A member's network is cut, and the latencies of a member of its own.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, ErrorCode, EventKind, StopBegan};
use serde_json::json;

fn lost(kind: &EventKind) -> bool {
    matches!(kind, EventKind::CoordinatorLost { .. })
}

#[test]
fn short_cut_delays_what_is_under_way() {
    let trace = three_stable()
        .heartbeat("m1", 1000)
        .act_for(BASE + 500, "cut", "m1", 5000)
        .trace();
    // The heartbeats of 1000 and 4000 arrive together when the network is back at 5500.
    assert_eq!(
        messages(&trace, "m1", Api::Heartbeat, false, BASE)[..3],
        [(1000, 5501), (4000, 5501), (7000, 7001)]
    );
    assert!(when(&trace, "m1", BASE, lost).is_empty());
    assert_eq!(last_generation(&trace), 1);
    assert_eq!(stops(&trace, "m1", BASE), [(500, 5000, StopBegan::Cut); 2]);
}

#[test]
fn cut_longer_than_the_request_timeout_costs_the_connection() {
    let trace = three_stable()
        .heartbeat("m1", 1000)
        .act_for(BASE + 500, "cut", "m1", 40_000)
        .trace();
    // The first heartbeat of the cut has been without an answer for 30 s.
    assert_eq!(when(&trace, "m1", BASE, lost), [31_000]);
    // Found 100 ms after the network is back.
    assert_eq!(
        answers(&trace, "m1", Api::Heartbeat, BASE + 1000)[0],
        (39_602, ErrorCode::None)
    );
    assert_eq!(last_generation(&trace), 1);
}

#[test]
fn cut_longer_than_the_session_costs_the_membership() {
    let trace = three_stable()
        // m1's last heartbeat arrives at BASE.
        .heartbeat("m1", 2999)
        .act_for(BASE + 100, "cut", "m1", 60_000)
        .trace();
    assert_eq!(states(&trace, BASE)[0], (45_000, P, 1));
    assert_eq!(members_of_generation(&trace, 2), 2);
    // Back at 60 100, it heartbeats at 60 200 and learns that it is out.
    assert_eq!(
        answers(&trace, "m1", Api::Heartbeat, BASE)[1],
        (60_202, ErrorCode::UnknownMemberId)
    );
    assert_eq!(callbacks(&trace, "m1", BASE)[0], (60_202, "lost", 2));
    assert_eq!(members_of_generation(&trace, 3), 3);
}

#[test]
fn parked_join_waits_for_a_short_cut() {
    let trace = two_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start(BASE, "m3")
        .act_for(BASE + 100, "cut", "m3", 5000)
        .trace();
    // The join completes at 2503; m3 reads the answer when the network is back at 5100.
    assert_eq!(
        states(&trace, BASE)[..3],
        [(3, P, 1), (2503, C, 2), (2510, S, 2)]
    );
    assert_eq!(callbacks(&trace, "m3", BASE), [(5103, "assigned", 2)]);
}

#[test]
fn cut_until_it_is_mended() {
    let act =
        |verb: &str, at_ms: u64| serde_json::json!({"at_ms": at_ms, "do": verb, "member": "m1"});
    let trace = three_stable()
        .act(act("cut", BASE))
        .act(act("mend", BASE + 2000))
        .trace();
    assert_eq!(stops(&trace, "m1", BASE), [(0, 2000, StopBegan::Cut); 2]);
}

#[test]
fn overlapping_cuts_end_with_the_later_one() {
    let trace = three_stable()
        .act_for(BASE, "cut", "m1", 4000)
        .act_for(BASE + 1000, "cut", "m1", 1000)
        .trace();
    assert_eq!(stops(&trace, "m1", BASE), [(0, 4000, StopBegan::Cut); 2]);
}

#[test]
fn member_that_is_cut_off_reads_nothing() {
    let trace = two_stable()
        .config("auto.offset.reset", "earliest")
        .produce(BASE, 10, 10)
        .act_for(BASE + 1000, "cut", "m1", 3000)
        .trace();
    let reads = when(&trace, "m1", BASE, |kind| {
        matches!(kind, EventKind::Read { .. })
    });
    assert!(
        reads.iter().all(|at| !(1001..4000).contains(at)),
        "{reads:?}"
    );
    assert!(reads.contains(&4000), "{reads:?}");
    assert_eq!(read_twice(&trace).len(), 0);
}

#[test]
fn close_without_a_network_ends_after_thirty_seconds() {
    let trace = three_stable()
        .config("enable.auto.commit", "true")
        .act_for(BASE, "cut", "m1", 60_000)
        .close(BASE + 1000, "m1")
        .trace();
    let ended = |kind: &EventKind| matches!(kind, EventKind::Ended { .. });
    // 30 s for the last commit, 30 s for the answer to LeaveGroup.
    let ends = when(&trace, "m1", BASE, ended);
    assert_eq!(ends.len(), 1);
    assert!((31_000..=61_000).contains(&ends[0]), "{ends:?}");
}

#[test]
fn member_with_a_latency_of_its_own() {
    let trace = two_stable()
        .timing_of("m1", "to_coordinator_ms", 40)
        .timing_of("m1", "to_member_ms", 60)
        .timing_of("m1", "revoked_ms", 7)
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start(BASE, "m3")
        .trace();
    let heartbeats = messages(&trace, "m1", Api::Heartbeat, false, BASE);
    assert_eq!(heartbeats[0].1 - heartbeats[0].0, 40);
    let answers = messages(&trace, "m1", Api::Heartbeat, true, BASE);
    assert_eq!(answers[0].1 - answers[0].0, 60);
    // Told, it gives everything up for 7 ms before it joins.
    let told = when(&trace, "m1", BASE, |kind| {
        matches!(kind, EventKind::Told { .. })
    });
    let joins = messages(&trace, "m1", Api::JoinGroup, false, BASE);
    assert_eq!(joins[0], (told[0] + 7, told[0] + 47));
}

#[test]
fn b11_commit_sync_gives_up_after_a_while() {
    let run = || {
        Run::new(&["m1"])
            .config("auto.offset.reset", "earliest")
            .start(0, "m1")
            // The commit of this record is under way when the network is cut.
            .produce(BASE, 1, 1)
            .act(json!({"at_ms": BASE + 1, "do": "cut", "member": "m1", "ms": 90_000}))
    };
    let failed = |run: Run| commits_failed(&run.until(150_000).trace(), "m1", BASE);
    assert_eq!(failed(run()), [(60_000, "TimeoutException")]);
    let short = run().config("default.api.timeout.ms", 5000);
    assert_eq!(failed(short), [(5000, "TimeoutException")]);
    // In time again.
    let long = run().config("default.api.timeout.ms", 120_000);
    assert_eq!(failed(long.config("session.timeout.ms", 300_000)), []);
    // The poll timer goes on meanwhile: while the group is loaded the commit is sent again every 100 ms,
    // and after the member has left the group it fails.
    let overrun = Run::new(&["m1"])
        .config("auto.offset.reset", "earliest")
        .config("max.poll.interval.ms", 20_000)
        .start(0, "m1")
        .produce(BASE, 1, 1)
        .move_coordinator(BASE, 50_000, false);
    let failed = failed(overrun);
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].1, "CommitFailedException");
    assert!((20_000..20_110).contains(&failed[0].0), "{failed:?}");
}

/// While the leader computes for 20 s, m2's heartbeats of every millisecond wait behind its parked SyncGroup.
/// When that is answered, the broker takes them one after the other, however many they are.
#[test]
fn thousands_of_requests_wait_behind_a_parked_one() {
    let trace = Run::new(&["m1", "m2"])
        .start(0, "m1")
        .start(10, "m2")
        .timing_of("m1", "assignor_ms", 20_000)
        .config_of("m2", "heartbeat.interval.ms", 1)
        .until(30_000)
        .trace();
    let stable = states(&trace, 0).into_iter().find(|state| state.1 == S);
    let stable_ms = stable.expect("the group becomes stable").0;
    let heartbeats = answers(&trace, "m2", Api::Heartbeat, 0);
    let at_once = heartbeats
        .iter()
        .filter(|answer| **answer == (stable_ms + 1, ErrorCode::None));
    assert!(at_once.count() > 19_900);
}
