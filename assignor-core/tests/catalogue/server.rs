//! The broker's assignors. T1 to T4 are the topic ids of Kafka's own tests; members A, B and C
//! iterate alphabetically.

use assignor_core::assign::AssignorName::Range as ClientRange;
use assignor_core::assign::TopicPartition;
use assignor_core::assign::server::AssignorName::{self, Range, Uniform};
use assignor_core::assign::server::SubscriptionType::{self, Heterogeneous, Homogeneous};
use assignor_core::assign::server::{AssignError, Assignor, GroupSpec, MapOrder, MemberSpec};
use assignor_core::java::Uuid;
use assignor_core::version::KafkaVersion;

use crate::case::{cluster, expected, member, show};

/// `T1-A4s3VTwiI5CTbEp6POw` and so on; the last exists nowhere.
const TOPICS: [(&str, Uuid); 5] = [
    (
        "T1",
        uuid(5_719_431_763_388_092_168, -8_582_694_466_532_503_749),
    ),
    (
        "T2",
        uuid(5_723_936_462_527_090_440, -8_582_310_736_236_210_095),
    ),
    (
        "T3",
        uuid(5_728_440_547_385_101_488, -5_483_832_779_831_455_567),
    ),
    (
        "T4",
        uuid(5_732_963_320_014_916_784, -5_484_127_811_987_435_343),
    ),
    ("absent", uuid(0, 9)),
];

const fn uuid(most_significant: i64, least_significant: i64) -> Uuid {
    Uuid {
        most_significant,
        least_significant,
    }
}

fn id(name: &str) -> Uuid {
    let found = TOPICS.iter().find(|(known, _)| *known == name);
    found.unwrap().1
}

fn name(id: Uuid) -> &'static str {
    let found = TOPICS.iter().find(|(_, known)| *known == id);
    found.unwrap().0
}

/// The written form is that of the consumer's groups.
fn member_spec(text: &str) -> MemberSpec {
    let member = member(ClientRange, text);
    let mut current: Vec<(Uuid, Vec<u32>)> = Vec::new();
    for held in &member.owned_partitions {
        match current.last_mut() {
            Some((topic, partitions)) if *topic == id(&held.topic) => {
                partitions.push(held.partition);
            }
            _ => current.push((id(&held.topic), vec![held.partition])),
        }
    }
    MemberSpec {
        member_id: member.member_id.to_string(),
        instance_id: member.group_instance_id.as_deref().map(str::to_owned),
        topics: member.subscription.iter().map(|topic| id(topic)).collect(),
        current,
    }
}

fn group(subscription_type: SubscriptionType, topics: &str, members: &[&str]) -> GroupSpec {
    let cluster = cluster(topics);
    let topics = cluster.topics();
    GroupSpec {
        subscription_type,
        topics: topics
            .map(|(name, topic)| (id(name), topic.partitions()))
            .collect(),
        members: members.iter().map(|text| member_spec(text)).collect(),
        order: MapOrder::Java,
    }
}

fn answer(assignor: Assignor, group: &GroupSpec) -> String {
    let assignment = assignor.assign(group).unwrap();
    let members = group.members.iter().map(|member| {
        let held = assignment.get(&member.member_id).unwrap();
        let mut list: Vec<TopicPartition> = held
            .iter()
            .flat_map(|(topic, partitions)| {
                let partitions = partitions.iter();
                partitions.map(|&partition| TopicPartition::new(name(*topic), partition))
            })
            .collect();
        list.sort();
        (member.member_id.clone(), list)
    });
    show(&members.collect::<Vec<_>>())
}

#[track_caller]
fn check_group(assignor: AssignorName, group: &GroupSpec, assignment: &str) {
    let answer = answer(Assignor::new(assignor), group);
    assert_eq!(answer, show(&expected(assignment)));
}

#[track_caller]
fn check(
    assignor: AssignorName,
    kind: SubscriptionType,
    topics: &str,
    members: &[&str],
    assignment: &str,
) {
    check_group(assignor, &group(kind, topics, members), assignment);
}

/// The same with maps that iterate as written.
#[track_caller]
fn check_given(kind: SubscriptionType, topics: &str, members: &[&str], assignment: &str) {
    let group = GroupSpec {
        order: MapOrder::Given,
        ..group(kind, topics, members)
    };
    check_group(Uniform, &group, assignment);
}

#[test]
fn s1_the_pool_is_dealt_in_runs() {
    check(
        Uniform,
        Homogeneous,
        "T1*3 T3*2",
        &["A {T1,T3}", "B {T1,T3}"],
        "A=[T3:0-1] B=[T1:0-2]",
    );
}

#[test]
fn s2_the_last_members_get_the_extras() {
    check(
        Uniform,
        Homogeneous,
        "T3*2",
        &["A {T3}", "B {T3}", "C {T3}"],
        "A=[] B=[T3:0] C=[T3:1]",
    );
}

