//! `RoundRobinAssignor`: partition after partition to member after member.
//!
//! One pointer runs over the sorted members for the whole assignment. A member that doesn't
//! subscribe to a topic is skipped and not compensated. Racks play no part.

use super::assignment::Lists;
use super::explain::{Deal, Event, Listener};
use super::group::{Group, GroupTopic};
use super::subscribers::{SubscriberBits, index};
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
    let turns = turns(group, &order);
    let mut shares = vec![0; order.len()];
    for &place in &turns {
        shares[index(place)] += 1;
    }
    let mut sizes = vec![0; order.len()];
    for (&member, share) in order.iter().zip(shares) {
        sizes[member] = share;
    }
    let mut lists = Lists::with_room(sizes);
    let mut rest = turns.as_slice();
    for (number, topic) in (0..).zip(&group.topics) {
        let (places, behind) = rest.split_at(topic.partitions);
        rest = behind;
        for (&place, partition) in places.iter().zip(0..) {
            lists.push(order[index(place)], number, partition);
        }
    }
    if listener.hears() {
        tell(group, &order, &turns, &mut listener);
    }
    Ok(Assignment::new(group, lists))
}

/// Tells who gets each partition, and how many before it in the circle don't subscribe to its topic.
fn tell(group: &Group<'_>, order: &[usize], turns: &[u32], listener: &mut Listener<'_>) {
    let partitions = group.topics.iter().enumerate();
    let partitions = partitions.flat_map(|(topic, GroupTopic { partitions, .. })| {
        (0..*partitions).map(move |partition| group.partition(topic, partition))
    });
    let mut pointer = 0;
    for (partition, place) in partitions.zip(turns.iter().copied().map(index)) {
        listener.tell(|| Event::Dealt {
            member: order[place],
            partition,
            reason: Deal::Turn {
                skipped: (place + order.len() - pointer) % order.len(),
            },
        });
        pointer = place + 1;
    }
}

/// Per partition, topic after topic, the place of the member whose turn it is.
fn turns(group: &Group<'_>, order: &[usize]) -> Vec<u32> {
    let subscribers = SubscriberBits::new(group, order);
    let mut turns = Vec::with_capacity(group.topics.iter().map(|topic| topic.partitions).sum());
    for (number, topic) in group.topics.iter().enumerate() {
        let next = turns.last().map_or(0, |&last| last + 1);
        let next = if index(next) < order.len() { next } else { 0 };
        let begin = turns.len();
        subscribers.go_round(number, next, topic.partitions, &mut turns);
        // Whoever subscribes gets another one in each further round.
        while turns.len() > begin && turns.len() < begin + topic.partitions {
            let rest = begin + topic.partitions - turns.len();
            turns.extend_from_within(begin..turns.len().min(begin + rest));
        }
    }
    turns
}

#[cfg(test)]
mod tests {
    use super::super::{Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition};

    /// A pointer that runs over all members, one step at a time, for as many members as fill a word
    /// of bits, one more or one fewer.
    #[test]
    fn is_a_walk_round_the_circle() {
        for count in [1_u32, 2, 63, 64, 65, 128, 130] {
            for sparse in [1, 3, 70] {
                let topics = (0..5_u32).map(|topic| (format!("t{topic}"), 1 + topic * 37));
                let cluster: Cluster = topics
                    .clone()
                    .map(|(name, partitions)| (name, Topic::new(partitions)))
                    .collect();
                let subscribes = |member: u32, topic: u32| {
                    member == topic || (member + topic).is_multiple_of(sparse)
                };
                let members: Vec<GroupMember> = (0..count)
                    .map(|member| {
                        let own = (0..5).filter(|&topic| subscribes(member, topic));
                        GroupMember::new(format!("c{member:03}"), own.map(|n| format!("t{n}")))
                    })
                    .collect();
                let mut expected = vec![Vec::new(); members.len()];
                let mut circle = members.iter().zip(0..).cycle();
                for (name, partitions) in topics {
                    let name = name.as_str();
                    let of =
                        |member: &GroupMember| member.subscription.iter().any(|t| **t == *name);
                    for partition in (0..partitions).filter(|_| members.iter().any(of)) {
                        let (_, next): (_, usize) = circle.find(|(member, _)| of(member)).unwrap();
                        expected[next].push(TopicPartition::new(name, partition));
                    }
                }
                let assignment = Assignor::new(AssignorName::RoundRobin)
                    .assign(&cluster, &members)
                    .unwrap();
                for (member, expected) in members.iter().zip(expected) {
                    let got: Vec<_> = assignment.get(&member.member_id).unwrap().collect();
                    assert_eq!(
                        got, expected,
                        "{count} members, one in {sparse}: {}",
                        member.member_id
                    );
                }
            }
        }
    }
}
