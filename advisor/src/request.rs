//! What the page asks.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The key of the client's version, which is no fact of the core but part of its client.
pub const CLIENT: &str = "client";

/// The key of the texts' format, where the reader chose one.
pub const FORMAT: &str = "format";

/// One of the texts that are judged together.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// The name of its file; empty if it has none. The ending helps to find the format.
    pub name: String,
    /// The text.
    pub text: String,
}

/// What the page says to the worker.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Ask<'a> {
    /// Judge these texts.
    Judge(Cow<'a, Request>),
    /// Look at a place of the texts that were judged last; the answer comes under a number.
    Look(u32, Look),
    /// Try the fixes of the last answer; comes under a number, too.
    Fixes(u32),
    /// What there is to play for a finding of the last answer; comes under a number, too.
    Show(u32, Show),
}

/// A finding of the last answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Show {
    /// The answer's number, so that a finding of another one isn't taken for it.
    pub answer: u32,
    /// Its place in the answer.
    pub finding: usize,
}

/// A question about a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Which text.
    pub text: usize,
    /// Where, in UTF-16 code units.
    pub at: u32,
    /// The length of that text, so that another one isn't taken for it.
    pub length: u32,
    /// What is looked for.
    pub what: LookFor,
}

/// What is looked for at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum LookFor {
    /// What could be typed.
    Completions,
    /// What stands there.
    Documentation,
}

/// Texts to judge, and what is known besides them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Members of one group, or a single text.
    pub texts: Vec<Text>,
    /// Facts by key, as typed: those of [`assignor_core::lint::Facts::KEYS`], [`CLIENT`] and [`FORMAT`].
    pub facts: BTreeMap<String, String>,
}

impl Request {
    /// Asks about one text of which nothing else is known.
    pub fn of(text: &str) -> Self {
        let name = String::new();
        let text = text.to_owned();
        Self {
            texts: vec![Text { name, text }],
            facts: BTreeMap::new(),
        }
    }
}
