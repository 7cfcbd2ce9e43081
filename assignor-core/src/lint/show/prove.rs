//! Playing a plan: the moment of its trouble, and the moment of its failure.

use super::group::at;
use super::{Plan, When};
use crate::sim::scenario::{ActionKind, Scenario};
use crate::sim::trace::{Activity, EventKind, ProcessIx, ProcessTrack, Trace};
use crate::sim::{narrate, simulate};
use serde::Serialize;

/// A run that fails, beside the run with the fix.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Shown {
    /// The group with the configuration as it is.
    pub scenario: Scenario,
    /// The same with the fix.
    pub fixed: Scenario,
    /// When what it fails by begins: the trouble, or the time from which failures count.
    pub from_ms: u64,
    /// When the first one fails.
    pub at_ms: u64,
    /// What is played, and what happens then.
    pub says: String,
    /// What the fixed run has: the title of the fix, or the change that the rule advises.
    pub fix: String,
}

/// How many heartbeats and records a run may have, about.
const MOST_OCCURRENCES: u64 = 400_000;
const SHORTEST_HEARTBEAT_MS: u64 = 100;
/// The longest run that a scenario may ask for.
const LONGEST_MS: u64 = 7 * 24 * 3_600_000;

impl Plan {
    /// Plays both scenarios. None if the first doesn't fail, or the fixed one fails, too.
    pub fn prove(&self) -> Option<Shown> {
        let (mut scenario, mut fixed) = (self.scenario.clone(), self.fixed.clone());
        let mut from_ms = self.from_ms;
        if let Some(trouble) = &self.trouble {
            let at_ms = trouble.when.find(&play(&scenario)?)?;
            from_ms = at_ms;
            let kind = trouble.action.kind();
            if trouble.in_both {
                at(&mut fixed, at_ms, kind.clone());
            }
            at(&mut scenario, at_ms, kind);
        }
        let failed = self.failure.first(&play(&scenario)?, from_ms)?;
        let sound = play(&fixed)?;
        let ends = |event: &crate::sim::trace::Event| matches!(event.kind, EventKind::Fatal { .. });
        if self.failure.first(&sound, from_ms).is_some() || sound.events.iter().any(ends) {
            return None;
        }
        // What comes long after the failure is no part of it.
        let tail_ms = (2 * (failed.at_ms - from_ms)).max(30_000);
        let until_ms = self.scenario.until_ms.min(failed.at_ms + tail_ms);
        (scenario.until_ms, fixed.until_ms) = (until_ms, until_ms);
        let says = format!(
            "{} At {} {}. With the fix that doesn't happen.",
            self.says,
            narrate::clock(failed.at_ms),
            failed.says
        );
        scenario.about.clone_from(&says);
        fixed.about.clone_from(&says);
        fixed.title = format!("{}, fixed", scenario.title);
        Some(Shown {
            scenario,
            fixed,
            from_ms,
            at_ms: failed.at_ms,
            says,
            fix: self.fix.clone(),
        })
    }
}

/// The trace of a scenario, if it can run, isn't too long and doesn't break off.
fn play(scenario: &Scenario) -> Option<Trace> {
    if scenario.until_ms > LONGEST_MS || occurrences(scenario)? > MOST_OCCURRENCES {
        return None;
    }
    let trace = simulate(scenario).ok()?;
    let broken = trace.events.last().map(|event| &event.kind);
    (!matches!(broken, Some(EventKind::LimitReached { .. }))).then_some(trace)
}

/// How much a run takes, about: heartbeats and polls with records.
fn occurrences(scenario: &Scenario) -> Option<u64> {
    let none = crate::sim::scenario::Properties::new();
    let mut sum: u64 = 0;
    for member in 0..scenario.members.len() {
        let settings = scenario.consumer_settings(member, &none).ok()?;
        // Thousands of heartbeats behind one parked request show nothing.
        if settings.heartbeat_interval_ms < SHORTEST_HEARTBEAT_MS {
            return None;
        }
        sum = sum.saturating_add(scenario.until_ms / settings.heartbeat_interval_ms);
    }
    for action in &scenario.actions {
        if let ActionKind::Produce {
            per_second,
            seconds,
            ..
        } = action.kind
        {
            sum = sum.saturating_add(per_second.saturating_mul(seconds));
        }
    }
    Some(sum)
}

impl When {
    /// The moment in a run.
    fn find(&self, trace: &Trace) -> Option<u64> {
        match self {
            Self::BeforeSignOfLife {
                member,
                after_ms,
                left_ms,
            } => {
                let deadlines = &track(trace, member, *after_ms)?.session_deadline_ms;
                let mut signs = deadlines.iter().zip(deadlines.iter().skip(1));
                let late = signs.find(|(last, next)| {
                    let left = last.value.map(|end_ms| end_ms.saturating_sub(next.at_ms));
                    next.at_ms > after_ms + 2 && left.is_some_and(|left| left <= *left_ms)
                });
                // It was sent a millisecond before.
                late.map(|(_, next)| next.at_ms - 2)
            }
            Self::AfterHeartbeat { member, after_ms } => {
                let due_ms = heartbeats(track(trace, member, *after_ms)?, *after_ms).next()?;
                Some(due_ms + 1)
            }
            Self::InBatch {
                member,
                after_ms,
                lasts_ms,
                in_ms,
            } => {
                let least_ms = (in_ms + 1).max(*lasts_ms);
                let mut batches = batches(trace, member, *after_ms)?;
                let long = batches.find(|(from_ms, until_ms)| until_ms - from_ms >= least_ms)?;
                Some(long.0 + in_ms)
            }
            Self::Assigned { member } => {
                let place = trace.member(member)?;
                trace.events.iter().find_map(|event| match &event.kind {
                    EventKind::Assigned(call)
                        if of(trace, call.process) == Some(place)
                            && !call.partitions.is_empty() =>
                    {
                        Some(event.at_ms)
                    }
                    _ => None,
                })
            }
        }
    }
}

fn of(trace: &Trace, process: ProcessIx) -> Option<usize> {
    let process = trace.processes.get(process.0 as usize)?;
    Some(process.member)
}

/// The batches of a member that begin after a time: from when to when. The member has one process.
fn batches<'a>(
    trace: &'a Trace,
    member: &str,
    after_ms: u64,
) -> Option<impl Iterator<Item = (u64, u64)> + 'a> {
    let activity = track(trace, member, after_ms)?.activity.iter();
    Some(activity.filter_map(move |entry| match entry.value {
        Activity::InBatch { until_ms } if entry.at_ms > after_ms => Some((entry.at_ms, until_ms)),
        _ => None,
    }))
}

fn track<'a>(trace: &'a Trace, member: &str, at_ms: u64) -> Option<&'a ProcessTrack> {
    let process = trace.process_of(trace.member(member)?, at_ms)?;
    trace.tracks.get(process.0 as usize)
}

/// When the heartbeats after a time are due.
fn heartbeats(track: &ProcessTrack, after_ms: u64) -> impl Iterator<Item = u64> {
    let dues = track
        .heartbeat_due_ms
        .iter()
        .filter_map(|entry| entry.value);
    dues.filter(move |due_ms| *due_ms > after_ms)
}
