//! `MuleSoft`'s Kafka connector, a row each.

use crate::config::{Binding, Entry, Family, Part, Span};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::rules::timing::poll_budget_exceeded::{budget, ms};
use crate::lint::subject::{Subject, place};

/// The acknowledgement modes that sources of flows are given.
fn ack_modes<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (&'a str, &'a Entry)> {
    let is = |entry: &&Entry| {
        let key = entry.key.text.as_str();
        key.ends_with("@ackMode")
            || key.ends_with("@offsetCommit")
            || key.ends_with("@defaultAcknowledgementMode")
    };
    let mule = subject.family() == Family::MuleSoft;
    let entries = subject.config.entries().iter().filter(is);
    entries
        .filter(move |_| mule)
        .map(|entry| (entry.value.text.as_str(), entry))
}

/// Whether one piece of the text contains another.
fn holds(outer: Span, inner: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}

/// The flow round a piece of the text.
fn flow_of<'a>(subject: &Subject<'a>, span: Span) -> Option<&'a Part> {
    parts(subject, "flow").find(|flow| holds(flow.extent, span))
}

/// Whether a flow, or one that it refers to in this text, commits.
fn reaches_commit(subject: &Subject<'_>, flow: &Part) -> bool {
    let entries = subject.config.entries();
    let mut seen: Vec<Span> = Vec::new();
    let mut open = vec![flow.extent];
    while let Some(extent) = open.pop() {
        if seen.contains(&extent) {
            continue;
        }
        seen.push(extent);
        if commits(subject, extent) {
            return true;
        }
        let refers =
            |entry: &&Entry| entry.key.text == "flow-ref@name" && holds(extent, entry.span);
        let names: Vec<&str> = entries
            .iter()
            .filter(refers)
            .map(|entry| entry.value.text.as_str())
            .collect();
        let is_name = |entry: &&Entry| {
            matches!(entry.key.text.as_str(), "flow@name" | "sub-flow@name")
                && names.contains(&entry.value.text.as_str())
        };
        for named in entries.iter().filter(is_name) {
            let mut flows = parts(subject, "flow").chain(parts(subject, "sub-flow"));
            open.extend(
                flows
                    .find(|flow| holds(flow.extent, named.span))
                    .map(|flow| flow.extent),
            );
        }
    }
    false
}

fn parts<'a>(subject: &Subject<'a>, name: &'static str) -> impl Iterator<Item = &'a Part> {
    let parts = subject.config.parts().iter();
    parts.filter(move |part| part.name == name || part.name.rsplit(':').next() == Some(name))
}

/// Whether offsets are committed within a piece of the text.
fn commits(subject: &Subject<'_>, within: Span) -> bool {
    let mut commits = parts(subject, "commit");
    commits.any(|part| holds(within, part.extent))
}

rule!(
    concurrency, "KC-W1121", "mulesoft-concurrency-budget", Warn, "MuleSoft Kafka connector 4.14 reference (polling interval, record limit)", concurrency_check,
    what: "A batch needs more than half of the polling interval, even with all the flow's threads.",
    why: "The clock starts with the poll, and all records of a batch must be done before the next one. The connector's \
          own default is 60 seconds, not Kafka's 300.",
    false_alarm: "Batches are never full.",
    fix: "Lower the record limit to the threads times half of the interval, divided by the time per record.",
);

#[expect(clippy::cast_precision_loss, reason = "32-bit settings")]
fn concurrency_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let per_record_ms = subject.facts.per_record_ms?;
    let budget = budget(subject)?;
    let batch_ms = budget.batch_ms(per_record_ms);
    if subject.family() != Family::MuleSoft || 2.0 * batch_ms < budget.interval_ms as f64 {
        return None;
    }
    let message = format!(
        "{} records take {} ms with all threads, and the poll's clock allows {}",
        budget.records,
        ms(batch_ms),
        budget.interval_ms
    );
    Some(
        subject
            .about(rule, &[&budget.max_records, &budget.interval], message)
            .why(format!(
                "A record limit of {} takes half of the interval.",
                budget.comfortable_records(per_record_ms)
            ))
            .rests_on_fact("perRecordMs", ms(per_record_ms)),
    )
}

rule!(
    no_commit, "KC-W1122", "mulesoft-manual-without-commit", Error, "MuleSoft Kafka connector 4.14 reference (commit)", no_commit_check,
    what: "The flow is to commit by hand, and no `kafka:commit` is in it.",
    why: "Offsets never move. After a restart everything is read again.",
    false_alarm: "Another flow, in another file, commits.",
    fix: "End the flow with `<kafka:commit consumerCommitKey=\"#[attributes.consumerCommitKey]\"/>`.",
);

fn no_commit_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let commits_in = |entry: &Entry| match flow_of(subject, entry.span) {
        Some(flow) => reaches_commit(subject, flow),
        None => parts(subject, "commit").next().is_some(),
    };
    let one = |(mode, entry): (&str, &Entry)| {
        let by_hand = matches!(mode, "MANUAL" | "DUPS_OK");
        (by_hand && !commits_in(entry)).then(|| {
            subject.at(
                rule,
                entry,
                format!("the mode is {mode}, and nothing here commits"),
                "Offsets never move, so a restart reads everything again.",
            )
        })
    };
    ack_modes(subject).filter_map(one).collect()
}

