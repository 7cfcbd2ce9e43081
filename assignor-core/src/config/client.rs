//! Which client reads a configuration: its family and its version.
//!
//! Defaults and refusals depend on both. A version that nobody stated is the newest one known, and
//! whatever rests on it says so.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use thiserror::Error;

/// A release of Kafka or of its Java client, such as 3.9.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KafkaVersion {
    /// First number.
    pub major: u16,
    /// Second number.
    pub minor: u16,
    /// Third number.
    pub patch: u16,
}

impl KafkaVersion {
    /// The newest release that the catalog describes.
    pub const NEWEST: Self = Self::new(4, 3, 0);

    /// `major.minor.patch`.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }
}

/// The last minor release of each major one, for versions written as `3.x`.
const LAST_MINORS: [(u16, u16); 5] = [(0, 11), (1, 1), (2, 8), (3, 9), (4, 3)];

/// A version that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("\"{text}\" is not a version: write it like 3.9, 4.1.0 or 3.x")]
pub struct VersionError {
    text: String,
}

impl FromStr for KafkaVersion {
    type Err = VersionError;

    /// Reads `4`, `3.9`, `2.8.2`, and `3.x` for the last release of a line. The fourth number of
    /// releases before 1.0 (`0.10.1.0`) is read and dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || VersionError {
            text: text.to_owned(),
        };
        let trimmed = text.trim();
        let mut parts = trimmed.strip_prefix('v').unwrap_or(trimmed).split('.');
        let number = |part: &str| part.parse::<u16>().map_err(|_| error());
        let major = number(parts.next().unwrap_or_default())?;
        let minor = match parts.next() {
            None => 0,
            Some("x") => LAST_MINORS
                .iter()
                .find(|(known, _)| *known == major)
                .map(|(_, last)| *last)
                .ok_or_else(error)?,
            Some(part) => number(part)?,
        };
        let patch = match parts.next() {
            None | Some("x") => 0,
            Some(part) => number(part)?,
        };
        if let Some(fourth) = parts.next() {
            number(fourth)?;
        }
        if parts.next().is_some() {
            return Err(error());
        }
        Ok(Self::new(major, minor, patch))
    }
}

impl fmt::Display for KafkaVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)?;
        if self.patch > 0 {
            write!(out, ".{}", self.patch)?;
        }
        Ok(())
    }
}

impl Serialize for KafkaVersion {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

/// The program that reads the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Family {
    /// Kafka's Java consumer, used directly.
    Java,
    /// A Kafka Streams application, whose `consumer.` keys reach the Java consumer.
    Streams,
    /// A Kafka Connect worker, whose `consumer.` keys reach the sink tasks' consumers.
    ConnectWorker,
}

impl Family {
    /// All families, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Java, Self::Streams, Self::ConnectWorker];

    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Java => "java",
            Self::Streams => "streams",
            Self::ConnectWorker => "connect-worker",
        }
    }

    /// The name used in sentences.
    pub fn title(self) -> &'static str {
        match self {
            Self::Java => "Java client",
            Self::Streams => "Kafka Streams",
            Self::ConnectWorker => "Kafka Connect worker",
        }
    }
}

/// A family and, where it is known, a version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Client {
    /// The program that reads the configuration.
    pub family: Family,
    /// Its Kafka client version; `None` when nobody said.
    pub version: Option<KafkaVersion>,
}

impl Client {
    /// The plain Java client of an unknown version.
    pub const JAVA: Self = Self {
        family: Family::Java,
        version: None,
    };

    /// The stated version, or the newest known.
    pub fn version_or_newest(self) -> KafkaVersion {
        self.version.unwrap_or(KafkaVersion::NEWEST)
    }
}

/// A client that can't be read from `FAMILY[@VERSION]`.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientError {
    /// No family of that name.
    #[error("\"{name}\" is not a client family: one of {known}")]
    Family {
        /// The name as written.
        name: String,
        /// The names there are.
        known: String,
    },
    /// The part after the `@`.
    #[error(transparent)]
    Version(#[from] VersionError),
}

impl FromStr for Client {
    type Err = ClientError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, version) = match text.split_once('@') {
            Some((name, version)) => (name, Some(version.parse()?)),
            None => (text, None),
        };
        let family = Family::ALL
            .into_iter()
            .find(|family| family.name() == name)
            .ok_or_else(|| ClientError::Family {
                name: name.to_owned(),
                known: Family::ALL.map(Family::name).join(", "),
            })?;
        Ok(Self { family, version })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_all_their_spellings() {
        for (text, expected) in [
            ("4", (4, 0, 0)),
            ("3.9", (3, 9, 0)),
            ("2.8.2", (2, 8, 2)),
            ("3.x", (3, 9, 0)),
            ("0.10.1.0", (0, 10, 1)),
        ] {
            let version: KafkaVersion = text.parse().unwrap();
            assert_eq!((version.major, version.minor, version.patch), expected);
        }
        for text in ["", "three", "3.", "3.9.1.2.3", "-1", "9.x"] {
            assert!(text.parse::<KafkaVersion>().is_err(), "{text}");
        }
    }

    #[test]
    fn clients_are_read_with_and_without_a_version() {
        assert_eq!("java".parse(), Ok(Client::JAVA));
        let client: Client = "connect-worker@2.8".parse().unwrap();
        assert_eq!(client.family, Family::ConnectWorker);
        assert_eq!(client.version, Some(KafkaVersion::new(2, 8, 0)));
        let error = "cobol@3".parse::<Client>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "\"cobol\" is not a client family: one of java, streams, connect-worker"
        );
    }
}
