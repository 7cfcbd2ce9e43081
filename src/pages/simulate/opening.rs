//! What the workspace opens with: what the address names, else what was left at the last visit, else the
//! first example. What can't be read is kept and shown with the reason.

use super::edit::STRATEGY;
use super::workspace::Workspace;
use crate::platform::storage;
use crate::playback::Command;
use crate::route::Route;
use assignor_core::assign::AssignorName;
use assignor_core::gallery;
use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::{
    Action, ActionKind, Application, FORMAT_VERSION, Member, Properties, Release, Releases, Timing,
    Topic,
};
use std::collections::BTreeMap;

/// Name of the scenario in the browser's storage.
const SCENARIO: &str = "rebalance-lab.scenario";
/// Name of the position.
const POSITION: &str = "rebalance-lab.position";
/// Name of the example that the scenario came from.
const ORIGIN: &str = "rebalance-lab.origin";
/// Name of a scenario that couldn't be read, kept aside.
const UNREADABLE: &str = "rebalance-lab.scenario.unreadable";

/// A text that was meant to be a scenario, and why it isn't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    /// The text.
    pub text: String,
    /// The place and the reason.
    pub reason: String,
}

/// What the workspace opens with.
pub(super) struct Opening {
    /// The state.
    pub workspace: Workspace,
    /// What was stored and can't be read.
    pub unreadable: Option<Unreadable>,
}

/// The example that a first visit shows: three consumers share six partitions, one crashes.
pub(super) fn first_scenario() -> Scenario {
    let start = |at_ms, member: &str| Action {
        at_ms,
        kind: ActionKind::start(member),
    };
    let properties = |pairs: &[(&str, &str)]| {
        let owned = pairs
            .iter()
            .map(|&(key, value)| (key.to_owned(), value.to_owned()));
        owned.collect::<Properties>()
    };
    Scenario {
        version: FORMAT_VERSION,
        title: "A consumer crashes".to_owned(),
        about: "c2 is killed. The coordinator notices when its session ends; until then nobody reads what c2 had.".to_owned(),
        kafka: Releases {
            broker: Release::new(4, 3, 0),
            client: Release::new(4, 3, 0),
        },
        broker: properties(&[("group.initial.rebalance.delay.ms", "1000")]),
        timing: Timing::recorded(),
        application: Application::default(),
        topics: vec![Topic::new("a", 6)],
        config: properties(&[
            ("heartbeat.interval.ms", "1000"),
            (STRATEGY, AssignorName::Range.class_name()),
            ("session.timeout.ms", "6000"),
        ]),
        members: ["c1", "c2", "c3"].map(Member::new).to_vec(),
        member_ids: BTreeMap::new(),
        actions: vec![
            start(0, "c1"),
            start(400, "c2"),
            start(3_500, "c3"),
            Action {
                at_ms: 7_000,
                kind: ActionKind::Kill {
                    member: "c2".to_owned(),
                },
            },
        ],
        until_ms: 18_000,
        seed: 0,
    }
}

/// Where a run is opened when nothing says otherwise: in its longest stop, where there is most to see.
fn telling_moment(workspace: &Workspace) -> u64 {
    let stop = workspace.run.trace.measures().longest_stop;
    stop.map_or(0, |stop| stop.at_ms + stop.value * 3 / 5)
}

/// The example that an address names, and where in it to begin.
pub(super) fn named(route: &Route) -> Option<(Scenario, u64)> {
    let entry = gallery::entry(route.get("scenario")?)?;
    let asked_ms = route.get("t").and_then(|text| text.parse::<u64>().ok());
    let scenario = entry.scenario().ok()?;
    storage::write(ORIGIN, entry.slug);
    Some((scenario, asked_ms.unwrap_or(entry.from_ms)))
}

/// Opens what the address names; else what was left; else the first example. A page that is loaded again
/// at the address of an example goes on with what became of it.
pub(super) fn open(route: &Route, is_reload: bool) -> Opening {
    let asked_ms = route.get("t").and_then(|text| text.parse::<u64>().ok());
    let slug = route.get("scenario");
    let goes_on = is_reload && storage::read(ORIGIN).as_deref() == slug;
    if !goes_on && let Some((scenario, t_ms)) = named(route) {
        return Opening {
            workspace: Workspace::open(scenario, t_ms),
            unreadable: None,
        };
    }
    let Some(text) = storage::read(SCENARIO) else {
        return Opening {
            workspace: first(asked_ms),
            unreadable: None,
        };
    };
    match Scenario::from_json(&text) {
        Ok(scenario) => {
            let position = storage::read(POSITION).and_then(|text| text.parse::<u64>().ok());
            Opening {
                workspace: Workspace::open(scenario, position.or(asked_ms).unwrap_or(0)),
                unreadable: None,
            }
        }
        Err(error) => {
            // Kept aside: the next change writes over the place that it was read from.
            storage::write(UNREADABLE, &text);
            Opening {
                workspace: first(asked_ms),
                unreadable: Some(Unreadable {
                    text,
                    reason: error.to_string(),
                }),
            }
        }
    }
}

fn first(asked_ms: Option<u64>) -> Workspace {
    let workspace = Workspace::open(first_scenario(), 0);
    let t_ms = asked_ms.unwrap_or_else(|| telling_moment(&workspace));
    workspace.after(&super::workspace::Do::Playback(Command::Seek(t_ms)))
}

/// Keeps scenario and position for the next visit.
pub(super) fn keep(scenario: &str, t_ms: u64) {
    storage::write(SCENARIO, scenario);
    storage::write(POSITION, &t_ms.to_string());
}

#[cfg(test)]
mod tests {
    use super::{first, first_scenario};
    use assignor_core::sim::Scenario;

    #[test]
    fn the_first_example_can_be_read_and_shows_a_stop() {
        let scenario = first_scenario();
        assert_eq!(
            Scenario::from_json(&scenario.to_json()).as_ref(),
            Ok(&scenario)
        );
        let workspace = first(None);
        assert_eq!(workspace.problem, None);
        let frame = workspace.run.trace.frame_at(workspace.t_ms());
        assert!(
            frame
                .partitions
                .iter()
                .any(|partition| partition.next.is_some())
        );
    }
}
