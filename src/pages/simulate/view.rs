//! How a run is looked at, as an address says it: `t=9200&vs=assignor%3Dsticky&on=1`.
//!
//! One form for addresses, permalinks, embeds and the browser's storage. Keys never change their meaning: links that
//! were made stay. What is as it begins is left out.

use super::inspector::Tab;
use super::variants::Change;
use super::workspace::Workspace;
use crate::figure::By;
use crate::route::Route;

/// How a run is looked at.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct View {
    /// `t`: the playhead, in ms.
    pub t_ms: Option<u64>,
    /// `vs`: what the runs beside change.
    pub changes: Vec<Change>,
    /// `on`: the run on stage, 0 is the scenario itself.
    pub shown: usize,
    /// `by`: what a line of the lanes is.
    pub by: By,
    /// `from` and `to`: what the lanes show, in ms; everything without.
    pub window: Option<(u64, u64)>,
    /// `tab`: what the inspector shows.
    pub tab: Tab,
    /// `of`: the partition that it explains, `topic:number`.
    pub chosen: Option<String>,
    /// `action`: the place of the selected action.
    pub action: Option<usize>,
}

impl Default for View {
    fn default() -> Self {
        Self {
            t_ms: None,
            changes: Vec::new(),
            shown: 0,
            by: By::default(),
            window: None,
            tab: Tab::Messages,
            chosen: None,
            action: None,
        }
    }
}

/// While it plays, a position is as good as another of the same second.
const PLAYING_STEP_MS: u64 = 1_000;

impl View {
    /// How a workspace is looked at.
    pub(super) fn of(workspace: &Workspace) -> Self {
        let t_ms = workspace.t_ms();
        let step_ms = if workspace.playback.is_playing {
            PLAYING_STEP_MS
        } else {
            1
        };
        let chosen = workspace.chosen.and_then(|partition| {
            let name = workspace.run.trace.partitions.get(partition.0 as usize)?;
            Some(name.to_string())
        });
        let window = workspace.window;
        Self {
            t_ms: Some(t_ms / step_ms * step_ms),
            changes: workspace
                .variants
                .iter()
                .map(|variant| variant.change.clone())
                .collect(),
            shown: workspace.shown,
            by: workspace.by,
            window: (!window.is_whole(&workspace.extent)).then_some((window.from_ms, window.to_ms)),
            tab: workspace.tab,
            chosen,
            action: workspace
                .selected
                .and_then(|id| workspace.draft.place_of(id)),
        }
    }

    /// The same at no time in particular.
    pub(super) fn without_time(self) -> Self {
        Self { t_ms: None, ..self }
    }

    /// What an address says. What it says wrongly is as if it didn't.
    pub(super) fn read(route: &Route) -> Self {
        let number = |key: &str| route.get(key).and_then(|text| text.parse::<u64>().ok());
        let place = |key: &str| number(key).and_then(|place| usize::try_from(place).ok());
        let changes = route.query.iter().filter(|(key, _)| key == "vs");
        Self {
            t_ms: number("t"),
            changes: changes.filter_map(|(_, text)| text.parse().ok()).collect(),
            shown: place("on").unwrap_or(0),
            by: if route.get("by") == Some(BY_MEMBER) {
                By::Member
            } else {
                By::Partition
            },
            window: number("from").zip(number("to")),
            tab: route
                .get("tab")
                .and_then(Tab::of_slug)
                .unwrap_or(Tab::Messages),
            chosen: route.get("of").map(str::to_owned),
            action: place("action"),
        }
    }

    /// The address with this view in it.
    pub(super) fn written(&self, mut route: Route) -> Route {
        if let Some(t_ms) = self.t_ms {
            route = route.with("t", t_ms);
        }
        for change in &self.changes {
            route = route.with("vs", change);
        }
        if self.shown > 0 {
            route = route.with("on", self.shown);
        }
        if self.by == By::Member {
            route = route.with("by", BY_MEMBER);
        }
        if let Some((from_ms, to_ms)) = self.window {
            route = route.with("from", from_ms).with("to", to_ms);
        }
        if self.tab != Tab::Messages {
            route = route.with("tab", self.tab.slug());
        }
        if let Some(chosen) = &self.chosen {
            route = route.with("of", chosen);
        }
        match self.action {
            Some(place) => route.with("action", place),
            None => route,
        }
    }
}

const BY_MEMBER: &str = "member";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::simulate::opening::first_scenario;
    use crate::pages::simulate::workspace::Do;
    use crate::route::Workspace as Screen;

    #[test]
    fn a_view_is_written_read_and_taken() {
        let view = View {
            t_ms: Some(9_200),
            changes: ["assignor=sticky", "config.session.timeout.ms=9000"]
                .map(|text| text.parse().unwrap())
                .to_vec(),
            shown: 2,
            by: By::Member,
            window: Some((7_000, 14_000)),
            tab: Tab::Why,
            chosen: Some("a:4".to_owned()),
            action: Some(3),
        };
        let printed = view.written(Route::to(Screen::Simulate)).to_string();
        assert_eq!(
            printed,
            "#/simulate?t=9200&vs=assignor%3Dsticky&vs=config.session.timeout.ms%3D9000&on=2&by=member\
             &from=7000&to=14000&tab=why&of=a:4&action=3"
        );
        assert_eq!(View::read(&Route::parse(&printed).unwrap()), view);
        let workspace = Workspace::open(first_scenario(), 0);
        let viewed = workspace.after(&Do::View(Box::new(view.clone())));
        assert_eq!(View::of(&viewed), view);
    }

    #[test]
    fn what_an_address_says_wrongly_is_as_if_it_did_not() {
        let route =
            Route::parse("#/simulate?t=x&vs=nothing&on=-1&by=x&from=5&tab=x&action=1.5").unwrap();
        assert_eq!(View::read(&route), View::default());
        let wild = Route::parse(
            "#/simulate?t=99999999999&on=9&from=0&to=18446744073709551615&of=x&action=99",
        )
        .unwrap();
        let workspace = Workspace::open(first_scenario(), 0);
        let viewed = workspace.after(&Do::View(Box::new(View::read(&wild))));
        assert_eq!(viewed.t_ms(), viewed.run.trace.end_ms);
        assert_eq!(
            (viewed.shown, viewed.chosen, viewed.selected),
            (0, None, None)
        );
    }
}
