//! Deploys: what the platform does with instances, and what that costs the group.

use super::group::{self, FIRST, INSTANCE_ID, INTERVAL, SESSION, SETTLED_MS, at, length, ms};
use super::instance_ids::quick_restart_ms;
use super::{Action, Case, Failure, Plan, Trouble, When, properties};
use crate::lint::subject::Subject;
use crate::sim::scenario::{ActionKind, Application, CloseOperation, Ending, Properties, Scenario};

/// A rollout of members whose names are stable and who aren't static.
pub(super) fn dynamic(case: &Case<'_>) -> Option<Plan> {
    let restart_ms = quick_restart_ms(case.own)?;
    let members = group::played_members(case.own);
    let step_ms = restart_ms.checked_add(SETTLED_MS)?;
    let until_ms = step_ms
        .checked_mul(members as u64 + 1)?
        .checked_add(SETTLED_MS)?;
    let pod = properties(&[(INSTANCE_ID, "pod".to_owned())]);
    let runs = case.groups(&pod, until_ms, |_, scenario| {
        let rollout = ActionKind::RollingRestart {
            members: Vec::new(),
            ending: Ending::Close,
            after_ms: restart_ms,
            pause_ms: SETTLED_MS,
            config: Properties::new(),
        };
        at(scenario, SETTLED_MS, rollout);
        Some(())
    })?;
    Some(Plan::of(
        runs,
        Failure::Rebalances,
        format!(
            "A rollout restarts {members} members one after the other, each within {}.",
            length(restart_ms)
        ),
        format!("`{INSTANCE_ID}` is the pod's name"),
    ))
}

/// A group with batches of a length, one of whose members ends in the middle of one.
fn at_work(subject: &Subject<'_>, batch_ms: u64) -> Option<Scenario> {
    let members = group::played_members(subject);
    let until_ms = SETTLED_MS
        .checked_add(batch_ms.checked_mul(4)?)?
        .checked_add(ms(subject, SESSION)?.checked_mul(2)?)?;
    let mut scenario = group::scenario(subject, &Properties::new(), members, until_ms);
    scenario.application = Application {
        batch_ms,
        ..Application::default()
    };
    group::produce(&mut scenario, SETTLED_MS, 1);
    Some(scenario)
}

/// A kill before batch and `close()` are over.
pub(super) fn short_grace(case: &Case<'_>) -> Option<Plan> {
    const CLOSE_MS: u64 = 30_000;
    let facts = &case.own.facts;
    let batch_ms = facts.batch_work_ms?;
    let grace_ms = facts
        .termination_grace_period_seconds
        .unwrap_or(30)
        .checked_mul(1_000)?;
    let enough_ms = batch_ms.checked_add(CLOSE_MS + 5_000)?.div_ceil(1_000) * 1_000;
    let asked_ms = SETTLED_MS + 2_000;
    let build = |grace_ms: u64| {
        let mut scenario = at_work(case.own, batch_ms)?;
        let member = || FIRST.to_owned();
        let operation = CloseOperation::Default;
        at(
            &mut scenario,
            asked_ms,
            ActionKind::Close {
                member: member(),
                operation,
            },
        );
        let killed_ms = asked_ms.checked_add(grace_ms)?;
        at(
            &mut scenario,
            killed_ms,
            ActionKind::Kill { member: member() },
        );
        Some(scenario)
    };
    Some(Plan::of(
        (build(grace_ms)?, build(enough_ms)?),
        Failure::SessionEnds,
        format!(
            "{FIRST} is asked to stop in the middle of a batch of {}, and killed after {}.",
            length(batch_ms),
            length(grace_ms)
        ),
        format!("`terminationGracePeriodSeconds` is {}", enough_ms / 1_000),
    ))
}

/// A rollout that starts the new instance before the old one ends.
pub(super) fn surge(case: &Case<'_>) -> Option<Plan> {
    group::instance_id(case.own)?;
    let members = group::played_members(case.own);
    let until_ms = SETTLED_MS
        .checked_add(ms(case.own, SESSION)?)?
        .checked_add(20_000)?;
    let mut scenario = group::scenario(case.own, &Properties::new(), members, until_ms);
    let mut fixed = scenario.clone();
    let config = scenario.members.first()?.config.clone();
    let newcomer = group::add(&mut scenario, None, config);
    at(
        &mut scenario,
        SETTLED_MS,
        ActionKind::start(newcomer.clone()),
    );
    let restart = ActionKind::Restart {
        member: FIRST.to_owned(),
        ending: Ending::Close,
        after_ms: 1_000,
        config: Properties::new(),
    };
    at(&mut fixed, SETTLED_MS, restart);
    Some(Plan::of(
        (scenario, fixed),
        Failure::Exception,
        format!("A rollout starts {newcomer} with the id of {FIRST}, which still runs."),
        "The old instance ends before the new one starts".to_owned(),
    ))
}

/// A liveness probe that gives up within a batch that the group would allow.
pub(super) fn liveness(case: &Case<'_>) -> Option<Plan> {
    let budget_ms = crate::lint::rules::platform::probe_budget_ms(case.own)?;
    let interval_ms = ms(case.own, INTERVAL)?;
    let batch_ms =
        group::round_between(budget_ms.checked_add(1_000)?, interval_ms.checked_sub(1)?)?;
    let scenario = at_work(case.own, batch_ms)?;
    Some(Plan {
        trouble: Some(Trouble {
            // The first batch has nothing before it that was committed.
            when: When::InBatch {
                member: FIRST.to_owned(),
                after_ms: SETTLED_MS + batch_ms,
                lasts_ms: batch_ms,
                in_ms: budget_ms,
            },
            action: Action::Kill {
                member: FIRST.to_owned(),
            },
            in_both: false,
        }),
        ..Plan::of(
            (scenario.clone(), scenario),
            Failure::ReadTwice { records: 0 },
            format!(
                "A batch takes {}. The probe, if it depends on polling, gives up after {} and gets {FIRST} killed.",
                length(batch_ms),
                length(budget_ms)
            ),
            format!("The probe waits for longer than {}", length(interval_ms)),
        )
    })
}
