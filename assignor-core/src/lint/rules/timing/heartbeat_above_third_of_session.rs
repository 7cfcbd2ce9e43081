//! KC-T301: fewer than three heartbeats fit into a session.

use super::liveness;
use crate::config::Family;
use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule, reaches, rule};
use crate::lint::subject::Subject;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-T301",
    name: "heartbeat-above-third-of-session",
    severity: Severity::Warn,
    source: "Property text of heartbeat.interval.ms (CommonClientConfigs); Heartbeat.java enforces only heartbeat < session",
    check: Check::One(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`heartbeat.interval.ms` is more than a third of `session.timeout.ms`.",
    why: "A member is removed when no heartbeat arrives for a whole session. With fewer than three heartbeats per \
          session, one or two lost or late ones (a garbage collection, a network fault) cost a rebalance. It is \
          advice, not a rule of the protocol: client and broker accept any interval below the session.",
    false_alarm: "A test that wants members to be removed quickly.",
    fix: "Lower the heartbeat interval: a third of the session and at most 3000 ms, or a tenth of a session longer \
          than a minute. Heartbeats are small; sending more of them costs next to nothing.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    let times = liveness(subject)?;
    let (heartbeat, session) = (times.heartbeat_ms, times.session_ms);
    // Where the client refuses that, KC-V217 says so.
    let refusal = rule("KC-V217").filter(|refusal| reaches(refusal, subject.family()));
    let least = session.saturating_add(i64::from(subject.family() == Family::FranzGo));
    let refused = heartbeat >= least && refusal.is_some();
    if heartbeat.saturating_mul(3) <= session || refused {
        return None;
    }
    let chances = if heartbeat >= session {
        "No heartbeat fits"
    } else if heartbeat.saturating_mul(2) >= session {
        "One heartbeat fits"
    } else {
        "Two heartbeats fit"
    };
    let advised = times.advised_heartbeat_ms();
    let message = format!(
        "`heartbeat.interval.ms` {heartbeat} is more than a third of `session.timeout.ms` {session}"
    );
    let why = format!(
        "{chances} into a session of {session} ms, three should: a lost or late heartbeat removes the member and \
         starts a rebalance. Kafka advises a third at most; nothing enforces it."
    );
    let edit = subject.set(
        "heartbeat.interval.ms",
        &advised.to_string(),
        times.session.entry(),
    );
    Some(
        subject
            .finding(
                &RULE,
                subject.anchor(&[&times.heartbeat, &times.session]),
                message,
            )
            .why(why)
            .rests_on(&[&times.heartbeat, &times.session])
            .safe_fix(
                format!("Set `heartbeat.interval.ms` to {advised}"),
                vec![edit],
            ),
    )
}
