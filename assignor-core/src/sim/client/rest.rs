//! A client at rest: a member of a stable group whose application polls and finds nothing to read.
//!
//! All it does is to send heartbeats and commits and to read that they were taken. These are the steps
//! of the rest of [`Client`], less the questions whose answer is known while it rests; whatever isn't known
//! ends the rest before anything has changed. `world::lull` plays them.

use super::{App, Client, CommitFor, InFlight, Join};
use crate::sim::protocol::Identity;
use crate::sim::trace::{Api, ClientState};
use std::rc::Rc;

/// Something happens that a client at rest can't answer; nothing has changed yet.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sim) struct Unrest;

/// A request was sent.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::sim) struct Sent {
    pub correlation_id: u32,
    /// When to look for its answer, unless somebody looks already.
    pub check_ms: Option<u64>,
}

impl Client {
    /// Whether it is at rest, in a run without records.
    pub(in crate::sim) fn rests(&self) -> bool {
        let is_routine =
            |(_, sent): &(u32, InFlight)| matches!(sent.commit, None | Some(CommitFor::Interval));
        matches!(self.app, App::Polling)
            && self.state == ClientState::Stable
            && matches!(self.join, Join::Idle)
            && !self.rejoin_needed
            && !self.calls_for_rejoin()
            && self.rejoin_commit.is_none()
            && self.commit_retry.is_none()
            && self.coordinator_unknown_until_ms.is_none()
            && self.failure.is_none()
            && !self.pauses
            && self.inbox.is_empty()
            && self.commands.is_empty()
            && self.in_flight.iter().all(is_routine)
    }

    pub(in crate::sim) fn identity(&self) -> &Rc<Identity> {
        &self.identity
    }

    /// How long after a heartbeat the next one is due.
    #[inline]
    pub(in crate::sim) fn heartbeat_interval_ms(&self) -> u64 {
        self.settings.heartbeat_interval_ms.max(1)
    }

    /// How long after a commit the next one is due. With an interval of 0 every turn of the poll loop
    /// commits; one a millisecond is plenty.
    #[inline]
    pub(in crate::sim) fn commit_interval_ms(&self) -> u64 {
        self.settings.auto_commit_interval_ms.max(1)
    }

    /// The timer of the heartbeat comes: the heartbeat, if it is due, and when the next one is. An answer
    /// whose time is given is certain, and taken now.
    #[inline]
    pub(in crate::sim) fn beat(
        &mut self,
        now_ms: u64,
        answered_ms: Option<u64>,
    ) -> Result<Option<(Sent, u64)>, Unrest> {
        match self.heartbeat_due_ms {
            Some(due_ms) if due_ms <= now_ms => {}
            _ => return Ok(None),
        }
        if self.session_end_ms <= now_ms {
            return Err(Unrest);
        }
        let sent = self.ask(now_ms, Api::Heartbeat, None, answered_ms);
        let next_ms = now_ms + self.heartbeat_interval_ms();
        self.heartbeat_due_ms = Some(next_ms);
        Ok(Some((sent, next_ms)))
    }

    /// Whether neither its session nor a request can come to its end while answers take so long.
    pub(in crate::sim) fn is_safe(&self, answers_take_ms: u64) -> bool {
        let between_ms = self.heartbeat_interval_ms().saturating_add(answers_take_ms);
        let lasts = |due_ms: u64| due_ms.saturating_add(between_ms) < self.session_end_ms;
        self.heartbeat_due_ms.is_some_and(lasts)
            && self.settings.session_timeout_ms > between_ms
            && self.commit_interval_ms() > answers_take_ms
            && self.request_timeout_ms(Api::OffsetCommit) > answers_take_ms
    }

    /// Whether every answer has come, and the next commit is due at another time than this.
    #[inline]
    pub(in crate::sim) fn may_beat_until(&self, answered_ms: u64) -> bool {
        self.in_flight.is_empty() && self.auto_commit_due_ms != answered_ms
    }

    /// Whether every answer has come, and the next heartbeat is due after this.
    #[inline]
    pub(in crate::sim) fn may_commit_until(&self, appended_ms: u64) -> bool {
        let is_later = |due_ms: u64| due_ms > appended_ms;
        self.in_flight.is_empty() && self.heartbeat_due_ms.is_some_and(is_later)
    }

    /// Sends a request, and takes its answer if it is certain to come well, at a time that is known.
    #[inline]
    fn ask(
        &mut self,
        now_ms: u64,
        api: Api,
        commit: Option<CommitFor>,
        answered_ms: Option<u64>,
    ) -> Sent {
        let Some(answered_ms) = answered_ms else {
            return self.note_sent(now_ms, api, commit);
        };
        self.last_poll_ms = answered_ms;
        if api == Api::Heartbeat {
            self.restart_session(answered_ms);
        }
        self.number_sent(now_ms + self.request_timeout_ms(api))
    }

    /// A turn of the poll loop: the commit, if it is due. An answer whose time is given is certain, and
    /// taken now.
    #[inline]
    pub(in crate::sim) fn idle(&mut self, now_ms: u64, answered_ms: Option<u64>) -> Option<Sent> {
        self.last_poll_ms = self.last_poll_ms.max(now_ms);
        if !self.auto_commits() || self.auto_commit_due_ms > now_ms {
            return None;
        }
        let why = Some(CommitFor::Interval);
        let sent = self.ask(now_ms, Api::OffsetCommit, why, answered_ms);
        self.auto_commit_due_ms = now_ms + self.commit_interval_ms();
        Some(sent)
    }

    /// The answer to a heartbeat or commit arrives: it was taken.
    #[inline]
    pub(in crate::sim) fn take_well(&mut self, now_ms: u64, correlation_id: u32, api: Api) {
        if self.take_in_flight(correlation_id).is_some() && api == Api::Heartbeat {
            self.restart_session(now_ms);
        }
    }

    /// The deadline of a request has come: when the next one does.
    pub(in crate::sim) fn look_for_answers(&mut self, now_ms: u64) -> Result<Option<u64>, Unrest> {
        if self
            .deadline_check_ms
            .is_none_or(|check_ms| check_ms > now_ms)
        {
            return Ok(None);
        }
        let deadlines = self.in_flight.iter().map(|(_, sent)| sent.deadline_ms);
        let first_ms = deadlines.min();
        if first_ms.is_some_and(|first_ms| first_ms <= now_ms) {
            return Err(Unrest);
        }
        self.deadline_check_ms = first_ms;
        Ok(first_ms)
    }
}
