//! Adding, deleting and renaming keys in YAML, JSON and environment files.
//!
//! Each edit keeps comments, order, quotes, indentation and line ends, and is made only where the lines
//! around it say beyond doubt how: `None` means that this text isn't to be changed by us.

use super::finding::Edit;
use crate::config::{Binding, Config, Entry, Format, Span};

/// An edit that gives a property a value that nothing sets yet: beside the nearest one that is written
/// in the same way.
pub(super) fn addition(
    config: &Config,
    name: &str,
    value: &str,
    near: Option<&Entry>,
) -> Option<Edit> {
    let plain = |char: char| char.is_ascii_alphanumeric() || ".-_,$".contains(char);
    if !value.chars().all(plain) || value.is_empty() {
        return None;
    }
    let mut models = near.into_iter().chain(config.entries().iter().rev());
    models.find_map(|model| beside(config, model, name, value))
}

/// The edit beside one entry, if that is one of a consumer's own properties on lines of its own.
fn beside(config: &Config, model: &Entry, name: &str, value: &str) -> Option<Edit> {
    let Binding::Consumer { name: known, .. } = config.binding(model) else {
        return None;
    };
    let text = config.text();
    let variable = |name: &str| name.to_ascii_uppercase().replace('.', "_");
    let raw = model.key.span.text(text);
    let key = match raw.strip_suffix(known) {
        Some(path) => format!("{path}{name}"),
        None => format!("{}{}", raw.strip_suffix(&variable(known))?, variable(name)),
    };
    let between = Span::new(model.key.span.end, model.value.span.start).text(text);
    let told = between.trim_end_matches(['"', '\'']).trim_end();
    // A list below its key, or a value that comes from elsewhere, is no model.
    let one_line = !between.contains('\n') || told.ends_with("value:");
    if !one_line || between.contains("valueFrom") || model.value.span.text(text).contains('\n') {
        return None;
    }
    let quote = closing_quote(text, model.value.span);
    let bare = value.parse::<i64>().is_ok() || matches!(value, "true" | "false");
    if config.format() == Format::Json && quote.is_empty() && !bare {
        return None;
    }
    let member = Member::of(config, model)?;
    let line = config.whole_lines(member.span);
    let before = Span::new(line.start, model.key.span.start).text(text);
    if config.format() == Format::Json && member.is_last {
        // The comma goes behind the value before it, and that value's line stays as it is.
        let end = config.line_end();
        return Some(Edit {
            span: Span::at(member.span.end),
            text: format!(",{end}{before}{key}{between}{value}{quote}"),
        });
    }
    let comma = if config.format() == Format::Json {
        ","
    } else {
        ""
    };
    let added = format!("{before}{key}{between}{value}{quote}{comma}");
    let ended = text.get(..line.end)?.ends_with(['\n', '\r']);
    let end = config.line_end();
    Some(Edit {
        span: Span::at(line.end),
        text: if ended {
            format!("{added}{end}")
        } else {
            format!("{end}{added}")
        },
    })
}

/// An edit that deletes an entry with its lines.
pub(super) fn removal(config: &Config, entry: &Entry) -> Option<Edit> {
    let member = Member::of(config, entry)?;
    let text = config.text();
    let lines = config.whole_lines(member.span);
    // What stands behind it on its line would go, too.
    let rest = Span::new(member.span.end, lines.end).text(text).trim();
    if !(rest.is_empty() || rest == ",") || !member.has_sibling {
        return None;
    }
    let span = if config.format() == Format::Json && member.is_last {
        let before = text.get(..member.span.start)?.trim_end();
        let comma = before.strip_suffix(',')?.len();
        Span::new(comma, member.span.end)
    } else {
        lines
    };
    Some(Edit {
        span,
        text: String::new(),
    })
}

