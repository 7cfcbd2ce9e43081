//! Writes a trace while a run goes on.

use super::lanes::Overlap;
use super::{
    Activity, At, ClientState, Event, EventKind, GroupSpan, GroupState, Lane, LaneSpan, LogHistory,
    Message, MessageIx, PartitionIx, PollTurn, Process, ProcessIx, ProcessTrack, Reader, Round,
    Seek, Standing, StopBegan, StopEnded, Trace,
};
use crate::assign::TopicPartition;
use crate::sim::ranks::Ranks;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Collects what happens. Times never go back from call to call.
#[derive(Debug)]
pub(in crate::sim) struct Recorder {
    trace: Trace,
    ranks: Ranks,
    /// Who works on each partition at present, and since which generation.
    readers: Vec<Vec<ActiveReader>>,
    /// When which lane got a new span.
    changes: Vec<(u64, PartitionIx)>,
    /// Lists of topics that members subscribe to, one of each kind.
    subscriptions: BTreeMap<Vec<String>, Arc<[Arc<str>]>>,
    /// Whose network is cut.
    cut: BTreeSet<ProcessIx>,
    /// How many partitions assignments and callbacks have written.
    partitions_written: u64,
}

#[derive(Debug, Clone, Copy)]
struct ActiveReader {
    process: ProcessIx,
    generation_id: i32,
    /// Whether the process is stopped.
    frozen: bool,
    /// Whether its network is cut.
    cut: bool,
}

impl Recorder {
    pub(in crate::sim) fn new(members: Vec<Arc<str>>, partitions: Vec<TopicPartition>) -> Self {
        let lane = Lane {
            spans: vec![LaneSpan {
                from_ms: 0,
                to_ms: 0,
                reader: Reader::NotYet,
            }],
            overlaps: Vec::new(),
        };
        Self {
            ranks: Ranks::new(&partitions),
            readers: vec![Vec::new(); partitions.len()],
            changes: Vec::new(),
            subscriptions: BTreeMap::new(),
            cut: BTreeSet::new(),
            partitions_written: 0,
            trace: Trace {
                members,
                processes: Vec::new(),
                lanes: vec![lane; partitions.len()],
                partitions,
                events: Vec::new(),
                messages: Vec::new(),
                rounds: Vec::new(),
                group: Vec::new(),
                tracks: Vec::new(),
                end_ms: 0,
                log: LogHistory::default(),
                seek: Seek::default(),
            },
        }
    }

    /// The numbers of the partitions of this run.
    pub(in crate::sim) fn ranks(&self) -> &Ranks {
        &self.ranks
    }

    /// A partition is gone, and whoever read it has nothing to read.
    pub(in crate::sim) fn deletes(&mut self, at_ms: u64, partition: PartitionIx) {
        let ix = partition.0 as usize;
        let (Some(lane), Some(readers)) = (self.trace.lanes.get_mut(ix), self.readers.get_mut(ix))
        else {
            return;
        };
        readers.clear();
        draw_overlaps(lane, at_ms, None, readers.iter());
        if let Some(open) = lane.spans.last_mut() {
            open.to_ms = at_ms;
            if let Reader::Nobody { ended, .. } = &mut open.reader {
                *ended = StopEnded::Deleted;
            }
        }
        lane.spans.push(LaneSpan {
            from_ms: at_ms,
            to_ms: at_ms,
            reader: Reader::NotYet,
        });
        self.changes.push((at_ms, partition));
    }

    pub(in crate::sim) fn event(&mut self, at_ms: u64, kind: EventKind) {
        if let EventKind::Assigned(callback)
        | EventKind::Revoked(callback)
        | EventKind::Lost(callback) = &kind
        {
            self.partitions_written += callback.partitions.len() as u64;
        }
        self.trace.events.push(Event { at_ms, kind });
    }

    /// Records what a leader assigns.
    pub(in crate::sim) fn round(&mut self, round: Round) {
        let members = round.members.iter();
        let written = members.map(|member| member.claims.len() + member.assigned.len());
        self.partitions_written += written.sum::<usize>() as u64;
        self.trace.rounds.push(round);
    }

