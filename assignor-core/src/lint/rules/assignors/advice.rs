//! Lists of assignors that work but aren't the end of the way, a row each.

use super::{COOPERATIVE, EAGER_ONLY, HAS_COOPERATIVE, KEY};
use crate::config::{Effective, KafkaVersion, Value};
use crate::lint::finding::{Confidence, Finding};
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, set_entry};

/// The first client whose assignors look at racks.
const RACK_AWARE: KafkaVersion = KafkaVersion::new(3, 5, 0);
const RACK: &str = "client.rack";

/// The assignors that a classic member lists, set or by default.
fn assignors<'a>(subject: &Subject<'a>) -> Option<(Vec<String>, Effective<'a>)> {
    if !subject.speaks("classic") {
        return None;
    }
    let value = subject.value(KEY)?;
    match &value.value {
        Some(Value::List(names)) => Some((names.clone(), value)),
        _ => None,
    }
}

fn is_eager(name: &str) -> bool {
    EAGER_ONLY.contains(&name)
}

rule!(
    migration, "KC-A503", "cooperative-migration-step-one", Info, "KIP-429 (upgrade path)", migration_check,
    what: "CooperativeStickyAssignor is listed beside an assignor that speaks the eager protocol only.",
    why: "That is the first of two rolling restarts. Until the eager ones are gone from every member, the group runs \
          the eager protocol.",
    false_alarm: "The migration is under way.",
    fix: "When every member runs this list, delete the eager assignors and restart one by one again.",
);

fn migration_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (names, value) = assignors(subject)?;
    let entry = value.entry()?;
    if !names.iter().any(|name| name == COOPERATIVE) || !names.iter().any(|name| is_eager(name)) {
        return None;
    }
    let kept: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| !EAGER_ONLY.contains(name))
        .collect();
    Some(
        subject
            .about(
                rule,
                &[&value],
                "this is step one of the migration: the group still runs the eager protocol",
            )
            .why("The protocol of a group is the one that all assignors of all members know.")
            .unsafe_fix(
                "Delete the eager assignors: step two",
                vec![set_entry(entry, &kept.join(","))],
            ),
    )
}

rule!(
    idle_members, "KC-A507", "members-exceed-partitions", Warn, "RangeAssignor.java and the other assignors", idle_members_check,
    what: "The group has more members than partitions.",
    why: "A partition is read by one member, so the others get nothing. They still heartbeat, rebalance, and hold up \
          whoever waits for them.",
    false_alarm: "Spare members that take over at once when another dies.",
    fix: "Run at most as many consumers as there are partitions.",
);

fn idle_members_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let facts = &subject.facts;
    let partitions = facts.partitions?;
    let counted = facts
        .replicas
        .map(|replicas| replicas.saturating_mul(facts.concurrency.unwrap_or(1)));
    let members = facts.members.or(counted)?;
    // Range deals topic by topic, so that more topics give the surplus members nothing.
    let ranged = assignors(subject).is_some_and(|(names, _)| {
        names
            .first()
            .is_some_and(|name| name.ends_with(".RangeAssignor"))
    });
    let most = if ranged {
        partitions
    } else {
        partitions.saturating_mul(facts.topics.unwrap_or(1).max(1))
    };
    if members <= most {
        return None;
    }
    let idle = members - most;
    Some(
        subject
            .finding(
                rule,
                subject.anchor(&[]),
                format!("{idle} of {members} members get no partition"),
            )
            .why("Each partition is read by one member of the group.")
            .rests_on_fact("members", members.to_string())
            .rests_on_fact("partitions", partitions.to_string()),
    )
}

rule!(
    uneven, "KC-A508", "roundrobin-with-different-subscriptions", Info, "RoundRobinAssignor.java", uneven_check,
    what: "RoundRobinAssignor is listed.",
    why: "It goes round once, skipping members that don't subscribe. Where members subscribe to different topics, those \
          that come late in the round can get much less.",
    false_alarm: "All members subscribe to the same topics.",
    fix: "Use CooperativeStickyAssignor.",
);

