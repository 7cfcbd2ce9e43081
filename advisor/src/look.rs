//! What stands at a place of a text, or could stand there: completion and documentation.

use crate::places::Places;
use crate::request::{Look, LookFor};
use assignor_core::config::catalog::{self, Property};
use assignor_core::config::{
    Binding, Config, Entry, Family, Format, Limits, Span, Token, TokenKind, Type, Written,
    client_keys,
};
use assignor_core::startup;
use assignor_core::version::KafkaVersion;
use serde::Serialize;

/// Longer texts are not read once more to find what could stand at a place.
const LONGEST_PROBED: usize = 200_000;

/// Stands for a key that is being typed.
const PROBE: &str = "zzprobe";

/// The answer to a [`Look`]: its form is that of `editor/lookup.ts`.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Seen {
    /// What could stand between two places.
    Completions {
        /// First unit to replace.
        from: u32,
        /// One past the last unit.
        to: u32,
        /// What could come.
        options: Vec<Completion>,
    },
    /// What stands between two places.
    Described {
        /// First unit.
        from: u32,
        /// One past the last unit.
        to: u32,
        /// What it is.
        documentation: Documentation,
    },
}

/// Something to type.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Completion {
    /// What is typed.
    pub label: String,
    /// A few words beside it.
    pub detail: String,
    /// More about it.
    pub documentation: Option<Documentation>,
}

/// What a property is.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Documentation {
    /// Kafka's name.
    pub title: String,
    /// What it does.
    pub meaning: String,
    /// Type, default and the like.
    pub facts: Vec<(&'static str, String)>,
}

/// Looks at a place of a text. Nothing where nothing is known, or where the text is another one by now.
pub(crate) fn look(config: &Config, look: &Look) -> Option<Seen> {
    let places = Places::of(config.text(), config.lines());
    if places.unit(config.text().len()) != look.length {
        return None;
    }
    let at = places.offset(look.at)?;
    let config = config.member_at(at);
    match look.what {
        LookFor::Completions => complete(config, &places, at),
        LookFor::Documentation => describe(config, &places, at),
    }
}

fn describe(config: &Config, places: &Places<'_>, at: usize) -> Option<Seen> {
    let holds = |span: Span| span.start <= at && at < span.end;
    let mut entries = config.entries().iter();
    let entry = entries.find(|entry| holds(entry.key.span) || holds(entry.value.span))?;
    let span = if holds(entry.key.span) {
        entry.key.span
    } else {
        entry.value.span
    };
    Some(Seen::Described {
        from: places.unit(span.start),
        to: places.unit(span.end),
        documentation: documentation(property_of(config, entry)?, config),
    })
}

fn property_of(config: &Config, entry: &Entry) -> Option<&'static Property> {
    match config.binding(entry) {
        Binding::Consumer { name, .. } => catalog::property(name),
        Binding::Elsewhere => None,
    }
}

fn documentation(property: &Property, config: &Config) -> Documentation {
    let version = config.client().version_or_newest();
    let mut facts = vec![("Type", property.kind.name().to_owned())];
    facts.push(("Default", default(property, version)));
    match &property.limits {
        Limits::Range(min, Some(max)) => facts.push(("Range", format!("{min} to {max}"))),
        Limits::Range(min, None) => facts.push(("Range", format!("{min} or more"))),
        Limits::Enum { words, .. } => facts.push(("One of", words.join(", "))),
        Limits::NonNull | Limits::NonEmpty => facts.push(("Must be", "set".to_owned())),
        Limits::NoDuplicates => facts.push(("Entries", "must differ".to_owned())),
        Limits::None => {}
    }
    facts.push(("Since", property.since.to_string()));
    if let Some(removed) = property.removed {
        facts.push(("Removed", removed.to_string()));
    }
    if property.deprecated {
        facts.push(("Deprecated", "yes".to_owned()));
    }
    Documentation {
        title: property.name.to_owned(),
        meaning: property.meaning.to_owned(),
        facts,
    }
}

/// The default of a release in words.
fn default(property: &Property, version: KafkaVersion) -> String {
    match property.default_text(version) {
        None if !property.known_to(version) => format!("none, unknown to {version}"),
        None => "none".to_owned(),
        Some("") => "empty".to_owned(),
        Some(text) => format!("{text} ({version})"),
    }
}

fn complete(config: &Config, places: &Places<'_>, at: usize) -> Option<Seen> {
    let (span, options) = if let Some(entry) = value_at(config, at) {
        let property = property_of(config, entry)?;
        let span = item_at(config.text(), entry.value.span, property.kind, at);
        (span, values(config, property))
    } else {
        let mut tokens = config.tokens().iter();
        let inside = |token: &Token| token.span.start < at && at <= token.span.end;
        if tokens.any(|token| token.kind == TokenKind::Comment && inside(token)) {
            return None;
        }
        let word = word_at(config.text(), at);
        (word, keys(config, word)?)
    };
    (!options.is_empty()).then(|| Seen::Completions {
        from: places.unit(span.start),
        to: places.unit(span.end),
        options,
    })
}

