//! The sticky assignors where all members subscribe to the same topics.

use std::collections::BTreeMap;

use assignor_core::assign::AssignorName::{CooperativeSticky, Sticky};
use assignor_core::assign::{AssignError, Assignor, TopicPartition, user_data};

use crate::case::{assign, check, cluster, members, partitions, three_topics_on_racks};

#[test]
fn c1_fresh_members_take_turns() {
    check(
        Sticky,
        "t1*3 t2*3",
        &["consumer1 {t1,t2}", "consumer2 {t1,t2}"],
        "consumer1=[t1:0 t1:2 t2:1] consumer2=[t1:1 t2:0 t2:2]",
    );
}

#[test]
fn c2_more_members_than_partitions() {
    check(
        Sticky,
        "t*2",
        &["a {t}", "b {t}", "c {t}"],
        "a=[t:0] b=[t:1] c=[]",
    );
}

#[test]
fn c3_owners_keep_and_the_rest_is_dealt() {
    check(
        Sticky,
        "1*2 2*3",
        &[
            "consumer1 {1,2} g1 owns 1:0 2:1",
            "consumer2 {1,2} g1 owns 1:1 2:2",
        ],
        "consumer1=[1:0 2:1 2:0] consumer2=[1:1 2:2]",
    );
}

const C4: [&str; 3] = [
    "consumer1 {1,2} g1 owns 1:0 2:0",
    "consumer2 {1,2} g1 owns 1:1 2:1",
    "consumer3 {1,2}",
];

#[test]
fn c4_hash_order_decides_who_keeps_two() {
    check(
        Sticky,
        "1*2 2*2",
        &C4,
        "consumer1=[1:0] consumer2=[1:1 2:1] consumer3=[2:0]",
    );
    check(
        CooperativeSticky,
        "1*2 2*2",
        &C4,
        "consumer1=[1:0] consumer2=[1:1 2:1] consumer3=[]",
    );
}

#[test]
fn c5_a_newcomer_is_dealt_before_an_owner_gets_one_more() {
    check(
        Sticky,
        "1*2 2*3",
        &[
            "consumer1 {1,2} g1 owns 1:0",
            "consumer2 {1,2} g1 owns 1:1",
            "consumer3 {1,2}",
        ],
        "consumer1=[1:0 2:1] consumer2=[1:1 2:2] consumer3=[2:0]",
    );
}

#[test]
fn c6_cooperative_takes_two_rounds() {
    check(
        CooperativeSticky,
        "t*3",
        &["consumer1 {t} g1 owns t:0-2", "consumer2 {t}"],
        "consumer1=[t:0-1] consumer2=[]",
    );
    check(
        CooperativeSticky,
        "t*3",
        &["consumer1 {t} g2 owns t:0-1", "consumer2 {t} g2"],
        "consumer1=[t:0-1] consumer2=[t:2]",
    );
}

#[test]
fn c7_two_join_and_c8_two_leave() {
    check(
        Sticky,
        "1*3 2*4",
        &[
            "consumer1 {1,2} g1 owns 1:0 1:2 2:1 2:3",
            "consumer2 {1,2} g1 owns 1:1 2:0 2:2",
            "consumer3 {1,2}",
            "consumer4 {1,2}",
        ],
        "consumer1=[1:0 2:1] consumer2=[2:0 1:1] consumer3=[1:2 2:3] consumer4=[2:2]",
    );
    check(
        Sticky,
        "1*3 2*4",
        &[
            "consumer3 {1,2} g2 owns 1:2 2:3",
            "consumer4 {1,2} g2 owns 2:2",
        ],
        "consumer3=[1:2 2:3 1:0 2:1] consumer4=[2:2 1:1 2:0]",
    );
}

#[test]
fn c9_a_member_below_its_share_keeps_what_it_has() {
    check(
        Sticky,
        "t*4",
        &[
            "consumer1 {t} g1 owns t:0-1",
            "consumer2 {t} g1 owns t:2",
            "consumer3 {t}",
        ],
        "consumer1=[t:0-1] consumer2=[t:2] consumer3=[t:3]",
    );
}

const C10: [&str; 3] = [
    "consumer1 {t} g1 owns t:0-1",
    "consumer2 {t} g1 owns t:0 t:2",
    "consumer3 {t}",
];

