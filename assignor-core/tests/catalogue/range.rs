//! `RangeAssignor`.

use assignor_core::assign::AssignorName::Range;

use crate::case::{check, three_topics_on_racks};

const RACKED: [&str; 3] = ["0 [a] {t1,t2,t3}", "1 [b] {t1,t2,t3}", "2 [c] {t1,t2,t3}"];

#[test]
fn f7_static_members_come_first_by_instance_id() {
    check(
        Range,
        "t*3",
        &["a {t}", "b #y {t}", "c #x {t}"],
        "a=[t:2] b=[t:1] c=[t:0]",
    );
}

#[test]
fn f8_instance_ids_decide_and_not_member_ids() {
    check(
        Range,
        "t*3",
        &["a #y {t}", "b #z {t}", "c #x {t}"],
        "a=[t:1] b=[t:2] c=[t:0]",
    );
}

#[test]
fn r1_one_member_gets_all() {
    check(Range, "t1*3", &["C0 {t1}"], "C0=[t1:0-2]");
}

#[test]
fn r2_the_first_member_gets_the_extra_of_every_topic() {
    check(
        Range,
        "t0*3 t1*3",
        &["C0 {t0,t1}", "C1 {t0,t1}"],
        "C0=[t0:0-1 t1:0-1] C1=[t0:2 t1:2]",
    );
}

#[test]
fn r3_topics_are_divided_among_their_subscribers() {
    check(
        Range,
        "t1*3 t2*2",
        &["c1 {t1}", "c2 {t1,t2}", "c3 {t1}"],
        "c1=[t1:0] c2=[t1:1 t2:0-1] c3=[t1:2]",
    );
}

#[test]
fn r4_a_topic_without_metadata_is_nothing() {
    check(Range, "", &["a {t}"], "a=[]");
    check(Range, "t*0", &["a {t}"], "a=[]");
}

#[test]
fn r5_more_members_than_partitions() {
    check(
        Range,
        "t*2",
        &["a {t}", "b {t}", "c {t}"],
        "a=[t:0] b=[t:1] c=[]",
    );
}

#[test]
fn r6_ten_partitions_over_three() {
    check(
        Range,
        "t*10",
        &["a {t}", "b {t}", "c {t}"],
        "a=[t:0-3] b=[t:4-6] c=[t:7-9]",
    );
}

#[test]
fn r7_a_static_member_precedes_a_dynamic_one() {
    check(
        Range,
        "t1*3 t2*3",
        &["consumer-b #instance1 {t1,t2}", "consumer-a {t1,t2}"],
        "consumer-b=[t1:0-1 t2:0-1] consumer-a=[t1:2 t2:2]",
    );
}

#[test]
fn r8_two_static_members_by_instance_id() {
    check(
        Range,
        "t1*3 t2*3",
        &[
            "consumer-b #instance1 {t1,t2}",
            "consumer-a #instance2 {t1,t2}",
        ],
        "consumer-b=[t1:0-1 t2:0-1] consumer-a=[t1:2 t2:2]",
    );
}

#[test]
fn r9_three_static_members_and_a_dynamic_one() {
    check(
        Range,
        "t1*5 t2*4",
        &[
            "c1 #i1 {t1,t2}",
            "c2 #i2 {t1,t2}",
            "c3 #i3 {t1,t2}",
            "c5 {t1,t2}",
        ],
        "c1=[t1:0-1 t2:0] c2=[t1:2 t2:1] c3=[t1:3 t2:2] c5=[t1:4 t2:3]",
    );
}

#[test]
fn r10_ids_are_not_numbers() {
    check(Range, "t*3", &["C2 {t}", "C10 {t}"], "C2=[t:2] C10=[t:0-1]");
}

#[test]
fn r11_a_topic_named_twice_counts_once() {
    check(Range, "t*3", &["a {t,t}", "b {t}"], "a=[t:0-1] b=[t:2]");
}

#[test]
fn r12_topics_are_listed_in_hash_order() {
    check(
        Range,
        "AaAa*1 BBBB*1 x*1 b*1 orders*1 payments*1",
        &["a {AaAa,BBBB,x,b,orders,payments}"],
        "a=[b:0 payments:0 x:0 orders:0 AaAa:0 BBBB:0]",
    );
}

