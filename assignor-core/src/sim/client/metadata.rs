//! Topic metadata: when a client learns of new, larger and deleted topics, and what follows from it.

use super::{Client, Timer, Turn};
use crate::assign::Cluster;
use crate::sim::ranks::Rank;
use regex_lite::Regex;
use std::collections::BTreeSet;
use std::sync::Arc;

/// What a client knows of the topics.
#[derive(Debug)]
pub(super) struct Metadata {
    pub cluster: Arc<Cluster>,
    /// Whether topics, or the group's interest in them, ever change in this run; if not, refreshing
    /// them has no effect and is left out.
    pub changes: bool,
    /// When the next refresh is due by `metadata.max.age.ms`.
    due_ms: u64,
    /// When the answer to a request under way arrives.
    answer_ms: Option<u64>,
    /// While a topic is missing: when the latest answer came, and how many without it there were.
    missing: Option<(u64, u32)>,
    /// When the latest answer brought nothing new for the subscription.
    settled_ms: Option<u64>,
    /// For the leader: the group's topics with their partitions at its last assignment.
    watched: Option<Vec<(String, Option<u32>)>>,
    /// For the leader: what it watches still has topics that the group has given up.
    outgrown: bool,
    /// The latest answer has freed it of them, which it takes for a change.
    shrunk: bool,
    /// What a pattern subscription matches with.
    pub pattern: Option<Regex>,
    /// Why topics or subscription call for a rebalance; kept by [`Client::compare_subscription`].
    calls_for_rejoin: Option<&'static str>,
}

impl Metadata {
    pub(super) fn new(cluster: Arc<Cluster>, changes: bool, pattern: Option<&str>) -> Self {
        Self {
            cluster,
            changes,
            due_ms: 0,
            answer_ms: None,
            missing: None,
            settled_ms: None,
            watched: None,
            outgrown: false,
            shrunk: false,
            pattern: pattern.and_then(|pattern| full_match(pattern).ok()),
            calls_for_rejoin: None,
        }
    }
}

/// A pattern that has to match a whole topic name, as `Matcher.matches()` does.
#[cold]
pub(in crate::sim) fn full_match(pattern: &str) -> Result<Regex, regex_lite::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

impl Client {
    /// The answer has arrived. A pattern that matches other topics than before asks again at once.
    pub(super) fn take_metadata(&mut self, turn: &mut Turn) {
        self.metadata.cluster = turn.cluster.clone();
        self.metadata.answer_ms = None;
        self.metadata.shrunk |= std::mem::take(&mut self.metadata.outgrown);
        self.refresh_after(turn, turn.now_ms);
        self.note_missing(turn, turn.now_ms);
        if let Some(pattern) = &self.metadata.pattern {
            let topics = self.metadata.cluster.topics();
            let matched = topics.filter(|(name, _)| pattern.is_match(name));
            let matched: Vec<_> = matched.map(|(name, _)| name.to_string()).collect();
            self.metadata.settled_ms = (matched == self.settings.topics).then_some(turn.now_ms);
            self.settings.topics = matched;
        }
        self.compare_subscription();
    }

    /// While a topic is missing that the member, or a leader's group, subscribes to, the client asks for
    /// it again and again.
    #[cold]
    fn note_missing(&mut self, turn: &mut Turn, answered_ms: u64) {
        let exists = |topic: &String| self.metadata.cluster.partition_count(topic).is_some();
        let watched = self.metadata.watched.iter().flatten();
        let mut wanted = watched.map(|(topic, _)| topic).chain(&self.settings.topics);
        // Who asks for all topics isn't told that one is missing.
        if self.metadata.pattern.is_some() || wanted.all(exists) {
            self.metadata.missing = None;
            return;
        }
        let answers = self.metadata.missing.map_or(0, |(_, answers)| answers);
        self.metadata.missing = Some((answered_ms, answers + 1));
        if self.metadata.changes {
            turn.wake(answered_ms + self.backoff_ms(answers + 1), Timer::Metadata);
        }
    }

