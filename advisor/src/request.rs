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
