//! KC-M402: a literal static id, and nobody said how many instances run.

use super::constant_id;
use crate::lint::finding::{Confidence, Finding, Question, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-M402",
    name: "static-constant-instance-id-unknown-replicas",
    severity: Severity::Warn,
    source: "KIP-345; GroupMetadataManager.java (static members)",
    check: Check::One(check),
    question: Some(ask),
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`group.instance.id` is a literal text, and there is one instance or nobody said how many there are.",
    why: "A literal id serves exactly one instance. As soon as a second one starts, because the service is scaled or \
          because old and new overlap in a deployment, one of them is thrown out.",
    false_alarm: "There is one instance and a deployment stops it before the next one starts, or the file is written \
                  per instance.",
    fix: "Derive the id from something that is stable and differs per instance, such as the name of a StatefulSet's pod.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    let replicas = subject.facts.replicas;
    if replicas.is_some_and(|replicas| replicas > 1) {
        return None;
    }
    let (constant, id) = constant_id(subject)?;
    let message =
        format!("`group.instance.id` is the literal `{constant}`, which serves one instance only");
    let mut finding = subject
        .finding(&RULE, subject.anchor(&[&id]), message)
        .confidence(Confidence::Possible)
        .why(
            "A second instance with this id, after scaling or while old and new overlap in a deployment, takes the id \
             over or is refused.",
        )
        .rests_on(&[&id]);
    if let Some(replicas) = replicas {
        finding = finding.rests_on_fact("replicas", replicas.to_string());
    }
    Some(finding)
}

fn ask(subject: &Subject<'_>) -> Option<Question> {
    if subject.facts.replicas.is_some() {
        return None;
    }
    let (constant, id) = constant_id(subject)?;
    let why = format!("More than one can't share the `group.instance.id` `{constant}`.");
    Some(subject.question(
        &RULE,
        "replicas",
        subject.anchor(&[&id]),
        "How many instances run with this configuration?",
        why,
    ))
}
