//! The sticky assignors where subscriptions differ.

use std::collections::{BTreeMap, BTreeSet};

use assignor_core::assign::AssignorName::{CooperativeSticky, Sticky};
use assignor_core::assign::explain::Event;
use assignor_core::assign::{AssignError, Assignor, GroupMember, Topic, TopicPartition};
use assignor_core::version::KafkaVersion;

use crate::case::{
    assign, assign_with, check, cluster, expected, members, show, three_topics_on_racks,
};

#[test]
fn g1_fresh_with_one_member_on_both_topics() {
    check(
        Sticky,
        "t1*3 t2*2",
        &["1 {t1}", "2 {t1,t2}", "3 {t1}"],
        "1=[t1:0 t1:2] 2=[t2:0-1] 3=[t1:1]",
    );
}

#[test]
fn g2_fresh_with_two_kinds_of_members() {
    check(
        Sticky,
        "1*2 2*1 3*2 4*1 5*2",
        &[
            "c1 {1,2,3,4,5}",
            "c2 {1,3,5}",
            "c3 {1,3,5}",
            "c4 {1,2,3,4,5}",
        ],
        "c1=[2:0 3:0] c2=[1:0 3:1] c3=[1:1 5:0] c4=[4:0 5:1]",
    );
}

#[test]
fn g3_what_cannot_be_better_stays() {
    for assignor in [Sticky, CooperativeSticky] {
        check(
            assignor,
            "1*1 2*1 3*1 4*1 5*1 6*1",
            &[
                "consumer1 {1,2} g1 owns 1:0",
                "consumer2 {1,2,3,4} g1 owns 2:0 3:0",
                "consumer3 {2,3,4,5,6} g1 owns 4:0 5:0 6:0",
            ],
            "consumer1=[1:0] consumer2=[2:0 3:0] consumer3=[4:0 5:0 6:0]",
        );
    }
}

#[test]
fn g4_fresh_and_g5_after_a_leave() {
    check(
        Sticky,
        "t0*1 t1*2 t2*3",
        &["C0 {t0}", "C1 {t0,t1}", "C2 {t0,t1,t2}"],
        "C0=[t0:0] C1=[t1:0-1] C2=[t2:0-2]",
    );
    check(
        Sticky,
        "t0*1 t1*2 t2*3",
        &["C1 {t0,t1} g1 owns t1:0-1", "C2 {t0,t1,t2} g1 owns t2:0-2"],
        "C1=[t1:0-1 t0:0] C2=[t2:0-2]",
    );
}

#[test]
fn g6_fresh_without_racks() {
    check(
        Sticky,
        "t1*6 t2*7 t3*2",
        &["0 {t1,t2,t3}", "1 {t1,t2,t3}", "2 {t1,t3}"],
        "0=[t2:0 t2:2 t2:4 t2:6 t1:5] 1=[t2:1 t2:3 t2:5 t1:3 t3:0] 2=[t1:0-2 t1:4 t3:1]",
    );
}

#[test]
fn g7_cooperative_withholds_and_g8_sticky_hands_over() {
    check(
        CooperativeSticky,
        "t1*6 t2*7 t3*2",
        &[
            "0 {t1,t2,t3} owns t1:0-4",
            "1 {t1,t2,t3} owns t1:5 t2:0-3",
            "2 {t1,t3} owns t2:4-6 t3:0-1",
        ],
        "0=[t1:2-4] 1=[t2:0-3] 2=[t3:0-1]",
    );
    check(
        Sticky,
        "t1*6 t2*7 t3*2",
        &[
            "0 {t1,t2,t3} owns t1:0-4",
            "1 {t1,t2,t3} owns t1:5 t2:0-3",
            "2 {t1,t3} owns t2:4-6 t3:0-1",
        ],
        "0=[t1:2-4 t2:4 t2:6] 1=[t2:0-3 t2:5] 2=[t3:0-1 t1:0-1 t1:5]",
    );
}

