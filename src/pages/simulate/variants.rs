//! Variants: the same actions with one thing changed, run beside the scenario itself.

use super::edit::{Draft, Edit, STRATEGY};
use super::patch::patched;
use super::setup::assignors;
use super::tables::{BROKER, CONSUMER};
use super::workspace::run;
use crate::figure::Run;
use crate::shared::Shared;
use assignor_core::assign::{AssignorName, RebalanceProtocol};
use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::Release;
use serde_json::Value;
use std::fmt;
use std::rc::Rc;
use std::str::FromStr;

/// How many variants there can be beside the scenario itself.
pub(super) const MOST_VARIANTS: usize = 3;

/// The one thing that a variant changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// All members use this assignor; the protocol follows from it.
    Assignor(AssignorName),
    /// All members follow this protocol, with an assignor that has it.
    Protocol(RebalanceProtocol),
    /// Every member is static, with its name as `group.instance.id`.
    Static,
    /// A consumer property that all members share.
    Config(&'static str, String),
    /// A broker property.
    Broker(&'static str, String),
    /// The release of all clients.
    ClientRelease(Release),
    /// The release of the brokers.
    BrokerRelease(Release),
    /// Whatever a JSON merge patch of the scenario says: the fix of a finding.
    Patch(Value),
}

/// The consumer properties that a variant can change.
pub(super) fn configs() -> impl Iterator<Item = &'static str> {
    CONSUMER
        .iter()
        .map(|field| field.at)
        .filter(|key| *key != STRATEGY)
}

/// The broker properties that a variant can change.
pub(super) fn brokers() -> impl Iterator<Item = &'static str> {
    BROKER.iter().map(|field| field.at)
}

/// The releases to choose from: where behaviour that a run shows changed.
pub(super) const RELEASES: [Release; 6] = [
    Release::new(2, 4, 0),
    Release::new(2, 8, 0),
    Release::new(3, 4, 0),
    Release::new(3, 9, 0),
    Release::new(4, 0, 0),
    Release::new(4, 3, 0),
];

/// The names of the protocols.
pub(super) const PROTOCOLS: [(RebalanceProtocol, &str); 2] = [
    (RebalanceProtocol::Eager, "eager"),
    (RebalanceProtocol::Cooperative, "cooperative"),
];

impl Change {
    /// The first thing worth a comparison: an assignor of the other protocol.
    pub(super) fn first(scenario: &Scenario) -> Self {
        let cooperative = AssignorName::CooperativeSticky;
        Self::Assignor(if assignors(scenario) == [cooperative] {
            AssignorName::Range
        } else {
            cooperative
        })
    }

    /// The scenario with this changed. What can't be stays unread in it.
    pub(super) fn applied(&self, draft: &Draft) -> Draft {
        let changed = |change: &dyn Fn(&mut Scenario)| {
            let mut scenario = (*draft.scenario).clone();
            change(&mut scenario);
            Draft::new(scenario)
        };
        match self {
            Self::Assignor(name) => draft.after(&Edit::Assignor(*name)),
            Self::Protocol(protocol) => {
                draft.after(&Edit::Assignor(with_protocol(&draft.scenario, *protocol)))
            }
            Self::Static => changed(&|scenario| {
                for member in &mut scenario.members {
                    member
                        .config
                        .insert("group.instance.id".to_owned(), member.name.clone());
                }
            }),
            Self::Config(key, value) => {
                // What a member or a single process says of its own would silently win.
                let shared = changed(&|scenario| {
                    for member in &mut scenario.members {
                        member.config.remove(*key);
                    }
                    for action in &mut scenario.actions {
                        if let Some(config) = action.kind.config_mut() {
                            config.remove(*key);
                        }
                    }
                });
                shared.after(&Edit::Set(
                    format!("/config/{key}"),
                    Some(value.as_str().into()),
                ))
            }
            Self::Broker(key, value) => {
                let own = changed(&|_| ());
                own.after(&Edit::Set(
                    format!("/broker/{key}"),
                    Some(value.as_str().into()),
                ))
            }
            Self::ClientRelease(release) => changed(&|scenario| {
                scenario.kafka.client = *release;
                for member in &mut scenario.members {
                    member.client = None;
                }
            }),
            Self::BrokerRelease(release) => changed(&|scenario| scenario.kafka.broker = *release),
            Self::Patch(patch) => match draft.value() {
                Some(value) => {
                    let text = patched(value, patch).to_string();
                    draft.after(&Edit::Text(text.into()))
                }
                None => draft.clone(),
            },
        }
    }
}

