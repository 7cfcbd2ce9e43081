//! KC-A502: no assignor is set, and the default list runs eagerly.

use super::{COOPERATIVE, DEFAULT_PREPARES, HAS_COOPERATIVE, KEY};
use crate::config::Family;
use crate::lint::finding::{Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-A502",
    name: "default-assignor-is-eager",
    severity: Severity::Info,
    source: "ConsumerConfig.java (default list); ConsumerCoordinator.java (protocol selection); KIP-726",
    check: Check::One(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "`partition.assignment.strategy` isn't set.",
    why: "Before 3.0 the default is RangeAssignor. From 3.0 on it is RangeAssignor and CooperativeStickyAssignor, but the \
          group runs the protocol that all listed assignors know, which is the eager one, with Range. So every \
          rebalance stops every partition.",
    false_alarm: "Rebalances are rare, or the group has one member.",
    fix: "Set CooperativeStickyAssignor alone. From the default list of 3.0 and later one rolling restart is enough; \
          older clients need two.",
};

fn check(subject: &Subject<'_>) -> Option<Finding> {
    let strategy = subject.value(KEY)?;
    let fragment = subject.facts.complete == Some(false);
    if strategy.is_set()
        || fragment
        || subject.family() != Family::Java
        || !subject.is_for_a_consumer()
        || !subject.speaks("classic")
    {
        return None;
    }
    let version = subject.version();
    let message =
        "no assignor is set, and the default stops every partition in every rebalance".to_owned();
    let (why, title) = if version >= DEFAULT_PREPARES {
        (
            "The default list is Range and CooperativeSticky. The group runs the protocol that all of them know, the \
             eager one, with Range; the cooperative protocol is only prepared. Setting CooperativeStickyAssignor alone \
             takes one rolling restart if all members have the default list.",
            "Set CooperativeStickyAssignor",
        )
    } else if version >= HAS_COOPERATIVE {
        (
            "The default is RangeAssignor, which speaks the eager protocol only: each rebalance revokes all partitions \
             of all members. This client can do better, in two rolling restarts.",
            "List CooperativeStickyAssignor and RangeAssignor: step one of two rolling restarts",
        )
    } else {
        (
            "The default is RangeAssignor, which speaks the eager protocol only: each rebalance revokes all partitions \
             of all members. The cooperative protocol needs client 2.4.",
            "",
        )
    };
    let finding = subject
        .finding(&RULE, subject.anchor(&[&strategy]), message)
        .why(why)
        .rests_on(&[&strategy]);
    if title.is_empty() {
        return Some(finding);
    }
    let value = if version >= DEFAULT_PREPARES {
        COOPERATIVE.to_owned()
    } else {
        format!("{COOPERATIVE},{}", super::EAGER_ONLY.first()?)
    };
    let near = subject.config.winner("group.id");
    Some(finding.unsafe_fix(title, vec![subject.set(KEY, &value, near)]))
}