/// The entry whose value is being typed at a place.
fn value_at(config: &Config, at: usize) -> Option<&Entry> {
    config.entries().iter().find(|entry| {
        let typed = entry.value.span;
        let empty = typed.is_empty() && entry.separator.is_some_and(|span| span.end == at);
        empty || (!typed.is_empty() && typed.start <= at && at <= typed.end)
    })
}

/// The part of a value that is typed at a place: an item of a list, or all of it.
fn item_at(text: &str, value: Span, kind: Type, at: usize) -> Span {
    if value.is_empty() {
        return Span::at(at);
    }
    let (before, after) = (
        Span::new(value.start, at).text(text),
        Span::new(at, value.end).text(text),
    );
    let ends = |char: char| char == '"' || char == '\'' || (kind == Type::List && char == ',');
    let from = before
        .rfind(ends)
        .map_or(value.start, |comma| value.start + comma + 1);
    let to = after.find(ends).map_or(value.end, |comma| at + comma);
    Span::new(from, to)
}

fn word_at(text: &str, at: usize) -> Span {
    let part = |char: char| char.is_ascii_alphanumeric() || matches!(char, '.' | '_' | '-' | '@');
    let before = text.get(..at).unwrap_or_default();
    let after = text.get(at..).unwrap_or_default();
    let from = before.trim_end_matches(part).len();
    Span::new(from, text.len() - after.trim_start_matches(part).len())
}

/// The values that a property can have, where these are few.
fn values(config: &Config, property: &Property) -> Vec<Completion> {
    let version = config.client().version_or_newest();
    let default = property.default_text(version);
    let option = |label: &str| Completion {
        label: label.to_owned(),
        detail: if default == Some(label) {
            "default"
        } else {
            ""
        }
        .to_owned(),
        documentation: None,
    };
    if property.kind == Type::Boolean {
        return Vec::from(["true", "false"].map(option));
    }
    // Other clients have words of their own.
    if config.client().family.is_foreign() {
        return Vec::new();
    }
    match &property.limits {
        Limits::Enum { words, .. } => words.iter().map(|word| option(word)).collect(),
        _ => startup::classes_for(property.name, version)
            .map(option)
            .collect(),
    }
}

/// What clients put before Kafka's names, the plain name first.
const PREFIXES: [(Family, &[&str]); 7] = [
    (
        Family::SpringBoot,
        &[
            "spring.kafka.consumer.",
            "spring.kafka.consumer.properties.",
        ],
    ),
    (Family::Streams, &["consumer."]),
    (Family::ConnectWorker, &["consumer."]),
    (Family::Connector, &["consumer.override."]),
    (Family::SmallRye, &["kafka."]),
    (Family::Flink, &["properties."]),
    (Family::Librdkafka, &["kafkaJS."]),
];

/// The keys that could be typed in place of a word.
fn keys(config: &Config, word: Span) -> Option<Vec<Completion>> {
    let version = config.client().version_or_newest();
    let family = config.client().family;
    let above = above(config, word)?;
    let known = catalog::properties()
        .iter()
        .filter(|property| property.known_to(version) && !property.name.starts_with("internal."));
    let own: Vec<&str> = client_keys(family).collect();
    let mut options = Vec::new();
    for property in known {
        let own = own.iter().map(|key| (*key).to_owned());
        let spelled = spellings(config, property.name)
            .into_iter()
            .chain(own)
            .find(|key| sets(config, &format!("{above}{key}"), property));
        options.extend(spelled.map(|label| Completion {
            label,
            detail: default(property, version),
            documentation: Some(documentation(property, config)),
        }));
    }
    Some(options)
}

/// The path above a key that stands in place of a word: the text is read with another word there.
fn above(config: &Config, word: Span) -> Option<String> {
    let text = config.text();
    if text.len() > LONGEST_PROBED {
        return None;
    }
    let rest = text.get(word.end..)?.lines().next().unwrap_or_default();
    let value = match config.format() {
        _ if !rest.trim().is_empty() => "",
        Format::Yaml => ": 0",
        Format::Properties | Format::Env => "=0",
        _ => "",
    };
    let probed = [text.get(..word.start)?, PROBE, value, text.get(word.end..)?].concat();
    let probed = config.with_text(probed);
    let mut keys = probed.entries().iter().map(|entry| &entry.key.text);
    match keys.find_map(|key| key.split_once(PROBE)) {
        Some((above, _)) => Some(above.to_owned()),
        // In code only a whole call is a key; a word in quotes may become one.
        None if config.format().is_program() => Some(String::new()),
        None => None,
    }
}

