//! The panel of a question: what is asked, the marks, and afterwards the score with a reason per miss.

use super::predict::{Deal, Guess, Phase, Prediction};
use super::transport::sentence;
use super::workspace::Do;
use crate::components::{Button, ButtonKind, IconName, button};
use crate::figure::{Run, owner};
use crate::platform;
use crate::playback::Command;
use assignor_core::sim::narrate::{self, Miss, Why, clock, span};
use assignor_core::sim::predict::{Answer, Fate, Mark, Question};
use yew::prelude::*;

/// Up to so many partitions are marked one by one; more by member first.
const MOST_SINGLE: usize = 24;
/// Up to so many that nobody has read yet can be marked one by one at all.
const MOST_LISTED: usize = 400;
/// So many kinds of misses are told; the rest is counted.
const MOST_MISSES: usize = 12;
const HEADING_ID: &str = "predict-heading";

/// The panel of a question.
#[derive(Properties, PartialEq)]
pub(super) struct PredictPanelProps {
    /// The question.
    pub prediction: Prediction,
    /// The playhead.
    pub t_ms: u64,
    /// Changes the state.
    pub on_do: Callback<Do>,
}

/// The panel of a question.
#[component]
pub(super) fn PredictPanel(props: &PredictPanelProps) -> Html {
    let PredictPanelProps {
        prediction, on_do, ..
    } = props;
    let phase = prediction.phase;
    use_effect_with((phase, prediction.question.clone()), |_| {
        platform::focus(HEADING_ID);
    });
    let guess = on_do.reform(Do::Predict);
    let leave = button(Button {
        kind: ButtonKind::Icon,
        icon: Some(IconName::Cross),
        label: Some("Back to the run (P)".into()),
        onclick: guess.reform(|_| Guess::Leave),
        testid: Some("predict-leave"),
        ..Button::default()
    });
    let (title, body) = match (&prediction.question, phase) {
        (None, _) => ("Nothing to predict", nothing(props, &guess)),
        (Some(question), Phase::Asked) => ("What comes next?", asked(prediction, question, &guess)),
        (Some(question), Phase::Revealing) => ("The run plays on", revealing(question, on_do)),
        (Some(question), Phase::Scored) => (
            "What came",
            html! { <Scored prediction={prediction.clone()} question={question.clone()} on_do={on_do.clone()} /> },
        ),
    };
    html! {
        <aside class="inspector predict" aria-label="Predict" data-testid="predict" data-phase={format!("{phase:?}")}>
            <header class="predict-head"><h2 id={HEADING_ID} tabindex="-1">{ title }</h2>{ leave }</header>
            { body }
        </aside>
    }
}

fn nothing(props: &PredictPanelProps, guess: &Callback<Guess>) -> Html {
    let first = Question::at(&props.prediction.whole.trace, 0);
    html! {
        <div class="predict-part">
            <p>{ format!("After {} no rebalance begins that could stop, move or give a partition.", clock(props.t_ms)) }</p>
            if let Some(first) = first {
                <button type="button" class="btn" onclick={guess.reform(|_: MouseEvent| Guess::Ask(0))} data-testid="predict-first">
                    { format!("Ask about the first, at {}", clock(first.asked_ms)) }
                </button>
            }
        </div>
    }
}

