//! A trace: what happened in a run, complete and immutable.
//!
//! [`Trace::events`] and [`Trace::messages`] are what happened, in order. The tracks are the same
//! facts as intervals: who reads each partition when, the group's state and generation, what each
//! process does and what the coordinator knows of it. Everything a view shows at a time `t` comes from
//! [`Trace::frame_at`]; nothing is simulated again.
//!
//! Times are virtual milliseconds since the start of the run. Intervals are half open, `[from, to)`.

mod frame;
mod lanes;
mod livelock;
mod measures;
mod metrics;
mod outcome;
mod recorder;
mod rounds;
mod unread;

pub use frame::{Awaited, Barrier, Frame, MemberFrame, PartitionFrame};
pub use lanes::{Lane, LaneSpan, Reader, StopBegan, StopEnded};
pub use livelock::{Livelock, LivelockCause};
pub use measures::Measures;
pub use metrics::Metric;
pub use outcome::Unended;
pub(super) use recorder::Recorder;
pub use rounds::{Round, RoundMember};
pub use unread::Unread;

use crate::assign::TopicPartition;
use serde::Serialize;
use std::sync::Arc;

/// Place of a partition in [`Trace::partitions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PartitionIx(pub u32);

/// Place of a process in [`Trace::processes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ProcessIx(pub u32);

/// What happened in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// The members of the scenario, in its order: their names.
    pub members: Vec<Arc<str>>,
    /// Every process that was started, in the order of starting.
    pub processes: Vec<Process>,
    /// Every partition that existed, by topic (in the scenario's order) and number.
    pub partitions: Vec<TopicPartition>,
    /// What happened, ordered by time and, within a millisecond, by cause.
    pub events: Vec<Event>,
    /// Requests and responses, ordered by the time of sending.
    pub messages: Vec<Message>,
    /// What leaders were given to assign and what came out, ordered by time.
    pub rounds: Vec<Round>,
    /// Who reads each partition when, by [`PartitionIx`].
    pub lanes: Vec<Lane>,
    /// State and generation of the group over the whole run.
    pub group: Vec<GroupSpan>,
    /// What happens to each process, by [`ProcessIx`].
    pub tracks: Vec<ProcessTrack>,
    /// End of the run.
    pub end_ms: u64,
}

/// One process of a member, from start to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Process {
    /// Place of its member in [`Trace::members`].
    pub member: usize,
    /// 1 for the member's first process, 2 for the next.
    pub incarnation: u32,
    /// `group.instance.id`, if static.
    pub group_instance_id: Option<Arc<str>>,
    /// `session.timeout.ms`.
    pub session_timeout_ms: u64,
    /// `heartbeat.interval.ms`.
    pub heartbeat_interval_ms: u64,
    /// `max.poll.interval.ms`.
    pub max_poll_interval_ms: u64,
    /// Whether it follows the COOPERATIVE protocol.
    pub cooperative: bool,
}

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
        /// Place of the member in [`Trace::members`].
        member: usize,
    },
    /// A member's network is back.
    NetworkMended {
        /// Place of the member in [`Trace::members`].
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
    /// Rebalances never end: the run was stopped at a limit.
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

/// A request or a response on its way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The member's side of the conversation; the coordinator is the other.
    pub process: ProcessIx,
    /// Which API.
    pub api: Api,
    /// Whether it goes from the coordinator to the member.
    pub is_response: bool,
    /// When it was sent.
    pub sent_ms: u64,
    /// When it arrives; none if it never does.
    pub received_ms: Option<u64>,
    /// The response's error; `NONE` for success and for requests.
    pub error: ErrorCode,
    /// The generation that it speaks of, −1 if none.
    pub generation_id: i32,
}

/// An API of Kafka's protocol that members and coordinator use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Api {
    /// Asks for membership and waits at the join barrier.
    JoinGroup,
    /// Brings the leader's assignment and asks for one's own.
    SyncGroup,
    /// Keeps the session alive and hears of rebalances.
    Heartbeat,
    /// Leaves the group.
    LeaveGroup,
    /// Commits positions.
    OffsetCommit,
}

