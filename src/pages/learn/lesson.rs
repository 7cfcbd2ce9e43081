//! Lessons: a few steps on real runs, a prediction, what is often told wrongly, free play.
//!
//! A lesson is a file of `lessons/`. Nothing that a run shows stands in it: pictures, sentences about a moment and the
//! answer to the question come from the simulator.

use crate::components::prose;
use crate::figure::{Excerpt, Run};
use crate::route::{Route, Workspace};
use crate::shared::Shared;
use crate::stage::{Motion, Stage};
use assignor_core::gallery::{self, Entry};
use assignor_core::sim::narrate::{self, clock};
use serde::Deserialize;
use yew::prelude::*;

use super::summary::Numbers;

/// A lesson.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Lesson {
    /// Its name in an address. Never changes.
    pub slug: String,
    /// Its heading.
    pub title: String,
    /// What is shown, one after the other.
    pub steps: Vec<Step>,
    /// The question.
    pub predict: Predict,
    /// What is often told, and what is right.
    pub wrong: Vec<Wrong>,
    /// The advisor's rules about it.
    pub rules: Vec<String>,
    /// Where to go on without guidance.
    pub free: Free,
}

impl Lesson {
    /// Where the lesson shows an example: the number of its first step with it, or the last one if only the question or
    /// the free play has it.
    pub fn shows(&self, example: &str) -> Option<usize> {
        let step = self.steps.iter().position(|step| step.scenario == example);
        let is_after = self.predict.scenario == example || self.free.scenario == example;
        step.or_else(|| is_after.then(|| self.steps.len().saturating_sub(1)))
    }
}

/// A moment of an example, with what to see in it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Step {
    /// The example.
    pub scenario: String,
    /// The moment, in ms.
    pub t: u64,
    /// What to see.
    pub text: String,
}

/// A question about a run, with numbers to choose from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Predict {
    /// The example.
    pub scenario: String,
    /// What is asked for.
    pub ask: Ask,
    /// The question.
    pub question: String,
    /// What can be answered.
    pub choices: Vec<u64>,
    /// Why the answer is what it is.
    pub because: String,
}

/// What the run is measured by, from where the interesting part of the example begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ask {
    /// Rebalances.
    Rebalances,
    /// Partitions that stop.
    Stopped,
    /// Partitions that move, in the whole run.
    Moved,
    /// Records worked on again, in the whole run.
    Reprocessed,
    /// The longest stop in seconds; of the choices the nearest.
    LongestStopS,
}

/// What is often told, and what is right.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Wrong {
    /// What is told.
    pub claim: String,
    /// What is right.
    pub right: String,
}

/// The way on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Free {
    /// The example to play with.
    pub scenario: String,
    /// What to try.
    pub text: String,
}

const FILES: [&str; 11] = [
    include_str!("lessons/01-rebalance.json"),
    include_str!("lessons/02-join-and-sync.json"),
    include_str!("lessons/03-eager-and-cooperative.json"),
    include_str!("lessons/04-assignors.json"),
    include_str!("lessons/05-crash-and-session.json"),
    include_str!("lessons/06-static-members.json"),
    include_str!("lessons/07-commits-and-duplicates.json"),
    include_str!("lessons/08-long-processing.json"),
    include_str!("lessons/09-rolling-deploys.json"),
    include_str!("lessons/10-migration.json"),
    include_str!("lessons/11-storms-and-metrics.json"),
];

/// All lessons, in their order.
pub fn lessons() -> Vec<Lesson> {
    let read = |file: &&str| serde_json::from_str(file).ok();
    FILES.iter().filter_map(read).collect()
}

/// In an address: the name of a lesson.
pub const LESSON: &str = "lesson";
/// In an address: which step, from 1; the question after the last.
const STEP: &str = "step";

/// The address of a lesson.
pub fn address(slug: &str, step: usize) -> String {
    let route = Route::to(Workspace::Learn).with(LESSON, slug);
    route.with(STEP, step + 1).to_string()
}

/// An example with its run.
fn played(slug: &str) -> Option<(&'static Entry, Shared<Run>)> {
    let entry = gallery::entry(slug)?;
    let run = Run::of(&entry.scenario().ok()?).ok()?;
    Some((entry, Shared::new(run)))
}

