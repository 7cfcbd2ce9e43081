//! Every rule's triggers and variations of their values: what is shown fails, and its fix doesn't.

use super::*;
use crate::config::{Client, Format, ParseOptions};
use crate::lint::rules::{Example, examples};
use crate::lint::{Options, lint};
use crate::sim::simulate;

fn read(text: &str, client: Option<&str>, format: Option<&str>) -> Config {
    let format = format.map(|name| {
        let mut formats = Format::ALL.into_iter();
        formats.find(|format| format.name() == name).expect(name)
    });
    let options = ParseOptions {
        client: client.map(|client| client.parse::<Client>().expect(client)),
        format,
        ..ParseOptions::default()
    };
    Config::parse(text, &options)
}

fn facts_of<'a>(given: impl IntoIterator<Item = (&'a str, &'a str)>) -> Facts {
    let mut facts = Facts::default();
    for (key, value) in given {
        facts.set(key, value).expect(key);
    }
    facts
}

/// What is shown for a rule's first finding; an error if it has none.
fn shown(configs: &[Config], facts: &Facts, rule: &str) -> Result<Option<Shown>, String> {
    let findings = lint(configs, facts, &Options::default());
    let finding = findings
        .iter()
        .find(|finding| finding.rule == rule)
        .ok_or_else(|| format!("{rule} says nothing"))?;
    let shown = show(configs, facts, finding);
    if let Some(shown) = &shown {
        check(shown, &plans(configs, facts, finding), rule);
    }
    Ok(shown)
}

/// A run that is shown can be read again, fails at its moment, and doesn't with the fix.
fn check(shown: &Shown, plans: &[Plan], rule: &str) {
    for scenario in [&shown.scenario, &shown.fixed] {
        let again = Scenario::from_json(&scenario.to_json());
        assert_eq!(again.as_ref(), Ok(scenario), "{rule}");
    }
    let run = simulate(&shown.scenario).expect("a run");
    let fixed = simulate(&shown.fixed).expect("a run");
    assert!(shown.at_ms <= run.end_ms, "{rule}");
    let fails = |plan: &Plan| {
        let first = |trace| plan.failure.first(trace, plan.from_ms);
        let at = |trace| first(trace).map(|failed| failed.at_ms);
        at(&run) == Some(shown.at_ms) && at(&fixed).is_none()
    };
    assert!(plans.iter().any(fails), "{rule}: {}", shown.says);
}

#[test]
fn every_trigger_is_shown() {
    let (mut silent, mut seen) = (Vec::new(), Vec::new());
    let shows = |example: &Example| rules().any(|rule| rule == example.rule);
    for example in examples().into_iter().filter(shows) {
        let (configs, facts) = (example.configs(&example.trigger), example.known());
        let shown = shown(&configs, &facts, &example.rule).expect("a finding");
        let list = if shown.is_some() {
            &mut seen
        } else {
            &mut silent
        };
        list.push(example.rule);
    }
    let missing: Vec<_> = rules()
        .filter(|rule| !seen.iter().any(|seen| seen == rule))
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "silent: {silent:?}");
}

#[test]
fn the_moment_is_the_one_in_the_trace() {
    let configs = [read(
        "session.timeout.ms=10000\nheartbeat.interval.ms=5000\n",
        Some("java@3.9"),
        None,
    )];
    let facts = facts_of([("replicas", "4"), ("partitions", "8")]);
    let shown = shown(&configs, &facts, "KC-T301")
        .expect("a finding")
        .expect("a run");
    let run = simulate(&shown.scenario).expect("a run");
    let moment = run.events.iter().find(|event| event.at_ms == shown.at_ms);
    let expired = |event: &crate::sim::trace::Event| {
        matches!(event.kind, crate::sim::trace::EventKind::Expired { .. })
    };
    assert!(moment.is_some_and(expired), "{moment:?}");
    assert_eq!(run.members.len(), 4);
    assert_eq!(run.partitions.len(), 8);
    let (own, fixed) = (&shown.scenario.config, &shown.fixed.config);
    assert_eq!(own["heartbeat.interval.ms"], "5000");
    assert_eq!(fixed["heartbeat.interval.ms"], "3000");
    assert_eq!(own["session.timeout.ms"], "10000");
    assert_eq!(shown.scenario.kafka.client.to_string(), "3.9.0");
    assert!(
        !simulate(&shown.fixed)
            .expect("a run")
            .events
            .iter()
            .any(expired)
    );
    assert!(shown.says.contains("A pause of 6 s"), "{}", shown.says);
    assert_eq!(shown.fix, "Set `heartbeat.interval.ms` to 3000");
}

