//! Two scenarios of one story, for a workspace that shows them small and opens them here: a run that fails, and the
//! same with a fix.

use super::edit::Draft;
use super::opening;
use super::patch;
use super::variants::{Change, common};
use super::view::View;
use crate::figure::Run;
use crate::figure::axis::TEAR_AFTER_MS;
use crate::platform;
use crate::route::{Route, Workspace as Screen};
use crate::shared::Shared;
use assignor_core::sim::Scenario;

/// Both runs, with their time torn at the same places, so that one scale fits both. None where one can't be run.
pub(crate) fn runs(scenario: &Scenario, other: &Scenario) -> Option<[Shared<Run>; 2]> {
    let [mut one, mut two] = [Run::of(scenario).ok()?, Run::of(other).ok()?];
    let quiet = common(&one.quiet, &two.quiet, TEAR_AFTER_MS);
    one.quiet.clone_from(&quiet);
    two.quiet = quiet;
    Some([one, two].map(Shared::new))
}

/// What turns a scenario into another one, but for its title; none where a patch can't say it.
fn change_to(scenario: &Scenario, other: &Scenario) -> Option<Change> {
    let other = Scenario {
        title: scenario.title.clone(),
        about: scenario.about.clone(),
        ..other.clone()
    };
    patch::between(scenario, &other).map(Change::Patch)
}

/// Opens a scenario here at a moment, compared with another one.
pub(crate) fn open(scenario: &Scenario, other: &Scenario, at_ms: u64) {
    opening::keep(&Draft::new(scenario.clone()));
    opening::keep_view(&View {
        t_ms: Some(at_ms),
        changes: change_to(scenario, other).into_iter().collect(),
        ..View::default()
    });
    platform::go_to(&Route::to(Screen::Simulate).to_string());
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// Whether opening a pair compares these very scenarios.
    pub(crate) fn is_opened_as_it_is(scenario: &Scenario, other: &Scenario) -> bool {
        let change = change_to(scenario, other);
        let opened = change.map(|change| change.applied(&Draft::new(scenario.clone())));
        opened.is_some_and(|draft| {
            draft.unread.is_none()
                && draft.scenario.members == other.members
                && draft.scenario.config == other.config
                && draft.scenario.actions == other.actions
        })
    }
}
