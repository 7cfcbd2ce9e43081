//! What a frame needs to know of all that was before it, by time.
//!
//! A function of the rest of the trace. Frames of a thousand members and ten thousand partitions are
//! made while somebody drags a slider, so nothing here is searched for from the beginning, and what a frame
//! reads lies side by side.

use super::{
    At, EventKind, Lane, PartitionFrame, PartitionIx, ProcessIx, ProcessTrack, Reader, Trace,
    value_at,
};

/// In so many equal parts of a run it is known where the long tracks are.
const PARTS: u64 = 256;

/// Processes, leaders, partitions and deadlines by time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Seek {
    /// The processes of each member, when they start.
    processes: Vec<Vec<At<ProcessIx>>>,
    /// Who leads the group from when on.
    leaders: Vec<At<Option<ProcessIx>>>,
    lanes: LaneSeek,
    tracks: TrackSeek,
}

impl Seek {
    /// `changes` says when which lane got a new span, in the order of time.
    pub(super) fn new(trace: &Trace, changes: &[(u64, PartitionIx)]) -> Self {
        Self {
            processes: processes(trace),
            leaders: leaders(trace),
            lanes: LaneSeek::new(&trace.lanes, changes),
            tracks: TrackSeek::new(&trace.tracks, trace.end_ms),
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

    /// Every partition at `t_ms`.
    pub(super) fn partitions_at(&self, t_ms: u64) -> Vec<PartitionFrame> {
        self.lanes.at(t_ms)
    }

    /// The deadline that a process has at `t_ms` by one of its long tracks.
    pub(super) fn deadline_at(
        &self,
        track: &[At<Option<u64>>],
        which: LongTrack,
        process: ProcessIx,
        t_ms: u64,
    ) -> Option<u64> {
        let (from, to) = self.tracks.bounds(which, process, t_ms);
        // The one before, for a time at which the part has none yet.
        let within = track.get(from.saturating_sub(1)..to.min(track.len()))?;
        let after = within.partition_point(|entry| entry.at_ms <= t_ms);
        within.get(after.checked_sub(1)?)?.value
    }
}

/// All partitions every so many changes, and the changes between: a frame costs no more than two readings
/// of all partitions, whatever the time and however long the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct LaneSeek {
    /// All partitions after 0, `stride`, 2 `stride` … changes, one time after the other.
    whole: Vec<PartitionFrame>,
    partitions: usize,
    stride: usize,
    changes: Vec<Change>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Change {
    at_ms: u64,
    partition: PartitionIx,
    becomes: PartitionFrame,
}

impl LaneSeek {
    fn new(lanes: &[Lane], changes: &[(u64, PartitionIx)]) -> Self {
        let stride = lanes.len().max(256);
        let mut present: Vec<_> = lanes.iter().map(|lane| lane.frame(0)).collect();
        let mut seek = Self {
            whole: present.clone(),
            partitions: lanes.len(),
            stride,
            changes: Vec::with_capacity(changes.len()),
        };
        let mut places = vec![0_usize; lanes.len()];
        for &(at_ms, partition) in changes {
            let ix = partition.0 as usize;
            let (Some(lane), Some(place), Some(frame)) =
                (lanes.get(ix), places.get_mut(ix), present.get_mut(ix))
            else {
                continue;
            };
            let later = lane.spans.iter().skip(*place + 1);
            let begun = later.take_while(|span| span.from_ms <= at_ms).count();
            // What held for no time at all has no span.
            if begun == 0 {
                continue;
            }
            *place += begun;
            *frame = lane.frame(*place);
            let becomes = *frame;
            seek.changes.push(Change {
                at_ms,
                partition,
                becomes,
            });
            if seek.changes.len().is_multiple_of(stride) {
                seek.whole.extend_from_slice(&present);
            }
        }
        seek
    }

    fn at(&self, t_ms: u64) -> Vec<PartitionFrame> {
        let until = self.changes.partition_point(|change| change.at_ms <= t_ms);
        let before = until.checked_div(self.stride).unwrap_or(0);
        let from = before * self.partitions;
        let whole = self.whole.get(from..from + self.partitions);
        let mut partitions = whole.unwrap_or_default().to_vec();
        let since = self.changes.get(before * self.stride..until);
        for change in since.unwrap_or_default() {
            if let Some(partition) = partitions.get_mut(change.partition.0 as usize) {
                *partition = change.becomes;
            }
        }
        partitions
    }
}

impl Lane {
    /// The partition while span `ix` holds.
    fn frame(&self, ix: usize) -> PartitionFrame {
        let span = self.spans.get(ix);
        let reader = span.map_or(Reader::NotYet, |span| span.reader);
        PartitionFrame {
            reader,
            since_ms: span.map_or(0, |span| span.from_ms),
            next: match reader {
                Reader::Process { .. } => None,
                _ => self.next_reader(ix),
            },
        }
    }
}

/// A track that has an entry for every sign of life.
#[derive(Debug, Clone, Copy)]
pub(super) enum LongTrack {
    Session,
    Heartbeat,
}

/// How many entries the long tracks have before each part of the run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct TrackSeek {
    /// How long a part is.
    part_ms: u64,
    /// Process by process, session and heartbeat: of the first part, then of the next.
    entries: Vec<[u32; 2]>,
    processes: usize,
}

impl TrackSeek {
    fn new(tracks: &[ProcessTrack], end_ms: u64) -> Self {
        let part_ms = end_ms / PARTS + 1;
        let of_all_parts = tracks.len() * usize::try_from(PARTS).unwrap_or_default();
        let mut entries = vec![[0_u32; 2]; of_all_parts];
        // Track by track, as each lies side by side and there may be 10 MB of them.
        for (process, track) in tracks.iter().enumerate() {
            let long = [&track.session_deadline_ms, &track.heartbeat_due_ms];
            for (which, track) in long.into_iter().enumerate() {
                let (mut count, mut rest) = (0, track.iter().peekable());
                let of_parts = entries.iter_mut().skip(process).step_by(tracks.len());
                for (part, counts) in (0..).zip(of_parts) {
                    while rest.next_if(|entry| entry.at_ms < part * part_ms).is_some() {
                        count += 1;
                    }
                    counts[which] = count;
                }
            }
        }
        Self {
            part_ms,
            entries,
            processes: tracks.len(),
        }
    }

    /// Between which entries of a track a time is.
    fn bounds(&self, which: LongTrack, process: ProcessIx, t_ms: u64) -> (usize, usize) {
        let part = t_ms.checked_div(self.part_ms).unwrap_or(0);
        let first = usize::try_from(part).unwrap_or(usize::MAX);
        let first = first.saturating_mul(self.processes);
        let ix = first.saturating_add(process.0 as usize);
        let count = |ix: usize| {
            let [session, heartbeat] = *self.entries.get(ix)?;
            Some(match which {
                LongTrack::Session => session as usize,
                LongTrack::Heartbeat => heartbeat as usize,
            })
        };
        let end = count(ix.saturating_add(self.processes));
        (count(ix).unwrap_or(0), end.unwrap_or(usize::MAX))
    }
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
