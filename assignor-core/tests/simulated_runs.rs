//! What holds in every run, tried on random scenarios.

use assignor_core::sim::scenario::{ActionKind, Subscription};
use assignor_core::sim::trace::{
    Activity, EventKind, GroupState, ProcessIx, Reader, Standing, Trace,
};
use assignor_core::sim::{Scenario, simulate};
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How long after the last action everything has settled: a session, a frozen or slow member's time,
/// a rebalance timeout and the heartbeats of two rounds, doubled.
const SETTLES_MS: u64 = 120_000;

#[derive(Debug, Clone)]
struct Member {
    is_static: bool,
    assignors: &'static str,
    topics: Value,
}

/// What a member subscribes to: `t0` and `t1` exist at the start, `t1` may be deleted and `t2` created.
/// Every pattern matches `t0`: with a sticky assignor, one that matches nothing may never settle.
fn subscription() -> impl Strategy<Value = Value> {
    prop_oneof![
        6 => Just(json!(["t0", "t1"])),
        1 => Just(json!(["t0"])),
        1 => Just(json!(["t1", "t2"])),
        1 => Just(json!(["t0", "t2"])),
        2 => Just(json!("/t.*/")),
        1 => Just(json!("/t[02]/")),
    ]
}

/// Broker and client: both coordinators, clients that know more and less.
#[derive(Debug, Clone)]
struct Kafka {
    broker: &'static str,
    client: &'static str,
    max_size: usize,
}

fn kafka() -> impl Strategy<Value = Kafka> {
    let releases = prop_oneof![
        4 => Just(("4.3.0", "4.3.0")),
        2 => Just(("3.9.0", "4.3.0")),
        1 => Just(("3.9.0", "3.3.0")),
        1 => Just(("4.3.0", "3.1.0")),
    ];
    let max_size = prop_oneof![5 => Just(100), 1 => 1_usize..5];
    (releases, max_size).prop_map(|((broker, client), max_size)| Kafka {
        broker,
        client,
        max_size,
    })
}

/// Members whose lists have an assignor in common, so that nobody is refused.
fn members() -> impl Strategy<Value = Vec<Member>> {
    let lists = prop_oneof![
        Just(vec!["range"]),
        Just(vec!["roundrobin"]),
        Just(vec!["sticky"]),
        Just(vec!["cooperative-sticky"]),
        Just(vec!["cooperative-sticky", "range,cooperative-sticky"]),
        Just(vec!["range,sticky", "sticky,range", "range"]),
    ];
    (lists, 1_usize..6).prop_flat_map(|(lists, count)| {
        let member = (any::<bool>(), prop::sample::select(lists), subscription()).prop_map(
            |(is_static, assignors, topics)| Member {
                is_static,
                assignors,
                topics,
            },
        );
        prop::collection::vec(member, count)
    })
}

