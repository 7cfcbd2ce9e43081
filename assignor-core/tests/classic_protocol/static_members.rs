//! Static members: restarts within and after the session, duplicates, replacement in every state.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, ErrorCode, EventKind, StopBegan, Trace};
use serde_json::json;

const NO: ErrorCode = ErrorCode::None;

/// When a new process takes a member's place, and whether the group goes on.
fn replaced(trace: &Trace, member: &str, from_ms: u64) -> Vec<(u64, bool)> {
    let events = trace.events.iter().filter(|event| event.at_ms >= from_ms);
    events
        .filter_map(|event| match &event.kind {
            EventKind::StaticReplaced {
                process,
                no_rebalance,
                ..
            } if trace.member_name(*process) == member => {
                Some((event.at_ms - from_ms, *no_rebalance))
            }
            _ => None,
        })
        .collect()
}

#[test]
fn s16_restart_within_the_session() {
    let trace = three_stable()
        .static_members(&["m2"])
        .close(BASE, "m2")
        .start(BASE + 10_000, "m2")
        .trace();
    assert_eq!(messages(&trace, "m2", Api::LeaveGroup, false, 0), []);
    assert_eq!(states(&trace, BASE), []);
    assert_eq!(replaced(&trace, "m2", BASE), [(10_001, true)]);
    // One JoinGroup, answered when the new id is written.
    assert_eq!(answers(&trace, "m2", Api::JoinGroup, BASE), [(10_007, NO)]);
    assert_eq!(answers(&trace, "m2", Api::SyncGroup, BASE), [(10_009, NO)]);
    assert_eq!(
        callbacks(&trace, "m2", BASE),
        [(0, "revoked", 2), (10_009, "assigned", 2)]
    );
    assert_eq!(
        stops(&trace, "m2", BASE),
        [(0, 10_009, StopBegan::Closed); 2]
    );
    assert_eq!(stops(&trace, "m1", BASE), []);
    assert_eq!(trace.measures().partitions_moved, 0);
}

/// m1 leads, restarts in its session, and then the topic grows.
fn restarted_leader() -> Run {
    three_stable()
        .static_members(&["m1"])
        .config("metadata.max.age.ms", 20_000)
        .kill(BASE, "m1")
        .start(BASE + 10_000, "m1")
        .act(serde_json::json!({"at_ms": BASE + 20_000, "do": "grow", "topic": "t", "partitions": 9}))
}

#[test]
fn s17_restarted_leader_watches_the_topics_again() {
    let trace = restarted_leader().trace();
    assert_eq!(replaced(&trace, "m1", BASE), [(10_001, true)]);
    assert_eq!(
        callbacks(&trace, "m1", BASE)[0],
        (10_009, "assigned", 2),
        "what it had, not a new assignment"
    );
    let rounds = trace.rounds.iter().map(|round| round.generation_id);
    assert_eq!(
        rounds.collect::<Vec<_>>(),
        [1, 2],
        "it assigns as the topic has grown"
    );
    let (at_ms, state, generation) = states(&trace, BASE)[0];
    assert_eq!((state, generation), (P, 1));
    // A refresh of its metadata after the topic has grown.
    assert!((20_000..40_100).contains(&at_ms), "{at_ms}");
    let reason = preparing_reason(&trace, BASE);
    assert!(
        reason.ends_with(
            "re-joining group during Stable; client reason: cached metadata has changed"
        ),
        "{reason}"
    );
}

#[test]
fn s17_restarted_leader_before_kip_814_watches_nothing() {
    let trace = restarted_leader().release("client", "3.1.0").trace();
    assert_eq!(replaced(&trace, "m1", BASE), [(10_001, true)]);
    assert_eq!(callbacks(&trace, "m1", BASE), [(10_009, "assigned", 2)]);
    assert_eq!(states(&trace, BASE), []);
}

