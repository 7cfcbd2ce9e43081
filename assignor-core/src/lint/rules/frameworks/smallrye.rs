//! `SmallRye` Reactive Messaging and Quarkus, a row each.

use crate::config::Family;
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, set_entry};

rule!(
    auto_commit, "KC-W1110", "smallrye-auto-commit", Warn, "SmallRye Reactive Messaging, KafkaIgnoreCommit", auto_commit_check,
    what: "An incoming channel commits by itself.",
    why: "The commit strategy then is `ignore`: the acknowledgement of a message commits nothing, and the client commits \
          what it polled, processed or not.",
    false_alarm: "Losing messages is acceptable.",
    fix: "Delete it: the strategy `throttled` commits what was acknowledged.",
);

fn auto_commit_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (on, value) = subject.flag("enable.auto.commit")?;
    let entry = value.entry()?;
    (on && subject.family() == Family::SmallRye).then(|| {
        subject
            .at(
                rule,
                entry,
                "acknowledging a message commits nothing any more",
                "The commit strategy becomes `ignore`, so nothing promises at least once.",
            )
            .unsafe_fix(
                "Switch automatic commits off",
                vec![set_entry(entry, "false")],
            )
    })
}

rule!(
    unprocessed_age, "KC-W1111", "smallrye-throttled-age-vs-poll", Info, "SmallRye Reactive Messaging, KafkaThrottledLatestProcessedCommit", unprocessed_age_check,
    what: "The throttled strategy gives a record less time than one takes, or watches none at all.",
    why: "A record that is older than `throttled.unprocessed-record-max-age.ms` makes the channel unhealthy and stops \
          it. Zero switches the watch off, and then a record that is never acknowledged holds back all commits behind it.",
    false_alarm: "Another commit strategy is used.",
    fix: "Allow twice the time of the slowest record.",
);

fn unprocessed_age_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    const DEFAULT_MS: f64 = 60_000.0;
    if subject.family() != Family::SmallRye {
        return None;
    }
    let entry = subject.entry("throttled.unprocessed-record-max-age.ms");
    let age_ms = match entry {
        Some(entry) => entry.value.text.trim().parse::<f64>().ok()?,
        None => DEFAULT_MS,
    };
    let slow = subject.facts.per_record_ms.filter(|ms| *ms > age_ms);
    let span = entry.map_or(
        crate::config::Span::at(subject.config.start()),
        crate::lint::subject::place,
    );
    let (message, why) = if age_ms == 0.0 {
        (
            "nothing watches for records that are never acknowledged".to_owned(),
            "Such a record holds back all later commits, and memory grows.",
        )
    } else {
        (
            format!("a record takes {} ms, the channel gives it {age_ms}", slow?),
            "The channel is reported unhealthy and stops.",
        )
    };
    Some(subject.finding(rule, span, message).why(why))
}
