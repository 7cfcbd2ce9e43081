//! Spring Boot and Spring for Apache Kafka, a row each.

use crate::config::{Binding, Entry, Family, Format, catalog, spring};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, place, set_entry};

const AUTO_COMMIT: &str = "enable.auto.commit";

/// The listener's acknowledgement mode, folded: `manualimmediate`.
fn ack_mode<'a>(subject: &Subject<'a>) -> Option<(String, &'a Entry)> {
    let entry = subject.setting("spring.kafka.listener.ack-mode")?;
    Some((spring::folded(entry.value.text.trim()), entry))
}

/// The entry that switches automatic commits on.
fn auto_commit<'a>(subject: &Subject<'a>) -> Option<&'a Entry> {
    let (on, value) = subject.flag(AUTO_COMMIT)?;
    let spring = subject.family() == Family::SpringBoot;
    (on && spring).then(|| value.entry()).flatten()
}

rule!(
    auto_commit_manual_ack, "KC-W1101", "spring-auto-commit-with-manual-ack", Error, "Spring for Apache Kafka, KafkaMessageListenerContainer.determineAutoCommit", auto_commit_manual_ack_check,
    what: "The client commits by itself, and the listener is to acknowledge by hand.",
    why: "The container refuses the pair when it starts, with an IllegalStateException.",
    false_alarm: "The listener's container is made in code with another acknowledgement mode.",
    fix: "Set `enable-auto-commit: false`, or delete it: the container commits.",
);

fn auto_commit_manual_ack_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let entry = auto_commit(subject)?;
    let (mode, ack) = ack_mode(subject)?;
    mode.starts_with("manual").then(|| {
        subject
            .at(
                rule,
                entry,
                "automatic commits and a listener that acknowledges by hand exclude each other",
                "The container throws IllegalStateException when it starts.",
            )
            .related_to(place(ack), "the listener acknowledges by hand".to_owned())
            .unsafe_fix(
                "Switch automatic commits off",
                vec![set_entry(entry, "false")],
            )
    })
}

rule!(
    auto_commit_on, "KC-W1102", "spring-auto-commit-on", Warn, "Spring for Apache Kafka, KafkaMessageListenerContainer", |subject, rule| {
        auto_commit(subject).map(|entry| {
            subject
                .at(rule, entry, "the client commits instead of the listener's container", "The acknowledgement mode has no effect, and offsets are committed past records whose listener failed.")
                .unsafe_fix("Switch automatic commits off", vec![set_entry(entry, "false")])
        })
    },
    what: "`enable-auto-commit` is on under Spring.",
    why: "The container would commit after the listener, by its acknowledgement mode. With automatic commits it leaves \
          that to the client, which commits what was polled, processed or not.",
    false_alarm: "Losing a record on an error is acceptable.",
    fix: "Delete it or set it to `false`.",
);

rule!(
    unknown_key, "KC-W1103", "spring-unknown-consumer-key", Warn, "Spring Boot, KafkaProperties.Consumer", unknown_key_check,
    what: "A key below `spring.kafka.consumer` is none of Spring Boot's.",
    why: "Boot binds the names that it has and ignores the others without a word. The consumer keeps its default.",
    false_alarm: "The application reads the key itself.",
    fix: "Write Kafka's own name below `spring.kafka.consumer.properties`.",
);

fn unknown_key_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let one = |entry: &Entry| {
        let key = entry.key.text.as_str();
        if subject.family() != Family::SpringBoot || !spring::is_unknown(key) {
            return None;
        }
        let folded = spring::folded(key);
        let bare = folded.strip_prefix("springkafkaconsumer")?;
        let meant = catalog::properties().iter().find(|property| {
            let name = property.name.replace('.', "");
            name == bare || name.strip_suffix("ms") == Some(bare)
        });
        let last = key.rsplit('.').next().unwrap_or(key);
        let instead = meant.map_or_else(String::new, |property| {
            format!("; write `properties.{}`", property.name)
        });
        let message = format!("Spring Boot has no `{last}` below `spring.kafka.consumer`{instead}");
        let why = "Boot ignores keys that it doesn't know. The consumer gets its default instead.";
        Some(subject.finding(rule, entry.key.span, message).why(why))
    };
    subject.config.entries().iter().filter_map(one).collect()
}

