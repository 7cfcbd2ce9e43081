//! Java, Kotlin, Scala and C#: assignments of properties in program text, literals only.
//!
//! No grammar, only the shapes in which clients are configured: `put(K, V)` and its relatives,
//! `Map.of(K, V, …)`, `K to V`, `K -> V`, `props[K] = V`, and C#'s `new ConsumerConfig { Name = V }`.
//! A key is a text or one of Kafka's constants (`ConsumerConfig.GROUP_ID_CONFIG`).

use super::catalog;
use super::document::Entry;
use super::lex::{JAVA, Kind, Lexeme, Source};
use super::literal::{entry, finish, value};
use super::properties::Parsed;

/// Program code.
pub(super) fn parse(text: &str) -> Parsed {
    let source = Source::read(text, JAVA);
    let mut entries = Vec::new();
    for at in 0..source.lexemes.len() {
        call(&source, at, &mut entries);
        infix(&source, at, &mut entries);
        initializer(&source, at, &mut entries);
    }
    let parts = source.parts();
    finish(source, entries, parts)
}

/// Names of methods that take a key and a value.
const SETTERS: [&str; 8] = [
    "put",
    "setProperty",
    "set",
    "entry",
    "putIfAbsent",
    "withProperty",
    "Set",
    "SetKey",
];

/// Methods of builders that set one property, as those of Flink's source and of Spring's factories.
const BUILDERS: [(&str, &str); 3] = [
    ("setBootstrapServers", "bootstrap.servers"),
    ("setGroupId", "group.id"),
    ("setClientIdPrefix", "client.id"),
];

/// `put(K, V)`, or `Map.of(K, V, K, V, …)`, whose name is at `at`.
pub(super) fn call(source: &Source<'_>, at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let name = source.word(at)?;
    let method = name.rsplit('.').next().unwrap_or(name);
    let is_map = matches!(name, "Map.of" | "ImmutableMap.of");
    if !source.is(at + 1, '(') {
        return None;
    }
    if let Some((_, key)) = BUILDERS.iter().find(|(name, _)| *name == method) {
        let value_at = source.elements(at + 1);
        let [(from, to)] = value_at.as_slice() else {
            return None;
        };
        let (text, span) = value(source.text, source.slice(*from, *to))?;
        entries.push(entry((*key).to_owned(), source.get(at)?.span, text, span));
        return Some(());
    }
    if !is_map && !SETTERS.contains(&method) {
        return None;
    }
    let arguments = source.elements(at + 1);
    for pair in arguments.chunks_exact(2) {
        if let [key, value] = pair {
            let key = source.slice(key.0, key.1);
            pair_entry(source, key, source.slice(value.0, value.1), entries);
        }
        if !is_map {
            break;
        }
    }
    Some(())
}

/// Kotlin's `K to V`, Scala's `K -> V`, and `props[K] = V`.
pub(super) fn infix(source: &Source<'_>, at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let key = source.lexemes.get(at..=at)?;
    key_name(source.text, key)?;
    let from = if source.word(at + 1) == Some("to") {
        at + 2
    } else if source.is(at + 1, '-') && source.is(at + 2, '>')
        || source.is(at + 1, ']') && source.is(at + 2, '=')
    {
        at + 3
    } else {
        return None;
    };
    pair_entry(source, key, source.value_at(from), entries);
    Some(())
}

/// C#'s `new ConsumerConfig { GroupId = "g" }`.
fn initializer(source: &Source<'_>, at: usize, entries: &mut Vec<Entry>) -> Option<()> {
    let class = source.word(at)?.rsplit('.').next()?;
    if !matches!(class, "ConsumerConfig" | "ClientConfig") {
        return None;
    }
    let open = if source.is(at + 1, '(') {
        source.partner(at + 1)? + 1
    } else {
        at + 1
    };
    if !source.is(open, '{') {
        return None;
    }
    for (from, to) in source.elements(open) {
        if let Some(name) = source.word(from).filter(|_| source.is(from + 1, '='))
            && let Some((text, span)) = value(source.text, source.slice(from + 2, to))
        {
            let key = source.get(from)?.span;
            entries.push(entry(name.to_owned(), key, text, span));
        }
    }
    Some(())
}

fn pair_entry(source: &Source<'_>, key: &[Lexeme], told: &[Lexeme], entries: &mut Vec<Entry>) {
    if let Some(name) = key_name(source.text, key)
        && let Some(first) = key.first()
        && let Some((text, span)) = value(source.text, told)
    {
        entries.push(entry(name, first.span, text, span));
    }
}

