//! What is said about the cases, word for word.

use assignor_core::assign::Assignor;
use assignor_core::assign::AssignorName::{self, CooperativeSticky, Range, RoundRobin, Sticky};
use assignor_core::assign::measures::LeastMoves;
use assignor_core::assign::server;

use super::case::{cluster, members, three_topics_on_racks};

/// All sentences about a partition, one per line.
fn explain(assignor: AssignorName, topics: &str, texts: &[&str], partition: &str) -> String {
    let (cluster, members) = (cluster(topics), members(assignor, texts));
    let mut assignor = Assignor::new(assignor);
    let explanation = assignor.explain(&cluster, &members);
    let sentences = explanation.of_partition(&partition.parse().unwrap());
    let lines = sentences.iter().map(|sentence| sentence.text.as_str());
    lines.collect::<Vec<_>>().join("\n")
}

/// What changed hands: `t2 C1 -> C4`, each with its reasons on the lines below.
fn changes(assignor: AssignorName, topics: &str, texts: &[&str]) -> String {
    let (cluster, members) = (cluster(topics), members(assignor, texts));
    let mut assignor = Assignor::new(assignor);
    let explanation = assignor.explain(&cluster, &members);
    let lines = explanation.transfers().into_iter().flat_map(|transfer| {
        let from = transfer.from.unwrap_or("nobody");
        let to = transfer.to.unwrap_or("nobody");
        let head = format!("{} {from} -> {to}", transfer.partition.label());
        let why = transfer.why.into_iter();
        std::iter::once(head).chain(why.map(|sentence| format!("  {sentence}")))
    });
    lines.collect::<Vec<_>>().join("\n")
}

const C25: [&str; 4] = [
    "C1 {t} g1 owns t:0-2",
    "C2 {t} g1 owns t:3-5",
    "C3 {t} g1 owns t:6-8",
    "C4 {t}",
];

#[test]
fn c25_the_first_in_hash_order_keeps_the_extra() {
    assert_eq!(
        explain(Sticky, "t*9", &C25, "t:8"),
        "C3 says that it owns t8, in generation 1.\n\
         All 4 members subscribe to the same topics, so that everyone is to have the same number \
         of partitions, or one more.\n\
         9 partitions for 4 members: 2 each, and 1 more for 1 of them.\n\
         C3 owns 3 and keeps 3, 1 more than the 2 that everyone gets: it takes extra 1 of 1, being \
         asked as number 1 of 4 in the order of Java's HashMap. It keeps t8.\n\
         So C3 keeps t8."
    );
    assert_eq!(
        changes(Sticky, "t*9", &C25),
        "t2 C1 -> C4\n  \
         C1 owns 3 and keeps 2: the extra is taken by C3, asked before it in the order of Java's \
         HashMap. It keeps the first ones by partition number, then topic, and gives up t2.\n  \
         C4 has 0, fewer than the 2 that everyone gets, and is the next in turn: it gets t2.\n\
         t5 C2 -> C4\n  \
         C2 owns 3 and keeps 2: the extra is taken by C3, asked before it in the order of Java's \
         HashMap. It keeps the first ones by partition number, then topic, and gives up t5.\n  \
         C4 has 1, fewer than the 2 that everyone gets, and is the next in turn: it gets t5."
    );
}

#[test]
fn c25_moves_no_more_than_it_must() {
    let (cluster, members) = (cluster("t*9"), members(Sticky, &C25));
    let mut assignor = Assignor::new(Sticky);
    let explanation = assignor.explain(&cluster, &members);
    let change = explanation.change().unwrap();
    assert_eq!((change.moved, change.kept), (2, 7));
    assert_eq!(change.least_moves, LeastMoves::Exactly(2));
    assert_eq!(change.keepable(), Some(7));
    let balance = explanation.balance().unwrap();
    assert_eq!((balance.spread.least, balance.spread.most), (2, 3));
    assert_eq!((balance.rack_matches, balance.rack_matchable), (0, 0));
}

const C33: [&str; 3] = [
    "0 [a] {t1,t2,t3} owns t1:0-4",
    "1 [b] {t1,t2,t3} owns t1:5 t2:0-3",
    "2 [c] {t1,t2,t3} owns t2:4-6 t3:0-1",
];

