//! What the gallery's texts promise, asserted on the runs.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use assignor_core::gallery::{self, Entry};
use assignor_core::sim::trace::{Activity, EventKind, LaneSpan, Reader, Trace, value_at};
use assignor_core::sim::{Scenario, simulate};
use std::collections::BTreeSet;

/// A run of an example and where its interesting part begins.
struct Shown {
    trace: Trace,
    from_ms: u64,
    to_ms: u64,
}

fn shown(slug: &str) -> Shown {
    let entry = gallery::entry(slug).unwrap_or_else(|| panic!("no example \"{slug}\""));
    let trace = simulate(&entry.scenario().unwrap()).unwrap();
    Shown {
        trace,
        from_ms: entry.from_ms,
        to_ms: entry.to_ms,
    }
}

impl Shown {
    /// What each member reads at a time: `c1` → `orders:0 orders:1`.
    fn read_by(&self, member: &str, t_ms: u64) -> String {
        let names = self
            .trace
            .partitions
            .iter()
            .zip(&self.trace.lanes)
            .filter_map(|(partition, lane)| {
                let span = &lane.spans[lane.span_at(t_ms)?];
                match span.reader {
                    Reader::Process { process, .. }
                        if self.trace.member_name(process) == member =>
                    {
                        Some(
                            format!("{}{}", partition.topic, partition.partition)
                                .replace("orders", ""),
                        )
                    }
                    _ => None,
                }
            });
        names.collect::<Vec<_>>().join(" ")
    }

    fn at_end(&self, member: &str) -> String {
        self.read_by(member, self.trace.end_ms - 1)
    }

    /// Completed rebalances after the group has formed.
    fn rebalances(&self) -> usize {
        let stable = |kind: &EventKind| matches!(kind, EventKind::Stable { .. });
        self.trace
            .events
            .iter()
            .filter(|event| event.at_ms >= self.from_ms && stable(&event.kind))
            .count()
    }

    /// The lengths of all stops of a partition, by its place.
    fn stops(&self, partition: usize) -> Vec<u64> {
        let spans = self.trace.lanes[partition].spans.iter();
        spans
            .filter(|span| span.is_stop() && span.from_ms >= self.from_ms)
            .map(LaneSpan::length_ms)
            .collect()
    }

    /// The partitions that stop at all.
    fn stopped(&self) -> Vec<usize> {
        (0..self.trace.lanes.len())
            .filter(|&partition| !self.stops(partition).is_empty())
            .collect()
    }

    fn longest(&self) -> u64 {
        (0..self.trace.lanes.len())
            .flat_map(|partition| self.stops(partition))
            .max()
            .unwrap_or(0)
    }

    fn events(&self, wanted: impl Fn(&EventKind) -> bool) -> Vec<u64> {
        let events = self.trace.events.iter().filter(|event| wanted(&event.kind));
        events.map(|event| event.at_ms).collect()
    }

    /// The partitions whose last reader is not their first after the group formed.
    fn moved(&self) -> Vec<usize> {
        let reader = |lane: usize, t_ms: u64| {
            let lane = &self.trace.lanes[lane];
            match lane.spans[lane.span_at(t_ms).unwrap()].reader {
                Reader::Process { process, .. } => Some(self.trace.member_name(process)),
                _ => None,
            }
        };
        let lanes = 0..self.trace.lanes.len();
        lanes
            .filter(|&lane| reader(lane, self.from_ms) != reader(lane, self.trace.end_ms - 1))
            .collect()
    }
}

