//! Lanes: who reads each partition when, and why nobody does.

use super::ProcessIx;
use serde::Serialize;

/// Who reads a partition over the whole run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Lane {
    /// From the partition's creation to the end of the run without gaps.
    pub spans: Vec<LaneSpan>,
    /// Work that a removed member still does on the partition while the new owner reads it too.
    pub overlaps: Vec<Overlap>,
}

/// A stretch of a lane.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LaneSpan {
    /// Begin.
    pub from_ms: u64,
    /// End.
    pub to_ms: u64,
    /// Who reads.
    pub reader: Reader,
}

/// Who reads a partition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reader {
    /// Nobody yet: it hasn't been assigned since the run began.
    NotYet,
    /// This process, in this generation.
    Process {
        /// Which.
        process: ProcessIx,
        /// The generation in which it was given the partition.
        generation_id: i32,
    },
    /// Nobody, since its last reader stopped.
    Nobody {
        /// Who read it last.
        last: ProcessIx,
        /// Why that ended.
        began: StopBegan,
        /// What ended the stop.
        ended: StopEnded,
    },
}

/// Why nobody reads a partition any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StopBegan {
    /// The reader gave it up in a rebalance (`onPartitionsRevoked`).
    Revoked,
    /// The reader learned that it had lost it (`onPartitionsLost`).
    Lost,
    /// The reader closed.
    Closed,
    /// The reader was killed.
    Killed,
    /// The reader was frozen.
    Frozen,
    /// The reader's network was cut.
    Cut,
    /// The reader unsubscribed.
    Unsubscribed,

    /// The reader ended by an exception.
    Failed,
}

/// What ended a stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StopEnded {
    /// A member was given the partition.
    Assigned,
    /// The frozen reader went on.
    Thawed,
    /// The reader's network was back.
    Mended,
    /// Nothing: its topic was deleted.
    Deleted,
    /// Nothing: the run ends first.
    RunEnds,
}

/// Work on a partition that another member has been given meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// Begin.
    pub from_ms: u64,
    /// End.
    pub to_ms: u64,
    /// Who still works on it.
    pub process: ProcessIx,
}

impl LaneSpan {
    /// Whether nobody reads although somebody did before.
    pub fn is_stop(&self) -> bool {
        matches!(self.reader, Reader::Nobody { .. })
    }

    /// Length in ms.
    pub fn length_ms(&self) -> u64 {
        self.to_ms - self.from_ms
    }
}

impl Lane {
    /// Place of the span that holds at `t_ms`.
    pub fn span_at(&self, t_ms: u64) -> Option<usize> {
        self.spans
            .partition_point(|span| span.from_ms <= t_ms)
            .checked_sub(1)
    }

    /// The next process to read after span `ix`, and when it begins.
    pub fn next_reader(&self, ix: usize) -> Option<(ProcessIx, u64)> {
        self.spans
            .iter()
            .skip(ix + 1)
            .find_map(|span| match span.reader {
                Reader::Process { process, .. } => Some((process, span.from_ms)),
                _ => None,
            })
    }
}
