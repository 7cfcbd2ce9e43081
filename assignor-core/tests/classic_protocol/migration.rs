//! Assignors: who is refused, how the group votes, the way from eager to cooperative.

use crate::fixtures::*;
use assignor_core::sim::trace::EventKind;

#[test]
fn s27_no_assignor_in_common() {
    let trace = two_stable()
        .start_with(BASE, "m3", "cooperative-sticky")
        .trace();
    assert_eq!(
        fatal(&trace, "m3", BASE),
        [(2, "InconsistentGroupProtocolException")]
    );
    assert_eq!(states(&trace, BASE), []);
}

/// Four members that join in one generation, two with each list.
fn vote(first: &str, second: &str) -> Run {
    Run::new(&["m1", "m2", "m3", "m4"])
        .start_with(0, "m1", first)
        .start_with(1, "m2", second)
        .start_with(2, "m3", first)
        .start_with(3, "m4", second)
}

#[test]
fn s28_ties_differ_between_the_coordinators() {
    const LISTS: [(&str, &str, &str, &str); 4] = [
        (
            "range,cooperative-sticky",
            "cooperative-sticky,range",
            "range",
            "cooperative-sticky",
        ),
        (
            "roundrobin,range",
            "range,roundrobin",
            "range",
            "roundrobin",
        ),
        ("sticky,range", "range,sticky", "sticky", "range"),
        (
            "roundrobin,cooperative-sticky",
            "cooperative-sticky,roundrobin",
            "roundrobin",
            "cooperative-sticky",
        ),
    ];
    for (first, second, java, scala) in LISTS {
        for run in [vote(first, second), vote(second, first)] {
            assert_eq!(generation(&run.clone().trace(), 1).1, java);
            assert_eq!(generation(&run.scala().trace(), 1).1, scala);
        }
    }
}

#[test]
fn a07_members_vote_for_the_first_that_everybody_knows() {
    let trace = Run::new(&["m1", "m2", "m3"])
        .start_with(0, "m1", "sticky,roundrobin,range")
        .start_with(1, "m2", "sticky,roundrobin,range")
        .start_with(2, "m3", "range,roundrobin")
        .trace();
    // Two for roundrobin, as sticky isn't common, one for range.
    assert_eq!(generation(&trace, 1).1, "roundrobin");
}

/// m1, m2 and m3 restart one after the other, 30 s apart and 10 s away, with other assignors.
fn bounce(mut run: Run, from_ms: u64, assignors: &str) -> Run {
    for (at_ms, member) in (from_ms..).step_by(30_000).zip(["m1", "m2", "m3"]) {
        run = run
            .close(at_ms, member)
            .start_with(at_ms + 10_000, member, assignors);
    }
    run
}

#[test]
fn s28_two_bounces() {
    let run = bounce(three_stable(), 20_000, "cooperative-sticky,range");
    let trace = bounce(run, 120_000, "cooperative-sticky")
        .until(240_000)
        .trace();
    let fatal = trace
        .events
        .iter()
        .filter(|event| matches!(event.kind, EventKind::Fatal { .. }));
    assert_eq!(fatal.count(), 0);
    // The assignor of each generation with the number of its members.
    let chosen: Vec<_> = trace
        .events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Completing {
                members,
                protocol_name,
                ..
            } => Some((members, protocol_name)),
            _ => None,
        })
        .collect();
    let (range, cooperative) = ("range", "cooperative-sticky");
    let bounce_1 = [(3, range), (2, range), (3, range), (2, range), (3, range)];
    assert_eq!(chosen[..5], bounce_1);
    // m3, the last that only knows range, is away: both are common, and the others prefer the new one.
    assert_eq!(chosen[5..7], [(2, cooperative), (3, cooperative)]);
    assert!(
        chosen[5..].iter().all(|(_, name)| *name == cooperative),
        "{chosen:?}"
    );
    // A list with range in it makes an eager client, whatever the group chose.
    let cooperative: Vec<_> = trace.processes.iter().map(|p| p.cooperative).collect();
    assert_eq!(
        cooperative,
        [false, false, false, false, false, false, true, true, true]
    );
    // Bounce 2: each leave costs a generation; a join one, and one more if a cooperative member has to
    // give something up.
    let second = trace.events.iter().filter(|event| event.at_ms >= 120_000);
    let rejoins = second.filter(|event| match &event.kind {
        EventKind::Preparing { reason, .. } => reason.contains("need to revoke partitions"),
        _ => false,
    });
    let rejoins = i32::try_from(rejoins.count()).expect("a few");
    assert_eq!(last_generation(&trace), 7 + 6 + rejoins);
}

#[test]
fn b14_one_bounce_from_the_default_list() {
    let run = three_stable().assignor("range,cooperative-sticky");
    let trace = bounce(run, 20_000, "cooperative-sticky").trace();
    let fatal = trace
        .events
        .iter()
        .any(|event| matches!(event.kind, EventKind::Fatal { .. }));
    assert!(!fatal);
    assert_eq!(generation(&trace, 1).1, "range");
    // m1 back: the only name in common is the cooperative one.
    assert_eq!(generation(&trace, 2).1, "range");
    assert_eq!(generation(&trace, 3).1, "cooperative-sticky");
}

#[test]
fn b14_one_bounce_from_range_fails() {
    let trace = three_stable()
        .close(BASE, "m1")
        .start_with(BASE + 10_000, "m1", "cooperative-sticky")
        .trace();
    assert_eq!(
        fatal(&trace, "m1", BASE),
        [(10_002, "InconsistentGroupProtocolException")]
    );
    assert_eq!(last_generation(&trace), 2);
}

#[test]
fn b14_eager_client_under_a_cooperative_assignor() {
    let trace = two_stable()
        .assignor("cooperative-sticky")
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start_with(BASE, "m3", "cooperative-sticky,range")
        .start(BASE + 30_000, "m4")
        .until(90_000)
        .trace();
    // Its first assignment is empty, for the others still own everything; they give one partition up each
    // and rejoin. It has nothing to revoke and never rejoins by itself.
    let first: Vec<_> = callbacks(&trace, "m3", BASE)
        .into_iter()
        .filter(|(at_ms, ..)| *at_ms < 30_000)
        .map(|(_, name, partitions)| (name, partitions))
        .collect();
    assert_eq!(first, [("assigned", 0), ("revoked", 0), ("assigned", 2)]);
    // Every later rebalance takes all from it, the two rounds that m4 costs included.
    let later: Vec<_> = callbacks(&trace, "m3", BASE + 30_000)
        .into_iter()
        .map(|(_, name, partitions)| (name, partitions))
        .collect();
    let taken = later.iter().filter(|(name, _)| *name == "revoked").count();
    let generations = usize::try_from(last_generation(&trace) - 3).expect("a few");
    assert!(generations >= 1);
    assert_eq!(taken, generations, "{later:?}");
    for pair in later.windows(2) {
        if let [("assigned", given), ("revoked", taken)] = pair {
            assert_eq!(given, taken, "{later:?}");
        }
    }
}
