//! A trace as a Mermaid sequence diagram: who sent what to whom, in the order of sending.
//!
//! Notes say what state the group is in and what members are told. Heartbeats and commits that
//! succeed are folded into a note with their number. Names are escaped: whatever they contain, the
//! diagram stays valid. Syntax: the sequence diagrams of Mermaid 10 and 11.

use super::api_name;
use crate::sim::trace::{
    Api, Callback, ErrorCode, Event, EventKind, GroupSpan, Message, ProcessIx, Resumption, Trace,
};
use std::fmt::Write;

/// Mermaid refuses a longer text (`maxTextSize`), unless it is configured otherwise.
const MAX_TEXT: usize = 50_000;
/// Room for the note that says that the diagram is cut.
const CUT_NOTE: usize = 200;
/// How many partitions a note names before it counts the rest.
const MOST_NAMED: usize = 8;

/// A trace as a Mermaid sequence diagram, cut where Mermaid would refuse it for its length.
pub fn mermaid(trace: &Trace, title: &str) -> String {
    let mut diagram = Diagram {
        trace,
        out: String::from("sequenceDiagram\n"),
        folds: vec![Fold::default(); trace.processes.len()],
        left_out: 0,
    };
    if !title.is_empty() {
        diagram.line(format_args!("title {}", escaped(title)));
    }
    diagram.line(format_args!("participant g as Coordinator"));
    for ix in (0..).map(ProcessIx).take(trace.processes.len()) {
        let name = trace.member_name(ix);
        let name = match trace.incarnation(ix) {
            Some(incarnation) => format!("{name}, process {incarnation}"),
            None => name.to_owned(),
        };
        diagram.line(format_args!("participant p{} as {}", ix.0, escaped(&name)));
    }
    diagram.steps();
    if diagram.left_out > 0 {
        let left_out = diagram.left_out;
        let _ = writeln!(
            diagram.out,
            "    Note over g: Mermaid takes no longer text - {left_out} more lines are left out"
        );
    }
    diagram.out
}

/// Messages that succeed all the time and aren't worth an arrow each.
#[derive(Debug, Clone, Copy, Default)]
struct Fold {
    from_ms: Option<u64>,
    to_ms: u64,
    heartbeats: u64,
    commits: u64,
}

struct Diagram<'a> {
    trace: &'a Trace,
    out: String,
    /// By process: what has happened since its last line.
    folds: Vec<Fold>,
    /// Lines for which there is no room.
    left_out: usize,
}

