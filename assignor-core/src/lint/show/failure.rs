//! What counts as failing, found in the trace of a run and said in words.

use crate::sim::narrate::span;
use crate::sim::trace::{
    EventKind, GroupState, PartitionIx, ProcessIx, Reader, Resumption, Round, Trace,
};
use serde::{Deserialize, Serialize};

/// What counts as failing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Failure {
    /// A member is removed because its session ends.
    SessionEnds,
    /// A member is thrown out because it stays away from `poll()` for too long.
    PollTimeout,
    /// A client ends by an exception.
    Exception,
    /// A partition stops and goes on with the same member.
    NeedlessStop,
    /// Nobody reads a partition for longer than this.
    StopsFor {
        /// How long.
        ms: u64,
    },
    /// A rebalance waits for longer than this.
    RebalanceTakes {
        /// How long.
        ms: u64,
    },
    /// A rebalance begins.
    Rebalances,
    /// More records than this are worked on a second time at once.
    ReadTwice {
        /// How many may be.
        records: u64,
    },
    /// Records are committed that nobody has worked on.
    Skipped,
    /// The loads of the members differ by more than a partition and than a fifth of the mean.
    Uneven,
    /// A member has no partition.
    Idle,
}

/// A failure in a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failed {
    /// When.
    pub(super) at_ms: u64,
    /// What happens, as a sentence without its point.
    pub(super) says: String,
}

impl Failure {
    /// The first failure of this kind at or after a time.
    pub(super) fn first(self, trace: &Trace, from_ms: u64) -> Option<Failed> {
        match self {
            Self::SessionEnds
            | Self::PollTimeout
            | Self::Exception
            | Self::Rebalances
            | Self::ReadTwice { .. }
            | Self::Skipped => {
                let events = trace.events.iter().filter(|event| event.at_ms >= from_ms);
                events.into_iter().find_map(|event| {
                    let says = self.of_event(trace, &event.kind)?;
                    Some(Failed {
                        at_ms: event.at_ms,
                        says,
                    })
                })
            }
            Self::NeedlessStop | Self::StopsFor { .. } => self.first_stop(trace, from_ms),
            Self::RebalanceTakes { ms } => {
                let mut spans = trace.group.iter();
                let long = spans.find(|span| {
                    let waits = span.state == GroupState::PreparingRebalance;
                    waits && span.from_ms >= from_ms && span.to_ms - span.from_ms > ms
                })?;
                let lasts = if long.to_ms < trace.end_ms {
                    format!("takes {}", span(long.to_ms - long.from_ms))
                } else {
                    "goes on".to_owned()
                };
                Some(Failed {
                    at_ms: long.from_ms + ms,
                    says: format!("the rebalance has lasted for {} and {lasts}", span(ms)),
                })
            }
            Self::Uneven | Self::Idle => {
                let round = trace.rounds.last().filter(|round| round.at_ms >= from_ms)?;
                let says = match self {
                    Self::Idle => idle(trace, round),
                    _ => uneven(round),
                };
                Some(Failed {
                    at_ms: round.at_ms,
                    says: says?,
                })
            }
        }
    }

    fn of_event(self, trace: &Trace, kind: &EventKind) -> Option<String> {
        let who = |process: &ProcessIx| trace.member_name(*process).to_owned();
        match (self, kind) {
            (Self::SessionEnds, EventKind::Expired { process, .. }) => Some(format!(
                "the session of {} ends, and the group goes on without it",
                who(process)
            )),
            (Self::PollTimeout, EventKind::PollTimeoutExpired { process }) => {
                let livelock = match trace.livelock() {
                    Some(_) => ", again and again: the group never settles",
                    None => "",
                };
                Some(format!(
                    "the poll timer of {} runs out, and it drops out of the group{livelock}",
                    who(process)
                ))
            }
            (Self::Exception, EventKind::Fatal { process, error }) => {
                Some(format!("{} ends with {error}", who(process)))
            }
            (Self::Rebalances, EventKind::Preparing { .. }) => {
                Some("the group rebalances".to_owned())
            }
            (
                Self::ReadTwice { records },
                EventKind::Resumed {
                    process,
                    partitions,
                    ..
                },
            ) => {
                let again: u64 = partitions.iter().map(Resumption::reprocessed).sum();
                (again > records)
                    .then(|| format!("{} works on {again} records a second time", who(process)))
            }
            (Self::Skipped, EventKind::Resumed { partitions, .. }) => {
                let lost: u64 = partitions.iter().map(Resumption::skipped).sum();
                (lost > 0).then(|| format!("{lost} records are skipped: committed, and never done"))
            }
            _ => None,
        }
    }

    fn first_stop(self, trace: &Trace, from_ms: u64) -> Option<Failed> {
        let member = |process: ProcessIx| {
            let process = trace.processes.get(process.0 as usize);
            process.map(|process| process.member)
        };
        let stops = (0..).zip(&trace.lanes).filter_map(|(place, lane)| {
            lane.spans.iter().enumerate().find_map(|(ix, stop)| {
                let Reader::Nobody { last, .. } = stop.reader else {
                    return None;
                };
                let at_ms = if let Self::StopsFor { ms } = self {
                    let is_long = stop.length_ms() > ms;
                    is_long.then(|| stop.from_ms.saturating_add(ms))
                } else {
                    let (next, _) = lane.next_reader(ix)?;
                    (member(next) == member(last)).then_some(stop.from_ms)
                }?;
                (stop.from_ms >= from_ms).then_some((at_ms, place, last))
            })
        });
        let (at_ms, place, last) = stops.min()?;
        let partition = trace.partitions.get(PartitionIx(place).0 as usize)?;
        let says = match self {
            Self::StopsFor { ms } => {
                format!("nobody has read {partition} for {}", span(ms))
            }
            _ => format!(
                "{} stops reading {partition}, only to get it back",
                trace.member_name(last)
            ),
        };
        Some(Failed { at_ms, says })
    }
}

fn idle(trace: &Trace, round: &Round) -> Option<String> {
    let idle: Vec<_> = round
        .members
        .iter()
        .filter(|member| member.assigned.is_empty())
        .collect();
    let name = trace.member_name(idle.first()?.process);
    Some(match idle.len() {
        1 => format!("{name} gets no partition"),
        others => format!(
            "{others} of {} members get no partition",
            round.members.len()
        ),
    })
}

fn uneven(round: &Round) -> Option<String> {
    let loads = || round.members.iter().map(|member| member.assigned.len());
    let (most, least) = (loads().max()?, loads().min()?);
    let sum: usize = loads().sum();
    // Five times the difference against the mean, in whole numbers.
    let is_uneven = most - least > 1 && (most - least) * 5 * round.members.len() > sum;
    is_uneven.then(|| format!("one member gets {most} partitions, another {least}"))
}
