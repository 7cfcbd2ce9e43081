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
    let circle = Circle::new(group, &order);
    let members: Vec<u32> = order
        .iter()
        .map(|&member| u32::try_from(member).unwrap_or(u32::MAX))
        .collect();
    let mut owners = Vec::with_capacity(group.partitions());
    let mut pointer = 0;
    for (number, topic) in group.topics.iter().enumerate() {
        let subscribers = circle.subscribers(number);
        owners.extend((0..topic.partitions).map(|partition| {
            // Every topic here has a subscriber.
            let place = next(subscribers, pointer).unwrap_or(pointer);
            listener.tell(|| Event::Dealt {
                member: order[place],
                partition: group.partition(number, partition),
                reason: Deal::Turn {
                    skipped: (place + order.len() - pointer) % order.len(),
                },
            });
            pointer = if place + 1 == order.len() {
                0
            } else {
                place + 1
            };
            members[place]
        }));
    }
    Ok(Assignment::new(group, group.lists_of(&owners)))
}

/// The sorted members, and per topic a bit for the place of each: who subscribes to it.
struct Circle {
    /// Row after row; none if all members subscribe to all topics.
    words: Vec<u64>,
    /// Words per topic.
    width: usize,
}

impl Circle {
    fn new(group: &Group<'_>, order: &[usize]) -> Self {
        let width = order.len().div_ceil(64);
        // Every topic has a subscriber, so one subscription has them all.
        if group.subscriptions.lists.len() == 1 {
            let words = Vec::new();
            return Self { words, width };
        }
        let mut words = vec![0; width * group.topics.len()];
        for (place, &member) in order.iter().enumerate() {
            let (word, bit) = (place / 64, 1 << (place % 64));
            for topic in group.topics_of(member) {
                words[topic * width + word] |= bit;
            }
        }
        Self { words, width }
    }

    /// The row of a topic; empty if all members subscribe to it.
    fn subscribers(&self, topic: usize) -> &[u64] {
        let row = topic * self.width..(topic + 1) * self.width;
        self.words.get(row).unwrap_or_default()
    }
}

/// The first subscriber at a place or after it, round the circle.
fn next(subscribers: &[u64], place: usize) -> Option<usize> {
    let (first, bit) = (place / 64, place % 64);
    let Some(word) = subscribers.get(first) else {
        return Some(place);
    };
    let found = |(at, word): (usize, u64)| {
        let bit = usize::try_from(word.trailing_zeros()).unwrap_or(0);
        (word != 0).then_some(at * 64 + bit)
    };
    let words = || subscribers.iter().copied().enumerate();
    found((first, word & (u64::MAX << bit)))
        .or_else(|| words().skip(first + 1).find_map(found))
        .or_else(|| words().find_map(found))
}
