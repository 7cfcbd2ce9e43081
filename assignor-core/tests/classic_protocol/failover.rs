//! The coordinator moves: what the new one knows, what members do until they have found it.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, ErrorCode, EventKind};

/// Three stable members whose next heartbeats are at 1000, 2000 and 2500.
fn three_with_heartbeats() -> Run {
    three_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2000)
        .heartbeat("m3", 2500)
}

#[test]
fn s38_stable_group_goes_on_without_a_rebalance() {
    for scala in [false, true] {
        let run = three_with_heartbeats().move_coordinator(BASE, 500, false);
        let trace = if scala { run.scala() } else { run }.trace();
        assert_eq!(last_generation(&trace), 1);
        assert_eq!(callbacks(&trace, "m1", BASE), []);
        // m1's heartbeat goes to the old broker; found again 100 ms later, it heartbeats at once.
        let answers = answers(&trace, "m1", Api::Heartbeat, BASE);
        assert_eq!(
            answers[..2],
            [(1002, ErrorCode::NotCoordinator), (1104, ErrorCode::None)]
        );
        assert!(stops(&trace, "m1", BASE).is_empty());
    }
}

#[test]
fn s38_sessions_begin_anew_when_the_group_is_loaded() {
    // m3 dies at once; it would be removed a session after its last heartbeat.
    let run = three_stable().heartbeat("m3", 2999).kill(BASE + 1, "m3");
    let stays = run.clone().trace();
    assert_eq!(states(&stays, BASE)[0], (45_000, P, 1));
    let moves = run.move_coordinator(BASE + 10_000, 700, false).trace();
    // The group is shown as the log has it while nobody coordinates.
    let preparing: Vec<_> = states(&moves, BASE)
        .into_iter()
        .filter(|(_, state, _)| *state == P)
        .collect();
    assert_eq!(preparing[0], (10_700 + 45_000, P, 1));
}

#[test]
fn s38_broker_that_dies_breaks_the_connections() {
    let trace = three_with_heartbeats()
        .move_coordinator(BASE, 0, true)
        .trace();
    assert_eq!(last_generation(&trace), 1);
    let lost = |kind: &EventKind| matches!(kind, EventKind::CoordinatorLost { .. });
    for member in ["m1", "m2", "m3"] {
        assert_eq!(when(&trace, member, BASE, lost), [1]);
        assert_eq!(
            answers(&trace, member, Api::Heartbeat, BASE)[0],
            (103, ErrorCode::None)
        );
    }
}

#[test]
fn s38_heartbeat_while_the_group_is_loaded_is_fine() {
    let trace = three_with_heartbeats()
        .move_coordinator(BASE, 10_000, false)
        .trace();
    let told: Vec<_> = answers(&trace, "m1", Api::Heartbeat, BASE)
        .into_iter()
        .take(4)
        .map(|(_, error)| error)
        .collect();
    assert_eq!(
        told,
        [
            ErrorCode::NotCoordinator,
            ErrorCode::None,
            ErrorCode::None,
            ErrorCode::None
        ]
    );
    assert_eq!(last_generation(&trace), 1);
}

#[test]
fn s38_move_while_the_group_prepares() {
    // m4 has joined and the others are awaited: the log still has the generation before.
    let trace = three_with_heartbeats()
        .start(BASE, "m4")
        .move_coordinator(BASE + 500, 0, false)
        .trace();
    assert_eq!(states(&trace, BASE)[..2], [(3, P, 1), (500, S, 1)]);
    // The new broker doesn't know m4's id, so m4 begins anew.
    let joins: Vec<_> = answers(&trace, "m4", Api::JoinGroup, BASE)
        .into_iter()
        .collect();
    assert_eq!(
        joins[..4],
        [
            (2, ErrorCode::MemberIdRequired),
            (501, ErrorCode::NotCoordinator),
            (603, ErrorCode::UnknownMemberId),
            (605, ErrorCode::MemberIdRequired)
        ]
    );
    assert_eq!(states(&trace, BASE)[2], (606, P, 1));
    assert_eq!(members_of_generation(&trace, 2), 4);
}

