//! Topics that grow, vanish or appear, and subscriptions that change.

use crate::fixtures::*;
use assignor_core::sim::trace::{Api, LivelockCause, Trace};
use serde_json::json;

fn reasons(trace: &Trace, from_ms: u64) -> Vec<&str> {
    let events = trace.events.iter().filter(|event| event.at_ms >= from_ms);
    events
        .filter_map(|event| match &event.kind {
            assignor_core::sim::trace::EventKind::Preparing { reason, .. } => Some(&**reason),
            _ => None,
        })
        .collect()
}

/// The leader refreshes its metadata five minutes after it began, which takes 2 ms.
const REFRESHED: u64 = 300_002;

#[test]
fn s31_topic_grows() {
    for assignor in ["range", "cooperative-sticky"] {
        let trace = three_stable()
            .assignor(assignor)
            .act(json!({"at_ms": BASE, "do": "grow", "topic": "t", "partitions": 9}))
            .until(400_000)
            .trace();
        assert_eq!(
            messages(&trace, "m1", Api::JoinGroup, false, BASE)[0].0 + BASE,
            REFRESHED
        );
        // The others hear of it by the heartbeats of 300 004.
        assert_eq!(
            states(&trace, REFRESHED),
            [(1, P, 1), (5, C, 2), (12, S, 2)]
        );
        let reason = reasons(&trace, BASE);
        assert!(reason[0].starts_with("Leader m1-"), "{reason:?}");
        assert!(
            reason[0].ends_with(
                " re-joining group during Stable; client reason: cached metadata has changed"
            ),
            "{reason:?}"
        );
        for member in ["m1", "m2", "m3"] {
            let (eager, cooperative) =
                (vec![("revoked", 2), ("assigned", 3)], vec![("assigned", 1)]);
            let called: Vec<_> = callbacks(&trace, member, BASE)
                .into_iter()
                .map(|(_, name, partitions)| (name, partitions))
                .collect();
            let expected = if assignor == "range" {
                eager
            } else {
                cooperative
            };
            assert_eq!(called, expected);
        }
    }
}

#[test]
fn s32_topic_deleted() {
    for (assignor, generations) in [("range", 1), ("cooperative-sticky", 2)] {
        let trace = three_stable()
            .topic("u", 3)
            .assignor(assignor)
            .act(json!({"at_ms": BASE, "do": "delete", "topic": "u"}))
            .trace();
        // Fetching from it fails, so its readers, the leader among them, ask for metadata at once.
        assert_eq!(states(&trace, BASE)[0], (3, P, 1));
        assert_eq!(last_generation(&trace), 1 + generations);
        let reason = reasons(&trace, BASE);
        assert!(
            reason[0].ends_with("client reason: cached metadata has changed"),
            "{reason:?}"
        );
        assert_eq!(reason.len(), usize::try_from(generations).expect("a few"));
        if generations == 2 {
            // Everybody gives its partition of u up after the first round.
            assert!(
                reason[1].ends_with("client reason: need to revoke partitions and re-join"),
                "{reason:?}"
            );
            for member in ["m1", "m2", "m3"] {
                let called = callbacks(&trace, member, BASE);
                assert_eq!((called[0].1, called[0].2), ("revoked", 1));
            }
        }
    }
}

#[test]
fn s33_pattern_that_matches_a_new_topic() {
    let trace = three_stable()
        .subscription(&json!("/t.*/"))
        .config("metadata.max.age.ms", 60_000)
        .config_of("m3", "metadata.max.age.ms", 15_000)
        .act(json!({"at_ms": BASE, "do": "create", "topic": "t2", "partitions": 3}))
        .trace();
    // m3 is the first to see it; the others refresh their metadata before they join.
    assert_eq!(last_generation(&trace), 2);
    let reason = reasons(&trace, BASE);
    assert_eq!(reason.len(), 1);
    assert!(
        reason[0].starts_with("Updating metadata for member m3-"),
        "{reason:?}"
    );
    assert!(
        reason[0].ends_with("during Stable; client reason: subscription has changed"),
        "{reason:?}"
    );
    for member in ["m1", "m2", "m3"] {
        assert_eq!(callbacks(&trace, member, BASE).last().map(|c| c.2), Some(3));
    }
}

#[test]
fn b03_subscription_that_changes() {
    let subscribe = json!({"at_ms": BASE, "do": "subscribe", "member": "m2", "topics": ["t"]});
    // Eager: everybody gives everything up, once.
    let run = two_stable().topic("u", 3).act(subscribe);
    let trace = run.clone().trace();
    assert_eq!(callbacks(&trace, "m2", BASE)[0].1, "revoked");
    assert_eq!(last_generation(&trace), 2);
    // Cooperative: what isn't subscribed to any more is given up before the JoinGroup.
    let trace = run.assignor("cooperative-sticky").trace();
    let (at_ms, called, _) = callbacks(&trace, "m2", BASE)[0];
    assert_eq!((at_ms, called), (0, "revoked"));
    let reason = reasons(&trace, BASE);
    assert!(
        reason[0].ends_with("client reason: subscription has changed"),
        "{reason:?}"
    );
}

