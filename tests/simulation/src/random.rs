//! Random scenarios with every action there is. They shrink: to fewer actions and members, earlier
//! times, simpler settings.

use assignor_core::sim::Scenario;
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// When the last action happens, at the latest.
const ACTIONS_MS: u64 = 30_000;

/// How long after the last action everything has settled: a session, a frozen or slow member's time,
/// a rebalance timeout and the heartbeats of two rounds, doubled.
const SETTLES_MS: u64 = 120_000;

/// The longest of what an action makes last: longer than a session and than `max.poll.interval.ms`.
const LONGEST_MS: u64 = 15_000;

/// The random scenario of a seed.
///
/// # Errors
/// None: every scenario can be generated.
pub fn of_seed(seed: u64) -> Result<impl ValueTree<Value = Scenario>, String> {
    let mut bytes = [0; 32];
    for (part, seed) in bytes
        .chunks_exact_mut(8)
        .zip([seed, !seed, seed.rotate_left(32), 0])
    {
        part.copy_from_slice(&seed.to_le_bytes());
    }
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    scenarios()
        .new_tree(&mut runner)
        .map_err(|reason| reason.to_string())
}

/// A few members, a few topics, up to 15 things that happen within half a minute, and two minutes for
/// the group to settle.
///
/// # Panics
/// Where the reader refuses what this makes, which is an error of one of the two.
pub fn scenarios() -> impl Strategy<Value = Scenario> {
    members()
        .prop_flat_map(|members| {
            let actions = prop::collection::vec(action(members.len()), 1..16);
            let partitions = prop::collection::vec(0_u32..8, 2);
            (Just(members), actions, partitions, settings())
        })
        .prop_map(|(members, actions, partitions, settings)| {
            let document = document(&members, actions, &partitions, &settings);
            Scenario::from_value(&document).expect("a scenario")
        })
}

#[derive(Debug, Clone)]
struct Member {
    is_static: bool,
    assignors: &'static str,
    topics: Value,
}

/// Members whose lists have an assignor in common, so that nobody is refused at the start.
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

/// What changes between one process of a member and the next. Assignors stay: a group that has nothing
/// in common with a newcomer refuses it, which ends it.
fn changes() -> impl Strategy<Value = Value> {
    prop_oneof![
        4 => Just(json!({})),
        1 => Just(json!({"session.timeout.ms": 7_000})),
        1 => Just(json!({"heartbeat.interval.ms": 500})),
        1 => Just(json!({"max.poll.records": 3})),
        1 => Just(json!({"max.poll.interval.ms": 5_000, "auto.offset.reset": "earliest"})),
    ]
}

/// The parts of an action that are chosen at random, whichever it is.
#[derive(Debug, Clone)]
struct Choices {
    at_ms: u64,
    member: usize,
    ms: u64,
    /// Whether it goes on for ever where it may.
    endless: bool,
    topics: Value,
    config: Value,
    /// Some of the names of enumerations, by number.
    name: usize,
}

fn action(members: usize) -> impl Strategy<Value = Value> {
    let verb = prop_oneof![
        6 => Just("start"),
        2 => Just("close"),
        2 => Just("kill"),
        2 => Just("restart"),
        1 => Just("configure"),
        1 => Just("slow"),
        1 => Just("slow_callback"),
        1 => Just("freeze"),
        1 => Just("thaw"),
        1 => Just("cut"),
        1 => Just("mend"),
        1 => Just("subscribe"),
        1 => Just("remove"),
        1 => Just("move_coordinator"),
        1 => Just("rolling_restart"),
        1 => Just("scale"),
        1 => Just("create"),
        1 => Just("grow"),
        1 => Just("delete"),
        1 => Just("produce"),
    ];
    let choices = (
        0..ACTIONS_MS,
        0..members,
        1..LONGEST_MS,
        prop::bool::weighted(0.1),
        prop_oneof![3 => subscription().boxed(), 1 => Just(json!([])).boxed()],
        changes(),
        0_usize..12,
    );
    (verb, choices).prop_map(
        move |(verb, (at_ms, member, ms, endless, topics, config, name))| {
            let choices = Choices {
                at_ms,
                member,
                ms,
                endless,
                topics,
                config,
                name,
            };
            json(verb, members, choices)
        },
    )
}

