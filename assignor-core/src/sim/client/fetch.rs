//! The fetch that is under way, as far as others wait for it.
//!
//! The application's thread sends the next fetch before `poll()` returns records, and the broker parks it
//! until there are more, for `fetch.max.wait.ms` at most. So after a pause what came right after its begin
//! is at hand, and only that; and with one broker, every other request of the client waits behind it.
//! Source: `ClassicKafkaConsumer.pollForFetches`, `Fetcher.close`, `KafkaChannel.mute`@4.3.

use super::{Client, Turn};

impl Client {
    /// One way there and back.
    pub(super) fn round_trip_ms(&self) -> u64 {
        self.timing.to_coordinator_ms + self.timing.to_member_ms
    }

    /// When the answer to a request of `asks_ms` arrives, be that now or later. With one broker it waits
    /// behind the parked fetch.
    pub(super) fn answer_ms(&mut self, turn: &Turn, asks_ms: u64) -> u64 {
        let answer_ms = asks_ms + self.round_trip_ms();
        if !self.timing.metadata_behind_fetch || self.positions.is_empty() {
            return answer_ms;
        }
        self.roll_fetches(asks_ms + 1);
        let record_ms = self.first_record_ms(turn).unwrap_or(u64::MAX);
        answer_ms.max(self.fetch_returns_ms.min(record_ms))
    }

    /// How long a request waits behind the parked fetch at most: until there is a record to read, or for
    /// `fetch.max.wait.ms`.
    pub(super) fn wait_behind_fetch_ms(&self, turn: &Turn) -> u64 {
        if !self.timing.metadata_behind_fetch || self.positions.is_empty() {
            return 0;
        }
        let record_ms = self.first_record_ms(turn).unwrap_or(u64::MAX);
        (record_ms - turn.now_ms).min(self.settings.fetch_max_wait_ms)
    }

    /// While the application polls, each fetch that returns empty before `t_ms` is followed by the next.
    fn roll_fetches(&mut self, t_ms: u64) {
        if self.pauses || self.positions.is_empty() {
            return;
        }
        let wait_ms = (self.settings.fetch_max_wait_ms + self.round_trip_ms()).max(1);
        let behind_ms = t_ms.saturating_sub(self.fetch_returns_ms);
        self.fetch_returns_ms += behind_ms.div_ceil(wait_ms) * wait_ms;
    }

    /// Partitions are about to be read or not to be read any more.
    pub(super) fn before_positions_change(&mut self, now_ms: u64) {
        self.roll_fetches(now_ms);
    }

    /// Partitions are about to be read, maybe the first.
    pub(super) fn before_first_fetch(&mut self, now_ms: u64) {
        self.roll_fetches(now_ms);
        if self.positions.is_empty() && self.fetch_returns_ms <= now_ms {
            self.fetch_anew(now_ms);
        }
    }

    /// The next fetch is sent.
    pub(super) fn fetch_anew(&mut self, now_ms: u64) {
        self.fetch_returns_ms = now_ms + self.settings.fetch_max_wait_ms;
    }

    /// The application is about to pause: what the fetch under way will bring is at hand afterwards.
    pub(super) fn prefetch(&mut self, turn: &Turn) {
        if self.pauses || self.positions.is_empty() {
            return;
        }
        self.roll_fetches(turn.now_ms);
        self.pauses = true;
        if self.at_hand_ms.is_none() {
            let first_ms = self.first_record_ms(turn);
            self.at_hand_ms = first_ms.filter(|at_ms| *at_ms <= self.fetch_returns_ms);
        }
    }

    /// The application polls, maybe after a pause: then a fetch that has returned is followed by the next.
    pub(super) fn fetch_again(&mut self, now_ms: u64) {
        if std::mem::take(&mut self.pauses) && self.fetch_returns_ms <= now_ms {
            self.fetch_anew(now_ms);
        }
    }
}