/// The property that a key means: a text with a point in it, or a constant.
pub(super) fn key_name(text: &str, key: &[Lexeme]) -> Option<String> {
    if let [call, open, inner @ .., close] = key
        && open.is('(')
        && close.is(')')
    {
        // `StreamsConfig.consumerPrefix(…)`
        let method = call.span.text(text);
        let prefix = match method.rsplit('.').next()? {
            "consumerPrefix" => "consumer.",
            "mainConsumerPrefix" => "main.consumer.",
            "restoreConsumerPrefix" => "restore.consumer.",
            "globalConsumerPrefix" => "global.consumer.",
            "producerPrefix" => "producer.",
            _ => return None,
        };
        return Some(format!("{prefix}{}", key_name(text, inner)?));
    }
    let [key] = key else { return None };
    match &key.kind {
        Kind::Text(name) if name.contains('.') && !name.contains(char::is_whitespace) => {
            Some(name.clone())
        }
        Kind::Text(name) => catalog::property(name).map(|property| property.name.to_owned()),
        Kind::Word => constant(key.span.text(text)),
        Kind::Punct(_) => None,
    }
}

/// `ConsumerConfig.GROUP_ID_CONFIG`, with or without the class.
fn constant(word: &str) -> Option<String> {
    let (class, name) = word.rsplit_once('.').unwrap_or(("", word));
    let class = class.rsplit('.').next().unwrap_or(class);
    let known = [
        "",
        "ConsumerConfig",
        "CommonClientConfigs",
        "StreamsConfig",
        "SaslConfigs",
        "SslConfigs",
    ];
    let upper = |char: char| char.is_ascii_uppercase() || char.is_ascii_digit() || char == '_';
    if !known.contains(&class) || name.is_empty() || !name.chars().all(upper) {
        return None;
    }
    if class == "StreamsConfig" {
        return streams_key(name);
    }
    // Most constants are their property in capitals. These leave something out or add something.
    let special = match name {
        "KEY_DESERIALIZER_CLASS_CONFIG" => "key.deserializer",
        "VALUE_DESERIALIZER_CLASS_CONFIG" => "value.deserializer",
        "METRIC_REPORTER_CLASSES_CONFIG" => "metric.reporters",
        "METADATA_MAX_AGE_CONFIG" => "metadata.max.age.ms",
        "SEND_BUFFER_CONFIG" => "send.buffer.bytes",
        "RECEIVE_BUFFER_CONFIG" => "receive.buffer.bytes",
        _ => "",
    };
    if !special.is_empty() {
        return Some(special.to_owned());
    }
    let bare = name.strip_suffix("_CONFIG").unwrap_or(name);
    let property = bare.to_ascii_lowercase().replace('_', ".");
    catalog::property(&property).map(|property| property.name.to_owned())
}

/// A property of Kafka Streams by its constant.
fn streams_key(constant: &str) -> Option<String> {
    let bare = constant.strip_suffix("_CONFIG")?;
    let bare = bare.strip_suffix("_CLASS").unwrap_or(bare);
    Some(bare.to_ascii_lowercase().replace('_', "."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(parsed: &Parsed) -> Vec<(&str, &str)> {
        let entries = parsed.entries.iter();
        entries
            .map(|entry| (entry.key.text.as_str(), entry.value.text.as_str()))
            .collect()
    }

    #[test]
    fn java_puts() {
        let text = r#"
            props.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 300_000L); // c
            props.put("enable.auto.commit", "true");
            props.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, RangeAssignor.class.getName());
            props.put(KEY_DESERIALIZER_CLASS_CONFIG, StringDeserializer.class);
            props.put(GROUP_INSTANCE_ID_CONFIG, "a-" + UUID.randomUUID());
            cache.put("x", 1);
        "#;
        assert_eq!(
            read(&parse(text)),
            [
                ("session.timeout.ms", "300000"),
                ("enable.auto.commit", "true"),
                (
                    "partition.assignment.strategy",
                    "org.apache.kafka.clients.consumer.RangeAssignor"
                ),
                (
                    "key.deserializer",
                    "org.apache.kafka.common.serialization.StringDeserializer"
                ),
                ("group.instance.id", "${\"a-\" + UUID.randomUUID()}"),
            ]
        );
    }

    #[test]
    fn maps_and_kotlin() {
        let text = "Map.of(\"group.id\", \"g\", MAX_POLL_RECORDS_CONFIG, 5)\n\
                    mapOf(\"session.timeout.ms\" to 6000,\n ConsumerConfig.CLIENT_ID_CONFIG to \"c\")\n\
                    props[\"heartbeat.interval.ms\"] = \"2000\"\n";
        assert_eq!(
            read(&parse(text)),
            [
                ("group.id", "g"),
                ("max.poll.records", "5"),
                ("session.timeout.ms", "6000"),
                ("client.id", "c"),
                ("heartbeat.interval.ms", "2000"),
            ]
        );
    }
}
