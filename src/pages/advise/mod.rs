//! Advise: a pasted config, what is wrong with it, why, and the fixes.
//!
//! Text and facts are the state; what is read, found and changed follows from them and is asked of the advisor,
//! which computes in a worker ([`ask`]). What a finding can be shown with becomes a field of
//! [`advisor::Finding`], filled in `advisor/src/advise.rs` and drawn in [`finding`].
//! The editor is a seam of its own: text in, diagnostics in, edits out.

pub mod advice;
pub mod ask;
pub mod editor;
pub mod facts;
pub mod finding;
pub mod findings;
pub mod form;
mod keys;
pub mod preview;
pub mod state;

use crate::platform;
use crate::route::Workspace;
use crate::shell::Shell;
use advice::Advice;
use advisor::{Reading, Request, Sample, Text, patched};
use ask::use_advice;
use editor::Editor;
use editor::paint::Sheet;
use facts::facts_bar;
use findings::Findings;
use preview::Preview;
use state::{Action, FACTS_KEY, State, TEXT_KEY};
use std::rc::Rc;
use yew::prelude::*;

/// The Advise workspace.
#[component]
pub fn AdvisePage() -> Html {
    let state = use_reducer(State::stored);
    let initial = use_memo((), |()| AttrValue::from(state.text.to_string()));
    let request = use_memo((state.text.clone(), state.form.clone()), |(text, form)| {
        let text = Text {
            name: String::new(),
            text: text.to_string(),
        };
        Request {
            texts: vec![text],
            facts: form.typed().clone(),
        }
    });
    let (advice, trouble) = use_advice(&request);
    let judged = Rc::ptr_eq(advice.request(), &request);
    let sheet = use_memo((state.text.clone(), advice.clone()), |(text, advice)| {
        Sheet::of(text, advice)
    });
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
            if let Some(place) = advice.on_line(0, line) {
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
            if let Some(action) = applied(&advice, place, fix).filter(|_| judged) {
                act(action);
            }
        })
    };
    let onapply = {
        let (advice, act) = (advice.clone(), act.clone());
        Callback::from(move |()| {
            if let Some(action) = all_applied(&advice).filter(|_| judged) {
                act(action);
            }
        })
    };
    let none = Reading::default();
    let reading = advice.reading(0).unwrap_or(&none);
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
                { facts_bar(&state.form, &advice, reading, &onfact) }
                <Editor
                    initial={(*initial).clone()}
                    {sheet}
                    {selected_line}
                    request={state.request.clone()}
                    draft={TEXT_KEY}
                    {oninput}
                    {oncaret}
                    onmark={onselect.clone()}
                    empty={samples(&advice.answer().samples, &Callback::from(act))}
                />
                <Findings
                    {trouble}
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
        text: patched(advice.text(0), &finding.fixes.get(fix)?.edits)?,
        done: format!("{} fixed, Ctrl Z takes it back", finding.rule),
    })
}

/// All safe fixes, applied.
fn all_applied(advice: &Advice) -> Option<Action> {
    let fixed = &advice.reading(0)?.fixed;
    let done = match fixed.count {
        1 => "1 fix applied, Ctrl Z takes it back".to_owned(),
        count => format!("{count} fixes applied, Ctrl Z takes them back"),
    };
    let text = patched(advice.text(0), &fixed.edits)?;
    Some(Action::Take { text, done })
}

/// What stands in the empty editor.
fn samples(samples: &[Sample], act: &Callback<Action>) -> Html {
    html! {
        <>
            <p>{ "Paste a consumer's configuration here: properties, YAML, JSON, environment variables, XML, SQL or code. Or start from a sample:" }</p>
            <ul>
                for sample in samples {
                    <li key={sample.slug.clone()}>
                        <button
                            type="button"
                            class="btn"
                            data-testid={format!("sample-{}", sample.slug)}
                            onclick={taken(sample, act)}
                        >
                            { &sample.name }
                        </button>
                        <small>{ &sample.about }</small>
                    </li>
                }
            </ul>
        </>
    }
}

fn taken(sample: &Sample, act: &Callback<Action>) -> Callback<MouseEvent> {
    let text = sample.text.clone();
    act.reform(move |_| Action::Take {
        text: text.clone(),
        done: String::new(),
    })
}
