//! Keys of other programs, of other versions and of Kafka's insides, a row each.

use crate::config::catalog::{self, Owner};
use crate::config::{Entry, Family};
use crate::lint::finding::{Edit, Finding};
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

/// Keys of brokers that people take for settings of a topic's durability.
const DURABILITY: [&str; 4] = [
    "replication.factor",
    "default.replication.factor",
    "min.insync.replicas",
    "unclean.leader.election.enable",
];

/// Entries of a plain Java consumer whose keys belong to that owner.
fn owned<'a>(subject: &Subject<'a>, owner: Owner) -> Vec<(&'a str, &'a Entry)> {
    if subject.family() != Family::Java {
        return Vec::new();
    }
    subject
        .consumer_entries()
        .filter(|(name, _)| {
            let durability = DURABILITY.contains(name);
            let whose = if durability {
                Some(Owner::Topic)
            } else {
                catalog::owner(name)
            };
            whose == Some(owner) && catalog::property(name).is_none()
        })
        .collect()
}

/// The part that all of these findings share: the key as the place, and what to do about it.
fn about_key(
    subject: &Subject<'_>,
    rule: &Rule,
    name: &str,
    entry: &Entry,
    message: String,
    why: &str,
) -> Finding {
    let finding = subject
        .finding(rule, entry.key.span, message)
        .why(why)
        .unsafe_fix("Delete it", vec![subject.delete(entry)]);
    match catalog::consumer_key_for(name) {
        Some(property) if subject.config.winner(property.name).is_none() => finding.unsafe_fix(
            format!("Rename it to `{}`", property.name),
            vec![Edit {
                span: entry.key.span,
                text: property.name.to_owned(),
            }],
        ),
        _ => finding,
    }
}

rule!(
    producer, "KC-X104", "producer-only-key", Warn, "ProducerConfig.java (run: accepted, unused)", producer_check,
    what: "The key belongs to producers.",
    why: "A consumer accepts it and never reads it.",
    false_alarm: "One file for producer and consumer, which the program divides.",
    fix: "Move it to the producer's configuration.",
);

fn producer_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    owned(subject, Owner::Producer)
        .into_iter()
        .map(|(name, entry)| {
            let message = format!("`{name}` is a producer's key and does nothing here");
            about_key(
                subject,
                rule,
                name,
                entry,
                message,
                "A consumer logs it as unused.",
            )
        })
        .collect()
}

rule!(
    broker, "KC-X105", "broker-only-key", Warn, "GroupCoordinatorConfig.java and the other configurations of brokers", broker_check,
    what: "The key belongs to brokers.",
    why: "A consumer accepts it and never reads it, so the limit or delay that it names stays what the brokers have.",
    false_alarm: "One file for broker and consumer, as in tests.",
    fix: "Delete it here, and set it on the brokers.",
);

fn broker_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let brokers = owned(subject, Owner::Broker).into_iter();
    let groups = owned(subject, Owner::Group).into_iter();
    brokers
        .chain(groups)
        .map(|(name, entry)| {
            let message = format!("`{name}` is read by brokers only, so nothing changes");
            about_key(
                subject,
                rule,
                name,
                entry,
                message,
                "A consumer logs it as unused.",
            )
        })
        .collect()
}

rule!(
    topic, "KC-X106", "topic-or-durability-key-in-consumer", Info, "TopicConfig.java", topic_check,
    what: "The key belongs to topics.",
    why: "It is set when a topic is made, or on the brokers as a default. A consumer never reads it.",
    false_alarm: "The program makes its topics and reads the key itself.",
    fix: "Set it on the topic (`kafka-configs --entity-type topics`) or on the brokers.",
);

fn topic_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    owned(subject, Owner::Topic)
        .into_iter()
        .map(|(name, entry)| {
            let message = format!("`{name}` is set on topics, not in a consumer");
            about_key(
                subject,
                rule,
                name,
                entry,
                message,
                "A consumer logs it as unused.",
            )
        })
        .collect()
}

rule!(
    old_consumer, "KC-X107", "legacy-0.8-consumer-key", Warn, "The Scala consumer up to 1.1 (run: accepted, unused)", old_consumer_check,
    what: "The key belongs to the consumer of Kafka 0.8, which kept its offsets in ZooKeeper.",
    why: "Today's client accepts it and never reads it. What it was to change keeps its default.",
    false_alarm: "None.",
    fix: "Delete it, or rename it where today's client has the same under another name.",
);