#[test]
fn g9_fresh_on_racks() {
    let members = ["0 [a] {t1,t2,t3}", "1 [b] {t1,t2,t3}", "2 [c] {t1,t3}"];
    check(
        Sticky,
        &three_topics_on_racks([6, 7, 2], 1),
        &members,
        "0=[t2:0 t2:3 t2:6 t1:3 t2:2] 1=[t2:1 t2:4 t1:4 t3:0 t2:5] \
         2=[t1:2 t1:5 t3:1 t1:0-1]",
    );
    check(
        Sticky,
        &three_topics_on_racks([6, 7, 2], 2),
        &members,
        "0=[t2:0 t2:2 t2:5-6 t1:3] 1=[t2:1 t2:3-4 t1:0 t3:0] 2=[t1:1-2 t1:4-5 t3:1]",
    );
}

#[test]
fn g10_owners_in_the_wrong_racks() {
    check(
        CooperativeSticky,
        &three_topics_on_racks([6, 7, 2], 1),
        &[
            "0 [a] {t1,t2,t3} owns t1:0-4",
            "1 [b] {t1,t2,t3} owns t1:5 t2:0-3",
            "2 [c] {t1,t3} owns t2:4-6 t3:0-1",
        ],
        "0=[t1:3] 1=[t2:1] 2=[t3:1]",
    );
}

const G11: [&str; 3] = [
    "A {t2,t3} g3 owns t1:0 t2:0",
    "B {t1} g5 owns t1:0-5",
    "C {t1,t3} g5 owns t3:0-1",
];

#[test]
fn g11_an_outdated_claim_is_honoured_without_a_subscription() {
    check(
        Sticky,
        "t1*6 t2*1 t3*2",
        &G11,
        "A=[t2:0 t1:0] B=[t1:2-5] C=[t3:0-1 t1:1]",
    );
    check(
        CooperativeSticky,
        "t1*6 t2*1 t3*2",
        &G11,
        "A=[t2:0 t1:0] B=[t1:2-5] C=[t3:0-1]",
    );
}

#[test]
fn g12_an_outdated_claimant_that_cannot_take_part_is_a_null_pointer() {
    let members = [
        "A {t2} g3 owns t1:0 t2:0",
        "B {t1} g5 owns t1:0-3",
        "C {t1} g5",
    ];
    for assignor in [Sticky, CooperativeSticky] {
        let answer = assign(assignor, "t1*4 t2*1", &members);
        assert_eq!(answer, Err(AssignError::NullPointer));
    }
}

#[test]
fn g13_hash_order_decides_which_partition_moves_back() {
    check(
        Sticky,
        "t1*4 t2*2",
        &[
            "A {t1,t2} g2 owns t1:1-3 t2:0-1",
            "B {t2} g1",
            "C {t2} g2",
            "D {t1,t2} g2",
        ],
        "A=[t1:3 t1:2] B=[t2:0] C=[t2:1] D=[t1:0-1]",
    );
}

#[test]
fn g14_three_generations_of_claims_in_any_order() {
    for generations in [
        [1, 2, 3],
        [1, 3, 2],
        [2, 1, 3],
        [2, 3, 1],
        [3, 1, 2],
        [3, 2, 1],
    ] {
        let mut texts: Vec<String> = ["consumer1", "consumer2", "consumer3"]
            .into_iter()
            .zip(generations)
            .map(|(id, generation)| {
                let own = 2 + generation;
                format!("{id} {{t,t1}} g{generation} owns t:2 t:{own}")
            })
            .collect();
        texts.push("consumer4 {t1}".to_owned());
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for assignor in [Sticky, CooperativeSticky] {
            let answer = assign(assignor, "t*6 t1*1", &texts).unwrap();
            let mut all: Vec<_> = answer.iter().flat_map(|(_, list)| list.clone()).collect();
            let total = all.len();
            all.sort();
            all.dedup();
            assert_eq!(all.len(), total, "no partition twice: {}", show(&answer));
            if assignor == Sticky {
                assert_eq!(total, 7);
                assert!(answer.iter().all(|(_, list)| (1..=2).contains(&list.len())));
            }
        }
    }
}

