//! One sentence about a moment: who waits for whom, since when, what ends it.

use super::words::{and, clock, counted, member, members, name, partitions, span, who};
use super::{Narration, Sentence, Why};
use crate::sim::trace::{
    Activity, Barrier, EventKind, Frame, GroupSpan, GroupState, MemberFrame, PartitionFrame,
    PartitionIx, ProcessIx, Reader, Standing, StopBegan, Trace,
};

/// What to say about a moment of a run.
pub fn at(trace: &Trace, frame: &Frame) -> Narration {
    let event = frame
        .event
        .and_then(|ix| trace.events.get(ix))
        .filter(|event| event.at_ms == frame.at_ms)
        .map(|event| super::event(trace, event));
    let (state, why) = state(trace, frame);
    Narration {
        event,
        state: Sentence::from(state),
        why,
    }
}

fn state(trace: &Trace, frame: &Frame) -> (String, Option<Why>) {
    let view = View { trace, frame };
    // A limit ends the run: nothing comes after it.
    let limit = trace.events.last().and_then(|event| match event.kind {
        EventKind::LimitReached { limit } if event.at_ms <= frame.at_ms => Some(limit),
        _ => None,
    });
    if let Some(limit) = limit {
        let endless = match trace.livelock() {
            Some(_) => ": the group rebalances without end",
            None => "",
        };
        return (
            format!("The run was stopped at a limit, {limit}{endless}."),
            None,
        );
    }
    match (&frame.barrier, frame.group.state) {
        (Some(barrier), _) => view.barrier(barrier),
        (None, GroupState::CompletingRebalance) => view.completing(),
        (None, GroupState::Stable) => view.stable(),
        _ => view.empty(),
    }
}

/// Whether a process has been told of the state that the group is in at a moment.
pub fn is_told(trace: &Trace, frame: &Frame, process: ProcessIx) -> bool {
    let from_ms = frame.group.from_ms;
    let before = trace.events.partition_point(|event| event.at_ms < from_ms);
    let since = trace.events.iter().skip(before);
    since
        .take_while(|event| event.at_ms <= frame.at_ms)
        .any(|event| matches!(event.kind, EventKind::Told { process: told } if told == process))
}

struct View<'a> {
    trace: &'a Trace,
    frame: &'a Frame,
}

/// Partitions that stopped for one reason at one time.
struct Stop {
    last: ProcessIx,
    began: StopBegan,
    since_ms: u64,
    partitions: Vec<PartitionIx>,
    next: Option<(ProcessIx, u64)>,
}

