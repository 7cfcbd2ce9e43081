//! What the writing of a `.properties` file does to its values, a row each.

use std::fmt::Write as _;

use crate::config::catalog::{self, property};
use crate::config::{Entry, Format, Limits, Span, Type, has_placeholder};
use crate::lint::finding::{Confidence, Edit, Finding};
use crate::lint::rules::Rule;
use crate::lint::rules::values::unquoted;
use crate::lint::subject::{Subject, place};

fn is_properties(subject: &Subject<'_>) -> bool {
    subject.config.format() == Format::Properties
}

/// Where a raw value ends in a backslash and blanks: from the backslash on.
fn broken_continuation(raw: &str) -> Option<usize> {
    let bare = raw.trim_end_matches([' ', '\t', '\u{c}']);
    let backslashes = bare.len() - bare.trim_end_matches('\\').len();
    (bare.len() < raw.len() && backslashes % 2 == 1).then(|| bare.len() - 1)
}

rule!(
    broken_line, "KC-P002", "properties-trailing-space-after-backslash", Warn, "java.util.Properties.load", broken_line_check,
    what: "A blank stands behind the backslash that should join two lines.",
    why: "A backslash joins lines only as the last character of a line. Before a blank it means that blank, so the \
          value ends here and the next line becomes a key of its own.",
    false_alarm: "The value is to end in a blank, and the next line is a key.",
    fix: "Delete the blanks behind the backslash.",
);

fn broken_line_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if !is_properties(subject) {
        return Vec::new();
    }
    let one = |entry: &Entry| {
        let span = entry.value.span;
        let at = broken_continuation(span.text(subject.config.text()))?;
        let after = Span::new(span.start + at + 1, span.end);
        Some(
            subject
                .finding(rule, Span::new(span.start + at, span.end), "the blank behind the backslash ends the value here".to_owned())
                .why("A backslash before a blank means the blank, so the next line is read as a key of its own.")
                .unsafe_fix("Delete the blanks behind the backslash", vec![Edit { span: after, text: String::new() }]),
        )
    };
    subject.config.entries().iter().filter_map(one).collect()
}

/// Where a raw value has a single backslash before a letter, as in a path of Windows.
fn swallowed(raw: &str) -> Option<usize> {
    let mut single = None;
    let mut escaped = false;
    for (at, char) in raw.char_indices() {
        if escaped {
            escaped = false;
            if single.is_none() && char.is_ascii_alphanumeric() && char != 'u' {
                single = Some(at - 1);
            }
        } else {
            escaped = char == '\\';
        }
    }
    single
}

rule!(
    swallowed_backslash, "KC-P004", "properties-swallowed-backslash", Warn, "java.util.Properties.load", swallowed_check,
    what: "A path has single backslashes.",
    why: "A backslash begins an escape: `\\t` becomes a tab, `\\n` a new line, and before most letters it just \
          vanishes. The path isn't the one that was written.",
    false_alarm: "None in a path.",
    fix: "Write forward slashes, which Java takes on every system, or double each backslash.",
);

fn swallowed_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if !is_properties(subject) {
        return Vec::new();
    }
    let one = |entry: &Entry| {
        let span = entry.value.span;
        let raw = span.text(subject.config.text());
        let drive =
            matches!(raw.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
        if !(entry.key.text.ends_with(".location") || drive) || raw.contains(['\n', '\r']) {
            return None;
        }
        swallowed(raw)?;
        let slashes = raw.replace("\\\\", "/").replace('\\', "/");
        Some(
            subject
                .finding(
                    rule,
                    span,
                    format!(
                        "single backslashes are escapes: `{}` isn't the path that was written",
                        catalog_name(entry)
                    ),
                )
                .why("`\\t` is read as a tab, `\\n` as a new line, and other backslashes vanish.")
                .unsafe_fix(
                    "Write forward slashes",
                    vec![Edit {
                        span,
                        text: slashes,
                    }],
                ),
        )
    };
    subject.config.entries().iter().filter_map(one).collect()
}

