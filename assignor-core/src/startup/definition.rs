//! `ConfigDef.parse`: the properties in the order in which they are defined, each with its type,
//! its default and its validator, by release.
//!
//! Source of truth: `ConsumerConfig.CONFIG` of 2.8 to 4.3 (`data/startup-keys.tsv`) and
//! `org.apache.kafka.common.config.ConfigDef`. The first property that can't be read or isn't valid
//! ends it, so the order of the table decides which of two errors is seen.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use super::classes::Environment;
use super::exception::{CONFIG, Refusal};
use super::validator::Validator;
use crate::config::{NotAValue, Type, Value};
use crate::java;
use crate::version::KafkaVersion;

/// A cell whose content depends on the release: what holds from when on, oldest first.
type History<T> = Vec<(KafkaVersion, T)>;

fn at<T>(history: &History<T>, version: KafkaVersion) -> Option<&T> {
    let held = history.iter().rev().find(|(from, _)| *from <= version);
    held.map(|(_, value)| value)
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Default {
    /// There is none: the property must be set.
    Required,
    Null,
    Text(&'static str),
}

#[derive(Debug)]
struct Key {
    name: &'static str,
    kind: Type,
    since: KafkaVersion,
    removed: Option<KafkaVersion>,
    defaults: History<Default>,
    validators: History<Validator>,
}

impl Key {
    fn known_to(&self, version: KafkaVersion) -> bool {
        self.since <= version && self.removed.is_none_or(|removed| version < removed)
    }
}

/// The oldest release that the tables describe.
const OLDEST: KafkaVersion = KafkaVersion::new(2, 8, 0);

static KEYS: OnceLock<Vec<Key>> = OnceLock::new();

fn keys() -> &'static [Key] {
    KEYS.get_or_init(|| {
        include_str!("../../data/startup-keys.tsv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(key)
            .collect()
    })
}

fn key(row: &'static str) -> Option<Key> {
    let mut cells = row.split('\t');
    Some(Key {
        name: cells.next()?,
        kind: Type::named(cells.next()?)?,
        since: release(cells.next()?)?,
        removed: match cells.next()? {
            "" => None,
            text => Some(text.parse().ok()?),
        },
        defaults: history(cells.next()?, |text| match text {
            "required" => Some(Default::Required),
            "null" => Some(Default::Null),
            _ => text.strip_prefix('=').map(Default::Text),
        })?,
        validators: history(cells.next()?, Validator::read)?,
    })
}

fn release(text: &str) -> Option<KafkaVersion> {
    if text.is_empty() {
        Some(OLDEST)
    } else {
        text.parse().ok()
    }
}

/// `first; 3.0:second; …`
fn history<T>(cell: &'static str, read: impl Fn(&'static str) -> Option<T>) -> Option<History<T>> {
    let mut history = Vec::new();
    for (index, part) in cell.split("; ").enumerate() {
        let (from, text) = match part.split_once(':') {
            Some((from, text)) if index > 0 => (from.parse().ok()?, text),
            _ => (OLDEST, part),
        };
        history.push((from, read(text)?));
    }
    Some(history)
}

/// The names that a release knows, in the order in which it reads them.
pub fn known_keys(version: KafkaVersion) -> impl Iterator<Item = &'static str> {
    let known = keys().iter().filter(move |key| key.known_to(version));
    known.map(|key| key.name)
}

/// The parsed values of all properties that the release knows.
pub(super) struct Values {
    values: BTreeMap<&'static str, Option<Value>>,
    set: BTreeMap<&'static str, String>,
}

impl Values {
    /// `getString`, which trims: `None` for null and for a property that the release doesn't know.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        match self.values.get(key)? {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(super) fn list(&self, key: &str) -> &[String] {
        match self.values.get(key) {
            Some(Some(Value::List(items))) => items,
            _ => &[],
        }
    }

    pub(super) fn integer(&self, key: &str) -> i64 {
        let value = self.values.get(key).and_then(Option::as_ref);
        value.and_then(Value::as_integer).unwrap_or_default()
    }

    pub(super) fn is_true(&self, key: &str) -> bool {
        matches!(self.values.get(key), Some(Some(Value::Boolean(true))))
    }

    /// The text as it was given, if it was.
    pub(super) fn given(&self, key: &str) -> Option<&str> {
        self.set.get(key).map(String::as_str)
    }
}

