//! Effective values: what counts for a property, and why.
//!
//! The order is: set in the text (the winning entry), the framework's own default, the default of
//! the client's version. A value that holds a placeholder isn't known before the program runs, and
//! one that Kafka can't read has no value; both are told apart from an unset key.

use std::fmt;

use super::catalog::{self, Property};
use super::client::{Client, Family};
use super::dialect;
use super::document::{Config, Entry};
use super::secrets;
use super::value::{NotAValue, Value, java_trim};

/// Where an effective value comes from.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Origin<'a> {
    /// Set in the text by this entry.
    Set(&'a Entry),
    /// The framework sets it when the text doesn't.
    FrameworkDefault(Family),
    /// The default of the client's version.
    ClientDefault(Client),
}

/// The effective value of one property.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective<'a> {
    /// The property.
    pub property: &'static Property,
    /// Where the value comes from.
    pub origin: Origin<'a>,
    /// The value; `None` for null, for a placeholder and for what Kafka can't read.
    pub value: Option<Value>,
    /// Why a set value couldn't be read.
    pub refused: Option<NotAValue>,
    text: Option<&'a str>,
}

/// Values that a framework sets before the client sees them, and defaults of other clients.
pub(crate) fn framework_default(family: Family, name: &str) -> Option<&'static str> {
    if let Some(own) = dialect::default(family, name) {
        return Some(own);
    }
    match (family, name) {
        (Family::Streams, "max.poll.records") => Some("1000"),
        (Family::Streams | Family::ConnectWorker | Family::Connector, "auto.offset.reset") => {
            Some("earliest")
        }
        (
            Family::Streams
            | Family::ConnectWorker
            | Family::Connector
            | Family::SpringBoot
            | Family::SmallRye
            | Family::Flink,
            "enable.auto.commit",
        )
        | (Family::Streams, "allow.auto.create.topics") => Some("false"),
        (Family::SpringBoot, "bootstrap.servers") => Some("localhost:9092"),
        (Family::SpringBoot, "key.deserializer" | "value.deserializer")
        | (Family::SmallRye, "key.deserializer") => {
            Some("org.apache.kafka.common.serialization.StringDeserializer")
        }
        (
            Family::ConnectWorker | Family::Connector | Family::Flink,
            "key.deserializer" | "value.deserializer",
        ) => Some("org.apache.kafka.common.serialization.ByteArrayDeserializer"),
        _ => None,
    }
}

impl Config {
    /// The effective value of a consumer property; `None` for a name that the catalog doesn't know.
    pub fn effective(&self, name: &str) -> Option<Effective<'_>> {
        let property = catalog::property(name)?;
        let client = self.client();
        if let Some(entry) = self.winner(name) {
            let text = entry.value.text.as_str();
            let mut effective = Effective {
                property,
                origin: Origin::Set(entry),
                value: None,
                refused: None,
                text: Some(text),
            };
            if !has_placeholder(text) {
                match property.kind.parse(text) {
                    Ok(value) => effective.value = Some(value),
                    Err(refused) => effective.refused = Some(refused),
                }
            }
            return Some(effective);
        }
        let (origin, text) = match framework_default(client.family, name) {
            Some(text) => (Origin::FrameworkDefault(client.family), Some(text)),
            None => (
                Origin::ClientDefault(client),
                property.default_text(client.version_or_newest()),
            ),
        };
        Some(Effective {
            property,
            origin,
            value: text.and_then(|text| property.kind.parse(text).ok()),
            refused: None,
            text,
        })
    }
}

impl<'a> Effective<'a> {
    /// The entry that sets it.
    pub fn entry(&self) -> Option<&'a Entry> {
        match self.origin {
            Origin::Set(entry) => Some(entry),
            _ => None,
        }
    }

    /// Whether the text sets it.
    pub fn is_set(&self) -> bool {
        self.entry().is_some()
    }

    /// Whether it is set to something other than blanks.
    pub fn is_set_non_blank(&self) -> bool {
        self.entry()
            .is_some_and(|entry| !java_trim(&entry.value.text).is_empty())
    }

    /// Whether the value rests on a client version that nobody stated.
    pub fn rests_on_assumed_version(&self) -> bool {
        matches!(
            self.origin,
            Origin::ClientDefault(Client { version: None, .. })
        ) && self.property.defaults().len() > 1
    }

    /// The whole number, if the value is one.
    pub fn integer(&self) -> Option<i64> {
        self.value.as_ref().and_then(Value::as_integer)
    }

    /// The value for display: secrets masked, null as `null`.
    pub fn display(&self) -> String {
        match self.text {
            Some(text) => secrets::shown(self.property.name, java_trim(text)),
            None => "null".to_owned(),
        }
    }
}

