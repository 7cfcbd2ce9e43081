//! Values that brokers refuse though the client takes them.

use crate::config::{Family, KafkaVersion};
use crate::lint::finding::{Confidence, Finding};
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

const SESSION: &str = "session.timeout.ms";
/// Brokers' `group.min.session.timeout.ms`, unless changed.
const MIN_MS: u64 = 6_000;
/// Brokers' `group.max.session.timeout.ms` from 2.3 on, unless changed.
const MAX_MS: u64 = 1_800_000;
/// The same before 2.3.
const OLD_MAX_MS: u64 = 300_000;

rule!(
    session_limits, "KC-V227", "session-outside-broker-limits", Error, "GroupCoordinatorConfig.java; GroupMetadataManager (INVALID_SESSION_TIMEOUT)", session_limits_check,
    what: "`session.timeout.ms` lies outside what the brokers allow, 6000 to 1800000 unless changed.",
    why: "The consumer starts, and every JoinGroup is answered INVALID_SESSION_TIMEOUT: it never gets a partition.",
    false_alarm: "The brokers' limits were changed; tell them.",
    fix: "Stay within the limits, or change `group.min.session.timeout.ms` or `group.max.session.timeout.ms` on the \
          brokers.",
);

fn session_limits_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    if !subject.speaks("classic") {
        return None;
    }
    let (session_ms, session) = subject.integer(SESSION)?;
    let session_ms = u64::try_from(session_ms).unwrap_or(0);
    let facts = &subject.facts;
    let old = facts
        .broker
        .is_some_and(|broker| broker < KafkaVersion::new(2, 3, 0));
    let min = facts.group_min_session_timeout_ms.unwrap_or(MIN_MS);
    let max = facts
        .group_max_session_timeout_ms
        .unwrap_or(if old { OLD_MAX_MS } else { MAX_MS });
    let (limit, told, fact, message) = if session_ms < min {
        (
            min,
            facts.group_min_session_timeout_ms.is_some(),
            "groupMinSessionTimeoutMs",
            format!("brokers refuse a session of {session_ms} ms: {min} is the least"),
        )
    } else if session_ms > max {
        (
            max,
            facts.group_max_session_timeout_ms.is_some(),
            "groupMaxSessionTimeoutMs",
            format!("brokers refuse a session of {session_ms} ms: {max} is the most"),
        )
    } else {
        return None;
    };
    let mut finding = subject
        .about(rule, &[&session], message)
        .why("The client starts, and every JoinGroup is answered INVALID_SESSION_TIMEOUT.");
    finding = if told {
        finding.rests_on_fact(fact, limit.to_string())
    } else {
        finding.confidence(Confidence::Likely)
    };
    let edits_here = matches!(
        subject.family(),
        Family::Java | Family::ConnectWorker | Family::Streams
    );
    Some(if edits_here && limit <= i32::MAX.unsigned_abs().into() {
        finding.suggests(subject, SESSION, &limit.to_string())
    } else {
        finding
    })
}
