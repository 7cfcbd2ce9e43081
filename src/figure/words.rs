//! What a stretch of a lane is called: in tooltips, accessible names and tests.

use super::Run;
use assignor_core::sim::narrate::{clock, span};
use assignor_core::sim::trace::{LaneSpan, PartitionIx, Reader, StopBegan, StopEnded};
use std::fmt::Write;

/// Who reads, in a word: a member's name, `nobody`, or `not yet`.
pub fn reader(run: &Run, reader: Reader) -> &str {
    match reader {
        Reader::Process { process, .. } => run.trace.member_name(process),
        Reader::Nobody { .. } => "nobody",
        Reader::NotYet => "not yet",
    }
}

/// Why a stop began.
pub fn why_stopped(began: StopBegan) -> &'static str {
    match began {
        StopBegan::Revoked => "revoked",
        StopBegan::Lost => "lost",
        StopBegan::Closed => "closed",
        StopBegan::Killed => "killed",
        StopBegan::Frozen => "frozen",
        StopBegan::Cut => "cut off",
        StopBegan::Unsubscribed => "unsubscribed",
        StopBegan::Failed => "failed",
    }
}

/// A stretch of a lane in words: who, from when to when, how long, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpanWords {
    /// The partition, and who reads it.
    pub who: String,
    /// From, to and length.
    pub when: String,
    /// Why, where there is something to say.
    pub why: String,
}

/// A stretch of a lane in words.
pub fn describe(run: &Run, partition: PartitionIx, stretch: &LaneSpan) -> SpanWords {
    let label = run.full_name(partition);
    let when = format!(
        "{} to {}, {}",
        exact(stretch.from_ms),
        exact(stretch.to_ms),
        span(stretch.length_ms())
    );
    let (who, why) = match stretch.reader {
        Reader::NotYet => (
            format!("{label}: not read yet"),
            "It hasn't been assigned since the run began".to_owned(),
        ),
        Reader::Process {
            process,
            generation_id,
        } => (
            format!("{label}: read by {}", run.trace.member_name(process)),
            format!(
                "Given to it in generation {generation_id}{}",
                work_twice(run, partition, stretch)
            ),
        ),
        Reader::Nobody { last, began, ended } => {
            let c = run.trace.member_name(last);
            let why = match began {
                StopBegan::Revoked => format!("{c} gave it up in onPartitionsRevoked"),
                StopBegan::Lost => format!("{c} lost it, as onPartitionsLost told it"),
                StopBegan::Closed => format!("{c} closed"),
                StopBegan::Killed => format!("{c} was killed"),
                StopBegan::Frozen => format!("{c} is frozen"),
                StopBegan::Cut => format!("{c} is cut off from the cluster"),
                StopBegan::Unsubscribed => format!("{c} unsubscribed"),
                StopBegan::Failed => format!("{c} ended by an exception"),
            };
            let until = match ended {
                StopEnded::Assigned => format!("until {}", given_to(run, partition, stretch)),
                StopEnded::Thawed => format!("until {c} goes on"),
                StopEnded::Mended => format!("until {c} is back on the network"),
                StopEnded::Deleted => "until its topic is deleted".to_owned(),
                StopEnded::RunEnds if run.is_cut => "what comes next is hidden".to_owned(),
                StopEnded::RunEnds => "and nobody reads it before the run ends".to_owned(),
            };
            (
                format!("{label}: read by nobody"),
                format!("{why}, {until}"),
            )
        }
    };
    SpanWords { who, when, why }
}

/// What is done twice in a stretch: records read again, and the work of a member that had the partition before.
fn work_twice(run: &Run, partition: PartitionIx, stretch: &LaneSpan) -> String {
    let is_inside = |at_ms: u64| (stretch.from_ms..stretch.to_ms).contains(&at_ms);
    let times = run.again.get(&partition).into_iter().flatten();
    let again: u64 = times
        .filter(|(at_ms, _)| is_inside(*at_ms))
        .map(|(_, count)| count)
        .sum();
    let lane = run.trace.lanes.get(partition.0 as usize);
    let overlaps = lane.into_iter().flat_map(|lane| &lane.overlaps);
    let mut text = match again {
        0 => String::new(),
        1 => "; 1 record is read a second time".to_owned(),
        n => format!("; {n} records are read a second time"),
    };
    for work in overlaps.filter(|work| work.from_ms < stretch.to_ms && work.to_ms > stretch.from_ms)
    {
        let c = run.trace.member_name(work.process);
        // Writing to a string can't fail.
        let _ = write!(
            text,
            "; {c} works on what it had until {}",
            exact(work.to_ms)
        );
    }
    text
}

/// Who reads a partition after a stop, and by which generation.
fn given_to(run: &Run, partition: PartitionIx, stop: &LaneSpan) -> String {
    let lane = run.trace.lanes.get(partition.0 as usize);
    let next = lane.and_then(|lane| {
        let after = lane.spans.iter().find(|span| span.from_ms >= stop.to_ms)?;
        Some(after.reader)
    });
    match next {
        Some(Reader::Process {
            process,
            generation_id,
        }) => format!(
            "{} gets it in generation {generation_id}",
            run.trace.member_name(process)
        ),
        _ => "it is assigned again".to_owned(),
    }
}

/// A time to the millisecond, `7.083 s`.
pub fn exact(ms: u64) -> String {
    format!("{}.{:03} s", ms / 1_000, ms % 1_000)
}

/// A partition at a moment, in one line: "a4, read by nobody since 7.10 s, back to c3 at 11.32 s".
pub fn partition_now(run: &Run, partition: PartitionIx, t_ms: u64) -> String {
    let label = run.label(partition);
    let Some(lane) = run.trace.lanes.get(partition.0 as usize) else {
        return label.to_owned();
    };
    let ix = lane.span_at(t_ms);
    let Some(stretch) = ix.and_then(|ix| lane.spans.get(ix)) else {
        return label.to_owned();
    };
    let since = clock(stretch.from_ms);
    let next = || lane.next_reader(ix.unwrap_or(0));
    match stretch.reader {
        Reader::Process { process, .. } => {
            let c = run.trace.member_name(process);
            format!("{label}, read by {c} since {since}")
        }
        Reader::NotYet => match next() {
            Some((process, at_ms)) => {
                let c = run.trace.member_name(process);
                format!("{label}, not read yet, first by {c} at {}", clock(at_ms))
            }
            None if run.is_cut => format!("{label}, not read yet"),
            None => format!("{label}, not read in this run"),
        },
        Reader::Nobody { last, .. } => match next() {
            Some((process, at_ms)) => {
                let back = if run.member_of(process) == run.member_of(last) {
                    "back to"
                } else {
                    "to"
                };
                let c = run.trace.member_name(process);
                format!(
                    "{label}, read by nobody since {since}, {back} {c} at {}",
                    clock(at_ms)
                )
            }
            None if run.is_cut => format!("{label}, read by nobody since {since}"),
            None => format!("{label}, read by nobody since {since} until the run ends"),
        },
    }
}