fn json(verb: &str, members: usize, choices: Choices) -> Value {
    let Choices {
        at_ms,
        member,
        ms,
        endless,
        topics,
        config,
        name,
    } = choices;
    let member = format!("m{member}");
    let by = ["close", "kill"][name % 2];
    let mut fields = match verb {
        "start" | "configure" => json!({"member": member, "config": config}),
        "restart" => {
            json!({"member": member, "after_ms": ms % 9_000, "by": by, "config": config})
        }
        "close" => match ["leave", "remain"].get(name % 6) {
            Some(operation) => json!({"member": member, "operation": operation}),
            None => json!({"member": member}),
        },
        "slow" | "freeze" | "cut" if endless => json!({"member": member}),
        "slow" | "freeze" | "cut" => json!({"member": member, "ms": ms}),
        "slow_callback" => match ["revoked", "assigned", "lost"].get(name % 4) {
            Some(callback) => json!({"member": member, "ms": ms, "callback": callback}),
            None => json!({"member": member, "ms": ms}),
        },
        "subscribe" => json!({"member": member, "topics": topics}),
        "remove" if name == 0 => json!({}),
        "remove" => json!({"members": [member]}),
        "move_coordinator" => json!({"load_ms": ms % 3_000, "crash": name % 2 == 0}),
        "rolling_restart" => {
            let mut fields = json!({
                "after_ms": ms % 2_000, "pause_ms": ms % 3_000, "by": by, "config": config,
            });
            if name > 6 {
                fields["members"] = json!([member]);
            }
            fields
        }
        "scale" => json!({"members": name % (members + 1), "pause_ms": ms % 2_000}),
        "create" => json!({"topic": "t2", "partitions": ms % 8 + 1}),
        "grow" => json!({"topic": "t0", "partitions": ms % 20 + 1}),
        "delete" => json!({"topic": "t1"}),
        "produce" => {
            let mut fields = json!({"topic": "t0", "per_second": ms % 50 + 1, "seconds": 5});
            if name == 0 {
                fields["partition"] = 0.into();
            }
            fields
        }
        _ => json!({"member": member}),
    };
    fields["at_ms"] = at_ms.into();
    fields["do"] = verb.into();
    fields
}

/// Broker, client and application.
#[derive(Debug, Clone)]
struct Settings {
    releases: (&'static str, &'static str),
    broker: Value,
    config: Value,
    timing: Value,
    application: Value,
    seed: u64,
}

fn settings() -> impl Strategy<Value = Settings> {
    // Both coordinators, clients that know more and less.
    let releases = prop_oneof![
        4 => Just(("4.3.0", "4.3.0")),
        2 => Just(("3.9.0", "4.3.0")),
        1 => Just(("3.9.0", "3.3.0")),
        1 => Just(("4.3.0", "3.1.0")),
        1 => Just(("2.5.0", "2.4.0")),
        1 => Just(("2.7.0", "3.2.0")),
    ];
    let max_size = prop_oneof![5 => Just(100), 1 => 1_u64..5];
    let delay_ms = prop::sample::select(vec![0_u64, 500, 3_000]);
    let broker = (max_size, delay_ms).prop_map(|(max_size, delay_ms)| {
        json!({"group.max.size": max_size, "group.initial.rebalance.delay.ms": delay_ms})
    });
    let config = any::<bool>().prop_map(|auto_commit| {
        json!({
            "enable.auto.commit": auto_commit,
            "session.timeout.ms": 10_000,
            "heartbeat.interval.ms": 1_000,
            "max.poll.interval.ms": 12_000,
            "metadata.max.age.ms": 20_000,
        })
    });
    let commit = ["after_batch", "before_batch", "on_revoked", "never"];
    let application = (
        prop_oneof![4 => Just(0_u64), 1 => 0_u64..3_000],
        prop_oneof![4 => Just(0_u64), 1 => 0_u64..40],
        prop::sample::select(commit.to_vec()),
    );
    let application = application.prop_map(|(batch_ms, record_ms, commit)| {
        json!({"batch_ms": batch_ms, "record_ms": record_ms, "commit": commit})
    });
    (
        releases,
        broker,
        config,
        timing(),
        application,
        any::<u64>(),
    )
        .prop_map(
            |(releases, broker, config, timing, application, seed)| Settings {
                releases,
                broker,
                config,
                timing,
                application,
                seed,
            },
        )
}

