//! The state of the Simulate workspace: one scenario, its run, a position, a selection, a history.
//!
//! A reducer without a browser in it. The run always belongs to the last scenario that could be run; a
//! scenario that can't keeps its text and its reason beside the last good run.

use super::act::Popover;
use super::edit::{Draft, Edit};
use super::inspector::Tab;
use super::predict::{Guess, Prediction};
use super::variants::{self, Change, MOST_VARIANTS, Variant, common};
use super::view::View;
use crate::figure::axis::TEAR_AFTER_MS;
use crate::figure::{By, Extent, Run, Window, WindowCommand};
use crate::playback::{Command, Landmarks, Playback};
use crate::shared::Shared;
use assignor_core::sim::Scenario;
use assignor_core::sim::trace::PartitionIx;
use std::rc::Rc;
use yew::Reducible;

/// How many steps can be taken back.
const MOST_STEPS: usize = 200;

/// The state of the workspace.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Workspace {
    /// The scenario as edited.
    pub draft: Draft,
    /// The run of the last scenario that could be run.
    pub run: Shared<Run>,
    /// Where playback can go in it.
    pub marks: Rc<Landmarks>,
    /// Why the scenario can't be run, if it can't.
    pub problem: Option<String>,
    /// Position and speed.
    pub playback: Playback,
    /// All the time that the lanes can show.
    pub extent: Shared<Extent>,
    /// What they show of it.
    pub window: Window,
    /// What a line of them stands for.
    pub by: By,
    /// The same actions with one thing changed.
    pub variants: Rc<Vec<Variant>>,
    /// Which run is on stage: 0 is the scenario itself, 1 the first variant.
    pub shown: usize,
    /// The selected action.
    pub selected: Option<u32>,
    /// The question about the next rebalance, while one is put.
    pub predict: Option<Prediction>,
    /// The menu or form that is open.
    pub popover: Option<Popover>,
    /// What the inspector shows.
    pub tab: Tab,
    /// The partition whose way the inspector explains, once one was chosen.
    pub chosen: Option<PartitionIx>,
    /// Whether the reason behind the sentence about now is shown.
    pub is_why_open: bool,
    /// Why the link that was opened can't be read. What the browser keeps is left alone until something is done here.
    pub broken_link: Option<Rc<str>>,
    past: Vec<Draft>,
    future: Vec<Draft>,
    /// The field of an action that is being changed: all its changes are one step of the history.
    moving: Option<(u32, &'static str)>,
}

/// What changes the state.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Do {
    /// Moves the position.
    Playback(Command),
    /// Plays, or pauses.
    Play(bool),
    /// Changes the scenario.
    Edit(Edit),
    /// Zooms or pans the lanes.
    Window(WindowCommand),
    /// Gives the lanes other lines.
    By(By),
    /// Looks at the run in this way.
    View(Box<View>),
    /// Adds a variant.
    AddVariant,
    /// Takes a variant out, by its place.
    RemoveVariant(usize),
    /// Makes a variant change something else.
    ChangeVariant(usize, Change),
    /// Puts a run on stage: 0 is the scenario itself.
    Show(usize),
    /// Puts another workspace in its place, which goes on at the chosen speed.
    Open(Box<Workspace>),
    /// Takes the last change back.
    Undo,
    /// Makes the change that was taken back.
    Redo,
    /// Selects an action, or nothing.
    Select(Option<u32>),
    /// Puts a question about the next rebalance, or does something with it.
    Predict(Guess),
    /// Lets an action last so many ms.
    Last(u32, u64),
    /// Opens a menu or form, or closes it.
    Popover(Option<Popover>),
    /// Shows something in the inspector, of a partition.
    Inspect(Tab, Option<PartitionIx>),
    /// Shows the reason behind the sentence about now, or hides it.
    Why,
}

impl Workspace {
    /// A scenario at a time. A scenario that can't be run is shown as an empty run with the reason.
    pub(super) fn open(scenario: Scenario, t_ms: u64) -> Self {
        Self::of(Draft::new(scenario), t_ms)
    }

