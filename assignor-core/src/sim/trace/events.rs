//! What happens in a run: the events of a trace.

use super::{PartitionIx, ProcessIx};
use serde::Serialize;
use std::sync::Arc;

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Event {
    /// When.
    pub at_ms: u64,
    /// What.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum EventKind {
    /// A process starts.
    Started {
        /// Which.
        process: ProcessIx,
    },
    /// Its application calls `close()`.
    Closing {
        /// Which.
        process: ProcessIx,
    },
    /// It ended after `close()`.
    Ended {
        /// Which.
        process: ProcessIx,
    },
    /// It got SIGKILL.
    Killed {
        /// Which.
        process: ProcessIx,
    },
    /// It stops as by SIGSTOP.
    Frozen {
        /// Which.
        process: ProcessIx,
    },
    /// It goes on.
    Thawed {
        /// Which.
        process: ProcessIx,
    },
    /// Its application begins a batch and doesn't call `poll()` until it is done.
    Busy {
        /// Which.
        process: ProcessIx,
        /// When it calls `poll()` again.
        until_ms: u64,
    },
    /// Its application calls `poll()` again.
    Idle {
        /// Which.
        process: ProcessIx,
    },
    /// A member's network is cut: nothing passes between it and the cluster.
    NetworkCut {
        /// Place of the member in [`Trace::members`](super::Trace::members).
        member: usize,
    },
    /// A member's network is back.
    NetworkMended {
        /// Place of the member in [`Trace::members`](super::Trace::members).
        member: usize,
    },
    /// Another broker becomes the coordinator.
    CoordinatorMoves {
        /// Whether the old one has died instead of handing over.
        crash: bool,
        /// When the new one has loaded the group, unless it moves again before.
        loaded_ms: u64,
    },
    /// The new coordinator has loaded the group from the log; every session begins anew.
    CoordinatorLoaded {
        /// The generation in the log; 0 if there is none.
        generation_id: i32,
        /// How many members the log has.
        members: usize,
    },
    /// Its application unsubscribes from everything.
    Unsubscribed {
        /// Which.
        process: ProcessIx,
    },
    /// It gives its connection to the coordinator up and looks for the coordinator anew.
    CoordinatorLost {
        /// Which.
        process: ProcessIx,
    },
    /// `poll()` or the constructor threw an exception that ends the consumer.
    Fatal {
        /// Which.
        process: ProcessIx,
        /// Simple name of the exception.
        error: &'static str,
    },
    /// The coordinator made up a member id and wants it back (`MEMBER_ID_REQUIRED`, KIP-394).
    MemberIdIssued {
        /// For which process.
        process: ProcessIx,
        /// The id.
        member_id: Arc<str>,
    },
    /// A member's JoinGroup waits at the join barrier.
    Joined {
        /// Of which process.
        process: ProcessIx,
        /// Its member id.
        member_id: Arc<str>,
    },
    /// A rebalance begins: the group waits for everybody's JoinGroup.
    Preparing {
        /// The generation that ends.
        generation_id: i32,
        /// Why, in the words of the coordinator's log.
        reason: Arc<str>,
    },
    /// The join barrier opens: a new generation, the leader computes its assignment.
    Completing {
        /// The new generation.
        generation_id: i32,
        /// How many members it has.
        members: usize,
        /// The assignor that the members voted for.
        protocol_name: &'static str,
        /// The leader's process, unless it belongs to a member whose process is gone.
        leader: Option<ProcessIx>,
    },
    /// The leader's assignment has arrived and is on its way to the members.
    Stable {
        /// The generation.
        generation_id: i32,
        /// How many members it has.
        members: usize,
        /// The leader's member id.
        leader_id: Arc<str>,
    },
    /// The group has no members.
    Empty {
        /// The generation.
        generation_id: i32,
    },
    /// A member's session ended without a sign of life.
    Expired {
        /// The last process that used the id.
        process: ProcessIx,
        /// The id.
        member_id: Arc<str>,
    },
    /// A member id was handed out, but nobody came back with it within the session timeout.
    PendingExpired {
        /// Which process got it.
        process: ProcessIx,
        /// The id.
        member_id: Arc<str>,
    },
    /// A member left by LeaveGroup.
    Left {
        /// Which.
        process: ProcessIx,
        /// Its id.
        member_id: Arc<str>,
    },
    /// An administrator removed a member.
    Removed {
        /// Which.
        process: ProcessIx,
        /// Its id.
        member_id: Arc<str>,
    },
    /// A member was removed because it hadn't rejoined when the join phase ended.
    NotJoined {
        /// Which.
        process: ProcessIx,
        /// Its id.
        member_id: Arc<str>,
    },
    /// A new process took over a static member's place.
    StaticReplaced {
        /// The newcomer.
        process: ProcessIx,
        /// `group.instance.id`.
        group_instance_id: Arc<str>,
        /// The id that it replaces.
        replaced: Arc<str>,
        /// Whether the group goes on without a rebalance.
        no_rebalance: bool,
    },
    /// A member learns of a rebalance from the answer to its heartbeat.
    Told {
        /// Which.
        process: ProcessIx,
    },
    /// `onPartitionsRevoked` is called.
    Revoked(Callback),
    /// `onPartitionsAssigned` is called.
    Assigned(Callback),
    /// `onPartitionsLost` is called.
    Lost(Callback),
    /// `poll()` returned records.
    Read {
        /// To whom.
        process: ProcessIx,
        /// Which.
        ranges: Vec<ReadRange>,
    },
    /// It begins to read partitions again that the group has read before.
    Resumed {
        /// Who reads.
        process: ProcessIx,
        /// In which generation it was given them.
        generation_id: i32,
        /// Where it begins, per partition.
        partitions: Vec<Resumption>,
    },
    /// `commitSync()` threw.
    CommitFailed {
        /// Whose.
        process: ProcessIx,
        /// Simple name of the exception.
        error: &'static str,
    },
    /// A topic was created or has more partitions.
    TopicChanged {
        /// Its name.
        topic: Arc<str>,
        /// How many partitions it has now.
        partitions: u32,
    },
    /// A topic was deleted.
    TopicDeleted {
        /// Its name.
        topic: Arc<str>,
    },
    /// `max.poll.interval.ms` passed without a `poll()`.
    PollTimeoutExpired {
        /// Which.
        process: ProcessIx,
    },
    /// The run was stopped at a limit: it grew too large.
    LimitReached {
        /// Which limit.
        limit: &'static str,
    },
}