/// Kafka's error codes that occur between members and coordinator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// 0
    None,
    /// 14
    CoordinatorLoadInProgress,
    /// 15
    CoordinatorNotAvailable,
    /// 16
    NotCoordinator,
    /// 22
    IllegalGeneration,
    /// 23
    InconsistentGroupProtocol,
    /// 25
    UnknownMemberId,
    /// 26
    InvalidSessionTimeout,
    /// 27
    RebalanceInProgress,
    /// 79
    MemberIdRequired,
    /// 81
    GroupMaxSizeReached,
    /// 82
    FencedInstanceId,
}

impl ErrorCode {
    /// Kafka's name of the error.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::CoordinatorLoadInProgress => "COORDINATOR_LOAD_IN_PROGRESS",
            Self::CoordinatorNotAvailable => "COORDINATOR_NOT_AVAILABLE",
            Self::NotCoordinator => "NOT_COORDINATOR",
            Self::IllegalGeneration => "ILLEGAL_GENERATION",
            Self::InconsistentGroupProtocol => "INCONSISTENT_GROUP_PROTOCOL",
            Self::UnknownMemberId => "UNKNOWN_MEMBER_ID",
            Self::InvalidSessionTimeout => "INVALID_SESSION_TIMEOUT",
            Self::RebalanceInProgress => "REBALANCE_IN_PROGRESS",
            Self::MemberIdRequired => "MEMBER_ID_REQUIRED",
            Self::GroupMaxSizeReached => "GROUP_MAX_SIZE_REACHED",
            Self::FencedInstanceId => "FENCED_INSTANCE_ID",
        }
    }

    /// Simple name of the exception that Kafka's Java client makes of it; empty for `None`.
    pub fn exception(self) -> &'static str {
        match self {
            Self::None => "",
            Self::CoordinatorLoadInProgress => "CoordinatorLoadInProgressException",
            Self::CoordinatorNotAvailable => "CoordinatorNotAvailableException",
            Self::NotCoordinator => "NotCoordinatorException",
            Self::IllegalGeneration => "IllegalGenerationException",
            Self::InconsistentGroupProtocol => "InconsistentGroupProtocolException",
            Self::UnknownMemberId => "UnknownMemberIdException",
            Self::InvalidSessionTimeout => "InvalidSessionTimeoutException",
            Self::RebalanceInProgress => "RebalanceInProgressException",
            Self::MemberIdRequired => "MemberIdRequiredException",
            Self::GroupMaxSizeReached => "GroupMaxSizeReachedException",
            Self::FencedInstanceId => "FencedInstanceIdException",
        }
    }
}

/// State of a classic group, named as Kafka prints it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum GroupState {
    /// No members.
    Empty,
    /// Waits for everybody's JoinGroup.
    PreparingRebalance,
    /// Waits for the leader's assignment.
    CompletingRebalance,
    /// Everybody has, or can fetch, an assignment.
    Stable,
}

impl GroupState {
    /// Kafka's name of the state.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "Empty",
            Self::PreparingRebalance => "PreparingRebalance",
            Self::CompletingRebalance => "CompletingRebalance",
            Self::Stable => "Stable",
        }
    }
}

/// The group in one state and generation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GroupSpan {
    /// Begin.
    pub from_ms: u64,
    /// End: the next begin, or the end of the run.
    pub to_ms: u64,
    /// State.
    pub state: GroupState,
    /// Generation; 0 before the first.
    pub generation_id: i32,
    /// When the state ends by a timer at the latest, as known at its begin.
    pub deadline_ms: Option<u64>,
}

/// What happens to a process over time. Each list is ordered; an entry holds until the next.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ProcessTrack {
    /// What the process does.
    pub activity: Vec<At<Activity>>,
    /// The state of the consumer's coordinator client (`AbstractCoordinator.MemberState`).
    pub client: Vec<At<ClientState>>,
    /// What the coordinator knows of it.
    pub standing: Vec<At<Standing>>,
    /// End of its session as the coordinator's timer has it; none while no session timer runs.
    pub session_deadline_ms: Vec<At<Option<u64>>>,
    /// When its next heartbeat is due; none while it sends none.
    pub heartbeat_due_ms: Vec<At<Option<u64>>>,
}