impl Ask {
    /// The answer, as the run has it.
    fn answer(self, entry: &Entry, run: &Run, choices: &[u64]) -> u64 {
        let numbers = Numbers::of(&run.trace, entry.from_ms);
        let count = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        match self {
            Self::Rebalances => count(numbers.rebalances),
            Self::Moved => count(run.trace.measures().partitions_moved),
            Self::Reprocessed => run.trace.reprocessed().0,
            Self::Stopped => {
                let stops = |lane: &&assignor_core::sim::trace::Lane| {
                    let mut spans = lane.spans.iter();
                    spans.any(|span| span.is_stop() && span.from_ms >= entry.from_ms)
                };
                count(run.trace.lanes.iter().filter(stops).count())
            }
            Self::LongestStopS => {
                let ms = numbers.longest_stop_ms.unwrap_or(0);
                let nearest = choices
                    .iter()
                    .min_by_key(|choice| choice.saturating_mul(1_000).abs_diff(ms));
                nearest.copied().unwrap_or(0)
            }
        }
    }

    fn unit(self, number: u64) -> String {
        match self {
            Self::LongestStopS => format!("about {number} s"),
            _ => number.to_string(),
        }
    }
}

/// What a [`LessonPage`] shows.
#[derive(Properties, PartialEq)]
pub struct LessonPageProps {
    /// The lesson.
    pub lesson: Lesson,
    /// The address, which names the step.
    pub route: Route,
}

/// A lesson, a step at a time.
#[component]
pub fn LessonPage(props: &LessonPageProps) -> Html {
    let Lesson {
        slug,
        title,
        steps,
        predict,
        wrong,
        rules,
        free,
    } = &props.lesson;
    let asked = props
        .route
        .get(STEP)
        .and_then(|text| text.parse::<usize>().ok());
    let place = asked.unwrap_or(1).clamp(1, steps.len() + 1) - 1;
    let shown = steps.get(place);
    let scenario = shown.map_or(predict.scenario.clone(), |step| step.scenario.clone());
    let run = use_memo(scenario, |slug| played(slug));
    let steps_bar = (0..=steps.len()).map(|step| {
        let name = if step == steps.len() { "Predict".to_owned() } else { (step + 1).to_string() };
        html! { <a href={address(slug, step)} aria-current={(step == place).then_some("step")}>{ name }</a> }
    });
    let body = match (&*run, shown) {
        (Some((entry, run)), Some(step)) => moment(entry, run, step),
        (Some((entry, run)), None) => {
            html! { <Question key={slug.clone()} predict={predict.clone()} {entry} run={run.clone()} /> }
        }
        (None, _) => html! { <p>{ "The example of this step is missing." }</p> },
    };
    html! {
        <article class="lesson" data-testid="lesson" data-lesson={slug.clone()}>
            <p class="lesson__back"><a href="#/learn">{ "All lessons and examples" }</a></p>
            <h1>{ title.clone() }</h1>
            <nav class="lesson__steps" aria-label="Steps">{ for steps_bar }</nav>
            { body }
            <nav class="lesson__turn" aria-label="Next and previous step">
                if place > 0 { <a class="btn" href={address(slug, place - 1)} data-testid="previous-step">{ "Back" }</a> }
                if place < steps.len() { <a class="btn btn--first" href={address(slug, place + 1)} data-testid="next-step">{ "Next" }</a> }
            </nav>
            if place == steps.len() {
                { after(wrong, rules, free) }
            }
        </article>
    }
}

