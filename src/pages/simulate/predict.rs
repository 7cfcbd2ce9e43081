//! Predict: the run stops where the next rebalance begins, its future hidden, until the reader has marked
//! what will stop and move; then it plays on and says how good the guess was, and why each miss.
//!
//! While it asks, everything shows the run of the scenario up to there, which has no future to give away.

use super::edit::Draft;
use super::workspace::{Do, Workspace, run_of};
use crate::figure::{Extent, Run};
use crate::platform;
use crate::playback::{Playback, SPEEDS, Speed};
use crate::shared::Shared;
use crate::shell::use_shell;
use assignor_core::sim::predict::{Fate, Length, Mark, Question, past};
use assignor_core::sim::trace::PartitionIx;
use std::rc::Rc;
use yew::prelude::*;

/// How far the question goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// The future is hidden, marks are taken.
    Asked,
    /// The run plays on.
    Revealing,
    /// It has settled: the marks are scored.
    Scored,
}

/// A question and what was marked so far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prediction {
    /// The question; none where no rebalance follows that could stop or move anything.
    pub question: Option<Rc<Question>>,
    /// The whole run that it is about.
    pub whole: Shared<Run>,
    /// The run up to the question.
    pub past: Shared<Run>,
    /// A mark per answer.
    pub marks: Rc<Vec<Mark>>,
    /// The guess how long the longest stop lasts.
    pub length: Option<Length>,
    /// How far it goes.
    pub phase: Phase,
    /// The reader's speed before, to be put back.
    speed_before: Speed,
}

/// What the reader does with a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Guess {
    /// Asks about the first rebalance from a time on.
    Ask(u64),
    /// Gives an answer the next mark.
    Cycle(usize),
    /// Marks everything that a member has.
    MarkAll(usize, Fate),
    /// Deals what nobody has read yet to members.
    Deal(Deal, Rc<Vec<usize>>),
    /// Guesses the length of the longest stop.
    Length(Length),
    /// Shows what comes.
    Reveal,
    /// Goes back to the run.
    Leave,
}

/// How partitions are dealt to members, topic by topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deal {
    /// To each member as many neighbours as to the others, or one more to the first ones.
    InRanges,
    /// One by one in turn, on from topic to topic.
    InTurn,
}

impl Deal {
    /// The member's place among `members` for the partition at `at` of `count` in a topic, after `before` partitions
    /// of other topics.
    fn to(self, (at, count): (usize, usize), before: usize, members: usize) -> usize {
        match self {
            Self::InRanges => {
                let (each, more) = (count / members.max(1), count % members.max(1));
                let large = more * (each + 1);
                if at < large {
                    at / (each + 1)
                } else {
                    more + (at - large) / each.max(1)
                }
            }
            Self::InTurn => (before + at) % members.max(1),
        }
    }
}

/// How much hidden time the lanes leave room for: as much as was shown, between these, in ms.
const ROOM_MS: (u64, u64) = (2_000, 10_000);
/// How long the reveal plays, roughly, in ms of the reader's clock.
const REVEAL_MS: u64 = 5_000;

impl Prediction {
    /// Whether the future is hidden.
    pub(super) fn is_asked(&self) -> bool {
        self.phase == Phase::Asked && self.question.is_some()
    }

    /// The run to show.
    pub(super) fn shown(&self) -> &Shared<Run> {
        if self.is_asked() {
            &self.past
        } else {
            &self.whole
        }
    }

    /// The time from which on the lanes are covered.
    pub(super) fn cover_ms(&self, t_ms: u64) -> Option<u64> {
        let question = self.question.as_ref()?;
        match self.phase {
            Phase::Asked => Some(question.asked_ms),
            Phase::Revealing => Some(t_ms.max(question.asked_ms)),
            Phase::Scored => None,
        }
    }

