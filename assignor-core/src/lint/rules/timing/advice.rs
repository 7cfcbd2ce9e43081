//! Times that are accepted but rarely meant, a row each.

use std::ops::RangeInclusive;

use super::liveness;
use super::poll_budget_exceeded::{budget, ms};
use crate::config::{Effective, Family};
use crate::lint::finding::{Confidence, Finding};
use crate::lint::rules::Rule;
use crate::lint::rules::offsets::commits_by_itself;
use crate::lint::subject::Subject;

const INTERVAL: &str = "max.poll.interval.ms";
const SESSION: &str = "session.timeout.ms";
const COMMIT_INTERVAL: &str = "auto.commit.interval.ms";
const REQUEST: &str = "request.timeout.ms";

/// Values of one property that a rule speaks about.
struct Limit {
    speaks: RangeInclusive<i64>,
    /// The message, with `{}` for the value.
    says: &'static str,
    why: &'static str,
    /// The value to suggest.
    better: Option<&'static str>,
}

/// The finding about a property whose value lies in a range.
fn outside(
    subject: &Subject<'_>,
    rule: &Rule,
    read: Option<(i64, Effective<'_>)>,
    limit: &Limit,
) -> Option<Finding> {
    let (ms, value) = read?;
    if !limit.speaks.contains(&ms) {
        return None;
    }
    let message = limit.says.replace("{}", &ms.to_string());
    let finding = subject.about(rule, &[&value], message).why(limit.why);
    Some(match limit.better {
        Some(better) => finding.suggests(subject, value.property.name, better),
        None => finding,
    })
}

/// The session timeout, where the client counts it.
fn session<'a>(subject: &Subject<'a>) -> Option<(i64, Effective<'a>)> {
    liveness(subject).map(|times| (times.session_ms, times.session))
}

/// The heartbeat interval, where the client counts it.
fn heartbeat<'a>(subject: &Subject<'a>) -> Option<(i64, Effective<'a>)> {
    liveness(subject).map(|times| (times.heartbeat_ms, times.heartbeat))
}

/// How often positions are committed, if the client commits by itself.
fn commit_interval<'a>(subject: &Subject<'a>) -> Option<(i64, Effective<'a>)> {
    let (on, _) = commits_by_itself(subject)?;
    on.then(|| subject.integer(COMMIT_INTERVAL)).flatten()
}

rule!(
    heartbeat_fast, "KC-T303", "heartbeat-too-fast", Info, "Heartbeat.java",
    |subject, rule| outside(subject, rule, heartbeat(subject), &Limit {
        speaks: 0..=499,
        says: "a heartbeat every {} ms loads the coordinator and finds nothing sooner",
        why: "A dead member is noticed by its session, not by its heartbeat interval.",
        better: None,
    }),
    what: "`heartbeat.interval.ms` is below 500.",
    why: "The coordinator answers every heartbeat of every member. More of them find nothing sooner: the session \
          decides when a member is dead.",
    false_alarm: "Tests that want quick rebalances.",
    fix: "Use 1000 to 3000.",
);

rule!(
    budget_tight, "KC-T306", "poll-budget-tight", Warn, "AbstractCoordinator.java (poll timer)", budget_tight_check,
    what: "A batch of `max.poll.records` takes more than half of `max.poll.interval.ms`.",
    why: "One garbage collection, one retry or one slow answer from elsewhere makes the batch late, and the member \
          leaves the group in the middle of it.",
    false_alarm: "The time per record is already the worst one.",
    fix: "Hand out fewer records per poll, so that a full batch takes at most half of the interval.",
);

#[expect(clippy::cast_precision_loss, reason = "32-bit settings")]
fn budget_tight_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let per_record_ms = subject.facts.per_record_ms?;
    let budget = budget(subject)?;
    let (batch_ms, interval_ms) = (budget.batch_ms(per_record_ms), budget.interval_ms as f64);
    if batch_ms >= interval_ms || 2.0 * batch_ms < interval_ms {
        return None;
    }
    let message = format!(
        "a full batch takes {} ms of the {} that `{INTERVAL}` allows: more than half",
        ms(batch_ms),
        budget.interval_ms
    );
    let finding = subject
        .about(rule, &[&budget.max_records, &budget.interval], message)
        .why("There is no room for a pause, a retry or a slow answer.")
        .rests_on_fact("perRecordMs", ms(per_record_ms));
    let fewer = budget.comfortable_records(per_record_ms) - 1;
    Some(if (1..budget.records).contains(&fewer) {
        finding.suggests(subject, "max.poll.records", &fewer.to_string())
    } else {
        finding
    })
}

