//! What the advisor says: findings, their evidence, their fixes, and the questions it asks.

use serde::{Deserialize, Serialize};

use crate::config::Span;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Advice.
    Info,
    /// Risky, or silently without effect.
    Warn,
    /// The client or the broker refuses it, or it can't work.
    Error,
}

impl Severity {
    /// The name used on the command line and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// How sure the rule is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// True if something usual but unstated holds.
    #[default]
    Possible,
    /// True unless an assumption named in the evidence is wrong.
    Likely,
    /// Follows from what is given.
    Certain,
}

/// Whether a fix may be applied without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Does what the author evidently meant, and brings no new finding of the same or a higher
    /// severity.
    Safe,
    /// A choice that the author has to make.
    Unsafe,
}

/// Replaces one piece of the source text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Edit {
    /// The piece; empty to insert.
    pub span: Span,
    /// What to put there.
    pub text: String,
}

impl Edit {
    /// An edit that no text has room for: a fix with it is dropped.
    pub(super) fn unwritable() -> Self {
        Self {
            span: Span::at(usize::MAX),
            text: String::new(),
        }
    }
}

/// A way to get rid of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: String,
    /// Whether it may be applied without asking.
    pub applicability: Applicability,
    /// Edits of the finding's own configuration, in order, not overlapping.
    pub edits: Vec<Edit>,
}

/// A value that the finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// A property or a fact.
    pub name: String,
    /// Its value, secrets masked.
    pub value: String,
    /// Where it comes from, as a phrase: "set here", "default of Kafka client 3.9", "given".
    pub origin: String,
    /// The place in the text, where it is set.
    pub span: Option<Span>,
}

/// Another place that belongs to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Related {
    /// Index of the configuration.
    pub config: usize,
    /// The place.
    pub span: Span,
    /// What is there.
    pub message: String,
}

/// Something that is wrong, risky or worth knowing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Id of the rule, such as `KC-T301`. Never changes its meaning.
    pub rule: &'static str,
    /// Name of the rule, such as `heartbeat-above-third-of-session`.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// What is wrong, with the values. Starts in lower case, no full stop, code in backticks.
    pub message: String,
    /// Why it matters, with the numbers of this configuration.
    pub why: String,
    /// The values it rests on.
    pub evidence: Vec<Evidence>,
    /// Index of the configuration among those that were linted.
    pub config: usize,
    /// Which of that text's [members](crate::config::Config::members) it is about.
    #[serde(skip)]
    pub member: usize,
    /// The place. Empty, and at the beginning of the text, for what is missing altogether.
    pub span: Span,
    /// Further places.
    pub related: Vec<Related>,
    /// Ways out, the best one first.
    pub fixes: Vec<Fix>,
    /// What it follows from: a class, a KIP, a document.
    pub source: &'static str,
}

/// A fact that would let a rule decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Question {
    /// The fact, as in [`crate::lint::Facts::KEYS`].
    pub fact: &'static str,
    /// The question.
    pub text: String,
    /// What depends on the answer, with the numbers of this configuration.
    pub why: String,
    /// The rule that asks.
    pub rule: &'static str,
    /// Index of the configuration.
    pub config: usize,
    /// The place that raises the question.
    pub span: Span,
}
