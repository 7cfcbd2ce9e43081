//! `MuleSoft`'s Kafka connector, a row each.

use crate::config::{Binding, Entry, Family, Part, Span};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::rules::timing::poll_budget_exceeded::{budget, ms};
use crate::lint::subject::{Subject, place};

/// The acknowledgement mode that a flow's source is given.
fn ack_mode<'a>(subject: &Subject<'a>) -> Option<(&'a str, &'a Entry)> {
    let is = |entry: &&Entry| {
        let key = entry.key.text.as_str();
        key.ends_with("@ackMode")
            || key.ends_with("@offsetCommit")
            || key.ends_with("@defaultAcknowledgementMode")
    };
    let entry = subject.config.entries().iter().find(is)?;
    (subject.family() == Family::MuleSoft).then_some((entry.value.text.as_str(), entry))
}

fn parts<'a>(subject: &Subject<'a>, name: &'static str) -> impl Iterator<Item = &'a Part> {
    let parts = subject.config.parts().iter();
    parts.filter(move |part| part.name == name || part.name.rsplit(':').next() == Some(name))
}

/// Whether offsets are committed within a piece of the text.
fn commits(subject: &Subject<'_>, within: Span) -> bool {
    let mut commits = parts(subject, "commit");
    commits.any(|part| within.start <= part.extent.start && part.extent.end <= within.end)
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

fn no_commit_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (mode, entry) = ack_mode(subject)?;
    let by_hand = matches!(mode, "MANUAL" | "DUPS_OK");
    (by_hand && parts(subject, "commit").next().is_none()).then(|| {
        subject.at(
            rule,
            entry,
            format!("the mode is {mode}, and nothing here commits"),
            "Offsets never move, so a restart reads everything again.",
        )
    })
}

rule!(
    immediate, "KC-W1123", "mulesoft-immediate-ack", Warn, "MuleSoft Kafka connector 4.14 reference (acknowledgement mode)", |subject, rule| {
        ack_mode(subject).filter(|(mode, _)| *mode == "IMMEDIATE").map(|(_, entry)| {
            subject.at(rule, entry, "records are committed before the flow runs", "A failure in the flow loses the record.")
        })
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
    let manual = ack_mode(subject).is_some_and(|(mode, _)| mode == "MANUAL");
    let one = |part: &Part| {
        let publishes = parts(subject, "publish").any(|publish| {
            part.extent.start <= publish.extent.start && publish.extent.end <= part.extent.end
        });
        (manual && !publishes && !commits(subject, part.extent)).then(|| {
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
