//! Heartbeats, sessions and the time between two polls.

pub(super) mod advice;
pub(super) mod heartbeat_above_third_of_session;
pub(super) mod heartbeat_exactly_third_of_session;
pub(super) mod heartbeat_too_slow_for_rebalance;
pub(in crate::lint) mod poll_budget_exceeded;
pub(super) mod session_longer_than_max_poll_interval;

use crate::config::Effective;
use crate::lint::subject::Subject;

/// Heartbeat interval and session timeout of a member of the classic protocol, in milliseconds.
pub(in crate::lint) struct Liveness<'a> {
    pub(in crate::lint) heartbeat_ms: i64,
    pub(in crate::lint) session_ms: i64,
    pub(in crate::lint) heartbeat: Effective<'a>,
    pub(in crate::lint) session: Effective<'a>,
}

/// Reads both, if the classic protocol is spoken and both are numbers above zero.
pub(in crate::lint) fn liveness<'a>(subject: &Subject<'a>) -> Option<Liveness<'a>> {
    if !subject.speaks("classic") {
        return None;
    }
    let (heartbeat_ms, heartbeat) = subject.integer("heartbeat.interval.ms")?;
    let (session_ms, session) = subject.integer("session.timeout.ms")?;
    (heartbeat_ms >= 0).then_some(Liveness {
        heartbeat_ms,
        session_ms,
        heartbeat,
        session,
    })
}

impl Liveness<'_> {
    /// The heartbeat interval to advise: a third of a short session, a tenth of a long one, and no
    /// slower than Kafka's default or ten seconds.
    pub(in crate::lint) fn advised_heartbeat_ms(&self) -> i64 {
        if self.session_ms <= 60_000 {
            (self.session_ms / 3).min(3_000)
        } else {
            (self.session_ms / 10).min(10_000)
        }
    }
}
