//! Members that are busy, frozen or dead while the group waits for them.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, ErrorCode, EventKind, Reader, StopBegan, StopEnded, Trace};

const NO: ErrorCode = ErrorCode::None;
const REBALANCING: ErrorCode = ErrorCode::RebalanceInProgress;

fn expired(trace: &Trace, member: &str, from_ms: u64) -> Vec<u64> {
    when(trace, member, from_ms, |kind| {
        matches!(kind, EventKind::Expired { .. })
    })
}

fn not_joined(trace: &Trace, member: &str, from_ms: u64) -> Vec<u64> {
    when(trace, member, from_ms, |kind| {
        matches!(kind, EventKind::NotJoined { .. })
    })
}

fn overran(trace: &Trace, member: &str, from_ms: u64) -> Vec<u64> {
    when(trace, member, from_ms, |kind| {
        matches!(kind, EventKind::PollTimeoutExpired { .. })
    })
}

fn coordinator_lost(trace: &Trace, member: &str, from_ms: u64) -> Vec<u64> {
    when(trace, member, from_ms, |kind| {
        matches!(kind, EventKind::CoordinatorLost { .. })
    })
}

/// m1 has been in a batch for 10 s when m3's JoinGroup begins a rebalance, and stays in it.
const STUCK: u64 = 40_000;

fn stuck() -> Run {
    two_stable()
        .slow(STUCK - 10_000, "m1", 400_000)
        .start(STUCK - 3, "m3")
        .until(600_000)
}

#[test]
fn s11_stuck_member_leaves_before_the_group_evicts_it() {
    let trace = stuck().trace();
    assert_eq!(overran(&trace, "m1", STUCK), [290_000]);
    assert_eq!(
        messages(&trace, "m1", Api::LeaveGroup, false, STUCK),
        [(290_000, 290_001)]
    );
    assert_eq!(
        states(&trace, STUCK)[..3],
        [(0, P, 1), (290_001, C, 2), (290_008, S, 2)]
    );
    assert_eq!(members_of_generation(&trace, 2), 2);
    // It learns of it at its next poll.
    assert_eq!(callbacks(&trace, "m1", STUCK)[0], (390_000, "lost", 3));
}

#[test]
fn s12_stuck_static_member_costs_two_generations() {
    let trace = three_stable()
        .static_members(&["m1"])
        .slow(STUCK - 10_000, "m1", 400_000)
        .close(STUCK - 1, "m3")
        .until(600_000)
        .trace();
    assert_eq!(overran(&trace, "m1", STUCK), [290_000]);
    assert_eq!(messages(&trace, "m1", Api::LeaveGroup, false, 0), []);
    assert_eq!(expired(&trace, "m1", STUCK), [345_000]);
    assert_eq!(members_of_generation(&trace, 2), 2);
    assert_eq!(members_of_generation(&trace, 3), 1);
    // m1 led, and is still a member; the lead has gone to the one that had joined.
    assert_eq!(generation(&trace, 2).2, "m2");
    // m2 is answered at 300 001, so its heartbeat after the expiry is sent at 345 001.
    assert_eq!(
        states(&trace, STUCK)[..6],
        [
            (0, P, 1),
            (300_000, C, 2),
            (300_007, S, 2),
            (345_000, P, 2),
            (345_004, C, 3),
            (345_011, S, 3)
        ]
    );
}

/// Where a newcomer began the rebalance, with the default `max.poll.interval.ms`, the five minutes that
/// it may stay parked end at the same moment as the join phase, and its timer was armed first: it is
/// dropped and joins once more. The scenario of the specification doesn't say so.
#[test]
fn s12_newcomer_is_dropped_as_the_join_ends() {
    let trace = stuck().static_members(&["m1"]).trace();
    assert_eq!(expired(&trace, "m3", STUCK), [300_000]);
    assert_eq!(
        answers(&trace, "m3", Api::JoinGroup, STUCK)[..2],
        [
            (300_001, ErrorCode::UnknownMemberId),
            (300_003, ErrorCode::MemberIdRequired)
        ]
    );
    assert_eq!(
        states(&trace, STUCK)[..3],
        [(0, P, 1), (300_000, C, 2), (300_004, P, 2)]
    );
}

/// m3 joins at 0, the members are told at 1000 and 2500, the second of them completes the join.
fn joining(first: &str, second: &str) -> Run {
    two_stable()
        .heartbeat(first, 1000)
        .heartbeat(second, 2500)
        .start(BASE, "m3")
}

