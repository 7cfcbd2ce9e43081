//! Reading records and committing positions.

use super::{App, Client, CommitFor, InFlight, Timer, Turn};
use crate::assign::TopicPartition;
use crate::sim::protocol::{OffsetCommit, Request};
use crate::sim::trace::{ClientState, ErrorCode, EventKind, ReadRange};

impl Client {
    /// Wakes when there is something to read.
    pub(super) fn await_records(&mut self, turn: &mut Turn) {
        if self.app != App::Polling {
            return;
        }
        let next = self.positions.iter().filter_map(|(partition, position)| {
            if turn.log.end_offset(&partition.topic, turn.now_ms) > *position {
                return Some(turn.now_ms);
            }
            turn.log.next_record_ms(&partition.topic, turn.now_ms)
        });
        let Some(next_ms) = next.min() else {
            return;
        };
        if self
            .records_due_ms
            .is_none_or(|due_ms| due_ms > next_ms || due_ms < turn.now_ms)
        {
            self.records_due_ms = Some(next_ms);
            turn.wake(next_ms, Timer::Records);
        }
    }

    /// `poll()` returns records; the application is done with them at once.
    pub(super) fn on_records(&mut self, turn: &mut Turn) {
        if self
            .records_due_ms
            .is_none_or(|due_ms| due_ms > turn.now_ms)
        {
            return;
        }
        self.records_due_ms = None;
        if self.app != App::Polling {
            return;
        }
        let mut room = self.settings.max_poll_records;
        let mut ranges = Vec::new();
        for (partition, position) in &mut self.positions {
            let end = turn.log.end_offset(&partition.topic, turn.now_ms);
            let count = end.saturating_sub(*position).min(room);
            if count > 0
                && let Some(place) = turn.trace.place(partition)
            {
                ranges.push(ReadRange {
                    partition: place,
                    first: *position,
                    last: *position + count - 1,
                });
                *position += count;
                room -= count;
            }
        }
        if !ranges.is_empty() {
            let process = self.process;
            turn.trace
                .event(turn.now_ms, EventKind::Read { process, ranges });
            self.last_poll_ms = turn.now_ms;
            self.polls_since_ms = turn.now_ms;
            if self.settings.enable_auto_commit {
                self.handle_commands(turn);
            } else {
                self.commit_sync(turn);
            }
        }
        self.await_records(turn);
    }

    /// `poll()` has returned with records, so whatever waits for its return is due.
    fn handle_commands(&self, turn: &mut Turn) {
        if !self.commands.is_empty() {
            turn.wake(turn.now_ms, Timer::PollReturns);
        }
    }

    /// The application commits what it has read and waits for the answer.
    pub(super) fn commit_sync(&mut self, turn: &mut Turn) {
        self.app = App::Committing;
        let error = match self.state {
            ClientState::Stable => None,
            ClientState::Unjoined if self.generation.id < 0 => Some("CommitFailedException"),
            _ => Some("RebalanceInProgressException"),
        };
        match error {
            None if self.coordinator_unknown_until_ms.is_some() => {}
            None => self.send_commit(turn, CommitFor::Batch),
            Some(error) => {
                self.app = App::Polling;
                self.commit_failed(turn, error);
                self.handle_commands(turn);
            }
        }
    }

    fn commit_failed(&mut self, turn: &mut Turn, error: &'static str) {
        let process = self.process;
        turn.trace
            .event(turn.now_ms, EventKind::CommitFailed { process, error });
    }

    pub(super) fn send_commit(&mut self, turn: &mut Turn, why: CommitFor) {
        let positions = self.positions.iter();
        let commit = OffsetCommit {
            identity: self.identity(),
            offsets: positions
                .map(|(partition, position)| (partition.clone(), *position))
                .collect(),
        };
        self.send(turn, Request::OffsetCommit(commit), Some(why));
    }

    pub(super) fn maybe_auto_commit(&mut self, turn: &mut Turn) {
        let ready = self.settings.enable_auto_commit
            && self.state == ClientState::Stable
            && self.coordinator_unknown_until_ms.is_none()
            && !self.rejoin_needed
            && !self.owned.is_empty();
        if ready && self.auto_commit_due_ms <= turn.now_ms {
            self.send_commit(turn, CommitFor::Interval);
            self.restart_auto_commit(turn);
        }
    }

    pub(super) fn restart_auto_commit(&mut self, turn: &mut Turn) {
        if self.settings.enable_auto_commit {
            // With an interval of 0 every turn of the poll loop commits; one a millisecond is plenty.
            let interval_ms = self.settings.auto_commit_interval_ms.max(1);
            self.auto_commit_due_ms = turn.now_ms + interval_ms;
            turn.wake(self.auto_commit_due_ms, Timer::AutoCommit);
        }
    }

    pub(super) fn on_commit_response(
        &mut self,
        turn: &mut Turn,
        sent: &InFlight,
        error: ErrorCode,
    ) {
        match sent.commit {
            Some(CommitFor::Rejoin) => self.rejoin_commit = Some(true),
            Some(CommitFor::Close) => return self.close_callbacks(turn),
            Some(CommitFor::Batch) => {
                if self.app == App::Committing {
                    self.app = App::Polling;
                    self.handle_commands(turn);
                }
                match error {
                    ErrorCode::None => {}
                    ErrorCode::RebalanceInProgress => self.commit_failed(turn, error.exception()),
                    _ => self.commit_failed(turn, "CommitFailedException"),
                }
            }
            Some(CommitFor::Interval) | None => {}
        }
        let current = sent.generation == self.generation;
        match error {
            ErrorCode::RebalanceInProgress => {
                self.request_rejoin("offset commit failed since group is already rebalancing");
            }
            ErrorCode::UnknownMemberId | ErrorCode::IllegalGeneration if current => {
                let keep = error == ErrorCode::IllegalGeneration;
                let reason = format!("encountered {} from OFFSET_COMMIT response", error.as_str());
                self.reset_generation(turn, keep, reason);
            }
            ErrorCode::FencedInstanceId => self.failure = Some(error.exception()),
            _ => {}
        }
    }

    /// Where reading begins: at the committed offset, else where `auto.offset.reset` says.
    pub(super) fn start_position(&self, turn: &Turn, partition: &TopicPartition) -> u64 {
        turn.log.committed(partition).unwrap_or_else(|| {
            if self.settings.reset_to_earliest {
                0
            } else {
                turn.log.end_offset(&partition.topic, turn.now_ms)
            }
        })
    }
}
