//! The coordinator of a group that rests: what `world::lull` needs of it.

use super::{Append, Coordinator, Ticket};
use crate::sim::protocol::{Identity, Offsets};
use crate::sim::trace::{GroupState, ProcessIx};
use std::sync::Arc;

/// The session of a member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sim) struct Session {
    pub process: ProcessIx,
    pub timeout_ms: u64,
    /// When it ends; none while an expiry would be ignored.
    pub end_ms: Option<u64>,
    /// When the timer for it looks next.
    pub check_ms: Option<u64>,
    /// Whether the trace tells its end.
    pub is_told: bool,
}

impl Coordinator {
    /// Whether it has a group in which nothing is going on but heartbeats and commits.
    pub(in crate::sim) fn rests(&self) -> bool {
        let is_commit = |(_, append): &(u64, Append)| matches!(append, Append::Commit(..));
        self.active
            && self.group.state == GroupState::Stable
            && self.group.pending.is_empty()
            && self.appends.iter().all(is_commit)
    }

    /// The session of the member that the sender is, if a request of it would be accepted.
    pub(in crate::sim) fn session(&mut self, sender: &Identity) -> Option<Session> {
        let member = self.group.member_of_generation(sender).ok()?;
        Some(Session {
            process: member.process,
            timeout_ms: member.session_timeout_ms,
            end_ms: member.session_end_ms,
            check_ms: member.session_check_ms,
            is_told: !member.is_new,
        })
    }

    /// The member's session has become another.
    pub(in crate::sim) fn set_session(&mut self, sender: &Identity, session: &Session) {
        if let Ok(member) = self.group.member_of_generation(sender) {
            member.session_end_ms = session.end_ms;
            member.session_check_ms = session.check_ms;
        }
    }

    /// Whose id it is.
    pub(in crate::sim) fn process_of(&self, member_id: &Arc<str>) -> Option<ProcessIx> {
        let member = self.group.members.get(&**member_id)?;
        Some(member.process)
    }

    /// How long a write to the log takes.
    pub(in crate::sim) fn append_ms(&self) -> u64 {
        self.append_ms
    }

    /// A commit of nothing goes to the log; the serial of its timer.
    pub(in crate::sim) fn append_commit(&mut self, ticket: Ticket) -> u64 {
        self.enqueue(Append::Commit(ticket, Offsets::default()))
    }

    /// The commit that is in the log next, and its serial.
    pub(in crate::sim) fn next_commit(&self) -> Option<(u64, Ticket)> {
        match self.appends.front()? {
            (serial, Append::Commit(ticket, _)) => Some((*serial, *ticket)),
            _ => None,
        }
    }

    /// It is in the log.
    pub(in crate::sim) fn take_commit(&mut self) {
        self.appends.pop_front();
    }
}
