//! What is scheduled in a lull, ordered by time and then by the order of scheduling.
//!
//! Nearly all of it is due a fixed time after its scheduling: one heartbeat interval, one commit interval,
//! one latency. What has the same distance is in order without sorting, so each distance has a list of its
//! own, and the first of all is the first of the heads of a few lists. A heap has the rest.

use super::Happening;
use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, VecDeque};

/// More distances than that, and the heap has the others.
const MOST_LANES: usize = 12;

/// Time and order of scheduling in one number.
pub(super) type Key = u128;

/// What comes after everything.
pub(super) const NEVER: Key = Key::MAX;

/// What comes before everything else at a time.
#[inline]
pub(super) fn first_at(at_ms: u64) -> Key {
    Key::from(at_ms) << 64
}

#[inline]
pub(super) fn time_of(key: Key) -> u64 {
    u64::try_from(key >> 64).unwrap_or(u64::MAX)
}

/// Something routine that happens at a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Item {
    key: Key,
    pub what: Happening,
}

impl Item {
    #[inline]
    pub(super) fn at_ms(&self) -> u64 {
        time_of(self.key)
    }
}

impl Ord for Item {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key.cmp(&other.key)
    }
}

impl PartialOrd for Item {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// So long after its scheduling, and the place of the list for it; the heap has those without a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Distance {
    pub after_ms: u64,
    place: usize,
}

#[derive(Debug)]
struct Lane {
    after_ms: u64,
    items: VecDeque<Item>,
}

/// Everything that was scheduled in a lull and hasn't happened.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    lanes: Vec<Lane>,
    /// When the first item of each list comes; side by side, as every step asks for the first of them.
    heads: Vec<Key>,
    heap: BinaryHeap<Reverse<Item>>,
    scheduled: u64,
}

impl Lanes {
    /// For what is due so long after its scheduling.
    pub(super) fn distance(&mut self, after_ms: u64) -> Distance {
        let known = self.lanes.iter().position(|lane| lane.after_ms == after_ms);
        let place = known.unwrap_or(self.lanes.len());
        if known.is_none() && place < MOST_LANES {
            self.heads.push(NEVER);
            self.lanes.push(Lane {
                after_ms,
                items: VecDeque::new(),
            });
        }
        // Without a list, no list that comes later may be taken for it.
        let place = if place < MOST_LANES {
            place
        } else {
            usize::MAX
        };
        Distance { after_ms, place }
    }

    /// Schedules at a distance from now. Now never goes back from call to call.
    #[inline]
    pub(super) fn push(&mut self, now_ms: u64, distance: Distance, what: Happening) {
        let item = self.item(now_ms + distance.after_ms, what);
        let head = self.heads.get_mut(distance.place);
        match head.zip(self.lanes.get_mut(distance.place)) {
            Some((head, lane)) => {
                *head = (*head).min(item.key);
                lane.items.push_back(item);
            }
            None => self.heap.push(Reverse(item)),
        }
    }

    /// Schedules at a time.
    pub(super) fn push_at(&mut self, at_ms: u64, what: Happening) {
        let item = self.item(at_ms, what);
        self.heap.push(Reverse(item));
    }

    #[inline]
    fn item(&mut self, at_ms: u64, what: Happening) -> Item {
        let key = self.key(at_ms);
        Item { key, what }
    }

    /// The place in the order of what is scheduled now for a time.
    #[inline]
    pub(super) fn key(&mut self, at_ms: u64) -> Key {
        self.scheduled += 1;
        first_at(at_ms) | Key::from(self.scheduled)
    }

    /// When the first comes of what isn't at a fixed distance.
    #[inline]
    pub(super) fn first_irregular_ms(&self) -> u64 {
        let first = self.heap.peek();
        first.map_or(u64::MAX, |Reverse(item)| item.at_ms())
    }

    /// When the first of all comes, if ever, and the place of its list.
    #[inline]
    pub(super) fn first(&self) -> (Key, usize) {
        let heap = self.heap.peek();
        let mut first = heap.map_or(NEVER, |Reverse(item)| item.key);
        let mut found = usize::MAX;
        for (place, &head) in self.heads.iter().enumerate() {
            if head < first {
                first = head;
                found = place;
            }
        }
        (first, found)
    }

    /// What comes first in a list.
    #[inline]
    pub(super) fn first_of(&self, place: usize) -> Option<Happening> {
        let item = match self.lanes.get(place) {
            Some(lane) => lane.items.front(),
            None => self.heap.peek().map(|Reverse(item)| item),
        };
        Some(item?.what)
    }

    /// What came first in a list has happened. What was scheduled meanwhile comes after it.
    #[inline]
    pub(super) fn remove_first(&mut self, place: usize) {
        let head = self.heads.get_mut(place);
        match head.zip(self.lanes.get_mut(place)) {
            Some((head, lane)) => {
                lane.items.pop_front();
                *head = lane.items.front().map_or(NEVER, |item| item.key);
            }
            None => drop(self.heap.pop()),
        }
    }

    /// Everything, in order.
    pub(super) fn into_items(self) -> Vec<Item> {
        let lanes = self.lanes.into_iter().flat_map(|lane| lane.items);
        let heap = self.heap.into_iter().map(|Reverse(item)| item);
        let mut items: Vec<Item> = lanes.chain(heap).collect();
        items.sort_unstable();
        items
    }
}
