//! Alerts about consumers, as Prometheus' rules or bare expressions; a row each.

use crate::config::{Config, Family, Format, Span};
use crate::lint::finding::{Confidence, Finding};
use crate::lint::rules::Rule;
use crate::lint::subject::Subject;

/// An expression, with what stands beside it.
struct Expression<'a> {
    text: &'a str,
    span: Span,
    /// The rule's other texts, or nothing.
    beside: &'a str,
}

/// The expressions of a text: values of `expr`, or lines that call a function of `PromQL` or name a
/// metric and compare it.
fn expressions(config: &Config) -> Vec<Expression<'_>> {
    let text = config.text();
    if config.format() == Format::Yaml {
        let is = |key: &str| key.rsplit('.').next() == Some("expr");
        let all: Vec<Span> = config
            .entries()
            .iter()
            .filter(|entry| is(&entry.key.text))
            .map(|entry| entry.value.span)
            .collect();
        let one = |(index, span): (usize, &Span)| {
            let next = all.get(index + 1).map_or(text.len(), |next| next.start);
            let before = index
                .checked_sub(1)
                .and_then(|index| all.get(index))
                .map_or(0, |last| last.end);
            // The name stands before the expression and its annotations behind it.
            let own = text
                .get(before..span.start)
                .and_then(|own| own.rfind("- alert"))
                .map_or(span.end, |at| before + at);
            let until = text
                .get(span.end..next)
                .and_then(|rest| rest.find("- alert"))
                .map_or(next, |at| span.end + at);
            Expression {
                text: span.text(text),
                span: *span,
                beside: text.get(own..until).unwrap_or_default(),
            }
        };
        return all.iter().enumerate().map(one).collect();
    }
    if config.format() != Format::Properties || config.client().family != Family::Java {
        return Vec::new();
    }
    let mut start = 0;
    let mut found = Vec::new();
    for line in text.split_inclusive('\n') {
        let span = Span::new(start, start + line.trim_end().len());
        start += line.len();
        if line.contains('=') || line.starts_with(['#', '!']) {
            continue;
        }
        let bare = span.text(text);
        let functions = ["rate(", "increase(", "irate(", "sum(", "max(", "avg("];
        let metric = || {
            bare.starts_with("kafka") || bare.contains("rebalance-") || bare.contains("rebalance_")
        };
        if functions.iter().any(|name| bare.contains(name)) || metric() {
            found.push(Expression {
                text: bare,
                span,
                beside: "",
            });
        }
    }
    found
}

/// The number that an expression is compared with, behind `>`.
fn threshold(text: &str) -> Option<f64> {
    let after = text.rsplit_once('>')?.1.trim_start_matches(['=', ' ']);
    after.split_whitespace().next()?.parse().ok()
}

/// The number of times per hour that a text speaks of.
fn per_hour(beside: &str) -> Option<f64> {
    let lower = beside.to_lowercase();
    let marks = ["per hour", "/hour", "an hour", "/h ", "hourly", "per h"];
    let at = marks.iter().filter_map(|mark| lower.find(mark)).min()?;
    let mut words = lower
        .get(..at)?
        .split(|char: char| !(char.is_ascii_digit() || char == '.'));
    words
        .rfind(|word| word.parse::<f64>().is_ok())?
        .parse()
        .ok()
}

rule!(
    rate_unit, "KC-J1401", "alert-rate-unit", Warn, "Prometheus, functions (rate)", rate_unit_check,
    what: "The threshold of a `rate` of rebalances isn't what the alert says.",
    why: "`rate` counts per second. A threshold of 0.1 means 360 rebalances an hour, not 6.",
    false_alarm: "So many rebalances are meant.",
    fix: "Use `increase(METRIC[1h])` and compare with the number per hour.",
);

fn rate_unit_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    /// Rebalances an hour that nobody waits for.
    const MANY: f64 = 60.0;
    let one = |expression: Expression<'_>| {
        let text = expression.text;
        let of_rebalances =
            text.contains("rate(") && text.contains("rebalance") && !text.contains("3600");
        let hourly = threshold(text).filter(|_| of_rebalances)? * 3_600.0;
        let said = per_hour(expression.beside);
        let wrong = match said {
            Some(said) => (said - hourly).abs() > said.max(hourly) * 0.05,
            None => hourly >= MANY,
        };
        let confidence = if said.is_some() {
            Confidence::Certain
        } else {
            Confidence::Possible
        };
        wrong.then(|| {
            subject
                .finding(
                    rule,
                    expression.span,
                    format!(
                        "this speaks from {} rebalances an hour on",
                        (hourly * 100.0).round() / 100.0
                    ),
                )
                .confidence(confidence)
                .why("`rate` counts per second. `increase(…[1h])` counts per hour.")
        })
    };
    expressions(subject.config)
        .into_iter()
        .filter_map(one)
        .collect()
}

