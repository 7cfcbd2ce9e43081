//! `KafkaJS`, a row each.

use super::unknown::did_you_mean;
use crate::config::{Entry, Family, TokenKind, dialect};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

fn entries<'a>(subject: &Subject<'a>) -> impl Iterator<Item = &'a Entry> {
    let own = subject.family() == Family::KafkaJs;
    subject.config.entries().iter().filter(move |_| own)
}

/// Names by which people give a static id.
const STATIC_IDS: [&str; 3] = [
    "consumer.groupInstance",
    "consumer.groupInstanceId",
    "group.instance.id",
];

rule!(
    no_cooperative, "KC-L1211", "kafkajs-no-cooperative", Warn, "KafkaJS src/consumer/assigners; ClassicGroup.supportsProtocols", no_cooperative_check,
    what: "`partitionAssigners` is empty or asks for an assignor that KafkaJS doesn't have.",
    why: "KafkaJS comes with one assignor, an eager round robin. With an empty list the JoinGroup names no protocol, and \
          the coordinator refuses it.",
    false_alarm: "An assignor of one's own.",
    fix: "Delete the option. For cooperative rebalances use a client on librdkafka.",
);

fn no_cooperative_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let entry = entries(subject).find(|entry| entry.key.text == "consumer.partitionAssigners")?;
    let text = entry.value.text.to_ascii_lowercase();
    let (message, why) = if text.trim().is_empty() {
        (
            "an empty list of assignors names no protocol",
            "The coordinator refuses a JoinGroup without one.",
        )
    } else if text.contains("coop") || text.contains("sticky") {
        (
            "KafkaJS has no cooperative or sticky assignor",
            "It comes with an eager round robin only.",
        )
    } else {
        return None;
    };
    Some(
        subject
            .finding(rule, entry.key.span, message.to_owned())
            .why(why),
    )
}

rule!(
    no_static, "KC-L1212", "kafkajs-no-static-membership", Warn, "KafkaJS src/index.js, consumerGroup.js", |subject, rule| {
        entries(subject).filter(|entry| STATIC_IDS.contains(&entry.key.text.as_str())).map(|entry| {
            subject.finding(rule, entry.key.span, "KafkaJS has no static membership".to_owned()).why("It never sends an instance id, so each restart is a new member.")
        }).collect::<Vec<_>>()
    },
    what: "A static id is given to KafkaJS.",
    why: "It is ignored: KafkaJS never sends one. A session that was raised for it only delays the notice of a crash.",
    false_alarm: "None.",
    fix: "Delete it, and keep `sessionTimeout` as short as for a dynamic member.",
);

rule!(
    unknown_option, "KC-L1213", "kafkajs-unknown-option", Warn, "KafkaJS src/index.js", |subject, rule| {
        entries(subject).filter_map(|entry| unknown_option_of(subject, rule, entry)).collect::<Vec<_>>()
    },
    what: "`consumer()` has no such option.",
    why: "KafkaJS takes the options that it knows out of the object and drops the others without a word.",
    false_alarm: "A fork of KafkaJS.",
    fix: "Correct the name, or delete it.",
);

fn unknown_option_of(subject: &Subject<'_>, rule: &Rule, entry: &Entry) -> Option<Finding> {
    let key = entry.key.text.as_str();
    let option = key.strip_prefix("consumer.")?;
    let top = option.split('.').next().unwrap_or(option);
    let known = dialect::key(Family::KafkaJs, &format!("consumer.{top}")).is_some();
    if known || STATIC_IDS.contains(&key) {
        return None;
    }
    let meant = did_you_mean(Family::KafkaJs, key);
    let message = format!("`consumer()` has no option `{option}`{meant}");
    Some(
        subject
            .finding(rule, entry.key.span, message)
            .why("It is dropped without a word."),
    )
}

