//! Environment files: `NAME=value` per line, as Docker and shells read them.
//!
//! `export` in front, quotes round the value, comments on lines of their own and behind a quoted value
//! are understood. A `#` behind a value without quotes belongs to it, as Docker has it. Names stay as they are; which property one
//! means is up to the binding.

use super::cover::{cover, token};
use super::document::{Entry, TokenKind, Written};
use super::properties::Parsed;
use super::span::Span;

pub(super) fn parse(text: &str) -> Parsed {
    let mut pieces = Vec::new();
    let mut entries = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let start = offset;
        offset += line.len();
        let content = line.trim_end();
        let indent = content.len() - content.trim_start().len();
        let body = content.trim_start();
        if body.starts_with('#') {
            pieces.push(token(
                TokenKind::Comment,
                start + indent,
                start + content.len(),
            ));
            continue;
        }
        let Some(entry) = assignment(content, start) else {
            continue;
        };
        pieces.push(token(
            TokenKind::Key,
            entry.key.span.start,
            entry.key.span.end,
        ));
        if let Some(separator) = entry.separator {
            pieces.push(token(TokenKind::Separator, separator.start, separator.end));
        }
        pieces.push(token(
            TokenKind::Value,
            entry.value.span.start,
            entry.value.span.end,
        ));
        entries.push(entry);
    }
    Parsed {
        tokens: cover(text, pieces),
        entries,
        problems: Vec::new(),
        parts: Vec::new(),
        embedded: Vec::new(),
    }
}

/// `NAME=value` in a line that begins at `start` in the text.
fn assignment(line: &str, start: usize) -> Option<Entry> {
    let (left, right) = line.split_once('=')?;
    let name = left.trim();
    let name = name.strip_prefix("export ").unwrap_or(name).trim();
    if !is_name(name) {
        return None;
    }
    let key_end = left.trim_end().len();
    let key = Span::new(start + key_end - name.len(), start + key_end);
    let blanks = right.len() - right.trim_start().len();
    let mut value = right.trim();
    let mut value_start = start + left.len() + 1 + blanks;
    for quote in ['"', '\''] {
        let Some(quoted) = value.strip_prefix(quote) else {
            continue;
        };
        let commented = quoted.split_once(quote).filter(|(_, behind)| {
            let words = behind.trim_start();
            words.len() < behind.len() && words.starts_with('#')
        });
        let commented = commented.map(|(inner, _)| inner);
        if let Some(inner) = commented.or_else(|| quoted.strip_suffix(quote)) {
            value = inner;
            value_start += 1;
            break;
        }
    }
    let span = Span::new(value_start, value_start + value.len());
    Some(Entry {
        owner: 0,
        separator: Some(Span::new(key.end, span.start)),
        span: Span::new(key.start, span.end),
        key: Written {
            text: name.to_owned(),
            span: key,
        },
        value: Written {
            text: value.to_owned(),
            span,
        },
    })
}

/// Whether a text is the name of an environment variable.
pub(super) fn is_name(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|char| char.is_ascii_alphabetic() || char == '_')
        && chars.all(|char| char.is_ascii_alphanumeric() || char == '_')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_quotes_and_comments() {
        let text = "# c\nexport KAFKA_GROUP_ID=\"a b\"\r\nX=\nno assignment\nY = 'q#' \n";
        let parsed = parse(text);
        let read = parsed.pairs();
        assert_eq!(read, [("KAFKA_GROUP_ID", "a b"), ("X", ""), ("Y", "q#")]);
        for entry in &parsed.entries {
            assert_eq!(entry.key.span.text(text), entry.key.text);
            assert_eq!(entry.value.span.text(text), entry.value.text);
        }
    }
}
