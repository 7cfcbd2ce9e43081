//! KC-X102: a key that is nearly a property.

use super::{Unknown, quoted, unknown};
use crate::lint::finding::{Applicability, Confidence, Edit, Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, evidence_of};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-X102",
    name: "unknown-property-did-you-mean",
    severity: Severity::Warn,
    source: "AbstractConfig (run: sesion.timeout.ms is accepted and unused)",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "The key is no consumer property, but it is one or two letters away from one.",
    why: "The Java client accepts every key. A misspelt one is logged as unused and the default applies, which shows \
          only when it is needed.",
    false_alarm: "A plug-in or the application reads a key that happens to resemble Kafka's.",
    fix: "Correct the key, if Kafka's is the one that was meant.",
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let found = unknown(subject).iter().filter_map(|unknown| {
        let Unknown { name, entry, guess } = *unknown;
        let guess = guess?;
        let meant = guess.property.name;
        let effective = subject.value(meant)?;
        let message = format!(
            "`{}` is no consumer property: did you mean `{meant}`?",
            quoted(name)
        );
        let why = if effective.is_set() {
            "The client accepts the key and ignores it; the right key is set as well, and counts."
        } else {
            "The client accepts the key and ignores it. The default is in force until the key is right."
        };
        let mut finding = subject
            .finding(&RULE, entry.key.span, message)
            .confidence(if guess.sure {
                Confidence::Certain
            } else {
                Confidence::Likely
            })
            .why(why);
        finding.evidence.push(evidence_of(&effective));

        let plain = name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '.' | '-' | '_'));
        let applicability = if guess.sure && plain && !effective.is_set() {
            Applicability::Safe
        } else {
            Applicability::Unsafe
        };
        // What stands before the name in the text itself, not the path above it.
        let written = entry.key.span.text(subject.config.text());
        let whole = entry.key.text.strip_suffix(name).unwrap_or_default();
        let prefix = written.strip_suffix(name).unwrap_or(whole);
        let edit = Edit {
            span: entry.key.span,
            text: format!("{prefix}{meant}"),
        };
        finding = finding.fix(applicability, format!("Rename it to `{meant}`"), vec![edit]);
        Some(finding)
    });
    found.collect()
}
