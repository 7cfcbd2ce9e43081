//! `RoundRobinAssignor`: partition after partition to member after member.
//!
//! One pointer runs over the sorted members for the whole assignment. A member that doesn't
//! subscribe to a topic is skipped and not compensated. Racks play no part.

use super::explain::{Deal, Event, Listener};
use super::group::Group;
use super::subscribers::{Subscribers, index};
use super::{AssignError, Assignment};

pub(super) fn assign(
    group: &Group<'_>,
    mut listener: Listener<'_>,
) -> Result<Assignment, AssignError> {
    let order = group.sorted_members();
    if order.is_empty() {
        return Err(AssignError::IllegalArgument);
    }
    let subscribers = Subscribers::new(group, &order);
    listener.tell(|| Event::Circle {
        members: order.clone(),
    });
    let even_share = group.partitions().div_ceil(order.len());
    let mut lists: Vec<_> = order
        .iter()
        .map(|_| Vec::with_capacity(even_share))
        .collect();
    let mut pointer = 0;
    for topic in 0..group.topics.len() {
        let subscribers = subscribers.of(topic);
        // The first subscriber from where the pointer stands, round the circle.
        let start = subscribers.partition_point(|&at| index(at) < pointer);
        let circle = subscribers
            .iter()
            .cycle()
            .skip(start % subscribers.len().max(1));
        for (partition, &position) in (0..group.topics[topic].partitions).zip(circle) {
            let position = index(position);
            let partition = group.partition(topic, partition);
            listener.tell(|| Event::Dealt {
                member: order[position],
                partition: partition.clone(),
                reason: Deal::Turn {
                    skipped: (position + order.len() - pointer) % order.len(),
                },
            });
            lists[order[position]].push(partition);
            pointer = (position + 1) % order.len();
        }
    }
    Ok(Assignment::new(group, lists))
}