#[test]
fn c10_a_double_claim_belongs_to_nobody() {
    check(
        Sticky,
        "t*3",
        &C10,
        "consumer1=[t:1] consumer2=[t:2] consumer3=[t:0]",
    );
    check(
        CooperativeSticky,
        "t*3",
        &C10,
        "consumer1=[t:1] consumer2=[t:2] consumer3=[]",
    );
}

#[test]
fn c11_a_double_claim_and_one_more_partition() {
    check(
        Sticky,
        "t*4",
        &C10,
        "consumer1=[t:1 t:3] consumer2=[t:2] consumer3=[t:0]",
    );
    check(
        CooperativeSticky,
        "t*4",
        &C10,
        "consumer1=[t:1 t:3] consumer2=[t:2] consumer3=[]",
    );
}

#[test]
fn c12_a_newer_claim_after_a_conflict_still_loses() {
    check(
        CooperativeSticky,
        "t*3",
        &[
            "A {t} g5 owns t:0",
            "B {t} g5 owns t:0",
            "C {t} g6 owns t:0",
        ],
        "A=[] B=[t:1] C=[t:2]",
    );
}

#[test]
fn c13_a_newer_claim_before_the_others_wins() {
    check(
        CooperativeSticky,
        "t*3",
        &[
            "A {t} g6 owns t:0",
            "B {t} g5 owns t:0",
            "C {t} g5 owns t:0",
        ],
        "A=[t:0] B=[t:1] C=[t:2]",
    );
}

#[test]
fn c14_a_member_without_topics_in_front_gets_partitions() {
    check(
        CooperativeSticky,
        "t*2",
        &["A {}", "B {t}"],
        "A=[t:0] B=[t:1]",
    );
}

#[test]
fn c15_a_member_without_topics_behind_gets_none() {
    check(
        CooperativeSticky,
        "t*2",
        &["A {t}", "B {}"],
        "A=[t:0-1] B=[]",
    );
}

#[test]
fn c16_the_newer_generation_wins_every_partition() {
    check(
        CooperativeSticky,
        "1*3 2*3",
        &[
            "consumer1 {1,2} g10 owns 1:0 1:2 2:1",
            "consumer2 {1,2} g9 owns 1:0 1:2 2:1",
        ],
        "consumer1=[1:0 2:1 1:2] consumer2=[1:1 2:0 2:2]",
    );
}

#[test]
fn c17_a_partition_past_the_end_is_kept() {
    check(
        Sticky,
        "t1*2",
        &["A {t1} g1 owns t1:5", "B {t1} g1"],
        "A=[t1:5] B=[t1:0-1]",
    );
}

#[test]
fn c18_a_partition_past_the_end_can_break_the_assignment() {
    let members = ["A {t1,t2} g1 owns t1:5 t2:0", "B {t1,t2} g1 owns t2:1"];
    for assignor in [Sticky, CooperativeSticky] {
        let answer = assign(assignor, "t1*2 t2*2", &members);
        assert_eq!(answer, Err(AssignError::IllegalState));
    }
}

#[test]
fn c19_a_deleted_topic_is_forgotten() {
    check(
        Sticky,
        "t1*2",
        &["A {t1} g1 owns gone:0 t1:0", "B {t1} g1 owns t1:1"],
        "A=[t1:0] B=[t1:1]",
    );
}

#[test]
fn c20_a_partition_listed_twice_conflicts_with_itself() {
    check(
        CooperativeSticky,
        "t1*2",
        &["A {t1} g1 owns t1:0 t1:0", "B {t1} g1"],
        "A=[] B=[t1:1]",
    );
}

#[test]
fn c21_generations_decide_partition_by_partition() {
    check(
        CooperativeSticky,
        "1*3 2*3",
        &[
            "consumer1 {1,2} g10 owns 1:0 2:1 1:1",
            "consumer2 {1,2} g8 owns 1:0 2:1 2:2",
        ],
        "consumer1=[1:0-1 2:1] consumer2=[2:2 1:2 2:0]",
    );
}