    fn refresh_after(&mut self, turn: &mut Turn, answer_ms: u64) {
        self.metadata.due_ms = answer_ms + self.settings.metadata_max_age_ms;
        if self.metadata.changes {
            turn.wake(self.metadata.due_ms, Timer::Metadata);
        }
    }

    pub(super) fn on_metadata_timer(&mut self, turn: &mut Turn) {
        if turn.is_cut {
            return;
        }
        if self
            .metadata
            .answer_ms
            .is_some_and(|at_ms| at_ms <= turn.now_ms)
        {
            self.take_metadata(turn);
            self.check_subscription();
            self.advance(turn);
        } else if self.metadata.due_ms <= turn.now_ms
            || self
                .retry_due_ms()
                .is_some_and(|at_ms| at_ms <= turn.now_ms)
        {
            self.request_metadata(turn);
        }
    }

    fn request_metadata(&mut self, turn: &mut Turn) {
        if self.metadata.answer_ms.is_none() {
            let at_ms = self.answer_ms(turn, turn.now_ms);
            self.metadata.answer_ms = Some(at_ms);
            turn.wake(at_ms, Timer::Metadata);
        }
    }

    /// A pattern subscription refreshes its metadata before it joins, so that the members that
    /// discover a topic one by one rebalance once. False while the answer is awaited.
    pub(super) fn is_fresh_for_join(&mut self, turn: &mut Turn) -> bool {
        let backoff_ms = self.settings.retry_backoff_ms;
        let settled = |at_ms: u64| at_ms + backoff_ms >= turn.now_ms;
        if self.metadata.pattern.is_none() || self.metadata.settled_ms.is_some_and(settled) {
            return true;
        }
        self.request_metadata(turn);
        false
    }

    /// `poll()` waits for the metadata that a pattern needs before it joins
    /// (`ConsumerCoordinator.poll`, `ensureFreshMetadata`@4.3).
    pub(super) fn blocks_for_metadata(&self) -> bool {
        let joins = self.rejoin_needed && self.needs_join_prepare;
        joins && self.metadata.pattern.is_some() && self.metadata.answer_ms.is_some()
    }

    /// While its JoinGroup is parked, a client with a pattern refreshes its metadata again and again.
    pub(super) fn refreshed_while_joining(&mut self, turn: &mut Turn) {
        if self.metadata.pattern.is_some() {
            self.take_metadata(turn);
        }
    }

    /// Fetching from a partition of a deleted topic fails, which asks for new metadata at once.
    #[cold]
    pub(in crate::sim) fn topic_deleted(&mut self, turn: &mut Turn, topic: &str) {
        let ranks = turn.trace.ranks();
        let is_gone = |rank: &Rank| ranks.name(*rank).is_some_and(|name| *name.topic == *topic);
        self.positions.retain(|rank, _| !is_gone(rank));
        if self.owned.as_slice().iter().any(is_gone) {
            self.metadata.answer_ms = None;
            self.fetch_returns_ms = turn.now_ms;
            let latency_ms = self.timing.to_coordinator_ms + self.timing.to_member_ms;
            self.metadata.answer_ms = Some(turn.now_ms + latency_ms);
            turn.wake(turn.now_ms + latency_ms, Timer::Metadata);
        }
    }

    /// `rejoinNeededOrPending`: whether topics or subscription call for a rebalance.
    pub(super) fn check_subscription(&mut self) {
        if !self.rejoin_needed
            && let Some(reason) = self.metadata.calls_for_rejoin
        {
            self.request_rejoin(reason);
        }
    }

    /// Whether topics or subscription have changed since the last join.
    pub(super) fn calls_for_rejoin(&self) -> bool {
        self.metadata.calls_for_rejoin.is_some()
    }