#[test]
fn r13_one_replica_per_partition() {
    check(
        Range,
        &three_topics_on_racks([6, 7, 2], 1),
        &RACKED,
        "0=[t1:0 t1:3 t2:0 t2:3 t2:6] 1=[t1:1 t1:4 t2:1 t2:4 t3:0] \
         2=[t1:2 t1:5 t2:2 t2:5 t3:1]",
    );
}

#[test]
fn r14_two_replicas_per_partition() {
    check(
        Range,
        &three_topics_on_racks([6, 7, 2], 2),
        &RACKED,
        "0=[t1:0 t1:2 t2:0 t2:2 t2:3 t3:1] 1=[t1:1 t1:3 t2:1 t2:4 t3:0] \
         2=[t1:4 t1:5 t2:5 t2:6]",
    );
}

#[test]
fn r15_racks_that_make_no_difference() {
    let plain = "0=[t1:0-1 t2:0-2 t3:0] 1=[t1:2-3 t2:3-4 t3:1] 2=[t1:4-5 t2:5-6]";
    let everywhere = three_topics_on_racks([6, 7, 2], 3);
    check(Range, &everywhere, &RACKED, plain);
    check(Range, "t1*6 t2*7 t3*2", &RACKED, plain);
    let elsewhere = ["0 [d] {t1,t2,t3}", "1 [e] {t1,t2,t3}", "2 [f] {t1,t2,t3}"];
    let single = three_topics_on_racks([6, 7, 2], 1);
    check(Range, &single, &elsewhere, plain);
    let unknown = ["0 {t1,t2,t3}", "1 {t1,t2,t3}", "2 {t1,t2,t3}"];
    check(Range, &single, &unknown, plain);
}

#[test]
fn r16_one_topic_that_needs_racks_brings_its_co_partitioned_ones_along() {
    let members = ["c0 [b] {a1,a2,z}", "c1 [a] {a1,a2,z}"];
    check(
        Range,
        "a1=a/a a2=a/a z=a/b",
        &members,
        "c0=[a1:1 a2:1 z:1] c1=[a1:0 a2:0 z:0]",
    );
    check(
        Range,
        "a1=a/a a2=a/a z=a/a",
        &members,
        "c0=[a1:0 a2:0 z:0] c1=[a1:1 a2:1 z:1]",
    );
}

#[test]
fn r17_co_partitioning_beats_racks() {
    for replicas in [1, 2] {
        check(
            Range,
            &three_topics_on_racks([5, 5, 5], replicas),
            &RACKED,
            "0=[t1:0-1 t2:0-1 t3:0-1] 1=[t1:2-3 t2:2-3 t3:2-3] 2=[t1:4 t2:4 t3:4]",
        );
    }
}

const WITHOUT_T2: [&str; 3] = ["0 [a] {t1,t2,t3}", "1 [b] {t1,t2,t3}", "2 [c] {t1,t3}"];

#[test]
fn r18_a_topic_with_other_subscribers_follows_racks_alone() {
    check(
        Range,
        &three_topics_on_racks([5, 5, 5], 1),
        &WITHOUT_T2,
        "0=[t1:0-1 t2:0-1 t2:4 t3:0-1] 1=[t1:2-3 t2:2-3 t3:2-3] 2=[t1:4 t3:4]",
    );
}

#[test]
fn r19_the_same_with_two_replicas() {
    check(
        Range,
        &three_topics_on_racks([5, 5, 5], 2),
        &WITHOUT_T2,
        "0=[t1:2 t2:0-1 t2:3 t3:2] 1=[t1:0 t1:3 t2:2 t2:4 t3:0 t3:3] 2=[t1:1 t1:4 t3:1 t3:4]",
    );
}

#[test]
fn r20_quota_before_rack() {
    check(
        Range,
        "t=b/b/b/a",
        &["c0 [a] {t}", "c1 [b] {t}"],
        "c0=[t:2-3] c1=[t:0-1]",
    );
}

#[test]
fn r21_a_member_without_rack_takes_what_others_could_use() {
    check(
        Range,
        "t=b/b/a/a",
        &["c0 {t}", "c1 [b] {t}"],
        "c0=[t:0-1] c1=[t:2-3]",
    );
}