    /// As [`Workspace::open`], with what was left unread.
    pub(super) fn of(draft: Draft, t_ms: u64) -> Self {
        let (run, problem) = match run(&draft) {
            Ok(run) => (
                run,
                draft.unread.as_ref().map(|unread| unread.reason.clone()),
            ),
            Err(problem) => (
                Shared::new(Run::new(assignor_core::sim::Trace::default(), [])),
                Some(problem),
            ),
        };
        let marks = Rc::new(Landmarks::of(&run.trace, run.quiet.clone()));
        let extent = extent(&run, &[]);
        Self {
            playback: Playback::at(t_ms).within(marks.end_ms()),
            window: Window::whole(&extent),
            extent,
            by: By::default(),
            variants: Rc::default(),
            shown: 0,
            draft,
            run,
            marks,
            problem,
            selected: None,
            predict: None,
            popover: None,
            tab: Tab::Messages,
            chosen: None,
            is_why_open: false,
            broken_link: None,
            past: Vec::new(),
            future: Vec::new(),
            moving: None,
        }
    }

    /// The position, in ms.
    pub(super) fn t_ms(&self) -> u64 {
        self.playback.t_ms()
    }

    /// The range to repeat after the command to begin or end that: what the lanes show.
    pub(super) fn repeat_toggled(&self) -> Option<(u64, u64)> {
        match self.playback.range {
            Some(_) => None,
            None => Some((self.window.from_ms, self.window.to_ms)),
        }
    }

    /// Whether a change can be taken back.
    pub(super) fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether a change that was taken back can be made again.
    pub(super) fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    /// The state after a change.
    #[must_use]
    pub(super) fn after(&self, change: &Do) -> Self {
        if self.predict.is_some() {
            match change {
                // What is on stage is what is asked about.
                Do::Show(_) => return self.clone(),
                Do::Playback(_)
                | Do::Play(_)
                | Do::Window(_)
                | Do::By(_)
                | Do::Select(_)
                | Do::Popover(_)
                | Do::Inspect(..)
                | Do::Why
                | Do::Predict(_) => {}
                // A change of the scenario has another future.
                _ => return self.left().after(change),
            }
        }
        match change {
            Do::Predict(guess) => self.guessed(guess),
            Do::Playback(command) => {
                let playback = self.playback.after(*command, &self.marks);
                let window = if playback.t_ms() == self.t_ms() {
                    self.window
                } else {
                    self.window.following(playback.t_ms(), &self.extent)
                };
                let next = Self {
                    playback,
                    window,
                    ..self.clone()
                };
                next.until_settled()
            }
            Do::Play(is_playing) if *is_playing == self.playback.is_playing => self.clone(),
            Do::Play(_) => self.after(&Do::Playback(Command::Toggle)),
            Do::Window(command) => Self {
                window: self.window.after(*command, &self.extent),
                ..self.clone()
            },
            Do::AddVariant if self.variants.len() < MOST_VARIANTS => {
                let change = Change::first(&self.draft.scenario);
                let mut variants = (*self.variants).clone();
                variants.push(Variant::of(&self.draft, change));
                self.with_variants(variants)
            }
            Do::AddVariant => self.clone(),
            Do::View(view) => self.viewed(view),
            Do::RemoveVariant(place) => {
                let mut variants = (*self.variants).clone();
                if *place < variants.len() {
                    variants.remove(*place);
                }
                self.with_variants(variants)
            }
            Do::ChangeVariant(place, change) => {
                let mut variants = (*self.variants).clone();
                if let Some(variant) = variants.get_mut(*place) {
                    *variant = Variant::of(&self.draft, change.clone());
                }
                self.with_variants(variants)
            }
            Do::Show(place) => {
                let mut next = self.clone();
                next.shown = *place;
                next.refit();
                next
            }
            Do::By(by) => Self {
                by: *by,
                ..self.clone()
            },
            Do::Edit(edit) => self.edited(edit),
            Do::Open(workspace) => {
                let mut opened = (**workspace).clone();
                opened.playback.speed = self.playback.speed;
                opened
            }
            Do::Undo => self.back(),
            Do::Redo => self.again(),
            Do::Select(selected) => Self {
                selected: *selected,
                moving: None,
                ..self.clone()
            },
            Do::Last(id, ms) => match super::lasting(&self.draft, *id, *ms) {
                Some(edit) => self.edited(&edit),
                None => self.clone(),
            },
            Do::Popover(popover) => Self {
                popover: popover.clone(),
                ..self.clone()
            },
            Do::Inspect(tab, chosen) => Self {
                tab: *tab,
                chosen: chosen.or(self.chosen),
                ..self.clone()
            },
            Do::Why => Self {
                is_why_open: !self.is_why_open,
                ..self.clone()
            },
        }
    }