#[test]
fn c22_three_generations_of_claims() {
    check(
        CooperativeSticky,
        "topic*3 topic2*3 topic3*3",
        &[
            "consumer1 {topic,topic2,topic3} g10 owns topic:0 topic2:0 topic3:0",
            "consumer2 {topic,topic2,topic3} g9 owns topic:1 topic2:1 topic3:1",
            "consumer3 {topic,topic2,topic3} g8 owns topic2:1 topic3:0 topic3:2",
        ],
        "consumer1=[topic:0 topic2:0 topic3:0] consumer2=[topic:1 topic2:1 topic3:1] \
         consumer3=[topic3:2 topic:2 topic2:2]",
    );
}

#[test]
fn c23_a_member_without_generation_gets_what_is_left() {
    check(
        CooperativeSticky,
        "topic*3 topic1*3 topic2*3 topic3*3",
        &[
            "consumer1 {topic,topic1,topic2,topic3}",
            "consumer2 {topic,topic1,topic2,topic3} g9 owns topic:0 topic2:0 topic1:0",
            "consumer3 {topic,topic1,topic2,topic3} g8 owns topic3:2 topic2:2 topic1:1",
            "consumer4 {topic,topic1,topic2,topic3} g7 owns topic3:1 topic:1 topic:2",
        ],
        "consumer1=[topic1:2 topic2:1 topic3:0] consumer2=[topic:0 topic1:0 topic2:0] \
         consumer3=[topic1:1 topic2:2 topic3:2] consumer4=[topic:1 topic3:1 topic:2]",
    );
}

#[test]
fn c24_generations_in_the_user_data_of_older_members() {
    let mut group = members(
        CooperativeSticky,
        &["c1 {t1} owns t1:0", "c2 {t1} owns t1:1", "c3 {t1} g1"],
    );
    for older in &mut group[..2] {
        older.user_data = Some(user_data::encode_cooperative(1));
    }
    let assignment = Assignor::new(CooperativeSticky)
        .assign(&cluster("t1*3"), &group)
        .unwrap();
    for (member, held) in [("c1", "t1:0"), ("c2", "t1:1"), ("c3", "t1:2")] {
        let list = assignment.get(member).unwrap();
        assert_eq!(list.collect::<Vec<_>>(), partitions(held));
    }
}

#[test]
fn c25_the_first_in_hash_order_keeps_three() {
    check(
        Sticky,
        "t*9",
        &[
            "C1 {t} g1 owns t:0-2",
            "C2 {t} g1 owns t:3-5",
            "C3 {t} g1 owns t:6-8",
            "C4 {t}",
        ],
        "C1=[t:0-1] C2=[t:3-4] C3=[t:6-8] C4=[t:2 t:5]",
    );
}

#[test]
fn c26_other_ids_have_another_order() {
    check(
        Sticky,
        "t*9",
        &[
            "consumer1 {t} g1 owns t:0-2",
            "consumer2 {t} g1 owns t:3-5",
            "consumer3 {t} g1 owns t:6-8",
            "consumer4 {t}",
        ],
        "consumer1=[t:0-1] consumer2=[t:3-4] consumer3=[t:6-8] consumer4=[t:2 t:5]",
    );
}

#[test]
fn c27_members_of_one_hash_iterate_in_join_order() {
    let mut members = [
        "AaAa {t} g1 owns t:0-2",
        "AaBB {t} g1 owns t:3-5",
        "BBAa {t} g1 owns t:6-8",
        "BBBB {t}",
    ];
    check(
        Sticky,
        "t*9",
        &members,
        "AaAa=[t:0-2] AaBB=[t:3-4] BBAa=[t:6-7] BBBB=[t:5 t:8]",
    );
    members.reverse();
    check(
        Sticky,
        "t*9",
        &members,
        "BBBB=[t:2 t:5] BBAa=[t:6-8] AaBB=[t:3-4] AaAa=[t:0-1]",
    );
}

#[test]
fn c28_the_size_of_the_table_decides_who_gives() {
    for (members, giver) in [(11, 10), (12, 12)] {
        let mut texts: Vec<String> = (1..=members)
            .map(|n| format!("m{n} {{t}} g1 owns t:{} t:{}", 2 * n - 2, 2 * n - 1))
            .collect();
        texts.push("znew {t}".to_owned());
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let answer = assign(Sticky, &format!("t*{}", members * 2), &texts).unwrap();
        for (number, (member, list)) in (1..).zip(&answer) {
            let expected = if number == giver || number > members {
                1
            } else {
                2
            };
            assert_eq!(list.len(), expected, "{member} of {members}");
        }
        let moved = format!("t:{}", 2 * giver - 1);
        assert_eq!(answer.last().unwrap().1[0].to_string(), moved);
    }
}

