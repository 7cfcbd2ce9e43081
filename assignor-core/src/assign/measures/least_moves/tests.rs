//! Against all assignments of small groups, tried one by one.

use proptest::prelude::*;

use super::super::super::{Topic, TopicPartition};
use super::*;

const TOPICS: [&str; 3] = ["s", "t", "u"];
const MEMBERS: [&str; 4] = ["a", "b", "c", "d"];

/// Of all assignments with the least sum of squares the one that moves least.
fn by_trying_all(cluster: &Cluster, members: &[GroupMember], before: &Owners) -> usize {
    let topics = cluster.topics().flat_map(|(name, topic)| {
        (0..topic.partitions()).map(move |partition| TopicPartition::new(name.clone(), partition))
    });
    let choices: Vec<(TopicPartition, Vec<usize>)> = topics
        .map(|partition| {
            let subscribes = |member: &GroupMember| {
                let mut topics = member.subscription.iter();
                topics.any(|topic| **topic == *partition.topic)
            };
            let able = (0..members.len()).filter(|&at| subscribes(&members[at]));
            let able = able.collect();
            (partition, able)
        })
        .filter(|(_, able): &(_, Vec<usize>)| !able.is_empty())
        .collect();
    let mut best = (usize::MAX, usize::MAX);
    let mut sizes = vec![0; members.len()];
    try_from(&choices, members, before, &mut sizes, 0, &mut best);
    best.1
}

fn try_from(
    choices: &[(TopicPartition, Vec<usize>)],
    members: &[GroupMember],
    before: &Owners,
    sizes: &mut [usize],
    moves: usize,
    best: &mut (usize, usize),
) {
    let Some(((partition, able), rest)) = choices.split_first() else {
        let squares = sizes.iter().map(|size| size * size).sum();
        *best = (squares, moves).min(*best);
        return;
    };
    for &member in able {
        let owner = before.get(partition);
        let moved = owner.is_some_and(|owner| *owner != *members[member].member_id);
        sizes[member] += 1;
        try_from(
            rest,
            members,
            before,
            sizes,
            moves + usize::from(moved),
            best,
        );
        sizes[member] -= 1;
    }
}

fn group(
    counts: &[u32],
    subscriptions: &[Vec<bool>],
    owners: &[usize],
) -> (Cluster, Vec<GroupMember>, Owners) {
    let topics = TOPICS.iter().zip(counts);
    let cluster: Cluster = topics
        .map(|(&name, &count)| (name, Topic::new(count)))
        .collect();
    let members = MEMBERS
        .iter()
        .zip(subscriptions)
        .map(|(&id, subscription)| {
            let topics = TOPICS.iter().zip(subscription);
            GroupMember::new(id, topics.filter(|(_, on)| **on).map(|(&name, _)| name))
        });
    let partitions = TOPICS.iter().zip(counts);
    let partitions = partitions
        .flat_map(|(&name, &count)| (0..count).map(move |at| TopicPartition::new(name, at)));
    // An owner beyond the members has left; one beyond that is none.
    let before = partitions.zip(owners).filter_map(|(partition, &owner)| {
        let id = MEMBERS.get(owner)?;
        Some((partition, (*id).into()))
    });
    (cluster, members.collect(), before.collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]
    #[test]
    fn no_assignment_as_even_moves_fewer(
        counts in prop::collection::vec(0_u32..4, 3),
        subscriptions in prop::collection::vec(prop::collection::vec(prop::bool::weighted(0.7), 3), 1..5),
        owners in prop::collection::vec(0_usize..6, 9),
    ) {
        prop_assume!(counts.iter().sum::<u32>() <= 8);
        let (cluster, members, before) = group(&counts, &subscriptions, &owners);
        let found = least_moves(&cluster, &members, &before);
        prop_assert_eq!(found, LeastMoves::Exactly(by_trying_all(&cluster, &members, &before)));
    }
}

#[test]
fn equal_subscriptions_agree_with_the_general_way() {
    for (partitions, members) in [(9, 4), (7, 3), (12, 5), (3, 4)] {
        for joining in 1..members {
            let all = vec![vec![true, false, false]; members];
            let owners: Vec<usize> = (0..partitions).map(|at| at % (members - joining)).collect();
            let count = u32::try_from(partitions).unwrap();
            let (cluster, members, before) = group(&[count, 0, 0], &all, &owners);
            let subscribers = Subscribers::new(&cluster, &members);
            let mut network = Network::new(&subscribers);
            for (_, owner) in before.iter() {
                let edge = network.edge(0, owner).unwrap();
                network.edges[edge].owned += 1;
            }
            let closed = network.moves_with_equal_subscriptions();
            assert_eq!(network.least_moves(), Ok(closed));
            assert_eq!(
                least_moves(&cluster, &members, &before),
                LeastMoves::Exactly(closed)
            );
        }
    }
}

#[test]
fn a_chain_of_moves_counts_every_link() {
    // Two of s go from a to b, and make two of u go from b to c.
    let cluster: Cluster = [("s", Topic::new(4)), ("u", Topic::new(2))]
        .into_iter()
        .collect();
    let members = [
        GroupMember::new("a", ["s"]),
        GroupMember::new("b", ["s", "u"]),
        GroupMember::new("c", ["u"]),
    ];
    let owned = ["a s:0", "a s:1", "a s:2", "a s:3", "b u:0", "b u:1"];
    let before: Owners = owned
        .iter()
        .map(|text| {
            let (member, partition) = text.split_once(' ').unwrap();
            (partition.parse().unwrap(), member.into())
        })
        .collect();
    assert_eq!(
        least_moves(&cluster, &members, &before),
        LeastMoves::Exactly(4)
    );
}

#[test]
fn a_large_group_is_answered_exactly() {
    let names: Vec<String> = (0..40).map(|at| format!("t{at}")).collect();
    let cluster: Cluster = names
        .iter()
        .map(|name| (name.as_str(), Topic::new(50)))
        .collect();
    let member = |at: usize| {
        let skip = 2 + at % 3;
        let topics = names.iter().skip(at % 2).step_by(skip).cloned();
        GroupMember::new(
            format!("m{at}"),
            topics.chain([names[0].clone(), names[39].clone()]),
        )
    };
    let mut members: Vec<GroupMember> = (0..60).map(member).collect();
    let first = super::super::super::Assignor::new(super::super::super::AssignorName::RoundRobin)
        .assign(&cluster, &members)
        .unwrap();
    let before = Owners::from(&first);
    members.push(GroupMember::new("joins", names.clone()));
    assert!(matches!(
        least_moves(&cluster, &members, &before),
        LeastMoves::Exactly(1..)
    ));
}
