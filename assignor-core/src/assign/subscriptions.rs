//! The distinct subscriptions of a group and the names in them, numbered in one walk over the members.
//!
//! Lists and names that are one in memory are looked at once; other lists are compared by the numbers
//! of their names.

use std::sync::Arc;

use crate::java;

use super::GroupMember;
use super::remembered::Remembered;
use super::subscribers::index;

/// What the members subscribe to.
#[derive(Default)]
pub(super) struct Subscriptions<'a> {
    /// The names in the order of Java's set of subscribed topics, each with its number.
    pub(super) names: java::HashMap<&'a str, u32>,
    /// The distinct lists, in the order of their first members.
    pub(super) lists: Vec<List<'a>>,
    /// Per member the number of its list.
    pub(super) of_members: Vec<usize>,
    /// Numbers of names, list after list.
    numbers: Vec<u32>,
}

/// A list of names.
pub(super) struct List<'a> {
    /// The names as the first member has them.
    pub(super) names: &'a [Arc<str>],
    from: usize,
    to: usize,
}

impl<'a> Subscriptions<'a> {
    pub(super) fn new(
        members: impl ExactSizeIterator<Item = &'a GroupMember>,
        topics: usize,
    ) -> Self {
        let mut all = Self {
            of_members: Vec::with_capacity(members.len()),
            ..Self::default()
        };
        let mut seen_names = Remembered::new(topics);
        let mut seen_lists = Remembered::new(members.len());
        let mut places = vec![FREE; (members.len() * 2 + 1).next_power_of_two()];
        for member in members {
            let number = seen_lists.get_or(&member.subscription, || {
                all.add(&member.subscription, &mut seen_names, &mut places)
            });
            all.of_members.push(number);
        }
        all
    }

    /// The numbers of the names in a list, in its order.
    pub(super) fn numbers(&self, list: usize) -> &[u32] {
        let List { from, to, .. } = self.lists[list];
        &self.numbers[from..to]
    }

    /// The number of a list, which may be one that is known. `places` is a table of list numbers with
    /// open addressing, by a hash of the numbers of their names.
    fn add(
        &mut self,
        names: &'a [Arc<str>],
        seen: &mut Remembered<'a, str, u32>,
        places: &mut [usize],
    ) -> usize {
        let from = self.numbers.len();
        self.numbers.resize(from + names.len(), 0);
        let mut at = 0;
        while at < names.len() {
            at += seen.get_many(&names[at..], &mut self.numbers[from + at..]);
            if let Some(name) = names.get(at) {
                self.numbers[from + at] = seen.get_or(name, || number(&mut self.names, name));
                at += 1;
            }
        }
        // In sums of sixteen, so that hardly any name waits for the one before.
        let listed = self.numbers[from..].chunks(16);
        let hash = listed.fold(0_u64, |hash, numbers| {
            let sum = numbers
                .iter()
                .fold(0_u32, |sum, number| sum.wrapping_add(*number));
            let hash = (hash ^ u64::from(sum)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            hash ^ hash >> 32
        });
        let mut place = usize::try_from(hash >> 32).unwrap_or(0);
        loop {
            place &= places.len() - 1;
            let Some(&known) = places.get(place).filter(|known| **known != FREE) else {
                break;
            };
            if self.numbers(known) == &self.numbers[from..] {
                self.numbers.truncate(from);
                return known;
            }
            place += 1;
        }
        places[place] = self.lists.len();
        self.lists.push(List {
            names,
            from,
            to: self.numbers.len(),
        });
        self.lists.len() - 1
    }
}

const FREE: usize = usize::MAX;

fn number<'a>(names: &mut java::HashMap<&'a str, u32>, name: &'a str) -> u32 {
    if let Some(&number) = names.get(name) {
        return number;
    }
    let next = u32::try_from(names.len()).unwrap_or(u32::MAX);
    names.insert(name, next);
    next
}

/// What is known of the names, by their numbers.
pub(super) struct ByName<T>(Vec<Option<T>>);

impl<T: Copy> ByName<T> {
    pub(super) fn new(names: usize) -> Self {
        Self(vec![None; names])
    }

    pub(super) fn set(&mut self, name: u32, value: T) {
        if let Some(place) = self.0.get_mut(index(name)) {
            *place = Some(value);
        }
    }

    pub(super) fn get(&self, name: u32) -> Option<T> {
        self.0.get(index(name)).copied().flatten()
    }
}