/// An edit that gives an entry the key of that name, if its key is written out in the text.
pub(super) fn renaming(config: &Config, entry: &Entry, name: &str) -> Option<Edit> {
    let written = entry.key.span;
    let bracketed = written.text(config.text()).starts_with('[');
    let inside = usize::from(bracketed);
    let span = Span::new(written.start + inside, written.end.checked_sub(inside)?);
    let raw = config.text().get(span.start..span.end)?;
    let path = entry.key.text.strip_suffix(raw)?;
    let text = name.strip_prefix(path).unwrap_or(name);
    let dotted = raw.contains('.') && text.contains('.');
    (dotted && config.format() != Format::Env).then(|| Edit {
        span,
        text: text.to_owned(),
    })
}

/// An entry that has its lines for itself.
struct Member {
    /// From the first to the last character, quotes included.
    span: Span,
    /// Whether nothing follows it in its object.
    is_last: bool,
    /// Whether there is another beside it.
    has_sibling: bool,
}

impl Member {
    fn of(config: &Config, entry: &Entry) -> Option<Self> {
        if !matches!(config.format(), Format::Json | Format::Yaml | Format::Env) {
            return None;
        }
        let text = config.text();
        let quote = closing_quote(text, entry.value.span);
        let end = entry.value.span.end + quote.len();
        let line = config.whole_lines(Span::new(entry.key.span.start, end));
        let before = Span::new(line.start, entry.key.span.start).text(text);
        let lead = before.trim_start_matches(' ');
        let span = Span::new(line.start + before.len() - lead.len(), end);
        let alone = |other: &Entry| {
            other.span == entry.span || other.span.end <= line.start || other.span.start >= line.end
        };
        if !config.all_entries().all(alone) {
            return None;
        }
        let own = before.len() - lead.len();
        // What is deeper belongs to a neighbour.
        let level = |line: &&str| {
            let indent = line.len() - line.trim_start_matches(' ').len();
            says_something(line) && indent <= own
        };
        let above = lines_before(text, line.start).find(level);
        let below = text.get(line.end..)?.lines().find(level);
        let begins = |line: Option<&str>, mark: &str| {
            line.is_some_and(|line| {
                let body = line.trim_start_matches(' ');
                line.len() - body.len() == own && body.starts_with(mark)
            })
        };
        match config.format() {
            Format::Json => {
                let rest = text.get(end..)?.trim_start();
                let is_last = rest.starts_with('}');
                let first = text.get(..span.start)?.trim_end().ends_with('{');
                (lead == "\"" && (is_last || rest.starts_with(','))).then_some(Self {
                    span,
                    is_last,
                    has_sibling: !(first && is_last),
                })
            }
            Format::Yaml => {
                let item = lead.strip_prefix("- ").map(str::trim_start);
                let named = |lead: &str| lead.trim_matches(['"', '\'']).trim_end() == "name:";
                let is_item = item.is_some();
                // `- NAME=value` and `- name: NAME` with its value, or a key of a map.
                let fits = match item {
                    Some(item) => item.is_empty() || named(item),
                    None => lead.trim_matches(['"', '\'', '[']).is_empty(),
                };
                let mark = if is_item { "- " } else { "" };
                let neighbour = |line| begins(line, mark) && (is_item || !begins(line, "- "));
                fits.then(|| Self {
                    span,
                    is_last: false,
                    has_sibling: neighbour(above) || neighbour(below),
                })
            }
            Format::Env => matches!(lead, "" | "export ").then_some(Self {
                span,
                is_last: false,
                has_sibling: true,
            }),
            _ => None,
        }
    }
}

/// The quote behind a value, if the same one stands before it.
fn closing_quote(text: &str, value: Span) -> &str {
    let before = text.get(..value.start).unwrap_or_default();
    let after = text.get(value.end..).unwrap_or_default();
    let quoted = |quote: &&str| before.ends_with(quote) && after.starts_with(quote);
    ["\"", "'"].into_iter().find(quoted).unwrap_or_default()
}

fn says_something(line: &str) -> bool {
    let body = line.trim_start();
    !body.is_empty() && !body.starts_with('#')
}

/// The lines before an offset, the nearest first.
fn lines_before(text: &str, offset: usize) -> impl Iterator<Item = &str> {
    let before = text.get(..offset).unwrap_or_default();
    before.lines().rev()
}