/// How a property may be spelled, from the most usual on.
fn spellings(config: &Config, name: &str) -> Vec<String> {
    let family = config.client().family;
    if config.format() == Format::Env {
        return vec![format!("KAFKA_{}", name.to_uppercase().replace('.', "_"))];
    }
    let dashed = name.replace('.', "-");
    let short = dashed
        .rsplit_once('-')
        .filter(|(_, unit)| matches!(*unit, "ms" | "bytes"))
        .map(|(short, _)| short.to_owned());
    let boot = (family == Family::SpringBoot).then_some([short, Some(dashed)]);
    let names: Vec<String> = boot
        .into_iter()
        .flatten()
        .chain([Some(name.to_owned())])
        .flatten()
        .collect();
    let prefixes = PREFIXES.iter().find(|(of, _)| *of == family);
    let prefixed = prefixes
        .into_iter()
        .flat_map(|(_, prefixes)| prefixes.iter());
    let prefixed =
        prefixed.flat_map(|prefix| names.iter().map(move |name| format!("{prefix}{name}")));
    names.iter().cloned().chain(prefixed).collect()
}

/// Whether a key would set a property.
fn sets(config: &Config, key: &str, property: &Property) -> bool {
    let nowhere = |text: &str| Written {
        text: text.to_owned(),
        span: Span::at(0),
    };
    let entry = Entry {
        owner: 0,
        key: nowhere(key),
        separator: None,
        value: nowhere(""),
        span: Span::at(0),
    };
    matches!(config.binding(&entry), Binding::Consumer { name, .. } if name == property.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use assignor_core::config::ParseOptions;

    /// The text before `|` and after it, looked at there.
    fn seen(text: &str, what: LookFor) -> Option<Seen> {
        let (before, after) = text.split_once('|').unwrap();
        let config = Config::parse(format!("{before}{after}"), &ParseOptions::default());
        let units = |text: &str| u32::try_from(text.encode_utf16().count()).unwrap();
        let at = units(before);
        look(
            &config,
            &Look {
                text: 0,
                at,
                length: at + units(after),
                what,
            },
        )
    }

    fn offered(text: &str) -> Vec<String> {
        match seen(text, LookFor::Completions) {
            Some(Seen::Completions { options, .. }) => {
                options.into_iter().map(|option| option.label).collect()
            }
            _ => Vec::new(),
        }
    }

    fn offers(text: &str, key: &str) {
        let offered = offered(text);
        assert!(offered.iter().any(|it| it == key), "{text}: {offered:?}");
    }

    #[test]
    fn keys_are_offered_as_the_format_and_the_client_spell_them() {
        offers("group.id=g\nsess|\n", "session.timeout.ms");
        offers("group.id=g\n|", "max.poll.records");
        let boot = "spring:\n  kafka:\n    consumer:\n      group-id: g\n";
        offers(&format!("{boot}      max|\n"), "max-poll-records");
        offers(
            &format!("{boot}      properties:\n        max|\n"),
            "max.poll.interval.ms",
        );
        offers(
            "spring.kafka.consumer.group-id=g\nspr|\n",
            "spring.kafka.consumer.max-poll-records",
        );
        offers(
            "KAFKA_GROUP_ID=g\nKAFKA_SESS|=1\n",
            "KAFKA_SESSION_TIMEOUT_MS",
        );
        offers(
            "from confluent_kafka import Consumer\nc = Consumer({'group.id': 'g', 'sess|': 1})\n",
            "session.timeout.ms",
        );
        offers(
            "{\"name\": \"s\", \"config\": {\"connector.class\": \"a.B\", \"cons|\": \"1\"}}",
            "consumer.override.max.poll.records",
        );
        assert_eq!(offered("# sess|\n"), [""; 0], "comments");
    }

    #[test]
    fn values_are_offered_for_what_has_few() {
        assert_eq!(offered("enable.auto.commit=|\n"), ["true", "false"]);
        offers("auto.offset.reset=ea|\n", "earliest");
        offers(
            "partition.assignment.strategy=org.apache.kafka.clients.consumer.RangeAssignor,|\n",
            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
        );
        assert_eq!(offered("group.id=g|\n"), [""; 0]);
        let Some(Seen::Completions { from, to, .. }) = seen(
            "é=1\npartition.assignment.strategy=a.B,c|d,e\n",
            LookFor::Completions,
        ) else {
            panic!("nothing is offered");
        };
        assert_eq!((from, to), (38, 40), "only the item is replaced");
    }

    #[test]
    fn keys_and_values_are_described() {
        let Some(Seen::Described {
            from,
            to,
            documentation,
        }) = seen(
            "spring.kafka.consumer.max-poll-reco|rds: 5\n",
            LookFor::Documentation,
        )
        else {
            panic!("nothing is described");
        };
        assert_eq!((from, to), (0, 38));
        assert_eq!(documentation.title, "max.poll.records");
        assert!(
            documentation
                .facts
                .iter()
                .any(|(name, text)| *name == "Default" && text.starts_with("500 ("))
        );
        assert!(!documentation.meaning.is_empty());
        assert_eq!(seen("my.key=|1\n", LookFor::Documentation), None);
    }

    #[test]
    fn another_text_is_not_looked_at() {
        let config = Config::parse("enable.auto.commit=\n", &ParseOptions::default());
        let asked = Look {
            text: 0,
            at: 19,
            length: 21,
            what: LookFor::Completions,
        };
        assert_eq!(look(&config, &asked), None);
    }
}
