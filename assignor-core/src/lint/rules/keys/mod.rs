//! Keys that the consumer doesn't know.

pub(super) mod did_you_mean;
pub(super) mod foreign;
pub(super) mod rebalance_timeout;
pub(super) mod unknown_property;
pub(super) mod wrong_case;

use std::sync::OnceLock;

use crate::config::catalog::{self, Property};
use crate::config::{Entry, Family, Format, secrets, spring};
use crate::lint::subject::Subject;

/// What an unknown key may have been meant to be.
#[derive(Clone, Copy)]
pub(in crate::lint) struct Guess {
    pub(super) property: &'static Property,
    /// Whether there is no reasonable doubt.
    pub(super) sure: bool,
}

/// An entry of the consumer whose key nobody knows: no property, no key of another program or of a
/// plug-in, no property in the wrong case.
#[derive(Clone, Copy)]
pub(in crate::lint) struct Unknown<'a> {
    pub(super) name: &'a str,
    pub(super) entry: &'a Entry,
    pub(super) guess: Option<Guess>,
}

/// All unknown keys, each with the property it may have been meant to be. Looked up once per
/// configuration.
pub(super) fn unknown<'s, 'a>(subject: &'s Subject<'a>) -> &'s [Unknown<'a>] {
    subject.unknown.get_or_init(|| {
        let keys = subject.keys().iter();
        keys.filter(|key| {
            let known = key.property.is_some() || key.owner.is_some();
            !key.name.is_empty() && !known && wrong_case(key.name).is_none()
        })
        .map(|key| Unknown {
            name: key.name,
            entry: key.entry,
            guess: nearest(key.name),
        })
        // Beside properties in a map the application's own keys are no surprise.
        .filter(|unknown| {
            let config = subject.config;
            unknown.guess.is_some()
                || config.client().family != Family::Java
                || !matches!(config.format(), Format::Json | Format::Yaml)
        })
        .collect()
    })
}

/// The property that a key spells in the wrong case.
pub(super) fn wrong_case(name: &str) -> Option<&'static Property> {
    if !name.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    catalog::property(&name.to_ascii_lowercase())
}

/// The nearest property, if it is near enough: a known misspelling, or at most two edits away, one
/// more for every six characters from the eighteenth on. Case and `.`, `-`, `_` don't count.
pub(super) fn nearest(name: &str) -> Option<Guess> {
    if let Some(property) = catalog::known_typo(name) {
        return Some(Guess {
            property,
            sure: true,
        });
    }
    let wanted = Folded::of(name);
    let most = (name.chars().count() / 6).max(2);
    let mut best: Option<(usize, &'static Property)> = None;
    for (known, property) in folded_properties() {
        let limit = best.map_or(most + 1, |(distance, _)| distance);
        let longer = wanted.length.abs_diff(known.length);
        let apart = longer >= limit || wanted.kinds_apart(known) >= limit;
        if apart || wanted.at_least(known) >= limit {
            continue;
        }
        let distance = strsim::osa_distance(&wanted.text, &known.text);
        if distance < limit {
            best = Some((distance, property));
        }
    }
    best.map(|(distance, property)| Guess {
        property,
        sure: distance <= 1 && wanted.text.len() > 4,
    })
}

static FOLDED: OnceLock<Vec<(Folded, &'static Property)>> = OnceLock::new();

fn folded_properties() -> &'static [(Folded, &'static Property)] {
    FOLDED.get_or_init(|| {
        let fold = |property: &'static Property| (Folded::of(property.name), property);
        catalog::properties().iter().map(fold).collect()
    })
}

/// Of a longer key only so many letters are compared.
const LONGEST_COMPARED: usize = 80;

/// A key without case and separators, with its letters counted.
struct Folded {
    text: String,
    letters: [u8; 37],
    /// A bit for each letter that is there.
    kinds: u64,
    /// How many characters there are.
    length: usize,
}

impl Folded {
    fn of(name: &str) -> Self {
        let text = spring::folded(spring::first_letters(name, LONGEST_COMPARED));
        let mut letters = [0u8; 37];
        let mut kinds = 0;
        for char in text.chars() {
            let slot = char.to_digit(36).unwrap_or(36);
            if let Some(count) = letters.get_mut(slot as usize) {
                *count = count.saturating_add(1);
            }
            kinds |= 1 << slot;
        }
        Self {
            length: text.chars().count(),
            text,
            letters,
            kinds,
        }
    }

    /// A lower bound of the edit distance by the letters that only one of them has.
    fn kinds_apart(&self, other: &Self) -> usize {
        let more = (self.kinds & !other.kinds).count_ones();
        let fewer = (other.kinds & !self.kinds).count_ones();
        more.max(fewer) as usize
    }

    /// A lower bound of the edit distance that needs no table: one edit repairs at most one letter
    /// too many and one too few.
    fn at_least(&self, other: &Self) -> usize {
        let (mut more, mut fewer) = (0usize, 0usize);
        for (one, two) in self.letters.iter().zip(&other.letters) {
            more += usize::from(one.saturating_sub(*two));
            fewer += usize::from(two.saturating_sub(*one));
        }
        more.max(fewer)
    }
}

/// A key as messages quote it.
pub(super) fn quoted(name: &str) -> String {
    secrets::plain(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bound_never_exceeds_the_distance() {
        let names = [
            "sesion.timeout.ms",
            "max-poll-records",
            "id",
            "x",
            "ssl.truststroe.location",
            "ßß",
        ];
        for name in names {
            for property in catalog::properties() {
                let (one, two) = (Folded::of(name), Folded::of(property.name));
                assert!(
                    one.at_least(&two)
                        .max(one.kinds_apart(&two))
                        .max(one.length.abs_diff(two.length))
                        <= strsim::osa_distance(&one.text, &two.text),
                    "{name} {}",
                    property.name
                );
            }
        }
    }

    #[test]
    fn near_keys_are_guessed_and_far_ones_not() {
        for (name, expected) in [
            ("sesion.timeout.ms", Some("session.timeout.ms")),
            ("max-poll-records", Some("max.poll.records")),
            ("ssl.truststroe.locatoin", Some("ssl.truststore.location")),
            ("my.app.retries", None),
            ("foo.bar.ms", None),
            ("h2", None),
        ] {
            assert_eq!(
                nearest(name).map(|guess| guess.property.name),
                expected,
                "{name}"
            );
        }
    }
}
