//! A trace: what happened in a run, complete and immutable.
//!
//! [`Trace::events`] and [`Trace::messages`] are what happened, in order. The tracks are the same
//! facts as intervals: who reads each partition when, the group's state and generation, what each
//! process does and what the coordinator knows of it. Everything a view shows at a time `t` comes from
//! [`Trace::frame_at`]; nothing is simulated again.
//!
//! Times are virtual milliseconds since the start of the run. Intervals are half open, `[from, to)`.

mod cost;
mod events;
mod frame;
mod lanes;
mod livelock;
mod measures;
mod messages;
mod metrics;
mod offsets;
mod outcome;
mod recorder;
mod rounds;
mod seek;
mod tracks;
mod unread;

pub use cost::LeastMoved;
pub use events::{Callback, Event, EventKind, ReadRange, Resumption};
pub use frame::{Awaited, Barrier, Frame, MemberFrame, PartitionFrame};
pub use lanes::{Lane, LaneSpan, Reader, StopBegan, StopEnded};
pub use livelock::{Livelock, LivelockCause};
pub use measures::{Measures, Moment};
pub(super) use messages::MessageIx;
pub use messages::{Api, ErrorCode, Message};
pub use metrics::Metric;
pub use offsets::PartitionOffsets;
pub(super) use offsets::{LogHistory, Production, productions_to};
pub use outcome::Unended;
pub(super) use recorder::Recorder;
pub use rounds::{Round, RoundMember};
use seek::Seek;
pub(super) use tracks::PollTurn;
pub use tracks::{
    Activity, At, ClientState, GroupSpan, GroupState, ProcessTrack, Standing, value_at,
};
pub use unread::Unread;

use super::scenario::Release;
use crate::assign::TopicPartition;
use serde::Serialize;
use std::sync::Arc;

/// Place of a partition in [`Trace::partitions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct PartitionIx(pub u32);

/// Place of a process in [`Trace::processes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct ProcessIx(pub u32);

/// What happened in a run. The default is a run in which nothing happens.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
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
    /// What is produced and committed, in a run with records.
    #[serde(skip)]
    pub(super) log: LogHistory,
    /// Made from the rest, so that a frame is found without a search.
    #[serde(skip)]
    seek: Seek,
}

/// One process of a member, from start to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Process {
    /// Place of its member in [`Trace::members`].
    pub member: usize,
    /// 1 for the member's first process, 2 for the next.
    pub incarnation: u32,
    /// The client's release.
    pub release: Release,
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
    /// How long an idle `poll()` blocks; 0: until there is something to do.
    #[serde(skip)]
    pub poll_ms: u64,
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
        self.seek.process_of(member, t_ms)
    }
}
