//! `RoundRobinAssignor`.

use assignor_core::assign::AssignError;
use assignor_core::assign::AssignorName::RoundRobin;

use crate::case::{assign, check};

#[test]
fn b1_the_pointer_runs_on_over_topics() {
    check(
        RoundRobin,
        "t0*3 t1*3",
        &["C0 {t0,t1}", "C1 {t0,t1}"],
        "C0=[t0:0 t0:2 t1:1] C1=[t0:1 t1:0 t1:2]",
    );
}

#[test]
fn b2_skipped_members_are_not_compensated() {
    check(
        RoundRobin,
        "t0*1 t1*2 t2*3",
        &["C0 {t0}", "C1 {t0,t1}", "C2 {t0,t1,t2}"],
        "C0=[t0:0] C1=[t1:0] C2=[t1:1 t2:0-2]",
    );
}

#[test]
fn b3_one_member_alone_on_a_topic() {
    check(
        RoundRobin,
        "t1*3 t2*2",
        &["c1 {t1}", "c2 {t1,t2}", "c3 {t1}"],
        "c1=[t1:0] c2=[t1:1 t2:0-1] c3=[t1:2]",
    );
}

#[test]
fn b4_a_member_can_end_with_nothing() {
    check(
        RoundRobin,
        "1*2 2*1 3*2 4*1 5*2",
        &[
            "c1 {1,2,3,4,5}",
            "c2 {1,3,5}",
            "c3 {1,3,5}",
            "c4 {1,2,3,4,5}",
        ],
        "c1=[1:0 3:0 5:0] c2=[1:1 3:1 5:1] c3=[] c4=[2:0 4:0]",
    );
}

#[test]
fn b5_static_members_come_first() {
    check(
        RoundRobin,
        "t1*3 t2*3",
        &[
            "c1 #i1 {t1,t2}",
            "c2 #i2 {t1,t2}",
            "c3 #i3 {t1,t2}",
            "c4 {t1,t2}",
        ],
        "c1=[t1:0 t2:1] c2=[t1:1 t2:2] c3=[t1:2] c4=[t2:0]",
    );
}

#[test]
fn b6_static_members_by_instance_id() {
    check(
        RoundRobin,
        "t1*5 t2*5",
        &["z #i1 {t1,t2}", "y #i2 {t1,t2}", "x #i3 {t1,t2}"],
        "z=[t1:0 t1:3 t2:1 t2:4] y=[t1:1 t1:4 t2:2] x=[t1:2 t2:0 t2:3]",
    );
}

#[test]
fn b7_partitions_are_numbers() {
    check(
        RoundRobin,
        "t*12",
        &["a {t}", "b {t}"],
        "a=[t:0 t:2 t:4 t:6 t:8 t:10] b=[t:1 t:3 t:5 t:7 t:9 t:11]",
    );
}

#[test]
fn no_members_is_an_illegal_argument() {
    assert_eq!(
        assign(RoundRobin, "t*1", &[]),
        Err(AssignError::IllegalArgument)
    );
}
