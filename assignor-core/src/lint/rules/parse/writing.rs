//! What the writing of a `.properties` file does to its values, a row each.

use std::fmt::Write as _;

use crate::config::catalog::property;
use crate::config::secrets::plain;
use crate::config::{Entry, Family, Format, Limits, Span, Type, has_placeholder};
use crate::lint::finding::{Confidence, Edit, Finding};
use crate::lint::rules::Rule;
use crate::lint::rules::values::unquoted;
use crate::lint::subject::{Subject, place};

/// What is said about the writing of a value, with the text that would be right there.
struct Remark {
    span: Span,
    message: String,
    why: &'static str,
    /// What to do, and what to write there.
    fix: (&'static str, String),
}

/// A finding for each value of a `.properties` file about whose writing there is something to say.
fn per_value(
    subject: &Subject<'_>,
    rule: &Rule,
    remark: impl Fn(&Entry, &str) -> Option<Remark>,
) -> Vec<Finding> {
    let config = subject.config;
    if config.format() != Format::Properties {
        return Vec::new();
    }
    let one = |entry: &Entry| {
        let remark = remark(entry, entry.value.span.text(config.text()))?;
        let (title, text) = remark.fix;
        // A fix may replace less than the place shows: the part that stays the same is left out.
        let kept = common_start(remark.span.text(config.text()), &text);
        let edit = Edit {
            span: Span::new(remark.span.start + kept, remark.span.end),
            text: text.get(kept..).unwrap_or_default().to_owned(),
        };
        Some(
            subject
                .finding(rule, remark.span, remark.message)
                .why(remark.why)
                .unsafe_fix(title, vec![edit]),
        )
    };
    config.entries().iter().filter_map(one).collect()
}

/// How many bytes two texts have in common at their beginning, whole characters only.
fn common_start(one: &str, two: &str) -> usize {
    let same = one.chars().zip(two.chars()).take_while(|(a, b)| a == b);
    same.map(|(char, _)| char.len_utf8()).sum()
}

/// Where a raw value ends in a backslash and blanks: from the backslash on.
fn broken_continuation(raw: &str) -> Option<usize> {
    let bare = raw.trim_end_matches([' ', '\t', '\u{c}']);
    let backslashes = bare.len() - bare.trim_end_matches('\\').len();
    (bare.len() < raw.len() && backslashes % 2 == 1).then(|| bare.len() - 1)
}

rule!(
    broken_line, "KC-P002", "properties-trailing-space-after-backslash", Warn, "java.util.Properties.load",
    |subject, rule| per_value(subject, rule, broken_line_check),
    what: "A blank stands behind the backslash that should join two lines.",
    why: "A backslash joins lines only as the last character of a line. Before a blank it means that blank, so the \
          value ends here and the next line becomes a key of its own.",
    false_alarm: "The value is to end in a blank, and the next line is a key.",
    fix: "Delete the blanks behind the backslash.",
);

fn broken_line_check(entry: &Entry, raw: &str) -> Option<Remark> {
    let at = broken_continuation(raw)?;
    Some(Remark {
        span: Span::new(entry.value.span.start + at, entry.value.span.end),
        message: "the blank behind the backslash ends the value here".to_owned(),
        why: "A backslash before a blank means the blank, so the next line is read as a key of its own.",
        fix: ("Delete the blanks behind the backslash", "\\".to_owned()),
    })
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
    swallowed_backslash, "KC-P004", "properties-swallowed-backslash", Warn, "java.util.Properties.load",
    |subject, rule| per_value(subject, rule, swallowed_check),
    what: "A path has single backslashes.",
    why: "A backslash begins an escape: `\\t` becomes a tab, `\\n` a new line, and before most letters it just \
          vanishes. The path isn't the one that was written.",
    false_alarm: "None in a path.",
    fix: "Write forward slashes, which Java takes on every system, or double each backslash.",
);

fn swallowed_check(entry: &Entry, raw: &str) -> Option<Remark> {
    let drive = matches!(raw.as_bytes(), [letter, b':', b'\\', ..] if letter.is_ascii_alphabetic());
    if !(entry.key.text.ends_with(".location") || drive) || raw.contains(['\n', '\r']) {
        return None;
    }
    swallowed(raw)?;
    Some(Remark {
        span: entry.value.span,
        message: format!(
            "single backslashes are escapes: `{}` isn't the path that was written",
            plain(&entry.key.text)
        ),
        why: "`\\t` is read as a tab, `\\n` as a new line, and other backslashes vanish.",
        fix: (
            "Write forward slashes",
            raw.replace("\\\\", "/").replace('\\', "/"),
        ),
    })
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
    let properties = subject.config.format() == Format::Properties;
    if !properties || !subject.config.text().starts_with('\u{feff}') {
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
    if subject.config.format() != Format::Properties {
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
    // Spring Boot, Quarkus and Mule fill placeholders in themselves.
    let plain = matches!(
        subject.family(),
        Family::Java | Family::Streams | Family::ConnectWorker
    );
    if subject.config.format() != Format::Properties || resolves || !plain {
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
    not_latin, "KC-P011", "non-latin1-in-properties", Info, "java.util.Properties.load(InputStream); Utils.loadProps",
    |subject, rule| per_value(subject, rule, not_latin_check),
    what: "A value holds characters beyond ASCII.",
    why: "`Properties.load` with a stream, as Kafka's tools use it, reads ISO 8859-1. A file saved as UTF-8 gives \
          other characters then.",
    false_alarm: "The program reads the file with a reader that knows its encoding.",
    fix: "Write the characters as `\\u` with four hexadecimal digits.",
);

fn not_latin_check(entry: &Entry, raw: &str) -> Option<Remark> {
    if raw.is_ascii() {
        return None;
    }
    let mut escaped = String::new();
    for char in raw.chars() {
        if char.is_ascii() {
            escaped.push(char);
        } else {
            for unit in char.encode_utf16(&mut [0; 2]) {
                // Writing to a string never fails.
                let _ = write!(escaped, "\\u{unit:04x}");
            }
        }
    }
    Some(Remark {
        span: entry.value.span,
        message: format!(
            "`{}` depends on the encoding that the file is read in",
            plain(&entry.key.text)
        ),
        why: "Kafka's tools and many programs read ISO 8859-1, not UTF-8.",
        fix: ("Write `\\u` escapes", escaped),
    })
}

rule!(
    trailing_blank, "KC-P012", "trailing-blank-in-value", Info, "java.util.Properties.load; ConfigDef.parseType",
    |subject, rule| per_value(subject, rule, trailing_blank_check),
    what: "A value ends in a blank.",
    why: "The file format keeps it. Kafka drops it from most values, but a program that reads the file itself, and the \
          login of a JAAS configuration, may not.",
    false_alarm: "None; it can go.",
    fix: "Delete the blank.",
);

fn trailing_blank_check(entry: &Entry, raw: &str) -> Option<Remark> {
    let bare = raw.trim_end_matches([' ', '\t']);
    if bare.len() == raw.len()
        || bare.is_empty()
        || bare.ends_with('\\')
        || property(&entry.key.text).is_none()
    {
        return None;
    }
    let span = entry.value.span;
    Some(Remark {
        span: Span::new(span.start + bare.len(), span.end),
        message: format!("the value of `{}` ends in a blank", plain(&entry.key.text)),
        why: "The file format keeps blanks at the end of a value.",
        fix: ("Delete the blank", String::new()),
    })
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
