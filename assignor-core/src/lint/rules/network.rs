//! Connections: where the client finds its first broker, and how it waits before it tries again.

use super::Rule;
use crate::config::{KafkaVersion, Value};
use crate::lint::finding::{Confidence, Finding};
use crate::lint::subject::Subject;

const BOOTSTRAP: &str = "bootstrap.servers";

/// The entries of `bootstrap.servers` that the text sets.
fn servers(subject: &Subject<'_>) -> Option<Vec<String>> {
    let value = subject.value(BOOTSTRAP)?;
    match &value.value {
        Some(Value::List(servers)) if value.is_set() => Some(
            servers
                .iter()
                .filter(|server| !server.is_empty())
                .cloned()
                .collect(),
        ),
        _ => None,
    }
}

/// Host of an address, without scheme, brackets and port.
fn host(address: &str) -> &str {
    let bare = address.split_once("://").map_or(address, |(_, rest)| rest);
    if let Some(inner) = bare.strip_prefix('[') {
        return inner.split_once(']').map_or(inner, |(host, _)| host);
    }
    bare.rsplit_once(':').map_or(bare, |(host, _)| host)
}

rule!(
    single_server, "KC-N751", "single-bootstrap-server", Info, "ConsumerConfig.java (bootstrap.servers)", single_server_check,
    what: "`bootstrap.servers` names one broker.",
    why: "The list is only for the first contact. If that broker is down when a consumer starts, it can't start.",
    false_alarm: "The name stands for several brokers: a load balancer, or a headless service.",
    fix: "Name two or three brokers.",
);

fn single_server_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let servers = servers(subject)?;
    let value = subject.value(BOOTSTRAP)?;
    // Several of them with a wrong separator are another mistake.
    let apart = |server: &String| server.trim().contains([';', ' ', '|']);
    if servers.len() != 1 || servers.iter().any(apart) {
        return None;
    }
    Some(
        subject
            .about(rule, &[&value], "one broker is named for the first contact")
            .confidence(Confidence::Likely)
            .why("If it is down when a consumer starts, the consumer can't find the others."),
    )
}

rule!(
    localhost, "KC-N752", "localhost-bootstrap-in-container", Warn, "Container networking: localhost is the container itself", localhost_check,
    what: "`bootstrap.servers` points at localhost, and the instances run in containers.",
    why: "Within a container localhost is that container, so the client finds no broker.",
    false_alarm: "The broker or a proxy runs as a sidecar in the same pod.",
    fix: "Write the name of the brokers' service.",
);

fn localhost_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let kind = subject.facts.kind.as_deref()?;
    const CONTAINERS: [&str; 8] = [
        "deployment",
        "statefulset",
        "daemonset",
        "pod",
        "job",
        "cronjob",
        "container",
        "compose",
    ];
    if !CONTAINERS.contains(&kind.to_ascii_lowercase().as_str()) {
        return None;
    }
    let servers = servers(subject)?;
    let local = |server: &String| matches!(host(server), "localhost" | "127.0.0.1" | "::1");
    let server = servers.iter().find(|server| local(server))?;
    let value = subject.value(BOOTSTRAP)?;
    Some(
        subject
            .about(
                rule,
                &[&value],
                format!("`{server}` is the container itself"),
            )
            .why("Each container has a localhost of its own, and no broker runs in this one.")
            .rests_on_fact("kind", kind.to_owned()),
    )
}

rule!(
    reconnect_max_unset, "KC-N753", "reconnect-max-unset", Info,
    "CommonClientConfigs.postProcessReconnectBackoffConfigs (run)", reconnect_max_unset_check,
    what: "`reconnect.backoff.ms` is set and `reconnect.backoff.max.ms` is not.",
    why: "The client then uses the first for both, so the wait doesn't grow while a broker stays away.",
    false_alarm: "A constant wait is wanted.",
    fix: "Set `reconnect.backoff.max.ms` too, for instance to ten times the first.",
);

fn reconnect_max_unset_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (base_ms, base) = subject.integer("reconnect.backoff.ms")?;
    let max = subject.value("reconnect.backoff.max.ms")?;
    if !base.is_set() || max.is_set() || base_ms < 1 {
        return None;
    }
    let raised = base_ms.saturating_mul(10).max(10_000).to_string();
    Some(
        subject
            .about(rule, &[&base], "the wait between connection attempts doesn't grow")
            .why("Without `reconnect.backoff.max.ms` the client takes `reconnect.backoff.ms` as the maximum too.")
            .suggests(subject, "reconnect.backoff.max.ms", &raised),
    )
}

/// Pairs of a first wait and the longest one, with the first client that has the pair.
const BACKOFFS: [(&str, &str, KafkaVersion); 3] = [
    (
        "retry.backoff.ms",
        "retry.backoff.max.ms",
        KafkaVersion::new(3, 7, 0),
    ),
    (
        "socket.connection.setup.timeout.ms",
        "socket.connection.setup.timeout.max.ms",
        KafkaVersion::new(2, 7, 0),
    ),
    (
        "reconnect.backoff.ms",
        "reconnect.backoff.max.ms",
        KafkaVersion::new(0, 11, 0),
    ),
];

rule!(
    base_above_max, "KC-N754", "backoff-base-above-max", Warn,
    "CommonClientConfigs.warnDisablingExponentialBackoff; rdkafka_conf.c", base_above_max_check,
    what: "The first wait of a backoff is longer than its maximum.",
    why: "The client waits the maximum every time, so the longer value has no effect and the wait never grows. \
          librdkafka refuses such a pair for `reconnect.backoff`.",
    false_alarm: "None.",
    fix: "Raise the maximum to the first wait or above.",
);

