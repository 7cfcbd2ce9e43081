//! What the reader has done on the Advise page.

use super::advice::{Advice, Order};
use super::editor::{Replacement, Request, RequestKind};
use super::form::FactsForm;
use crate::platform::storage;
use std::rc::Rc;
use yew::Reducible;

/// The storage entry of the text.
pub const TEXT_KEY: &str = "advise.text";
/// The storage entry of the facts.
pub const FACTS_KEY: &str = "advise.facts";

/// The state of the page. Everything else on it follows from this.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The text in the editor.
    pub text: Rc<str>,
    /// What is known besides it.
    pub form: FactsForm,
    /// How findings are listed.
    pub order: Order,
    /// The place of the selected finding among all findings; beyond the last one if there is none.
    pub selected: usize,
    /// What the editor is asked to do.
    pub request: Option<Request>,
    /// What was done last, for the status line.
    pub done: String,
}

/// Something that the reader does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Edits the text.
    Edit(String),
    /// Types a fact.
    Fact(&'static str, String),
    /// Chooses an order.
    Order(Order),
    /// Selects a finding; the editor shows its line.
    Select {
        /// Its place among all findings.
        place: usize,
        /// Its line (from 0).
        line: Option<usize>,
    },
    /// Puts the caret on a line with a finding.
    Follow(usize),
    /// Puts the caret to a finding.
    Caret {
        /// The finding's place.
        place: usize,
        /// Where, in UTF-16 units from the start of the text.
        offset: u32,
        /// On which line (from 0).
        line: usize,
    },
    /// Takes another text and says why.
    Take {
        /// The text.
        text: String,
        /// What was done.
        done: String,
    },
}

impl State {
    /// What was kept at the last visit.
    pub fn stored() -> Self {
        let form = storage::read(FACTS_KEY).map(|text| FactsForm::from_stored(&text));
        Self::of(
            &storage::read(TEXT_KEY).unwrap_or_default(),
            form.unwrap_or_default(),
        )
    }

    /// A page with this text and these facts.
    pub fn of(text: &str, form: FactsForm) -> Self {
        Self {
            text: text.into(),
            form,
            order: Order::default(),
            selected: 0,
            request: None,
            done: String::new(),
        }
    }

    /// The place of the selected finding.
    pub fn selection(&self, advice: &Advice) -> Option<usize> {
        let last = advice.findings().len().checked_sub(1)?;
        Some(self.selected.min(last))
    }

    fn ask(&mut self, kind: RequestKind) {
        let serial = self.request.as_ref().map_or(0, |request| request.serial) + 1;
        self.request = Some(Request { serial, kind });
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Edit(text) => {
                // Browsers hand out texts with bare line feeds, whatever was put in.
                if *next.text == *text {
                    return self;
                }
                next.text = text.into();
                next.done.clear();
            }
            Action::Fact(key, value) => next.form = next.form.with(key, &value),
            Action::Order(order) => next.order = order,
            Action::Select { place, line } => {
                next.selected = place;
                if let Some(line) = line {
                    next.ask(RequestKind::Reveal(line));
                }
            }
            Action::Follow(place) => next.selected = place,
            Action::Caret {
                place,
                offset,
                line,
            } => {
                next.selected = place;
                next.ask(RequestKind::Caret(offset, line));
            }
            Action::Take { text, done } => {
                if let Some(replacement) = Replacement::between(&next.text, &text) {
                    next.text = text.into();
                    next.done = done;
                    next.ask(RequestKind::Replace(replacement));
                }
            }
        }
        if next == *self { self } else { Rc::new(next) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::advise::advice::tests::advice;

    fn after(state: State, action: Action) -> State {
        (*Rc::new(state).reduce(action)).clone()
    }

    #[test]
    fn a_taken_text_is_a_request_to_the_editor() {
        let state = after(
            State::of("a=1\n", FactsForm::default()),
            Action::Take {
                text: "a=2\n".to_owned(),
                done: "Applied".to_owned(),
            },
        );
        assert_eq!(&*state.text, "a=2\n");
        let Some(Request {
            serial: 1,
            kind: RequestKind::Replace(replacement),
        }) = &state.request
        else {
            panic!("{:?}", state.request);
        };
        assert_eq!(
            (
                replacement.start,
                replacement.end,
                replacement.text.as_str()
            ),
            (2, 3, "2")
        );
        // The field's own event brings the same text and must not clear the status.
        let state = after(state, Action::Edit("a=2\n".to_owned()));
        assert_eq!(state.done, "Applied");
        assert_eq!(after(state, Action::Edit("a=3\n".to_owned())).done, "");
    }

    #[test]
    fn the_selection_stays_within_the_findings() {
        let found = advice("heartbeat.interval.ms=50000\n");
        let state = after(State::of("", FactsForm::default()), Action::Follow(99));
        assert_eq!(state.selection(&found), Some(found.findings().len() - 1));
        let fine = advice("");
        assert_eq!(state.selection(&fine), fine.findings().len().checked_sub(1));
    }

    #[test]
    fn requests_are_told_apart_by_their_serial() {
        let select = Action::Select {
            place: 0,
            line: Some(3),
        };
        let once = after(State::of("", FactsForm::default()), select.clone());
        let twice = after(once.clone(), select);
        assert_ne!(once.request, twice.request);
    }
}
