//! Keys of other programs, of other versions and of Kafka's insides, a row each.

use crate::config::Family;
use crate::config::catalog::{self, Owner};
use crate::lint::finding::{Edit, Finding};
use crate::lint::rules::Rule;
use crate::lint::rules::keys::quoted;
use crate::lint::subject::{Key, Subject};

/// Keys of brokers that people take for settings of a topic's durability.
const DURABILITY: [&str; 4] = [
    "replication.factor",
    "default.replication.factor",
    "min.insync.replicas",
    "unclean.leader.election.enable",
];

/// What is said about keys of an owner.
struct Words {
    /// Behind the key, before the consumer's own key for the same.
    known: Option<&'static str>,
    /// Behind the key, where the consumer has nothing like it.
    other: &'static str,
    why: &'static str,
}

const UNUSED: &str = "A consumer logs it as unused.";

/// A finding for each key of a plain Java consumer that belongs to these owners.
fn owned_by(subject: &Subject<'_>, rule: &Rule, owners: &[Owner], words: &Words) -> Vec<Finding> {
    if !matches!(subject.family(), Family::Java | Family::Librdkafka) {
        return Vec::new();
    }
    per_key(subject, rule, |key| {
        let name = key.name;
        let whose = if DURABILITY.contains(&name) {
            Some(Owner::Topic)
        } else {
            key.owner
        };
        if !owners.contains(&whose?) || key.property.is_some() {
            return None;
        }
        let says = match (words.known, catalog::consumer_key_for(name)) {
            (Some(known), Some(property)) => format!("{known} `{}`", property.name),
            _ => words.other.to_owned(),
        };
        Some((format!("`{name}` {says}"), words.why))
    })
}

/// A finding for each key about which there is something to say (the message and why it matters):
/// the key is the place, and deleting or renaming it the way out.
fn per_key<'w>(
    subject: &Subject<'_>,
    rule: &Rule,
    says: impl Fn(&Key<'_>) -> Option<(String, &'w str)>,
) -> Vec<Finding> {
    let one = |key: &Key<'_>| {
        let (message, why) = says(key)?;
        let entry = key.entry;
        let finding = subject
            .finding(rule, entry.key.span, message)
            .why(why)
            .unsafe_fix("Delete it", vec![subject.delete(entry)]);
        Some(match catalog::consumer_key_for(key.name) {
            Some(property) if subject.config.winner(property.name).is_none() => finding.unsafe_fix(
                format!("Rename it to `{}`", property.name),
                vec![Edit {
                    span: entry.key.span,
                    text: property.name.to_owned(),
                }],
            ),
            _ => finding,
        })
    };
    if subject.family() == Family::Librdkafka {
        // It knows producers' keys itself, so that they are bound to no property of the consumer.
        let entries = subject.config.entries().iter();
        let keys = entries.map(|entry| Key::of(&entry.key.text, entry));
        return keys.filter_map(|key| one(&key)).collect();
    }
    subject.keys().iter().filter_map(one).collect()
}

rule!(
    producer, "KC-X104", "producer-only-key", Warn, "ProducerConfig.java (run: accepted, unused)", |subject, rule| owned_by(subject, rule, &[Owner::Producer], &Words {
        known: None,
        other: "is a producer's key and does nothing here",
        why: UNUSED,
    }),
    what: "The key belongs to producers.",
    why: "A consumer accepts it and never reads it.",
    false_alarm: "One file for producer and consumer, which the program divides.",
    fix: "Move it to the producer's configuration.",
);

rule!(
    broker, "KC-X105", "broker-only-key", Warn, "GroupCoordinatorConfig.java and the other configurations of brokers", |subject, rule| owned_by(subject, rule, &[Owner::Broker, Owner::Group], &Words {
        known: None,
        other: "is read by brokers only, so nothing changes",
        why: UNUSED,
    }),
    what: "The key belongs to brokers.",
    why: "A consumer accepts it and never reads it, so the limit or delay that it names stays what the brokers have.",
    false_alarm: "One file for broker and consumer, as in tests.",
    fix: "Delete it here, and set it on the brokers.",
);

