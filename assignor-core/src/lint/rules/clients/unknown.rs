//! Keys that a client refuses, a row each.

use crate::config::{Entry, Family, KafkaVersion, dialect};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

/// The first librdkafka that knows `max.poll.records`.
const HAS_MAX_POLL_RECORDS: KafkaVersion = KafkaVersion::new(2, 15, 0);

/// Keys of Java's that librdkafka refuses, and what to use there.
const OF_JAVA: [(&str, &str); 13] = [
    ("key.deserializer", "deserialize in the program"),
    ("value.deserializer", "deserialize in the program"),
    (
        "sasl.jaas.config",
        "use `sasl.username` and `sasl.password`",
    ),
    (
        "ssl.truststore.location",
        "use `ssl.ca.location` with a PEM file",
    ),
    (
        "ssl.truststore.password",
        "use `ssl.ca.location` with a PEM file",
    ),
    (
        "ssl.truststore.type",
        "use `ssl.ca.location` with a PEM file",
    ),
    ("default.api.timeout.ms", "calls take their own timeouts"),
    ("interceptor.classes", "it has no interceptors of Java's"),
    ("fetch.max.wait.ms", "use `fetch.wait.max.ms`"),
    ("exclude.internal.topics", "use `topic.blacklist`"),
    ("metric.reporters", "use `statistics.interval.ms`"),
    ("security.providers", "it has none"),
    ("ssl.keystore.type", "it reads PKCS#12"),
];

rule!(
    java_key, "KC-X109", "java-key-in-librdkafka", Error, "librdkafka CONFIGURATION.md; rdkafka_conf.c", java_key_check,
    what: "A key of the Java client is given to librdkafka.",
    why: "The client refuses keys that it doesn't know, and names the replacement for JAAS and Java's trust stores.",
    false_alarm: "The program takes the key out before it makes the client.",
    fix: "Translate it: `sasl.username` and `sasl.password` for JAAS, `ssl.ca.location` for a trust store, \
          `fetch.wait.max.ms` for `fetch.max.wait.ms`. Delete the others.",
);

fn java_key_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if subject.family() != Family::Librdkafka {
        return Vec::new();
    }
    let one = |entry: &Entry| {
        let (key, instead) = OF_JAVA.iter().find(|(key, _)| *key == entry.key.text)?;
        let message = format!("librdkafka has no `{key}`: {instead}");
        Some(
            subject
                .finding(rule, entry.key.span, message)
                .why("The client isn't made: \"No such configuration property\"."),
        )
    };
    subject.config.entries().iter().filter_map(one).collect()
}

/// The client's key that is nearest to what is written.
fn nearest(family: Family, written: &str) -> Option<&'static str> {
    let most = (written.len() / 6).max(2);
    let distance = |key: &'static str| (strsim::osa_distance(key, written), key);
    let best = dialect::keys(family).map(distance).min()?;
    (best.0 <= most).then_some(best.1)
}

/// What to write instead, as the end of a message.
pub(super) fn did_you_mean(family: Family, written: &str) -> String {
    nearest(family, written).map_or_else(String::new, |key| {
        let key = key.rsplit_once("consumer.").map_or(key, |(_, key)| key);
        format!("; is `{key}` meant?")
    })
}

rule!(
    unknown, "KC-X103", "unknown-property-hard", Error, "librdkafka rdkafka_conf.c; kafka-python consumer/group.py", unknown_check,
    what: "The client doesn't know the key.",
    why: "Both librdkafka and kafka-python refuse unknown keys when the client is made. Java's client only logs them.",
    false_alarm: "A newer release than the advisor knows has it.",
    fix: "Correct the name, or delete it.",
);

fn unknown_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let family = subject.family();
    let hard = matches!(family, Family::Librdkafka | Family::KafkaPython);
    if !hard || !subject.config.format().is_program() {
        return Vec::new();
    }
    let old = subject
        .config
        .client()
        .version
        .is_some_and(|version| version < HAS_MAX_POLL_RECORDS);
    let one = |entry: &Entry| {
        let key = entry.key.text.as_str();
        let too_new = old && family == Family::Librdkafka && key == "max.poll.records";
        let dotted = key.contains('.') == (family == Family::Librdkafka);
        let javas = OF_JAVA.iter().any(|(own, _)| *own == key) && family == Family::Librdkafka;
        let known = dialect::key(family, key).is_some() || key.contains("kafkaJS.");
        if javas || !dotted || known && !too_new {
            return None;
        }
        let meant = if too_new {
            String::new()
        } else {
            did_you_mean(family, key)
        };
        let message = format!(
            "{} has no `{}`{meant}",
            family.title(),
            crate::config::secrets::plain(key)
        );
        Some(
            subject
                .finding(rule, entry.key.span, message)
                .why("It refuses keys that it doesn't know, so the client isn't made."),
        )
    };
    subject.config.entries().iter().filter_map(one).collect()
}

rule!(
    max_poll_records, "KC-L1204", "librdkafka-max-poll-records", Error, "librdkafka CONFIGURATION.md at its releases", max_poll_records_check,
    what: "`max.poll.records` is given to librdkafka.",
    why: "Releases before 2.15 refuse it as unknown. Since then it is there for share consumers and does nothing for \
          others.",
    false_alarm: "A share consumer on 2.15 or newer.",
    fix: "Ask `consume` for fewer messages (`num_messages`), or lower `queued.min.messages`.",
);

fn max_poll_records_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    use crate::lint::finding::Severity;
    let value = subject.value("max.poll.records")?;
    let entry = value
        .entry()
        .filter(|_| subject.family() == Family::Librdkafka)?;
    let known = subject
        .config
        .client()
        .version
        .is_some_and(|version| version >= HAS_MAX_POLL_RECORDS);
    let (message, severity) = if known {
        (
            "`max.poll.records` does nothing but for share consumers",
            Severity::Warn,
        )
    } else {
        (
            "librdkafka before 2.15 has no `max.poll.records`",
            Severity::Error,
        )
    };
    Some(
        subject
            .finding(rule, entry.key.span, message.to_owned())
            .why("How many messages a call gets is its own argument.")
            .severity(severity),
    )
}