fn catalog_name(entry: &Entry) -> String {
    crate::config::secrets::plain(&entry.key.text)
}

rule!(
    byte_order_mark, "KC-P008", "byte-order-mark", Warn, "java.util.Properties.load", byte_order_mark_check,
    what: "The text begins with a byte order mark.",
    why: "Java reads the mark as part of the first key, or turns a comment in the first line into a key. That key is \
          then unknown.",
    false_alarm: "The program that reads the file drops the mark first.",
    fix: "Save the file as UTF-8 without a byte order mark.",
);

fn byte_order_mark_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    if !is_properties(subject) || !subject.config.text().starts_with('\u{feff}') {
        return None;
    }
    let span = Span::new(0, '\u{feff}'.len_utf8());
    Some(
        subject
            .finding(
                rule,
                span,
                "the byte order mark becomes part of the first key".to_owned(),
            )
            .why("Java's reader knows no such mark.")
            .safe_fix(
                "Delete the mark",
                vec![Edit {
                    span,
                    text: String::new(),
                }],
            ),
    )
}

rule!(
    quoted, "KC-P009", "quoted-value", Error, "java.util.Properties.load; ConfigDef.parseType (run: refused)", quoted_check,
    what: "A number, boolean, word or class name is written in quotes.",
    why: "A `.properties` file knows no quotes: they are part of the value, which then is no number, no boolean and no \
          class.",
    false_alarm: "A shell or another program reads the file.",
    fix: "Delete the quotes.",
);

fn quoted_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if !is_properties(subject) {
        return Vec::new();
    }
    let one = |(name, entry): (&str, &Entry)| {
        let property = property(name)?;
        let text = entry.value.text.trim();
        let inner = unquoted(text)?;
        let word = matches!(property.limits, Limits::Enum { .. });
        let strict = !matches!(property.kind, Type::String | Type::Password | Type::List);
        if !(word
            || strict
            || name == "partition.assignment.strategy"
            || name == "bootstrap.servers")
        {
            return None;
        }
        let span = entry.value.span;
        let raw = span.text(subject.config.text());
        let bare = unquoted(raw.trim()).filter(|bare| *bare == inner)?;
        let name = property.name;
        Some(
            subject
                .finding(
                    rule,
                    place(entry),
                    format!("the quotes are part of the value of `{name}`"),
                )
                .why("Kafka reads them as two more characters and refuses the value.")
                .safe_fix(
                    "Delete the quotes",
                    vec![Edit {
                        span,
                        text: bare.to_owned(),
                    }],
                ),
        )
    };
    subject.consumer_entries().filter_map(one).collect()
}

rule!(
    placeholder, "KC-P010", "unresolved-placeholder", Warn, "ConfigDef.java; EnvVarConfigProvider (3.5, KIP-887) (run)", placeholder_check,
    what: "A value holds a placeholder, and nothing here resolves it.",
    why: "Kafka's client doesn't expand environment variables. A number with `${…}` is refused, and so is a \
          `group.instance.id`; other texts are used as they stand.",
    false_alarm: "A framework or a script fills the file in before the client reads it.",
    fix: "Fill it in before, or let the client do it: `config.providers=env`, \
          `config.providers.env.class=org.apache.kafka.common.config.provider.EnvVarConfigProvider` (from 3.5) and \
          `${env:NAME}`.",
);

fn placeholder_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    let resolves = subject
        .config
        .entries()
        .iter()
        .any(|entry| entry.key.text.ends_with("config.providers"));
    if !is_properties(subject) || resolves {
        return Vec::new();
    }
    subject
        .consumer_entries()
        .filter(|(name, entry)| property(name).is_some() && has_placeholder(&entry.value.text))
        .map(|(name, entry)| {
            subject
                .finding(rule, place(entry), format!("nothing here fills in the placeholder in `{name}`"))
                .confidence(Confidence::Possible)
                .why("The client itself uses the text as it stands, unless `config.providers` names a provider for it.")
        })
        .collect()
}

