//! One sentence per event.

use super::Sentence;
use super::words::{self, clock, counted, name, partitions, who};
use crate::sim::trace::{Callback, EventKind, ReadRange, Resumption, Trace};

pub(super) fn sentence(trace: &Trace, kind: &EventKind) -> Sentence {
    Sentence::from(text(trace, kind))
}

fn text(trace: &Trace, kind: &EventKind) -> String {
    match kind {
        EventKind::Started { process } => {
            let process_of = trace.processes.get(process.0 as usize);
            let c = who(trace, *process);
            match process_of.map_or(1, |facts| facts.incarnation) {
                1 => format!("{c} starts."),
                n => format!("{c} starts again: its process number {n}."),
            }
        }
        EventKind::Closing { process } => format!("{} calls close().", who(trace, *process)),
        EventKind::Ended { process } => format!("{} has closed.", who(trace, *process)),
        EventKind::Killed { process } => format!(
            "{} is killed. It sends nothing; the coordinator doesn't know yet.",
            who(trace, *process)
        ),
        EventKind::Frozen { process } => format!(
            "{} is frozen: it neither reads nor heartbeats.",
            who(trace, *process)
        ),
        EventKind::Thawed { process } => format!("{} goes on.", who(trace, *process)),
        EventKind::Busy {
            process,
            until_ms: u64::MAX,
        } => format!("{} begins a batch that never ends.", who(trace, *process)),
        EventKind::Busy { process, until_ms } => format!(
            "{} begins a batch and calls poll() again at {}.",
            who(trace, *process),
            clock(*until_ms)
        ),
        EventKind::Idle { process } => {
            format!(
                "{} has done its batch and calls poll().",
                who(trace, *process)
            )
        }
        EventKind::CoordinatorLost { process } => format!(
            "{} gives its connection up and looks for the coordinator anew.",
            who(trace, *process)
        ),
        EventKind::Read { process, ranges } => format!(
            "{} reads {}.",
            who(trace, *process),
            counted(records(ranges), "record")
        ),
        EventKind::Unsubscribed { process } => {
            format!("{} unsubscribes from everything.", who(trace, *process))
        }
        EventKind::Resumed {
            process,
            partitions,
            ..
        } => resumed(&who(trace, *process), partitions),
        EventKind::NetworkCut { member } => format!(
            "Nothing passes between {} and the cluster any more.",
            words::member(trace, *member)
        ),
        EventKind::NetworkMended { member } => {
            format!("{}'s network is back.", words::member(trace, *member))
        }
        EventKind::CommitFailed { process, error } => {
            format!("{}'s commit is refused: {error}.", who(trace, *process))
        }
        EventKind::Fatal { process, error } => {
            format!("{} ends: poll() throws {error}.", who(trace, *process))
        }
        EventKind::MemberIdIssued { process, .. } => format!(
            "{} is given a member id and has to come back with it.",
            who(trace, *process)
        ),
        EventKind::Joined { process, .. } => format!(
            "{}'s JoinGroup has arrived and waits at the join barrier.",
            who(trace, *process)
        ),
        EventKind::PollTimeoutExpired { process } => format!(
            "{} hasn't called poll() for {}, its max.poll.interval.ms.",
            who(trace, *process),
            max_poll_interval(trace, *process)
        ),
        EventKind::Told { process } => format!(
            "{} hears of the rebalance from the answer to its heartbeat.",
            who(trace, *process)
        ),
        EventKind::Revoked(call) => callback(trace, call, "onPartitionsRevoked"),
        EventKind::Assigned(call) => callback(trace, call, "onPartitionsAssigned"),
        EventKind::Lost(call) => callback(trace, call, "onPartitionsLost"),
        other => coordinator(trace, other),
    }
}

