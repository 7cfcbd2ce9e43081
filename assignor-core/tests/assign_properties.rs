//! What holds for every group, whatever its members and claims.
// Functions shared by the tests are tests too.
#![allow(clippy::unwrap_used)]

#[path = "assign_properties/server.rs"]
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use assignor_core::assign::{
    Assignment, Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition, user_data,
};
use assignor_core::version::KafkaVersion;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

const TOPICS: [&str; 5] = ["ta", "tb", "orders", "payments", "t10"];
const RACKS: [&str; 3] = ["ra", "rb", "rc"];

fn any_assignor() -> impl Strategy<Value = AssignorName> {
    select(&AssignorName::ALL[..])
}

/// A release of each kind that the assignors tell apart.
fn any_version() -> impl Strategy<Value = KafkaVersion> {
    let minor_and_patch = [(0, 0), (4, 0), (4, 1), (5, 0), (5, 2), (7, 1)];
    select(minor_and_patch.to_vec()).prop_map(|(minor, patch)| KafkaVersion::new(3, minor, patch))
}

fn racks() -> impl Strategy<Value = Vec<String>> {
    btree_set(select(&RACKS[..]), 0..3)
        .prop_map(|racks| racks.into_iter().map(str::to_owned).collect())
}

fn topic() -> impl Strategy<Value = Topic> {
    prop_oneof![
        (0..9_u32).prop_map(Topic::new),
        vec(racks(), 0..9).prop_map(Topic::with_racks),
    ]
}

/// Some of the topics exist, and some have no partitions.
fn cluster() -> impl Strategy<Value = Cluster> {
    vec(option::weighted(0.8, topic()), TOPICS.len()).prop_map(|topics| {
        let named = TOPICS.into_iter().zip(topics);
        named
            .filter_map(|(name, topic)| Some((name, topic?)))
            .collect()
    })
}

/// Topics in the order of the subscription.
fn member(topics: impl Strategy<Value = Vec<&'static str>>) -> impl Strategy<Value = GroupMember> {
    (
        "[a-c]-[0-9]{1,2}",
        option::weighted(0.2, "[a-z]"),
        option::weighted(0.4, select(&RACKS[..])),
        topics,
    )
        .prop_map(|(id, instance, rack, topics)| {
            let mut member = GroupMember::new(id, topics);
            member.group_instance_id = instance;
            member.rack = rack.map(str::to_owned);
            member
        })
}

/// Members with ids of their own and instance ids of their own.
fn members() -> impl Strategy<Value = Vec<GroupMember>> {
    // As of a Java consumer, which has a set of topics.
    let topics = btree_set(select(&TOPICS[..]), 0..5).prop_map(|set| set.into_iter().collect());
    vec(member(topics), 1..14).prop_map(|mut members| {
        let (mut ids, mut instances) = (BTreeSet::new(), BTreeSet::new());
        members.retain(|member| {
            let instance = member.group_instance_id.clone();
            ids.insert(member.member_id.clone())
                && instance.is_none_or(|instance| instances.insert(instance))
        });
        members
    })
}

/// Members that all subscribe to the same topics, in the same order.
fn equal_members() -> impl Strategy<Value = Vec<GroupMember>> {
    (members(), btree_set(select(&TOPICS[..]), 1..5)).prop_map(|(mut members, topics)| {
        for member in &mut members {
            member.subscription = topics.iter().map(|&topic| topic.into()).collect();
        }
        members
    })
}

/// What a member may say, true or not.
fn claim() -> impl Strategy<Value = (Vec<TopicPartition>, i32)> {
    let partition = prop_oneof![9 => 0..12_u32, 1 => any::<u32>()];
    let held = (
        select(&["ta", "tb", "orders", "payments", "gone"][..]),
        partition,
    )
        .prop_map(|(topic, partition)| TopicPartition::new(topic, partition));
    (vec(held, 0..12), -2..5_i32)
}

