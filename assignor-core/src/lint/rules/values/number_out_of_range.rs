//! KC-V202: a whole number that doesn't fit the property's type.

use super::refused;
use crate::config::NotAValue;
use crate::config::Type;
use crate::config::secrets::shown;
use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, place, set_entry};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-V202",
    name: "number-out-of-int-range",
    severity: Severity::Error,
    source: "ConfigDef.parseType (run: 2147483648 is \"Not a number of type INT\")",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "A whole number is larger or smaller than the property's type can hold, for most properties 32 bits.",
    why: "Kafka reports it as \"Not a number\" and the client doesn't start. For milliseconds the most is 2147483647, \
          a little under 25 days.",
    false_alarm: "None: the type can't hold the number.",
    fix: "Use a number within the type. For \"as long as possible\" write 2147483647.",
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    refused(subject, &[NotAValue::OutOfRange])
        .map(|(property, entry, effective)| {
            let name = property.name;
            let kind = property.kind;
            let (least, most) = match kind {
                Type::Short => (i64::from(i16::MIN), i64::from(i16::MAX)),
                Type::Int => (i64::from(i32::MIN), i64::from(i32::MAX)),
                _ => (i64::MIN, i64::MAX),
            };
            let value = shown(name, &entry.value.text);
            let message = format!("`{name}` is `{value}`, which doesn't fit type {}", kind.name());
            let why = format!(
                "The type holds {least} to {most}. The client refuses to start: \"Invalid value {value} for \
                 configuration {name}: Not a number of type {}\".",
                kind.name()
            );
            let bound = if entry.value.text.trim().starts_with('-') { least } else { most }.to_string();
            subject
                .finding(&RULE, place(entry), message)
                .why(why)
                .rests_on(&[effective])
                .unsafe_fix(format!("Write {bound}"), vec![set_entry(entry, &bound)])
        })
        .collect()
}
