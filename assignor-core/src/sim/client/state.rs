//! The parts of a client's state: where its application's thread is, how far a join has come, what it
//! works on and waits for.

use super::Turn;
use crate::assign::AssignorName;
use crate::sim::protocol::{Identity, Plan};
use crate::sim::ranks::RankSet;
use crate::sim::trace::{PartitionIx, ReadRange};
use std::rc::Rc;
use std::sync::Arc;

/// Where the application's thread is.
#[derive(Debug, Clone)]
pub(super) enum App {
    Starting,
    /// Inside `poll()`, ready for whatever arrives.
    Polling,
    /// In a batch: only the heartbeat thread acts.
    Busy {
        until_ms: u64,
        /// Told to be slow, rather than at work on a batch.
        slow: bool,
    },
    /// In a callback of the listener; then the protocol goes on where it was.
    Callback {
        until_ms: u64,
        then: Then,
    },
    /// Computing an assignment, which holds the lock that the heartbeat thread needs.
    Assigning {
        until_ms: u64,
        plan: Plan,
    },
    /// In `commitSync()`.
    Committing,
    /// In `commitSync()` within `onPartitionsRevoked`; then the callback goes on.
    CommittingRevoked {
        rest_ms: u64,
        then: Then,
    },
    /// Subscribed to nothing, outside of `poll()`.
    Unsubscribed,
    Closing,
    Gone,
}

/// Where the protocol goes on after a callback.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Then {
    SendJoin,
    TakeAssignment(RankSet),
    Read(RankSet),
    Leave,
    LeaveUnsubscribed,
}

/// How far a partition has been read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Position {
    pub place: PartitionIx,
    /// The next offset.
    pub offset: u64,
}

/// How far an attempt to join has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Join {
    Idle,
    AwaitsJoinAnswer { correlation_id: u32 },
    AwaitsSyncAnswer { correlation_id: u32 },
    Synced(RankSet),
    Backoff { until_ms: u64 },
}

/// Membership as the client knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Generation {
    /// −1 outside of a generation.
    pub id: i32,
    /// Empty before the coordinator has given one.
    pub member_id: Arc<str>,
    pub protocol: Option<AssignorName>,
}

impl Generation {
    pub(super) fn none() -> Self {
        Self {
            id: -1,
            member_id: Arc::from(""),
            protocol: None,
        }
    }
}

/// Why an offset commit was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommitFor {
    Batch,
    Interval,
    Rejoin,
    Revoked,
    Close,
}

/// What a `poll()` returned, until the application is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Batch {
    /// The records of each partition.
    pub ranges: Vec<ReadRange>,
    /// How long the work on it takes that hasn't begun.
    pub work_ms: u64,
    /// When the work on it began.
    pub began_ms: Option<u64>,
    pub duration_ms: u64,
}

impl Batch {
    /// The application has worked on all of it.
    pub(super) fn process(&self, turn: &mut Turn) {
        for range in &self.ranges {
            turn.log.process(range.partition, range.last);
        }
    }

    pub(super) fn records(&self) -> u64 {
        self.ranges
            .iter()
            .map(|range| range.last - range.first + 1)
            .sum()
    }
}

#[derive(Debug, Clone)]
pub(super) struct InFlight {
    /// Whose the sender was, and the protocol of that generation.
    pub identity: Rc<Identity>,
    pub protocol: Option<AssignorName>,
    pub commit: Option<CommitFor>,
    /// When the client gives the answer and the connection up.
    pub deadline_ms: u64,
}