impl fmt::Display for Origin<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Set(_) => out.write_str("set here"),
            Self::FrameworkDefault(family) => write!(out, "default of {}", family.title()),
            Self::ClientDefault(Client {
                version: Some(version),
                ..
            }) => {
                write!(out, "default of Kafka client {version}")
            }
            Self::ClientDefault(client) => write!(
                out,
                "default of Kafka client {}, assumed because no version is given",
                client.version_or_newest()
            ),
        }
    }
}

/// Whether a text holds something that another program fills in before the client reads it:
/// `${…}`, `#{…}`, `{{…}}`, `$(…)` or `%NAME%`.
pub(crate) fn has_placeholder(text: &str) -> bool {
    // Most values hold nothing of the kind.
    let opens = |byte: u8| matches!(byte, b'$' | b'#' | b'{' | b'%');
    if !text.bytes().any(opens) {
        return false;
    }
    let pair = |open: &str, close: &str| {
        text.find(open)
            .and_then(|at| text.get(at + open.len()..))
            .is_some_and(|rest| rest.contains(close))
    };
    let percent = || {
        let mut parts = text.split('%').skip(1).peekable();
        while let Some(part) = parts.next() {
            let name = !part.is_empty()
                && part
                    .bytes()
                    .all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
            if name && parts.peek().is_some() {
                return true;
            }
        }
        false
    };
    pair("${", "}") || pair("#{", "}") || pair("{{", "}}") || pair("$(", ")") || percent()
}

#[cfg(test)]
mod tests {
    use super::super::document::ParseOptions;
    use super::*;

    fn config(text: &str, client: &str) -> Config {
        let options = ParseOptions {
            client: Some(client.parse().unwrap()),
            ..ParseOptions::default()
        };
        Config::parse(text, &options)
    }

    #[test]
    fn an_unset_key_has_the_default_of_the_client_version() {
        for (client, session) in [("java@2.8", 10_000), ("java@3.0", 45_000), ("java", 45_000)] {
            let config = config("", client);
            let effective = config.effective("session.timeout.ms").unwrap();
            assert_eq!(effective.integer(), Some(session), "{client}");
            assert!(!effective.is_set());
        }
    }

    #[test]
    fn a_set_key_beats_the_framework_and_the_last_one_wins() {
        let config = config(
            "main.consumer.max.poll.records=200\nconsumer.max.poll.records=500\nmax.poll.records=5\n",
            "streams@3.9",
        );
        assert_eq!(
            config.effective("max.poll.records").unwrap().integer(),
            Some(200)
        );
        let empty = config.with_text("");
        assert_eq!(
            empty.effective("max.poll.records").unwrap().integer(),
            Some(1000)
        );
    }

    #[test]
    fn placeholders_and_unreadable_values_have_no_value() {
        let config = config(
            "session.timeout.ms=${S}\nheartbeat.interval.ms=3s\n",
            "java",
        );
        let session = config.effective("session.timeout.ms").unwrap();
        assert_eq!((session.integer(), session.refused), (None, None));
        let heartbeat = config.effective("heartbeat.interval.ms").unwrap();
        assert_eq!(heartbeat.refused, Some(NotAValue::NotANumber));
    }

    #[test]
    fn placeholders_are_recognised() {
        for text in [
            "${A}",
            "x-${A:-b}",
            "#{x}",
            "{{ .Values.a }}",
            "$(HOSTNAME)",
            "%HOST_1%",
        ] {
            assert!(has_placeholder(text), "{text}");
        }
        for text in ["", "$", "${", "}${", "100%", "50% 60%", "a%b%c", "{a}"] {
            assert!(!has_placeholder(text), "{text}");
        }
    }
}