#[test]
fn c33_a_partition_in_another_rack_is_given_up_and_withheld() {
    let topics = three_topics_on_racks([6, 7, 2], 1);
    assert_eq!(
        explain(CooperativeSticky, &topics, &C33, "t1:1"),
        "0 says that it owns t1-1, without a generation.\n\
         All 3 members subscribe to the same topics, so that everyone is to have the same number \
         of partitions, or one more.\n\
         Racks count for the group: a member is in a rack with a replica, and the partitions are \
         not all in the same racks.\n\
         15 partitions for 3 members: 5 each.\n\
         0, in rack a, gives up t1-1, whose replicas are in rack b.\n\
         1 has 1, fewer than the 5 that everyone gets, and is the next of those in rack b in turn: \
         it gets t1-1.\n\
         t1-1 is withheld: 0 still claims it. Once it is let go, the next rebalance gives it to 1.\n\
         So 0 had t1-1, and nobody has it now."
    );
    let (cluster, members) = (cluster(&topics), members(CooperativeSticky, &C33));
    let mut assignor = Assignor::new(CooperativeSticky);
    let explanation = assignor.explain(&cluster, &members);
    let (balance, change) = (
        explanation.balance().unwrap(),
        explanation.change().unwrap(),
    );
    assert_eq!((balance.unassigned, balance.rack_matches), (10, 5));
    assert_eq!((change.kept, change.released, change.moved), (5, 10, 0));
    // Racks don't count here: everyone had five.
    assert_eq!(change.least_moves, LeastMoves::Exactly(0));
}

#[test]
fn r20_matching_racks_come_first_and_the_rest_in_order() {
    let members = ["c0 [a] {t}", "c1 [b] {t}"];
    assert_eq!(
        explain(Range, "t=b/b/b/a", &members, "t:2"),
        "t has 4 partitions for 2 subscribers: 2 each. The order is c0 and c1 (static members by \
         group.instance.id, then the others by member id).\n\
         Racks count for t: a member is in a rack with a replica, and the partitions of t are not \
         all in the same racks.\n\
         What is left goes out in the same order: c0, number 1 of 2, may get 1 and gets t2.\n\
         So c0 gets t2."
    );
    assert!(explain(Range, "t=b/b/b/a", &members, "t:1").contains(
        "First come partitions with a replica in the member's rack: c1, in rack b, may get 2 and \
         gets t0 and t1."
    ));
}

#[test]
fn r16_co_partitioned_topics_go_in_step() {
    let told = explain(
        Range,
        "a1=a/a a2=a/a z=a/b",
        &["c0 [b] {a1,a2,z}", "c1 [a] {a1,a2,z}"],
        "z:0",
    );
    assert!(told.contains(
        "a1, a2 and z have the same subscribers and the same number of partitions: partitions with \
         the same number go to one member."
    ));
    assert!(told.contains(
        "c1, in rack a, is the first in the order that has room and fits the racks of partition 0 \
         of all these topics, so it gets z0 with the others."
    ));
}

#[test]
fn r9_runs_are_named_whole() {
    let members = ["c1 #i1 {t1}", "c2 #i2 {t1}", "c3 {t1}"];
    assert!(
        explain(Range, "t1*10", &members, "t1:5")
            .contains("c2 is number 2 of 3 in the order and gets 3: t1-4 to t1-6.")
    );
}

#[test]
fn b2_members_without_the_topic_are_passed_over() {
    let members = ["C0 {t0}", "C1 {t0,t1}", "C2 {t0,t1,t2}"];
    assert_eq!(
        explain(RoundRobin, "t0*1 t1*2 t2*3", &members, "t2:1"),
        "The members take turns in the order C0, C1 and C2 (static members by group.instance.id, \
         then the others by member id).\n\
         C0 and C1 would have the turn, but do not subscribe to t2; next is C2: it gets t2-1.\n\
         So C2 gets t2-1."
    );
}

