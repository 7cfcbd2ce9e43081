//! What holds in every run, checked on its trace after every event.

use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::{ActionKind, Subscription};
use assignor_core::sim::trace::{
    Activity, Event, EventKind, Frame, GroupState, MemberFrame, PartitionIx, Reader, Standing,
    StopEnded, Trace,
};
use std::collections::BTreeSet;

/// Checks everything; the first thing that doesn't hold, in words.
///
/// # Errors
/// What doesn't hold, and when.
pub fn check(scenario: &Scenario, trace: &Trace) -> Result<(), String> {
    time_never_goes_back(trace)?;
    lanes_have_no_gap(trace)?;
    crate::replay::replay(trace)?;
    stops_end_or_say_why(trace)?;
    settles(scenario, trace)
}

pub(crate) fn held(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

fn time_never_goes_back(trace: &Trace) -> Result<(), String> {
    held(trace.events.is_sorted_by_key(|event| event.at_ms), || {
        "an event lies before its predecessor".to_owned()
    })?;
    held(
        trace.messages.is_sorted_by_key(|message| message.sent_ms),
        || "a message was sent before its predecessor".to_owned(),
    )?;
    for message in &trace.messages {
        held(
            message
                .received_ms
                .is_none_or(|at_ms| at_ms >= message.sent_ms),
            || format!("{message:?} arrives before it is sent"),
        )?;
    }
    for pair in trace.group.windows(2) {
        held(
            pair[0].from_ms <= pair[0].to_ms && pair[0].to_ms == pair[1].from_ms,
            || format!("the group's states have a gap at {} ms", pair[0].to_ms),
        )?;
        // Another coordinator knows the generation in the log, which may be an earlier one.
        let moves = |event: &Event| {
            let moves = matches!(event.kind, EventKind::CoordinatorMoves { .. });
            moves && event.at_ms == pair[1].from_ms
        };
        let goes_on = pair[0].generation_id <= pair[1].generation_id;
        held(goes_on || trace.events.iter().any(moves), || {
            format!("the generation falls at {} ms", pair[1].from_ms)
        })?;
    }
    for track in &trace.tracks {
        let sorted = track.activity.is_sorted_by_key(|entry| entry.at_ms)
            && track.client.is_sorted_by_key(|entry| entry.at_ms)
            && track.standing.is_sorted_by_key(|entry| entry.at_ms)
            && track
                .session_deadline_ms
                .is_sorted_by_key(|entry| entry.at_ms)
            && track.heartbeat_due_ms.is_sorted_by_key(|entry| entry.at_ms);
        held(sorted, || "a track goes back in time".to_owned())?;
    }
    Ok(())
}

fn lanes_have_no_gap(trace: &Trace) -> Result<(), String> {
    held(trace.lanes.len() == trace.partitions.len(), || {
        "a partition without a lane".to_owned()
    })?;
    for (lane, partition) in trace.lanes.iter().zip(&trace.partitions) {
        let ends = lane.spans.iter().map(|span| span.to_ms);
        let begins = lane.spans.iter().map(|span| span.from_ms);
        let edges: Vec<_> = std::iter::once(0).chain(ends).collect();
        let begins: Vec<_> = begins.chain([trace.end_ms]).collect();
        held(edges == begins, || {
            format!("the lane of {partition} has a gap: {edges:?} {begins:?}")
        })?;
    }
    Ok(())
}

/// Every stop ends, or the trace says why not.
fn stops_end_or_say_why(trace: &Trace) -> Result<(), String> {
    for (place, lane) in (0..).map(PartitionIx).zip(&trace.lanes) {
        for (ix, span) in lane.spans.iter().enumerate() {
            let Reader::Nobody { ended, .. } = span.reader else {
                continue;
            };
            let is_last = ix + 1 == lane.spans.len();
            if ended == StopEnded::RunEnds {
                held(is_last, || {
                    format!(
                        "a stop of {place:?} at {} ms ends with the run, which goes on",
                        span.from_ms
                    )
                })?;
                held(trace.unended(place).is_some(), || {
                    format!("nobody says why {place:?} is still stopped")
                })?;
            } else {
                held(!is_last, || {
                    format!("the stop of {place:?} has ended and is the last")
                })?;
            }
        }
    }
    Ok(())
}

/// After the last fault the group is stable or empty, every process that takes part is a member, and
/// every partition is read by somebody if there is anybody; or the trace names the livelock.
fn settles(scenario: &Scenario, trace: &Trace) -> Result<(), String> {
    let is_cut_short = |event: &Event| matches!(event.kind, EventKind::LimitReached { .. });
    if trace.events.iter().any(is_cut_short) || trace.livelock().is_some() {
        return Ok(());
    }
    let frame = trace.frame_at(trace.end_ms);
    let partakers = partakers(trace, &frame);
    let state = frame.group.state;
    let settled = match partakers.as_slice() {
        [] => matches!(state, GroupState::Empty | GroupState::Stable),
        _ => state == GroupState::Stable,
    };
    held(settled, || {
        format!(
            "the group never settles: {state:?} at the end, with {}",
            partakers.len()
        )
    })?;
    for (name, member) in &partakers {
        held(member.standing == Standing::Member, || {
            format!("{name} takes part and is {:?} at the end", member.standing)
        })?;
    }
    if partakers.len() < living(&frame).count() || leaves_partitions(trace) {
        return Ok(());
    }
    let members = partakers.iter().filter_map(|(name, _)| trace.member(name));
    let subscribed: BTreeSet<&str> = members
        .flat_map(|member| subscribed(scenario, trace, member))
        .collect();
    for (shown, partition) in frame.partitions.iter().zip(&trace.partitions) {
        let read = matches!(shown.reader, Reader::Process { .. });
        held(read || !subscribed.contains(&*partition.topic), || {
            format!("{partition} is subscribed to and nobody reads it at the end: {shown:?}")
        })?;
    }
    Ok(())
}

fn living(frame: &Frame) -> impl Iterator<Item = (usize, &MemberFrame)> {
    let alive =
        |(_, member): &(usize, &MemberFrame)| member.activity.is_some_and(Activity::is_alive);
    frame.members.iter().enumerate().filter(alive)
}

/// The members that poll at the end and can be heard, by name: not those that are frozen, cut off or in
/// a batch for ever, nor those that are subscribed to nothing.
fn partakers<'a>(trace: &'a Trace, frame: &'a Frame) -> Vec<(&'a str, &'a MemberFrame)> {
    let polls = |(_, member): &(usize, &MemberFrame)| member.activity == Some(Activity::Polling);
    let heard = |(member, _): &(usize, &MemberFrame)| {
        let mut events = trace.events.iter().rev();
        let latest = events.find_map(|event| match event.kind {
            EventKind::NetworkCut { member: of } if of == *member => Some(false),
            EventKind::NetworkMended { member: of } if of == *member => Some(true),
            _ => None,
        });
        latest.unwrap_or(true)
    };
    let name = |(member, frame)| Some((trace.members.get::<usize>(member)?.as_ref(), frame));
    living(frame)
        .filter(polls)
        .filter(heard)
        .filter_map(name)
        .collect()
}

