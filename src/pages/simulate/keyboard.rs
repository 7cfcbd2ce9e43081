//! The keys of the workspace, as one table.

use super::edit::Edit;
use super::inspector::Tab;
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

/// Some keys: what the help says of them, and what they do.
pub(crate) struct Keys {
    /// As the help shows them.
    pub shown: &'static [&'static str],
    /// What they do, in the same order.
    pub does: &'static str,
    /// As the browser names them; none where something else listens to them.
    keys: &'static [Key],
    act: fn(KeyPress, &Workspace) -> Option<Do>,
}

/// A key: its name, with Shift, with Ctrl or Meta. A sign is what was typed, whatever Shift did to it.
type Key = (&'static str, bool, bool);

const fn plain(key: &'static str) -> Key {
    (key, false, false)
}

const fn keys(
    shown: &'static [&'static str],
    does: &'static str,
    keys: &'static [Key],
    act: fn(KeyPress, &Workspace) -> Option<Do>,
) -> Keys {
    Keys {
        shown,
        does,
        keys,
        act,
    }
}

/// Keys that something else on the page listens to.
const fn elsewhere(shown: &'static [&'static str], does: &'static str) -> Keys {
    keys(shown, does, &[], |_, _| None)
}

/// The keyboard map of the workspace. The help shows it, and the page does what it says.
#[rustfmt::skip]
pub(crate) const MAP: &[Keys] = &[
    keys(&["Space"], "play, pause", &[plain(" ")], play),
    keys(&["←", "→"], "previous, next event", &[plain("ArrowLeft"), plain("ArrowRight")], play),
    keys(&["Shift ←", "Shift →"], "10 ms back, on", &[("ArrowLeft", true, false), ("ArrowRight", true, false)], play),
    keys(&["[", "]"], "previous, next rebalance", &[plain("["), plain("]")], play),
    keys(&["Home", "End"], "start, end", &[plain("Home"), plain("End")], play),
    keys(&[",", "."], "slower, faster", &[plain(","), plain("<"), plain("."), plain(">")], play),
    keys(&["+", "−", "0"], "zoom in, out, whole run", &[plain("+"), plain("="), plain("-"), plain("0")], zoom),
    elsewhere(&["wheel", "Ctrl wheel"], "zoom, where the lanes scroll"),
    keys(&["{", "}"], "pan; so does Shift wheel", &[plain("{"), plain("}")], zoom),
    elsewhere(&["Shift drag"], "mark what is repeated"),
    keys(&["I", "O", "L"], "repeat from here, to here, on or off", &[plain("i"), plain("o"), plain("l")], repeat),
    keys(&["1", "2", "3", "4"], "run A to D on the stage", &[plain("1"), plain("2"), plain("3"), plain("4")], |press, _| {
        Some(Do::Show(press.key.parse::<usize>().ok()? - 1))
    }),
    keys(&["M"], "lanes by partition, by member", &[plain("m")], |_, workspace| Some(Do::By(match workspace.by {
        By::Partition => By::Member,
        By::Member => By::Partition,
    }))),
    elsewhere(&["P"], "predict the next rebalance; 1 to 9 mark, Enter reveals"),
    keys(&["A"], "act at the playhead", &[plain("a")], |_, _| Some(super::group_menu())),
    keys(&["Y"], "why: the reason behind the sentence", &[plain("y")], |_, _| Some(Do::Why)),
    keys(&["Esc"], "close the reason", &[plain("Escape")], |_, workspace| workspace.is_why_open.then_some(Do::Why)),
    keys(&["T"], "the run as text", &[plain("t")], |_, _| Some(Do::Inspect(Tab::Text, None))),
    keys(&["Ctrl Z"], "undo", &[("z", false, true)], |_, _| Some(Do::Undo)),
    keys(&["Ctrl Shift Z", "Ctrl Y"], "redo", &[("z", true, true), ("y", false, true)], |_, _| Some(Do::Redo)),
    keys(&["Del"], "remove the selected action", &[plain("Delete")], |_, workspace| {
        Some(Do::Edit(Edit::RemoveAction { id: workspace.selected? }))
    }),
    elsewhere(&["↑", "↓"], "the next lane, where one has the focus"),
    elsewhere(&["← →", "↑ ↓"], "other members, where one's menu button has the focus"),
    elsewhere(&["PgUp", "PgDn"], "previous, next action, where one has the focus"),
    elsewhere(&["Enter", "Shift F10"], "menu of the member or partition that has the focus"),
    elsewhere(&["Enter"], "form of the action that has the focus"),
    elsewhere(&["← →", "↑ ↓"], "when that action happens, how long it lasts"),
];

