//! The keys of the workspace: playback, undo and redo, removing the selected action.

use super::edit::Edit;
use super::workspace::Do;
use crate::platform;
use crate::playback::{KeyPress, Playback, command_for};
use crate::shell::use_shell;
use yew::prelude::*;

/// Listens for keys anywhere on the page, except where text is typed or a control has the key itself.
#[hook]
pub fn use_keyboard(playback: Playback, selected: Option<u32>, send: Callback<Do>) {
    let single_keys = use_shell().preferences.single_keys;
    let latest = use_mut_ref(|| (playback, selected, single_keys));
    *latest.borrow_mut() = (playback, selected, single_keys);
    use_effect_with((), move |()| {
        let listener = platform::on_key_down(move |event| {
            let (playback, selected, single_keys) = *latest.borrow();
            if event.default_prevented() || platform::layout::has_own_keys(event) {
                return;
            }
            if let Some(change) = change_for(event, playback, selected, single_keys) {
                event.prevent_default();
                send.emit(change);
            }
        });
        move || drop(listener)
    });
}

fn change_for(
    event: &KeyboardEvent,
    playback: Playback,
    selected: Option<u32>,
    single_keys: bool,
) -> Option<Do> {
    let key = event.key();
    let command = event.ctrl_key() || event.meta_key();
    match key.as_str() {
        "z" | "Z" if command && event.shift_key() => return Some(Do::Redo),
        "z" if command => return Some(Do::Undo),
        "y" if command => return Some(Do::Redo),
        "Delete" => return selected.map(|id| Do::Edit(Edit::RemoveAction { id })),
        _ => {}
    }
    // Keys with a letter or sign of their own can be switched off; named keys can't.
    if key.chars().count() == 1 && key != " " && !single_keys {
        return None;
    }
    let press = KeyPress {
        key: &key,
        shift: event.shift_key(),
        with_modifier: command || event.alt_key(),
    };
    command_for(press, playback).map(Do::Playback)
}
