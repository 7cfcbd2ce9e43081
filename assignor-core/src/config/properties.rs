//! The `.properties` format, read exactly as `java.util.Properties` reads it (`OpenJDK` 17), and
//! without losing a byte.
//!
//! Java works in two steps, and so does this reader: natural lines are joined into a logical line
//! (a backslash before a line end, the line end and the blanks after it vanish), then the logical
//! line is split into key, separator and value and its escapes are decoded. Doing it in one step
//! would get `\u00\⏎41` and a comment after a lone backslash wrong.
//!
//! Invariants: the tokens follow each other without a gap from the first byte to the last; reading
//! never fails; the work is linear in the length of the text.

use super::document::{Entry, Part, Problem, ProblemKind, Token, TokenKind, Written};
use super::members::Embedded;
use super::span::Span;

/// What a `.properties` text consists of.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub(super) tokens: Vec<Token>,
    pub(super) entries: Vec<Entry>,
    pub(super) problems: Vec<Problem>,
    pub(super) parts: Vec<Part>,
    /// Files within the text.
    pub(super) embedded: Vec<Embedded>,
}

#[cfg(test)]
impl Parsed {
    /// Keys and values as they were read.
    pub(super) fn pairs(&self) -> Vec<(&str, &str)> {
        let entries = self.entries.iter();
        entries
            .map(|entry| (entry.key.text.as_str(), entry.value.text.as_str()))
            .collect()
    }
}

/// Reads `text`. Never fails; what Java would refuse is a problem.
pub(super) fn parse(text: &str) -> Parsed {
    let mut reader = Reader {
        text,
        offset: 0,
        parsed: Parsed::default(),
    };
    reader.read();
    reader.parsed
}

/// One character of a logical line and where it stands.
#[derive(Clone, Copy)]
struct Placed {
    offset: usize,
    char: char,
}

impl Placed {
    fn end(self) -> usize {
        self.offset + self.char.len_utf8()
    }
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\u{c}')
}

/// Most lines are shorter.
const USUAL_LINE: usize = 64;

struct Reader<'a> {
    text: &'a str,
    offset: usize,
    parsed: Parsed,
}

impl<'a> Reader<'a> {
    fn read(&mut self) {
        while let Some(char) = self.char_at(self.offset) {
            match char {
                '\r' | '\n' => {
                    let end = self.line_end(self.offset);
                    self.token(TokenKind::LineEnd, end);
                }
                ' ' | '\t' | '\u{c}' => {
                    let end = self.blanks_end(self.offset);
                    self.token(TokenKind::Blank, end);
                }
                '#' | '!' => {
                    let length = self.natural_line().len();
                    self.token(TokenKind::Comment, self.offset + length);
                }
                '\\' if self.joins_before_anything() => {
                    let end = self.continuation_end(self.offset);
                    self.token(TokenKind::Continuation, end);
                }
                _ => {
                    let line = self.natural_line();
                    if line.contains('\\') {
                        self.logical_line();
                    } else {
                        self.plain_line(line);
                    }
                }
            }
        }
    }

