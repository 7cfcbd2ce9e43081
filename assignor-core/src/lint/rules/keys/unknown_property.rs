//! KC-X101: a key that nobody knows and that resembles none.

use super::{quoted, unknown};
use crate::config::{Family, KafkaVersion};
use crate::lint::finding::{Confidence, Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

/// From this version on the client logs unknown keys at INFO.
const LOGGED_AT_INFO: KafkaVersion = KafkaVersion::new(3, 5, 0);

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-X101",
    name: "unknown-property",
    severity: Severity::Info,
    source: "AbstractConfig.logUnused, 2.8 to 4.3 (run: accepted)",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "The key is no consumer property, belongs to no other program that the advisor knows and resembles no \
           property.",
    why: "The Java client accepts every key and passes it on to deserializers, interceptors and reporters. If none of \
          them reads it, it has no effect.",
    false_alarm: "A plug-in or the application itself reads the key.",
    fix: "Delete it, or check which client it was written for.",
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    if subject.family() != Family::Java {
        return Vec::new();
    }
    let level = if subject.version() < LOGGED_AT_INFO {
        "WARN"
    } else {
        "INFO"
    };
    unknown(subject)
        .iter()
        .filter(|unknown| unknown.guess.is_none())
        .map(|unknown| {
            let message = format!("`{}` is no consumer property", quoted(unknown.name));
            let why = format!(
                "The client accepts it, logs it as unused at level {level} and passes it to plug-ins. Unless one of \
                 them reads it, it has no effect."
            );
            subject
                .finding(&RULE, unknown.entry.key.span, message)
                .confidence(Confidence::Likely)
                .why(why)
                .unsafe_fix("Delete it", vec![subject.delete(unknown.entry)])
        })
        .collect()
}
