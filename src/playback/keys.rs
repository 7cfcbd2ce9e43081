//! The keyboard map of playback.

use super::{Command, Playback};

/// A key as the browser names it (`KeyboardEvent.key`), with the modifiers held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyPress<'a> {
    /// `KeyboardEvent.key`.
    pub key: &'a str,
    /// Shift.
    pub shift: bool,
    /// Control, Alt or Meta: such keys belong to the browser.
    pub with_modifier: bool,
}

/// By how much Shift and an arrow move, in ms.
const NUDGE_MS: i64 = 10;

/// What a key does to playback; nothing for keys that aren't on the map.
pub fn command_for(press: KeyPress, playback: Playback) -> Option<Command> {
    if press.with_modifier {
        return None;
    }
    Some(match (press.key, press.shift) {
        (" ", false) => Command::Toggle,
        ("ArrowRight", false) => Command::NextEvent,
        ("ArrowLeft", false) => Command::PreviousEvent,
        ("ArrowRight", true) => Command::Nudge(NUDGE_MS),
        ("ArrowLeft", true) => Command::Nudge(-NUDGE_MS),
        ("]", _) => Command::NextRebalance,
        ("[", _) => Command::PreviousRebalance,
        ("Home", false) => Command::Start,
        ("End", false) => Command::End,
        (">" | ".", _) => Command::SetSpeed(playback.speed.faster()),
        ("<" | ",", _) => Command::SetSpeed(playback.speed.slower()),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Command, KeyPress, Playback, command_for};

    fn press(key: &str, shift: bool) -> Option<Command> {
        let press = KeyPress {
            key,
            shift,
            with_modifier: false,
        };
        command_for(press, Playback::default())
    }

    #[test]
    fn arrows_step_and_shift_makes_them_fine() {
        assert_eq!(press("ArrowRight", false), Some(Command::NextEvent));
        assert_eq!(press("ArrowRight", true), Some(Command::Nudge(10)));
        assert_eq!(press("ArrowLeft", true), Some(Command::Nudge(-10)));
        assert_eq!(press("a", false), None);
    }

    #[test]
    fn keys_with_a_modifier_stay_with_the_browser() {
        let press = KeyPress {
            key: "ArrowLeft",
            shift: false,
            with_modifier: true,
        };
        assert_eq!(command_for(press, Playback::default()), None);
    }
}
