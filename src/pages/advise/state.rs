//! What the reader has done on the Advise page.

use super::advice::{Advice, Order};
use super::form::FactsForm;
use crate::platform::storage;
pub use crate::share::texts::Linked;
use advisor::{Edit, Finding, Place, Text};
use std::rc::Rc;
use yew::Reducible;

/// The storage entry of the texts.
pub const FILES_KEY: &str = "advise.files";
/// The storage entry that held the only text once.
const TEXT_KEY: &str = "advise.text";
/// The storage entry of the facts.
pub const FACTS_KEY: &str = "advise.facts";

/// A text that is open.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct File {
    /// Tells it from all others that were ever open.
    pub number: u32,
    /// The name of its file; empty if it has none.
    pub name: String,
    /// The text.
    pub text: Rc<str>,
}

/// Something that the page wants done to the shown text, once for each `serial`.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Grows with every request.
    pub serial: u32,
    /// What.
    pub kind: RequestKind,
}

/// What the page wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestKind {
    /// Replace parts of the text, as if typed: it can be undone.
    Edit(Vec<Edit>),
    /// Bring an offset into view.
    Reveal(u32),
    /// Put the caret to an offset.
    Caret(u32),
}

/// The state of the page. Everything else on it follows from this.
#[derive(Clone, Debug, PartialEq)]
pub struct State {
    /// The open texts, judged together; at least one.
    pub files: Vec<File>,
    /// The place of the one in the editor.
    pub shown: usize,
    /// What is known besides them.
    pub form: FactsForm,
    /// How findings are listed.
    pub order: Order,
    /// The number of the selected finding among all findings; beyond the last one if there is none.
    pub selected: usize,
    /// What the editor is asked to do.
    pub request: Option<Request>,
    /// What was done last, for the status line.
    pub done: String,
    /// Whether the next edit is what was done last.
    awaits_edit: bool,
}

/// Something that the reader does.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Edits the shown text.
    Edit(String),
    /// Opens files, in place of an only text that is empty.
    Open(Vec<Text>),
    /// Opens what a link brings, behind what is open.
    Linked(Linked),
    /// Opens an empty text.
    Add,
    /// Shows the text at a place.
    Show(usize),
    /// Closes the text at a place.
    Close(usize),
    /// Types a fact.
    Fact(&'static str, String),
    /// Chooses an order.
    Order(Order),
    /// Selects a finding; the editor shows its place.
    Select(usize, Option<Finding>),
    /// Puts the caret on a line with a finding.
    Follow(usize),
    /// Puts the caret to a finding.
    Caret(usize, Finding),
    /// Puts the caret to a place of a text.
    Go(usize, Place),
    /// Takes a text in place of the shown one.
    Take(String),
    /// Has a text edited and says why.
    Apply {
        /// Its place.
        text: usize,
        /// The edits.
        edits: Vec<Edit>,
        /// What was done.
        done: String,
    },
}

impl State {
    /// What was kept at the last visit.
    pub fn stored() -> Self {
        let form = storage::read(FACTS_KEY).map(|text| FactsForm::from_stored(&text));
        let kept = storage::read(FILES_KEY).and_then(|json| serde_json::from_str(&json).ok());
        let texts: Vec<Text> = kept.unwrap_or_else(|| {
            let text = storage::read(TEXT_KEY).unwrap_or_default();
            let name = String::new();
            vec![Text { name, text }]
        });
        Self::of(texts, form.unwrap_or_default())
    }

    /// A page with these texts and facts.
    pub fn of(texts: Vec<Text>, form: FactsForm) -> Self {
        let mut state = Self {
            files: Vec::new(),
            shown: 0,
            form,
            order: Order::default(),
            selected: 0,
            request: None,
            done: String::new(),
            awaits_edit: false,
        };
        state.open(texts);
        state
    }

    /// The text in the editor.
    pub fn file(&self) -> File {
        self.files.get(self.shown).cloned().unwrap_or_default()
    }

    /// The number of the selected finding.
    pub fn selection(&self, advice: &Advice) -> Option<usize> {
        let last = advice.findings().len().checked_sub(1)?;
        Some(self.selected.min(last))
    }