    /// How many partitions assignments and callbacks have written so far.
    pub(in crate::sim) fn partitions_written(&self) -> u64 {
        self.partitions_written
    }

    /// The one list with these topics.
    pub(in crate::sim) fn subscription(&mut self, topics: &[String]) -> Arc<[Arc<str>]> {
        if let Some(known) = self.subscriptions.get(topics) {
            return known.clone();
        }
        let names = topics.iter().map(|topic| Arc::from(topic.as_str()));
        let list: Arc<[Arc<str>]> = names.collect();
        self.subscriptions.insert(topics.to_vec(), list.clone());
        list
    }

    /// Records a message; its place is for [`Recorder::never_received`].
    pub(in crate::sim) fn message(&mut self, message: Message) -> MessageIx {
        let place = MessageIx(u32::try_from(self.trace.messages.len()).unwrap_or(u32::MAX));
        self.trace.messages.push(message);
        place
    }

    /// Nobody was there any more when a message arrived.
    pub(in crate::sim) fn never_received(&mut self, message: MessageIx) {
        if let Some(message) = self.trace.messages.get_mut(message.0 as usize) {
            message.received_ms = None;
        }
    }

    /// A message that was held arrives after all.
    pub(in crate::sim) fn received(&mut self, message: MessageIx, at_ms: u64) {
        if let Some(message) = self.trace.messages.get_mut(message.0 as usize) {
            message.received_ms = Some(at_ms);
        }
    }

    /// `group.instance.id` of a process.
    pub(in crate::sim) fn instance_of(&self, process: ProcessIx) -> Option<Arc<str>> {
        let process = self.trace.processes.get(process.0 as usize)?;
        process.group_instance_id.clone()
    }

    /// Place of the member that a process belongs to.
    pub(in crate::sim) fn member_of(&self, process: ProcessIx) -> Option<usize> {
        let process = self.trace.processes.get(process.0 as usize)?;
        Some(process.member)
    }

    pub(in crate::sim) fn process(&mut self, process: Process) -> ProcessIx {
        let ix = ProcessIx(u32::try_from(self.trace.processes.len()).unwrap_or(u32::MAX));
        self.trace.processes.push(process);
        self.trace.tracks.push(ProcessTrack::default());
        ix
    }

    pub(in crate::sim) fn group(
        &mut self,
        at_ms: u64,
        state: GroupState,
        generation_id: i32,
        deadline_ms: Option<u64>,
    ) {
        self.trace.group.push(GroupSpan {
            from_ms: at_ms,
            to_ms: at_ms,
            state,
            generation_id,
            deadline_ms,
        });
    }

    pub(in crate::sim) fn activity(&mut self, at_ms: u64, process: ProcessIx, value: Activity) {
        if let Some(track) = self.track(process) {
            change(&mut track.activity, at_ms, value);
        }
    }

    pub(in crate::sim) fn client(&mut self, at_ms: u64, process: ProcessIx, value: ClientState) {
        if let Some(track) = self.track(process) {
            change(&mut track.client, at_ms, value);
        }
    }

    pub(in crate::sim) fn standing(&mut self, at_ms: u64, process: ProcessIx, value: Standing) {
        if let Some(track) = self.track(process) {
            change(&mut track.standing, at_ms, value);
        }
    }

    pub(in crate::sim) fn session(&mut self, at_ms: u64, process: ProcessIx, end: Option<u64>) {
        if let Some(track) = self.track(process) {
            change(&mut track.session_deadline_ms, at_ms, end);
        }
    }

    pub(in crate::sim) fn heartbeat_due(
        &mut self,
        at_ms: u64,
        process: ProcessIx,
        due: Option<u64>,
    ) {
        if let Some(track) = self.track(process) {
            change(&mut track.heartbeat_due_ms, at_ms, due);
        }
    }

