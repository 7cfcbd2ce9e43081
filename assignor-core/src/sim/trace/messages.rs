//! Requests and responses between members and the coordinator, and Kafka's error codes.

use super::ProcessIx;
use serde::Serialize;

/// Place of a message in [`super::Trace::messages`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) struct MessageIx(pub u32);

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
