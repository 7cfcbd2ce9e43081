//! The way to the consumer protocol of KIP-848, a row each.

use crate::config::{Family, KafkaVersion, Value};
use crate::lint::finding::{Confidence, Finding, Severity};
use crate::lint::rules::Rule;
use crate::lint::rules::program::is_shared;
use crate::lint::subject::{Subject, set_entry};

const PROTOCOL: &str = "group.protocol";
const REMOTE: &str = "group.remote.assignor";
const STRATEGY: &str = "partition.assignment.strategy";
const BUILT_IN: &str = "org.apache.kafka.clients.consumer.";
/// The first release in which both client and broker speak the consumer protocol for everyday use.
const GENERAL: KafkaVersion = KafkaVersion::new(4, 0, 0);
/// The first broker with the consumer protocol, early access.
const EARLY: KafkaVersion = KafkaVersion::new(3, 7, 0);

rule!(
    remote_unknown, "KC-G902", "remote-assignor-unknown", Error, "GroupMetadataManager (UNSUPPORTED_ASSIGNOR); KIP-848", remote_unknown_check,
    what: "`group.remote.assignor` names nothing that brokers have unless somebody added it.",
    why: "Brokers know `uniform` and `range`, by these names and not by class. Anything else is answered with \
          UNSUPPORTED_ASSIGNOR, and the member never joins.",
    false_alarm: "The brokers' `group.consumer.assignors` lists one of your own.",
    fix: "Write `uniform` or `range`, or delete the line for the brokers' first.",
);

fn remote_unknown_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (name, value) = subject.text(REMOTE)?;
    let entry = value.entry()?;
    if name.is_empty()
        || matches!(name.as_str(), "uniform" | "range")
        || !subject.speaks("consumer")
    {
        return None;
    }
    let simple = name.rsplit('.').next().unwrap_or(&name);
    let meant = match simple {
        "RangeAssignor" => Some("range"),
        "CooperativeStickyAssignor"
        | "StickyAssignor"
        | "RoundRobinAssignor"
        | "cooperative-sticky"
        | "sticky"
        | "roundrobin" => Some("uniform"),
        _ => None,
    };
    let finding = subject
        .about(rule, &[&value], format!("brokers have no assignor `{name}`"))
        .why("They answer UNSUPPORTED_ASSIGNOR, and the member never joins. The built-in ones are `uniform` and `range`.");
    Some(match meant {
        Some(word) => finding.safe_fix(format!("Write `{word}`"), vec![set_entry(entry, word)]),
        None => finding.confidence(Confidence::Likely),
    })
}

rule!(
    broker_old, "KC-G903", "consumer-protocol-broker-too-old", Error, "KIP-848; upgrade notes of 4.0", broker_old_check,
    what: "`group.protocol=consumer`, and the brokers are older than 4.0.",
    why: "Before 3.7 brokers don't know the protocol: the first heartbeat fails with UnsupportedVersionException. 3.7 to \
          3.9 have an early form of it, which has to be switched on.",
    false_alarm: "Brokers of 3.7 to 3.9 on which it was switched on for a test.",
    fix: "Upgrade the brokers and finalise their features, or stay with `classic`.",
);

fn broker_old_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let broker = subject.facts.broker?;
    let protocol = subject.value(PROTOCOL)?;
    if broker >= GENERAL || !subject.speaks("consumer") {
        return None;
    }
    let early = broker >= EARLY;
    let why = if early {
        "These brokers have an early form of it, off unless it was switched on, and not for production."
    } else {
        "The first heartbeat fails with UnsupportedVersionException."
    };
    let finding = subject
        .about(
            rule,
            &[&protocol],
            format!("brokers {broker} don't offer the consumer protocol"),
        )
        .why(why)
        .rests_on_fact("broker", broker.to_string())
        .suggests(subject, PROTOCOL, "classic");
    Some(if early {
        finding.severity(Severity::Warn)
    } else {
        finding
    })
}

/// Whether the listed assignors come with the client.
fn built_in(subject: &Subject<'_>) -> Option<bool> {
    match &subject.value(STRATEGY)?.value {
        Some(Value::List(names)) => Some(names.iter().all(|name| name.starts_with(BUILT_IN))),
        _ => None,
    }
}

rule!(
    ready, "KC-G904", "kip848-ready", Info, "KIP-848; KIP-1274", ready_check,
    what: "Client and brokers are 4.0 or newer, and the group still speaks the classic protocol.",
    why: "Nothing stands in the way of the protocol in which the broker assigns: no rebalance stops the whole group any \
          more. It becomes the default in 5.0.",
    false_alarm: "The move is planned for later.",
    fix: "Set `group.protocol=consumer`, delete `session.timeout.ms`, `heartbeat.interval.ms` and \
          `partition.assignment.strategy`, and restart one by one.",
);

