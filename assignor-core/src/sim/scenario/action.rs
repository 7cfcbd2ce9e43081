//! Actions: what happens to the group from outside, and when.
//!
//! Most concern one process, topic or the coordinator. `rolling_restart` and `scale` consist of others,
//! which the world schedules one by one as their time comes.

use super::{Properties, Subscription, Topic};
use serde::ser::{Serialize, SerializeMap, Serializer};

/// Something that happens to the group at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// When, in ms since the start of the run.
    pub at_ms: u64,
    /// What.
    pub kind: ActionKind,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionKind {
    /// A new process of the member starts.
    Start {
        /// The member's name.
        member: String,
        /// What this process subscribes to; none: as the member.
        topics: Option<Subscription>,
        /// Config of this process on top of the member's.
        config: Properties,
    },
    /// The member's process ends, and a new one with the same config starts.
    Restart {
        /// The member's name.
        member: String,
        /// How the old one ends.
        ending: Ending,
        /// From the end of the old process to the start of the new one.
        after_ms: u64,
        /// Config of the new process on top of the old one's.
        config: Properties,
    },
    /// The member's config changes; the next process that starts has it.
    Configure {
        /// The member's name.
        member: String,
        /// What changes.
        config: Properties,
    },
    /// The member's application calls `close()` after its present poll.
    Close {
        /// The member's name.
        member: String,
        /// KIP-1092's `CloseOptions.GroupMembershipOperation`.
        operation: CloseOperation,
    },
    /// The member's process gets SIGKILL.
    Kill {
        /// The member's name.
        member: String,
    },
    /// The member's application doesn't call `poll()` for a while after its present poll returns.
    Slow {
        /// The member's name.
        member: String,
        /// For how long; none: never again.
        ms: Option<u64>,
    },
    /// The next call of the member's listener takes a while.
    SlowCallback {
        /// The member's name.
        member: String,
        /// Of which method; none: of whichever comes next.
        callback: Option<Listener>,
        /// How long.
        ms: u64,
    },
    /// The member's process stops as by SIGSTOP or a long garbage collection.
    Freeze {
        /// The member's name.
        member: String,
        /// For how long; none: until it is thawed.
        ms: Option<u64>,
    },
    /// A frozen process goes on.
    Thaw {
        /// The member's name.
        member: String,
    },
    /// Nothing passes between the member and the cluster.
    Cut {
        /// The member's name.
        member: String,
        /// For how long; none: until it is mended.
        ms: Option<u64>,
    },
    /// The member's network is back.
    Mend {
        /// The member's name.
        member: String,
    },
    /// The member's application subscribes to other topics; an empty list is `unsubscribe()`.
    Subscribe {
        /// The member's name.
        member: String,
        /// To what.
        topics: Subscription,
    },
    /// An administrator removes members from the group (`Admin.removeMembersFromConsumerGroup`).
    Remove {
        /// Their names: static ones are removed by instance id, dynamic ones by member id. Empty: everybody.
        members: Vec<String>,
    },
    /// Another broker becomes the group's coordinator.
    MoveCoordinator {
        /// How long it takes to load the group.
        load_ms: u64,
        /// Whether the old one dies, which breaks connections, instead of handing over.
        crash: bool,
    },
    /// Members restart one after the other.
    RollingRestart {
        /// Their names, in order; empty: all that run, in the scenario's order.
        members: Vec<String>,
        /// How the old processes end.
        ending: Ending,
        /// From the end of an old process to the start of the new one.
        after_ms: u64,
        /// From the start of a new process to the end of the next old one.
        pause_ms: u64,
        /// Config of the new processes on top of the old ones'.
        config: Properties,
    },
    /// So many members run: the first of the list that don't run start, or the last that run close.
    Scale {
        /// How many.
        members: usize,
        /// Between one and the next.
        pause_ms: u64,
    },
    /// A topic is created.
    Create(Topic),
    /// A topic gets more partitions.
    Grow(Topic),
    /// A topic is deleted.
    Delete {
        /// Which.
        topic: String,
    },
    /// Records are produced to partitions of a topic, at an even rate.
    Produce {
        /// Which topic.
        topic: String,
        /// To which of its partitions; none: to each.
        partition: Option<u32>,
        /// To each partition.
        per_second: u64,
        /// For how long.
        seconds: u64,
    },
}

