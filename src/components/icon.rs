//! Icons, 16 × 16, drawn with the colour of the text. An icon never stands without a name beside it.

use yew::prelude::*;

/// A picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IconName {
    /// Half a disc: the system's theme.
    ThemeSystem,
    /// A sun: the light theme.
    ThemeLight,
    /// A moon: the dark theme.
    ThemeDark,
    /// Add something.
    Plus,
    /// Take something away, or less of it.
    Minus,
    /// Close or remove.
    Cross,
    /// Opens a list below.
    Down,
    /// Done.
    Check,
    /// Two sheets: copy.
    Copy,
    /// An arrow out of a tray: share.
    Share,
    /// More actions.
    Dots,
    /// Play.
    Play,
    /// Pause.
    Pause,
    /// One step back.
    Previous,
    /// One step on.
    Next,
    /// To the start.
    First,
    /// To the end.
    Last,
}

impl IconName {
    /// The outline as an SVG path and whether it is filled instead of stroked.
    fn path(self) -> (&'static str, bool) {
        match self {
            Self::ThemeSystem => ("M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11", false),
            Self::ThemeLight => (
                "M8 5.2a2.8 2.8 0 1 0 0 5.6a2.8 2.8 0 1 0 0-5.6M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3.1 3.1l1.1 1.1M11.8 11.8l1.1 1.1M12.9 3.1l-1.1 1.1M4.2 11.8l-1.1 1.1",
                false,
            ),
            Self::ThemeDark => (
                "M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z",
                false,
            ),
            Self::Plus => ("M8 3v10M3 8h10", false),
            Self::Minus => ("M3 8h10", false),
            Self::Cross => ("m4 4 8 8m0-8-8 8", false),
            Self::Down => ("m4.5 6.5 3.5 3.5 3.5-3.5", false),
            Self::Check => ("m3 8.6 3.2 3.2L13 4.8", false),
            Self::Copy => ("M5.5 5.5h7v8h-7zM3.5 10.5v-8h7", false),
            Self::Share => ("M8 10V2.5M5 5l3-3 3 3M3 8.5v5h10v-5", false),
            Self::Dots => (
                "M3.5 6.9a1.1 1.1 0 1 1 0 2.2a1.1 1.1 0 1 1 0-2.2M8 6.9a1.1 1.1 0 1 1 0 2.2a1.1 1.1 0 1 1 0-2.2M12.5 6.9a1.1 1.1 0 1 1 0 2.2a1.1 1.1 0 1 1 0-2.2",
                true,
            ),
            Self::Play => ("M5 3v10l8-5z", true),
            Self::Pause => ("M4.5 3h2.4v10H4.5zM9.1 3h2.4v10H9.1z", true),
            Self::Previous => ("m10 3.5-4.5 4.5 4.5 4.5", false),
            Self::Next => ("m6 3.5 4.5 4.5L6 12.5", false),
            Self::First => ("M4 3.5v9M11.5 3.5 7 8l4.5 4.5", false),
            Self::Last => ("M12 3.5v9M4.5 3.5 9 8l-4.5 4.5", false),
        }
    }
}

/// A picture without a name of its own; the control that holds it has one.
pub fn icon(name: IconName) -> Html {
    let (path, filled) = name.path();
    let half = name == IconName::ThemeSystem;
    html! {
        <svg
            width="16"
            height="16"
            viewBox="0 0 16 16"
            fill={if filled { "currentColor" } else { "none" }}
            stroke={if filled { "none" } else { "currentColor" }}
            stroke-width="1.5"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d={path} />
            if half {
                <path d="M8 2.5a5.5 5.5 0 0 1 0 11z" fill="currentColor" />
            }
        </svg>
    }
}
