//! What runs the instances: Kubernetes, compose, environment variables; a row each.

use crate::config::{Effective, Entry, Family, Format, catalog, has_placeholder};
use crate::lint::finding::{Confidence, Finding};
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

const ID: &str = "group.instance.id";

/// The static id, if one is set.
fn instance_id<'a>(subject: &Subject<'a>) -> Option<(&'a Entry, Effective<'a>)> {
    let value = subject.value(ID).filter(Effective::is_set_non_blank)?;
    Some((value.entry()?, value))
}

fn kind_is(subject: &Subject<'_>, kinds: &[&str]) -> bool {
    subject
        .facts
        .kind
        .as_deref()
        .is_some_and(|kind| kinds.iter().any(|known| known.eq_ignore_ascii_case(kind)))
}

/// Whether an id is the name of the pod, perhaps by way of another variable of the container.
fn is_pod_name(subject: &Subject<'_>, id: &Entry) -> bool {
    let variable = |text: &str| {
        let (_, rest) = text.split_once("$(").or_else(|| text.split_once("${"))?;
        let end = rest.find([')', '}', ':'])?;
        rest.get(..end).map(str::to_owned)
    };
    let named = variable(&id.value.text);
    let entries = subject.config.entries().iter();
    let mut others = entries.filter(|entry| named.as_ref() == Some(&entry.key.text));
    names_pod(&id.value.text) || others.any(|entry| names_pod(&entry.value.text))
}

fn names_pod(text: &str) -> bool {
    let names = [
        "metadata.name",
        "HOSTNAME",
        "POD_NAME",
        "podName",
        "hostname",
    ];
    has_placeholder(text) && names.iter().any(|name| text.contains(name))
}

/// Whether any of the texts is about scaling the instances up and down.
fn scales(subject: &Subject<'_>) -> bool {
    const SCALERS: [&str; 2] = ["HorizontalPodAutoscaler", "ScaledObject"];
    let entries = subject
        .configs
        .iter()
        .flat_map(crate::config::Config::entries);
    let mut kinds = entries.filter(|entry| entry.key.text == "kind");
    kinds.any(|entry| SCALERS.contains(&entry.value.text.as_str())) || kind_is(subject, &SCALERS)
}

rule!(
    scaled, "KC-M407", "static-with-scale-out", Info, "KIP-345; GroupMetadataManager.java", |subject, rule| {
        let (entry, _) = instance_id(subject).filter(|_| scales(subject))?;
        Some(subject.at(rule, entry, "static members don't help when instances come and go", "A new id always rebalances, and an instance that is scaled away keeps its partitions until its session ends."))
    },
    what: "Instances are scaled automatically, and the members are static.",
    why: "A static id saves the rebalance of a restart. Scaling isn't one: a new id always rebalances, and an instance \
          that is taken away keeps its partitions until its session ends.",
    false_alarm: "Scaling is rare and restarts are frequent.",
    fix: "Use dynamic members with a cooperative assignor or the consumer protocol.",
);

rule!(
    threads, "KC-M409", "static-multi-thread-same-id", Error, "SmallRye Reactive Messaging, ReactiveKafkaConsumer; KIP-345", |subject, rule| {
        let threads = subject.facts.concurrency.filter(|threads| *threads > 1)?;
        let (entry, _) = instance_id(subject).filter(|(entry, _)| !has_placeholder(&entry.value.text))?;
        let alone = matches!(subject.family(), Family::Java | Family::SmallRye);
        alone.then(|| {
            subject.at(rule, entry, format!("{threads} consumers of one process share this id"), "Each one that joins takes the id over, and the one before it is fenced.").rests_on_fact("concurrency", threads.to_string())
        })
    },
    what: "Several consumers of one process share a `group.instance.id`.",
    why: "The id stands for one member. Spring's containers and Kafka Streams append a number; SmallRye and threads of \
          one's own don't.",
    false_alarm: "The program appends a number.",
    fix: "Append the thread's number, or use one consumer for each process.",
);

