//! Several members of one group, and what a whole group does; a row each.

use crate::config::{Config, Family, Value};
use crate::lint::finding::{Finding, Related};
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, place};

const STRATEGY: &str = "partition.assignment.strategy";

/// The protocol names that a member offers, if it speaks the classic protocol and they are known.
fn offered(config: &Config) -> Option<Vec<String>> {
    let protocol = config.effective("group.protocol");
    let classic = protocol.is_none_or(|protocol| {
        protocol
            .value
            .is_none_or(|value| !value.text().eq_ignore_ascii_case("consumer"))
    });
    let value = config.effective(STRATEGY)?.value.filter(|_| classic)?;
    let Value::List(names) = value else {
        return None;
    };
    let javas = |name: &String| {
        let last = name.rsplit('.').next().unwrap_or(name);
        match last {
            "RangeAssignor" => "range",
            "RoundRobinAssignor" => "roundrobin",
            "StickyAssignor" => "sticky",
            "CooperativeStickyAssignor" => "cooperative-sticky",
            other => other,
        }
        .to_owned()
    };
    let kafka_js = config.client().family == Family::KafkaJs;
    let named = |name: &String| {
        if kafka_js {
            "RoundRobinAssigner".to_owned()
        } else {
            javas(name)
        }
    };
    (!names.is_empty()).then(|| names.iter().map(named).collect())
}

/// A finding about a key for every other member of the group that has it otherwise: `differs` answers what is said of
/// that member, and why it matters.
fn beside(
    subject: &Subject<'_>,
    rule: &Rule,
    key: &str,
    differs: impl Fn(&Config) -> Option<(String, String)>,
) -> Vec<Finding> {
    let one = |(index, other): (usize, &Config)| {
        let (message, why) = differs(other)?;
        let value = subject.value(key)?;
        let mut finding = subject.about(rule, &[&value], message).why(why);
        let entry = other.winner(key).or_else(|| other.winner("group.id"))?;
        finding.related.push(Related {
            config: index,
            span: place(entry),
            message: "the other member".to_owned(),
        });
        Some(finding)
    };
    subject.others_of_group().filter_map(one).collect()
}

fn name_of(config: &Config) -> String {
    if config.name().is_empty() {
        "another configuration".to_owned()
    } else {
        config.name().to_owned()
    }
}

rule!(
    disjoint, "KC-A504", "group-mixes-disjoint-assignors", Error, "ClassicGroup.supportsProtocols; GroupMetadataManager.java", disjoint_check,
    what: "Two members of one group have no assignor in common.",
    why: "The coordinator refuses a member that offers no protocol that all the others have \
          (INCONSISTENT_GROUP_PROTOCOL). The second kind of members never joins; nothing falls back to eager.",
    false_alarm: "They never run at the same time.",
    fix: "Give both a common assignor first, then take the old one away in another rollout.",
);

fn disjoint_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let Some(own) = offered(subject.config) else {
        return Vec::new();
    };
    beside(subject, rule, STRATEGY, |other| {
        let theirs = offered(other)?;
        let common = own.iter().any(|name| theirs.contains(name));
        let message = format!(
            "this member offers {}, {} offers {}",
            own.join(", "),
            name_of(other),
            theirs.join(", ")
        );
        let why = "The one that comes second is refused with INCONSISTENT_GROUP_PROTOCOL and never joins.";
        (!common).then(|| (message, why.to_owned()))
    })
}

rule!(
    halfway, "KC-A505", "group-mixes-cooperative-only-and-eager-capable", Warn, "ConsumerCoordinator.java; KIP-429", halfway_check,
    what: "Some members of a group are cooperative only, others still list an eager assignor.",
    why: "The group works with the common assignor, but those that list an eager one revoke everything at each \
          rebalance. The mix is meant for the one rolling restart in the middle of a migration.",
    false_alarm: "The migration is under way.",
    fix: "Finish the migration: leave only the cooperative assignor everywhere.",
);

fn halfway_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let cooperative = |name: &String| name == "cooperative-sticky";
    let Some(own) = offered(subject.config) else {
        return Vec::new();
    };
    beside(subject, rule, STRATEGY, |other| {
        let theirs = offered(other)?;
        let pure = own.iter().all(cooperative);
        let mixed = theirs.iter().any(cooperative) && !theirs.iter().all(cooperative);
        let message = format!(
            "this member is cooperative only, {} also offers an eager assignor",
            name_of(other)
        );
        let why =
            "The others revoke everything at each rebalance until they are cooperative only, too.";
        (pure && mixed).then(|| (message, why.to_owned()))
    })
}

