//! Spring Boot's names for consumer properties, and its values.
//!
//! Source of truth: `KafkaProperties` of Spring Boot 3: relaxed binding (case, `-` and `_` don't
//! count), durations with units, sizes with units, enums in kebab case. Beneath all of it a map
//! `properties` passes Kafka's own names on, and beats the names that Boot has.

use std::collections::BTreeSet;

use super::catalog;
use super::document::{Entry, Token, TokenKind};
use super::scopes::{OWNERS_OF_A_DOCUMENT, PROFILE};

/// What Boot does to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Plain,
    /// A duration; a bare number is in milliseconds. Kafka gets milliseconds.
    Duration,
    /// A size; a bare number is in bytes. Kafka gets bytes.
    Size,
    /// Kafka gets lower case with `_`.
    Enum,
}

/// Boot's names below `spring.kafka.consumer.`, without separators, and Kafka's.
const CONSUMER: [(&str, &str, Kind); 22] = [
    (
        "autocommitinterval",
        "auto.commit.interval.ms",
        Kind::Duration,
    ),
    ("autooffsetreset", "auto.offset.reset", Kind::Plain),
    ("bootstrapservers", "bootstrap.servers", Kind::Plain),
    ("clientid", "client.id", Kind::Plain),
    ("enableautocommit", "enable.auto.commit", Kind::Plain),
    ("fetchmaxwait", "fetch.max.wait.ms", Kind::Duration),
    ("fetchminsize", "fetch.min.bytes", Kind::Size),
    ("groupid", "group.id", Kind::Plain),
    ("heartbeatinterval", "heartbeat.interval.ms", Kind::Duration),
    ("isolationlevel", "isolation.level", Kind::Enum),
    ("keydeserializer", "key.deserializer", Kind::Plain),
    ("valuedeserializer", "value.deserializer", Kind::Plain),
    ("maxpollrecords", "max.poll.records", Kind::Plain),
    ("maxpollinterval", "max.poll.interval.ms", Kind::Duration),
    ("securityprotocol", "security.protocol", Kind::Plain),
    ("sslkeypassword", "ssl.key.password", Kind::Plain),
    ("sslkeystorelocation", "ssl.keystore.location", Kind::Plain),
    ("sslkeystorepassword", "ssl.keystore.password", Kind::Plain),
    ("sslkeystoretype", "ssl.keystore.type", Kind::Plain),
    (
        "ssltruststorelocation",
        "ssl.truststore.location",
        Kind::Plain,
    ),
    (
        "ssltruststorepassword",
        "ssl.truststore.password",
        Kind::Plain,
    ),
    ("ssltruststoretype", "ssl.truststore.type", Kind::Plain),
];

/// Those that exist directly below `spring.kafka.` too, for all clients.
const COMMON: [&str; 10] = [
    "bootstrapservers",
    "clientid",
    "securityprotocol",
    "sslkeypassword",
    "sslkeystorelocation",
    "sslkeystorepassword",
    "sslkeystoretype",
    "ssltruststorelocation",
    "ssltruststorepassword",
    "ssltruststoretype",
];

/// The property that a key sets and its precedence, higher beating lower.
pub(super) fn property(key: &str) -> Option<(&str, u8)> {
    for (prefix, rank) in [
        ("spring.kafka.consumer.properties", 3),
        ("spring.kafka.properties", 1),
    ] {
        let Some(rest) = strip_ignoring_case(key, prefix) else {
            continue;
        };
        let bracketed = rest
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        if let Some(name) = bracketed.or_else(|| rest.strip_prefix('.')) {
            let name = name.trim_start_matches('[').trim_end_matches(']');
            return Some((name, rank));
        }
    }
    // Spring Cloud Stream, for all bindings and for one.
    if let Some(rest) = key.strip_prefix("spring.cloud.stream.kafka.") {
        let all = rest.strip_prefix("binder.consumer-properties.");
        let found = all.or_else(|| {
            rest.split_once(".consumer.configuration.")
                .map(|(_, name)| name)
        });
        return found.map(|name| (name, 1));
    }
    for (prefix, rank) in [
        ("SPRING_KAFKA_CONSUMER_PROPERTIES_", 3),
        ("SPRING_KAFKA_PROPERTIES_", 1),
    ] {
        if let Some(rest) = key.strip_prefix(prefix) {
            let name = rest.to_ascii_lowercase().replace('_', ".");
            return catalog::property(&name).map(|property| (property.name, rank));
        }
    }
    let (name, rank) = typed(key)?;
    Some((name.1, rank))
}

