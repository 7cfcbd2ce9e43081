//! `close()`: commit, callbacks, LeaveGroup if the options say so (KIP-1092).

use super::{App, Client, CommitFor, Then, Timer, Turn};
use crate::sim::protocol::{LeaveGroup, Request};
use crate::sim::scenario::CloseOperation;
use crate::sim::trace::{Activity, ClientState, EventKind, StopBegan};

impl Client {
    #[cold]
    pub(super) fn close(&mut self, turn: &mut Turn, operation: CloseOperation) {
        let process = self.process;
        turn.trace
            .event(turn.now_ms, EventKind::Closing { process });
        turn.trace.activity(turn.now_ms, process, Activity::Closing);
        let operation = if self.settings.release.knows_close_options() {
            operation
        } else {
            CloseOperation::Default
        };
        self.leaves_on_close = match operation {
            CloseOperation::Default => self.instance.is_none(),
            CloseOperation::Leave => true,
            CloseOperation::Remain => false,
        };
        self.begin_close(turn);
        if self.commits_on_close() {
            self.awaits_close_commit = true;
            let ends_ms = turn.now_ms + self.close_timeout_ms();
            turn.wake(ends_ms, Timer::CloseTimeout);
            // Else it is sent when the coordinator has been found.
            if self.coordinator_unknown_until_ms.is_none() {
                self.send_commit(turn, CommitFor::Close);
            }
        } else {
            self.close_callbacks(turn);
        }
    }

    /// From here on nothing is fetched any more. How far the parked fetch has come is the chance of the
    /// moment; half its time is never far off.
    #[cold]
    pub(super) fn begin_close(&mut self, turn: &mut Turn) {
        self.closed_after_ms = turn.now_ms + self.wait_behind_fetch_ms(turn) / 2;
        self.app = App::Closing;
    }

    /// Whether `close()` has something to commit first.
    pub(super) fn commits_on_close(&self) -> bool {
        let stable = self.state == ClientState::Stable;
        self.settings.enable_auto_commit && stable && !self.owned.is_empty()
    }

    #[cold]
    pub(super) fn close_callbacks(&mut self, turn: &mut Turn) {
        self.awaits_close_commit = false;
        self.heartbeat_due_ms = None;
        turn.trace.heartbeat_due(turn.now_ms, self.process, None);
        if self.owned.is_empty() {
            return self.leave(turn);
        }
        let owned = std::mem::take(&mut self.owned);
        let why = match self.failure {
            None => StopBegan::Closed,
            Some(_) => StopBegan::Failed,
        };
        let places = self.stop_reading(turn, &owned, why);
        let kind = if self.state == ClientState::Stable {
            EventKind::Revoked
        } else {
            EventKind::Lost
        };
        self.call(turn, kind, places, Then::Leave);
    }

    #[cold]
    pub(super) fn leave(&mut self, turn: &mut Turn) {
        self.app = App::Closing;
        turn.trace
            .activity(turn.now_ms, self.process, Activity::Closing);
        if self.leaves_on_close && self.can_leave() {
            self.send_leave(turn, "the consumer is being closed");
        } else {
            self.end(turn);
        }
    }

    /// Whether there is a membership to leave and a coordinator to say so to.
    pub(super) fn can_leave(&self) -> bool {
        self.state != ClientState::Unjoined
            && !self.generation.member_id.is_empty()
            && self.coordinator_unknown_until_ms.is_none()
    }

    #[cold]
    pub(super) fn send_leave(&mut self, turn: &mut Turn, reason: &'static str) {
        let gives_reasons = self.settings.common_release.gives_reasons();
        let leave = LeaveGroup {
            identity: self.identity.clone(),
            reason: if gives_reasons { reason } else { "" },
        };
        self.send(turn, Request::LeaveGroup(Box::new(leave)), None);
    }

    /// The answer to LeaveGroup: only `close()` waits for it.
    #[cold]
    pub(super) fn on_leave_response(&mut self, turn: &mut Turn) {
        if matches!(self.app, App::Closing) {
            self.end(turn);
        }
    }

    /// `close()` is done, but for the end of the fetch session, which with one broker waits behind the
    /// parked fetch.
    pub(super) fn end(&mut self, turn: &mut Turn) {
        if self.closed_after_ms > turn.now_ms {
            return turn.wake(self.closed_after_ms, Timer::Closed);
        }
        let process = self.process;
        if let Some(error) = self.failure {
            turn.trace
                .event(turn.now_ms, EventKind::Fatal { process, error });
            return self.gone(turn, Activity::Failed, StopBegan::Failed);
        }
        turn.trace.event(turn.now_ms, EventKind::Ended { process });
        self.gone(turn, Activity::Ended, StopBegan::Closed);
    }
}