#[test]
fn s14_follower_that_dies_while_parked_joins_once_more() {
    let trace = joining("m2", "m1").kill(BASE + 1500, "m2").trace();
    assert_eq!(members_of_generation(&trace, 2), 3);
    assert_eq!(expired(&trace, "m2", BASE), [47_503]);
    assert_eq!(
        states(&trace, BASE),
        [
            (3, P, 1),
            (2503, C, 2),
            (2510, S, 2),
            (47_503, P, 2),
            (47_507, C, 3),
            (47_514, S, 3)
        ]
    );
}

#[test]
fn s14_followers_of_a_dead_leader_give_their_sync_group_up() {
    let trace = joining("m1", "m2").kill(BASE + 1500, "m1").trace();
    for member in ["m2", "m3"] {
        // Sent at 2504, given up request.timeout.ms later, joined anew 100 ms after that. The
        // heartbeats between wait behind the parked SyncGroup.
        assert_eq!(coordinator_lost(&trace, member, BASE), [32_504]);
        assert_eq!(
            messages(&trace, member, Api::JoinGroup, false, BASE + 2504),
            [(30_100, 30_101)]
        );
    }
    let reason = preparing_reason(&trace, BASE + 3000);
    assert!(
        reason.starts_with("Updating metadata for member m"),
        "{reason}"
    );
    assert!(reason.contains(" during CompletingRebalance"), "{reason}");
    assert!(
        reason.ends_with("client reason: rebalance failed due to DisconnectException"),
        "{reason}"
    );
    assert_eq!(expired(&trace, "m1", BASE), [47_503]);
    assert_eq!(
        states(&trace, BASE),
        [
            (3, P, 1),
            (2503, C, 2),
            (32_605, P, 2),
            (47_503, C, 3),
            (47_510, S, 3)
        ]
    );
}

#[test]
fn s14_short_session_ends_before_the_request_timeout() {
    let trace = joining("m1", "m2")
        .config("session.timeout.ms", 20_000)
        .kill(BASE + 1500, "m1")
        .trace();
    assert_eq!(coordinator_lost(&trace, "m2", BASE), [0; 0]);
    assert_eq!(
        answers(&trace, "m2", Api::SyncGroup, BASE)[0],
        (22_504, REBALANCING)
    );
    assert_eq!(
        states(&trace, BASE),
        [
            (3, P, 1),
            (2503, C, 2),
            (22_503, P, 2),
            (22_505, C, 3),
            (22_512, S, 3)
        ]
    );
}

#[test]
fn s15_newcomer_that_dies_while_parked_is_held_for_five_minutes() {
    let trace = two_stable()
        .config("max.poll.interval.ms", 600_000)
        .slow(BASE, "m1", 400_000)
        .start(BASE, "m3")
        .kill(BASE + 1000, "m3")
        .until(500_000)
        .trace();
    assert_eq!(expired(&trace, "m3", BASE), [300_003]);
    assert_eq!(
        states(&trace, BASE),
        [(3, P, 1), (400_001, C, 2), (400_008, S, 2)]
    );
    assert_eq!(members_of_generation(&trace, 2), 2);

    // If the join completes before, the newcomer is a member like any other.
    let trace = joining("m1", "m2").kill(BASE + 1000, "m3").trace();
    assert_eq!(members_of_generation(&trace, 2), 3);
    assert_eq!(expired(&trace, "m3", BASE), [47_503]);
}

#[test]
fn s21_newcomer_interrupts_a_slow_assignor() {
    let trace = joining("m1", "m2")
        .timing("assignor_ms", 2000)
        .start(BASE + 3000, "m4")
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [
            (3, P, 1),
            (2503, C, 2),
            (3003, P, 2),
            (4507, C, 3),
            (6514, S, 3)
        ]
    );
    assert_eq!(
        answers(&trace, "m2", Api::SyncGroup, BASE),
        [(3004, REBALANCING), (6515, NO)]
    );
    // The leader's own assignment comes too late for the generation.
    assert_eq!(
        answers(&trace, "m1", Api::SyncGroup, BASE),
        [(4506, REBALANCING), (6515, NO)]
    );
    assert_eq!(generation(&trace, 3), (4, "range", "m1"));
    assert_eq!(
        callbacks(&trace, "m2", BASE),
        [(2502, "revoked", 3), (6515, "assigned", 2)],
        "given up once, not again for the second attempt"
    );
}

/// m1 leads and assigns for 12 s, longer than a rebalance may last.
fn slow_leader() -> Run {
    two_stable()
        .config("max.poll.interval.ms", 10_000)
        .timing("assignor_ms", 12_000)
        .start(STUCK, "m3")
        .until(STUCK + 60_000)
}