#[test]
fn g15_an_instance_remembers_the_newest_generation() {
    let topics = "t1*2 t2*1";
    let members = [
        "A {t1,t2} g2",
        "B {t1,t2} g3 owns t1:1 t2:0",
        "C {t2} g2 owns t1:1",
    ];
    check(
        CooperativeSticky,
        topics,
        &members,
        "A=[t1:0] B=[t2:0] C=[t1:1]",
    );
    let mut used = Assignor::new(CooperativeSticky);
    assign_with(&mut used, "t1*1", &["A {t1} g50 owns t1:0"]).unwrap();
    let answer = assign_with(&mut used, topics, &members).unwrap();
    assert_eq!(show(&answer), show(&expected("A=[t1:0] B=[t1:1] C=[]")));
}

/// Moves must not swap partitions of one topic between two members.
#[test]
fn g16_a_member_of_many_leaves() {
    let topics: Vec<String> = (1..20).map(|n| format!("topic{n:02}*{n}")).collect();
    let topics = topics.join(" ");
    let text = |n: usize, owned: &[TopicPartition]| {
        let subscription: Vec<String> = (1..=n).map(|t| format!("topic{t:02}")).collect();
        let owned: Vec<String> = owned.iter().map(ToString::to_string).collect();
        let subscription = subscription.join(",");
        format!(
            "consumer{n:02} {{{subscription}}} g1 owns {}",
            owned.join(" ")
        )
    };
    let all: Vec<String> = (1..20).map(|n| text(n, &[])).collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let before = assign(Sticky, &topics, &all).unwrap();
    check_balanced(&before, 190);

    let stay = (1..20).zip(&before).filter(|(n, _)| *n != 10);
    let texts: Vec<String> = stay.map(|(n, (_, owned))| text(n, owned)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let after = assign(Sticky, &topics, &texts).unwrap();
    check_balanced(&after, 190);

    let owners = |assignment: &[(String, Vec<TopicPartition>)]| -> BTreeMap<_, _> {
        let pairs = assignment.iter();
        let pairs = pairs.flat_map(|(id, list)| list.iter().map(|held| (held.clone(), id.clone())));
        pairs.collect()
    };
    let (from, to) = (owners(&before), owners(&after));
    let moves: BTreeSet<(&str, &str, &str)> = from
        .iter()
        .filter(|(_, owner)| *owner != "consumer10")
        .map(|(held, owner)| (&*held.topic, owner.as_str(), to[held].as_str()))
        .filter(|(_, from, to)| from != to)
        .collect();
    for (topic, from, to) in &moves {
        assert!(
            !moves.contains(&(topic, to, from)),
            "{topic}: {from} and {to} swap"
        );
    }
}

/// Every partition once, and nobody could take one from a member that has two more. Members
/// subscribe to as many of the topics as their number says.
fn check_balanced(assignment: &[(String, Vec<TopicPartition>)], partitions: usize) {
    let number = |text: &str| -> usize { text[text.len() - 2..].parse().unwrap() };
    let all = assignment.iter().flat_map(|(_, list)| list);
    assert_eq!(all.clone().collect::<BTreeSet<_>>().len(), partitions);
    assert_eq!(all.count(), partitions);
    for (id, list) in assignment {
        for held in list {
            assert!(number(&held.topic) <= number(id));
            for (other, less) in assignment {
                let could = number(&held.topic) <= number(other);
                assert!(
                    !could || less.len() + 1 >= list.len(),
                    "{held} of {id}, {other}"
                );
            }
        }
    }
}

#[test]
fn g17_a_member_without_topics_gets_nothing() {
    check(Sticky, "t*2", &["A {t}", "B {}"], "A=[t:0-1] B=[]");
}

/// Two things have to come together for moves that could be undone where nobody owns anything. The
/// only claim is on a topic that its member no longer subscribes to, which makes the moves those of
/// the second round. And as every move makes the group more even, the measure of it overflows: the
/// sum of all differences is 2147483650 before the moves, in Java's int -2147483646, and 2147483644
/// after them.
#[test]
fn g18_fresh_members_are_balanced_and_nothing_is_reverted() {
    let mut cluster = cluster("t0*4 t1*53 idle*1");
    let mut group = members(Sticky, &["a0 {t1}", "a1 {t0} g1 owns t1:0", "a2 {t0,t1}"]);
    for number in 0..44_200 {
        let topic = format!("b{:04}", number / 10);
        group.push(GroupMember::new(format!("b-{number:05}"), [&*topic]));
        cluster.insert(topic, Topic::new(10));
    }
    group.extend((0..48_469).map(|number| GroupMember::new(format!("c-{number}"), ["idle"])));

    let mut events = Vec::new();
    let mut assignor = Assignor::new(Sticky);
    let told = assignor.assign_to_listener(&cluster, &group, &mut events);
    let moves = |event: &&Event| matches!(event, Event::Moved { .. });
    assert_eq!(events.iter().filter(moves).count(), 3);
    for assignment in [told, Assignor::new(Sticky).assign(&cluster, &group)] {
        let sizes = assignment.unwrap();
        let sizes = sizes.iter().map(|(_, list)| list.len());
        let mut sizes: Vec<usize> = sizes.collect();
        sizes.sort_unstable();
        assert_eq!(sizes[sizes.len() - 3..], [4, 26, 27]);
    }
}

/// Kafka 3.9.1 was seen to run on without end.
#[test]
fn moves_can_go_in_circles() {
    let answer = assign(
        CooperativeSticky,
        "orders*5 payments*6 t10=c/c/c/a/c ta=a tb*7",
        &[
            "c-8 {tb,tb} g0 owns tb:0",
            "c-4 [a] {tb} g1 owns payments:2 orders:4",
            "a-2 {orders} g2",
            "a-0 {payments} g0",
            "a-1 {payments} g0 owns payments:0",
            "a-00 {t10,payments,ta} g0 owns ta:1",
            "a-3 {orders,tb} g0 owns tb:3-6",
        ],
    );
    assert_eq!(answer, Err(AssignError::Endless));
}

/// So many ids with one hash that the map of assignments, a copy of the map of members, has another
/// order; of two members that own `users:4` before 3.5.2, Java takes the one that comes last in it.
#[test]
fn a_copy_of_a_crowded_map_has_another_order() {
    for version in [KafkaVersion::new(3, 4, 1), KafkaVersion::new(3, 5, 1)] {
        let mut assignor = Assignor::of_version(CooperativeSticky, version).unwrap();
        let answer = assign_with(
            &mut assignor,
            "users*5",
            &[
                "AaBBBBAaAaAa {}",
                "BBAaBBAaBBAa {}",
                "AaBBBBAaBBBB {}",
                "AaAaAaBBBBBB {}",
                "BBBBBBBBAaBB {}",
                "BBBBBBAaAaAa {users} owns users:4",
                "AaBBBBAaBBAa {}",
                "BBAaBBBBBBBB {} g5 owns users:4",
                "AaBBAaAaAaBB {}",
                "AaBBAaBBBBAa {}",
                "AaAaBBAaBBBB {users}",
                "BBBBAaBBAaAa {users}",
                "BBBBBBAaBBBB {users} g5 owns users:7 users:4 users:6",
            ],
        );
        let mut answer = answer.unwrap();
        answer.retain(|(_, list)| !list.is_empty());
        assert_eq!(
            show(&answer),
            "BBBBBBAaAaAa=[users:2 users:4] AaAaBBAaBBBB=[users:0 users:3] \
             BBBBAaBBAaAa=[users:1] BBBBBBAaBBBB=[users:7 users:6]"
        );
    }
}
