//! The `.properties` reader against `java.util.Properties`: recorded cases, and a second reader of
//! the format on random texts.
// The cases are files.
#![allow(clippy::disallowed_methods)]

use std::collections::BTreeMap;

use assignor_core::config::{Config, Format, ParseOptions};
use proptest::prelude::*;
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    loader: String,
    input_hex: String,
    expect: Expect,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Expect {
    Read {
        assignments_in_order: Vec<(String, String)>,
        r#final: BTreeMap<String, String>,
    },
    Refused {
        error: String,
    },
}

fn cases(file: &str) -> Vec<Case> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/properties");
    std::fs::read_to_string(format!("{folder}/{file}"))
        .expect("the recorded cases are there")
        .lines()
        .map(|line| serde_json::from_str(line).expect("a case per line"))
        .collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    let pair = |at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hexadecimal digits");
    (0..hex.len()).step_by(2).map(pair).collect()
}

fn parse(text: &str) -> Config {
    let options = ParseOptions {
        format: Some(Format::Properties),
        ..ParseOptions::default()
    };
    Config::parse(text, &options)
}

fn assignments(config: &Config) -> Vec<(String, String)> {
    let pair =
        |entry: &assignor_core::config::Entry| (entry.key.text.clone(), entry.value.text.clone());
    config.entries().iter().map(pair).collect()
}

fn is_lossless(config: &Config) -> bool {
    let text: String = config
        .tokens()
        .iter()
        .map(|token| token.span.text(config.text()))
        .collect();
    let gapless = config
        .tokens()
        .windows(2)
        .all(|pair| pair[0].span.end == pair[1].span.start);
    text == config.text() && gapless && config.tokens().iter().all(|token| !token.span.is_empty())
}

#[test]
fn recorded_cases_of_java_agree() {
    let (cases, random) = (cases("cases.jsonl"), cases("random.jsonl"));
    assert_eq!((cases.len(), random.len()), (112, 1000));
    for case in cases.into_iter().chain(random) {
        let bytes = bytes(&case.input_hex);
        let text = if case.loader.contains("InputStream") {
            bytes.iter().copied().map(char::from).collect()
        } else {
            String::from_utf8(bytes).expect("UTF-8")
        };
        let config = parse(&text);
        assert!(is_lossless(&config), "{}", case.id);
        match case.expect {
            Expect::Read {
                assignments_in_order,
                r#final,
            } => {
                assert_eq!(assignments(&config), assignments_in_order, "{}", case.id);
                let map: BTreeMap<_, _> = assignments(&config).into_iter().collect();
                assert_eq!(map, r#final, "{}", case.id);
                assert!(config.problems().is_empty(), "{}", case.id);
            }
            Expect::Refused { error } => {
                assert_eq!(error, "java.lang.IllegalArgumentException", "{}", case.id);
                assert!(!config.problems().is_empty(), "{}", case.id);
            }
        }
    }
}

/// Corners of `Properties.load` that follow from its reading line by line and that no recorded case
/// has (`OpenJDK` 17, `LineReader.readLine`).
#[test]
fn corners_of_the_line_reader() {
    for (text, expected) in [
        ("\\\n#a=b\nc=d\n", vec![("c", "d")]),
        ("\\\n\na=b\n", vec![("a", "b")]),
        ("a=\\u00\\\n41\n", vec![("a", "A")]),
        ("a=x\\\\\\u0041\n", vec![("a", "x\\A")]),
        ("\\", vec![("", "")]),
        ("a=b\n\\\n", vec![("a", "b"), ("", "")]),
        ("a\\\n", vec![("a", "")]),
        ("a \\\n = b\n", vec![("a", "b")]),
    ] {
        let config = parse(text);
        let expected: Vec<(String, String)> = expected
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        assert_eq!(assignments(&config), expected, "{text:?}");
        assert!(is_lossless(&config), "{text:?}");
    }
}

#[test]
fn spans_point_at_what_was_written() {
    let text = "  a\\u0062 : one \\\r\n   two \r\n";
    let config = parse(text);
    let [entry] = config.entries() else {
        panic!("one entry")
    };
    assert_eq!(
        (entry.key.text.as_str(), entry.value.text.as_str()),
        ("ab", "one two ")
    );
    assert_eq!(entry.key.span.text(text), "a\\u0062");
    assert_eq!(entry.separator.map(|span| span.text(text)), Some(" : "));
    assert_eq!(entry.value.span.text(text), "one \\\r\n   two ");
}

/// Texts made of what matters to the format.
fn fragments() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        8 => "[a-c.]{1,4}",
        2 => Just("=".to_owned()),
        2 => Just(":".to_owned()),
        3 => Just(" ".to_owned()),
        1 => Just("\t".to_owned()),
        1 => Just("\u{c}".to_owned()),
        4 => Just("\n".to_owned()),
        1 => Just("\r\n".to_owned()),
        1 => Just("\r".to_owned()),
        3 => Just("\\".to_owned()),
        1 => Just("#".to_owned()),
        1 => Just("!".to_owned()),
        1 => Just("\\u00e9".to_owned()),
        1 => Just("\\t".to_owned()),
        1 => Just("é".to_owned()),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_text_is_read_without_losing_a_byte(text in any::<String>()) {
        prop_assert!(is_lossless(&parse(&text)));
    }

    #[test]
    fn any_bytes_are_read_without_losing_one(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let text: String = bytes.into_iter().map(char::from).collect();
        prop_assert!(is_lossless(&parse(&text)));
    }

    #[test]
    fn spans_lie_in_order_within_their_entry(text in fragments()) {
        let config = parse(&text);
        prop_assert!(is_lossless(&config));
        let mut end = 0;
        for entry in config.entries() {
            prop_assert!(end <= entry.span.start);
            prop_assert!(entry.span.start <= entry.key.span.start);
            prop_assert!(entry.key.span.end <= entry.value.span.start);
            prop_assert!(entry.value.span.end <= entry.span.end);
            end = entry.span.end;
        }
    }

    /// The crate `java-properties` reads the same assignments wherever it follows Java.
    #[test]
    fn a_second_reader_agrees(text in fragments()) {
        let config = parse(&text);
        prop_assume!(config.problems().is_empty() && !second_reader_deviates(&text));
        let latin1: Vec<u8> = text.chars().filter_map(|char| u8::try_from(char).ok()).collect();
        let mut theirs = Vec::new();
        let read = java_properties::PropertiesIter::new(latin1.as_slice())
            .read_into(|key, value| theirs.push((key, value)));
        prop_assert!(read.is_ok(), "{read:?}");
        prop_assert_eq!(assignments(&config), theirs);
    }
}

/// Where the second reader is known not to follow `Properties.load`: a backslash that ends the text,
/// or that joins two lines before the logical line has any character.
fn second_reader_deviates(text: &str) -> bool {
    text.ends_with('\\')
        || text
            .split(['\n', '\r'])
            .any(|line| line.trim_start_matches([' ', '\t', '\u{c}']) == "\\")
}
