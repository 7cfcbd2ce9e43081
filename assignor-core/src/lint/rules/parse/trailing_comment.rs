//! KC-P001: a comment behind a value, which `java.util.Properties` reads as part of the value.

use crate::config::catalog::{Limits, Property, property};
use crate::config::secrets::{is_secret, shown};
use crate::config::{Config, Entry, Format, ParseOptions, Span, Type, Value};
use crate::lint::finding::{Confidence, Edit, Finding, Severity};
use crate::lint::rules::{Check, Docs, Rule};
use crate::lint::subject::Subject;

pub(in crate::lint::rules) static RULE: Rule = Rule {
    id: "KC-P001",
    name: "properties-trailing-comment",
    severity: Severity::Error,
    source: "java.util.Properties (OpenJDK 17); ConfigDef.parseType",
    check: Check::Many(check),
    question: None,
};

pub(in crate::lint::rules) static DOCS: Docs = Docs {
    what: "A `#` or `!` follows a value on the same line. In a properties file a comment has a line of its own; \
           behind a value the mark and the rest of the line belong to the value.",
    why: "Numbers, booleans, class names and fixed words then fail to parse and the client doesn't start. A free \
          text, such as a client id, silently gets the comment as its end.",
    false_alarm: "The text really holds a blank followed by `#` or `!`. Write the mark as `\\#` to say so.",
    fix: "Move the comment to a line above.",
};

/// A comment behind a value.
pub(in crate::lint::rules) struct Trailing {
    /// From the end of the intended value to the end of the written one.
    tail: Span,
    /// The comment with its mark.
    comment: Span,
    /// The value without it.
    intended: String,
}

/// Finds a comment behind the value of a known property, if the value in front of it would do.
pub(in crate::lint::rules) fn trailing_comment(
    config: &Config,
    entry: &Entry,
    property: &Property,
) -> Option<Trailing> {
    if config.format() != Format::Properties || property.kind == Type::Password {
        return None;
    }
    let (tail, comment) = find(entry.value.span.text(config.text()))?;
    let start = entry.value.span.start;
    let before = Span::new(entry.span.start, start + tail).text(config.text());
    let reread = Config::parse(
        before,
        &ParseOptions {
            format: Some(Format::Properties),
            ..ParseOptions::default()
        },
    );
    let intended = reread.entries().first()?.value.text.clone();
    fits(property, &intended).then(|| Trailing {
        tail: Span::new(start + tail, entry.value.span.end),
        comment: Span::new(start + comment, entry.value.span.end),
        intended,
    })
}

/// Where in a raw value the blanks before a comment mark begin, and where the mark is. The mark
/// follows blanks that follow something else on the same natural line.
fn find(raw: &str) -> Option<(usize, usize)> {
    let mut content_end = None;
    let mut after_blank = false;
    for (at, char) in raw.char_indices() {
        match char {
            '\r' | '\n' => content_end = None,
            ' ' | '\t' => {
                after_blank = true;
                continue;
            }
            '#' | '!' if after_blank => {
                if let Some(end) = content_end {
                    return Some((end, at));
                }
                content_end = Some(at + 1);
            }
            _ => content_end = Some(at + char.len_utf8()),
        }
        after_blank = false;
    }
    None
}

fn fits(property: &Property, intended: &str) -> bool {
    let Ok(value) = property.kind.parse(intended) else {
        return false;
    };
    match (&property.limits, &value) {
        (Limits::Enum { words, .. }, Value::Text(text)) => {
            words.iter().any(|word| word.eq_ignore_ascii_case(text))
        }
        _ => !value.text().is_empty(),
    }
}

fn check(subject: &Subject<'_>) -> Vec<Finding> {
    let found = subject.consumer_entries().filter_map(|(name, entry)| {
        let property = property(name)?;
        let trailing = trailing_comment(subject.config, entry, property)?;
        Some(finding(subject, property, entry, &trailing))
    });
    found.collect()
}

fn finding(
    subject: &Subject<'_>,
    property: &Property,
    entry: &Entry,
    trailing: &Trailing,
) -> Finding {
    let config = subject.config;
    let name = property.name;
    let free_text = property.kind == Type::String && property.limits == Limits::None;
    let message = format!(
        "the comment behind `{name}` is part of its value: Kafka reads `{}`",
        shown(name, &entry.value.text)
    );
    let mut finding = subject.finding(&RULE, trailing.comment, message);
    finding = if free_text {
        finding
            .severity(Severity::Warn)
            .confidence(Confidence::Likely)
            .why("In a properties file a comment has a line of its own. The value silently ends in the comment.")
    } else {
        finding.why(format!(
            "In a properties file a comment has a line of its own. With it the value is no {}, and the client refuses to start.",
            noun(property)
        ))
    };
    let comment = trailing.comment.text(config.text());
    if comment.contains(['\r', '\n']) || is_secret(name, &entry.value.text) {
        return finding;
    }
    let line = config.whole_lines(Span::at(entry.span.start)).start;
    let edits = vec![
        Edit {
            span: Span::at(line),
            text: format!("{comment}{}", config.line_end()),
        },
        Edit {
            span: trailing.tail,
            text: String::new(),
        },
    ];
    let title = format!(
        "Move the comment to a line above, leaving `{}`",
        shown(name, &trailing.intended)
    );
    if free_text {
        finding.unsafe_fix(title, edits)
    } else {
        finding.safe_fix(title, edits)
    }
}

fn noun(property: &Property) -> &'static str {
    match property.kind {
        Type::Boolean => "boolean",
        Type::Class => "class name",
        Type::List => "usable list",
        Type::Short | Type::Int | Type::Long | Type::Double => "number",
        Type::String | Type::Password => "allowed word",
    }
}
