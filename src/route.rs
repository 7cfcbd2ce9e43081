//! Addresses: `#/simulate?scenario=eager-join`, `#/advise`, `#/learn`.
//!
//! Addresses are fragments, so that a static host needs no rules, the page works from a file, and nothing
//! in an address ever reaches a server. Parsing and printing are pure and inverse to each other.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use std::fmt;

/// What stays readable in a query.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b',')
    .remove(b':');

/// One of the three screens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Workspace {
    /// A group's run on stage and lanes.
    Simulate,
    /// Findings about a pasted config.
    Advise,
    /// The gallery.
    Learn,
}

impl Workspace {
    /// All of them, in the order of the bar.
    pub const ALL: [Self; 3] = [Self::Simulate, Self::Advise, Self::Learn];

    /// Its name in an address.
    pub fn slug(self) -> &'static str {
        match self {
            Self::Simulate => "simulate",
            Self::Advise => "advise",
            Self::Learn => "learn",
        }
    }

    /// Its name in the bar and in the window's title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Simulate => "Simulate",
            Self::Advise => "Advise",
            Self::Learn => "Learn",
        }
    }
}

/// A workspace and what the address says about its state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Which workspace.
    pub workspace: Workspace,
    /// Whether it is shown inside another page: `#/embed/…`.
    pub is_embed: bool,
    /// Keys and values in the order of the address, decoded.
    pub query: Vec<(String, String)>,
}

/// In an address: before the workspace, shown inside another page.
const EMBED: &str = "embed";

/// An address that leads nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownAddress {
    /// What the address names, decoded.
    pub path: String,
}

impl Route {
    /// A workspace without a query.
    pub fn to(workspace: Workspace) -> Self {
        Self {
            workspace,
            is_embed: false,
            query: Vec::new(),
        }
    }

    /// The same inside another page.
    #[must_use]
    pub fn embedded(mut self) -> Self {
        self.is_embed = true;
        self
    }

    /// The same with one more key and value.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl fmt::Display) -> Self {
        self.query.push((key.to_owned(), value.to_string()));
        self
    }

    /// Reads the fragment of an address, with or without its `#`. None at all is the first workspace.
    ///
    /// # Errors
    /// A path that is no workspace.
    pub fn parse(fragment: &str) -> Result<Self, UnknownAddress> {
        let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
        let (path, query) = fragment.split_once('?').unwrap_or((fragment, ""));
        let path = path.trim_matches('/');
        let is_embed = path == EMBED || path.starts_with("embed/");
        let rest = if is_embed {
            path.get(EMBED.len()..).unwrap_or_default()
        } else {
            path
        };
        let rest = rest.trim_matches('/');
        let workspace = if rest.is_empty() {
            Workspace::Simulate
        } else {
            Workspace::ALL
                .into_iter()
                .find(|workspace| workspace.slug() == rest)
                .ok_or_else(|| UnknownAddress {
                    path: decoded(path),
                })?
        };
        let pair = |part: &str| {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            (decoded(key), decoded(value))
        };
        let parts = query.split('&').filter(|part| !part.is_empty());
        Ok(Self {
            workspace,
            is_embed,
            query: parts.map(pair).collect(),
        })
    }

    /// The first value of a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        let found = self.query.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// The fragment with its `#`.
impl fmt::Display for Route {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.is_embed { "embed/" } else { "" };
        write!(out, "#/{place}{}", self.workspace.slug())?;
        for (index, (key, value)) in self.query.iter().enumerate() {
            let mark = if index == 0 { '?' } else { '&' };
            let key = utf8_percent_encode(key, PLAIN);
            write!(out, "{mark}{key}={}", utf8_percent_encode(value, PLAIN))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn addresses_name_a_workspace_and_its_state() {
        assert_eq!(Route::parse(""), Ok(Route::to(Workspace::Simulate)));
        assert_eq!(Route::parse("#/"), Ok(Route::to(Workspace::Simulate)));
        assert_eq!(Route::parse("#/learn/"), Ok(Route::to(Workspace::Learn)));
        let route = Route::parse("#/simulate?scenario=eager-join&t=9200&x").unwrap();
        assert_eq!(route.get("scenario"), Some("eager-join"));
        assert_eq!(route.get("t"), Some("9200"));
        assert_eq!(route.get("x"), Some(""));
        assert_eq!(route.get("speed"), None);
    }

    #[test]
    fn an_embed_is_a_workspace_inside_another_page() {
        let route = Route::parse("#/embed/simulate?t=1").unwrap();
        assert_eq!(
            route,
            Route::to(Workspace::Simulate).with("t", 1).embedded()
        );
        assert!(Route::parse("#/embed").unwrap().is_embed);
        assert!(Route::parse("#/embedded").is_err());
    }

    #[test]
    fn an_unknown_path_is_named() {
        let error = Route::parse("#/simul%61tor?x=1").unwrap_err();
        assert_eq!(error.path, "simulator");
    }

    #[test]
    fn broken_escapes_are_kept_as_text() {
        assert_eq!(
            Route::parse("#/learn?q=100%").unwrap().get("q"),
            Some("100%")
        );
    }

    proptest! {
        #[test]
        fn what_is_printed_is_read_back(
            place in 0_usize..3,
            is_embed in any::<bool>(),
            query in proptest::collection::vec((".*", ".*"), 0..5),
        ) {
            let route = Route { workspace: Workspace::ALL[place], is_embed, query };
            let printed = route.to_string();
            prop_assert!(printed.is_ascii());
            prop_assert_eq!(Route::parse(&printed), Ok(route));
        }

        #[test]
        fn anything_can_be_read(fragment in ".*") {
            let _ = Route::parse(&fragment);
        }
    }
}
