//! A trace for reading: as JSON objects, as lines of text, as a summary.
//!
//! All name members, partitions (`topic:3`) and Kafka's own terms; nothing refers to a place in
//! the trace. Times are ms since the start of the run.

mod mermaid;
mod metrics;

pub use mermaid::mermaid;
pub use metrics::metrics;

use super::trace::{
    Api, Callback, ErrorCode, Event, EventKind, Message, ProcessIx, Reader, Resumption, Trace,
};
use serde_json::{Map, Value};
use std::fmt::Write;

/// An event as a JSON object: `t_ms`, `who` (a member's name or `coordinator`), `event`, for a member
/// with several processes `incarnation`, then what belongs to the event.
pub fn event_json(trace: &Trace, event: &Event) -> Map<String, Value> {
    let mut line = Line::new(trace, event.at_ms);
    match &event.kind {
        EventKind::Started { process } => line.member(*process, "started"),
        EventKind::Closing { process } => line.member(*process, "closing"),
        EventKind::Ended { process } => line.member(*process, "ended"),
        EventKind::Killed { process } => line.member(*process, "killed"),
        EventKind::Frozen { process } => line.member(*process, "frozen"),
        EventKind::Thawed { process } => line.member(*process, "thawed"),
        EventKind::Busy { process, until_ms } => {
            let busy = line.member(*process, "busy");
            match *until_ms {
                // A batch without an end has no length.
                u64::MAX => busy,
                until_ms => busy.with("ms", until_ms - event.at_ms),
            }
        }
        EventKind::Idle { process } => line.member(*process, "idle"),
        EventKind::CoordinatorLost { process } => line.member(*process, "coordinator_lost"),
        EventKind::Read { process, ranges } => {
            let offsets = ranges.iter().filter_map(|range| {
                let partition = trace.partitions.get(range.partition.0 as usize)?;
                let offsets = Value::from(vec![range.first, range.last]);
                Some((partition.to_string(), offsets))
            });
            let offsets: Map<_, _> = offsets.collect();
            line.member(*process, "read").with("offsets", offsets)
        }
        EventKind::Resumed {
            process,
            generation_id,
            partitions,
        } => {
            let from = partitions.iter().filter_map(|place| {
                let partition = trace.partitions.get(place.partition.0 as usize)?;
                let offsets = Value::from(vec![place.from_offset, place.processed_offset]);
                Some((partition.to_string(), offsets))
            });
            let reprocessed: u64 = partitions.iter().map(Resumption::reprocessed).sum();
            let skipped: u64 = partitions.iter().map(Resumption::skipped).sum();
            let from: Map<_, _> = from.collect();
            line.member(*process, "resumed")
                .with("generation", *generation_id)
                .with("from_and_processed", from)
                .with("reprocessed", reprocessed)
                .with("skipped", skipped)
        }
        EventKind::NetworkCut { member } => line.of_member(*member, "network_cut"),
        EventKind::NetworkMended { member } => line.of_member(*member, "network_mended"),
        EventKind::CoordinatorMoves { crash, loaded_ms } => line
            .coordinator("coordinator_moves")
            .with("crash", *crash)
            .with("loaded_ms", *loaded_ms),
        EventKind::CoordinatorLoaded {
            generation_id,
            members,
        } => line
            .coordinator("coordinator_loaded")
            .with("generation", *generation_id)
            .with("members", *members),
        EventKind::Unsubscribed { process } => line.member(*process, "unsubscribed"),
        EventKind::Removed { process, member_id } => {
            line.about("removed_by_admin", *process, member_id)
        }
        EventKind::CommitFailed { process, error } => {
            line.member(*process, "commit_failed").with("error", *error)
        }
        EventKind::TopicChanged { topic, partitions } => line
            .coordinator("topic_changed")
            .with("topic", &**topic)
            .with("partitions", *partitions),
        EventKind::TopicDeleted { topic } => {
            line.coordinator("topic_deleted").with("topic", &**topic)
        }
        EventKind::Fatal { process, error } => line.member(*process, "fatal").with("error", *error),
        EventKind::Told { process } => line.member(*process, "told_of_rebalance"),
        EventKind::PollTimeoutExpired { process } => line.member(*process, "poll_timeout_expired"),
        EventKind::Revoked(callback) => line.callback("revoked", callback),
        EventKind::Assigned(callback) => line.callback("assigned", callback),
        EventKind::Lost(callback) => line.callback("lost", callback),
        EventKind::MemberIdIssued { process, member_id } => {
            line.about("member_id_issued", *process, member_id)
        }
        EventKind::Joined { process, member_id } => line.about("joined", *process, member_id),
        EventKind::Expired { process, member_id } => line.about("expired", *process, member_id),
        EventKind::PendingExpired { process, member_id } => {
            line.about("pending_expired", *process, member_id)
        }
        EventKind::Left { process, member_id } => line.about("left", *process, member_id),
        EventKind::NotJoined { process, member_id } => {
            line.about("removed_not_joined", *process, member_id)
        }
        EventKind::StaticReplaced {
            process,
            group_instance_id,
            replaced,
            no_rebalance,
        } => line
            .coordinator("static_joins")
            .with("member", trace.member_name(*process))
            .with("instance", &**group_instance_id)
            .with("replacing", &**replaced)
            .with("rebalance", !no_rebalance),
        EventKind::Preparing {
            generation_id,
            reason,
        } => line
            .coordinator("preparing")
            .with("generation", *generation_id)
            .with("reason", &**reason),
        EventKind::Completing {
            generation_id,
            members,
            protocol_name,
            leader,
        } => line
            .coordinator("completing")
            .with("generation", *generation_id)
            .with("members", *members)
            .with("protocol", *protocol_name)
            .with(
                "leader",
                leader.map_or("", |leader| trace.member_name(leader)),
            ),
        EventKind::Stable {
            generation_id,
            members,
            leader_id,
        } => line
            .coordinator("stable")
            .with("generation", *generation_id)
            .with("members", *members)
            .with("leader", &**leader_id),
        EventKind::Empty { generation_id } => {
            line.coordinator("empty").with("generation", *generation_id)
        }
        EventKind::LimitReached { limit } => {
            line.coordinator("limit_reached").with("limit", *limit)
        }
    };
    line.fields
}