#[test]
fn s38_move_while_the_leader_assigns() {
    // The leader computes for 2 s; the others' SyncGroups are parked.
    let trace = three_with_heartbeats()
        .timing("assignor_ms", 2000)
        .start(BASE, "m4")
        .move_coordinator(BASE + 3000, 0, false)
        .trace();
    // Generation 2 was never replicated.
    let at_the_move = states(&trace, BASE);
    assert!(at_the_move.contains(&(2503, C, 2)), "{at_the_move:?}");
    assert!(at_the_move.contains(&(3000, S, 1)), "{at_the_move:?}");
    let generations: Vec<_> = trace
        .events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Completing { generation_id, .. } => Some(generation_id),
            _ => None,
        })
        .collect();
    // The number is given out a second time.
    assert_eq!(generations, [1, 2, 2]);
    let frame = trace.frame_at(trace.end_ms);
    assert_eq!(frame.group.state, S);
}

#[test]
fn s38_move_before_anything_is_replicated() {
    let trace = Run::new(&["m1", "m2"])
        .start(0, "m1")
        .start(10, "m2")
        .move_coordinator(1000, 0, false)
        .trace();
    // Both begin anew, with a new initial delay.
    assert_eq!(
        answers(&trace, "m1", Api::JoinGroup, 1000)[..2],
        [
            (1, ErrorCode::NotCoordinator),
            (103, ErrorCode::UnknownMemberId)
        ]
    );
    assert_eq!(members_of_generation(&trace, 1), 2);
    assert_eq!(states(&trace, 1000)[..2], [(0, E, 0), (106, P, 0)]);
}

#[test]
fn s38_join_while_the_group_is_loaded_waits() {
    let trace = three_with_heartbeats()
        .move_coordinator(BASE, 450, false)
        .start(BASE + 100, "m4")
        .trace();
    let errors: Vec<_> = answers(&trace, "m4", Api::JoinGroup, BASE);
    // Every 100 ms (retry.backoff.ms) after an answer.
    assert_eq!(
        errors[..5],
        [
            (102, ErrorCode::CoordinatorLoadInProgress),
            (204, ErrorCode::CoordinatorLoadInProgress),
            (306, ErrorCode::CoordinatorLoadInProgress),
            (408, ErrorCode::CoordinatorLoadInProgress),
            (510, ErrorCode::MemberIdRequired),
        ]
    );
}

#[test]
fn s38_replacement_that_was_not_replicated_happens_again() {
    let trace = three_stable()
        .static_members(&["m3"])
        .close(BASE, "m3")
        .start(BASE + 1000, "m3")
        // The JoinGroup arrives at 1001 and is answered when it is replicated, at 1006.
        .move_coordinator(BASE + 1003, 0, false)
        .trace();
    assert_eq!(last_generation(&trace), 1);
    let replaced = |kind: &EventKind| matches!(kind, EventKind::StaticReplaced { .. });
    assert_eq!(when(&trace, "m3", BASE, replaced), [1001, 1105]);
    assert_eq!(
        answers(&trace, "m3", Api::JoinGroup, BASE),
        [(1004, ErrorCode::NotCoordinator), (1111, ErrorCode::None)]
    );
}

#[test]
fn s38_commit_that_was_not_replicated_is_sent_again() {
    let trace = two_stable()
        .config("auto.offset.reset", "earliest")
        .produce(BASE, 1, 1)
        .move_coordinator(BASE + 4, 0, false)
        .trace();
    assert_eq!(
        answers(&trace, "m1", Api::OffsetCommit, BASE),
        [(5, ErrorCode::NotCoordinator), (112, ErrorCode::None)]
    );
    assert_eq!(commits_failed(&trace, "m1", 0), []);
}
