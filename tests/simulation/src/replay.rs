//! The events of a run, played one after the other, and what must hold after each.

use crate::invariants::held;
use assignor_core::sim::trace::{
    Activity, Callback, EventKind, Frame, GroupState, PartitionFrame, PartitionIx, ProcessIx,
    Reader, Round, RoundMember, Trace, value_at,
};
use std::collections::{BTreeMap, BTreeSet};

/// What events alone say about a run so far.
#[derive(Default)]
struct Replay {
    group: Option<(GroupState, i32)>,
    /// By process: what its listener was told that it has, and in which generation.
    owned: BTreeMap<u32, (i32, BTreeSet<PartitionIx>)>,
    /// Processes that were replaced while they had something, until they are told.
    fenced: BTreeSet<u32>,
    alive: BTreeSet<u32>,
    frozen: BTreeSet<u32>,
    latest: BTreeMap<usize, u32>,
}

/// Plays the events, one after the other, and compares what they say with the frame of that time.
pub(crate) fn replay(trace: &Trace) -> Result<(), String> {
    let mut now = Replay::default();
    let mut events = trace.events.iter().peekable();
    while let Some(event) = events.next() {
        now.apply(trace, &event.kind);
        if let EventKind::Assigned(callback) = &event.kind {
            is_given(trace, callback, event.at_ms)?;
        }
        now.nobody_owns_what_another_owns(trace, event.at_ms)?;
        if events.peek().is_none_or(|next| next.at_ms > event.at_ms) {
            now.compare(trace, event.at_ms)?;
        }
    }
    Ok(())
}

impl Replay {
    fn apply(&mut self, trace: &Trace, kind: &EventKind) {
        match kind {
            EventKind::Started { process } => {
                self.alive.insert(process.0);
                let of = trace.processes.get(process.0 as usize);
                self.latest
                    .insert(of.map_or(0, |process| process.member), process.0);
            }
            EventKind::Killed { process }
            | EventKind::Ended { process }
            | EventKind::Fatal { process, .. } => {
                self.alive.remove(&process.0);
                self.frozen.remove(&process.0);
                self.owned.remove(&process.0);
                self.fenced.remove(&process.0);
            }
            EventKind::Frozen { process } => {
                self.frozen.insert(process.0);
            }
            EventKind::Thawed { process } => {
                self.frozen.remove(&process.0);
            }
            EventKind::Preparing { generation_id, .. } => {
                self.group = Some((GroupState::PreparingRebalance, *generation_id));
            }
            EventKind::Completing { generation_id, .. } => {
                self.group = Some((GroupState::CompletingRebalance, *generation_id));
            }
            EventKind::Stable { generation_id, .. } => {
                self.group = Some((GroupState::Stable, *generation_id));
            }
            EventKind::Empty { generation_id } => {
                self.group = Some((GroupState::Empty, *generation_id));
            }
            // What it has loaded is not told; the next event says.
            EventKind::CoordinatorMoves { .. } | EventKind::CoordinatorLoaded { .. } => {
                self.group = None;
            }
            // What it is given on top of what is forgotten isn't all that it has.
            EventKind::Assigned(callback) if self.fenced.contains(&callback.process.0) => {}
            EventKind::Assigned(callback) => {
                let (generation, set) = self.owned.entry(callback.process.0).or_default();
                *generation = callback.generation_id;
                set.extend(callback.partitions.iter().copied());
            }
            EventKind::Revoked(callback) | EventKind::Lost(callback) => self.gives_up(callback),
            // The fenced process doesn't know yet that it owns nothing any more.
            EventKind::StaticReplaced { process, .. } => {
                let member = trace.member_name(*process);
                let of_member = |other: &u32| trace.member_name(ProcessIx(*other)) == member;
                let replaced = self.owned.iter().filter(|(other, _)| of_member(other));
                let had = replaced.filter(|(_, (_, set))| !set.is_empty());
                self.fenced.extend(had.map(|(other, _)| *other));
                self.owned.retain(|other, _| !of_member(other));
            }
            _ => {}
        }
    }

    fn gives_up(&mut self, callback: &Callback) {
        self.fenced.remove(&callback.process.0);
        if let Some((_, set)) = self.owned.get_mut(&callback.process.0) {
            for place in &callback.partitions {
                set.remove(place);
            }
        }
    }

    fn nobody_owns_what_another_owns(&self, trace: &Trace, at_ms: u64) -> Result<(), String> {
        let mut owners = BTreeMap::new();
        for (process, (generation, set)) in &self.owned {
            for place in set {
                let other = owners.insert((*generation, *place), *process);
                let once = other.is_none() || is_given_twice(trace, *generation, *place);
                held(once, || {
                    format!("{place:?} has two owners in generation {generation} at {at_ms} ms")
                })?;
            }
        }
        Ok(())
    }

    /// The frame of a time against what the events up to then say.
    fn compare(&self, trace: &Trace, at_ms: u64) -> Result<(), String> {
        let frame = trace.frame_at(at_ms);
        if let Some((state, generation_id)) = self.group {
            let shown = (frame.group.state, frame.group.generation_id);
            held(shown == (state, generation_id), || {
                format!(
                    "at {at_ms} ms the frame shows {shown:?}, the events say {state:?} {generation_id}"
                )
            })?;
        }
        held(
            frame.barrier.is_some() == (frame.group.state == GroupState::PreparingRebalance),
            || format!("a barrier in the wrong state at {at_ms} ms"),
        )?;
        self.compare_members(&frame, at_ms)?;
        compare_deadlines(trace, &frame, at_ms)?;
        self.compare_readers(trace, &frame, at_ms)
    }