    /// The application calls `poll()`, or that returns.
    pub(in crate::sim) fn poll(&mut self, at_ms: u64, process: ProcessIx, value: PollTurn) {
        let Some(track) = self.track(process) else {
            return;
        };
        let last = track.polls.last().map(|turn| turn.value);
        let is_new = match value {
            PollTurn::Called => last != Some(PollTurn::Called),
            PollTurn::Returned => !matches!(last, None | Some(PollTurn::Returned)),
            PollTurn::Stopped => last == Some(PollTurn::Called),
        };
        if is_new {
            track.polls.push(At { at_ms, value });
        }
    }

    /// A stopped process goes on: the call that it was in returns, and the next follows.
    pub(in crate::sim) fn poll_goes_on(&mut self, at_ms: u64, process: ProcessIx) {
        let polls = self.track(process).map(|track| &track.polls);
        let last = polls.and_then(|polls| polls.last());
        if last.is_some_and(|turn| turn.value == PollTurn::Stopped) {
            self.poll(at_ms, process, PollTurn::Called);
        }
    }

    /// A call of `commitSync()` that took `ms` returns.
    pub(in crate::sim) fn commit_sync(&mut self, at_ms: u64, process: ProcessIx, ms: u64) {
        if let Some(track) = self.track(process) {
            track.commits_sync.push(At { at_ms, value: ms });
        }
    }

    fn track(&mut self, process: ProcessIx) -> Option<&mut ProcessTrack> {
        self.trace.tracks.get_mut(process.0 as usize)
    }

    /// A process begins to read a partition that it was given in a generation.
    pub(in crate::sim) fn begins_reading(
        &mut self,
        at_ms: u64,
        process: ProcessIx,
        partition: PartitionIx,
        generation_id: i32,
    ) {
        if let Some(readers) = self.readers.get_mut(partition.0 as usize) {
            readers.retain(|reader| reader.process != process);
            readers.push(ActiveReader {
                process,
                generation_id,
                frozen: false,
                cut: self.cut.contains(&process),
            });
        }
        self.redraw(at_ms, partition, StopBegan::Revoked, StopEnded::Assigned);
    }

    /// A process stops to read a partition.
    pub(in crate::sim) fn stops_reading(
        &mut self,
        at_ms: u64,
        process: ProcessIx,
        partition: PartitionIx,
        why: StopBegan,
    ) {
        if let Some(readers) = self.readers.get_mut(partition.0 as usize) {
            readers.retain(|reader| reader.process != process);
        }
        self.redraw(at_ms, partition, why, StopEnded::Assigned);
    }

    /// A process stops or goes on, and with it everything that it reads.
    pub(in crate::sim) fn freezes(&mut self, at_ms: u64, process: ProcessIx, frozen: bool) {
        let set = |reader: &mut ActiveReader| reader.frozen = frozen;
        self.interrupt(at_ms, process, set, (StopBegan::Frozen, StopEnded::Thawed));
    }

    /// A process's network is cut or back, and with it everything that it reads.
    pub(in crate::sim) fn cuts(&mut self, at_ms: u64, process: ProcessIx, cut: bool) {
        if cut {
            self.cut.insert(process);
        } else {
            self.cut.remove(&process);
        }
        let set = |reader: &mut ActiveReader| reader.cut = cut;
        self.interrupt(at_ms, process, set, (StopBegan::Cut, StopEnded::Mended));
    }

    fn interrupt(
        &mut self,
        at_ms: u64,
        process: ProcessIx,
        set: impl Fn(&mut ActiveReader),
        (began, ended): (StopBegan, StopEnded),
    ) {
        let mut touched = Vec::new();
        for (place, readers) in (0..).map(PartitionIx).zip(&mut self.readers) {
            for reader in readers.iter_mut().filter(|r| r.process == process) {
                set(reader);
                touched.push(place);
            }
        }
        for place in touched {
            self.redraw(at_ms, place, began, ended);
        }
    }

