//! The same of the broker's assignors: what holds for every group that they are given.

use std::collections::{BTreeMap, BTreeSet};

use assignor_core::assign::server::SubscriptionType::{Heterogeneous, Homogeneous};
use assignor_core::assign::server::{
    Assignor, AssignorName, GroupAssignment, GroupSpec, MapOrder, MemberSpec, SubscriptionType,
};
use assignor_core::java::{JdkRelease, Uuid};
use assignor_core::version::KafkaVersion;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};

const TOPICS: [i64; 5] = [1, 17, 33, -4, i64::MIN];

fn topic() -> impl Strategy<Value = Uuid> {
    select(&TOPICS[..]).prop_map(|most_significant| Uuid {
        most_significant,
        least_significant: 5,
    })
}

fn assignor() -> impl Strategy<Value = Assignor> {
    let versions = [KafkaVersion::new(4, 0, 0), KafkaVersion::NEWEST];
    let jdks = [JdkRelease::UpTo18, JdkRelease::From19];
    (
        select(&AssignorName::ALL[..]),
        select(versions.to_vec()),
        select(jdks.to_vec()),
    )
        .prop_map(|(name, version, jdk)| Assignor::of_version(name, version).unwrap().on_jdk(jdk))
}

/// Members with ids of their own that have nothing yet; all topics exist.
fn fresh_group(kind: SubscriptionType) -> impl Strategy<Value = GroupSpec> {
    let topics = btree_map(topic(), 0..20_u32, 1..6);
    let ids = btree_set("[a-z]{1,3}", 1..9);
    let order = select(vec![MapOrder::Java, MapOrder::Given]);
    (topics, ids, vec(vec(any::<bool>(), 5), 9), order).prop_map(
        move |(topics, ids, subscriptions, order)| {
            let members = ids
                .into_iter()
                .zip(subscriptions)
                .map(|(member_id, wanted)| {
                    let wanted = topics.keys().zip(wanted);
                    MemberSpec {
                        member_id,
                        topics: wanted
                            .filter(|(_, wanted)| *wanted || kind == Homogeneous)
                            .map(|(topic, _)| *topic)
                            .collect(),
                        ..MemberSpec::default()
                    }
                });
            GroupSpec {
                subscription_type: kind,
                members: members.collect(),
                topics,
                order,
            }
        },
    )
}

/// Groups that have been assigned and then lost or got a member.
fn group(kind: SubscriptionType) -> impl Strategy<Value = GroupSpec> {
    (fresh_group(kind), any::<Index>(), any::<bool>()).prop_map(|(mut spec, index, forget)| {
        let assignment = Assignor::new(AssignorName::Uniform).assign(&spec).unwrap();
        adopt(&mut spec, &assignment);
        let at = index.index(spec.members.len());
        if forget {
            spec.members[at].current.clear();
        } else if spec.members.len() > 1 {
            spec.members.remove(at);
        }
        spec
    })
}

fn any_group() -> impl Strategy<Value = GroupSpec> {
    prop_oneof![
        fresh_group(Homogeneous),
        fresh_group(Heterogeneous),
        group(Homogeneous),
        group(Heterogeneous),
    ]
}

/// Makes an assignment the members' current one.
fn adopt(spec: &mut GroupSpec, assignment: &GroupAssignment) {
    for member in &mut spec.members {
        let held = assignment.get(&member.member_id).into_iter().flatten();
        member.current = held.map(|(topic, list)| (*topic, list.clone())).collect();
    }
}

type Owners = BTreeMap<(Uuid, u32), String>;

/// Who has each partition. Fails if two have one, or a member one that it doesn't subscribe to.
fn owners(spec: &GroupSpec, assignment: &GroupAssignment) -> Owners {
    let mut owners = Owners::new();
    for member in &spec.members {
        for (topic, partitions) in assignment.get(&member.member_id).into_iter().flatten() {
            assert!(member.topics.contains(topic), "subscribed");
            for partition in partitions {
                let id = member.member_id.clone();
                assert_eq!(owners.insert((*topic, *partition), id), None, "once");
            }
        }
    }
    owners
}

fn sizes(spec: &GroupSpec, owners: &Owners) -> Vec<usize> {
    let of = |member: &MemberSpec| {
        owners
            .values()
            .filter(|id| **id == member.member_id)
            .count()
    };
    spec.members.iter().map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_subscribed_partition_has_one_owner_who_subscribes(
        assignor in assignor(),
        spec in any_group(),
    ) {
        let owners = owners(&spec, &assignor.assign(&spec).unwrap());
        let subscribed: BTreeSet<Uuid> =
            spec.members.iter().flat_map(|member| member.topics.clone()).collect();
        let expected = subscribed.iter().flat_map(|topic| {
            (0..spec.topics[topic]).map(|partition| (*topic, partition))
        });
        prop_assert!(owners.keys().copied().eq(expected));
    }

    #[test]
    fn equal_subscriptions_make_equal_shares(
        spec in prop_oneof![fresh_group(Homogeneous), group(Homogeneous)],
    ) {
        let assignment = Assignor::new(AssignorName::Uniform).assign(&spec).unwrap();
        let sizes = sizes(&spec, &owners(&spec, &assignment));
        let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
        prop_assert!(most - least <= 1, "{sizes:?}");
    }

    /// Whatever the order of the members.
    #[test]
    fn what_is_balanced_stays(
        mut spec in prop_oneof![fresh_group(Homogeneous), group(Homogeneous)],
        turn in any::<Index>(),
    ) {
        let uniform = Assignor::new(AssignorName::Uniform);
        let assignment = uniform.assign(&spec).unwrap();
        adopt(&mut spec, &assignment);
        let before = owners(&spec, &assignment);
        let turn = turn.index(spec.members.len());
        spec.members.rotate_left(turn);
        spec.order = MapOrder::Given;
        prop_assert_eq!(before, owners(&spec, &uniform.assign(&spec).unwrap()));
    }

    #[test]
    fn range_depends_on_no_order(mut spec in any_group(), turn in any::<Index>()) {
        let range = Assignor::new(AssignorName::Range);
        let before = owners(&spec, &range.assign(&spec).unwrap());
        let turn = turn.index(spec.members.len());
        spec.members.rotate_left(turn);
        spec.order = MapOrder::Given;
        prop_assert_eq!(before, owners(&spec, &range.assign(&spec).unwrap()));
    }

    /// Contradictory and outdated targets have an answer or an error.
    #[test]
    fn nothing_panics(
        assignor in assignor(),
        mut spec in any_group(),
        current in vec(vec((topic(), vec(0..30_u32, 0..9)), 0..4), 9),
    ) {
        for (member, current) in spec.members.iter_mut().zip(current) {
            member.current = current;
        }
        let _ = assignor.assign(&spec);
    }
}
