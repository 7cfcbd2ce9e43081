//! Why a prediction missed: what the run did to the partitions instead, when, and the rule behind it.

use super::moment::{BARRIER, COOPERATIVE, EAGER, SESSION, at};
use super::words::{clock, member, partitions, span};
use super::{Sentence, Why};
use crate::assign::explain;
use crate::sim::predict::{Answer, Fate, Mark, Question};
use crate::sim::trace::{LaneSpan, PartitionIx, Reader, Round, StopBegan, Trace};

/// The assignor tells its decisions once more for groups up to this many partitions: it does so for each miss.
const MOST_EXPLAINED: usize = 1_000;

/// Partitions that missed alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// Which, by their places in the whole run.
    pub partitions: Vec<PartitionIx>,
    /// What was marked.
    pub marked: Mark,
    /// What came.
    pub outcome: Mark,
    /// The moment to look at.
    pub at_ms: u64,
    /// What happened, with the numbers of the run.
    pub text: Sentence,
    /// The rule behind it.
    pub why: Why,
    /// Why the assignor gave it to its new owner, in its own words; none where it stayed or they aren't known.
    pub given: Option<explain::Sentence>,
}

/// What tells misses apart: the mark, what came, from whom, to whom in which generation, how the stop began.
type Kind = (
    Mark,
    Mark,
    Option<usize>,
    Option<(usize, i32)>,
    Option<StopBegan>,
);

/// The misses, those with the same story as one, in the order of the partitions.
pub fn misses(trace: &Trace, question: &Question, marks: &[Mark]) -> Vec<Miss> {
    let mut kinds: Vec<(Kind, Vec<&Answer>)> = Vec::new();
    for (ix, answer) in question.answers.iter().enumerate() {
        let marked = marks.get(ix).copied().unwrap_or_default();
        if marked == answer.outcome {
            continue;
        }
        let began = answer.stop.as_ref().and_then(began);
        let kind = (
            marked,
            answer.outcome,
            answer.from,
            reader_after(trace, question, answer),
            began,
        );
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, answers)) => answers.push(answer),
            None => kinds.push((kind, vec![answer])),
        }
    }
    let misses = kinds.into_iter();
    misses
        .map(|(kind, answers)| miss(trace, question, kind, &answers))
        .collect()
}

/// How the longest stop came about, as the run tells it in its middle; none if nothing stops.
pub fn longest_stop(trace: &Trace, question: &Question) -> Option<(Sentence, Option<Why>, u64)> {
    let (partition, stop) = question.longest_stop()?;
    let middle_ms = stop.from_ms + stop.length_ms() / 2;
    let story = at(trace, &trace.frame_at(middle_ms));
    let text = format!(
        "The longest stop is that of {}: {}, from {} to {}. At {}: {}",
        partitions(trace, &[partition]),
        span(stop.length_ms()),
        clock(stop.from_ms),
        clock(stop.to_ms),
        clock(middle_ms),
        story.state
    );
    Some((Sentence::from(text), story.why, middle_ms))
}

fn began(stop: &LaneSpan) -> Option<StopBegan> {
    match stop.reader {
        Reader::Nobody { began, .. } => Some(began),
        _ => None,
    }
}

/// Who reads a partition after its stop, or when things have settled: the member and its generation.
fn reader_after(trace: &Trace, question: &Question, answer: &Answer) -> Option<(usize, i32)> {
    let spans = &trace.lanes.get(answer.partition.0 as usize)?.spans;
    let after_ms = answer.stop.as_ref().map_or(0, |stop| stop.to_ms);
    let after_ms = after_ms.max(question.settled_ms);
    let mut spans = spans.iter();
    spans
        .find(|span| span.to_ms > after_ms)
        .and_then(|span| match span.reader {
            Reader::Process {
                process,
                generation_id,
            } => {
                let process = trace.processes.get(process.0 as usize)?;
                Some((process.member, generation_id))
            }
            _ => None,
        })
}

fn miss(trace: &Trace, question: &Question, kind: Kind, answers: &[&Answer]) -> Miss {
    let (marked, outcome, from, to, began) = kind;
    let places: Vec<_> = answers.iter().map(|answer| answer.partition).collect();
    let list = partitions(trace, &places);
    let stops = answers.iter().filter_map(|answer| answer.stop.as_ref());
    let stop = stops.max_by_key(|stop| stop.length_ms());
    let it = if places.len() == 1 { "it" } else { "them" };
    let first = places.first().copied();
    let text = match (outcome, from) {
        (Mark::Held(Fate::Stays), Some(from)) => kept(trace, question, from, &list),
        (Mark::Held(_), Some(from)) => stopped(trace, (from, to), (&list, it), stop),
        (Mark::First(_), _) | (_, None) => given_first(trace, to, (&list, it), first),
    };
    let is_cooperative = answers
        .first()
        .is_some_and(|a| is_cooperative(trace, question, a));
    Miss {
        marked,
        outcome,
        at_ms: match (stop, first.and_then(|first| first_read_ms(trace, first))) {
            (Some(stop), _) => stop.from_ms,
            (None, Some(at_ms)) if matches!(outcome, Mark::First(_)) => at_ms,
            (None, _) => question.asked_ms,
        },
        text: Sentence::from(text),
        why: match began {
            Some(StopBegan::Revoked) | None if is_cooperative => COOPERATIVE,
            Some(StopBegan::Revoked) => EAGER,
            Some(StopBegan::Closed | StopBegan::Unsubscribed) | None => BARRIER,
            Some(
                StopBegan::Killed
                | StopBegan::Lost
                | StopBegan::Frozen
                | StopBegan::Cut
                | StopBegan::Failed,
            ) => SESSION,
        },
        given: given(trace, outcome, to, first),
        partitions: places,
    }
}

