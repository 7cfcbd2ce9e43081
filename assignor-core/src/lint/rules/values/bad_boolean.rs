//! KC-V205: a text that is neither `true` nor `false`.

use super::{refused, unquoted};
use crate::config::NotAValue;
use crate::config::secrets::shown;
use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, place, set_entry};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-V205",
    name: "bad-boolean",
    severity: Severity::Error,
    source: "ConfigDef.parseType (run: ConfigException \"Expected value to be either true or false\")",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "The value of a boolean property is neither `true` nor `false`.",
    why: "The client throws a ConfigException while it is built. `yes`, `no`, `on`, `off`, `1`, `0` and the empty text \
          are refused; case and blanks don't matter.",
    false_alarm: "The file is read by a program that converts values before the client sees them.",
    fix: "Write `true` or `false`.",
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    refused(subject, &[NotAValue::NotABoolean])
        .map(|(property, entry, effective)| {
            let name = property.name;
            let text = entry.value.text.trim();
            let value = shown(name, text);
            let message = if text.is_empty() {
                format!("`{name}` is empty, but Kafka wants `true` or `false`")
            } else {
                format!("`{name}` is `{value}`, but Kafka takes only `true` or `false`")
            };
            let why = format!(
                "The client refuses to start: \"Invalid value {} for configuration {name}: Expected value to be \
                 either true or false\".",
                if text.is_empty() { "" } else { &value }
            );
            let finding = subject
                .finding(&RULE, place(entry), message)
                .why(why)
                .rests_on(&[effective]);
            match meant(text) {
                Some(word) => finding.safe_fix(
                    format!("Write `{word}`"),
                    vec![set_entry(entry, word)],
                ),
                None => finding,
            }
        })
        .collect()
}

/// The boolean that was evidently meant.
fn meant(text: &str) -> Option<&'static str> {
    let word = unquoted(text).unwrap_or(text).trim().to_ascii_lowercase();
    match word.as_str() {
        "true" | "yes" | "y" | "on" | "1" | "t" => Some("true"),
        "false" | "no" | "n" | "off" | "0" | "f" => Some("false"),
        _ => None,
    }
}