/// Members that claim anything, in user data that need not be readable.
fn hostile_members() -> impl Strategy<Value = Vec<GroupMember>> {
    let bytes = option::weighted(0.3, vec(any::<u8>(), 0..24));
    let topics = vec(select(&TOPICS[..]), 0..6);
    vec((member(topics), claim(), claim(), bytes), 0..10).prop_map(|members| {
        let members = members.into_iter();
        members
            .map(|(mut member, subscription, remembered, bytes)| {
                (member.owned_partitions, member.generation_id) =
                    (subscription.0, Some(subscription.1));
                let encoded = || user_data::encode_sticky(&remembered.0, remembered.1).ok();
                member.user_data = bytes.or_else(encoded);
                member
            })
            .collect()
    })
}

fn assign(name: AssignorName, cluster: &Cluster, members: &[GroupMember]) -> Assignment {
    Assignor::new(name).assign(cluster, members).unwrap()
}

type Owners = BTreeMap<TopicPartition, String>;

/// Who has each partition. Fails if two members have one.
fn owners(assignment: &Assignment) -> Owners {
    let mut owners = Owners::new();
    for (member, list) in assignment.iter() {
        for partition in list {
            let before = owners.insert(partition.clone(), member.to_owned());
            assert_eq!(before, None, "{partition} is assigned twice");
        }
    }
    owners
}

/// The partitions of all topics that someone subscribes to.
fn assignable(cluster: &Cluster, members: &[GroupMember]) -> BTreeSet<TopicPartition> {
    let topics = members.iter().flat_map(|m| m.subscription.iter());
    let subscribed: BTreeSet<&Arc<str>> = topics.collect();
    subscribed
        .into_iter()
        .flat_map(|name| {
            let count = cluster.partition_count(name).unwrap_or(0);
            (0..count).map(|partition| TopicPartition::new((*name).clone(), partition))
        })
        .collect()
}

/// The members as they would join again with what they were assigned.
fn rejoined(members: &[GroupMember], assignment: &Assignment, generation: i32) -> Vec<GroupMember> {
    let members = members.iter();
    members
        .map(|member| {
            let owned: Vec<_> = assignment.get(&member.member_id).unwrap().collect();
            GroupMember {
                user_data: user_data::encode_sticky(&owned, generation).ok(),
                owned_partitions: owned,
                generation_id: Some(generation),
                ..member.clone()
            }
        })
        .collect()
}

fn spread(assignment: &Assignment) -> usize {
    let sizes: Vec<usize> = assignment.iter().map(|(_, list)| list.len()).collect();
    sizes.iter().max().unwrap_or(&0) - sizes.iter().min().unwrap_or(&0)
}