fn play(press: KeyPress, workspace: &Workspace) -> Option<Do> {
    command_for(press, workspace.playback).map(Do::Playback)
}

fn zoom(press: KeyPress, workspace: &Workspace) -> Option<Do> {
    let about_ms = workspace.t_ms();
    let by = |factor| WindowCommand::Zoom { about_ms, factor };
    let command = match press.key {
        "0" => WindowCommand::Whole,
        "{" => WindowCommand::Pan(-PAN_SHARE),
        "}" => WindowCommand::Pan(PAN_SHARE),
        "-" => by(1.0 / ZOOM_STEP),
        "+" | "=" => by(ZOOM_STEP),
        _ => return None,
    };
    Some(Do::Window(command))
}

fn repeat(press: KeyPress, workspace: &Workspace) -> Option<Do> {
    let (t_ms, end_ms) = (workspace.t_ms(), workspace.extent.end_ms);
    let range = workspace.playback.range;
    let range = match press.key {
        "i" => Some((t_ms, range.map_or(end_ms, |(_, to)| to.max(t_ms)))),
        "o" => Some((range.map_or(0, |(from, _)| from.min(t_ms)), t_ms)),
        "l" => workspace.repeat_toggled(),
        _ => return None,
    };
    Some(Do::Playback(Command::Repeat(range)))
}

fn change_for(event: &KeyboardEvent, workspace: &Workspace, single_keys: bool) -> Option<Do> {
    if event.alt_key() {
        return None;
    }
    let with_command = event.ctrl_key() || event.meta_key();
    let key = event.key();
    // Keys with a letter or sign of their own can be switched off; named keys and commands can't.
    if key.chars().count() == 1 && key != " " && !single_keys && !with_command {
        return None;
    }
    pressed(&key, event.shift_key(), with_command, workspace)
}

/// What a key does.
fn pressed(key: &str, shift: bool, with_command: bool, workspace: &Workspace) -> Option<Do> {
    // A letter is the same letter with the capitals locked.
    let lower = key.to_ascii_lowercase();
    let key = if key.chars().count() == 1 {
        lower.as_str()
    } else {
        key
    };
    let is_sign = key.chars().count() == 1 && key != " " && !with_command;
    let is_it =
        |known: &&Key| known.0 == key && known.2 == with_command && (is_sign || known.1 == shift);
    let row = MAP
        .iter()
        .find(|row| row.keys.iter().any(|known| is_it(&known)))?;
    let press = KeyPress {
        key,
        shift,
        with_modifier: false,
    };
    (row.act)(press, workspace)
}

#[cfg(test)]
mod tests {
    use super::{Do, MAP, Workspace, pressed};
    use crate::pages::simulate::opening::first_scenario;

    fn press(workspace: &Workspace, key: &str) -> Workspace {
        match pressed(key, false, false, workspace) {
            Some(change) => workspace.after(&change),
            None => workspace.clone(),
        }
    }

    #[test]
    fn every_key_of_the_map_does_something_and_stands_there_once() {
        let mut start = Workspace::open(first_scenario(), 9_000);
        start.selected = Some(0);
        start.is_why_open = true;
        let mut seen = Vec::new();
        for row in MAP {
            for known in row.keys {
                assert!(
                    pressed(known.0, known.1, known.2, &start).is_some(),
                    "{known:?}"
                );
                assert!(!seen.contains(known), "{known:?}");
                seen.push(*known);
            }
        }
        assert_eq!(pressed("q", false, false, &start), None);
        assert_eq!(pressed("Z", true, true, &start), Some(Do::Redo));
        assert_eq!(
            pressed("L", true, false, &start),
            pressed("l", false, false, &start)
        );
        assert_eq!(pressed("a", false, true, &start), None);
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
