//! librdkafka and the clients on it, a row each.

use super::{assignors, is_mixed};
use crate::config::{Entry, Family, Format, Part};
use crate::lint::finding::{Confidence, Finding};
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

fn is_librdkafka(subject: &Subject<'_>) -> bool {
    subject.family() == Family::Librdkafka
}

/// An entry with that key, or C#'s name for it, and its number.
fn number<'a>(subject: &Subject<'a>, key: &str) -> Option<(i64, &'a Entry)> {
    let entry = native(subject, key)?;
    Some((entry.value.text.trim().parse().ok()?, entry))
}

fn native<'a>(subject: &Subject<'a>, key: &str) -> Option<&'a Entry> {
    let entries = subject.config.entries().iter().rev();
    let is = |entry: &&Entry| {
        crate::config::dialect::key_at_end(Family::Librdkafka, &entry.key.text) == Some(key)
    };
    let own = is_librdkafka(subject);
    entries.filter(|_| own).find(is)
}

rule!(
    class_names, "KC-V223", "assignor-class-name-in-librdkafka", Error, "librdkafka rdkafka_assignor.c", class_names_check,
    what: "An assignor is named by its Java class.",
    why: "The client knows `range`, `roundrobin` and `cooperative-sticky` and refuses anything else.",
    false_alarm: "None.",
    fix: "Write `range`, `roundrobin` or `cooperative-sticky`. `StickyAssignor` has no counterpart.",
);

fn class_names_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (names, value) = assignors(subject).filter(|_| is_librdkafka(subject))?;
    let name = names
        .iter()
        .find(|name| name.contains('.') || name.ends_with("assignor"))?;
    let last = name.rsplit('.').next().unwrap_or(name);
    let word = match last {
        "rangeassignor" => "write `range`",
        "roundrobinassignor" => "write `roundrobin`",
        "cooperativestickyassignor" => "write `cooperative-sticky`",
        _ => "it has no counterpart",
    };
    Some(
        subject
            .about(
                rule,
                &[&value],
                format!("librdkafka knows no classes of Java's: {word}"),
            )
            .why("The client isn't made: \"Unsupported partition.assignment.strategy\"."),
    )
}

rule!(
    interval_below_session, "KC-L1201", "librdkafka-max-poll-below-session", Error, "librdkafka rdkafka_conf.c", interval_below_session_check,
    what: "`max.poll.interval.ms` is shorter than `session.timeout.ms`.",
    why: "The client refuses the pair for the classic protocol. Java's client takes it.",
    false_alarm: "None.",
    fix: "Raise `max.poll.interval.ms` to the session at least.",
);

fn interval_below_session_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (interval_ms, interval) = subject.integer("max.poll.interval.ms")?;
    let (session_ms, session) = subject.integer("session.timeout.ms")?;
    let refused = interval_ms < session_ms && is_librdkafka(subject) && subject.speaks("classic");
    refused.then(|| {
        subject
            .about(rule, &[&interval, &session], format!("`max.poll.interval.ms` is {interval_ms}, shorter than the session of {session_ms}"))
            .why("The client isn't made: the interval must be at least the session.")
            .suggests(subject, "max.poll.interval.ms", &session_ms.max(300_000).to_string())
    })
}

rule!(
    mixed_assignors, "KC-L1202", "librdkafka-mixed-assignors", Error, "librdkafka rdkafka_assignor.c", mixed_assignors_check,
    what: "A cooperative assignor stands beside others.",
    why: "The client refuses the list: it has no rolling move from one kind to the other as Java has.",
    false_alarm: "None.",
    fix: "Keep one kind. To change it, stop the whole group, change it and start.",
);

fn mixed_assignors_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (names, value) =
        assignors(subject).filter(|(names, _)| is_librdkafka(subject) && is_mixed(names))?;
    Some(
        subject
            .about(
                rule,
                &[&value],
                format!(
                    "`{}` mixes cooperative and eager assignors",
                    names.join(",")
                ),
            )
            .why("librdkafka refuses the list when the client is made."),
    )
}

rule!(
    callbacks, "KC-L1203", "librdkafka-cooperative-callbacks", Error, "librdkafka rdkafka_cgrp.c", callbacks_check,
    what: "A rebalance callback calls `assign` or `unassign` under a cooperative assignor.",
    why: "Under a cooperative assignor partitions come and go in parts. Replacing the whole assignment fails with the \
          error `_STATE`.",
    false_alarm: "The call isn't in a rebalance callback.",
    fix: "Call `incremental_assign` and `incremental_unassign`, or nothing at all: the client does it by itself.",
);

