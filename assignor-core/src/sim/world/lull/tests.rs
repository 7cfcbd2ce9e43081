//! A run is the same with lulls and without; and lanes are a sorted list.

use super::super::World;
use super::Routine;
use super::lanes::{Lanes, NEVER, time_of};
use crate::gallery;
use crate::sim::limits::Limits;
use crate::sim::trace::{ProcessIx, Trace};
use crate::sim::{Scenario, simulate};
use proptest::prelude::*;
use serde_json::{Value, json};

/// The run without a lull.
fn literally(scenario: &Scenario) -> Trace {
    let mut world = World::new(scenario).expect("a world");
    world.patience.from_ms = u64::MAX;
    world.run(&Limits::default()).expect("a trace")
}

/// How many occurrences lulls play, and how many others happen.
fn played(scenario: &Scenario) -> (u64, u64) {
    let mut world = World::new(scenario).expect("a world");
    let (mut in_lulls, mut others) = (0, 0);
    while let Some((at_ms, what)) = world.queue.pop() {
        if at_ms > scenario.until_ms {
            break;
        }
        world.now_ms = at_ms;
        others += 1;
        world.happen(what).expect("it happens");
        if world.now_ms >= world.patience.from_ms {
            world.lull(&mut in_lulls, u64::MAX);
        }
    }
    (in_lulls, others)
}

#[test]
fn a_lull_changes_no_run_of_the_gallery() {
    for entry in gallery::all() {
        let scenario = entry.scenario().expect("a scenario");
        let trace = simulate(&scenario).expect("a trace");
        assert!(trace == literally(&scenario), "{}", entry.slug);
    }
}

#[test]
fn a_run_that_ends_at_its_limit_in_a_lull_has_its_answers() {
    let start = json!({"at_ms": 0, "do": "start", "member": "m0"});
    let scenario = disturbed(vec![json!({"name": "m0"})], vec![start], json!({}));
    for occurrences in 500..530 {
        let limits = Limits {
            occurrences,
            ..Limits::default()
        };
        let trace = World::new(&scenario).expect("a world").run(&limits);
        let trace = trace.expect("a trace");
        let messages = trace.messages.iter();
        let (answers, requests): (Vec<_>, Vec<_>) = messages.partition(|m| m.is_response);
        assert!(requests.len() - answers.len() <= 1, "{occurrences}");
        assert!(trace.messages.is_sorted_by_key(|message| message.sent_ms));
    }
}

/// Twenty minutes of a group to which something happens from time to time.
fn disturbed(members: Vec<Value>, actions: Vec<Value>, config: Value) -> Scenario {
    let document = json!({
        "version": 1,
        "topics": [{"name": "a", "partitions": 7}, {"name": "b", "partitions": 3}],
        "config": config,
        "members": members,
        "actions": actions,
        "until_ms": 1_200_000,
        "seed": 7,
    });
    Scenario::from_value(&document).expect("a scenario")
}

#[test]
fn nearly_all_of_a_quiet_group_is_a_lull() {
    let members = (0..8).map(|n| json!({"name": format!("m{n}")})).collect();
    let actions = (0..8)
        .map(|n| json!({"at_ms": 700 * n, "do": "start", "member": format!("m{n}")}))
        .collect();
    let (in_lulls, others) = played(&disturbed(members, actions, json!({})));
    assert!(in_lulls > 20 * others, "{in_lulls} and {others}");
}

