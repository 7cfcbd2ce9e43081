//! Prediction: what the next rebalance of a run does to each partition, asked before it happens.
//!
//! A question is put at the moment a rebalance begins. [`past`] is the scenario up to there: its run has no
//! future, so no view of it can give one away. The answers are read from the whole run, until the group has
//! settled again: it is stable, its members have taken their parts and whatever was handed over is read.
//! A cooperative rebalance that needs a second round is therefore one question.

use super::Scenario;
use super::trace::{
    Activity, ClientState, EventKind, GroupSpan, GroupState, Lane, LaneSpan, PartitionIx, Reader,
    Standing, StopBegan, Trace, value_at,
};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What becomes of a partition: the answer, and what somebody marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Fate {
    /// Its reader reads on without a stop.
    #[default]
    Stays,
    /// Nobody reads it for a while; no other member gets it.
    Stops,
    /// Another member gets it, with a stop or without.
    Moves,
}

impl Fate {
    /// The next mark: every mark is reached by repeating.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::Stays => Self::Stops,
            Self::Stops => Self::Moves,
            Self::Moves => Self::Stays,
        }
    }
}

/// What somebody marks of a partition, and what comes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mark {
    /// What becomes of one that a member has, or had last.
    Held(Fate),
    /// Who reads one that nobody has read yet, by the place of the member; none if nobody does.
    First(Option<usize>),
}

impl Default for Mark {
    fn default() -> Self {
        Self::Held(Fate::default())
    }
}

impl Mark {
    /// The next mark in a group of so many members: every mark is reached by repeating.
    #[must_use]
    pub fn next(self, members: usize) -> Self {
        match self {
            Self::Held(fate) => Self::Held(fate.next()),
            Self::First(before) => {
                let next = before.map_or(0, |member| member.saturating_add(1));
                Self::First((next < members).then_some(next))
            }
        }
    }
}

/// How long the longest stop lasts, roughly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Length {
    /// Nothing stops.
    None,
    /// Below 100 ms.
    Below100Ms,
    /// From 100 ms to below 1 s.
    Below1S,
    /// From 1 s to below 5 s.
    Below5S,
    /// From 5 s to below 30 s.
    Below30S,
    /// 30 s or more, or beyond the end of the run.
    Longer,
}

impl Length {
    /// All, ascending.
    pub const ALL: [Self; 6] = [
        Self::None,
        Self::Below100Ms,
        Self::Below1S,
        Self::Below5S,
        Self::Below30S,
        Self::Longer,
    ];

    /// In words, as the answer to "for how long".
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "not at all",
            Self::Below100Ms => "below 0.1 s",
            Self::Below1S => "0.1 to 1 s",
            Self::Below5S => "1 to 5 s",
            Self::Below30S => "5 to 30 s",
            Self::Longer => "over 30 s",
        }
    }

    fn of(longest: Option<u64>) -> Self {
        match longest {
            None => Self::None,
            Some(0..100) => Self::Below100Ms,
            Some(100..1_000) => Self::Below1S,
            Some(1_000..5_000) => Self::Below5S,
            Some(5_000..30_000) => Self::Below30S,
            Some(_) => Self::Longer,
        }
    }
}

/// A question about the next rebalance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// When the rebalance begins: everything after is hidden.
    pub asked_ms: u64,
    /// When the group has settled; the end of the run if it doesn't.
    pub settled_ms: u64,
    /// Whether it settles before the run ends.
    pub settles: bool,
    /// How many rebalances that takes: 2 for most cooperative ones.
    pub rebalances: usize,
    /// Why it begins, in the words of the coordinator's log.
    pub reason: Arc<str>,
    /// A partition each: all that somebody has read before, and those that nobody has.
    pub answers: Vec<Answer>,
}

/// What becomes of one partition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Which, by its place in the whole run.
    pub partition: PartitionIx,
    /// The member that reads it when the question is put, else the one that read it last; none where nobody did.
    pub from: Option<usize>,
    /// Whether nobody reads it then, and somebody did before.
    pub is_stopped: bool,
    /// What becomes of it.
    pub outcome: Mark,
    /// Its longest stop in that time, as the lane has it.
    pub stop: Option<LaneSpan>,
}

