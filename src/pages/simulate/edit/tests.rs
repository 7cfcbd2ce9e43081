use super::{Draft, Edit, STRATEGY};
use crate::pages::simulate::act::verbs;
use assignor_core::assign::AssignorName;
use assignor_core::sim::scenario::ActionKind;
use assignor_core::sim::{Scenario, simulate};
use serde_json::{Value, json};

fn draft() -> Draft {
    let text = r#"{"version": 1, "topics": [{"name": "a", "partitions": 4}],
        "members": [{"name": "c1", "config": {"partition.assignment.strategy": "range"}}, {"name": "c2"}],
        "config": {"session.timeout.ms": "6000", "heartbeat.interval.ms": "2000"},
        "actions": [{"at_ms": 0, "do": "start", "member": "c1"}, {"at_ms": 5000, "do": "start", "member": "c2"}],
        "until_ms": 12000}"#;
    Draft::new(Scenario::from_json(text).expect("a scenario"))
}

fn set(pointer: &str, value: Value) -> Edit {
    Edit::Set(pointer.to_owned(), Some(value))
}

/// Every action there is, at 9 s, on c2 or topic a.
fn all_actions() -> Vec<Value> {
    let action = |verb: &verbs::Verb| {
        let mut action = json!({"at_ms": 9_000, "do": verb.verb});
        for (at, value) in verb.begins {
            action[at] = json!(value);
        }
        for field in verbs::fields(verb.verb) {
            let value = match (verb.verb, field.at) {
                (_, "member") => json!("c2"),
                (_, "topic") if verb.verb == "create" => json!("b"),
                (_, "topic") => json!("a"),
                ("grow", "partitions") => json!(6),
                ("scale", "members") => json!(1),
                ("subscribe", "topics") => json!(["a"]),
                ("configure", "config") => json!({"client.id": "x"}),
                _ => continue,
            };
            action[field.at] = value;
        }
        action
    };
    verbs::ALL.iter().map(action).collect()
}

#[test]
fn no_act_changes_anything_before_it() {
    let before = draft();
    let mut edits: Vec<_> = all_actions().into_iter().map(Edit::Act).collect();
    edits.push(Edit::AddMember { at_ms: 9_000 });
    let run = |draft: &Draft| simulate(&draft.scenario).expect("a run");
    let old = run(&before);
    for edit in edits {
        let after = before.after(&edit);
        assert_eq!(after.scenario.actions.len(), 3, "{edit:?}");
        let new = run(&after);
        let early = |trace: &assignor_core::sim::Trace| {
            let events = trace.events.iter().filter(|event| event.at_ms < 9_000);
            events.cloned().collect::<Vec<_>>()
        };
        assert_eq!(early(&old), early(&new), "{edit:?}");
    }
}

#[test]
fn an_act_that_cannot_be_read_says_why_without_its_place_in_the_list() {
    let action = json!({"at_ms": 1, "do": "freeze", "member": "c1", "ms": "soon"});
    let problem = draft().acted(&action).unwrap_err();
    assert!(
        problem.starts_with("ms: expected a whole number"),
        "{problem}"
    );
    assert_eq!(draft().after(&Edit::Act(action)), draft());
}

#[test]
fn the_run_grows_until_a_crash_is_noticed() {
    let kill = json!({"at_ms": 11_500, "do": "kill", "member": "c2"});
    let after = draft().after(&Edit::Act(kill));
    assert_eq!(after.scenario.until_ms, 27_000);
    assert!(matches!(
        after.scenario.actions[2].kind,
        ActionKind::Kill { .. }
    ));
}

#[test]
fn moved_actions_keep_their_id_and_the_order_of_time() {
    let after = draft().after(&Edit::moved(0, 7_000));
    assert_eq!(*after.ids, [1, 0]);
    assert_eq!(after.place_of(0), Some(1));
    assert!(
        after
            .scenario
            .actions
            .is_sorted_by_key(|action| action.at_ms)
    );
    let removed = after.after(&Edit::RemoveAction { id: 1 });
    assert_eq!(*removed.ids, [0]);
    assert_eq!(removed.scenario.actions.len(), 1);
}

