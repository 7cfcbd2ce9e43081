//! Names of classes: deserializers and assignors, a row each.

use std::collections::BTreeSet;

use crate::config::catalog::property;
use crate::config::{Effective, Family, KafkaVersion, Type, Value};
use crate::lint::finding::Finding;
use crate::lint::objects::gives_deserializers;
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, set_entry};

const SERDE: &str = "org.apache.kafka.common.serialization.";
const CONSUMER: &str = "org.apache.kafka.clients.consumer.";
const STRATEGY: &str = "partition.assignment.strategy";
const DESERIALIZERS: [&str; 2] = ["key.deserializer", "value.deserializer"];
/// From this client on, repeats in a list are dropped with a warning (KIP-1161).
const DROPS_REPEATS: KafkaVersion = KafkaVersion::new(4, 2, 0);

/// The deserializers that come with the client, without package.
const KNOWN_DESERIALIZERS: [&str; 13] = [
    "BooleanDeserializer",
    "ByteArrayDeserializer",
    "ByteBufferDeserializer",
    "BytesDeserializer",
    "DoubleDeserializer",
    "FloatDeserializer",
    "IntegerDeserializer",
    "ListDeserializer",
    "LongDeserializer",
    "ShortDeserializer",
    "StringDeserializer",
    "UUIDDeserializer",
    "VoidDeserializer",
];

/// The class that a name of an assignor's protocol, or of its class without package, stands for.
fn assignor_class(name: &str) -> Option<&'static str> {
    Some(match name {
        "range" | "RangeAssignor" => "RangeAssignor",
        "roundrobin" | "RoundRobinAssignor" => "RoundRobinAssignor",
        "sticky" | "StickyAssignor" => "StickyAssignor",
        "cooperative-sticky" | "CooperativeStickyAssignor" => "CooperativeStickyAssignor",
        _ => return None,
    })
}

fn assignors<'a>(subject: &Subject<'a>) -> Option<(Vec<String>, Effective<'a>)> {
    let value = subject.value(STRATEGY)?;
    match &value.value {
        Some(Value::List(names)) if value.is_set() => Some((names.clone(), value)),
        _ => None,
    }
}

/// The full name that a short one stands for, under this key.
fn full_name(key: &str, short: &str) -> Option<String> {
    if key == STRATEGY {
        return assignor_class(short).map(|class| format!("{CONSUMER}{class}"));
    }
    (DESERIALIZERS.contains(&key) && KNOWN_DESERIALIZERS.contains(&short))
        .then(|| format!("{SERDE}{short}"))
}

fn is_protocol_name(name: &str) -> bool {
    matches!(
        name,
        "range" | "roundrobin" | "sticky" | "cooperative-sticky" | "uniform"
    )
}

rule!(
    short_class, "KC-V209", "class-not-found-short-name", Error, "ConfigDef.parseType; Utils.loadClass (run: refused)", short_class_check,
    what: "A class is named without its package.",
    why: "The client loads classes by their full names. It throws a ConfigException, or a ClassNotFoundException \
          within a KafkaException.",
    false_alarm: "The class really is in no package.",
    fix: "Write the full name.",
);

fn short_class_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    subject
        .consumer_entries()
        .filter_map(|(name, entry)| {
            let list = matches!(name, STRATEGY | "interceptor.classes" | "metric.reporters");
            if !(list || property(name).is_some_and(|property| property.kind == Type::Class)) {
                return None;
            }
            let value = subject.value(name).filter(|value| {
                value
                    .entry()
                    .is_some_and(|winner| winner.span == entry.span)
                    && value.value.is_some()
            })?;
            let text = value.value.as_ref()?.text().into_owned();
            let names: Vec<&str> = if list {
                text.split(',').map(str::trim).collect()
            } else {
                vec![text.as_str()]
            };
            let short = |class: &&&str| {
                let protocol = name == STRATEGY && is_protocol_name(class);
                !(protocol || class.is_empty() || class.contains('.'))
            };
            let first = names.iter().find(short)?;
            let plain = first
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$'));
            if !plain {
                return None;
            }
            let finding = subject
                .about(rule, &[&value], format!("`{first}` is no full class name"))
                .why("The client looks classes up by package and name.");
            let full: Option<Vec<String>> = names
                .iter()
                .map(|class| {
                    if class.contains('.') {
                        Some((*class).to_owned())
                    } else {
                        full_name(name, class)
                    }
                })
                .collect();
            Some(match full {
                Some(full) => finding.safe_fix(
                    "Write the full name",
                    vec![set_entry(entry, &full.join(","))],
                ),
                None => finding,
            })
        })
        .collect()
}