#[test]
fn s18_restart_after_the_session() {
    let trace = three_stable()
        .static_members(&["m3"])
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        // m3's last heartbeat arrives at BASE.
        .heartbeat("m3", 2999)
        .kill(BASE, "m3")
        .start(BASE + 60_000, "m3")
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [
            (45_000, P, 1),
            (47_503, C, 2),
            (47_510, S, 2),
            // Its one JoinGroup; the others hear of it by the heartbeats of 62 504.
            (60_001, P, 2),
            (62_507, C, 3),
            (62_514, S, 3)
        ]
    );
    assert_eq!(replaced(&trace, "m3", BASE), []);
    let reason = preparing_reason(&trace, BASE + 60_000);
    assert!(
        reason.contains(" with group instance id m3; client reason: not provided"),
        "{reason}"
    );
}

#[test]
fn s19_duplicate_instance_id() {
    let trace = three_stable()
        .config_of("m3", "group.instance.id", "b")
        .config_of("m4", "group.instance.id", "b")
        .start(BASE, "m4")
        .trace();
    assert_eq!(replaced(&trace, "m4", BASE), [(1, true)]);
    assert_eq!(states(&trace, BASE), []);
    // m3's next heartbeat is sent at 4.
    assert_eq!(
        answers(&trace, "m3", Api::Heartbeat, BASE)[0],
        (6, ErrorCode::FencedInstanceId)
    );
    assert_eq!(
        fatal(&trace, "m3", BASE),
        [(6, "FencedInstanceIdException")]
    );
    assert_eq!(callbacks(&trace, "m3", BASE), [(6, "lost", 2)]);
    assert_eq!(callbacks(&trace, "m4", BASE), [(9, "assigned", 2)]);
}

/// m4 joins at 0, m1 leads and assigns from 2504 for 2 s, m2 is replaced at 3501.
#[test]
fn s20_replacement_while_the_group_completes() {
    let trace = three_stable()
        .static_members(&["m2"])
        .timing("assignor_ms", 2000)
        .heartbeat("m1", 1000)
        .heartbeat("m2", 1500)
        .heartbeat("m3", 2500)
        .start(BASE, "m4")
        .kill(BASE + 3000, "m2")
        .start(BASE + 3500, "m2")
        .trace();
    assert_eq!(replaced(&trace, "m2", BASE), [(3501, false)]);
    assert_eq!(
        states(&trace, BASE),
        [
            (3, P, 1),
            (2503, C, 2),
            (3501, P, 2),
            (4507, C, 3),
            (6514, S, 3)
        ]
    );
    assert_eq!(
        answers(&trace, "m3", Api::SyncGroup, BASE),
        [(3502, ErrorCode::RebalanceInProgress), (6515, NO)]
    );
    assert_eq!(
        callbacks(&trace, "m3", BASE),
        [(2502, "revoked", 2), (6515, "assigned", 1)],
        "given up once"
    );
    let reason = preparing_reason(&trace, BASE + 3000);
    assert!(
        reason.starts_with("Updating metadata for static member m2-"),
        "{reason}"
    );
    // The JoinGroup of the replaced id isn't parked any more, its SyncGroup is.
    let fenced = trace.messages.iter().filter(|message| {
        message.error == ErrorCode::FencedInstanceId && message.api == Api::SyncGroup
    });
    assert_eq!(fenced.count(), 1);
}

#[test]
fn a08_replacement_while_the_group_prepares() {
    let trace = three_stable()
        .static_members(&["m2"])
        .heartbeat("m1", 2500)
        .heartbeat("m2", 1000)
        .heartbeat("m3", 2000)
        .start(BASE, "m4")
        .kill(BASE + 1500, "m2")
        .start(BASE + 1700, "m2")
        .trace();
    assert_eq!(replaced(&trace, "m2", BASE), [(1701, false)]);
    assert_eq!(
        states(&trace, BASE),
        [(3, P, 1), (2503, C, 2), (2510, S, 2)]
    );
    assert_eq!(members_of_generation(&trace, 2), 4);
    // The old process's JoinGroup was parked.
    let fenced = trace.messages.iter().filter(|message| {
        message.error == ErrorCode::FencedInstanceId && message.api == Api::JoinGroup
    });
    assert_eq!(fenced.count(), 1);
}

