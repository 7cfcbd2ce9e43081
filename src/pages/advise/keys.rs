//! The keys of the page: F8 and Shift+F8 go through the findings, Ctrl+. and Alt+Enter go to the fixes of the present one.

use super::advice::Advice;
use super::finding::finding_id;
use super::state::{Action, State};
use crate::platform;
use yew::prelude::*;

/// What F8 does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    /// To the next finding.
    Next,
    /// To the one before.
    Previous,
}

/// The finding to go to, as listed, round the ends.
fn step(listed: &[usize], selected: Option<usize>, way: Way) -> Option<usize> {
    let count = listed.len();
    let last = count.checked_sub(1)?;
    let at = listed.iter().position(|place| Some(*place) == selected);
    let next = match (at, way) {
        (None, Way::Next) => 0,
        (None, Way::Previous) => last,
        (Some(at), Way::Next) => (at + 1) % count,
        (Some(at), Way::Previous) => (at + last) % count,
    };
    listed.get(next).copied()
}

/// Serves the keys as long as the page is shown.
#[hook]
pub(super) fn use_finding_keys(state: &UseReducerHandle<State>, advice: &Advice) {
    let dispatcher = state.dispatcher();
    let selected = state.selection(advice);
    use_effect_with(
        (advice.clone(), selected, state.order),
        move |(advice, selected, order)| {
            let (advice, selected, order) = (advice.clone(), *selected, *order);
            let listener = platform::on_key_down(move |event| match event.key().as_str() {
                "F8" => {
                    event.prevent_default();
                    let way = if event.shift_key() {
                        Way::Previous
                    } else {
                        Way::Next
                    };
                    let Some(place) = step(&advice.listed(order), selected, way) else {
                        return;
                    };
                    if platform::takes_text(event.target()) {
                        dispatcher.dispatch(caret(&advice, place));
                    } else {
                        let finding = advice.findings().get(place).cloned();
                        dispatcher.dispatch(Action::Select(place, finding));
                        platform::focus(&finding_id(place));
                    }
                }
                "." if event.ctrl_key() || event.meta_key() => to_the_fixes(event),
                "Enter" if event.alt_key() => to_the_fixes(event),
                _ => {}
            });
            move || drop(listener)
        },
    );
}

fn to_the_fixes(event: &KeyboardEvent) {
    event.prevent_default();
    platform::focus_first(".finding--on [data-testid=fix]");
}

/// The caret at a finding; what is missing from the text is only selected.
fn caret(advice: &Advice, place: usize) -> Action {
    match (advice.findings().get(place), advice.line(place)) {
        (Some(finding), Some(_)) => Action::Caret(place, finding.clone()),
        _ => Action::Follow(place),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_gone_through_as_listed_and_round_the_ends() {
        let listed = [2, 0, 1];
        assert_eq!(step(&listed, Some(2), Way::Next), Some(0));
        assert_eq!(step(&listed, Some(1), Way::Next), Some(2));
        assert_eq!(step(&listed, Some(2), Way::Previous), Some(1));
        assert_eq!(step(&listed, None, Way::Previous), Some(1));
        assert_eq!(step(&[], None, Way::Next), None);
    }
}
