//! Assignors: rebalances that stop what needn't stop, members that don't agree, uneven loads.

use super::group::{self, COOPERATIVE, SETTLED_MS, STRATEGY, at};
use super::{Action, Case, Failure, Plan, Trouble, When, properties};
use crate::config::Config;
use crate::lint::subject::Subject;
use crate::sim::scenario::{ActionKind, Properties, Scenario};

/// The groups of these are played whole, up to so many members.
const MOST_MEMBERS: usize = 200;
const MOST_PARTITIONS: u64 = 5_000;

fn cooperative() -> Properties {
    properties(&[(STRATEGY, COOPERATIVE.to_owned())])
}

/// A group that one more member joins.
fn joined(scenario: &mut Scenario, subject: &Subject<'_>, config: Properties) {
    let id = group::instance_id(subject);
    let member = group::add(scenario, id.as_deref(), config);
    at(scenario, SETTLED_MS, ActionKind::start(member));
}

fn until_ms(subject: &Subject<'_>) -> Option<u64> {
    let heartbeat_ms = group::ms(subject, group::HEARTBEAT)?;
    heartbeat_ms
        .checked_mul(3)?
        .checked_add(SETTLED_MS + 10_000)
}

/// A rebalance of the eager protocol.
pub(super) fn eager(case: &Case<'_>) -> Option<Plan> {
    let members = group::played_members(case.own);
    let until_ms = until_ms(case.own)?;
    let build = |over: &Properties| {
        let mut scenario = group::scenario(case.own, over, members, until_ms);
        joined(&mut scenario, case.own, Properties::new());
        scenario
    };
    let refused = match case.rule {
        "KC-L1202" => {
            " librdkafka refuses such a list; Java takes it for the first step of a migration, and stays eager."
        }
        _ => "",
    };
    Some(Plan::of(
        (build(&Properties::new()), build(&cooperative())),
        Failure::NeedlessStop,
        format!("One more member joins a group of {members}.{refused}"),
        "CooperativeStickyAssignor alone, after the rolling restarts of the move".to_owned(),
    ))
}

/// The other configurations of the group.
fn others<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a Config> {
    case.own.others_of_group().map(|(_, config)| config)
}

/// A group of another configuration's members that one of this one joins.
fn mixed(
    case: &Case<'_>,
    other: &Config,
    over: (&Properties, &Properties),
    newcomer: bool,
) -> Option<Scenario> {
    let theirs = Subject::new(other, 0, &case.own.facts);
    let members = group::played_members(case.own);
    let mut own_config = group::config(case.own);
    own_config.extend(over.0.clone());
    let mut scenario = group::scenario(&theirs, over.1, members, until_ms(case.own)?);
    // Nothing is shared by all members.
    let shared = std::mem::take(&mut scenario.config);
    for member in &mut scenario.members {
        let own = std::mem::replace(&mut member.config, shared.clone());
        member.config.extend(own);
    }
    if !newcomer {
        // One of the first kind is there from the start.
        let id = group::instance_id(case.own);
        let member = group::add(&mut scenario, id.as_deref(), own_config.clone());
        at(&mut scenario, 0, ActionKind::start(member));
    }
    joined(&mut scenario, case.own, own_config);
    Some(scenario)
}

/// Members without a common assignor.
pub(super) fn disjoint(case: &Case<'_>) -> Vec<Plan> {
    let one = |other: &Config| {
        let theirs = Subject::new(other, 0, &case.own.facts);
        let lists = [
            group::config(case.own).remove(STRATEGY),
            group::config(&theirs).remove(STRATEGY),
        ];
        // The default is eager first.
        let list = |list: &Option<String>| list.clone().unwrap_or_else(|| "range".to_owned());
        let [own, others] = &lists;
        let both = properties(&[(STRATEGY, format!("{},{}", list(own), list(others)))]);
        let none = Properties::new();
        Some(Plan::of(
            (
                mixed(case, other, (&none, &none), true)?,
                mixed(case, other, (&both, &both), true)?,
            ),
            Failure::Exception,
            "A member with this configuration joins a group of members with the other one."
                .to_owned(),
            "All members list both assignors".to_owned(),
        ))
    };
    others(case).filter_map(one).collect()
}