rule!(
    topic, "KC-X106", "topic-or-durability-key-in-consumer", Info, "TopicConfig.java", |subject, rule| owned_by(subject, rule, &[Owner::Topic], &Words {
        known: None,
        other: "is set on topics, not in a consumer",
        why: UNUSED,
    }),
    what: "The key belongs to topics.",
    why: "It is set when a topic is made, or on the brokers as a default. A consumer never reads it.",
    false_alarm: "The program makes its topics and reads the key itself.",
    fix: "Set it on the topic (`kafka-configs --entity-type topics`) or on the brokers.",
);

rule!(
    old_consumer, "KC-X107", "legacy-0.8-consumer-key", Warn, "The Scala consumer up to 1.1 (run: accepted, unused)", |subject, rule| owned_by(subject, rule, &[Owner::OldConsumer], &Words {
        known: Some("was the old consumer's key; today it is"),
        other: "was the old consumer's key; today's has nothing like it",
        why: "Today's client logs it as unused.",
    }),
    what: "The key belongs to the consumer of Kafka 0.8, which kept its offsets in ZooKeeper.",
    why: "Today's client accepts it and never reads it. What it was to change keeps its default.",
    false_alarm: "None.",
    fix: "Delete it, or rename it where today's client has the same under another name.",
);

rule!(
    librdkafka, "KC-X108", "librdkafka-key-in-java", Warn, "librdkafka CONFIGURATION.md; ConsumerConfig.java", |subject, rule| owned_by(subject, rule, &[Owner::Librdkafka], &Words {
        known: Some("is librdkafka's; Java's key is"),
        other: "is librdkafka's; the Java client has nothing like it",
        why: "The Java client logs it as unused.",
    }),
    what: "The key belongs to librdkafka, on which the clients for C, Python, Go and .NET are built.",
    why: "The Java client accepts it and never reads it.",
    false_alarm: "The text is for one of those clients.",
    fix: "Rename it to Java's key where there is one. User and password go into `sasl.jaas.config`.",
);

rule!(
    internal, "KC-X111", "internal-key-set", Warn, "ConsumerConfig.java (internal.leave.group.on.close, gone after 4.1)", |subject, rule| per_key(subject, rule, |key| {
        key.name.starts_with("internal.").then(|| {
            let message = format!("`{}` is internal to Kafka", quoted(key.name));
            (message, "It isn't documented, and a release may change or drop it.")
        })
    }),
    what: "The key begins with `internal.`.",
    why: "Such switches are made for Kafka's own use and may change or go in any release.",
    false_alarm: "None; whoever sets one knows.",
    fix: "Delete it. To leave the group or stay in it on close, 4.1 has `CloseOptions`.",
);

rule!(
    outdated, "KC-X112", "removed-or-deprecated-key", Info, "ConsumerConfig.java at each release", outdated_check,
    what: "This client no longer knows the key, or its next major version won't.",
    why: "A key that is gone has no effect. One that is deprecated works, and will stop to.",
    false_alarm: "Older clients share the file.",
    fix: "Delete it, or use what replaced it.",
);

fn outdated_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let version = subject.version();
    per_key(subject, rule, |key| {
        let name = key.name;
        let property = key.property.filter(|_| !name.starts_with("internal."))?;
        let message = match property.removed {
            Some(removed) if removed <= version => {
                format!("`{name}` is gone since client {removed}")
            }
            _ if property.deprecated => format!("`{name}` is deprecated"),
            _ => return None,
        };
        Some((message, property.meaning))
    })
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
    per_key(subject, rule, |key| {
        let (name, property) = (key.name, key.property?);
        // Older clients resolve `config.providers` before they look at their own keys.
        let read = key.owner == Some(Owner::Plugin) || name == "config.providers";
        if property.since <= version || read {
            return None;
        }
        let message = format!(
            "`{name}` came with client {}; this one, {version}, ignores it",
            property.since
        );
        Some((
            message,
            "A client logs keys that it doesn't know as unused.",
        ))
    })
}
