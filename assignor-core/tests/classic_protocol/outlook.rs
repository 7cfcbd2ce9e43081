//! What a trace says about itself: what was assigned from what, why nobody reads, why it never ends.

use crate::fixtures::*;
use assignor_core::assign::AssignorName;
use assignor_core::sim::trace::{LivelockCause, PartitionIx, Trace, Unread};

/// What each round assigned is what the leader's assignor makes of its inputs.
fn assign_again(trace: &Trace, what: &str) {
    for round in &trace.rounds {
        let (cluster, members) = trace.inputs(round);
        let mut assignor = trace.assignor(round).expect("an assignor");
        let assignment = assignor.assign(&cluster, &members);
        let assignment = assignment.expect("an assignment");
        for (member_id, assigned) in assignment {
            let member = round.members.iter().find(|m| m.member_id == member_id);
            let kept = &member.expect("a member of the round").assigned;
            let kept: Vec<_> = kept
                .iter()
                .map(|p| trace.partitions[p.0 as usize].clone())
                .collect();
            assert_eq!(kept, assigned, "{what}, generation {}", round.generation_id);
        }
    }
}

#[test]
fn rounds_can_be_assigned_again() {
    for assignor in AssignorName::ALL {
        let name = assignor.as_str();
        let trace = three_stable()
            .topic("u", 5)
            .assignor(name)
            .config_of("m2", "client.rack", "r1")
            .static_members(&["m1"])
            .heartbeat("m1", 1000)
            .heartbeat("m2", 2500)
            .close(BASE, "m3")
            .start(BASE + 10_000, "m4")
            .trace();
        assert!(trace.rounds.len() >= 3, "{name}");
        assign_again(&trace, name);
        let generations: Vec<_> = trace
            .rounds
            .iter()
            .map(|round| round.generation_id)
            .collect();
        assert!(generations.is_sorted());
    }
}

/// Range looks at racks from 3.5 on; which release assigns is the leader's.
#[test]
fn rounds_know_the_release_of_their_leader() {
    let assigned = |first: &str, second: &str| {
        let trace = two_stable()
            .racks(&serde_json::json!([["east"], ["west"]]))
            .config_of("m1", "client.rack", "east")
            .config_of("m2", "client.rack", "west")
            .client_of("m1", first)
            .client_of("m2", second)
            .trace();
        assign_again(&trace, first);
        let round = trace.round(1).expect("a round");
        assert_eq!(generation(&trace, 1).2, "m1");
        let mut members = round.members.iter();
        let m1 = members.find(|member| trace.member_name(member.process) == "m1");
        let places = m1.expect("m1").assigned.iter().map(|place| place.0);
        places.collect::<Vec<_>>()
    };
    assert_eq!(assigned("4.3.0", "3.4.1"), [0, 2, 4]);
    assert_eq!(assigned("3.4.1", "4.3.0"), [0, 1, 2]);
}

fn unread(trace: &Trace) -> Vec<Option<Unread>> {
    (0..6)
        .map(|place| trace.unread(PartitionIx(place)))
        .collect()
}

#[test]
fn partitions_that_nobody_reads_have_a_reason() {
    assert_eq!(unread(&three_stable().trace()), vec![None; 6]);
    let everybody = ["m1", "m2", "m3"];
    let dead = everybody
        .iter()
        .fold(three_stable(), |run, m| run.kill(BASE, m));
    assert_eq!(unread(&dead.trace()), vec![Some(Unread::NoConsumer); 6]);
    // Killed shortly before the end: the session goes on.
    let trace = three_stable().kill(BASE, "m3").until(BASE + 1000).trace();
    let m3 = trace.process_of(2, BASE).expect("a process");
    let gone: Vec<_> = unread(&trace).into_iter().flatten().collect();
    assert_eq!(gone, vec![Unread::OwnerGone { process: m3 }; 2]);
    let trace = three_stable().freeze(BASE, "m3").until(BASE + 1000).trace();
    let frozen: Vec<_> = unread(&trace).into_iter().flatten().collect();
    assert_eq!(frozen, vec![Unread::OwnerFrozen { process: m3 }; 2]);
    // m1 is in a batch, and everybody else waits for it.
    let trace = three_stable()
        .slow(BASE, "m1", 60_000)
        .start(BASE + 10, "m4")
        .until(BASE + 30_000)
        .trace();
    let m1 = trace.process_of(0, BASE).expect("a process");
    let joining: Vec<_> = unread(&trace).into_iter().flatten().collect();
    let awaited = vec![m1];
    assert_eq!(joining, vec![Unread::Joining { awaited }; 4]);
    // Nobody subscribes to t.
    let other = serde_json::json!(["u"]);
    let trace = three_stable().topic("u", 2).subscription(&other).trace();
    assert_eq!(unread(&trace), vec![Some(Unread::NotSubscribed); 6]);
}

#[test]
fn livelocks_have_a_cause() {
    assert_eq!(three_stable().trace().livelock(), None);
    // s47: every batch outlives the poll timer.
    let trace = too_slow().trace();
    let livelock = trace.livelock().expect("a livelock");
    assert!(
        matches!(
            livelock.cause,
            LivelockCause::BatchesExceedPollInterval { .. }
        ),
        "{livelock:?}"
    );
    // s52: the assignor outlives the session.
    let trace = two_stable()
        .timing("assignor_ms", 50_000)
        .until(900_000)
        .trace();
    let livelock = trace.livelock().expect("a livelock");
    assert!(
        matches!(livelock.cause, LivelockCause::SessionsEnd { .. }),
        "{livelock:?}"
    );
}
