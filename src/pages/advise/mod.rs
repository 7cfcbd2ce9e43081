//! Advise: pasted configs, what is wrong with them, why, and the fixes.
//!
//! Texts and facts are the state; what is read, found and changed follows from them and is asked of the advisor,
//! which computes in a worker ([`ask`]). What a finding can be shown with is asked when it is selected ([`show`]).
//! The editor is a seam of its own: a text and what is said about it in, edits out.

pub mod advice;
pub mod ask;
pub mod editor;
pub mod facts;
pub mod files;
pub mod finding;
pub mod findings;
pub mod form;
mod keys;
pub mod preview;
mod sharing;
pub mod show;
pub mod startup;
pub mod state;

use crate::platform;
use crate::route::{Route, Workspace};
use crate::shell::{Shell, use_shell};
use advice::Advice;
use advisor::{Edit, Place, Reading, Request, Sample};
use ask::{Known, use_advice};
use editor::Editor;
use facts::facts_bar;
use files::{act_on_files, dropped, files_bar};
use findings::Findings;
use preview::Preview;
use sharing::{Sharing, linked};
use show::use_showing;
use startup::OnStartup;
use state::{Action, FACTS_KEY, FILES_KEY, State};
use std::rc::Rc;
use yew::prelude::*;

/// What an [`AdvisePage`] shows.
#[derive(Properties, PartialEq)]
pub struct AdvisePageProps {
    /// The address, which may bring texts.
    pub route: Route,
}

/// The Advise workspace.
#[component]
pub fn AdvisePage(props: &AdvisePageProps) -> Html {
    let state = use_reducer(State::stored);
    let broken_link = use_links(&props.route, &state.dispatcher());
    let request = use_memo(
        (state.files.clone(), state.form.clone()),
        |(files, form)| Request {
            texts: state::texts(files),
            facts: form.typed().clone(),
        },
    );
    let Known {
        advice,
        settled,
        trouble,
    } = use_advice(&request);
    // By content: who comes back finds what was said before, and may act on it at once.
    let judged = **advice.request() == *request;
    use_keeping(&state, &request, judged);
    let selected = state.selection(&advice);
    keys::use_finding_keys(&state, &advice);

    let act = {
        let dispatcher = state.dispatcher();
        Callback::from(move |action| dispatcher.dispatch(action))
    };
    // What was said about an older text fits no longer; the next answer is there in a moment.
    let on_judged = if judged {
        act.clone()
    } else {
        Callback::noop()
    };
    let on = Actions::new(&act, &on_judged, &advice, state.shown);
    let on_settled = (**settled.request() == *request).then(|| act.clone());
    let apply = apply_all(on_settled.unwrap_or_default(), &settled, state.shown);
    let showing = use_showing(&advice, selected, judged);
    let none = Reading::default();
    let reading = advice.reading(state.shown).unwrap_or(&none);
    html! {
        <Shell
            workspace={Workspace::Advise}
            title="Advise"
            fixed=true
            end={html! {
                <>
                    <span class="bar__note">{ "Nothing you paste leaves this page" }</span>
                    <Sharing state={(*state).clone()} advice={judged.then(|| advice.clone())} />
                </>
            }}
        >
            <div
                class="advise"
                ondragover={|event: DragEvent| event.prevent_default()}
                ondrop={act_on_files(&act, dropped)}
            >
                <h1 class="unseen">{ "Advise" }</h1>
                if let Some(reason) = broken_link {
                    <p class="notice-line" role="alert" data-testid="broken-link"><span><b>{ reason }</b>{ ". Nothing was changed." }</span>
                        <small>{ "Ask for the link again, or for the text as a file." }</small></p>
                }
                { facts_bar(&state.form, &advice, reading, &act.reform(|(key, value)| Action::Fact(key, value))) }
                <div class="text">
                    { files_bar(&state, &act) }
                    <Editor
                        file={state.file()}
                        shown={state.shown}
                        advice={advice.clone()}
                        selected={selected.filter(|_| judged)}
                        request={state.request.clone()}
                        oninput={act.reform(Action::Edit)}
                        oncaret={on.caret}
                        onmark={on.select.clone()}
                        onfix={on.fix.clone()}
                        empty={samples(&advice.answer().samples, &act)}
                    />
                </div>
                <Findings
                    {trouble}
                    advice={advice.clone()}
                    order={state.order}
                    {selected}
                    {showing}
                    onorder={act.reform(Action::Order)}
                    onselect={on.select}
                    onfix={on.fix}
                    onstartup={on.startup}
                />
                <Preview advice={settled} text={state.shown} done={state.done.clone()} onapply={apply} />
            </div>
        </Shell>
    }
}

