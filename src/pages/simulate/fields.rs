//! Fields of a scenario as inputs: how a value of its JSON is written into a field, and what a text means.
//!
//! A field says where its value stands and of which kind it is. Whether a value fits is for the reader of
//! scenarios to say: a text that is no number goes to it as text, and its answer names what was expected.

use serde_json::{Map, Value};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A whole number, with its unit.
    Whole(&'static str),
    /// Text in a line.
    Text,
    /// The same, over the whole width.
    Line,
    /// Text that can be long.
    Prose,
    /// True, or absent.
    Flag,
    /// One of these, or absent: Kafka's default.
    Choice(&'static [&'static str]),
    /// The name of a member.
    Member,
    /// The name of a topic.
    Topic,
    /// Names with commas between.
    Names,
    /// Topics with commas between, or a pattern between slashes. Empty text is an empty list where true.
    Subscription(bool),
    /// Kafka properties, one a line.
    Config,
    /// Racks of a partition's replicas with commas between, a partition a line.
    Racks,
}

/// A field of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// Its place below what the form is about, as a JSON pointer without the first slash.
    pub at: &'static str,
    /// Its name; Kafka's where it has one.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// What holds where it is empty.
    pub default: &'static str,
}

impl Field {
    /// A field that is named as its place.
    pub(super) const fn new(at: &'static str, kind: Kind, default: &'static str) -> Self {
        Self::named(at, at, kind, default)
    }

    /// A field with a name of its own.
    pub(super) const fn named(
        at: &'static str,
        name: &'static str,
        kind: Kind,
        default: &'static str,
    ) -> Self {
        Self {
            at,
            name,
            kind,
            default,
        }
    }
}

/// A value as the text of its field.
pub(super) fn text_of(kind: Kind, value: Option<&Value>) -> String {
    let Some(value) = value else {
        return String::new();
    };
    match (kind, value) {
        (_, Value::String(text)) => text.clone(),
        (Kind::Config, Value::Object(map)) => {
            let lines = map.iter();
            let line = |(key, value): (&String, &Value)| format!("{key}={}", plain(value));
            lines.map(line).collect::<Vec<_>>().join("\n")
        }
        (Kind::Racks, Value::Array(partitions)) => {
            partitions.iter().map(list).collect::<Vec<_>>().join("\n")
        }
        (_, Value::Array(_)) => list(value),
        _ => plain(value),
    }
}

/// What a text in a field means; none takes the field out.
pub(super) fn value_of(kind: Kind, text: &str) -> Option<Value> {
    let text = text.trim();
    let own = || Value::String(text.to_owned());
    let names = |text: &str| {
        let parts = text.split(',').map(str::trim);
        let parts = parts.filter(|part| !part.is_empty());
        Value::Array(parts.map(Value::from).collect())
    };
    match kind {
        Kind::Subscription(true) if text.is_empty() => return Some(Value::Array(Vec::new())),
        // An empty name is a mistake to be told, not an absent one.
        Kind::Member | Kind::Topic => {}
        _ if text.is_empty() => return None,
        _ => {}
    }
    Some(match kind {
        Kind::Whole(_) => text.parse::<u64>().map_or_else(|_| own(), Value::from),
        Kind::Flag => Value::Bool(text == "true"),
        Kind::Text | Kind::Line | Kind::Prose | Kind::Choice(_) | Kind::Member | Kind::Topic => {
            own()
        }
        Kind::Subscription(_) if text.starts_with('/') => own(),
        Kind::Names | Kind::Subscription(_) => names(text),
        Kind::Racks => Value::Array(text.lines().map(names).collect()),
        Kind::Config => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            let pair = |line: &str| {
                let (key, value) = line.split_once('=')?;
                Some((key.trim().to_owned(), Value::from(value.trim())))
            };
            let pairs: Option<Map<_, _>> = lines.map(pair).collect();
            pairs.map_or_else(own, Value::Object)
        }
    })
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn list(value: &Value) -> String {
    match value {
        Value::Array(values) => values.iter().map(plain).collect::<Vec<_>>().join(", "),
        other => plain(other),
    }
}

/// Puts a value at a JSON pointer, or takes it out. Objects on the way are made; the place after the last
/// of a list adds to it.
pub(super) fn put(root: &mut Value, pointer: &str, value: Option<Value>) {
    let mut at = root;
    let mut keys = pointer.split('/').skip(1).peekable();
    while let Some(key) = keys.next() {
        let is_last = keys.peek().is_none();
        match at {
            Value::Array(list) => {
                let Ok(place) = key.parse::<usize>() else {
                    return;
                };
                match (is_last, value.as_ref()) {
                    (true, None) if place < list.len() => {
                        list.remove(place);
                        return;
                    }
                    (true, Some(value)) if place == list.len() => {
                        list.push(value.clone());
                        return;
                    }
                    _ => {}
                }
                let Some(next) = list.get_mut(place) else {
                    return;
                };
                at = next;
            }
            Value::Object(map) => {
                if is_last && value.is_none() {
                    map.shift_remove(key);
                    return;
                }
                let absent = Value::Object(Map::new());
                at = map.entry(key.to_owned()).or_insert(absent);
            }
            _ => return,
        }
    }
    if let Some(value) = value {
        *at = value;
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, put, text_of, value_of};
    use serde_json::{Value, json};

    #[test]
    fn a_text_and_its_value_say_the_same() {
        let pairs = [
            (Kind::Whole("ms"), json!(8000), "8000"),
            (Kind::Whole("ms"), json!("soon"), "soon"),
            (Kind::Flag, json!(true), "true"),
            (Kind::Text, json!("a title"), "a title"),
            (Kind::Names, json!(["c1", "c2"]), "c1, c2"),
            (Kind::Subscription(true), json!([]), ""),
            (Kind::Subscription(false), json!("/a.*/"), "/a.*/"),
            (
                Kind::Config,
                json!({"a.b": "1", "c": "x=y"}),
                "a.b=1\nc=x=y",
            ),
            (Kind::Racks, json!([["r1", "r2"], ["r2"]]), "r1, r2\nr2"),
        ];
        for (kind, value, text) in pairs {
            assert_eq!(text_of(kind, Some(&value)), text, "{kind:?}");
            assert_eq!(value_of(kind, text), Some(value), "{kind:?}");
        }
        assert_eq!(value_of(Kind::Whole("ms"), " "), None);
        assert_eq!(value_of(Kind::Config, "no pair"), Some(json!("no pair")));
        assert_eq!(text_of(Kind::Text, None), "");
    }

    #[test]
    fn a_value_is_put_where_the_pointer_leads() {
        let mut root = json!({"topics": [{"name": "a"}], "config": {"a.b": "1"}});
        put(&mut root, "/topics/0/name", Some(json!("b")));
        put(&mut root, "/topics/1", Some(json!({"name": "c"})));
        put(&mut root, "/kafka/client", Some(json!("4.0.0")));
        put(&mut root, "/config/a.b", None);
        put(&mut root, "/topics/7/name", Some(json!("nowhere")));
        put(&mut root, "/topics/0", None);
        let expected =
            json!({"topics": [{"name": "c"}], "config": {}, "kafka": {"client": "4.0.0"}});
        assert_eq!(root, expected);
        let mut text = Value::from("x");
        put(&mut text, "/a/b", Some(json!(1)));
        assert_eq!(text, "x");
    }
}
