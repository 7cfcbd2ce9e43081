//! How a run ends: why some stops don't.

use super::{
    Activity, ClientState, EventKind, GroupState, PartitionIx, ProcessIx, Reader, Standing,
    StopBegan, StopEnded, Trace,
};
use serde::Serialize;

/// Why nobody reads a partition by the end of the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unended {
    /// Its reader is still frozen, and the coordinator still counts on it.
    Frozen {
        /// The reader.
        process: ProcessIx,
    },
    /// A rebalance is under way.
    Rebalancing {
        /// Since when.
        since_ms: u64,
        /// The members that are awaited, by place in [`Trace::members`].
        awaited: Vec<usize>,
    },
    /// Its reader is gone, but is a member until its session ends.
    SessionRuns {
        /// The reader.
        process: ProcessIx,
        /// When the session ends; none where no timer runs.
        until_ms: Option<u64>,
    },
    /// It has been given to a process that hasn't begun to read: a batch, a callback or the first
    /// fetch still goes on.
    OnItsWay {
        /// To whom.
        process: ProcessIx,
    },
    /// The group has no members.
    NoMembers,
    /// The group is stable, and nobody was given the partition.
    NotAssigned,
}

impl Trace {
    /// Why a partition that nobody reads at the end of the run stays so; none where somebody does, or nobody
    /// ever did.
    pub fn unended(&self, partition: PartitionIx) -> Option<Unended> {
        let last = self.lanes.get(partition.0 as usize)?.spans.last()?;
        let Reader::Nobody {
            last: reader,
            began,
            ended: StopEnded::RunEnds,
        } = last.reader
        else {
            return None;
        };
        Some(self.why_unended(partition, reader, began))
    }

    fn why_unended(&self, partition: PartitionIx, reader: ProcessIx, began: StopBegan) -> Unended {
        let frame = self.frame_at(self.end_ms);
        let activity = self.last_activity(reader);
        match frame.group.state {
            GroupState::PreparingRebalance | GroupState::CompletingRebalance => {
                let waits = |standing| match standing {
                    Standing::Awaited | Standing::Pending | Standing::SyncAwaited => true,
                    Standing::Stranger
                    | Standing::Member
                    | Standing::Joined
                    | Standing::SyncParked => false,
                };
                let members = frame.members.iter().enumerate();
                let awaited = members.filter(|(_, member)| waits(member.standing));
                return Unended::Rebalancing {
                    since_ms: self.rebalances_since(),
                    awaited: awaited.map(|(member, _)| member).collect(),
                };
            }
            GroupState::Empty => return Unended::NoMembers,
            GroupState::Stable => {}
        }
        let standing = self.last_standing(reader);
        if began == StopBegan::Frozen
            && activity == Some(Activity::Frozen)
            && standing != Standing::Stranger
        {
            return Unended::Frozen { process: reader };
        }
        let is_gone = |process| {
            let activity = self.last_activity(process);
            activity.is_none_or(|activity| !activity.is_alive() || activity == Activity::Frozen)
        };
        if is_gone(reader) && standing != Standing::Stranger {
            return self.session_runs(reader);
        }
        let processes = (0..).map(ProcessIx).take(self.processes.len());
        let mut members =
            processes.filter(|&process| self.last_standing(process) != Standing::Stranger);
        if let Some(process) = members.clone().find(|&process| {
            !is_gone(process) && (self.owns_at_end(process, partition) || self.is_behind(process))
        }) {
            return Unended::OnItsWay { process };
        }
        match members.find(|&process| is_gone(process)) {
            Some(process) => self.session_runs(process),
            None => Unended::NotAssigned,
        }
    }

    fn session_runs(&self, process: ProcessIx) -> Unended {
        let track = self.tracks.get(process.0 as usize);
        let deadline = track.and_then(|track| track.session_deadline_ms.last());
        Unended::SessionRuns {
            process,
            until_ms: deadline.and_then(|entry| entry.value),
        }
    }

    fn last_activity(&self, process: ProcessIx) -> Option<Activity> {
        let track = self.tracks.get(process.0 as usize)?;
        track.activity.last().map(|entry| entry.value)
    }

    fn last_standing(&self, process: ProcessIx) -> Standing {
        let track = self.tracks.get(process.0 as usize);
        let last = track.and_then(|track| track.standing.last());
        last.map_or(Standing::Stranger, |entry| entry.value)
    }

    /// Whether a process has yet to take its part of the generation: the answer waits for its `poll()`.
    fn is_behind(&self, process: ProcessIx) -> bool {
        let track = self.tracks.get(process.0 as usize);
        let client = track.and_then(|track| track.client.last());
        client.is_some_and(|entry| entry.value != ClientState::Stable)
            || matches!(
                self.last_activity(process),
                Some(Activity::InBatch { .. } | Activity::InCallback { .. } | Activity::Starting)
            )
    }

    /// Whether its listener was told last that it has the partition.
    fn owns_at_end(&self, process: ProcessIx, partition: PartitionIx) -> bool {
        self.events
            .iter()
            .rev()
            .find_map(|event| {
                let (callback, owns) = match &event.kind {
                    EventKind::Assigned(callback) => (callback, true),
                    EventKind::Revoked(callback) | EventKind::Lost(callback) => (callback, false),
                    _ => return None,
                };
                let is_it = callback.process == process && callback.partitions.contains(&partition);
                is_it.then_some(owns)
            })
            .unwrap_or(false)
    }

    /// Since when the group hasn't been stable or empty.
    fn rebalances_since(&self) -> u64 {
        let settled = |state| matches!(state, GroupState::Stable | GroupState::Empty);
        let unsettled = self
            .group
            .iter()
            .rev()
            .take_while(|span| !settled(span.state));
        unsettled.last().map_or(self.end_ms, |span| span.from_ms)
    }
}