/// Opens what an address brings, once for each time that the reader goes there; or says why that can't be read.
#[hook]
fn use_links(route: &Route, state: &UseReducerDispatcher<State>) -> Option<String> {
    let moves = use_shell().moves;
    let broken = use_state_eq(|| None::<String>);
    let (setter, state) = (broken.setter(), state.clone());
    use_effect_with((route.clone(), moves), move |(route, _)| {
        let read = linked(route);
        setter.set(match &read {
            Some(Err(error)) => Some(error.to_string()),
            _ => None,
        });
        if let Some(Ok(linked)) = read {
            state.dispatch(Action::Linked(linked));
            // What was brought is the reader's now, and is kept: loaded again, the page must not bring it as it was.
            platform::replace_fragment(&Route::to(Workspace::Advise).to_string());
        }
    });
    (*broken).clone()
}

/// What the reader can do with what was said.
struct Actions {
    caret: Callback<usize>,
    select: Callback<usize>,
    fix: Callback<(usize, usize)>,
    startup: OnStartup,
}

impl Actions {
    fn new(
        act: &Callback<Action>,
        on_judged: &Callback<Action>,
        advice: &Advice,
        shown: usize,
    ) -> Self {
        let caret = {
            let (advice, act) = (advice.clone(), on_judged.clone());
            Callback::from(move |line| {
                if let Some(number) = advice.on_line(shown, line) {
                    act.emit(Action::Follow(number));
                }
            })
        };
        let select = {
            let advice = advice.clone();
            act.reform(move |number: usize| {
                Action::Select(number, advice.findings().get(number).cloned())
            })
        };
        let fix = {
            let (advice, act) = (advice.clone(), on_judged.clone());
            Callback::from(move |(number, fix)| {
                if let Some(action) = fixed(&advice, number, fix) {
                    act.emit(action);
                }
            })
        };
        let startup = OnStartup {
            show: act.reform(|(text, place): (usize, Place)| Action::Go(text, place)),
            fix: on_judged.reform(|(text, edits): (usize, Vec<Edit>)| Action::Apply {
                text,
                edits,
                done: "Fixed, Ctrl Z takes it back".to_owned(),
            }),
        };
        Self {
            caret,
            select,
            fix,
            startup,
        }
    }
}

/// Keeps texts and facts between visits: when they have been judged, which for long texts is when the reader
/// pauses; and in any case when the page goes away.
#[hook]
fn use_keeping(state: &State, request: &Rc<Request>, judged: bool) {
    let texts = {
        let request = request.clone();
        move || serde_json::to_string(&request.texts).unwrap_or_default()
    };
    platform::crash::keep_at_the_end(FILES_KEY, texts.clone());
    use_effect_with((state.files.clone(), judged), move |(_, judged)| {
        if *judged {
            // Without storage there is nothing to come back to; the page works all the same.
            platform::storage::write(FILES_KEY, &texts());
        }
    });
    use_effect_with(state.form.clone(), |form| {
        platform::storage::write(FACTS_KEY, &form.to_stored());
    });
    use_effect_with((), |()| {
        let listener = platform::on_page_hide(platform::crash::keep_drafts);
        move || {
            platform::crash::keep_drafts();
            drop(listener);
        }
    });
}

/// One fix of one finding.
fn fixed(advice: &Advice, number: usize, fix: usize) -> Option<Action> {
    let finding = advice.findings().get(number)?;
    Some(Action::Apply {
        text: finding.text,
        edits: finding.fixes.get(fix)?.edits.clone(),
        done: format!("{} fixed, Ctrl Z takes it back", finding.rule),
    })
}

/// Applies all safe fixes of a text.
fn apply_all(act: Callback<Action>, settled: &Advice, text: usize) -> Callback<()> {
    let settled = settled.clone();
    Callback::from(move |()| {
        if let Some(action) = all_fixed(&settled, text) {
            act.emit(action);
        }
    })
}

/// All safe fixes of a text.
fn all_fixed(advice: &Advice, text: usize) -> Option<Action> {
    let fixed = &advice.reading(text)?.fixed;
    let done = match fixed.count {
        1 => "1 fix applied, Ctrl Z takes it back".to_owned(),
        count => format!("{count} fixes applied, Ctrl Z takes them back"),
    };
    Some(Action::Apply {
        text,
        edits: fixed.edits.clone(),
        done,
    })
}

/// What stands in the empty editor.
fn samples(samples: &[Sample], act: &Callback<Action>) -> Html {
    html! {
        <>
            <p>{ "Paste a consumer's configuration here, or drop files: properties, YAML, JSON, environment variables, XML, SQL or code. Or start from a sample:" }</p>
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

/// A sample is typed into the editor, so that it can be undone.
fn taken(sample: &Sample, act: &Callback<Action>) -> Callback<MouseEvent> {
    let text = sample.text.clone();
    act.reform(move |_| Action::Take(text.clone()))
}
