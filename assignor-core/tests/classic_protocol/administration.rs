//! What operators do: remove members, restart them, change their config, deploy, scale.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, ErrorCode, EventKind, Reader};
use serde_json::json;

fn remove(members: &[&str]) -> serde_json::Value {
    if members.is_empty() {
        return json!({"at_ms": BASE, "do": "remove"});
    }
    json!({"at_ms": BASE, "do": "remove", "members": members})
}

#[test]
fn a12_removing_several_members_is_one_rebalance() {
    let run = Run::new(&["m1", "m2", "m3", "m4"])
        .start(0, "m1")
        .start(10, "m2")
        .start(20, "m3")
        .start(30, "m4")
        .member_ids(&[("m3", "m3-x")])
        .static_members(&["m4"])
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .act(remove(&["m3", "m4"]));
    let java = run.clone().trace();
    // A static member is named by its instance, so the request has no id of it.
    assert_eq!(
        preparing_reason(&java, BASE),
        "explicit `LeaveGroup` request for (m3-x, ) members."
    );
    assert_eq!(states(&java, BASE)[0], (0, P, 1));
    let scala = run.scala().trace();
    assert_eq!(
        preparing_reason(&scala, BASE),
        "Removing member m3-x on LeaveGroup; client reason: member was removed by an admin"
    );
    let removed = |kind: &EventKind| matches!(kind, EventKind::Removed { .. });
    for trace in [&java, &scala] {
        assert_eq!(when(trace, "m3", BASE, removed), [0]);
        assert_eq!(when(trace, "m4", BASE, removed), [0]);
        let preparing = trace
            .events
            .iter()
            .filter(|event| event.at_ms == BASE)
            .filter(|event| matches!(event.kind, EventKind::Preparing { .. }));
        assert_eq!(preparing.count(), 1);
    }
}

#[test]
fn a12_removed_member_that_lives_comes_back_as_another() {
    let trace = three_stable()
        .heartbeat("m3", 500)
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .act(remove(&["m3"]))
        .trace();
    // m3 learns it from its next heartbeat.
    assert_eq!(
        answers(&trace, "m3", Api::Heartbeat, BASE)[0],
        (502, ErrorCode::UnknownMemberId)
    );
    assert_eq!(callbacks(&trace, "m3", BASE)[0], (502, "lost", 2));
    // It is back before the others have rejoined, so this is one generation.
    assert_eq!(members_of_generation(&trace, 2), 3);
    assert_eq!(last_generation(&trace), 2);
}

#[test]
fn a12_removing_everybody_empties_the_group() {
    let trace = three_stable()
        .static_members(&["m1", "m2", "m3"])
        .kill(BASE - 1, "m1")
        .kill(BASE - 1, "m2")
        .kill(BASE - 1, "m3")
        .act(remove(&[]))
        .trace();
    assert_eq!(states(&trace, BASE), [(0, P, 1), (0, E, 2)]);
}

#[test]
fn a12_removing_nobody_known_changes_nothing() {
    let trace = three_stable().act(remove(&["m4"])).trace();
    assert_eq!(states(&trace, BASE), []);
}

#[test]
fn restart_starts_a_new_process_when_the_old_one_has_ended() {
    let trace = three_stable()
        .slow(BASE - 1000, "m3", 4000)
        .act(json!({"at_ms": BASE, "do": "restart", "member": "m3", "after_ms": 700}))
        .trace();
    // In its batch until 3000, it leaves at 3002.
    let ended = when(&trace, "m3", BASE, |kind| {
        matches!(kind, EventKind::Ended { .. })
    });
    let started = when(&trace, "m3", BASE, |kind| {
        matches!(kind, EventKind::Started { .. })
    });
    assert_eq!((ended, started), (vec![3002], vec![3702]));
}