rule!(
    no_deserializer, "KC-V210", "missing-deserializer", Error, "ConsumerConfig.appendDeserializerToConfig (run: refused)", no_deserializer_check,
    what: "`key.deserializer` or `value.deserializer` is missing.",
    why: "The client throws a ConfigException while it is built: there is no default.",
    false_alarm: "The program passes deserializers to the constructor, or a framework sets them.",
    fix: "Name the deserializers for what producers write.",
);

fn no_deserializer_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    if subject.family() != Family::Java
        || !subject.is_all()
        || subject.config.entries().is_empty()
        || gives_deserializers(subject.config)
    {
        return None;
    }
    let missing: Vec<&str> = DESERIALIZERS
        .into_iter()
        .filter(|key| subject.config.winner(key).is_none())
        .collect();
    let first = missing.first()?;
    let value = subject.value(first)?;
    let names: Vec<String> = missing.iter().map(|key| format!("`{key}`")).collect();
    let finding = subject
        .about(rule, &[&value], format!(
                "{} {} missing",
                names.join(" and "),
                if names.len() == 1 { "is" } else { "are" }
            ))
        .why(format!("The client refuses to start: \"Invalid value null for configuration {first}: must be non-null.\""));
    let edits = missing
        .iter()
        .map(|key| subject.set(key, &format!("{SERDE}StringDeserializer"), None))
        .collect();
    Some(
        finding
            .unless_added(subject)
            .unsafe_fix("Read text: StringDeserializer", edits),
    )
}

rule!(
    serializer, "KC-V211", "serializer-as-deserializer", Error, "AbstractConfig.getConfiguredInstance (run: refused)", serializer_check,
    what: "A serializer is named where a deserializer is wanted.",
    why: "The client throws a KafkaException: the class is not an instance of Deserializer.",
    false_alarm: "A class that is both, named for one of them.",
    fix: "Name the deserializer.",
);

fn serializer_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    DESERIALIZERS
        .into_iter()
        .filter_map(|key| {
            let (class, value) = subject.text(key)?;
            let stem = class
                .strip_suffix("Serializer")
                .filter(|stem| !stem.ends_with("De"))?;
            let entry = value.entry()?;
            let finding = subject
                .about(rule, &[&value], format!("`{key}` names a serializer"))
                .why("The client refuses to start: the class is not an instance of Deserializer.");
            let plain = stem
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'$'));
            Some(if plain {
                let right = format!("{stem}Deserializer");
                finding.safe_fix(format!("Write `{right}`"), vec![set_entry(entry, &right)])
            } else {
                finding
            })
        })
        .collect()
}

rule!(
    assignor_twice, "KC-V220", "assignor-duplicate-name", Error, "ConsumerPartitionAssignor.getAssignorInstances; KIP-1161 (run)", assignor_twice_check,
    what: "`partition.assignment.strategy` names an assignor twice.",
    why: "The client throws a KafkaException. From 4.2 on it drops the repeat and warns.",
    false_alarm: "None.",
    fix: "Delete the repeat.",
);

