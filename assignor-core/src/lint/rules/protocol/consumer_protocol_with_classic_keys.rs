//! KC-G901: keys of the classic protocol beside `group.protocol=consumer`.

use crate::config::{Effective, KafkaVersion};
use crate::lint::finding::{Confidence, Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

/// The client's own order, which is also that of its message.
const CLASSIC_KEYS: [&str; 3] = [
    "partition.assignment.strategy",
    "heartbeat.interval.ms",
    "session.timeout.ms",
];
/// The first client that refuses the pair.
const REFUSES: KafkaVersion = KafkaVersion::new(4, 0, 0);

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-G901",
    name: "consumer-protocol-with-classic-keys",
    severity: Severity::Error,
    source: "ConsumerConfig.java (4.0, checkUnsupportedConfigsPostProcess); KIP-848",
    check: Check::One(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`group.protocol=consumer` stands beside `session.timeout.ms`, `heartbeat.interval.ms` or \
           `partition.assignment.strategy`.",
    why: "With the consumer protocol the broker decides all three. Clients from 4.0 on refuse to start; 3.7 to 3.9 \
          ignore the keys.",
    false_alarm: "None from 4.0 on. Before, the keys may be kept for a return to the classic protocol.",
    fix: "Delete the keys. Set the times on the broker (`group.consumer.session.timeout.ms`, \
          `group.consumer.heartbeat.interval.ms`, or per group), and the assignor with `group.remote.assignor`.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    if !subject.speaks("consumer") {
        return None;
    }
    let protocol = subject.value("group.protocol")?;
    let set: Vec<Effective<'_>> = CLASSIC_KEYS
        .into_iter()
        .filter_map(|key| subject.value(key))
        .filter(Effective::is_set_non_blank)
        .collect();
    let first = set
        .iter()
        .min_by_key(|value| value.entry().map(|entry| entry.span))?;
    let names: Vec<String> = set
        .iter()
        .map(|value| format!("`{}`", value.property.name))
        .collect();
    let names = names.join(", ");
    let refuses = subject.version() >= REFUSES;
    let (message, why) = if refuses {
        (
            format!(
                "`group.protocol=consumer` can't be combined with {names}, so the client doesn't start"
            ),
            "The broker decides session, heartbeat and assignment under this protocol. From 4.0 on the client throws \
             a ConfigException that says the keys cannot be set when group.protocol=CONSUMER.",
        )
    } else {
        (
            format!("with `group.protocol=consumer` this client ignores {names}"),
            "The broker decides session, heartbeat and assignment under this protocol. Clients 3.7 to 3.9 ignore the \
             keys; from 4.0 on the client refuses to start.",
        )
    };
    let mut values = vec![&protocol];
    values.extend(&set);
    let edits = set
        .iter()
        .filter_map(Effective::entry)
        .map(|entry| subject.delete(entry))
        .collect();
    let mut finding = subject
        .finding(&RULE, subject.anchor(&[first]), message)
        .why(why)
        .rests_on(&values)
        .safe_fix(format!("Delete {names}"), edits);
    if !refuses {
        finding = finding.severity(Severity::Warn);
    }
    if subject.config.client().version.is_none() {
        finding = finding.confidence(Confidence::Likely);
    }
    Some(finding)
}
