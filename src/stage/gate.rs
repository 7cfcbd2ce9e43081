//! A member's section of the join barrier: solid when it has joined, dashed while it is awaited.

use super::plan::Area;
use crate::figure::Run;
use assignor_core::sim::narrate::{clock, span};
use assignor_core::sim::trace::{Frame, Standing};
use yew::{Html, html};

/// How a member stands at the barrier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// There is no barrier.
    Open,
    /// It has nothing to do with it.
    Apart,
    /// It waits there since a time.
    Joined(u64),
    /// It is awaited, until a time where that comes in this run.
    Awaited(Option<u64>),
}

impl Gate {
    /// How a member stands at the barrier at a moment.
    pub(super) fn of(frame: &Frame, member: usize) -> Self {
        let Some(barrier) = &frame.barrier else {
            return Self::Open;
        };
        if let Some(awaited) = barrier.awaited.iter().find(|a| a.member == member) {
            return Self::Awaited(awaited.until_ms);
        }
        match frame.members.get(member) {
            Some(member) if member.standing == Standing::Joined => {
                Self::Joined(member.standing_since_ms)
            }
            _ => Self::Apart,
        }
    }

    /// The class.
    pub(super) fn class(self) -> &'static str {
        match self {
            Self::Open => "is-open",
            Self::Apart => "is-apart",
            Self::Joined(_) => "is-joined",
            Self::Awaited(_) => "is-awaited",
        }
    }

    /// What stands in the section; without the member's name where the card below has to say it.
    fn words(self, name: Option<&str>, t_ms: u64) -> String {
        let (joined, awaited) = match name {
            Some(name) => (format!("{name} joined"), format!("{name} is awaited")),
            None => ("joined".to_owned(), "awaited".to_owned()),
        };
        match self {
            Self::Open | Self::Apart => String::new(),
            Self::Joined(since_ms) => format!("{joined} at {}", clock(since_ms)),
            Self::Awaited(None) => awaited,
            Self::Awaited(Some(until_ms)) => {
                format!("{awaited}, {}", span(until_ms.saturating_sub(t_ms)))
            }
        }
    }
}

/// The pip: filled with a check, or a dashed circle.
pub(super) fn pip(gate: Gate) -> Html {
    html! {
        <span class={format!("pip {}", gate.class())} aria-hidden="true">
            if matches!(gate, Gate::Joined(_)) {
                <svg width="9" height="9" viewBox="0 0 9 9"><path d="m1.5 4.8 2 2 4-4.6" /></svg>
            }
        </span>
    }
}

/// Sections narrower than this have no room for a name, in px; a longer name has no room in any.
const NAMED_PX: f64 = 190.0;
const LONGEST_NAME: usize = 12;

/// A section of the barrier.
pub(super) fn section(
    run: &Run,
    frame: &Frame,
    member: usize,
    area: Area,
    continues: bool,
) -> Html {
    let gate = Gate::of(frame, member);
    let style = area.placed();
    let name = run.member_name(member);
    let is_named = area.width >= NAMED_PX && name.chars().count() <= LONGEST_NAME;
    let goes_on = continues && matches!(gate, Gate::Joined(_));
    html! {
        <div key={format!("gate-{member}")} class={format!("gate {} {}", gate.class(), if goes_on { "goes-on" } else { "" })}
            {style} data-testid="gate" data-gate={gate.class()}>
            { pip(gate) }
            <span>{ gate.words(is_named.then_some(name), frame.at_ms) }</span>
        </div>
    }
}
