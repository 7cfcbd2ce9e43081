//! Kafka's consumer properties: type, defaults by client version, limits, meaning; and the keys of
//! other programs that people put into consumer configurations.
//!
//! The tables are text (`data/consumer-keys.tsv`, `data/foreign-keys.tsv`): 8 kB compressed in the
//! page, against several times as much as Rust statics. They are read once, on first use. Each row
//! was taken from `ConsumerConfig.configDef()` of the releases 0.9 to 4.3; `data/README.md` says how
//! to add a release.

use std::sync::OnceLock;

use super::KafkaVersion;
use super::value::Type;

/// What a value has to satisfy beyond its type.
#[derive(Clone, Debug, PartialEq)]
pub enum Limits {
    /// Nothing.
    None,
    /// A number no smaller than the first and, where there is one, no greater than the second.
    Range(f64, Option<f64>),
    /// One of these words.
    Enum {
        /// The words.
        words: Vec<&'static str>,
        /// Whether case matters.
        case_sensitive: bool,
    },
    /// Must be set.
    NonNull,
    /// Must not be the empty text.
    NonEmpty,
    /// Entries of a list must differ.
    NoDuplicates,
}

/// Which rebalance protocol a property applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Applies {
    /// Both protocols.
    Both,
    /// The classic protocol only.
    Classic,
    /// `group.protocol=consumer` only.
    Consumer,
    /// Share consumers only.
    Share,
}

/// One consumer property.
#[derive(Clone, Debug, PartialEq)]
pub struct Property {
    /// Kafka's name.
    pub name: &'static str,
    /// The type that `ConfigDef` parses it as.
    pub kind: Type,
    /// What a number counts (`ms`, `s`, `bytes`, `count`, `ratio`), or the sort of text it is.
    pub unit: &'static str,
    /// Kafka's own rating: HIGH, MEDIUM or LOW.
    pub importance: &'static str,
    /// The protocol it applies to.
    pub applies: Applies,
    /// First client version that knows it (0.9 also for older ones).
    pub since: KafkaVersion,
    /// First client version that no longer knows it.
    pub removed: Option<KafkaVersion>,
    /// Whether Kafka has deprecated it.
    pub deprecated: bool,
    /// Limits on the value.
    pub limits: Limits,
    /// One line on what it does, in this project's words; empty for keys that no rule uses.
    pub meaning: &'static str,
    defaults: Vec<(KafkaVersion, Option<&'static str>)>,
}

impl Property {
    /// The default of a client version as text; `None` for null, or where the version doesn't know
    /// the property.
    pub fn default_text(&self, version: KafkaVersion) -> Option<&'static str> {
        self.defaults
            .iter()
            .rev()
            .find(|(from, _)| *from <= version)
            .and_then(|(_, text)| *text)
    }

    /// All defaults: the first client version that has it, and the text (`None` is null).
    pub fn defaults(&self) -> &[(KafkaVersion, Option<&'static str>)] {
        &self.defaults
    }

    /// Whether a client version knows the property.
    pub fn known_to(&self, version: KafkaVersion) -> bool {
        self.since <= version && self.removed.is_none_or(|removed| version < removed)
    }
}

/// Whose a key is that isn't the consumer's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owner {
    /// The Scala consumer of 0.8.
    OldConsumer,
    /// Producers.
    Producer,
    /// Topics.
    Topic,
    /// Brokers.
    Broker,
    /// Kafka Connect workers.
    ConnectWorker,
    /// Kafka Streams applications.
    Streams,
    /// Group configuration on the broker (`kafka-configs --entity-type groups`).
    Group,
    /// librdkafka.
    Librdkafka,
    /// Plug-ins: deserializers, interceptors, reporters read their own keys from the same map.
    Plugin,
}

/// A key of another program.
struct Foreign {
    name: &'static str,
    owner: Owner,
    /// The consumer property that does the same, if there is one.
    consumer_key: Option<&'static str>,
}

#[derive(Default)]
struct Tables {
    properties: Vec<Property>,
    /// The places of the properties by the length of their names: most keys that are looked up are none.
    by_length: Vec<Vec<usize>>,
    foreign: Vec<Foreign>,
    plugin_prefixes: Vec<&'static str>,
    typos: Vec<(&'static str, &'static str)>,
}

static TABLES: OnceLock<Tables> = OnceLock::new();