#[test]
fn b03_subscription_that_changes_while_the_join_is_parked() {
    let subscribe = json!({"at_ms": 1000, "do": "subscribe", "member": "m1", "topics": ["t", "u"]});
    let trace = Run::new(&["m1"])
        .topic("u", 1)
        .subscription(&json!(["t"]))
        .start(0, "m1")
        .act(subscribe)
        .trace();
    // The JoinGroup that was parked has the old topics; the next one follows at once.
    assert_eq!(
        callbacks(&trace, "m1", 0),
        [
            (3011, "assigned", 6),
            (3011, "revoked", 6),
            (3020, "assigned", 7)
        ]
    );
    let reason = reasons(&trace, 3011);
    assert!(
        reason[0].ends_with("client reason: subscription has changed"),
        "{reason:?}"
    );
}

/// Kafka's sticky assignors take the first subscription that isn't empty for everybody's, so a member
/// whose pattern matches nothing is given partitions if it comes first in the coordinator's table. It
/// finds that they don't match its subscription and joins again, for ever.
#[test]
fn b06_pattern_that_matches_nothing_and_a_sticky_assignor_never_settle() {
    let run = |first: &str| {
        let mut run = Run::new(&["m1", "m2"])
            .assignor("cooperative-sticky")
            .start(0, "m1")
            .start(10, "m2")
            // "m1-a" stands before "m2-a" in Java's hash table.
            .member_ids(&[("m1", "m1-a"), ("m2", "m2-a")]);
        let at_ms = BASE;
        run =
            run.act(json!({"at_ms": at_ms, "do": "subscribe", "member": first, "topics": "/x.*/"}));
        run.trace()
    };
    let endless = run("m1");
    assert!(last_generation(&endless) > 20);
    let reason = reasons(&endless, BASE + 20_000);
    assert!(
        reason[0].ends_with(
            "client reason: received assignment does not match the current subscription"
        ),
        "{reason:?}"
    );
    let livelock = endless.livelock().expect("a livelock");
    assert!(
        matches!(livelock.cause, LivelockCause::SameReason { .. }),
        "{livelock:?}"
    );
    let settles = run("m2");
    assert!(last_generation(&settles) < 5);
    assert_eq!(settles.livelock(), None);
}

#[test]
fn b7_missing_topic_is_asked_for_again_with_a_growing_backoff() {
    let trace = Run::new(&["m1"])
        .subscription(&json!(["t", "late"]))
        .start(0, "m1")
        .act(json!({"at_ms": 10_000, "do": "create", "topic": "late", "partitions": 2}))
        .until(20_000)
        .trace();
    // Answers without it at 0, 102, 204, 406, 808, 1610, 2612: after 100, 100, 200, 400, 800 and 1000 ms.
    // The leader needs the next one, of 3614, to assign.
    let synced = messages(&trace, "m1", Api::SyncGroup, false, 0);
    assert_eq!(synced[0].0, 3614);
    // From then on every 1002 ms.
    let joined = messages(&trace, "m1", Api::JoinGroup, false, 10_000);
    assert_eq!(joined[0].0, 3614 + 7 * 1002 - 10_000);
    assert_eq!(last_generation(&trace), 2);
}

#[test]
fn racks_of_members_and_replicas() {
    let assigned = |racks: &serde_json::Value| {
        let trace = Run::new(&["m1", "m2"])
            .racks(racks)
            .config_of("m1", "client.rack", "east")
            .config_of("m2", "client.rack", "west")
            .start(0, "m1")
            .start(10, "m2")
            .act(json!({"at_ms": BASE, "do": "grow", "topic": "t", "partitions": 8}))
            .until(400_000)
            .trace();
        let places = |generation: i32| {
            let round = trace.round(generation).expect("a round");
            let mut members = round.members.iter();
            let first = members.find(|member| trace.member_name(member.process) == "m1");
            let assigned = &first.expect("m1").assigned;
            let numbers = assigned
                .iter()
                .map(|place| trace.partitions[place.0 as usize].partition);
            numbers.collect::<Vec<_>>()
        };
        (places(1), places(2))
    };
    // Every other partition is in each rack, also when there are more.
    let racks = json!([["east"], ["west"]]);
    assert_eq!(assigned(&racks), (vec![0, 2, 4], vec![0, 2, 4, 6]));
    let everywhere = json!([["east", "west"]]);
    assert_eq!(assigned(&everywhere), (vec![0, 1, 2], vec![0, 1, 2, 3]));
}