#[test]
fn every_example_reads_runs_and_settles() {
    let mut slugs = BTreeSet::new();
    for entry in gallery::all() {
        assert!(
            slugs.insert(entry.slug),
            "{} stands there twice",
            entry.slug
        );
        let scenario = entry
            .scenario()
            .unwrap_or_else(|error| panic!("{}: {error}", entry.slug));
        assert_eq!(scenario.title, entry.title, "{}", entry.slug);
        assert_eq!(
            Scenario::from_json(&scenario.to_json()).unwrap(),
            scenario,
            "{}",
            entry.slug
        );
        let trace = simulate(&scenario).unwrap();
        assert!(
            entry.to_ms <= trace.end_ms && entry.from_ms < entry.to_ms,
            "{}",
            entry.slug
        );
        for lane in &trace.lanes {
            let last = lane.spans.last().unwrap();
            assert!(
                matches!(last.reader, Reader::Process { .. }),
                "{}: ends unread",
                entry.slug
            );
            assert!(
                last.from_ms < entry.to_ms,
                "{}: the picture ends before the run settles",
                entry.slug
            );
        }
    }
    assert!(slugs.len() >= 12);
}

#[test]
fn texts_are_plain_and_short() {
    for Entry {
        slug,
        title,
        line,
        text,
        ..
    } in gallery::all()
    {
        let about = Scenario::from_json(text).unwrap().about;
        assert!(
            title.len() <= 44 && !title.ends_with('.'),
            "{slug}: {title}"
        );
        assert!(line.len() <= 60 && line.ends_with('.'), "{slug}: {line}");
        assert!(
            (80..=420).contains(&about.len()) && about.ends_with('.'),
            "{slug}: {about}"
        );
        assert!(
            ![*title, *line, &about]
                .iter()
                .any(|text| text.contains('!')),
            "{slug}"
        );
    }
}

#[test]
fn a_group_starts_with_one_rebalance_after_two_delays() {
    let run = shown("first-start");
    assert_eq!(run.rebalances(), 1);
    let stable = run.events(|kind| matches!(kind, EventKind::Stable { .. }));
    assert!((6000..6100).contains(&stable[0]), "{stable:?}");
    assert_eq!(
        [run.at_end("c1"), run.at_end("c2"), run.at_end("c3")],
        ["0 1", "2 3", "4 5"]
    );
    let leader = run.trace.events.iter().find_map(|event| match event.kind {
        EventKind::Completing { leader, .. } => leader,
        _ => None,
    });
    assert_eq!(
        leader.map(|leader| run.trace.member_name(leader)),
        Some("c1")
    );
}

#[test]
fn range_gives_the_remainder_of_every_topic_to_the_first() {
    let run = shown("range-two-topics");
    assert_eq!(run.at_end("c1"), "a0 a1 b0 b1");
    assert_eq!(run.at_end("c2"), "a2 a3 b2 b3");
    assert_eq!(run.at_end("c3"), "a4 b4");
}

#[test]
fn round_robin_deals_all_topics_at_once() {
    let run = shown("roundrobin-two-topics");
    assert_eq!(run.at_end("c1"), "a0 a3 b1 b4");
    assert_eq!(run.at_end("c2"), "a1 a4 b2");
    assert_eq!(run.at_end("c3"), "a2 b0 b3");
}

#[test]
fn a_consumer_too_many_reads_nothing_and_stops_all() {
    let run = shown("idle-consumer");
    assert_eq!(
        (run.at_end("c5"), run.rebalances(), run.moved()),
        (String::new(), 1, vec![])
    );
    assert_eq!(run.stopped(), [0, 1, 2, 3]);
}

#[test]
fn an_eager_join_stops_all_and_moves_one() {
    let run = shown("eager-join");
    assert_eq!(
        (run.rebalances(), run.stopped(), run.moved()),
        (1, vec![0, 1, 2, 3], vec![3])
    );
    assert_eq!(
        [run.at_end("c1"), run.at_end("c2"), run.at_end("c3")],
        ["0 1", "2", "3"]
    );
}

