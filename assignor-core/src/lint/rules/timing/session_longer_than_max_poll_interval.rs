//! KC-T304: a dead consumer is noticed later than a stuck one.

use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-T304",
    name: "session-longer-than-max-poll-interval",
    severity: Severity::Warn,
    source: "The Java client accepts it (run); librdkafka refuses it (rdkafka_conf.c)",
    check: Check::One(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`session.timeout.ms` is longer than `max.poll.interval.ms`.",
    why: "The session finds members that died, the poll interval finds members that are stuck. This way round a \
          stuck one is noticed first and a dead one, the simpler case, only after the longer time. librdkafka \
          refuses to start with such a pair.",
    false_alarm: "A static member whose restarts take longer than its longest batch.",
    fix: "Raise `max.poll.interval.ms` to the session timeout, or lower the session timeout.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    if !subject.speaks("classic") {
        return None;
    }
    let (session_ms, session) = subject.integer("session.timeout.ms")?;
    let (interval_ms, interval) = subject.integer("max.poll.interval.ms")?;
    if session_ms <= interval_ms || interval_ms < 1 {
        return None;
    }
    let message = format!(
        "`session.timeout.ms` {session_ms} is longer than `max.poll.interval.ms` {interval_ms}"
    );
    let why = format!(
        "A consumer that is stuck leaves after {interval_ms} ms, one that died is noticed only after {session_ms} ms. \
         Its partitions stand still for that long. librdkafka refuses such a pair."
    );
    let edit = subject.set(
        "max.poll.interval.ms",
        &session_ms.to_string(),
        session.entry(),
    );
    Some(
        subject
            .finding(&RULE, subject.anchor(&[&session, &interval]), message)
            .why(why)
            .rests_on(&[&session, &interval])
            .unsafe_fix(
                format!("Set `max.poll.interval.ms` to {session_ms}"),
                vec![edit],
            ),
    )
}