fn tables() -> &'static Tables {
    TABLES.get_or_init(|| {
        let mut tables = Tables {
            properties: rows(include_str!("../../data/consumer-keys.tsv"))
                .filter_map(property_row)
                .collect(),
            ..Tables::default()
        };
        for row in rows(include_str!("../../data/foreign-keys.tsv")) {
            foreign_row(row, &mut tables);
        }
        tables.properties.sort_by_key(|property| property.name);
        for (place, property) in tables.properties.iter().enumerate() {
            let length = property.name.len();
            if tables.by_length.len() <= length {
                tables.by_length.resize(length + 1, Vec::new());
            }
            if let Some(places) = tables.by_length.get_mut(length) {
                places.push(place);
            }
        }
        // A key of several programs is taken for that of the first of them in `Owner`.
        tables
            .foreign
            .sort_unstable_by_key(|foreign| (foreign.name, foreign.owner));
        tables.typos.sort_unstable();
        tables
    })
}

fn rows(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn property_row(row: &'static str) -> Option<Property> {
    let mut cells = row.split('\t');
    let mut next = || cells.next();
    let name = next()?;
    let kind = Type::named(next()?)?;
    let (unit, importance) = (next()?, next()?);
    let applies = match next()? {
        "both" => Applies::Both,
        "classic" => Applies::Classic,
        "consumer" => Applies::Consumer,
        "share" => Applies::Share,
        _ => return None,
    };
    let since = next()?.parse().ok()?;
    let removed = match next()? {
        "" => None,
        version => Some(version.parse().ok()?),
    };
    let deprecated = next()? == "deprecated";
    let defaults = next()?
        .split(';')
        .map(|cell| {
            let (from, text) = cell.split_once('=')?;
            Some((from.parse().ok()?, (text != "null").then_some(text)))
        })
        .collect::<Option<_>>()?;
    Some(Property {
        name,
        kind,
        unit,
        importance,
        applies,
        since,
        removed,
        deprecated,
        defaults,
        limits: limits(next()?)?,
        meaning: next()?,
    })
}

fn limits(cell: &'static str) -> Option<Limits> {
    let (kind, rest) = cell.split_once(' ').unwrap_or((cell, ""));
    Some(match kind {
        "" => Limits::None,
        "range" => {
            let mut numbers = rest.split(' ');
            let min = numbers.next()?.parse().ok()?;
            let max = match numbers.next() {
                None => None,
                Some(text) => Some(text.parse().ok()?),
            };
            Limits::Range(min, max)
        }
        "enum" | "enum-any-case" => Limits::Enum {
            words: rest.split(',').collect(),
            case_sensitive: kind == "enum",
        },
        "non-null" => Limits::NonNull,
        "non-empty-string" => Limits::NonEmpty,
        "list-no-duplicates" => Limits::NoDuplicates,
        _ => return None,
    })
}

fn foreign_row(row: &'static str, tables: &mut Tables) {
    let mut cells = row.split('\t');
    let (Some(kind), Some(name)) = (cells.next(), cells.next()) else {
        return;
    };
    let owner = match kind {
        "producer" => Owner::Producer,
        "topic" => Owner::Topic,
        "broker" => Owner::Broker,
        "connect-worker" => Owner::ConnectWorker,
        "streams" => Owner::Streams,
        "old-consumer" => Owner::OldConsumer,
        "group" => Owner::Group,
        "librdkafka" => Owner::Librdkafka,
        "plugin" => Owner::Plugin,
        "plugin-prefix" => {
            tables.plugin_prefixes.push(name);
            return;
        }
        _ => {
            tables.typos.extend(cells.next().map(|key| (name, key)));
            return;
        }
    };
    tables.foreign.push(Foreign {
        name,
        owner,
        consumer_key: cells.next().filter(|key| !key.is_empty()),
    });
}

/// All consumer properties, sorted by name.
pub fn properties() -> &'static [Property] {
    &tables().properties
}

/// The consumer property of exactly that name.
pub fn property(name: &str) -> Option<&'static Property> {
    properties().get(place(name)?)
}

/// The place of the property of exactly that name among all.
pub(super) fn place(name: &str) -> Option<usize> {
    let tables = tables();
    let mut places = tables.by_length.get(name.len())?.iter().copied();
    let is = |place: &usize| {
        tables
            .properties
            .get(*place)
            .is_some_and(|it| it.name == name)
    };
    places.find(is)
}

