//! Joining: the initial delay, both protocols, a busy member.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, ErrorCode, EventKind, StopBegan};

#[test]
fn s01_first_member() {
    let trace = Run::new(&["m1"]).start(0, "m1").trace();
    assert_eq!(
        states(&trace, 0),
        [(0, E, 0), (3, P, 0), (3003, C, 1), (3010, S, 1)]
    );
    assert_eq!(
        messages(&trace, "m1", Api::JoinGroup, true, 0),
        [(1, 2), (3003, 3004)]
    );
    assert_eq!(
        messages(&trace, "m1", Api::SyncGroup, false, 0),
        [(3004, 3005)]
    );
    assert_eq!(callbacks(&trace, "m1", 0), [(3011, "assigned", 6)]);
    let heartbeats = messages(&trace, "m1", Api::Heartbeat, false, 0);
    assert_eq!(heartbeats[0], (6004, 6005));
    assert_eq!(heartbeats[1], (9004, 9005));
    let refused = &trace.messages[1];
    assert_eq!(
        (refused.is_response, refused.error),
        (true, ErrorCode::MemberIdRequired)
    );
}

#[test]
fn s02_second_member_extends_the_initial_delay() {
    let trace = two_stable_at(1000).trace();
    assert_eq!(
        states(&trace, 0)[1..],
        [(3, P, 0), (6003, C, 1), (6010, S, 1)]
    );
    assert_eq!(join_timers(&trace, 0), [3, 3003]);
    assert_eq!(members_of_generation(&trace, 1), 2);
}

fn two_stable_at(second_ms: u64) -> Run {
    Run::new(&["m1", "m2", "m3"])
        .start(0, "m1")
        .start(second_ms, "m2")
}

#[test]
fn s03_third_member_extends_again() {
    let trace = two_stable_at(1000).start(5000, "m3").trace();
    assert_eq!(
        states(&trace, 0)[1..],
        [(3, P, 0), (9003, C, 1), (9010, S, 1)]
    );
    assert_eq!(join_timers(&trace, 0), [3, 3003, 6003]);
    assert_eq!(members_of_generation(&trace, 1), 3);
}

#[test]
fn s03_extensions_end_with_the_rebalance_timeout() {
    let names = ["m1", "m2", "m3", "m4", "m5"];
    let mut run = Run::new(&names).config("max.poll.interval.ms", 10_000);
    for (at_ms, name) in [0, 1000, 4000, 7000, 9500].into_iter().zip(names) {
        run = run.start(at_ms, name);
    }
    let trace = run.trace();
    assert_eq!(states(&trace, 0)[1..3], [(3, P, 0), (10_003, C, 1)]);
    // Three whole delays, and what is left of the rebalance timeout.
    assert_eq!(join_timers(&trace, 0), [3, 3003, 6003, 9003]);
    assert_eq!(members_of_generation(&trace, 1), 5);
}

#[test]
fn s04_no_initial_delay() {
    let trace = Run::new(&["m1", "m2"])
        .start(0, "m1")
        .start(50, "m2")
        .broker("group.initial.rebalance.delay.ms", 0)
        .trace();
    assert_eq!(
        states(&trace, 0)[1..5],
        [(3, P, 0), (3, C, 1), (10, S, 1), (53, P, 1)]
    );
    assert_eq!(members_of_generation(&trace, 1), 1);
    assert_eq!(members_of_generation(&trace, 2), 2);
}