/// How a process ends that is replaced by another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ending {
    /// Its application calls `close()`.
    #[default]
    Close,
    /// SIGKILL.
    Kill,
}

/// A method of `ConsumerRebalanceListener`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listener {
    /// `onPartitionsRevoked`.
    Revoked,
    /// `onPartitionsAssigned`.
    Assigned,
    /// `onPartitionsLost`.
    Lost,
}

/// What `close()` does about the membership (KIP-1092).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CloseOperation {
    /// A dynamic member leaves, a static one doesn't.
    #[default]
    Default,
    /// Leaves, static or not.
    Leave,
    /// Doesn't leave.
    Remain,
}

impl Ending {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Close => "close",
            Self::Kill => "kill",
        }
    }
}

impl Listener {
    /// The name in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Revoked => "revoked",
            Self::Assigned => "assigned",
            Self::Lost => "lost",
        }
    }
}

impl CloseOperation {
    /// The name in JSON; none for the default.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Default => None,
            Self::Leave => Some("leave"),
            Self::Remain => Some("remain"),
        }
    }
}

impl ActionKind {
    /// A new process of a member starts, with the member's own config and subscription.
    pub fn start(member: impl Into<String>) -> Self {
        Self::Start {
            member: member.into(),
            topics: None,
            config: Properties::new(),
        }
    }

    /// The name of the action in JSON.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Start { .. } => "start",
            Self::Restart { .. } => "restart",
            Self::Configure { .. } => "configure",
            Self::Close { .. } => "close",
            Self::Kill { .. } => "kill",
            Self::Slow { .. } => "slow",
            Self::SlowCallback { .. } => "slow_callback",
            Self::Freeze { .. } => "freeze",
            Self::Thaw { .. } => "thaw",
            Self::Cut { .. } => "cut",
            Self::Mend { .. } => "mend",
            Self::Subscribe { .. } => "subscribe",
            Self::Remove { .. } => "remove",
            Self::MoveCoordinator { .. } => "move_coordinator",
            Self::RollingRestart { .. } => "rolling_restart",
            Self::Scale { .. } => "scale",
            Self::Create(_) => "create",
            Self::Grow(_) => "grow",
            Self::Delete { .. } => "delete",
            Self::Produce { .. } => "produce",
        }
    }

    /// The member that it concerns, if it concerns exactly one.
    pub fn member(&self) -> Option<&str> {
        match self {
            Self::Start { member, .. }
            | Self::Restart { member, .. }
            | Self::Configure { member, .. }
            | Self::Close { member, .. }
            | Self::Slow { member, .. }
            | Self::SlowCallback { member, .. }
            | Self::Freeze { member, .. }
            | Self::Thaw { member }
            | Self::Cut { member, .. }
            | Self::Mend { member }
            | Self::Subscribe { member, .. }
            | Self::Kill { member } => Some(member),
            Self::Remove { .. }
            | Self::MoveCoordinator { .. }
            | Self::RollingRestart { .. }
            | Self::Scale { .. }
            | Self::Create(_)
            | Self::Grow(_)
            | Self::Delete { .. }
            | Self::Produce { .. } => None,
        }
    }

    /// The consumer config that it brings along, if it can.
    pub fn config(&self) -> Option<&Properties> {
        match self {
            Self::Start { config, .. }
            | Self::Restart { config, .. }
            | Self::Configure { config, .. }
            | Self::RollingRestart { config, .. } => Some(config),
            _ => None,
        }
    }

    /// As [`ActionKind::config`], to be changed.
    pub fn config_mut(&mut self) -> Option<&mut Properties> {
        match self {
            Self::Start { config, .. }
            | Self::Restart { config, .. }
            | Self::Configure { config, .. }
            | Self::RollingRestart { config, .. } => Some(config),
            _ => None,
        }
    }
}