/// Members that are cooperative beside members that still list an eager assignor.
pub(super) fn halfway(case: &Case<'_>) -> Vec<Plan> {
    let one = |other: &Config| {
        let none = Properties::new();
        let cooperative = cooperative();
        Some(Plan::of(
            (
                mixed(case, other, (&none, &none), false)?,
                mixed(case, other, (&none, &cooperative), false)?,
            ),
            Failure::NeedlessStop,
            "One more member joins a group in which both configurations run.".to_owned(),
            "All members list CooperativeStickyAssignor alone".to_owned(),
        ))
    };
    others(case).filter_map(one).collect()
}

/// A group of exactly the given size that starts, unless it is too large.
fn started(case: &Case<'_>, over: &Properties, members: usize) -> Option<Scenario> {
    let facts = &case.own.facts;
    let partitions = u32::try_from(facts.partitions?).ok()?;
    let topics = facts.topics.unwrap_or(1).max(1);
    let all = topics.checked_mul(partitions.into())?;
    if !(1..=MOST_MEMBERS).contains(&members) || all > MOST_PARTITIONS {
        return None;
    }
    let until_ms = SETTLED_MS + 100 * members as u64;
    let mut scenario = group::scenario(case.own, over, members, until_ms);
    scenario.topics = group::topics(topics, partitions);
    Some(scenario)
}

/// Loads that differ.
pub(super) fn skew(case: &Case<'_>) -> Option<Plan> {
    let members = group::members(case.own)?;
    Some(Plan {
        from_ms: 0,
        ..Plan::of(
            (
                started(case, &Properties::new(), members)?,
                started(case, &cooperative(), members)?,
            ),
            Failure::Uneven,
            format!("A group of {members} members starts."),
            "CooperativeStickyAssignor alone".to_owned(),
        )
    })
}

/// Members without a partition.
pub(super) fn idle(case: &Case<'_>) -> Vec<Plan> {
    let plan = || {
        let members = group::members(case.own)?;
        let facts = &case.own.facts;
        let partitions = usize::try_from(facts.partitions?).ok()?;
        let topics = usize::try_from(facts.topics.unwrap_or(1).max(1)).ok()?;
        let plan = |enough: usize| {
            Some(Plan {
                from_ms: 0,
                ..Plan::of(
                    (
                        started(case, &Properties::new(), members)?,
                        started(case, &Properties::new(), enough)?,
                    ),
                    Failure::Idle,
                    format!("A group of {members} members starts."),
                    format!("{enough} members"),
                )
            })
        };
        // Range gives the surplus of every topic to the same members.
        let enough = [partitions.checked_mul(topics)?, partitions];
        Some(enough.into_iter().filter_map(plan).collect())
    };
    plan().unwrap_or_default()
}

/// A callback that calls what a cooperative group doesn't allow.
pub(super) fn refused_call(case: &Case<'_>) -> Option<Plan> {
    let members = group::played_members(case.own);
    let session_ms = group::ms(case.own, group::SESSION)?;
    let mut scenario = group::scenario(
        case.own,
        &Properties::new(),
        members,
        until_ms(case.own)?.checked_add(session_ms)?,
    );
    joined(&mut scenario, case.own, Properties::new());
    let member = format!("c{}", members + 1);
    Some(Plan {
        trouble: Some(Trouble {
            when: When::Assigned {
                member: member.clone(),
            },
            action: Action::Kill {
                member: member.clone(),
            },
            in_both: false,
        }),
        ..Plan::of(
            (scenario.clone(), scenario),
            Failure::SessionEnds,
            format!(
                "{member} joins, and its callback is told of partitions. The call there fails, and the exception ends the program, which is played as a kill."
            ),
            "The callback uses the incremental calls".to_owned(),
        )
    })
}
