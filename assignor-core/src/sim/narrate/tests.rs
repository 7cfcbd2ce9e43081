//! The words of real runs.

use super::{at, clock, event};
use crate::sim::trace::EventKind;
use crate::sim::{Scenario, Trace, simulate};

fn run(members: &[&str], strategy: &str, actions: &str) -> Trace {
    let members: Vec<_> = members
        .iter()
        .map(|name| format!(r#"{{"name": "{name}"}}"#))
        .collect();
    let text = format!(
        r#"{{"version": 1,
            "broker": {{"group.initial.rebalance.delay.ms": "0"}},
            "topics": [{{"name": "a", "partitions": 4}}],
            "config": {{"partition.assignment.strategy": "{strategy}", "session.timeout.ms": "6000", "heartbeat.interval.ms": "2000"}},
            "members": [{}], "actions": [{actions}], "until_ms": 30000}}"#,
        members.join(",")
    );
    let scenario = Scenario::from_json(&text).expect("a scenario");
    simulate(&scenario).expect("a run")
}

fn said(trace: &Trace, t_ms: u64) -> String {
    at(trace, &trace.frame_at(t_ms)).state.to_string()
}

const TWO: &str = r#"{"at_ms": 0, "do": "start", "member": "c1"}, {"at_ms": 5000, "do": "start", "member": "c2"}"#;

#[test]
fn before_the_start_it_says_who_comes() {
    let trace = run(
        &["c1"],
        "RangeAssignor",
        r#"{"at_ms": 2000, "do": "start", "member": "c1"}"#,
    );
    assert_eq!(
        said(&trace, 0),
        "No member has joined yet. Next: c1 starts at 2.00 s."
    );
}

#[test]
fn a_quiet_moment_says_who_reads_what_and_what_comes() {
    let trace = run(&["c1", "c2"], "RangeAssignor", TWO);
    assert_eq!(
        said(&trace, 3_000),
        "Generation 1 is stable: c1 reads a0, a1, a2, a3. Next: c2 starts at 5.00 s."
    );
}

#[test]
fn the_barrier_names_whom_it_waits_for_and_by_when_it_hears() {
    let trace = run(&["c1", "c2"], "RangeAssignor", TWO);
    let preparing = trace
        .group
        .iter()
        .rfind(|span| span.state == crate::sim::trace::GroupState::PreparingRebalance)
        .expect("a rebalance");
    let text = said(&trace, preparing.from_ms);
    assert!(
        text.starts_with("c2 has rejoined and waits for c1, which is told of the rebalance by its next heartbeat, in "),
        "{text}"
    );
}

