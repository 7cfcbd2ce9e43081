//! That this module answers where it is meant to, and doesn't leave it to the literal algorithms.

use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

use super::super::super::group::Group;
use super::super::super::release::Release;
use super::super::super::user_data::NO_GENERATION;
use super::super::super::{Assignor, AssignorName, Cluster, GroupMember, Topic};

const STICKY: [AssignorName; 2] = [AssignorName::Sticky, AssignorName::CooperativeSticky];
const TOPICS: [&str; 5] = ["orders", "payments", "t1", "t2", "users"];

/// Assigns without the literal algorithms; what members get is what they claim from then on, but
/// for those that `missed` it.
fn rebalance(
    name: AssignorName,
    cluster: &Cluster,
    members: &mut [GroupMember],
    generation: i32,
    missed: impl Fn(usize) -> bool,
) {
    let before = members.to_vec();
    let group = Group::new(cluster, &before, Release::NEWEST);
    let answer = super::assign(&group, name, &mut { NO_GENERATION });
    let answer = answer.expect("this is for the fast way").unwrap();
    for (at, member) in members.iter_mut().enumerate() {
        let held = answer.get(&member.member_id).unwrap().collect();
        if !missed(at) {
            let assignor = Assignor::new(name);
            assignor.claim(member, held, Some(generation)).unwrap();
        }
    }
}

/// As `tests/speed` times them: all members subscribe to all topics, or each to some.
#[test]
fn groups_of_the_shapes_that_are_timed() {
    for (topics, partitions, members, equal) in [
        (10, 100, 100, true),
        (100, 100, 1000, true),
        (50, 40, 200, false),
        (100, 80, 240, false),
    ] {
        let names: Vec<Arc<str>> = (0..topics).map(|n| format!("t{n}").into()).collect();
        let named = names
            .iter()
            .map(|name| (Arc::clone(name), Topic::new(partitions)));
        let cluster: Cluster = named.collect();
        let member = |number: usize| {
            let (start, step) = (number % topics, 1 + number % 7);
            let some = names[start..].iter().step_by(step);
            let wanted: Vec<_> = some.cloned().collect();
            let wanted = if equal { &names } else { &wanted };
            GroupMember::new(format!("consumer-{number}"), wanted.iter().cloned())
        };
        for name in STICKY {
            let mut group: Vec<GroupMember> = (0..members).map(member).collect();
            rebalance(name, &cluster, &mut group, 1, |_| false);
            group.push(member(members));
            rebalance(name, &cluster, &mut group, 2, |_| false);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    /// Members join, leave, miss a rebalance; topics grow.
    ///
    /// All subscribe to something: one that doesn't may be given partitions all the same, where it
    /// comes first and the others agree, and its claim on them, once outdated, is not for the fast way.
    #[test]
    fn ordinary_groups(
        subscriptions in prop::collection::vec(subsequence(&TOPICS[..], 1..=TOPICS.len()), 2..14),
        equal in any::<bool>(),
        sizes in prop::collection::vec((0..14_u32, 0..3_u32), TOPICS.len()),
        joining in any::<Index>(),
        leaving in any::<Index>(),
        missing in any::<Index>(),
    ) {
        let cluster = |grown: bool| -> Cluster {
            let sizes = sizes.iter().map(|(size, more)| size + if grown { *more } else { 0 });
            TOPICS.into_iter().zip(sizes.map(Topic::new)).collect()
        };
        let members = subscriptions.iter().enumerate().map(|(number, topics)| {
            let topics = if equal { &subscriptions[0] } else { topics };
            GroupMember::new(format!("m-{number}"), topics.iter().copied())
        });
        let members: Vec<GroupMember> = members.collect();
        for name in STICKY {
            let mut group = members.clone();
            let late = group.remove(joining.index(group.len()));
            rebalance(name, &cluster(false), &mut group, 1, |_| false);
            let missing = missing.index(group.len());
            rebalance(name, &cluster(true), &mut group, 2, |at| at == missing);
            group.push(late);
            rebalance(name, &cluster(true), &mut group, 3, |_| false);
            group.remove(leaving.index(group.len()));
            if !group.is_empty() {
                rebalance(name, &cluster(true), &mut group, 4, |_| false);
            }
        }
    }
}