impl Serialize for Action {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("at_ms", &self.at_ms)?;
        map.serialize_entry("do", self.kind.verb())?;
        if let Some(member) = self.kind.member() {
            map.serialize_entry("member", member)?;
        }
        own_fields(&self.kind, &mut map)?;
        let needed = matches!(self.kind, ActionKind::Configure { .. });
        let config = self.kind.config();
        if let Some(config) = config.filter(|config| needed || !config.is_empty()) {
            map.serialize_entry("config", config)?;
        }
        map.end()
    }
}

/// What an action has besides its member and its config. Defaults are left out.
fn own_fields<M: SerializeMap>(kind: &ActionKind, map: &mut M) -> Result<(), M::Error> {
    match kind {
        ActionKind::Start { topics, .. } => match topics {
            Some(topics) => map.serialize_entry("topics", topics),
            None => Ok(()),
        },
        ActionKind::Configure { .. }
        | ActionKind::Thaw { .. }
        | ActionKind::Mend { .. }
        | ActionKind::Kill { .. } => Ok(()),
        ActionKind::Restart {
            ending, after_ms, ..
        } => {
            put_ending(map, *ending)?;
            map.serialize_entry("after_ms", after_ms)
        }
        ActionKind::Close { operation, .. } => match operation.as_str() {
            Some(operation) => map.serialize_entry("operation", operation),
            None => Ok(()),
        },
        ActionKind::Slow { ms, .. }
        | ActionKind::Freeze { ms, .. }
        | ActionKind::Cut { ms, .. } => match ms {
            Some(ms) => map.serialize_entry("ms", ms),
            None => Ok(()),
        },
        ActionKind::SlowCallback { callback, ms, .. } => {
            if let Some(callback) = callback {
                map.serialize_entry("callback", callback.as_str())?;
            }
            map.serialize_entry("ms", ms)
        }
        ActionKind::Subscribe { topics, .. } => map.serialize_entry("topics", topics),
        ActionKind::Remove { members } => put_members(map, members),
        ActionKind::MoveCoordinator { load_ms, crash } => {
            map.serialize_entry("load_ms", load_ms)?;
            if *crash {
                map.serialize_entry("crash", crash)?;
            }
            Ok(())
        }
        ActionKind::RollingRestart {
            members,
            ending,
            after_ms,
            pause_ms,
            ..
        } => {
            put_members(map, members)?;
            put_ending(map, *ending)?;
            map.serialize_entry("after_ms", after_ms)?;
            map.serialize_entry("pause_ms", pause_ms)
        }
        ActionKind::Scale { members, pause_ms } => {
            map.serialize_entry("members", members)?;
            map.serialize_entry("pause_ms", pause_ms)
        }
        ActionKind::Create(topic) | ActionKind::Grow(topic) => {
            map.serialize_entry("topic", &topic.name)?;
            map.serialize_entry("partitions", &topic.partitions)
        }
        ActionKind::Delete { topic } => map.serialize_entry("topic", topic),
        ActionKind::Produce {
            topic,
            partition,
            per_second,
            seconds,
        } => {
            map.serialize_entry("topic", topic)?;
            if let Some(partition) = partition {
                map.serialize_entry("partition", partition)?;
            }
            map.serialize_entry("per_second", per_second)?;
            map.serialize_entry("seconds", seconds)
        }
    }
}

fn put_ending<M: SerializeMap>(map: &mut M, ending: Ending) -> Result<(), M::Error> {
    match ending {
        Ending::Close => Ok(()),
        Ending::Kill => map.serialize_entry("by", ending.as_str()),
    }
}

fn put_members<M: SerializeMap>(map: &mut M, members: &[String]) -> Result<(), M::Error> {
    if members.is_empty() {
        return Ok(());
    }
    map.serialize_entry("members", members)
}