#[test]
fn a_cooperative_join_stops_only_what_moves_but_longer() {
    let run = shown("cooperative-join");
    assert_eq!(
        (run.rebalances(), run.stopped(), run.moved()),
        (2, vec![2], vec![2])
    );
    assert_eq!(
        [run.read_by("c1", 3400), run.at_end("c1"), run.at_end("c3")],
        ["0 2", "0", "2"]
    );
    assert!(run.longest() > shown("eager-join").longest());
}

#[test]
fn two_give_up_one_partition_each_together() {
    let run = shown("cooperative-join-six");
    assert_eq!(
        [run.read_by("c1", 3400), run.read_by("c2", 3400)],
        ["0 2 4", "1 3 5"]
    );
    assert_eq!(
        (run.rebalances(), run.stopped(), run.at_end("c3").as_str()),
        (2, vec![4, 5], "4 5")
    );
    let begins = [4, 5].map(|lane: usize| {
        run.trace.lanes[lane]
            .spans
            .iter()
            .find(|span| span.is_stop())
            .unwrap()
            .from_ms
    });
    assert_eq!(begins[0], begins[1]);
    assert_eq!(run.stops(4), run.stops(5));
}

#[test]
fn close_tells_at_once() {
    let run = shown("graceful-leave");
    assert_eq!(run.rebalances(), 1);
    assert!((750..850).contains(&run.longest()), "{}", run.longest());
    assert!(run.longest() < shown("crash").longest());
    assert!(
        !run.events(|kind| matches!(kind, EventKind::Left { .. }))
            .is_empty()
    );
}

#[test]
fn sticky_moves_little_and_stops_all() {
    let run = shown("sticky-leave");
    let before = ["c1", "c2", "c3"].map(|member| run.read_by(member, 3400));
    assert_eq!(before, ["a0 a3", "a1 a4", "a2 b0"]);
    assert_eq!(
        [run.at_end("c1"), run.at_end("c2")],
        ["a0 a2 a3", "a1 a4 b0"]
    );
    assert_eq!((run.moved(), run.stopped().len()), (vec![2, 5], 6));
}

#[test]
fn a_crash_waits_for_the_session_and_costs_two_rebalances() {
    let run = shown("crash");
    assert_eq!(
        [run.read_by("c1", 12_000), run.read_by("c3", 12_000)],
        ["0 1 2", "3 4 5"]
    );
    assert_eq!((run.rebalances(), run.moved()), (2, vec![]));
    assert!((5500..6500).contains(&run.stops(2)[0]) && run.stops(2)[0] == run.stops(3)[0]);
    assert_eq!(
        run.events(|kind| matches!(kind, EventKind::Expired { .. }))
            .len(),
        1
    );
}

#[test]
fn a_crash_in_a_cooperative_group_stops_two_partitions_in_one_round() {
    let run = shown("cooperative-crash");
    assert_eq!((run.rebalances(), run.stopped()), (1, vec![1, 4]));
    assert!(run.longest() > 5500);
}

#[test]
fn the_defaults_wait_45_seconds_and_are_eager() {
    let run = shown("crash-defaults");
    assert!(
        (45_000..46_000).contains(&run.longest()),
        "{}",
        run.longest()
    );
    assert_eq!(run.stopped(), [0, 1, 2, 3, 4, 5]);
    assert!(
        run.trace
            .processes
            .iter()
            .all(|process| !process.cooperative)
    );
}

#[test]
fn a_restart_without_an_id_costs_two_rebalances() {
    let run = shown("dynamic-restart");
    assert_eq!(
        (run.rebalances(), run.stopped().len(), run.moved()),
        (2, 6, vec![])
    );
}

#[test]
fn a_static_member_is_back_in_time() {
    let run = shown("static-restart");
    assert_eq!(
        (run.rebalances(), run.stopped(), run.moved()),
        (0, vec![2, 3], vec![])
    );
    assert!(
        run.events(|kind| matches!(kind, EventKind::Left { .. }))
            .is_empty()
    );
    assert!(run.longest() < 6000);
}