/// Whose key this is, if it belongs to another program or to a plug-in.
pub fn owner(name: &str) -> Option<Owner> {
    let tables = tables();
    if let Some(foreign) = foreign(name).next() {
        return Some(foreign.owner);
    }
    let plugin = tables
        .plugin_prefixes
        .iter()
        .any(|prefix| name.starts_with(prefix))
        || name.starts_with("config.providers.");
    plugin.then_some(Owner::Plugin)
}

/// The consumer property that does what a key of another program does there.
pub fn consumer_key_for(name: &str) -> Option<&'static Property> {
    foreign(name).find_map(|foreign| property(foreign.consumer_key?))
}

/// The name of a key that belongs to that owner too.
pub(crate) fn owned_by(owner: Owner, name: &str) -> Option<&'static str> {
    let mut rows = foreign(name);
    rows.find(|foreign| foreign.owner == owner)
        .map(|foreign| foreign.name)
}

/// All rows of a key.
fn foreign(name: &str) -> impl Iterator<Item = &'static Foreign> {
    let foreign = &tables().foreign;
    let from = foreign.partition_point(|foreign| foreign.name < name);
    foreign
        .iter()
        .skip(from)
        .take_while(move |foreign| foreign.name == name)
}

/// The consumer property that a well-known misspelling stands for.
pub fn known_typo(name: &str) -> Option<&'static Property> {
    let typos = &tables().typos;
    let index = typos.binary_search_by_key(&name, |(typo, _)| typo).ok()?;
    property(typos.get(index)?.1)
}

/// Whether a key is one that every client has.
pub(crate) fn is_shared(key: &str) -> bool {
    let prefixes = [
        "ssl.",
        "sasl.",
        "security.",
        "metrics.",
        "reconnect.",
        "metadata.",
    ];
    matches!(
        key,
        "bootstrap.servers" | "client.id" | "request.timeout.ms" | "retry.backoff.ms"
    ) || prefixes.iter().any(|prefix| key.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read() {
        let keys = rows(include_str!("../../data/consumer-keys.tsv")).count();
        assert_eq!(properties().len(), keys);
        let tables = tables();
        let others = rows(include_str!("../../data/foreign-keys.tsv")).count();
        let read = tables.foreign.len() + tables.plugin_prefixes.len() + tables.typos.len();
        assert_eq!(read, others);
        for (typo, key) in &tables.typos {
            assert!(
                property(key).is_some(),
                "{typo} stands for the unknown {key}"
            );
        }
    }

    #[test]
    fn every_property_says_what_it_does() {
        for property in properties() {
            assert!(!property.meaning.is_empty(), "{}", property.name);
        }
    }

    #[test]
    fn every_default_parses_as_its_type() {
        for property in properties() {
            for (from, text) in property.defaults() {
                if let Some(text) = text {
                    assert!(
                        property.kind.parse(text).is_ok(),
                        "{} {from} {text}",
                        property.name
                    );
                }
            }
        }
    }

    #[test]
    fn defaults_follow_the_version() {
        let session = property("session.timeout.ms").unwrap();
        let at = |text: &str| session.default_text(text.parse().unwrap());
        assert_eq!(at("0.9"), Some("30000"));
        assert_eq!(at("0.10.1"), Some("10000"));
        assert_eq!(at("2.8.2"), Some("10000"));
        assert_eq!(at("3.0"), Some("45000"));
        assert_eq!(at("4.3"), Some("45000"));
        let protocol = property("group.protocol").unwrap();
        assert_eq!(protocol.default_text("3.6".parse().unwrap()), None);
        assert!(!protocol.known_to("3.6".parse().unwrap()));
    }

    #[test]
    fn keys_of_others_are_told_apart() {
        assert_eq!(owner("acks"), Some(Owner::Producer));
        assert_eq!(owner("schema.registry.url"), Some(Owner::Plugin));
        assert_eq!(owner("config.providers.file.class"), Some(Owner::Plugin));
        assert_eq!(owner("rebalance.timeout.ms"), Some(Owner::ConnectWorker));
        assert_eq!(owner("my.app.retries"), None);
        assert_eq!(
            known_typo("sesion.timeout.ms").unwrap().name,
            "session.timeout.ms"
        );
    }
}