#[test]
fn s21_leader_that_is_evicted_while_it_assigns() {
    let trace = slow_leader().trace();
    let all = when(&trace, "m1", 0, |kind| {
        matches!(kind, EventKind::NotJoined { .. })
    });
    assert!(!all.is_empty());
    let errors: Vec<_> = answers(&trace, "m1", Api::SyncGroup, 0)
        .into_iter()
        .map(|(_, error)| error)
        .collect();
    assert!(errors.contains(&ErrorCode::UnknownMemberId), "{errors:?}");
}

/// A static leader isn't evicted; its assignment comes for a generation that is over.
#[test]
fn s21_static_leader_that_assigns_beyond_the_join() {
    let trace = slow_leader().static_members(&["m1"]).trace();
    assert_eq!(generation(&trace, 1).2, "m1");
    let errors: Vec<_> = answers(&trace, "m1", Api::SyncGroup, STUCK)
        .into_iter()
        .map(|(_, error)| error)
        .collect();
    assert!(errors.contains(&ErrorCode::IllegalGeneration), "{errors:?}");
}

#[test]
fn s22_frozen_follower_is_removed_by_its_session() {
    let trace = joining("m1", "m2").freeze(BASE + 1000, "m3").trace();
    assert_eq!(expired(&trace, "m3", BASE), [47_503]);
    assert_eq!(
        states(&trace, BASE),
        [
            (3, P, 1),
            (2503, C, 2),
            (2510, S, 2),
            (47_503, P, 2),
            (47_507, C, 3),
            (47_514, S, 3)
        ]
    );
}

#[test]
fn s22_frozen_follower_is_removed_for_its_missing_sync_group() {
    for frozen in [&[][..], &["m3"]] {
        let trace = joining("m1", "m2")
            .static_members(frozen)
            .config("max.poll.interval.ms", 10_000)
            .freeze(BASE + 1000, "m3")
            .trace();
        let late = if frozen.is_empty() { 0 } else { 2 };
        assert_eq!(not_joined(&trace, "m3", BASE), [12_503]);
        let reason = preparing_reason(&trace, BASE + 3000);
        assert!(reason.starts_with("Removing [m3-"), "{reason}");
        assert!(
            reason.ends_with("] on pending sync request expiration"),
            "{reason}"
        );
        assert_eq!(
            states(&trace, BASE),
            [
                // A static newcomer asks once.
                (3 - late, P, 1),
                (2503, C, 2),
                (2510, S, 2),
                (12_503, P, 2),
                (14_507, C, 3),
                (14_514, S, 3)
            ]
        );
    }
}

/// m1 leads, is frozen before a rebalance and misses it.
fn leader_misses_rebalance() -> Run {
    two_stable()
        .config("max.poll.interval.ms", 10_000)
        .freeze(BASE - 1, "m1")
        .start(BASE, "m3")
}

#[test]
fn s35_leader_that_misses_the_join_is_evicted() {
    let trace = leader_misses_rebalance().trace();
    assert_eq!(generation(&trace, 1).2, "m1");
    assert_eq!(not_joined(&trace, "m1", BASE), [10_003]);
    assert_eq!(
        states(&trace, BASE)[..3],
        [(3, P, 1), (10_003, C, 2), (10_010, S, 2)]
    );
    assert_eq!(members_of_generation(&trace, 2), 2);
    assert_ne!(generation(&trace, 2).2, "m1");
}

#[test]
fn s35_static_leader_that_misses_the_join_stays_but_leads_no_more() {
    let trace = leader_misses_rebalance().static_members(&["m1"]).trace();
    assert_eq!(not_joined(&trace, "m1", BASE)[..], [20_003]);
    assert_eq!(
        states(&trace, BASE)[..4],
        [
            (3, P, 1),
            (10_003, C, 2),
            (10_010, S, 2),
            // Its SyncGroup is missing as well.
            (20_003, P, 2)
        ]
    );
    assert_eq!(members_of_generation(&trace, 2), 3);
    assert_ne!(generation(&trace, 2).2, "m1");
}

#[test]
fn s36_nobody_joins() {
    let trace = three_stable()
        .static_members(&["m1", "m2", "m3"])
        .config("max.poll.interval.ms", 10_000)
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .freeze(BASE - 1, "m1")
        .freeze(BASE - 1, "m2")
        .close_with(BASE, "m3", "leave")
        .trace();
    // The join timer is armed anew, again and again.
    assert_eq!(
        join_timers(&trace, BASE),
        [1, 10_001, 20_001, 30_001, 40_001]
    );
    // Their last heartbeats arrived at −1999 and −499.
    assert_eq!(expired(&trace, "m1", BASE), [43_001]);
    assert_eq!(expired(&trace, "m2", BASE), [44_501]);
    assert_eq!(states(&trace, BASE), [(1, P, 1), (44_501, E, 2)]);
}