rule!(
    interval_long, "KC-T307", "max-poll-interval-very-long", Info, "GroupRebalanceConfig.java (rebalance timeout)",
    |subject, rule| outside(subject, rule, subject.integer(INTERVAL), &Limit {
        speaks: 1_800_001..=i64::MAX,
        says: "a consumer that hangs is noticed only after {} ms",
        why: "A classic rebalance waits for it for as long.",
        better: None,
    }),
    what: "`max.poll.interval.ms` is longer than half an hour.",
    why: "In the classic protocol it is also the time that a rebalance waits for this member. One consumer that hangs \
          can hold the group up for that long, and a loop that never ends stays unnoticed.",
    false_alarm: "Single records that really take that long.",
    fix: "Make batches smaller, or call `poll` with the partitions paused while the work goes on.",
);

rule!(
    interval_short, "KC-T308", "max-poll-interval-short", Warn, "AbstractCoordinator.java (poll timer)",
    |subject, rule| outside(subject, rule, subject.integer(INTERVAL), &Limit {
        speaks: 1..=9_999,
        says: "a pause of {} ms between two polls throws the member out",
        why: "A slow commit or a garbage collection is enough.",
        better: Some("300000"),
    }),
    what: "`max.poll.interval.ms` is below ten seconds.",
    why: "One slow commit, one long garbage collection or one retry between two polls throws the member out.",
    false_alarm: "Records that take milliseconds, and somebody who wants stuck members out that fast.",
    fix: "Use at least a minute; the default is five.",
);

rule!(
    session_short, "KC-T309", "session-very-short", Warn, "KIP-735",
    |subject, rule| outside(subject, rule, session(subject), &Limit {
        speaks: 1..=9_999,
        says: "a pause of {} ms counts as a death",
        why: "Garbage collections and moves of the coordinator can take that long.",
        better: Some("45000"),
    }),
    what: "`session.timeout.ms` is below ten seconds.",
    why: "A long garbage collection, a full network queue or a coordinator that moves looks like a death then, and the \
          group rebalances for nothing. KIP-735 raised the default from 10 to 45 seconds for that.",
    false_alarm: "A quick failover is worth rebalances now and then.",
    fix: "Use 45000.",
);

rule!(
    session_long, "KC-T310", "session-very-long-dynamic", Info, "AbstractCoordinator.java; KIP-345", session_long_check,
    what: "`session.timeout.ms` is longer than a minute, and the member is dynamic.",
    why: "A consumer that crashed keeps its partitions for the whole session, and nobody reads them. A restart gains \
          nothing from the long session: a dynamic member comes back as a new one.",
    false_alarm: "Pauses of the process or the network that last that long.",
    fix: "Use 45000, or give the member a `group.instance.id` if the restarts were the reason.",
);

fn session_long_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let times = liveness(subject)?;
    let id = subject.value("group.instance.id")?;
    let ms = times.session_ms;
    if ms <= 60_000 || id.is_set_non_blank() {
        return None;
    }
    Some(
        subject
            .about(rule, &[&times.session], format!("after a crash nobody reads its partitions for up to {ms} ms"))
            .why("A dynamic member that restarts is a new member, so the long session protects nothing."),
    )
}

rule!(
    request_below_wait, "KC-T311", "request-timeout-below-fetch-wait", Warn, "KafkaConsumer.java before 2.0 (refused); run: accepted since", request_below_wait_check,
    what: "`fetch.max.wait.ms` is not shorter than `request.timeout.ms`.",
    why: "On a quiet topic the client gives the fetch up before the broker has to answer. It disconnects and asks \
          again, over and over. Java clients before 2.0 and kafka-python refuse the pair.",
    false_alarm: "Topics that always have something to read.",
    fix: "Let the broker wait for at most half of the request timeout.",
);

fn request_below_wait_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (wait_ms, wait) = subject.integer("fetch.max.wait.ms")?;
    let (request_ms, request) = subject.integer(REQUEST)?;
    if wait_ms < request_ms || request_ms < 0 {
        return None;
    }
    let message = format!(
        "the client gives a fetch up after {request_ms} ms, the broker may take {wait_ms} to answer it"
    );
    let finding = subject
        .about(rule, &[&wait, &request], message)
        .why("On quiet topics every fetch ends in a disconnect.");
    let half = (request_ms / 2).min(500);
    Some(if half > 0 {
        finding.suggests(subject, "fetch.max.wait.ms", &half.to_string())
    } else {
        finding
    })
}

