//! The numbers of a run, for comparing runs.

use super::{EventKind, Reader, Trace};
use serde::Serialize;

/// What a run cost.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Measures {
    /// Completed rebalances: generations with members that became stable.
    pub rebalances: usize,
    /// Changes of the reader of a partition from one member to another.
    pub partitions_moved: usize,
    /// Sum over the partitions of the time that nobody read them after somebody had.
    pub stopped_partition_ms: u64,
    /// The longest stop of one partition.
    pub longest_stop: Option<Moment>,
    /// The most partitions stopped at once.
    pub most_stopped: Option<Moment>,
}

/// A number and where in the run it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moment {
    /// The number: ms or partitions.
    pub value: u64,
    /// When it begins.
    pub at_ms: u64,
    /// Place of the partition in [`Trace::partitions`], of the first if there are several.
    pub partition: usize,
}

impl Trace {
    /// What the run cost.
    pub fn measures(&self) -> Measures {
        let stable = |event: &&super::Event| matches!(event.kind, EventKind::Stable { .. });
        let mut measures = Measures {
            rebalances: self.events.iter().filter(stable).count(),
            ..Measures::default()
        };
        let mut edges: Vec<(u64, i64, usize)> = Vec::new();
        for (partition, lane) in self.lanes.iter().enumerate() {
            let mut last_member = None;
            for span in &lane.spans {
                match span.reader {
                    Reader::NotYet => {}
                    Reader::Process { process, .. } => {
                        let member = self.processes.get(process.0 as usize).map(|p| p.member);
                        if last_member.is_some() && last_member != member {
                            measures.partitions_moved += 1;
                        }
                        last_member = member;
                    }
                    Reader::Nobody { .. } => {
                        let length = span.length_ms();
                        measures.stopped_partition_ms += length;
                        if measures.longest_stop.is_none_or(|stop| length > stop.value) {
                            measures.longest_stop = Some(Moment {
                                value: length,
                                at_ms: span.from_ms,
                                partition,
                            });
                        }
                        edges.push((span.from_ms, 1, partition));
                        edges.push((span.to_ms, -1, partition));
                    }
                }
            }
        }
        measures.most_stopped = most_at_once(edges);
        measures
    }
}

/// The highest count of a set of intervals; where one ends as another begins, they don't overlap.
fn most_at_once(mut edges: Vec<(u64, i64, usize)>) -> Option<Moment> {
    edges.sort_unstable();
    let mut count: u64 = 0;
    let mut most: Option<Moment> = None;
    for (at_ms, step, partition) in edges {
        count = count.saturating_add_signed(step);
        if count > most.map_or(0, |most| most.value) {
            most = Some(Moment {
                value: count,
                at_ms,
                partition,
            });
        }
    }
    most
}
