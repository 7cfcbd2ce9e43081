//! KC-M404: a static member's session is shorter than its restart.

use super::KEY;
use crate::lint::finding::{Confidence, Finding, Question, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

/// What a restart should be given when nobody said how long it takes, in milliseconds.
const FLOOR_MS: i64 = 60_000;
/// What to propose when nobody said how long a restart takes, in milliseconds.
const ROOMY_MS: i64 = 300_000;
/// The broker's default maximum from 2.3 on, in milliseconds.
const BROKER_MAX_MS: i64 = 1_800_000;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-M404",
    name: "static-short-session",
    severity: Severity::Warn,
    source: "KIP-345; GroupMetadataManager.java (a static member is removed when its session ends)",
    check: Check::One(check),
    question: Some(ask),
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`group.instance.id` is set, but the session is shorter than one and a half restarts (than a minute, where \
           nobody said how long a restart takes).",
    why: "A static member that is back within its session keeps its partitions, and nobody rebalances. If the session \
          ends first, its restart costs two rebalances like anybody else's.",
    false_alarm: "Restarts are that quick.",
    fix: "Raise `session.timeout.ms` to at least one and a half times the restart. A member that dies for good is then \
          noticed that much later.",
};

fn needed_ms(subject: &Subject<'_>) -> Option<i64> {
    let restart_ms = i64::try_from(subject.facts.restart_ms?).ok()?;
    Some(
        restart_ms
            .saturating_add(restart_ms / 2)
            .saturating_add(restart_ms % 2),
    )
}

fn check(subject: &Subject<'_>) -> Option<Finding> {
    let id = subject.value(KEY)?;
    if !id.is_set_non_blank() || !subject.speaks("classic") {
        return None;
    }
    let (session_ms, session) = subject.integer("session.timeout.ms")?;
    let needed = needed_ms(subject);
    if session_ms >= needed.unwrap_or(FLOOR_MS) {
        return None;
    }
    let max = subject.facts.group_max_session_timeout_ms;
    let max_ms = max
        .and_then(|max| i64::try_from(max).ok())
        .unwrap_or(BROKER_MAX_MS);
    let proposed = needed
        .map_or(ROOMY_MS, |needed| needed.max(FLOOR_MS))
        .min(max_ms);
    let message = match subject.facts.restart_ms {
        Some(restart) => format!(
            "`session.timeout.ms` {session_ms} is too short for a static member whose restart takes {restart} ms"
        ),
        None => format!(
            "`session.timeout.ms` {session_ms} is short for a static member: few restarts are that quick"
        ),
    };
    let mut finding = subject
        .finding(&RULE, subject.anchor(&[&session, &id]), message)
        .why(
            "A static member keeps its partitions only if it is back within its session. If the session ends first, \
             the group rebalances when it goes and again when it comes.",
        )
        .rests_on(&[&session, &id]);
    finding = match subject.facts.restart_ms {
        Some(restart) => finding.rests_on_fact("restartMs", restart.to_string()),
        None => finding.confidence(Confidence::Likely),
    };
    if proposed <= session_ms {
        return Some(finding);
    }
    let edit = subject.set("session.timeout.ms", &proposed.to_string(), id.entry());
    Some(finding.unsafe_fix(
        format!("Set `session.timeout.ms` to {proposed}"),
        vec![edit],
    ))
}

fn ask(subject: &Subject<'_>) -> Option<Question> {
    let id = subject.value(KEY)?;
    if subject.facts.restart_ms.is_some() || !id.is_set_non_blank() || !subject.speaks("classic") {
        return None;
    }
    let (session_ms, session) = subject.integer("session.timeout.ms")?;
    let why = format!(
        "A restart that takes longer than the session of {session_ms} ms costs two rebalances."
    );
    Some(subject.question(
        &RULE,
        "restartMs",
        subject.anchor(&[&session, &id]),
        "How many milliseconds pass from the stop of an instance until it polls again?",
        why,
    ))
}
