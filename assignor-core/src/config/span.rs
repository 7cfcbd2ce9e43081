//! Places in a source text: byte spans, and the line and column they stand for.
//!
//! A line ends at LF, CR LF or a lone CR, which is how `java.util.Properties` and text editors count.
//! (Ready-made line indexes know LF only, and would put every finding of an old Mac file on line 1.)

use serde::Serialize;

/// A half-open range of bytes in the source text, always on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span `start..end`; an end before the start is taken as the start.
    pub fn new(start: usize, end: usize) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// The empty span at `offset`.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end - self.start
    }

    /// Whether the span covers nothing.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the spans share a byte, or one is empty and lies in or at the edge of the other.
    pub fn touches(self, other: Span) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// The covered text; empty where the span doesn't fit the text.
    pub fn text(self, source: &str) -> &str {
        source.get(self.start..self.end).unwrap_or_default()
    }
}

/// A line and a column, both counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters (Unicode scalar values), from 1.
    pub column: usize,
    /// Column in UTF-16 code units, from 1: what editors and SARIF count in.
    pub column_utf16: usize,
}

/// Where the lines of a text begin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lines {
    starts: Vec<usize>,
}

impl Lines {
    /// Finds the lines of `text`. Every text has at least one.
    pub fn of(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (index, byte) in bytes.iter().enumerate() {
            let ends = match byte {
                b'\n' => true,
                b'\r' => bytes.get(index + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                starts.push(index + 1);
            }
        }
        Self { starts }
    }

    /// The number of lines; a line end at the end of the text begins one more, empty line.
    pub fn count(&self) -> usize {
        self.starts.len()
    }

    /// The line (from 0) that holds the byte at `offset`.
    pub fn index(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    }

    /// The span of a line (from 0) with its line end; an empty span at the end for a line that
    /// doesn't exist.
    pub fn span(&self, index: usize, text: &str) -> Span {
        let start = self.starts.get(index).copied().unwrap_or(text.len());
        let end = self.starts.get(index + 1).copied().unwrap_or(text.len());
        Span::new(start, end)
    }

    /// The position of a byte offset; past the end means the end.
    pub fn position(&self, offset: usize, text: &str) -> Position {
        let offset = offset.min(text.len());
        let line = self.index(offset);
        let start = self.starts.get(line).copied().unwrap_or(0);
        let before = Span::new(start, offset).text(text);
        Position {
            line: line + 1,
            column: before.chars().count() + 1,
            column_utf16: before.chars().map(char::len_utf16).sum::<usize>() + 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_at_lf_crlf_and_lone_cr() {
        let text = "a\nb\r\nc\rd";
        let lines = Lines::of(text);
        assert_eq!(lines.count(), 4);
        assert_eq!(lines.position(2, text).line, 2);
        assert_eq!(lines.position(5, text).line, 3);
        assert_eq!(lines.position(7, text).line, 4);
        assert_eq!(lines.span(1, text).text(text), "b\r\n");
    }

    #[test]
    fn columns_count_characters_and_utf16_units() {
        let text = "x\né😀=1";
        let at = Lines::of(text).position(text.find('=').unwrap(), text);
        assert_eq!((at.line, at.column, at.column_utf16), (2, 3, 4));
    }

    #[test]
    fn an_offset_past_the_end_is_the_end() {
        let lines = Lines::of("ab");
        assert_eq!(lines.position(99, "ab").column, 3);
        assert_eq!(lines.span(7, "ab"), Span::at(2));
    }
}
