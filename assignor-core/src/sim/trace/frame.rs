//! A frame: everything a view shows at one moment.

use super::seek::LongTrack;
use super::{
    Activity, At, ClientState, EventKind, GroupSpan, GroupState, PartitionIx, ProcessIx, Reader,
    Standing, Trace, value_at,
};

/// A run at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The moment.
    pub at_ms: u64,
    /// Place of the last event at or before it in [`Trace::events`].
    pub event: Option<usize>,
    /// State, generation and timer of the group.
    pub group: GroupSpan,
    /// The join barrier, while the group prepares a rebalance.
    pub barrier: Option<Barrier>,
    /// The members of the scenario, in its order.
    pub members: Vec<MemberFrame>,
    /// The partitions, by [`PartitionIx`].
    pub partitions: Vec<PartitionFrame>,
}

/// Whom the join barrier waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Barrier {
    /// Members that are still awaited, in the scenario's order.
    pub awaited: Vec<Awaited>,
    /// When the barrier opens in this run; none if it doesn't before the run ends.
    pub opens_ms: Option<u64>,
    /// When it opens at the latest.
    pub deadline_ms: Option<u64>,
}

/// A member that the barrier waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Awaited {
    /// Place of the member in [`Trace::members`].
    pub member: usize,
    /// When its JoinGroup arrives in this run, or when it is removed; none if neither happens.
    pub until_ms: Option<u64>,
}

/// A member at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemberFrame {
    /// Its present or last process; none before its first start.
    pub process: Option<ProcessIx>,
    /// What the process does.
    pub activity: Option<Activity>,
    /// State of its coordinator client.
    pub client: ClientState,
    /// What the coordinator knows of it, and since when.
    pub standing: Standing,
    /// Since when.
    pub standing_since_ms: u64,
    /// Whether it leads the generation.
    pub leads: bool,
    /// Time left of its session as the coordinator's timer has it; none if the timer doesn't run.
    pub session_left_ms: Option<u64>,
    /// Time left until it must have called `poll()`; none while no poll timer runs.
    pub poll_left_ms: Option<u64>,
    /// Time until its next heartbeat is due; none while it sends none.
    pub heartbeat_left_ms: Option<u64>,
    /// What it reads, ascending.
    pub reads: Vec<PartitionIx>,
}

/// A partition at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PartitionFrame {
    /// Who reads it.
    pub reader: Reader,
    /// Since when; the begin of the run for a partition that hasn't been read yet.
    pub since_ms: u64,
    /// While nobody reads it: who will be next, and when.
    pub next: Option<(ProcessIx, u64)>,
}

impl Trace {
    /// The run at a moment. Any time after the end shows the end.
    pub fn frame_at(&self, t_ms: u64) -> Frame {
        let t_ms = t_ms.min(self.end_ms);
        let group = self.group_at(t_ms).cloned().unwrap_or(GroupSpan {
            from_ms: 0,
            to_ms: self.end_ms,
            state: GroupState::Empty,
            generation_id: 0,
            deadline_ms: None,
        });
        let partitions = self.seek.partitions_at(t_ms);
        let leader = self.seek.leader_at(t_ms);
        let mut members: Vec<_> = (0..self.members.len())
            .map(|member| self.member_frame(member, t_ms, leader))
            .collect();
        self.note_readers(&partitions, &mut members);
        Frame {
            at_ms: t_ms,
            event: self.event_at(t_ms),
            barrier: self.barrier_at(t_ms, &group, &members),
            group,
            members,
            partitions,
        }
    }

    /// Whether a process is a member of the group at a moment, or was one before.
    pub fn was_member(&self, process: ProcessIx, t_ms: u64) -> bool {
        let track = self.tracks.get(process.0 as usize);
        track.is_some_and(|track| {
            let mut until = track
                .standing
                .iter()
                .take_while(|entry| entry.at_ms <= t_ms);
            until.any(|entry| entry.value == Standing::Member)
        })
    }

