//! Pauses and crashes: heartbeats that don't come, sessions that are too short or too long, and
//! clients that refuse their timers.

use super::group::{
    self, FIRST, HEARTBEAT, INTERVAL, SESSION, SETTLED_MS, at, length, ms, round_between,
};
use super::{Action, Case, Failure, Plan, Trouble, When, properties};
use crate::lint::rules::timing::liveness;
use crate::sim::scenario::{ActionKind, Ending, Properties};

/// A pause that costs the session, and doesn't with the fix; or a session that brokers refuse.
pub(super) fn session(case: &Case<'_>) -> Vec<Plan> {
    let plans = || {
        let times = liveness(case.own)?;
        let value = match case.rule {
            "KC-T301" | "KC-T320" => (HEARTBEAT, times.advised_heartbeat_ms().to_string()),
            _ => (SESSION, "45000".to_owned()),
        };
        let remedy = case.remedy(&[value]);
        let after = |name| {
            let over = remedy.get(name).and_then(|value| value.parse().ok());
            over.or_else(|| ms(case.fixed, name))
        };
        let session_ms = ms(case.own, SESSION)?;
        let heartbeat_ms = ms(case.own, HEARTBEAT)?;
        let commits_ms = ms(case.own, "auto.commit.interval.ms")?;
        let most_ms = after(SESSION)?
            .checked_sub(after(HEARTBEAT)?)?
            .checked_sub(3)?;
        // Heartbeats are signs of life, and commits, which may be more frequent.
        let silent_ms = [heartbeat_ms, heartbeat_ms.min(commits_ms), 0];
        let mut plans: Vec<_> = silent_ms
            .into_iter()
            .filter_map(|silent_ms| {
                let least_ms = session_ms.checked_sub(silent_ms)? + 3;
                pause(case, &remedy, round_between(least_ms, most_ms)?)
            })
            .collect();
        if let Some(pause) = plans.first() {
            plans.push(Plan {
                trouble: None,
                failure: Failure::Exception,
                says: "The group starts.".to_owned(),
                ..pause.clone()
            });
        }
        Some(plans)
    };
    plans().unwrap_or_default()
}

/// A pause of the first member.
fn pause(case: &Case<'_>, remedy: &Properties, pause_ms: u64) -> Option<Plan> {
    let (session_ms, heartbeat_ms) = (ms(case.own, SESSION)?, ms(case.own, HEARTBEAT)?);
    let until_ms = SETTLED_MS + 4 * session_ms.max(5_000) + 2 * pause_ms + 20 * heartbeat_ms;
    let runs = case.groups(remedy, until_ms, |_, _| Some(()))?;
    let member = || FIRST.to_owned();
    let trouble = Trouble {
        when: When::BeforeSignOfLife {
            member: member(),
            after_ms: SETTLED_MS,
            left_ms: pause_ms.checked_sub(3)?,
        },
        action: Action::Freeze {
            member: member(),
            ms: pause_ms,
        },
        in_both: true,
    };
    Some(Plan {
        trouble: Some(trouble),
        from_ms: 0,
        ..Plan::of(
            runs,
            Failure::SessionEnds,
            format!(
                "A pause of {}, as of a garbage collection, right before {FIRST} would give its next sign of life.",
                length(pause_ms)
            ),
            case.title(remedy),
        )
    })
}

/// A deploy of timers that the client refuses.
pub(super) fn refused(case: &Case<'_>) -> Option<Plan> {
    let third = (ms(case.own, SESSION)? / 3).clamp(1, 3_000);
    let remedy = case.remedy(&[(HEARTBEAT, third.to_string())]);
    let mut before = group::config(case.fixed);
    before.extend(remedy.clone());
    let until_ms = SETTLED_MS + 30_000;
    let runs = case.groups(&remedy, until_ms, |subject, scenario| {
        let mut config = std::mem::replace(&mut scenario.config, before.clone());
        // What the old processes have must not stay where the new ones have the default.
        for name in [HEARTBEAT, SESSION] {
            let value = ms(subject, name)?.to_string();
            config.entry(name.to_owned()).or_insert(value);
        }
        let deploy = ActionKind::RollingRestart {
            members: Vec::new(),
            ending: Ending::Close,
            after_ms: 1_000,
            pause_ms: 3_000,
            config,
        };
        at(scenario, SETTLED_MS, deploy);
        Some(())
    })?;
    Some(Plan::of(
        runs,
        Failure::Exception,
        "A deploy brings this configuration to a group that ran with the fix.".to_owned(),
        case.title(&remedy),
    ))
}

/// A rebalance that has to wait: for a slow heartbeat, or for a member that hangs.
pub(super) fn slow_rebalance(case: &Case<'_>) -> Option<Plan> {
    let heartbeats = case.rule == "KC-T302";
    let (limit_ms, remedy) = if heartbeats {
        (5_000, case.remedy(&[(HEARTBEAT, "3000".to_owned())]))
    } else {
        (1_800_000, case.remedy(&[(INTERVAL, "300000".to_owned())]))
    };
    let joins_ms = SETTLED_MS + 2 * ms(case.own, HEARTBEAT)?;
    let until_ms = joins_ms + 2 * limit_ms.min(60_000) + limit_ms + ms(case.own, HEARTBEAT)?;
    let newcomer = format!("c{}", group::played_members(case.own) + 1);
    let runs = case.groups(&remedy, until_ms, |subject, scenario| {
        let id = group::instance_id(subject);
        group::add(scenario, id.as_deref(), Properties::new());
        if !heartbeats {
            let member = FIRST.to_owned();
            at(scenario, SETTLED_MS, ActionKind::Slow { member, ms: None });
        }
        Some(())
    })?;
    let says = if heartbeats {
        format!(
            "{newcomer} joins right after {FIRST} has sent a heartbeat. {FIRST} learns of it from its next one."
        )
    } else {
        format!("{FIRST} hangs in its work for ever, and {newcomer} joins.")
    };
    Some(Plan {
        trouble: Some(Trouble {
            when: When::AfterHeartbeat {
                member: FIRST.to_owned(),
                after_ms: SETTLED_MS + 1,
            },
            action: Action::Start { member: newcomer },
            in_both: true,
        }),
        ..Plan::of(
            runs,
            Failure::RebalanceTakes { ms: limit_ms },
            says,
            case.title(&remedy),
        )
    })
}

/// A crash that stays unnoticed for a long session.
pub(super) fn slow_failover(case: &Case<'_>) -> Option<Plan> {
    let is_static = case.rule == "KC-M405";
    let (limit_ms, session_ms) = if is_static {
        (600_000, "300000")
    } else {
        (60_000, "45000")
    };
    let remedy = case.remedy(&[(SESSION, session_ms.to_owned())]);
    let until_ms = SETTLED_MS + limit_ms + 60_000;
    let members = group::played_members(case.own);
    let runs = case.pair(&remedy, |subject, over| {
        let mut over = over.clone();
        if is_static && group::instance_id(subject).is_none() {
            over.extend(properties(&[(group::INSTANCE_ID, "member".to_owned())]));
        }
        let mut scenario = group::scenario(subject, &over, members, until_ms);
        let member = FIRST.to_owned();
        at(&mut scenario, SETTLED_MS, ActionKind::Kill { member });
        Some(scenario)
    })?;
    Some(Plan::of(
        runs,
        Failure::StopsFor { ms: limit_ms },
        format!("{FIRST} is killed and doesn't come back."),
        case.title(&remedy),
    ))
}
