//! `RoundRobinAssignor`: partition after partition to member after member.
//!
//! One pointer runs over the sorted members for the whole assignment. A member that doesn't
//! subscribe to a topic is skipped and not compensated. Racks play no part.

use super::assignment::Lists;
use super::explain::{Deal, Event, Listener};
use super::group::Group;
use super::subscribers::{Subscribers, index};
use super::{AssignError, Assignment};

#[inline(never)]
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
    let mut sizes = vec![0; order.len()];
    deal(group, &subscribers, |_, _, place| {
        sizes[order[index(place)]] += 1;
    });
    let mut lists = Lists::with_room(sizes);
    let mut pointer = 0;
    deal(group, &subscribers, |topic, partition, place| {
        let place = index(place);
        let member = order[place];
        listener.tell(|| Event::Dealt {
            member,
            partition: group.partition(index(topic), index(partition)),
            reason: Deal::Turn {
                skipped: (place + order.len() - pointer) % order.len(),
            },
        });
        pointer = place + 1;
        lists.push(member, topic, partition);
    });
    Ok(Assignment::new(group, lists))
}

/// Goes round: tells `give` every topic and partition, and the place of the member whose turn it is.
fn deal(group: &Group<'_>, subscribers: &Subscribers, mut give: impl FnMut(u32, u32, u32)) {
    let mut pointer = 0;
    for (number, topic) in (0..).zip(&group.topics) {
        let all = subscribers.of(index(number));
        // Whoever is first at the pointer or behind it; behind the last one the circle begins again.
        let first = all.partition_point(|&place| place < pointer);
        let mut turns = &all[first..];
        let mut partitions = 0..topic.partitions;
        // Every topic here has a subscriber.
        while !partitions.is_empty() && !all.is_empty() {
            let round = partitions.len().min(turns.len());
            let begin = u32::try_from(partitions.start).unwrap_or(u32::MAX);
            for (&place, partition) in turns[..round].iter().zip(begin..) {
                give(number, partition, place);
                pointer = place + 1;
            }
            partitions.start += round;
            turns = all;
        }
    }
}