/// A message as a JSON object: `t_ms` (sent), `who`, `event` = `request` or `response`, `api`,
/// `received_ms`, and `error` and `generation` where there are any.
pub fn message_json(trace: &Trace, message: &Message) -> Map<String, Value> {
    let mut line = Line::new(trace, message.sent_ms);
    let event = if message.is_response {
        "response"
    } else {
        "request"
    };
    line.member(message.process, event)
        .with("api", api_name(message.api))
        .with("received_ms", message.received_ms);
    if message.error != ErrorCode::None {
        line.with("error", message.error.as_str());
    }
    if message.generation_id >= 0 {
        line.with("generation", message.generation_id);
    }
    line.fields
}

/// Kafka's name of an API.
pub fn api_name(api: Api) -> &'static str {
    match api {
        Api::JoinGroup => "JoinGroup",
        Api::SyncGroup => "SyncGroup",
        Api::Heartbeat => "Heartbeat",
        Api::LeaveGroup => "LeaveGroup",
        Api::OffsetCommit => "OffsetCommit",
    }
}

struct Line<'a> {
    trace: &'a Trace,
    fields: Map<String, Value>,
}

impl<'a> Line<'a> {
    fn new(trace: &'a Trace, at_ms: u64) -> Self {
        let mut fields = Map::new();
        fields.insert("t_ms".to_owned(), at_ms.into());
        Self { trace, fields }
    }

    fn with(&mut self, name: &str, value: impl Into<Value>) -> &mut Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    fn coordinator(&mut self, event: &str) -> &mut Self {
        self.with("who", "coordinator").with("event", event)
    }

    fn member(&mut self, process: ProcessIx, event: &str) -> &mut Self {
        self.with("who", self.trace.member_name(process))
            .with("event", event);
        if let Some(incarnation) = self.trace.incarnation(process) {
            self.with("incarnation", incarnation);
        }
        self
    }

    /// What happens to a member's machine rather than to one of its processes.
    fn of_member(&mut self, member: usize, event: &str) -> &mut Self {
        let name = self.trace.members.get(member).map_or("", |name| name);
        self.with("who", name).with("event", event)
    }

    fn about(&mut self, event: &str, process: ProcessIx, member_id: &str) -> &mut Self {
        let member = self.trace.member_name(process);
        self.coordinator(event)
            .with("member", member)
            .with("member_id", member_id)
    }

    fn callback(&mut self, event: &str, callback: &Callback) -> &mut Self {
        let places = callback.partitions.iter();
        let partitions: Vec<Value> = places
            .filter_map(|place| self.trace.partitions.get(place.0 as usize))
            .map(|partition| partition.to_string().into())
            .collect();
        self.member(callback.process, event)
            .with("partitions", partitions)
            .with("generation", callback.generation_id)
            .with("member_id", &*callback.member_id)
    }
}

