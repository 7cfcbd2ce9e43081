//! KC-P005: the same key twice.

use crate::config::secrets::{plain, shown};
use crate::config::{Entry, Format, Span, catalog};
use crate::lint::finding::{Applicability, Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::{Subject, place};

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-P005",
    name: "duplicate-key",
    severity: Severity::Warn,
    source: "java.util.Properties: the last assignment wins",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "A key is assigned more than once in one file.",
    why: "The last assignment wins without a word. Whoever reads or edits the first one is misled.",
    false_alarm: "None for one file: two files or profiles are compared separately.",
    fix: "Keep the last value and delete the others.",
};

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let mut by_key: Vec<&Entry> = subject.config.entries().iter().collect();
    by_key.sort_by_key(|entry| entry.key.text.as_str());
    let same_key = |one: &&Entry, next: &&Entry| one.key.text == next.key.text;
    let repeated = by_key.chunk_by(same_key).filter_map(|entries| {
        let key = entries.get(1)?.key.text.as_str();
        is_plain_key(key).then_some((key, entries))
    });
    let text = subject.config.text();
    let apart = |one: &&Entry, next: &&Entry| {
        let between = Span::new(one.span.end, next.span.start).text(text);
        // A container, a document for a profile and a map of a program are owners.
        one.owner == next.owner && !leaves_its_level(subject.config.format(), between)
    };
    let runs = repeated.flat_map(|(key, entries)| {
        let runs = entries.chunk_by(apart);
        runs.filter_map(|run| finding(subject, key, run))
    });
    runs.collect()
}

/// Whether a level ends in a text between two entries: a document, a block, an element. The entries
/// are then of two maps.
fn leaves_its_level(format: Format, between: &str) -> bool {
    if matches!(format, Format::Properties | Format::Env) {
        return false;
    }
    if format == Format::Yaml {
        return between.contains("\n---");
    }
    if format == Format::Xml {
        return between.contains("</");
    }
    let mut depth = 0_i32;
    between.chars().any(|char| {
        match char {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth < 0
    })
}

/// Whether a key is written like a property name. Others (`export`, `-`, `props.put("a",`) come from
/// texts in another format, where the first word of a line is no key.
fn is_plain_key(key: &str) -> bool {
    let name = |char: char| char.is_alphanumeric() || matches!(char, '.' | '-' | '_');
    key.chars().all(name) && key.contains(char::is_alphanumeric) && !matches!(key, "export" | "set")
}

fn finding(subject: &Subject<'_>, key: &str, entries: &[&Entry]) -> Option<Finding> {
    let (last, earlier) = entries.split_last()?;
    let first = earlier.first()?;
    let times = match entries.len() {
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    };
    let winning = shown(key, &last.value.text);
    let same = earlier
        .iter()
        .all(|entry| entry.value.text == last.value.text);
    let message = if same {
        format!("`{}` is set {times} to the same value", plain(key))
    } else {
        format!(
            "`{}` is set {times}; the last value, `{winning}`, counts",
            plain(key)
        )
    };
    let line = subject.config.position(first.span.start).line;
    let mut finding = subject.finding(&RULE, place(last), message).why(format!(
        "Java keeps the last assignment and says nothing. What line {line} says is never used."
    ));
    for entry in earlier {
        let unused = format!("`{}` here is never used", shown(key, &entry.value.text));
        finding = finding.related_to(place(entry), unused);
    }
    let known = catalog::property(key).is_some() || catalog::owner(key).is_some();
    let applicability = if known {
        Applicability::Safe
    } else {
        Applicability::Unsafe
    };
    let edits = earlier.iter().map(|entry| subject.delete(entry)).collect();
    Some(finding.fix(
        applicability,
        "Delete all assignments but the last".to_owned(),
        edits,
    ))
}
