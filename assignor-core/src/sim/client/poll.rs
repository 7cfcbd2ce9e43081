//! The application's loop: `poll()`, then whatever it was told to do, then `poll()` again.
//!
//! Source: `ClassicKafkaConsumer.poll`, `ConsumerCoordinator.poll`@4.3.

use super::metadata::full_match;
use super::{App, Client, Command, Timer, Turn};
use crate::sim::trace::{Activity, EventKind, PollTurn};

impl Client {
    pub(super) fn enter_poll(&mut self, turn: &mut Turn) {
        self.app = App::Polling;
        self.polls_since_ms = turn.now_ms;
        self.last_poll_ms = turn.now_ms;
        turn.trace.poll(turn.now_ms, self.process, PollTurn::Called);
        turn.trace
            .activity(turn.now_ms, self.process, Activity::Polling);
        self.advance(turn);
    }

    /// Commands are looked at when the present idle poll returns.
    pub(super) fn maybe_await_poll_return(&mut self, turn: &mut Turn) {
        if !matches!(self.app, App::Polling) || self.commands.is_empty() {
            return;
        }
        let poll_ms = self.timing.poll_ms;
        let at_ms = if poll_ms == 0 {
            turn.now_ms
        } else {
            let polls = (turn.now_ms - self.polls_since_ms).div_ceil(poll_ms).max(1);
            self.polls_since_ms + polls * poll_ms
        };
        turn.wake(at_ms, Timer::PollReturns);
    }

    pub(super) fn on_poll_returns(&mut self, turn: &mut Turn) {
        if matches!(self.app, App::Polling | App::Unsubscribed) && !self.commands.is_empty() {
            self.last_poll_ms = turn.now_ms;
            self.attend(turn);
        }
    }

    /// `poll()` has returned: the application does what it was told to, then goes on with the batch
    /// that it got, if any, and polls again.
    pub(super) fn attend(&mut self, turn: &mut Turn) {
        turn.trace
            .poll(turn.now_ms, self.process, PollTurn::Returned);
        let unsubscribed = matches!(self.app, App::Unsubscribed);
        while let Some(command) = self.commands.pop_front() {
            if command.ends_reading() && self.has_work() {
                // When it is done with the batch.
                self.commands.push_front(command);
                break;
            }
            match command {
                Command::Subscribe(topics, pattern) => {
                    self.settings.topics = topics;
                    self.metadata.pattern = pattern.and_then(|pattern| full_match(&pattern).ok());
                    self.compare_subscription();
                    if self.settings.topics.is_empty() && self.metadata.pattern.is_none() {
                        return self.unsubscribe(turn);
                    }
                    self.app = App::Polling;
                    self.check_subscription();
                }
                Command::Close(operation) => return self.close(turn, operation),
                // It doesn't poll anyway.
                Command::Slow(_) if matches!(self.app, App::Unsubscribed) => {}
                Command::Slow(ms) => return self.be_slow(turn, ms),
            }
        }
        if self.batch.is_some() {
            self.work(turn);
        } else if unsubscribed && matches!(self.app, App::Polling) {
            self.enter_poll(turn);
        } else if matches!(self.app, App::Polling) {
            self.polls_since_ms = turn.now_ms;
            turn.trace.poll(turn.now_ms, self.process, PollTurn::Called);
            self.advance(turn);
        }
    }

    /// Doesn't call `poll()` for so long.
    #[cold]
    fn be_slow(&mut self, turn: &mut Turn, ms: Option<u64>) {
        let until_ms = ms.map_or(u64::MAX, |ms| turn.now_ms + ms);
        let process = self.process;
        turn.trace
            .event(turn.now_ms, EventKind::Busy { process, until_ms });
        self.leave_poll(
            turn,
            App::Busy {
                until_ms,
                slow: true,
            },
            until_ms,
        );
        turn.trace
            .activity(turn.now_ms, process, Activity::InBatch { until_ms });
    }

    /// A batch, a callback or the assignor has ended.
    #[cold]
    pub(super) fn on_back(&mut self, turn: &mut Turn) {
        let now_ms = turn.now_ms;
        match std::mem::replace(&mut self.app, App::Polling) {
            App::Busy { until_ms, slow } if until_ms <= now_ms => {
                turn.trace.activity(now_ms, self.process, Activity::Polling);
                if slow {
                    let process = self.process;
                    turn.trace.event(now_ms, EventKind::Idle { process });
                    self.attend(turn);
                } else {
                    self.finish_batch(turn);
                }
            }
            App::Callback { until_ms, then } if until_ms <= now_ms => {
                turn.trace.activity(now_ms, self.process, Activity::Polling);
                self.go_on(turn, then);
                self.advance(turn);
            }
            App::Assigning { until_ms, plan } if until_ms <= now_ms => {
                self.send_sync(turn, plan);
                self.advance(turn);
            }
            other => self.app = other,
        }
        self.maybe_await_poll_return(turn);
    }

    /// Everything that the application's thread can do now, until it has to wait.
    pub(super) fn advance(&mut self, turn: &mut Turn) {
        while matches!(self.app, App::Polling) {
            self.last_poll_ms = turn.now_ms;
            if let Some((correlation_id, response)) = self.inbox.pop_front() {
                self.read(turn, correlation_id, response);
                continue;
            }
            if let Some(error) = self.failure {
                return self.fail(turn, error);
            }
            if !self.join_step(turn) {
                break;
            }
        }
        if matches!(self.app, App::Polling) {
            self.maybe_auto_commit(turn);
            self.await_records(turn);
        }
    }

    pub(super) fn leave_poll(&mut self, turn: &mut Turn, app: App, until_ms: u64) {
        self.prefetch(turn);
        self.app = app;
        turn.wake(until_ms, Timer::Back);
        let timeout_ms = self.poll_ends_ms();
        if timeout_ms < until_ms {
            turn.wake(timeout_ms, Timer::PollTimeout);
        }
    }
}