fn action(members: usize) -> impl Strategy<Value = Value> {
    let verb = prop_oneof![
        4 => Just("start"),
        2 => Just("close"),
        2 => Just("kill"),
        1 => Just("slow"),
        1 => Just("produce"),
        1 => Just("grow"),
        1 => Just("create"),
        1 => Just("delete"),
        1 => Just("subscribe"),
        1 => Just("freeze"),
        1 => Just("cut"),
        1 => Just("restart"),
        1 => Just("slow_callback"),
        1 => Just("remove"),
        1 => Just("move_coordinator"),
    ];
    let operation = prop_oneof![4 => Just(""), 1 => Just("leave"), 1 => Just("remain")];
    let choice = (subscription(), operation);
    (0_u64..30_000, verb, 0..members, 1_u64..15_000, choice).prop_map(|(at_ms, verb, member, ms, (topics, operation))| {
        match verb {
            "create" => {
                return json!({"at_ms": at_ms, "do": verb, "topic": "t2", "partitions": ms % 8 + 1});
            }
            "delete" => return json!({"at_ms": at_ms, "do": verb, "topic": "t1"}),
            "remove" => return json!({"at_ms": at_ms, "do": verb, "members": [format!("m{member}")]}),
            "move_coordinator" => {
                return json!({"at_ms": at_ms, "do": verb, "load_ms": ms % 3000, "crash": ms % 2 == 0});
            }
            "produce" => {
                return json!({"at_ms": at_ms, "do": verb, "topic": "t0", "per_second": ms % 50 + 1, "seconds": 5});
            }
            "grow" => {
                return json!({"at_ms": at_ms, "do": verb, "topic": "t0", "partitions": ms % 20 + 1});
            }
            _ => {}
        }
        let mut action = json!({"at_ms": at_ms, "do": verb, "member": format!("m{member}")});
        if verb == "restart" {
            action["after_ms"] = (ms % 9000).into();
            action["by"] = if ms % 2 == 0 { "close" } else { "kill" }.into();
        }
        if matches!(verb, "slow" | "freeze" | "cut" | "slow_callback") {
            action["ms"] = ms.into();
        }
        if verb == "subscribe" {
            action["topics"] = topics;
        }
        if verb == "close" && !operation.is_empty() {
            action["operation"] = operation.into();
        }
        action
    })
}

fn scenarios() -> impl Strategy<Value = Scenario> {
    let latencies = (
        0_u64..4,
        0_u64..4,
        0_u64..20,
        0_u64..50,
        prop::sample::select(vec![0, 100]),
    );
    members()
        .prop_flat_map(move |members| {
            let actions = prop::collection::vec(action(members.len()), 1..14);
            let topics = prop::collection::vec(0_u32..8, 2);
            let settings = (
                any::<bool>(),
                prop::sample::select(vec![0, 500, 3000]),
                any::<u64>(),
            );
            let group = (Just(members), kafka());
            (group, actions, topics, latencies.clone(), settings)
        })
        .prop_map(|((members, kafka), actions, topics, latencies, settings)| {
            scenario(&members, &kafka, &actions, &topics, latencies, settings)
        })
}

