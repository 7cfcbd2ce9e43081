//! Who subscribes to each topic, for groups of any size.
//!
//! Topics with the same subscribers share a list: a thousand topics of ten thousand members would
//! otherwise be ten million entries.

use std::collections::BTreeMap;

use super::group::Group;

/// Per topic its subscribers, each once, as places in an order of the members.
pub(super) struct Subscribers {
    lists: Vec<Vec<u32>>,
    /// Per topic the number of its list.
    of_topic: Vec<usize>,
}

impl Subscribers {
    /// `order` has all members of the group.
    pub(super) fn new(group: &Group<'_>, order: &[usize]) -> Self {
        let mut subscriptions: Vec<Vec<usize>> = vec![Vec::new(); group.topics.len()];
        for (number, subscription) in group.subscriptions.iter().enumerate() {
            for &topic in &*subscription.topics {
                if subscriptions[topic].last() != Some(&number) {
                    subscriptions[topic].push(number);
                }
            }
        }
        let mut known: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
        let of_topic: Vec<usize> = subscriptions
            .into_iter()
            .map(|set| {
                let next = known.len();
                *known.entry(set).or_insert(next)
            })
            .collect();
        let mut lists = vec![Vec::new(); known.len()];
        let mut lists_of: Vec<Vec<usize>> = vec![Vec::new(); group.subscriptions.len()];
        for (set, number) in known {
            for subscription in set {
                lists_of[subscription].push(number);
            }
        }
        for (place, &member) in (0..).zip(order) {
            for &list in &lists_of[group.members[member].subscription] {
                lists[list].push(place);
            }
        }
        Self { lists, of_topic }
    }

    /// The subscribers of a topic, ascending. Never empty: a topic is only in the group because
    /// someone subscribes to it.
    pub(super) fn of(&self, topic: usize) -> &[u32] {
        let list = self.of_topic.get(topic);
        list.and_then(|&list| self.lists.get(list))
            .map_or(&[], Vec::as_slice)
    }
}

/// A number of members or partitions as an index.
pub(super) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
