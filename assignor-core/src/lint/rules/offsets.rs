//! Offsets: where reading starts, what is committed when, and which records are seen.

use super::Rule;
use crate::config::{Effective, Family};
use crate::lint::finding::{Confidence, Finding};
use crate::lint::subject::Subject;

const RESET: &str = "auto.offset.reset";
const AUTO_COMMIT: &str = "enable.auto.commit";

/// Whether positions are committed by the client itself: switched on, or left alone in a group.
pub(super) fn commits_by_itself<'a>(subject: &Subject<'a>) -> Option<(bool, Effective<'a>)> {
    let (on, value) = subject.flag(AUTO_COMMIT)?;
    let set = value.is_set();
    Some((on && (set || in_a_group(subject)), value))
}

/// Whether the consumer is in a group, or may be: a program may add the group's id.
fn in_a_group(subject: &Subject<'_>) -> bool {
    subject.config.winner("group.id").is_some() || subject.facts.complete != Some(true)
}

fn reset_is<'a>(subject: &Subject<'a>, word: &str) -> Option<Effective<'a>> {
    let value = subject.value(RESET)?;
    let is = value
        .value
        .as_ref()
        .is_some_and(|value| value.text() == word);
    is.then_some(value)
}

rule!(
    latest, "KC-O601", "latest-may-skip", Info, "ConsumerConfig.java (auto.offset.reset); GroupCoordinatorConfig (offsets.retention.minutes)", latest_check,
    what: "Without a committed offset, reading starts at the end of the log.",
    why: "A new group, a partition that was added, and a group that was empty for longer than the brokers keep its \
          offsets (seven days) have none. What was written before the first look at the end is never read.",
    false_alarm: "Only the present counts, as in a live view.",
    fix: "Use `earliest` where every record has to be processed. From 4.0, `by_duration:P1D` goes back a limited time.",
);

fn latest_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let reset = reset_is(subject, "latest")?;
    if !reset.is_set() && !subject.is_whole() {
        return None;
    }
    Some(
        subject
            .about(rule, &[&reset], "without a committed offset, records that are there already are skipped")
            .why("That is so for a new group, for added partitions, and after seven days without members.")
            .suggests(subject, RESET, "earliest"),
    )
}

rule!(
    earliest, "KC-O602", "earliest-may-replay", Info, "GroupCoordinatorConfig (offsets.retention.minutes); KIP-1106", earliest_check,
    what: "Without a usable offset, reading starts at the beginning of the log.",
    why: "An offset that expired, because the group was empty for seven days, or that lies outside the log, brings \
          every record back that is still kept.",
    false_alarm: "Processing a record twice changes nothing.",
    fix: "Make processing idempotent, or use `none` and decide in code. From 4.0, `by_duration:P1D` limits the replay.",
);

fn earliest_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let reset = reset_is(subject, "earliest").filter(Effective::is_set)?;
    Some(
        subject
            .about(
                rule,
                &[&reset],
                "an offset that expired or is out of range brings all kept records back",
            )
            .confidence(Confidence::Possible)
            .why("Offsets of a group without members are deleted after seven days by default."),
    )
}

rule!(
    none, "KC-O603", "none-needs-handling", Warn, "SubscriptionState; NoOffsetForPartitionException", none_check,
    what: "`auto.offset.reset` is `none`.",
    why: "`poll` throws NoOffsetForPartitionException or OffsetOutOfRangeException when there is no usable offset, so \
          a new group can't start by itself.",
    false_alarm: "The application catches these exceptions and seeks.",
    fix: "Catch and seek, create the offsets beforehand, or use `earliest` or `latest`.",
);

fn none_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let reset = reset_is(subject, "none")?;
    Some(
        subject
            .about(
                rule,
                &[&reset],
                "a new group can't start: `poll` throws NoOffsetForPartitionException",
            )
            .confidence(Confidence::Likely)
            .why("With `none` the application has to choose where to start."),
    )
}

rule!(
    auto_by_default, "KC-O605", "auto-commit-default-on", Info, "ConsumerConfig.java (enable.auto.commit)", auto_by_default_check,
    what: "Automatic commits are on because nothing says otherwise.",
    why: "`poll` commits what earlier polls returned. That is at least once only if a batch is done before the next \
          poll; with a hand-over to other threads, records that are not done are committed.",
    false_alarm: "The batch is processed in the polling thread.",
    fix: "Say it: `enable.auto.commit=true`, or `false` with commits of your own.",
);

fn auto_by_default_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (on, value) = commits_by_itself(subject)?;
    let plain = subject.family() == Family::Java || subject.family().is_foreign();
    if !on || value.is_set() || !subject.is_whole() || !plain {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&value],
                "offsets are committed automatically, which nothing here says",
            )
            .why("`poll` commits the positions of earlier polls, done or not."),
    )
}

rule!(
    uncommitted, "KC-O607", "read-uncommitted-with-transactions", Info, "KIP-98", uncommitted_check,
    what: "`isolation.level` is `read_uncommitted`, said in so many words.",
    why: "Records of transactions that were aborted or are still open are delivered.",
    false_alarm: "No producer of these topics uses transactions.",
    fix: "Use `read_committed` where producers write transactions.",
);

fn uncommitted_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (text, value) = subject.text("isolation.level")?;
    (text == "read_uncommitted").then(|| {
        subject
            .about(
                rule,
                &[&value],
                "records of aborted and open transactions are delivered",
            )
            .confidence(Confidence::Possible)
            .why("It matters only where producers write transactions.")
            .suggests(subject, "isolation.level", "read_committed")
    })
}

rule!(
    committed, "KC-O608", "read-committed-latency", Info, "ConsumerConfig.java (isolation.level); KIP-98", committed_check,
    what: "`isolation.level` is `read_committed`.",
    why: "Reading stops in front of the oldest open transaction. One that hangs holds everything behind it back until \
          its `transaction.timeout.ms` has passed.",
    false_alarm: "It is meant so; this only says what to watch.",
    fix: "Keep the producers' `transaction.timeout.ms` short, and alert on records that wait.",
);

fn committed_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (text, value) = subject.text("isolation.level")?;
    (text == "read_committed").then(|| {
        subject
            .about(rule, &[&value], "reading waits behind the oldest open transaction")
            .why("A producer that hangs stops readers of the partition until its `transaction.timeout.ms` has passed.")
    })
}

rule!(
    creates_topics, "KC-O610", "allow-auto-create-topics", Info, "KIP-361", creates_topics_check,
    what: "The consumer may create topics that it subscribes to.",
    why: "Where brokers allow it, as they do by default, a mistyped name becomes a topic with the brokers' default \
          number of partitions and replicas, one of each unless changed. Nobody notices that it stays empty.",
    false_alarm: "Brokers have `auto.create.topics.enable=false`.",
    fix: "Set `allow.auto.create.topics=false`.",
);

fn creates_topics_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (allowed, value) = subject.flag("allow.auto.create.topics")?;
    let says = subject.family() == Family::Java && subject.is_whole() || value.is_set();
    if !allowed || !says {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&value],
                "a mistyped topic is created, and stays empty",
            )
            .confidence(Confidence::Possible)
            .why("Asking for the metadata of a topic creates it where the brokers allow that.")
            .suggests(subject, "allow.auto.create.topics", "false"),
    )
}
