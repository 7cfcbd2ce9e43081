//! What the coordinator still has to send of conversations under way.
//!
//! Nothing depends on these answers but the order of the messages in the trace. So they are kept apart
//! from what happens, and written before whatever comes after them.

use super::lanes::{Distance, Key, Lanes, NEVER, time_of};
use crate::sim::trace::{Api, ProcessIx};
use std::collections::VecDeque;

/// Answers that wait for their turn.
#[derive(Debug)]
pub(super) struct Answers {
    /// Commits on their way to the coordinator.
    arriving: VecDeque<(Key, ProcessIx)>,
    leaving: VecDeque<(Key, (ProcessIx, Api))>,
    /// The first of both.
    first: Key,
}

impl Answers {
    pub(super) fn none() -> Self {
        Self {
            arriving: VecDeque::new(),
            leaving: VecDeque::new(),
            first: NEVER,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.first == NEVER
    }

    /// When the first of them moves, if there is one.
    #[inline]
    pub(super) fn first(&self) -> Key {
        self.first
    }

    /// A request that is answered at once reaches the coordinator then.
    #[inline]
    pub(super) fn leaves(&mut self, at: Key, process: ProcessIx, api: Api) {
        insert(&mut self.leaving, at, (process, api));
        self.first = self.first.min(at);
    }

    /// A commit reaches the coordinator then, and is answered when it is in the log.
    #[inline]
    pub(super) fn arrives(&mut self, at: Key, process: ProcessIx) {
        insert(&mut self.arriving, at, process);
        self.first = self.first.min(at);
    }

    /// Takes out the next answer that is sent before something else comes: when, to whom, of what.
    #[inline]
    pub(super) fn next_before(
        &mut self,
        other: Key,
        append: Distance,
        lanes: &mut Lanes,
    ) -> Option<(u64, ProcessIx, Api)> {
        while self.first < other {
            let commit = self.arriving.front().copied();
            let commit = commit.filter(|(at, _)| *at == self.first);
            let answer = if let Some((at, process)) = commit {
                self.arriving.pop_front();
                let in_log = lanes.key(time_of(at).saturating_add(append.after_ms));
                insert(&mut self.leaving, in_log, (process, Api::OffsetCommit));
                None
            } else {
                self.leaving.pop_front()
            };
            let arriving = self.arriving.front().map_or(NEVER, |(at, _)| *at);
            let leaving = self.leaving.front().map_or(NEVER, |(at, _)| *at);
            self.first = arriving.min(leaving);
            if let Some((at, (process, api))) = answer {
                return Some((time_of(at), process, api));
            }
        }
        None
    }
}

/// Latencies are hardly ever different, so what is known last nearly always comes last.
#[inline]
fn insert<T>(queue: &mut VecDeque<(Key, T)>, at: Key, what: T) {
    if queue.back().is_none_or(|(last, _)| *last < at) {
        queue.push_back((at, what));
    } else {
        let place = queue.partition_point(|(other, _)| *other < at);
        queue.insert(place, (at, what));
    }
}
