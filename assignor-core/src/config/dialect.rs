//! What clients other than Java's call Kafka's properties, and their own defaults.
//!
//! The table is `data/client-keys.tsv`; what it says about librdkafka is completed by the keys that
//! the catalog lists as librdkafka's. Values that a client writes differently are turned into what
//! Kafka's property would hold, so that rules compare the same things everywhere.

use std::sync::OnceLock;

use super::catalog::{self, Owner};
use super::client::Family;
use super::document::Entry;

/// A key of a client.
struct Row {
    client: &'static str,
    key: &'static str,
    /// Kafka's name, empty where Java has nothing like it.
    property: &'static str,
    default: Option<&'static str>,
    /// The least and the most that the client takes.
    range: Option<(i64, i64)>,
}

fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| {
        let lines = include_str!("../../data/client-keys.tsv").lines();
        let row = |line: &'static str| {
            let mut cells = line.split('\t');
            Some(Row {
                client: cells.next().filter(|client| !client.starts_with('#'))?,
                key: cells.next()?,
                property: cells.next().unwrap_or_default(),
                default: cells.next().filter(|default| !default.is_empty()),
                range: cells.next().and_then(|range| {
                    let (least, most) = range.split_once(' ')?;
                    Some((least.parse().ok()?, most.parse().ok()?))
                }),
            })
        };
        let mut rows: Vec<Row> = lines.filter_map(row).collect();
        rows.sort_by_key(|row| (row.client, row.key));
        rows
    })
}

fn row(family: Family, key: &str) -> Option<&'static Row> {
    let rows = rows();
    let found = rows.binary_search_by_key(&(family.name(), key), |row| (row.client, row.key));
    rows.get(found.ok()?)
}

/// The client's own spelling of a key, if it knows the key. C#'s names are librdkafka's without
/// points.
pub(crate) fn key(family: Family, key: &str) -> Option<&'static str> {
    if let Some(row) = row(family, key) {
        return Some(row.key);
    }
    if family != Family::Librdkafka {
        return None;
    }
    if let Some(own) = catalog::owned_by(Owner::Librdkafka, key) {
        return Some(own);
    }
    if key.contains(['.', '_']) || !key.starts_with(|char: char| char.is_ascii_uppercase()) {
        return None;
    }
    let folded = |row: &&Row| {
        let points = row.key.bytes().filter(|byte| *byte != b'.');
        points.eq(key.bytes().map(|byte| byte.to_ascii_lowercase()))
    };
    own(family).iter().find(folded).map(|row| row.key)
}

/// The part of a path from which on it is a key of the client; else the whole.
pub(super) fn last_known(family: Family, path: &str) -> &str {
    let starts = path.match_indices('.').map(|(at, _)| at + 1);
    std::iter::once(0)
        .chain(starts)
        .filter_map(|at| path.get(at..))
        .find(|end| key(family, end).is_some())
        .unwrap_or(path)
}

/// The client's own spelling of the key at the end of a path: settings in a file stand below the
/// name of a section.
pub(crate) fn key_at_end(family: Family, path: &str) -> Option<&'static str> {
    key(family, last_known(family, path))
}

/// Kafka's name for a client's key. A key that the client doesn't know stands for itself.
pub(super) fn property(family: Family, written: &str) -> Option<&str> {
    match key(family, written) {
        Some(own) => row(family, own)
            .map(|row| row.property)
            .filter(|name| !name.is_empty()),
        None if family == Family::Librdkafka => Some(written).filter(|name| name.contains('.')),
        None => None,
    }
}

/// All rows of a client.
fn own(family: Family) -> &'static [Row] {
    if !has_own_keys(family) {
        return &[];
    }
    let (rows, client) = (rows(), family.name());
    let from = rows.partition_point(|row| row.client < client);
    let to = rows.partition_point(|row| row.client <= client);
    rows.get(from..to).unwrap_or_default()
}

