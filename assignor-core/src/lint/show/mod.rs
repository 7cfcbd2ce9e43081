//! "Show me": a finding as a run that fails, beside the run with its fix.
//!
//! `plan` makes two scenarios out of the values of a configuration, one with the finding's fix,
//! and around them the trouble that tells them apart: a pause, a crash, a deploy. [`Plan::prove`]
//! plays both and looks for the moment of failure in the trace. What the simulator doesn't show with
//! these very values isn't shown: there is no [`Shown`] then.
//!
//! The simulator plays Java clients of the classic protocol, so nothing about the consumer protocol
//! (KIP-848) can be shown, nor what a client refuses by itself but for its timers.

mod assignors;
mod batches;
mod commits;
mod deploys;
mod failure;
mod group;
mod instance_ids;
mod pauses;
mod prove;
#[cfg(test)]
mod tests;

pub use failure::Failure;
use group::SETTLED_MS;
pub use prove::Shown;

use std::sync::OnceLock;

use super::facts::Facts;
use super::finding::Finding;
use super::fix;
use super::subject::Subject;
use crate::config::{Config, Family};
use crate::sim::scenario::{ActionKind, Properties, Scenario};
use serde::{Deserialize, Deserializer, Serialize};

/// What is to be shown, before anything was played.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// The group with the configuration as it is.
    #[serde(deserialize_with = "scenario")]
    pub scenario: Scenario,
    /// The same with the fix.
    #[serde(deserialize_with = "scenario")]
    pub fixed: Scenario,
    /// What happens at a moment that a run without it tells.
    pub trouble: Option<Trouble>,
    /// What counts as failing.
    pub failure: Failure,
    /// Failures before this time don't count.
    pub from_ms: u64,
    /// What happens to the group, in a sentence or two.
    pub says: String,
    /// What the fixed run has: the title of the fix, or the change that the rule advises.
    pub fix: String,
}

/// An action at a moment that is found in the run without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// The moment.
    pub when: When,
    /// The action.
    pub action: Action,
    /// Whether it happens in the fixed run, too.
    pub in_both: bool,
}

/// What happens to a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Its process stops for so long, as in a garbage collection.
    Freeze {
        /// Whose.
        member: String,
        /// For how long.
        ms: u64,
    },
    /// Its process is killed.
    Kill {
        /// Whose.
        member: String,
    },
    /// Its application stays away from `poll()` for so long.
    Slow {
        /// Whose.
        member: String,
        /// For how long.
        ms: u64,
    },
    /// A process of it starts.
    Start {
        /// Whose.
        member: String,
    },
}

/// A moment in a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Right before a member sends a heartbeat or a commit.
    BeforeSignOfLife {
        /// Whose.
        member: String,
        /// The first such moment after this time.
        after_ms: u64,
        /// How much of its session is left at most.
        left_ms: u64,
    },
    /// Right after a member has sent a heartbeat.
    AfterHeartbeat {
        /// Whose.
        member: String,
        /// The first such moment after this time.
        after_ms: u64,
    },
    /// So long into a batch.
    InBatch {
        /// Whose.
        member: String,
        /// The first such batch that begins after this time.
        after_ms: u64,
        /// How long the batch takes at least.
        lasts_ms: u64,
        /// How long after the batch's begin.
        in_ms: u64,
    },
    /// When the member's listener is told of partitions.
    Assigned {
        /// Whose.
        member: String,
    },
}

/// A finding's configuration, as it is and with its fix.
struct Case<'a> {
    rule: &'static str,
    own: &'a Subject<'a>,
    fixed: &'a Subject<'a>,
    /// The title of the fix, if the text can be mended.
    fix: Option<&'a str>,
}

