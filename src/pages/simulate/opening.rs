//! What the workspace opens with: what the address names, else what was left at the last visit, else the
//! first example. What can't be read is kept and shown with the reason.

use super::edit::{Draft, STRATEGY, Unread};
use super::variants::Change;
use super::workspace::{Do, Workspace};
use crate::platform::storage;
use crate::playback::Command;
use crate::route::{Route, Workspace as Screen};
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
/// Name of the comparison: a line with the run on stage, a line per variant.
const COMPARISON: &str = "rebalance-lab.comparison";
/// Name of a scenario that couldn't be read, kept aside.
const UNREADABLE: &str = "rebalance-lab.scenario.unreadable";

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
pub(super) fn open(route: &Route, is_reload: bool) -> Workspace {
    let asked_ms = route.get("t").and_then(|text| text.parse::<u64>().ok());
    let slug = route.get("scenario");
    let goes_on = is_reload && storage::read(ORIGIN).as_deref() == slug;
    if !goes_on && let Some((scenario, t_ms)) = named(route) {
        return Workspace::open(scenario, t_ms).after(&compared(route));
    }
    let left = left();
    let workspace = match left {
        None => first(asked_ms),
        Some(draft) => {
            let position = storage::read(POSITION).and_then(|text| text.parse::<u64>().ok());
            Workspace::of(draft, position.or(asked_ms).unwrap_or(0))
        }
    };
    let kept = storage::read(COMPARISON).map(|text| read_comparison(&text));
    let named = compared(route);
    let is_named = !matches!(&named, Do::Compare(changes, _) if changes.is_empty());
    workspace.after(&kept.filter(|_| !is_named).unwrap_or(named))
}

/// What was left at the last visit, with what couldn't be read then.
fn left() -> Option<Draft> {
    let aside = storage::read(UNREADABLE);
    let draft = match Scenario::from_json(&storage::read(SCENARIO)?) {
        Ok(scenario) => Draft::new(scenario),
        // Kept with its reason over the first example.
        Err(_) => {
            return Some(unread(
                &Draft::new(first_scenario()),
                &storage::read(SCENARIO)?,
            ));
        }
    };
    Some(aside.map_or(draft.clone(), |text| unread(&draft, &text)))
}

/// A draft with a text over it; with what it says, if it can be read by now.
fn unread(draft: &Draft, text: &str) -> Draft {
    match Scenario::from_json(text) {
        Ok(scenario) => Draft::new(scenario),
        Err(error) => Draft {
            unread: Some(std::rc::Rc::new(Unread {
                text: text.to_owned(),
                reason: error.to_string(),
            })),
            ..draft.clone()
        },
    }
}

/// The comparison that an address names: `vs=assignor=sticky`, and `on=1` for the run on stage.
pub(super) fn compared(route: &Route) -> Do {
    let changes = route.query.iter().filter(|(key, _)| key == "vs");
    let changes = changes.filter_map(|(_, text)| text.parse::<Change>().ok());
    let shown = route.get("on").and_then(|text| text.parse().ok());
    Do::Compare(changes.collect(), shown.unwrap_or(0))
}

fn read_comparison(text: &str) -> Do {
    let mut lines = text.lines();
    let shown = lines.next().and_then(|line| line.parse().ok());
    Do::Compare(
        lines.filter_map(|line| line.parse().ok()).collect(),
        shown.unwrap_or(0),
    )
}

fn first(asked_ms: Option<u64>) -> Workspace {
    let workspace = Workspace::open(first_scenario(), 0);
    let t_ms = asked_ms.unwrap_or_else(|| telling_moment(&workspace));
    workspace.after(&Do::Playback(Command::Seek(t_ms)))
}

/// Keeps the scenario for the next visit, and what can't be read beside it.
pub(super) fn keep(draft: &Draft) {
    storage::write(SCENARIO, &draft.scenario.to_json());
    match &draft.unread {
        Some(unread) => {
            storage::write(UNREADABLE, &unread.text);
        }
        None => storage::remove(UNREADABLE),
    }
}

/// Keeps the position for the next visit, and what is compared.
pub(super) fn keep_view(t_ms: u64, changes: &[Change], shown: usize) {
    storage::write(POSITION, &t_ms.to_string());
    let lines = changes.iter().map(|change| format!("\n{change}"));
    storage::write(COMPARISON, &format!("{shown}{}", lines.collect::<String>()));
}

/// The example that a scenario came from, as long as nothing in it was changed.
pub(super) fn example_of(scenario: &Scenario) -> Option<&'static str> {
    let entry = gallery::entry(&storage::read(ORIGIN)?)?;
    (entry.scenario().as_ref() == Ok(scenario)).then_some(entry.slug)
}

/// The address of a moment of an example, or of whatever the browser has kept.
pub(super) fn address(example: Option<&str>, t_ms: u64, changes: &[Change], shown: usize) -> Route {
    let mut route = Route::to(Screen::Simulate);
    if let Some(slug) = example {
        route = route.with("scenario", slug);
    }
    route = route.with("t", t_ms);
    for change in changes {
        route = route.with("vs", change);
    }
    if shown > 0 {
        route.with("on", shown)
    } else {
        route
    }
}

#[cfg(test)]
mod tests {
    use super::{Change, Do, Route, address, compared, first, first_scenario, read_comparison};
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

    #[test]
    fn an_address_names_the_comparison_and_the_moment() {
        let changes: Vec<Change> = ["assignor=sticky", "config.session.timeout.ms=9000"]
            .map(|text| text.parse().unwrap())
            .to_vec();
        let printed = address(Some("x"), 9_200, &changes, 2).to_string();
        assert_eq!(
            printed,
            "#/simulate?scenario=x&t=9200&vs=assignor%3Dsticky&vs=config.session.timeout.ms%3D9000&on=2"
        );
        let route = Route::parse(&printed).unwrap();
        assert_eq!(compared(&route), Do::Compare(changes.clone(), 2));
        assert_eq!(
            read_comparison("2\nassignor=sticky\nnothing\nconfig.session.timeout.ms=9000"),
            Do::Compare(changes, 2)
        );
    }
}
