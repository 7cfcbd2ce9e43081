//! What an assignor says to a case.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// A partition: topic and number.
pub type Partition = (String, u32);

/// Who gets what: every member with its list. A member that the result of a broker's assignor leaves
/// out has none. Two are equal when every list is, in order; members have no order, since a
/// result is looked up by member.
pub type Lists = IndexMap<String, Option<Vec<Partition>>>;

/// What an assignor says to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// An assignment.
    Assignment(Lists),
    /// An exception, by its simple name.
    Throws(String),
    /// No end.
    Hangs(bool),
    /// There is no such assignor.
    Absent(bool),
}

/// Topic to partitions, ascending.
pub type Sets = BTreeMap<String, Vec<u32>>;

/// A member's list as vectors have it, without its order.
pub fn sets(list: &[Partition]) -> Sets {
    let mut sets = Sets::new();
    for (topic, partition) in list {
        sets.entry(topic.clone()).or_default().push(*partition);
    }
    for partitions in sets.values_mut() {
        partitions.sort_unstable();
        partitions.dedup();
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(text: &str) -> Answer {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn the_order_of_lists_counts() {
        let given = answer(r#"{"assignment":{"a":[["t",0],["t",1]],"b":[]}}"#);
        let same = answer(r#"{"assignment":{"b":[],"a":[["t",0],["t",1]]}}"#);
        assert_eq!(given, same);
        for other in [
            r#"{"assignment":{"a":[["t",1],["t",0]],"b":[]}}"#,
            r#"{"assignment":{"a":[["t",0],["t",1]],"b":null}}"#,
            r#"{"assignment":{"a":[["t",0],["t",1]]}}"#,
            r#"{"throws":"IllegalStateException"}"#,
            r#"{"hangs":true}"#,
        ] {
            assert_ne!(given, answer(other), "{other}");
        }
    }

    #[test]
    fn sets_are_ascending() {
        let list = [
            ("t".to_owned(), 10),
            ("s".to_owned(), 0),
            ("t".to_owned(), 2),
        ];
        let expected = BTreeMap::from([("s".to_owned(), vec![0]), ("t".to_owned(), vec![2, 10])]);
        assert_eq!(sets(&list), expected);
    }
}