impl Question {
    /// The question about the first rebalance at or after a time that can stop, move or give anything; none if
    /// there is no such rebalance.
    pub fn at(trace: &Trace, t_ms: u64) -> Option<Self> {
        let first = trace.events.partition_point(|event| event.at_ms < t_ms);
        let begins = trace.events.iter().skip(first);
        let (asked_ms, reason) = begins
            .filter_map(|event| match &event.kind {
                EventKind::Preparing { reason, .. } => Some((event.at_ms, reason)),
                _ => None,
            })
            .find(|_| !trace.lanes.is_empty())?;
        let settled = settled(trace, asked_ms);
        let settled_ms = settled.unwrap_or(trace.end_ms);
        let is_inside = |at_ms: u64| (asked_ms..=settled_ms).contains(&at_ms);
        let rebalances = trace.events.iter().filter(|event| {
            matches!(event.kind, EventKind::Completing { .. }) && is_inside(event.at_ms)
        });
        let lanes = (0..).map(PartitionIx).zip(&trace.lanes);
        Some(Self {
            asked_ms,
            settled_ms,
            settles: settled.is_some(),
            rebalances: rebalances.count(),
            reason: reason.clone(),
            answers: lanes
                .filter_map(|(partition, lane)| {
                    answer(trace, partition, lane, asked_ms, settled_ms)
                })
                .collect(),
        })
    }

    /// The same without partitions that come later, which would give away that they do: only those of the run
    /// that ends where the question is put.
    #[must_use]
    pub fn known_to(mut self, trace: &Trace, past: &Trace) -> Self {
        let known: BTreeSet<_> = past.partitions.iter().collect();
        let name = |answer: &Answer| trace.partitions.get(answer.partition.0 as usize);
        self.answers
            .retain(|answer| name(answer).is_some_and(|name| known.contains(name)));
        self
    }

    /// The mark that a question begins with: what can be seen when it is put.
    pub fn first_marks(&self) -> Vec<Mark> {
        let answers = self.answers.iter();
        let first = |answer: &Answer| match (answer.from, answer.is_stopped) {
            (None, _) => Mark::First(None),
            (_, true) => Mark::Held(Fate::Stops),
            (_, false) => Mark::Held(Fate::Stays),
        };
        answers.map(first).collect()
    }

    /// The longest stop, the first of equals.
    pub fn longest_stop(&self) -> Option<(PartitionIx, &LaneSpan)> {
        let stops = self.answers.iter();
        let stops = stops.filter_map(|a| Some((a.partition, a.stop.as_ref()?)));
        stops.reduce(|longest, stop| {
            let is_longer = stop.1.length_ms() > longest.1.length_ms();
            if is_longer { stop } else { longest }
        })
    }

    /// How long it lasts, roughly.
    pub fn length(&self) -> Length {
        Length::of(self.longest_stop().map(|(_, stop)| stop.length_ms()))
    }

    /// How many marks are right. A missing mark counts as that of a partition which stays.
    pub fn right(&self, marks: &[Mark]) -> usize {
        let marks = marks.iter().copied();
        let pairs = self
            .answers
            .iter()
            .zip(marks.chain(std::iter::repeat(Mark::default())));
        pairs
            .filter(|(answer, mark)| answer.outcome == *mark)
            .count()
    }
}

/// The scenario up to a time: what was done by then, and nothing that comes after.
#[must_use]
pub fn past(scenario: &Scenario, t_ms: u64) -> Scenario {
    let mut past = scenario.clone();
    past.actions.retain(|action| action.at_ms <= t_ms);
    past.until_ms = t_ms;
    past
}

/// The member that reads a lane at a time, else read it last, and whether nobody reads it then.
fn held_by(trace: &Trace, lane: &Lane, t_ms: u64) -> Option<(usize, bool)> {
    let (process, is_stopped) = match lane.spans.get(lane.span_at(t_ms)?)?.reader {
        Reader::Process { process, .. } => (process, false),
        Reader::Nobody { last, .. } => (last, true),
        Reader::NotYet => return None,
    };
    Some((member(trace, process)?, is_stopped))
}

fn member(trace: &Trace, process: super::trace::ProcessIx) -> Option<usize> {
    let process = trace.processes.get(process.0 as usize)?;
    Some(process.member)
}