fn assert_complete(
    cluster: &Cluster,
    members: &[GroupMember],
    assignment: &Assignment,
) -> Result<(), TestCaseError> {
    let owners = owners(assignment);
    let assigned: BTreeSet<_> = owners.keys().cloned().collect();
    prop_assert_eq!(assigned, assignable(cluster, members));
    for member in members {
        let mut list = assignment.get(&member.member_id).unwrap();
        let subscribes =
            |held: &TopicPartition| member.subscription.iter().any(|t| **t == *held.topic);
        prop_assert!(member.subscription.is_empty() || list.all(|held| subscribes(&held)));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_partition_has_one_subscriber(
        name in any_assignor(), cluster in cluster(), members in members(),
    ) {
        let assignment = assign(name, &cluster, &members);
        assert_complete(&cluster, &members, &assignment)?;
        prop_assert_eq!(assignment.len(), members.len());
    }

    #[test]
    fn every_partition_has_one_subscriber_after_a_change(
        cluster in cluster(),
        later in cluster(),
        before in members(),
        joining in members(),
        leaving in any::<prop::sample::Index>(),
    ) {
        let sticky = AssignorName::Sticky;
        let first = assign(sticky, &cluster, &before);
        let mut members = rejoined(&before, &first, 1);
        members.remove(leaving.index(members.len()));
        let known: BTreeSet<Arc<str>> = members.iter().map(|m| m.member_id.clone()).collect();
        members.extend(joining.into_iter().filter(|m| !known.contains(&m.member_id)));
        // Topics only grow: a claim past the end of a topic is another test's subject.
        let grown: Cluster = TOPICS.into_iter().filter_map(|name| {
            let (old, new) = (cluster.topic(name), later.topic(name));
            let topic = [old, new].into_iter().flatten().max_by_key(|topic| topic.partitions());
            Some((name, topic?.clone()))
        }).collect();
        let second = assign(sticky, &grown, &members);
        assert_complete(&grown, &members, &second)?;
    }

    #[test]
    fn equal_subscriptions_are_balanced(
        cluster in cluster(),
        members in equal_members(),
        joining in equal_members(),
    ) {
        for name in [AssignorName::RoundRobin, AssignorName::Sticky] {
            prop_assert!(spread(&assign(name, &cluster, &members)) <= 1);
        }
        let first = assign(AssignorName::Sticky, &cluster, &members);
        let mut second = rejoined(&members, &first, 1);
        for mut member in joining {
            if first.get(&member.member_id).is_none() {
                member.subscription.clone_from(&members[0].subscription);
                second.push(member);
            }
        }
        prop_assert!(spread(&assign(AssignorName::Sticky, &cluster, &second)) <= 1);
    }

    #[test]
    fn range_and_round_robin_do_not_depend_on_the_order_of_members(
        (members, shuffled) in members().prop_flat_map(|members| {
            (Just(members.clone()), Just(members).prop_shuffle())
        }),
        cluster in cluster(),
    ) {
        for name in [AssignorName::Range, AssignorName::RoundRobin] {
            prop_assert_eq!(
                owners(&assign(name, &cluster, &members)),
                owners(&assign(name, &cluster, &shuffled))
            );
        }
    }

    /// Racks aside: a member in the wrong rack gives up what it cannot avoid getting again.
    #[test]
    fn a_balanced_assignment_stays(cluster in cluster(), mut members in equal_members()) {
        for member in &mut members {
            member.rack = None;
        }
        for name in [AssignorName::Sticky, AssignorName::CooperativeSticky] {
            let first = assign(name, &cluster, &members);
            let again = assign(name, &cluster, &rejoined(&members, &first, 1));
            prop_assert_eq!(owners(&first), owners(&again));
        }
    }

    /// A partition is never given to one member while another still owns it, and two rounds are
    /// enough.
    #[test]
    fn cooperative_moves_in_two_rounds(
        cluster in cluster(),
        members in equal_members(),
        joining in equal_members(),
    ) {
        let name = AssignorName::CooperativeSticky;
        let first = assign(name, &cluster, &members);
        let owned = owners(&first);
        let mut joined = rejoined(&members, &first, 1);
        for mut member in joining {
            if first.get(&member.member_id).is_none() {
                member.subscription.clone_from(&members[0].subscription);
                joined.push(member);
            }
        }
        let second = assign(name, &cluster, &joined);
        for (partition, member) in owners(&second) {
            prop_assert!(owned.get(&partition).is_none_or(|before| *before == member));
        }
        let third = assign(name, &cluster, &rejoined(&joined, &second, 2));
        assert_complete(&cluster, &joined, &third)?;
    }

    #[test]
    fn any_claim_has_an_answer(
        name in any_assignor(),
        version in any_version(),
        cluster in cluster(),
        members in hostile_members(),
    ) {
        let mut assignor = Assignor::of_version(name, version).unwrap();
        for round in 0..2 {
            if let Ok(assignment) = assignor.assign(&cluster, &members) {
                for member in &members {
                    let list = assignment.get(&member.member_id).unwrap();
                    assignor.on_assignment(list, round);
                }
            }
            let _ = assignor.subscription_user_data();
        }
    }
}
