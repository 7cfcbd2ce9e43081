//! Calls of the application's `ConsumerRebalanceListener`, and where the protocol goes on after them.
//!
//! Source: `ConsumerRebalanceListenerInvoker`@4.3.

use super::{App, Client, CommitFor, Then, Turn};
use crate::sim::scenario::{CommitStrategy, Listener};
use crate::sim::trace::{Activity, Callback, EventKind, PartitionIx};

impl Client {
    /// Calls the listener; the protocol goes on with `then` when it returns.
    pub(super) fn call(
        &mut self,
        turn: &mut Turn,
        kind: fn(Callback) -> EventKind,
        partitions: Vec<PartitionIx>,
        then: Then,
    ) {
        let callback = Callback {
            process: self.process,
            partitions,
            generation_id: self.group_metadata.0,
            member_id: self.group_metadata.1.clone(),
        };
        let event = kind(callback);
        let listener = match event {
            EventKind::Assigned(_) => Listener::Assigned,
            EventKind::Lost(_) => Listener::Lost,
            _ => Listener::Revoked,
        };
        turn.trace.event(turn.now_ms, event);
        let duration_ms = self.callback_ms(listener);
        let commits = self.commits(CommitStrategy::OnRevoked) && !self.revoking.is_empty();
        if listener == Listener::Revoked && commits {
            self.app = App::CommittingRevoked {
                rest_ms: duration_ms,
                then,
            };
            return self.commit_sync(turn, CommitFor::Revoked);
        }
        self.spend_callback(turn, duration_ms, then);
    }

    /// The listener takes its time.
    pub(super) fn spend_callback(&mut self, turn: &mut Turn, duration_ms: u64, then: Then) {
        if duration_ms == 0 {
            return self.go_on(turn, then);
        }
        let until_ms = turn.now_ms + duration_ms;
        self.leave_poll(turn, App::Callback { until_ms, then }, until_ms);
        turn.trace
            .activity(turn.now_ms, self.process, Activity::InCallback { until_ms });
    }

    pub(super) fn go_on(&mut self, turn: &mut Turn, then: Then) {
        match then {
            Then::SendJoin => self.send_join(turn),
            Then::TakeAssignment(assigned) => self.take_assignment(turn, assigned),
            Then::Read(added) => self.read_added(turn, &added),
            Then::Leave => self.leave(turn),
            Then::LeaveUnsubscribed => self.leave_unsubscribed(turn),
        }
    }
}
