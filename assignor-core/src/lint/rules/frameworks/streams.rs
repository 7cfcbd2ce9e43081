//! Kafka Streams, a row each.

use super::set_in_vain;
use crate::config::Family;
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

rule!(
    not_configurable, "KC-W1117", "streams-non-configurable", Warn, "StreamsConfig.java", not_configurable_check,
    what: "The text sets what Kafka Streams decides by itself.",
    why: "Streams commits offsets with its tasks, assigns by its tasks, takes its group from `application.id`, and \
          reads committed records where it promises exactly once. It drops what is set, with a line in the log.",
    false_alarm: "None.",
    fix: "Delete it.",
);

fn not_configurable_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if subject.family() != Family::Streams {
        return Vec::new();
    }
    let guarantee = subject.entry("processing.guarantee");
    let exactly_once =
        guarantee.is_some_and(|entry| entry.value.text.trim().starts_with("exactly_once"));
    let mut keys = vec![
        "enable.auto.commit",
        "partition.assignment.strategy",
        "group.id",
    ];
    if exactly_once {
        keys.push("isolation.level");
    }
    set_in_vain(
        subject,
        rule,
        &keys,
        "is decided by Kafka Streams",
        "Streams drops or overwrites it and logs that.",
    )
}

rule!(
    instance_id, "KC-W1118", "streams-instance-id-suffix", Info, "StreamsConfig.getMainConsumerConfigs", instance_id_check,
    what: "A Streams application has a `group.instance.id`.",
    why: "Each of its threads is a member and appends its number, so the id of the text is only the beginning. It must \
          still differ between processes and stay the same for each.",
    false_alarm: "It is derived from the pod's name already.",
    fix: "Derive it from something stable, such as the name of a StatefulSet's pod.",
);

fn instance_id_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let value = subject
        .value("group.instance.id")
        .filter(crate::config::Effective::is_set_non_blank)?;
    (subject.family() == Family::Streams).then(|| {
        subject
            .about(rule, &[&value], "each thread appends its number to this id")
            .why("Keep the beginning stable for each process and different between them.")
    })
}