rule!(
    slow_handler, "KC-L1214", "kafkajs-session-vs-handler", Warn, "KafkaJS src/consumer/runner.js", slow_handler_check,
    what: "One message takes longer than the session, or a batch sends no heartbeat.",
    why: "KafkaJS sends heartbeats between messages and not in the background. A message that takes longer than the \
          session throws the member out.",
    false_alarm: "The heartbeat is sent by a function elsewhere.",
    fix: "Let `sessionTimeout` be longer than the slowest message and a heartbeat, and call `heartbeat()` in batches.",
);

#[expect(clippy::cast_precision_loss, reason = "32-bit settings")]
fn slow_handler_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    if subject.family() != Family::KafkaJs {
        return None;
    }
    let (session_ms, session) = subject.integer("session.timeout.ms")?;
    let why = "Heartbeats are sent between messages only.";
    if let Some(ms) = subject
        .facts
        .per_record_ms
        .filter(|ms| *ms > session_ms as f64)
    {
        let message = format!("a message takes {ms} ms, the session ends after {session_ms}");
        return Some(subject.about(rule, &[&session], message).why(why));
    }
    let config = subject.config;
    let code = |token: &&crate::config::Token| token.kind == TokenKind::Other;
    let mut batches = config.tokens().iter().filter(code).filter_map(|token| {
        let at = token.span.text(config.text()).find("eachBatch:")?;
        Some(token.span.start + at)
    });
    let at = batches.next()?;
    let beats = subject.call(&["heartbeat"]).is_some();
    let span = crate::config::Span::new(at, at + "eachBatch".len());
    (!beats).then(|| {
        subject
            .finding(rule, span, "the batch sends no heartbeat".to_owned())
            .why(why)
    })
}

rule!(
    short_rebalance, "KC-L1215", "kafkajs-rebalance-timeout", Info, "KafkaJS src/consumer/index.js", short_rebalance_check,
    what: "`rebalanceTimeout` is shorter than the session or than a batch.",
    why: "Members that are still busy when the time is over are dropped from the rebalance.",
    false_alarm: "Every batch is short.",
    fix: "Make it at least as long as the slowest batch.",
);

fn short_rebalance_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (session_ms, session) = subject.integer("session.timeout.ms")?;
    let (rebalance_ms, rebalance) = subject.integer("max.poll.interval.ms")?;
    let batch_ms = subject
        .facts
        .batch_work_ms
        .and_then(|ms| i64::try_from(ms).ok());
    let least = session_ms.max(batch_ms.unwrap_or(0));
    (rebalance_ms < least && subject.family() == Family::KafkaJs).then(|| {
        subject
            .about(
                rule,
                &[&rebalance, &session],
                format!("a rebalance waits {rebalance_ms} ms, less than {least}"),
            )
            .why("Members that are busy for longer are dropped from it.")
    })
}

rule!(
    swallowed, "KC-L1216", "kafkajs-swallowed-error", Info, "KafkaJS src/consumer/runner.js", swallowed_check,
    what: "`eachMessage` catches errors and goes on.",
    why: "The offset counts as done, and the message is skipped.",
    false_alarm: "The handler puts the message somewhere else.",
    fix: "Throw the error again, or send the message to a dead-letter topic.",
);

fn swallowed_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if subject.family() != Family::KafkaJs {
        return Vec::new();
    }
    let (parts, text) = (subject.config.parts(), subject.config.text());
    let runs = || {
        parts.iter().filter(|part| {
            part.name
                .rsplit_once('.')
                .is_some_and(|(_, method)| method == "run")
        })
    };
    let one = |part: &crate::config::Part| {
        let inside =
            runs().any(|run| run.extent.start <= part.at.start && part.at.end <= run.extent.end);
        let body = part.extent.text(text);
        let passes_on = ["throw", ".send(", "reject("]
            .iter()
            .any(|word| body.contains(word));
        (part.name == "catch" && inside && !passes_on).then(|| {
            subject
                .finding(
                    rule,
                    part.at,
                    "a message whose handler fails is skipped".to_owned(),
                )
                .why("The error ends here, so the offset counts as done.")
        })
    };
    parts.iter().filter_map(one).collect()
}
