//! When a consumer's application calls `poll()` and when that returns (`KafkaConsumerMetrics`@4.3).

use super::super::{At, PollTurn};
use super::samples::{Sensor, float};

/// The calls of `poll()` up to a time, as two sensors count them.
#[derive(Debug, Default)]
pub(super) struct Polls {
    /// From the begin of each call back to the begin of the one before, 0 for the first.
    pub between: Sensor,
    /// Of each call that has returned: its part of its time and of the time since the call before.
    pub idle_ratio: Sensor,
    last_ms: Option<u64>,
    /// The call under way: its begin, and how long after the one before.
    open: Option<(u64, u64)>,
}

impl Polls {
    /// An idle call lasts `poll_ms`, and the next follows at once; with 0 it lasts until there is something.
    pub(super) fn until(turns: &[At<PollTurn>], poll_ms: u64, t_ms: u64) -> Self {
        let mut polls = Self::default();
        let past = turns.partition_point(|turn| turn.at_ms <= t_ms);
        for (ix, turn) in turns.iter().enumerate().take(past) {
            match turn.value {
                PollTurn::Called => {
                    // The call that was stopped returns when the process goes on.
                    polls.returns(turn.at_ms);
                    polls.calls(turn.at_ms);
                    let next_ms = turns.get(ix + 1).map_or(u64::MAX, |next| next.at_ms);
                    polls.idle(turn.at_ms, next_ms.min(t_ms + 1), poll_ms);
                }
                PollTurn::Returned => polls.returns(turn.at_ms),
                PollTurn::Stopped => {}
            }
        }
        polls
    }

    fn calls(&mut self, at_ms: u64) {
        let since_ms = self.last_ms.map_or(0, |last_ms| at_ms - last_ms);
        self.between.record(at_ms, float(since_ms));
        self.last_ms = Some(at_ms);
        self.open = Some((at_ms, since_ms));
    }

    fn returns(&mut self, at_ms: u64) {
        if let Some((from_ms, since_ms)) = self.open.take() {
            let took = float(at_ms - from_ms);
            // Not a number if both are nothing, as in Kafka.
            self.idle_ratio
                .record(at_ms, took / (took + float(since_ms)));
        }
    }

    /// Idle calls, one after the other, those that begin before `end_ms`.
    fn idle(&mut self, from_ms: u64, end_ms: u64, poll_ms: u64) {
        let ahead_ms = end_ms.saturating_sub(from_ms + 1);
        let more = ahead_ms.checked_div(poll_ms).unwrap_or(0);
        if more == 0 {
            return;
        }
        self.returns(from_ms + poll_ms);
        self.between
            .repeat(from_ms + poll_ms, float(poll_ms), poll_ms, more);
        // Each took as long as the time since the call before.
        self.idle_ratio
            .repeat(from_ms + 2 * poll_ms, 0.5, poll_ms, more - 1);
        let last_ms = from_ms + more * poll_ms;
        self.last_ms = Some(last_ms);
        self.open = Some((last_ms, poll_ms));
    }
}