    /// What stands between the reader's offset and the next line end.
    fn natural_line(&self) -> &'a str {
        let rest = self.text.get(self.offset..).unwrap_or_default();
        let mut bytes = rest.bytes();
        let length = bytes.position(|byte| matches!(byte, b'\r' | b'\n'));
        rest.get(..length.unwrap_or(rest.len())).unwrap_or_default()
    }

    fn char_at(&self, offset: usize) -> Option<char> {
        match self.text.as_bytes().get(offset) {
            Some(byte) if byte.is_ascii() => Some(char::from(*byte)),
            _ => self.text.get(offset..)?.chars().next(),
        }
    }

    /// The end of the line end that starts at `offset`; `offset` itself where there is none.
    fn line_end(&self, offset: usize) -> usize {
        let bytes = self.text.as_bytes();
        match bytes.get(offset) {
            Some(b'\r') if bytes.get(offset + 1) == Some(&b'\n') => offset + 2,
            Some(b'\r' | b'\n') => offset + 1,
            _ => offset,
        }
    }

    fn blanks_end(&self, offset: usize) -> usize {
        let rest = self.text.as_bytes().get(offset..).unwrap_or_default();
        let blanks = rest
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | 0xc))
            .count();
        offset + blanks
    }

    /// The end of a continuation whose backslash is at `offset`: past the line end and the blanks
    /// that the next line begins with.
    fn continuation_end(&self, offset: usize) -> usize {
        self.blanks_end(self.line_end(offset + 1))
    }

    /// Whether the backslash at the reader's offset joins two lines before the logical line has
    /// any character. Java then still looks for comments and blank lines. At the end of the text
    /// it doesn't: the lone backslash makes an entry with an empty key and an empty value.
    fn joins_before_anything(&self) -> bool {
        let after = self.line_end(self.offset + 1);
        after > self.offset + 1 && after < self.text.len()
    }

    fn token(&mut self, kind: TokenKind, end: usize) {
        self.parsed.tokens.push(Token {
            kind,
            span: Span::new(self.offset, end),
        });
        self.offset = end;
    }

    /// Reads a logical line without a backslash, as nearly all are: nothing is joined or escaped in it.
    fn plain_line(&mut self, line: &str) {
        let start = self.offset;
        // The bytes of other characters are none of those that separate.
        let (key_end, value_start) = split(line.bytes().map(char::from));
        let span = |from: usize, to: usize| Span::new(start + from, start + to);
        let [key, separator, value] = [
            span(0, key_end),
            span(key_end, value_start),
            span(value_start, line.len()),
        ];
        for (kind, part) in [
            (TokenKind::Key, key),
            (TokenKind::Separator, separator),
            (TokenKind::Value, value),
        ] {
            if !part.is_empty() {
                self.token(kind, part.end);
            }
        }
        let written = |span: Span| Written {
            text: span.text(self.text).to_owned(),
            span,
        };
        self.parsed.entries.push(Entry {
            key: written(key),
            separator: (!separator.is_empty()).then_some(separator),
            value: written(value),
            span: Span::new(start, value.end),
            owner: 0,
        });
    }

    /// Reads one logical line that holds an entry.
    fn logical_line(&mut self) {
        let start = self.offset;
        let (line, end) = self.join();
        let (key_end, value_start) = split(line.iter().map(|placed| placed.char));
        let (key, after_key) = line.split_at(key_end);
        let (separator, value) = after_key.split_at(value_start - key_end);

        for (kind, part) in [
            (TokenKind::Key, key),
            (TokenKind::Separator, separator),
            (TokenKind::Value, value),
        ] {
            self.part(kind, part);
        }
        if end > self.offset {
            self.token(TokenKind::Continuation, end);
        }

        let separator_end = separator.last().map_or_else(
            || key.last().map_or(start, |placed| placed.end()),
            |placed| placed.end(),
        );
        let entry = Entry {
            key: self.written(key, start),
            separator: separator
                .first()
                .map(|first| Span::new(first.offset, separator_end)),
            value: self.written(value, separator_end),
            span: Span::new(start, end),
            owner: 0,
        };
        self.parsed.entries.push(entry);
    }

    /// Adds the tokens of a key, separator or value: one, or several with the joins between them.
    fn part(&mut self, kind: TokenKind, part: &[Placed]) {
        let (Some(first), Some(last)) = (part.first(), part.last()) else {
            return;
        };
        if first.offset > self.offset {
            self.token(TokenKind::Continuation, first.offset);
        }
        if !self.is_joined(Span::new(first.offset, last.end())) {
            self.token(kind, last.end());
            return;
        }
        let mut end = first.offset;
        for placed in part {
            if placed.offset > end {
                self.token(kind, end);
                self.token(TokenKind::Continuation, placed.offset);
            }
            end = placed.end();
        }
        self.token(kind, end);
    }

    /// Whether lines are joined within a piece of a logical line: only then it has a line end.
    fn is_joined(&self, span: Span) -> bool {
        span.text(self.text).contains(['\r', '\n'])
    }

    /// Joins natural lines; gives the characters that remain and where the logical line ends
    /// (before its line end).
    fn join(&self) -> (Vec<Placed>, usize) {
        let mut line = Vec::with_capacity(USUAL_LINE);
        let mut offset = self.offset;
        let mut escaped = false;
        while let Some(char) = self.char_at(offset) {
            if matches!(char, '\r' | '\n') {
                break;
            }
            if char == '\\' && !escaped {
                let after = self.line_end(offset + 1);
                if after > offset + 1 || after == self.text.len() {
                    offset = if after > offset + 1 {
                        self.blanks_end(after)
                    } else {
                        after
                    };
                    continue;
                }
            }
            escaped = char == '\\' && !escaped;
            line.push(Placed { offset, char });
            offset += char.len_utf8();
        }
        (line, offset)
    }

    /// Decodes the escapes of a key or a value.
    fn written(&mut self, part: &[Placed], empty_at: usize) -> Written {
        let span = match (part.first(), part.last()) {
            (Some(first), Some(last)) => Span::new(first.offset, last.end()),
            _ => Span::at(empty_at),
        };
        let raw = span.text(self.text);
        if !raw.contains('\\') {
            let text = raw.to_owned();
            return Written { text, span };
        }
        let mut units: Vec<u16> = Vec::with_capacity(part.len());
        let mut rest = part.iter().copied().enumerate();
        while let Some((index, placed)) = rest.next() {
            if placed.char != '\\' {
                push(&mut units, placed.char);
                continue;
            }
            let Some((_, escaped)) = rest.next() else {
                break;
            };
            match escaped.char {
                'u' => {
                    let digits = part.get(index + 2..index + 6).and_then(hex);
                    if let Some(unit) = digits {
                        units.push(unit);
                        rest.nth(3);
                    } else {
                        self.parsed.problems.push(Problem {
                            kind: ProblemKind::MalformedUnicodeEscape,
                            span: Span::new(placed.offset, escaped.end()),
                        });
                        units.extend(r"\u".encode_utf16());
                    }
                }
                't' => units.push(9),
                'n' => units.push(10),
                'r' => units.push(13),
                'f' => units.push(12),
                other => push(&mut units, other),
            }
        }
        let text = char::decode_utf16(units)
            .map(|decoded| decoded.unwrap_or(char::REPLACEMENT_CHARACTER))
            .collect();
        Written { text, span }
    }
}

fn push(units: &mut Vec<u16>, char: char) {
    units.extend_from_slice(char.encode_utf16(&mut [0; 2]));
}

/// The UTF-16 unit that four hexadecimal digits stand for.
fn hex(digits: &[Placed]) -> Option<u16> {
    digits.iter().try_fold(0u16, |unit, placed| {
        let digit = u16::try_from(placed.char.to_digit(16)?).ok()?;
        Some(unit << 4 | digit)
    })
}

/// Where the key of a logical line ends and where its value begins.
fn split(line: impl Iterator<Item = char> + Clone) -> (usize, usize) {
    let mut escaped = false;
    let ends_key = |char: char| {
        let ends = !escaped && (is_blank(char) || matches!(char, '=' | ':'));
        escaped = char == '\\' && !escaped;
        ends
    };
    let key_end = line.clone().position(ends_key);
    let key_end = key_end.unwrap_or_else(|| line.clone().count());
    let mut separated = false;
    let skipped = line
        .skip(key_end)
        .take_while(|char| {
            is_blank(*char)
                || (matches!(char, '=' | ':') && !std::mem::replace(&mut separated, true))
        })
        .count();
    (key_end, key_end + skipped)
}