    /// Opens texts and shows the first of them.
    fn open(&mut self, texts: Vec<Text>) {
        let numbers = self.next_number()..;
        if let [only] = self.files.as_slice()
            && only.text.is_empty()
            && texts.iter().any(|text| !text.text.is_empty())
        {
            self.files.clear();
        }
        let first = self.files.len();
        let files = texts.into_iter().zip(numbers).map(|(text, number)| File {
            number,
            name: text.name,
            text: text.text.into(),
        });
        self.files.extend(files);
        if self.files.is_empty() {
            self.files.push(File::default());
        }
        self.shown = first.min(self.files.len() - 1);
        self.done.clear();
    }

    /// Opens what a link brings. A text that is open already isn't opened again, so that nothing comes twice when the
    /// page is loaded again.
    pub fn link(&mut self, linked: Linked) {
        let place_of = |state: &Self, text: &Text| {
            let mut files = state.files.iter();
            files.position(|file| file.name == text.name && *file.text == *text.text)
        };
        if let Some(first) = linked.texts.first().cloned() {
            let new = linked.texts.into_iter();
            let new: Vec<_> = new.filter(|text| place_of(self, text).is_none()).collect();
            if !new.is_empty() {
                self.open(new);
            }
            self.shown = place_of(self, &first).unwrap_or(self.shown);
        }
        for (key, value) in &linked.facts {
            self.form = self.form.with(key, value);
        }
    }

    fn next_number(&self) -> u32 {
        let numbers = self.files.iter().map(|file| file.number + 1);
        numbers.max().unwrap_or_default()
    }

    fn ask(&mut self, kind: RequestKind) {
        let serial = self.request.as_ref().map_or(0, |request| request.serial) + 1;
        self.request = Some(Request { serial, kind });
    }

    fn go(&mut self, text: usize, place: Place) {
        self.shown = text.min(self.files.len() - 1);
        self.ask(RequestKind::Caret(place.from));
    }

    fn take(&mut self, text: String) {
        let units = self.file().text.encode_utf16().count();
        let place = Place {
            to: u32::try_from(units).unwrap_or(u32::MAX),
            ..Place::default()
        };
        self.ask(RequestKind::Edit(vec![Edit { place, text }]));
    }

    fn edit(&mut self, text: String) {
        if let Some(file) = self.files.get_mut(self.shown)
            && *file.text != *text
        {
            file.text = text.into();
            if !std::mem::take(&mut self.awaits_edit) {
                self.done.clear();
            }
        }
    }

    fn close(&mut self, place: usize) {
        if place < self.files.len() {
            let number = self.next_number();
            self.files.remove(place);
            if self.files.is_empty() {
                self.files.push(File {
                    number,
                    ..File::default()
                });
            }
            let shown = if self.shown > place {
                self.shown - 1
            } else {
                self.shown
            };
            self.shown = shown.min(self.files.len() - 1);
            self.done.clear();
        }
    }
}