    /// The class of the exception that ended a process; none if none did.
    pub fn error_of(&self, process: ProcessIx) -> Option<&'static str> {
        self.events.iter().find_map(|event| match event.kind {
            EventKind::Fatal { process: of, error } if of == process => Some(error),
            _ => None,
        })
    }

    /// What each member reads, in lists that are as long from the start as they become.
    fn note_readers(&self, partitions: &[PartitionFrame], members: &mut [MemberFrame]) {
        let member_of = |partition: &PartitionFrame| match partition.reader {
            Reader::Process { process, .. } => {
                let process = self.processes.get(process.0 as usize)?;
                u32::try_from(process.member).ok()
            }
            _ => None,
        };
        let of_member: Vec<_> = partitions.iter().map(member_of).collect();
        let mut counts = vec![0; members.len()];
        for member in of_member.iter().flatten() {
            if let Some(count) = counts.get_mut(*member as usize) {
                *count += 1;
            }
        }
        for (member, count) in members.iter_mut().zip(counts) {
            member.reads.reserve_exact(count);
        }
        for (ix, member) in (0..).map(PartitionIx).zip(of_member) {
            if let Some(member) = member.and_then(|member| members.get_mut(member as usize)) {
                member.reads.push(ix);
            }
        }
    }

    fn member_frame(&self, member: usize, t_ms: u64, leader: Option<ProcessIx>) -> MemberFrame {
        let process = self.process_of(member, t_ms);
        let absent = MemberFrame {
            process,
            activity: None,
            client: ClientState::Unjoined,
            standing: Standing::Stranger,
            standing_since_ms: 0,
            leads: false,
            session_left_ms: None,
            poll_left_ms: None,
            heartbeat_left_ms: None,
            reads: Vec::new(),
        };
        let Some(ix) = process else {
            return absent;
        };
        let (Some(track), Some(facts)) = (
            self.tracks.get(ix.0 as usize),
            self.processes.get(ix.0 as usize),
        ) else {
            return absent;
        };
        let activity = value_at(&track.activity, t_ms).copied();
        let client = value_at(&track.client, t_ms)
            .copied()
            .unwrap_or(ClientState::Unjoined);
        let standings = track.standing.partition_point(|entry| entry.at_ms <= t_ms);
        let standing = standings
            .checked_sub(1)
            .and_then(|ix| track.standing.get(ix));
        let left = |track: &[At<Option<u64>>], which| {
            let deadline = self.seek.deadline_at(track, which, ix, t_ms);
            deadline.map(|deadline| deadline.saturating_sub(t_ms))
        };
        MemberFrame {
            activity,
            client,
            standing: standing.map_or(Standing::Stranger, |entry| entry.value),
            standing_since_ms: standing.map_or(0, |entry| entry.at_ms),
            leads: leader == Some(ix),
            session_left_ms: left(&track.session_deadline_ms, LongTrack::Session),
            poll_left_ms: self.poll_left(ix, facts.max_poll_interval_ms, activity, client, t_ms),
            heartbeat_left_ms: left(&track.heartbeat_due_ms, LongTrack::Heartbeat),
            ..absent
        }
    }

    /// The poll timer starts anew with every turn of the poll loop, so it only drains in a batch.
    fn poll_left(
        &self,
        process: ProcessIx,
        interval_ms: u64,
        activity: Option<Activity>,
        client: ClientState,
        t_ms: u64,
    ) -> Option<u64> {
        match activity? {
            Activity::Polling if client != ClientState::Unjoined => Some(interval_ms),
            Activity::InBatch { .. } | Activity::InCallback { .. } | Activity::Frozen => {
                let track = self.tracks.get(process.0 as usize)?;
                let before = track.activity.partition_point(|entry| entry.at_ms <= t_ms);
                let left_poll = track.activity.get(..before)?.iter().rev().find_map({
                    let mut next_at = t_ms;
                    move |entry| {
                        if entry.value == Activity::Polling {
                            return Some(next_at);
                        }
                        next_at = entry.at_ms;
                        None
                    }
                })?;
                Some((left_poll + interval_ms).saturating_sub(t_ms))
            }
            _ => None,
        }
    }

    fn barrier_at(&self, t_ms: u64, group: &GroupSpan, members: &[MemberFrame]) -> Option<Barrier> {
        if group.state != GroupState::PreparingRebalance {
            return None;
        }
        let awaited = members
            .iter()
            .enumerate()
            .filter(|(_, frame)| matches!(frame.standing, Standing::Awaited | Standing::Pending))
            .map(|(member, frame)| Awaited {
                member,
                until_ms: frame.process.and_then(|process| {
                    let track = self.tracks.get(process.0 as usize)?;
                    let next = track.standing.partition_point(|entry| entry.at_ms <= t_ms);
                    track.standing.get(next).map(|entry| entry.at_ms)
                }),
            })
            .collect();
        Some(Barrier {
            awaited,
            opens_ms: (group.to_ms < self.end_ms).then_some(group.to_ms),
            deadline_ms: group.deadline_ms,
        })
    }
}
