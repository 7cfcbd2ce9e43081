//! Reading records and committing positions.

use super::{App, Batch, Client, CommitFor, InFlight, Position, Timer, Turn};
use crate::sim::protocol::{OffsetCommit, Offsets, Request};
use crate::sim::ranks::RankSet;
use crate::sim::trace::{
    ClientState, ErrorCode, EventKind, PartitionIx, PollTurn, ReadRange, StopBegan,
};
use std::collections::btree_map::Entry;

impl Client {
    pub(super) fn read_added(&mut self, turn: &mut Turn, added: &RankSet) {
        if self.timing.fetch_ms == 0 {
            return self.begin_reading(turn, added);
        }
        self.fetch_serial += 1;
        let serial = self.fetch_serial;
        turn.wake(
            turn.now_ms + self.timing.fetch_ms,
            Timer::Fetched { serial },
        );
    }

    pub(super) fn begin_reading(&mut self, turn: &mut Turn, partitions: &RankSet) {
        self.before_first_fetch(turn.now_ms);
        let mut added = Vec::new();
        for &rank in partitions.as_slice() {
            let Some(place) = turn.trace.ranks().place(rank) else {
                continue;
            };
            if let Entry::Vacant(vacant) = self.positions.entry(rank) {
                self.at_hand_ms = None;
                let resets = self.settings.reset_to_earliest;
                let offset = start_position(turn, place, resets);
                added.push(*vacant.insert(Position { place, offset }));
            }
            turn.trace
                .begins_reading(turn.now_ms, self.process, place, self.generation.id);
        }
        self.note_resumption(turn, &added);
        self.await_records(turn);
    }

    /// Stops to read partitions, and answers with their places.
    pub(super) fn stop_reading(
        &mut self,
        turn: &mut Turn,
        partitions: &RankSet,
        why: StopBegan,
    ) -> Vec<PartitionIx> {
        self.before_positions_change(turn.now_ms);
        self.revoking.clear();
        for rank in partitions.as_slice() {
            self.revoking.extend(self.positions.remove(rank));
        }
        let places = turn.trace.ranks().places(partitions.as_slice());
        for &place in &places {
            turn.trace
                .stops_reading(turn.now_ms, self.process, place, why);
        }
        places
    }

