//! What holds from when to when: the group's state, what each process does and what is known of it.

use serde::Serialize;

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
    /// When its application calls `poll()`; what the metrics need and nobody else.
    #[serde(skip)]
    pub(super) polls: Vec<At<PollTurn>>,
    /// When its calls of `commitSync()` returned, and how many ms each took.
    #[serde(skip)]
    pub(super) commits_sync: Vec<At<u64>>,
}

/// What happens to an application's call of `poll()`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum PollTurn {
    /// It begins. As long as it is idle it returns every [`super::Process::poll_ms`] and the next begins.
    Called,
    /// It returns, and no other follows at once.
    Returned,
    /// The process is stopped meanwhile.
    Stopped,
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
    let after = entries_until(track, t_ms);
    track.get(after.checked_sub(1)?).map(|entry| &entry.value)
}

/// How many entries are at or before `t_ms`.
///
/// The long tracks are those of heartbeats and sessions, which come evenly: the search begins where an even
/// track has the time, and widens from there.
fn entries_until<T>(track: &[At<T>], t_ms: u64) -> usize {
    let (Some(first), Some(last)) = (track.first(), track.last()) else {
        return 0;
    };
    if t_ms < first.at_ms {
        return 0;
    }
    if t_ms >= last.at_ms {
        return track.len();
    }
    let is_later = |ix: usize| track.get(ix).is_none_or(|entry| entry.at_ms > t_ms);
    let (after, all) = (t_ms - first.at_ms, last.at_ms - first.at_ms);
    let guess = after.saturating_mul((track.len() - 1) as u64) / all;
    let mut from = usize::try_from(guess).unwrap_or(0).min(track.len() - 1);
    let mut to = from + 1;
    let mut step = 1;
    while is_later(from) {
        to = from;
        from = from.saturating_sub(step);
        step *= 2;
    }
    while !is_later(to) {
        from = to;
        to = (to + step).min(track.len());
        step *= 2;
    }
    let between = track.get(from..to).unwrap_or_default();
    from + between.partition_point(|entry| entry.at_ms <= t_ms)
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

#[cfg(test)]
mod tests {
    use super::{At, value_at};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_value_is_found_in_even_and_uneven_tracks(
            steps in prop::collection::vec(prop_oneof![Just(3000_u64), 0..5_u64, 0..1_000_000_u64], 0..80),
            t_ms in 0..2_000_000_u64,
        ) {
            let mut at_ms = 0;
            let track: Vec<_> = steps
                .iter()
                .enumerate()
                .map(|(value, step)| {
                    at_ms += step;
                    At { at_ms, value }
                })
                .collect();
            for t_ms in track.iter().map(|entry| entry.at_ms).chain([t_ms, at_ms + 1]) {
                let one_by_one = track.iter().rev().find(|entry| entry.at_ms <= t_ms);
                prop_assert_eq!(value_at(&track, t_ms), one_by_one.map(|entry| &entry.value));
            }
        }
    }
}