fn uneven_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (names, value) = assignors(subject)?;
    if !value.is_set()
        || !names
            .iter()
            .any(|name| name.ends_with(".RoundRobinAssignor"))
    {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&value],
                "members that subscribe to different topics may get very different shares",
            )
            .confidence(Confidence::Possible)
            .why("The round isn't evened out afterwards."),
    )
}

rule!(
    rack_unused, "KC-A509", "client-rack-with-non-rack-aware-assignor", Info, "KIP-881; RangeAssignor.java at 3.4 and 3.5", rack_unused_check,
    what: "`client.rack` is set, and whoever assigns doesn't look at racks.",
    why: "Range and the sticky assignors do from 3.5 on; RoundRobin and the brokers' assignors don't. Reading from a \
          near follower works all the same.",
    false_alarm: "Only reading from followers was wanted.",
    fix: "Use RangeAssignor or a sticky one, from client 3.5 on.",
);

fn rack_unused_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let rack = subject.value(RACK)?;
    if !rack.is_set_non_blank() {
        return None;
    }
    let consumer = subject.speaks("consumer");
    let old = subject.version() < RACK_AWARE;
    let blind = assignors(subject).is_some_and(|(names, _)| {
        names
            .iter()
            .any(|name| name.ends_with(".RoundRobinAssignor"))
    });
    let reason = if consumer {
        "The brokers' assignors don't look at racks."
    } else if old {
        "The assignors look at racks from client 3.5 on."
    } else if blind {
        "RoundRobinAssignor doesn't look at racks."
    } else {
        return None;
    };
    Some(
        subject
            .about(
                rule,
                &[&rack],
                "the assignment doesn't take the rack into account",
            )
            .why(reason),
    )
}

rule!(
    rack_selector, "KC-A510", "client-rack-needs-broker-selector", Info, "KIP-392", rack_selector_check,
    what: "`client.rack` is set.",
    why: "Reading from a follower in the same rack needs two settings on the brokers: `broker.rack`, and \
          `replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector`. The names must be equal \
          to the letter.",
    false_alarm: "The brokers are set up so.",
    fix: "Check the brokers, or delete the key.",
);

fn rack_selector_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let rack = subject.value(RACK)?;
    rack.is_set_non_blank().then(|| {
        subject
            .about(
                rule,
                &[&rack],
                "reading from a near follower needs a replica selector on the brokers",
            )
            .confidence(Confidence::Possible)
            .why("Without it the client reads from leaders, wherever they are.")
    })
}

rule!(
    sticky, "KC-A511", "sticky-instead-of-cooperative-sticky", Info, "CooperativeStickyAssignor.java; KIP-429", sticky_check,
    what: "StickyAssignor is listed, and CooperativeStickyAssignor isn't.",
    why: "Both find the same assignment. With StickyAssignor every rebalance stops all partitions, with the other only \
          those that move.",
    false_alarm: "The group can't be restarted twice.",
    fix: "Move to CooperativeStickyAssignor in two rolling restarts.",
);

fn sticky_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (names, value) = assignors(subject)?;
    let entry = value.entry()?;
    let has = |class: &str| {
        names
            .iter()
            .any(|name| name.rsplit('.').next() == Some(class))
    };
    if !has("StickyAssignor")
        || has("CooperativeStickyAssignor")
        || subject.version() < HAS_COOPERATIVE
    {
        return None;
    }
    let both = format!("{COOPERATIVE},{}", names.join(","));
    Some(
        subject
            .about(
                rule,
                &[&value],
                "CooperativeStickyAssignor finds the same assignment and stops less",
            )
            .why("Only partitions that move are stopped.")
            .unsafe_fix(
                "Put CooperativeStickyAssignor first: step one of two rolling restarts",
                vec![set_entry(entry, &both)],
            ),
    )
}