#[test]
fn an_assignor_chosen_for_all_is_used_by_all() {
    let after = draft().after(&Edit::Assignor(AssignorName::RoundRobin));
    assert!(after.scenario.members[0].config.is_empty());
    assert_eq!(
        after.scenario.config.get(STRATEGY).map(String::as_str),
        Some("org.apache.kafka.clients.consumer.RoundRobinAssignor")
    );
}

#[test]
fn what_cannot_be_read_is_kept_as_typed_until_it_is_mended_or_given_up() {
    let broken = draft().after(&set("/topics/0/partitions", json!("six")));
    let unread = broken.unread.clone().expect("kept");
    assert!(
        unread
            .reason
            .starts_with("topics[0].partitions: expected a whole number")
    );
    assert_eq!(broken.scenario, draft().scenario);
    // The other fields can still be changed.
    let named = broken.after(&set("/title", json!("t")));
    assert!(
        named
            .unread
            .as_ref()
            .is_some_and(|unread| unread.text.contains("six"))
    );
    let mended = named.after(&set("/topics/0/partitions", json!(6)));
    assert_eq!((mended.unread, mended.scenario.title.as_str()), (None, "t"));
    assert_eq!(mended.scenario.topics[0].partitions, 6);
    assert_eq!(named.after(&Edit::Discard), draft());
    // What is done meanwhile is done to both.
    let kill = json!({"at_ms": 9_000, "do": "kill", "member": "c2"});
    let acted = broken.after(&Edit::Act(kill));
    assert_eq!(acted.scenario.actions.len(), 3);
    assert!(
        acted
            .unread
            .is_some_and(|unread| unread.text.contains("kill"))
    );
    let text = draft().after(&Edit::Text("no JSON".into()));
    assert_eq!((text.value(), text.text().as_str()), (None, "no JSON"));
}

#[test]
fn references_follow_a_name_and_go_with_a_member() {
    let renamed = draft().after(&set("/members/1/name", json!("worker")));
    assert_eq!(renamed.scenario.actions[1].kind.member(), Some("worker"));
    let remove = json!({"at_ms": 9_000, "do": "remove", "members": ["c2"]});
    let removed = draft()
        .after(&Edit::Act(remove))
        .after(&Edit::Set("/members/1".to_owned(), None));
    assert_eq!(
        (
            removed.unread,
            removed.scenario.actions.len(),
            (*removed.ids).clone()
        ),
        (None, 1, vec![0])
    );
    let grow = json!({"at_ms": 9_000, "do": "grow", "topic": "a", "partitions": 9});
    let topic = draft()
        .after(&Edit::Act(grow))
        .after(&set("/topics/0/name", json!("b")));
    assert!(
        matches!(&topic.scenario.actions[2].kind, ActionKind::Grow(topic) if topic.name == "b")
    );
}

#[test]
fn every_edit_leaves_a_scenario_that_is_read_back_equal() {
    let mut draft = draft();
    let mut edits: Vec<_> = all_actions().into_iter().map(Edit::Act).collect();
    edits.extend([
        set("/topics/1", json!({"name": "b", "partitions": 3})),
        set("/topics/1/racks", json!([["r1"], ["r2"]])),
        Edit::AddMember { at_ms: 3_000 },
        set("/config/session.timeout.ms", json!(10_000)),
        set("/broker/group.initial.rebalance.delay.ms", json!("0")),
        set("/members/2/application/commit", json!("never")),
        set("/actions/0/at_ms", json!(400)),
        Edit::Set("/actions/1".to_owned(), None),
        Edit::Set("/topics/0".to_owned(), None),
        set("/until_ms", json!(60_000)),
    ]);
    for edit in edits {
        draft = draft.after(&edit);
        assert_eq!(draft.unread, None, "{edit:?}");
        assert_eq!(draft.ids.len(), draft.scenario.actions.len(), "{edit:?}");
        let text = draft.scenario.to_json();
        assert_eq!(
            Scenario::from_json(&text).as_ref(),
            Ok(&*draft.scenario),
            "{edit:?}"
        );
    }
    assert_eq!(draft.scenario.members[2].name, "c3");
}