/// The first assignor that the group has of a protocol, else the sticky one.
fn with_protocol(scenario: &Scenario, protocol: RebalanceProtocol) -> AssignorName {
    let is_cooperative = |name: &AssignorName| *name == AssignorName::CooperativeSticky;
    match protocol {
        RebalanceProtocol::Cooperative => AssignorName::CooperativeSticky,
        RebalanceProtocol::Eager => {
            let mut used = assignors(scenario).into_iter();
            used.find(|name| !is_cooperative(name))
                .unwrap_or(AssignorName::Sticky)
        }
    }
}

/// As an address and the browser's storage have it: `assignor=range`, `config.session.timeout.ms=9000`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Assignor(name) => write!(f, "assignor={}", name.as_str()),
            Self::Protocol(protocol) => {
                let known = PROTOCOLS.iter().find(|(other, _)| other == protocol);
                write!(f, "protocol={}", known.map_or("", |(_, name)| name))
            }
            Self::Static => f.write_str("static"),
            Self::Config(key, value) => write!(f, "config.{key}={value}"),
            Self::Broker(key, value) => write!(f, "broker.{key}={value}"),
            Self::ClientRelease(release) => write!(f, "clients={release}"),
            Self::BrokerRelease(release) => write!(f, "brokers={release}"),
            Self::Patch(patch) => write!(f, "patch={patch}"),
        }
    }
}

impl FromStr for Change {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (what, value) = text.split_once('=').unwrap_or((text, ""));
        let find = |mut keys: Box<dyn Iterator<Item = &'static str>>, key: &str| {
            keys.find(|known| *known == key)
        };
        let change =
            match what {
                "assignor" => AssignorName::from_class_name(value).map(Self::Assignor),
                "protocol" => {
                    let known = PROTOCOLS.iter().find(|(_, name)| *name == value);
                    known.map(|(protocol, _)| Self::Protocol(*protocol))
                }
                "static" => Some(Self::Static),
                "clients" => value.parse().ok().map(Self::ClientRelease),
                "brokers" => value.parse().ok().map(Self::BrokerRelease),
                "patch" => serde_json::from_str(value).ok().map(Self::Patch),
                _ => match what.split_once('.') {
                    Some(("config", key)) => find(Box::new(configs()), key)
                        .map(|key| Self::Config(key, value.to_owned())),
                    Some(("broker", key)) => find(Box::new(brokers()), key)
                        .map(|key| Self::Broker(key, value.to_owned())),
                    _ => None,
                },
            };
        change.ok_or(())
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
        let readable = Draft {
            unread: None,
            ..draft.clone()
        };
        let applied = change.applied(&readable);
        let run = match &applied.unread {
            Some(unread) => Err(unread.reason.clone()),
            None => run(&applied),
        };
        Self { change, run }
    }
}

/// Variants of a scenario.
pub(super) fn all(draft: &Draft, changes: impl IntoIterator<Item = Change>) -> Rc<Vec<Variant>> {
    let changes = changes.into_iter().take(MOST_VARIANTS);
    Rc::new(changes.map(|change| Variant::of(draft, change)).collect())
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
    use super::*;
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
        let longer = Variant::of(
            &draft,
            Change::Config("session.timeout.ms", "9000".to_owned()),
        );
        let base = super::run(&draft).unwrap();
        let longest = |run: &crate::figure::Run| run.trace.measures().longest_stop.unwrap().value;
        assert_eq!(longest(&longer.run.unwrap()), longest(&base) + 3_000);
        let refused = Variant::of(&draft, Change::Config("session.timeout.ms", "x".to_owned()));
        assert!(refused.run.is_err());
    }

    #[test]
    fn changes_are_written_and_read_back() {
        let mut changes = vec![
            Change::Assignor(AssignorName::Sticky),
            Change::Protocol(RebalanceProtocol::Cooperative),
            Change::Static,
            Change::ClientRelease(RELEASES[0]),
            Change::BrokerRelease(RELEASES[1]),
            Change::Patch(serde_json::json!({"config": {"a": "b=c", "d": null}})),
        ];
        changes.extend(configs().map(|key| Change::Config(key, "a=b".to_owned())));
        changes.extend(brokers().map(|key| Change::Broker(key, String::new())));
        for change in changes {
            assert_eq!(change.to_string().parse(), Ok(change));
        }
        for wrong in [
            "",
            "assignor",
            "assignor=none",
            "config.nothing=1",
            "clients=x",
            "patch={",
        ] {
            assert_eq!(wrong.parse::<Change>(), Err(()), "{wrong}");
        }
    }

    #[test]
    fn every_change_of_the_first_example_runs_and_differs_in_the_scenario() {
        let draft = Draft::new(first_scenario());
        for change in [
            Change::Protocol(RebalanceProtocol::Cooperative),
            Change::Static,
            Change::ClientRelease(RELEASES[2]),
        ] {
            assert!(Variant::of(&draft, change.clone()).run.is_ok());
            assert_ne!(change.applied(&draft).scenario, draft.scenario);
        }
    }
}
