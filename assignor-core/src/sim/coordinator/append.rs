//! Writes to the log: what waits for them to be replicated.

use super::failover::Snapshot;
use super::{Coordinator, Ticket, Timer, Turn};
use crate::sim::protocol::{Joined, Offsets, Plan, Response};
use crate::sim::trace::{ErrorCode, GroupState};

/// What happens when a write to the log is replicated.
#[derive(Debug)]
pub(super) enum Append {
    /// The leader's assignment takes effect.
    Assignment(Box<Assignment>),
    /// A static member's new process is told that the group goes on.
    Replacement(Ticket, Box<(Joined, Snapshot)>),
    /// The group is empty.
    Empty(Box<Snapshot>),
    /// Offsets are committed.
    Commit(Ticket, Offsets),
}

#[derive(Debug)]
pub(super) struct Assignment {
    pub generation_id: i32,
    pub assignments: Plan,
    pub snapshot: Snapshot,
}

impl Coordinator {
    /// A write to the log begins; the serial of its timer.
    pub(super) fn enqueue(&mut self, append: Append) -> u64 {
        let serial = self.serial();
        self.appends.push_back((serial, append));
        serial
    }

    pub(super) fn append(&mut self, turn: &mut Turn, append: Append) {
        let serial = self.enqueue(append);
        turn.wake(self.append_ms, Timer::Append { serial });
    }

    pub(super) fn on_appended(&mut self, turn: &mut Turn, append: Append) {
        match append {
            Append::Empty(snapshot) => self.persisted = Some(*snapshot),
            Append::Replacement(ticket, replacement) => {
                let (joined, snapshot) = *replacement;
                self.persisted = Some(snapshot);
                turn.reply(ticket, Response::JoinGroup(Box::new(joined)));
            }
            Append::Commit(ticket, offsets) => {
                turn.log.commit(turn.now_ms, offsets.as_slice());
                let error = ErrorCode::None;
                turn.reply(ticket, Response::OffsetCommit { error });
            }
            Append::Assignment(assignment) => {
                self.persisted = Some(assignment.snapshot);
                // A rebalance that began meanwhile has already turned everybody away.
                if self.group.state == GroupState::CompletingRebalance
                    && self.group.generation_id == assignment.generation_id
                {
                    self.become_stable(turn, &assignment.assignments);
                }
            }
        }
    }
}
