//! What the reader sees when the page has a bug and panics.
//!
//! After a panic nothing of the app runs any more, so the message is plain elements put into the document
//! from the panic hook itself, and its button is served by `start.js`. Whatever was given to
//! [`keep_at_the_end`] is kept first, so that nothing typed is lost.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::panic::PanicHookInfo;
use std::rc::Rc;
use web_sys::{Document, Element};

/// Shows panics on the page and writes them to the console.
pub fn install() {
    std::panic::set_hook(Box::new(|info: &PanicHookInfo<'_>| {
        console_error_panic_hook::hook(info);
        keep_drafts();
        show(&info.to_string());
    }));
}

type Drafts = BTreeMap<&'static str, Rc<dyn Fn() -> String>>;

thread_local! {
    static DRAFTS: RefCell<Drafts> = RefCell::default();
}

/// Whatever ends the page, this text is kept under a name. The last one given counts.
pub fn keep_at_the_end(name: &'static str, text: impl Fn() -> String + 'static) {
    DRAFTS.with_borrow_mut(|drafts| drafts.insert(name, Rc::new(text)));
}

/// Keeps the texts of [`keep_at_the_end`].
pub fn keep_drafts() {
    DRAFTS.with(|drafts| {
        // Borrowed only if it is this very code that panicked.
        let drafts = drafts.try_borrow().map(|drafts| drafts.clone());
        for (name, text) in drafts.unwrap_or_default() {
            super::storage::write(name, &text());
        }
    });
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
