//! Commits: when they are accepted, and what is read twice.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, ErrorCode, EventKind, Trace};

const NO: ErrorCode = ErrorCode::None;

#[test]
fn s23_commit_while_the_group_prepares() {
    // m2 hasn't been told at 500 and reads a record; its last heartbeat arrived at −499.
    let trace = two_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start(BASE, "m3")
        .produce(BASE + 500, 1, 1)
        .kill(BASE + 600, "m2")
        .trace();
    assert_eq!(answers(&trace, "m2", Api::OffsetCommit, BASE), [(507, NO)]);
    // The commit was a sign of life.
    let expired = when(&trace, "m2", BASE, |kind| {
        matches!(kind, EventKind::Expired { .. })
    });
    assert_eq!(expired, [45_501]);
    assert_eq!(states(&trace, BASE)[..2], [(3, P, 1), (45_501, C, 2)]);
}

#[test]
fn s23_commit_of_an_earlier_generation() {
    // m2 is static and frozen, so that the group completes a rebalance without it but keeps it.
    for assignor_ms in [0, 5000] {
        let trace = two_stable()
            .static_members(&["m2"])
            .config("max.poll.interval.ms", 10_000)
            .timing("assignor_ms", assignor_ms)
            .freeze(BASE - 1, "m2")
            .produce(BASE, 1, 1)
            .start(BASE, "m3")
            .thaw(BASE + 11_000, "m2")
            .trace();
        assert_eq!(states(&trace, BASE)[1], (10_003, C, 2));
        assert_eq!(
            answers(&trace, "m2", Api::OffsetCommit, BASE),
            [(11_002, ErrorCode::IllegalGeneration)]
        );
        assert_eq!(
            commits_failed(&trace, "m2", BASE),
            [(11_002, "CommitFailedException")]
        );
        assert_eq!(callbacks(&trace, "m2", BASE)[0], (11_002, "lost", 3));
        // It joins with the id that it has. As it has forgotten its generation and owns nothing, it says
        // the same as when it first joined, so it is answered at once: no rebalance, unlike what the
        // specification expects of a member that joins anew.
        assert_eq!(answers(&trace, "m2", Api::JoinGroup, BASE), [(11_004, NO)]);
        assert_eq!(last_generation(&trace), 2);
        let stable_ms = 10_010 + assignor_ms;
        assert_eq!(
            callbacks(&trace, "m2", BASE)[1],
            (11_006.max(stable_ms + 1), "assigned", 2)
        );
    }
}

#[test]
fn s24_cooperative_commit_during_a_rebalance() {
    let trace = two_stable()
        .assignor("cooperative-sticky")
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start(BASE, "m3")
        .produce(BASE + 500, 1, 1)
        .produce(BASE + 1500, 1, 1)
        .produce(BASE + 6000, 1, 1)
        .trace();
    // Not sent between JoinGroup at 1002 and the end of the rebalance.
    assert_eq!(
        answers(&trace, "m1", Api::OffsetCommit, BASE),
        [(507, NO), (6007, NO)]
    );
    assert_eq!(
        commits_failed(&trace, "m1", BASE),
        [(1500, "RebalanceInProgressException")]
    );
}

/// m1 overruns 10 s in a batch of 20 s; 100 records a second in each partition, auto-commit.
#[test]
fn s25_dynamic_overrun() {
    let trace = two_stable()
        .config("enable.auto.commit", "true")
        .config("auto.offset.reset", "earliest")
        .config("max.poll.interval.ms", 10_000)
        .produce(0, 100, 60)
        .slow(BASE, "m1", 20_000)
        .trace();
    let overran = when(&trace, "m1", BASE, |kind| {
        matches!(kind, EventKind::PollTimeoutExpired { .. })
    });
    assert_eq!(overran, [10_000]);
    assert_eq!(
        messages(&trace, "m1", Api::LeaveGroup, false, BASE),
        [(10_000, 10_001)]
    );
    assert_eq!(states(&trace, BASE)[0], (10_001, P, 1));
    assert_eq!(members_of_generation(&trace, 2), 1);
    assert_eq!(callbacks(&trace, "m1", BASE)[0], (20_000, "lost", 3));
    assert_eq!(members_of_generation(&trace, 3), 2);
    assert_eq!(last_generation(&trace), 3);
    // The last auto-commit before the batch was 5000 ms after the assignment at 6011, so all that was
    // read from then to 12 000 is read again by m2.
    let commits = messages(&trace, "m1", Api::OffsetCommit, false, 0);
    let last = commits.iter().rfind(|(sent, _)| *sent < BASE);
    assert_eq!(last.map(|(sent, _)| *sent), Some(11_011));
    let twice = read_twice(&trace);
    assert_eq!(twice.keys().copied().collect::<Vec<_>>(), [0, 1, 2]);
    for count in twice.values() {
        assert!((98..=100).contains(count), "{twice:?}");
    }
}