impl View<'_> {
    fn members_where(&self, is: impl Fn(&MemberFrame) -> bool) -> Vec<usize> {
        let members = self.frame.members.iter().enumerate();
        members
            .filter_map(|(place, member)| is(member).then_some(place))
            .collect()
    }

    fn stopped(&self) -> Vec<PartitionIx> {
        (0u32..)
            .zip(&self.frame.partitions)
            .filter(|(_, partition)| matches!(partition.reader, Reader::Nobody { .. }))
            .map(|(ix, _)| PartitionIx(ix))
            .collect()
    }

    /// The oldest stop of the moment; of those that are equally old the one of the first partition.
    fn oldest_stop(&self) -> Option<Stop> {
        let stopped = || {
            let partitions = (0..).map(PartitionIx).zip(&self.frame.partitions);
            partitions.filter_map(|(ix, partition)| match partition.reader {
                Reader::Nobody { last, began, .. } => Some((ix, partition, last, began)),
                _ => None,
            })
        };
        let (_, first, last, began) =
            stopped().min_by_key(|(_, partition, ..)| partition.since_ms)?;
        let goes_to = |partition: &PartitionFrame| partition.next.map(|(process, _)| process);
        let is_of_it = |partition: &PartitionFrame| {
            partition.since_ms == first.since_ms
                // Where a partition goes matters only for one that was given up for it.
                && (began != StopBegan::Revoked || goes_to(partition) == goes_to(first))
        };
        let alike = stopped().filter(|(_, partition, its_last, its_began)| {
            (*its_last, *its_began) == (last, began) && is_of_it(partition)
        });
        Some(Stop {
            last,
            began,
            since_ms: first.since_ms,
            next: first.next,
            partitions: alike.map(|(ix, ..)| ix).collect(),
        })
    }

    fn until_then(&self) -> String {
        match self.stopped().as_slice() {
            [] => String::new(),
            stopped => format!(
                " Until then nobody reads {}.",
                partitions(self.trace, stopped)
            ),
        }
    }

    fn barrier(&self, barrier: &Barrier) -> (String, Option<Why>) {
        let joined = self.members_where(|member| member.standing == Standing::Joined);
        let opens = |fallback: &str| {
            barrier
                .opens_ms
                .map_or(fallback.to_owned(), |at_ms| format!("at {}", clock(at_ms)))
        };
        let Some(first) = barrier.awaited.first() else {
            return self.initial_delay(&joined, barrier);
        };
        let waiting = match joined.len() {
            0 => "The group waits".to_owned(),
            1 => format!("{} has rejoined and waits", members(self.trace, &joined)),
            _ => format!("{} have rejoined and wait", members(self.trace, &joined)),
        };
        if let [only] = barrier.awaited.as_slice() {
            let (reason, why) = self.awaited(only.member, only.until_ms);
            let c = member(self.trace, only.member);
            return (
                format!("{waiting} for {c}, which {reason}.{}", self.until_then()),
                Some(why),
            );
        }
        let places: Vec<_> = barrier
            .awaited
            .iter()
            .map(|awaited| awaited.member)
            .collect();
        let (_, why) = self.awaited(first.member, first.until_ms);
        let end = opens("and the run ends before they all do");
        (
            format!(
                "{waiting} for {}. The join barrier opens {end}.{}",
                members(self.trace, &places),
                self.until_then()
            ),
            Some(why),
        )
    }

    /// Nobody is awaited: only the initial delay keeps the barrier closed.
    fn initial_delay(&self, joined: &[usize], barrier: &Barrier) -> (String, Option<Why>) {
        let has = if joined.len() == 1 { "has" } else { "have" };
        let end = barrier
            .opens_ms
            .map_or("beyond the end of the run".to_owned(), |at_ms| {
                format!("until {}", clock(at_ms))
            });
        let text = format!(
            "{} {has} joined. The coordinator keeps the join barrier closed {end} in case more members come.{}",
            members(self.trace, joined),
            self.until_then()
        );
        (text, Some(INITIAL_DELAY))
    }

    /// Why an awaited member hasn't joined yet, and when it does.
    fn awaited(&self, place: usize, until_ms: Option<u64>) -> (String, Why) {
        let frame = self.frame.members.get(place);
        let activity = frame.and_then(|member| member.activity);
        let by = until_ms.map_or("not before the run ends".to_owned(), clock);
        match activity {
            Some(Activity::Killed | Activity::Ended | Activity::Failed) => (
                format!("is gone. The coordinator doesn't know before its session ends, {by}"),
                SESSION,
            ),
            Some(Activity::Frozen) => (
                format!("is frozen; its session ends or it rejoins, {by}"),
                SESSION,
            ),
            Some(Activity::InBatch { .. }) => (
                format!("is in a batch and rejoins at its next poll(), {by}"),
                BARRIER,
            ),
            Some(Activity::InCallback { .. }) => (
                format!("is in a callback of its listener and rejoins after it, {by}"),
                BARRIER,
            ),
            _ if frame.is_some_and(|member| member.standing == Standing::Pending) => (
                format!("has been given a member id and comes back with it, {by}"),
                MEMBER_ID,
            ),
            _ => match frame.and_then(|member| member.heartbeat_left_ms) {
                Some(left_ms) if !self.is_told(place) => (
                    format!(
                        "is told of the rebalance by its next heartbeat, in {}",
                        span(left_ms)
                    ),
                    HEARTBEAT,
                ),
                _ => (format!("rejoins at {by}"), BARRIER),
            },
        }
    }

    /// Whether a member has heard of the present rebalance.
    fn is_told(&self, place: usize) -> bool {
        let member = self.frame.members.get(place);
        let process = member.and_then(|member| member.process);
        process.is_some_and(|process| is_told(self.trace, self.frame, process))
    }

    fn completing(&self) -> (String, Option<Why>) {
        let generation = name(&self.frame.group.generation_id.to_string());
        let leader = self.members_where(|member| member.leads);
        let stable = self
            .next_group(GroupState::Stable)
            .map_or("The run ends before it is stable.".to_owned(), |span| {
                format!("It is stable at {}.", clock(span.from_ms))
            });
        let text = match leader.first() {
            Some(&leader) => format!(
                "Generation {generation} has begun. {} leads it and computes the assignment; the others wait in SyncGroup. {stable}{}",
                member(self.trace, leader),
                self.until_then()
            ),
            None => format!(
                "Generation {generation} has begun and waits for an assignment. {stable}{}",
                self.until_then()
            ),
        };
        (text, Some(LEADER))
    }

    fn next_group(&self, state: GroupState) -> Option<&GroupSpan> {
        let after = |span: &&GroupSpan| span.from_ms > self.frame.at_ms && span.state == state;
        self.trace.group.iter().find(after)
    }

    fn stable(&self) -> (String, Option<Why>) {
        if let Some(stop) = self.oldest_stop() {
            return self.stop_in_stable(&stop);
        }
        if let Some(joiner) = self
            .members_where(|member| {
                member.standing == Standing::Stranger
                    && member.activity.is_some_and(Activity::is_alive)
                    && member.activity != Some(Activity::Closing)
            })
            .first()
        {
            return self.outside(*joiner);
        }
        let generation = name(&self.frame.group.generation_id.to_string());
        let reading = match self.members_where(|member| !member.reads.is_empty()).len() {
            0 => "Nobody reads anything".to_owned(),
            1..=4 => and(&self.readers()),
            n => format!(
                "{n} members read {}",
                counted(self.frame.partitions.len(), "partition")
            ),
        };
        let (refused, next) = (self.refused(), self.what_comes());
        (
            format!("Generation {generation} is stable: {reading}.{refused}{next}"),
            None,
        )
    }

    /// A process that runs and isn't a member: not yet, or no longer.
    fn outside(&self, place: usize) -> (String, Option<Why>) {
        let c = member(self.trace, place);
        let frame = self.frame.members.get(place);
        let process = frame.and_then(|member| member.process);
        if !process.is_some_and(|process| self.trace.was_member(process, self.frame.at_ms)) {
            let text =
                format!("{c} has started and isn't a member yet: its JoinGroup is on its way.");
            return (text, Some(MEMBER_ID));
        }
        let what = match frame.and_then(|member| member.activity) {
            Some(Activity::InBatch { until_ms: u64::MAX }) => {
                "its batch never ends, so it doesn't rejoin".to_owned()
            }
            Some(Activity::InBatch { until_ms }) => format!(
                "it works on its batch until {} and rejoins at its next poll()",
                clock(until_ms)
            ),
            Some(Activity::Frozen) => "it is frozen and finds out when it goes on".to_owned(),
            _ => "it finds out and rejoins".to_owned(),
        };
        (format!("{c} is no longer a member: {what}."), None)
    }

    /// Who has ended with an exception, and with which.
    fn refused(&self) -> String {
        let failed = self.members_where(|member| member.activity == Some(Activity::Failed));
        let told = failed.iter().filter_map(|&place| {
            let process = self.frame.members.get(place)?.process?;
            let error = self.trace.error_of(process)?;
            Some(format!(
                " {} has ended with {error}.",
                member(self.trace, place)
            ))
        });
        told.take(2).collect()
    }

    /// `c1 reads a0, a1`, for every member with a part.
    fn readers(&self) -> Vec<String> {
        let members = self.frame.members.iter().enumerate();
        members
            .filter(|(_, frame)| !frame.reads.is_empty())
            .map(|(place, frame)| {
                let c = member(self.trace, place);
                format!("{c} reads {}", partitions(self.trace, &frame.reads))
            })
            .collect()
    }

    /// The next event that a reader would notice.
    fn what_comes(&self) -> String {
        let from = self.frame.event.map_or(0, |ix| ix + 1);
        let coming = self.trace.events.iter().skip(from).find(|event| {
            matches!(
                event.kind,
                EventKind::Started { .. } | EventKind::Closing { .. } | EventKind::Killed { .. }
            )
        });
        let Some(event) = coming else {
            return String::new();
        };
        let what = match event.kind {
            EventKind::Started { .. } => "starts",
            EventKind::Closing { .. } => "closes",
            _ => "is killed",
        };
        let c = event.kind.process().map(|process| who(self.trace, process));
        format!(
            " Next: {} {what} at {}.",
            c.unwrap_or_default(),
            clock(event.at_ms)
        )
    }

    fn stop_in_stable(&self, stop: &Stop) -> (String, Option<Why>) {
        let trace = self.trace;
        let c = who(trace, stop.last);
        let list = partitions(trace, &stop.partitions);
        let since = clock(stop.since_ms);
        let resumes = match stop.next {
            Some((process, at_ms)) => {
                format!("{} reads on at {}", who(trace, process), clock(at_ms))
            }
            None => "nobody reads on before the run ends".to_owned(),
        };
        let until = match stop.next {
            Some(_) => format!("until {resumes}"),
            None => "to the end of the run".to_owned(),
        };
        match stop.began {
            StopBegan::Killed => (self.killed(stop, &c, &list, &resumes), Some(SESSION)),
            StopBegan::Frozen => (
                format!("{c} is frozen since {since}. Until it goes on, nobody reads {list}."),
                Some(SESSION),
            ),
            StopBegan::Closed => self.closed(stop, &c, &list, &until),
            StopBegan::Failed => (
                format!("{c} failed at {since}: nobody reads {list} {until}."),
                Some(SESSION),
            ),
            StopBegan::Cut => (
                format!("{c} is cut off since {since}: it can't read {list} {until}."),
                Some(SESSION),
            ),
            StopBegan::Unsubscribed => (
                format!("{c} unsubscribed at {since}: nobody reads {list} {until}."),
                Some(BARRIER),
            ),
            StopBegan::Lost => (
                format!("{c} lost {list} at {since}: {resumes}."),
                Some(SESSION),
            ),
            StopBegan::Revoked => self.revoked(stop, &c, &list, &resumes),
        }
    }

    /// When the coordinator misses a process's heartbeats for too long, if it does.
    fn expiry_ms(&self, of: ProcessIx) -> Option<u64> {
        let is_it =
            |kind: &EventKind| matches!(kind, EventKind::Expired { process, .. } if *process == of);
        let expired = self.trace.events.iter().find(|event| is_it(&event.kind));
        expired.map(|event| event.at_ms)
    }

    fn closed(&self, stop: &Stop, c: &str, list: &str, until: &str) -> (String, Option<Why>) {
        let since = clock(stop.since_ms);
        let has_left = self.trace.events.iter().any(
            |event| matches!(event.kind, EventKind::Left { process, .. } if process == stop.last),
        );
        if has_left {
            let text = format!("{c} closes since {since}: nobody reads {list} {until}.");
            return (text, Some(BARRIER));
        }
        let keeps = match self.expiry_ms(stop.last) {
            Some(at_ms) if at_ms <= self.frame.at_ms => {
                format!("its session ended at {}", clock(at_ms))
            }
            Some(at_ms) => format!(
                "the coordinator keeps its place until its session ends at {}",
                clock(at_ms)
            ),
            None => "the coordinator keeps its place".to_owned(),
        };
        let text = format!(
            "{c} closed at {since} without LeaveGroup, and {keeps}. Nobody reads {list} {until}."
        );
        (text, Some(NO_LEAVE))
    }

    fn killed(&self, stop: &Stop, c: &str, list: &str, resumes: &str) -> String {
        let known = match self.expiry_ms(stop.last) {
            Some(at_ms) if at_ms <= self.frame.at_ms => format!("Then {resumes}."),
            Some(at_ms) => format!(
                "Its session ends at {}; the coordinator doesn't know before. Nobody reads {list}.",
                clock(at_ms)
            ),
            None => format!("Nobody reads {list}: {resumes}."),
        };
        format!("{c} was killed at {}. {known}", clock(stop.since_ms))
    }

    fn revoked(&self, stop: &Stop, c: &str, list: &str, resumes: &str) -> (String, Option<Why>) {
        let is_cooperative = self
            .trace
            .processes
            .get(stop.last.0 as usize)
            .is_some_and(|process| process.cooperative);
        let generation = self.frame.group.generation_id;
        let since = clock(stop.since_ms);
        match stop.next {
            Some((process, _)) if is_cooperative && process != stop.last => (
                format!(
                    "Nobody reads {list} since {since}: {c} gave it up in generation {generation}, and {} may only get it in generation {}.",
                    who(self.trace, process),
                    generation + 1
                ),
                Some(COOPERATIVE),
            ),
            _ => (
                format!(
                    "Generation {generation} is stable, its assignment on its way: nobody reads {list} since {since}, {resumes}."
                ),
                Some(EAGER),
            ),
        }
    }

    fn empty(&self) -> (String, Option<Why>) {
        let group = &self.frame.group;
        let started = self.members_where(|member| {
            member.activity.is_some_and(Activity::is_alive)
                && member.activity != Some(Activity::Closing)
        });
        if !started.is_empty() {
            let has = if started.len() == 1 { "has" } else { "have" };
            let text = format!(
                "{} {has} started and will join. The group has no members yet.",
                members(self.trace, &started)
            );
            return (text, Some(MEMBER_ID));
        }
        let next = self.what_comes();
        if group.generation_id == 0 {
            return (format!("No member has joined yet.{next}"), None);
        }
        let stopped = match self.stopped().as_slice() {
            [] => String::new(),
            stopped => format!(" Nobody reads {}.", partitions(self.trace, stopped)),
        };
        (
            format!(
                "The group is empty since {}.{stopped}{next}",
                clock(group.from_ms)
            ),
            None,
        )
    }
}

