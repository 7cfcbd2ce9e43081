//! Groups to begin with, and views of a trace that name members and count from a time.

use assignor_core::sim::trace::{
    Api, ErrorCode, EventKind, GroupState, ProcessIx, Reader, Resumption, StopBegan, Trace,
};
use assignor_core::sim::{Scenario, simulate};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) use GroupState::{
    CompletingRebalance as C, Empty as E, PreparingRebalance as P, Stable as S,
};

/// When the action of a test begins.
pub(crate) const BASE: u64 = 12_000;

/// When members are frozen to shift their heartbeats: just before the first of them is due.
pub(crate) const FREEZES: u64 = 9_001;

/// A scenario in the making.
#[derive(Clone)]
pub(crate) struct Run {
    document: Value,
    topics: Vec<Value>,
    members: Vec<Value>,
    actions: Vec<Value>,
}

impl Run {
    pub(crate) fn new(members: &[&str]) -> Self {
        let config =
            json!({"enable.auto.commit": "false", "partition.assignment.strategy": "range"});
        Self {
            document: json!({"version": 1, "config": config, "until_ms": 120_000}),
            topics: vec![json!({"name": "t", "partitions": 6})],
            members: members.iter().map(|name| json!({"name": name})).collect(),
            actions: Vec::new(),
        }
    }

    pub(crate) fn assignor(self, name: &str) -> Self {
        self.config("partition.assignment.strategy", name)
    }

    /// A consumer property of all members.
    pub(crate) fn config(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.document["config"][key] = value.into();
        self
    }

    /// The assignors that a client has when nothing is said.
    pub(crate) fn default_assignors(mut self) -> Self {
        if let Some(config) = self.document["config"].as_object_mut() {
            config.remove("partition.assignment.strategy");
        }
        self
    }

    /// A consumer property of one member.
    pub(crate) fn config_of(mut self, member: &str, key: &str, value: impl Into<Value>) -> Self {
        let mut members = self.members.iter_mut();
        let member = members.find(|known| known["name"] == member);
        member.expect("a known member")["config"][key] = value.into();
        self
    }

    /// The release of one member's client.
    pub(crate) fn client_of(mut self, member: &str, release: &str) -> Self {
        let mut members = self.members.iter_mut();
        let member = members.find(|known| known["name"] == member);
        member.expect("a known member")["client"] = release.into();
        self
    }

    /// Makes members static, with their names as instance ids.
    pub(crate) fn static_members(self, members: &[&str]) -> Self {
        let make = |run: Self, member: &&str| run.config_of(member, "group.instance.id", *member);
        members.iter().fold(self, make)
    }

    pub(crate) fn broker(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.document["broker"][key] = value.into();
        self
    }

    pub(crate) fn timing(mut self, key: &str, ms: u64) -> Self {
        self.document["timing"][key] = ms.into();
        self
    }

    /// The release of `broker` or `client`.
    pub(crate) fn release(mut self, of: &str, release: &str) -> Self {
        self.document["kafka"][of] = release.into();
        self
    }

    /// The coordinator of Kafka 3.9.
    pub(crate) fn scala(self) -> Self {
        self.release("broker", "3.9.0")
    }

    /// The racks of the replicas of `t`'s partitions, over and over.
    pub(crate) fn racks(mut self, racks: &Value) -> Self {
        self.topics[0]["racks"] = racks.clone();
        self
    }

    /// A topic besides `t`.
    pub(crate) fn topic(mut self, name: &str, partitions: u32) -> Self {
        self.topics
            .push(json!({"name": name, "partitions": partitions}));
        self
    }

    /// What all members subscribe to.
    pub(crate) fn subscription(mut self, topics: &Value) -> Self {
        for member in &mut self.members {
            member["topics"] = topics.clone();
        }
        self
    }

    pub(crate) fn member_ids(mut self, ids: &[(&str, &str)]) -> Self {
        for (name, id) in ids {
            self.document["member_ids"][name] = json!([id]);
        }
        self
    }

    pub(crate) fn until(mut self, ms: u64) -> Self {
        self.document["until_ms"] = ms.into();
        self
    }

    pub(crate) fn act(mut self, action: Value) -> Self {
        self.actions.push(action);
        self
    }

    pub(crate) fn start(self, at_ms: u64, member: &str) -> Self {
        self.act(json!({"at_ms": at_ms, "do": "start", "member": member}))
    }

    /// Starts a process that offers these assignors.
    pub(crate) fn start_with(self, at_ms: u64, member: &str, assignors: &str) -> Self {
        let config = json!({"partition.assignment.strategy": assignors});
        self.act(json!({"at_ms": at_ms, "do": "start", "member": member, "config": config}))
    }

    pub(crate) fn kill(self, at_ms: u64, member: &str) -> Self {
        self.act(json!({"at_ms": at_ms, "do": "kill", "member": member}))
    }

