//! The group that a configuration makes, as a scenario: its releases, its values, its members.

use super::Plan;
use crate::assign::AssignorName;
use crate::config::{Effective, KafkaVersion, Value};
use crate::lint::facts::Facts;
use crate::lint::subject::Subject;
use crate::sim::scenario::{
    Action, ActionKind, Application, FORMAT_VERSION, Member, Properties, Release, Releases,
    Scenario, Timing, Topic,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// By then a group that started at 0 has settled, and records have begun to come.
pub(super) const SETTLED_MS: u64 = 10_000;
/// The member to which things happen.
pub(super) const FIRST: &str = "c1";
/// The topic that stands for all.
pub(super) const TOPIC: &str = "orders";
pub(super) const STRATEGY: &str = "partition.assignment.strategy";
pub(super) const INSTANCE_ID: &str = "group.instance.id";
pub(super) const SESSION: &str = "session.timeout.ms";
pub(super) const HEARTBEAT: &str = "heartbeat.interval.ms";
pub(super) const INTERVAL: &str = "max.poll.interval.ms";
pub(super) const AUTO_COMMIT: &str = "enable.auto.commit";
const MIN_SESSION: &str = "group.min.session.timeout.ms";
const MAX_SESSION: &str = "group.max.session.timeout.ms";
pub(super) const COOPERATIVE: &str = "org.apache.kafka.clients.consumer.CooperativeStickyAssignor";

/// What the simulator reads of a consumer's configuration, but for the ids of its members.
const PLAYED: [&str; 13] = [
    STRATEGY,
    SESSION,
    HEARTBEAT,
    INTERVAL,
    AUTO_COMMIT,
    "auto.commit.interval.ms",
    "auto.offset.reset",
    "max.poll.records",
    "fetch.max.wait.ms",
    "request.timeout.ms",
    "default.api.timeout.ms",
    "retry.backoff.ms",
    "retry.backoff.max.ms",
];
/// More members than these make a picture that nobody reads.
const MOST_MEMBERS: usize = 12;
const MOST_PARTITIONS: u64 = 60;
const MOST_TOPICS: u64 = 5;

/// How many members the group has by the facts.
pub(super) fn members(subject: &Subject<'_>) -> Option<usize> {
    let facts = &subject.facts;
    let instances = facts
        .replicas
        .map(|replicas| replicas.saturating_mul(facts.concurrency.unwrap_or(1)));
    let members = facts.members.or(instances)?;
    usize::try_from(members).ok()
}

/// How many members are played: those of the facts or three, two at least, a dozen at most.
pub(super) fn played_members(subject: &Subject<'_>) -> usize {
    members(subject).unwrap_or(3).clamp(2, MOST_MEMBERS)
}

/// How many partitions are played in each topic.
pub(super) fn partitions(subject: &Subject<'_>) -> u64 {
    let partitions = subject.facts.partitions.unwrap_or(6);
    partitions.clamp(1, MOST_PARTITIONS)
}

/// Says what the simulation leaves out, or does in place of what it can't play.
pub(super) fn add_caveats(subject: &Subject<'_>, plan: &mut Plan) {
    let said = &mut plan.says;
    if subject.family().is_foreign() {
        said.push_str(" Java clients with these values are played.");
    }
    let played = plan.scenario.members.len();
    if let Some(members) = members(subject).filter(|members| *members > played) {
        // Writing into a text doesn't fail.
        let _ = write!(
            said,
            " Of the group's {members} members {played} are played."
        );
    }
    let topics = &plan.scenario.topics;
    let played = topics
        .iter()
        .map(|topic| u64::from(topic.partitions))
        .sum::<u64>();
    let facts = &subject.facts;
    let partitions = facts
        .partitions
        .map(|each| each.saturating_mul(facts.topics.unwrap_or(1)));
    if let Some(partitions) = partitions.filter(|partitions| *partitions > played) {
        let _ = write!(said, " Of {partitions} partitions {played} are played.");
    }
    let strategy = subject.value(STRATEGY);
    if strategy.is_some_and(|value| value.is_set() && assignors(&value).is_none()) {
        said.push_str(" An assignor of one's own can't be played; the default list stands in.");
    }
}

/// Where nobody said which sessions the brokers allow, they allow those of the plan.
pub(super) fn allow_sessions(facts: &Facts, plan: &mut Plan) {
    let scenarios = || [&plan.scenario, &plan.fixed].into_iter();
    let configs = scenarios().flat_map(|scenario| {
        let members = scenario.members.iter().map(|member| &member.config);
        let actions = scenario
            .actions
            .iter()
            .filter_map(|action| action.kind.config());
        members.chain(actions).chain([&scenario.config])
    });
    let sessions = configs.filter_map(|config| config.get(SESSION)?.parse::<u64>().ok());
    let sessions: Vec<u64> = sessions.collect();
    let (Some(&least), Some(&most)) = (sessions.iter().min(), sessions.iter().max()) else {
        return;
    };
    let mut limits = Properties::new();
    if facts.group_min_session_timeout_ms.is_none() && least < 6_000 {
        limits.insert(MIN_SESSION.to_owned(), least.to_string());
    }
    if facts.group_max_session_timeout_ms.is_none() && most > 1_800_000 {
        limits.insert(MAX_SESSION.to_owned(), most.to_string());
    }
    if !limits.is_empty() {
        plan.says
            .push_str(" The brokers are taken to allow such a session.");
        plan.scenario.broker.extend(limits.clone());
        plan.fixed.broker.extend(limits);
    }
}

/// The list of assignors as the simulator reads it, if it knows them all.
fn assignors(value: &Effective<'_>) -> Option<String> {
    match &value.value {
        Some(Value::List(names)) if !names.is_empty() => {
            let known = |name: &String| AssignorName::from_class_name(name).is_some();
            names.iter().all(known).then(|| names.join(","))
        }
        _ => None,
    }
}

fn release(version: KafkaVersion) -> Release {
    Release::new(version.major, version.minor, version.patch)
}

/// The values of a configuration that the simulator reads, where they aren't the newest defaults.
pub(super) fn config(subject: &Subject<'_>) -> Properties {
    let one = |name: &&str| {
        let value = subject.value(name)?;
        let text = match *name {
            STRATEGY => assignors(&value)?,
            _ => value.value.as_ref()?.text().into_owned(),
        };
        let newest = value.property.default_text(KafkaVersion::NEWEST);
        // Of those that Kafka takes as 64 bits, the simulator takes 32.
        let fits = text
            .parse::<i64>()
            .map_or(true, |number| number <= i64::from(i32::MAX));
        let counts = value.is_set() || newest != Some(text.as_str());
        (counts && fits).then(|| ((*name).to_owned(), text))
    };
    PLAYED.iter().filter_map(one).collect()
}

/// A group that starts at 0 and runs until then, with `over` on top of its configuration.
pub(super) fn scenario(
    subject: &Subject<'_>,
    over: &Properties,
    members: usize,
    until_ms: u64,
) -> Scenario {
    let mut config = config(subject);
    config.extend(over.clone());
    // Ids are each member's own.
    let instance = config.remove(INSTANCE_ID).map_or_else(
        || instance_id(subject),
        |id| Some(id).filter(|id| !id.is_empty()),
    );
    let facts = &subject.facts;
    let partitions = u32::try_from(partitions(subject)).unwrap_or(1);
    let mut broker = Properties::new();
    for (name, limit) in [
        (MIN_SESSION, facts.group_min_session_timeout_ms),
        (MAX_SESSION, facts.group_max_session_timeout_ms),
    ] {
        broker.extend(limit.map(|limit| (name.to_owned(), limit.to_string())));
    }
    let mut scenario = Scenario {
        version: FORMAT_VERSION,
        title: String::new(),
        about: String::new(),
        kafka: Releases {
            broker: release(facts.broker.unwrap_or(KafkaVersion::NEWEST)),
            client: release(subject.version()),
        },
        broker,
        timing: Timing::default(),
        application: Application::default(),
        topics: topics(facts.topics.unwrap_or(1).clamp(1, MOST_TOPICS), partitions),
        config,
        members: Vec::new(),
        member_ids: BTreeMap::new(),
        actions: Vec::new(),
        until_ms,
        seed: 0,
    };
    for place in 0..members {
        let name = add(&mut scenario, instance.as_deref(), Properties::new());
        at(&mut scenario, 100 * place as u64, ActionKind::start(name));
    }
    scenario
}

/// So many topics with so many partitions each.
pub(super) fn topics(count: u64, partitions: u32) -> Vec<Topic> {
    let topic = |number| match number {
        1 => Topic::new(TOPIC, partitions),
        number => Topic::new(format!("{TOPIC}-{number}"), partitions),
    };
    (1..=count).map(topic).collect()
}

/// Adds a member with values of its own, and an instance id made of this one; gives its name.
pub(super) fn add(
    scenario: &mut Scenario,
    instance: Option<&str>,
    mut config: Properties,
) -> String {
    let number = scenario.members.len() + 1;
    if let Some(id) = instance {
        config.insert(INSTANCE_ID.to_owned(), filled(id, number));
    }
    let mut member = Member::new(format!("c{number}"));
    member.config = config;
    let name = member.name.clone();
    scenario.members.push(member);
    name
}

/// Adds an action in its place.
pub(super) fn at(scenario: &mut Scenario, at_ms: u64, kind: ActionKind) {
    let place = scenario
        .actions
        .partition_point(|action| action.at_ms <= at_ms);
    scenario.actions.insert(place, Action { at_ms, kind });
}

/// Records come to every partition from a time on until the run ends.
pub(super) fn produce(scenario: &mut Scenario, from_ms: u64, per_second: u64) {
    let seconds = scenario.until_ms.saturating_sub(from_ms) / 1_000;
    let topics: Vec<_> = scenario
        .topics
        .iter()
        .map(|topic| topic.name.clone())
        .collect();
    for topic in topics {
        let kind = ActionKind::Produce {
            topic,
            partition: None,
            per_second,
            seconds,
        };
        at(scenario, from_ms, kind);
    }
}

/// The instance id as it is written, if the members are static.
pub(super) fn instance_id(subject: &Subject<'_>) -> Option<String> {
    let id = subject
        .value(INSTANCE_ID)
        .filter(Effective::is_set_non_blank)?;
    Some(id.entry()?.value.text.trim().to_owned())
}

/// An instance id as far as it is literal, with a member's number behind it.
pub(super) fn filled(id: &str, number: usize) -> String {
    let plain = |char: &char| char.is_ascii_alphanumeric() || "._-".contains(*char);
    let literal: String = id.chars().take_while(plain).take(64).collect();
    match literal.trim_end_matches(['-', '.', '_']) {
        "" => format!("member-{number}"),
        literal => format!("{literal}-{number}"),
    }
}

/// A length of time in words, to the millisecond.
pub(super) fn length(ms: u64) -> String {
    match ms {
        _ if ms >= 60_000 && ms.is_multiple_of(60_000) => format!("{} min", ms / 60_000),
        _ if ms >= 1_000 && ms.is_multiple_of(1_000) => format!("{} s", ms / 1_000),
        _ if ms >= 1_000 && ms.is_multiple_of(100) => {
            format!("{}.{} s", ms / 1_000, ms % 1_000 / 100)
        }
        _ => format!("{ms} ms"),
    }
}

/// The roundest length of time within these, and short among them.
pub(super) fn round_between(least_ms: u64, most_ms: u64) -> Option<u64> {
    let most_ms = most_ms.min(least_ms.saturating_add(least_ms / 4).saturating_add(1_000));
    let units = [60_000, 10_000, 5_000, 1_000, 500, 100, 50, 10, 5, 1];
    let mut rounded = units
        .iter()
        .filter_map(|unit| least_ms.div_ceil(*unit).checked_mul(*unit));
    rounded.find(|ms| (least_ms..=most_ms).contains(ms))
}

/// A whole number of milliseconds.
pub(super) fn ms(subject: &Subject<'_>, name: &str) -> Option<u64> {
    u64::try_from(subject.integer(name)?.0).ok()
}
