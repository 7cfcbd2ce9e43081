//! The editor: a text and what is said about it in, edits out.
//!
//! The editing is done by a module of its own (`editor/`, `CodeMirror`), which is loaded when this component is shown
//! first. The page never writes the text while the reader edits: it asks for a [`Request`], and hears of the result
//! as of any other edit. Offsets are UTF-16 code units.

use super::advice::Advice;
use super::ask;
use super::state::{File, Request, RequestKind};
use crate::components::plain;
use crate::platform::editor as js;
use advisor::{Finding, LookFor, Severity};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::Element;
use yew::prelude::*;

/// Of a text that waits for the editor, only its beginning is shown.
const SHOWN_WAITING: usize = 4_000;

/// What an [`Editor`] shows and does.
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The text.
    pub file: File,
    /// Its place among all texts.
    pub shown: usize,
    /// What is said about all of them.
    pub advice: Advice,
    /// The number of the selected finding.
    pub selected: Option<usize>,
    /// What the page wants done.
    pub request: Option<Request>,
    /// Called with the text after every edit.
    pub oninput: Callback<String>,
    /// Called with the line (from 0) whenever the caret has moved.
    pub oncaret: Callback<usize>,
    /// Called with the number of a finding whose mark was clicked.
    pub onmark: Callback<usize>,
    /// Called with the numbers of a finding and of its fix.
    pub onfix: Callback<(usize, usize)>,
    /// What stands there while the text is empty.
    #[prop_or_default]
    pub empty: Html,
}

/// The editor.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let place = use_node_ref();
    let editor = use_editor(&place, props);
    let ready = editor.is_some();
    {
        let file = props.file.clone();
        use_effect_with((props.file.number, ready), {
            let editor = editor.clone();
            move |(number, _)| {
                if let Some(editor) = &*editor {
                    editor.show(*number, &file.text);
                }
            }
        });
    }
    use_effect_with((props.advice.clone(), props.shown, ready), {
        let editor = editor.clone();
        move |(advice, shown, _)| {
            if let Some(editor) = &*editor {
                say(editor, advice, *shown);
            }
        }
    });
    let line = selected_offset(props);
    use_effect_with((line, ready), {
        let editor = editor.clone();
        move |(offset, _)| {
            if let Some(editor) = &*editor {
                editor.select(offset.unwrap_or(-1));
            }
        }
    });
    use_effect_with((props.request.clone(), ready), {
        let editor = editor.clone();
        move |(request, _)| {
            if let (Some(editor), Some(request)) = (&*editor, request) {
                serve(editor, request);
            }
        }
    });
    let waiting = props
        .file
        .text
        .get(..SHOWN_WAITING)
        .unwrap_or(&props.file.text);
    html! {
        <div class="editor">
            <div class="editor__place" ref={place} />
            <pre class="editor__wait" hidden={ready}>{ waiting }</pre>
            <p id="editor-hint" class="unseen">
                { "Findings are listed after the editor. F8 goes to the next one, Alt Enter to its fixes. Escape and then Tab leave the editor." }
            </p>
            <div class="editor__empty" hidden={!props.file.text.is_empty()}>{ props.empty.clone() }</div>
        </div>
    }
}

/// What the editor calls, with the properties of the last render.
#[derive(Clone, Default)]
struct Calls {
    shown: usize,
    oninput: Callback<String>,
    oncaret: Callback<usize>,
    onmark: Callback<usize>,
    onfix: Callback<(usize, usize)>,
}

/// Loads the module and opens an editor; none until then.
#[hook]
fn use_editor(place: &NodeRef, props: &EditorProps) -> UseStateHandle<Option<js::Editor>> {
    let editor = use_state(|| None::<js::Editor>);
    let calls = use_mut_ref(Calls::default);
    *calls.borrow_mut() = Calls {
        shown: props.shown,
        oninput: props.oninput.clone(),
        oncaret: props.oncaret.clone(),
        onmark: props.onmark.clone(),
        onfix: props.onfix.clone(),
    };
    let (place, setter) = (place.clone(), editor.setter());
    use_effect_with((), move |()| {
        let open = Rc::new(RefCell::new(None::<js::Open>));
        let slot = open.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let module = js::load().await;
            if let (Some(module), Some(place)) = (module, place.cast::<Element>()) {
                let opened = js::Open::new(&module, &place, page(calls));
                setter.set(Some(opened.editor()));
                *slot.borrow_mut() = Some(opened);
            }
        });
        move || drop(open.take())
    });
    editor
}

