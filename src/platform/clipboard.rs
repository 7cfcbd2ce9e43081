//! The clipboard.

use wasm_bindgen_futures::JsFuture;

/// Copies a text. Returns whether it was copied: a page that isn't secure or has no permission can't.
pub async fn copy(text: &str) -> bool {
    let Some(window) = super::window() else {
        return false;
    };
    // Not `navigator().clipboard()` alone: outside secure contexts it is undefined.
    if !window.is_secure_context() {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text))
        .await
        .is_ok()
}