fn answer(
    trace: &Trace,
    partition: PartitionIx,
    lane: &Lane,
    asked_ms: u64,
    settled_ms: u64,
) -> Option<Answer> {
    let held = held_by(trace, lane, asked_ms);
    let Some((from, is_stopped)) = held else {
        if lane.span_at(asked_ms) != Some(0) {
            // Its topic has been deleted.
            return None;
        }
        let reader = match lane.spans.get(lane.span_at(settled_ms)?)?.reader {
            Reader::Process { process, .. } => member(trace, process),
            Reader::Nobody { last, .. } => member(trace, last),
            Reader::NotYet => None,
        };
        return Some(Answer {
            partition,
            from: None,
            is_stopped: false,
            outcome: Mark::First(reader),
            stop: None,
        });
    };
    let inside = || {
        let spans = lane.spans.iter();
        spans.filter(|span| span.from_ms <= settled_ms && span.to_ms > asked_ms)
    };
    let moves = inside().any(|span| match span.reader {
        Reader::Process { process, .. } => member(trace, process) != Some(from),
        _ => false,
    });
    // A stop that begins as the group has settled belongs to what comes then.
    let stops = inside().filter(|span| span.is_stop() && (span.from_ms < settled_ms || is_stopped));
    let stop = stops.max_by_key(|span| (span.length_ms(), std::cmp::Reverse(span.from_ms)));
    Some(Answer {
        partition,
        from: Some(from),
        is_stopped,
        outcome: Mark::Held(match (moves, stop) {
            (true, _) => Fate::Moves,
            (false, Some(_)) => Fate::Stops,
            (false, None) => Fate::Stays,
        }),
        stop: stop.cloned(),
    })
}

/// When the group has settled after a time; none if it doesn't before the run ends.
fn settled(trace: &Trace, asked_ms: u64) -> Option<u64> {
    let mut t_ms = asked_ms;
    while t_ms < trace.end_ms {
        match unsettled_until(trace, t_ms) {
            None => return Some(t_ms),
            Some(next_ms) => t_ms = next_ms.max(t_ms + 1),
        }
    }
    None
}

/// Until when something is still under way at a time; none if nothing is.
fn unsettled_until(trace: &Trace, t_ms: u64) -> Option<u64> {
    let group = trace.group_at(t_ms)?;
    if !matches!(group.state, GroupState::Stable | GroupState::Empty) {
        return Some(group.to_ms);
    }
    let taking = trace.tracks.iter().find_map(|track| {
        let activity = value_at(&track.activity, t_ms).copied()?;
        // Who is frozen takes its part when it goes on, if ever; nobody can tell when.
        let is_active = activity.is_alive() && activity != Activity::Frozen;
        let is_member = value_at(&track.standing, t_ms) == Some(&Standing::Member);
        let client = value_at(&track.client, t_ms).copied()?;
        if !is_active || !is_member || client == ClientState::Stable {
            return None;
        }
        let later = track.client.iter().find(|entry| entry.at_ms > t_ms);
        later.map(|entry| entry.at_ms)
    });
    taking.or_else(|| {
        trace
            .lanes
            .iter()
            .find_map(|lane| handed_over_at(lane, group, t_ms))
    })
}

/// When a partition that is on its way to its next reader arrives; none if it isn't.
fn handed_over_at(lane: &Lane, group: &GroupSpan, t_ms: u64) -> Option<u64> {
    let ix = lane.span_at(t_ms)?;
    // What a member gave up waits for the generation after this one (KIP-429).
    let rounds = match lane.spans.get(ix)?.reader {
        Reader::Process { .. } => return None,
        Reader::Nobody {
            began: StopBegan::Revoked,
            ..
        } => 1,
        Reader::Nobody { .. } | Reader::NotYet => 0,
    };
    lane.spans
        .iter()
        .skip(ix + 1)
        .find_map(|span| match span.reader {
            Reader::Process { generation_id, .. } => Some((generation_id, span.from_ms)),
            _ => None,
        })
        .filter(|(generation_id, _)| *generation_id <= group.generation_id + rounds)
        .map(|(_, at_ms)| at_ms)
}

#[cfg(test)]
mod tests;
