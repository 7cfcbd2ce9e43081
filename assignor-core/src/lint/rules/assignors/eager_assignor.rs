//! KC-A501: only eager assignors are listed.

use super::{COOPERATIVE, EAGER_ONLY, HAS_COOPERATIVE, KEY};
use crate::config::{Family, Value};
use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, set_entry};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-A501",
    name: "eager-assignor",
    severity: Severity::Info,
    source: "ConsumerCoordinator.java (protocol selection); KIP-429",
    check: Check::One(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`partition.assignment.strategy` lists only RangeAssignor, RoundRobinAssignor or StickyAssignor.",
    why: "All three speak the eager protocol: in every rebalance all members give up all partitions and wait until the \
          new assignment is there. StickyAssignor gives back most of them, but they stop in between all the same.",
    false_alarm: "Rebalances are rare or a pause of all partitions doesn't matter.",
    fix: "From client 2.4 on: add CooperativeStickyAssignor in a first rolling restart and remove the others in a \
          second. With clients and brokers from 4.0 on: `group.protocol=consumer`.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    if !subject.speaks("classic") {
        return None;
    }
    let strategy = subject.value(KEY)?;
    let entry = strategy.entry()?;
    let Some(Value::List(assignors)) = &strategy.value else {
        return None;
    };
    let librdkafka = subject.family() == Family::Librdkafka;
    let eager = |name: &String| match name.as_str() {
        "range" | "roundrobin" => librdkafka,
        name => EAGER_ONLY.contains(&name),
    };
    if assignors.is_empty() || !assignors.iter().all(eager) {
        return None;
    }
    let names: Vec<&str> = assignors
        .iter()
        .map(|name| name.rsplit('.').next().unwrap_or(name))
        .collect();
    let message = format!(
        "{} stops every partition of the group in every rebalance",
        names.join(", ")
    );
    let finding = subject
        .finding(&RULE, subject.anchor(&[&strategy]), message)
        .why(
            "The listed assignors speak the eager protocol only: each rebalance revokes all partitions of all members, \
             moved or not, until the new assignment is there.",
        )
        .rests_on(&[&strategy]);
    // librdkafka takes no list of both kinds, so that it has no first step.
    if librdkafka || subject.version() < HAS_COOPERATIVE {
        return Some(finding);
    }
    let both = format!("{COOPERATIVE},{}", assignors.join(","));
    let title = "Put CooperativeStickyAssignor first: step one of two rolling restarts";
    Some(finding.unsafe_fix(title, vec![set_entry(entry, &both)]))
}
