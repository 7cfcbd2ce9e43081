//! A case with Kafka's answer, as a line of a vector file.

use std::collections::BTreeMap;

use anyhow::Result;
use serde_json::{Map, Value, json};

use crate::answer::{Answer, Sets, sets};
use crate::case::Case;

/// The line without its end, in the form that `tests/vectors/README.md` describes.
pub fn line(case: &Case, answer: &Answer) -> Result<String> {
    let mut line = match serde_json::to_value(case)? {
        Value::Object(fields) => fields,
        _ => Map::new(),
    };
    let (name, value) = match (case, answer) {
        (Case::Client(_), Answer::Assignment(lists)) => {
            let members: BTreeMap<&str, Sets> = lists
                .iter()
                .map(|(member, list)| (member.as_str(), sets(list.as_deref().unwrap_or_default())))
                .collect();
            ("assignment", serde_json::to_value(members)?)
        }
        (Case::Server(_), Answer::Assignment(lists)) => {
            let members: BTreeMap<&str, Option<Sets>> = lists
                .iter()
                .map(|(member, list)| (member.as_str(), list.as_deref().map(sets)))
                .collect();
            ("expect", serde_json::to_value(members)?)
        }
        (_, Answer::Throws(name)) => ("throws", json!(name)),
        (_, Answer::Hangs(_)) => ("hangs", json!(true)),
        (_, Answer::Absent(_)) => ("absent", json!(true)),
    };
    line.insert(name.to_owned(), value);
    Ok(Value::Object(line).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_that_of_the_recorded_vectors() {
        let recorded = r#"{"id":"range/racks/1/0/0","assignor":"range","topics":[{"name":"t","partitions":2,"racks":[["r0"],[]]}],"members":[{"id":"b","instance":"i","rack":"r0","subscription":["t"],"owned":{"t":[1,0]},"generation":3},{"id":"a","subscription":["missing"]}],"assignment":{"a":{},"b":{"t":[0,1]}}}"#;
        let case: Case = serde_json::from_str(recorded).unwrap();
        let lists = r#"{"assignment":{"b":[["t",1],["t",0]],"a":[]}}"#;
        let answer: Answer = serde_json::from_str(lists).unwrap();
        assert_eq!(line(&case, &answer).unwrap(), recorded);
        let throws = Answer::Throws("IllegalStateException".to_owned());
        assert!(
            line(&case, &throws)
                .unwrap()
                .ends_with(r#""throws":"IllegalStateException"}"#)
        );
    }

    #[test]
    fn a_server_line_is_that_of_the_reference_file() {
        let recorded = r#"{"case":"s","assignor":"server-uniform","subscription_type":"heterogeneous","topics":{"0:1":2},"members":[{"member_id":"a","instance_id":null,"topics":["0:1"],"current":[["0:1",[1]]]},{"member_id":"b","instance_id":null,"topics":[],"current":[]}],"expect":{"a":{"0:1":[0,1]},"b":null}}"#;
        let case: Case = serde_json::from_str(recorded).unwrap();
        let lists = r#"{"assignment":{"a":[["0:1",0],["0:1",1]],"b":null}}"#;
        let answer: Answer = serde_json::from_str(lists).unwrap();
        assert_eq!(line(&case, &answer).unwrap(), recorded);
    }
}
