//! Which property of the consumer a key sets, by format and family.

use super::client::Family;
use super::document::{Binding, Format};
use super::{catalog, dialect, env, spring};

/// How keys are read.
#[derive(Clone, Copy)]
pub(super) struct Reading {
    pub(super) format: Format,
    pub(super) family: Family,
}

/// Whether a path of keys leads through the settings of another client of the application.
fn is_of_another_client(key: &str) -> bool {
    let other = |part: &str| {
        let part = part.to_ascii_lowercase();
        part.starts_with("producer") || part.starts_with("admin")
    };
    key.rsplit_once('.')
        .is_some_and(|(path, _)| path.split('.').any(other))
}

/// Which consumer property a key sets under a family.
pub(super) fn bind(reading: Reading, key: &str) -> Binding<'_> {
    let nested = matches!(reading.format, Format::Json | Format::Yaml);
    let general = reading.family == Family::Java || reading.family.is_foreign();
    if nested && general && is_of_another_client(key) {
        return Binding::Elsewhere;
    }
    let ranked = |name, rank| Binding::Consumer { name, rank };
    let found = match reading.family {
        Family::SpringBoot => spring::property(key),
        Family::Connector => key
            .rsplit_once("consumer.override.")
            .map(|(_, name)| (name, 0)),
        Family::Java => java(reading.format, key).map(|name| (name, 0)),
        Family::ConnectWorker => below(key, "consumer.")
            .or_else(|| variable_below(key, "CONNECT_CONSUMER_"))
            .map(|name| (name, 0)),
        Family::Streams => streams(key),
        Family::SmallRye => smallrye(key),
        Family::Flink => match key.strip_prefix("properties.") {
            None if reading.format == Format::Sql => None,
            Some(name) => Some((name, 0)),
            None => java(reading.format, key).map(|name| (name, 0)),
        },
        Family::MuleSoft => match key.rsplit_once('@') {
            Some((_, attribute)) => {
                let whole = dialect::property(reading.family, key);
                let name = whole.or_else(|| dialect::property(reading.family, attribute));
                name.map(|name| (name, 0))
            }
            None => Some((key, 1)),
        },
        Family::Librdkafka
        | Family::KafkaPython
        | Family::KafkaJs
        | Family::Sarama
        | Family::FranzGo => {
            // Settings in a file stand below the name of a section.
            let end = match reading.format {
                Format::Json | Format::Yaml => dialect::last_known(reading.family, key),
                _ => key,
            };
            let found = match end.rsplit_once("kafkaJS.") {
                Some((_, name)) => kafka_js(name),
                None => dialect::property(reading.family, end),
            };
            found.map(|name| (name, 0))
        }
        Family::Durability => None,
    };
    found.map_or(Binding::Elsewhere, |(name, rank)| ranked(name, rank))
}

/// Kafka's own names, which files of other formats have at the end of a path.
fn java(format: Format, key: &str) -> Option<&str> {
    match format {
        Format::Env => variable(key),
        Format::Yaml | Format::Json if env::is_name(key) && !key.contains(char::is_lowercase) => {
            variable(key)
        }
        Format::Yaml | Format::Json => known_end(key),
        Format::Xml if key.contains('@') => None,
        _ => Some(key),
    }
}

fn streams(key: &str) -> Option<(&str, u8)> {
    for (prefix, rank) in [("main.consumer.", 2), ("consumer.", 1)] {
        if let Some(name) = key.strip_prefix(prefix) {
            return Some((name, rank));
        }
    }
    catalog::property(key).map(|_| (key, 0))
}

/// `mp.messaging.incoming.CHANNEL.`, then the connector's own, then Quarkus' `kafka.`.
fn smallrye(key: &str) -> Option<(&str, u8)> {
    if let Some(rest) = key.strip_prefix("MP_MESSAGING_INCOMING_") {
        let mut ends = rest
            .match_indices('_')
            .filter_map(|(at, _)| rest.get(at + 1..));
        return ends.find_map(variable).map(|name| (name, 2));
    }
    if let Some(rest) = key.strip_prefix("mp.messaging.incoming.") {
        let (_, name) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once("\".")?,
            None => rest.split_once('.')?,
        };
        return Some((name, 2));
    }
    let connector = key.strip_prefix("mp.messaging.connector.smallrye-kafka.");
    connector
        .map(|name| (name, 1))
        .or_else(|| key.strip_prefix("kafka.").map(|name| (name, 0)))
        // A piece of one channel, whose keys stand without their prefix.
        .or_else(|| catalog::property(key).map(|_| (key, 2)))
}

/// What stands behind a prefix, at the beginning of a path or below another key.
fn below<'a>(path: &'a str, prefix: &str) -> Option<&'a str> {
    if let Some(name) = path.strip_prefix(prefix) {
        return Some(name);
    }
    let config = path.split_once("config.")?.1;
    config.strip_prefix(prefix)
}

/// A name of `KafkaJS`, whatever object it stands in.
fn kafka_js(name: &str) -> Option<&'static str> {
    let ends = |key: &&'static str| key.rsplit_once('.').is_some_and(|(_, last)| last == name);
    dialect::property(Family::KafkaJs, dialect::keys(Family::KafkaJs).find(ends)?)
}

/// The property that an environment variable means by the usual convention: capitals, `_` for the
/// points, perhaps a prefix.
fn variable(name: &str) -> Option<&'static str> {
    let upper = name.to_ascii_uppercase();
    let prefixes = ["KAFKA_CONSUMER_", "KAFKA_", "CONSUMER_", ""];
    prefixes.into_iter().find_map(|prefix| {
        let key = upper.strip_prefix(prefix)?;
        let key = key.to_ascii_lowercase().replace('_', ".");
        catalog::property(&key).map(|property| property.name)
    })
}

/// The property behind a prefix of variables that an image turns into properties.
fn variable_below(name: &str, prefix: &str) -> Option<&'static str> {
    let key = name.strip_prefix(prefix)?;
    let key = key.to_ascii_lowercase().replace('_', ".");
    catalog::property(&key).map(|property| property.name)
}

/// The longest end of a path that is a property.
fn known_end(path: &str) -> Option<&str> {
    if path.starts_with("profile:") {
        return None;
    }
    let starts = path.match_indices('.').map(|(at, _)| at + 1);
    std::iter::once(0)
        .chain(starts)
        .filter_map(|at| path.get(at..))
        .find(|end| catalog::property(end).is_some())
}
