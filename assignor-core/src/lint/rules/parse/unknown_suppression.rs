//! KC-P013: a suppression comment that silences nothing. The findings come from
//! [`crate::lint`]'s suppression pass, which reads the comments.

use crate::lint::finding::Severity;
use crate::lint::rules::{Check, Docs, Rule};

pub(in crate::lint) static RULE: Rule = Rule {
    id: "KC-P013",
    name: "unknown-suppression",
    severity: Severity::Warn,
    source: "this advisor's suppression comments",
    check: Check::One(|_| None),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "A comment `# rebalance: ignore …` names no rule, or one that doesn't exist.",
    why: "The comment looks as if something had been considered and accepted, but it silences nothing.",
    false_alarm: "The id belongs to a newer version of the advisor than the one that runs.",
    fix: "Correct the id (`rebalance rules` lists them) or delete the comment.",
};