/// Whether a text is a number with a unit of time or size behind it.
fn has_unit(text: &str) -> bool {
    let unit = text
        .trim()
        .trim_start_matches(|char: char| char.is_ascii_digit());
    let units = ["ns", "us", "ms", "s", "m", "h", "d", "B", "KB", "MB", "GB"];
    unit.len() < text.trim().len() && units.contains(&unit)
}

/// The property that an entry of the map of properties sets, which reaches Kafka as it is.
fn passed_on<'a>(subject: &Subject<'_>, entry: &'a Entry) -> Option<&'a str> {
    if subject.family() != Family::SpringBoot {
        return None;
    }
    match subject.config.binding(entry) {
        Binding::Consumer { name, rank: 1 | 3 } => Some(name),
        _ => None,
    }
}

/// The number with a unit that Kafka can't read, if an entry passes one on.
pub(in crate::lint::rules) fn unit_passed_on<'a>(
    subject: &Subject<'_>,
    entry: &'a Entry,
) -> Option<&'a str> {
    let name = passed_on(subject, entry)?;
    let numeric = catalog::property(name)?.kind.is_numeric();
    (numeric && has_unit(&entry.value.text)).then_some(name)
}

rule!(
    unit_in_map, "KC-W1104", "spring-duration-in-properties-map", Error, "Spring Boot, KafkaProperties; ConfigDef.parseType (run: refused)", unit_in_map_check,
    what: "A number below `properties` has a unit.",
    why: "Boot converts durations and sizes for the names that it has. What stands in the map goes to Kafka as it is, \
          and Kafka reads plain numbers only.",
    false_alarm: "None.",
    fix: "Write milliseconds or bytes without a unit.",
);

fn unit_in_map_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let one = |entry: &Entry| {
        let name = unit_passed_on(subject, entry)?;
        let text = entry.value.text.trim();
        let finding = subject.at(
            rule,
            entry,
            format!("`{name}` goes to Kafka as `{text}`, which is no number"),
            "Units are understood for Boot's own names only. The consumer refuses to start.",
        );
        Some(match spring::milliseconds(text) {
            Some(ms) if name.rsplit('.').next() == Some("ms") => {
                finding.safe_fix(format!("Write {ms}"), vec![set_entry(entry, &ms)])
            }
            _ => finding,
        })
    };
    subject.config.entries().iter().filter_map(one).collect()
}

rule!(
    nested_map, "KC-W1105", "spring-yaml-dotted-map-key", Info, "Spring Boot, binding of maps", nested_map_check,
    what: "A property below `properties` is written as nested maps.",
    why: "Boot joins the keys with points, so it works. It stops working for keys with characters that relaxed binding \
          drops, and nobody finds the key by its name.",
    false_alarm: "It is only advice.",
    fix: "Write the whole name: `\"[session.timeout.ms]\": 30000`.",
);

fn nested_map_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let one = |entry: &Entry| {
        let name = passed_on(subject, entry)?;
        let written = entry.key.span.text(subject.config.text());
        // A variable of a container stands alone, in capitals.
        let nested = subject.config.format() == Format::Yaml
            && !written.contains(name)
            && entry.key.text != written;
        nested.then(|| {
            let message = format!("`{name}` is spread over nested maps");
            let why = "Boot joins the keys; whoever searches for the property doesn't find it.";
            subject.finding(rule, entry.key.span, message).why(why)
        })
    };
    subject.config.entries().iter().filter_map(one).collect()
}

rule!(
    threads_without_partitions, "KC-W1106", "spring-concurrency-above-partitions", Warn, "Spring for Apache Kafka, ConcurrentMessageListenerContainer", threads_check,
    what: "All instances together have more listener threads than there are partitions.",
    why: "Each thread is a consumer. A partition has one reader in a group, so the others wait for nothing.",
    false_alarm: "The listener reads several topics whose partitions add up.",
    fix: "Let `concurrency` be the partitions divided by the instances.",
);

