//! Leaving: by LeaveGroup, by the end of a session, several at once.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, EventKind, StopBegan};

#[test]
fn s06_eager_leave() {
    let trace = three_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .close(BASE, "m3")
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [(1, P, 1), (2503, C, 2), (2510, S, 2)]
    );
    assert_eq!(
        messages(&trace, "m1", Api::Heartbeat, true, BASE)[0],
        (1001, 1002)
    );
    assert_eq!(
        messages(&trace, "m2", Api::Heartbeat, true, BASE)[0],
        (2501, 2502)
    );
    assert_eq!(
        messages(&trace, "m1", Api::JoinGroup, false, BASE),
        [(1002, 1003)]
    );
    assert_eq!(
        messages(&trace, "m2", Api::JoinGroup, false, BASE),
        [(2502, 2503)]
    );
    assert_eq!(
        callbacks(&trace, "m1", BASE),
        [(1002, "revoked", 2), (2511, "assigned", 3)]
    );
    assert_eq!(
        callbacks(&trace, "m2", BASE),
        [(2502, "revoked", 2), (2511, "assigned", 3)]
    );
    assert_eq!(callbacks(&trace, "m3", BASE), [(0, "revoked", 2)]);
    assert_eq!(
        stops(&trace, "m1", BASE),
        [(1002, 1509, StopBegan::Revoked); 2]
    );
    assert_eq!(
        stops(&trace, "m2", BASE),
        [(2502, 9, StopBegan::Revoked); 2]
    );
    assert_eq!(stops(&trace, "m3", BASE), [(0, 2511, StopBegan::Closed); 2]);
    let reason = preparing_reason(&trace, BASE);
    assert!(
        reason.starts_with("explicit `LeaveGroup` request for (m3-"),
        "{reason}"
    );
}

#[test]
fn s07_cooperative_leave() {
    let trace = three_stable()
        .assignor("cooperative-sticky")
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .close(BASE, "m3")
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [(1, P, 1), (2503, C, 2), (2510, S, 2)]
    );
    assert_eq!(callbacks(&trace, "m1", BASE), [(2511, "assigned", 1)]);
    assert_eq!(callbacks(&trace, "m2", BASE), [(2511, "assigned", 1)]);
    assert_eq!(stops(&trace, "m1", BASE), []);
    assert_eq!(stops(&trace, "m2", BASE), []);
    assert_eq!(stops(&trace, "m3", BASE), [(0, 2511, StopBegan::Closed); 2]);
}

#[test]
fn s13_crash_is_noticed_when_the_session_ends() {
    let crash = |assignor: &str| {
        three_stable()
            .assignor(assignor)
            .heartbeat("m1", 1000)
            .heartbeat("m2", 2500)
            // m3's last heartbeat arrives at BASE.
            .heartbeat("m3", 2999)
            .kill(BASE, "m3")
            .trace()
    };
    for assignor in ["range", "cooperative-sticky"] {
        let trace = crash(assignor);
        let expired = trace.events.iter().find_map(|event| {
            matches!(event.kind, EventKind::Expired { .. }).then(|| event.at_ms - BASE)
        });
        assert_eq!(expired, Some(45_000));
        let reason = preparing_reason(&trace, BASE);
        assert!(reason.starts_with("removing member m3-"), "{reason}");
        assert!(reason.ends_with(" on heartbeat expiration."), "{reason}");
        // m1's and m2's heartbeats come 1000 and 2500 ms after it, as in the leave.
        assert_eq!(
            states(&trace, BASE),
            [(45_000, P, 1), (47_503, C, 2), (47_510, S, 2)]
        );
        assert_eq!(
            stops(&trace, "m3", BASE),
            [(0, 47_511, StopBegan::Killed); 2]
        );
    }
    let eager = crash("range");
    assert_eq!(
        stops(&eager, "m1", BASE),
        [(46_002, 1509, StopBegan::Revoked); 2]
    );
    let cooperative = crash("cooperative-sticky");
    assert_eq!(stops(&cooperative, "m1", BASE), []);
}

#[test]
fn s34_leader_leaves() {
    // The members' order is that of Java's hash table: "m2-a" has the hash 3 296 761 and with it bucket
    // 11 of 16, "m3-a" has 3 297 722 and bucket 8.
    let run = three_stable()
        .member_ids(&[("m1", "m1-a"), ("m2", "m2-a"), ("m3", "m3-a")])
        .close(BASE, "m1");
    let trace = run.trace();
    assert_eq!(generation(&trace, 1).2, "m1");
    let (members, _, leader) = generation(&trace, 2);
    assert_eq!((members, leader), (2, "m3"));
    // The assignment of the new generation is its leader's.
    assert_eq!(callbacks(&trace, "m3", BASE).last().map(|c| c.2), Some(3));
}