#[test]
fn a_static_member_is_back_too_late() {
    let run = shown("static-restart-late");
    assert_eq!(run.rebalances(), 2);
    assert_eq!(
        run.events(|kind| matches!(kind, EventKind::Expired { .. }))
            .len(),
        1
    );
    assert!(run.stops(2)[0] > 6000 && run.stops(3)[0] > 6000);
}

#[test]
fn a_new_static_member_rebalances() {
    let run = shown("static-scale-out");
    assert!(
        run.trace
            .processes
            .iter()
            .all(|process| process.group_instance_id.is_some())
    );
    assert_eq!((run.rebalances(), run.stopped().len()), (1, 6));
}

#[test]
fn a_rollout_of_static_members_needs_no_rebalance() {
    let run = shown("static-rollout");
    assert_eq!((run.rebalances(), run.moved()), (0, vec![]));
    for partition in 0..6 {
        let stops = run.stops(partition);
        assert!(stops.len() == 1 && stops[0] < 2500, "{stops:?}");
    }
}

#[test]
fn rollouts_cost_eight_and_twelve_rebalances() {
    let (eager, cooperative) = (shown("rolling-deploy"), shown("rolling-deploy-cooperative"));
    assert_eq!((eager.rebalances(), cooperative.rebalances()), (8, 12));
    for partition in 0..8 {
        assert_eq!(eager.stops(partition).len(), 8);
        assert!(cooperative.stops(partition).len() <= 4);
    }
    let stopped = |run: &Shown| {
        (0..8)
            .flat_map(|partition| run.stops(partition))
            .sum::<u64>()
    };
    assert!(
        stopped(&cooperative) < stopped(&eager),
        "{} {}",
        stopped(&cooperative),
        stopped(&eager)
    );
}

#[test]
fn without_a_common_assignor_the_newcomer_is_refused() {
    let run = shown("mixed-assignors");
    let errors = run
        .trace
        .events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Fatal { process, error } => Some((run.trace.member_name(process), error)),
            _ => None,
        });
    assert_eq!(
        errors.collect::<Vec<_>>(),
        [("c3", "InconsistentGroupProtocolException")]
    );
    assert_eq!((run.rebalances(), run.stopped()), (0, vec![]));
}

#[test]
fn two_bounces_end_in_a_cooperative_group() {
    let run = shown("two-bounces");
    let last = |member: usize| {
        run.trace
            .processes
            .iter()
            .rfind(|process| process.member == member)
            .unwrap()
    };
    assert!((0..3).all(|member| last(member).cooperative));
    let first_bounce: Vec<_> = run
        .trace
        .processes
        .iter()
        .filter(|process| process.incarnation == 2)
        .collect();
    assert!(first_bounce.len() == 3 && first_bounce.iter().all(|process| !process.cooperative));
    assert!(
        run.events(|kind| matches!(kind, EventKind::Fatal { .. }))
            .is_empty()
    );
    let assignors = run
        .trace
        .events
        .iter()
        .filter_map(|event| match event.kind {
            EventKind::Completing { protocol_name, .. } => Some(protocol_name),
            _ => None,
        });
    let assignors: Vec<_> = assignors.collect();
    assert_eq!(
        (assignors.first(), assignors.last()),
        (Some(&"range"), Some(&"cooperative-sticky"))
    );
}

#[test]
fn a_busy_member_holds_up_an_eager_group() {
    let run = shown("busy-member");
    assert_eq!((run.rebalances(), run.stopped().len()), (1, 6));
    for partition in 2..6 {
        assert!(run.stops(partition)[0] > 4000);
    }
    assert!(run.stops(0)[0] < 500 && run.stops(1)[0] < 500);
}

#[test]
fn a_busy_member_delays_a_cooperative_group_without_stopping_it() {
    let run = shown("busy-member-cooperative");
    assert_eq!(
        (run.rebalances(), run.stopped(), run.moved()),
        (2, vec![3], vec![3])
    );
    assert_eq!(run.at_end("c4"), "3");
    assert!(run.longest() < shown("busy-member").longest());
}