fn threads_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let entry = subject.setting("spring.kafka.listener.concurrency")?;
    let threads: u64 = entry.value.text.trim().parse().ok()?;
    let replicas = subject.facts.replicas.unwrap_or(1);
    let partitions = subject.facts.partitions?;
    let all = threads.saturating_mul(replicas);
    (all > partitions).then(|| {
        subject
            .at(
                rule,
                entry,
                format!("{all} listener threads share {partitions} partitions"),
                format!("{} of them never get one.", all - partitions),
            )
            .rests_on_fact("partitions", partitions.to_string())
    })
}

rule!(
    idle_between_polls, "KC-W1107", "spring-idle-between-polls-long", Info, "Spring for Apache Kafka, KafkaMessageListenerContainer", idle_check,
    what: "`idle-between-polls` takes at least half of `max.poll.interval.ms`.",
    why: "The pause counts against the time between two polls. The container shortens it when the time runs out, so \
          the pause isn't the one that was set. (A long `poll-timeout` is harmless.)",
    false_alarm: "Batches that take almost no time.",
    fix: "Shorten the pause, or raise `max.poll.interval.ms`.",
);

fn idle_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let entry = subject.setting("spring.kafka.listener.idle-between-polls")?;
    let idle_ms: i64 = spring::milliseconds(entry.value.text.trim())?
        .parse()
        .ok()?;
    let (interval_ms, interval) = subject.integer("max.poll.interval.ms")?;
    (idle_ms >= interval_ms / 2).then(|| {
        subject
            .at(rule, entry, format!("the pause of {idle_ms} ms takes half or more of the {interval_ms} between two polls"), "The container cuts the pause short so that the member isn't thrown out.")
            .rests_on(&[&interval])
    })
}

rule!(
    ack_settings, "KC-W1108", "spring-ack-settings-unused", Info, "Spring for Apache Kafka, ContainerProperties", ack_settings_check,
    what: "`ack-count` or `ack-time` is set, and the acknowledgement mode doesn't count or time.",
    why: "Only the modes `count`, `time` and `count-time` read them.",
    false_alarm: "The mode is set in code.",
    fix: "Delete them, or choose the mode that they belong to.",
);

fn ack_settings_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let mode = ack_mode(subject).map_or_else(|| "batch".to_owned(), |(mode, _)| mode);
    let one = |(key, word): (&str, &str)| {
        let entry = subject.setting(&format!("spring.kafka.listener.{key}"))?;
        let message = format!("`{key}` has no effect in the acknowledgement mode `{mode}`");
        (!mode.contains(word)).then(|| {
            subject.at(
                rule,
                entry,
                message,
                "Another acknowledgement mode would read it.",
            )
        })
    };
    [("ack-count", "count"), ("ack-time", "time")]
        .into_iter()
        .filter_map(one)
        .collect()
}

rule!(
    batch_record_ack, "KC-W1109", "spring-batch-record-ack", Error, "Spring for Apache Kafka, KafkaMessageListenerContainer", batch_record_ack_check,
    what: "A batch listener is to acknowledge record by record.",
    why: "A batch listener gets all records of a poll at once. The container refuses the mode `record` when it starts, \
          with an IllegalStateException.",
    false_alarm: "None.",
    fix: "Use `ack-mode: batch`.",
);

fn batch_record_ack_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let kind = subject.setting("spring.kafka.listener.type")?;
    let (mode, ack) = ack_mode(subject)?;
    (kind.value.text.trim().eq_ignore_ascii_case("batch") && mode == "record").then(|| {
        subject
            .at(
                rule,
                ack,
                "a batch listener can't acknowledge record by record",
                "The container throws IllegalStateException when it starts.",
            )
            .related_to(place(kind), "the listener takes batches".to_owned())
            .unsafe_fix("Acknowledge by batch", vec![set_entry(ack, "batch")])
    })
}
