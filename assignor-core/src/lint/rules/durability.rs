//! Topics, brokers and producers: what decides whether records survive, a row each.

use crate::config::{Entry, Family, KafkaVersion};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, place, set_entry};

/// A setting of a topic, a broker or a producer: the key itself, or one below Strimzi's `config`.
fn setting<'a>(subject: &Subject<'a>, key: &str) -> Option<&'a Entry> {
    let family = matches!(subject.family(), Family::Java | Family::Durability);
    let mut entries = subject.config.entries().iter().rev().filter(|_| family);
    entries.find(|entry| {
        let before = entry.key.text.strip_suffix(key);
        before.is_some_and(|before| before.is_empty() || before.ends_with("config."))
    })
}

fn number<'a>(subject: &Subject<'a>, key: &str) -> Option<(i64, &'a Entry)> {
    let entry = setting(subject, key)?;
    Some((entry.value.text.trim().parse().ok()?, entry))
}

fn is(subject: &Subject<'_>, key: &str, word: &str) -> bool {
    setting(subject, key).is_some_and(|entry| entry.value.text.trim().eq_ignore_ascii_case(word))
}

/// Copies of a topic's partitions: its own number, that of Strimzi's resource, the broker's default.
fn replication<'a>(subject: &Subject<'a>) -> Option<(i64, &'a Entry)> {
    let topic = is(subject, "kind", "KafkaTopic");
    number(subject, "replication.factor")
        .or_else(|| number(subject, "spec.replicas").filter(|_| topic))
        .or_else(|| number(subject, "default.replication.factor"))
}

fn in_sync<'a>(subject: &Subject<'a>) -> Option<(i64, &'a Entry)> {
    number(subject, "min.insync.replicas")
}

rule!(
    few_copies, "KC-D1301", "rf-below-three", Warn, "ReplicationConfigs.java (default.replication.factor); KIP-106", |subject, rule| {
        replication(subject).filter(|(copies, _)| (1..3).contains(copies)).map(|(copies, entry)| {
            let message = format!("{copies} {} of each partition", if copies == 1 { "copy" } else { "copies" });
            subject.at(rule, entry, message, "One broker that is lost takes data with it, or stops the writes.")
        })
    },
    what: "Partitions have fewer than three copies.",
    why: "With two, one broker that is down leaves one copy; with one, it leaves none. The brokers' default is 1.",
    false_alarm: "A cluster for tests, or data that can be made again.",
    fix: "Use 3.",
);

rule!(
    one_in_sync, "KC-D1302", "min-isr-one", Warn, "LogConfig.java (min.insync.replicas)", one_in_sync_check,
    what: "`min.insync.replicas` is 1 although there are three copies.",
    why: "`acks=all` waits for the copies that are in sync. When the others have fallen behind, the leader alone is all \
          of them, and a record that only it has is acknowledged.",
    false_alarm: "Writing must go on whatever is lost.",
    fix: "Use one less than the copies.",
);

fn one_in_sync_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (copies, entry) = replication(subject).filter(|(copies, _)| *copies >= 3)?;
    let least = in_sync(subject);
    let acks =
        setting(subject, "acks").is_none_or(|acks| matches!(acks.value.text.trim(), "all" | "-1"));
    let at = least.map_or(entry, |(_, entry)| entry);
    (acks && least.is_none_or(|(least, _)| least <= 1)).then(|| {
        subject.at(
            rule,
            at,
            format!("one of {copies} copies is enough to acknowledge a record"),
            "If the others are out of sync, only the leader has it.",
        )
    })
}

rule!(
    all_in_sync, "KC-D1303", "min-isr-equals-rf", Warn, "Partition.java; ReplicaManager.java (NOT_ENOUGH_REPLICAS)", |subject, rule| {
        let (copies, _) = replication(subject)?;
        let (least, entry) = in_sync(subject)?;
        (least == copies && copies > 1).then(|| {
            subject.at(rule, entry, format!("all {copies} copies must be in sync"), "One broker that is down stops every write with `acks=all` (NOT_ENOUGH_REPLICAS).")
        })
    },
    what: "`min.insync.replicas` is as large as the replication factor.",
    why: "One broker that is down, even for an upgrade, stops every write with `acks=all`.",
    false_alarm: "None.",
    fix: "Use one less than the copies.",
);