impl Diagram<'_> {
    fn line(&mut self, text: std::fmt::Arguments) {
        let text = text.to_string();
        if self.left_out > 0 || self.out.len() + text.len() + 5 > MAX_TEXT - CUT_NOTE {
            self.left_out += 1;
            return;
        }
        let _ = writeln!(self.out, "    {text}");
    }

    /// States, events and messages, by time.
    fn steps(&mut self) {
        let trace = self.trace;
        let mut states = trace.group.iter().peekable();
        let mut events = trace.events.iter().peekable();
        let mut messages = trace.messages.iter().peekable();
        let mut shown = None;
        loop {
            let times = [
                states.peek().map(|span| span.from_ms),
                events.peek().map(|event| event.at_ms),
                messages.peek().map(|message| message.sent_ms),
            ];
            let Some(now_ms) = times.into_iter().flatten().min() else {
                break;
            };
            if let Some(event) = events.next_if(|event| event.at_ms == now_ms) {
                self.event(event);
            } else if let Some(span) = states.next_if(|span| span.from_ms == now_ms) {
                // A timer that is set anew is no new state.
                let state = (span.state, span.generation_id);
                if shown != Some(state) {
                    self.state(span);
                    shown = Some(state);
                }
            } else if let Some(message) = messages.next_if(|message| message.sent_ms == now_ms) {
                self.message(message);
            }
        }
        for ix in (0..).map(ProcessIx).take(trace.processes.len()) {
            self.unfold(ix);
        }
    }

    fn state(&mut self, span: &GroupSpan) {
        self.line(format_args!(
            "Note over g: {} {}, generation {}",
            seconds(span.from_ms),
            span.state.as_str(),
            span.generation_id
        ));
    }

    fn event(&mut self, event: &Event) {
        let at = seconds(event.at_ms);
        if let Some(text) = self.about_all(&event.kind) {
            return self.line(format_args!("Note over g: {at} {text}"));
        }
        if let Some(text) = self.about_process(&event.kind)
            && let Some(process) = event.kind.process()
        {
            self.unfold(process);
            self.line(format_args!("Note over p{}: {at} {text}", process.0));
        }
    }

    /// What happens to the cluster or to a member's network.
    fn about_all(&self, kind: &EventKind) -> Option<String> {
        let member = |place: usize| {
            let name = self.trace.members.get(place);
            escaped(name.map_or("", |name| name))
        };
        Some(match kind {
            EventKind::NetworkCut { member: place } => {
                format!("nothing passes to and from {} any more", member(*place))
            }
            EventKind::NetworkMended { member: place } => {
                format!("the network of {} is back", member(*place))
            }
            EventKind::CoordinatorMoves { crash, .. } => {
                let how = if *crash { ", the old one has died" } else { "" };
                format!("another broker becomes the coordinator{how}")
            }
            EventKind::CoordinatorLoaded {
                generation_id,
                members,
            } => format!("the group is loaded, generation {generation_id}, members {members}"),
            EventKind::TopicChanged { topic, partitions } => {
                format!("{} has {partitions} partitions", escaped(topic))
            }
            EventKind::TopicDeleted { topic } => format!("{} is deleted", escaped(topic)),
            EventKind::LimitReached { limit } => format!("the run is cut: {}", escaped(limit)),
            _ => return None,
        })
    }

    /// What happens to a process, unless states and arrows say it.
    fn about_process(&self, kind: &EventKind) -> Option<String> {
        Some(match kind {
            EventKind::Started { .. } => "starts".to_owned(),
            EventKind::Closing { .. } => "close()".to_owned(),
            EventKind::Ended { .. } => "has ended".to_owned(),
            EventKind::Killed { .. } => "SIGKILL".to_owned(),
            EventKind::Frozen { .. } => "is frozen".to_owned(),
            EventKind::Thawed { .. } => "goes on".to_owned(),
            EventKind::Busy { until_ms, .. } => {
                format!("in a batch until {}", seconds(*until_ms))
            }
            EventKind::Unsubscribed { .. } => "unsubscribe()".to_owned(),
            EventKind::CoordinatorLost { .. } => "gives its connection up".to_owned(),
            EventKind::Fatal { error, .. } => format!("ends by {error}"),
            EventKind::PollTimeoutExpired { .. } => "max.poll.interval.ms is over".to_owned(),
            EventKind::CommitFailed { error, .. } => format!("commitSync() throws {error}"),
            EventKind::Expired { .. } => "its session has ended".to_owned(),
            EventKind::PendingExpired { .. } => {
                "its member id is forgotten, it hasn't come back with it".to_owned()
            }
            EventKind::NotJoined { .. } => "is removed, it hasn't rejoined".to_owned(),
            EventKind::Removed { .. } => "is removed by an administrator".to_owned(),
            EventKind::StaticReplaced {
                group_instance_id,
                no_rebalance,
                ..
            } => {
                let instance = escaped(group_instance_id);
                let end = if *no_rebalance { ", no rebalance" } else { "" };
                format!("takes the place of {instance}{end}")
            }
            EventKind::Resumed { partitions, .. } => {
                let again: u64 = partitions.iter().map(Resumption::reprocessed).sum();
                let skipped: u64 = partitions.iter().map(Resumption::skipped).sum();
                if (again, skipped) == (0, 0) {
                    return None;
                }
                format!("reads on, {again} records again, {skipped} skipped")
            }
            EventKind::Revoked(callback) => self.callback("onPartitionsRevoked", callback),
            EventKind::Assigned(callback) => self.callback("onPartitionsAssigned", callback),
            EventKind::Lost(callback) => self.callback("onPartitionsLost", callback),
            _ => return None,
        })
    }

    fn callback(&self, name: &str, callback: &Callback) -> String {
        let mut named: Vec<String> = callback
            .partitions
            .iter()
            .take(MOST_NAMED)
            .filter_map(|place| self.trace.partitions.get(place.0 as usize))
            .map(|partition| escaped(&format!("{}-{}", partition.topic, partition.partition)))
            .collect();
        if let Some(more @ 1..) = callback.partitions.len().checked_sub(MOST_NAMED) {
            named.push(format!("{more} more"));
        }
        format!("{name}({})", named.join(", "))
    }

    fn message(&mut self, message: &Message) {
        let routine = matches!(message.api, Api::Heartbeat | Api::OffsetCommit);
        if routine && message.error == ErrorCode::None && message.received_ms.is_some() {
            return self.fold(message);
        }
        self.unfold(message.process);
        let process = message.process.0;
        let (at, api) = (seconds(message.sent_ms), api_name(message.api));
        let mut text = format!("{at} {api}");
        if message.is_response {
            text.push_str(match message.error {
                ErrorCode::None => ": ok",
                _ => ": ",
            });
            if message.error != ErrorCode::None {
                text.push_str(message.error.as_str());
            }
        }
        if message.generation_id >= 0 {
            let _ = write!(text, ", generation {}", message.generation_id);
        }
        match message.received_ms {
            Some(at_ms) => {
                let _ = write!(text, ", arrives {}", seconds(at_ms));
            }
            None => text.push_str(", never arrives"),
        }
        // A cross is an arrow that doesn't arrive.
        match (message.is_response, message.received_ms.is_some()) {
            (false, true) => self.line(format_args!("p{process}->>g: {text}")),
            (false, false) => self.line(format_args!("p{process}-xg: {text}")),
            (true, true) => self.line(format_args!("g-->>p{process}: {text}")),
            (true, false) => self.line(format_args!("g--xp{process}: {text}")),
        }
    }

    fn fold(&mut self, message: &Message) {
        let Some(fold) = self.folds.get_mut(message.process.0 as usize) else {
            return;
        };
        fold.from_ms.get_or_insert(message.sent_ms);
        fold.to_ms = message.sent_ms;
        // The answers are what succeeded.
        if message.is_response {
            match message.api {
                Api::Heartbeat => fold.heartbeats += 1,
                _ => fold.commits += 1,
            }
        }
    }

    fn unfold(&mut self, process: ProcessIx) {
        let Some(fold) = self.folds.get_mut(process.0 as usize) else {
            return;
        };
        let Fold {
            from_ms,
            to_ms,
            heartbeats,
            commits,
        } = std::mem::take(fold);
        let counted = |count: u64, one: &str, more: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            count => Some(format!("{count} {more}")),
        };
        let parts = [
            counted(heartbeats, "Heartbeat", "Heartbeats"),
            counted(commits, "OffsetCommit", "OffsetCommits"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            self.line(format_args!(
                "Note over g,p{}: {} to {}, {}, answered ok",
                process.0,
                seconds(from_ms.unwrap_or(to_ms)),
                seconds(to_ms),
                parts.join(" and ")
            ));
        }
    }
}