rule!(
    api_below_request, "KC-T312", "default-api-timeout-below-request-timeout", Warn, "KIP-266; run: accepted", api_below_request_check,
    what: "`default.api.timeout.ms` is shorter than `request.timeout.ms`.",
    why: "Calls that block, such as `commitSync` and `position`, give up before one request may. A broker that is slow \
          but healthy makes them throw TimeoutException.",
    false_alarm: "The application prefers its own retries.",
    fix: "Allow a call at least twice the time of a request.",
);

fn api_below_request_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (api_ms, api) = subject.integer("default.api.timeout.ms")?;
    let (request_ms, request) = subject.integer(REQUEST)?;
    if api_ms >= request_ms || !api.property.known_to(subject.version()) {
        return None;
    }
    let message = format!(
        "blocking calls give up after {api_ms} ms, before one request of {request_ms} ms may end"
    );
    let roomy = request_ms
        .saturating_mul(2)
        .clamp(60_000, i64::from(i32::MAX));
    Some(
        subject
            .about(rule, &[&api, &request], message)
            .why("`commitSync` and `position` throw TimeoutException although the broker would have answered.")
            .suggests(subject, "default.api.timeout.ms", &roomy.to_string()),
    )
}

rule!(
    request_long, "KC-T313", "request-timeout-very-long", Info, "KIP-266; AbstractCoordinator (JOIN_GROUP_TIMEOUT_LAPSE)", request_long_check,
    what: "`request.timeout.ms` is longer than two minutes.",
    why: "Before client 2.0 it had to be longer than the session and the poll interval, because a JoinGroup waits that \
          long. Since then JoinGroup has a time of its own, and a long one here only makes dead brokers look alive.",
    false_alarm: "Networks that are that slow.",
    fix: "Delete it: the default is 30000.",
);

fn request_long_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (request_ms, request) = subject.integer(REQUEST)?;
    if request_ms <= 120_000 || subject.version() < crate::config::KafkaVersion::new(2, 0, 0) {
        return None;
    }
    let entry = request.entry()?;
    Some(
        subject
            .about(
                rule,
                &[&request],
                format!("a broker that died is noticed only after {request_ms} ms"),
            )
            .why("The value is a habit from clients before 2.0.")
            .unsafe_fix(format!("Delete `{REQUEST}`"), vec![subject.delete(entry)]),
    )
}

rule!(
    commits_late, "KC-T314", "auto-commit-interval-long", Warn, "ConsumerConfig.java (auto.commit.interval.ms)",
    |subject, rule| outside(subject, rule, commit_interval(subject), &Limit {
        speaks: 60_001..=i64::MAX,
        says: "a crash repeats up to {} ms of work",
        why: "Records since the last commit are read again by the next owner.",
        better: Some("5000"),
    }),
    what: "Automatic commits are more than a minute apart.",
    why: "Everything that was read since the last commit is read again after a crash.",
    false_alarm: "Repeats cost nothing, and commits were too many.",
    fix: "Use 5000 (the default).",
);

rule!(
    commits_after_session, "KC-T315", "auto-commit-interval-beyond-poll-or-session", Info, "ConsumerCoordinator.maybeAutoCommitOffsetsAsync", commits_after_session_check,
    what: "Automatic commits are at least as far apart as the session or the poll interval.",
    why: "A member can join, work, be thrown out and have its work repeated before it commits for the first time. \
          (Before a rebalance it commits too, but not when it is thrown out.)",
    false_alarm: "None known.",
    fix: "Commit at least three times within a session.",
);

fn commits_after_session_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (ms, value) = commit_interval(subject)?;
    let (interval_ms, interval) = subject.integer(INTERVAL)?;
    let (limit_ms, limit) = match session(subject) {
        Some((session_ms, session)) if session_ms <= interval_ms => (session_ms, session),
        _ => (interval_ms, interval),
    };
    if ms < limit_ms || limit_ms < 1 {
        return None;
    }
    let message = format!(
        "the first automatic commit comes after {ms} ms, `{}` ends after {limit_ms}",
        limit.property.name
    );
    let finding = subject
        .about(rule, &[&value, &limit], message)
        .why("A member that is thrown out before has committed nothing.");
    let third = limit_ms / 3;
    Some(if third > 0 {
        finding.suggests(subject, COMMIT_INTERVAL, &third.min(5_000).to_string())
    } else {
        finding
    })
}