/// What happens at the coordinator.
fn coordinator(trace: &Trace, kind: &EventKind) -> String {
    match kind {
        EventKind::Preparing { reason, .. } => {
            format!("A rebalance begins: {}.", reason.trim_end_matches('.'))
        }
        EventKind::Completing {
            generation_id,
            members,
            protocol_name,
            leader,
        } => {
            let begins = format!(
                "The join barrier opens: generation {} begins with {}.",
                name(&generation_id.to_string()),
                counted(*members, "member")
            );
            match leader {
                Some(leader) => {
                    let leader = who(trace, *leader);
                    format!("{begins} {leader} leads it and assigns with {protocol_name}.")
                }
                None => begins,
            }
        }
        EventKind::Stable { generation_id, .. } => format!(
            "The leader's assignment has arrived: generation {} is stable.",
            name(&generation_id.to_string())
        ),
        EventKind::Empty { generation_id } => format!(
            "The last member is gone: the group is empty, in generation {}.",
            name(&generation_id.to_string())
        ),
        EventKind::Expired { process, .. } => format!(
            "The coordinator removes {}: its session of {} has ended without a sign of life.",
            who(trace, *process),
            session(trace, *process)
        ),
        EventKind::PendingExpired { process, .. } => format!(
            "The coordinator forgets the member id that it gave {}: nobody came back with it.",
            who(trace, *process)
        ),
        EventKind::Left { process, .. } => {
            format!("{} leaves the group by LeaveGroup.", who(trace, *process))
        }
        EventKind::NotJoined { process, .. } => format!(
            "The coordinator removes {}: it hadn't rejoined when the join phase ended.",
            who(trace, *process)
        ),
        EventKind::StaticReplaced {
            process,
            group_instance_id,
            no_rebalance,
            ..
        } => {
            let c = who(trace, *process);
            let instance = name(group_instance_id);
            let end = if *no_rebalance {
                "The group goes on without a rebalance."
            } else {
                "The group rebalances all the same."
            };
            format!("{c} takes the place of the static member {instance}. {end}")
        }
        EventKind::Removed { process, .. } => format!(
            "An administrator removes {} from the group.",
            who(trace, *process)
        ),
        EventKind::CoordinatorMoves { crash: false, .. } => {
            "Another broker becomes the coordinator.".to_owned()
        }
        EventKind::CoordinatorMoves { crash: true, .. } => {
            "The coordinator's broker dies; another one takes over.".to_owned()
        }
        EventKind::CoordinatorLoaded {
            generation_id,
            members,
        } => format!(
            "The new coordinator has loaded the group: generation {} with {}. Every session begins anew.",
            name(&generation_id.to_string()),
            counted(*members, "member")
        ),
        EventKind::TopicChanged { topic, partitions } => format!(
            "Topic {} now has {}.",
            name(topic),
            counted(*partitions as usize, "partition")
        ),
        EventKind::TopicDeleted { topic } => format!("Topic {} is deleted.", name(topic)),
        EventKind::LimitReached { limit } => {
            format!("The run was stopped at a limit: {limit}.")
        }
        // All others happen at a member.
        _ => String::new(),
    }
}

fn callback(trace: &Trace, call: &Callback, method: &str) -> String {
    let c = who(trace, call.process);
    if call.partitions.is_empty() {
        format!("{c}'s {method} is called with nothing.")
    } else {
        let list = partitions(trace, &call.partitions);
        format!("{c}'s {method} is called with {list}.")
    }
}

fn resumed(who: &str, partitions: &[Resumption]) -> String {
    let sum = |count: fn(&Resumption) -> u64| {
        let sum = partitions.iter().map(count).sum::<u64>();
        usize::try_from(sum).unwrap_or(usize::MAX)
    };
    let (again, skipped) = (sum(Resumption::reprocessed), sum(Resumption::skipped));
    match (again, skipped) {
        (0, 0) => format!("{who} reads on where the group was."),
        (again, 0) => format!("{who} reads {} again.", counted(again, "record")),
        (0, skipped) => format!("{who} skips {}.", counted(skipped, "record")),
        (again, skipped) => format!(
            "{who} reads {} again and skips {}.",
            counted(again, "record"),
            counted(skipped, "record")
        ),
    }
}

/// How many records ranges of offsets hold, both ends included.
fn records(ranges: &[ReadRange]) -> usize {
    let count = ranges
        .iter()
        .map(|range| (range.last + 1).saturating_sub(range.first))
        .sum::<u64>();
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn session(trace: &Trace, process: crate::sim::trace::ProcessIx) -> String {
    let facts = trace.processes.get(process.0 as usize);
    super::span(facts.map_or(0, |facts| facts.session_timeout_ms))
}

fn max_poll_interval(trace: &Trace, process: crate::sim::trace::ProcessIx) -> String {
    let facts = trace.processes.get(process.0 as usize);
    super::span(facts.map_or(0, |facts| facts.max_poll_interval_ms))
}
