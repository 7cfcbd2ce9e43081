//! KC-V217: a heartbeat interval that isn't below the session timeout.

use crate::config::Family;
use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::frameworks::connect::workers_own;
use crate::lint::rules::timing::liveness;
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-V217",
    name: "heartbeat-not-below-session",
    severity: Severity::Error,
    source: "Heartbeat.java (run: IllegalArgumentException while the consumer is built)",
    check: Check::Many(|subject| {
        check(subject)
            .into_iter()
            .chain(of_workers(subject))
            .collect()
    }),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`heartbeat.interval.ms` is as long as `session.timeout.ms` or longer, counting the defaults of keys that \
           aren't set.",
    why: "The session would run out before the first heartbeat. The Java client refuses to start with such a pair when \
          it has a group id.",
    false_alarm: "A consumer without `group.id` never sends heartbeats, and the client starts.",
    fix: "Set the heartbeat interval to a third of the session timeout, or raise the session timeout.",
};

/// The group that Connect's workers form among themselves: `WorkerCoordinator` makes the same `Heartbeat`.
fn of_workers(subject: &Subject<'_>) -> Option<Finding> {
    const DEFAULTS_MS: [(&str, i64); 2] = [
        ("heartbeat.interval.ms", 3_000),
        ("session.timeout.ms", 10_000),
    ];
    let [(heartbeat, heartbeat_entry), (session, session_entry)] =
        DEFAULTS_MS.map(|(key, default)| {
            let entry = workers_own(subject, key);
            let value = entry.map_or(Ok(default), |entry| entry.value.text.trim().parse::<i64>());
            (value, entry)
        });
    let entry = heartbeat_entry.or(session_entry)?;
    let (heartbeat, session) = (heartbeat.ok()?, session.ok()?);
    (heartbeat >= session).then(|| {
        let message = format!(
            "the workers' `heartbeat.interval.ms` {heartbeat} is not below their `session.timeout.ms` {session}, so no \
             worker starts"
        );
        subject.at(&RULE, entry, message, "The session would end before the first heartbeat.")
    })
}

fn check(subject: &Subject<'_>) -> Option<Finding> {
    let times = liveness(subject)?;
    let (heartbeat, session) = (times.heartbeat_ms, times.session_ms);
    let has_no_group = subject.facts.complete == Some(true) && !subject.value("group.id")?.is_set();
    let joins_a_group = subject.family() != Family::Java || !has_no_group;
    // franz-go takes a pair that is equal.
    let equal_is_fine = subject.family() == Family::FranzGo;
    if heartbeat < session || heartbeat == session && equal_is_fine || !joins_a_group {
        return None;
    }
    let message = format!(
        "`heartbeat.interval.ms` {heartbeat} is not below `session.timeout.ms` {session}, so the client doesn't start"
    );
    let why = "The session would end before the first heartbeat. The Java client throws IllegalArgumentException: \
               \"Heartbeat must be set lower than the session timeout\".";
    let finding = subject
        .finding(
            &RULE,
            subject.anchor(&[&times.heartbeat, &times.session]),
            message,
        )
        .why(why)
        .rests_on(&[&times.heartbeat, &times.session]);
    let third = if session > 60_000 {
        session / 3
    } else {
        (session / 3).min(3_000)
    };
    if third < 1 {
        return Some(finding);
    }
    let edit = subject.set(
        "heartbeat.interval.ms",
        &third.to_string(),
        times.session.entry(),
    );
    Some(finding.safe_fix(
        format!("Set `heartbeat.interval.ms` to {third}"),
        vec![edit],
    ))
}