    /// The place among the answers of a partition of the shown run.
    pub(super) fn answer_of(&self, partition: PartitionIx) -> Option<usize> {
        let name = self.past.trace.partitions.get(partition.0 as usize)?;
        let all = &self.whole.trace.partitions;
        let ix = all.iter().position(|candidate| candidate == name)?;
        let mut answers = self.question.as_ref()?.answers.iter();
        answers.position(|a| a.partition.0 as usize == ix)
    }

    fn marked(&self, change: impl Fn(usize, Mark) -> Mark) -> Self {
        let marks = self.marks.iter().enumerate();
        Self {
            marks: Rc::new(marks.map(|(ix, &mark)| change(ix, mark)).collect()),
            ..self.clone()
        }
    }

    /// The marks after what nobody has read yet was dealt to members.
    fn dealt(&self, deal: Deal, members: &[usize]) -> Self {
        let Some(question) = &self.question else {
            return self.clone();
        };
        let topic = |ix: usize| {
            let answer = question.answers.get(ix)?;
            let name = self
                .whole
                .trace
                .partitions
                .get(answer.partition.0 as usize)?;
            answer.from.is_none().then(|| name.topic.clone())
        };
        let unread = (0..question.answers.len()).filter(|&ix| topic(ix).is_some());
        let unread: Vec<usize> = unread.collect();
        let mut to = vec![None; question.answers.len()];
        let mut before = 0;
        for part in unread.chunk_by(|&a, &b| topic(a) == topic(b)) {
            for (at, &ix) in part.iter().enumerate() {
                let place = deal.to((at, part.len()), before, members.len());
                if let Some(to) = to.get_mut(ix) {
                    *to = members.get(place).copied();
                }
            }
            before += part.len();
        }
        self.marked(|ix, mark| match mark {
            Mark::First(_) => Mark::First(to.get(ix).copied().flatten()),
            held @ Mark::Held(_) => held,
        })
    }
}

impl Workspace {
    /// The state after the reader did something with a question.
    pub(super) fn guessed(&self, guess: &Guess) -> Self {
        let with = |prediction: Prediction| {
            let mut next = self.clone();
            next.predict = Some(prediction);
            next
        };
        match (guess, &self.predict) {
            (Guess::Ask(t_ms), _) => self.left().asked(*t_ms),
            (Guess::Leave, _) => self.left(),
            (Guess::Reveal, Some(p)) if p.is_asked() => self.revealing(p),
            (_, Some(p)) if !p.is_asked() => self.clone(),
            (Guess::Cycle(of), Some(p)) => {
                let members = p.whole.trace.members.len();
                let next = |ix, mark: Mark| if ix == *of { mark.next(members) } else { mark };
                with(p.marked(next))
            }
            (Guess::MarkAll(member, fate), Some(p)) => {
                let question = p.question.clone();
                let has = |ix: usize| {
                    let answers = question.as_ref().map(|question| &question.answers);
                    answers
                        .and_then(|all| all.get(ix))
                        .is_some_and(|a| a.from == Some(*member))
                };
                let fate = Mark::Held(*fate);
                with(p.marked(|ix, mark| if has(ix) { fate } else { mark }))
            }
            (Guess::Deal(deal, members), Some(p)) => with(p.dealt(*deal, members)),
            (Guess::Length(length), Some(p)) => with(Prediction {
                length: Some(*length),
                ..p.clone()
            }),
            (Guess::Reveal, Some(_)) | (_, None) => self.clone(),
        }
    }

    fn asked(&self, t_ms: u64) -> Self {
        let whole = self.on_stage().clone();
        let question = Question::at(&whole.trace, t_ms);
        let draft = match self
            .shown
            .checked_sub(1)
            .and_then(|place| self.variants.get(place))
        {
            Some(variant) => variant.change.applied(&self.draft),
            None => self.draft.clone(),
        };
        let mut next = self.clone();
        let mut prediction = Prediction {
            marks: Rc::default(),
            question: None,
            past: whole.clone(),
            whole,
            length: None,
            phase: Phase::Asked,
            speed_before: self.playback.speed,
        };
        if let Some(question) = question {
            let asked_ms = question.asked_ms;
            // The scenario ran as a whole; its begin runs too.
            if let Ok(run) = run_of(&Draft::new(past(&draft.scenario, asked_ms)), true) {
                let question = question.known_to(&prediction.whole.trace, &run.trace);
                prediction.past = run;
                prediction.marks = Rc::new(question.first_marks());
                prediction.question = Some(Rc::new(question));
                next.look_at(
                    &prediction.past,
                    asked_ms + asked_ms.clamp(ROOM_MS.0, ROOM_MS.1),
                );
                next.playback = paused_at(asked_ms, self.playback.speed);
            }
        }
        next.popover = None;
        next.predict = Some(prediction);
        next
    }

