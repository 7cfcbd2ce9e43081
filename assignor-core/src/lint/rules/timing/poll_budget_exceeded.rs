//! KC-T305: a full batch takes longer than the consumer may stay away from poll.

use crate::config::Effective;
use crate::lint::finding::{Finding, Question, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-T305",
    name: "poll-budget-exceeded",
    severity: Severity::Error,
    source: "AbstractCoordinator.java (poll timer runs out: LeaveGroup); Heartbeat.java (pollTimer)",
    check: Check::One(check),
    question: Some(ask),
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "A batch of `max.poll.records` takes at least `max.poll.interval.ms` at the given time per record.",
    why: "The time between two polls runs out in the middle of the batch. The member leaves the group, its partitions \
          go to others, its commit fails with CommitFailedException, and the same records are read again, there with \
          the same end. Without the time per record nobody can tell, so the rule asks for it and never guesses.",
    false_alarm: "Records are handed to other threads and poll is called meanwhile, or batches are never full.",
    fix: "Hand out fewer records per poll, so that a batch takes half of the interval, or allow twice the time that a \
          full batch takes.",
};

/// What one poll hands out and how long it may take.
pub(in crate::lint) struct Budget<'a> {
    pub(in crate::lint) records: i64,
    pub(in crate::lint) interval_ms: i64,
    parallelism: i64,
    pub(in crate::lint::rules) max_records: Effective<'a>,
    pub(in crate::lint::rules) interval: Effective<'a>,
}

impl Budget<'_> {
    /// Milliseconds that a full batch takes.
    #[expect(clippy::cast_precision_loss, reason = "32-bit settings")]
    pub(in crate::lint) fn batch_ms(&self, per_record_ms: f64) -> f64 {
        let rounds = self.records.div_euclid(self.parallelism)
            + i64::from(self.records.rem_euclid(self.parallelism) > 0);
        rounds as f64 * per_record_ms
    }

    /// Records per poll that take half of the interval.
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        reason = "32-bit settings and a finite time; a result beyond i64 saturates"
    )]
    pub(in crate::lint) fn comfortable_records(&self, per_record_ms: f64) -> i64 {
        let half = 0.5 * self.interval_ms as f64 * self.parallelism as f64 / per_record_ms;
        (half.floor() as i64).max(1)
    }
}

pub(in crate::lint) fn budget<'a>(subject: &Subject<'a>) -> Option<Budget<'a>> {
    let (records, max_records) = subject.integer("max.poll.records")?;
    let (interval_ms, interval) = subject.integer("max.poll.interval.ms")?;
    let parallelism = subject.facts.parallelism.unwrap_or(1).max(1);
    (records > 0 && interval_ms > 0).then_some(Budget {
        records,
        interval_ms,
        parallelism: i64::try_from(parallelism).unwrap_or(i64::MAX),
        max_records,
        interval,
    })
}

/// Milliseconds without needless decimals.
pub(in crate::lint) fn ms(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    format!("{rounded}")
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    reason = "32-bit settings and a finite time; a result beyond i64 saturates"
)]
fn check(subject: &Subject<'_>) -> Option<Finding> {
    let per_record_ms = subject.facts.per_record_ms?;
    let budget = budget(subject)?;
    let (records, interval_ms) = (budget.records, budget.interval_ms);
    let batch_ms = budget.batch_ms(per_record_ms);
    if batch_ms < interval_ms as f64 {
        return None;
    }
    let fewer = budget.comfortable_records(per_record_ms);
    let longer = (2.0 * batch_ms).ceil() as i64;
    let message = format!(
        "{records} records at {} ms each take {} ms, but `max.poll.interval.ms` is {interval_ms}",
        ms(per_record_ms),
        ms(batch_ms)
    );
    let why = "The poll timer runs out in the middle of the batch: the member leaves the group, its commit fails, and \
               the records are read again by the next owner, which fails in the same way.";
    let mut finding = subject
        .finding(
            &RULE,
            subject.anchor(&[&budget.max_records, &budget.interval]),
            message,
        )
        .why(why)
        .rests_on(&[&budget.max_records, &budget.interval])
        .rests_on_fact("perRecordMs", ms(per_record_ms));
    if budget.parallelism > 1 {
        finding = finding.rests_on_fact("parallelism", budget.parallelism.to_string());
    }
    if (fewer as f64) < records as f64 {
        let edit = subject.set(
            "max.poll.records",
            &fewer.to_string(),
            budget.interval.entry(),
        );
        finding = finding.safe_fix(format!("Set `max.poll.records` to {fewer}"), vec![edit]);
    }
    if longer <= i64::from(i32::MAX) {
        let edit = subject.set(
            "max.poll.interval.ms",
            &longer.to_string(),
            budget.max_records.entry(),
        );
        finding = finding.unsafe_fix(
            format!("Set `max.poll.interval.ms` to {longer}"),
            vec![edit],
        );
    }
    Some(finding)
}

#[expect(clippy::cast_precision_loss, reason = "32-bit settings")]
fn ask(subject: &Subject<'_>) -> Option<Question> {
    if subject.facts.per_record_ms.is_some() {
        return None;
    }
    let budget = budget(subject)?;
    let most = budget.interval_ms as f64 * budget.parallelism as f64 / budget.records as f64;
    let span = subject.anchor(&[&budget.max_records, &budget.interval]);
    let why = format!(
        "A batch of up to {} records must be done within {} ms, so from {} ms per record on the member is thrown out \
         in the middle of a full batch.",
        budget.records,
        budget.interval_ms,
        ms(most)
    );
    Some(subject.question(
        &RULE,
        "perRecordMs",
        span,
        "How many milliseconds does one record take?",
        why,
    ))
}
