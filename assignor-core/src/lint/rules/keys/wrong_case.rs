//! KC-X113: a property spelt with capitals.

use super::{quoted, wrong_case};
use crate::lint::finding::{Applicability, Edit, Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, evidence_of};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-X113",
    name: "wrong-key-case",
    severity: Severity::Warn,
    source: "AbstractConfig (run: Session.Timeout.Ms is accepted and unused)",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "The key is a consumer property but for upper and lower case.",
    why: "Kafka's keys are all lower case and compared exactly, so the key is unknown and the default applies.",
    false_alarm: "A program that folds the case reads the file first.",
    fix: "Write the key in lower case.",
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let found = subject.consumer_entries().filter_map(|(name, entry)| {
        let property = wrong_case(name)?;
        let effective = subject.value(property.name)?;
        let message = format!(
            "`{}` is unknown because of its capitals: Kafka's key is `{}`",
            quoted(name),
            property.name
        );
        let mut finding = subject
            .finding(&RULE, entry.key.span, message)
            .why("Keys are compared exactly. The client accepts this one and ignores it.");
        finding.evidence.push(evidence_of(&effective));
        let applicability = if effective.is_set() {
            Applicability::Unsafe
        } else {
            Applicability::Safe
        };
        let prefix = entry.key.text.strip_suffix(name).unwrap_or_default();
        let edit = Edit {
            span: entry.key.span,
            text: format!("{prefix}{}", property.name),
        };
        Some(finding.fix(
            applicability,
            format!("Rename it to `{}`", property.name),
            vec![edit],
        ))
    });
    found.collect()
}
