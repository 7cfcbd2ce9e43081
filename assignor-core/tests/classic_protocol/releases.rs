//! What older clients and brokers do otherwise (A.15, B.13).

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, ErrorCode};

#[test]
fn b13_member_ids_are_asked_for_since_2_2() {
    let join = |client: &str| two_stable().release("client", client).trace();
    let asked = |trace| answers(&trace, "m1", Api::JoinGroup, 0)[0].1;
    assert_eq!(asked(join("2.1.0")), ErrorCode::None);
    assert_eq!(asked(join("2.2.0")), ErrorCode::MemberIdRequired);
}

#[test]
fn b13_static_members_since_2_3() {
    let run = || three_stable().static_members(&["m3"]).close(BASE, "m3");
    let left = |client: &str| {
        let trace = run().release("client", client).trace();
        messages(&trace, "m3", Api::LeaveGroup, false, BASE).len()
    };
    assert_eq!((left("2.2.0"), left("2.3.0")), (1, 0));
}

#[test]
fn b13_cooperative_sticky_since_2_4() {
    let run = || two_stable().assignor("cooperative-sticky");
    let old = run().release("client", "2.3.1").trace();
    assert_eq!(fatal(&old, "m1", 0), [(0, "KafkaException")]);
    let new = run().release("client", "2.4.0").trace();
    assert_eq!(fatal(&new, "m1", 0), []);
}

#[test]
fn b13_defaults_since_3_0() {
    let first = |client: &str| {
        let run = Run::new(&["m1"]).release("client", client).start(0, "m1");
        run.trace().processes[0].session_timeout_ms
    };
    assert_eq!((first("2.8.2"), first("3.0.0")), (10_000, 45_000));
}

#[test]
fn b13_reasons_since_3_2() {
    let reason = |of: &str, release: &str| {
        let trace = two_stable().release(of, release).start(BASE, "m3").trace();
        preparing_reason(&trace, BASE).to_owned()
    };
    assert!(reason("client", "3.1.0").ends_with("client reason: not provided"));
    assert!(reason("client", "3.2.0").contains("need to re-join with the given member-id"));
    // A broker of before doesn't ask for one.
    assert!(!reason("broker", "3.1.0").contains("client reason"));
    assert!(reason("broker", "3.9.0").contains("with group instance id None; client reason: need"));
    assert!(reason("broker", "2.3.0").starts_with("Adding new member m3-"));
    assert!(!reason("broker", "2.3.0").contains("instance"));
}

#[test]
fn b13_commit_before_a_rejoin_blocks_before_3_2() {
    let reads_meanwhile = |client: &str| {
        let trace = two_stable()
            .release("client", client)
            .assignor("cooperative-sticky")
            .config("enable.auto.commit", "true")
            .config("auto.offset.reset", "earliest")
            // The commit takes a second.
            .timing("append_ms", 1000)
            .heartbeat("m1", 1000)
            .heartbeat("m2", 2500)
            .produce(BASE, 100, 20)
            .start(BASE, "m3")
            .trace();
        // From the begin of m1's commit to its JoinGroup.
        let joins = messages(&trace, "m1", Api::JoinGroup, false, BASE);
        let told = when(&trace, "m1", BASE, |kind| {
            matches!(kind, assignor_core::sim::trace::EventKind::Told { .. })
        });
        let reads = when(&trace, "m1", BASE, |kind| {
            matches!(kind, assignor_core::sim::trace::EventKind::Read { .. })
        });
        let between = reads
            .iter()
            .filter(|at| (told[0] + 1..joins[0].0).contains(at));
        between.count()
    };
    assert_eq!(reads_meanwhile("3.1.0"), 0);
    assert!(reads_meanwhile("3.2.0") > 10);
}

#[test]
fn b13_close_options_since_4_1() {
    let left = |client: &str| {
        let trace = three_stable()
            .release("client", client)
            .close_with(BASE, "m3", "remain")
            .trace();
        messages(&trace, "m3", Api::LeaveGroup, false, BASE).len()
    };
    assert_eq!((left("4.0.0"), left("4.1.0")), (1, 0));
}

/// m1 leads and assigns for a second; heartbeats come every 100 ms.
fn assigning(broker: &str) -> Run {
    Run::new(&["m1", "m2"])
        .release("broker", broker)
        .config("heartbeat.interval.ms", 100)
        .timing("assignor_ms", 1000)
        .start(0, "m1")
        .start(10, "m2")
}