#[test]
fn s3_four_over_three() {
    check(
        Uniform,
        Homogeneous,
        "T1*4",
        &["A {T1}", "B {T1}", "C {T1}"],
        "A=[T1:0] B=[T1:1] C=[T1:2-3]",
    );
}

#[test]
fn s4_five_over_three() {
    let members = ["A {T1}", "B {T1}", "C {T1}"];
    check(
        Uniform,
        Homogeneous,
        "T1*5",
        &members,
        "A=[T1:0] B=[T1:1-2] C=[T1:3-4]",
    );
    // In 4.0.0 the first members got them.
    let before = Assignor::of_version(Uniform, KafkaVersion::new(4, 0, 0)).unwrap();
    let group = group(Homogeneous, "T1*5", &members);
    let first = "A=[T1:0-1] B=[T1:2-3] C=[T1:4]";
    assert_eq!(answer(before, &group), show(&expected(first)));
}

#[test]
fn s5_a_balanced_group_stays() {
    check(
        Uniform,
        Homogeneous,
        "T1*5",
        &[
            "A {T1} owns T1:0-1",
            "B {T1} owns T1:2",
            "C {T1} owns T1:3-4",
        ],
        "A=[T1:0-1] B=[T1:2] C=[T1:3-4]",
    );
}

#[test]
fn s6_the_order_of_the_map_decides_which_topic_is_kept() {
    let topics = "T1*3 T2*3";
    let members = ["A {T1,T2} owns T1:0-1 T2:0-1", "B {T1,T2} owns T1:2 T2:2"];
    let given = "A=[T1:0-1 T2:0] B=[T1:2 T2:1-2]";
    check_given(Homogeneous, topics, &members, given);
    let java = "A=[T1:0 T2:0-1] B=[T1:1-2 T2:2]";
    check(Uniform, Homogeneous, topics, &members, java);
}

#[test]
fn s7_new_partitions_go_where_room_is() {
    check(
        Uniform,
        Homogeneous,
        "T1*6 T2*5",
        &[
            "A {T1,T2} owns T1:0 T1:2 T2:0",
            "B {T1,T2} owns T1:1 T2:1-2",
        ],
        "A=[T1:0 T1:2 T2:0 T2:3-4] B=[T1:1 T1:3-5 T2:1-2]",
    );
}

#[test]
fn s8_a_member_joins() {
    let topics = "T1*3 T2*3";
    let members = [
        "A {T1,T2} owns T1:0 T1:2 T2:0",
        "B {T1,T2} owns T1:1 T2:1-2",
        "C {T1,T2}",
    ];
    let given = "A=[T1:0 T1:2] B=[T1:1 T2:1] C=[T2:0 T2:2]";
    check_given(Homogeneous, topics, &members, given);
    let java = "A=[T1:0 T2:0] B=[T2:1-2] C=[T1:1-2]";
    check(Uniform, Homogeneous, topics, &members, java);
}

#[test]
fn s9_a_member_has_left() {
    check(
        Uniform,
        Homogeneous,
        "T1*3 T2*3",
        &["A {T1,T2} owns T1:0 T2:0", "B {T1,T2} owns T1:1 T2:1"],
        "A=[T1:0 T2:0 T2:2] B=[T1:1-2 T2:1]",
    );
}

#[test]
fn s10_a_topic_is_dropped() {
    check(
        Uniform,
        Homogeneous,
        "T1*2 T2*2",
        &["A {T2} owns T1:0 T2:0", "B {T2} owns T1:1 T2:1"],
        "A=[T2:0] B=[T2:1]",
    );
}

#[test]
fn s11_without_topics_everyone_is_left_out_and_an_absent_topic_throws() {
    let nothing = group(Homogeneous, "T1*2", &["A {}", "B {}"]);
    let assignment = Assignor::new(Uniform).assign(&nothing).unwrap();
    let members: Vec<_> = assignment.iter().collect();
    assert_eq!(members, [("A", None), ("B", None)]);

    for assignor in [Uniform, Range] {
        for kind in [Homogeneous, Heterogeneous] {
            let absent = group(kind, "T1*2", &["A {absent}"]);
            let error = Assignor::new(assignor).assign(&absent).unwrap_err();
            assert_eq!(error, AssignError::UnknownTopic(id("absent")));
            assert_eq!(error.java_name(), "PartitionAssignorException");
        }
    }
}

#[test]
fn s12_different_subscriptions() {
    check(
        Uniform,
        Heterogeneous,
        "T1*3 T3*6",
        &["A {T1,T3}", "B {T3}"],
        "A=[T1:0-2 T3:4] B=[T3:0-3 T3:5]",
    );
}

#[test]
fn s13_more_members_than_partitions_of_a_topic() {
    check(
        Uniform,
        Heterogeneous,
        "T1*2 T3*1",
        &["A {T3}", "B {T3}", "C {T1}"],
        "A=[T3:0] B=[] C=[T1:0-1]",
    );
}

