//! Clients that would not start: the very exception, where it comes from, and the way out.

use super::advice::Advice;
use super::files;
use crate::components::{Button, ButtonKind, Severity, button, plain, severity_mark};
use advisor::{Edit, Fix, Place, Reading, Start, Startup};
use yew::prelude::*;

/// What the reader can do here.
#[derive(Clone, Debug, PartialEq)]
pub struct OnStartup {
    /// Called with a place to show and the number of its text.
    pub show: Callback<(usize, Place)>,
    /// Called with the number of a text, edits of it and the rule's name for them.
    pub fix: Callback<(usize, Vec<Edit>)>,
}

/// The texts whose clients don't start.
pub fn refusals(advice: &Advice, on: &OnStartup) -> Html {
    html! {
        <>
            for (text, reading) in advice.answer().readings.iter().enumerate() {
                { refusal(advice, text, reading, on) }
            }
        </>
    }
}

fn refusal(advice: &Advice, text: usize, reading: &Reading, on: &OnStartup) -> Html {
    let Some(Startup {
        version,
        version_is_assumed,
        start: Start::Refused { trace, place, fix },
    }) = &reading.startup
    else {
        return html! { <span key={text} hidden=true /> };
    };
    let release = if *version_is_assumed {
        format!("Kafka client {version}, taken because no version is given")
    } else {
        format!("Kafka client {version}")
    };
    let texts = &advice.request().texts;
    let of = texts.get(text).filter(|_| texts.len() > 1);
    let of = of.map(|of| format!("{}: ", files::name(&of.name, text)));
    html! {
        <section key={text} class="startup" data-testid="startup">
            { severity_mark(Severity::Error, true) }
            <h2>{ of } { "The client doesn't start" }</h2>
            <p>{ format!("new KafkaConsumer of {release} throws:") }</p>
            <pre tabindex="0">{ trace }</pre>
            <div class="finding__do">
                { fix.as_ref().map(|fix| fix_button(text, fix, on)) }
                { place_button(text, *place, on) }
            </div>
        </section>
    }
}

fn fix_button(text: usize, fix: &Fix, on: &OnStartup) -> Html {
    let edits = fix.edits.clone();
    button(Button {
        kind: ButtonKind::First,
        onclick: on.fix.reform(move |_: MouseEvent| (text, edits.clone())),
        testid: Some("startup-fix"),
        children: html! { { plain(&fix.title) } },
        ..Button::default()
    })
}

fn place_button(text: usize, place: Place, on: &OnStartup) -> Html {
    if place.is_empty() {
        return html! { <small>{ "Not in the text" }</small> };
    }
    button(Button {
        onclick: on.show.reform(move |_: MouseEvent| (text, place)),
        testid: Some("startup-place"),
        children: html! { { format!("Line {}", place.line + 1) } },
        ..Button::default()
    })
}

/// What is known about the start of a text's client, in a sentence; empty if it is refused or not known.
pub fn sentence(reading: &Reading) -> String {
    let Some(startup) = &reading.startup else {
        return String::new();
    };
    match &startup.start {
        Start::Starts => format!(" The client of {} starts with it.", startup.version),
        Start::Depends(on) => format!(" Whether the client starts hangs on {}.", on.join(", ")),
        Start::Refused { .. } => String::new(),
    }
}