#[test]
fn a08_replacement_that_changes_the_vote() {
    let run = two_stable()
        .static_members(&["m2"])
        .config_of("m1", "partition.assignment.strategy", "range,sticky")
        .config_of("m2", "partition.assignment.strategy", "range,sticky")
        .kill(BASE, "m2");
    let trace = run
        .clone()
        .start_with(BASE + 1000, "m2", "sticky,range")
        .trace();
    assert_eq!(generation(&trace, 1).1, "range");
    // One vote each: the Java coordinator prefers sticky, so the group has to vote anew.
    assert_eq!(replaced(&trace, "m2", BASE), [(1001, false)]);
    let reason = preparing_reason(&trace, BASE);
    assert!(
        reason.starts_with("Group's selectedProtocol will change because static member m2-"),
        "{reason}"
    );
    assert_eq!(generation(&trace, 2).1, "sticky");

    // The Scala coordinator breaks the tie the other way: nothing changes.
    let trace = run
        .clone()
        .scala()
        .start_with(BASE + 1000, "m2", "sticky,range")
        .trace();
    assert_eq!(replaced(&trace, "m2", BASE), [(1001, true)]);
    assert_eq!(states(&trace, BASE), []);

    // A list that the id's own old entry doesn't share is refused, although its process is gone.
    let trace = run.start_with(BASE + 1000, "m2", "roundrobin").trace();
    assert_eq!(
        fatal(&trace, "m2", BASE),
        [(1002, "InconsistentGroupProtocolException")]
    );
}

/// m1 is static, overruns its interval of 10 s in a batch.
fn overrun(batch_ms: u64) -> Run {
    two_stable()
        .static_members(&["m1"])
        .config("max.poll.interval.ms", 10_000)
        .slow(BASE, "m1", batch_ms)
}

#[test]
fn s26_static_overrun_within_the_session() {
    let trace = overrun(20_000).trace();
    let expired = when(&trace, "m1", BASE, |kind| {
        matches!(kind, EventKind::PollTimeoutExpired { .. })
    });
    assert_eq!(expired, [10_000]);
    assert_eq!(messages(&trace, "m1", Api::LeaveGroup, false, 0), []);
    assert_eq!(states(&trace, BASE), []);
    assert_eq!(replaced(&trace, "m1", BASE), [(20_001, true)]);
    assert_eq!(
        callbacks(&trace, "m1", BASE),
        [(20_000, "lost", 3), (20_009, "assigned", 3)]
    );
}

#[test]
fn s26_static_overrun_past_the_session() {
    let trace = overrun(60_000).trace();
    // The last heartbeat is sent at 9002.
    let expired = when(&trace, "m1", BASE, |kind| {
        matches!(kind, EventKind::Expired { .. })
    });
    assert_eq!(expired, [54_003]);
    assert_eq!(states(&trace, BASE)[0], (54_003, P, 1));
    assert_eq!(callbacks(&trace, "m1", BASE)[0], (60_000, "lost", 3));
}

/// m2 is static and restarts with other topics within its session.
fn with_other_topics(before: &[&str], after: &[&str]) -> Trace {
    two_stable()
        .topic("u", 2)
        .subscription(&json!(before))
        .static_members(&["m1", "m2"])
        .kill(BASE, "m2")
        .act(json!({"at_ms": BASE + 1000, "do": "start", "member": "m2", "topics": after}))
        .trace()
}

#[test]
fn a08_restart_with_fewer_topics_rebalances_by_the_client() {
    let trace = with_other_topics(&["t", "u"], &["t"]);
    assert_eq!(replaced(&trace, "m2", BASE), [(1001, true)]);
    let reason = preparing_reason(&trace, BASE);
    assert!(
        reason.ends_with("received assignment does not match the current subscription"),
        "{reason}"
    );
    assert_eq!(last_generation(&trace), 2);
}

#[test]
fn a08_restart_with_more_topics_leaves_them_unassigned() {
    let trace = with_other_topics(&["t"], &["t", "u"]);
    assert_eq!(replaced(&trace, "m2", BASE), [(1001, true)]);
    assert_eq!(last_generation(&trace), 1);
    // A restart keeps what the process was started with.
    assert_eq!(
        callbacks(&trace, "m2", BASE).last(),
        Some(&(1009, "assigned", 3))
    );
}
