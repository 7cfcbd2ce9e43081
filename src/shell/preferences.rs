//! What the reader has chosen for the whole page, kept between visits.

use crate::platform;
use crate::theme::{self, Theme};
use std::rc::Rc;
use yew::Reducible;

/// The local storage entry of [`Preferences::single_keys`]: `off`, or absent.
const SINGLE_KEYS: &str = "single-keys";

/// What the reader has chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preferences {
    /// The colours.
    pub theme: Theme,
    /// Whether single letters are commands outside text fields.
    pub single_keys: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            single_keys: true,
        }
    }
}

impl Preferences {
    /// What was chosen at an earlier visit.
    pub fn stored() -> Self {
        let theme = platform::storage::read(theme::STORAGE_KEY);
        Self {
            theme: theme.as_deref().map(Theme::from_stored).unwrap_or_default(),
            single_keys: platform::storage::read(SINGLE_KEYS).as_deref() != Some("off"),
        }
    }

    /// Puts the choice into effect and keeps it.
    pub fn keep(self) {
        let name = self.theme.as_str();
        platform::set_root_attribute("data-theme", name);
        keep_or_forget(theme::STORAGE_KEY, name);
        keep_or_forget(SINGLE_KEYS, (!self.single_keys).then_some("off"));
    }
}

fn keep_or_forget(name: &str, value: Option<&str>) {
    match value {
        Some(value) => {
            // Without storage the choice holds until the page is closed.
            platform::storage::write(name, value);
        }
        None => platform::storage::remove(name),
    }
}

/// A choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreferencesAction {
    /// Which colours.
    Theme(Theme),
    /// Whether single letters are commands.
    SingleKeys(bool),
}

impl Reducible for Preferences {
    type Action = PreferencesAction;

    fn reduce(self: Rc<Self>, action: PreferencesAction) -> Rc<Self> {
        let mut next = *self;
        match action {
            PreferencesAction::Theme(theme) => next.theme = theme,
            PreferencesAction::SingleKeys(on) => next.single_keys = on,
        }
        if next == *self { self } else { Rc::new(next) }
    }
}