#[test]
fn restart_of_a_killed_static_member_costs_no_rebalance() {
    let trace = three_stable()
        .static_members(&["m3"])
        .act(json!({"at_ms": BASE, "do": "restart", "member": "m3", "after_ms": 700, "by": "kill"}))
        .trace();
    assert_eq!(last_generation(&trace), 1);
    let stopped: Vec<_> = stops(&trace, "m3", BASE)
        .into_iter()
        .map(|(from_ms, length_ms, _)| (from_ms, length_ms))
        .collect();
    // E.4: downtime, then JoinGroup, a write and SyncGroup.
    assert_eq!(stopped, [(0, 700 + 2 + 5 + 2); 2]);
}

#[test]
fn changed_config_is_for_the_next_process() {
    let trace = three_stable()
        .act(json!({"at_ms": BASE, "do": "configure", "member": "m3",
            "config": {"session.timeout.ms": 10_000, "heartbeat.interval.ms": 2000}}))
        .act(
            json!({"at_ms": BASE + 1000, "do": "restart", "member": "m3",
            "config": {"heartbeat.interval.ms": 1000}}),
        )
        .act(json!({"at_ms": BASE + 20_000, "do": "restart", "member": "m3"}))
        .trace();
    let of_m3: Vec<_> = trace
        .processes
        .iter()
        .filter(|process| process.member == 2)
        .map(|process| (process.session_timeout_ms, process.heartbeat_interval_ms))
        .collect();
    assert_eq!(of_m3, [(45_000, 3000), (10_000, 1000), (10_000, 1000)]);
}

#[test]
fn f_rolling_restart_goes_on_when_a_process_has_started() {
    let trace = three_stable()
        .static_members(&["m1", "m2", "m3"])
        .act(json!({"at_ms": BASE, "do": "rolling_restart", "after_ms": 1000, "pause_ms": 500}))
        .trace();
    let started: Vec<_> = ["m1", "m2", "m3"]
        .iter()
        .flat_map(|member| {
            when(&trace, member, BASE, |kind| {
                matches!(kind, EventKind::Started { .. })
            })
        })
        .collect();
    assert_eq!(started, [1000, 2500, 4000]);
    assert_eq!(last_generation(&trace), 1);
}

#[test]
fn f_rolling_restart_passes_over_who_does_not_run() {
    let trace = three_stable()
        .kill(BASE - 10, "m2")
        .act(
            json!({"at_ms": BASE, "do": "rolling_restart", "members": ["m3", "m2", "m1"],
            "after_ms": 1000, "pause_ms": 500, "by": "kill"}),
        )
        .trace();
    let started = |member| {
        when(&trace, member, BASE, |kind| {
            matches!(kind, EventKind::Started { .. })
        })
    };
    assert_eq!(
        (started("m3"), started("m2"), started("m1")),
        (vec![1000], vec![], vec![2500])
    );
}

#[test]
fn f_quick_dynamic_restart_coalesces() {
    // Back before the others have rejoined: one generation per member instead of two.
    let trace = three_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .act(json!({"at_ms": BASE, "do": "restart", "member": "m3", "after_ms": 200}))
        .trace();
    assert_eq!(last_generation(&trace), 2);
    assert_eq!(members_of_generation(&trace, 2), 3);
}

#[test]
fn f_single_member_that_restarts_pays_the_delay_again() {
    let trace = Run::new(&["m1"])
        .start(0, "m1")
        .act(json!({"at_ms": BASE, "do": "restart", "member": "m1", "after_ms": 1000}))
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [
            (1, P, 1),
            (1, E, 2),
            (1005, P, 2),
            (4005, C, 3),
            (4012, S, 3)
        ]
    );
}

