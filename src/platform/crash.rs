//! What the reader sees when the page has a bug and panics.
//!
//! After a panic nothing of the app runs any more, so the message is plain elements put into the document
//! from the panic hook itself, and its button is served by `start.js`. Whatever stands in a text field
//! with `data-draft` is kept under that name first, so that nothing typed is lost.

use std::panic::PanicHookInfo;
use wasm_bindgen::JsCast;
use web_sys::{Document, Element, HtmlTextAreaElement};

/// The attribute that names the storage entry of a text field.
pub const DRAFT_ATTRIBUTE: &str = "data-draft";

/// Shows panics on the page and writes them to the console.
pub fn install() {
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        console_error_panic_hook::hook(info);
        keep_drafts();
        show(&info.to_string());
    }));
}

/// Keeps what stands in text fields with `data-draft`, each under its name.
pub fn keep_drafts() {
    let Some(document) = super::document() else {
        return;
    };
    let Ok(fields) = document.query_selector_all("textarea[data-draft]") else {
        return;
    };
    for index in 0..fields.length() {
        let field = fields
            .get(index)
            .and_then(|node| node.dyn_into::<HtmlTextAreaElement>().ok());
        if let Some(field) = field
            && let Some(name) = field.get_attribute(DRAFT_ATTRIBUTE)
        {
            super::storage::write(&name, &field.value());
        }
    }
}

fn show(message: &str) {
    let Some(document) = super::document() else {
        return;
    };
    let Some(body) = document.body() else {
        return;
    };
    if document.get_element_by_id("crash").is_none()
        && let Some(notice) = notice(&document, message)
    {
        // The body takes any element.
        let _ = body.append_child(&notice);
    }
}

fn notice(document: &Document, message: &str) -> Option<Element> {
    let element = |name: &str, class: &str, text: &str| -> Option<Element> {
        let element = document.create_element(name).ok()?;
        element.set_class_name(class);
        element.set_text_content(Some(text));
        Some(element)
    };
    let notice = element("section", "crash", "")?;
    notice.set_id("crash");
    notice.set_attribute("role", "alert").ok()?;
    let reload = element("button", "btn btn--first", "Reload the page")?;
    reload.set_attribute("data-reload", "").ok()?;
    let parts = [
        element("h2", "", "The page has stopped working")?,
        element(
            "p",
            "",
            "This is a bug in Rebalance Lab. What you typed is kept and stands here again after a reload. \
             The lines below say where it happened; please report them.",
        )?,
        element("pre", "", message)?,
        reload,
    ];
    for part in &parts {
        notice.append_child(part).ok()?;
    }
    Some(notice)
}