fn assignor_twice_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (names, value) = assignors(subject)?;
    let entry = value.entry()?;
    let mut seen = BTreeSet::new();
    let once: Vec<&str> = names
        .iter()
        .map(String::as_str)
        .filter(|name| seen.insert(*name))
        .collect();
    let repeat = names
        .iter()
        .enumerate()
        .find(|(at, name)| !name.is_empty() && names.iter().take(*at).any(|one| one == *name))?
        .1;
    let drops = subject.version() >= DROPS_REPEATS;
    let why = if drops {
        "This client drops the repeat and warns. Clients before 4.2 refuse to start."
    } else {
        "The client refuses to start: the name is used in more than one assignor."
    };
    let mut finding = subject
        .about(
            rule,
            &[&value],
            format!(
                "`{}` is listed twice",
                repeat.rsplit('.').next().unwrap_or(repeat)
            ),
        )
        .why(why)
        .safe_fix("Delete the repeat", vec![set_entry(entry, &once.join(","))]);
    if drops && subject.config.client().version.is_some() {
        finding = finding.severity(crate::lint::finding::Severity::Warn);
    }
    Some(finding)
}

rule!(
    empty_element, "KC-V221", "list-trailing-comma", Error, "ConfigDef (LIST); Utils.loadClass (run: refused)", empty_element_check,
    what: "A list of classes has an empty element, as behind a comma at its end.",
    why: "The empty name is looked up as a class, which isn't found.",
    false_alarm: "None.",
    fix: "Delete the comma.",
);

fn empty_element_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    [STRATEGY, "interceptor.classes", "metric.reporters"]
        .into_iter()
        .filter_map(|key| {
            let value = subject.value(key)?;
            let Some(Value::List(names)) = &value.value else {
                return None;
            };
            let entry = value.entry()?;
            if names.len() < 2 || names.iter().all(|name| !name.is_empty()) {
                return None;
            }
            let full: Vec<&str> = names
                .iter()
                .map(String::as_str)
                .filter(|name| !name.is_empty())
                .collect();
            let message = format!("`{key}` has an empty element, which is looked up as a class");
            Some(
                subject
                    .about(rule, &[&value], message)
                    .why("The client refuses to start, because no class has an empty name.")
                    .safe_fix(
                        "Delete the empty element",
                        vec![set_entry(entry, &full.join(","))],
                    ),
            )
        })
        .collect()
}

rule!(
    protocol_name, "KC-V222", "assignor-short-name-in-java", Error, "ConsumerPartitionAssignor.getAssignorInstances (run: refused)", protocol_name_check,
    what: "`partition.assignment.strategy` names a protocol such as `cooperative-sticky` instead of a class.",
    why: "These names are librdkafka's spelling. The Java client wants class names and throws a KafkaException.",
    false_alarm: "The text is for another client.",
    fix: "Write the class, or use `group.protocol=consumer` with `group.remote.assignor` where the broker assigns.",
);

fn protocol_name_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (names, value) = assignors(subject)?;
    let entry = value.entry()?;
    let name = names.iter().find(|name| is_protocol_name(name))?;
    let finding = subject
        .about(
            rule,
            &[&value],
            format!("`{name}` is the name of a protocol; Java wants a class"),
        )
        .why("The client refuses to start: the class isn't found.");
    let classes: Option<Vec<String>> = names
        .iter()
        .map(|name| match assignor_class(name) {
            Some(class) => Some(format!("{CONSUMER}{class}")),
            None => name.contains('.').then(|| name.clone()),
        })
        .collect();
    Some(match classes {
        Some(classes) => finding.safe_fix(
            "Write the class names",
            vec![set_entry(entry, &classes.join(","))],
        ),
        None => finding,
    })
}

rule!(
    no_assignor, "KC-V224", "empty-assignor-list", Error, "ClassicKafkaConsumer.subscribe (run: built, subscribe throws)", no_assignor_check,
    what: "`partition.assignment.strategy` is empty.",
    why: "The client is built, and `subscribe` then throws: it must have at least one assignor.",
    false_alarm: "The program only uses `assign`.",
    fix: "Delete the line, or name an assignor.",
);

fn no_assignor_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (names, value) = assignors(subject)?;
    let entry = value.entry()?;
    if !names.iter().all(String::is_empty) || !subject.speaks("classic") {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&value],
                "no assignor is named, so `subscribe` throws",
            )
            .why(
                "The list counts as it stands; the default is used only where the line is missing.",
            )
            .unsafe_fix("Delete the line", vec![subject.delete(entry)]),
    )
}
