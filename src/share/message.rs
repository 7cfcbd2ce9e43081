//! What an embedded page and the page around it say to each other, as JSON objects.
//!
//! Each has the field `rebalanceLab`, the version of these messages, and `type`. Numbers are ms or px. What isn't one
//! of these is ignored.

use crate::theme::Theme;
use serde_json::{Value, json};

/// The version of the messages.
const VERSION: u64 = 1;

/// What the page around says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromHost {
    /// `seek`, with `t_ms`: moves the playhead.
    Seek(u64),
    /// `play`.
    Play,
    /// `pause`.
    Pause,
    /// `theme`, with `theme`: `light`, `dark`, or anything else for the system's.
    Theme(Theme),
}

impl FromHost {
    /// Reads a message; none for what isn't one.
    pub fn read(text: &str) -> Option<Self> {
        let message: Value = serde_json::from_str(text).ok()?;
        if message.get("rebalanceLab")?.as_u64() != Some(VERSION) {
            return None;
        }
        match message.get("type")?.as_str()? {
            "seek" => message.get("t_ms")?.as_u64().map(Self::Seek),
            "play" => Some(Self::Play),
            "pause" => Some(Self::Pause),
            "theme" => message
                .get("theme")?
                .as_str()
                .map(|name| Self::Theme(Theme::from_stored(name))),
            _ => None,
        }
    }
}

/// What the embedded page says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ToHost {
    /// `ready`: the run stands; how long it is.
    Ready {
        /// Its end, in ms.
        end_ms: u64,
    },
    /// `height`: what the page needs, in px.
    Height(u32),
    /// `time`: the playhead has moved.
    Time {
        /// Where it is, in ms.
        t_ms: u64,
        /// Whether it moves by itself.
        is_playing: bool,
    },
}

impl ToHost {
    /// The message as JSON.
    pub fn to_json(self) -> String {
        let message = match self {
            Self::Ready { end_ms } => json!({ "type": "ready", "end_ms": end_ms }),
            Self::Height(px) => json!({ "type": "height", "height": px }),
            Self::Time { t_ms, is_playing } => {
                json!({ "type": "time", "t_ms": t_ms, "playing": is_playing })
            }
        };
        let mut message = message;
        message["rebalanceLab"] = VERSION.into();
        message.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_messages_of_this_version_are_heard() {
        let read = |text: &str| FromHost::read(text);
        assert_eq!(
            read(r#"{"rebalanceLab":1,"type":"seek","t_ms":9200}"#),
            Some(FromHost::Seek(9_200))
        );
        assert_eq!(
            read(r#"{"rebalanceLab":1,"type":"play"}"#),
            Some(FromHost::Play)
        );
        assert_eq!(
            read(r#"{"rebalanceLab":1,"type":"theme","theme":"dark"}"#),
            Some(FromHost::Theme(Theme::Dark))
        );
        for other in [
            "",
            "null",
            "[]",
            r#""seek""#,
            r#"{"type":"play"}"#,
            r#"{"rebalanceLab":2,"type":"play"}"#,
            r#"{"rebalanceLab":1,"type":"seek"}"#,
            r#"{"rebalanceLab":1,"type":"seek","t_ms":-1}"#,
            r#"{"rebalanceLab":1,"type":"seek","t_ms":"<script>"}"#,
            r#"{"rebalanceLab":1,"type":"theme","theme":{}}"#,
            r#"{"rebalanceLab":1,"type":"eval","code":"alert()"}"#,
        ] {
            assert_eq!(read(other), None, "{other}");
        }
    }

    #[test]
    fn what_is_said_has_version_and_type() {
        assert_eq!(
            ToHost::Height(420).to_json(),
            r#"{"type":"height","height":420,"rebalanceLab":1}"#
        );
    }
}