    fn look_at(&mut self, run: &Shared<Run>, end_ms: u64) {
        let quiet = run.quiet.clone();
        self.extent = Shared::new(Extent { end_ms, quiet });
        self.window = crate::figure::Window::whole(&self.extent);
        self.marks = Rc::new(crate::playback::Landmarks::of(
            &run.trace,
            run.quiet.clone(),
        ));
    }

    fn revealing(&self, prediction: &Prediction) -> Self {
        let Some(question) = prediction.question.clone() else {
            return self.clone();
        };
        let mut next = self.clone();
        next.look_at(&prediction.whole, prediction.whole.trace.end_ms);
        let lasts_ms = question.settled_ms - question.asked_ms;
        let around_ms = lasts_ms / 4 + 500;
        next.window = next.window.after(
            crate::figure::WindowCommand::Show(
                question.asked_ms.saturating_sub(lasts_ms.max(2_000)),
                question.settled_ms + around_ms,
            ),
            &next.extent,
        );
        next.playback = paused_at(question.asked_ms, reveal_speed(lasts_ms));
        next.playback.is_playing = lasts_ms > 0;
        next.predict = Some(Prediction {
            phase: Phase::Revealing,
            ..prediction.clone()
        });
        next.until_settled()
    }

    /// Ends the reveal where the group has settled.
    #[must_use]
    pub(super) fn until_settled(mut self) -> Self {
        let t_ms = self.playback.t_ms();
        let Some(prediction) = &mut self.predict else {
            return self;
        };
        let settled_ms = prediction.question.as_ref().map(|q| q.settled_ms);
        if prediction.phase == Phase::Revealing && settled_ms.is_some_and(|at_ms| t_ms >= at_ms) {
            prediction.phase = Phase::Scored;
            self.playback = paused_at(settled_ms.unwrap_or(t_ms), prediction.speed_before);
        }
        self
    }

    /// The run as it was, without a question.
    #[must_use]
    pub(super) fn left(&self) -> Self {
        let Some(prediction) = &self.predict else {
            return self.clone();
        };
        let mut next = self.clone();
        next.predict = None;
        next.playback = paused_at(self.t_ms(), prediction.speed_before);
        next.refit();
        next.window = crate::figure::Window::whole(&next.extent);
        next
    }
}

/// Paused at a time, at a speed.
fn paused_at(t_ms: u64, speed: Speed) -> Playback {
    let mut playback = Playback::at(t_ms);
    playback.speed = speed;
    playback
}

/// The speed at which so many ms of a run are seen well.
fn reveal_speed(lasts_ms: u64) -> Speed {
    let fits = |speed: &&Speed| speed.virtual_ms(REVEAL_MS) >= lasts_ms;
    let slowest = SPEEDS.iter().find(fits);
    slowest
        .or(SPEEDS.last())
        .copied()
        .unwrap_or(crate::playback::DEFAULT_SPEED)
}