#[test]
fn a_plan_survives_its_way_through_json() {
    let configs = [read(
        "session.timeout.ms=10000\nheartbeat.interval.ms=5000\n",
        None,
        None,
    )];
    let facts = Facts::default();
    for finding in lint(&configs, &facts, &Options::default()) {
        for plan in plans(&configs, &facts, &finding) {
            let text = serde_json::to_string(&plan).expect("JSON");
            assert_eq!(serde_json::from_str::<Plan>(&text).expect("a plan"), plan);
        }
    }
}

/// A rule with values that its effect needs.
#[derive(Clone, Debug)]
struct Variation {
    rule: &'static str,
    text: String,
    facts: Vec<(&'static str, String)>,
    with: Option<String>,
}

fn variation(rule: &'static str, text: impl Into<String>) -> Variation {
    Variation {
        rule,
        text: text.into(),
        facts: Vec::new(),
        with: None,
    }
}

impl Variation {
    fn fact(mut self, name: &'static str, value: impl ToString) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }
}

const RANGE: &str = "org.apache.kafka.clients.consumer.RangeAssignor";
const KEYS: [&str; 4] = [
    "org.apache.kafka.clients.consumer.RangeAssignor",
    "org.apache.kafka.clients.consumer.RoundRobinAssignor",
    "org.apache.kafka.clients.consumer.StickyAssignor",
    COOPERATIVE,
];

use super::group::COOPERATIVE;
use proptest::prelude::*;

/// Timers of a member.
fn timers() -> impl Strategy<Value = Variation> {
    let session = (6_u64..=1_800).prop_map(|tenths| tenths * 1_000);
    prop_oneof![
        (session.clone(), 34_u64..95).prop_map(|(session, share)| variation(
            "KC-T301",
            format!(
                "session.timeout.ms={session}\nheartbeat.interval.ms={}\n{}",
                session * share / 100,
                // Commits every five seconds would keep such a member alive.
                if session > 20_000 {
                    "enable.auto.commit=false\n"
                } else {
                    ""
                }
            )
        )),
        (1_000_u64..10_000, 1_u64..4).prop_map(|(session, parts)| variation(
            "KC-T309",
            format!(
                "session.timeout.ms={session}\nheartbeat.interval.ms={}\n",
                session / parts / 2
            )
        )),
        (6_000_u64..60_000, 0_u64..9_000).prop_map(|(session, more)| variation(
            "KC-V217",
            format!(
                "session.timeout.ms={session}\nheartbeat.interval.ms={}\n",
                session + more
            )
        )),
        (20_000_u64..600_000, 1_u64..100).prop_map(|(interval, more)| variation(
            "KC-T304",
            format!(
                "max.poll.interval.ms={interval}\nsession.timeout.ms={}\n",
                interval + more * 1_000
            )
        )),
        (100_u64..10_000).prop_map(|interval| variation(
            "KC-T308",
            format!("max.poll.interval.ms={interval}\n")
        )),
        (61_u64..1_800).prop_map(|session| variation(
            "KC-T310",
            format!("session.timeout.ms={}\n", session * 1_000)
        )),
        (5_001_u64..15_000).prop_map(|heartbeat| variation(
            "KC-T302",
            format!("heartbeat.interval.ms={heartbeat}\n")
        )),
    ]
}

/// Batches and commits.
fn loads() -> impl Strategy<Value = Variation> {
    let batch = (1_u64..1_000, 20_u64..2_000);
    prop_oneof![
        (batch.clone(), 20_u64..100).prop_map(|((records, ms), share)| variation(
            "KC-T305",
            format!(
                "max.poll.records={records}\nmax.poll.interval.ms={}\n",
                (records * ms * share / 100).max(1)
            )
        )
        .fact("perRecordMs", ms)),
        (20_u64..1_000, 20_u64..2_000, 110_u64..190).prop_map(|(records, ms, share)| variation(
            "KC-T306",
            format!(
                "max.poll.records={records}\nmax.poll.interval.ms={}\n",
                records * ms * share / 100
            )
        )
        .fact("perRecordMs", ms)),
        (61_u64..100_000).prop_map(|seconds| variation(
            "KC-T314",
            format!("auto.commit.interval.ms={}\n", seconds * 1_000)
        )),
        (6_u64..60, 1_u64..10).prop_map(|(session, more)| variation(
            "KC-T315",
            format!(
                "session.timeout.ms={}\nauto.commit.interval.ms={}\n",
                session * 1_000,
                (session + more) * 1_000
            )
        )),
        Just(variation("KC-O605", "group.id=g\n")),
    ]
}

/// Static members.
fn ids() -> impl Strategy<Value = Variation> {
    let id = "[a-z]{1,8}(-[0-9])?";
    prop_oneof![
        (id, 2_u64..9).prop_map(|(id, replicas)| variation(
            "KC-M401",
            format!("group.instance.id={id}\n")
        )
        .fact("replicas", replicas)),
        id.prop_map(|id| variation("KC-M402", format!("group.instance.id={id}\n"))),
        (id, 6_u64..120).prop_map(|(id, session)| variation(
            "KC-M403",
            format!(
                "group.instance.id={id}-${{random.uuid}}\nsession.timeout.ms={}\n",
                session * 1_000
            )
        )),
        (id, 6_u64..60).prop_map(|(id, session)| variation(
            "KC-M404",
            format!(
                "group.instance.id={id}\nsession.timeout.ms={}\n",
                session * 1_000
            )
        )),
        (id, 60_u64..300, 0_u64..60).prop_map(|(id, restart, more)| variation(
            "KC-M404",
            format!(
                "group.instance.id={id}\nsession.timeout.ms={}\n",
                (restart - more.min(restart / 2)) * 1_000
            )
        )
        .fact("restartMs", restart * 1_000)),
        (601_u64..1_800).prop_map(|session| variation(
            "KC-M405",
            format!(
                "group.instance.id=a\nsession.timeout.ms={}\n",
                session * 1_000
            )
        )),
        (2_u64..9)
            .prop_map(|threads| variation("KC-M409", "group.instance.id=a\n")
                .fact("concurrency", threads)),
        (10_u64..100, 1_u64..100).prop_map(|(session, more)| variation(
            "KC-K1005",
            format!(
                "group.instance.id=${{POD}}\nsession.timeout.ms={}\n",
                session * 1_000
            )
        )
        .fact("restartMs", (session + more) * 1_000)),
        (1_u64..6, 1_u64..60).prop_map(|(replicas, session)| variation(
            "KC-K1002",
            format!(
                "group.id=g\nsession.timeout.ms={}\n",
                5_000 + session * 1_000
            )
        )
        .fact("kind", "StatefulSet")
        .fact("replicas", replicas)),
        (30_u64..90, 31_u64..120).prop_map(|(grace, batch)| variation("KC-K1003", "group.id=g\n")
            .fact("kind", "Deployment")
            .fact("terminationGracePeriodSeconds", grace)
            .fact("batchWorkMs", (grace + batch) * 1_000)),
        id.prop_map(|id| variation(
            "KC-K1001",
            format!("group.instance.id={id}-${{POD_NAME}}\n")
        )
        .fact("kind", "Deployment")),
        id.prop_map(
            |id| variation("KC-K1004", format!("group.instance.id={id}\n"))
                .fact("kind", "Deployment")
        ),
    ]
}

/// Assignors and the size of the group.
fn groups() -> impl Strategy<Value = Variation> {
    let list = |names: &[usize]| {
        let names: Vec<_> = names
            .iter()
            .filter_map(|place| KEYS.get(*place).copied())
            .collect();
        format!("partition.assignment.strategy={}\n", names.join(","))
    };
    let eager = prop::sample::subsequence(vec![0, 1, 2], 1..=3);
    prop_oneof![
        eager
            .clone()
            .prop_map(move |names| variation("KC-A501", list(&names))),
        Just(variation("KC-A502", "group.id=g\n")),
        eager
            .clone()
            .prop_map(move |names| variation("KC-A503", list(&[&[3], names.as_slice()].concat()))),
        eager.clone().prop_map(move |names| Variation {
            with: Some(format!("group.id=g\n{}", list(&[3]))),
            ..variation("KC-A504", format!("group.id=g\n{}", list(&names)))
        }),
        eager.prop_map(move |names| Variation {
            with: Some(format!(
                "group.id=g\n{}",
                list(&[&[3], names.as_slice()].concat())
            )),
            ..variation("KC-A505", format!("group.id=g\n{}", list(&[3])))
        }),
        (2_u64..6, 1_u64..4, 2_u64..8).prop_filter_map("uneven", |(topics, each, members)| {
            let partitions = each * members + 1;
            let mean = topics * partitions / members;
            (topics * 5 > mean + 1).then(|| {
                variation(
                    "KC-A506",
                    format!("partition.assignment.strategy={RANGE}\n"),
                )
                .fact("topics", topics)
                .fact("partitions", partitions)
                .fact("members", members)
            })
        }),
        (1_u64..30, 1_u64..30).prop_map(|(partitions, more)| variation("KC-A507", "group.id=g\n")
            .fact("partitions", partitions)
            .fact("members", partitions + more)),
    ]
}

/// Needed times are sums; a sum must not pass the largest number.
#[test]
fn facts_as_large_as_numbers_go_are_taken() {
    let configs = [read(
        "group.id=g\nauto.commit.interval.ms=9223372036854775807\n",
        None,
        None,
    )];
    for key in Facts::KEYS {
        let mut facts = facts_of([("kind", "Deployment"), ("batchWorkMs", "60000")]);
        // Some are no numbers.
        let _ = facts.set(key, &u64::MAX.to_string());
        for finding in lint(&configs, &facts, &Options::default()) {
            shown(&configs, &facts, finding.rule).expect("its finding");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn variations_of_the_values_are_shown(
        variation in prop_oneof![timers(), loads(), ids(), groups()],
        release in prop::sample::select(vec!["java", "java@2.8", "java@3.4", "java@4.0"]),
    ) {
        let mut configs = vec![read(&variation.text, Some(release), None)];
        configs.extend(variation.with.iter().map(|with| read(with, Some(release), None)));
        let facts = facts_of(variation.facts.iter().map(|(name, value)| (*name, value.as_str())));
        let shown = shown(&configs, &facts, variation.rule);
        prop_assert!(matches!(shown, Err(_) | Ok(Some(_))), "{:?} with {}", variation, release);
    }

    #[test]
    fn any_text_is_taken(
        lines in prop::collection::vec(
            (prop::sample::select(vec![
                "session.timeout.ms", "heartbeat.interval.ms", "max.poll.interval.ms", "max.poll.records",
                "auto.commit.interval.ms", "enable.auto.commit", "group.instance.id", "group.protocol",
                "partition.assignment.strategy", "retry.backoff.ms", "group.id",
            ]), prop_oneof![
                Just("2147483647".to_owned()), Just("9223372036854775807".to_owned()), Just("-1".to_owned()),
                Just("0".to_owned()), Just("1".to_owned()), Just("${X}".to_owned()), Just("com.acme.Own".to_owned()),
                (0_u64..3_000_000).prop_map(|ms| ms.to_string()), "\\PC{0,12}",
            ]),
            0..6),
        facts in prop::collection::vec((prop::sample::select(Facts::KEYS.to_vec()), prop_oneof![
            Just(u64::MAX), 0_u64..100, 0_u64..1_000_000]), 0..4),
        client in prop::sample::select(vec!["java@0.9", "java", "librdkafka", "sarama", "streams", "spring-boot"]),
    ) {
        let lines: Vec<String> = lines.iter().map(|(key, value)| format!("{key}={value}")).collect();
        let text = lines.join("\n");
        let configs = [read(&text, Some(client), Some("properties"))];
        let mut given = Facts::default();
        for (key, value) in facts {
            // Some are no numbers.
            let _ = given.set(key, &value.to_string());
        }
        for finding in lint(&configs, &given, &Options::default()) {
            shown(&configs, &given, finding.rule).expect("its finding");
        }
    }
}