rule!(
    pod_of_deployment, "KC-K1001", "instance-id-from-deployment-pod-name", Warn, "KIP-345; Kubernetes, Deployment", |subject, rule| {
        let (entry, _) = instance_id(subject).filter(|(entry, _)| is_pod_name(subject, entry))?;
        kind_is(subject, &["Deployment", "ReplicaSet", "DaemonSet", "Job", "CronJob"]).then(|| {
            subject.at(rule, entry, "the pods get other names at every rollout", "Each one is a new static member, and the old ids hold their partitions until their session ends.")
        })
    },
    what: "The static id is the name of a pod whose name changes.",
    why: "The pods of a Deployment have new names after every rollout. Each is a new static member, while the old ids \
          keep their partitions until their session ends, because static members don't leave.",
    false_alarm: "None.",
    fix: "Use a StatefulSet, or no `group.instance.id`.",
);

rule!(
    no_id, "KC-K1002", "statefulset-without-instance-id", Info, "KIP-345", |subject, rule| {
        let set = kind_is(subject, &["StatefulSet"]) && subject.speaks("classic");
        let consumer = subject.consumer_entries().next();
        let fits = set && instance_id(subject).is_none() && subject.family() != Family::KafkaJs;
        consumer.filter(|_| fits).map(|(_, entry)| {
            subject.at(rule, entry, "the pods have stable names, and the members aren't static", "A restart costs up to two rebalances, when the member leaves and when it comes back.")
        })
    },
    what: "A StatefulSet runs consumers without a `group.instance.id`.",
    why: "The names of its pods are stable, so static ids come for free and save the rebalances of a restart.",
    false_alarm: "The set is there for its volumes, and a restart should move the partitions at once.",
    fix: "Derive `group.instance.id` from `metadata.name`.",
);

rule!(
    short_grace, "KC-K1003", "grace-period-too-short", Warn, "ConsumerUtils.java (DEFAULT_CLOSE_TIMEOUT_MS); Kubernetes, termination of pods", short_grace_check,
    what: "The platform kills the instance before a batch and `close` can be over.",
    why: "Killed in `close`, the consumer neither commits nor leaves, so its partitions wait for the end of its session \
          and the last records are processed again.",
    false_alarm: "The application stops in the middle of a batch.",
    fix: "Give it the time of a batch, of `close` (30 s) and five seconds more.",
);

fn short_grace_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    const CLOSE_MS: u64 = 30_000;
    let batch_ms = subject.facts.batch_work_ms?;
    let given = subject.facts.termination_grace_period_seconds;
    let known = given.is_some() || subject.facts.kind.is_some();
    let otherwise = if kind_is(subject, &["compose"]) {
        10
    } else {
        30
    };
    let grace = given.unwrap_or(otherwise);
    let needed_ms = batch_ms.saturating_add(CLOSE_MS);
    let entry = subject
        .entry("terminationGracePeriodSeconds")
        .or_else(|| subject.entry("stop_grace_period"));
    let span = entry.map_or_else(|| subject.anchor(&[]), crate::lint::subject::place);
    (known && grace.saturating_mul(1_000) < needed_ms).then(|| {
        let enough = needed_ms.saturating_add(5_000).div_ceil(1_000);
        subject
            .finding(
                rule,
                span,
                format!("{grace} s are less than the {needed_ms} ms of a batch and of closing"),
            )
            .why(format!(
                "The kill cuts `close` short: no commit and no LeaveGroup. {enough} s are enough."
            ))
            .rests_on_fact("batchWorkMs", batch_ms.to_string())
    })
}

rule!(
    surge, "KC-K1004", "surge-with-static-member", Warn, "KIP-345; Kubernetes, Deployment (maxSurge)", surge_check,
    what: "A rollout runs the old and the new instance at once, with one static id.",
    why: "The newcomer takes the id over, and the other one is fenced in the middle of its work.",
    false_alarm: "Something else makes the ids differ.",
    fix: "Use `maxSurge: 0` or the strategy `Recreate`, or a StatefulSet.",
);

fn surge_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (id, _) = instance_id(subject).filter(|(entry, _)| !is_pod_name(subject, entry))?;
    let surge = subject.entry("maxSurge");
    let recreate = subject
        .entry("strategy.type")
        .is_some_and(|entry| entry.value.text == "Recreate");
    let none = surge.is_some_and(|entry| matches!(entry.value.text.trim(), "0" | "0%"));
    (kind_is(subject, &["Deployment"]) && !recreate && !none).then(|| {
        subject.at(
            rule,
            surge.unwrap_or(id),
            "old and new instance overlap with one static id",
            "The newcomer takes the id over and the other one is fenced.",
        )
    })
}