/// A time to the millisecond, `7.083 s`.
fn seconds(ms: u64) -> String {
    format!("{}.{:03} s", ms / 1_000, ms % 1_000)
}

/// Text in which nothing means anything to Mermaid.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' | ';' | '%' | '<' | '>' | '"' | ':' | '&' | '{' | '}' | '\\' => {
                let _ = write!(out, "#{};", u32::from(c));
            }
            c if c.is_control() || c == '\u{2028}' || c == '\u{2029}' => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{escaped, mermaid};
    use crate::sim::{Scenario, simulate};

    #[test]
    fn nothing_in_a_name_means_anything() {
        assert_eq!(
            escaped("a;b#c: <d>\nend %%"),
            "a#59;b#35;c#58; #60;d#62; end #37;#37;"
        );
    }

    fn diagram(members: &str, actions: &str, until_ms: u64) -> String {
        let text = format!(
            r#"{{"version": 1, "topics": [{{"name": "t", "partitions": 2}}],
                "config": {{"partition.assignment.strategy": "range", "enable.auto.commit": "false"}},
                "broker": {{"group.initial.rebalance.delay.ms": "0"}},
                "members": [{members}], "actions": [{actions}], "until_ms": {until_ms}}}"#
        );
        let scenario = Scenario::from_json(&text).expect("a scenario");
        mermaid(&simulate(&scenario).expect("a trace"), "")
    }

    /// One way takes 1 ms, a write 5 ms: `MEMBER_ID_REQUIRED` is back at 2, the second JoinGroup
    /// arrives at 3 and is answered at once, SyncGroup arrives at 5, the assignment is written at 10.
    /// Heartbeats leave 3 s after the answer to JoinGroup, at 3.004 and 6.004 s.
    #[test]
    fn a_member_joins_and_heartbeats() {
        let found = diagram(
            r#"{"name": "c;1"}"#,
            r#"{"at_ms": 0, "do": "start", "member": "c;1"}"#,
            7_000,
        );
        let expected = "sequenceDiagram
    participant g as Coordinator
    participant p0 as c#59;1
    Note over p0: 0.000 s starts
    Note over g: 0.000 s Empty, generation 0
    p0->>g: 0.000 s JoinGroup, arrives 0.001 s
    g-->>p0: 0.001 s JoinGroup: MEMBER_ID_REQUIRED, arrives 0.002 s
    p0->>g: 0.002 s JoinGroup, arrives 0.003 s
    Note over g: 0.003 s PreparingRebalance, generation 0
    Note over g: 0.003 s CompletingRebalance, generation 1
    g-->>p0: 0.003 s JoinGroup: ok, generation 1, arrives 0.004 s
    p0->>g: 0.004 s SyncGroup, generation 1, arrives 0.005 s
    Note over g: 0.010 s Stable, generation 1
    g-->>p0: 0.010 s SyncGroup: ok, arrives 0.011 s
    Note over p0: 0.011 s onPartitionsAssigned(t-0, t-1)
    Note over g,p0: 3.004 s to 6.005 s, 2 Heartbeats, answered ok
";
        assert_eq!(found, expected);
    }

    #[test]
    fn notes_say_what_no_arrow_says() {
        let found = diagram(
            r#"{"name": "c;1", "config": {"group.instance.id": "i;1", "auto.offset.reset": "earliest"},
                "application": {"commit": "never"}}, {"name": "d"}"#,
            r#"{"at_ms": 0, "do": "start", "member": "c;1"},
                {"at_ms": 100, "do": "produce", "topic": "t", "per_second": 10, "seconds": 1},
                {"at_ms": 3000, "do": "kill", "member": "c;1"},
                {"at_ms": 3000, "do": "start", "member": "c;1"},
                {"at_ms": 9000, "do": "cut", "member": "c;1", "ms": 100},
                {"at_ms": 10000, "do": "move_coordinator", "crash": true},
                {"at_ms": 11000, "do": "start", "member": "d"},
                {"at_ms": 11001, "do": "kill", "member": "d"},
                {"at_ms": 50000, "do": "subscribe", "member": "c;1", "topics": []},
                {"at_ms": 51000, "do": "remove", "members": ["c;1"]}"#,
            60_000,
        );
        for note in [
            "Note over p1: 3.001 s takes the place of i#59;1, no rebalance",
            "Note over p1: 3.009 s reads on, 20 records again, 0 skipped",
            "Note over g: 9.000 s nothing passes to and from c#59;1 any more",
            "Note over g: 9.100 s the network of c#59;1 is back",
            "Note over g: 10.000 s another broker becomes the coordinator, the old one has died",
            "Note over g: 10.000 s the group is loaded, generation 1, members 1",
            "Note over p2: 56.001 s its member id is forgotten, it hasn't come back with it",
            "Note over p1: 50.000 s unsubscribe()",
            "Note over p1: 51.000 s is removed by an administrator",
        ] {
            assert!(
                found.lines().any(|line| line.trim() == note),
                "{note}\n{found}"
            );
        }
    }

    #[test]
    fn a_long_run_is_cut_where_mermaid_would_refuse_it() {
        let actions: Vec<String> = (0..300)
            .flat_map(|turn| {
                let at = turn * 1_000;
                [
                    format!(r#"{{"at_ms": {at}, "do": "start", "member": "c"}}"#),
                    format!(r#"{{"at_ms": {}, "do": "close", "member": "c"}}"#, at + 500),
                ]
            })
            .collect();
        let found = diagram(r#"{"name": "c"}"#, &actions.join(","), 300_000);
        assert!(found.len() <= super::MAX_TEXT);
        assert!(
            found.ends_with("more lines are left out\n"),
            "{}",
            &found[found.len() - 200..]
        );
    }
}
