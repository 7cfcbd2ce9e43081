//! Who subscribes to each topic, for groups of any size.
//!
//! Where members share subscriptions, topics with the same subscribers share a list: a thousand topics
//! of ten thousand members would otherwise be ten million entries.

use super::group::Group;

/// Per topic its subscribers, each once, as places in an order of the members.
pub(super) struct Subscribers {
    /// List after list.
    places: Vec<u32>,
    /// Where each list begins and ends.
    bounds: Vec<(u32, u32)>,
    /// Per topic the number of its list; empty if that is the topic's own.
    of_topic: Vec<usize>,
}

impl Subscribers {
    /// `order` has all members of the group.
    pub(super) fn new(group: &Group<'_>, order: &[usize]) -> Self {
        let subscriptions = 0..group.subscriptions.lists.len();
        let named = |subscription| group.subscriptions.numbers(subscription).len();
        let distinct: usize = subscriptions.map(named).sum();
        let members = group.members.iter();
        let all: usize = members.map(|member| named(member.subscription)).sum();
        if all > 2 * distinct {
            return Self::by_class(group, order);
        }
        let topics = group.topics.len();
        let entries = order.iter().map(|&member| group.topics_of(member));
        Self::collect(topics, entries, Vec::new())
    }

    /// With one list for all topics of a class.
    fn by_class(group: &Group<'_>, order: &[usize]) -> Self {
        let Classes {
            of_topic, sizes, ..
        } = Classes::of(group);
        // The classes in every subscription, one subscription after another.
        let mut classes = Vec::new();
        let mut ends = Vec::with_capacity(group.subscriptions.lists.len());
        let mut seen = vec![usize::MAX; sizes.len()];
        for subscription in 0..group.subscriptions.lists.len() {
            for topic in group.subscribed_topics(subscription) {
                let class = of_topic[topic];
                if std::mem::replace(&mut seen[class], subscription) != subscription {
                    classes.push(class);
                }
            }
            ends.push(classes.len());
        }
        let entries = order.iter().map(|&member| {
            let subscription = group.members[member].subscription;
            let begin = subscription.checked_sub(1).map_or(0, |before| ends[before]);
            classes[begin..ends[subscription]].iter().copied()
        });
        Self::collect(sizes.len(), entries, of_topic)
    }

    /// `entries` names the lists that each place is to be in; a list may be named twice.
    ///
    /// First as bits, 64 places to a row: the lists that one place is in lie side by side then.
    fn collect<I: Iterator<Item: Iterator<Item = usize>>>(
        lists: usize,
        entries: I,
        of_topic: Vec<usize>,
    ) -> Self {
        let mut rows: Vec<u64> = Vec::new();
        for (place, entries) in entries.enumerate() {
            let begin = place / 64 * lists;
            if place % 64 == 0 {
                rows.resize(begin + lists, 0);
            }
            let row = &mut rows[begin..];
            for list in entries {
                row[list] |= 1 << (place % 64);
            }
        }
        let rows = || rows.chunks_exact(lists.max(1));
        let mut bounds = vec![(0, 0); lists];
        for row in rows() {
            for ((_, members), word) in bounds.iter_mut().zip(row) {
                *members += word.count_ones();
            }
        }
        let mut next = 0;
        for (begin, end) in &mut bounds {
            *begin = next;
            next += std::mem::replace(end, next);
        }
        let mut places = vec![0; index(next)];
        for (row, first) in rows().zip((0..).step_by(64)) {
            for ((_, end), &word) in bounds.iter_mut().zip(row) {
                let mut rest = word;
                while rest != 0 {
                    places[index(*end)] = first + rest.trailing_zeros();
                    *end += 1;
                    rest &= rest - 1;
                }
            }
        }
        Self {
            places,
            bounds,
            of_topic,
        }
    }

    /// The subscribers of a topic, ascending. Never empty: a topic is only in the group because
    /// someone subscribes to it.
    pub(super) fn of(&self, topic: usize) -> &[u32] {
        let list = self.of_topic.get(topic).copied().unwrap_or(topic);
        let (begin, end) = self.bounds[list];
        &self.places[index(begin)..index(end)]
    }
}

/// Numbers topics so that those in the same subscriptions, and only those, have one number.
///
/// All are in one class first; every subscription takes what it has of each class into a new one.
struct Classes {
    of_topic: Vec<usize>,
    /// How many topics each class has.
    sizes: Vec<usize>,
    /// Per class the last subscription that took from it, and into which class; itself, if that one
    /// made it.
    taken: Vec<(usize, usize)>,
    /// Classes without topics.
    free: Vec<usize>,
}

impl Classes {
    fn of(group: &Group<'_>) -> Self {
        let mut classes = Self {
            of_topic: vec![0; group.topics.len()],
            sizes: vec![group.topics.len()],
            taken: vec![(usize::MAX, 0)],
            free: Vec::new(),
        };
        for subscription in 0..group.subscriptions.lists.len() {
            for topic in group.subscribed_topics(subscription) {
                classes.take(topic, subscription);
            }
        }
        classes
    }

    fn take(&mut self, topic: usize, subscription: usize) {
        let from = self.of_topic[topic];
        let into = match self.taken[from] {
            // A subscription may name a topic twice.
            (last, into) if last == subscription && into == from => return,
            (last, into) if last == subscription => into,
            _ => self.class_of(subscription, from),
        };
        self.of_topic[topic] = into;
        self.sizes[into] += 1;
        self.sizes[from] -= 1;
        if self.sizes[from] == 0 {
            self.free.push(from);
        }
    }

    /// A new class for what a subscription takes from another.
    fn class_of(&mut self, subscription: usize, from: usize) -> usize {
        let class = self.free.pop().unwrap_or_else(|| {
            self.sizes.push(0);
            self.taken.push((0, 0));
            self.sizes.len() - 1
        });
        self.taken[class] = (subscription, class);
        self.taken[from] = (subscription, class);
        class
    }
}

/// A number of members or partitions as an index.
pub(super) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
