//! KC-T302: members learn of a rebalance late because they rarely ask.

use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

const KEY: &str = "heartbeat.interval.ms";
/// Heartbeat intervals above this are worth a word, in milliseconds.
const SLOW_MS: i64 = 5_000;
/// Kafka's default, in milliseconds.
const DEFAULT_MS: i64 = 3_000;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-T302",
    name: "heartbeat-too-slow-for-rebalance",
    severity: Severity::Info,
    source: "AbstractCoordinator.java (REBALANCE_IN_PROGRESS comes in heartbeat responses); Heartbeat.java",
    check: Check::One(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`heartbeat.interval.ms` is more than 5000.",
    why: "The coordinator can't call a member. A member learns of a rebalance from the answer to its next heartbeat, \
          so everybody may wait one interval longer before the rebalance gets going.",
    false_alarm: "Rebalances are rare and a few seconds more don't matter, or brokers must be spared requests of \
                  very many members.",
    fix: "Use Kafka's default of 3000.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    let (heartbeat, effective) = subject.integer(KEY).filter(|_| subject.speaks("classic"))?;
    let session = subject.integer("session.timeout.ms");
    // Then it is wrong altogether, which another rule says.
    let beyond = session.is_some_and(|(session, _)| heartbeat >= session);
    if heartbeat <= SLOW_MS || beyond {
        return None;
    }
    let message = format!(
        "with `heartbeat.interval.ms` {heartbeat}, a rebalance is noticed up to {heartbeat} ms late"
    );
    let why = format!(
        "Members learn of a rebalance from the answer to their next heartbeat. Every rebalance can take up to \
         {heartbeat} ms longer than it has to; with the default it is {DEFAULT_MS} ms."
    );
    let edit = subject.set(KEY, &DEFAULT_MS.to_string(), None);
    Some(
        subject
            .finding(&RULE, subject.anchor(&[&effective]), message)
            .why(why)
            .rests_on(&[&effective])
            .unsafe_fix(
                format!("Set `heartbeat.interval.ms` to {DEFAULT_MS}"),
                vec![edit],
            ),
    )
}
