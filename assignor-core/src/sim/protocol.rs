//! The group protocol's requests and responses, as far as they decide anything.
//!
//! Source: Kafka's message definitions JoinGroup v9, SyncGroup v5, Heartbeat v4, LeaveGroup v5,
//! OffsetCommit v9, and the consumer protocol's Subscription v3 and Assignment v3.

use super::ranks::Rank;
use super::scenario::Release;
use super::trace::{Api, ErrorCode, PartitionIx, ProcessIx};
use crate::assign::AssignorName;
use crate::java::JavaKey;
use std::rc::Rc;
use std::sync::Arc;

/// The leader's assignment: member ids with their partitions.
pub(super) type Plan = Vec<(Arc<str>, Vec<Rank>)>;

/// What a member tells its leader in JoinGroup, per assignor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subscription {
    pub topics: Vec<String>,
    pub user_data: Option<Vec<u8>>,
    pub owned_partitions: Vec<Rank>,
    /// None before the first generation and after a reset.
    pub generation_id: Option<i32>,
    pub rack: Option<String>,
}

/// An assignor that a member offers, with what it says to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OfferedProtocol {
    pub name: AssignorName,
    pub subscription: Arc<Subscription>,
}

#[derive(Debug, Clone)]
pub(super) enum Request {
    /// Boxed, as are the other rare ones: heartbeats and commits are on their way all the time, and small.
    JoinGroup(Box<JoinGroup>),
    SyncGroup(Box<SyncGroup>),
    Heartbeat(Rc<Identity>),
    LeaveGroup(Box<LeaveGroup>),
    OffsetCommit(OffsetCommit),
}

/// Who speaks, and as a member of which generation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Identity {
    pub member_id: Arc<str>,
    /// The id's Java hash code, which a Java string remembers too.
    pub member_id_hash: i32,
    pub group_instance_id: Option<Arc<str>>,
    pub generation_id: i32,
}

impl Identity {
    pub(super) fn new(
        member_id: Arc<str>,
        group_instance_id: Option<Arc<str>>,
        generation_id: i32,
    ) -> Self {
        Self {
            member_id_hash: member_id.java_hash(),
            member_id,
            group_instance_id,
            generation_id,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct JoinGroup {
    /// Empty for a newcomer.
    pub member_id: Arc<str>,
    pub group_instance_id: Option<Arc<str>>,
    pub client_id: Arc<str>,
    /// The older of the client's and the broker's, which decides the version of the request.
    pub release: Release,
    pub session_timeout_ms: u64,
    pub rebalance_timeout_ms: u64,
    pub protocols: Vec<OfferedProtocol>,
    /// Why the client joins (KIP-800); empty at first.
    pub reason: String,
}

#[derive(Debug, Clone)]
pub(super) struct SyncGroup {
    pub identity: Rc<Identity>,
    pub protocol: AssignorName,
    /// Empty from everybody but the leader.
    pub assignments: Plan,
}

#[derive(Debug, Clone)]
pub(super) struct LeaveGroup {
    pub identity: Rc<Identity>,
    /// Why the client leaves (KIP-800); empty from older ones.
    pub reason: &'static str,
}

#[derive(Debug, Clone)]
pub(super) struct OffsetCommit {
    pub identity: Rc<Identity>,
    pub offsets: Offsets,
}

/// The next offset to read of each partition. Where nothing is ever produced there are none: a request is
/// moved from hand to hand all the time, so it is one pointer.
#[derive(Debug, Clone, Default)]
pub(super) struct Offsets(Option<Rc<Vec<(PartitionIx, u64)>>>);

impl Offsets {
    pub(super) fn as_slice(&self) -> &[(PartitionIx, u64)] {
        self.0.as_ref().map_or(&[], |offsets| offsets.as_slice())
    }
}

impl FromIterator<(PartitionIx, u64)> for Offsets {
    fn from_iter<T: IntoIterator<Item = (PartitionIx, u64)>>(offsets: T) -> Self {
        Self(Some(Rc::new(offsets.into_iter().collect())))
    }
}

#[derive(Debug, Clone)]
pub(super) enum Response {
    JoinGroup(Box<Joined>),
    SyncGroup(Box<Synced>),
    Heartbeat { error: ErrorCode },
    LeaveGroup { error: ErrorCode },
    OffsetCommit { error: ErrorCode },
}

/// The answer to SyncGroup.
#[derive(Debug, Clone)]
pub(super) struct Synced {
    pub error: ErrorCode,
    pub assigned: Vec<Rank>,
}

#[derive(Debug, Clone)]
pub(super) struct Joined {
    pub error: ErrorCode,
    pub member_id: Arc<str>,
    pub generation_id: i32,
    pub protocol: Option<AssignorName>,
    pub leader_id: Arc<str>,
    /// For the leader alone: everybody's subscription, in the order of the coordinator's map.
    pub members: Vec<JoinedMember>,
    /// A static leader is back and must not assign anew (KIP-814).
    pub skip_assignment: bool,
}

#[derive(Debug, Clone)]
pub(super) struct JoinedMember {
    /// Whose id it is; only the trace looks at it.
    pub process: ProcessIx,
    pub member_id: Arc<str>,
    pub group_instance_id: Option<Arc<str>>,
    pub subscription: Arc<Subscription>,
}

impl Request {
    pub(super) fn api(&self) -> Api {
        match self {
            Self::JoinGroup(_) => Api::JoinGroup,
            Self::SyncGroup(_) => Api::SyncGroup,
            Self::Heartbeat(_) => Api::Heartbeat,
            Self::LeaveGroup(_) => Api::LeaveGroup,
            Self::OffsetCommit(_) => Api::OffsetCommit,
        }
    }

    /// The generation that the sender speaks of; −1 where it knows none.
    pub(super) fn generation_id(&self) -> i32 {
        match self {
            Self::JoinGroup(_) => -1,
            Self::SyncGroup(sync) => sync.identity.generation_id,
            Self::OffsetCommit(commit) => commit.identity.generation_id,
            Self::LeaveGroup(leave) => leave.identity.generation_id,
            Self::Heartbeat(identity) => identity.generation_id,
        }
    }
}

impl Response {
    pub(super) fn sync_group(error: ErrorCode, assigned: Vec<Rank>) -> Self {
        Self::SyncGroup(Box::new(Synced { error, assigned }))
    }

    pub(super) fn api(&self) -> Api {
        match self {
            Self::JoinGroup(_) => Api::JoinGroup,
            Self::SyncGroup(_) => Api::SyncGroup,
            Self::Heartbeat { .. } => Api::Heartbeat,
            Self::LeaveGroup { .. } => Api::LeaveGroup,
            Self::OffsetCommit { .. } => Api::OffsetCommit,
        }
    }

    pub(super) fn error(&self) -> ErrorCode {
        match self {
            Self::JoinGroup(joined) => joined.error,
            Self::SyncGroup(synced) => synced.error,
            Self::Heartbeat { error }
            | Self::LeaveGroup { error }
            | Self::OffsetCommit { error } => *error,
        }
    }

    pub(super) fn generation_id(&self) -> i32 {
        match self {
            Self::JoinGroup(joined) => joined.generation_id,
            _ => -1,
        }
    }
}