fn page(calls: Rc<RefCell<Calls>>) -> js::Page {
    let call = move |with: &dyn Fn(&Calls)| {
        // A copy: what is called may render, and that writes the calls anew.
        let now = calls.borrow().clone();
        with(&now);
        now.shown
    };
    let [changed, moved, marked, fixed, looked] = std::array::from_fn(|_| call.clone());
    js::Page {
        changed: Box::new(move |text| {
            changed(&|calls| calls.oninput.emit(text.clone()));
        }),
        moved: Box::new(move |line| {
            moved(&|calls| calls.oncaret.emit(line as usize));
        }),
        marked: Box::new(move |number| {
            marked(&|calls| calls.onmark.emit(number as usize));
        }),
        fixed: Box::new(move |number, fix| {
            fixed(&|calls| calls.onfix.emit((number as usize, fix as usize)));
        }),
        look: Box::new(move |completions, at, length| {
            let what = if completions {
                LookFor::Completions
            } else {
                LookFor::Documentation
            };
            ask::look(advisor::Look {
                text: looked(&|_| {}),
                at,
                length,
                what,
            })
        }),
    }
}

/// A finding as `editor/findings.ts` has it.
#[derive(Serialize)]
struct Shown {
    from: u32,
    to: u32,
    severity: &'static str,
    number: usize,
    message: String,
    fixes: Vec<String>,
}

impl Shown {
    fn of((number, finding): (usize, &Finding)) -> Self {
        Self {
            from: finding.place.from,
            to: finding.place.to,
            severity: match finding.severity {
                Severity::Error => "error",
                Severity::Warn => "warning",
                Severity::Info => "info",
            },
            number,
            message: plain(&finding.message),
            fixes: finding.fixes.iter().map(|fix| plain(&fix.title)).collect(),
        }
    }
}

/// Shows what is said about a text.
fn say(editor: &js::Editor, advice: &Advice, shown: usize) {
    let Some(reading) = advice.reading(shown) else {
        return;
    };
    let secrets: Vec<u32> = reading
        .secrets
        .iter()
        .flat_map(|place| [place.from, place.to])
        .collect();
    let findings = advice.findings().iter().enumerate();
    let own = findings
        .filter(|(_, finding)| finding.text == shown && !finding.place.is_empty())
        .map(Shown::of);
    let own: Vec<Shown> = own.collect();
    let json = serde_json::to_string(&own).unwrap_or_default();
    editor.say(reading.length, &reading.tokens, &secrets, &json);
}

/// Where the selected finding is, if it is in the shown text.
fn selected_offset(props: &EditorProps) -> Option<i32> {
    let finding = props.advice.findings().get(props.selected?)?;
    let here = finding.text == props.shown && !finding.place.is_empty();
    here.then(|| i32::try_from(finding.place.from).ok())
        .flatten()
}

#[derive(Serialize)]
struct Piece<'a> {
    from: u32,
    to: u32,
    insert: &'a str,
}

/// Does what the page wants done.
fn serve(editor: &js::Editor, request: &Request) {
    match &request.kind {
        RequestKind::Edit(edits) => {
            let pieces = edits.iter().map(|edit| Piece {
                from: edit.place.from,
                to: edit.place.to,
                insert: &edit.text,
            });
            let pieces: Vec<Piece<'_>> = pieces.collect();
            editor.edit(&serde_json::to_string(&pieces).unwrap_or_default());
        }
        RequestKind::Reveal(offset) => editor.reveal(*offset),
        RequestKind::Caret(offset) => editor.caret(*offset),
    }
}