fn callbacks_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let cooperative = assignors(subject)
        .is_some_and(|(names, _)| names.iter().any(|name| name == "cooperative-sticky"));
    if !is_librdkafka(subject) || !(cooperative || subject.speaks("consumer")) {
        return Vec::new();
    }
    let parts = subject.config.parts();
    let text = subject.config.text();
    let python = subject.config.format() == Format::Python;
    let in_callback = |call: &Part| {
        if subject.config.format() == Format::Code {
            let around = |part: &Part| {
                let method = part.name.rsplit('.').next().unwrap_or_default();
                let handler = method.starts_with("SetPartitions") && method.ends_with("Handler");
                handler && part.extent.start <= call.at.start && call.at.end <= part.extent.end
            };
            return parts.iter().any(around);
        }
        if !python {
            // A Go program gets the event of a rebalance from its callback alone.
            return text.contains("ebalance") || text.contains("AssignedPartitions");
        }
        parts.iter().any(|function| {
            let name = function.name.strip_prefix("def ").unwrap_or_default();
            let around =
                function.extent.start <= call.at.start && call.at.end <= function.extent.end;
            let given = ["on_assign", "on_revoke", "on_lost"]
                .iter()
                .any(|role| name == *role || text.contains(&format!("{role}={name}")));
            around && !name.is_empty() && given
        })
    };
    let one = |call: &Part| {
        let method = call.name.rsplit_once('.')?.1;
        let replaces = matches!(method, "assign" | "unassign" | "Assign" | "Unassign");
        (replaces && in_callback(call)).then(|| {
            subject
                .finding(rule, call.at, format!("`{method}` fails in a callback of a cooperative group"))
                .why("Changes must be made with the incremental calls; this one ends in the error `_STATE`.")
        })
    };
    parts.iter().filter_map(one).collect()
}

rule!(
    offset_store, "KC-L1205", "librdkafka-auto-offset-store", Info, "librdkafka INTRODUCTION.md (at-least-once)", offset_store_check,
    what: "Offsets are stored when a message is handed over, and committed by a timer.",
    why: "A message counts as done before the program has seen it. A crash between loses it.",
    false_alarm: "Losing a message on a crash is acceptable.",
    fix: "Set `enable.auto.offset.store` to false and call `store_offsets` after the work.",
);

fn offset_store_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (on, value) = subject.flag("enable.auto.commit")?;
    let stored = native(subject, "enable.auto.offset.store")
        .is_none_or(|entry| entry.value.text.trim() != "false");
    (on && stored && is_librdkafka(subject) && subject.is_whole()).then(|| {
        subject
            .about(
                rule,
                &[&value],
                "a message counts as done when it is handed over",
            )
            .why("`enable.auto.offset.store` stores its offset before it is processed.")
    })
}

rule!(
    queue_memory, "KC-L1206", "librdkafka-queue-memory", Info, "librdkafka CONFIGURATION.md (queued.max.messages.kbytes)", queue_memory_check,
    what: "The queue of prefetched messages may take more than half of the memory.",
    why: "Each consumer keeps up to `queued.max.messages.kbytes` of messages that nobody has asked for yet.",
    false_alarm: "The process has memory for it.",
    fix: "Lower `queued.max.messages.kbytes`.",
);

fn queue_memory_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    const MUCH_KB: i64 = 524_288;
    let (kilobytes, entry) = number(subject, "queued.max.messages.kbytes")?;
    let consumers = i64::try_from(subject.facts.concurrency.unwrap_or(1)).ok()?;
    let all = kilobytes.saturating_mul(consumers);
    let heap = subject
        .facts
        .heap
        .and_then(|bytes| i64::try_from(bytes / 1024).ok());
    let much = heap.map_or(MUCH_KB, |kilobytes| kilobytes / 2);
    (all > much).then(|| {
        subject
            .at(
                rule,
                entry,
                format!("the queue may hold {all} kB of messages"),
                "They are fetched before anybody asks for them.",
            )
            .confidence(if heap.is_some() {
                Confidence::Certain
            } else {
                Confidence::Possible
            })
    })
}

rule!(
    fetch_sizes, "KC-L1207", "librdkafka-fetch-vs-message-max", Error, "librdkafka rdkafka_conf.c", fetch_sizes_check,
    what: "`fetch.max.bytes` is below `message.max.bytes`, or `receive.message.max.bytes` has no room for a fetch.",
    why: "The client refuses the pair when the client is made.",
    false_alarm: "None.",
    fix: "Raise the smaller one.",
);

fn fetch_sizes_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let mut found = Vec::new();
    let message_max = number(subject, "message.max.bytes").map_or(1_000_000, |(bytes, _)| bytes);
    let fetch = number(subject, "fetch.max.bytes");
    let why = "The client isn't made.";
    if let Some((bytes, entry)) = fetch.filter(|(bytes, _)| *bytes < message_max) {
        let message =
            format!("`fetch.max.bytes` is {bytes}, below the {message_max} of `message.max.bytes`");
        found.push(subject.at(rule, entry, message, why));
    }
    let least = fetch
        .map_or(52_428_800, |(bytes, _)| bytes)
        .saturating_add(512);
    if let Some((bytes, entry)) =
        number(subject, "receive.message.max.bytes").filter(|(bytes, _)| *bytes < least)
    {
        let message = format!("`receive.message.max.bytes` is {bytes}, and a fetch needs {least}");
        found.push(subject.at(rule, entry, message, why));
    }
    found
}

rule!(
    reconnect, "KC-L1208", "librdkafka-reconnect-pair", Error, "librdkafka rdkafka_conf.c", reconnect_check,
    what: "`reconnect.backoff.max.ms` is below `reconnect.backoff.ms`.",
    why: "The client refuses the pair when the client is made. Java's client takes the smaller one.",
    false_alarm: "None.",
    fix: "Raise `reconnect.backoff.max.ms`.",
);

fn reconnect_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (most_ms, most) = subject.integer("reconnect.backoff.max.ms")?;
    let (base_ms, base) = subject.integer("reconnect.backoff.ms")?;
    (most_ms < base_ms && is_librdkafka(subject)).then(|| {
        subject
            .about(
                rule,
                &[&most, &base],
                format!("the longest pause of {most_ms} ms is below the first one of {base_ms}"),
            )
            .why("The client isn't made.")
    })
}
