//! What is worked on twice or not at all, by the way in which an application commits (D).

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, EventKind};
use serde_json::{Value, json};

const STRATEGIES: [&str; 4] = ["after_batch", "before_batch", "on_revoked", "never"];

/// Two stable members, m1 with partitions 0 to 2; 10 records a second in each from BASE on.
fn reading(commit: &str) -> Run {
    two_stable()
        .config("auto.offset.reset", "earliest")
        .application("commit", commit)
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .produce(BASE, 10, 20)
        .until(200_000)
}

/// What is worked on again and what is skipped, in all.
fn totals(trace: &assignor_core::sim::trace::Trace) -> (u64, u64) {
    let all = ["m1", "m2", "m3"].map(|member| resumptions(trace, member, 0));
    let all = all.iter().flatten();
    all.fold((0, 0), |(again, skipped), (_, a, s)| {
        (again + a, skipped + s)
    })
}

#[test]
fn d_graceful_eager_rebalance() {
    let auto = reading("never").config("enable.auto.commit", "true");
    assert_eq!(totals(&auto.start(BASE + 5000, "m3").trace()), (0, 0));
    for commit in STRATEGIES {
        let trace = reading(commit).start(BASE + 5000, "m3").trace();
        let (again, skipped) = totals(&trace);
        assert_eq!(skipped, 0, "{commit}");
        // Without any commit all partitions are read from the beginning, moved or not.
        assert_eq!(again > 0, commit == "never", "{commit}: {again}");
    }
}

#[test]
fn d_graceful_cooperative_rebalance() {
    let cooperative = |commit: &str| {
        reading(commit)
            .assignor("cooperative-sticky")
            .start(BASE + 5000, "m3")
            .trace()
    };
    for commit in ["after_batch", "on_revoked", "never"] {
        let trace = cooperative(commit);
        // Two partitions move; the others keep their positions.
        let again: Vec<_> = resumptions(&trace, "m3", BASE);
        assert_eq!(again.len(), 1, "{commit}: {again:?}");
        assert_eq!(resumptions(&trace, "m1", BASE), [], "{commit}");
        match commit {
            "never" => assert!(again[0].1 > 100, "{again:?}"),
            "on_revoked" => assert_eq!(again[0].1, 0, "{again:?}"),
            // commitSync() fails between JoinGroup and SyncGroup: what was read then is read again.
            _ => assert!((1..=60).contains(&again[0].1), "{again:?}"),
        }
    }
}

#[test]
fn d_crash_loses_what_was_not_committed() {
    // Killed at 10 950: the records of 0 to 10 900, 110 for each of three partitions.
    let crash = |commit: &str| reading(commit).kill(BASE + 10_950, "m1").trace();
    assert_eq!(totals(&crash("after_batch")), (0, 0));
    // The eager rebalance also takes m2's three partitions, which m2 commits as it gives them up.
    assert_eq!(totals(&crash("on_revoked")), (330, 0));
    let (again, _) = totals(&crash("never"));
    // m2 reads all of its own 200 records again too.
    assert_eq!(again, 330 + 600);
}

#[test]
fn d_crash_within_a_batch() {
    let crash = |commit: &str| {
        reading(commit)
            .application("batch_ms", 1000)
            .kill(BASE + 10_500, "m1")
            .trace()
    };
    // With its commit a round takes 1007 ms, so the eleventh begins at 10 070. It has 10 records of each
    // partition, and 430 ms are enough for 12 of the 30.
    let (again, skipped) = totals(&crash("after_batch"));
    assert_eq!((again, skipped), (12, 0));
    // Committed before the work: the others are never worked on.
    let (again, skipped) = totals(&crash("before_batch"));
    assert_eq!((again, skipped), (0, 18));
}

#[test]
fn d_close_commits_what_the_strategy_commits() {
    let close = |run: Run| run.close(BASE + 10_950, "m1").trace();
    let auto = reading("never").config("enable.auto.commit", "true");
    assert_eq!(totals(&close(auto)), (0, 0));
    assert_eq!(totals(&close(reading("after_batch"))), (0, 0));
    assert_eq!(totals(&close(reading("on_revoked"))), (0, 0));
    assert!(totals(&close(reading("never"))).0 >= 330);
}

#[test]
fn d_overrun_works_on_the_whole_batch_again() {
    let trace = reading("after_batch")
        .config("max.poll.interval.ms", 5000)
        .slow(BASE + 2000, "m1", 8000)
        .application("record_ms", 0)
        .trace();
    let overran = |kind: &EventKind| matches!(kind, EventKind::PollTimeoutExpired { .. });
    assert_eq!(when(&trace, "m1", BASE, overran).len(), 1);
    // What was read before was committed.
    assert_eq!(totals(&trace).1, 0);
}

#[test]
fn d_static_restart_reads_from_what_was_committed() {
    let restart = |commit: &str, by: &str| {
        reading(commit)
            .static_members(&["m1", "m2"])
            .act(serde_json::json!({"at_ms": BASE + 10_950, "do": "restart", "member": "m1", "after_ms": 500, "by": by}))
            .trace()
    };
    assert_eq!(totals(&restart("on_revoked", "close")), (0, 0));
    assert_eq!(totals(&restart("on_revoked", "kill")), (330, 0));
    assert_eq!(totals(&restart("after_batch", "kill")), (0, 0));
    // Nobody else is involved.
    assert_eq!(resumptions(&restart("never", "kill"), "m2", BASE), []);
}