prop_compose! {
    fn action()(
        which in 0_usize..9,
        member in 0_usize..4,
        at_ms in 10_000_u64..900_000,
        ms in 1_u64..60_000,
    ) -> Value {
        let member = format!("m{member}");
        match which {
            0 => json!({"at_ms": at_ms, "do": "kill", "member": member}),
            1 | 2 => json!({"at_ms": at_ms, "do": "start", "member": member}),
            3 => json!({"at_ms": at_ms, "do": "slow", "member": member, "ms": ms}),
            4 => json!({"at_ms": at_ms, "do": "freeze", "member": member, "ms": ms}),
            5 => json!({"at_ms": at_ms, "do": "cut", "member": member, "ms": ms}),
            6 => json!({"at_ms": at_ms, "do": "close", "member": member}),
            7 => json!({"at_ms": at_ms, "do": "move_coordinator", "load_ms": ms}),
            _ => json!({"at_ms": at_ms, "do": "grow", "topic": "a", "partitions": 7 + ms % 5}),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Intervals that collide, answers that wait behind commits, sessions shorter than a heartbeat.
    #[test]
    fn a_lull_changes_no_random_run(
        heartbeat_ms in prop::sample::select(vec![1_u64, 50, 1_000, 3_000, 7_000]),
        commit_ms in prop::sample::select(vec![0_u64, 50, 1_000, 5_000]),
        session_ms in prop::sample::select(vec![6_000_u64, 45_000]),
        timeout_ms in prop::sample::select(vec![1_000_u64, 30_000]),
        latencies in prop::collection::vec((0_u64..4, 0_u64..4), 4),
        append_ms in prop::sample::select(vec![0_u64, 1, 5, 2_000]),
        statics in prop::collection::vec(any::<bool>(), 4),
        assignor in prop::sample::select(vec!["range", "cooperative-sticky"]),
        actions in prop::collection::vec(action(), 0..8),
    ) {
        let members = latencies.iter().zip(&statics).enumerate().map(|(n, (ways, is_static))| {
            let mut member = json!({
                "name": format!("m{n}"),
                "timing": {"to_coordinator_ms": ways.0, "to_member_ms": ways.1},
            });
            if *is_static {
                member["config"] = json!({"group.instance.id": format!("i{n}")});
            }
            member
        });
        let members = members.collect();
        let starts = (0_u64..4).map(|n| {
            json!({"at_ms": 500 * n, "do": "start", "member": format!("m{n}")})
        });
        let actions = starts.chain(actions).collect();
        let config = json!({
            "partition.assignment.strategy": assignor,
            "heartbeat.interval.ms": heartbeat_ms.to_string(),
            "auto.commit.interval.ms": commit_ms.to_string(),
            "session.timeout.ms": session_ms.max(heartbeat_ms + 1).to_string(),
            "request.timeout.ms": timeout_ms.to_string(),
        });
        let mut scenario = disturbed(members, actions, config);
        scenario.timing.append_ms = append_ms;
        if heartbeat_ms.min(commit_ms) < 50 {
            scenario.until_ms = 30_000;
        }
        let trace = simulate(&scenario).expect("a trace");
        prop_assert!(trace == literally(&scenario));
    }

    /// More distances than there are lists, times that aren't in the order of scheduling.
    #[test]
    fn lanes_are_a_stable_sort(
        steps in prop::collection::vec((any::<bool>(), 0_u64..20, any::<bool>()), 1..300),
    ) {
        let mut lanes = Lanes::default();
        let mut expected: Vec<(u64, ProcessIx)> = Vec::new();
        let mut now_ms = 0;
        for (serial, (pushes, after_ms, at_once)) in (0..).map(ProcessIx).zip(steps) {
            if pushes {
                let at_ms = now_ms + after_ms;
                if at_once {
                    lanes.push_at(at_ms, Routine::Nothing.of(serial));
                } else {
                    let distance = lanes.distance(after_ms);
                    lanes.push(now_ms, distance, Routine::Nothing.of(serial));
                }
                expected.push((at_ms, serial));
                expected.sort_by_key(|(at_ms, _)| *at_ms);
            } else {
                let (key, place) = lanes.first();
                prop_assert_eq!(key == NEVER, expected.is_empty());
                if let Some(what) = lanes.first_of(place) {
                    now_ms = time_of(key);
                    prop_assert_eq!((now_ms, what.process), expected.remove(0));
                    lanes.remove_first(place);
                }
            }
        }
        let rest: Vec<_> = lanes.into_items().iter().map(|item| (item.at_ms(), item.what.process)).collect();
        prop_assert_eq!(rest, expected);
    }
}
