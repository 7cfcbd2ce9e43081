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
    /// Per topic the number of its list.
    of_topic: Vec<usize>,
}

impl Subscribers {
    /// `order` has all members of the group.
    pub(super) fn new(group: &Group<'_>, order: &[usize]) -> Self {
        let bits = SubscriberBits::new(group, order);
        let mut bounds = vec![(0, 0); bits.lists];
        for row in bits.rows() {
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
        for (row, first) in bits.rows().zip((0..).step_by(64)) {
            for ((_, end), &word) in bounds.iter_mut().zip(row) {
                for place in ones(word) {
                    places[index(*end)] = first + place;
                    *end += 1;
                }
            }
        }
        Self {
            places,
            bounds,
            of_topic: bits.of_topic,
        }
    }

    /// The subscribers of a topic, ascending. Never empty: a topic is only in the group because
    /// someone subscribes to it.
    pub(super) fn of(&self, topic: usize) -> &[u32] {
        let (begin, end) = self.bounds[self.of_topic[topic]];
        &self.places[index(begin)..index(end)]
    }
}

/// The same as bits, for who needs few subscribers of each topic.
///
/// A row has 64 places, and in it every list a word: the lists that one place is in lie side by side.
pub(super) struct SubscriberBits {
    rows: Vec<u64>,
    lists: usize,
    /// Per topic the number of its list.
    of_topic: Vec<usize>,
}

impl SubscriberBits {
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
        // A list per name: to look up each name's topic first takes longer.
        let topics = group.topics.iter();
        let of_topic = topics.map(|topic| index(topic.name_number)).collect();
        Self::collect(group.subscriptions.names.len(), order, of_topic, |member| {
            let names = group
                .subscriptions
                .numbers(group.members[member].subscription);
            names.iter().copied().map(index)
        })
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
        Self::collect(sizes.len(), order, of_topic, |member| {
            let subscription = group.members[member].subscription;
            let begin = subscription.checked_sub(1).map_or(0, |before| ends[before]);
            classes[begin..ends[subscription]].iter().copied()
        })
    }

    /// `lists_of` names the lists that a member is to be in; it may name one twice.
    fn collect<I: Iterator<Item = usize>>(
        lists: usize,
        order: &[usize],
        of_topic: Vec<usize>,
        lists_of: impl Fn(usize) -> I,
    ) -> Self {
        let mut rows = vec![0; order.len().div_ceil(64) * lists];
        for (row, members) in rows.chunks_exact_mut(lists.max(1)).zip(order.chunks(64)) {
            for (place, &member) in members.iter().enumerate() {
                for list in lists_of(member) {
                    row[list] |= 1 << place;
                }
            }
        }
        Self {
            rows,
            lists,
            of_topic,
        }
    }

    fn rows(&self) -> std::slice::ChunksExact<'_, u64> {
        self.rows.chunks_exact(self.lists.max(1))
    }

    /// Appends the subscribers of a topic, once round the circle of places from one of them on, and
    /// at most so many.
    pub(super) fn go_round(&self, topic: usize, from: u32, many: usize, circle: &mut Vec<u32>) {
        let list = self.of_topic[topic];
        let first = index(from / 64);
        let ahead = u64::MAX << (from % 64);
        let full = circle.len() + many;
        let rows = self.rows().zip((0..).step_by(64)).enumerate();
        let again = rows.clone().take(first + 1);
        for (turn, (number, (row, place))) in rows.skip(first).chain(again).enumerate() {
            let word = match number == first {
                true if turn == 0 => row[list] & ahead,
                true => row[list] & !ahead,
                false => row[list],
            };
            for bit in ones(word) {
                if circle.len() == full {
                    return;
                }
                circle.push(place + bit);
            }
        }
    }
}

/// The places of the bits that are set, ascending.
fn ones(word: u64) -> impl Iterator<Item = u32> {
    let mut rest = word;
    std::iter::from_fn(move || {
        let place = (rest != 0).then_some(rest.trailing_zeros());
        rest &= rest.wrapping_sub(1);
        place
    })
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
