//! The part of the page's WebAssembly that is loaded when the page stands (`xtask/split.mjs` divides it).
//!
//! Nothing has to ask for it: a function that isn't there yet waits for it. Asking is only sooner.

use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = window, js_name = lendToRest)]
    fn lend(exports: &JsValue);

    /// What stands in place of functions that aren't there yet calls it too, by this name.
    #[wasm_bindgen(js_namespace = window, js_name = loadRest)]
    fn load_rest();
}

/// Gives `start.js` what the rest is built upon: memory, tables and functions of this part.
pub fn offer() {
    if cfg!(target_arch = "wasm32") {
        lend(&wasm_bindgen::exports());
    }
}

/// Has it loaded before anything else happens, unless it is there.
pub fn load() {
    if cfg!(target_arch = "wasm32") {
        load_rest();
    }
}