    fn compare_members(&self, frame: &Frame, at_ms: u64) -> Result<(), String> {
        for (member, shown) in frame.members.iter().enumerate() {
            let latest = self.latest.get(&member).copied();
            held(shown.process.map(|process| process.0) == latest, || {
                format!(
                    "at {at_ms} ms member {member} is {:?}, started was {latest:?}",
                    shown.process
                )
            })?;
            let alive = latest.is_some_and(|process| self.alive.contains(&process));
            held(
                shown.activity.is_some_and(Activity::is_alive) == alive,
                || {
                    format!(
                        "at {at_ms} ms member {member} is {:?}, alive: {alive}",
                        shown.activity
                    )
                },
            )?;
            let frozen = latest.is_some_and(|process| self.frozen.contains(&process));
            held((shown.activity == Some(Activity::Frozen)) == frozen, || {
                format!(
                    "at {at_ms} ms member {member} is {:?}, frozen: {frozen}",
                    shown.activity
                )
            })?;
        }
        Ok(())
    }

    fn compare_readers(&self, trace: &Trace, frame: &Frame, at_ms: u64) -> Result<(), String> {
        let reads: usize = frame.members.iter().map(|member| member.reads.len()).sum();
        let mut read = 0;
        let places = (0..).map(PartitionIx);
        for ((place, partition), lane) in places.zip(&frame.partitions).zip(&trace.lanes) {
            let ix = lane.span_at(at_ms).unwrap_or(0);
            let span = lane.spans.get(ix);
            let reader = span.map_or(Reader::NotYet, |span| span.reader);
            let is_read = matches!(reader, Reader::Process { .. });
            let of_lane = PartitionFrame {
                reader,
                since_ms: span.map_or(0, |span| span.from_ms),
                next: if is_read { None } else { lane.next_reader(ix) },
            };
            held(of_lane == *partition, || {
                format!("at {at_ms} ms the frame shows {partition:?}, the lane has {of_lane:?}")
            })?;
            let Reader::Process { process, .. } = partition.reader else {
                continue;
            };
            read += 1;
            // Told of a replacement, the events forget what the fenced process still has.
            let owns = self
                .owned
                .get(&process.0)
                .is_none_or(|(_, set)| set.contains(&place));
            held(owns, || {
                format!("at {at_ms} ms {process:?} reads {place:?}, which it wasn't given")
            })?;
            held(self.alive.contains(&process.0), || {
                format!("at {at_ms} ms {process:?} reads and is gone")
            })?;
        }
        held(reads == read, || {
            format!("at {at_ms} ms members read {reads}, partitions are read {read} times")
        })
    }
}

/// What is left of sessions and until heartbeats is what the tracks say.
fn compare_deadlines(trace: &Trace, frame: &Frame, at_ms: u64) -> Result<(), String> {
    for shown in &frame.members {
        let Some(track) = shown.process.and_then(|p| trace.tracks.get(p.0 as usize)) else {
            continue;
        };
        let left = |deadlines| {
            let deadline: Option<u64> = value_at(deadlines, at_ms).copied().flatten();
            deadline.map(|deadline_ms| deadline_ms.saturating_sub(at_ms))
        };
        let of_tracks = (
            left(&track.session_deadline_ms),
            left(&track.heartbeat_due_ms),
        );
        held(
            of_tracks == (shown.session_left_ms, shown.heartbeat_left_ms),
            || format!("at {at_ms} ms the frame shows {shown:?}, the tracks have {of_tracks:?}"),
        )?;
    }
    Ok(())
}

/// Whether the leader's assignment has everything that a listener is told it has.
fn is_given(trace: &Trace, callback: &Callback, at_ms: u64) -> Result<(), String> {
    let process = trace.processes.get(callback.process.0 as usize);
    let instance = process.and_then(|process| process.group_instance_id.as_ref());
    // A static member's new process is given what the old one had.
    let is_it = |member: &&RoundMember| {
        member.process == callback.process
            || (instance.is_some() && member.group_instance_id.as_ref() == instance)
    };
    // A member that has left while its listener took its time hears of its last assignment.
    let of_generation = |round: &&Round| {
        callback.generation_id < 0 || round.generation_id == callback.generation_id
    };
    let rounds = trace.rounds.iter().rev();
    let mut rounds = rounds
        .filter(|round| round.at_ms <= at_ms)
        .filter(of_generation);
    let member = if callback.generation_id < 0 {
        rounds.find_map(|round| round.members.iter().find(is_it))
    } else {
        rounds
            .next()
            .and_then(|round| round.members.iter().find(is_it))
    };
    let assigned = member.map_or(&[][..], |member| &member.assigned);
    let stranger = callback
        .partitions
        .iter()
        .find(|place| !assigned.contains(place));
    held(stranger.is_none(), || {
        format!("at {at_ms} ms {stranger:?} is not of its assignment: {callback:?}")
    })
}

/// Whether the leader itself gave a partition to several members. The sticky assignors of Kafka do so where
/// a member owns a partition of which the leader's metadata don't know yet: behind it, what others keep
/// counts as free.
fn is_given_twice(trace: &Trace, generation: i32, place: PartitionIx) -> bool {
    let Some(round) = trace.round(generation) else {
        return false;
    };
    let is_unknown = |claim: &PartitionIx| {
        let claimed = trace.partitions.get(claim.0 as usize);
        claimed.is_some_and(|claimed| {
            let mut topics = round.topics.iter();
            topics.any(|(name, count)| *name == claimed.topic && claimed.partition >= *count)
        })
    };
    let mut claims = round.members.iter().flat_map(|member| &member.claims);
    let given = |member: &&RoundMember| member.assigned.contains(&place);
    round.members.iter().filter(given).count() > 1 && claims.any(is_unknown)
}
