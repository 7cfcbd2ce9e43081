//! The editor: text in, diagnostics in, edits out.
//!
//! The browser's own text area does the editing, so that undo, input methods, touch and screen readers work as
//! everywhere. Its characters are transparent; below them lie the same characters with colours and squiggles,
//! only as many lines as can be seen. Field and lines scroll together in one element.
//!
//! The page never writes the text into the field while the reader edits: it asks for a [`Request`], and hears of
//! the result as of any other edit.

pub mod paint;
mod replace;

pub use replace::Replacement;

use crate::components::severity_mark;
use paint::Sheet;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{ClipboardEvent, Element, HtmlTextAreaElement};
use yew::prelude::*;

/// Height of a line in px, as in `advise.css`.
const LINE_PX: u32 = 23;
/// Lines that are painted: what a screen of 4K shows, and what a reader scrolls before the next frame.
const PAINTED_LINES: usize = 150;
/// The first painted line is a multiple of this, so that scrolling seldom paints anew.
const STRIDE: usize = 20;

/// Something that the page wants done to the text, once for each `serial`.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// Grows with every request.
    pub serial: u32,
    /// What.
    pub kind: RequestKind,
}

/// What the page wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum RequestKind {
    /// Replace a part of the text, as if typed: it can be undone.
    Replace(Replacement),
    /// Bring a line (from 0) into view.
    Reveal(usize),
    /// Put the caret at a UTF-16 offset and bring its line (from 0) into view.
    Caret(u32, usize),
}

/// What an [`Editor`] shows and does.
#[derive(Properties, PartialEq)]
pub struct EditorProps {
    /// The text at the start.
    pub initial: AttrValue,
    /// The present text with what is painted on it.
    pub sheet: Rc<Sheet>,
    /// The line (from 0) of the selected finding.
    pub selected_line: Option<usize>,
    /// What the page wants done.
    pub request: Option<Request>,
    /// The name under which the text is kept, for [`crate::platform::crash`].
    pub draft: AttrValue,
    /// Called with the text after every edit.
    pub oninput: Callback<String>,
    /// Called with the line (from 0) whenever the caret has moved.
    pub oncaret: Callback<usize>,
    /// Called with the place of a finding whose mark was clicked.
    pub onmark: Callback<usize>,
    /// What stands there while the text is empty.
    #[prop_or_default]
    pub empty: Html,
}

/// The editor.
#[component]
pub fn Editor(props: &EditorProps) -> Html {
    let field = use_node_ref();
    let scroll = use_node_ref();
    let first = use_state_eq(|| 0_usize);
    let caret = use_state_eq(|| None::<usize>);
    use_requests(&field, &scroll, props.request.as_ref());

    let oninput = props.oninput.reform(|event: InputEvent| {
        let field = event.target_dyn_into::<HtmlTextAreaElement>();
        field.map(|field| field.value()).unwrap_or_default()
    });
    let moved = {
        let (sheet, report, caret) = (props.sheet.clone(), props.oncaret.clone(), caret.setter());
        let field = field.clone();
        move || {
            let Some(field) = field.cast::<HtmlTextAreaElement>() else {
                return;
            };
            let offset = field.selection_start().ok().flatten().unwrap_or(0);
            let line = sheet.line(offset as usize);
            caret.set(Some(line));
            report.emit(line);
        }
    };
    let onkeyup = {
        let moved = moved.clone();
        move |_: KeyboardEvent| moved()
    };
    let onclick = move |_: MouseEvent| moved();
    let onpaste = |event: Event| {
        let field = event.target_dyn_into::<HtmlTextAreaElement>();
        if let (Some(field), Some(paste)) = (field, event.dyn_ref::<ClipboardEvent>())
            && replace::paste(&field, paste)
        {
            event.prevent_default();
        }
    };
    let onblur = {
        let caret = caret.setter();
        move |_: FocusEvent| caret.set(None)
    };
    let onscroll = {
        let first = first.setter();
        move |event: Event| {
            let top = event
                .target_dyn_into::<Element>()
                .map_or(0, |element| element.scroll_top());
            let line = usize::try_from(top).unwrap_or(0) / LINE_PX as usize;
            first.set(line / STRIDE * STRIDE);
        }
    };
    let size = format!(
        "--lines: {}; --columns: {}",
        props.sheet.line_count(),
        props.sheet.columns()
    );
    html! {
        <div class="editor" ref={scroll} {onscroll} data-testid="editor-scroll">
            <div class="editor__page" style={size}>
                <Lines
                    sheet={props.sheet.clone()}
                    selected_line={props.selected_line}
                    caret_line={*caret}
                    first={first.saturating_sub(STRIDE)}
                />
                <textarea
                    ref={field}
                    class="editor__field"
                    aria-label="Consumer configuration"
                    aria-describedby="editor-hint"
                    wrap="off"
                    spellcheck="false"
                    autocapitalize="off"
                    autocomplete="off"
                    data-testid="editor"
                    data-draft={props.draft.clone()}
                    defaultvalue={props.initial.clone()}
                    {oninput}
                    {onkeyup}
                    {onclick}
                    {onblur}
                    {onpaste}
                />
                { gutter(props, first.saturating_sub(STRIDE)) }
            </div>
            <p id="editor-hint" class="unseen">{ "Findings are listed after the editor. F8 goes to the next one." }</p>
            <div class="editor__empty" hidden={!props.sheet.is_empty()}>{ props.empty.clone() }</div>
        </div>
    }
}

