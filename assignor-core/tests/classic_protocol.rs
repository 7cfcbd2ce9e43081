//! The classic protocol, scenario by scenario, with exact times.
//!
//! Unless a test says otherwise: 1 ms each way, 5 ms for a write to the coordinator's log, idle
//! applications, no auto-commit, heartbeats every 3000 ms, sessions of 45 000 ms,
//! `max.poll.interval.ms` 300 000, an initial rebalance delay of 3000 ms, a topic `t` of 6 partitions.
//!
//! The group of a test is stable at [`BASE`]; the times in a test count from there. When a member's
//! heartbeats are sent is set by freezing it once for a moment long before.

use assignor_core::sim::trace::{
    Api, ErrorCode, EventKind, GroupState, Reader, StopBegan, StopEnded, Trace,
};
use assignor_core::sim::{Scenario, simulate};
use serde_json::{Value, json};

/// When the action of a test begins.
const BASE: u64 = 12_000;

/// When members are frozen to shift their heartbeats: just before the first of them is due.
const FREEZES: u64 = 9_001;

struct Run {
    config: Value,
    broker: Value,
    timing: Value,
    members: Vec<&'static str>,
    actions: Vec<Value>,
    until_ms: u64,
}

impl Run {
    fn new(members: &[&'static str]) -> Self {
        Self {
            config: json!({"enable.auto.commit": "false", "partition.assignment.strategy": "range"}),
            broker: json!({}),
            timing: json!({}),
            members: members.to_vec(),
            actions: Vec::new(),
            until_ms: 120_000,
        }
    }

    fn assignor(mut self, name: &str) -> Self {
        self.config["partition.assignment.strategy"] = name.into();
        self
    }

    fn act(mut self, action: Value) -> Self {
        self.actions.push(action);
        self
    }

    fn start(self, at_ms: u64, member: &str) -> Self {
        self.act(json!({"at_ms": at_ms, "do": "start", "member": member}))
    }

    /// The member's heartbeats are sent at `after_ms` after [`BASE`], 3000 ms earlier, and so on.
    fn heartbeat(self, member: &str, after_ms: u64) -> Self {
        let thaw = BASE + after_ms - 3_000;
        self.act(json!({"at_ms": FREEZES, "do": "freeze", "member": member}))
            .act(json!({"at_ms": thaw, "do": "thaw", "member": member}))
    }

    fn trace(self) -> Trace {
        let members: Vec<_> = self
            .members
            .iter()
            .map(|name| json!({"name": name}))
            .collect();
        let document = json!({
            "version": 1,
            "topics": [{"name": "t", "partitions": 6}],
            "config": self.config,
            "broker": self.broker,
            "timing": self.timing,
            "members": members,
            "actions": self.actions,
            "until_ms": self.until_ms,
        });
        let scenario = Scenario::from_json(&document.to_string()).expect("a scenario");
        simulate(&scenario).expect("a trace")
    }
}

/// Three members that are stable long before [`BASE`], two partitions each.
fn three_stable() -> Run {
    Run::new(&["m1", "m2", "m3"])
        .start(0, "m1")
        .start(1, "m2")
        .start(2, "m3")
}

/// m1 and m2 stable with three partitions each, m3 not started.
fn two_stable() -> Run {
    Run::new(&["m1", "m2", "m3"]).start(0, "m1").start(1, "m2")
}

/// The group's states from a time on: when, which, generation.
fn states(trace: &Trace, from_ms: u64) -> Vec<(u64, GroupState, i32)> {
    let spans = trace.group.iter().filter(|span| span.from_ms >= from_ms);
    let mut states: Vec<_> = spans
        .map(|span| (span.from_ms - from_ms, span.state, span.generation_id))
        .collect();
    // A re-armed timer isn't a new state.
    states.dedup_by_key(|(_, state, generation)| (*state, *generation));
    states
}

/// A member's callbacks from a time on: when, which, how many partitions.
fn callbacks(trace: &Trace, member: &str, from_ms: u64) -> Vec<(u64, &'static str, usize)> {
    let events = trace.events.iter().filter(|event| event.at_ms >= from_ms);
    events
        .filter_map(|event| {
            let (name, callback) = match &event.kind {
                EventKind::Revoked(callback) => ("revoked", callback),
                EventKind::Assigned(callback) => ("assigned", callback),
                EventKind::Lost(callback) => ("lost", callback),
                _ => return None,
            };
            let ours = trace.member_name(callback.process) == member;
            ours.then_some((event.at_ms - from_ms, name, callback.partitions.len()))
        })
        .collect()
}

/// The stops of the partitions that a member read last: begin, length, why, for each partition.
fn stops(trace: &Trace, member: &str, from_ms: u64) -> Vec<(u64, u64, StopBegan)> {
    let spans = trace.lanes.iter().flat_map(|lane| &lane.spans);
    let mut stops: Vec<_> = spans
        .filter(|span| span.from_ms >= from_ms)
        .filter_map(|span| match span.reader {
            Reader::Nobody { last, began, .. } if trace.member_name(last) == member => {
                Some((span.from_ms - from_ms, span.length_ms(), began))
            }
            _ => None,
        })
        .collect();
    stops.sort_by_key(|(from, length, _)| (*from, *length));
    stops
}

/// When messages of a kind of a member are sent or arrive, from a time on.
fn messages(
    trace: &Trace,
    member: &str,
    api: Api,
    is_response: bool,
    from_ms: u64,
) -> Vec<(u64, u64)> {
    let messages = trace.messages.iter().filter(|message| {
        trace.member_name(message.process) == member
            && message.api == api
            && message.is_response == is_response
            && message.sent_ms >= from_ms
    });
    messages
        .filter_map(|message| Some((message.sent_ms - from_ms, message.received_ms? - from_ms)))
        .collect()
}

use GroupState::{CompletingRebalance as C, Empty as E, PreparingRebalance as P, Stable as S};

#[test]
fn s01_first_member() {
    let trace = Run::new(&["m1"]).start(0, "m1").trace();
    assert_eq!(
        states(&trace, 0),
        [(0, E, 0), (3, P, 0), (3003, C, 1), (3010, S, 1)]
    );
    assert_eq!(
        messages(&trace, "m1", Api::JoinGroup, true, 0),
        [(1, 2), (3003, 3004)]
    );
    assert_eq!(
        messages(&trace, "m1", Api::SyncGroup, false, 0),
        [(3004, 3005)]
    );
    assert_eq!(callbacks(&trace, "m1", 0), [(3011, "assigned", 6)]);
    let heartbeats = messages(&trace, "m1", Api::Heartbeat, false, 0);
    assert_eq!(heartbeats[0], (6004, 6005));
    assert_eq!(heartbeats[1], (9004, 9005));
    let refused = &trace.messages[1];
    assert_eq!(
        (refused.is_response, refused.error),
        (true, ErrorCode::MemberIdRequired)
    );
}

#[test]
fn s02_second_member_extends_the_initial_delay() {
    let trace = two_stable_at(1000).trace();
    assert_eq!(
        states(&trace, 0)[1..],
        [(3, P, 0), (6003, C, 1), (6010, S, 1)]
    );
    assert_eq!(members_of_generation(&trace, 1), 2);
}

fn two_stable_at(second_ms: u64) -> Run {
    Run::new(&["m1", "m2", "m3"])
        .start(0, "m1")
        .start(second_ms, "m2")
}

fn members_of_generation(trace: &Trace, generation: i32) -> usize {
    let found = trace.events.iter().find_map(|event| match event.kind {
        EventKind::Completing {
            generation_id,
            members,
            ..
        } if generation_id == generation => Some(members),
        _ => None,
    });
    found.expect("the generation exists")
}

#[test]
fn s03_third_member_extends_again() {
    let trace = two_stable_at(1000).start(5000, "m3").trace();
    assert_eq!(
        states(&trace, 0)[1..],
        [(3, P, 0), (9003, C, 1), (9010, S, 1)]
    );
    assert_eq!(members_of_generation(&trace, 1), 3);
}

#[test]
fn s03_extensions_end_with_the_rebalance_timeout() {
    let names = ["m1", "m2", "m3", "m4", "m5"];
    let mut run = Run::new(&names);
    run.config["max.poll.interval.ms"] = "10000".into();
    for (at_ms, name) in [0, 1000, 4000, 7000, 9500].into_iter().zip(names) {
        run = run.start(at_ms, name);
    }
    let trace = run.trace();
    assert_eq!(states(&trace, 0)[1..3], [(3, P, 0), (10_003, C, 1)]);
    assert_eq!(members_of_generation(&trace, 1), 5);
}

#[test]
fn s04_no_initial_delay() {
    let mut run = Run::new(&["m1", "m2"]).start(0, "m1").start(50, "m2");
    run.broker = json!({"group.initial.rebalance.delay.ms": 0});
    let trace = run.trace();
    assert_eq!(
        states(&trace, 0)[1..5],
        [(3, P, 0), (3, C, 1), (10, S, 1), (53, P, 1)]
    );
    assert_eq!(members_of_generation(&trace, 1), 1);
    assert_eq!(members_of_generation(&trace, 2), 2);
}

#[test]
fn s05_pending_member_that_never_returns() {
    let run = Run::new(&["m1", "gone", "m2"])
        .start(0, "m1")
        .start(BASE, "gone")
        .act(json!({"at_ms": BASE + 1, "do": "kill", "member": "gone"}));
    let mut quiet = Run::new(&["m1", "gone", "m2"]);
    quiet.actions.clone_from(&run.actions);
    assert_eq!(
        states(&quiet.trace(), BASE),
        [],
        "an id alone changes nothing"
    );

    // The next rebalance has all its members, and waits for the id all the same.
    let trace = run.start(BASE + 20_000, "m2").trace();
    let expired = BASE + 1 + 45_000;
    let pending_expired = trace.events.iter().find_map(|event| {
        matches!(event.kind, EventKind::PendingExpired { .. }).then_some(event.at_ms)
    });
    assert_eq!(pending_expired, Some(expired));
    assert_eq!(
        states(&trace, BASE)[..2],
        [(20_003, P, 1), (expired - BASE, C, 2)]
    );
}

#[test]
fn s06_eager_leave() {
    let trace = three_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .act(json!({"at_ms": BASE, "do": "close", "member": "m3"}))
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [(1, P, 1), (2503, C, 2), (2510, S, 2)]
    );
    assert_eq!(
        messages(&trace, "m1", Api::Heartbeat, true, BASE)[0],
        (1001, 1002)
    );
    assert_eq!(
        messages(&trace, "m2", Api::Heartbeat, true, BASE)[0],
        (2501, 2502)
    );
    assert_eq!(
        messages(&trace, "m1", Api::JoinGroup, false, BASE),
        [(1002, 1003)]
    );
    assert_eq!(
        messages(&trace, "m2", Api::JoinGroup, false, BASE),
        [(2502, 2503)]
    );
    assert_eq!(
        callbacks(&trace, "m1", BASE),
        [(1002, "revoked", 2), (2511, "assigned", 3)]
    );
    assert_eq!(
        callbacks(&trace, "m2", BASE),
        [(2502, "revoked", 2), (2511, "assigned", 3)]
    );
    assert_eq!(callbacks(&trace, "m3", BASE), [(0, "revoked", 2)]);
    assert_eq!(
        stops(&trace, "m1", BASE),
        [(1002, 1509, StopBegan::Revoked); 2]
    );
    assert_eq!(
        stops(&trace, "m2", BASE),
        [(2502, 9, StopBegan::Revoked); 2]
    );
    assert_eq!(stops(&trace, "m3", BASE), [(0, 2511, StopBegan::Closed); 2]);
    let reason = preparing_reason(&trace, BASE);
    assert!(
        reason.starts_with("explicit `LeaveGroup` request for (m3-"),
        "{reason}"
    );
}