    fn viewed(&self, view: &View) -> Self {
        let mut next = self.clone();
        next.variants = variants::all(&self.draft, view.changes.iter().cloned());
        next.shown = view.shown;
        next.by = view.by;
        next.refit();
        if let Some((from_ms, to_ms)) = view.window {
            let show = WindowCommand::Show(from_ms, to_ms);
            next.window = next.window.after(show, &next.extent);
        }
        if let Some(t_ms) = view.t_ms {
            next.playback = next.playback.after(Command::Seek(t_ms), &next.marks);
        }
        next.tab = view.tab;
        let partitions = (0..).map(PartitionIx).zip(&next.run.trace.partitions);
        let mut named =
            partitions.filter(|(_, name)| view.chosen.as_deref() == Some(&name.to_string()));
        next.chosen = named.next().map(|(partition, _)| partition);
        next.selected = view
            .action
            .and_then(|place| next.draft.ids.get(place).copied());
        next
    }

    fn edited(&self, edit: &Edit) -> Self {
        let draft = self.draft.after(edit);
        if draft == self.draft {
            return self.clone();
        }
        let moved = match edit {
            Edit::SetAction { id, at, .. } => Some((*id, *at)),
            _ => None,
        };
        let mut next = if moved.is_some() && moved == self.moving {
            let mut next = self.clone();
            next.draft = draft;
            next.rerun();
            next
        } else {
            self.stepped(draft)
        };
        next.moving = moved;
        match edit {
            // What was just put on the axis can be moved at once.
            Edit::Act(_) | Edit::AddMember { .. } => {
                next.selected = next.draft.ids.iter().max().copied();
            }
            Edit::RemoveAction { id } if next.selected == Some(*id) => next.selected = None,
            _ => {}
        }
        next
    }

    fn stepped(&self, draft: Draft) -> Self {
        let mut next = self.clone();
        next.broken_link = None;
        next.past.push(self.draft.clone());
        if next.past.len() > MOST_STEPS {
            next.past.remove(0);
        }
        next.future.clear();
        next.moving = None;
        next.draft = draft;
        next.rerun();
        next
    }

    fn back(&self) -> Self {
        let mut next = self.clone();
        if let Some(draft) = next.past.pop() {
            next.future.push(std::mem::replace(&mut next.draft, draft));
            next.moving = None;
            next.rerun();
        }
        next
    }

    fn again(&self) -> Self {
        let mut next = self.clone();
        if let Some(draft) = next.future.pop() {
            next.past.push(std::mem::replace(&mut next.draft, draft));
            next.moving = None;
            next.rerun();
        }
        next
    }

    fn with_variants(&self, variants: Vec<Variant>) -> Self {
        let mut next = self.clone();
        next.variants = Rc::new(variants);
        next.refit();
        next
    }

    /// The run on stage.
    pub(super) fn on_stage(&self) -> &Shared<Run> {
        if let Some(prediction) = &self.predict {
            return prediction.shown();
        }
        let variant = self.shown.checked_sub(1);
        variant
            .and_then(|place| self.variants.get(place)?.run.as_ref().ok())
            .unwrap_or(&self.run)
    }

    /// Fits time axis and playback to the runs.
    pub(super) fn refit(&mut self) {
        let is_there = self.variants.get(self.shown.wrapping_sub(1));
        if is_there.is_none_or(|variant| variant.run.is_err()) {
            self.shown = 0;
        }
        let was_whole = self.window.is_whole(&self.extent);
        self.extent = extent(&self.run, &self.variants);
        self.window = if was_whole {
            Window::whole(&self.extent)
        } else {
            self.window.within(&self.extent)
        };
        let quiet = self.extent.quiet.clone();
        self.marks = Rc::new(Landmarks::of(&self.on_stage().trace, quiet));
        self.playback = self.playback.within(self.marks.end_ms());
    }

    fn rerun(&mut self) {
        match run(&self.draft) {
            Ok(run) => {
                self.run = run;
                self.problem = self
                    .draft
                    .unread
                    .as_ref()
                    .map(|unread| unread.reason.clone());
                let changes = self.variants.iter().map(|variant| variant.change.clone());
                self.variants = variants::all(&self.draft, changes);
                self.refit();
            }
            Err(problem) => self.problem = Some(problem),
        }
        if self
            .selected
            .is_some_and(|id| self.draft.place_of(id).is_none())
        {
            self.selected = None;
        }
    }
}

impl Reducible for Workspace {
    type Action = Do;

    fn reduce(self: Rc<Self>, change: Do) -> Rc<Self> {
        let next = self.after(&change);
        // An equal state redraws nothing.
        if next == *self { self } else { Rc::new(next) }
    }
}

/// Runs a scenario.
pub(super) fn run(draft: &Draft) -> Result<Shared<Run>, String> {
    run_of(draft, false)
}