    /// To be called whenever something changes that it looks at: every turn of the poll loop asks for the
    /// result.
    pub(super) fn compare_subscription(&mut self) {
        let changed = |watched: &Vec<(String, Option<u32>)>| {
            watched.iter().any(|(topic, partitions)| {
                self.metadata.cluster.partition_count(topic) != *partitions
            })
        };
        let changed = self.metadata.watched.as_ref().is_some_and(changed);
        let joined = self.joined_topics.as_ref();
        self.metadata.calls_for_rejoin =
            if changed || self.metadata.shrunk || self.matches_more_than_watched() {
                Some("cached metadata has changed")
            } else if joined.is_some_and(|joined| *joined != self.settings.topics) {
                Some("subscription has changed")
            } else {
                None
            };
    }

    /// A leader with a pattern watches whatever matches it.
    fn matches_more_than_watched(&self) -> bool {
        let (Some(watched), Some(_)) = (&self.metadata.watched, &self.metadata.pattern) else {
            return false;
        };
        let is_watched = |topic: &String| watched.iter().any(|(watched, _)| watched == topic);
        !self.settings.topics.iter().all(is_watched)
    }

    /// The leader learns what the group is interested in, and asks for metadata that it lacks.
    /// The answer says when it has them.
    ///
    /// If it lacks none, it keeps the snapshot that it took for the topics of the former group. When
    /// those were more, its next refresh finds fewer, and it rebalances once more
    /// (`ConsumerCoordinator.onLeaderElected`, `maybeUpdateSubscriptionMetadata`@4.3).
    pub(super) fn watch(&mut self, turn: &mut Turn, topics: &BTreeSet<&str>) -> u64 {
        let own = |topic: &&str| self.settings.topics.iter().any(|own| own == topic);
        let known = |topic: &&str| self.metadata.cluster.partition_count(topic).is_some();
        let mut ready_ms = turn.now_ms;
        let given_up = |(topic, _): &(String, _)| !topics.contains(topic.as_str());
        let former = self.metadata.watched.take();
        self.metadata.outgrown |= former.is_some_and(|former| former.iter().any(given_up));
        self.metadata.shrunk = false;
        if !topics.iter().all(own) || !topics.iter().all(known) {
            let asks_ms = self.retry_due_ms().unwrap_or_default().max(turn.now_ms);
            ready_ms = self.answer_ms(turn, asks_ms);
            self.metadata.cluster = turn.cluster.clone();
            self.metadata.outgrown = false;
            self.refresh_after(turn, ready_ms);
        }
        let watched = topics.iter().map(|topic| {
            let partitions = self.metadata.cluster.partition_count(topic);
            ((*topic).to_owned(), partitions)
        });
        self.metadata.watched = Some(watched.collect());
        self.compare_subscription();
        if ready_ms > turn.now_ms {
            self.note_missing(turn, ready_ms);
        }
        ready_ms
    }

    /// When a topic that is missing is asked for again.
    fn retry_due_ms(&self) -> Option<u64> {
        let (answered_ms, answers) = self.metadata.missing?;
        Some(answered_ms + self.backoff_ms(answers))
    }

    /// From so many equal answers to the next request: `retry.backoff.ms` after the first two, then
    /// twice as long each time (`Metadata.equivalentResponseCount`@4.3). Without Kafka's jitter.
    fn backoff_ms(&self, answers: u32) -> u64 {
        let doublings = answers.saturating_sub(2).min(31);
        let backoff_ms = self.settings.retry_backoff_ms << doublings;
        backoff_ms.min(self.settings.retry_backoff_max_ms).max(1)
    }

    pub(super) fn watch_nothing(&mut self) {
        self.metadata.watched = None;
        self.metadata.outgrown = false;
        self.metadata.shrunk = false;
        self.compare_subscription();
    }

    /// Whether the member subscribes to a topic.
    pub(super) fn is_subscribed(&self, topic: &str) -> bool {
        match &self.metadata.pattern {
            Some(pattern) => pattern.is_match(topic),
            None => self.settings.topics.iter().any(|own| own == topic),
        }
    }
}