    pub(crate) fn close(self, at_ms: u64, member: &str) -> Self {
        self.act(json!({"at_ms": at_ms, "do": "close", "member": member}))
    }

    pub(crate) fn close_with(self, at_ms: u64, member: &str, operation: &str) -> Self {
        let operation = json!(operation);
        self.act(json!({"at_ms": at_ms, "do": "close", "member": member, "operation": operation}))
    }

    pub(crate) fn slow(self, at_ms: u64, member: &str, ms: u64) -> Self {
        self.act(json!({"at_ms": at_ms, "do": "slow", "member": member, "ms": ms}))
    }

    pub(crate) fn freeze(self, at_ms: u64, member: &str) -> Self {
        self.act(json!({"at_ms": at_ms, "do": "freeze", "member": member}))
    }

    pub(crate) fn thaw(self, at_ms: u64, member: &str) -> Self {
        self.act(json!({"at_ms": at_ms, "do": "thaw", "member": member}))
    }

    /// An action on one member that lasts for a while.
    pub(crate) fn act_for(self, at_ms: u64, verb: &str, member: &str, ms: u64) -> Self {
        self.act(json!({"at_ms": at_ms, "do": verb, "member": member, "ms": ms}))
    }

    /// Another broker coordinates, and has loaded the group after a while.
    pub(crate) fn move_coordinator(self, at_ms: u64, load_ms: u64, crash: bool) -> Self {
        self.act(
            json!({"at_ms": at_ms, "do": "move_coordinator", "load_ms": load_ms, "crash": crash}),
        )
    }

    /// What every application does.
    pub(crate) fn application(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.document["application"][field] = value.into();
        self
    }

    /// A latency or duration of one member.
    pub(crate) fn timing_of(mut self, member: &str, key: &str, ms: u64) -> Self {
        let mut members = self.members.iter_mut();
        let member = members.find(|known| known["name"] == member);
        member.expect("a known member")["timing"][key] = ms.into();
        self
    }

    pub(crate) fn produce(self, at_ms: u64, per_second: u64, seconds: u64) -> Self {
        self.act(json!({"at_ms": at_ms, "do": "produce", "topic": "t", "per_second": per_second, "seconds": seconds}))
    }

    /// The member's heartbeats are sent at `after_ms` after [`BASE`], 3000 ms earlier, and so on.
    pub(crate) fn heartbeat(self, member: &str, after_ms: u64) -> Self {
        self.freeze(FREEZES, member)
            .thaw(BASE + after_ms - 3_000, member)
    }

    pub(crate) fn trace(mut self) -> Trace {
        self.document["topics"] = self.topics.into();
        self.document["members"] = self.members.into();
        self.document["actions"] = self.actions.into();
        let scenario = Scenario::from_json(&self.document.to_string()).expect("a scenario");
        simulate(&scenario).expect("a trace")
    }
}

/// Three members that are stable long before [`BASE`], two partitions each.
pub(crate) fn three_stable() -> Run {
    Run::new(&["m1", "m2", "m3", "m4"])
        .start(0, "m1")
        .start(10, "m2")
        .start(20, "m3")
}

/// m1 and m2 stable with three partitions each, m3 not started.
pub(crate) fn two_stable() -> Run {
    Run::new(&["m1", "m2", "m3", "m4"])
        .start(0, "m1")
        .start(10, "m2")
}

/// Two members whose every batch outlives the poll timer.
pub(crate) fn too_slow() -> Run {
    two_stable()
        .config("auto.offset.reset", "earliest")
        .config("max.poll.interval.ms", 5000)
        .application("batch_ms", 8000)
        .produce(BASE, 1, 100)
}

/// The group's states from a time on: when, which, generation.
pub(crate) fn states(trace: &Trace, from_ms: u64) -> Vec<(u64, GroupState, i32)> {
    let spans = trace.group.iter().filter(|span| span.from_ms >= from_ms);
    let mut states: Vec<_> = spans
        .map(|span| (span.from_ms - from_ms, span.state, span.generation_id))
        .collect();
    // A re-armed timer isn't a new state.
    states.dedup_by_key(|(_, state, generation)| (*state, *generation));
    states
}

/// When the timer of a join phase is armed, from a time on.
pub(crate) fn join_timers(trace: &Trace, from_ms: u64) -> Vec<u64> {
    let spans = trace.group.iter().filter(|span| span.from_ms >= from_ms);
    let armed = spans.filter(|span| span.state == P);
    armed.map(|span| span.from_ms - from_ms).collect()
}

/// The group's generation at the end.
pub(crate) fn last_generation(trace: &Trace) -> i32 {
    trace.group.last().expect("a state").generation_id
}