/// A value from a time on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct At<T> {
    /// From when.
    pub at_ms: u64,
    /// The value.
    pub value: T,
}

/// The latest value at or before `t_ms`.
pub fn value_at<T>(track: &[At<T>], t_ms: u64) -> Option<&T> {
    let after = track.partition_point(|entry| entry.at_ms <= t_ms);
    track.get(after.checked_sub(1)?).map(|entry| &entry.value)
}

/// What a process does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// The JVM starts, the consumer is made.
    Starting,
    /// The application is inside `poll()`.
    Polling,
    /// The application works on a batch until this time and doesn't call `poll()`.
    InBatch {
        /// When it calls `poll()` again.
        until_ms: u64,
    },
    /// The listener's callback runs until this time.
    InCallback {
        /// When it returns.
        until_ms: u64,
    },
    /// Stopped as by SIGSTOP or a long garbage collection.
    Frozen,
    /// Subscribed to nothing: the application doesn't poll.
    Unsubscribed,
    /// Inside `close()`.
    Closing,
    /// Ended after `close()`.
    Ended,
    /// Gone by SIGKILL.
    Killed,
    /// Ended by an exception.
    Failed,
}

impl Activity {
    /// Whether the process is there and may act again.
    pub fn is_alive(self) -> bool {
        !matches!(self, Self::Ended | Self::Killed | Self::Failed)
    }
}

/// State of the consumer's coordinator client, named as Kafka does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ClientState {
    /// Not part of a group.
    Unjoined,
    /// Has sent JoinGroup.
    PreparingRebalance,
    /// Has the answer to JoinGroup, waits for SyncGroup's.
    CompletingRebalance,
    /// Has an assignment and heartbeats.
    Stable,
}

/// What the coordinator knows of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Not a member.
    Stranger,
    /// Has been given an id and is expected to come back with it.
    Pending,
    /// A member of the present generation with nothing to do.
    Member,
    /// Awaited at the join barrier.
    Awaited,
    /// Parked at the join barrier.
    Joined,
    /// Part of the new generation, its SyncGroup is awaited.
    SyncAwaited,
    /// Parked until the leader's assignment arrives.
    SyncParked,
}

impl Trace {
    /// Place of a member by its name.
    pub fn member(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|member| &**member == name)
    }

    /// Name of the member that a process belongs to.
    pub fn member_name(&self, process: ProcessIx) -> &str {
        self.processes
            .get(process.0 as usize)
            .and_then(|process| self.members.get(process.member))
            .map_or("", |name| name)
    }

    /// Which process of its member this is, where the member had more than one.
    pub fn incarnation(&self, process: ProcessIx) -> Option<u32> {
        let this = self.processes.get(process.0 as usize)?;
        let of_member = self.processes.iter().filter(|p| p.member == this.member);
        (of_member.count() > 1).then_some(this.incarnation)
    }

    /// Place of the last event at or before `t_ms`.
    pub fn event_at(&self, t_ms: u64) -> Option<usize> {
        self.events
            .partition_point(|event| event.at_ms <= t_ms)
            .checked_sub(1)
    }

    /// The group's state and generation at a time.
    pub fn group_at(&self, t_ms: u64) -> Option<&GroupSpan> {
        let after = self.group.partition_point(|span| span.from_ms <= t_ms);
        self.group.get(after.checked_sub(1)?)
    }

    /// The process of a member that runs at `t_ms`, else its last one before.
    pub fn process_of(&self, member: usize, t_ms: u64) -> Option<ProcessIx> {
        let started = |ix: usize| {
            let first = self.tracks.get(ix).and_then(|track| track.activity.first());
            first.is_some_and(|entry| entry.at_ms <= t_ms)
        };
        (0..self.processes.len())
            .rev()
            .find(|&ix| self.processes[ix].member == member && started(ix))
            .map(|ix| ProcessIx(u32::try_from(ix).unwrap_or(u32::MAX)))
    }
}
