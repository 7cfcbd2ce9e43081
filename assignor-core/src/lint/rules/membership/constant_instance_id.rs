//! KC-M401: several instances share one static id.

use super::{KEY, constant_id};
use crate::lint::finding::{Finding, Related, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, place};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-M401",
    name: "static-constant-instance-id",
    severity: Severity::Error,
    source: "KIP-345; GroupMetadataManager.java (static members)",
    check: Check::One(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "Several instances run with the same literal `group.instance.id`.",
    why: "The id stands for one member. In the classic protocol each instance that joins takes the id over and the one \
          before it fails with FencedInstanceIdException; in the consumer protocol the newcomer is refused while the \
          first is alive.",
    false_alarm: "The value is replaced per instance by something that reads this file first.",
    fix: "Derive the id from something that is stable and differs per instance, such as the name of a StatefulSet's pod.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    let (constant, id) = constant_id(subject)?;
    let own = id.entry().map(|entry| entry.value.text.trim());
    let twin = subject.others_of_group().find_map(|(index, other)| {
        let entry = other.winner(KEY)?;
        (Some(entry.value.text.trim()) == own).then(|| (index, place(entry)))
    });
    let replicas = subject.facts.replicas.filter(|replicas| *replicas > 1);
    let message = match replicas {
        Some(replicas) => {
            format!("{replicas} instances share the `group.instance.id` `{constant}`")
        }
        None if twin.is_some() => {
            format!("another member of the group has the `group.instance.id` `{constant}`, too")
        }
        None => return None,
    };
    let why = if subject.speaks("consumer") {
        "The id stands for one member. While the first instance is alive, the coordinator refuses the others \
         (UNRELEASED_INSTANCE_ID)."
    } else {
        "The id stands for one member. Each instance that joins takes it over, and the one before it fails with \
         FencedInstanceIdException."
    };
    let mut finding = subject
        .finding(&RULE, subject.anchor(&[&id]), message)
        .why(why)
        .rests_on(&[&id]);
    if let Some(replicas) = replicas {
        finding = finding.rests_on_fact("replicas", replicas.to_string());
    }
    finding.related.extend(twin.map(|(config, span)| Related {
        config,
        span,
        message: "the other member".to_owned(),
    }));
    Some(finding)
}