/// Whether a key is one of Boot's for Kafka.
pub(super) fn is_key(key: &str) -> bool {
    let key = key.strip_prefix(PROFILE).unwrap_or(key);
    is_of_kafka(key) || key.starts_with("spring.cloud.stream.kafka.")
}

/// Whether a key begins with `spring.kafka`, in any spelling.
fn is_of_kafka(key: &str) -> bool {
    let mut letters = letters(key);
    "springkafka"
        .chars()
        .all(|char| letters.next() == Some(char))
}

/// Whether a key stands below `spring.kafka.consumer.` and Boot has no such name.
pub(crate) fn is_unknown(key: &str) -> bool {
    const OTHERS: [&str; 5] = [
        "sslbundle",
        "sslkeystorecertificatechain",
        "sslkeystorekey",
        "sslprotocol",
        "ssltruststorecertificates",
    ];
    if !is_of_kafka(key) {
        return false;
    }
    let folded = folded(key);
    let below = folded.strip_prefix("springkafkaconsumer");
    below.is_some_and(|name| {
        !name.starts_with("properties") && !OTHERS.contains(&name) && typed(key).is_none()
    })
}

/// One of Boot's own names, in any spelling.
fn typed(key: &str) -> Option<(&'static (&'static str, &'static str, Kind), u8)> {
    if !is_of_kafka(key) {
        return None;
    }
    let folded = folded(key);
    let rest = folded.strip_prefix("springkafka")?;
    let find = |name: &str| CONSUMER.iter().find(|known| known.0 == name);
    match rest.strip_prefix("consumer") {
        Some(name) => Some((find(name)?, 2)),
        None if COMMON.contains(&rest) => Some((find(rest)?, 0)),
        None => None,
    }
}

/// A key without case and separators, as relaxed binding compares it.
pub(crate) fn folded(key: &str) -> String {
    if !key.is_ascii() {
        return letters(key).collect();
    }
    let mut folded = Vec::with_capacity(key.len());
    let letters = key.bytes().filter(|byte| !is_separator(char::from(*byte)));
    folded.extend(letters.map(|byte| byte.to_ascii_lowercase()));
    String::from_utf8(folded).unwrap_or_default()
}

/// The part of a key that holds its first letters, so many of them.
pub(crate) fn first_letters(key: &str, count: usize) -> &str {
    if key.len() <= count {
        return key;
    }
    let mut letters = key.char_indices().filter(|(_, char)| !is_separator(*char));
    let end = letters.nth(count).map_or(key.len(), |(at, _)| at);
    key.get(..end).unwrap_or(key)
}

/// Whether two keys are the same to relaxed binding.
pub(crate) fn is_same(one: &str, other: &str) -> bool {
    letters(one).eq(letters(other))
}

fn letters(key: &str) -> impl Iterator<Item = char> {
    let letters = key.chars().filter(|char| !is_separator(*char));
    letters.flat_map(char::to_lowercase)
}

fn is_separator(char: char) -> bool {
    matches!(char, '.' | '-' | '_')
}

fn strip_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let front = text.get(..prefix.len())?;
    front
        .eq_ignore_ascii_case(prefix)
        .then(|| text.get(prefix.len()..))
        .flatten()
}

/// Whether a key says for which profile a document is.
pub(super) fn names_a_profile(key: &str) -> bool {
    matches!(key, "spring.config.activate.on-profile" | "spring.profiles")
}

/// Divides `.properties` into documents at Boot's marks, `#---` and `!---`, and tells those for a profile.
pub(super) fn divide(text: &str, tokens: &[Token], entries: &mut [Entry]) {
    let marks: Vec<usize> = tokens
        .iter()
        .filter(|token| {
            let is_mark = matches!(token.span.text(text).trim_end(), "#---" | "!---");
            token.kind == TokenKind::Comment && is_mark
        })
        .map(|token| token.span.start)
        .collect();
    let document = |entry: &Entry| marks.partition_point(|mark| *mark < entry.span.start);
    let profiled: BTreeSet<usize> = entries
        .iter()
        .filter(|entry| names_a_profile(&entry.key.text))
        .map(document)
        .collect();
    for entry in entries {
        let document = document(entry);
        entry.owner = document * OWNERS_OF_A_DOCUMENT;
        if profiled.contains(&document) && document > 0 {
            entry.key.text.insert_str(0, PROFILE);
        }
    }
}