rule!(
    slow_restart, "KC-K1005", "replicas-vs-session-rollout", Info, "KIP-345", |subject, rule| {
        let (_, id) = instance_id(subject)?;
        let (session_ms, session) = subject.integer("session.timeout.ms")?;
        let restart_ms = subject.facts.restart_ms.and_then(|ms| i64::try_from(ms).ok())?;
        (restart_ms > session_ms && subject.speaks("classic")).then(|| {
            subject
                .about(rule, &[&session, &id], format!("a restart takes {restart_ms} ms, the session ends after {session_ms}"))
                .why("Each instance of a rollout causes a rebalance after all.")
                .rests_on_fact("restartMs", restart_ms.to_string())
        })
    },
    what: "The restart of one instance takes longer than its session.",
    why: "A static member keeps its partitions over a restart only as long as its session lasts. After that each \
          instance of a rollout causes a rebalance, and another one when it comes back.",
    false_alarm: "None.",
    fix: "Make the session half as long again as a restart.",
);

rule!(
    liveness, "KC-K1006", "liveness-restart-loop", Info, "Kubernetes, liveness probes", liveness_check,
    what: "The liveness probe gives up sooner than `max.poll.interval.ms`.",
    why: "If the probe depends on polling, the platform kills the instance in the middle of a long batch that the group \
          would have allowed.",
    false_alarm: "The probe doesn't depend on polling.",
    fix: "Let period and failures together be longer than `max.poll.interval.ms`.",
);

/// How long the liveness probe waits before the platform kills the instance.
pub(in crate::lint) fn probe_budget_ms(subject: &Subject<'_>) -> Option<u64> {
    probe(subject)?;
    let number = |key: &str, otherwise: u64| {
        let entry = subject.entry(&format!("livenessProbe.{key}"));
        entry
            .and_then(|entry| entry.value.text.trim().parse().ok())
            .unwrap_or(otherwise)
    };
    let failures = number("failureThreshold", 3);
    Some(
        number("periodSeconds", 10)
            .saturating_mul(failures)
            .saturating_mul(1_000),
    )
}

fn probe<'a>(subject: &Subject<'a>) -> Option<&'a Entry> {
    let mut entries = subject.config.entries().iter();
    entries.find(|entry| entry.key.text.contains("livenessProbe."))
}

fn liveness_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let probe = probe(subject)?;
    let budget_ms = probe_budget_ms(subject)?;
    let (interval_ms, interval) = subject.integer("max.poll.interval.ms")?;
    let consumes = subject.consumer_entries().next().is_some();
    let sooner = u64::try_from(interval_ms).is_ok_and(|interval_ms| budget_ms < interval_ms);
    (sooner && consumes).then(|| {
        subject
            .at(
                rule,
                probe,
                format!("the probe gives up after {budget_ms} ms, the group after {interval_ms}"),
                "If the probe depends on polling, a long batch gets the instance killed.",
            )
            .confidence(Confidence::Possible)
            .rests_on(&[&interval])
    })
}

/// Variables that look like properties of a consumer, with the property.
fn variables<'a>(subject: &Subject<'a>) -> impl Iterator<Item = (&'a str, &'a Entry)> {
    let fits = matches!(
        subject.config.format(),
        Format::Env | Format::Yaml | Format::Json
    ) && subject.family() == Family::Java;
    let kafkas = |entry: &Entry| entry.key.text.starts_with("KAFKA_");
    subject
        .consumer_entries()
        .filter(move |(_, entry)| fits && kafkas(entry))
}

rule!(
    not_read, "KC-K1007", "env-not-read-by-client", Info, "ConsumerConfig.java", |subject, rule| {
        // A broker's image reads its own.
        let mut applications = variables(subject).filter(|(_, entry)| image_of_broker(subject, entry).is_none());
        applications.next().map(|(name, entry)| {
            subject.finding(rule, entry.key.span, format!("no Kafka client reads `{}`", entry.key.text)).confidence(Confidence::Likely).why(format!("The application has to give `{name}` to the client."))
        })
    },
    what: "Environment variables are named after properties of Kafka.",
    why: "Kafka's clients read no variables. The application or its framework must pass each one on, under names of its \
          own.",
    false_alarm: "The application does that.",
    fix: "Pass them on in code, or use the names of the framework, such as `SPRING_KAFKA_CONSUMER_GROUP_ID`.",
);

