//! The transport: play, step, jump, speed, the time, and the sentence about now.

use super::predict::Guess;
use super::workspace::{Do, Workspace};
use crate::components::{Button, ButtonKind, Choice, IconName, Select, button, icon};
use crate::figure::Run;
use crate::playback::{Command, SPEEDS, Speed};
use crate::shared::Shared;
use assignor_core::sim::narrate::{self, Narration, Part, Sentence, clock};
use assignor_core::sim::trace::Frame;
use yew::prelude::*;

/// What the transport shows and does.
pub(super) struct Transport<'a> {
    /// What is played: run, landmarks, position and speed, what can be taken back.
    pub workspace: &'a Workspace,
    /// The moment.
    pub frame: &'a Shared<Frame>,
    /// Changes the state.
    pub on_do: &'a Callback<Do>,
    /// The way to act, at the right.
    pub act: Html,
}

/// The transport.
pub(super) fn transport(props: &Transport) -> Html {
    let run = props.workspace.on_stage();
    let Workspace {
        marks, playback, ..
    } = props.workspace;
    let t_ms = playback.t_ms();
    let undo = props.on_do.reform(|_| Do::Undo);
    let redo = props.on_do.reform(|_| Do::Redo);
    html! {
        <section class="transport" aria-label="Playback">
            <div class="controls">
                { controls(props) }
                <output class="clock" data-testid="time" data-ms={t_ms.to_string()}>{ clock(t_ms) }</output>
                <div class="pace">
                    { speed(props) }
                    <small class="fig" data-testid="event-count">
                        { format!("event {} of {}", marks.events_by(t_ms), marks.event_count()) }
                    </small>
                </div>
            </div>
            <Say run={run.clone()} frame={props.frame.clone()} is_playing={playback.is_playing} is_open={props.workspace.is_why_open}
                on_why={props.on_do.reform(|()| Do::Why)} />
            <div class="acts">
                <button type="button" class="btn btn--quiet" disabled={!props.workspace.can_undo()} onclick={undo} data-testid="undo"
                    title="Ctrl Z">{ "Undo" }</button>
                <button type="button" class="btn btn--quiet" disabled={!props.workspace.can_redo()} onclick={redo} data-testid="redo"
                    title="Ctrl Shift Z">{ "Redo" }</button>
                { predict(props) }
                { props.act.clone() }
                { more(props) }
            </div>
        </section>
    }
}

/// The id of what holds the controls that a narrow place has no room for.
const MORE_ID: &str = "more";

/// A button for the controls that a narrow place has no room for, and these.
fn more(props: &Transport) -> Html {
    let workspace = props.workspace;
    let range = workspace.repeat_toggled();
    let repeat = if range.is_some() {
        "Repeat what is shown"
    } else {
        "Stop repeating"
    };
    let entry = |text: &'static str, what: Do, is_off: bool| {
        let send = props.on_do.clone();
        let onclick = move |_: MouseEvent| {
            if !is_off {
                send.emit(what.clone());
            }
        };
        // One that the click disables would no longer close what it stands in.
        html! { <button type="button" class="menu__item" aria-disabled={is_off.to_string()} popovertarget={MORE_ID} popovertargetaction="hide" {onclick}>{ text }</button> }
    };
    let jump = |command| Do::Playback(command);
    html! {
        <>
            <button type="button" class="btn btn--icon more" popovertarget={MORE_ID} aria-label="More" title="More" data-testid="more">{ icon(IconName::Dots) }</button>
            <div id={MORE_ID} class="menu more-menu" popover="auto" data-testid="more-menu">
                { entry("Previous rebalance", jump(Command::PreviousRebalance), false) }
                { entry("Next rebalance", jump(Command::NextRebalance), false) }
                { entry(repeat, jump(Command::Repeat(range)), false) }
                { entry("Undo", Do::Undo, !workspace.can_undo()) }
                { entry("Redo", Do::Redo, !workspace.can_redo()) }
            </div>
        </>
    }
}

/// The way to a question about what comes next, and out of it.
fn predict(props: &Transport) -> Html {
    predict_button(props.workspace, props.on_do, "predict-button")
}

/// The same for the place that a testid names.
pub(super) fn predict_button(
    workspace: &Workspace,
    on_do: &Callback<Do>,
    testid: &'static str,
) -> Html {
    let is_on = workspace.predict.is_some();
    let t_ms = workspace.t_ms();
    let toggle = on_do.reform(move |_: MouseEvent| {
        Do::Predict(if is_on {
            Guess::Leave
        } else {
            Guess::Ask(t_ms)
        })
    });
    html! {
        <button type="button" class={classes!("btn", "btn--quiet", testid)} aria-pressed={is_on.to_string()} onclick={toggle} data-testid={testid}>
            { "Predict" }<kbd aria-hidden="true">{ "P" }</kbd>
        </button>
    }
}