fn base_above_max_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let one = |(base_key, max_key, since): &(&str, &str, KafkaVersion)| {
        if subject.version() < *since {
            return None;
        }
        let (base_ms, base) = subject.integer(base_key)?;
        let (max_ms, max) = subject.integer(max_key)?;
        // An unset reconnect maximum follows the first wait.
        let follows = *base_key == "reconnect.backoff.ms" && !max.is_set();
        if base_ms <= max_ms || follows {
            return None;
        }
        let message = format!(
            "`{base_key}` {base_ms} exceeds `{max_key}` {max_ms}, which is waited every time"
        );
        Some(
            subject
                .about(rule, &[&base, &max], message)
                .why("The wait starts at its maximum and can't grow.")
                .suggests(
                    subject,
                    max_key,
                    &base_ms
                        .saturating_mul(2)
                        .min(i64::from(i32::MAX))
                        .to_string(),
                ),
        )
    };
    BACKOFFS.iter().filter_map(one).collect()
}

rule!(
    backoff_zero, "KC-N755", "retry-backoff-zero", Warn, "ConsumerConfig.java (retry.backoff.ms, reconnect.backoff.ms)", backoff_zero_check,
    what: "A backoff is 0.",
    why: "Against a broker that fails at once the client repeats its request as fast as it can, when the broker can \
          bear it least.",
    false_alarm: "Tests.",
    fix: "Use the defaults: 100 ms for requests, 50 ms for connections.",
);

fn backoff_zero_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    [("retry.backoff.ms", "100"), ("reconnect.backoff.ms", "50")]
        .into_iter()
        .filter_map(|(key, default)| {
            let (ms, value) = subject.integer(key)?;
            (ms == 0).then(|| {
                subject
                    .about(rule, &[&value], format!("`{key}` is 0: failures are repeated without a pause"))
                    .why("A broker in trouble gets the same request again at once, from every consumer.")
                    .suggests(subject, key, default)
            })
        })
        .collect()
}

rule!(
    idle_long, "KC-N756", "idle-beyond-broker", Info, "ConsumerConfig.java; connections.max.idle.ms of brokers is 600000", idle_long_check,
    what: "`connections.max.idle.ms` is longer than the broker's.",
    why: "The broker closes idle connections first, after 10 minutes unless it was changed. A request may then meet a \
          connection that is just going.",
    false_alarm: "The brokers' `connections.max.idle.ms` was raised too.",
    fix: "Use 540000 (the default), which is shorter than the broker's.",
);

fn idle_long_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (idle_ms, idle) = subject.integer("connections.max.idle.ms")?;
    (idle_ms > 600_000).then(|| {
        subject
            .about(rule, &[&idle], format!("the broker closes idle connections before these {idle_ms} ms are over"))
            .confidence(Confidence::Likely)
            .why("Brokers close after 600000 ms by default, so the client never gets to close first.")
            .suggests(subject, "connections.max.idle.ms", "540000")
    })
}

rule!(
    metadata_old, "KC-N757", "metadata-age-long", Info, "ConsumerConfig.java (metadata.max.age.ms)", metadata_old_check,
    what: "`metadata.max.age.ms` is longer than ten minutes.",
    why: "New partitions and, with a pattern, new topics are noticed when the metadata is read again. What is written \
          there before is skipped with `auto.offset.reset=latest`.",
    false_alarm: "Topics never grow.",
    fix: "Use 300000 (the default).",
);

fn metadata_old_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (age_ms, age) = subject.integer("metadata.max.age.ms")?;
    (age_ms > 600_000).then(|| {
        subject
            .about(
                rule,
                &[&age],
                format!("new partitions may be noticed only after {age_ms} ms"),
            )
            .why("Until then nobody reads them; with `latest` their first records are never read.")
            .suggests(subject, "metadata.max.age.ms", "300000")
    })
}

rule!(
    scheme, "KC-N758", "bootstrap-scheme-prefix", Info, "Utils.getHost (run: accepted)", scheme_check,
    what: "An address in `bootstrap.servers` begins with a scheme such as `SSL://`.",
    why: "The client drops it. Encryption and login follow from `security.protocol` alone.",
    false_alarm: "None; it is only without effect.",
    fix: "Write host and port, and set `security.protocol`.",
);

fn scheme_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let servers = servers(subject)?;
    let (scheme, _) = servers.iter().find_map(|server| server.split_once("://"))?;
    let value = subject.value(BOOTSTRAP)?;
    let protocol = subject.value("security.protocol")?;
    let entry = value.entry()?;
    let bare: Vec<&str> = servers
        .iter()
        .map(|server| {
            server
                .split_once("://")
                .map_or(server.as_str(), |(_, rest)| rest)
        })
        .collect();
    let message = format!(
        "`{scheme}://` has no effect: the client uses `security.protocol`, which is {}",
        protocol.display()
    );
    let finding = subject
        .about(rule, &[&value, &protocol], message)
        .why("The scheme is dropped when the address is read.");
    let plain = bare.iter().all(|server| {
        server
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b'\\')
    });
    Some(if plain {
        let edit = crate::lint::subject::set_entry(entry, &bare.join(","));
        finding.unsafe_fix("Drop the scheme", vec![edit])
    } else {
        finding
    })
}
