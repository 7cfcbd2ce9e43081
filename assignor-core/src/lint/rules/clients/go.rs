//! sarama and franz-go, a row each.

use super::{assignors, is_mixed};
use crate::config::{Effective, Entry, Family};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

fn native<'a>(subject: &Subject<'a>, family: Family, key: &str) -> Option<&'a Entry> {
    let mut entries = subject.config.entries().iter().rev();
    let own = subject.family() == family;
    entries.find(|entry| own && entry.key.text == key)
}

rule!(
    errors, "KC-L1221", "sarama-return-errors", Info, "sarama config.go", errors_check,
    what: "Errors are to be returned and nobody reads them, or the strategy is set through the deprecated field.",
    why: "A channel of errors that nobody reads fills up and stops the consumer. `Rebalance.Strategy` is replaced by \
          `GroupStrategies`.",
    false_alarm: "The errors are read in another file.",
    fix: "Read `Errors()` in a goroutine; set `Consumer.Group.Rebalance.GroupStrategies`.",
);

fn errors_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let returned = native(subject, Family::Sarama, "Consumer.Return.Errors")
        .filter(|entry| entry.value.text == "true" && subject.call(&["Errors"]).is_none());
    let strategy = native(subject, Family::Sarama, "Consumer.Group.Rebalance.Strategy");
    let read = returned.map(|entry| {
        subject
            .finding(
                rule,
                entry.key.span,
                "errors are returned and nothing here reads them".to_owned(),
            )
            .why("Their channel fills up, and the consumer stops.")
    });
    let old = strategy.map(|entry| {
        subject
            .finding(
                rule,
                entry.key.span,
                "`Rebalance.Strategy` is deprecated; `GroupStrategies` replaces it".to_owned(),
            )
            .why("sarama logs a warning.")
    });
    read.into_iter().chain(old).collect()
}

rule!(
    session, "KC-L1222", "sarama-old-session-default", Info, "sarama config.go; KIP-735", |subject, rule| {
        let session = subject.value("session.timeout.ms").filter(|value| !value.is_set() && subject.family() == Family::Sarama);
        session.map(|value| subject.about(rule, &[&value], "sarama's session is 10 seconds unless it is set").why("Java's client has had 45 since 3.0 (KIP-735)."))
    },
    what: "`Consumer.Group.Session.Timeout` is left at sarama's default.",
    why: "The client has kept the 10 seconds that Java's client gave up with KIP-735, because pauses and moves of the \
          coordinator take that long.",
    false_alarm: "A quick failover is worth a rebalance now and then.",
    fix: "Set it to `45 * time.Second`.",
);

/// A version as its numbers.
fn numbers(text: &str) -> Option<Vec<u16>> {
    text.split('.').map(|part| part.parse().ok()).collect()
}

rule!(
    version, "KC-L1223", "sarama-version", Error, "sarama config.go (Validate)", version_check,
    what: "`Version` is older than what the settings need.",
    why: "Static ids came with 2.3 and committed reads with 0.11. sarama refuses them with an older `Version`, and \
          without one it takes 2.1.",
    false_alarm: "The version is set elsewhere.",
    fix: "Set `Version` to that of the brokers.",
);

fn version_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let given = native(subject, Family::Sarama, "Version");
    let version = match given {
        Some(entry) => numbers(&entry.value.text),
        None => Some(vec![2, 1, 0, 0]),
    };
    let Some(version) = version.filter(|_| subject.family() == Family::Sarama) else {
        return Vec::new();
    };
    let needs = |property: &str, word: Option<&str>, least: &[u16], what: &str| {
        let value = subject
            .value(property)
            .filter(Effective::is_set_non_blank)?;
        let entry = value.entry()?;
        let said = word.is_none_or(|word| entry.value.text == word);
        (said && version.as_slice() < least).then(|| {
            let text = version
                .iter()
                .map(u16::to_string)
                .collect::<Vec<_>>()
                .join(".");
            subject.at(
                rule,
                given.unwrap_or(entry),
                format!("{what} needs a newer `Version` than {text}"),
                "sarama refuses the configuration.",
            )
        })
    };
    let id = needs("group.instance.id", None, &[2, 3], "a static id");
    let reads = needs(
        "isolation.level",
        Some("read_committed"),
        &[0, 11],
        "reading committed records",
    );
    id.into_iter().chain(reads).collect()
}

rule!(
    mixed, "KC-L1231", "franz-mixed-balancers", Info, "franz-go config.go (Balancers)", |subject, rule| {
        let mixed = assignors(subject).filter(|(names, _)| subject.family() == Family::FranzGo && is_mixed(names));
        mixed.map(|(_, value)| subject.about(rule, &[&value], "the group is cooperative only while every member supports it").why("One eager member makes all members revoke everything."))
    },
    what: "Cooperative and eager balancers are listed together.",
    why: "The group is cooperative only as long as every member supports it. One member that doesn't makes the whole \
          group eager, and the client then revokes everything.",
    false_alarm: "A migration that is under way.",
    fix: "Keep one kind.",
);

rule!(
    start, "KC-L1232", "franz-start-offset", Info, "franz-go config.go (ConsumeResetOffset)", |subject, rule| {
        let reset = subject.value("auto.offset.reset").filter(|value| !value.is_set() && subject.family() == Family::FranzGo);
        reset.map(|value| subject.about(rule, &[&value], "franz-go starts at the beginning of the log").why("Java's client starts at the end."))
    },
    what: "Where reading starts is left to franz-go.",
    why: "Without a committed offset franz-go starts at the beginning of the log, other clients at its end.",
    false_alarm: "The beginning is wanted.",
    fix: "Say it: `kgo.ConsumeResetOffset(kgo.NewOffset().AtEnd())`.",
);