#[test]
fn s37_member_that_closes_during_the_initial_delay() {
    // A broker takes one request at a time from a connection, so the LeaveGroup waits behind the parked
    // JoinGroup until the delay is over (recorded: `delay-all-leave`). The specification's scenario, where
    // the group empties without a generation of members, needs a LeaveGroup by another connection.
    let trace = Run::new(&["m1"]).start(0, "m1").close(1000, "m1").trace();
    assert_eq!(
        messages(&trace, "m1", Api::LeaveGroup, false, 0),
        [(1000, 1001)]
    );
    assert_eq!(
        states(&trace, 0)[1..],
        [(3, P, 0), (3003, C, 1), (3003, P, 1), (3003, E, 2)]
    );
    let ended = when(&trace, "m1", 0, |kind| {
        matches!(kind, EventKind::Ended { .. })
    });
    assert_eq!(ended, [3004]);
}

#[test]
fn s37_members_that_are_removed_during_the_initial_delay() {
    let trace = Run::new(&["m1", "m2"])
        .start(0, "m1")
        .start(500, "m2")
        .kill(1000, "m1")
        .kill(1000, "m2")
        .act(serde_json::json!({"at_ms": 1500, "do": "remove"}))
        .trace();
    // Without a member, the delay still runs to its end; the newcomers of its first part extended it.
    assert_eq!(states(&trace, 0)[1..], [(3, P, 0), (6003, E, 1)]);
}

#[test]
fn s37_close_waits_for_its_leave_group_thirty_seconds_at_most() {
    let trace = two_stable()
        .slow(BASE, "m1", 100_000)
        .start(BASE, "m3")
        .close(BASE + 1000, "m3")
        .trace();
    let ended = when(&trace, "m3", BASE, |kind| {
        matches!(kind, EventKind::Ended { .. })
    });
    assert_eq!(ended, [31_000]);
    // What it has sent is processed as soon as its JoinGroup is answered.
    assert_eq!(states(&trace, BASE)[..2], [(3, P, 1), (100_001, C, 2)]);
    let left = when(&trace, "m3", BASE, |kind| {
        matches!(kind, EventKind::Left { .. })
    });
    assert_eq!(left, [100_001]);
}

/// Five members that all hear of a rebalance at 2500.
fn five_stable() -> Run {
    let names = ["m1", "m2", "m3", "m4", "m5"];
    let run = Run::new(&names);
    let run = names
        .iter()
        .zip((0..).step_by(10))
        .fold(run, |run, (name, at_ms)| run.start(at_ms, name));
    names
        .iter()
        .fold(run, |run, name| run.heartbeat(name, 2500))
}

#[test]
fn s49_closes_during_one_join_phase_cost_one_generation() {
    let trace = five_stable()
        .close(BASE, "m1")
        .close(BASE + 100, "m2")
        .close(BASE + 200, "m3")
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [(1, P, 1), (2503, C, 2), (2510, S, 2)]
    );
    assert_eq!(members_of_generation(&trace, 2), 2);
}

#[test]
fn s49_closes_further_apart_cost_one_each() {
    let trace = five_stable()
        .close(BASE, "m1")
        .close(BASE + 10_000, "m2")
        .close(BASE + 20_000, "m3")
        .trace();
    assert_eq!(last_generation(&trace), 4);
    assert_eq!(states(&trace, BASE).len(), 9);
}

#[test]
fn s50_static_member_closes_with_leave() {
    let trace = three_stable()
        .static_members(&["m3"])
        .close_with(BASE, "m3", "leave")
        .trace();
    assert_eq!(states(&trace, BASE)[0], (1, P, 1));
    assert_eq!(callbacks(&trace, "m3", BASE), [(0, "revoked", 2)]);
    assert_eq!(members_of_generation(&trace, 2), 2);
}

#[test]
fn s50_dynamic_member_closes_with_remain() {
    let trace = three_stable()
        // m3's last heartbeat arrives at BASE.
        .heartbeat("m3", 2999)
        .close_with(BASE, "m3", "remain")
        .trace();
    assert_eq!(messages(&trace, "m3", Api::LeaveGroup, false, 0), []);
    assert_eq!(callbacks(&trace, "m3", BASE), [(0, "revoked", 2)]);
    assert_eq!(states(&trace, BASE)[0], (45_000, P, 1));
}

#[test]
fn b10_close_operations_that_say_the_default() {
    let dynamic = three_stable().close_with(BASE, "m3", "leave").trace();
    assert_eq!(states(&dynamic, BASE)[0], (1, P, 1));
    let remains = three_stable()
        .static_members(&["m3"])
        .close_with(BASE, "m3", "remain")
        .trace();
    assert_eq!(messages(&remains, "m3", Api::LeaveGroup, false, 0), []);
}
