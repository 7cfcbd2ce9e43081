//! Severities: an octagon, a triangle, a circle and a check, so that the shape alone says which.

use yew::prelude::*;

/// How bad something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Doesn't start, or does harm for certain.
    Error,
    /// Does harm in some situation.
    Warn,
    /// Worth knowing.
    Info,
    /// As it should be.
    Good,
}

impl Severity {
    /// The name in classes and tests.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Info => "info",
            Self::Good => "good",
        }
    }

    /// The name in sentences.
    pub fn title(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warn => "warning",
            Self::Info => "note",
            Self::Good => "fine",
        }
    }
}

/// The shape of a severity. `named` is whether it is read aloud; not where the words beside it say the same.
pub fn severity_mark(severity: Severity, named: bool) -> Html {
    let shape = match severity {
        Severity::Error => html! {
            <>
                <path d="M5.2 1.2h5.6l4 4v5.6l-4 4H5.2l-4-4V5.2z" fill="currentColor" />
                <path class="sev__cut" d="M8 4.4v4.4M8 11v.4" stroke="var(--paper)" stroke-width="1.9" stroke-linecap="round" />
            </>
        },
        Severity::Warn => html! {
            <path d="M8 2 1.4 13.6h13.2zM8 6.4v3.2M8 11.6v.1" stroke="currentColor" stroke-width="1.5" stroke-linejoin="round" stroke-linecap="round" />
        },
        Severity::Info => html! {
            <path d="M8 1.9a6.1 6.1 0 1 0 0 12.2A6.1 6.1 0 1 0 8 1.9M8 7.4v3.6M8 5v.1" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" />
        },
        Severity::Good => html! {
            <path d="m2.8 8.6 3.4 3.4 7-7.6" stroke="currentColor" stroke-width="1.9" stroke-linecap="round" stroke-linejoin="round" />
        },
    };
    html! {
        <svg
            class={classes!("sev", format!("sev--{}", severity.as_str()))}
            viewBox="0 0 16 16"
            fill="none"
            role={named.then_some("img")}
            aria-label={named.then_some(severity.title())}
            aria-hidden={(!named).then_some("true")}
        >
            { shape }
        </svg>
    }
}
