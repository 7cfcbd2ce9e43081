//! Why an assignor gave what to whom.
//!
//! The assignors tell a [`Listen`]er every decision as an [`Event`], and nothing where nobody
//! listens: an event is then not even made. The events alone make up the assignment ([`Replay`]).
//! An [`Explanation`] keeps them and puts them into sentences, each a function of an event and of
//! what others of the same assignment say about its members.

mod event;
mod explanation;
mod replay;
mod sentences;
mod words;

pub use event::{Deal, Event, Extra, GiveUp, Move, Standing, Verdict};
pub use explanation::{Explanation, Failure, Transfer};
pub use replay::Replay;
pub use words::Sentence;

/// Hears the decisions of an assignor.
pub trait Listen {
    /// The next decision.
    fn hear(&mut self, event: Event);
}

impl Listen for Vec<Event> {
    fn hear(&mut self, event: Event) {
        self.push(event);
    }
}

/// Who hears the decisions, if anyone.
///
/// A `dyn` object behind an `Option`, so that the assignors are compiled once: silence costs a
/// comparison per decision.
pub(super) struct Listener<'a>(Option<&'a mut (dyn Listen + 'a)>);

impl<'a> Listener<'a> {
    pub(super) fn nobody() -> Self {
        Self(None)
    }

    pub(super) fn new(listen: &'a mut (dyn Listen + 'a)) -> Self {
        Self(Some(listen))
    }

    /// Whether anyone hears what is told; for work that only an event needs.
    pub(super) fn hears(&self) -> bool {
        self.0.is_some()
    }

    /// The same listener, for a part of the work.
    pub(super) fn by_ref(&mut self) -> Listener<'_> {
        Listener(match &mut self.0 {
            Some(listen) => Some(&mut **listen),
            None => None,
        })
    }

    /// Tells a decision about each of `all`.
    pub(super) fn tell_each<T>(
        &mut self,
        all: impl IntoIterator<Item = T>,
        event: impl Fn(T) -> Event,
    ) {
        if let Some(listen) = &mut self.0 {
            all.into_iter().for_each(|one| listen.hear(event(one)));
        }
    }

    /// Tells a decision; makes the event only if someone hears it.
    #[inline]
    pub(super) fn tell(&mut self, event: impl FnOnce() -> Event) {
        if let Some(listen) = &mut self.0 {
            listen.hear(event());
        }
    }
}