fn timing() -> impl Strategy<Value = Value> {
    let rarely = |most: u64| prop_oneof![3 => Just(0), 1 => 0..most];
    let latencies = (0_u64..4, 0_u64..4, 0_u64..20, 0_u64..50);
    let grid_ms = prop::sample::select(vec![0_u64, 100]);
    let rare = (rarely(200), rarely(300), rarely(200), any::<bool>());
    (latencies, grid_ms, rare).prop_map(
        |((to_coordinator, to_member, append, callback), grid_ms, rare)| {
            let (assignor, start, fetch, behind) = rare;
            json!({
                "to_coordinator_ms": to_coordinator,
                "to_member_ms": to_member,
                "append_ms": append,
                "revoked_ms": callback,
                "assigned_ms": callback,
                "poll_ms": grid_ms,
                "heartbeat_tick_ms": grid_ms,
                "assignor_ms": assignor,
                "start_ms": start,
                "fetch_ms": fetch,
                "metadata_behind_fetch": behind,
            })
        },
    )
}

fn document(
    members: &[Member],
    mut actions: Vec<Value>,
    partitions: &[u32],
    settings: &Settings,
) -> Value {
    let members = members.iter().enumerate().map(|(ix, member)| {
        let mut config = json!({"partition.assignment.strategy": member.assignors});
        if member.is_static {
            config["group.instance.id"] = format!("i{ix}").into();
        }
        json!({"name": format!("m{ix}"), "config": config, "topics": member.topics})
    });
    let topics = partitions
        .iter()
        .enumerate()
        .map(|(ix, partitions)| json!({"name": format!("t{ix}"), "partitions": partitions}));
    actions.sort_by_key(|action| action["at_ms"].as_u64());
    leave_out_second_processes(&mut actions);
    let (broker, client) = settings.releases;
    json!({
        "version": 1,
        "topics": topics.collect::<Vec<_>>(),
        "config": settings.config,
        "kafka": {"broker": broker, "client": client},
        "broker": settings.broker,
        "application": settings.application,
        "timing": settings.timing,
        "members": members.collect::<Vec<_>>(),
        "actions": actions,
        "until_ms": ACTIONS_MS + SETTLES_MS,
        "seed": settings.seed,
    })
}

/// A second process with the instance id of one that runs and is not told to end would be fenced and
/// end the first; what a frame shows of a member is its latest process, and the checks go by that. So a
/// member starts only when it has ended, as far as the list alone tells.
fn leave_out_second_processes(actions: &mut Vec<Value>) {
    let mut running = BTreeSet::new();
    let mut never_again = BTreeSet::new();
    let mut composite = false;
    actions.retain(|action| {
        let member = action["member"].as_str().unwrap_or_default().to_owned();
        match action["do"].as_str() {
            Some("start") => !composite && !never_again.contains(&member) && running.insert(member),
            Some("close" | "kill") => {
                running.remove(&member);
                true
            }
            // From then on when which of its processes runs is left to the simulator.
            Some("restart") => {
                never_again.insert(member);
                true
            }
            Some("rolling_restart" | "scale") => {
                composite = true;
                true
            }
            _ => true,
        }
    });
}