#[test]
fn s05_pending_member_that_never_returns() {
    let run = Run::new(&["m1", "gone", "m2"])
        .start(0, "m1")
        .start(BASE, "gone")
        .kill(BASE + 1, "gone");
    assert_eq!(
        states(&run.clone().trace(), BASE),
        [],
        "an id alone changes nothing"
    );

    // The next rebalance has all its members, and waits for the id all the same.
    let run = run.start(BASE + 20_000, "m2");
    let trace = run.clone().trace();
    let expired = BASE + 1 + 45_000;
    let pending_expired = trace.events.iter().find_map(|event| {
        matches!(event.kind, EventKind::PendingExpired { .. }).then_some(event.at_ms)
    });
    assert_eq!(pending_expired, Some(expired));
    assert_eq!(
        states(&trace, BASE)[..2],
        [(20_003, P, 1), (expired - BASE, C, 2)]
    );

    // It doesn't wait longer than for anybody else.
    let trace = run.config("max.poll.interval.ms", 10_000).trace();
    assert_eq!(states(&trace, BASE)[..2], [(20_003, P, 1), (30_003, C, 2)]);
    assert_eq!(members_of_generation(&trace, 2), 2);
}

#[test]
fn s08_cooperative_join_takes_two_rounds() {
    let trace = two_stable()
        .assignor("cooperative-sticky")
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start(BASE, "m3")
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [
            (3, P, 1),
            (2503, C, 2),
            (2510, S, 2),
            (2512, P, 2),
            (5507, C, 3),
            (5514, S, 3)
        ]
    );
    for member in ["m1", "m2"] {
        assert_eq!(
            callbacks(&trace, member, BASE),
            [
                (2511, "revoked", 1),
                (2511, "assigned", 0),
                (5515, "assigned", 0)
            ]
        );
        assert_eq!(
            stops(&trace, member, BASE),
            [(2511, 3004, StopBegan::Revoked)]
        );
    }
    assert_eq!(
        messages(&trace, "m1", Api::JoinGroup, false, BASE),
        [(1002, 1003), (2511, 2512)]
    );
    assert_eq!(
        messages(&trace, "m2", Api::JoinGroup, false, BASE),
        [(2502, 2503), (2511, 2512)]
    );
    assert_eq!(
        messages(&trace, "m3", Api::Heartbeat, true, BASE)[0],
        (5505, 5506)
    );
    assert_eq!(
        callbacks(&trace, "m3", BASE),
        [(2511, "assigned", 0), (5515, "assigned", 2)]
    );
    let measures = trace.measures();
    assert_eq!(
        (measures.partitions_moved, measures.stopped_partition_ms),
        (2, freezes_of_setup() + 6008)
    );
}

#[test]
fn s09_eager_join() {
    let trace = two_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start(BASE, "m3")
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [(3, P, 1), (2503, C, 2), (2510, S, 2)]
    );
    assert_eq!(
        stops(&trace, "m1", BASE),
        [(1002, 1509, StopBegan::Revoked); 3]
    );
    assert_eq!(
        stops(&trace, "m2", BASE),
        [(2502, 9, StopBegan::Revoked); 3]
    );
    assert_eq!(
        trace.measures().stopped_partition_ms,
        freezes_of_setup() + 4554
    );
}

#[test]
fn s10_joiner_waits_for_a_busy_member() {
    let trace = two_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .slow(BASE, "m1", 20_000)
        .start(BASE, "m3")
        .trace();
    assert_eq!(
        messages(&trace, "m1", Api::Heartbeat, true, BASE)[0],
        (1001, 1002)
    );
    assert_eq!(
        messages(&trace, "m1", Api::JoinGroup, false, BASE),
        [(20_000, 20_001)]
    );
    assert_eq!(
        states(&trace, BASE),
        [(3, P, 1), (20_001, C, 2), (20_008, S, 2)]
    );
    assert_eq!(
        stops(&trace, "m1", BASE),
        [(20_000, 9, StopBegan::Revoked); 3]
    );
    assert_eq!(
        stops(&trace, "m2", BASE),
        [(2502, 20_009 - 2502, StopBegan::Revoked); 3]
    );
}

/// The partition-ms that the two freezes of [`two_stable`] with heartbeats at 1000 and 2500 cost.
fn freezes_of_setup() -> u64 {
    3 * (BASE + 1000 - 3000 - FREEZES) + 3 * (BASE + 2500 - 3000 - FREEZES)
}