rule!(
    not_latin, "KC-P011", "non-latin1-in-properties", Info, "java.util.Properties.load(InputStream); Utils.loadProps", not_latin_check,
    what: "A value holds characters beyond ASCII.",
    why: "`Properties.load` with a stream, as Kafka's tools use it, reads ISO 8859-1. A file saved as UTF-8 gives \
          other characters then.",
    false_alarm: "The program reads the file with a reader that knows its encoding.",
    fix: "Write the characters as `\\u` with four hexadecimal digits.",
);

fn not_latin_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if !is_properties(subject) {
        return Vec::new();
    }
    let one = |entry: &Entry| {
        let span = entry.value.span;
        let raw = span.text(subject.config.text());
        if raw.is_ascii() {
            return None;
        }
        let mut escaped = String::new();
        for char in raw.chars() {
            if char.is_ascii() {
                escaped.push(char);
            } else {
                let mut units = [0; 2];
                for unit in char.encode_utf16(&mut units) {
                    // Writing to a string never fails.
                    let _ = write!(escaped, "\\u{unit:04x}");
                }
            }
        }
        Some(
            subject
                .finding(
                    rule,
                    span,
                    format!(
                        "`{}` depends on the encoding that the file is read in",
                        catalog_name(entry)
                    ),
                )
                .confidence(Confidence::Likely)
                .why("Kafka's tools and many programs read ISO 8859-1, not UTF-8.")
                .unsafe_fix(
                    "Write `\\u` escapes",
                    vec![Edit {
                        span,
                        text: escaped,
                    }],
                ),
        )
    };
    subject.config.entries().iter().filter_map(one).collect()
}

rule!(
    trailing_blank, "KC-P012", "trailing-blank-in-value", Info, "java.util.Properties.load; ConfigDef.parseType", trailing_blank_check,
    what: "A value ends in a blank.",
    why: "The file format keeps it. Kafka drops it from most values, but a program that reads the file itself, and the \
          login of a JAAS configuration, may not.",
    false_alarm: "None; it can go.",
    fix: "Delete the blank.",
);

fn trailing_blank_check(subject: &Subject<'_>, rule: &Rule) -> Vec<Finding> {
    if !is_properties(subject) {
        return Vec::new();
    }
    let one = |entry: &Entry| {
        let span = entry.value.span;
        let raw = span.text(subject.config.text());
        let bare = raw.trim_end_matches([' ', '\t']);
        if bare.len() == raw.len()
            || bare.is_empty()
            || bare.ends_with('\\')
            || catalog::property(&entry.key.text).is_none()
        {
            return None;
        }
        let blanks = Span::new(span.start + bare.len(), span.end);
        Some(
            subject
                .finding(
                    rule,
                    blanks,
                    format!("the value of `{}` ends in a blank", catalog_name(entry)),
                )
                .why("The file format keeps blanks at the end of a value.")
                .unsafe_fix(
                    "Delete the blank",
                    vec![Edit {
                        span: blanks,
                        text: String::new(),
                    }],
                ),
        )
    };
    subject.config.entries().iter().filter_map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backslash_before_blanks_is_found_unless_it_is_escaped() {
        assert_eq!(broken_continuation("h1,\\ "), Some(3));
        assert_eq!(broken_continuation("h1,\\\\ "), None);
        assert_eq!(broken_continuation("h1, "), None);
        assert_eq!(broken_continuation("\\\\\\\t "), Some(2));
    }

    #[test]
    fn single_backslashes_are_found_and_escapes_of_code_points_are_not() {
        assert_eq!(swallowed("C:\\temp"), Some(2));
        assert_eq!(swallowed("C:\\\\temp"), None);
        assert_eq!(swallowed("C:\\u0041"), None);
        assert_eq!(swallowed("a\\ b"), None);
    }
}