/// A moment: what to see, the stage, the run, the sentence that the page has about it.
fn moment(entry: &Entry, run: &Shared<Run>, step: &Step) -> Html {
    let frame = Shared::new(run.trace.frame_at(step.t));
    let sentence = narrate::at(&run.trace, &frame).state.to_string();
    let open = Route::to(Workspace::Simulate)
        .with("scenario", entry.slug)
        .with("t", step.t);
    html! {
        <>
            <p class="lesson__text">{ prose(&step.text) }</p>
            <div class="lesson__run">
                <Stage run={run.clone()} {frame} motion={Motion::Settled} menu={None} on_menu={Callback::noop()} on_add={Callback::noop()} />
                <Excerpt run={run.clone()} id={format!("lesson-{}", entry.slug)} from_ms={entry.from_ms.min(step.t)}
                    to_ms={entry.to_ms.max(step.t)} mark_ms={Some(step.t)} />
            </div>
            <p class="lesson__say"><b>{ format!("{} at {}: ", entry.title, clock(step.t)) }</b>{ sentence }</p>
            <p><a href={open.to_string()} data-testid="open-moment">{ "Open this moment in Simulate" }</a></p>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct QuestionProps {
    predict: Predict,
    entry: &'static Entry,
    run: Shared<Run>,
}

/// The question; the run that answers it is shown once something was chosen.
#[component]
fn Question(props: &QuestionProps) -> Html {
    let chosen = use_state_eq(|| None::<u64>);
    let QuestionProps {
        predict,
        entry,
        run,
    } = props;
    let answer = predict.ask.answer(entry, run, &predict.choices);
    let choice = |number: u64| {
        let setter = chosen.setter();
        let is_right = number == answer;
        let mark = match *chosen {
            Some(_) if is_right => Some("is-right"),
            Some(mine) if mine == number => Some("is-wrong"),
            _ => None,
        };
        html! {
            <button type="button" class={classes!("btn", mark)} aria-pressed={(*chosen == Some(number)).to_string()} disabled={chosen.is_some()}
                onclick={move |_: MouseEvent| setter.set(Some(number))} data-testid="choice" data-right={chosen.is_some().then(|| is_right.to_string())}>
                { predict.ask.unit(number) }
            </button>
        }
    };
    html! {
        <section class="lesson__question" aria-label="Predict">
            <p class="lesson__text">{ prose(&predict.question) }</p>
            <div class="lesson__choices" role="group" aria-label="Your answer">{ for predict.choices.iter().copied().map(choice) }</div>
            <div aria-live="polite">
                if let Some(mine) = *chosen {
                    <p class="lesson__text" data-testid="answer"><b>{ if mine == answer { "Right: ".to_owned() } else { format!("The run says {}: ", predict.ask.unit(answer)) } }</b>
                        { prose(&predict.because) }</p>
                    <div class="lesson__run">
                        <Excerpt run={run.clone()} id={format!("answer-{}", entry.slug)} from_ms={entry.from_ms} to_ms={entry.to_ms} />
                    </div>
                }
            </div>
        </section>
    }
}

fn after(wrong: &[Wrong], rules: &[String], free: &Free) -> Html {
    let open = Route::to(Workspace::Simulate).with("scenario", &free.scenario);
    html! {
        <>
            <section aria-label="Often told, and what is right">
                <h2>{ "Often told, and what is right" }</h2>
                <dl class="lesson__wrong">
                    { for wrong.iter().map(|it| html! { <><dt>{ prose(&it.claim) }</dt><dd>{ prose(&it.right) }</dd></> }) }
                </dl>
            </section>
            <section aria-label="Rules of the advisor">
                <h2>{ "Rules of the advisor about it" }</h2>
                <ul class="lesson__rules">
                    { for rules.iter().map(|id| html! { <li><a href={format!("rules/{id}.html")}>{ id.clone() }</a></li> }) }
                </ul>
            </section>
            <section aria-label="Free play">
                <h2>{ "Now you" }</h2>
                <p class="lesson__text">{ prose(&free.text) }</p>
                <p><a class="btn btn--first" href={open.to_string()} data-testid="free-play">{ "Open it in Simulate" }</a></p>
            </section>
        </>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_lesson_can_be_read_and_every_name_in_it_exists() {
        let all = lessons();
        assert_eq!(all.len(), FILES.len());
        for lesson in &all {
            assert!((2..=6).contains(&lesson.steps.len()), "{}", lesson.slug);
            for step in &lesson.steps {
                let (_, run) =
                    played(&step.scenario).unwrap_or_else(|| panic!("{}", step.scenario));
                assert!(step.t < run.trace.end_ms, "{} {}", lesson.slug, step.t);
            }
            assert!(
                gallery::entry(&lesson.free.scenario).is_some(),
                "{}",
                lesson.free.scenario
            );
            for id in &lesson.rules {
                assert!(assignor_core::lint::rules::docs(id).is_some(), "{id}");
            }
            assert!(!lesson.wrong.is_empty());
        }
    }

    #[test]
    fn the_run_gives_exactly_one_of_the_answers() {
        for Lesson { slug, predict, .. } in lessons() {
            let (entry, run) = played(&predict.scenario).unwrap();
            let answer = predict.ask.answer(entry, &run, &predict.choices);
            let count = predict
                .choices
                .iter()
                .filter(|choice| **choice == answer)
                .count();
            assert_eq!(count, 1, "{slug}: the run says {answer}");
        }
    }

    #[test]
    fn the_reasons_say_what_the_run_says() {
        let answer = |slug: &str| {
            let lesson = lessons()
                .into_iter()
                .find(|lesson| lesson.slug == slug)
                .unwrap();
            let (entry, run) = played(&lesson.predict.scenario).unwrap();
            lesson
                .predict
                .ask
                .answer(entry, &run, &lesson.predict.choices)
        };
        let expected = [
            ("rebalance", 1),
            ("join-and-sync", 5),
            ("eager-and-cooperative", 1),
            ("assignors", 2),
            ("crash-and-session", 6),
            ("static-members", 0),
            ("commits-and-duplicates", 0),
            ("long-processing", 2),
            ("rolling-deploys", 8),
            ("migration", 0),
            ("storms-and-metrics", 12),
        ];
        assert_eq!(expected.len(), lessons().len());
        for (slug, number) in expected {
            assert_eq!(answer(slug), number, "{slug}");
        }
    }
}
