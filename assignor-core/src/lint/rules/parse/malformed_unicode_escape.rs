//! KC-P003: `\u` that isn't a Unicode escape, which makes Java refuse the file.

use crate::config::ProblemKind;
use crate::lint::finding::{Edit, Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-P003",
    name: "properties-malformed-unicode-escape",
    severity: Severity::Error,
    source: "java.util.Properties (OpenJDK 17): IllegalArgumentException \"Malformed \\uxxxx encoding.\"",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "A `\\u` isn't followed by exactly four hexadecimal digits.",
    why: "`Properties.load` throws IllegalArgumentException and nothing of the file is read. Windows paths such as \
          `C:\\users` are the usual cause.",
    false_alarm: "None for a file that Java reads.",
    fix: "Double the backslash, use forward slashes in paths, or write four digits.",
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let escapes = subject.config.problems().iter();
    escapes
        .filter(|problem| problem.kind == ProblemKind::MalformedUnicodeEscape)
        .map(|problem| {
            let message = "`\\u` without four hexadecimal digits: Java refuses the whole file".to_owned();
            let why = "Properties.load throws IllegalArgumentException: \"Malformed \\uxxxx encoding.\" A backslash \
                       that is meant as one has to be doubled.";
            let double = Edit {
                span: problem.span,
                text: "\\\\u".to_owned(),
            };
            subject
                .finding(&RULE, problem.span, message)
                .why(why)
                .unsafe_fix("Double the backslash", vec![double])
        })
        .collect()
}
