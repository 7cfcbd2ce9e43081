//! The program around the consumer: what it does with records, when it commits, `unsubscribe()`.
//!
//! Source: `ClassicKafkaConsumer.unsubscribe`, `ConsumerCoordinator.onLeavePrepare`@4.3.

use super::{App, Batch, Client, CommitFor, Position, Then, Turn};
use crate::sim::scenario::{CommitStrategy, Listener};
use crate::sim::trace::{Activity, ClientState, EventKind, StopBegan};

impl Client {
    /// The next call of the listener, or of one of its methods, takes so long.
    #[cold]
    pub(in crate::sim) fn slow_callback(&mut self, callback: Option<Listener>, ms: u64) {
        self.slow_callback = Some((callback, ms));
    }

    /// How long a call of the listener takes.
    pub(super) fn callback_ms(&mut self, listener: Listener) -> u64 {
        if let Some((which, ms)) = self.slow_callback
            && which.is_none_or(|which| which == listener)
        {
            self.slow_callback = None;
            return ms;
        }
        match listener {
            Listener::Revoked => self.timing.revoked_ms,
            Listener::Assigned => self.timing.assigned_ms,
            Listener::Lost => self.timing.lost_ms,
        }
    }

    /// The application commits by itself, at this point of its loop.
    pub(super) fn commits(&self, when: CommitStrategy) -> bool {
        !self.settings.enable_auto_commit && self.application.commit == when
    }

    /// `poll()` has returned records: what takes no time is done with them at once.
    pub(super) fn take_batch(&mut self, turn: &mut Turn, mut batch: Batch) {
        batch.work_ms = self.application.duration_ms(batch.records());
        let before = self.commits(CommitStrategy::BeforeBatch);
        if batch.work_ms == 0 && !before {
            batch.process(turn);
        }
        self.batch = Some(batch);
        if before {
            return self.commit_sync(turn, CommitFor::Batch);
        }
        self.attend(turn);
    }

    /// Whether the application has a batch that takes it time.
    pub(super) fn has_work(&self) -> bool {
        self.batch.as_ref().is_some_and(|batch| batch.work_ms > 0)
    }

    /// Works on the batch at hand.
    pub(super) fn work(&mut self, turn: &mut Turn) {
        let Some(batch) = &mut self.batch else {
            return;
        };
        let duration_ms = std::mem::take(&mut batch.work_ms);
        if duration_ms == 0 {
            return self.finish_batch(turn);
        }
        batch.began_ms = Some(turn.now_ms);
        batch.duration_ms = duration_ms;
        let until_ms = turn.now_ms.saturating_add(duration_ms);
        self.leave_poll(
            turn,
            App::Busy {
                until_ms,
                slow: false,
            },
            until_ms,
        );
        turn.trace
            .activity(turn.now_ms, self.process, Activity::InBatch { until_ms });
    }

    /// The batch is worked off.
    pub(super) fn finish_batch(&mut self, turn: &mut Turn) {
        if let Some(batch) = self.batch.take() {
            batch.process(turn);
        }
        if self.commits(CommitStrategy::AfterBatch) {
            return self.commit_sync(turn, CommitFor::Batch);
        }
        self.attend(turn);
    }

    /// The process ends within a batch: the records that it has worked on are worked on.
    #[cold]
    pub(super) fn abandon_batch(&mut self, turn: &mut Turn) {
        let Some(batch) = self.batch.take() else {
            return;
        };
        let Some(began_ms) = batch.began_ms else {
            return;
        };
        let mut left = match batch.duration_ms {
            0 => batch.records(),
            duration_ms => {
                batch.records() * (turn.now_ms - began_ms).min(duration_ms) / duration_ms
            }
        };
        for range in &batch.ranges {
            let count = (range.last - range.first + 1).min(left);
            if count > 0 {
                turn.log.process(range.partition, range.first + count - 1);
            }
            left -= count;
        }
    }

    /// `unsubscribe()`, or `subscribe()` to nothing.
    #[cold]
    pub(super) fn unsubscribe(&mut self, turn: &mut Turn) {
        let process = self.process;
        turn.trace
            .event(turn.now_ms, EventKind::Unsubscribed { process });
        self.app = App::Unsubscribed;
        self.batch = None;
        if self.owned.is_empty() {
            return self.leave_unsubscribed(turn);
        }
        let owned = std::mem::take(&mut self.owned);
        let places = self.stop_reading(turn, &owned, StopBegan::Unsubscribed);
        let kind = if self.state == ClientState::Stable {
            EventKind::Revoked
        } else {
            EventKind::Lost
        };
        self.call(turn, kind, places, Then::LeaveUnsubscribed);
    }

    /// A dynamic member leaves the group; either forgets that it was a member.
    #[cold]
    pub(super) fn leave_unsubscribed(&mut self, turn: &mut Turn) {
        if self.instance.is_none() && self.can_leave() {
            self.send_leave(turn, "the consumer unsubscribed from all topics");
        }
        let reason = "consumer pro-actively leaving the group".to_owned();
        self.reset_generation(turn, false, reason);
        self.joined_topics = None;
        self.compare_subscription();
        self.app = App::Unsubscribed;
        turn.trace
            .activity(turn.now_ms, self.process, Activity::Unsubscribed);
        self.handle_commands(turn);
    }

    /// Reading begins: whether the group has worked on the partitions before, and how far.
    pub(super) fn note_resumption(&self, turn: &mut Turn, added: &[Position]) {
        if turn.log.is_empty() {
            return;
        }
        let partitions: Vec<_> = added
            .iter()
            .filter_map(|position| {
                Some(crate::sim::trace::Resumption {
                    partition: position.place,
                    from_offset: position.offset,
                    processed_offset: turn.log.processed(position.place)?,
                })
            })
            .collect();
        if partitions.is_empty() {
            return;
        }
        let resumed = EventKind::Resumed {
            process: self.process,
            generation_id: self.generation.id,
            partitions,
        };
        turn.trace.event(turn.now_ms, resumed);
    }
}
