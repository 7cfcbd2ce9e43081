//! Static members: ids that several share, ids that change, restarts that outlast the session.

use super::group::{self, FIRST, INSTANCE_ID, SESSION, SETTLED_MS, at, length, ms, round_between};
use super::{Case, Failure, Plan, properties};
use crate::lint::subject::Subject;
use crate::sim::scenario::{ActionKind, Ending, Properties, Scenario};

/// A group whose members start one by one.
fn one_by_one(subject: &Subject<'_>, over: &Properties, members: usize) -> Scenario {
    let until_ms = SETTLED_MS * (members as u64 + 1);
    let mut scenario = group::scenario(subject, over, members, until_ms);
    for (place, action) in scenario.actions.iter_mut().enumerate() {
        action.at_ms = SETTLED_MS * place as u64;
    }
    scenario
}

/// One id for several members.
pub(super) fn shared(case: &Case<'_>) -> Option<Plan> {
    let id = group::instance_id(case.own)?;
    let members = group::played_members(case.own);
    let apart = Properties::new();
    let mut scenario = one_by_one(case.own, &apart, members);
    for member in &mut scenario.members {
        member.config.insert(INSTANCE_ID.to_owned(), id.clone());
    }
    Some(Plan {
        from_ms: 0,
        ..Plan::of(
            (scenario, one_by_one(case.own, &apart, members)),
            Failure::Exception,
            format!("{members} members with the id {id} start one after the other."),
            "Each member has an id of its own".to_owned(),
        )
    })
}

/// How long a restart takes, where it isn't the matter.
pub(super) fn quick_restart_ms(subject: &Subject<'_>) -> Option<u64> {
    let session_ms = ms(subject, SESSION)?;
    Some(
        subject
            .facts
            .restart_ms
            .unwrap_or(5_000.min(session_ms / 2)),
    )
}

/// A rollout in which every process comes back with another id.
pub(super) fn renewed(case: &Case<'_>) -> Option<Plan> {
    let id = group::instance_id(case.own)?;
    let remedy = case.remedy(&[(INSTANCE_ID, String::new())]);
    let restart_ms = quick_restart_ms(case.own)?;
    let step_ms = restart_ms.checked_add(SETTLED_MS)?;
    let members = group::played_members(case.own);
    let all_ms = SETTLED_MS.checked_add(step_ms.checked_mul(members as u64)?)?;
    let until_ms = all_ms.checked_add(2 * ms(case.own, SESSION)?)?;
    let runs = case.groups(&remedy, until_ms, |_, scenario| {
        for place in 0..members {
            let number = members + place + 1;
            let mut config = Properties::new();
            let member = scenario.members.get(place)?;
            if member.config.contains_key(INSTANCE_ID) {
                config.insert(INSTANCE_ID.to_owned(), group::filled(&id, number));
            }
            let restart = ActionKind::Restart {
                member: member.name.clone(),
                ending: Ending::Close,
                after_ms: restart_ms,
                config,
            };
            at(scenario, SETTLED_MS + step_ms * place as u64, restart);
        }
        Some(())
    })?;
    let fix = match case.fix {
        Some(title) => title.to_owned(),
        None => format!("Delete `{INSTANCE_ID}`"),
    };
    Some(Plan::of(
        runs,
        Failure::SessionEnds,
        format!(
            "A rollout restarts one member after the other, each within {}. Each comes back with another id, and nobody tells the group that the old one is gone.",
            length(restart_ms)
        ),
        fix,
    ))
}

/// A restart that outlasts the session, and doesn't with the fix.
pub(super) fn slow_restart(case: &Case<'_>) -> Option<Plan> {
    let session_ms = ms(case.own, SESSION)?;
    let usual_ms = case.own.facts.restart_ms;
    let needed_ms = usual_ms.map_or(300_000, |usual_ms| {
        usual_ms.saturating_add(usual_ms.div_ceil(2))
    });
    let remedy = case.remedy(&[(SESSION, needed_ms.max(60_000).to_string())]);
    let after_ms = match remedy.get(SESSION) {
        Some(text) => text.parse().ok()?,
        None => ms(case.fixed, SESSION)?,
    };
    let heartbeat_ms = ms(case.own, group::HEARTBEAT)?;
    let most_ms = after_ms.checked_sub(heartbeat_ms)?.checked_sub(1_000)?;
    let (restart_ms, how) = match usual_ms {
        Some(usual_ms) if usual_ms > session_ms => (usual_ms, ""),
        Some(_) => (
            round_between(session_ms + 1, most_ms)?,
            ", longer than usual",
        ),
        None => (round_between(session_ms + 1, most_ms)?, ""),
    };
    let until_ms = restart_ms
        .checked_mul(2)?
        .checked_add(SETTLED_MS + 20_000)?;
    let runs = case.groups(&remedy, until_ms, |_, scenario| {
        let restart = ActionKind::Restart {
            member: FIRST.to_owned(),
            ending: Ending::Close,
            after_ms: restart_ms,
            config: Properties::new(),
        };
        at(scenario, SETTLED_MS, restart);
        Some(())
    })?;
    Some(Plan::of(
        runs,
        Failure::SessionEnds,
        format!(
            "{FIRST} restarts, which takes {}{how}. Its session is {}.",
            length(restart_ms),
            length(session_ms)
        ),
        case.title(&remedy),
    ))
}

/// An instance that the autoscaler takes away.
pub(super) fn scaled_in(case: &Case<'_>) -> Option<Plan> {
    group::instance_id(case.own)?;
    let dynamic = properties(&[(INSTANCE_ID, String::new())]);
    let members = group::played_members(case.own);
    let until_ms = ms(case.own, SESSION)?.checked_add(SETTLED_MS + 20_000)?;
    let runs = case.groups(&dynamic, until_ms, |_, scenario| {
        let scale = ActionKind::Scale {
            members: members - 1,
            pause_ms: 0,
        };
        at(scenario, SETTLED_MS, scale);
        Some(())
    })?;
    Some(Plan::of(
        runs,
        Failure::SessionEnds,
        "The group is scaled in by one member, which closes and doesn't leave.",
        format!("Delete `{INSTANCE_ID}`"),
    ))
}