rule!(
    immediate, "KC-W1123", "mulesoft-immediate-ack", Warn, "MuleSoft Kafka connector 4.14 reference (acknowledgement mode)", |subject, rule| {
        let immediate = ack_modes(subject).filter(|(mode, _)| *mode == "IMMEDIATE");
        immediate.map(|(_, entry)| {
            subject.at(rule, entry, "records are committed before the flow runs", "A failure in the flow loses the record.")
        }).collect::<Vec<_>>()
    },
    what: "The acknowledgement mode is IMMEDIATE.",
    why: "The offset is committed when the record arrives. Whatever fails afterwards has lost it.",
    false_alarm: "Losing records is acceptable.",
    fix: "Use AUTO, or MANUAL with `kafka:commit`.",
);

rule!(
    schema, "KC-W1124", "mulesoft-seed-schema", Info, "MuleSoft Kafka connector 4.14 reference", schema_check,
    what: "Elements are used that the connector's reference doesn't have.",
    why: "`kafka:consumer-connection`, `kafka:consumer-properties`, `kafka:consumer-property` and `kafka:consumer` go \
          round in examples. The connector 4.14 has other names, and Studio doesn't take these.",
    false_alarm: "A connector of one's own with that schema.",
    fix: "Use `kafka:consumer-plaintext-connection` with `kafka:additional-property`, and `kafka:message-listener` with \
          `ackMode`.",
);

fn schema_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    const UNKNOWN: [&str; 4] = [
        "kafka:consumer-connection",
        "kafka:consumer-properties",
        "kafka:consumer-property",
        "kafka:consumer",
    ];
    let part = subject
        .config
        .parts()
        .iter()
        .find(|part| UNKNOWN.contains(&part.name.as_str()))?;
    let message = format!("the connector's reference has no `{}`", part.name);
    Some(subject.finding(rule, part.at, message).why("It has `kafka:consumer-plaintext-connection`, `kafka:additional-property` and `kafka:message-listener`."))
}

/// The property that an entry sets.
fn named<'a>(subject: &Subject<'_>, entry: &'a Entry) -> Option<&'a str> {
    match subject.config.binding(entry) {
        Binding::Consumer { name, .. } => Some(name),
        Binding::Elsewhere => None,
    }
}

rule!(
    twice, "KC-W1125", "mulesoft-attribute-vs-property", Warn, "MuleSoft Kafka connector 4.14 reference", twice_check,
    what: "A setting is given as an attribute and as a property, with different values.",
    why: "Which one wins isn't documented.",
    false_alarm: "They belong to two configurations.",
    fix: "Keep one of them.",
);

fn twice_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if subject.family() != Family::MuleSoft {
        return Vec::new();
    }
    let entries = subject.config.entries();
    let one = |entry: &Entry| {
        let name = named(subject, entry).filter(|_| !entry.key.text.contains('@'))?;
        let attribute = entries.iter().find(|other| {
            other.key.text.contains('@')
                && named(subject, other) == Some(name)
                && other.value.text != entry.value.text
        })?;
        Some(
            subject
                .at(
                    rule,
                    entry,
                    format!("`{name}` is set here and as an attribute, to different values"),
                    "The reference doesn't say which one wins.",
                )
                .related_to(place(attribute), "the attribute".to_owned()),
        )
    };
    entries.iter().filter_map(one).collect()
}

rule!(
    skipped, "KC-W1126", "mulesoft-commit-skip-not-redelivered", Warn, "SubscriptionState.java (position and committed offset)", skipped_check,
    what: "An error is swallowed without a commit, in the hope that the record comes again.",
    why: "The consumer's position has moved on, so the next poll brings the next records. A later commit skips the \
          failed one for good. It comes again only if a rebalance or a restart comes before any later commit.",
    false_alarm: "Losing the record is acceptable.",
    fix: "Publish the record to a dead-letter topic and commit, or seek back.",
);

fn skipped_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    // The mode of the flow that a piece is in, or of the text where it is in none.
    let manual = |part: &Part| {
        let flow = flow_of(subject, part.extent);
        let own = |entry: &Entry| flow.is_some_and(|flow| holds(flow.extent, entry.span));
        let has_own = ack_modes(subject).any(|(_, entry)| own(entry));
        let mut modes = ack_modes(subject).filter(|(_, entry)| own(entry) || !has_own);
        modes.next().is_some_and(|(mode, _)| mode == "MANUAL")
    };
    let one = |part: &Part| {
        let publishes = parts(subject, "publish").any(|publish| holds(part.extent, publish.extent));
        (manual(part) && !publishes && !commits(subject, part.extent)).then(|| {
            subject
                .finding(
                    rule,
                    part.at,
                    "a record that fails here isn't delivered again".to_owned(),
                )
                .why("The position has moved on, and the next commit skips the record.")
        })
    };
    parts(subject, "on-error-continue")
        .filter_map(one)
        .collect()
}