/// All keys that a client other than Java's has.
pub fn keys(family: Family) -> impl Iterator<Item = &'static str> {
    own(family).iter().map(|row| row.key)
}

/// The client's own default of a property.
pub(super) fn default(family: Family, property: &str) -> Option<&'static str> {
    let mut own = own(family).iter();
    own.find(|row| row.property == property && row.default.is_some())?
        .default
}

/// The least and the most that a client takes for one of its keys, in the key's own unit.
pub(crate) fn range(family: Family, own: &str) -> Option<(i64, i64)> {
    row(family, own)?.range
}

/// Whether the table has rows of a family: the others speak of Kafka's properties in Kafka's words.
fn has_own_keys(family: Family) -> bool {
    family.is_foreign() || family == Family::MuleSoft
}

/// Turns values into what Kafka's property would hold.
pub(super) fn convert(family: Family, entries: &mut [Entry]) {
    if !has_own_keys(family) {
        return;
    }
    for entry in entries {
        let key = entry.key.text.as_str();
        let ends = |names: &[&str]| names.iter().any(|name| key.ends_with(name));
        let reset = ends(&[
            "subscribe.fromBeginning",
            "auto.offset.reset",
            "@autoOffsetReset",
        ]);
        let value = entry.value.text.to_ascii_lowercase();
        // C# has words of enums.
        let word = ends(&["AutoOffsetReset", "SecurityProtocol", "IsolationLevel"]);
        let told = match (family, value.as_str()) {
            (Family::KafkaJs, "true") | (Family::Librdkafka, "smallest" | "beginning") if reset => {
                "earliest"
            }
            (Family::KafkaJs, "false") | (Family::Librdkafka, "largest" | "end") if reset => {
                "latest"
            }
            (Family::KafkaJs, "true") if key == "consumer.readUncommitted" => "read_uncommitted",
            (Family::KafkaJs, "false") if key == "consumer.readUncommitted" => "read_committed",
            // What to do without a committed offset, in words of their own.
            (Family::Librdkafka | Family::MuleSoft, "error") if reset => "none",
            (Family::FranzGo, _) if key == "DisableAutoCommit" => "false",
            (Family::MuleSoft, "earliest" | "latest") if reset => &value,
            (Family::Librdkafka, _) if word => &value,
            _ => continue,
        };
        told.clone_into(&mut entry.value.text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_property_and_default_is_kafkas() {
        for row in rows() {
            let property = catalog::property(row.property);
            assert!(
                row.property.is_empty() || property.is_some(),
                "{} {}",
                row.client,
                row.key
            );
            if let (Some(property), Some(default)) = (property, row.default) {
                assert!(
                    property.kind.parse(default).is_ok(),
                    "{} {default}",
                    row.key
                );
            }
            let family = Family::ALL
                .into_iter()
                .find(|family| family.name() == row.client);
            assert!(family.is_some_and(has_own_keys), "{}", row.client);
        }
    }

    #[test]
    fn names_of_clients() {
        for (family, key, expected) in [
            (
                Family::Librdkafka,
                "fetch.wait.max.ms",
                Some("fetch.max.wait.ms"),
            ),
            (
                Family::Librdkafka,
                "SessionTimeoutMs",
                Some("session.timeout.ms"),
            ),
            (Family::Librdkafka, "queued.min.messages", None),
            (Family::KafkaPython, "group_id", Some("group.id")),
            (Family::KafkaJs, "consumer.groupId", Some("group.id")),
            (
                Family::Sarama,
                "Consumer.Group.Session.Timeout",
                Some("session.timeout.ms"),
            ),
            (Family::FranzGo, "ConsumerGroup", Some("group.id")),
            (Family::FranzGo, "NewClient", None),
        ] {
            assert_eq!(property(family, key), expected, "{key}");
        }
        assert_eq!(default(Family::Sarama, "session.timeout.ms"), Some("10000"));
    }
}