#[test]
fn c29_an_owner_of_all_keeps_some_of_every_topic() {
    check(
        Sticky,
        "t1*4 t2*4",
        &["A {t1,t2} g1 owns t1:0-3 t2:0-3", "B {t1,t2}"],
        "A=[t1:0 t2:0 t1:1 t2:1] B=[t1:2-3 t2:2-3]",
    );
}

#[test]
fn c30_members_keep_a_share_of_every_topic_through_joins_and_leaves() {
    let ids = ["consumer1", "consumer2", "consumer3", "consumer4"];
    let mut owned: BTreeMap<String, Vec<TopicPartition>> = BTreeMap::new();
    for (generation, count) in (1..).zip([1, 2, 4, 2]) {
        let (ids, _) = ids.split_at(count);
        let texts = ids.iter().map(|id| {
            let owned = owned.get(*id).into_iter().flatten();
            let owned: Vec<String> = owned.map(ToString::to_string).collect();
            format!("{id} {{t1,t2}} g{generation} owns {}", owned.join(" "))
        });
        let texts: Vec<String> = texts.collect();
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        owned = assign(Sticky, "t1*12 t2*12", &texts)
            .unwrap()
            .into_iter()
            .collect();
        assert_eq!(owned.len(), count);
        for (member, list) in &owned {
            for topic in ["t1", "t2"] {
                let share = list.iter().filter(|held| &*held.topic == topic).count();
                assert_eq!(share, 12 / count, "{topic} of {member}, {count} members");
            }
        }
    }
}

#[test]
fn c31_user_data_without_a_generation() {
    let mut group = members(
        Sticky,
        &[
            "consumer1 {topic} g1 owns topic:0 topic:2",
            "consumer2 {topic}",
            "consumer3 {topic}",
        ],
    );
    group[1].user_data = Some(user_data::encode_sticky_v0(&partitions("topic:1")).unwrap());
    group[2].user_data = None;
    let assignment = Assignor::new(Sticky)
        .assign(&cluster("topic*3"), &group)
        .unwrap();
    for (member, held) in [
        ("consumer1", "topic:0"),
        ("consumer2", "topic:1"),
        ("consumer3", "topic:2"),
    ] {
        let list = assignment.get(member).unwrap();
        assert_eq!(list.collect::<Vec<_>>(), partitions(held));
    }
}

#[test]
fn c32_fresh_members_on_racks() {
    for replicas in [1, 2] {
        check(
            Sticky,
            &three_topics_on_racks([6, 7, 2], replicas),
            &["0 [a] {t1,t2,t3}", "1 [b] {t1,t2,t3}", "2 [c] {t1,t2,t3}"],
            "0=[t1:0 t1:3 t2:0 t2:3 t2:6] 1=[t1:1 t1:4 t2:1 t2:4 t3:0] \
             2=[t1:2 t1:5 t2:2 t2:5 t3:1]",
        );
    }
}

#[test]
fn c33_what_is_in_the_wrong_rack_is_given_up_and_withheld() {
    check(
        CooperativeSticky,
        &three_topics_on_racks([6, 7, 2], 1),
        &[
            "0 [a] {t1,t2,t3} owns t1:0-4",
            "1 [b] {t1,t2,t3} owns t1:5 t2:0-3",
            "2 [c] {t1,t2,t3} owns t2:4-6 t3:0-1",
        ],
        "0=[t1:0 t1:3] 1=[t2:1] 2=[t3:1 t2:5]",
    );
}

#[test]
fn c34_two_partitions_change_racks() {
    check(
        CooperativeSticky,
        "t=a/b/a/b",
        &["c0 [a] {t} owns t:0-1", "c1 [b] {t} owns t:2-3"],
        "c0=[t:0] c1=[t:3]",
    );
}

#[test]
fn c35_nothing_to_assign() {
    check(Sticky, "", &["a {t}", "b {t}"], "a=[] b=[]");
}

#[test]
fn c36_the_only_topic_is_deleted() {
    check(Sticky, "", &["a {t} g1 owns t:0"], "a=[]");
}

#[test]
fn no_members_is_a_division_by_zero() {
    assert_eq!(assign(Sticky, "t*1", &[]), Err(AssignError::Arithmetic));
}
