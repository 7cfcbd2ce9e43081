//! The keys of the workspace: playback, zoom, repeating, undo and redo, removing the selected action.

use super::edit::Edit;
use super::workspace::{Do, Workspace};
use crate::figure::{By, WindowCommand};
use crate::platform;
use crate::playback::{Command, KeyPress, command_for};
use crate::shell::use_shell;
use yew::prelude::*;

/// What a step of + and − shows of what was shown.
pub(super) const ZOOM_STEP: f64 = 0.6;

/// How much of what is shown a step of { and } moves on.
const PAN_SHARE: f64 = 0.4;

/// Listens for keys anywhere on the page, except where text is typed or a control has the key itself.
#[hook]
pub(super) fn use_keyboard(workspace: &Workspace, send: Callback<Do>) {
    let single_keys = use_shell().preferences.single_keys;
    let latest = use_mut_ref(|| (workspace.clone(), single_keys));
    *latest.borrow_mut() = (workspace.clone(), single_keys);
    use_effect_with((), move |()| {
        let listener = platform::on_key_down(move |event| {
            if event.default_prevented() || platform::layout::has_own_keys(event) {
                return;
            }
            let (workspace, single_keys) = &*latest.borrow();
            if let Some(change) = change_for(event, workspace, *single_keys) {
                event.prevent_default();
                send.emit(change);
            }
        });
        move || drop(listener)
    });
}

fn change_for(event: &KeyboardEvent, workspace: &Workspace, single_keys: bool) -> Option<Do> {
    let key = event.key();
    let command = event.ctrl_key() || event.meta_key();
    match key.as_str() {
        "z" | "Z" if command && event.shift_key() => return Some(Do::Redo),
        "z" if command => return Some(Do::Undo),
        "y" if command => return Some(Do::Redo),
        "Delete" => {
            let id = workspace.selected?;
            return Some(Do::Edit(Edit::RemoveAction { id }));
        }
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
    command_for(press, workspace.playback)
        .map(Do::Playback)
        .or_else(|| view_change(press, workspace))
}

/// What a key does to the lanes.
fn view_change(press: KeyPress, workspace: &Workspace) -> Option<Do> {
    if press.with_modifier {
        return None;
    }
    let zoom = |factor| {
        Do::Window(WindowCommand::Zoom {
            about_ms: workspace.t_ms(),
            factor,
        })
    };
    let repeat = |range| Do::Playback(Command::Repeat(range));
    let (t_ms, end_ms) = (workspace.t_ms(), workspace.extent.end_ms);
    let range = workspace.playback.range;
    Some(match press.key {
        "+" | "=" => zoom(ZOOM_STEP),
        "-" => zoom(1.0 / ZOOM_STEP),
        "0" => Do::Window(WindowCommand::Whole),
        "{" => Do::Window(WindowCommand::Pan(-PAN_SHARE)),
        "}" => Do::Window(WindowCommand::Pan(PAN_SHARE)),
        "1" | "2" | "3" | "4" => Do::Show(press.key.parse::<usize>().ok()? - 1),
        "m" => Do::By(match workspace.by {
            By::Partition => By::Member,
            By::Member => By::Partition,
        }),
        "l" => repeat(workspace.repeat_toggled()),
        "i" => repeat(Some((t_ms, range.map_or(end_ms, |(_, to)| to.max(t_ms))))),
        "o" => repeat(Some((range.map_or(0, |(from, _)| from.min(t_ms)), t_ms))),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Do, KeyPress, Workspace, view_change};
    use crate::pages::simulate::opening::first_scenario;

    fn press(workspace: &Workspace, key: &str) -> Workspace {
        let press = KeyPress {
            key,
            shift: false,
            with_modifier: false,
        };
        match view_change(press, workspace) {
            Some(change) => workspace.after(&change),
            None => workspace.clone(),
        }
    }

    #[test]
    fn zoom_keys_keep_the_playhead_in_sight() {
        let start = Workspace::open(first_scenario(), 9_000);
        let near = (0..4).fold(start.clone(), |at, _| press(&at, "+"));
        assert!(near.window.holds(9_000) && !near.window.is_whole(&near.extent));
        let stepped = near.after(&Do::Playback(crate::playback::Command::End));
        assert!(stepped.window.holds(stepped.t_ms()));
        assert!(press(&near, "0").window.is_whole(&near.extent));
        assert_eq!(press(&press(&start, "m"), "m"), start);
    }

    #[test]
    fn a_range_is_marked_at_the_playhead() {
        let start = Workspace::open(first_scenario(), 9_000);
        assert_eq!(press(&start, "o").playback.range, Some((0, 9_000)));
        let marked = press(&start, "i");
        assert_eq!(marked.playback.range, Some((9_000, start.extent.end_ms)));
        assert_eq!(press(&marked, "l").playback.range, None);
        let near = press(&press(&start, "+"), "l");
        let window = near.window;
        assert_eq!(near.playback.range, Some((window.from_ms, window.to_ms)));
    }
}
