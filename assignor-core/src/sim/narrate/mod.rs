//! A run in words: a sentence per event, and one about any moment.
//!
//! Every number and name in a sentence comes from the [`Trace`]; the reason behind a kind of sentence
//! ([`Why`]) names its source, a KIP or a class of Kafka. Pure: the same trace and time give the same words.

mod begins;
mod events;
mod missed;
mod moment;
mod numbers;
mod words;

pub use begins::begins;
pub use missed::{Decided, Miss, decided, longest_stop, misses};
pub use moment::{at, is_told};
pub use words::{Part, Sentence, clock, span, tenths};

#[cfg(test)]
mod tests;

use super::trace::{Event, Frame, Trace};

/// What to say about a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narration {
    /// What happens in this very millisecond, if anything does.
    pub event: Option<Sentence>,
    /// How things stand: who waits for whom, since when, and what ends it.
    pub state: Sentence,
    /// The reason behind it.
    pub why: Option<Why>,
}

/// A reason, with where it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Why {
    /// The question that a reader may have.
    pub question: &'static str,
    /// Its answer.
    pub answer: &'static str,
    /// KIP or Kafka class that says so.
    pub source: &'static str,
}

/// An event of the run as a sentence.
pub fn event(trace: &Trace, event: &Event) -> Sentence {
    events::sentence(trace, &event.kind)
}

/// What a reason amounts to at a moment of this run: the settings and times that it speaks of.
pub fn numbers(trace: &Trace, frame: &Frame, why: &Why) -> Option<Sentence> {
    numbers::of(trace, frame, why)
}
