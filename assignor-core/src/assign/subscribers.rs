//! Who subscribes to each topic, for groups of any size.
//!
//! Topics with the same subscribers share a list: a thousand topics of ten thousand members would
//! otherwise be ten million entries.

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
        let Classes {
            of_topic, sizes, ..
        } = Classes::of(group);
        let subscriptions = group.subscriptions.lists.len();
        let mut members = vec![0; subscriptions];
        for member in &group.members {
            members[member.subscription] += 1;
        }
        // The classes in every subscription, one subscription after another.
        let mut classes = Vec::new();
        let mut ends = Vec::with_capacity(subscriptions);
        let mut seen = vec![usize::MAX; sizes.len()];
        let mut lengths = vec![0; sizes.len()];
        for (subscription, members) in members.iter().enumerate() {
            for topic in group.subscribed_topics(subscription) {
                let class = of_topic[topic];
                if seen[class] != subscription {
                    seen[class] = subscription;
                    lengths[class] += members;
                    classes.push(class);
                }
            }
            ends.push(classes.len());
        }
        let mut lists: Vec<_> = lengths.into_iter().map(Vec::with_capacity).collect();
        for (place, &member) in (0..).zip(order) {
            let subscription = group.members[member].subscription;
            let begin = subscription.checked_sub(1).map_or(0, |before| ends[before]);
            for &class in &classes[begin..ends[subscription]] {
                lists[class].push(place);
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