fn preparing_reason(trace: &Trace, from_ms: u64) -> &str {
    let mut events = trace.events.iter().filter(|event| event.at_ms >= from_ms);
    let reason = events.find_map(|event| match &event.kind {
        EventKind::Preparing { reason, .. } => Some(&**reason),
        _ => None,
    });
    reason.expect("a rebalance")
}

#[test]
fn s07_cooperative_leave() {
    let trace = three_stable()
        .assignor("cooperative-sticky")
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .act(json!({"at_ms": BASE, "do": "close", "member": "m3"}))
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [(1, P, 1), (2503, C, 2), (2510, S, 2)]
    );
    assert_eq!(callbacks(&trace, "m1", BASE), [(2511, "assigned", 1)]);
    assert_eq!(callbacks(&trace, "m2", BASE), [(2511, "assigned", 1)]);
    assert_eq!(stops(&trace, "m1", BASE), []);
    assert_eq!(stops(&trace, "m2", BASE), []);
    assert_eq!(stops(&trace, "m3", BASE), [(0, 2511, StopBegan::Closed); 2]);
}

#[test]
fn s08_cooperative_join_takes_two_rounds() {
    let trace = two_stable()
        .assignor("cooperative-sticky")
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start(BASE, "m3")
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [
            (3, P, 1),
            (2503, C, 2),
            (2510, S, 2),
            (2512, P, 2),
            (5507, C, 3),
            (5514, S, 3)
        ]
    );
    for member in ["m1", "m2"] {
        assert_eq!(
            callbacks(&trace, member, BASE),
            [
                (2511, "revoked", 1),
                (2511, "assigned", 0),
                (5515, "assigned", 0)
            ]
        );
        assert_eq!(
            stops(&trace, member, BASE),
            [(2511, 3004, StopBegan::Revoked)]
        );
    }
    assert_eq!(
        messages(&trace, "m1", Api::JoinGroup, false, BASE),
        [(1002, 1003), (2511, 2512)]
    );
    assert_eq!(
        messages(&trace, "m2", Api::JoinGroup, false, BASE),
        [(2502, 2503), (2511, 2512)]
    );
    assert_eq!(
        messages(&trace, "m3", Api::Heartbeat, true, BASE)[0],
        (5505, 5506)
    );
    assert_eq!(
        callbacks(&trace, "m3", BASE),
        [(2511, "assigned", 0), (5515, "assigned", 2)]
    );
    let measures = trace.measures();
    assert_eq!(
        (measures.partitions_moved, measures.stopped_partition_ms),
        (2, freezes_of_setup() + 6008)
    );
}

