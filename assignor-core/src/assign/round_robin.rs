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
    let mut subscribed: Vec<Vec<bool>> = vec![vec![false; order.len()]; group.topics.len()];
    for (position, &member) in order.iter().enumerate() {
        for &topic in &group.members[member].topics {
            subscribed[topic][position] = true;
        }
    }
    listener.tell(|| Event::Circle {
        members: order.clone(),
    });
    let mut lists = group.empty_lists();
    let mut pointer = 0;
    for (topic, subscribed) in subscribed.iter().enumerate() {
        let subscribers: Vec<usize> = (0..order.len()).filter(|&at| subscribed[at]).collect();
        // The first subscriber from where the pointer stands, round the circle.
        let start = subscribers.partition_point(|&at| at < pointer);
        let circle = subscribers
            .iter()
            .cycle()
            .skip(start % subscribers.len().max(1));
        for (partition, &position) in (0..group.topics[topic].partitions).zip(circle) {
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