/// What the rules of a family show.
enum Show {
    /// There is one plan.
    One(fn(&Case<'_>) -> Option<Plan>),
    /// Several are tried in order.
    Several(fn(&Case<'_>) -> Vec<Plan>),
}
use Show::{One, Several};

/// Which rules show what.
static SHOWS: &[(&[&str], Show)] = &[
    (
        &["KC-T301", "KC-T309", "KC-T320", "KC-L1222"],
        Several(pauses::session),
    ),
    (&["KC-V217"], One(pauses::refused)),
    (&["KC-T302", "KC-T307"], One(pauses::slow_rebalance)),
    (&["KC-T310", "KC-M405"], One(pauses::slow_failover)),
    (
        &["KC-T304", "KC-T308", "KC-L1201"],
        One(batches::away_from_poll),
    ),
    (&["KC-T305"], One(batches::over_budget)),
    (&["KC-T306"], One(batches::tight_budget)),
    (&["KC-T314", "KC-T315", "KC-O605"], Several(commits::late)),
    (&["KC-O604", "KC-O606", "KC-L1205"], One(commits::early)),
    (
        &["KC-M401", "KC-M402", "KC-M409"],
        One(instance_ids::shared),
    ),
    (&["KC-M403", "KC-K1001"], One(instance_ids::renewed)),
    (&["KC-M404", "KC-K1005"], One(instance_ids::slow_restart)),
    (&["KC-M407"], One(instance_ids::scaled_in)),
    (
        &["KC-A501", "KC-A502", "KC-A503", "KC-A511", "KC-L1202"],
        One(assignors::eager),
    ),
    (&["KC-A504"], Several(assignors::disjoint)),
    (&["KC-A505"], Several(assignors::halfway)),
    (&["KC-A506"], One(assignors::skew)),
    (&["KC-A507"], Several(assignors::idle)),
    (&["KC-L1203"], One(assignors::refused_call)),
    (&["KC-K1002"], One(deploys::dynamic)),
    (&["KC-K1003"], One(deploys::short_grace)),
    (&["KC-K1004"], One(deploys::surge)),
    (&["KC-K1006"], One(deploys::liveness)),
];

/// The rules whose findings can be shown, where their values allow it.
pub fn rules() -> impl Iterator<Item = &'static str> {
    SHOWS.iter().flat_map(|(rules, _)| rules.iter().copied())
}

/// Whether findings of a rule can be shown, where their values allow it.
pub fn is_shown(rule: &str) -> bool {
    static SORTED: OnceLock<Vec<&str>> = OnceLock::new();
    let sorted = SORTED.get_or_init(|| {
        let mut sorted: Vec<&str> = rules().collect();
        sorted.sort_unstable();
        sorted
    });
    sorted.binary_search(&rule).is_ok()
}

/// What there is to play for a finding about these configurations: the first plan that holds is the
/// one to show.
pub fn plans(configs: &[Config], facts: &Facts, finding: &Finding) -> Vec<Plan> {
    let show = SHOWS
        .iter()
        .find(|(rules, _)| rules.contains(&finding.rule));
    let (Some((_, show)), Some(config)) = (show, configs.get(finding.config)) else {
        return Vec::new();
    };
    let facts = &*facts.completed_by(config);
    let Some(member) = config.members().get(finding.member) else {
        return Vec::new();
    };
    let place = (finding.config, finding.member);
    let whole = Subject::of(configs, member, place, facts.completed_by(member));
    let others = whole.others_of_group().map(|(_, other)| other.clone());
    let group: Vec<Config> = std::iter::once(member.clone()).chain(others).collect();
    let mut after = group.clone();
    let fix = finding.fixes.first().and_then(|fix| {
        let text = fix::apply(config.text(), &fix.edits)?;
        *after.first_mut()? = config
            .with_text(text)
            .members()
            .get(finding.member)?
            .clone();
        Some(fix.title.as_str())
    });
    let (Some(own), Some(fixed)) = (group.first(), after.first()) else {
        return Vec::new();
    };
    let case = Case {
        rule: finding.rule,
        own: &Subject::of(&group, own, (0, 0), facts.completed_by(own)),
        fixed: &Subject::of(&after, fixed, (0, 0), facts.completed_by(fixed)),
        fix,
    };
    let plays = |subject: &Subject<'_>| {
        !subject.speaks("consumer")
            && !matches!(subject.family(), Family::Flink | Family::Durability)
    };
    if !plays(case.own) || !plays(case.fixed) {
        return Vec::new();
    }
    let mut plans = match show {
        One(show) => show(&case).into_iter().collect(),
        Several(show) => show(&case),
    };
    for plan in &mut plans {
        group::allow_sessions(facts, plan);
        group::add_caveats(case.own, plan);
    }
    plans
}

/// The run that shows a finding about these configurations, if the simulator shows it.
pub fn show(configs: &[Config], facts: &Facts, finding: &Finding) -> Option<Shown> {
    plans(configs, facts, finding).iter().find_map(Plan::prove)
}

impl Plan {
    /// Two runs of themselves, without further trouble. What fails once the group has settled counts.
    fn of(
        (scenario, fixed): (Scenario, Scenario),
        failure: Failure,
        says: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        Self {
            scenario,
            fixed,
            trouble: None,
            failure,
            from_ms: SETTLED_MS,
            says: says.into(),
            fix: fix.into(),
        }
    }
}

impl Case<'_> {
    /// Both groups, and what happens in each.
    fn groups(
        &self,
        remedy: &Properties,
        until_ms: u64,
        happens: impl Fn(&Subject<'_>, &mut Scenario) -> Option<()>,
    ) -> Option<(Scenario, Scenario)> {
        let members = group::played_members(self.own);
        self.pair(remedy, |subject, over| {
            let mut scenario = group::scenario(subject, over, members, until_ms);
            happens(subject, &mut scenario)?;
            Some(scenario)
        })
    }

    /// Both groups of a build.
    fn pair(
        &self,
        remedy: &Properties,
        build: impl Fn(&Subject<'_>, &Properties) -> Option<Scenario>,
    ) -> Option<(Scenario, Scenario)> {
        Some((
            build(self.own, &Properties::new())?,
            build(self.fixed, remedy)?,
        ))
    }

    /// What the fixed run has on top, where the text can't be mended by the finding's own fix.
    fn remedy(&self, values: &[(&str, String)]) -> Properties {
        if self.fix.is_some() {
            return Properties::new();
        }
        properties(values)
    }

    /// The title of the fix, or the advice in its place.
    fn title(&self, remedy: &Properties) -> String {
        match self.fix {
            Some(title) if remedy.is_empty() => title.to_owned(),
            _ => {
                let set = remedy
                    .iter()
                    .map(|(name, value)| format!("`{name}` is {value}"));
                set.collect::<Vec<_>>().join(", ")
            }
        }
    }
}

fn scenario<'de, D: Deserializer<'de>>(from: D) -> Result<Scenario, D::Error> {
    let value = serde_json::Value::deserialize(from)?;
    Scenario::from_value(&value).map_err(serde::de::Error::custom)
}

fn properties(values: &[(&str, String)]) -> Properties {
    let pairs = values.iter();
    pairs
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

impl Action {
    fn kind(&self) -> ActionKind {
        match self.clone() {
            Self::Freeze { member, ms } => ActionKind::Freeze {
                member,
                ms: Some(ms),
            },
            Self::Kill { member } => ActionKind::Kill { member },
            Self::Slow { member, ms } => ActionKind::Slow {
                member,
                ms: Some(ms),
            },
            Self::Start { member } => ActionKind::start(member),
        }
    }
}