#[test]
fn s09_eager_join() {
    let trace = two_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .start(BASE, "m3")
        .trace();
    assert_eq!(
        states(&trace, BASE),
        [(3, P, 1), (2503, C, 2), (2510, S, 2)]
    );
    assert_eq!(
        stops(&trace, "m1", BASE),
        [(1002, 1509, StopBegan::Revoked); 3]
    );
    assert_eq!(
        stops(&trace, "m2", BASE),
        [(2502, 9, StopBegan::Revoked); 3]
    );
    assert_eq!(
        trace.measures().stopped_partition_ms,
        freezes_of_setup() + 4554
    );
}

/// The partition-ms that the two freezes of [`two_stable`] with heartbeats at 1000 and 2500 cost.
fn freezes_of_setup() -> u64 {
    3 * (BASE + 1000 - 3000 - FREEZES) + 3 * (BASE + 2500 - 3000 - FREEZES)
}

#[test]
fn s10_joiner_waits_for_a_busy_member() {
    let trace = two_stable()
        .heartbeat("m1", 1000)
        .heartbeat("m2", 2500)
        .act(json!({"at_ms": BASE, "do": "slow", "member": "m1", "ms": 20_000}))
        .start(BASE, "m3")
        .trace();
    assert_eq!(
        messages(&trace, "m1", Api::Heartbeat, true, BASE)[0],
        (1001, 1002)
    );
    assert_eq!(
        messages(&trace, "m1", Api::JoinGroup, false, BASE),
        [(20_000, 20_001)]
    );
    assert_eq!(
        states(&trace, BASE),
        [(3, P, 1), (20_001, C, 2), (20_008, S, 2)]
    );
    assert_eq!(
        stops(&trace, "m1", BASE),
        [(20_000, 9, StopBegan::Revoked); 3]
    );
    assert_eq!(
        stops(&trace, "m2", BASE),
        [(2502, 20_009 - 2502, StopBegan::Revoked); 3]
    );
}

