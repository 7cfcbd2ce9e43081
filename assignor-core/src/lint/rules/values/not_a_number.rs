//! KC-V201: a text where Kafka wants a number.

use super::{refused, unquoted};
use crate::config::catalog::Property;
use crate::config::secrets::shown;
use crate::config::{Entry, NotAValue};
use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, place, set_entry};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-V201",
    name: "not-a-number",
    severity: Severity::Error,
    source: "ConfigDef.parseType (run: ConfigException \"Not a number of type …\")",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "The value of a number property isn't a whole number in plain digits (or, for the few DOUBLE properties, a \
           decimal one).",
    why: "The client throws a ConfigException while it is built. Units (`30s`), separators (`30_000`), type letters \
          (`30000L`), hexadecimal digits, exponents and the empty text are all refused.",
    false_alarm: "The file is read by a program that converts values before the client sees them.",
    fix: "Write the number in the unit of the key, most often milliseconds, in digits only.",
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    refused(subject, &[NotAValue::NotANumber])
        .map(|(property, entry, effective)| {
            let finding = finding(subject, property, entry);
            match meant(property, entry.value.text.trim()) {
                Some(number) => finding
                    .rests_on(&[effective])
                    .safe_fix(format!("Write {number}"), vec![set_entry(entry, &number)]),
                None => finding.rests_on(&[effective]),
            }
        })
        .collect()
}

fn finding(subject: &Subject<'_>, property: &Property, entry: &Entry) -> Finding {
    let name = property.name;
    let value = shown(name, &entry.value.text);
    let message = if entry.value.text.trim().is_empty() {
        format!("`{name}` is empty, but Kafka wants a number")
    } else {
        format!("`{name}` is `{value}`, which Kafka doesn't read as a number")
    };
    subject.finding(&RULE, place(entry), message).why(format!(
        "The client refuses to start: \"Invalid value {} for configuration {name}: Not a number of type {}\".",
        if entry.value.text.trim().is_empty() { "" } else { &value },
        property.kind.name()
    ))
}

/// How many milliseconds a unit has.
const UNITS_MS: [(&str, i64); 12] = [
    ("ms", 1),
    ("millis", 1),
    ("s", 1_000),
    ("sec", 1_000),
    ("secs", 1_000),
    ("seconds", 1_000),
    ("m", 60_000),
    ("min", 60_000),
    ("minutes", 60_000),
    ("h", 3_600_000),
    ("hours", 3_600_000),
    ("d", 86_400_000),
];

/// The number that was evidently meant: quotes, digit separators, a type letter, `.0` and units of
/// time are understood.
fn meant(property: &Property, text: &str) -> Option<String> {
    let text = unquoted(text).unwrap_or(text).trim();
    let digits_end = text
        .find(|char: char| !char.is_ascii_digit() && !matches!(char, '_' | ','))
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(digits_end);
    let grouped = digits
        .split([',', '_'])
        .enumerate()
        .all(|(index, group)| !group.is_empty() && (index == 0 || group.len() == 3));
    if !grouped {
        return None;
    }
    let number: i64 = digits.replace([',', '_'], "").parse().ok()?;
    let zeros = rest
        .strip_prefix('.')
        .is_some_and(|zeros| zeros.bytes().all(|byte| byte == b'0'));
    let number = if rest.is_empty() || zeros || rest.eq_ignore_ascii_case("l") {
        number
    } else {
        let unit = rest.trim().to_ascii_lowercase();
        let (_, unit_ms) = UNITS_MS.iter().find(|(name, _)| *name == unit)?;
        let total = number.checked_mul(*unit_ms)?;
        match property.unit {
            "ms" => total,
            "s" if total % 1_000 == 0 => total / 1_000,
            _ => return None,
        }
    };
    let text = number.to_string();
    property.kind.parse(&text).is_ok().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::meant;
    use crate::config::catalog::property;

    #[test]
    fn the_meant_number_is_found_where_it_is_evident() {
        let session = property("session.timeout.ms").unwrap();
        for (text, expected) in [
            ("30s", Some("30000")),
            ("30 s", Some("30000")),
            ("5min", Some("300000")),
            ("30_000", Some("30000")),
            ("30,000", Some("30000")),
            ("30000L", Some("30000")),
            ("30000.0", Some("30000")),
            ("\"30000\"", Some("30000")),
            ("0x7530", None),
            ("3e4", None),
            ("3.5s", None),
            ("30,00", None),
            ("", None),
            ("30 parsecs", None),
            ("99999999h", None),
        ] {
            assert_eq!(meant(session, text).as_deref(), expected, "{text:?}");
        }
        let bytes = property("fetch.min.bytes").unwrap();
        assert_eq!(meant(bytes, "30s"), None);
    }
}
