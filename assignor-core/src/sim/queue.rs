//! What happens when: ordered by time and, within a millisecond, by the order of scheduling.
//!
//! Almost everything in a run is scheduled a few seconds ahead: answers, heartbeats, commits. So the
//! next [`WINDOW_MS`] milliseconds have a list each, found through a bitmap, and only what is further
//! ahead waits in a heap. It moves to its list when the window reaches it, before anything else can be
//! scheduled there; so a list is always in the order of scheduling.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// How far ahead a millisecond has a list of its own; a power of two.
const WINDOW_MS: u64 = 8192;
const WORDS: u64 = WINDOW_MS / 64;
/// No node.
const NONE: u32 = u32::MAX;

/// A queue of occurrences.
pub(super) struct Queue<T> {
    now_ms: u64,
    /// By time modulo the window.
    lists: Vec<List>,
    /// A bit per list that isn't empty.
    occupied: [u64; index(WORDS)],
    /// How many occurrences are in lists.
    listed: usize,
    far: BinaryHeap<Reverse<Far>>,
    next_order: u64,
    nodes: Vec<Node<T>>,
    free: u32,
}

#[derive(Clone, Copy)]
struct List {
    first: u32,
    last: u32,
}

const EMPTY: List = List {
    first: NONE,
    last: NONE,
};

struct Node<T> {
    next: u32,
    what: Option<T>,
}

/// Ordered by time, then by the order of scheduling, which no two share.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Far {
    at_ms: u64,
    order: u64,
    node: u32,
}

impl<T> Queue<T> {
    /// An empty queue at time 0.
    pub(super) fn new() -> Self {
        Self {
            now_ms: 0,
            lists: vec![EMPTY; index(WINDOW_MS)],
            occupied: [0; index(WORDS)],
            listed: 0,
            far: BinaryHeap::new(),
            next_order: 0,
            nodes: Vec::new(),
            free: NONE,
        }
    }

    /// Schedules `what`. What should have happened already happens next.
    pub(super) fn push(&mut self, at_ms: u64, what: T) {
        let at_ms = at_ms.max(self.now_ms);
        let node = self.store(what);
        if at_ms - self.now_ms < WINDOW_MS {
            self.list(at_ms, node);
        } else {
            let order = self.next_order;
            self.next_order += 1;
            self.far.push(Reverse(Far { at_ms, order, node }));
        }
    }

    /// The next occurrence and its time, which becomes the present.
    pub(super) fn pop(&mut self) -> Option<(u64, T)> {
        if let Some(what) = self.take_first(self.now_ms) {
            return Some((self.now_ms, what));
        }
        let at_ms = match self.listed {
            0 => self.far.peek()?.0.at_ms,
            _ => self.next_listed()?,
        };
        self.now_ms = at_ms;
        while let Some(Reverse(next)) = self.far.peek()
            && next.at_ms - at_ms < WINDOW_MS
        {
            let (at_ms, node) = (next.at_ms, next.node);
            self.far.pop();
            self.list(at_ms, node);
        }
        Some((at_ms, self.take_first(at_ms)?))
    }

    /// Begins anew at a time, which may lie before that of the last occurrence. The queue is to be empty.
    pub(super) fn restart(&mut self, now_ms: u64) {
        debug_assert!(self.listed == 0 && self.far.is_empty());
        self.now_ms = now_ms;
    }

    /// The time of the first list that isn't empty.
    fn next_listed(&self) -> Option<u64> {
        let place = self.now_ms % WINDOW_MS;
        let (word, bit) = (place / 64, place % 64);
        let near = self.occupied.get(index(word))? >> bit;
        if near != 0 {
            return Some(self.now_ms + u64::from(near.trailing_zeros()));
        }
        // The first word comes once more at the end, for what lies before the present in it.
        let ahead = (1..=WORDS).find_map(|step| {
            let bits = *self.occupied.get(index((word + step) % WORDS))?;
            (bits != 0).then(|| step * 64 + u64::from(bits.trailing_zeros()))
        })?;
        Some(self.now_ms - bit + ahead)
    }