#[test]
fn s13_crash_is_noticed_when_the_session_ends() {
    let crash = |assignor: &str| {
        three_stable()
            .assignor(assignor)
            .heartbeat("m1", 1000)
            .heartbeat("m2", 2500)
            // m3's last heartbeat arrives at BASE.
            .heartbeat("m3", 2999)
            .act(json!({"at_ms": BASE, "do": "kill", "member": "m3"}))
            .trace()
    };
    for assignor in ["range", "cooperative-sticky"] {
        let trace = crash(assignor);
        let expired = trace.events.iter().find_map(|event| {
            matches!(event.kind, EventKind::Expired { .. }).then(|| event.at_ms - BASE)
        });
        assert_eq!(expired, Some(45_000));
        let reason = preparing_reason(&trace, BASE);
        assert!(reason.starts_with("removing member m3-"), "{reason}");
        assert!(reason.ends_with(" on heartbeat expiration."), "{reason}");
        // m1's and m2's heartbeats come 1000 and 2500 ms after it, as in the leave.
        assert_eq!(
            states(&trace, BASE),
            [(45_000, P, 1), (47_503, C, 2), (47_510, S, 2)]
        );
        assert_eq!(
            stops(&trace, "m3", BASE),
            [(0, 47_511, StopBegan::Killed); 2]
        );
    }
    let eager = crash("range");
    assert_eq!(
        stops(&eager, "m1", BASE),
        [(46_002, 1509, StopBegan::Revoked); 2]
    );
    let cooperative = crash("cooperative-sticky");
    assert_eq!(stops(&cooperative, "m1", BASE), []);
}

#[test]
fn a_frozen_reader_goes_on_where_it_was() {
    let trace = two_stable()
        .act(json!({"at_ms": BASE, "do": "freeze", "member": "m1", "ms": 700}))
        .trace();
    assert_eq!(states(&trace, BASE), []);
    assert_eq!(stops(&trace, "m1", BASE), [(0, 700, StopBegan::Frozen); 3]);
    let thawed = trace
        .lanes
        .iter()
        .flat_map(|lane| &lane.spans)
        .filter(|span| {
            matches!(
                span.reader,
                Reader::Nobody {
                    ended: StopEnded::Thawed,
                    ..
                }
            )
        });
    assert_eq!(thawed.count(), 3);
}
