//! Why nobody reads a partition when the run ends.

use super::{
    Activity, GroupState, PartitionIx, ProcessIx, Reader, RoundMember, Standing, StopBegan, Trace,
    value_at,
};
use serde::Serialize;

/// Why nobody reads a partition when the run ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// No consumer runs.
    NoConsumer,
    /// The join barrier is closed: these processes are awaited.
    Joining {
        /// Whose JoinGroup is missing.
        awaited: Vec<ProcessIx>,
    },
    /// The leader's assignment hasn't arrived.
    Assigning {
        /// The leader of the generation, if it has begun.
        leader: Option<ProcessIx>,
    },
    /// The leader didn't know the partition when it assigned: its metadata were older, or the topic is gone.
    Unknown,
    /// No member subscribes to the topic.
    NotSubscribed,
    /// A cooperative rebalance has taken it from one member and not given it to another yet.
    BetweenRounds,
    /// It belongs to a member whose process has ended and whose session goes on.
    OwnerGone {
        /// The last process of the owner.
        process: ProcessIx,
    },
    /// It belongs to a process that is stopped.
    OwnerFrozen {
        /// Which.
        process: ProcessIx,
    },
    /// It belongs to a process that is cut off, in a batch or in a callback, or has lost it and doesn't know.
    OwnerAway {
        /// Which.
        process: ProcessIx,
    },
    /// It belongs to a process that is about to read it.
    OwnerBegins {
        /// Which.
        process: ProcessIx,
    },
}

impl Trace {
    /// Why nobody reads a partition when the run ends; none if somebody does.
    pub fn unread(&self, partition: PartitionIx) -> Option<Unread> {
        let lane = self.lanes.get(partition.0 as usize)?;
        if let Some(Reader::Process { .. }) = lane.spans.last().map(|span| span.reader) {
            return None;
        }
        let processes = || (0..).map(ProcessIx).take(self.processes.len());
        if !processes().any(|process| self.activity(process).is_some_and(Activity::is_alive)) {
            return Some(Unread::NoConsumer);
        }
        if let Some(Reader::Nobody {
            last: process,
            began: StopBegan::Cut,
            ..
        }) = lane.spans.last().map(|span| span.reader)
        {
            return Some(Unread::OwnerAway { process });
        }
        let group = self.group_at(self.end_ms)?;
        let round = self.round(group.generation_id);
        Some(match group.state {
            GroupState::PreparingRebalance => {
                let is_awaited = |process: &ProcessIx| {
                    let standing = self.standing(*process);
                    matches!(standing, Some(Standing::Awaited | Standing::Pending))
                };
                let awaited = processes().filter(is_awaited).collect();
                Unread::Joining { awaited }
            }
            GroupState::CompletingRebalance => Unread::Assigning {
                leader: round.map(|round| round.leader),
            },
            GroupState::Empty => Unread::Joining {
                awaited: Vec::new(),
            },
            GroupState::Stable => {
                let round = round?;
                let owner = round.members.iter();
                let owner = owner.rev().find(|m| m.assigned.contains(&partition));
                let wanted = self.partitions.get(partition.0 as usize)?;
                let mut topics = round.topics.iter();
                let known =
                    topics.any(|(name, count)| *name == wanted.topic && wanted.partition < *count);
                let mut members = round.members.iter();
                let subscribed = members.any(|member| member.subscription.contains(&wanted.topic));
                match owner {
                    Some(owner) => self.owner_away(owner),
                    None if !subscribed => Unread::NotSubscribed,
                    None if !known => Unread::Unknown,
                    None => Unread::BetweenRounds,
                }
            }
        })
    }

    /// Why the owner doesn't read.
    fn owner_away(&self, owner: &RoundMember) -> Unread {
        // A static member's place may have passed to another process.
        let member = self.processes.get(owner.process.0 as usize);
        let latest = member.and_then(|process| self.process_of(process.member, self.end_ms));
        let process = match &owner.group_instance_id {
            Some(_) => latest.unwrap_or(owner.process),
            None => owner.process,
        };
        match self.activity(process) {
            Some(Activity::Frozen) => Unread::OwnerFrozen { process },
            Some(activity) if !activity.is_alive() => Unread::OwnerGone { process },
            Some(Activity::Polling | Activity::Starting)
                if self.standing(process) == Some(Standing::Member) =>
            {
                Unread::OwnerBegins { process }
            }
            _ => Unread::OwnerAway { process },
        }
    }

    fn activity(&self, process: ProcessIx) -> Option<Activity> {
        let track = self.tracks.get(process.0 as usize)?;
        value_at(&track.activity, self.end_ms).copied()
    }

    fn standing(&self, process: ProcessIx) -> Option<Standing> {
        let track = self.tracks.get(process.0 as usize)?;
        value_at(&track.standing, self.end_ms).copied()
    }
}