fn controls(props: &Transport) -> Html {
    let send = |command: Command| {
        props
            .on_do
            .reform(move |_: MouseEvent| Do::Playback(command))
    };
    let step = |icon, label: &'static str, command, testid: &'static str| {
        button(Button {
            kind: ButtonKind::Icon,
            icon: Some(icon),
            label: Some(label.into()),
            onclick: send(command),
            testid: Some(testid),
            ..Button::default()
        })
    };
    let is_playing = props.workspace.playback.is_playing;
    let (picture, name) = if is_playing {
        (IconName::Pause, "Pause")
    } else {
        (IconName::Play, "Play")
    };
    html! {
        <>
            { step(IconName::First, "Previous rebalance", Command::PreviousRebalance, "previous-rebalance") }
            { step(IconName::Previous, "Previous event", Command::PreviousEvent, "previous-event") }
            <button type="button" class="go" aria-label={name} title={format!("{name} (Space)")} onclick={send(Command::Toggle)} data-testid="play">
                { icon(picture) }
            </button>
            { step(IconName::Next, "Next event", Command::NextEvent, "next-event") }
            { step(IconName::Last, "Next rebalance", Command::NextRebalance, "next-rebalance") }
        </>
    }
}

fn speed(props: &Transport) -> Html {
    let choices: Vec<_> = SPEEDS
        .iter()
        .map(|speed| Choice::new(speed.0.to_string(), speed.to_string()))
        .collect();
    let onchange = props.on_do.reform(|text: String| {
        let tenths = text.parse().unwrap_or(crate::playback::DEFAULT_SPEED.0);
        Do::Playback(Command::SetSpeed(Speed(tenths)))
    });
    html! {
        <Select class="speed" label="Speed" show_label=false {choices} value={props.workspace.playback.speed.0.to_string()} {onchange} testid="speed" />
    }
}

#[derive(Properties, PartialEq)]
struct SayProps {
    run: Shared<Run>,
    frame: Shared<Frame>,
    is_playing: bool,
    is_open: bool,
    on_why: Callback<()>,
}

/// The sentence about now, and on request the reason behind it.
#[component]
fn Say(props: &SayProps) -> Html {
    let narration = narrate::at(&props.run.trace, &props.frame);
    let Narration { event, state, why } = narration;
    // A run that is cut says nothing about what comes: neither when nor why. The question names the event.
    let (event, state, why) = if props.run.is_cut {
        (
            None,
            Sentence::plain("What comes next is hidden: mark what you expect, then reveal it."),
            None,
        )
    } else {
        (event, state, why)
    };
    let answer = why.filter(|_| props.is_open);
    // While the run plays, the words that are read aloud change at most once per second of the run's
    // events; a screen reader is told only what stands there when it has finished.
    let spoken = use_spoken(event.as_ref().unwrap_or(&state), props.is_playing);
    let question = why.map_or("", |why| why.question);
    let is_long = length(event.as_ref()) + length(Some(&state)) + question.len() > MOST_LARGE;
    html! {
        <div class={classes!("say", is_long.then_some("is-long"))} data-testid="say">
            <p>
                <span class="say-words">
                    if let Some(event) = &event { <span class="say-event">{ sentence(event) }{ " " }</span> }
                    { sentence(&state) }
                    { " " }
                </span>
                if let Some(why) = why {
                    <button type="button" class="link why" aria-expanded={answer.is_some().to_string()} data-testid="why"
                        title="Y" onclick={props.on_why.reform(|_: MouseEvent| ())}>
                        { why.question }
                    </button>
                }
            </p>
            if let Some(why) = answer {
                <div class="answer" role="note" data-testid="answer">
                    <p>{ why.answer }</p>
                    if let Some(numbers) = narrate::numbers(&props.run.trace, &props.frame, &why) {
                        <p data-testid="answer-numbers"><b>{ "In this run: " }</b>{ sentence(&numbers) }</p>
                    }
                    <small>{ why.source }</small>
                </div>
            }
            <p class="unseen" aria-live="polite">{ spoken }</p>
        </div>
    }
}

/// Up to so many letters fit on three lines.
const MOST_LARGE: usize = 190;

fn length(sentence: Option<&Sentence>) -> usize {
    let parts = sentence.into_iter().flat_map(|sentence| &sentence.parts);
    parts
        .map(|part| match part {
            Part::Text(text) | Part::Name(text) => text.len(),
        })
        .sum()
}

/// What the live region says: the present words, while playing renewed at most once a second.
#[hook]
fn use_spoken(words: &Sentence, is_playing: bool) -> String {
    let spoken = use_state_eq(String::new);
    let words = words.to_string();
    let latest = use_mut_ref(String::new);
    latest.borrow_mut().clone_from(&words);
    let waits = use_mut_ref(|| None::<gloo::timers::callback::Timeout>);
    let setter = spoken.setter();
    use_effect_with((words, is_playing), move |(words, is_playing)| {
        if *is_playing {
            let mut waiting = waits.borrow_mut();
            if waiting.is_none() {
                let waits = waits.clone();
                *waiting = Some(gloo::timers::callback::Timeout::new(1_000, move || {
                    // The timer has fired; taking it out lets the next one start.
                    let fired = waits.borrow_mut().take();
                    setter.set(latest.borrow().clone());
                    drop(fired);
                }));
            }
        } else {
            drop(waits.borrow_mut().take());
            setter.set(words.clone());
        }
    });
    (*spoken).clone()
}

/// A sentence with its names set off.
pub(super) fn sentence(sentence: &Sentence) -> Html {
    html! {
        <>
            { for sentence.parts.iter().map(|part| match part {
                Part::Text(text) => html! { <>{ text.clone() }</> },
                Part::Name(name) => html! { <b>{ name.clone() }</b> },
            }) }
        </>
    }
}
