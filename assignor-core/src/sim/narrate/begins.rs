//! Why a rebalance begins, in plain words. The trace has it in the words of the coordinator's log
//! (`coordinator::reasons`), which differ between releases and name members by their ids.

use super::Sentence;
use super::words::{and, who};
use crate::sim::trace::{EventKind, ProcessIx, Trace};
use std::collections::BTreeMap;

/// A part of a log's reason in small letters, and what it says of the members that it names.
const KINDS: &[(&str, &str, &str)] = &[
    ("adding new member", "joins the group", "join the group"),
    (
        "selectedprotocol will change",
        "is back under its static id, with assignors that change the group's choice",
        "are back under their static ids, with assignors that change the group's choice",
    ),
    (
        "metadata for static member",
        "is back under its static id and subscribes to something else",
        "are back under their static ids and subscribe to something else",
    ),
    (
        "updating metadata for member",
        "joins again with other topics or partitions than before",
        "join again with other topics or partitions than before",
    ),
    (
        "re-joining group during stable",
        "leads the group and asks for a new assignment",
        "lead the group and ask for a new assignment",
    ),
    (
        "heartbeat expiration",
        "has sent no heartbeat for as long as its session lasts, and is removed",
        "have sent no heartbeat for as long as their sessions last, and are removed",
    ),
    ("leavegroup", "leaves the group", "leave the group"),
    (
        "pending sync request expiration",
        "didn't send SyncGroup in time, and is removed",
        "didn't send SyncGroup in time, and are removed",
    ),
];

/// Why a rebalance begins: a sentence about the members that a reason of the log names. Where it names none that is
/// known, the log's own words.
pub fn begins(trace: &Trace, reason: &str) -> Sentence {
    let small = reason.to_lowercase();
    let named: Vec<String> = named(trace, reason)
        .iter()
        .map(|process| who(trace, *process))
        .collect();
    let kind = KINDS.iter().find(|(part, ..)| small.contains(part));
    let text = match (kind, named.len()) {
        (Some((_, does, _)), 1) => format!("{} {does}.", and(&named)),
        (Some((_, _, do_)), 2..) => format!("{} {do_}.", and(&named)),
        _ if small.contains("over capacity") => {
            "The group has more members than group.max.size allows.".to_owned()
        }
        _ => format!("The coordinator's log: {}.", reason.trim_end_matches('.')),
    };
    Sentence::from(text)
}

/// The processes whose member ids a text has, in the order of their start.
fn named(trace: &Trace, text: &str) -> Vec<ProcessIx> {
    let mut ids: BTreeMap<ProcessIx, &str> = BTreeMap::new();
    for event in &trace.events {
        if let EventKind::Joined { process, member_id }
        | EventKind::MemberIdIssued { process, member_id }
        | EventKind::Expired { process, member_id }
        | EventKind::Left { process, member_id } = &event.kind
            && !member_id.is_empty()
            && text.contains(&**member_id)
        {
            ids.insert(*process, member_id);
        }
    }
    // A client.id can begin another one's member id; the longest id is meant.
    let is_part = |id: &str| ids.values().any(|other| *other != id && other.contains(id));
    ids.iter()
        .filter(|(_, id)| !is_part(id))
        .map(|(process, _)| *process)
        .collect()
}
