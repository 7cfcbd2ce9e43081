//! A topic name and a partition number.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::java::{JavaKey, cmp_utf16, string_hash};

/// One partition of a topic, written `topic:3`.
///
/// Ordered as Kafka sorts partitions: by topic as Java compares strings, then by number. Cheap to
/// clone.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct TopicPartition {
    /// The topic's name.
    pub topic: Arc<str>,
    /// The partition's number, counted from 0.
    pub partition: u32,
}

impl TopicPartition {
    /// Partition `partition` of `topic`.
    pub fn new(topic: impl Into<Arc<str>>, partition: u32) -> Self {
        Self {
            topic: topic.into(),
            partition,
        }
    }

    /// In few letters, for readers: `a4` for short topic names, `orders-4` for others, as Kafka writes it. A claim
    /// can name a partition below 0.
    #[must_use]
    pub fn label(&self) -> String {
        let number = self.partition.cast_signed();
        let ends_in_digit = self.topic.ends_with(|c: char| c.is_ascii_digit());
        let is_short = self.topic.len() <= 2 && !ends_in_digit && number >= 0;
        let between = if is_short { "" } else { "-" };
        format!("{}{between}{number}", self.topic)
    }
}

impl Ord for TopicPartition {
    fn cmp(&self, other: &Self) -> Ordering {
        // Partitions of one topic usually share its name.
        let topics = if Arc::ptr_eq(&self.topic, &other.topic) {
            Ordering::Equal
        } else {
            cmp_utf16(&self.topic, &other.topic)
        };
        topics.then(self.partition.cmp(&other.partition))
    }
}

impl PartialOrd for TopicPartition {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl JavaKey for TopicPartition {
    fn java_hash(&self) -> i32 {
        partition_hash(string_hash(&self.topic), self.partition.cast_signed())
    }

    fn java_cmp(&self, other: &Self) -> Ordering {
        self.cmp(other)
    }
}

/// `TopicPartition.hashCode()`, given the hash of the topic's name.
pub(super) fn partition_hash(topic_hash: i32, partition: i32) -> i32 {
    31_i32
        .wrapping_add(partition)
        .wrapping_mul(31)
        .wrapping_add(topic_hash)
}

impl fmt::Display for TopicPartition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.topic, self.partition)
    }
}

impl From<TopicPartition> for String {
    fn from(partition: TopicPartition) -> Self {
        partition.to_string()
    }
}

/// A text that is not of the form `topic:3`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a partition, expected TOPIC:NUMBER such as `orders:3`")]
pub struct InvalidTopicPartition(String);

impl FromStr for TopicPartition {
    type Err = InvalidTopicPartition;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidTopicPartition(text.to_owned());
        let (topic, number) = text.rsplit_once(':').ok_or_else(invalid)?;
        if topic.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(invalid());
        }
        let partition: i32 = number.parse().map_err(|_| invalid())?;
        Ok(Self::new(topic, partition.cast_unsigned()))
    }
}

impl TryFrom<String> for TopicPartition {
    type Error = InvalidTopicPartition;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn orders_as_java_does() {
        let parse = |text: &str| text.parse::<TopicPartition>().unwrap();
        assert!(parse("t10:0") < parse("t2:0"));
        assert!(parse("t:2") < parse("t:10"));
    }

    #[test]
    fn hash_descends_in_a_small_table() {
        let bucket = |text: &str| text.parse::<TopicPartition>().unwrap().java_hash() & 15;
        assert_eq!(
            (bucket("t1:0"), bucket("t1:1"), bucket("t1:2")),
            (14, 13, 12)
        );
    }

    #[test]
    fn text_form_round_trips() {
        let partition = TopicPartition::new("a:b", 7);
        assert_eq!(partition.to_string().parse(), Ok(partition.clone()));
        let json = serde_json::to_string(&partition).unwrap();
        assert_eq!(json, "\"a:b:7\"");
        assert_eq!(
            serde_json::from_str::<TopicPartition>(&json).unwrap(),
            partition
        );
        for bad in ["", "t", "t:", ":1", "t:-1", "t:+1", "t:2147483648"] {
            assert!(bad.parse::<TopicPartition>().is_err(), "{bad}");
        }
    }
}