/// m1 works 8 s on each batch but has to poll every 5 s.
#[test]
fn s47_batches_longer_than_the_poll_interval_never_end() {
    const CYCLE: u64 = 11_012;
    let mut run = Run::new(&["m1"])
        .config("enable.auto.commit", "true")
        .config("auto.offset.reset", "earliest")
        .config("max.poll.interval.ms", 5000)
        .config("max.poll.records", 100)
        .produce(0, 10, 600)
        .start(0, "m1")
        .until(600_000);
    for cycle in 0..50 {
        run = run.slow(3012 + cycle * CYCLE, "m1", 8000);
    }
    let trace = run.trace();
    for cycle in 0..50 {
        let from = 3012 + cycle * CYCLE;
        let overran = when(&trace, "m1", from, |kind| {
            matches!(kind, EventKind::PollTimeoutExpired { .. })
        });
        assert_eq!(overran[0], 5000);
        // Leaving empties the group, joining begins it anew: two generations a cycle.
        let generation = i32::try_from(2 * cycle).expect("a few");
        assert_eq!(
            states(&trace, from)[..5],
            [
                (5001, P, generation + 1),
                (5001, E, generation + 2),
                (8003, P, generation + 2),
                (11_003, C, generation + 3),
                (11_010, S, generation + 3)
            ]
        );
    }
    // Nothing is ever committed, every cycle begins with the first record.
    let firsts: Vec<_> = trace
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Read { ranges, .. } if ranges.iter().any(|range| range.first == 0) => {
                Some(event.at_ms)
            }
            _ => None,
        })
        .collect();
    assert!(firsts.len() >= 50, "{}", firsts.len());
    let committed = answers(&trace, "m1", Api::OffsetCommit, 0);
    let end = 3012 + 50 * CYCLE;
    assert!(
        committed.iter().all(|(at_ms, _)| *at_ms > end),
        "{committed:?}"
    );
}

/// Both members poll every 700 ms, 100 records a second go to each partition; m1 ends at a time.
fn batches(end: impl Fn(Run) -> Run) -> Trace {
    let mut run = two_stable()
        .config("enable.auto.commit", "true")
        .config("auto.offset.reset", "earliest")
        .config("max.poll.records", 100_000)
        .produce(0, 100, 40)
        .until(100_000);
    for batch in 0..40 {
        run = run.slow(6100 + batch * 700, "m1", 700);
    }
    end(run).trace()
}

#[test]
fn s48_records_read_twice_after_a_crash() {
    let mut all = Vec::new();
    for end_ms in (18_000..23_600).step_by(50) {
        let trace = batches(|run| run.kill(end_ms, "m1"));
        let commits = messages(&trace, "m1", Api::OffsetCommit, false, 6100);
        // auto.commit.interval.ms rounded up to whole batches.
        for pair in commits.windows(2) {
            assert_eq!(pair[1].0 - pair[0].0, 5600);
        }
        let twice = read_twice(&trace);
        assert!(twice.keys().all(|partition| *partition < 3), "{twice:?}");
        let most = twice.values().copied().max().unwrap_or(0);
        assert!(most <= 560, "{most} at {end_ms}");
        all.push(most);
    }
    let mean = all.iter().sum::<u64>() / all.len() as u64;
    assert_eq!(all.iter().max(), Some(&560), "{all:?}");
    // The specification's 280 counts what is processed; half a batch more has been read.
    assert_eq!(mean, 280 + 35, "{all:?}");
}

#[test]
fn s48_nothing_is_read_twice_after_a_close() {
    for end_ms in (18_000..23_600).step_by(350) {
        let trace = batches(|run| run.close(end_ms, "m1"));
        assert_eq!(read_twice(&trace).len(), 0);
    }
}

#[test]
fn s48_eager_join_reads_nothing_twice_a_cooperative_one_does() {
    let join = |assignor: &str| {
        two_stable()
            .assignor(assignor)
            .config("enable.auto.commit", "true")
            .config("auto.offset.reset", "earliest")
            .heartbeat("m1", 1000)
            .heartbeat("m2", 2500)
            .produce(0, 100, 40)
            .start(BASE, "m3")
            .trace()
    };
    assert_eq!(read_twice(&join("range")).len(), 0);
    // One partition of m1 and one of m2 move. What they held was committed before the JoinGroup and is
    // given up after the SyncGroup: 1002 to 2518 and 2502 to 2518 at 100 records a second.
    let twice = read_twice(&join("cooperative-sticky"));
    let counts: Vec<_> = twice.values().copied().collect();
    assert_eq!(counts.len(), 2, "{twice:?}");
    assert!((150..=153).contains(&counts[0]), "{twice:?}");
    assert!((1..=3).contains(&counts[1]), "{twice:?}");
}
