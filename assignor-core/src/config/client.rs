//! Which client reads a configuration: its family and its version.
//!
//! Defaults and refusals depend on both. A version that nobody stated is the newest one known, and
//! whatever rests on it says so.

use std::str::FromStr;

use serde::Serialize;
use thiserror::Error;

use super::spring;
use crate::version::{KafkaVersion, VersionError};

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
    /// A connector of Kafka Connect, whose `consumer.override.` keys reach the consumers of its
    /// tasks.
    Connector,
    /// A Spring Boot application; the version is Boot's.
    SpringBoot,
    /// `SmallRye` Reactive Messaging, as in Quarkus.
    SmallRye,
    /// Flink's Kafka source, which assigns partitions by itself.
    Flink,
    /// `MuleSoft`'s Kafka connector.
    MuleSoft,
    /// librdkafka and the clients on it, for Python, Go, .NET and JavaScript; the version is
    /// librdkafka's.
    Librdkafka,
    /// kafka-python; the version is its own, as those of the clients below.
    KafkaPython,
    /// `KafkaJS`.
    KafkaJs,
    /// sarama for Go.
    Sarama,
    /// franz-go.
    FranzGo,
    /// No consumer: settings of topics, brokers and producers that decide about durability.
    Durability,
}

impl Family {
    /// All families, in the order in which they are offered.
    pub const ALL: [Self; 14] = [
        Self::Java,
        Self::Streams,
        Self::ConnectWorker,
        Self::Connector,
        Self::SpringBoot,
        Self::SmallRye,
        Self::Flink,
        Self::MuleSoft,
        Self::Librdkafka,
        Self::KafkaPython,
        Self::KafkaJs,
        Self::Sarama,
        Self::FranzGo,
        Self::Durability,
    ];

    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Java => "java",
            Self::Streams => "streams",
            Self::ConnectWorker => "connect-worker",
            Self::Connector => "connect",
            Self::SpringBoot => "spring-boot",
            Self::SmallRye => "smallrye",
            Self::Flink => "flink",
            Self::MuleSoft => "mulesoft",
            Self::Librdkafka => "librdkafka",
            Self::KafkaPython => "kafka-python",
            Self::KafkaJs => "kafkajs",
            Self::Sarama => "sarama",
            Self::FranzGo => "franz-go",
            Self::Durability => "durability",
        }
    }

    /// The name used in sentences.
    pub fn title(self) -> &'static str {
        match self {
            Self::Java => "Java client",
            Self::Streams => "Kafka Streams",
            Self::ConnectWorker => "Kafka Connect worker",
            Self::Connector => "Kafka Connect connector",
            Self::SpringBoot => "Spring Boot",
            Self::SmallRye => "SmallRye Reactive Messaging",
            Self::Flink => "Flink",
            Self::MuleSoft => "MuleSoft connector",
            Self::Librdkafka => "librdkafka",
            Self::KafkaPython => "kafka-python",
            Self::KafkaJs => "KafkaJS",
            Self::Sarama => "sarama",
            Self::FranzGo => "franz-go",
            Self::Durability => "topics, brokers and producers",
        }
    }

    /// Whether Kafka's Java consumer does the work.
    pub fn runs_java(self) -> bool {
        !(self.is_foreign() || self == Self::Durability)
    }

    /// Whether it is a client that isn't built on Java's.
    pub fn is_foreign(self) -> bool {
        matches!(
            self,
            Self::Librdkafka | Self::KafkaPython | Self::KafkaJs | Self::Sarama | Self::FranzGo
        )
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

    /// The stated version of the Kafka client, or the newest known. What a release of Spring Boot
    /// brings counts as stated.
    pub fn version_or_newest(self) -> KafkaVersion {
        match (self.family, self.version) {
            (Family::SpringBoot, Some(boot)) => {
                let (major, minor) = spring::client_of((boot.major, boot.minor));
                KafkaVersion::new(major, minor, 0)
            }
            (family, version) => version
                .filter(|_| family.runs_java())
                .unwrap_or(KafkaVersion::NEWEST),
        }
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
    fn clients_are_read_with_and_without_a_version() {
        assert_eq!("java".parse(), Ok(Client::JAVA));
        let client: Client = "connect-worker@2.8".parse().unwrap();
        assert_eq!(client.family, Family::ConnectWorker);
        assert_eq!(client.version, Some(KafkaVersion::new(2, 8, 0)));
        let error = "cobol@3".parse::<Client>().unwrap_err();
        assert_eq!(
            error.to_string(),
            format!(
                "\"cobol\" is not a client family: one of {}",
                Family::ALL.map(Family::name).join(", ")
            )
        );
    }
}
