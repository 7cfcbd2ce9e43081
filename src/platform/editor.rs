//! The editor's module (`editor/index.ts`), loaded when it is needed.

use js_sys::{JsString, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, FileList};

#[wasm_bindgen]
extern "C" {
    /// `start.js` has it, because a page compiled to WebAssembly can't import by itself.
    #[wasm_bindgen(js_namespace = window, js_name = importPart, catch)]
    fn import_part(name: &str) -> Result<Promise, JsValue>;

    /// The module.
    #[derive(Clone, Debug)]
    pub type Module;

    #[wasm_bindgen(method)]
    fn open(
        this: &Module,
        parent: &Element,
        changed: &JsValue,
        moved: &JsValue,
        marked: &JsValue,
        fixed: &JsValue,
        look: &JsValue,
    ) -> Editor;

    #[wasm_bindgen(method)]
    fn read(this: &Module, files: &FileList) -> Promise;

    /// An editor in the page. What its methods do stands in `editor/index.ts`.
    #[derive(Clone, Debug, PartialEq)]
    pub type Editor;

    /// Shows a text by its number: as it was left, or else `text`.
    #[wasm_bindgen(method)]
    pub fn show(this: &Editor, number: u32, text: &str);

    /// Shows what is said about a text of this length; about another one, nothing.
    #[wasm_bindgen(method)]
    pub fn say(this: &Editor, length: u32, tokens: &[u32], secrets: &[u32], findings: &str);

    /// Marks the line at an offset as that of the selected finding; none below zero.
    #[wasm_bindgen(method)]
    pub fn select(this: &Editor, offset: i32);

    /// Brings an offset into view.
    #[wasm_bindgen(method)]
    pub fn reveal(this: &Editor, offset: u32);

    /// Puts the caret to an offset.
    #[wasm_bindgen(method)]
    pub fn caret(this: &Editor, offset: u32);

    /// Replaces pieces of the text as if typed.
    #[wasm_bindgen(method)]
    pub fn edit(this: &Editor, edits: &str);

    #[wasm_bindgen(method)]
    fn close(this: &Editor);
}

/// What the editor tells the page.
pub struct Page {
    /// The text after every change.
    pub changed: Box<dyn FnMut(String)>,
    /// The line (from 0) of the caret after every move.
    pub moved: Box<dyn FnMut(u32)>,
    /// The number of a finding whose mark was clicked.
    pub marked: Box<dyn FnMut(u32)>,
    /// The numbers of a finding and of its fix, when that is chosen.
    pub fixed: Box<dyn FnMut(u32, u32)>,
    /// What stands at an offset of a text so long, or could stand there; resolves to JSON.
    pub look: Box<dyn FnMut(bool, u32, u32) -> Promise>,
}

/// An open editor; closed when dropped.
pub struct Open {
    editor: Editor,
    _changed: Closure<dyn FnMut(String)>,
    _moved_and_marked: [Closure<dyn FnMut(u32)>; 2],
    _fixed: Closure<dyn FnMut(u32, u32)>,
    _look: Closure<dyn FnMut(bool, u32, u32) -> Promise>,
}

impl Open {
    /// Opens an editor in an element.
    pub fn new(module: &Module, parent: &Element, page: Page) -> Self {
        let changed = Closure::wrap(page.changed);
        let [moved, marked] = [page.moved, page.marked].map(Closure::wrap);
        let fixed = Closure::wrap(page.fixed);
        let look = Closure::wrap(page.look);
        let editor = module.open(
            parent,
            changed.as_ref(),
            moved.as_ref(),
            marked.as_ref(),
            fixed.as_ref(),
            look.as_ref(),
        );
        Self {
            editor,
            _changed: changed,
            _moved_and_marked: [moved, marked],
            _fixed: fixed,
            _look: look,
        }
    }

    /// The editor.
    pub fn editor(&self) -> Editor {
        self.editor.clone()
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.editor.close();
    }
}

/// Loads the module; none where it can't be loaded.
pub async fn load() -> Option<Module> {
    let module = JsFuture::from(import_part("editor").ok()?).await.ok()?;
    Some(module.unchecked_into())
}

/// The names and texts of files, as JSON.
pub async fn read(files: &FileList) -> Option<String> {
    let read = load().await?.read(files);
    let json = JsFuture::from(read).await.ok()?;
    json.dyn_into::<JsString>().ok().map(String::from)
}
