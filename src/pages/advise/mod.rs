//! Advise: a pasted config, what is wrong with it, why, and the fixes.
//!
//! Text and facts are the state; what is read, found and changed follows from them by pure functions of the core.
//! The editor is a seam of its own: text in, diagnostics in, edits out.

pub mod advice;
pub mod changes;
pub mod editor;
pub mod facts;
pub mod finding;
pub mod findings;
pub mod form;
mod keys;
pub mod preview;
pub mod samples;
pub mod state;

use crate::platform;
use crate::route::Workspace;
use crate::shell::Shell;
use advice::{Advice, Reading};
use assignor_core::config::Span;
use editor::Editor;
use editor::paint::Marks;
use facts::facts_bar;
use findings::Findings;
use form::FactsForm;
use gloo::timers::callback::Timeout;
use preview::Preview;
use samples::SAMPLES;
use state::{Action, FACTS_KEY, State, TEXT_KEY};
use yew::prelude::*;

/// Longer texts are judged and kept when the reader pauses, not at every key.
const JUDGED_AT_ONCE: usize = 20_000;
/// How long a pause is.
const PAUSE_MS: u32 = 300;

/// The Advise workspace.
#[component]
pub fn AdvisePage() -> Html {
    let state = use_reducer(State::stored);
    let initial = use_memo((), |()| AttrValue::from(state.text.to_string()));
    let reading = use_memo((state.text.clone(), state.form.clone()), |(text, form)| {
        Reading::of(text, form)
    });
    let (advice, judged) = use_advice(&reading, &state.form);
    use_keeping(&state, judged);
    let selected = state.selection(&advice);
    keys::use_finding_keys(&state, &advice);

    let dispatcher = state.dispatcher();
    let act = move |action| dispatcher.dispatch(action);
    let oninput = Callback::from(act.clone()).reform(Action::Edit);
    let onfact = Callback::from(act.clone()).reform(|(key, value)| Action::Fact(key, value));
    let onorder = Callback::from(act.clone()).reform(Action::Order);
    let oncaret = {
        let (advice, act) = (advice.clone(), act.clone());
        Callback::from(move |line| {
            if let Some(place) = advice.on_line(line) {
                act(Action::Follow(place));
            }
        })
    };
    let onselect = {
        let (advice, act) = (advice.clone(), act.clone());
        Callback::from(move |place| {
            act(Action::Select {
                place,
                line: advice.line(place),
            });
        })
    };
    let onfix = {
        let (advice, act) = (advice.clone(), act.clone());
        Callback::from(move |(place, fix)| {
            if let Some(action) = applied(&advice, place, fix) {
                act(action);
            }
        })
    };
    let onapply = {
        let (advice, act) = (advice.clone(), act.clone());
        Callback::from(move |()| act(all_applied(&advice)))
    };
    let marks = if judged {
        advice.marks()
    } else {
        Marks::default()
    };
    let selected_line = selected
        .filter(|_| judged)
        .and_then(|place| advice.line(place));
    html! {
        <Shell
            workspace={Workspace::Advise}
            title="Advise"
            fixed=true
            end={html! { <span class="bar__note">{ "Nothing you paste leaves this page" }</span> }}
        >
            <div class="advise">
                <h1 class="unseen">{ "Advise" }</h1>
                { facts_bar(&state.form, &reading, &onfact) }
                <Editor
                    initial={(*initial).clone()}
                    reading={(*reading).clone()}
                    {marks}
                    {selected_line}
                    request={state.request.clone()}
                    draft={TEXT_KEY}
                    {oninput}
                    {oncaret}
                    onmark={onselect.clone()}
                    empty={samples(&Callback::from(act))}
                />
                <Findings
                    advice={advice.clone()}
                    order={state.order}
                    {selected}
                    {onorder}
                    {onselect}
                    {onfix}
                />
                <Preview {advice} done={state.done.clone()} {onapply} />
            </div>
        </Shell>
    }
}

/// The judgement of the present text, or of the last one that was judged while the reader types in a long
/// text; and whether it is of the present one.
#[hook]
fn use_advice(reading: &Reading, form: &FactsForm) -> (Advice, bool) {
    let paused = use_state_eq(|| (reading.clone(), form.clone()));
    let at_once = reading.config.text().len() <= JUDGED_AT_ONCE;
    {
        let setter = paused.setter();
        use_effect_with((reading.clone(), form.clone()), move |present| {
            let present = present.clone();
            let wait = (!at_once).then(|| Timeout::new(PAUSE_MS, move || setter.set(present)));
            move || drop(wait)
        });
    }
    let judged = if at_once {
        (reading.clone(), form.clone())
    } else {
        (*paused).clone()
    };
    let advice = use_memo(judged, |(reading, form)| Advice::of(reading.clone(), form));
    let present = advice.reading() == reading;
    ((*advice).clone(), present)
}

/// Keeps text and facts between visits: at once, or when the reader pauses in a long text; and in any case
/// when the page goes away.
#[hook]
fn use_keeping(state: &State, judged: bool) {
    use_effect_with((state.text.clone(), judged), |(text, judged)| {
        if *judged {
            // Without storage there is nothing to come back to; the page works all the same.
            platform::storage::write(TEXT_KEY, text);
        }
    });
    use_effect_with(state.form.clone(), |form| {
        platform::storage::write(FACTS_KEY, &form.to_stored());
    });
    use_effect_with((), |()| {
        let listener = platform::on_page_hide(platform::crash::keep_drafts);
        move || drop(listener)
    });
}

/// One fix of one finding, applied.
fn applied(advice: &Advice, place: usize, fix: usize) -> Option<Action> {
    let finding = advice.findings().get(place)?;
    Some(Action::Take {
        text: advice.after_fix(place, fix)?,
        done: format!("{} fixed, Ctrl Z takes it back", finding.rule),
    })
}

/// All safe fixes, applied.
fn all_applied(advice: &Advice) -> Action {
    let done = match advice.fixed().applied.len() {
        1 => "1 fix applied, Ctrl Z takes it back".to_owned(),
        count => format!("{count} fixes applied, Ctrl Z takes them back"),
    };
    Action::Take {
        text: advice.fixed().text.clone(),
        done,
    }
}

/// What stands in the empty editor.
fn samples(act: &Callback<Action>) -> Html {
    html! {
        <>
            <p>{ "Paste a consumer's configuration here: properties, YAML, JSON, environment variables, XML, SQL or code. Or start from a sample:" }</p>
            <ul>
                for sample in &SAMPLES {
                    <li key={sample.slug}>
                        <button
                            type="button"
                            class="btn"
                            data-testid={format!("sample-{}", sample.slug)}
                            onclick={act.reform(|_: MouseEvent| Action::Take { text: sample.text.to_owned(), done: String::new() })}
                        >
                            { sample.name }
                        </button>
                        <small>{ sample.about }</small>
                    </li>
                }
            </ul>
        </>
    }
}

/// A span's beginning in UTF-16 units, and its line (from 0).
fn caret_of(reading: &Reading, span: Span) -> (u32, usize) {
    let text = reading.config.text();
    let before = text.get(..span.start).unwrap_or_default();
    let offset = u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX);
    (offset, reading.config.lines().index(span.start))
}