#[test]
fn s14_new_topics_and_partitions() {
    check(
        Uniform,
        Heterogeneous,
        "T1*6 T2*4 T3*4",
        &[
            "A {T1} owns T1:0-2",
            "B {T1,T2} owns T1:3 T2:0",
            "C {T1,T2,T3} owns T1:4-5 T2:1-3 T3:0-3",
        ],
        "A=[T1:0-2 T1:5] B=[T1:3 T2:0-3] C=[T1:4 T3:0-3]",
    );
}

#[test]
fn s15_more_partitions() {
    check(
        Uniform,
        Heterogeneous,
        "T1*6 T2*5 T3*3 T4*3",
        &[
            "A {T1,T3} owns T1:0-3 T3:0-1",
            "B {T1,T2,T3,T4} owns T2:0-2 T4:0-2",
        ],
        "A=[T1:0-5 T3:0-2] B=[T2:0-4 T4:0-2]",
    );
}

#[test]
fn s16_what_is_not_subscribed_to_is_dropped() {
    check(
        Uniform,
        Heterogeneous,
        "T1*6 T2*7",
        &[
            "A {T1} owns T1:0 T1:2 T2:0",
            "B {T1,T2} owns T1:1 T2:1-2",
            "C {T1,T2}",
        ],
        "A=[T1:0 T1:2-5] B=[T1:1 T2:1-2 T2:6] C=[T2:0 T2:3-5]",
    );
}

#[test]
fn s17_half_of_all_moves() {
    check(
        Uniform,
        Heterogeneous,
        "T1*2 T2*2 T3*2",
        &["A {T1,T2,T3} owns T1:0-1 T2:0-1 T3:0-1", "B {T1,T2,T3}"],
        "A=[T2:0 T3:0-1] B=[T1:0-1 T2:1]",
    );
}

#[test]
fn s18_a_member_without_topics() {
    check(
        Uniform,
        Heterogeneous,
        "T1*3",
        &["A {T1}", "B {}"],
        "A=[T1:0-2] B=[]",
    );
}

#[test]
fn s19_range_with_equal_subscriptions() {
    check(
        Range,
        Homogeneous,
        "T1*3 T3*2",
        &["A {T1,T3}", "B {T1,T3}", "C {T1,T3}"],
        "A=[T1:0 T3:0] B=[T1:1 T3:1] C=[T1:2]",
    );
}

#[test]
fn s20_range_with_different_subscriptions() {
    check(
        Range,
        Heterogeneous,
        "T1*3 T2*3 T3*2",
        &["A {T1,T2}", "B {T3}", "C {T2,T3}"],
        "A=[T1:0-2 T2:0-1] B=[T3:0] C=[T2:2 T3:1]",
    );
}

#[test]
fn s21_range_puts_static_members_first() {
    for first in ["A", "memberA1"] {
        check(
            Range,
            Homogeneous,
            "T1*5",
            &[
                &format!("{first} #instanceA {{T1}}"),
                "B {T1}",
                "C #instanceC {T1}",
            ],
            &format!("{first}=[T1:0-1] B=[T1:4] C=[T1:2-3]"),
        );
    }
}

#[test]
fn s22_range_forgets() {
    check(
        Range,
        Heterogeneous,
        "T1*3 T2*3 T3*2",
        &[
            "A {T1} owns T1:0 T2:0",
            "B {T1,T2,T3} owns T1:1 T2:1",
            "C {T2} owns T1:2 T2:2",
        ],
        "A=[T1:0-1] B=[T1:2 T2:0-1 T3:0-1] C=[T2:2]",
    );
}

#[test]
fn s23_a_balanced_group_stays_in_every_order_of_members() {
    let members = [
        "A {T1,T2} owns T1:0 T2:0",
        "B {T1,T2} owns T1:1 T2:1 T2:3",
        "C {T1,T2} owns T1:2-3 T2:2",
    ];
    for order in [
        [0, 1, 2],
        [0, 2, 1],
        [1, 0, 2],
        [1, 2, 0],
        [2, 0, 1],
        [2, 1, 0],
    ] {
        let ordered = order.map(|at| members[at]);
        let unchanged = order.map(|at: usize| {
            let (head, owned) = members[at].split_once(" owns ").unwrap();
            format!("{}=[{owned}]", head.split_once(' ').unwrap().0)
        });
        for kind in [Homogeneous, Heterogeneous] {
            check_given(kind, "T1*4 T2*4", &ordered, &unchanged.join(" "));
        }
    }
}

/// Kafka ends the same way: a target assignment names partitions that its topic has.
#[test]
fn a_partition_past_the_end() {
    let past = group(Heterogeneous, "T1*2", &["A {T1} owns T1:2", "B {T1}"]);
    let error = Assignor::new(Uniform).assign(&past).unwrap_err();
    assert_eq!(error.java_name(), "ArrayIndexOutOfBoundsException");
    let past = group(Homogeneous, "T1*2", &["A {T1} owns T1:2-3", "B {T1}"]);
    let error = Assignor::new(Uniform).assign(&past).unwrap_err();
    assert_eq!(error, AssignError::PartitionsLeft);
}