/// A member's callbacks from a time on: when, which, how many partitions.
pub(crate) fn callbacks(
    trace: &Trace,
    member: &str,
    from_ms: u64,
) -> Vec<(u64, &'static str, usize)> {
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
pub(crate) fn stops(trace: &Trace, member: &str, from_ms: u64) -> Vec<(u64, u64, StopBegan)> {
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

/// When messages of a kind of a member are sent and arrive, from a time on.
pub(crate) fn messages(
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

/// What a member is answered from a time on: when, what.
pub(crate) fn answers(
    trace: &Trace,
    member: &str,
    api: Api,
    from_ms: u64,
) -> Vec<(u64, ErrorCode)> {
    let messages = trace.messages.iter().filter(|message| {
        trace.member_name(message.process) == member && message.api == api && message.is_response
    });
    let arrive = messages.filter_map(|message| Some((message.received_ms?, message.error)));
    arrive
        .filter(|(at_ms, _)| *at_ms >= from_ms)
        .map(|(at_ms, error)| (at_ms - from_ms, error))
        .collect()
}

/// When something happens to a member, from a time on.
pub(crate) fn when(
    trace: &Trace,
    member: &str,
    from_ms: u64,
    what: impl Fn(&EventKind) -> bool,
) -> Vec<u64> {
    let ours = |process: ProcessIx| trace.member_name(process) == member;
    let events = trace.events.iter().filter(|event| {
        event.at_ms >= from_ms && what(&event.kind) && event.kind.process().is_some_and(ours)
    });
    events.map(|event| event.at_ms - from_ms).collect()
}

/// What ends a member's consumer, and when.
pub(crate) fn fatal(trace: &Trace, member: &str, from_ms: u64) -> Vec<(u64, &'static str)> {
    exceptions(trace, member, from_ms, |kind| match kind {
        EventKind::Fatal { error, .. } => Some(error),
        _ => None,
    })
}

/// What a member's `commitSync()` throws, and when.
pub(crate) fn commits_failed(
    trace: &Trace,
    member: &str,
    from_ms: u64,
) -> Vec<(u64, &'static str)> {
    exceptions(trace, member, from_ms, |kind| match kind {
        EventKind::CommitFailed { error, .. } => Some(error),
        _ => None,
    })
}

fn exceptions(
    trace: &Trace,
    member: &str,
    from_ms: u64,
    error: impl Fn(&EventKind) -> Option<&'static str>,
) -> Vec<(u64, &'static str)> {
    let ours = |process: ProcessIx| trace.member_name(process) == member;
    let events = trace.events.iter().filter(|event| event.at_ms >= from_ms);
    events
        .filter(|event| event.kind.process().is_some_and(ours))
        .filter_map(|event| Some((event.at_ms - from_ms, error(&event.kind)?)))
        .collect()
}

/// The members of a generation, its assignor and its leader.
pub(crate) fn generation(trace: &Trace, generation: i32) -> (usize, &'static str, &str) {
    let found = trace.events.iter().find_map(|event| match event.kind {
        EventKind::Completing {
            generation_id,
            members,
            protocol_name,
            leader,
        } if generation_id == generation => {
            let leader = leader.map_or("", |leader| trace.member_name(leader));
            Some((members, protocol_name, leader))
        }
        _ => None,
    });
    found.expect("the generation exists")
}

pub(crate) fn members_of_generation(trace: &Trace, number: i32) -> usize {
    generation(trace, number).0
}

/// Why the first rebalance from a time on begins.
pub(crate) fn preparing_reason(trace: &Trace, from_ms: u64) -> &str {
    let mut events = trace.events.iter().filter(|event| event.at_ms >= from_ms);
    let reason = events.find_map(|event| match &event.kind {
        EventKind::Preparing { reason, .. } => Some(&**reason),
        _ => None,
    });
    reason.expect("a rebalance")
}

/// How many records are read more than once, by partition.
pub(crate) fn read_twice(trace: &Trace) -> BTreeMap<u32, u64> {
    let mut next: BTreeMap<u32, u64> = BTreeMap::new();
    let mut twice = BTreeMap::new();
    for event in &trace.events {
        if let EventKind::Read { ranges, .. } = &event.kind {
            for range in ranges {
                let next = next.entry(range.partition.0).or_default();
                let again = (range.last + 1).min(*next).saturating_sub(range.first);
                if again > 0 {
                    *twice.entry(range.partition.0).or_default() += again;
                }
                *next = (*next).max(range.last + 1);
            }
        }
    }
    twice
}

/// What a member reads again or skips when it takes over, from a time on: when, how many of each.
pub(crate) fn resumptions(trace: &Trace, member: &str, from_ms: u64) -> Vec<(u64, u64, u64)> {
    let events = trace.events.iter().filter(|event| event.at_ms >= from_ms);
    events
        .filter_map(|event| match &event.kind {
            EventKind::Resumed {
                process,
                partitions,
                ..
            } if trace.member_name(*process) == member => {
                let again = partitions.iter().map(Resumption::reprocessed).sum();
                let skipped = partitions.iter().map(Resumption::skipped).sum();
                Some((event.at_ms - from_ms, again, skipped))
            }
            _ => None,
        })
        .collect()
}