#[test]
fn a_member_that_does_not_poll_leaves_and_works_on() {
    let run = shown("poll-overrun");
    let left = run.events(|kind| matches!(kind, EventKind::PollTimeoutExpired { .. }));
    assert_eq!((left.len(), run.rebalances()), (1, 2));
    let c2 = run.trace.process_of(1, left[0]).unwrap();
    let then = run.trace.read_twice(2);
    assert!(then > 0, "nothing is read twice");
    let activity = value_at(&run.trace.tracks[c2.0 as usize].activity, left[0] + 1000);
    assert!(
        matches!(activity, Some(Activity::InBatch { .. })),
        "{activity:?}"
    );
    assert_eq!(
        run.events(|kind| matches!(kind, EventKind::Lost(_))).len(),
        1
    );
}

/// How long a partition is worked on by two.
trait ReadTwice {
    fn read_twice(&self, partition: usize) -> u64;
}

impl ReadTwice for Trace {
    fn read_twice(&self, partition: usize) -> u64 {
        self.lanes[partition]
            .overlaps
            .iter()
            .map(|overlap| overlap.to_ms - overlap.from_ms)
            .sum()
    }
}

#[test]
fn pictures_begin_after_the_group_has_formed() {
    for entry in gallery::all()
        .iter()
        .filter(|entry| entry.slug != "first-start")
    {
        let run = shown(entry.slug);
        let unread = run.trace.lanes.iter().all(|lane| {
            match lane.spans[lane.span_at(run.from_ms + 300).unwrap()].reader {
                Reader::NotYet => false,
                Reader::Process { .. } | Reader::Nobody { .. } => true,
            }
        });
        assert!(unread && run.to_ms > run.from_ms, "{}", entry.slug);
    }
}

#[test]
fn a_coordinator_moves_without_a_rebalance() {
    let run = shown("coordinator-move");
    // Nobody stops before the second move, and everybody had to look for the coordinator.
    assert_eq!(
        run.events(|kind| matches!(kind, EventKind::CoordinatorMoves { .. })),
        [4000, 9000]
    );
    let first = run.trace.lanes.iter().flat_map(|lane| &lane.spans);
    let stops = first.filter(|span| span.is_stop());
    assert!(stops.clone().all(|span| span.from_ms >= 9000));
    let lost = run.events(|kind| matches!(kind, EventKind::CoordinatorLost { .. }));
    assert_eq!(lost.iter().filter(|at_ms| **at_ms < 9000).count(), 3);
    // c3's session begins anew when the group is loaded, at 11.00 s, and lasts 6 s.
    let expired = run.events(|kind| matches!(kind, EventKind::Expired { .. }));
    assert_eq!((expired, run.rebalances()), (vec![17_000], 1));
}

#[test]
fn a_member_that_was_cut_off_learns_what_it_lost() {
    let run = shown("network-cut");
    let expired = run.events(|kind| matches!(kind, EventKind::Expired { .. }));
    assert_eq!(expired.len(), 1);
    assert!((9000..=10_000).contains(&expired[0]), "{expired:?}");
    let lost = run.events(|kind| matches!(kind, EventKind::Lost(_)));
    assert_eq!(lost.len(), 1);
    assert!((13_000..14_000).contains(&lost[0]), "{lost:?}");
    assert!(!run.at_end("c3").is_empty());
}

#[test]
fn a_quick_restart_costs_one_rebalance() {
    let run = shown("rolling-deploy-quick");
    assert_eq!(
        (run.rebalances(), shown("rolling-deploy").rebalances()),
        (4, 8)
    );
    let started = run.events(|kind| matches!(kind, EventKind::Started { .. }));
    assert_eq!(started.len(), 8);
    assert_eq!(run.trace.livelock(), None);
}