fn asked(prediction: &Prediction, question: &Question, guess: &Callback<Guess>) -> Html {
    let count = question.answers.len();
    let held = question
        .answers
        .iter()
        .filter(|answer| answer.from.is_some())
        .count();
    let unread = count - held;
    let reveal = button(Button {
        kind: ButtonKind::First,
        children: html! { "Reveal" },
        onclick: guess.reform(|_| Guess::Reveal),
        testid: Some("predict-reveal"),
        ..Button::default()
    });
    let skip = button(Button {
        kind: ButtonKind::Quiet,
        children: html! { "Skip" },
        onclick: {
            let after_ms = question.asked_ms + 1;
            guess.reform(move |_| Guess::Ask(after_ms))
        },
        testid: Some("predict-skip"),
        ..Button::default()
    });
    html! {
        <>
            <div class="predict-part">
                <p>{ "A rebalance begins at " }<b>{ clock(question.asked_ms) }</b>{ ". What comes after is hidden." }</p>
                <p title={question.reason.to_string()}>{ sentence(&narrate::begins(&prediction.whole.trace, &question.reason)) }</p>
            </div>
            if held > 0 {
                <div class="predict-part" role="group" aria-labelledby="predict-which">
                    <h3 id="predict-which">{ "Which partitions stop, which move?" }</h3>
                    <p class="nothing">{ "Until the group has settled. Press one again for the next mark." }</p>
                    if held <= MOST_SINGLE {
                        { singles(prediction, question, guess, |answer| answer.from.is_some()) }
                    } else {
                        <Groups prediction={prediction.clone()} guess={guess.clone()} />
                    }
                </div>
            }
            if unread > 0 { <Firsts prediction={prediction.clone()} guess={guess.clone()} {unread} /> }
            <div class="predict-part">{ lengths(prediction, guess) }</div>
            <div class="predict-acts">
                { reveal }{ skip }
                <small aria-hidden="true">{ "mark " }<kbd>{ "1" }</kbd>{ format!(" to {}, then ", count.min(9)) }<kbd>{ "Enter" }</kbd></small>
            </div>
        </>
    }
}

fn word(fate: Fate) -> &'static str {
    match fate {
        Fate::Stays => "stays",
        Fate::Stops => "stops",
        Fate::Moves => "moves",
    }
}