/// Records of a partition that one `poll()` returned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ReadRange {
    /// Of which partition.
    pub partition: PartitionIx,
    /// Offset of the first.
    pub first: u64,
    /// Offset of the last.
    pub last: u64,
}

/// Where a partition is read from again, and how far it had been worked off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Resumption {
    /// Which partition.
    pub partition: PartitionIx,
    /// Where reading begins: the committed offset, else where `auto.offset.reset` says.
    pub from_offset: u64,
    /// How far applications had worked by then: the offset after the last record.
    pub processed_offset: u64,
}

impl Resumption {
    /// How many records are worked on a second time.
    pub fn reprocessed(&self) -> u64 {
        self.processed_offset.saturating_sub(self.from_offset)
    }

    /// How many records nobody works on.
    pub fn skipped(&self) -> u64 {
        self.from_offset.saturating_sub(self.processed_offset)
    }
}

/// A call of the member's `ConsumerRebalanceListener`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Callback {
    /// Whose.
    pub process: ProcessIx,
    /// The partitions that it is called with, ascending.
    pub partitions: Vec<PartitionIx>,
    /// `groupMetadata().generationId()` at that moment; −1 after a reset.
    pub generation_id: i32,
    /// `groupMetadata().memberId()` at that moment; empty after a reset.
    pub member_id: Arc<str>,
}

impl EventKind {
    /// The process that it happens to, if it happens to one.
    pub fn process(&self) -> Option<ProcessIx> {
        match self {
            Self::Started { process }
            | Self::Closing { process }
            | Self::Ended { process }
            | Self::Killed { process }
            | Self::Frozen { process }
            | Self::Thawed { process }
            | Self::Busy { process, .. }
            | Self::Idle { process }
            | Self::CoordinatorLost { process }
            | Self::Unsubscribed { process }
            | Self::Removed { process, .. }
            | Self::Resumed { process, .. }
            | Self::Fatal { process, .. }
            | Self::MemberIdIssued { process, .. }
            | Self::Joined { process, .. }
            | Self::Expired { process, .. }
            | Self::PendingExpired { process, .. }
            | Self::Left { process, .. }
            | Self::NotJoined { process, .. }
            | Self::StaticReplaced { process, .. }
            | Self::Told { process }
            | Self::Read { process, .. }
            | Self::CommitFailed { process, .. }
            | Self::PollTimeoutExpired { process } => Some(*process),
            Self::Revoked(callback) | Self::Assigned(callback) | Self::Lost(callback) => {
                Some(callback.process)
            }
            Self::Preparing { .. }
            | Self::Completing { .. }
            | Self::Stable { .. }
            | Self::Empty { .. }
            | Self::NetworkCut { .. }
            | Self::NetworkMended { .. }
            | Self::CoordinatorMoves { .. }
            | Self::CoordinatorLoaded { .. }
            | Self::TopicChanged { .. }
            | Self::TopicDeleted { .. }
            | Self::LimitReached { .. } => None,
        }
    }
}