fn old_consumer_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    owned(subject, Owner::OldConsumer)
        .into_iter()
        .map(|(name, entry)| {
            let message = match catalog::consumer_key_for(name) {
                Some(property) => format!(
                    "`{name}` was the old consumer's key; today it is `{}`",
                    property.name
                ),
                None => format!("`{name}` was the old consumer's key; today's has nothing like it"),
            };
            about_key(
                subject,
                rule,
                name,
                entry,
                message,
                "Today's client logs it as unused.",
            )
        })
        .collect()
}

rule!(
    librdkafka, "KC-X108", "librdkafka-key-in-java", Warn, "librdkafka CONFIGURATION.md; ConsumerConfig.java", librdkafka_check,
    what: "The key belongs to librdkafka, on which the clients for C, Python, Go and .NET are built.",
    why: "The Java client accepts it and never reads it.",
    false_alarm: "The text is for one of those clients.",
    fix: "Rename it to Java's key where there is one. User and password go into `sasl.jaas.config`.",
);

fn librdkafka_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    owned(subject, Owner::Librdkafka)
        .into_iter()
        .map(|(name, entry)| {
            let message = match catalog::consumer_key_for(name) {
                Some(property) => format!(
                    "`{name}` is librdkafka's; Java's key is `{}`",
                    property.name
                ),
                None => format!("`{name}` is librdkafka's; the Java client has nothing like it"),
            };
            about_key(
                subject,
                rule,
                name,
                entry,
                message,
                "The Java client logs it as unused.",
            )
        })
        .collect()
}

rule!(
    internal, "KC-X111", "internal-key-set", Warn, "ConsumerConfig.java (internal.leave.group.on.close, gone after 4.1)", internal_check,
    what: "The key begins with `internal.`.",
    why: "Such switches are made for Kafka's own use and may change or go in any release.",
    false_alarm: "None; whoever sets one knows.",
    fix: "Delete it. To leave the group or stay in it on close, 4.1 has `CloseOptions`.",
);

fn internal_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    subject
        .consumer_entries()
        .filter(|(name, _)| name.starts_with("internal."))
        .map(|(name, entry)| {
            let message = format!("`{}` is internal to Kafka", super::quoted(name));
            let why = "It isn't documented, and a release may change or drop it.";
            about_key(subject, rule, name, entry, message, why)
        })
        .collect()
}

rule!(
    outdated, "KC-X112", "removed-or-deprecated-key", Info, "ConsumerConfig.java at each release", outdated_check,
    what: "This client no longer knows the key, or its next major version won't.",
    why: "A key that is gone has no effect. One that is deprecated works, and will stop to.",
    false_alarm: "Older clients share the file.",
    fix: "Delete it, or use what replaced it.",
);

fn outdated_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let version = subject.version();
    subject
        .consumer_entries()
        .filter_map(|(name, entry)| {
            let property = catalog::property(name).filter(|_| !name.starts_with("internal."))?;
            let message = match property.removed {
                Some(removed) if removed <= version => {
                    format!("`{name}` is gone since client {removed}")
                }
                _ if property.deprecated => format!("`{name}` is deprecated"),
                _ => return None,
            };
            Some(about_key(
                subject,
                rule,
                name,
                entry,
                message,
                property.meaning,
            ))
        })
        .collect()
}

rule!(
    too_new, "KC-X114", "key-too-new-for-client", Warn, "ConsumerConfig.java at each release", too_new_check,
    what: "The client is older than the key.",
    why: "A Java client that doesn't know a key accepts it and never reads it, so the setting has no effect until the \
          upgrade.",
    false_alarm: "The file is shared with newer clients.",
    fix: "Upgrade the client, or delete the key.",
);

fn too_new_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let Some(version) = subject.config.client().version else {
        return Vec::new();
    };
    subject
        .consumer_entries()
        .filter_map(|(name, entry)| {
            let property = catalog::property(name)?;
            // Older clients resolve `config.providers` before they look at their own keys.
            if property.since <= version
                || catalog::owner(name) == Some(Owner::Plugin)
                || name == "config.providers"
            {
                return None;
            }
            let message = format!(
                "`{name}` came with client {}; this one, {version}, ignores it",
                property.since
            );
            let why = "A client logs keys that it doesn't know as unused.";
            Some(about_key(subject, rule, name, entry, message, why))
        })
        .collect()
}