/// Does what the page wants done.
#[hook]
fn use_requests(field: &NodeRef, scroll: &NodeRef, request: Option<&Request>) {
    let nodes = (field.clone(), scroll.clone());
    use_effect_with(request.cloned(), move |request| {
        let (Some(field), Some(scroll)) = (
            nodes.0.cast::<HtmlTextAreaElement>(),
            nodes.1.cast::<Element>(),
        ) else {
            return;
        };
        match request.as_ref().map(|request| &request.kind) {
            None => {}
            Some(RequestKind::Replace(replacement)) => replacement.do_in(&field),
            Some(RequestKind::Reveal(line)) => reveal(&scroll, *line),
            Some(RequestKind::Caret(offset, line)) => {
                // Refused only by fields that have no selection.
                let _ = field.focus();
                let _ = field.set_selection_range(*offset, *offset);
                reveal(&scroll, *line);
            }
        }
    });
}

/// Scrolls a line into the middle third, unless it is there already.
fn reveal(scroll: &Element, line: usize) {
    let line_px = i32::try_from(LINE_PX).unwrap_or(0);
    let y = i32::try_from(line)
        .unwrap_or(i32::MAX / 64)
        .saturating_mul(line_px);
    let (top, height) = (scroll.scroll_top(), scroll.client_height());
    if y < top + line_px || y > top + height - 3 * line_px {
        scroll.set_scroll_top((y - height / 3).max(0));
    }
}

/// What [`Lines`] shows.
#[derive(Properties, PartialEq)]
struct LinesProps {
    sheet: Rc<Sheet>,
    selected_line: Option<usize>,
    caret_line: Option<usize>,
    first: usize,
}

/// The coloured characters below the field's transparent ones.
#[component]
fn Lines(props: &LinesProps) -> Html {
    let last = (props.first + PAINTED_LINES).min(props.sheet.line_count());
    html! {
        <div class="editor__lines" aria-hidden="true">
            for line in props.first..last {
                <div
                    key={line}
                    class={classes!("editor__line", (props.selected_line == Some(line)).then_some("is-selected"))}
                    style={format!("--line: {line}")}
                >
                    // What is being typed must be seen by the one who types.
                    for piece in props.sheet.pieces(line, props.caret_line != Some(line)) {
                        <span class={classes!(piece.kind, piece.severity.map(|severity| format!("sq sq--{}", severity.as_str())))}>
                            { piece.text }
                        </span>
                    }
                </div>
            }
        </div>
    }
}

/// Line numbers and the marks of findings, from a line on.
fn gutter(props: &EditorProps, first: usize) -> Html {
    let last = (first + PAINTED_LINES).min(props.sheet.line_count());
    html! {
        <div class="editor__gutter">
            for line in first..last {
                <div
                    key={line}
                    class={classes!("editor__no", (props.selected_line == Some(line)).then_some("is-selected"))}
                    style={format!("--line: {line}")}
                >
                    <span aria-hidden="true">{ line + 1 }</span>
                    { gutter_mark(props, line) }
                </div>
            }
        </div>
    }
}

/// The mark of the worst finding that begins on a line. The list of findings has the same for the keyboard.
fn gutter_mark(props: &EditorProps, line: usize) -> Html {
    match props.sheet.mark(line) {
        None => html! { <i /> },
        Some(mark) => {
            let finding = mark.finding;
            let onclick = props.onmark.reform(move |_: MouseEvent| finding);
            let label = format!("Line {}: {}", line + 1, mark.severity.title());
            html! {
                <button type="button" tabindex="-1" aria-label={label} {onclick}>
                    { severity_mark(mark.severity, false) }
                </button>
            }
        }
    }
}