    /// Sets the open span of a lane to whoever reads now: of several the one of the latest generation;
    /// the others' work is an overlap.
    fn redraw(&mut self, at_ms: u64, partition: PartitionIx, began: StopBegan, ended: StopEnded) {
        let ix = partition.0 as usize;
        let (Some(lane), Some(readers)) = (self.trace.lanes.get_mut(ix), self.readers.get(ix))
        else {
            return;
        };
        let awake = || {
            readers
                .iter()
                .filter(|reader| !reader.frozen && !reader.cut)
        };
        let front = awake().max_by_key(|reader| reader.generation_id);
        if draw_span(lane, at_ms, front, began, ended) {
            self.changes.push((at_ms, partition));
        }
        draw_overlaps(lane, at_ms, front, awake());
    }

    /// The trace, with every interval ended at `end_ms`.
    pub(in crate::sim) fn finish(mut self, end_ms: u64, log: LogHistory) -> Trace {
        self.trace.end_ms = end_ms;
        self.trace.log = log;
        let ends: Vec<u64> = self.trace.group.iter().skip(1).map(|s| s.from_ms).collect();
        for (span, to_ms) in self
            .trace
            .group
            .iter_mut()
            .zip(ends.into_iter().chain([end_ms]))
        {
            span.to_ms = to_ms;
        }
        for lane in &mut self.trace.lanes {
            if let Some(open) = lane.spans.last_mut() {
                open.to_ms = end_ms;
                if let Reader::Nobody { ended, .. } = &mut open.reader {
                    *ended = StopEnded::RunEnds;
                }
            }
            lane.spans.retain(|span| span.to_ms > span.from_ms);
            for overlap in &mut lane.overlaps {
                overlap.to_ms = overlap.to_ms.min(end_ms);
            }
            lane.overlaps
                .retain(|overlap| overlap.to_ms > overlap.from_ms);
        }
        self.trace.seek = Seek::new(&self.trace, &self.changes);
        self.trace
    }
}

/// Appends a value that holds from `at_ms` on, unless it already holds.
fn change<T: PartialEq>(track: &mut Vec<At<T>>, at_ms: u64, value: T) {
    match track.last_mut() {
        Some(last) if last.value == value => {}
        // What holds for no time at all is not part of the picture.
        Some(last) if last.at_ms == at_ms => last.value = value,
        _ => track.push(At { at_ms, value }),
    }
}

/// Whether another span begins.
fn draw_span(
    lane: &mut Lane,
    at_ms: u64,
    front: Option<&ActiveReader>,
    began: StopBegan,
    ended_by: StopEnded,
) -> bool {
    let Some(open) = lane.spans.last_mut() else {
        return false;
    };
    let next = match (front, open.reader) {
        (Some(front), _) => Reader::Process {
            process: front.process,
            generation_id: front.generation_id,
        },
        (None, Reader::Process { process, .. }) => Reader::Nobody {
            last: process,
            began,
            ended: StopEnded::RunEnds,
        },
        (None, other) => other,
    };
    if next == open.reader {
        return false;
    }
    if let Reader::Nobody { ended, .. } = &mut open.reader {
        *ended = ended_by;
    }
    open.to_ms = at_ms;
    lane.spans.push(LaneSpan {
        from_ms: at_ms,
        to_ms: at_ms,
        reader: next,
    });
    true
}

fn draw_overlaps<'a>(
    lane: &mut Lane,
    at_ms: u64,
    front: Option<&ActiveReader>,
    readers: impl Iterator<Item = &'a ActiveReader> + Clone,
) {
    let behind = |process| {
        front.is_some_and(|f| f.process != process) && readers.clone().any(|r| r.process == process)
    };
    for overlap in &mut lane.overlaps {
        if overlap.to_ms == u64::MAX && !behind(overlap.process) {
            overlap.to_ms = at_ms;
        }
    }
    for reader in readers.clone() {
        let drawn = lane
            .overlaps
            .iter()
            .any(|overlap| overlap.to_ms == u64::MAX && overlap.process == reader.process);
        if behind(reader.process) && !drawn {
            lane.overlaps.push(Overlap {
                from_ms: at_ms,
                to_ms: u64::MAX,
                process: reader.process,
            });
        }
    }
}