/// The keys of a question: P puts it and takes it back, figures mark, Enter reveals.
#[hook]
pub(super) fn use_predict_keys(workspace: &Workspace, send: Callback<Do>) {
    let single_keys = use_shell().preferences.single_keys;
    let now = (workspace.predict.clone(), workspace.t_ms(), single_keys);
    let latest = use_mut_ref(|| now.clone());
    *latest.borrow_mut() = now;
    use_effect_with((), move |()| {
        let listener = platform::on_key_down(move |event| {
            let held = event.ctrl_key() || event.meta_key() || event.alt_key();
            if held || platform::layout::has_own_keys(event) {
                return;
            }
            let (predict, t_ms, single_keys) = &*latest.borrow();
            let guess = guess_for(&event.key(), predict.as_ref(), *t_ms);
            let is_letter = event.key().chars().count() == 1;
            if let Some(guess) = guess.filter(|_| *single_keys || !is_letter) {
                event.prevent_default();
                send.emit(Do::Predict(guess));
            }
        });
        move || drop(listener)
    });
}

fn guess_for(key: &str, predict: Option<&Prediction>, t_ms: u64) -> Option<Guess> {
    match (key, predict) {
        ("p" | "P", None) => Some(Guess::Ask(t_ms)),
        ("p" | "P" | "Escape", Some(_)) => Some(Guess::Leave),
        ("Enter", Some(prediction)) if prediction.is_asked() => Some(Guess::Reveal),
        (figure, Some(prediction)) if prediction.is_asked() => {
            let n: usize = figure.parse().ok()?;
            let place = n.checked_sub(1)?;
            (place < prediction.marks.len()).then_some(Guess::Cycle(place))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Deal, Guess, Phase, guess_for, reveal_speed};
    use crate::pages::simulate::opening::first_scenario;
    use crate::pages::simulate::workspace::{Do, Workspace};
    use crate::playback::{Command, Speed};
    use assignor_core::sim::predict::{Fate, Length, Mark};

    fn asked() -> Workspace {
        Workspace::open(first_scenario(), 8_000).after(&Do::Predict(Guess::Ask(8_000)))
    }

    fn guess(at: &Workspace, guess: Guess) -> Workspace {
        at.after(&Do::Predict(guess))
    }

    #[test]
    fn what_is_shown_while_it_asks_has_no_future() {
        let asked = asked();
        let prediction = asked.predict.as_ref().expect("a question");
        let asked_ms = prediction.question.as_ref().expect("a rebalance").asked_ms;
        assert_eq!(
            (asked.t_ms(), asked.on_stage().trace.end_ms),
            (asked_ms, asked_ms)
        );
        assert!(asked.extent.quiet.iter().all(|(_, to)| *to <= asked_ms));
        let further = asked.after(&Do::Playback(Command::End));
        assert_eq!(further.t_ms(), asked_ms);
        assert_eq!(prediction.cover_ms(0), Some(asked_ms));
        assert_eq!(asked.after(&Do::Show(1)), asked);
    }

    #[test]
    fn marks_are_kept_and_the_reveal_ends_where_the_group_has_settled() {
        let marked = guess(
            &guess(&asked(), Guess::Cycle(0)),
            Guess::MarkAll(1, Fate::Moves),
        );
        let marked = guess(&marked, Guess::Length(Length::Below5S));
        let revealing = guess(&marked, Guess::Reveal);
        assert!(revealing.playback.is_playing);
        assert_eq!(
            revealing.on_stage(),
            &marked.predict.as_ref().expect("a question").whole
        );
        let ended = (0..4_000).fold(revealing, |at, _| {
            at.after(&Do::Playback(Command::Tick(16_000)))
        });
        let prediction = ended.predict.as_ref().expect("a question");
        let question = prediction.question.as_ref().expect("a rebalance");
        assert_eq!(
            (prediction.phase, ended.t_ms()),
            (Phase::Scored, question.settled_ms)
        );
        assert!(!ended.playback.is_playing);
        // c2 was killed: what it had moves, and so do marks of it.
        assert_eq!(prediction.marks[0], Mark::Held(Fate::Stops));
        let of_c2 = question
            .answers
            .iter()
            .zip(&*prediction.marks)
            .filter(|(a, _)| a.from == Some(1));
        assert!(of_c2.clone().count() > 0 && of_c2.into_iter().all(|(a, mark)| a.outcome == *mark));
        assert_eq!(guess(&ended, Guess::Cycle(0)).predict, ended.predict);
        let left = guess(&ended, Guess::Leave);
        let before = Workspace::open(first_scenario(), question.settled_ms);
        assert_eq!(
            (left.playback, &*left.marks),
            (before.playback, &*before.marks)
        );
    }

    #[test]
    fn first_assignments_are_dealt_and_scored() {
        let asked = Workspace::open(first_scenario(), 0).after(&Do::Predict(Guess::Ask(0)));
        let marks = |at: &Workspace| at.predict.as_ref().expect("a question").marks.clone();
        let question = asked.predict.as_ref().expect("a question").question.clone();
        let question = question.expect("the first rebalance");
        assert_eq!(**marks(&asked), [Mark::First(None); 6]);
        let cycled = guess(&asked, Guess::Cycle(2));
        assert_eq!(marks(&cycled)[2], Mark::First(Some(0)));
        let among =
            |deal, members: &[usize]| guess(&asked, Guess::Deal(deal, members.to_vec().into()));
        let deal = |deal| among(deal, &[0, 1, 2]);
        let to = |at: &Workspace| -> Vec<_> {
            let marks = marks(at);
            let member = |mark: &Mark| match mark {
                Mark::First(member) => *member,
                Mark::Held(_) => None,
            };
            marks.iter().filter_map(member).collect()
        };
        assert_eq!(to(&deal(Deal::InRanges)), [0, 0, 1, 1, 2, 2]);
        assert_eq!(to(&deal(Deal::InTurn)), [0, 1, 2, 0, 1, 2]);
        assert!(to(&among(Deal::InTurn, &[])).is_empty());
        // The group assigns in ranges, and c3 comes later.
        assert_eq!(question.right(&marks(&among(Deal::InRanges, &[0, 1]))), 6);
        assert_eq!(question.right(&marks(&deal(Deal::InRanges))), 3);
        assert_eq!(question.right(&marks(&asked)), 0);
    }

    #[test]
    fn ranges_are_as_even_as_they_can_be() {
        let ranges = |count: usize, members| -> Vec<_> {
            (0..count)
                .map(|at| Deal::InRanges.to((at, count), 0, members))
                .collect()
        };
        assert_eq!(ranges(7, 3), [0, 0, 0, 1, 1, 2, 2]);
        assert_eq!(ranges(2, 3), [0, 1]);
        assert_eq!(Deal::InTurn.to((1, 2), 3, 3), 1);
    }

    #[test]
    fn an_edit_ends_the_question() {
        let edited = asked().after(&Do::Edit(crate::pages::simulate::edit::Edit::AddMember {
            at_ms: 1_000,
        }));
        assert!(edited.predict.is_none());
        assert!(edited.marks.end_ms() > 15_000);
    }

    #[test]
    fn where_no_rebalance_follows_it_says_so() {
        let none = Workspace::open(first_scenario(), 0).after(&Do::Predict(Guess::Ask(17_999)));
        let prediction = none.predict.as_ref().expect("an answer");
        assert_eq!(
            (prediction.question.is_none(), prediction.cover_ms(5)),
            (true, None)
        );
        assert_eq!(guess(&none, Guess::Reveal), none);
        assert_eq!(none.on_stage(), &none.run);
    }

    #[test]
    fn keys_ask_mark_and_reveal() {
        let asked = asked();
        let at = |key| guess_for(key, asked.predict.as_ref(), 0);
        assert_eq!(guess_for("p", None, 7), Some(Guess::Ask(7)));
        assert_eq!(
            (at("p"), at("Enter")),
            (Some(Guess::Leave), Some(Guess::Reveal))
        );
        assert_eq!(
            (at("1"), at("6"), at("7"), at("0")),
            (Some(Guess::Cycle(0)), Some(Guess::Cycle(5)), None, None)
        );
    }

    #[test]
    fn a_reveal_takes_some_seconds() {
        assert_eq!(reveal_speed(20), Speed(1));
        assert_eq!(reveal_speed(4_200), Speed(10));
        assert_eq!(reveal_speed(10_000_000), Speed(10_000));
    }
}