/// Events and messages as JSON Lines, ordered by time.
pub fn jsonl(trace: &Trace) -> String {
    let mut out = String::new();
    let mut write = |fields: Map<String, Value>| {
        out.push_str(&Value::Object(fields).to_string());
        out.push('\n');
    };
    let mut messages = trace.messages.iter().peekable();
    for event in &trace.events {
        while let Some(message) = messages.next_if(|message| message.sent_ms < event.at_ms) {
            write(message_json(trace, message));
        }
        write(event_json(trace, event));
    }
    for message in messages {
        write(message_json(trace, message));
    }
    out
}

/// One line per event, in columns: time in ms, who, what, and the rest as `name=value`.
pub fn text(trace: &Trace) -> String {
    let mut out = String::from("    t_ms  who           event                 details\n");
    for event in &trace.events {
        let mut fields = event_json(trace, event);
        let mut take = |name| fields.shift_remove(name).unwrap_or(Value::Null);
        let (at, who, what) = (take("t_ms"), take("who"), take("event"));
        let details: Vec<String> = fields.iter().map(detail).collect();
        let line = format!(
            "{:>8}  {:<12}  {:<20}  {}",
            plain(&at),
            plain(&who),
            plain(&what),
            details.join(" "),
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn detail((name, value): (&String, &Value)) -> String {
    format!("{name}={}", plain(value))
}

/// Text without quotes, lists with commas.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) if name_like(text) => text.clone(),
        Value::Array(values) => {
            let values: Vec<_> = values.iter().map(plain).collect();
            format!("[{}]", values.join(","))
        }
        other => other.to_string(),
    }
}

fn name_like(text: &str) -> bool {
    !text.is_empty() && !text.contains([' ', '"', '[', ']', ',', '='])
}

/// What a run cost and how it ended, for people.
pub fn summary(trace: &Trace) -> String {
    let measures = trace.measures();
    let mut out = String::new();
    let mut row = |name: &str, value: String| {
        let _ = writeln!(out, "{name:<28}{value}");
    };
    row("run", format!("{} ms", trace.end_ms));
    if let Some(EventKind::LimitReached { limit }) = trace.events.last().map(|event| &event.kind) {
        row("stopped at a limit", (*limit).to_owned());
    }
    if let Some(group) = trace.group_at(trace.end_ms) {
        let state = group.state.as_str();
        row(
            "group at the end",
            format!("{state}, generation {}", group.generation_id),
        );
    }
    row("rebalances", measures.rebalances.to_string());
    row("partitions moved", measures.partitions_moved.to_string());
    row(
        "stopped",
        format!("{} partition-ms", measures.stopped_partition_ms),
    );
    let partition = |place: usize| {
        let partition = trace.partitions.get(place);
        partition.map_or(String::new(), ToString::to_string)
    };
    if let Some(stop) = measures.longest_stop {
        let which = partition(stop.partition);
        row(
            "longest stop",
            format!("{} ms, {which} from {} ms", stop.value, stop.at_ms),
        );
    }
    if let Some(most) = measures.most_stopped {
        let all = trace.partitions.len();
        row(
            "most stopped at once",
            format!("{} of {all}, from {} ms", most.value, most.at_ms),
        );
    }
    out.push('\n');
    for (member, name) in trace.members.iter().enumerate() {
        let reads: Vec<String> = owned_at_end(trace, member);
        let _ = writeln!(out, "{name:<28}{}", reads.join(" "));
    }
    let unread: Vec<String> = (0..trace.lanes.len())
        .filter(|&place| owner_at_end(trace, place).is_none())
        .map(partition)
        .collect();
    if !unread.is_empty() {
        let _ = writeln!(out, "{:<28}{}", "read by nobody", unread.join(" "));
    }
    out
}

/// The member that reads a partition at the end of the run.
fn owner_at_end(trace: &Trace, place: usize) -> Option<usize> {
    match trace.lanes.get(place)?.spans.last()?.reader {
        Reader::Process { process, .. } => {
            let process = trace.processes.get(process.0 as usize)?;
            Some(process.member)
        }
        _ => None,
    }
}

fn owned_at_end(trace: &Trace, member: usize) -> Vec<String> {
    trace
        .partitions
        .iter()
        .enumerate()
        .filter(|(place, _)| owner_at_end(trace, *place) == Some(member))
        .map(|(_, partition)| partition.to_string())
        .collect()
}
