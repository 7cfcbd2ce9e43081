//! KC-T320: three heartbeats fit into a session, and not one more. The quiet neighbour of KC-T301.

use super::liveness;
use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-T320",
    name: "heartbeat-exactly-third-of-session",
    severity: Severity::Info,
    source: "Property text of heartbeat.interval.ms (CommonClientConfigs)",
    check: Check::One(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`heartbeat.interval.ms` is exactly a third of `session.timeout.ms`.",
    why: "That is the most that Kafka's own advice allows, so it is no mistake. The third heartbeat is due in the \
          very moment in which the session ends, so in practice two count.",
    false_alarm: "It is never an alarm: the setting is allowed and commonly recommended.",
    fix: "Nothing has to change. A shorter heartbeat interval leaves more room.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    let times = liveness(subject)?;
    let (heartbeat, session) = (times.heartbeat_ms, times.session_ms);
    if heartbeat == 0 || heartbeat * 3 != session {
        return None;
    }
    let message = format!(
        "`heartbeat.interval.ms` {heartbeat} is exactly a third of `session.timeout.ms` {session}, the most that is advised"
    );
    let why = format!(
        "This is allowed and no reason to warn. The third heartbeat is due when the session of {session} ms ends, so \
         two lost ones are enough to be removed."
    );
    Some(
        subject
            .finding(
                &RULE,
                subject.anchor(&[&times.heartbeat, &times.session]),
                message,
            )
            .why(why)
            .rests_on(&[&times.heartbeat, &times.session]),
    )
}
