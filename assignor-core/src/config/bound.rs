//! What the entries of a configuration set, found once when it is read: every rule asks for it many times.

use std::collections::{BTreeMap, BTreeSet};

use super::binding::{Reading, bind};
use super::catalog;
use super::client::Family;
use super::document::{Binding, Entry, Format};

/// The properties that entries set, and which entry counts for each.
#[derive(Clone, Debug, Default)]
pub(super) struct Bound {
    /// By the place of the entry.
    names: Vec<Option<Name>>,
    /// Places of the entries that count, sorted by the name of their property.
    winners: Vec<usize>,
    /// The same by the place of the property in the catalog.
    known: Vec<Option<usize>>,
    /// The maps, by owner and path, in which properties are set by their whole names.
    sections: BTreeSet<(usize, String)>,
}

/// The name of a property.
#[derive(Clone, Debug)]
enum Name {
    /// The end of the key, from that byte on.
    End(usize),
    /// Another spelling than the key's.
    Own(Box<str>),
}

impl Bound {
    pub(super) fn of(reading: Reading, text: &str, entries: &[Entry]) -> Self {
        let mut bound = Self::default();
        for entry in entries.iter().filter(|_| has_sections(reading)) {
            if let Binding::Consumer { name, .. } = bind(reading, &entry.key.text)
                && let Some(above) = entry.key.text.strip_suffix(name)
                && dotted(reading, text, entry) == Some(name)
            {
                bound.sections.insert((entry.owner, above.to_owned()));
            }
        }
        // Variables of a broker's container count for no consumer.
        let brokers: BTreeSet<usize> = entries
            .iter()
            .filter(|entry| entry.is_image_of_broker())
            .map(|entry| entry.owner)
            .collect();
        let mut names = Vec::with_capacity(entries.len());
        let mut winners: BTreeMap<&str, (u8, usize)> = BTreeMap::new();
        for (index, entry) in entries.iter().enumerate() {
            let Binding::Consumer { name, rank } = bound.binding(reading, text, entry) else {
                names.push(None);
                continue;
            };
            names.push(Some(if entry.key.text.ends_with(name) {
                Name::End(entry.key.text.len() - name.len())
            } else {
                Name::Own(name.into())
            }));
            if brokers.contains(&entry.owner) {
                continue;
            }
            let best = winners.entry(name).or_insert((rank, index));
            if rank >= best.0 {
                *best = (rank, index);
            }
        }
        bound.known = vec![None; catalog::properties().len()];
        for (name, (_, index)) in &winners {
            let known = catalog::place(name).and_then(|place| bound.known.get_mut(place));
            if let Some(known) = known {
                *known = Some(*index);
            }
        }
        bound.winners = winners.into_values().map(|(_, index)| index).collect();
        bound.names = names;
        bound
    }

    /// What an entry sets, whether it is one of these or not.
    pub(super) fn binding<'a>(
        &self,
        reading: Reading,
        text: &str,
        entry: &'a Entry,
    ) -> Binding<'a> {
        match bind(reading, &entry.key.text) {
            Binding::Elsewhere => self.beside_properties(reading, text, entry),
            found @ Binding::Consumer { .. } => found,
        }
    }

    /// A key with points, or one of another program, in the same map as properties of a plain Java
    /// consumer is meant for that consumer, known or not.
    fn beside_properties<'a>(&self, reading: Reading, text: &str, entry: &'a Entry) -> Binding<'a> {
        let key = entry.key.text.as_str();
        let above = dotted(reading, text, entry).and_then(|name| key.strip_suffix(name));
        let holds = |above: &&str| self.sections.contains(&(entry.owner, (*above).to_owned()));
        let name = above.filter(holds).and_then(|above| key.get(above.len()..));
        name.map_or(Binding::Elsewhere, |name| Binding::Consumer {
            name,
            rank: 0,
        })
    }

    /// The property that the entry at a place sets.
    pub(super) fn name<'a>(&'a self, index: usize, entry: &'a Entry) -> Option<&'a str> {
        match self.names.get(index)?.as_ref()? {
            Name::End(from) => entry.key.text.get(*from..),
            Name::Own(name) => Some(name),
        }
    }

    /// The entries that count, with their properties, in the order of these.
    pub(super) fn winners<'a>(
        &'a self,
        entries: &'a [Entry],
    ) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        let named = |index: &usize| {
            let entry = entries.get(*index)?;
            Some((self.name(*index, entry)?, entry))
        };
        self.winners.iter().filter_map(named)
    }

    /// The entry that counts for a property.
    pub(super) fn winner<'a>(&self, property: &str, entries: &'a [Entry]) -> Option<&'a Entry> {
        if let Some(place) = catalog::place(property) {
            return entries.get(self.known.get(place).copied().flatten()?);
        }
        let name = |index: &usize| {
            let entry = entries.get(*index);
            entry.and_then(|entry| self.name(*index, entry))
        };
        let found = self
            .winners
            .binary_search_by(|index| name(index).cmp(&Some(property)))
            .ok()?;
        entries.get(*self.winners.get(found)?)
    }
}

/// Whether the format has maps and the client is a plain Java one.
fn has_sections(reading: Reading) -> bool {
    matches!(reading.format, Format::Json | Format::Yaml) && reading.family == Family::Java
}

/// A key as it is written in its own map, if it has points or is another program's (`acks`), the format
/// has maps and the client is a plain Java one.
fn dotted<'a>(reading: Reading, text: &'a str, entry: &Entry) -> Option<&'a str> {
    if !has_sections(reading) {
        return None;
    }
    let written = entry.key.span.text(text);
    (written.contains('.') || catalog::owner(written).is_some()).then_some(written)
}