#[test]
fn s47_batches_that_take_too_long_never_commit() {
    let trace = too_slow().trace();
    let committed = messages(
        &trace,
        "m1",
        assignor_core::sim::trace::Api::OffsetCommit,
        false,
        BASE,
    );
    assert_eq!(committed, []);
    assert!(last_generation(&trace) > 10);
}

#[test]
fn records_to_one_partition_only() {
    let trace = two_stable()
        .config("auto.offset.reset", "earliest")
        .act(serde_json::json!({"at_ms": BASE, "do": "produce", "topic": "t", "partition": 4, "per_second": 5, "seconds": 2}))
        .trace();
    let read: Vec<_> = trace
        .events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::Read { ranges, .. } => Some(ranges),
            _ => None,
        })
        .flatten()
        .collect();
    assert!(read.iter().all(|range| range.partition.0 == 4));
    assert_eq!(read.iter().map(|range| range.last + 1).max(), Some(10));
}

#[test]
fn work_takes_time_per_record() {
    let trace = Run::new(&["m1"])
        .config("auto.offset.reset", "earliest")
        .application("batch_ms", 100)
        .application("record_ms", 10)
        .start(0, "m1")
        .produce(BASE, 1000, 1)
        .trace();
    let reads = when(&trace, "m1", BASE, |kind| {
        matches!(kind, EventKind::Read { .. })
    });
    // One record of each of six partitions and a commit of 7 ms; then the one that was fetched at once,
    // and only then what came meanwhile: 500 at most.
    assert_eq!(reads[..4], [0, 167, 334, 334 + 100 + 5000 + 7]);
}

#[test]
fn b2_after_a_pause_poll_returns_what_was_fetched_before_it() {
    let reads = |per_second: u64, rest_ms: u64| {
        let trace = Run::new(&["m1"])
            .config("auto.offset.reset", "earliest")
            .application("commit", "never")
            .start(0, "m1")
            .produce(BASE, per_second, 4)
            .act(json!({"at_ms": BASE + 1001, "do": "freeze", "member": "m1", "ms": 1000}))
            .act(json!({"at_ms": BASE + 2500, "do": "slow", "member": "m1", "ms": rest_ms}))
            .trace();
        let of_partition = trace.events.iter().filter_map(|event| match &event.kind {
            EventKind::Read { ranges, .. } => ranges
                .iter()
                .find(|range| range.partition.0 == 0)
                .map(|range| (event.at_ms - BASE, range.first, range.last)),
            _ => None,
        });
        of_partition.collect::<Vec<_>>()
    };
    // 20 a second: the fetch was answered with record 21, 50 ms after record 20; the rest comes at once.
    let fast = reads(20, 1000);
    assert!(fast.contains(&(1000, 20, 20)), "{fast:?}");
    assert!(fast.contains(&(2001, 21, 21)), "{fast:?}");
    assert!(fast.contains(&(2001, 22, 40)), "{fast:?}");
    // So it is after a batch that took long.
    assert!(fast.contains(&(3500, 51, 51)), "{fast:?}");
    assert!(fast.contains(&(3500, 52, 70)), "{fast:?}");
    // One a second: the fetch returned empty after 500 ms, so the next one brings all that there is.
    let slow = reads(1, 1600);
    assert!(slow.contains(&(2001, 2, 2)), "{slow:?}");
    assert!(slow.contains(&(4100, 3, 3)), "{slow:?}");
}

#[test]
fn what_it_is_told_it_does_before_it_commits() {
    const TOLD: u64 = BASE + 50;
    let told = |action: Value| {
        let trace = Run::new(&["m1", "m2"])
            .config("max.poll.interval.ms", 5000)
            .config("auto.offset.reset", "earliest")
            .timing("poll_ms", 100)
            .start(0, "m1")
            .start(1000, "m2")
            .produce(BASE, 10, 1)
            .act(action)
            .trace();
        let failed = when(&trace, "m1", TOLD, |kind| {
            matches!(kind, EventKind::CommitFailed { .. })
        });
        let commits = messages(&trace, "m1", Api::OffsetCommit, false, TOLD);
        let before = commits.first().filter(|commit| commit.0 < 7000);
        (failed, before.map(|commit| commit.0))
    };
    // With the second record comes the order not to poll for 6 s, in which the member leaves the group.
    let slow = json!({"at_ms": TOLD, "do": "slow", "member": "m1", "ms": 6000});
    assert_eq!(told(slow), (vec![6050], None));
    let slow = json!({"at_ms": TOLD, "do": "slow", "member": "m1", "ms": 1000});
    assert_eq!(told(slow), (vec![], Some(1050)));
    let close = json!({"at_ms": TOLD, "do": "close", "member": "m1"});
    assert_eq!(told(close), (vec![], None));
}
