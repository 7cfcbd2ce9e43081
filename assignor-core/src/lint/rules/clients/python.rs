//! kafka-python, a row each.

use crate::config::{Family, KafkaVersion};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

const NEW: KafkaVersion = KafkaVersion::new(3, 0, 0);

rule!(
    timeouts, "KC-L1241", "kafka-python-timeouts", Error, "kafka-python consumer/group.py", timeouts_check,
    what: "The timeouts aren't in the order that kafka-python wants.",
    why: "It wants `fetch_max_wait_ms` below `request_timeout_ms` below `connections_max_idle_ms`, and before 3.0 the \
          session of a group below the request timeout. Otherwise it throws KafkaConfigurationError.",
    false_alarm: "None.",
    fix: "Put them in order.",
);

fn timeouts_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    if subject.family() != Family::KafkaPython {
        return None;
    }
    let version = subject.config.client().version;
    let in_group = subject.config.winner("group.id").is_some();
    let old = version.is_some_and(|version| version < NEW) && in_group;
    let newest = version.is_none_or(|version| version > KafkaVersion::new(3, 0, 11));
    let pairs = [
        ("fetch.max.wait.ms", "request.timeout.ms", true, true),
        ("request.timeout.ms", "connections.max.idle.ms", true, true),
        ("session.timeout.ms", "request.timeout.ms", old, true),
        (
            "request.timeout.ms",
            "default.api.timeout.ms",
            newest,
            false,
        ),
    ];
    let one = |(low, high, applies, strictly): (&str, &str, bool, bool)| {
        let (low_ms, small) = subject.integer(low)?;
        let (high_ms, large) = subject.integer(high)?;
        let set = small.is_set() || large.is_set();
        let wrong = low_ms > high_ms || strictly && low_ms == high_ms;
        (applies && set && wrong).then(|| {
            let underscored = |name: &str| name.replace('.', "_");
            subject
                .about(
                    rule,
                    &[&small, &large],
                    format!(
                        "`{}` is {low_ms}, which isn't below the {high_ms} of `{}`",
                        underscored(low),
                        underscored(high)
                    ),
                )
                .why("kafka-python throws KafkaConfigurationError.")
        })
    };
    pairs.into_iter().find_map(one)
}

rule!(
    defaults, "KC-L1242", "kafka-python-version-defaults", Info, "kafka-python coordinator/base.py at its releases", |subject, rule| {
        let session = subject.value("session.timeout.ms").filter(|value| !value.is_set() && subject.family() == Family::KafkaPython);
        session.map(|value| subject.about(rule, &[&value], "the session depends on the release of kafka-python").why("It is 10 seconds before 3.0, 45 from 3.0 on, and 30 against older brokers."))
    },
    what: "`session_timeout_ms` is left to kafka-python.",
    why: "Its default changed with 3.0 from 10 to 45 seconds, and is 30 against brokers before 3.0.",
    false_alarm: "The release is pinned.",
    fix: "Say it: `session_timeout_ms=45000`.",
);
