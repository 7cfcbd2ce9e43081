//! Livelocks: rebalances that go on for ever although nothing happens to the group any more.
//!
//! A group that settles does so a few rebalances after the last thing that happens to it from outside.
//! One that rebalances again and again until the run ends, at the pace that it had, never does.

use super::{EventKind, ProcessIx, Trace};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A group that doesn't settle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Livelock {
    /// Since when nothing happens to the group from outside.
    pub since_ms: u64,
    /// How many rebalances have begun since.
    pub rebalances: usize,
    /// What keeps it going.
    pub cause: LivelockCause,
}

/// What keeps a group from settling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LivelockCause {
    /// A member's batches take longer than its `max.poll.interval.ms`: it leaves and joins again.
    BatchesExceedPollInterval {
        /// The process that overran most often.
        process: ProcessIx,
    },
    /// Sessions end while the leader computes the assignment.
    SessionsEnd {
        /// The process whose session ended most often.
        process: ProcessIx,
    },
    /// Rebalances begin for the same reason again and again.
    SameReason {
        /// The reason of the last one, in the coordinator's words.
        reason: Arc<str>,
    },
}

/// So many rebalances after the last thing that happened are more than a group needs to settle.
const TOO_MANY: usize = 6;

impl Trace {
    /// Why the group never settles, if it doesn't.
    pub fn livelock(&self) -> Option<Livelock> {
        let outside = self.events.iter().rev().find(|e| is_outside(&e.kind))?;
        let since_ms = outside.at_ms;
        let first = self.events.partition_point(|e| e.at_ms <= since_ms);
        let events = self.events.get(first..)?;
        let begins: Vec<_> = events
            .iter()
            .filter_map(|event| match &event.kind {
                EventKind::Preparing { reason, .. } => Some((event.at_ms, reason)),
                _ => None,
            })
            .collect();
        let (last_ms, reason) = *begins.last()?;
        let pairs = begins.iter().zip(begins.iter().skip(1));
        let longest_ms = pairs.map(|(a, b)| b.0 - a.0).max()?;
        let goes_on = self.end_ms - last_ms <= longest_ms;
        if begins.len() < TOO_MANY || !goes_on {
            return None;
        }
        let overran = most_often(events.iter().filter_map(|event| match event.kind {
            EventKind::PollTimeoutExpired { process } => Some(process),
            _ => None,
        }));
        let expired = most_often(events.iter().filter_map(|event| match event.kind {
            EventKind::Expired { process, .. } => Some(process),
            _ => None,
        }));
        let cause = match (overran, expired) {
            (Some(process), _) => LivelockCause::BatchesExceedPollInterval { process },
            (None, Some(process)) => LivelockCause::SessionsEnd { process },
            (None, None) => LivelockCause::SameReason {
                reason: reason.clone(),
            },
        };
        Some(Livelock {
            since_ms,
            rebalances: begins.len(),
            cause,
        })
    }
}

/// What happens to the group rather than in it.
fn is_outside(kind: &EventKind) -> bool {
    matches!(
        kind,
        EventKind::Started { .. }
            | EventKind::Closing { .. }
            | EventKind::Killed { .. }
            | EventKind::Frozen { .. }
            | EventKind::Thawed { .. }
            | EventKind::Busy { .. }
            | EventKind::Unsubscribed { .. }
            | EventKind::Removed { .. }
            | EventKind::NetworkCut { .. }
            | EventKind::NetworkMended { .. }
            | EventKind::CoordinatorMoves { .. }
            | EventKind::CoordinatorLoaded { .. }
            | EventKind::TopicChanged { .. }
            | EventKind::TopicDeleted { .. }
    )
}

/// What occurs most often, and more than once.
fn most_often(processes: impl Iterator<Item = ProcessIx>) -> Option<ProcessIx> {
    let mut counts: BTreeMap<ProcessIx, usize> = BTreeMap::new();
    for process in processes {
        *counts.entry(process).or_default() += 1;
    }
    let (process, count) = counts.into_iter().max_by_key(|(_, count)| *count)?;
    (count > 1).then_some(process)
}