/// The cooperative member of [`joining`] that is told first begins a batch while its JoinGroup is parked.
fn long_batch(first: &str, second: &str, batch_ms: u64) -> Run {
    joining(first, second)
        .assignor("cooperative-sticky")
        .slow(BASE + 1003, first, batch_ms)
}

#[test]
fn s51_cooperative_batch_longer_than_the_session() {
    let trace = long_batch("m2", "m1", 60_000).trace();
    // m1 gives a partition up for m3, which begins the second round; it waits for m2.
    assert_eq!(
        states(&trace, BASE)[..5],
        [
            (3, P, 1),
            (2503, C, 2),
            (2510, S, 2),
            (2512, P, 2),
            (47_503, C, 3)
        ]
    );
    assert_eq!(expired(&trace, "m2", BASE), [47_503]);
    assert_eq!(overran(&trace, "m2", BASE), [0; 0]);
    // The answer to JoinGroup is read after the batch.
    assert_eq!(
        messages(&trace, "m2", Api::SyncGroup, false, BASE)[0],
        (61_003, 61_004)
    );
    assert_eq!(
        answers(&trace, "m2", Api::SyncGroup, BASE)[0],
        (61_005, ErrorCode::UnknownMemberId)
    );
    assert_eq!(callbacks(&trace, "m2", BASE)[0], (61_005, "lost", 3));
    assert_eq!(
        answers(&trace, "m2", Api::JoinGroup, BASE + 61_005)[0],
        (2, ErrorCode::MemberIdRequired)
    );
}

#[test]
fn s51_cooperative_batch_shorter_than_the_session() {
    let trace = long_batch("m2", "m1", 40_000).trace();
    assert_eq!(expired(&trace, "m2", BASE), [0; 0]);
    // Its SyncGroup meets the second round, for which it joins with the id that it has.
    assert_eq!(
        answers(&trace, "m2", Api::SyncGroup, BASE)[0],
        (41_005, REBALANCING)
    );
    assert_eq!(
        states(&trace, BASE)[3..6],
        [(2512, P, 2), (41_006, C, 3), (41_013, S, 3)]
    );
}

#[test]
fn s51_leader_in_a_long_batch_keeps_everybody_waiting() {
    let trace = long_batch("m1", "m2", 60_000).trace();
    assert_eq!(generation(&trace, 2).2, "m1");
    // As with a dead leader: the others give up after request.timeout.ms and join anew.
    assert_eq!(
        states(&trace, BASE)[..5],
        [
            (3, P, 1),
            (2503, C, 2),
            (32_605, P, 2),
            (47_503, C, 3),
            (47_510, S, 3)
        ]
    );
    assert_eq!(expired(&trace, "m1", BASE), [47_503]);
}

#[test]
fn s52_assignor_slower_than_the_session_never_ends() {
    let trace = Run::new(&["m1", "m2"])
        .timing("assignor_ms", 50_000)
        .start(0, "m1")
        .start(1, "m2")
        .until(1_800_000)
        .trace();
    assert_eq!(coordinator_lost(&trace, "m2", 0)[0], 36_004);
    assert_eq!(
        states(&trace, 0)[1..5],
        [(3, P, 0), (6003, C, 1), (36_105, P, 1), (51_003, C, 2)]
    );
    assert_eq!(expired(&trace, "m1", 0)[0], 51_003);
    assert!(!states(&trace, 0).iter().any(|(_, state, _)| *state == S));
    assert!(last_generation(&trace) > 20);
}

#[test]
fn a_frozen_reader_goes_on_where_it_was() {
    let trace = two_stable()
        .freeze(BASE, "m1")
        .thaw(BASE + 700, "m1")
        .trace();
    assert_eq!(states(&trace, BASE), []);
    assert_eq!(stops(&trace, "m1", BASE), [(0, 700, StopBegan::Frozen); 3]);
    let thawed = trace
        .lanes
        .iter()
        .flat_map(|lane| &lane.spans)
        .filter(|span| {
            matches!(
                span.reader,
                Reader::Nobody {
                    ended: StopEnded::Thawed,
                    ..
                }
            )
        });
    assert_eq!(thawed.count(), 3);
}