rule!(
    broker_image, "KC-K1008", "consumer-env-on-broker-image", Warn, "KafkaDockerWrapper.scala", broker_image_check,
    what: "A consumer's property is set as a variable of a broker's image.",
    why: "The image writes its variables into `server.properties`, where a consumer's settings mean nothing.",
    false_alarm: "The image runs a consumer.",
    fix: "Set it on the application.",
);

/// The image of a broker that an entry's container runs.
fn image_of_broker<'a>(subject: &Subject<'a>, entry: &Entry) -> Option<&'a Entry> {
    let mut entries = subject.config.entries().iter();
    entries.find(|other| other.owner == entry.owner && other.is_image_of_broker())
}

fn broker_image_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let is_consumers = |name: &str| catalog::owner(name).is_none() && !catalog::is_shared(name);
    let one = |(name, entry): (&str, &Entry)| {
        let image = image_of_broker(subject, entry).filter(|_| is_consumers(name))?;
        let message = format!(
            "`{}` goes to the broker, which has no `{name}`",
            entry.key.text
        );
        Some(
            subject
                .finding(rule, entry.key.span, message)
                .why("The image writes its variables into server.properties.")
                .related_to(
                    crate::lint::subject::place(image),
                    "a broker's image".to_owned(),
                ),
        )
    };
    variables(subject).filter_map(one).collect()
}

rule!(
    not_quoted, "KC-K1009", "env-numeric-not-quoted", Error, "Kubernetes API (EnvVar.value is a string)", not_quoted_check,
    what: "The value of a variable is a bare number or boolean.",
    why: "A variable's value is a string. YAML reads a bare number as a number, and the API server refuses the manifest.",
    false_alarm: "A template quotes it.",
    fix: "Put it in quotes.",
);

fn not_quoted_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let config = subject.config;
    let text = config.text();
    let one = |entry: &Entry| {
        let before = text.get(..entry.value.span.start)?;
        let after = before.trim_end_matches(' ');
        let value = entry.value.text.as_str();
        let bare = value.parse::<f64>().is_ok()
            || matches!(value, "true" | "false" | "yes" | "no" | "on" | "off");
        let variable = !entry.key.text.contains('.') && entry.key.text != "value";
        (bare && variable && after.ends_with("value:")).then(|| {
            subject
                .at(
                    rule,
                    entry,
                    format!("the value of `{}` is no string", entry.key.text),
                    "Kubernetes refuses the manifest.",
                )
                .safe_fix(
                    "Put it in quotes",
                    vec![crate::lint::subject::set_entry(
                        entry,
                        &format!("\"{value}\""),
                    )],
                )
        })
    };
    if config.format() != Format::Yaml {
        return Vec::new();
    }
    config.entries().iter().filter_map(one).collect()
}

rule!(
    idle_group, "KC-O609", "retention-vs-idle-group", Info, "GroupCoordinatorConfig.java (offsets.retention.minutes)", idle_group_check,
    what: "A job runs so seldom that its committed offsets expire in between.",
    why: "The brokers drop the offsets of a group that has been empty for `offsets.retention.minutes`, seven days unless \
          set. The next run starts where `auto.offset.reset` says.",
    false_alarm: "The brokers keep offsets for longer.",
    fix: "Raise `offsets.retention.minutes` on the brokers, or keep the offsets yourself.",
);

fn idle_group_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let schedule = subject
        .entry("schedule")
        .filter(|_| kind_is(subject, &["CronJob"]))?;
    let text = schedule.value.text.trim();
    let fields: Vec<&str> = text.split_whitespace().collect();
    // Once a month: a day of the month is named, and neither a step nor a list of days.
    let seldom = match fields.as_slice() {
        [_, _, day, _, weekday] => day.parse::<u8>().is_ok() && *weekday == "*",
        [word] => matches!(*word, "@monthly" | "@yearly" | "@annually"),
        _ => false,
    };
    seldom.then(|| {
        subject
            .at(
                rule,
                schedule,
                "the group is empty for longer than the brokers keep its offsets",
                "They are dropped after seven days unless `offsets.retention.minutes` says more.",
            )
            .confidence(Confidence::Likely)
    })
}