#[test]
fn f_scaling_out_and_in() {
    let scale = |at_ms: u64, members: usize| json!({"at_ms": at_ms, "do": "scale", "members": members, "pause_ms": 100});
    let run = Run::new(&["m1", "m2", "m3", "m4"])
        .act(scale(0, 4))
        .act(scale(BASE, 1));
    let trace = run.clone().trace();
    // Within the initial delay of each other: one generation.
    assert_eq!(members_of_generation(&trace, 1), 4);
    let closing = |member| {
        when(&trace, member, BASE, |kind| {
            matches!(kind, EventKind::Closing { .. })
        })
    };
    assert_eq!(
        [closing("m4"), closing("m3"), closing("m2"), closing("m1")],
        [vec![0], vec![100], vec![200], vec![]]
    );
    let frame = trace.frame_at(trace.end_ms);
    let of_m1 = |reader| matches!(reader, Reader::Process { process, .. } if trace.member_name(process) == "m1");
    assert!(
        frame
            .partitions
            .iter()
            .all(|partition| of_m1(partition.reader))
    );
    // Without a delay every newcomer costs a generation.
    let trace = run.broker("group.initial.rebalance.delay.ms", 0).trace();
    let before = trace.group.iter().filter(|span| span.from_ms < BASE);
    assert!(before.map(|span| span.generation_id).max() > Some(1));
}

#[test]
fn b10_unsubscribing_leaves_the_group() {
    let subscribe = |at_ms: u64, topics: serde_json::Value| json!({"at_ms": at_ms, "do": "subscribe", "member": "m3", "topics": topics});
    let run = three_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .act(subscribe(BASE, json!([])))
        .act(subscribe(BASE + 10_000, json!(["t"])));
    let trace = run.clone().trace();
    assert_eq!(callbacks(&trace, "m3", BASE)[0], (0, "revoked", 2));
    assert_eq!(
        messages(&trace, "m3", Api::LeaveGroup, false, BASE),
        [(0, 1)]
    );
    assert_eq!(states(&trace, BASE)[..2], [(1, P, 1), (2503, C, 2)]);
    assert_eq!(members_of_generation(&trace, 2), 2);
    // Subscribed again, it joins as a newcomer.
    assert_eq!(
        answers(&trace, "m3", Api::JoinGroup, BASE)[0],
        (10_002, ErrorCode::MemberIdRequired)
    );
    assert_eq!(members_of_generation(&trace, 3), 3);
    // A static member says nothing, and takes its place again.
    let trace = run.static_members(&["m3"]).trace();
    assert_eq!(messages(&trace, "m3", Api::LeaveGroup, false, BASE), []);
    assert_eq!(last_generation(&trace), 1);
    assert_eq!(callbacks(&trace, "m3", BASE)[1], (10_009, "assigned", 2));
}

#[test]
fn slow_callback_is_for_one_call() {
    let trace = two_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .act(json!({"at_ms": BASE, "do": "slow_callback", "member": "m1", "callback": "revoked", "ms": 5000}))
        .start(BASE, "m3")
        .start(BASE + 20_000, "m4")
        .trace();
    // Told at 1002, m1 is in its listener until 6002.
    let joins = messages(&trace, "m1", Api::JoinGroup, false, BASE);
    assert_eq!(joins[0], (6002, 6003));
    assert_eq!(states(&trace, BASE)[1], (6003, C, 2));
    let told = when(&trace, "m1", BASE + 20_000, |kind| {
        matches!(kind, EventKind::Told { .. })
    });
    let joins = messages(&trace, "m1", Api::JoinGroup, false, BASE + 20_000);
    assert_eq!(joins[0].0, told[0]);
}

#[test]
fn endless_batch_ends_with_the_poll_interval() {
    let trace = three_stable()
        .config("max.poll.interval.ms", 20_000)
        .act(json!({"at_ms": BASE, "do": "slow", "member": "m3"}))
        .trace();
    let overran = |kind: &EventKind| matches!(kind, EventKind::PollTimeoutExpired { .. });
    assert_eq!(when(&trace, "m3", BASE, overran), [20_000]);
    assert_eq!(states(&trace, BASE)[0], (20_001, P, 1));
    let idle = |kind: &EventKind| matches!(kind, EventKind::Idle { .. });
    assert!(when(&trace, "m3", BASE, idle).is_empty());
}
