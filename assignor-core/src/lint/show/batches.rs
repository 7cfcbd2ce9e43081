//! Batches that take longer than the consumer may stay away from `poll()`.

use super::group::{
    self, FIRST, HEARTBEAT, INTERVAL, SESSION, SETTLED_MS, at, length, ms, round_between,
};
use super::{Action, Case, Failure, Plan, Trouble, When};
use crate::lint::rules::timing::poll_budget_exceeded::budget;
use crate::lint::subject::Subject;
use crate::sim::scenario::{ActionKind, Application, Properties, Scenario};

/// A pause between two polls that is longer than the poll interval, and shorter than the fixed one.
pub(super) fn away_from_poll(case: &Case<'_>) -> Option<Plan> {
    let interval_ms = ms(case.own, INTERVAL)?;
    let better_ms = match case.rule {
        "KC-T308" => 300_000,
        _ => ms(case.own, SESSION)?,
    };
    let remedy = case.remedy(&[(INTERVAL, better_ms.to_string())]);
    let after_ms = if remedy.is_empty() {
        ms(case.fixed, INTERVAL)?
    } else {
        better_ms
    };
    let away_ms = round_between(interval_ms + 1, after_ms.checked_sub(1)?)?;
    let until_ms = SETTLED_MS + 2 * away_ms + 30_000;
    let runs = case.groups(&remedy, until_ms, |_, scenario| {
        let slow = ActionKind::Slow {
            member: FIRST.to_owned(),
            ms: Some(away_ms),
        };
        at(scenario, SETTLED_MS, slow);
        Some(())
    })?;
    let alive = match case.rule {
        "KC-T308" => String::new(),
        _ => format!(
            " Its heartbeats go on, and its session is {}.",
            length(better_ms)
        ),
    };
    let refused = match case.rule {
        "KC-L1201" => " librdkafka refuses such a pair before it can do that.",
        _ => "",
    };
    Some(Plan::of(
        runs,
        Failure::PollTimeout,
        format!("A batch takes {FIRST} {}.{alive}{refused}", length(away_ms)),
        case.title(&remedy),
    ))
}

/// A batch at the given time per record.
struct Load {
    batch_ms: u64,
    interval_ms: u64,
    records: u64,
    application: Application,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a time above zero; one beyond u64 saturates, and is too long to be played"
)]
fn load(subject: &Subject<'_>, over: &Properties) -> Option<Load> {
    let budget = budget(subject)?;
    let per_record_ms = subject.facts.per_record_ms?;
    let over = |name: &str| over.get(name)?.parse::<u64>().ok();
    let batch_ms = budget.batch_ms(per_record_ms).ceil() as u64;
    let record_ms = per_record_ms as u64;
    let records = u64::try_from(budget.records).ok()?;
    // What isn't a whole number for each record is played as the time of a full batch.
    let exact = record_ms.checked_mul(records) == Some(batch_ms);
    let application = Application {
        record_ms: if exact { record_ms } else { 0 },
        batch_ms: if exact { 0 } else { batch_ms },
        ..Application::default()
    };
    Some(Load {
        batch_ms,
        interval_ms: over(INTERVAL).or(ms(subject, INTERVAL))?,
        records,
        application,
    })
}

/// A group at work, with more records than it can do.
fn at_work(
    subject: &Subject<'_>,
    over: &Properties,
    (own, application): (&Load, Application),
    until_ms: u64,
) -> Option<Scenario> {
    let members = group::played_members(subject);
    let mut scenario = group::scenario(subject, over, members, until_ms);
    scenario.application = application;
    // Four full batches for each member in the time that one may take.
    let all: u64 = scenario
        .topics
        .iter()
        .map(|topic| u64::from(topic.partitions))
        .sum();
    let readers = (members as u64).min(all).max(1);
    let wanted = own.records.checked_mul(4_000 * readers)?;
    let per_second = wanted.div_ceil(own.batch_ms.max(1)).div_ceil(all.max(1));
    group::produce(&mut scenario, 1_000, per_second.clamp(1, 1_000));
    Some(scenario)
}

/// Full batches that take longer than the poll interval.
pub(super) fn over_budget(case: &Case<'_>) -> Option<Plan> {
    let own = load(case.own, &Properties::new())?;
    let needed_ms = own.batch_ms.checked_mul(2)?;
    let remedy = case.remedy(&[(INTERVAL, needed_ms.to_string())]);
    let until_ms = needed_ms
        .checked_add(own.interval_ms.checked_mul(5)?)?
        .checked_add(SETTLED_MS)?;
    let runs = case.pair(&remedy, |subject, over| {
        let load = load(subject, over)?;
        at_work(subject, over, (&own, load.application), until_ms)
    })?;
    Some(Plan {
        from_ms: 0,
        ..Plan::of(
            runs,
            Failure::PollTimeout,
            format!(
                "There are more records than the group can do, so batches are full: {} records take {}.",
                own.records,
                length(own.batch_ms)
            ),
            case.title(&remedy),
        )
    })
}

/// Full batches that just fit, and one delay.
pub(super) fn tight_budget(case: &Case<'_>) -> Option<Plan> {
    let own = load(case.own, &Properties::new())?;
    let needed_ms = own.batch_ms.checked_mul(2)?.checked_add(2)?;
    let remedy = case.remedy(&[(INTERVAL, needed_ms.to_string())]);
    let after = load(case.fixed, &remedy)?;
    let left_ms = |load: &Load| load.interval_ms.checked_sub(load.batch_ms);
    let delay_ms = round_between(left_ms(&own)? + 1, left_ms(&after)?.checked_sub(1)?)?;
    let full_ms = SETTLED_MS.checked_add(own.batch_ms.checked_mul(3)?)?;
    let until_ms = full_ms
        .checked_add(own.interval_ms.checked_mul(4)?)?
        .checked_add(ms(case.own, HEARTBEAT)?)?;

    let runs = case.pair(&remedy, |subject, over| {
        let load = load(subject, over)?;
        at_work(subject, over, (&own, load.application), until_ms)
    })?;
    Some(Plan {
        trouble: Some(Trouble {
            when: When::InBatch {
                member: FIRST.to_owned(),
                after_ms: full_ms,
                lasts_ms: own.batch_ms,
                in_ms: 0,
            },
            action: Action::Slow {
                member: FIRST.to_owned(),
                ms: delay_ms,
            },
            in_both: true,
        }),
        from_ms: 0,
        ..Plan::of(
            runs,
            Failure::PollTimeout,
            format!(
                "Batches are full: {} records take {}. One batch of {FIRST} is delayed by {}, as by a slow answer from elsewhere.",
                own.records,
                length(own.batch_ms),
                length(delay_ms)
            ),
            case.title(&remedy),
        )
    })
}
