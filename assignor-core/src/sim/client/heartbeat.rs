//! The heartbeat thread: heartbeats, and the check of `max.poll.interval.ms`.

use super::{App, Client, InFlight, Timer, Turn};
use crate::sim::protocol::Request;
use crate::sim::trace::{ClientState, ErrorCode, EventKind};

impl Client {
    /// Heartbeats flow from the answer to JoinGroup on, the first one interval later.
    pub(super) fn restart_heartbeat(&mut self, turn: &mut Turn) {
        let due_ms = turn.now_ms + self.heartbeat_interval_ms();
        self.heartbeat_due_ms = Some(due_ms);
        turn.trace
            .heartbeat_due(turn.now_ms, self.process, Some(due_ms));
        turn.wake(due_ms, Timer::Heartbeat);
    }

    /// The session as the client has it begins anew with every good answer.
    pub(super) fn restart_session(&mut self, now_ms: u64) {
        self.session_end_ms = now_ms + self.settings.session_timeout_ms;
    }

    pub(super) fn on_heartbeat_due(&mut self, turn: &mut Turn) {
        if self
            .heartbeat_due_ms
            .is_none_or(|due_ms| due_ms > turn.now_ms)
        {
            return;
        }
        match &self.app {
            // The assignor holds the lock.
            App::Assigning { until_ms, .. } => return turn.wake(*until_ms, Timer::Heartbeat),
            App::Busy { .. } | App::Callback { .. } => {
                let wakes_ms = self.next_tick_ms(turn.now_ms);
                if wakes_ms > turn.now_ms {
                    return turn.wake(wakes_ms, Timer::Heartbeat);
                }
            }
            App::Polling | App::Committing | App::CommittingRevoked { .. } => {}
            App::Starting | App::Unsubscribed | App::Closing | App::Gone => return,
        }
        if self.coordinator_unknown_until_ms.is_some() {
            return;
        }
        if self.session_end_ms <= turn.now_ms {
            return self.lose_coordinator(turn);
        }
        self.send(turn, Request::Heartbeat(self.identity.clone()), None);
        self.restart_heartbeat(turn);
    }

    /// While the application is in a batch, the thread wakes on a grid that begins with the batch.
    pub(super) fn next_tick_ms(&self, now_ms: u64) -> u64 {
        match self.timing.heartbeat_tick_ms {
            0 => now_ms,
            tick_ms => {
                let ticks = (now_ms - self.last_poll_ms).div_ceil(tick_ms);
                self.last_poll_ms + ticks * tick_ms
            }
        }
    }

    pub(super) fn on_heartbeat_response(
        &mut self,
        turn: &mut Turn,
        sent: &InFlight,
        error: ErrorCode,
    ) {
        let current = self.is_current(sent);
        if matches!(error, ErrorCode::None | ErrorCode::RebalanceInProgress) {
            self.restart_session(turn.now_ms);
        }
        match error {
            ErrorCode::NotCoordinator | ErrorCode::CoordinatorNotAvailable => {
                self.lose_coordinator(turn);
            }
            ErrorCode::RebalanceInProgress
                if self.state == ClientState::Stable && !self.rejoin_needed =>
            {
                let process = self.process;
                turn.trace.event(turn.now_ms, EventKind::Told { process });
                self.request_rejoin("group is already rebalancing");
            }
            ErrorCode::IllegalGeneration
            | ErrorCode::UnknownMemberId
            | ErrorCode::FencedInstanceId
                if current =>
            {
                let keep = error == ErrorCode::IllegalGeneration;
                let reason = format!("encountered {} from HEARTBEAT response", error.as_str());
                self.reset_generation(turn, keep, reason);
                if error == ErrorCode::FencedInstanceId {
                    self.failure = Some(error.exception());
                }
            }
            _ => {}
        }
    }

    /// When `poll()` has to be called again at the latest.
    pub(super) fn poll_ends_ms(&self) -> u64 {
        self.last_poll_ms + self.settings.max_poll_interval_ms
    }

    /// The application hasn't called `poll()` for too long. A dynamic member leaves; a static one only
    /// stops its heartbeats.
    #[cold]
    pub(super) fn on_poll_timeout(&mut self, turn: &mut Turn) {
        let overdue = self.poll_ends_ms() <= turn.now_ms;
        let away = matches!(
            self.app,
            App::Busy { .. }
                | App::Callback { .. }
                | App::Committing
                | App::CommittingRevoked { .. }
        );
        let watching = matches!(
            self.state,
            ClientState::CompletingRebalance | ClientState::Stable
        );
        if !overdue || !away || !watching {
            return;
        }
        // The thread looks for the coordinator before anything else.
        if let Some(found_ms) = self.coordinator_unknown_until_ms {
            return turn.wake(found_ms, Timer::PollTimeout);
        }
        let wakes_ms = self.next_tick_ms(turn.now_ms);
        if wakes_ms > turn.now_ms {
            return turn.wake(wakes_ms, Timer::PollTimeout);
        }
        let process = self.process;
        turn.trace
            .event(turn.now_ms, EventKind::PollTimeoutExpired { process });
        if self.instance.is_none() {
            self.send_leave(turn, "consumer poll timeout has expired.");
        }
        let reason = "consumer pro-actively leaving the group".to_owned();
        self.reset_generation(turn, false, reason);
    }
}
