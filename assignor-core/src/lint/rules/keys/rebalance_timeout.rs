//! KC-X110: a Connect worker's key on a consumer.

use crate::config::Family;
use crate::lint::finding::{Edit, Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, set_entry};

const KEY: &str = "rebalance.timeout.ms";
const MEANT: &str = "max.poll.interval.ms";

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-X110",
    name: "rebalance-timeout-on-consumer",
    severity: Severity::Warn,
    source: "GroupRebalanceConfig.java: the consumer's rebalance timeout is max.poll.interval.ms",
    check: Check::One(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`rebalance.timeout.ms` is set for a consumer.",
    why: "Only Kafka Connect workers know the key. A consumer has `max.poll.interval.ms` to rejoin in a rebalance, and \
          ignores this one.",
    false_alarm: "The file belongs to a Connect worker.",
    fix: "Rename it to `max.poll.interval.ms`, keeping the larger of the two values.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    if subject.family() != Family::Java {
        return None;
    }
    let entry = subject.config.winner(KEY)?;
    let (current, interval) = subject
        .integer(MEANT)
        .map_or((None, subject.value(MEANT)?), |(ms, value)| {
            (Some(ms), value)
        });
    let message = format!("`{KEY}` is no consumer property: a consumer has `{MEANT}` to rejoin");
    let why = "Only Connect workers know the key; a consumer accepts it and ignores it.";
    let finding = subject
        .finding(&RULE, entry.key.span, message)
        .why(why)
        .rests_on(&[&interval]);
    let (Ok(wanted), Some(current)) = (entry.value.text.trim().parse::<i32>(), current) else {
        return Some(finding);
    };
    let value = i64::from(wanted).max(current).to_string();
    let edits = if interval.is_set() {
        vec![subject.set(MEANT, &value, None), subject.delete(entry)]
    } else {
        let rename = Edit {
            span: entry.key.span,
            text: MEANT.to_owned(),
        };
        vec![rename, set_entry(entry, &value)]
    };
    Some(finding.unsafe_fix(format!("Set `{MEANT}` to {value} instead"), edits))
}