/// Reads and validates every property that the release knows.
pub(super) fn parse(
    given: &BTreeMap<String, String>,
    objects: &BTreeMap<String, String>,
    version: KafkaVersion,
    environment: Environment,
) -> Result<Values, Refusal> {
    let mut values = Values {
        values: BTreeMap::new(),
        set: BTreeMap::new(),
    };
    for key in keys().iter().filter(|key| key.known_to(version)) {
        let value = match given.get(key.name) {
            Some(text) => {
                if let Some(refused) = objects.get(key.name) {
                    return Err(Refusal::invalid_value(key.name, text, refused));
                }
                values.set.insert(key.name, text.clone());
                Some(read(key, text, version, environment)?)
            }
            None => default(key, version)?,
        };
        let value = match at(&key.validators, version) {
            Some(validator) => validator.check(key.name, value)?,
            None => value,
        };
        values.values.insert(key.name, value);
    }
    Ok(values)
}

fn default(key: &Key, version: KafkaVersion) -> Result<Option<Value>, Refusal> {
    match at(&key.defaults, version) {
        Some(Default::Required) => Err(Refusal::new(
            CONFIG,
            format!(
                "Missing required configuration \"{}\" which has no default value.",
                key.name
            ),
            &[key.name],
        )),
        Some(Default::Text(text)) => Ok(key.kind.parse(text).ok()),
        Some(Default::Null) | None => Ok(None),
    }
}

fn read(
    key: &Key,
    text: &str,
    version: KafkaVersion,
    environment: Environment,
) -> Result<Value, Refusal> {
    let value = key.kind.parse(text).map_err(|refused| match refused {
        NotAValue::NotABoolean => {
            Refusal::invalid_value(key.name, text, "Expected value to be either true or false")
        }
        NotAValue::NotANumber | NotAValue::OutOfRange => Refusal::invalid_value(
            key.name,
            text,
            &format!("Not a number of type {}", key.kind.name()),
        ),
    })?;
    if let (Type::Class, Value::Text(name)) = (key.kind, &value) {
        environment.find_for_key(key.name, text, name, version)?;
    }
    Ok(value)
}

/// A parsed value as Java prints it in a message.
pub(super) fn printed(value: &Value) -> String {
    match value {
        Value::Double(number) => java::double_text(*number),
        other => other.text().into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::catalog;

    #[test]
    fn every_row_of_the_table_is_read() {
        let rows = include_str!("../../data/startup-keys.tsv").lines().count() - 1;
        assert_eq!(keys().len(), rows);
    }

    #[test]
    fn types_and_defaults_agree_with_the_catalog() {
        let versions = (0..=9)
            .map(|minor| KafkaVersion::new(3, minor, 0))
            .chain((0..=3).map(|minor| KafkaVersion::new(4, minor, 0)))
            .chain([OLDEST]);
        for version in versions {
            for key in keys().iter().filter(|key| key.known_to(version)) {
                let Some(property) = catalog::property(key.name) else {
                    panic!("{} is missing in the catalog", key.name);
                };
                assert_eq!(property.kind, key.kind, "{}", key.name);
                assert!(property.known_to(version), "{} {version}", key.name);
                // The catalog says of TLS defaults that they are the virtual machine's.
                let tls = key.name.starts_with("ssl.");
                if let Some(Default::Text(text)) = at(&key.defaults, version).filter(|_| !tls) {
                    let known = property.default_text(version).unwrap_or_default();
                    assert!(known.eq_ignore_ascii_case(text), "{} {version}", key.name);
                }
            }
        }
    }
}
