//! The theme: light, dark, or what the system says.
//!
//! The choice is the local storage entry [`STORAGE_KEY`], read before the first paint by `static/theme.js`,
//! and the attribute `data-theme` of the root element. Without a choice there is neither.

/// Name of the local storage entry.
pub const STORAGE_KEY: &str = "theme";

/// Which colours to show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// What the system prefers.
    #[default]
    System,
    /// Ink on paper.
    Light,
    /// Paper on ink.
    Dark,
}

impl Theme {
    /// In an address: the theme that it asks for. `static/theme.js` knows it too.
    pub const IN_ADDRESS: &str = "theme";

    /// The name in storage and in `data-theme`; none for the system's.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }

    /// Reads a stored name, bare or as a JSON string. Anything else is the system's theme.
    pub fn from_stored(text: &str) -> Self {
        match text.trim_matches('"') {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// The name in sentences.
    pub fn title(self) -> &'static str {
        match self {
            Self::System => "as the system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The one that the theme button turns to.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_name_is_read_back() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(
                Theme::from_stored(theme.as_str().unwrap_or_default()),
                theme
            );
        }
        assert_eq!(Theme::from_stored("\"dark\""), Theme::Dark);
        assert_eq!(Theme::from_stored("sepia"), Theme::System);
    }

    #[test]
    fn the_button_reaches_every_theme() {
        let mut seen = vec![Theme::System];
        while let Some(&last) = seen.last()
            && last.next() != Theme::System
        {
            seen.push(last.next());
        }
        assert_eq!(seen, [Theme::System, Theme::Light, Theme::Dark]);
    }
}