fn scenario(
    members: &[Member],
    kafka: &Kafka,
    actions: &[Value],
    topics: &[u32],
    (to_coordinator_ms, to_member_ms, append_ms, callback_ms, poll_ms): (u64, u64, u64, u64, u64),
    (auto_commit, delay_ms, seed): (bool, u64, u64),
) -> Scenario {
    let members = members.iter().enumerate().map(|(ix, member)| {
        let mut config = json!({"partition.assignment.strategy": member.assignors});
        if member.is_static {
            config["group.instance.id"] = format!("i{ix}").into();
        }
        json!({"name": format!("m{ix}"), "config": config, "topics": member.topics})
    });
    let topics = topics
        .iter()
        .enumerate()
        .map(|(ix, partitions)| json!({"name": format!("t{ix}"), "partitions": partitions}));
    // A member that runs twice at a time with one instance id fences itself for ever, so a process
    // ends before the next of its member starts.
    let mut running = BTreeSet::new();
    // Who restarts is left alone from then on.
    let mut restarted = BTreeSet::new();
    let mut sorted: Vec<_> = actions.to_vec();
    sorted.sort_by_key(|action| action["at_ms"].as_u64());
    sorted.retain(|action| {
        let member = action["member"].to_string();
        match action["do"].as_str() {
            Some("start" | "close" | "kill" | "restart") if restarted.contains(&member) => false,
            Some("start") => running.insert(member),
            Some("close" | "kill") => running.remove(&member),
            Some("restart") => running.contains(&member) && restarted.insert(member),
            Some("produce" | "grow" | "create" | "delete" | "remove" | "move_coordinator") => true,
            _ => running.contains(&member),
        }
    });
    let document = json!({
        "version": 1,
        "topics": topics.collect::<Vec<_>>(),
        "config": {
            "enable.auto.commit": auto_commit,
            "session.timeout.ms": 10_000,
            "heartbeat.interval.ms": 1_000,
            "max.poll.interval.ms": 12_000,
            "metadata.max.age.ms": 20_000,
        },
        "kafka": {"broker": kafka.broker, "client": kafka.client},
        "broker": {
            "group.initial.rebalance.delay.ms": delay_ms,
            "group.max.size": kafka.max_size,
        },
        "timing": {
            "to_coordinator_ms": to_coordinator_ms,
            "to_member_ms": to_member_ms,
            "append_ms": append_ms,
            "revoked_ms": callback_ms,
            "assigned_ms": callback_ms,
            "poll_ms": poll_ms,
            "heartbeat_tick_ms": poll_ms,
        },
        "members": members.collect::<Vec<_>>(),
        "actions": sorted,
        "until_ms": 30_000 + SETTLES_MS,
        "seed": seed,
    });
    Scenario::from_json(&document.to_string()).expect("a scenario")
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn time_never_goes_back(scenario in scenarios()) {
        let trace = simulate(&scenario).expect("a trace");
        prop_assert!(trace.events.is_sorted_by_key(|event| event.at_ms));
        prop_assert!(trace.messages.is_sorted_by_key(|message| message.sent_ms));
        for message in &trace.messages {
            prop_assert!(message.received_ms.is_none_or(|received| received >= message.sent_ms));
        }
        for span in &trace.group {
            prop_assert!(span.from_ms <= span.to_ms);
        }
    }

    #[test]
    fn lanes_have_no_gap(scenario in scenarios()) {
        let trace = simulate(&scenario).expect("a trace");
        prop_assert_eq!(trace.lanes.len(), trace.partitions.len());
        for lane in &trace.lanes {
            let ends = lane.spans.iter().map(|span| span.to_ms);
            let begins = lane.spans.iter().map(|span| span.from_ms);
            let edges: Vec<_> = std::iter::once(0).chain(ends).collect();
            let begins: Vec<_> = begins.chain([trace.end_ms]).collect();
            prop_assert_eq!(edges, begins);
        }
    }

    #[test]
    fn nobody_owns_what_another_owns_in_the_same_generation(scenario in scenarios()) {
        let trace = simulate(&scenario).expect("a trace");
        let mut owned: BTreeMap<u32, (i32, BTreeSet<u32>)> = BTreeMap::new();
        for event in &trace.events {
            match &event.kind {
                EventKind::Assigned(callback) => {
                    let (generation, set) = owned.entry(callback.process.0).or_default();
                    *generation = callback.generation_id;
                    set.extend(callback.partitions.iter().map(|place| place.0));
                }
                EventKind::Revoked(callback) | EventKind::Lost(callback) => {
                    if let Some((_, set)) = owned.get_mut(&callback.process.0) {
                        for place in &callback.partitions {
                            set.remove(&place.0);
                        }
                    }
                }
                EventKind::Killed { process } => {
                    owned.remove(&process.0);
                }
                // The fenced process doesn't know yet that it owns nothing any more.
                EventKind::StaticReplaced { process, .. } => {
                    let member = trace.member_name(*process);
                    owned.retain(|other, _| trace.member_name(ProcessIx(*other)) != member);
                }
                _ => {}
            }
            let mut owners = BTreeMap::new();
            for (process, (generation, set)) in &owned {
                for place in set {
                    let other = owners.insert((*generation, *place), *process);
                    prop_assert_eq!(other, None, "at {} ms", event.at_ms);
                }
            }
        }
    }

    #[test]
    fn every_group_settles(scenario in scenarios()) {
        let trace = simulate(&scenario).expect("a trace");
        let limited = trace.events.iter().any(|e| matches!(e.kind, EventKind::LimitReached { .. }));
        prop_assert!(!limited);
        settled(&scenario, &trace)?;
    }

    #[test]
    fn the_same_scenario_gives_the_same_trace(scenario in scenarios()) {
        let text = scenario.to_json();
        let again = Scenario::from_json(&text).expect("what was written can be read");
        prop_assert_eq!(&again, &scenario);
        let bytes = |scenario| serde_json::to_vec(&simulate(scenario).expect("a trace")).expect("JSON");
        prop_assert!(bytes(&scenario) == bytes(&again));
    }

    #[test]
    fn a_frame_shows_what_the_lanes_say(scenario in scenarios(), share in 0.0_f64..1.0) {
        let trace = simulate(&scenario).expect("a trace");
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let t_ms = (share * trace.end_ms as f64) as u64;
        let frame = trace.frame_at(t_ms);
        let mut reads = 0;
        for member in &frame.members {
            reads += member.reads.len();
        }
        let read = |partition: &&assignor_core::sim::trace::PartitionFrame| {
            matches!(partition.reader, Reader::Process { .. })
        };
        prop_assert_eq!(reads, frame.partitions.iter().filter(read).count());
        prop_assert_eq!(frame.barrier.is_some(), frame.group.state == GroupState::PreparingRebalance);
    }
}