    /// Wakes when there is something to read.
    pub(super) fn await_records(&mut self, turn: &mut Turn) {
        if matches!(self.app, App::Polling) {
            self.fetch_again(turn.now_ms);
        }
        let reads = matches!(self.app, App::Polling) && !turn.is_cut && !turn.log.is_empty();
        if !reads || self.blocks() {
            return;
        }
        let Some(next_ms) = self.first_record_ms(turn) else {
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

    /// When there is a record to read: now, or when the next one is produced.
    pub(super) fn first_record_ms(&self, turn: &Turn) -> Option<u64> {
        if turn.log.is_empty() {
            return None;
        }
        let next = self.positions.values().filter_map(|position| {
            if turn.log.end_offset(position.place, turn.now_ms) > position.offset {
                return Some(turn.now_ms);
            }
            turn.log.next_record_ms(position.place, turn.now_ms)
        });
        next.min()
    }

    /// Whether `poll()` waits for something before it returns records.
    fn blocks(&self) -> bool {
        self.blocks_for_commit() || self.blocks_for_metadata()
    }

    /// Before 3.2 the commit before a rejoin blocks `poll()`.
    fn blocks_for_commit(&self) -> bool {
        self.rejoin_commit == Some(false) && !self.settings.release.commits_before_rejoin_async()
    }

    /// `poll()` returns records to the application.
    pub(super) fn on_records(&mut self, turn: &mut Turn) {
        if self
            .records_due_ms
            .is_none_or(|due_ms| due_ms > turn.now_ms)
        {
            return;
        }
        self.records_due_ms = None;
        if !matches!(self.app, App::Polling) || turn.is_cut || self.blocks() {
            return;
        }
        let mut room = self.settings.max_poll_records;
        let mut ranges = Vec::new();
        // After a pause only what was fetched before it is at hand; the rest comes with the next fetch.
        let at_hand_ms = self
            .at_hand_ms
            .take()
            .unwrap_or(turn.now_ms)
            .min(turn.now_ms);
        for position in self.positions.values_mut() {
            let end = turn.log.end_offset(position.place, at_hand_ms);
            let count = end.saturating_sub(position.offset).min(room);
            if count > 0 {
                ranges.push(ReadRange {
                    partition: position.place,
                    first: position.offset,
                    last: position.offset + count - 1,
                });
                position.offset += count;
                room -= count;
            }
        }
        if !ranges.is_empty() {
            let process = self.process;
            let batch = Batch {
                ranges: ranges.clone(),
                work_ms: 0,
                began_ms: None,
                duration_ms: 0,
            };
            turn.trace
                .event(turn.now_ms, EventKind::Read { process, ranges });
            turn.trace.poll(turn.now_ms, process, PollTurn::Returned);
            self.last_poll_ms = turn.now_ms;
            self.polls_since_ms = turn.now_ms;
            if room == 0 {
                self.at_hand_ms = Some(at_hand_ms);
            }
            self.fetch_anew(turn.now_ms);
            self.take_batch(turn, batch);
        }
        self.await_records(turn);
    }

    /// The application isn't in `poll()`, so whatever waits for its return is due.
    pub(super) fn handle_commands(&self, turn: &mut Turn) {
        if !self.commands.is_empty() {
            turn.wake(turn.now_ms, Timer::PollReturns);
        }
    }

    /// The application commits what it has read and waits for the answer.
    pub(super) fn commit_sync(&mut self, turn: &mut Turn, why: CommitFor) {
        if why == CommitFor::Batch {
            self.app = App::Committing;
        }
        self.commit_began_ms = turn.now_ms;
        self.commit_ends_ms = turn.now_ms + self.settings.default_api_timeout_ms;
        if self.settings.default_api_timeout_ms < self.settings.request_timeout_ms {
            turn.wake(self.commit_ends_ms, Timer::CommitTimeout);
        }
        self.try_commit_sync(turn, why);
    }

    /// It takes longer: there is an end to it.
    pub(super) fn limit_commit(&self, turn: &mut Turn) {
        if matches!(self.app, App::Committing | App::CommittingRevoked { .. }) {
            turn.wake(self.commit_ends_ms, Timer::CommitTimeout);
            turn.wake(self.poll_ends_ms(), Timer::PollTimeout);
        }
    }

    /// `default.api.timeout.ms` has passed: `commitSync()` throws, whatever comes of the request.
    #[cold]
    pub(super) fn on_commit_timeout(&mut self, turn: &mut Turn) {
        let commits = matches!(self.app, App::Committing | App::CommittingRevoked { .. });
        if !commits || self.commit_ends_ms > turn.now_ms {
            return;
        }
        self.commit_retry = None;
        for (_, sent) in &mut self.in_flight {
            sent.commit = None;
        }
        self.commit_failed(turn, "TimeoutException");
        self.committed(turn);
        self.advance(turn);
    }

    /// One attempt of it.
    pub(super) fn try_commit_sync(&mut self, turn: &mut Turn, why: CommitFor) {
        let error = match self.state {
            // `commitSync()` of nothing does nothing.
            _ if why == CommitFor::Batch && self.positions.is_empty() => {
                return self.committed(turn);
            }
            ClientState::Stable => None,
            ClientState::Unjoined if self.generation.id < 0 => Some("CommitFailedException"),
            _ => Some("RebalanceInProgressException"),
        };
        match error {
            None if self.coordinator_unknown_until_ms.is_some() => self.limit_commit(turn),
            None => self.send_commit(turn, why),
            Some(error) => {
                self.commit_failed(turn, error);
                self.committed(turn);
            }
        }
    }

    /// `commitSync()` returns or throws; the application goes on.
    fn committed(&mut self, turn: &mut Turn) {
        if matches!(self.app, App::Committing | App::CommittingRevoked { .. }) {
            let took_ms = turn.now_ms - self.commit_began_ms;
            turn.trace.commit_sync(turn.now_ms, self.process, took_ms);
        }
        match std::mem::replace(&mut self.app, App::Polling) {
            App::CommittingRevoked { rest_ms, then } => {
                self.revoking.clear();
                self.spend_callback(turn, rest_ms, then);
            }
            App::Committing => {
                if let Some(batch) = &self.batch
                    && batch.work_ms == 0
                {
                    batch.process(turn);
                }
                self.attend(turn);
            }
            other => self.app = other,
        }
    }

    #[cold]
    fn commit_failed(&mut self, turn: &mut Turn, error: &'static str) {
        let process = self.process;
        turn.trace
            .event(turn.now_ms, EventKind::CommitFailed { process, error });
    }

    pub(super) fn send_commit(&mut self, turn: &mut Turn, why: CommitFor) {
        let place = |position: &Position| (position.place, position.offset);
        let offsets = if turn.log.is_empty() {
            // Every position is 0, which is where a partition without a committed offset begins too.
            Offsets::default()
        } else if why == CommitFor::Revoked {
            self.revoking.iter().map(place).collect()
        } else {
            self.positions.values().map(place).collect()
        };
        let commit = OffsetCommit {
            identity: self.identity.clone(),
            offsets,
        };
        self.send(turn, Request::OffsetCommit(commit), Some(why));
    }

    pub(super) fn maybe_auto_commit(&mut self, turn: &mut Turn) {
        let ready = self.auto_commits()
            && self.state == ClientState::Stable
            && self.coordinator_unknown_until_ms.is_none()
            && !self.rejoin_needed;
        if ready && self.auto_commit_due_ms <= turn.now_ms {
            self.send_commit(turn, CommitFor::Interval);
            self.restart_auto_commit(turn);
        }
    }

    /// Whether it owns something to commit from time to time.
    pub(super) fn auto_commits(&self) -> bool {
        self.settings.enable_auto_commit && !self.owned.is_empty()
    }

    pub(super) fn restart_auto_commit(&mut self, turn: &mut Turn) {
        if self.settings.enable_auto_commit {
            self.auto_commit_due_ms = turn.now_ms + self.commit_interval_ms();
            turn.wake(self.auto_commit_due_ms, Timer::AutoCommit);
        }
    }

    pub(super) fn on_commit_response(
        &mut self,
        turn: &mut Turn,
        sent: &InFlight,
        error: ErrorCode,
    ) {
        if let Some(why) = sent.commit
            && self.retries_commit(turn, why, error)
        {
            return;
        }
        match sent.commit {
            Some(CommitFor::Rejoin) => self.rejoin_commit = Some(true),
            Some(CommitFor::Close) => return self.close_callbacks(turn),
            Some(CommitFor::Batch | CommitFor::Revoked) => {
                match error {
                    ErrorCode::None => {}
                    ErrorCode::RebalanceInProgress => self.commit_failed(turn, error.exception()),
                    _ => self.commit_failed(turn, "CommitFailedException"),
                }
                self.take_commit_error(turn, sent, error);
                return self.committed(turn);
            }
            Some(CommitFor::Interval) | None => {}
        }
        self.take_commit_error(turn, sent, error);
    }

    /// Whether a commit that has failed is tried again: where the coordinator is to be found anew, or
    /// isn't ready yet.
    #[cold]
    fn retries_commit(&mut self, turn: &mut Turn, why: CommitFor, error: ErrorCode) -> bool {
        match error {
            ErrorCode::NotCoordinator | ErrorCode::CoordinatorNotAvailable => {
                if why == CommitFor::Interval {
                    self.auto_commit_due_ms = turn.now_ms;
                }
                self.lose_coordinator(turn);
                true
            }
            ErrorCode::CoordinatorLoadInProgress => {
                let again_ms = turn.now_ms + self.settings.retry_backoff_ms;
                if why == CommitFor::Interval {
                    self.auto_commit_due_ms = again_ms;
                }
                self.commit_retry = Some(why);
                self.limit_commit(turn);
                turn.wake(again_ms, Timer::Backoff);
                true
            }
            _ => false,
        }
    }

    /// The backoff of a commit is over.
    #[cold]
    pub(super) fn retry_commit(&mut self, turn: &mut Turn) {
        match self.commit_retry.take() {
            Some(why @ CommitFor::Batch) if matches!(self.app, App::Committing) => {
                self.try_commit_sync(turn, why);
            }
            Some(why @ CommitFor::Revoked) => self.try_commit_sync(turn, why),
            Some(CommitFor::Rejoin) => self.rejoin_commit = None,
            Some(CommitFor::Close) if matches!(self.app, App::Closing) => {
                self.send_commit(turn, CommitFor::Close);
            }
            _ => {}
        }
    }

    /// What a commit's error says about the membership.
    #[cold]
    fn take_commit_error(&mut self, turn: &mut Turn, sent: &InFlight, error: ErrorCode) {
        let current = self.is_current(sent);
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
}

/// Where reading begins: at the committed offset, else where `auto.offset.reset` says.
fn start_position(turn: &Turn, place: PartitionIx, reset_to_earliest: bool) -> u64 {
    turn.log.committed(place).unwrap_or_else(|| {
        if reset_to_earliest {
            0
        } else {
            turn.log.end_offset(place, turn.now_ms)
        }
    })
}