#[test]
fn a_killed_member_is_told_with_the_end_of_its_session() {
    let actions = format!(r#"{TWO}, {{"at_ms": 15000, "do": "kill", "member": "c2"}}"#);
    let trace = run(&["c1", "c2"], "RangeAssignor", &actions);
    let narration = at(&trace, &trace.frame_at(16_000));
    let expired = trace
        .events
        .iter()
        .find(|event| matches!(event.kind, crate::sim::trace::EventKind::Expired { .. }))
        .expect("an expiry");
    assert_eq!(
        narration.state.to_string(),
        format!(
            "c2 was killed at 15.00 s. Its session ends at {}; the coordinator doesn't know before. Nobody reads a2, a3.",
            super::clock(expired.at_ms)
        )
    );
    let why = narration.why.expect("a reason");
    assert!(why.source.contains("KIP-62"));
    assert_eq!(
        event(&trace, expired).to_string(),
        "The coordinator removes c2: its session of 6.00 s has ended without a sign of life."
    );
}

#[test]
fn a_cooperative_stop_names_both_generations() {
    let trace = run(&["c1", "c2"], "CooperativeStickyAssignor", TWO);
    let stop = trace
        .lanes
        .iter()
        .flat_map(|lane| &lane.spans)
        .find(|span| span.is_stop())
        .expect("a stop");
    let text = said(&trace, stop.from_ms);
    let frame = trace.frame_at(stop.from_ms);
    if frame.group.state == crate::sim::trace::GroupState::Stable {
        assert!(
            text.contains("gave it up in generation 2, and c2 may only get it in generation 3."),
            "{text}"
        );
    } else {
        assert!(text.contains("nobody reads a2, a3"), "{text}");
    }
}

#[test]
fn every_event_and_every_moment_has_words() {
    let actions = format!(
        r#"{TWO}, {{"at_ms": 11000, "do": "kill", "member": "c2"}}, {{"at_ms": 20000, "do": "start", "member": "c2"}},
        {{"at_ms": 25000, "do": "close", "member": "c1"}}, {{"at_ms": 26000, "do": "close", "member": "c2"}}"#
    );
    for strategy in ["RangeAssignor", "CooperativeStickyAssignor"] {
        let trace = run(&["c1", "c2"], strategy, &actions);
        for happened in &trace.events {
            let text = event(&trace, happened).to_string();
            assert!(
                text.ends_with('.') && !text.contains("  "),
                "{text:?} for {happened:?}"
            );
        }
        for t_ms in (0..=trace.end_ms)
            .step_by(50)
            .chain(trace.events.iter().map(|e| e.at_ms))
        {
            let text = said(&trace, t_ms);
            assert!(
                text.ends_with('.') && !text.contains("  "),
                "{text:?} at {t_ms}"
            );
            assert!(!text.contains("at at") && !text.contains(", ,"), "{text:?}");
            assert_eq!(text, said(&trace, t_ms));
        }
    }
}

#[test]
fn who_was_removed_and_works_on_is_no_newcomer() {
    let entry = crate::gallery::entry("poll-overrun").expect("an example");
    let trace = simulate(&entry.scenario().expect("a scenario")).expect("a run");
    let out = (0..trace.end_ms)
        .map(|t_ms| said(&trace, t_ms))
        .find(|text| text.contains("no longer a member"));
    let text = out.expect("a moment at which the others read everything and c2 still works");
    assert!(
        text.starts_with("c2 is no longer a member: it works on its batch until 13."),
        "{text}"
    );
    assert!(
        !(0..trace.end_ms)
            .any(|t_ms| t_ms > 5_000 && said(&trace, t_ms).contains("isn't a member yet"))
    );
}

#[test]
fn who_was_refused_is_not_passed_over() {
    let entry = crate::gallery::entry("mixed-assignors").expect("an example");
    let trace = simulate(&entry.scenario().expect("a scenario")).expect("a run");
    let text = said(&trace, trace.end_ms);
    assert!(
        text.contains(" c3 has ended with InconsistentGroupProtocolException."),
        "{text}"
    );
}

#[test]
fn a_static_member_that_closes_leaves_its_partitions_unread_until_its_session_ends() {
    let text = r#"{"version": 1,
        "broker": {"group.initial.rebalance.delay.ms": "0"},
        "topics": [{"name": "a", "partitions": 4}],
        "config": {"partition.assignment.strategy": "RangeAssignor", "session.timeout.ms": "6000", "heartbeat.interval.ms": "2000"},
        "members": [{"name": "c1"}, {"name": "c2", "config": {"group.instance.id": "c2"}}],
        "actions": [{"at_ms": 0, "do": "start", "member": "c1"}, {"at_ms": 0, "do": "start", "member": "c2"},
            {"at_ms": 12000, "do": "close", "member": "c2"}],
        "until_ms": 30000}"#;
    let trace = simulate(&Scenario::from_json(text).expect("a scenario")).expect("a run");
    let expired = trace
        .events
        .iter()
        .find(|event| matches!(event.kind, EventKind::Expired { .. }))
        .expect("the session ends");
    let seconds = clock(expired.at_ms);
    let moment = at(&trace, &trace.frame_at(14_000));
    let text = moment.state.to_string();
    let begins = format!(
        "c2 closed at 12.00 s without LeaveGroup, and the coordinator keeps its place until its session ends at {seconds}. Nobody reads "
    );
    assert!(text.starts_with(&begins), "{text}");
    assert!(text.contains(" until c1 reads on at "), "{text}");
    let why = moment.why.expect("a reason");
    assert_eq!(why.question, "Why does the coordinator keep its place?");
}
