//! What the page is told: the one place where the types of an answer are.

use crate::places::Place;
use assignor_core::lint::{Confidence, Severity};
use serde::{Deserialize, Serialize};

/// Everything that is said about the texts of a request.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// How many answers the session had given with this one.
    pub number: u32,
    /// Whether its fixes have been tried. Until then each is as safe as its rule claims, and what all of them change
    /// isn't known.
    pub settled: bool,
    /// How each text was read, in their order.
    pub readings: Vec<Reading>,
    /// What was found in all of them: the worst first, then by place. At most [`Answer::MOST_FINDINGS`].
    pub findings: Vec<Finding>,
    /// How many findings there are of each severity: notes, warnings, errors.
    pub counts: [usize; 3],
    /// What can't be decided without a fact.
    pub questions: Vec<Question>,
    /// Facts that can't be read.
    pub problems: Vec<FactProblem>,
    /// The formats that can be chosen.
    pub formats: Vec<String>,
    /// How many rules there are.
    pub rules: usize,
    /// Texts to start from, while there is nothing to judge.
    pub samples: Vec<Sample>,
}

impl Answer {
    /// More findings than these are counted, but not told.
    pub const MOST_FINDINGS: usize = 2_000;

    /// Takes in what came of trying the fixes; nothing of another answer.
    #[must_use]
    pub fn after(mut self, fixes: Fixes) -> Self {
        if fixes.answer == self.number {
            for (finding, safe) in self.findings.iter_mut().zip(fixes.safe) {
                for (fix, safe) in finding.fixes.iter_mut().zip(safe) {
                    fix.safe = safe;
                }
            }
            for (reading, fixed) in self.readings.iter_mut().zip(fixes.fixed) {
                reading.fixed = fixed;
            }
            self.settled = true;
        }
        self
    }

    /// The lists that travel beside the answer, as plain memory instead of digits.
    pub fn arrays(&mut self) -> impl Iterator<Item = &mut Vec<u32>> {
        self.readings.iter_mut().map(|reading| &mut reading.tokens)
    }
}

/// What came of trying the fixes of an answer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Fixes {
    /// The answer's number.
    pub answer: u32,
    /// Which fixes are safe: of each finding that is told, of each of its fixes.
    pub safe: Vec<Vec<bool>>,
    /// Each text after all safe fixes.
    pub fixed: Vec<Fixed>,
}

/// How a text was read.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Reading {
    /// The name of its format.
    pub format: String,
    /// The name of the client that reads it.
    pub client: String,
    /// The client's version, if it was given.
    pub version: Option<String>,
    /// The version whose defaults count.
    pub taken_version: String,
    /// How many keys it sets.
    pub keys: usize,
    /// What must not be shown.
    pub secrets: Vec<Place>,
    /// The properties whose values the text doesn't hold.
    pub unread: Vec<Unread>,
    /// Whether the client would start; none for clients of which that isn't known.
    pub startup: Option<Startup>,
    /// What all safe fixes would change.
    pub fixed: Fixed,
    /// Its length in UTF-16 code units.
    pub length: u32,
    /// What to paint, three numbers each, in order: begin, end, and 0 for a key, 1 for a value, 2 for a comment, 3
    /// for what joins them.
    #[serde(skip)]
    pub tokens: Vec<u32>,
}

/// Something that is wrong, risky or worth knowing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of its rule.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// What is wrong, code in backticks.
    pub message: String,
    /// Why it matters.
    pub why: String,
    /// The values it rests on.
    pub evidence: Vec<Evidence>,
    /// Which text it is about.
    pub text: usize,
    /// Where; empty, and at the beginning, for what is missing altogether.
    pub place: Place,
    /// Ways out, the best one first.
    pub fixes: Vec<Fix>,
    /// What it follows from.
    pub source: String,
    /// Whether the simulator can show findings of its rule, where the values allow it.
    pub shows: bool,
}

/// A value that a finding rests on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// A property or a fact.
    pub name: String,
    /// Its value, secrets masked.
    pub value: String,
    /// Where it comes from, as a phrase.
    pub origin: String,
    /// Where it is set in the text of the finding.
    pub place: Option<Place>,
}

/// A way to get rid of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fix {
    /// What it does, as an imperative.
    pub title: String,
    /// Whether it may be applied without asking.
    pub safe: bool,
    /// What it replaces, in order.
    pub edits: Vec<Edit>,
}

/// One piece of text for another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// What goes; empty to insert.
    pub place: Place,
    /// What comes.
    pub text: String,
}

/// A text after all safe fixes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fixed {
    /// What they replace, in order.
    pub edits: Vec<Edit>,
    /// How many fixes these are.
    pub count: usize,
    /// The lines that go and come.
    pub changes: Vec<Change>,
}

/// A line that goes or comes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// Its number (from 1) in the text that it belongs to.
    pub line: usize,
    /// Whether it comes.
    pub added: bool,
    /// The line without its end, secrets masked.
    pub text: String,
    /// The rule whose fix it is, on lines that come.
    pub rule: Option<String>,
}

/// A value that only the program knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unread {
    /// The name of the consumer's property.
    pub property: String,
    /// Where the value stands.
    pub place: Place,
}

/// What the Java client does with a text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Startup {
    /// The release of the client.
    pub version: String,
    /// Whether nobody stated that release.
    pub version_is_assumed: bool,
    /// What happens.
    pub start: Start,
}

/// Whether a client starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Start {
    /// The consumer is made.
    Starts,
    /// It hangs on the values of these properties.
    Depends(Vec<String>),
    /// The constructor throws.
    Refused {
        /// The exception and its causes as Java prints them, without the frames, secrets masked.
        trace: String,
        /// The value that it is about; empty, and at the beginning, for what is missing.
        place: Place,
        /// A change after which the client gets past this error.
        fix: Option<Fix>,
    },
}

/// A fact that would let a rule decide.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    /// The fact's key.
    pub fact: String,
    /// The question.
    pub text: String,
    /// What depends on the answer.
    pub why: String,
    /// The rule that asks.
    pub rule: String,
}

/// A fact that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactProblem {
    /// Its key.
    pub fact: String,
    /// Why not, and what was expected.
    pub message: String,
}

/// A text to start from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Its name on the button.
    pub name: String,
    /// What it shows.
    pub about: String,
    /// The text.
    pub text: String,
    /// Name for tests.
    pub slug: String,
}