rule!(
    commits_often, "KC-T316", "auto-commit-interval-tiny", Info, "ConsumerConfig.java (auto.commit.interval.ms)",
    |subject, rule| outside(subject, rule, commit_interval(subject), &Limit {
        speaks: 0..=99,
        says: "a commit every {} ms: nearly every poll writes one",
        why: "Each commit is a write to a replicated log on the coordinator.",
        better: Some("5000"),
    }),
    what: "Automatic commits are less than 100 ms apart.",
    why: "Almost every poll commits. The coordinator writes each commit to a replicated log.",
    false_alarm: "Tests.",
    fix: "Use 1000 to 5000.",
);

rule!(
    commits_unused, "KC-T317", "auto-commit-interval-unused", Info, "ConsumerCoordinator.java", commits_unused_check,
    what: "`auto.commit.interval.ms` is set, and automatic commits are off.",
    why: "Nothing reads it.",
    false_alarm: "SmallRye's throttled commits do read it.",
    fix: "Delete it, or switch automatic commits on.",
);

fn commits_unused_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (on, auto) = commits_by_itself(subject)?;
    let value = subject.value(COMMIT_INTERVAL)?;
    let entry = value.entry()?;
    let reads_it = matches!(
        subject.family(),
        Family::Java | Family::SpringBoot | Family::SmallRye
    );
    if on || !reads_it {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&value, &auto],
                format!("`{COMMIT_INTERVAL}` has no effect: automatic commits are off"),
            )
            .why("It is read only while the client commits by itself.")
            .unsafe_fix(
                format!("Delete `{COMMIT_INTERVAL}`"),
                vec![subject.delete(entry)],
            ),
    )
}

/// Properties in milliseconds, with the least that somebody may have meant.
const LEAST_MEANT: [(&str, i64); 8] = [
    (SESSION, 1_000),
    ("heartbeat.interval.ms", 50),
    (INTERVAL, 1_000),
    (REQUEST, 100),
    ("default.api.timeout.ms", 500),
    (COMMIT_INTERVAL, 61),
    ("metadata.max.age.ms", 1_000),
    ("connections.max.idle.ms", 1_000),
];

rule!(
    unit, "KC-T318", "wrong-unit-suspect", Warn, "ConsumerConfig.java (units); group.min.session.timeout.ms", unit_check,
    what: "A time in milliseconds is so short that it looks like seconds.",
    why: "`session.timeout.ms=30` is 30 milliseconds. Kafka knows no units in values.",
    false_alarm: "Tests.",
    fix: "Multiply by 1000, if seconds were meant.",
);

fn unit_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let one = |(name, least): &(&str, i64)| {
        let (ms, value) = subject.integer(name)?;
        if !value.is_set() || !(1..*least).contains(&ms) {
            return None;
        }
        Some(
            subject
                .about(
                    rule,
                    &[&value],
                    format!("`{name}` is {ms} milliseconds; were seconds meant?"),
                )
                .confidence(Confidence::Likely)
                .why("The value is used as it stands, in milliseconds.")
                .suggests(subject, name, &(ms * 1_000).to_string()),
        )
    };
    LEAST_MEANT.iter().filter_map(one).collect()
}

rule!(
    wait_long, "KC-T319", "fetch-wait-long", Info, "ConsumerConfig.java (fetch.max.wait.ms)", wait_long_check,
    what: "The broker may wait more than five seconds to gather `fetch.min.bytes`.",
    why: "On a topic with little traffic every record arrives up to that much later.",
    false_alarm: "Large fetches matter more than delay.",
    fix: "Use 500 (the default).",
);

fn wait_long_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (wait_ms, wait) = subject.integer("fetch.max.wait.ms")?;
    let (least, min) = subject.integer("fetch.min.bytes")?;
    if wait_ms <= 5_000 || least <= 1 {
        return None;
    }
    Some(
        subject
            .about(
                rule,
                &[&wait, &min],
                format!("a quiet topic's records may arrive {wait_ms} ms late"),
            )
            .why("The broker holds the answer until there are enough bytes or the wait is over.")
            .suggests(subject, "fetch.max.wait.ms", "500"),
    )
}