/// A button per partition whose answer `is_shown`.
fn singles(
    prediction: &Prediction,
    question: &Question,
    guess: &Callback<Guess>,
    is_shown: impl Fn(&Answer) -> bool,
) -> Html {
    let run = &prediction.whole;
    let letter = |member: Option<usize>| member.map_or("–".to_owned(), owner::letter);
    let pairs = question
        .answers
        .iter()
        .zip(prediction.marks.iter())
        .enumerate();
    html! {
        <div class="marks">
            { for pairs.filter(|(_, (answer, _))| is_shown(answer)).map(|(place, (answer, &mark))| {
                let label = run.label(answer.partition).to_owned();
                let (name, word, letter) = match (mark, answer.from) {
                    (Mark::Held(fate), Some(from)) => {
                        let has = if answer.is_stopped { "was read by" } else { "read by" };
                        (format!("{label}, {has} {}: {}", run.member_name(from), word(fate)), word(fate), letter(Some(from)))
                    }
                    (Mark::First(member), _) => {
                        (format!("{label}, not read yet: {}", to_whom(run, member)), if member.is_some() { "first" } else { "nobody" }, letter(member))
                    }
                    (Mark::Held(fate), None) => (label.clone(), word(fate), letter(None)),
                };
                html! {
                    <button key={place} type="button" class={classes!("mark", format!("is-{word}"))} aria-label={name}
                        onclick={guess.reform(move |_: MouseEvent| Guess::Cycle(place))} data-testid="mark" data-partition={label.clone()}
                        data-mark={word}>
                        <b>{ label.clone() }</b><span>{ letter }</span><small>{ word }</small>
                    </button>
                }
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct GroupsProps {
    prediction: Prediction,
    guess: Callback<Guess>,
}

/// A line per member for all that it has; one at a time opens to its partitions.
#[component]
fn Groups(props: &GroupsProps) -> Html {
    let open = use_state_eq(|| None::<usize>);
    let Some(question) = &props.prediction.question else {
        return html! { <div hidden=true /> };
    };
    let run = &props.prediction.whole;
    let mut members: Vec<(usize, Vec<Fate>)> = Vec::new();
    for (answer, &mark) in question.answers.iter().zip(props.prediction.marks.iter()) {
        let (Some(from), Mark::Held(mark)) = (answer.from, mark) else {
            continue;
        };
        match members.iter_mut().find(|(member, _)| *member == from) {
            Some((_, marks)) => marks.push(mark),
            None => members.push((from, vec![mark])),
        }
    }
    members.sort_by_key(|(member, _)| *member);
    html! {
        <div class="mark-groups">
            { for members.into_iter().map(|(member, marks)| {
                let is_open = *open == Some(member);
                let setter = open.setter();
                let toggle = move |_: MouseEvent| setter.set((!is_open).then_some(member));
                let name = run.member_name(member).to_owned();
                let choice = |fate: Fate| {
                    let is_all = marks.iter().all(|&mark| mark == fate);
                    html! {
                        <button type="button" class="segment" aria-pressed={is_all.to_string()} onclick={props.guess.reform(move |_: MouseEvent| Guess::MarkAll(member, fate))}
                            aria-label={format!("All of {name}: {}", word(fate))} data-testid={format!("all-{}", word(fate))} data-member={name.clone()}>{ word(fate) }</button>
                    }
                };
                html! {
                    <div key={member} class="mark-group">
                        <button type="button" class="link" aria-expanded={is_open.to_string()} onclick={toggle}>
                            { format!("{name}: {}", marks.len()) }
                        </button>
                        <div class="mark-all" role="group" aria-label={format!("What {name} has")}>
                            { for [Fate::Stays, Fate::Stops, Fate::Moves].map(choice) }
                        </div>
                        if is_open { { singles(&props.prediction, question, &props.guess, |answer| answer.from == Some(member)) } }
                    </div>
                }
            }) }
        </div>
    }
}

/// Who reads first, in words.
fn to_whom(run: &Run, member: Option<usize>) -> String {
    member.map_or("nobody reads it".to_owned(), |member| {
        format!("{} reads it first", run.member_name(member))
    })
}

#[derive(Properties, PartialEq)]
struct FirstsProps {
    prediction: Prediction,
    guess: Callback<Guess>,
    /// How many partitions nobody has read yet.
    unread: usize,
}

/// Who reads first what nobody has read yet: all at once among chosen members, or one by one.
#[component]
fn Firsts(props: &FirstsProps) -> Html {
    let FirstsProps {
        prediction,
        guess,
        unread,
    } = props;
    let run = &prediction.whole;
    let members = run.trace.members.len();
    let chosen = use_state_eq(|| vec![true; members]);
    let Some(question) = &prediction.question else {
        return html! { <div hidden=true /> };
    };
    let all: Vec<usize> = (0..members)
        .filter(|&member| chosen.get(member) == Some(&true))
        .collect();
    let all = std::rc::Rc::new(all);
    let deal = |name: &'static str, deal: Deal, testid: &'static str| {
        let all = all.clone();
        let onclick = guess.reform(move |_: MouseEvent| Guess::Deal(deal, all.clone()));
        html! { <button type="button" class="segment" {onclick} data-testid={testid}>{ name }</button> }
    };
    html! {
        <div class="predict-part" role="group" aria-labelledby="predict-first-of-all">
            <h3 id="predict-first-of-all">{ "Who reads what first?" }</h3>
            <p class="nothing">{ format!("{unread} not read yet. Choose who takes part and deal, or press one again for the next member.") }</p>
            <div class="takers">
                { for (0..members).map(|member| {
                    let (setter, now) = (chosen.setter(), (*chosen).clone());
                    let is_in = now.get(member) == Some(&true);
                    let toggle = move |_: MouseEvent| {
                        let mut next = now.clone();
                        if let Some(entry) = next.get_mut(member) {
                            *entry = !is_in;
                        }
                        setter.set(next);
                    };
                    html! {
                        <button key={member} type="button" class={classes!("taker", owner::class(member))} aria-pressed={is_in.to_string()} onclick={toggle}
                            aria-label={format!("{} takes part", run.member_name(member))} title={run.member_name(member).to_owned()}>
                            { owner::letter(member) }
                        </button>
                    }
                }) }
            </div>
            <div class="mark-all" role="group" aria-label="Deal to those who take part">
                { deal("in ranges", Deal::InRanges, "deal-ranges") }
                { deal("in turn", Deal::InTurn, "deal-turn") }
            </div>
            if *unread <= MOST_SINGLE {
                { singles(prediction, question, guess, |answer| answer.from.is_none()) }
            } else if *unread <= MOST_LISTED {
                <details class="one-by-one"><summary>{ "One by one" }</summary>{ singles(prediction, question, guess, |answer| answer.from.is_none()) }</details>
            }
        </div>
    }
}

fn lengths(prediction: &Prediction, guess: &Callback<Guess>) -> Html {
    html! {
        <fieldset class="lengths">
            <legend>{ "For how long, the longest?" }</legend>
            { for assignor_core::sim::predict::Length::ALL.map(|length| {
                let choose = guess.reform(move |_: Event| Guess::Length(length));
                html! {
                    <label key={length.as_str()}>
                        <input type="radio" name="predict-length" checked={prediction.length == Some(length)} onchange={choose} data-testid="length" />
                        <span>{ length.as_str() }</span>
                    </label>
                }
            }) }
        </fieldset>
    }
}

fn revealing(question: &Question, on_do: &Callback<Do>) -> Html {
    let end_ms = question.settled_ms;
    html! {
        <div class="predict-part">
            <p>{ "From " }{ clock(question.asked_ms) }{ " until the group has settled." }</p>
            <button type="button" class="btn" onclick={on_do.reform(move |_: MouseEvent| Do::Playback(Command::Jump(end_ms)))} data-testid="predict-score">
                { "To the score" }
            </button>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ScoredProps {
    prediction: Prediction,
    question: std::rc::Rc<Question>,
    on_do: Callback<Do>,
}

/// The score, what came, and why each miss.
#[component]
fn Scored(props: &ScoredProps) -> Html {
    let ScoredProps {
        prediction,
        question,
        on_do,
    } = props;
    let run = &prediction.whole;
    let misses = use_memo(
        (question.clone(), prediction.marks.clone(), run.clone()),
        |(question, marks, run)| narrate::misses(&run.trace, question, marks),
    );
    let (right, of) = (question.right(&prediction.marks), question.answers.len());
    let is_length = prediction.length == Some(question.length());
    let guessed = prediction
        .length
        .map_or("You didn't guess.".to_owned(), |length| {
            format!("Your guess: {}.", length.as_str())
        });
    let more = misses.len().saturating_sub(MOST_MISSES);
    let next_ms = question.settled_ms + 1;
    let seek = on_do.reform(|t_ms| Do::Playback(Command::Seek(t_ms)));
    html! {
        <>
            <div class="predict-part" role="status">
                <p class="score" data-testid="score" data-right={right.to_string()} data-of={of.to_string()} data-length={is_length.to_string()}>
                    <b>{ format!("{right} of {of}") }</b>{ " partitions right" }
                </p>
                <p>{ came(question) }</p>
            </div>
            <div class="predict-part">
                <h3>{ "The longest stop" }</h3>
                <p data-testid="score-length">
                    <b>{ if is_length { "Right: " } else { "Missed: " } }</b>
                    { match question.longest_stop() { Some((_, stop)) => span(stop.length_ms()), None => "nothing stops".to_owned() } }
                    { ". " }{ guessed }
                </p>
                if !is_length { { longest(run, question, &seek) } }
            </div>
            <div class="predict-part">
                <h3>{ if misses.is_empty() { "No partition missed" } else { "Missed, and why" } }</h3>
                <ul class="misses">{ for misses.iter().take(MOST_MISSES).map(|miss| told(run, miss, &seek)) }</ul>
                if more > 0 { <p class="nothing">{ format!("{more} more kinds of misses; the lanes show them.") }</p> }
            </div>
            <div class="predict-acts">
                { button(Button { kind: ButtonKind::First, children: html! { "Next rebalance" }, testid: Some("predict-next"),
                    onclick: on_do.reform(move |_| Do::Predict(Guess::Ask(next_ms))), ..Button::default() }) }
                { button(Button { kind: ButtonKind::Quiet, children: html! { "Done" }, testid: Some("predict-done"),
                    onclick: on_do.reform(|_| Do::Predict(Guess::Leave)), ..Button::default() }) }
            </div>
        </>
    }
}

/// What came, in a sentence.
fn came(question: &Question) -> String {
    let count = |fate| {
        let answers = question.answers.iter();
        answers
            .filter(|answer| answer.outcome == Mark::Held(fate))
            .count()
    };
    let first = question.answers.iter();
    let first = first
        .filter(|answer| matches!(answer.outcome, Mark::First(Some(_))))
        .count();
    let first = if first > 0 {
        format!(", {first} find their first reader")
    } else {
        String::new()
    };
    let rebalances = match question.rebalances {
        1 => "one rebalance".to_owned(),
        n => format!("{n} rebalances"),
    };
    let until = if question.settles {
        format!(
            "settled at {}, after {rebalances}",
            clock(question.settled_ms)
        )
    } else {
        format!("not settled when the run ends, {rebalances} later")
    };
    format!(
        "{} stay, {} stop, {} move{first}; {until}.",
        count(Fate::Stays),
        count(Fate::Stops),
        count(Fate::Moves)
    )
}

fn longest(run: &Run, question: &Question, seek: &Callback<u64>) -> Html {
    match narrate::longest_stop(&run.trace, question) {
        Some((text, why, at_ms)) => html! {
            <div class="miss">
                <p>{ sentence(&text) }{ " " }{ look(at_ms, seek) }</p>
                if let Some(why) = why { { reason(why) } }
            </div>
        },
        None => html! { <p>{ "Every partition had a reader all the time." }</p> },
    }
}

fn told(run: &Run, miss: &Miss, seek: &Callback<u64>) -> Html {
    let first = miss.partitions.first().copied();
    let label = first.map_or("", |first| run.label(first));
    let more = miss.partitions.len().saturating_sub(1);
    html! {
        <li class="miss" data-testid="miss" data-partition={label.to_owned()}>
            <h4>
                { label.to_owned() }if more > 0 { { format!(" and {more} more") } }
                <small>{ format!("your mark: {}; {}", marked(run, miss.marked), came_of(run, miss.outcome)) }</small>
            </h4>
            <p>{ sentence(&miss.text) }{ " " }{ look(miss.at_ms, seek) }</p>
            if let Some(given) = &miss.given {
                <p>{ given.text.clone() }<small class="source">{ given.source }</small></p>
            }
            { reason(miss.why) }
        </li>
    }
}

fn marked(run: &Run, mark: Mark) -> String {
    match mark {
        Mark::Held(fate) => word(fate).to_owned(),
        Mark::First(member) => to_whom(run, member),
    }
}

fn came_of(run: &Run, mark: Mark) -> String {
    match mark {
        Mark::Held(Fate::Stays) => "it stayed".to_owned(),
        Mark::Held(Fate::Stops) => "it stopped".to_owned(),
        Mark::Held(Fate::Moves) => "it moved".to_owned(),
        Mark::First(member) => to_whom(run, member),
    }
}

fn look(at_ms: u64, seek: &Callback<u64>) -> Html {
    html! {
        <button type="button" class="link" onclick={seek.reform(move |_: MouseEvent| at_ms)}>{ format!("Look at {}", clock(at_ms)) }</button>
    }
}

fn reason(why: Why) -> Html {
    html! {
        <details>
            <summary>{ why.question }</summary>
            <p>{ why.answer }<small class="source">{ why.source }</small></p>
        </details>
    }
}