#[test]
fn g13_the_one_that_came_goes_back() {
    let members = [
        "A {t1,t2} g2 owns t1:1-3 t2:0-1",
        "B {t2} g1",
        "C {t2} g2",
        "D {t1,t2} g2",
    ];
    assert_eq!(
        explain(Sticky, "t1*4 t2*2", &members, "t1:2"),
        "A says that it owns t1-2, in generation 2.\n\
         Subscriptions differ, so that every partition goes to the subscriber with the fewest; \
         then partitions move as long as one move makes the group more even.\n\
         A still subscribes to t1 and may keep t1-2.\n\
         A has 4 and D has 2, the fewest of the subscribers of t1: t1-2 moves from A to D.\n\
         D has 3 and A has 1, the fewest of the subscribers of t1: t1-0 would go to A. But t1-2 of \
         the same topic has come from A, so t1-2 goes back from D to A instead.\n\
         So A keeps t1-2."
    );
}

#[test]
fn claims_of_two_generations() {
    let members = [
        "A {t} g5 owns t:0",
        "B {t} g6 owns t:0",
        "C {t} g5 owns t:1 gone:0",
    ];
    assert_eq!(
        explain(CooperativeSticky, "t*2", &members, "t:0")
            .lines()
            .take(2)
            .collect::<Vec<_>>(),
        [
            "A says that it owns t0, in generation 5.",
            "B says that it owns t0, in generation 6. A is in generation 5, so that B counts as \
             the owner.",
        ]
    );
    assert_eq!(
        explain(CooperativeSticky, "t*2", &members, "gone:0")
            .lines()
            .next(),
        Some("C says that it owns gone-0, in generation 5, but gone doesn't exist.")
    );
    assert_eq!(
        explain(CooperativeSticky, "t*2", &members, "t:7"),
        "t has 2 partitions, counted from 0."
    );
}

#[test]
fn c12_a_contested_partition_is_withheld_although_a_newer_claim_exists() {
    let members = [
        "A {t} g5 owns t:0",
        "B {t} g5 owns t:0",
        "C {t} g6 owns t:0",
    ];
    let told = explain(CooperativeSticky, "t*3", &members, "t:0");
    assert!(told.contains(
        "B says that it owns t0, in generation 5, and so does A: it counts as owned by neither."
    ));
    assert!(told.contains("C may not keep t0 either, because two others claimed it in one"));
    assert!(
        told.contains("t0 is withheld: B and C still claim it."),
        "{told}"
    );
}

#[test]
fn a_failure_is_the_last_sentence() {
    let members = [
        "A {t2} g3 owns t1:0 t2:0",
        "B {t1} g5 owns t1:0-3",
        "C {t1} g5",
    ];
    let told = explain(Sticky, "t1*4 t2*1", &members, "t1:0");
    assert_eq!(
        told.lines().last(),
        Some(
            "Kafka's code throws NullPointerException: an outdated claim refers to a member or \
             partition that has been put aside."
        )
    );
}

#[test]
fn s4_a_larger_share_is_left_to_those_who_must_take_it() {
    let topic: assignor_core::java::Uuid = "1:2".parse().unwrap();
    let member = |id: &str| server::MemberSpec {
        member_id: id.to_owned(),
        topics: vec![topic],
        ..server::MemberSpec::default()
    };
    let group = server::GroupSpec {
        subscription_type: server::SubscriptionType::Homogeneous,
        topics: [(topic, 5)].into(),
        members: vec![member("A"), member("B"), member("C")],
        order: server::MapOrder::Java,
    };
    let explanation = server::Assignor::new(server::AssignorName::Uniform).explain(&group);
    let told = |partition: &str| {
        let sentences = explanation.of_partition(&partition.parse().unwrap());
        let lines = sentences.iter().map(|sentence| sentence.text.as_str());
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_eq!(
        told("1:2:0"),
        "All 3 members subscribe to the same topics, so that everyone is to have the same number \
         of partitions, or one more.\n\
         5 partitions for 3 members: 1 each, and 1 more for 2 of them.\n\
         A owns 0 and keeps 0. Its share is 1, because it does not fill a larger one by itself, \
         and there are enough members after it (2) for what is left of these (2). Out of what \
         nobody keeps, in the order of Java's sets, it gets 1:2-0.\n\
         So A gets 1:2-0."
    );
    assert!(told("1:2:1").contains(
        "B owns 0 and keeps 0. Its share is 2, a larger one: 2 are left for 2 members, this one \
         included. Out of what nobody keeps, in the order of Java's sets, it gets 1:2-1 and 1:2-2."
    ));
    assert_eq!(explanation.change().unwrap().dealt, 5);
}
