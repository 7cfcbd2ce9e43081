//! Rolling restarts, the whole group restarting, and what the older coordinator does otherwise.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, EventKind};

/// m1, m2 and m3 restart one after the other, 40 s apart and 10 s away.
fn rolling() -> Run {
    let restart = |run: Run, (at_ms, member): (u64, &&str)| {
        run.close(at_ms, member).start(at_ms + 10_000, member)
    };
    (BASE..)
        .step_by(40_000)
        .zip(&["m1", "m2", "m3"])
        .fold(three_stable(), restart)
        .until(BASE + 120_000)
}

#[test]
fn s39_rolling_restart_eager() {
    let trace = rolling().trace();
    assert_eq!(last_generation(&trace) - 1, 6);
    // At most two thirds of them go to somebody else each time.
    let moved = trace.measures().partitions_moved;
    assert!((6..=6 * 4).contains(&moved), "{moved}");
    // Every partition stops in each of the six.
    for lane in &trace.lanes {
        let stops = lane
            .spans
            .iter()
            .filter(|span| span.is_stop() && span.from_ms >= BASE);
        assert_eq!(stops.count(), 6);
    }
}

#[test]
fn s39_rolling_restart_cooperative() {
    let trace = rolling().assignor("cooperative-sticky").trace();
    assert_eq!(last_generation(&trace) - 1, 9);
    // Two partitions move when a member leaves, two when it is back.
    assert_eq!(trace.measures().partitions_moved, 12);
}

#[test]
fn s39_rolling_restart_static() {
    for assignor in ["range", "cooperative-sticky"] {
        let trace = rolling()
            .assignor(assignor)
            .static_members(&["m1", "m2", "m3"])
            .trace();
        assert_eq!(last_generation(&trace) - 1, 0);
        assert_eq!(trace.measures().partitions_moved, 0);
        // Each member's two partitions stop once, for the time that it is away.
        let stopped: Vec<_> = trace
            .lanes
            .iter()
            .flat_map(|lane| &lane.spans)
            .filter(|span| span.is_stop())
            .map(assignor_core::sim::trace::LaneSpan::length_ms)
            .collect();
        assert_eq!(stopped, [10_009; 6]);
    }
}

#[test]
fn s39_rolling_restart_static_past_the_session() {
    let trace = rolling()
        .static_members(&["m1", "m2", "m3"])
        .config("session.timeout.ms", 8000)
        .trace();
    assert_eq!(last_generation(&trace) - 1, 6);
}

#[test]
fn f_everybody_restarts() {
    let all = ["m1", "m2", "m3"];
    let run = all.iter().fold(three_stable(), |run, member| {
        run.close(BASE, member).start(BASE + 10_000, member)
    });
    let trace = run.trace();
    // The leaves are one rebalance, and so are the joins after the initial delay.
    assert_eq!(
        states(&trace, BASE),
        [
            (1, P, 1),
            (1, E, 2),
            (10_003, P, 2),
            (16_003, C, 3),
            (16_010, S, 3)
        ]
    );
}

/// A group of one that empties at generation 2, then two members 1000 ms apart.
fn emptied() -> Run {
    Run::new(&["m1", "m2", "m3"])
        .start(0, "m1")
        .close(10_000, "m1")
        .start(BASE, "m2")
        .start(BASE + 1000, "m3")
}

#[test]
fn a15_initial_delay_of_a_group_that_was_empty() {
    let java = emptied().trace();
    assert_eq!(states(&java, BASE)[..2], [(3, P, 2), (6003, C, 3)]);
    // The Scala coordinator only extends the delay before the first generation.
    let scala = emptied().scala().trace();
    assert_eq!(states(&scala, BASE)[..2], [(3, P, 2), (3003, C, 3)]);
    assert_eq!(members_of_generation(&scala, 3), 2);
}

#[test]
fn a15_expiry_during_the_initial_delay() {
    let run = Run::new(&["m1", "gone"])
        .broker("group.initial.rebalance.delay.ms", 20_000)
        .config("session.timeout.ms", 6000)
        .start(0, "m1")
        .start(100, "gone")
        .kill(101, "gone");
    // The Java coordinator sees that everybody has joined and ends the delay, the Scala one doesn't.
    assert_eq!(
        states(&run.clone().trace(), 0)[1..3],
        [(3, P, 0), (6101, C, 1)]
    );
    assert_eq!(
        states(&run.scala().trace(), 0)[1..3],
        [(3, P, 0), (20_003, C, 1)]
    );
}

#[test]
fn a15_reason_of_a_leave() {
    let trace = three_stable().scala().close(BASE, "m3").trace();
    let reason = preparing_reason(&trace, BASE);
    assert!(reason.starts_with("Removing member m3-"), "{reason}");
    assert!(
        reason.ends_with(" on LeaveGroup; client reason: the consumer is being closed"),
        "{reason}"
    );
}

#[test]
fn a15_late_sync_group_restarts_the_session_with_scala() {
    // m3's JoinGroup is answered at 2503, its SyncGroup comes when it is thawed.
    let run = two_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start(BASE, "m3")
        .freeze(BASE + 1000, "m3")
        .thaw(BASE + 30_000, "m3")
        .kill(BASE + 30_002, "m3");
    let expired = |run: Run| {
        let trace = run.trace();
        when(&trace, "m3", BASE, |kind| {
            matches!(kind, EventKind::Expired { .. })
        })
    };
    assert_eq!(expired(run.clone()), [47_503]);
    assert_eq!(expired(run.scala()), [75_001]);
}

/// A group of at most two: m1 joins anew as its subscription changes, m3 takes the room that is there.
fn full() -> Run {
    two_stable()
        .broker("group.max.size", 2)
        .topic("u", 1)
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .act(serde_json::json!({"at_ms": BASE, "do": "subscribe", "member": "m1", "topics": ["t"]}))
        .start(BASE + 500, "m3")
        .until(400_000)
}

#[test]
fn s29_full_group_refuses() {
    let trace = two_stable()
        .broker("group.max.size", 2)
        .start(BASE, "m3")
        .trace();
    assert_eq!(
        fatal(&trace, "m3", BASE),
        [(2, "GroupMaxSizeReachedException")]
    );
    assert_eq!(states(&trace, BASE), []);
}

#[test]
fn s29_newcomer_takes_the_place_of_a_slow_member() {
    let (java, scala) = (full().trace(), full().scala().trace());
    for trace in [&java, &scala] {
        assert_eq!(answers(trace, "m2", Api::JoinGroup, BASE)[0].0, 2504);
        // close() asks to leave first, in vain.
        assert_eq!(
            fatal(trace, "m2", BASE),
            [(2506, "GroupMaxSizeReachedException")]
        );
        assert_eq!(members_of_generation(trace, 2), 2);
    }
    // Only the Scala coordinator looks whether the others have all joined, the Java one waits for the
    // join timer.
    assert_eq!(states(&scala, BASE)[..2], [(1, P, 1), (2503, C, 2)]);
    assert_eq!(states(&java, BASE)[..2], [(1, P, 1), (300_001, C, 2)]);
}

#[test]
fn s30_timeouts_that_are_refused() {
    let start = |key: &str, value: u64| Run::new(&["m1"]).config(key, value).start(0, "m1").trace();
    let trace = start("session.timeout.ms", 5000);
    assert_eq!(
        fatal(&trace, "m1", 0),
        [(2, "InvalidSessionTimeoutException")]
    );
    let trace = start("heartbeat.interval.ms", 45_000);
    assert_eq!(fatal(&trace, "m1", 0), [(0, "IllegalArgumentException")]);
    assert_eq!(trace.messages.len(), 0);
}
