//! What stays between visits: the browser's local storage, text by name.

/// The text under a name; none if there is none or storage is switched off.
pub fn read(name: &str) -> Option<String> {
    super::window()?
        .local_storage()
        .ok()??
        .get_item(name)
        .ok()?
}

/// Keeps a text under a name. Returns whether it was kept: storage can be off or full.
pub fn write(name: &str, text: &str) -> bool {
    let storage = super::window().and_then(|window| window.local_storage().ok().flatten());
    storage.is_some_and(|storage| storage.set_item(name, text).is_ok())
}

/// Forgets what is kept under a name.
pub fn remove(name: &str) {
    if let Some(storage) = super::window().and_then(|window| window.local_storage().ok().flatten())
    {
        // Nothing to forget is as good as forgotten.
        let _ = storage.remove_item(name);
    }
}
