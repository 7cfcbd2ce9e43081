//! Writes a recording as the files in `tests/traces` are written: a line for each topic, member,
//! action and observation.

use serde::Serialize as _;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Value};
use std::fmt::Write as _;
use std::io;

/// Fields whose entries get a line each.
const BY_LINE: [&str; 4] = ["topics", "members", "actions", "observed"];

/// The text of a recording.
pub(crate) fn text(document: &Map<String, Value>) -> String {
    let mut text = String::from("{\n");
    for (ix, (name, value)) in document.iter().enumerate() {
        if ix > 0 {
            text.push_str(",\n");
        }
        let _ = write!(text, " {}: ", one_line(&name.as_str().into()));
        match value {
            Value::Array(entries) if BY_LINE.contains(&name.as_str()) && !entries.is_empty() => {
                let lines: Vec<_> = entries
                    .iter()
                    .map(|entry| format!("  {}", one_line(entry)))
                    .collect();
                let _ = write!(text, "[\n{}\n ]", lines.join(",\n"));
            }
            value => text.push_str(&one_line(value)),
        }
    }
    text.push_str("\n}\n");
    text
}

/// JSON with a space after commas and colons.
fn one_line(value: &Value) -> String {
    let mut bytes = Vec::new();
    // Writing to memory can't fail, and a Value has only text as keys.
    let _ = value.serialize(&mut Serializer::with_formatter(&mut bytes, Spaced));
    String::from_utf8_lossy(&bytes).into_owned()
}

struct Spaced;

impl Formatter for Spaced {
    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        writer.write_all(if first { b"" } else { b", " })
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b": ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn entries_get_a_line_each_and_nothing_is_lost() {
        let document = json!({
            "name": "run",
            "topics": [{"name": "a", "partitions": 6}],
            "members": [],
            "observed": [{"t_ms": 1, "who": "c1", "partitions": ["a:0", "a:1"]}, {"t_ms": 2}]
        });
        let text = text(document.as_object().unwrap());
        assert_eq!(
            text,
            "{\n \"name\": \"run\",\n \"topics\": [\n  {\"name\": \"a\", \"partitions\": 6}\n ],\n \"members\": [],\n \
             \"observed\": [\n  {\"t_ms\": 1, \"who\": \"c1\", \"partitions\": [\"a:0\", \"a:1\"]},\n  {\"t_ms\": 2}\n ]\n}\n"
        );
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), document);
    }
}