/// Turns the values of Boot's own names into what Kafka gets.
pub(super) fn convert(entries: &mut [Entry]) {
    for entry in entries {
        let key = entry.key.text.as_str();
        let Some(((_, _, kind), _)) = typed(key.strip_prefix(PROFILE).unwrap_or(key)) else {
            continue;
        };
        let text = entry.value.text.trim();
        let converted = match kind {
            Kind::Plain => None,
            Kind::Duration => milliseconds(text),
            Kind::Size => bytes(text),
            Kind::Enum => Some(text.to_lowercase().replace('-', "_")),
        };
        if let Some(converted) = converted {
            entry.value.text = converted;
        }
    }
}

/// `30s`, `500`, `1m` or `PT30S` in milliseconds.
pub(crate) fn milliseconds(text: &str) -> Option<String> {
    if text.starts_with(['P', 'p']) {
        let nanos = crate::java::parse_duration(text)?;
        return Some((nanos / 1_000_000).to_string());
    }
    let (number, unit) = number_and_unit(text)?;
    let factor = match unit.to_lowercase().as_str() {
        "" | "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "us" => return Some((number / 1_000).to_string()),
        "ns" => return Some((number / 1_000_000).to_string()),
        _ => return None,
    };
    Some(number.checked_mul(factor)?.to_string())
}

/// `64KB` in bytes.
fn bytes(text: &str) -> Option<String> {
    let (number, unit) = number_and_unit(text)?;
    let factor = match unit {
        "" | "B" => 1,
        "KB" => 1 << 10,
        "MB" => 1 << 20,
        "GB" => 1 << 30,
        _ => return None,
    };
    Some(number.checked_mul(factor)?.to_string())
}

fn number_and_unit(text: &str) -> Option<(i64, &str)> {
    let digits = text.trim_start_matches(['+', '-']);
    let end = digits.find(|char: char| !char.is_ascii_digit());
    let at = text.len() - digits.len() + end.unwrap_or(digits.len());
    let number = text.get(..at)?.parse().ok()?;
    Some((number, text.get(at..)?.trim()))
}

/// The Kafka client that a release of Boot brings, as (major, minor) of both.
pub(super) fn client_of(boot: (u16, u16)) -> (u16, u16) {
    const RELEASES: [((u16, u16), (u16, u16)); 12] = [
        ((2, 4), (2, 5)),
        ((2, 5), (2, 7)),
        ((2, 6), (3, 0)),
        ((2, 7), (3, 1)),
        ((3, 0), (3, 3)),
        ((3, 1), (3, 4)),
        ((3, 2), (3, 6)),
        ((3, 3), (3, 7)),
        ((3, 4), (3, 8)),
        ((3, 5), (3, 9)),
        ((4, 0), (4, 1)),
        ((4, 1), (4, 2)),
    ];
    let found = RELEASES.iter().rev().find(|(known, _)| *known <= boot);
    found.map_or((2, 5), |(_, client)| *client)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_all_spellings() {
        for (key, expected) in [
            ("spring.kafka.consumer.group-id", Some(("group.id", 2))),
            ("spring.kafka.consumer.groupId", Some(("group.id", 2))),
            ("SPRING_KAFKA_CONSUMER_GROUP_ID", Some(("group.id", 2))),
            ("spring.kafka.client-id", Some(("client.id", 0))),
            ("spring.kafka.consumer.properties.a.b", Some(("a.b", 3))),
            ("spring.kafka.consumer.properties[a.b]", Some(("a.b", 3))),
            ("spring.kafka.properties.a.b", Some(("a.b", 1))),
            ("spring.kafka.consumer.session-timeout", None),
            ("spring.kafka.producer.client-id", None),
            ("server.port", None),
        ] {
            assert_eq!(property(key), expected, "{key}");
        }
    }

    #[test]
    fn durations_and_sizes() {
        for (text, expected) in [
            ("30s", Some("30000")),
            ("500", Some("500")),
            ("PT1M", Some("60000")),
            ("1h", Some("3600000")),
            ("x", None),
        ] {
            assert_eq!(milliseconds(text).as_deref(), expected, "{text}");
        }
        assert_eq!(bytes("64KB").as_deref(), Some("65536"));
    }
}
