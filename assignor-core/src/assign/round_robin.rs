//! `RoundRobinAssignor`: partition after partition to member after member.
//!
//! One pointer runs over the sorted members for the whole assignment. A member that doesn't
//! subscribe to a topic is skipped and not compensated. Racks play no part.

use super::explain::{Deal, Event, Listener};
use super::group::Group;
use super::{AssignError, Assignment};

pub(super) fn assign(
    group: &Group<'_>,
    mut listener: Listener<'_>,
) -> Result<Assignment, AssignError> {
    let order = group.sorted_members();
    if order.is_empty() {
        return Err(AssignError::IllegalArgument);
    }
    listener.tell(|| Event::Circle {
        members: order.clone(),
    });
    let subscribers = Subscribers::new(group, &order);
    let mut turns: Vec<usize> = Vec::with_capacity(group.partitions());
    let mut counts = vec![0; order.len()];
    let mut pointer = 0;
    for (number, topic) in group.topics.iter().enumerate() {
        for partition in 0..topic.partitions {
            let Some(position) = subscribers.next(number, pointer) else {
                break;
            };
            listener.tell(|| Event::Dealt {
                member: order[position],
                partition: group.partition(number, partition),
                reason: Deal::Turn {
                    skipped: (position + order.len() - pointer) % order.len(),
                },
            });
            turns.push(position);
            counts[position] += 1;
            pointer = if position + 1 == order.len() {
                0
            } else {
                position + 1
            };
        }
    }
    let mut lists = group.empty_lists();
    for (&member, count) in order.iter().zip(counts) {
        lists[member].reserve_exact(count);
    }
    let partitions = (0..group.topics.len())
        .flat_map(|topic| (0..group.topics[topic].partitions).map(move |at| (topic, at)));
    for ((topic, partition), position) in partitions.zip(turns) {
        lists[order[position]].push(group.partition(topic, partition));
    }
    Ok(Assignment::new(group, lists))
}

/// Per topic a bit for each place in the circle: who subscribes to it.
struct Subscribers {
    words: Vec<u64>,
    /// Words per topic.
    width: usize,
    /// Whether the first row stands for all topics, because all members subscribe to them all.
    is_one: bool,
}

impl Subscribers {
    fn new(group: &Group<'_>, order: &[usize]) -> Self {
        let width = order.len().div_ceil(64);
        let is_one = group.subscriptions.len() == 1;
        let rows = if is_one { 1 } else { group.topics.len() };
        let mut words = vec![0; width * rows];
        for (place, &member) in order.iter().enumerate() {
            let topics = &*group.members[member].topics;
            let topics = if is_one {
                &topics[..topics.len().min(1)]
            } else {
                topics
            };
            for topic in topics {
                let row = if is_one { 0 } else { *topic };
                words[row * width + place / 64] |= 1 << (place % 64);
            }
        }
        Self {
            words,
            width,
            is_one,
        }
    }

    /// The first subscriber of a topic at a place or after it, round the circle.
    fn next(&self, topic: usize, place: usize) -> Option<usize> {
        let row = if self.is_one { 0 } else { topic };
        let row = &self.words[row * self.width..(row + 1) * self.width];
        let (first, bit) = (place / 64, place % 64);
        let found = |at: usize, word: u64| {
            let bit = usize::try_from(word.trailing_zeros()).unwrap_or(0);
            (word != 0).then_some(at * 64 + bit)
        };
        found(first, row[first] & (u64::MAX << bit))
            .or_else(|| (first + 1..row.len()).find_map(|at| found(at, row[at])))
            .or_else(|| (0..=first).find_map(|at| found(at, row[at])))
    }
}
