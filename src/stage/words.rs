//! What a member is, does and has left, in words.

use crate::figure::Run;
use assignor_core::sim::narrate::{clock, is_told, span};
use assignor_core::sim::trace::{
    Activity, ClientState, EventKind, Frame, MemberFrame, ProcessIx, Standing,
};

/// The member's role: leader, new, static with its id; and the protocol that it follows, unless a short form is asked
/// for.
pub(super) fn roles(run: &Run, member: &MemberFrame, t_ms: u64, is_short: bool) -> Vec<String> {
    let mut roles = Vec::new();
    let Some(process) = member.process else {
        return roles;
    };
    let is_known = member.standing != Standing::Stranger;
    let was_member = run.trace.was_member(process, t_ms);
    let is_alive = member.activity.is_some_and(Activity::is_alive);
    if !was_member && is_alive {
        roles.push("new".to_owned());
    }
    let facts = run.trace.processes.get(process.0 as usize);
    let Some(facts) = facts else {
        return roles;
    };
    // The id comes first: who leads stands at the coordinator, too, and what has no room is left out.
    if let Some(instance) = &facts.group_instance_id {
        roles.push(format!("id {instance}"));
    }
    if member.leads && is_known {
        roles.push("leader".to_owned());
    }
    let mut others = run.trace.processes.iter();
    let is_mixed = others.any(|other| other.cooperative != facts.cooperative);
    // There is room for the id or for what all have in common.
    if !is_short && (is_mixed || facts.group_instance_id.is_none()) {
        let protocol = if facts.cooperative {
            "cooperative"
        } else {
            "eager"
        };
        roles.push(protocol.to_owned());
    }
    roles
}

/// What the member does.
pub(super) fn doing(run: &Run, frame: &Frame, place: usize) -> String {
    let Some(member) = frame.members.get(place) else {
        return String::new();
    };
    let (Some(process), Some(activity)) = (member.process, member.activity) else {
        return not_started(run, place, frame.at_ms);
    };
    let left = |until_ms: u64| span(until_ms.saturating_sub(frame.at_ms));
    match activity {
        Activity::Starting => "starting".to_owned(),
        Activity::Killed => gone(run, frame, member, process, "killed"),
        Activity::Ended => gone(run, frame, member, process, "closed"),
        Activity::Failed => run
            .trace
            .error_of(process)
            .map_or("ended by an exception".to_owned(), str::to_owned),
        Activity::Closing => "in close()".to_owned(),
        Activity::Frozen => "frozen".to_owned(),
        Activity::Unsubscribed => "subscribed to nothing".to_owned(),
        Activity::InBatch { until_ms } if is_out(run, frame, member, process) => match until_ms {
            u64::MAX => "removed, its batch never ends".to_owned(),
            _ => format!("removed, busy for {}", left(until_ms)),
        },
        Activity::InBatch { until_ms: u64::MAX } => "in a batch that never ends".to_owned(),
        Activity::InBatch { until_ms } => format!("in a batch, {} left", left(until_ms)),
        Activity::InCallback { until_ms } if until_ms > frame.at_ms => {
            format!("in its listener, {} left", left(until_ms))
        }
        Activity::InCallback { .. } => "in its listener".to_owned(),
        Activity::Polling => polling(run, frame, member, process),
    }
}

/// The same in a word, for small cards; empty for who only reads.
pub(super) fn phase(run: &Run, frame: &Frame, place: usize) -> &'static str {
    let Some(member) = frame.members.get(place) else {
        return "";
    };
    let (Some(process), Some(activity)) = (member.process, member.activity) else {
        return "not yet";
    };
    match activity {
        Activity::Starting => "starts",
        Activity::Killed => "killed",
        Activity::Ended => "closed",
        Activity::Failed => "failed",
        Activity::Closing => "closing",
        Activity::Frozen => "frozen",
        Activity::Unsubscribed => "idle",
        _ if is_out(run, frame, member, process) => "removed",
        Activity::InBatch { .. } => "in batch",
        Activity::InCallback { .. } => "listener",
        Activity::Polling => match (member.standing, member.client) {
            (Standing::Joined | Standing::SyncParked, _) => "parked",
            (Standing::SyncAwaited, _) if member.leads => "assigns",
            (Standing::SyncAwaited, _) => "syncs",
            (Standing::Pending | Standing::Stranger, _) => "joins",
            (Standing::Awaited, ClientState::Stable) if !is_told(&run.trace, frame, process) => "",
            (Standing::Awaited, _) => "rejoins",
            (Standing::Member, ClientState::Stable) => "",
            (Standing::Member, _) => "assigned",
        },
    }
}

/// Whether the group goes on without a member that doesn't know it yet.
fn is_out(run: &Run, frame: &Frame, member: &MemberFrame, process: ProcessIx) -> bool {
    member.standing == Standing::Stranger && run.trace.was_member(process, frame.at_ms)
}

