//! Variants: the same actions with one thing changed, run beside the scenario itself.

use super::edit::{Draft, Edit, STRATEGY};
use super::workspace::run;
use crate::figure::Run;
use crate::shared::Shared;
use assignor_core::assign::AssignorName;
use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::Release;

/// How many variants there can be beside the scenario itself.
pub(super) const MOST_VARIANTS: usize = 3;

/// The one thing that a variant changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// All members use this assignor; the protocol follows from it.
    Assignor(AssignorName),
    /// A consumer property that all members share.
    Config(&'static str, String),
    /// A broker property.
    Broker(&'static str, String),
    /// The release of all clients.
    ClientRelease(Release),
    /// The release of the brokers.
    BrokerRelease(Release),
}

/// The consumer properties that a variant can change.
pub(super) const CONFIGS: [&str; 3] = [
    "session.timeout.ms",
    "heartbeat.interval.ms",
    "max.poll.interval.ms",
];
/// The broker properties that a variant can change.
pub(super) const BROKERS: [&str; 1] = ["group.initial.rebalance.delay.ms"];
/// The releases to choose from: where behaviour that a run shows changed.
pub(super) const RELEASES: [Release; 6] = [
    Release::new(2, 4, 0),
    Release::new(2, 8, 0),
    Release::new(3, 4, 0),
    Release::new(3, 9, 0),
    Release::new(4, 0, 0),
    Release::new(4, 3, 0),
];

impl Change {
    /// The first thing worth a comparison: an assignor of the other protocol.
    pub(super) fn first(scenario: &Scenario) -> Self {
        let cooperative = AssignorName::CooperativeSticky;
        let has = scenario.config.get(STRATEGY).map(String::as_str);
        Self::Assignor(if has == Some(cooperative.class_name()) {
            AssignorName::Range
        } else {
            cooperative
        })
    }

    /// The scenario with this changed.
    pub(super) fn applied(&self, draft: &Draft) -> Draft {
        let released = |set: fn(&mut Scenario, Release), release| {
            let mut scenario = (*draft.scenario).clone();
            set(&mut scenario, release);
            Draft::new(scenario)
        };
        match self {
            Self::Assignor(name) => draft.after(&Edit::Assignor(*name)),
            Self::Config(key, value) => draft.after(&Edit::Config(key, Some(value.clone()))),
            Self::Broker(key, value) => draft.after(&Edit::Broker(key, Some(value.clone()))),
            Self::ClientRelease(release) => released(|s, r| s.kafka.client = r, *release),
            Self::BrokerRelease(release) => released(|s, r| s.kafka.broker = r, *release),
        }
    }
}

/// A variant and its run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Variant {
    /// What it changes.
    pub change: Change,
    /// Its run, or why there is none.
    pub run: Result<Shared<Run>, String>,
}

impl Variant {
    /// The variant of a scenario.
    pub(super) fn of(draft: &Draft, change: Change) -> Self {
        let run = run(&change.applied(draft));
        Self { change, run }
    }
}

/// The letter of a run: A is the scenario itself.
pub(super) fn letter(place: usize) -> &'static str {
    ["A", "B", "C", "D"].get(place).copied().unwrap_or("?")
}

/// The parts of stretches that are in both lists, each longer than `least_ms`.
pub(super) fn common(a: &[(u64, u64)], b: &[(u64, u64)], least_ms: u64) -> Vec<(u64, u64)> {
    let mut found = Vec::new();
    for &(from, to) in a {
        let begin = b.partition_point(|&(_, end)| end <= from);
        let overlapping = b.iter().skip(begin).take_while(|&&(other, _)| other < to);
        let parts = overlapping.map(|&(other, end)| (from.max(other), to.min(end)));
        found.extend(parts.filter(|(from, to)| to - from > least_ms));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{CONFIGS, Change, Variant, common};
    use crate::pages::simulate::edit::Draft;
    use crate::pages::simulate::opening::first_scenario;

    #[test]
    fn only_what_is_quiet_in_both_is_common() {
        let common = common(&[(0, 100), (200, 300)], &[(50, 220), (290, 400)], 15);
        assert_eq!(common, [(50, 100), (200, 220)]);
    }

    #[test]
    fn a_variant_has_the_same_actions_and_another_run() {
        let draft = Draft::new(first_scenario());
        let change = Change::first(&draft.scenario);
        let applied = change.applied(&draft);
        assert_eq!(applied.scenario.actions, draft.scenario.actions);
        let longer = Variant::of(&draft, Change::Config(CONFIGS[0], "9000".to_owned()));
        let base = super::run(&draft).unwrap();
        let longest = |run: &crate::figure::Run| run.trace.measures().longest_stop.unwrap().value;
        assert_eq!(longest(&longer.run.unwrap()), longest(&base) + 3_000);
        let refused = Variant::of(&draft, Change::Config(CONFIGS[0], "x".to_owned()));
        assert!(refused.run.is_err());
    }
}