/// At the end the group is stable or empty, every process that lives is a member, and every partition
/// is read by somebody if there is anybody.
fn settled(scenario: &Scenario, trace: &Trace) -> Result<(), TestCaseError> {
    let frame = trace.frame_at(trace.end_ms);
    let alive = |member: &&assignor_core::sim::trace::MemberFrame| {
        member.activity.is_some_and(Activity::is_alive)
    };
    let living: Vec<_> = frame.members.iter().filter(alive).collect();
    if living.is_empty() {
        prop_assert_eq!(frame.group.state, GroupState::Empty);
        return Ok(());
    }
    prop_assert_eq!(frame.group.state, GroupState::Stable);
    let subscribed: BTreeSet<_> = living
        .iter()
        .filter_map(|member| member.process)
        .filter_map(|process| trace.processes.get(process.0 as usize))
        .flat_map(|process| subscribed(scenario, process.member))
        .collect();
    for member in living {
        prop_assert_eq!(member.standing, Standing::Member);
    }
    // A static member that comes back between the two rounds of a cooperative rebalance gets what the
    // first round left it, and nobody asks for the second: Kafka leaves its partitions unread.
    let kept_place = |kind: &EventKind| {
        matches!(
            kind,
            EventKind::StaticReplaced {
                no_rebalance: true,
                ..
            }
        )
    };
    if trace.events.iter().any(|event| kept_place(&event.kind)) {
        return Ok(());
    }
    for (partition, of) in frame.partitions.iter().zip(&trace.partitions) {
        if !subscribed.contains(&*of.topic) {
            continue;
        }
        let read = matches!(partition.reader, Reader::Process { .. });
        prop_assert!(read, "{partition:?}");
    }
    Ok(())
}

/// The topics that a member subscribes to at the end, of those that exist then.
fn subscribed(scenario: &Scenario, member: usize) -> BTreeSet<&'static str> {
    let spec = &scenario.members[member];
    let mut exist = BTreeSet::from(["t0", "t1"]);
    let mut subscription = &spec.topics;
    for action in &scenario.actions {
        match &action.kind {
            // Whoever starts, starts as the scenario writes the member.
            ActionKind::Start { member, .. } | ActionKind::Restart { member, .. }
                if *member == spec.name =>
            {
                subscription = &spec.topics;
            }
            ActionKind::Subscribe { member, topics } if *member == spec.name => {
                subscription = topics;
            }
            ActionKind::Create(_) => {
                exist.insert("t2");
            }
            ActionKind::Delete { .. } => {
                exist.remove("t1");
            }
            _ => {}
        }
    }
    exist.retain(|topic| match subscription {
        Subscription::All => *topic != "t2",
        Subscription::Topics(topics) => topics.iter().any(|own| own == topic),
        // The two patterns of the generator.
        Subscription::Pattern(pattern) => pattern == "t.*" || *topic != "t1",
    });
    exist
}