rule!(
    protocols, "KC-A512", "group-mixes-classic-and-consumer-protocol", Info, "KIP-848; group.consumer.migration.policy", protocols_check,
    what: "Some members of a group speak the consumer protocol, others the classic one.",
    why: "A broker that lets groups migrate (`group.consumer.migration.policy`, `bidirectional` by default since 4.0) \
          turns the group into one of the consumer protocol and serves the classic members beside the others. With \
          `disabled`, as in 3.8 and 3.9, it refuses whichever kind comes second. In a group of the consumer protocol the \
          broker assigns, by `group.remote.assignor`: what the classic members list no longer decides.",
    false_alarm: "The upgrade to the consumer protocol is under way.",
    fix: "Finish the rollout: one `group.protocol` for all members.",
);

fn protocols_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    const PROTOCOL: &str = "group.protocol";
    if !subject.speaks("consumer") {
        return Vec::new();
    }
    beside(subject, rule, PROTOCOL, |other| {
        let protocol = other.effective(PROTOCOL)?.value?;
        let message = format!(
            "this member speaks the consumer protocol, {} the classic one",
            name_of(other)
        );
        let why = "That works during an upgrade, on brokers whose `group.consumer.migration.policy` lets it.";
        protocol
            .text()
            .eq_ignore_ascii_case("classic")
            .then(|| (message, why.to_owned()))
    })
}

rule!(
    timeouts, "KC-T321", "group-members-differ-in-timeouts", Info, "ClassicGroup.rebalanceTimeoutMs; ConsumerCoordinator.java", timeouts_check,
    what: "Members of one group have different timeouts.",
    why: "`session.timeout.ms` is each member's own: the group notices the crash of one later than that of another. \
          `max.poll.interval.ms` is everybody's in the classic protocol: a rebalance waits for late members as long as \
          the longest one says.",
    false_alarm: "Members do different work, and the difference is meant.",
    fix: "Give all members of a group the same timeouts, from one file.",
);

fn timeouts_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let differing = |key: &'static str| {
        beside(subject, rule, key, |other| {
            let (own_ms, own) = subject.integer(key)?;
            let theirs = other.effective(key)?;
            let theirs_ms = theirs.integer()?;
            // Told once, where the longer one stands; and only where somebody has chosen it.
            if own_ms <= theirs_ms || !(own.is_set() || theirs.is_set()) {
                return None;
            }
            let message = format!(
                "`{key}` is {own_ms} here and {theirs_ms} in {}",
                name_of(other)
            );
            let why = if key == "max.poll.interval.ms" && subject.speaks("classic") {
                format!(
                    "A rebalance waits up to {own_ms} ms for whoever is late, as the longest of the members' intervals says."
                )
            } else {
                "The coordinator gives each member its own time, so that this one is missed later."
                    .to_owned()
            };
            Some((message, why))
        })
    };
    ["max.poll.interval.ms", "session.timeout.ms"]
        .into_iter()
        .flat_map(differing)
        .collect()
}

rule!(
    skew, "KC-A506", "range-skew-many-topics", Warn, "RangeAssignor.java", skew_check,
    what: "The range assignor gives the first members a partition more of every topic.",
    why: "It divides each topic by itself, and what is left over goes to the first members each time. With several \
          topics that adds up.",
    false_alarm: "Topics that are read together by partition, as for a join.",
    fix: "Use `CooperativeStickyAssignor`, or `uniform` in the consumer protocol.",
);

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of partitions and members"
)]
fn skew_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let facts = &subject.facts;
    let (topics, partitions) = (facts.topics?, facts.partitions?);
    let instances = facts
        .replicas
        .map(|replicas| replicas.saturating_mul(facts.concurrency.unwrap_or(1)));
    let members = facts.members.or(instances).filter(|members| *members > 0)?;
    let strategy = subject.value(STRATEGY)?;
    let range = offered(subject.config)?
        .first()
        .is_some_and(|name| name == "range");
    let mean = topics as f64 * partitions as f64 / members as f64;
    let uneven = topics >= 2 && partitions % members > 0 && topics as f64 > 0.2 * mean;
    (range && uneven && subject.speaks("classic")).then(|| {
        subject
            .about(
                rule,
                &[&strategy],
                format!("the first members get up to {topics} partitions more than the last"),
            )
            .why(format!(
                "Each of {topics} topics leaves {} over, and the first members get all of them.",
                partitions % members
            ))
            .rests_on_fact("topics", topics.to_string())
            .rests_on_fact("partitions", partitions.to_string())
            .rests_on_fact("members", members.to_string())
    })
}