fn ready_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let client = subject.config.client().version?;
    let broker = subject.facts.broker?;
    let ready = client >= GENERAL
        && broker >= GENERAL
        && built_in(subject)?
        && subject.family() == Family::Java;
    if !ready || !subject.speaks("classic") {
        return None;
    }
    let protocol = subject.value(PROTOCOL)?;
    Some(
        subject
            .about(
                rule,
                &[&protocol],
                "client and brokers are ready for the consumer protocol",
            )
            .why("There the broker assigns, and a rebalance stops only the partitions that move.")
            .rests_on_fact("broker", broker.to_string()),
    )
}

rule!(
    custom_blocks, "KC-G905", "kip848-custom-assignor-blocks", Warn, "KIP-848; GroupMetadataManager.validateOnlineUpgrade", custom_blocks_check,
    what: "An assignor of one's own is listed, and the group is to move to the consumer protocol.",
    why: "In the consumer protocol the broker assigns, so assignors of clients are out. While both kinds of members are \
          in the group, those of the classic protocol must not embed data of their own in their subscription.",
    false_alarm: "The group stays with the classic protocol.",
    fix: "Write a ConsumerGroupPartitionAssignor for the brokers, or stay with `classic`.",
);

fn custom_blocks_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let value = subject.value(STRATEGY)?;
    let Some(Value::List(names)) = &value.value else {
        return None;
    };
    let own = names
        .iter()
        .find(|name| name.contains('.') && !name.starts_with("org.apache.kafka."))?;
    let new_enough =
        subject.version() >= GENERAL && subject.facts.broker.is_none_or(|broker| broker >= GENERAL);
    if !value.is_set() || !new_enough || subject.family() != Family::Java {
        return None;
    }
    let simple = own.rsplit('.').next().unwrap_or(own);
    Some(
        subject
            .about(
                rule,
                &[&value],
                format!("`{simple}` can't come along to the consumer protocol"),
            )
            .confidence(Confidence::Possible)
            .why("There the broker assigns; assignors of clients aren't asked."),
    )
}

rule!(
    streams, "KC-G906", "kip848-streams", Warn, "StreamsConfig.java; KIP-1071", streams_check,
    what: "A Kafka Streams application sets `group.protocol=consumer` for its consumers.",
    why: "Streams drops the value: its tasks aren't plain partitions. It has a protocol of its own, \
          `group.protocol=streams`, for production from 4.2 on.",
    false_alarm: "None; it is only without effect.",
    fix: "Delete the line.",
);

fn streams_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    if subject.family() != Family::Streams {
        return None;
    }
    let (text, value) = subject.text(PROTOCOL)?;
    let entry = value.entry()?;
    text.eq_ignore_ascii_case("consumer").then(|| {
        subject
            .about(rule, &[&value], "Streams drops `group.protocol=consumer`")
            .why("Streams has a protocol of its own (KIP-1071).")
            .unsafe_fix("Delete the line", vec![subject.delete(entry)])
    })
}

rule!(
    instance_semantics, "KC-G907", "kip848-instance-id-semantics", Info, "GroupMetadataManager.throwIfInstanceIdIsUnreleased; KIP-848", instance_semantics_check,
    what: "A static member speaks the consumer protocol.",
    why: "There a second member with the same id is refused, where the classic protocol would fence the first. After a \
          crash the restarted instance has to wait until the broker's session for the old one ends.",
    false_alarm: "Instances close in order and ids are never shared.",
    fix: "Make sure that `close()` runs on shutdown.",
);

fn instance_semantics_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let id = subject.value("group.instance.id")?;
    // A fragment may stand beside a line that chooses the protocol.
    let fragment = !subject.is_whole() && subject.config.winner(PROTOCOL).is_none();
    if !id.is_set_non_blank()
        || subject.version() < GENERAL
        || !(subject.speaks("consumer") || fragment)
    {
        return None;
    }
    Some(
        subject
            .about(rule, &[&id], "with the consumer protocol a second member of this id is refused, not the first fenced")
            .confidence(if subject.speaks("consumer") { Confidence::Certain } else { Confidence::Possible })
            .why("After a crash the restarted instance waits until the broker's session for the old one ends."),
    )
}

rule!(
    share_key, "KC-G909", "share-key-on-consumer", Error, "ConsumerConfig.java, from 4.1; KIP-932", share_key_check,
    what: "A key of share consumers is set on an ordinary consumer.",
    why: "The client throws a ConfigException: the key can't be set with this group protocol.",
    false_alarm: "The program makes a KafkaShareConsumer.",
    fix: "Delete the line.",
);

fn share_key_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    const KEYS: [&str; 2] = ["share.acknowledgement.mode", "share.acquire.mode"];
    if subject.family() != Family::Java || is_shared(subject) {
        return Vec::new();
    }
    KEYS.into_iter()
        .filter_map(|key| {
            let value = subject.value(key)?;
            let entry = value.entry()?;
            value.property.known_to(subject.version()).then(|| {
                subject
                    .about(rule, &[&value], format!("`{key}` is for share consumers"))
                    .why("An ordinary consumer refuses to start with it.")
                    .unsafe_fix("Delete the line", vec![subject.delete(entry)])
            })
        })
        .collect()
}
