//! Which entries of a text are for which consumer.
//!
//! A channel of Quarkus, a binding of Spring Cloud Stream and a document for a profile say so by
//! themselves. Elsewhere a text is divided only where it has to be: where one property is set in two
//! places of which neither contains the other, such as two containers of a manifest or two maps of a
//! program. What is set elsewhere then counts for all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::client::Family;
use super::dialect;
use super::document::{Binding, Config, Entry, Format};

/// Owners of one document are numbered from a multiple of this on.
pub(super) const OWNERS_OF_A_DOCUMENT: usize = 1 << 20;

/// A text that would be divided into more than this many isn't.
const MOST: usize = 64;

/// What stands before the keys of a document for a profile.
pub(super) const PROFILE: &str = "profile:";

/// The entries for each consumer; empty where they are all for the same.
pub(super) fn scopes(config: &Config) -> Vec<Vec<Entry>> {
    let scopes = match config.client().family {
        Family::SpringBoot => {
            let mut scopes = named(config, binding_of_stream);
            scopes.extend(profiles(config, scopes.is_empty()));
            scopes
        }
        Family::SmallRye => named(config, channel),
        Family::Streams | Family::ConnectWorker | Family::Flink | Family::Durability => Vec::new(),
        _ => by_place(config),
    };
    if scopes.len() > MOST {
        return Vec::new();
    }
    scopes
}

/// `orders` in `mp.messaging.incoming.orders.group.id`.
fn channel(key: &str) -> Option<&str> {
    let rest = key.strip_prefix("mp.messaging.incoming.")?;
    match rest.strip_prefix('"') {
        Some(quoted) => Some(quoted.split_once("\".")?.0),
        None => Some(rest.split_once('.')?.0),
    }
}

/// `in-0` in `spring.cloud.stream.kafka.bindings.in-0.consumer.configuration.group.id`.
fn binding_of_stream(key: &str) -> Option<&str> {
    let rest = key.strip_prefix("spring.cloud.stream.kafka.bindings.")?;
    Some(rest.split_once('.')?.0)
}

/// A scope for each name in the keys, if there are several. Entries without a name are for all.
fn named(config: &Config, name: fn(&str) -> Option<&str>) -> Vec<Vec<Entry>> {
    let mut names: Vec<&str> = Vec::new();
    for entry in config.entries() {
        if let Some(name) = name(&entry.key.text)
            && !names.contains(&name)
            && names.len() <= MOST
        {
            names.push(name);
        }
    }
    if names.len() < 2 {
        return Vec::new();
    }
    let of = |wanted: &str| {
        let entries = config.entries().iter();
        entries
            .filter(|entry| name(&entry.key.text).is_none_or(|own| own == wanted))
            .cloned()
            .collect()
    };
    names.into_iter().map(of).collect()
}

/// What everybody gets, if `with_base`, and for each profile's document the same with its own entries.
fn profiles(config: &Config, with_base: bool) -> Vec<Vec<Entry>> {
    let own = |entry: &&Entry| entry.key.text.starts_with(PROFILE);
    let documents: BTreeSet<usize> = config.entries().iter().filter(own).map(document).collect();
    let base: Vec<Entry> = config
        .entries()
        .iter()
        .filter(|entry| !own(entry))
        .cloned()
        .collect();
    let of = |wanted: usize| {
        let entries = config.entries().iter().filter(own);
        let own = entries
            .filter(|entry| document(entry) == wanted)
            .cloned()
            .map(|mut entry| {
                entry.key.text = entry.key.text.split_off(PROFILE.len());
                entry
            });
        base.iter().cloned().chain(own).collect::<Vec<_>>()
    };
    let divided: Vec<Vec<Entry>> = documents.into_iter().map(of).collect();
    if divided.is_empty() || !with_base {
        return divided;
    }
    std::iter::once(base.clone()).chain(divided).collect()
}

fn document(entry: &Entry) -> usize {
    entry.owner / OWNERS_OF_A_DOCUMENT
}

/// Where a property is set: by whom, and below which path of keys.
type Place<'a> = (usize, &'a str);

/// Whether what is set at one place counts at the other, too.
fn contains(outer: Place<'_>, inner: Place<'_>) -> bool {
    outer.0 == inner.0 && inner.1.starts_with(outer.1)
}

fn by_place(config: &Config) -> Vec<Vec<Entry>> {
    let owner = |entry: &Entry| entry.owner;
    let first = config.entries().first().map(owner);
    let nested = matches!(config.format(), Format::Yaml | Format::Json);
    if !nested
        && config
            .entries()
            .iter()
            .all(|entry| Some(entry.owner) == first)
    {
        return Vec::new();
    }
    let places: Vec<Option<(Place<'_>, &str)>> = config
        .entries()
        .iter()
        .map(|entry| match config.binding(entry) {
            Binding::Consumer { name, .. } => {
                Some(((entry.owner, above(config, entry, name)), name))
            }
            Binding::Elsewhere => None,
        })
        .collect();
    let mut set: BTreeMap<&str, BTreeSet<Place<'_>>> = BTreeMap::new();
    for (place, name) in places.iter().flatten() {
        set.entry(name).or_default().insert(*place);
    }
    let mut apart: BTreeSet<Place<'_>> = BTreeSet::new();
    for of_property in set.values().filter(|places| places.len() > 1) {
        if of_property.len() > MOST {
            return Vec::new();
        }
        for place in of_property {
            let mut others = of_property.iter().filter(|other| *other != place);
            if others.any(|other| !contains(*other, *place) && !contains(*place, *other)) {
                apart.insert(*place);
            }
        }
    }
    let owners: BTreeSet<usize> = apart.iter().map(|(owner, _)| *owner).collect();
    let documents: BTreeSet<usize> = owners
        .iter()
        .map(|owner| owner / OWNERS_OF_A_DOCUMENT)
        .collect();
    let shared = |entry: &Entry, with: usize| {
        let same = document(entry) == with / OWNERS_OF_A_DOCUMENT;
        let by_all =
            entry.owner.is_multiple_of(OWNERS_OF_A_DOCUMENT) || !owners.contains(&entry.owner);
        entry.owner == with || by_all && (same || !documents.contains(&document(entry)))
    };
    let of = |wanted: &Place<'_>| {
        let entries = config.entries().iter().zip(&places);
        entries
            .filter(|(entry, place)| match place {
                Some((place, _)) if apart.contains(place) => contains(*place, *wanted),
                _ => shared(entry, wanted.0),
            })
            .map(|(entry, _)| entry.clone())
            .collect()
    };
    apart.iter().map(of).collect()
}

/// The path above the name of a property, in formats where keys are paths.
fn above<'a>(config: &Config, entry: &'a Entry, name: &str) -> &'a str {
    if !matches!(config.format(), Format::Yaml | Format::Json) {
        return "";
    }
    let key = entry.key.text.as_str();
    let family = config.client().family;
    key.strip_suffix(name)
        .or_else(|| {
            let own = dialect::last_known(family, key);
            key.strip_suffix(own).filter(|_| family.is_foreign())
        })
        .unwrap_or_default()
}