/// What Kafka's consumer measures about its group, without the prefix that an exporter gives it.
const METRICS: [&str; 33] = [
    "rebalance-total",
    "rebalance-rate-per-hour",
    "rebalance-latency-avg",
    "rebalance-latency-max",
    "rebalance-latency-total",
    "failed-rebalance-total",
    "failed-rebalance-rate-per-hour",
    "last-rebalance-seconds-ago",
    "assigned-partitions",
    "heartbeat-rate",
    "heartbeat-total",
    "heartbeat-response-time-max",
    "last-heartbeat-seconds-ago",
    "commit-latency-avg",
    "commit-latency-max",
    "commit-rate",
    "commit-total",
    "join-rate",
    "join-total",
    "join-time-avg",
    "join-time-max",
    "sync-rate",
    "sync-total",
    "sync-time-avg",
    "sync-time-max",
    "records-lag-max",
    "partition-assigned-latency-avg",
    "partition-assigned-latency-max",
    "partition-revoked-latency-avg",
    "partition-revoked-latency-max",
    "partition-lost-latency-avg",
    "partition-lost-latency-max",
    "records-lag",
];

rule!(
    unknown_metric, "KC-J1402", "unknown-metric-name", Info, "AbstractCoordinator.java, ConsumerCoordinator.java (sensors)", unknown_metric_check,
    what: "Kafka's consumer has no metric of that name.",
    why: "An alert on a metric that doesn't exist never speaks.",
    false_alarm: "An exporter or the application makes it.",
    fix: "Use a name of `consumer-coordinator-metrics`, such as `rebalance-rate-per-hour`.",
);

/// The metric that a name, in small letters with `-`, comes nearest to: one that begins with it, but for
/// what exporters put in front, else the one with the fewest edits.
fn nearest_metric(folded: &str) -> &'static str {
    const IN_FRONT: [&str; 7] = [
        "kafka-",
        "consumer-",
        "fetch-",
        "manager-",
        "coordinator-",
        "metrics-",
        "client-",
    ];
    let mut bare = folded;
    while let Some(rest) = IN_FRONT.iter().find_map(|prefix| bare.strip_prefix(prefix)) {
        bare = rest;
    }
    let begun = METRICS
        .iter()
        .find(|metric| !bare.is_empty() && metric.starts_with(bare));
    let edits = |metric: &&&str| strsim::osa_distance(metric, bare);
    let nearest = begun.or_else(|| METRICS.iter().min_by_key(edits));
    nearest.copied().unwrap_or("rebalance-rate-per-hour")
}

fn unknown_metric_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let mut found = Vec::new();
    for expression in expressions(subject.config) {
        let word =
            |char: char| char.is_ascii_alphanumeric() || matches!(char, '_' | '-' | '.' | ':');
        for name in expression.text.split(|char: char| !word(char)) {
            let folded = name.to_lowercase().replace(['_', '.', ':'], "-");
            let about_group = ["rebalance", "heartbeat", "coordinator"]
                .iter()
                .any(|word| folded.contains(word));
            let exported = folded.starts_with("kafka-consumer-") || folded.starts_with("consumer-");
            let known = METRICS.iter().any(|metric| {
                folded.ends_with(metric)
                    || folded
                        .strip_suffix("-total")
                        .is_some_and(|bare| bare.ends_with(metric))
            });
            if exported && about_group && !known {
                let message = format!(
                    "the consumer has no metric `{name}`; the nearest is `{}`",
                    nearest_metric(&folded)
                );
                found.push(
                    subject
                        .finding(rule, expression.span, message)
                        .confidence(Confidence::Likely)
                        .why("An alert on a metric that isn't there never speaks."),
                );
            }
        }
    }
    found
}

rule!(
    cumulative, "KC-J1403", "alert-on-cumulative-counter", Warn, "AbstractCoordinator.java (failed-rebalance-total)", |subject, rule| {
        let one = |expression: Expression<'_>| {
            let text = expression.text.to_lowercase().replace('_', "-");
            let counter = ["failed-rebalance-total", "rebalance-total"].iter().any(|name| text.contains(name));
            let over_time = ["increase(", "rate(", "delta(", "changes("].iter().any(|name| text.contains(name));
            (counter && !over_time && threshold(expression.text).is_some()).then(|| {
                subject.finding(rule, expression.span, "this counts from the client's start, so the alert never ends".to_owned()).why("The first rebalance that fails raises it for good.")
            })
        };
        expressions(subject.config).into_iter().filter_map(one).collect::<Vec<_>>()
    },
    what: "An alert compares a counter itself.",
    why: "`failed-rebalance-total` counts from the start of the client and never falls. After the first failure the \
          alert stays.",
    false_alarm: "None.",
    fix: "Use `increase(METRIC[1h]) > 0`.",
);