/// Runs a scenario; `is_cut` says that it goes on beyond its end, hidden.
pub(super) fn run_of(draft: &Draft, is_cut: bool) -> Result<Shared<Run>, String> {
    let mut run = Run::of(&draft.scenario)?;
    run.is_cut = is_cut;
    Ok(Shared::new(run))
}

/// All the time that the runs have, and what is quiet in each of them.
fn extent(run: &Run, variants: &[Variant]) -> Shared<Extent> {
    let all = variants
        .iter()
        .filter_map(|variant| variant.run.as_ref().ok());
    let mut extent = Extent {
        end_ms: run.trace.end_ms,
        quiet: run.quiet.clone(),
    };
    for other in all {
        extent.end_ms = extent.end_ms.max(other.trace.end_ms);
        extent.quiet = common(&extent.quiet, &other.quiet, TEAR_AFTER_MS);
    }
    Shared::new(extent)
}

#[cfg(test)]
mod tests {
    use super::{Do, Edit, Workspace};
    use crate::pages::simulate::opening::first_scenario;
    use crate::playback::Command;
    use serde_json::json;

    fn workspace() -> Workspace {
        Workspace::open(first_scenario(), 12_000)
    }

    #[test]
    fn undo_and_redo_walk_the_same_way() {
        let start = workspace();
        let kill = json!({"at_ms": 12_000, "do": "kill", "member": "c1"});
        let act = Do::Edit(Edit::Act(kill));
        let acted = start.after(&act);
        assert_eq!(acted.t_ms(), 12_000);
        assert!(acted.run.trace.events.len() != start.run.trace.events.len());
        let undone = acted.after(&Do::Undo);
        assert_eq!(undone.draft, start.draft);
        assert_eq!(undone.run.trace, start.run.trace);
        assert_eq!(undone.after(&Do::Redo).draft, acted.draft);
        assert!(!start.can_undo() && !acted.can_redo());
    }

    #[test]
    fn a_drag_is_one_step() {
        let start = workspace();
        let id = start.draft.ids[1];
        let mut dragged = start.clone();
        for at_ms in [3_000, 3_010, 3_020] {
            dragged = dragged.after(&Do::Edit(Edit::moved(id, at_ms)));
        }
        assert_eq!(dragged.after(&Do::Undo).draft, start.draft);
    }

    #[test]
    fn what_cannot_be_read_keeps_the_last_good_run() {
        let start = workspace();
        let rename =
            |name: &str| Do::Edit(Edit::Set("/topics/0/name".to_owned(), Some(json!(name))));
        let broken = start.after(&rename("no spaces"));
        assert!(
            broken
                .problem
                .as_deref()
                .is_some_and(|text| text.starts_with("topics[0].name"))
        );
        assert_eq!(broken.run.trace, start.run.trace);
        assert_eq!(broken.after(&Do::Undo).problem, None);
        let mended = broken.after(&rename("spaces"));
        assert_eq!(mended.problem, None);
    }

    #[test]
    fn the_new_action_is_selected_and_the_position_stays() {
        let start = workspace();
        let added = start.after(&Do::Edit(Edit::AddMember { at_ms: 12_000 }));
        let id = added.selected.expect("a selection");
        let place = added.draft.place_of(id).expect("its place");
        assert_eq!(added.draft.scenario.actions[place].at_ms, 12_000);
        assert_eq!(added.t_ms(), start.t_ms());
    }

    #[test]
    fn variants_follow_the_actions_and_go_to_the_stage() {
        let start = workspace().after(&Do::AddVariant);
        let shown = start.after(&Do::Show(1));
        assert_ne!(shown.on_stage(), &shown.run);
        let edited = shown.after(&Do::Edit(Edit::AddMember { at_ms: 12_000 }));
        assert_ne!(edited.on_stage(), shown.on_stage());
        assert_eq!(edited.on_stage().trace.members.len(), 4);
        let removed = edited.after(&Do::RemoveVariant(0));
        assert_eq!((removed.shown, removed.variants.len()), (0, 0));
        assert_eq!(start.after(&Do::Show(3)).shown, 0);
        let full = (0..5).fold(start, |at, _| at.after(&Do::AddVariant));
        assert_eq!(full.variants.len(), 3);
    }

    #[test]
    fn nothing_to_do_changes_nothing() {
        let start = workspace();
        assert_eq!(start.after(&Do::Undo), start);
        assert_eq!(start.after(&Do::Playback(Command::Pause)), start);
        let same = Edit::RemoveAction { id: 999 };
        assert_eq!(start.after(&Do::Edit(same)), start);
    }
}