rule!(
    too_many_in_sync, "KC-D1304", "min-isr-above-rf", Error, "Partition.java; ReplicaManager.java (NOT_ENOUGH_REPLICAS)", |subject, rule| {
        let (copies, _) = replication(subject)?;
        let (least, entry) = in_sync(subject)?;
        (least > copies).then(|| {
            subject.at(rule, entry, format!("{least} copies must be in sync, and there are {copies}"), "Every write with `acks=all` fails.")
        })
    },
    what: "`min.insync.replicas` is larger than the replication factor.",
    why: "There are never that many copies in sync, so every write with `acks=all` fails.",
    false_alarm: "None.",
    fix: "Use one less than the copies.",
);

rule!(
    weak_acks, "KC-D1305", "acks-not-all", Warn, "ProducerConfig.java (run: accepted)", |subject, rule| {
        setting(subject, "acks").filter(|entry| matches!(entry.value.text.trim(), "0" | "1")).map(|entry| {
            subject
                .at(rule, entry, format!("`acks={}` acknowledges records that only the leader has", entry.value.text.trim()), "If the leader is lost, they are gone. Idempotence is off, too.")
                .unsafe_fix("Write `all`", vec![set_entry(entry, "all")])
        })
    },
    what: "`acks` is 0 or 1.",
    why: "A record that was acknowledged can be lost with the leader. It also switches idempotence off, unless that is \
          set explicitly.",
    false_alarm: "Losing records is acceptable.",
    fix: "Use `all`, the default since 3.0.",
);

/// Why idempotence can't be: the setting and a phrase.
fn against_idempotence<'a>(subject: &Subject<'a>) -> Option<(&'a Entry, &'static str)> {
    let acks =
        setting(subject, "acks").filter(|entry| !matches!(entry.value.text.trim(), "all" | "-1"));
    let retries = number(subject, "retries").filter(|(retries, _)| *retries == 0);
    let in_flight =
        number(subject, "max.in.flight.requests.per.connection").filter(|(most, _)| *most > 5);
    acks.map(|entry| (entry, "needs `acks=all`"))
        .or_else(|| retries.map(|(_, entry)| (entry, "needs retries")))
        .or_else(|| in_flight.map(|(_, entry)| (entry, "allows five requests in flight")))
}

rule!(
    conflict, "KC-D1306", "idempotence-conflict", Error, "ProducerConfig.java (run: refused)", conflict_check,
    what: "Idempotence is switched on, or a transaction needs it, and another setting excludes it.",
    why: "The producer throws a ConfigException while it is built.",
    false_alarm: "None.",
    fix: "Use `acks=all`, leave `retries` alone, and allow at most five requests in flight.",
);

fn conflict_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let why = "The producer refuses to start.";
    if is(subject, "enable.idempotence", "true") {
        let on = setting(subject, "enable.idempotence")?;
        let (entry, phrase) = against_idempotence(subject)?;
        let finding = subject.at(rule, entry, format!("idempotence is on and {phrase}"), why);
        return Some(finding.related_to(place(on), "switched on here".to_owned()));
    }
    let transaction =
        setting(subject, "transactional.id").filter(|entry| !entry.value.text.trim().is_empty())?;
    is(subject, "enable.idempotence", "false").then(|| {
        subject.at(
            rule,
            transaction,
            "transactions need idempotence, which is switched off",
            why,
        )
    })
}

rule!(
    silently_off, "KC-D1307", "idempotence-silently-off", Warn, "ProducerConfig.java (run: accepted with a warning); KIP-679", silently_off_check,
    what: "A setting switches idempotence off without saying so.",
    why: "It is on by default since 3.0, and dropped where another setting excludes it. Retries then write records \
          twice and out of order.",
    false_alarm: "Duplicates are acceptable.",
    fix: "Use `acks=all`, leave `retries` alone, and allow at most five requests in flight.",
);