pub(super) const BARRIER: Why = Why {
    question: "Why can't the group go on without it?",
    answer: "A generation begins when every member has sent JoinGroup, or when the rebalance timeout, the largest max.poll.interval.ms of the members, has passed. A member sends it only inside poll(): one that is busy keeps all others waiting, and under the eager protocol they have given up everything before.",
    source: "KIP-62; ClassicGroup.allMembersJoined, ConsumerCoordinator.poll",
};
pub(super) const SESSION: Why = Why {
    question: "Why doesn't the coordinator notice at once?",
    answer: "A process that is killed says nothing. The coordinator only sees that heartbeats stay away, and removes the member when none has come for session.timeout.ms. A member that closes sends LeaveGroup instead and is removed at once.",
    source: "KIP-62; GroupMetadataManager.expireClassicGroupMemberHeartbeat",
};
pub(super) const NO_LEAVE: Why = Why {
    question: "Why does the coordinator keep its place?",
    answer: "A member with group.instance.id sends no LeaveGroup when it closes, so that it can come back to the same partitions without a rebalance; nor does one that is closed with REMAIN_IN_GROUP. Its partitions stay its own until the same id joins again, or until no heartbeat has come for session.timeout.ms.",
    source: "KIP-345, KIP-1092; AbstractCoordinator.maybeLeaveGroup",
};
pub(super) const HEARTBEAT: Why = Why {
    question: "Why isn't it told at once?",
    answer: "The coordinator can't call a member, it can only answer. A member hears of a rebalance from the answer to its next heartbeat, REBALANCE_IN_PROGRESS, so up to one heartbeat.interval.ms later.",
    source: "KIP-62; AbstractCoordinator.HeartbeatResponseHandler",
};
pub(super) const INITIAL_DELAY: Why = Why {
    question: "Why does the group wait although everybody has joined?",
    answer: "A group that was empty waits group.initial.rebalance.delay.ms for more members, and again as long as one came meanwhile, so that a deployment's members share one rebalance instead of causing one each.",
    source: "KIP-134; group.initial.rebalance.delay.ms",
};
pub(super) const MEMBER_ID: Why = Why {
    question: "Why does it have to ask twice?",
    answer: "The coordinator answers a newcomer's first JoinGroup with a member id and MEMBER_ID_REQUIRED. Only the second JoinGroup, which carries the id, makes it a member; a client that gives up in between leaves no ghost in the group.",
    source: "KIP-394; JoinGroup version 4",
};
pub(super) const LEADER: Why = Why {
    question: "Who computes the assignment?",
    answer: "The coordinator doesn't. It sends all subscriptions to the leader, the first member that joined, which runs the assignor and brings the result with its SyncGroup. The others' SyncGroups wait for it.",
    source: "AbstractCoordinator.onLeaderElected, ConsumerPartitionAssignor.assign",
};
pub(super) const COOPERATIVE: Why = Why {
    question: "Why does it need another generation?",
    answer: "Under the cooperative protocol a member keeps what it reads while it rejoins. What it has to give up is left out of this generation's assignment; only when it has revoked it and joined again can the next generation give it to somebody else.",
    source: "KIP-429; CooperativeStickyAssignor, ConsumerCoordinator.onJoinComplete",
};
pub(super) const EAGER: Why = Why {
    question: "Why did it stop partitions that it gets back?",
    answer: "Under the eager protocol a member revokes everything before it sends JoinGroup, because it can't know what it will be given. So every partition stops, also one that stays where it was.",
    source: "KIP-429; ConsumerCoordinator.onJoinPrepare",
};
