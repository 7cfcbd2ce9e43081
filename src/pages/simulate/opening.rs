//! What the workspace opens with: what the address names, else what was left at the last visit, else the
//! first example. What can't be read is kept and shown with the reason.

use super::edit::{Draft, STRATEGY, Unread};
use super::view::View;
use super::workspace::{Do, Workspace};
use crate::platform::{self, storage};
use crate::playback::Command;
use crate::route::{Route, Workspace as Screen};
use crate::share::payload::{IN_ADDRESS as PACKED, MOST_WRITTEN, PayloadError, pack, unpack};
use crate::share::secrets::without_secrets;
use assignor_core::assign::AssignorName;
use assignor_core::gallery;
use assignor_core::sim::Scenario;
use assignor_core::sim::scenario::{
    Action, ActionKind, Application, FORMAT_VERSION, Member, Properties, Release, Releases, Timing,
    Topic,
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Name of the scenario in the browser's storage.
const SCENARIO: &str = "rebalance-lab.scenario";
/// Name of the position.
const POSITION: &str = "rebalance-lab.position";
/// Name of how the run is looked at: an address.
const VIEW: &str = "rebalance-lab.view";
/// Name of what the address says about the scenario that is kept.
const ADDRESSED: &str = "rebalance-lab.address";
/// Name of what the address of this tab said before that: a reload that comes while it changes finds either.
const ADDRESSED_BEFORE: &str = "rebalance-lab.address.before";
/// Name of a scenario that couldn't be read, kept aside.
const UNREADABLE: &str = "rebalance-lab.scenario.unreadable";

/// In an address: the name of an example.
const EXAMPLE: &str = "scenario";
/// The name in an address of the example that a first visit shows.
const FIRST: &str = "first";
/// In the data of a permalink: the scenario as its JSON.
const SCENARIO_FIELD: &str = "scenario";

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

/// The scenario that an address names or holds; none if it does neither.
fn named(route: &Route) -> Option<Result<(Scenario, u64), PayloadError>> {
    if let Some(packed) = route.get(PACKED) {
        let scenario = unpack(packed).and_then(|data| {
            let scenario = data.get(SCENARIO_FIELD).unwrap_or(&Value::Null);
            Scenario::from_value(scenario).map_err(|error| PayloadError::Content(error.to_string()))
        });
        return Some(scenario.map(|scenario| (scenario, 0)));
    }
    let entry = gallery::entry(route.get(EXAMPLE)?)?;
    let scenario = entry.scenario().ok()?;
    Some(Ok((scenario, entry.from_ms)))
}

/// What an address opens in place of what is there; none if it names nothing.
pub(super) fn opened(route: &Route) -> Option<Workspace> {
    let is_packed = route.get(PACKED).is_some();
    let example = route.get(EXAMPLE);
    if !is_packed && example.is_none() {
        return None;
    }
    let mut view = View::read(route);
    if !is_packed && example == Some(FIRST) {
        return Some(first(view.t_ms).after(&Do::View(Box::new(view))));
    }
    let (scenario, from_ms) = match named(route)? {
        Ok(named) => named,
        Err(error) => return Some(empty_bench(&error)),
    };
    view.t_ms = view.t_ms.or(Some(from_ms));
    Some(Workspace::open(scenario, from_ms).after(&Do::View(Box::new(view))))
}

/// Nothing to see, and why.
fn empty_bench(error: &PayloadError) -> Workspace {
    let nothing = Scenario {
        title: String::new(),
        about: String::new(),
        topics: Vec::new(),
        members: Vec::new(),
        actions: Vec::new(),
        ..first_scenario()
    };
    let mut workspace = Workspace::open(nothing, 0);
    workspace.broken_link = Some(error.to_string().into());
    workspace
}

/// Opens what the address names; else what was left; else the first example. A page that is loaded again
/// goes on with what has become of it.
pub(super) fn open(route: &Route, is_reload: bool) -> Workspace {
    let addressed = Some(base_of(route));
    let goes_on = is_reload
        && (storage::read(ADDRESSED) == addressed
            || (platform::is_reload() && storage::read_in_tab(ADDRESSED_BEFORE) == addressed));
    if !goes_on && let Some(workspace) = opened(route) {
        return workspace;
    }
    resumed(route, is_reload && platform::is_reload())
}

/// What was left at the last visit. How it is looked at says the address; when the page is loaded again, what is kept
/// says it, because the address follows a little later.
pub(super) fn resumed(route: &Route, is_reload: bool) -> Workspace {
    let kept = storage::read(VIEW).and_then(|text| Route::parse(&text).ok());
    let kept = kept.map(|route| View::read(&route));
    let position = storage::read(POSITION).and_then(|text| text.parse::<u64>().ok());
    let asked = View::read(route);
    let says_nothing = asked.clone().without_time() == View::default();
    let mut view = match kept {
        Some(kept) if is_reload || says_nothing => kept,
        _ => asked.clone(),
    };
    view.t_ms = if is_reload {
        position.or(asked.t_ms)
    } else {
        asked.t_ms.or(position)
    };
    let Some(draft) = left() else {
        return first(view.t_ms).after(&Do::View(Box::new(view)));
    };
    view.t_ms = view.t_ms.or(Some(0));
    Workspace::of(draft, 0).after(&Do::View(Box::new(view)))
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

fn first(asked_ms: Option<u64>) -> Workspace {
    let workspace = Workspace::open(first_scenario(), 0);
    let t_ms = asked_ms.unwrap_or_else(|| telling_moment(&workspace));
    workspace.after(&Do::Playback(Command::Seek(t_ms)))
}

/// Keeps the scenario for the next visit, and what can't be read beside it. As long as nothing is kept, the next visit
/// begins like the first.
pub(super) fn keep(draft: &Draft) {
    let is_first = draft.unread.is_none() && *draft.scenario == first_scenario();
    if is_first && storage::read(SCENARIO).is_none() {
        return;
    }
    storage::write(SCENARIO, &draft.scenario.to_json());
    match &draft.unread {
        Some(unread) => {
            storage::write(UNREADABLE, &unread.text);
        }
        None => storage::remove(UNREADABLE),
    }
}

/// Keeps the position for the next visit, and how the run is looked at.
pub(super) fn keep_view(view: &View) {
    storage::write(POSITION, &view.t_ms.unwrap_or(0).to_string());
    let address = view.written(Route::to(Screen::Simulate)).to_string();
    storage::write(VIEW, &address);
}

/// The example that a scenario is, with nothing in it changed.
fn example_of(scenario: &Scenario) -> Option<&'static str> {
    if *scenario == first_scenario() {
        return Some(FIRST);
    }
    let mut named = gallery::all()
        .iter()
        .filter(|entry| entry.title == scenario.title);
    let entry = named.find(|entry| entry.scenario().as_ref() == Ok(scenario))?;
    Some(entry.slug)
}

/// The address of a scenario: the name of an example, else what a permalink holds, without secrets.
pub(super) fn base(scenario: &Scenario) -> Base {
    if let Some(slug) = example_of(scenario) {
        return Base::Example(slug);
    }
    let (clean, removed) = without_secrets(scenario);
    let data = json!({ SCENARIO_FIELD: clean });
    match pack(&data) {
        Some(packed) if packed.len() <= MOST_WRITTEN => Base::Packed { packed, removed },
        packed => Base::TooLong {
            chars: packed.map(|packed| packed.len()),
        },
    }
}

/// What an address says about the scenario.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Base {
    /// It is an example as it is.
    Example(&'static str),
    /// It is in the address.
    Packed {
        /// As the address has it.
        packed: String,
        /// The secrets that were left out.
        removed: Vec<String>,
    },
    /// It doesn't fit into an address.
    TooLong {
        /// How many characters it would have; none if more than are ever read.
        chars: Option<usize>,
    },
}

impl Base {
    /// The address in a workspace, without a view. One that doesn't fit stands for what the browser keeps.
    pub(super) fn route(&self) -> Route {
        let route = Route::to(Screen::Simulate);
        match self {
            Self::Example(slug) => route.with(EXAMPLE, slug),
            Self::Packed { packed, .. } => route.with(PACKED, packed),
            Self::TooLong { .. } => route,
        }
    }
}

/// Puts the scenario and how it is looked at into the address, and keeps what the address then stands for.
pub(super) fn keep_address(scenario: &Scenario, view: &View) {
    // A first visit asks for nothing more here: the rest knows the gallery and packs.
    let base = if *scenario == first_scenario() {
        Base::Example(FIRST)
    } else {
        base(scenario)
    };
    let route = base.route();
    let addressed = base_of(&route);
    if let Ok(before) = Route::parse(&platform::fragment()) {
        storage::write_in_tab(ADDRESSED_BEFORE, &base_of(&before));
    }
    storage::write(ADDRESSED, &addressed);
    platform::replace_fragment(&view.written(route).to_string());
}

/// What an address says about the scenario, as text.
fn base_of(route: &Route) -> String {
    [PACKED, EXAMPLE]
        .iter()
        .find_map(|key| Some(format!("{key}={}", route.get(key)?)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{Base, FIRST, Route, base, first, first_scenario, gallery, opened};
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
    fn a_scenario_in_an_address_opens_as_it_was() {
        let another = Scenario {
            title: "Another".to_owned(),
            ..first_scenario()
        };
        for (scenario, most) in [(another, 1_000), (first_scenario(), 40)] {
            let route = base(&scenario).route().with("t", 9_200);
            let address = route.to_string();
            assert!(address.len() < most, "{address}");
            let workspace = opened(&Route::parse(&address).unwrap()).unwrap();
            assert_eq!(*workspace.draft.scenario, scenario);
            assert_eq!((workspace.t_ms(), workspace.broken_link), (9_200, None));
        }
    }

    #[test]
    fn the_first_example_has_a_name_of_its_own() {
        assert!(gallery::entry(FIRST).is_none());
    }

    #[test]
    fn every_link_ever_made_opens() {
        let links = include_str!("../../../tests/permalinks/format-1.txt");
        let mut count = 0;
        for line in links.lines().filter(|line| !line.starts_with("# ")) {
            let (address, expected) = line.split_once(' ').unwrap();
            let (t_ms, title) = expected.split_once(' ').unwrap();
            let route = Route::parse(&format!("#{}", address.trim_start_matches('#'))).unwrap();
            let workspace = opened(&route).unwrap();
            assert_eq!(workspace.broken_link, None, "{title}");
            assert_eq!(workspace.problem, None, "{title}");
            assert_eq!(workspace.draft.scenario.title, title);
            assert_eq!(workspace.t_ms().to_string(), t_ms, "{title}");
            count += 1;
        }
        assert!(count >= 3);
    }

    #[test]
    fn a_broken_link_opens_an_empty_bench_and_says_why() {
        let another = Scenario {
            title: "Another".to_owned(),
            ..first_scenario()
        };
        let good = base(&another).route().to_string();
        let cut = opened(&Route::parse(&good[..good.len() - 40]).unwrap()).unwrap();
        assert!(
            cut.broken_link
                .as_deref()
                .unwrap()
                .starts_with("This link is cut off after")
        );
        assert_eq!(
            (cut.draft.scenario.members.len(), cut.run.trace.lanes.len()),
            (0, 0)
        );
        let wrong =
            opened(&Route::parse("#/simulate?s=1.q1YqLilKTcwtVrJSMlSqBQA").unwrap()).unwrap();
        assert!(wrong.broken_link.is_some());
    }

    #[test]
    fn what_is_too_long_for_an_address_is_left_out_of_it() {
        let mut scenario = first_scenario();
        // Nothing that packs well.
        let words = (0..9_000_u64).map(|n| n.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_string());
        scenario.about = words.collect::<Vec<_>>().join(" ");
        let too_long = base(&scenario);
        assert!(matches!(too_long, Base::TooLong { .. }), "{too_long:?}");
        assert_eq!(too_long.route().to_string(), "#/simulate");
    }
}