fn silently_off_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    if setting(subject, "enable.idempotence").is_some() {
        return None;
    }
    let (entry, phrase) = against_idempotence(subject)?;
    // `acks` has a finding of its own, which says that.
    (entry.key.text != "acks").then(|| {
        let why = "The producer drops it, and from 4.0 refuses more than five requests in flight.";
        subject.at(
            rule,
            entry,
            format!("idempotence {phrase}, so it is off"),
            why,
        )
    })
}

rule!(
    unclean, "KC-D1308", "unclean-election", Warn, "LogConfig.java (unclean.leader.election.enable); KIP-106", |subject, rule| {
        let entry = setting(subject, "unclean.leader.election.enable")?;
        is(subject, "unclean.leader.election.enable", "true").then(|| {
            subject
                .at(rule, entry, "a copy that has fallen behind may become the leader", "Acknowledged records are lost, and consumers see offsets go back.")
                .unsafe_fix("Switch it off", vec![set_entry(entry, "false")])
        })
    },
    what: "Leaders may be elected that are out of sync.",
    why: "What the old leader had acknowledged and the new one doesn't have is lost. Consumers see offsets go back.",
    false_alarm: "Being able to write counts more than keeping what was written.",
    fix: "Set it to false, the default since 0.11.",
);

rule!(
    compression, "KC-D1309", "compression-key-name", Warn, "ProducerConfig.java (compression.type)", |subject, rule| {
        setting(subject, "compression").map(|entry| {
            subject.finding(rule, entry.key.span, "there is no `compression`; the key is `compression.type`".to_owned()).why("Nothing is compressed.")
        })
    },
    what: "The key is `compression`.",
    why: "Producers, topics and brokers have `compression.type`. The other one is read by nobody.",
    false_alarm: "The program reads the key itself.",
    fix: "Write `compression.type`.",
);

rule!(
    delivery, "KC-D1310", "delivery-timeout", Error, "KafkaProducer.configureDeliveryTimeout (run: refused)", delivery_check,
    what: "`delivery.timeout.ms` is shorter than `linger.ms` and `request.timeout.ms` together.",
    why: "The producer throws a ConfigException while it is built.",
    false_alarm: "None.",
    fix: "Use 120000, the default.",
);

fn delivery_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (delivery_ms, entry) = number(subject, "delivery.timeout.ms")?;
    let since_4 = subject.version() >= KafkaVersion::new(4, 0, 0);
    let linger_ms = number(subject, "linger.ms").map_or(if since_4 { 5 } else { 0 }, |(ms, _)| ms);
    let request_ms = number(subject, "request.timeout.ms").map_or(30_000, |(ms, _)| ms);
    let least = linger_ms.saturating_add(request_ms);
    (delivery_ms < least).then(|| {
        subject
            .at(
                rule,
                entry,
                format!("{delivery_ms} ms are less than the {least} of lingering and one request"),
                "The producer refuses to start.",
            )
            .unsafe_fix("Write 120000", vec![set_entry(entry, "120000")])
    })
}

rule!(
    offsets_topic, "KC-D1311", "offsets-topic-rf", Warn, "GroupCoordinatorConfig.java (offsets.topic.replication.factor)", |subject, rule| {
        number(subject, "offsets.topic.replication.factor").filter(|(copies, _)| *copies < 3).map(|(copies, entry)| {
            subject.at(rule, entry, format!("committed offsets have {copies} {}", if copies == 1 { "copy" } else { "copies" }), "If they are lost, every group starts where `auto.offset.reset` says.")
        })
    },
    what: "The topic of committed offsets has fewer than three copies.",
    why: "If it is lost, every group of the cluster starts where `auto.offset.reset` says.",
    false_alarm: "A cluster for tests.",
    fix: "Use 3, the default.",
);
