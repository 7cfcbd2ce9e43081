//! What a frame needs to know of all that was before it, by time.
//!
//! A function of the rest of the trace. Frames of a thousand members and ten thousand partitions are
//! made while somebody drags a slider, so nothing here is searched for from the beginning.

use super::{At, EventKind, Lane, ProcessIx, Trace, value_at};

/// In so many equal parts of a run it is known which span of each lane holds at the begin.
const PARTS: u64 = 64;

/// Processes, leaders and spans by time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seek {
    /// The processes of each member, when they start.
    processes: Vec<Vec<At<ProcessIx>>>,
    /// Who leads the group from when on.
    leaders: Vec<At<Option<ProcessIx>>>,
    /// How long a part is.
    part_ms: u64,
    /// The place of the span that holds at the begin of each part: lane by lane of the first part, then of
    /// the next.
    spans: Vec<u32>,
}

impl Seek {
    pub(super) fn new(trace: &Trace) -> Self {
        let part_ms = trace.end_ms / PARTS + 1;
        Self {
            processes: processes(trace),
            leaders: leaders(trace),
            part_ms,
            spans: (0..PARTS)
                .flat_map(|part| {
                    let lanes = trace.lanes.iter();
                    lanes.map(move |lane| place(lane.span_at(part * part_ms)))
                })
                .collect(),
        }
    }

    /// The process of a member that runs at `t_ms`, else its last one before.
    pub(super) fn process_of(&self, member: usize, t_ms: u64) -> Option<ProcessIx> {
        value_at(self.processes.get(member)?, t_ms).copied()
    }

    /// Who leads the group at `t_ms`.
    pub(super) fn leader_at(&self, t_ms: u64) -> Option<ProcessIx> {
        value_at(&self.leaders, t_ms).copied().flatten()
    }

    /// The place of the span of each lane that holds at `t_ms`.
    pub(super) fn spans_at(&self, lanes: &[Lane], t_ms: u64) -> impl Iterator<Item = usize> {
        let part = t_ms.checked_div(self.part_ms).unwrap_or(0);
        let first = usize::try_from(part).unwrap_or(usize::MAX);
        let first = first.saturating_mul(lanes.len());
        let begins = self.spans.get(first..).unwrap_or_default();
        let ends = begins.get(lanes.len()..).unwrap_or_default();
        let ends = ends
            .iter()
            .copied()
            .map(Some)
            .chain(std::iter::repeat(None));
        let bounds = begins.iter().zip(ends).zip(lanes);
        bounds.map(move |((&begin, end), lane)| {
            let begin_ix = begin as usize;
            if end == Some(begin) {
                return begin_ix;
            }
            let end_ix = end.map_or(lane.spans.len(), |end| end as usize + 1);
            let later = lane.spans.get(begin_ix + 1..end_ix).unwrap_or_default();
            begin_ix + later.partition_point(|span| span.from_ms <= t_ms)
        })
    }
}

fn place(span: Option<usize>) -> u32 {
    span.and_then(|ix| u32::try_from(ix).ok()).unwrap_or(0)
}

fn processes(trace: &Trace) -> Vec<Vec<At<ProcessIx>>> {
    let mut processes = vec![Vec::new(); trace.members.len()];
    let all = (0..).map(ProcessIx).zip(&trace.processes);
    for ((value, process), track) in all.zip(&trace.tracks) {
        if let (Some(of_member), Some(first)) =
            (processes.get_mut(process.member), track.activity.first())
        {
            let at_ms = first.at_ms;
            of_member.push(At { at_ms, value });
        }
    }
    processes
}

fn leaders(trace: &Trace) -> Vec<At<Option<ProcessIx>>> {
    let leaders = trace.events.iter().filter_map(|event| {
        let value = match event.kind {
            EventKind::Completing { leader, .. } => leader,
            EventKind::Empty { .. } => None,
            _ => return None,
        };
        let at_ms = event.at_ms;
        Some(At { at_ms, value })
    });
    leaders.collect()
}