#[test]
fn a10_heartbeat_while_the_leader_assigns_is_refused_before_2_6() {
    let refused = |broker: &str| {
        let trace = assigning(broker).trace();
        let heartbeats = answers(&trace, "m2", Api::Heartbeat, 0);
        let first: Vec<_> = heartbeats.iter().take(5).map(|(_, error)| *error).collect();
        first.contains(&ErrorCode::RebalanceInProgress)
    };
    // The SyncGroup that is parked on the same connection holds m2's heartbeats back.
    assert!(!refused("2.6.0"));
    let trace = assigning("2.5.0").trace();
    assert_eq!(trace.frame_at(trace.end_ms).group.state, S);
}

#[test]
fn a9_missing_sync_group_is_waited_for_before_2_8() {
    // m2 doesn't poll from before its JoinGroup is answered, and its heartbeats go on.
    let run = |broker: &str| {
        Run::new(&["m1", "m2"])
            .release("broker", broker)
            .config("max.poll.interval.ms", 10_000)
            .start(0, "m1")
            .start(10, "m2")
            .freeze(1000, "m2")
            .trace()
    };
    let removed = |broker: &str| {
        let trace = run(broker);
        let reasons = trace.events.iter().filter(|event| match &event.kind {
            assignor_core::sim::trace::EventKind::Preparing { reason, .. } => {
                reason.contains("pending sync request expiration")
            }
            _ => false,
        });
        reasons.count()
    };
    assert_eq!((removed("2.7.0"), removed("2.8.0")), (0, 1));
}

#[test]
fn b13_size_limit_since_2_2() {
    let refused = |broker: &str| {
        let run = two_stable().release("broker", broker);
        fatal(&run.broker("group.max.size", 1).trace(), "m2", 0)
    };
    assert_eq!(refused("2.1.1"), []);
    assert_eq!(refused("2.2.0").len(), 1);
}

#[test]
fn b13_longest_session_is_five_minutes_before_2_3() {
    let refused = |broker: &str| {
        let run = two_stable().config("session.timeout.ms", 300_001);
        fatal(&run.release("broker", broker).trace(), "m1", 0)
    };
    assert_eq!(refused("2.2.2"), [(2, "InvalidSessionTimeoutException")]);
    assert_eq!(refused("2.3.0"), []);
}

/// What the leader of generation 2 is told by m1, whose client has this release, and by m2.
fn told(release: &str) -> [(Option<i32>, Option<String>); 2] {
    let trace = two_stable()
        .client_of("m1", release)
        .assignor("cooperative-sticky")
        .config("client.rack", "r1")
        .start(BASE, "m3")
        .trace();
    let round = trace.round(2).expect("a second generation");
    ["m1", "m2"].map(|member| {
        let mut members = round.members.iter();
        let member = members.find(|known| trace.member_name(known.process) == member);
        let member = member.expect("a member of the round");
        (
            member.generation_id,
            member.rack.as_deref().map(str::to_owned),
        )
    })
}

#[test]
fn b13_generations_and_racks_in_subscriptions_since_3_4() {
    let new = (Some(1), Some("r1".to_owned()));
    assert_eq!(told("3.3.2"), [(None, None), new.clone()]);
    assert_eq!(told("3.4.0"), [new.clone(), new]);
}

#[test]
fn b14_clients_of_different_releases_vote_for_what_both_know() {
    // The defaults: range before 3.0, range and cooperative-sticky since.
    let trace = Run::new(&["m1", "m2"])
        .default_assignors()
        .client_of("m1", "2.8.2")
        .start(0, "m1")
        .start(10, "m2")
        .trace();
    assert_eq!(generation(&trace, 1), (2, "range", "m1"));
    let sessions: Vec<_> = trace
        .processes
        .iter()
        .map(|process| process.session_timeout_ms)
        .collect();
    assert_eq!(sessions, [10_000, 45_000]);
    // A client that has only the cooperative assignor finds no common ground with the older one.
    let trace = two_stable()
        .client_of("m1", "2.8.2")
        .start_with(BASE, "m3", "cooperative-sticky")
        .trace();
    assert_eq!(
        fatal(&trace, "m3", BASE),
        [(2, "InconsistentGroupProtocolException")]
    );
}

#[test]
fn a15_words_of_the_log() {
    let reason = |run: Run| {
        let trace = run.kill(BASE, "m3").trace();
        preparing_reason(&trace, BASE).to_owned()
    };
    assert!(reason(three_stable()).ends_with(" on heartbeat expiration."));
    assert!(reason(three_stable().scala()).ends_with(" on heartbeat expiration"));
}