    fn store(&mut self, what: T) -> u32 {
        let new = Node {
            next: NONE,
            what: Some(what),
        };
        let node = self.free;
        if let Some(place) = self.nodes.get_mut(node as usize) {
            self.free = place.next;
            *place = new;
            return node;
        }
        self.nodes.push(new);
        u32::try_from(self.nodes.len() - 1).unwrap_or(NONE)
    }

    fn list(&mut self, at_ms: u64, node: u32) {
        let place = index(at_ms % WINDOW_MS);
        let Some(list) = self.lists.get_mut(place) else {
            return;
        };
        match self.nodes.get_mut(list.last as usize) {
            Some(last) => last.next = node,
            None => list.first = node,
        }
        list.last = node;
        self.listed += 1;
        if let Some(word) = self.occupied.get_mut(place / 64) {
            *word |= 1 << (place % 64);
        }
    }

    fn take_first(&mut self, at_ms: u64) -> Option<T> {
        let place = index(at_ms % WINDOW_MS);
        let list = self.lists.get_mut(place)?;
        let first = list.first;
        let node = self.nodes.get_mut(first as usize)?;
        list.first = node.next;
        node.next = self.free;
        self.free = first;
        let what = node.what.take();
        self.listed -= 1;
        if list.first == NONE {
            *list = EMPTY;
            if let Some(word) = self.occupied.get_mut(place / 64) {
                *word &= !(1 << (place % 64));
            }
        }
        what
    }
}

/// A number up to the window as a place in a list.
#[expect(clippy::cast_possible_truncation, reason = "far below 2^32")]
const fn index(up_to_window: u64) -> usize {
    up_to_window as usize
}

#[cfg(test)]
mod tests {
    use super::{Queue, WINDOW_MS};
    use proptest::prelude::*;

    #[test]
    fn equal_times_come_in_the_order_of_scheduling_near_and_far() {
        let mut queue = Queue::new();
        let at_ms = 3 * WINDOW_MS + 5;
        queue.push(at_ms, "far, first");
        queue.push(at_ms - WINDOW_MS + 1, "brings it near");
        queue.push(at_ms, "far, second");
        assert_eq!(queue.pop(), Some((at_ms - WINDOW_MS + 1, "brings it near")));
        queue.push(at_ms, "near, third");
        queue.push(0, "late");
        assert_eq!(queue.pop(), Some((at_ms - WINDOW_MS + 1, "late")));
        for what in ["far, first", "far, second", "near, third"] {
            assert_eq!(queue.pop(), Some((at_ms, what)));
        }
        assert_eq!(queue.pop(), None);
    }

    proptest! {
        /// A list sorted by time is what it must be equal to.
        #[test]
        fn it_is_a_stable_sort(
            steps in prop::collection::vec((prop::bool::weighted(0.6), 0..4 * WINDOW_MS), 1..400),
        ) {
            let mut queue = Queue::new();
            let mut expected: Vec<(u64, usize)> = Vec::new();
            let mut now_ms = 0;
            for (serial, (pushes, after_ms)) in steps.into_iter().enumerate() {
                // Many at the same time.
                let after_ms = if after_ms % 3 == 0 { after_ms % 7 } else { after_ms };
                if pushes {
                    queue.push(now_ms + after_ms, serial);
                    expected.push((now_ms + after_ms, serial));
                } else {
                    expected.sort_by_key(|(at_ms, _)| *at_ms);
                    let first = (!expected.is_empty()).then(|| expected.remove(0));
                    prop_assert_eq!(queue.pop(), first);
                    now_ms = first.map_or(now_ms, |(at_ms, _)| at_ms);
                }
            }
            expected.sort_by_key(|(at_ms, _)| *at_ms);
            for entry in expected {
                prop_assert_eq!(queue.pop(), Some(entry));
            }
            prop_assert_eq!(queue.pop(), None);
        }
    }
}