/// A static member that comes back between the two rounds of a cooperative rebalance gets what the
/// first round left it, and nobody asks for the second: Kafka leaves its partitions unread.
fn leaves_partitions(trace: &Trace) -> bool {
    trace.events.iter().any(|event| {
        matches!(
            event.kind,
            EventKind::StaticReplaced {
                no_rebalance: true,
                ..
            }
        )
    })
}

/// The topics that a member subscribes to at the end, of those that exist then: `t0` and `t1` exist at the
/// start, `t1` may be deleted and `t2` created. Of a member that changes its mind it is what it said when
/// the group last assigned.
fn subscribed<'a>(scenario: &'a Scenario, trace: &'a Trace, member: usize) -> BTreeSet<&'a str> {
    let Some(spec) = scenario.members.get(member) else {
        return BTreeSet::new();
    };
    let mut exist = BTreeSet::from(["t0", "t1"]);
    let mut changes = false;
    for action in &scenario.actions {
        match &action.kind {
            ActionKind::Subscribe { member, .. } => changes |= *member == spec.name,
            ActionKind::Create(_) => drop(exist.insert("t2")),
            ActionKind::Delete { .. } => drop(exist.remove("t1")),
            _ => {}
        }
    }
    if changes {
        let process = trace.process_of(member, trace.end_ms);
        let mut members = trace.rounds.iter().rev().flat_map(|round| &round.members);
        let latest = members.find(|member| Some(member.process) == process);
        let topics = latest
            .into_iter()
            .flat_map(|member| member.subscription.iter());
        return topics
            .map(|topic| &**topic)
            .filter(|topic| exist.contains(topic))
            .collect();
    }
    exist.retain(|topic| match &spec.topics {
        Subscription::All => *topic != "t2",
        Subscription::Topics(topics) => topics.iter().any(|own| own == topic),
        // The two patterns of the generator.
        Subscription::Pattern(pattern) => pattern == "t.*" || *topic != "t1",
    });
    exist
}
