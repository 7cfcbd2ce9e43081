//! Kafka Connect: workers, connectors and the consumers of sinks, a row each.

use super::set_in_vain;
use crate::config::{Config, Entry, Family, KafkaVersion, catalog};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

const OVERRIDE: &str = "consumer.override.";
/// The first release whose workers let connectors override.
const POLICY_ALL: KafkaVersion = KafkaVersion::new(3, 0, 0);

rule!(
    policy, "KC-W1112", "connect-override-policy", Error, "WorkerConfig.java at the releases 2.3 to 3.0; KIP-458, KIP-722", policy_check,
    what: "A connector overrides settings of its consumer, and the worker forbids it.",
    why: "With `connector.client.config.override.policy=None`, the default before 3.0, the worker rejects the connector.",
    false_alarm: "The worker that runs it is another one.",
    fix: "Set the policy to `All` or `Principal` on the workers, or delete the overrides.",
);

/// Whether a worker forbids connectors to override.
fn forbids(worker: &Config) -> bool {
    let policy = worker.entries().iter().rev().find(|entry| {
        entry
            .key
            .text
            .ends_with("connector.client.config.override.policy")
    });
    match policy {
        Some(entry) => entry.value.text.trim().eq_ignore_ascii_case("none"),
        None => worker
            .client()
            .version
            .is_some_and(|version| version < POLICY_ALL),
    }
}

fn policy_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let overrides = |entry: &&Entry| entry.key.text.contains(OVERRIDE);
    let entry = subject.config.entries().iter().find(overrides)?;
    let mut all = subject.configs.iter();
    let worker = all.any(|other| other.client().family == Family::ConnectWorker && forbids(other));
    let old = subject.family() == Family::Connector && forbids(subject.config);
    (worker || old).then(|| {
        subject.finding(rule, entry.key.span, "the worker lets no connector override its client's settings".to_owned()).why(
            "It rejects the connector: `connector.client.config.override.policy` is None, which is the default before 3.0.",
        )
    })
}

rule!(
    bare_key, "KC-W1113", "connect-bare-consumer-key", Warn, "Worker.java (configuration of a sink's consumer)", bare_key_check,
    what: "A connector has a consumer's key without `consumer.override.`.",
    why: "Without the prefix the key goes to the connector's class and never to the consumer.",
    false_alarm: "The connector's class has a setting of that name.",
    fix: "Put `consumer.override.` before it.",
);

fn bare_key_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let one = |entry: &Entry| {
        let key = entry.key.text.as_str();
        let name = key.rsplit_once("config.").map_or(key, |(_, name)| name);
        if subject.family() != Family::Connector
            || catalog::property(name).is_none()
            || catalog::is_shared(name)
        {
            return None;
        }
        let message = format!("`{name}` goes to the connector's class, not to its consumer");
        let why = format!("The consumer reads `{OVERRIDE}{name}`.");
        Some(subject.finding(rule, entry.key.span, message).why(why))
    };
    subject.config.entries().iter().filter_map(one).collect()
}

rule!(
    worker_group, "KC-W1114", "connect-worker-bare-group-keys", Info, "DistributedConfig.java", worker_group_check,
    what: "A worker sets `session.timeout.ms` or `heartbeat.interval.ms` without a prefix.",
    why: "Those are for the group that the workers form among themselves. The consumers of sinks don't see them.",
    false_alarm: "The workers' group is meant.",
    fix: "For the consumers of sinks write `consumer.session.timeout.ms`.",
);

/// What a worker sets for the group that the workers form among themselves.
pub(in crate::lint::rules) fn workers_own<'a>(
    subject: &Subject<'a>,
    key: &str,
) -> Option<&'a Entry> {
    let is = |entry: &&Entry| {
        let name = entry.key.text.rsplit_once("config.");
        let variable = entry.key.text.strip_prefix("CONNECT_");
        name.map_or(entry.key.text.as_str(), |(_, name)| name) == key
            || variable.is_some_and(|name| name.to_lowercase().replace('_', ".") == key)
    };
    if subject.family() != Family::ConnectWorker {
        return None;
    }
    let mut entries = subject.config.entries().iter().rev();
    entries.find(is)
}

fn worker_group_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let one = |key: &&str| {
        let entry = workers_own(subject, key)?;
        let message = format!("`{key}` is for the workers' own group");
        let why = format!("Consumers of sinks read `consumer.{key}`.");
        Some(subject.at(rule, entry, message, why))
    };
    ["session.timeout.ms", "heartbeat.interval.ms"]
        .iter()
        .filter_map(one)
        .collect()
}

/// Whether the consumer is that of a sink.
fn of_sink(subject: &Subject<'_>) -> bool {
    matches!(subject.family(), Family::ConnectWorker | Family::Connector)
}

rule!(
    auto_commit, "KC-W1115", "connect-sink-auto-commit", Warn, "WorkerSinkTask.java; Worker.java", auto_commit_check,
    what: "The consumer of a sink is to commit by itself.",
    why: "Connect commits after the sink has flushed. The consumer's own commits come before, so a crash loses what was \
          not flushed yet.",
    false_alarm: "None.",
    fix: "Delete it.",
);

fn auto_commit_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (on, value) = subject.flag("enable.auto.commit")?;
    let entry = value.entry()?;
    (on && of_sink(subject)).then(|| {
        subject
            .at(
                rule,
                entry,
                "the consumer commits before the sink has flushed",
                "Connect commits by itself, after each flush.",
            )
            .unsafe_fix("Delete it", vec![subject.delete(entry)])
    })
}

rule!(
    group_id, "KC-W1116", "connect-group-id-override", Info, "SinkUtils.java (connect-NAME)", |subject, rule| {
        let keys: &[&str] = if of_sink(subject) { &["group.id"] } else { &[] };
        set_in_vain(subject, rule, keys, "isn't the `connect-NAME` that tools look for", "A sink's group is named after its connector unless this says otherwise.")
    },
    what: "A sink gets another group than the one named after its connector.",
    why: "The group of a sink is `connect-` and the connector's name. Tools that show or reset its offsets look there.",
    false_alarm: "Two connectors are to share a group, or offsets are taken over.",
    fix: "Delete it.",
);