/// Open texts, as a request has them.
pub fn texts(files: &[File]) -> Vec<Text> {
    let text = |file: &File| Text {
        name: file.name.clone(),
        text: file.text.to_string(),
    };
    files.iter().map(text).collect()
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            Action::Edit(text) => next.edit(text),
            Action::Open(texts) if texts.is_empty() => {}
            Action::Open(texts) => next.open(texts),
            Action::Linked(linked) => next.link(linked),
            Action::Add => {
                next.open(vec![Text::default()]);
            }
            Action::Show(place) => next.shown = place.min(next.files.len() - 1),
            Action::Close(place) => next.close(place),
            Action::Fact(key, value) => next.form = next.form.with(key, &value),
            Action::Order(order) => next.order = order,
            Action::Select(number, finding) => {
                next.selected = number;
                if let Some(finding) = finding {
                    next.shown = finding.text.min(next.files.len() - 1);
                    if !finding.place.is_empty() {
                        next.ask(RequestKind::Reveal(finding.place.from));
                    }
                }
            }
            Action::Follow(number) => next.selected = number,
            Action::Caret(number, finding) => {
                next.selected = number;
                next.go(finding.text, finding.place);
            }
            Action::Go(text, place) => next.go(text, place),
            Action::Take(text) => next.take(text),
            Action::Apply { text, edits, done } => {
                if !edits.is_empty() {
                    next.shown = text.min(next.files.len() - 1);
                    next.done = done;
                    next.awaits_edit = true;
                    next.ask(RequestKind::Edit(edits));
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

    fn state(texts: &[&str]) -> State {
        let text = |text: &&str| Text {
            name: String::new(),
            text: (*text).to_owned(),
        };
        State::of(texts.iter().map(text).collect(), FactsForm::default())
    }

    fn after(state: State, action: Action) -> State {
        (*Rc::new(state).reduce(action)).clone()
    }

    fn apply(text: usize) -> Action {
        Action::Apply {
            text,
            edits: vec![Edit {
                place: Place {
                    from: 2,
                    to: 3,
                    line: 0,
                },
                text: "2".to_owned(),
            }],
            done: "Applied".to_owned(),
        }
    }

    #[test]
    fn edits_are_asked_of_the_editor_and_said_until_the_next_one() {
        let state = after(state(&["a=1\n"]), apply(0));
        assert!(
            matches!(&state.request, Some(Request { serial: 1, kind: RequestKind::Edit(edits) }) if edits.len() == 1)
        );
        let state = after(state, Action::Edit("a=2\n".to_owned()));
        assert_eq!(
            (&*state.file().text, state.done.as_str()),
            ("a=2\n", "Applied")
        );
        assert_eq!(after(state, Action::Edit("a=3\n".to_owned())).done, "");
    }

    #[test]
    fn a_request_to_another_text_shows_it() {
        let state = after(state(&["a=1\n", "b=1\n"]), apply(1));
        assert_eq!(state.shown, 1);
        let again = after(state.clone(), apply(1));
        assert_ne!(state.request, again.request, "told apart by their serial");
    }

    #[test]
    fn files_come_behind_those_that_are_open_and_in_place_of_nothing() {
        let file = |name: &str| Text {
            name: name.to_owned(),
            text: "a=1\n".to_owned(),
        };
        let open = |state| after(state, Action::Open(vec![file("a"), file("b")]));
        let names = |state: &State| {
            state
                .files
                .iter()
                .map(|file| file.name.clone())
                .collect::<Vec<_>>()
        };
        let first = open(state(&[""]));
        assert_eq!(
            (names(&first), first.shown),
            (vec!["a".into(), "b".into()], 0)
        );
        assert_ne!(
            first.file().number,
            0,
            "the editor must not take it for the empty one"
        );
        let second = open(first);
        assert_eq!((second.files.len(), second.shown), (4, 2));
        let mut numbers: Vec<u32> = second.files.iter().map(|file| file.number).collect();
        numbers.dedup();
        assert_eq!(numbers.len(), 4);
        assert_eq!(after(second, Action::Add).shown, 4);
    }

    #[test]
    fn what_a_link_brings_comes_behind_what_is_open_and_only_once() {
        let text = |text: &str| Text {
            name: String::new(),
            text: text.to_owned(),
        };
        let linked = || {
            Action::Linked(Linked {
                texts: vec![text("b=1"), text("c=1")],
                facts: [("client".to_owned(), "3.9".to_owned())].into(),
            })
        };
        let first = after(state(&["a=1"]), linked());
        let names = |state: &State| {
            state
                .files
                .iter()
                .map(|file| file.text.to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            (names(&first), first.shown),
            (vec!["a=1".into(), "b=1".into(), "c=1".into()], 1)
        );
        assert_eq!(first.form.get("client"), "3.9");
        let again = after(after(first, Action::Show(0)), linked());
        assert_eq!((again.files.len(), again.shown), (3, 1));
        let into_nothing = after(state(&[""]), linked());
        assert_eq!(names(&into_nothing), ["b=1", "c=1"]);
        let facts_alone = after(state(&["a=1"]), Action::Linked(Linked::default()));
        assert_eq!(facts_alone, state(&["a=1"]));
    }

    #[test]
    fn closing_keeps_the_shown_text_and_leaves_one() {
        let at = |shown| after(state(&["a", "b", "c"]), Action::Show(shown));
        assert_eq!(&*after(at(2), Action::Close(0)).file().text, "c");
        assert_eq!(&*after(at(1), Action::Close(1)).file().text, "c");
        assert_eq!(&*after(at(2), Action::Close(2)).file().text, "b");
        let last = after(state(&["a"]), Action::Close(0));
        assert_eq!((last.files.len(), &*last.file().text), (1, ""));
        assert_ne!(
            last.file().number,
            0,
            "the editor must not take it for the one before"
        );
    }

    #[test]
    fn the_selection_stays_within_the_findings() {
        let found = advice("heartbeat.interval.ms=50000\n");
        let state = after(state(&[""]), Action::Follow(99));
        assert_eq!(state.selection(&found), Some(found.findings().len() - 1));
        let fine = advice("");
        assert_eq!(state.selection(&fine), fine.findings().len().checked_sub(1));
    }
}