fn polling(run: &Run, frame: &Frame, member: &MemberFrame, process: ProcessIx) -> String {
    match (member.standing, member.client) {
        (Standing::Joined, _) => "parked in JoinGroup".to_owned(),
        (Standing::SyncParked, _) => "parked in SyncGroup".to_owned(),
        (Standing::SyncAwaited, _) if member.leads => "computes the assignment".to_owned(),
        (Standing::SyncAwaited, _) => "sends SyncGroup".to_owned(),
        (Standing::Pending, _) => "has a member id, rejoins".to_owned(),
        (Standing::Awaited, ClientState::Stable) if !is_told(&run.trace, frame, process) => {
            "not told yet, reads on".to_owned()
        }
        (Standing::Awaited, _) => "rejoining".to_owned(),
        (Standing::Stranger, _) if is_out(run, frame, member, process) => {
            "removed, rejoins".to_owned()
        }
        (Standing::Stranger, _) => "joining".to_owned(),
        (Standing::Member, ClientState::Stable) => match member.reads.len() {
            0 => "polls, has nothing to read".to_owned(),
            1 => "reads 1 partition".to_owned(),
            n => format!("reads {n} partitions"),
        },
        (Standing::Member, _) => "takes its assignment".to_owned(),
    }
}

/// A process that is no more, and whether the coordinator knows.
fn gone(run: &Run, frame: &Frame, member: &MemberFrame, process: ProcessIx, what: &str) -> String {
    if member.standing == Standing::Stranger {
        return what.to_owned();
    }
    let removal = run.trace.tracks.get(process.0 as usize).and_then(|track| {
        let mut later = track.standing.iter().filter(|e| e.at_ms > frame.at_ms);
        later.find(|entry| entry.value == Standing::Stranger)
    });
    match removal {
        Some(entry) => format!("{what}, noticed in {}", span(entry.at_ms - frame.at_ms)),
        None => format!("{what}, not noticed yet"),
    }
}

fn not_started(run: &Run, place: usize, t_ms: u64) -> String {
    let start = run.trace.events.iter().find(|event| {
        matches!(event.kind, EventKind::Started { process } if run.member_of(process) == place)
            && event.at_ms > t_ms
    });
    start.map_or("not started".to_owned(), |event| {
        format!("starts at {}", clock(event.at_ms))
    })
}

/// A timer: its value, and the share of it that is left where it runs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Timer {
    /// What it is.
    pub name: &'static str,
    /// Its value: a length of time, `held` while it doesn't run, or a dash where there is none.
    pub value: String,
    /// The share that is left, from 0 to 1; none while it doesn't run.
    pub left: Option<f64>,
}

/// Session, poll and heartbeat of a member.
pub(super) fn timers(run: &Run, member: &MemberFrame) -> [Timer; 3] {
    let facts = member
        .process
        .and_then(|process| run.trace.processes.get(process.0 as usize));
    let is_member = member.standing != Standing::Stranger;
    let is_alive = member.activity.is_some_and(Activity::is_alive);
    // The coordinator's timer of a member that waits for an answer removes nobody.
    let is_parked = matches!(member.standing, Standing::Joined | Standing::SyncParked);
    let timer = |name, left_ms: Option<u64>, total_ms: Option<u64>, is_held: bool| Timer {
        name,
        value: match left_ms {
            Some(left_ms) => span(left_ms),
            None if is_held => "held".to_owned(),
            None => "–".to_owned(),
        },
        left: left_ms
            .zip(total_ms)
            .map(|(left, total)| ratio(left, total)),
    };
    [
        timer(
            "session",
            member.session_left_ms.filter(|_| !is_parked),
            facts.map(|facts| facts.session_timeout_ms),
            is_member,
        ),
        timer(
            "poll",
            member.poll_left_ms,
            facts.map(|facts| facts.max_poll_interval_ms),
            is_alive,
        ),
        timer(
            "heartbeat",
            member.heartbeat_left_ms,
            facts.map(|facts| facts.heartbeat_interval_ms),
            is_alive && is_member,
        ),
    ]
}

fn ratio(part: u64, whole: u64) -> f64 {
    let thousandths = part.saturating_mul(1_000) / whole.max(1);
    f64::from(u32::try_from(thousandths.min(1_000)).unwrap_or(1_000)) / 1_000.0
}

/// What became of a member, for its card's look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Its process runs.
    Here,
    /// Its process runs but does nothing.
    Frozen,
    /// Its process has ended and the coordinator still counts on it.
    Missed,
    /// Its process has ended.
    Gone,
    /// It hasn't been started.
    NotStarted,
}

impl Presence {
    /// The presence of a member.
    pub fn of(member: &MemberFrame) -> Self {
        match member.activity {
            None => Self::NotStarted,
            Some(Activity::Frozen) => Self::Frozen,
            Some(activity) if activity.is_alive() => Self::Here,
            Some(_) if member.standing != Standing::Stranger => Self::Missed,
            Some(_) => Self::Gone,
        }
    }

    /// The class.
    pub fn class(self) -> &'static str {
        match self {
            Self::Here => "is-here",
            Self::Frozen => "is-frozen",
            Self::Missed => "is-missed",
            Self::Gone => "is-gone",
            Self::NotStarted => "is-not-started",
        }
    }

    /// Whether there is a process that can leave or crash.
    pub fn has_process(self) -> bool {
        matches!(self, Self::Here | Self::Frozen)
    }
}
