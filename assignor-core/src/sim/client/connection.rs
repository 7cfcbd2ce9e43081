//! The connection to the coordinator: requests without an answer, losing and finding it again.

use super::{App, Client, CommitFor, Join, Timer, Turn};
use crate::sim::trace::{Api, ClientState, EventKind};

/// `close()` without a timeout of its own waits so long (`ConsumerUtils.DEFAULT_CLOSE_TIMEOUT_MS`).
const CLOSE_TIMEOUT_MS: u64 = 30_000;

/// How much longer than a rebalance may last the answer to JoinGroup is waited for
/// (`AbstractCoordinator.JOIN_GROUP_TIMEOUT_LAPSE`).
const JOIN_GROUP_LAPSE_MS: u64 = 5_000;

impl Client {
    /// How long an answer is waited for.
    pub(super) fn request_timeout_ms(&self, api: Api) -> u64 {
        let timeout_ms = self.settings.request_timeout_ms;
        match api {
            Api::JoinGroup => {
                timeout_ms.max(self.settings.max_poll_interval_ms + JOIN_GROUP_LAPSE_MS)
            }
            _ if matches!(self.app, App::Closing) => self.close_timeout_ms(),
            _ => timeout_ms,
        }
    }

    /// How long `close()` waits for answers.
    pub(super) fn close_timeout_ms(&self) -> u64 {
        self.settings.request_timeout_ms.min(CLOSE_TIMEOUT_MS)
    }

    /// Looks at the deadlines no later than this.
    fn check_deadlines_at(&mut self, turn: &mut Turn, at_ms: u64) {
        if self.checks_deadlines_at(at_ms) {
            turn.wake(at_ms, Timer::RequestTimeout);
        }
    }

    /// Whether it has to be woken to look at the deadlines no later than this.
    pub(super) fn checks_deadlines_at(&mut self, at_ms: u64) -> bool {
        let is_later = |check_ms: u64| check_ms > at_ms;
        let wakes = self.deadline_check_ms.is_none_or(is_later);
        if wakes {
            self.deadline_check_ms = Some(at_ms);
        }
        wakes
    }

    /// A request without an answer ends the connection, and with it every other request.
    #[cold]
    pub(super) fn on_request_timeout(&mut self, turn: &mut Turn) {
        if self
            .deadline_check_ms
            .is_none_or(|check_ms| check_ms > turn.now_ms)
        {
            return;
        }
        self.deadline_check_ms = None;
        // Nobody looks at the network before this time.
        let looks_ms = match self.app {
            App::Busy { until_ms, .. } | App::Callback { until_ms, .. } => match self.state {
                ClientState::Unjoined | ClientState::PreparingRebalance => until_ms,
                ClientState::CompletingRebalance | ClientState::Stable => {
                    self.next_tick_ms(turn.now_ms)
                }
            },
            App::Assigning { until_ms, .. } => until_ms,
            App::Starting
            | App::Polling
            | App::Committing
            | App::CommittingRevoked { .. }
            | App::Unsubscribed
            | App::Closing
            | App::Gone => 0,
        };
        if looks_ms > turn.now_ms {
            return self.check_deadlines_at(turn, looks_ms);
        }
        let answered = |id: &u32| self.inbox.iter().any(|(answered, _)| answered == id);
        let open = self.in_flight.iter().filter(|(id, _)| !answered(id));
        let Some(first_ms) = open.map(|(_, sent)| sent.deadline_ms).min() else {
            return;
        };
        if first_ms > turn.now_ms {
            self.check_deadlines_at(turn, first_ms);
        } else if matches!(self.app, App::Closing) {
            self.give_up_waiting(turn);
        } else {
            self.lose_coordinator(turn);
        }
    }

    /// The broker at the other end has died.
    #[cold]
    pub(in crate::sim) fn on_disconnected(&mut self, turn: &mut Turn) {
        if self.coordinator_unknown_until_ms.is_none() {
            self.lose_coordinator(turn);
        }
    }

    /// Nothing could be found while the network was cut.
    #[cold]
    pub(in crate::sim) fn on_network_back(&mut self, turn: &mut Turn) {
        if self.coordinator_unknown_until_ms == Some(u64::MAX) {
            let found_ms = turn.now_ms + self.timing.rediscovery_ms;
            self.coordinator_unknown_until_ms = Some(found_ms);
            turn.wake(found_ms, Timer::Rediscovered);
            // What waits for the coordinator looks again.
            turn.wake(found_ms, Timer::PollTimeout);
            turn.wake(found_ms, Timer::PollReturns);
        }
        let answered_ms = turn.now_ms + self.timing.to_coordinator_ms + self.timing.to_member_ms;
        turn.wake(answered_ms, Timer::Metadata);
        self.await_records(turn);
    }

    /// `close()` goes on without an answer.
    #[cold]
    pub(super) fn give_up_waiting(&mut self, turn: &mut Turn) {
        self.in_flight.clear();
        if self.awaits_close_commit {
            self.close_callbacks(turn);
        } else {
            self.end(turn);
        }
    }

    /// Gives the connection up (`markCoordinatorUnknown`): whatever waits for an answer fails.
    #[cold]
    pub(super) fn lose_coordinator(&mut self, turn: &mut Turn) {
        // LeaveGroup is not sent twice.
        if matches!(self.app, App::Closing) && !self.awaits_close_commit {
            return self.give_up_waiting(turn);
        }
        let process = self.process;
        turn.trace
            .event(turn.now_ms, EventKind::CoordinatorLost { process });
        turn.port.disconnect();
        self.in_flight.clear();
        self.limit_commit(turn);
        // The commit before a rejoin is tried anew.
        self.rejoin_commit = None;
        if turn.is_cut {
            // Until the network is back.
            self.coordinator_unknown_until_ms = Some(u64::MAX);
            return;
        }
        // FindCoordinator, too, may have to wait behind the parked fetch.
        let wait_ms = self.wait_behind_fetch_ms(turn);
        let found_ms = turn.now_ms + self.timing.rediscovery_ms + wait_ms;
        self.coordinator_unknown_until_ms = Some(found_ms);
        turn.wake(found_ms, Timer::Rediscovered);
    }

    #[cold]
    pub(super) fn on_rediscovered(&mut self, turn: &mut Turn) {
        if self
            .coordinator_unknown_until_ms
            .is_none_or(|found_ms| found_ms > turn.now_ms)
        {
            return;
        }
        if turn.is_cut {
            self.coordinator_unknown_until_ms = Some(u64::MAX);
            return;
        }
        self.coordinator_unknown_until_ms = None;
        self.restart_session(turn.now_ms);
        let awaited = matches!(
            self.join,
            Join::AwaitsJoinAnswer { .. } | Join::AwaitsSyncAnswer { .. }
        );
        if awaited {
            self.join = Join::Idle;
            self.set_state(turn, ClientState::Unjoined);
            self.request_rejoin("rebalance failed due to DisconnectException");
        } else if self.heartbeat_due_ms.is_some() {
            self.heartbeat_due_ms = Some(turn.now_ms);
            self.on_heartbeat_due(turn);
        }
        match self.app {
            App::Committing => self.try_commit_sync(turn, CommitFor::Batch),
            App::CommittingRevoked { .. } => self.try_commit_sync(turn, CommitFor::Revoked),
            App::Closing if self.awaits_close_commit => self.send_commit(turn, CommitFor::Close),
            _ => {}
        }
        self.advance(turn);
    }
}