/// When a partition is read for the first time.
fn first_read_ms(trace: &Trace, partition: PartitionIx) -> Option<u64> {
    let lane = trace.lanes.get(partition.0 as usize)?;
    lane.next_reader(0).map(|(_, at_ms)| at_ms)
}

/// What became of partitions that nobody had read.
fn given_first(
    trace: &Trace,
    to: Option<(usize, i32)>,
    (list, it): (&str, &str),
    first: Option<PartitionIx>,
) -> String {
    let at_ms = first.and_then(|first| first_read_ms(trace, first));
    match (to, at_ms) {
        (Some((to, generation_id)), Some(at_ms)) => format!(
            "{list}: generation {generation_id} gave {it} to {}, which reads {it} from {} on.",
            member(trace, to),
            clock(at_ms)
        ),
        _ => format!("{list}: nobody was given {it}."),
    }
}

fn kept(trace: &Trace, question: &Question, from: usize, list: &str) -> String {
    format!(
        "{} read {list} all the time, from {} to {}.",
        member(trace, from),
        clock(question.asked_ms),
        clock(question.settled_ms)
    )
}

fn stopped(
    trace: &Trace,
    (from, to): (usize, Option<(usize, i32)>),
    (list, it): (&str, &str),
    stop: Option<&LaneSpan>,
) -> String {
    let c = member(trace, from);
    let ends = match to {
        Some((to, generation_id)) if to == from => {
            format!("generation {generation_id} gave {it} back")
        }
        Some((to, generation_id)) => format!(
            "generation {generation_id} gave {it} to {}",
            member(trace, to)
        ),
        None => format!("nobody was given {it}"),
    };
    let Some(stop) = stop else {
        return format!("{list}: {ends}, and there was no stop between.");
    };
    let begins = match began(stop) {
        Some(StopBegan::Lost) => format!("{c} lost {it}"),
        Some(StopBegan::Closed) => format!("{c} closed"),
        Some(StopBegan::Killed) => format!("{c} was killed"),
        Some(StopBegan::Frozen) => format!("{c} froze"),
        Some(StopBegan::Cut) => format!("{c} was cut off"),
        Some(StopBegan::Unsubscribed) => format!("{c} unsubscribed"),
        Some(StopBegan::Failed) => format!("{c} failed"),
        Some(StopBegan::Revoked) | None => format!("{c} revoked {it}"),
    };
    let length = span(stop.length_ms());
    match to {
        Some(_) => format!(
            "{list}: {begins} at {}; {ends}, read again at {}, after {length}.",
            clock(stop.from_ms),
            clock(stop.to_ms)
        ),
        None => format!(
            "{list}: {begins} at {}; {ends} for {length}.",
            clock(stop.from_ms)
        ),
    }
}

/// Whether the member that had a partition follows the cooperative protocol.
fn is_cooperative(trace: &Trace, question: &Question, answer: &Answer) -> bool {
    let process = answer
        .from
        .and_then(|from| trace.process_of(from, question.asked_ms));
    let facts = process.and_then(|process| trace.processes.get(process.0 as usize));
    facts.is_some_and(|facts| facts.cooperative)
}

fn given(
    trace: &Trace,
    outcome: Mark,
    to: Option<(usize, i32)>,
    partition: Option<PartitionIx>,
) -> Option<explain::Sentence> {
    let is_given = matches!(outcome, Mark::Held(Fate::Moves) | Mark::First(Some(_)));
    let (_, generation_id) = to.filter(|_| is_given)?;
    if trace.partitions.len() > MOST_EXPLAINED {
        return None;
    }
    let round = trace.round(generation_id)?;
    let told = decided(trace, round, partition?)?;
    let decisive = |sentence: &&explain::Sentence| !sentence.source.is_empty();
    told.is_same
        .then(|| told.of_partition.iter().rfind(decisive).cloned())?
}

/// Decisions of an assignor in a round, told by the assignor itself as it assigns the round's input once more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Why a partition went where it is, step by step.
    pub of_partition: Vec<explain::Sentence>,
    /// What else holds for the whole group.
    pub of_group: Vec<explain::Sentence>,
    /// Whether the steps end where the leader's did: what it remembered can decide otherwise.
    pub is_same: bool,
}

/// Why a partition went where it is in a round; none for assignors that aren't known.
pub fn decided(trace: &Trace, round: &Round, partition: PartitionIx) -> Option<Decided> {
    let (cluster, members) = trace.inputs(round);
    let mut assignor = trace.assignor(round)?;
    let explanation = assignor.explain(&cluster, &members);
    let named = |mut sentence: explain::Sentence| {
        for member in &round.members {
            let name = trace.member_name(member.process);
            sentence.text = sentence.text.replace(&*member.member_id, name);
        }
        sentence
    };
    let of_partition = explanation.of_partition(trace.partitions.get(partition.0 as usize)?);
    let mut of_group = explanation.of_group();
    of_group.retain(|sentence| !of_partition.contains(sentence));
    Some(Decided {
        is_same: ends_alike(trace, round, &explanation),
        of_partition: of_partition.into_iter().map(named).collect(),
        of_group: of_group.into_iter().map(named).collect(),
    })
}

fn ends_alike(trace: &Trace, round: &Round, explanation: &explain::Explanation) -> bool {
    let Ok(assignment) = explanation.outcome() else {
        return false;
    };
    round.members.iter().all(|member| {
        let list = assignment.get(&member.member_id);
        let assigned = member.assigned.iter();
        let assigned = assigned.map(|place| trace.partitions.get(place.0 as usize).cloned());
        assigned.eq(list.into_iter().flatten().map(Some))
    })
}
