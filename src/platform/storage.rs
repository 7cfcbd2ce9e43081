//! What stays between visits, in the browser's local storage, and while a tab is open: text by name.

use web_sys::Storage;

/// The text under a name; none if there is none or storage is switched off.
pub fn read(name: &str) -> Option<String> {
    local()?.get_item(name).ok()?
}

/// Keeps a text under a name. Returns whether it was kept: storage can be off or full.
pub fn write(name: &str, text: &str) -> bool {
    local().is_some_and(|storage| storage.set_item(name, text).is_ok())
}

/// Forgets what is kept under a name.
pub fn remove(name: &str) {
    if let Some(storage) = local() {
        // Nothing to forget is as good as forgotten.
        let _ = storage.remove_item(name);
    }
}

/// The text that this tab has under a name.
pub fn read_in_tab(name: &str) -> Option<String> {
    of_tab()?.get_item(name).ok()?
}

/// Keeps a text under a name until the tab is closed, through reloads.
pub fn write_in_tab(name: &str, text: &str) {
    if let Some(storage) = of_tab() {
        // Without storage there is nothing to go on with after a reload either.
        let _ = storage.set_item(name, text);
    }
}

fn local() -> Option<Storage> {
    super::window()?.local_storage().ok()?
}

fn of_tab() -> Option<Storage> {
    super::window()?.session_storage().ok()?
}
