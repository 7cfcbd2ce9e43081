//! What the editor paints: a line cut into pieces by tokens, findings and secrets.
//!
//! The pieces of a line, one after the other, have exactly the characters of the line (a secret's are
//! painted as dots, one for one), so that they lie on the text of the field below them.

use crate::components::Severity;
use assignor_core::config::{Config, Span, TokenKind};
use std::rc::Rc;

/// The longest part of a line that is painted, in bytes. Longer lines are cut off; the field has them whole.
const LONGEST_PAINTED: usize = 4000;

/// A finding in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Where.
    pub span: Span,
    /// How bad.
    pub severity: Severity,
    /// Place of the finding among all findings.
    pub finding: usize,
}

/// All findings in the text, quick to ask for a part of it.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Ordered by their begin.
    marks: Rc<[Mark]>,
    /// The length of the longest, in bytes.
    longest: usize,
}

impl PartialEq for Marks {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.marks, &other.marks)
    }
}

impl Marks {
    /// Marks in any order. Those without a place in the text are left out.
    pub fn new(marks: impl IntoIterator<Item = Mark>) -> Self {
        let placed = marks.into_iter().filter(|mark| !mark.span.is_empty());
        let mut marks: Vec<Mark> = placed.collect();
        assignor_core::order::sort_by(&mut marks, |a, b| a.span.cmp(&b.span));
        Self {
            longest: marks.iter().map(|mark| mark.span.len()).max().unwrap_or(0),
            marks: marks.into(),
        }
    }

    /// The marks that share a byte with a part of the text.
    pub fn within(&self, part: Span) -> impl Iterator<Item = &Mark> {
        let reach = part.start.saturating_sub(self.longest);
        let first = self.marks.partition_point(|mark| mark.span.start < reach);
        let after = self.marks.get(first..).unwrap_or_default();
        let near = after
            .iter()
            .take_while(move |mark| mark.span.start < part.end);
        near.filter(move |mark| overlap(mark.span, part))
    }
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// What is painted.
    pub text: String,
    /// What it is, as a class.
    pub kind: &'static str,
    /// The worst finding that touches it.
    pub severity: Option<Severity>,
}

/// The bytes of a line without its line end, cut off where it is too long to paint.
pub fn line_span(config: &Config, line: usize) -> Span {
    let whole = config.lines().span(line, config.text());
    let text = whole.text(config.text());
    let mut length = text
        .trim_end_matches(['\n', '\r'])
        .len()
        .min(LONGEST_PAINTED);
    while !text.is_char_boundary(length) {
        length -= 1;
    }
    Span::new(whole.start, whole.start + length)
}

/// The pieces of a line. `secret` is the part of it to paint as dots.
pub fn pieces(config: &Config, marks: &Marks, line: usize, secret: Option<Span>) -> Vec<Piece> {
    let text = config.text();
    let line = line_span(config, line);
    let first = config
        .tokens()
        .partition_point(|token| token.span.end <= line.start);
    let rest = config.tokens().get(first..).unwrap_or_default();
    let tokens: Vec<_> = rest
        .iter()
        .take_while(|token| token.span.start < line.end)
        .collect();
    let marks: Vec<_> = marks.within(line).collect();

    let mut cuts = vec![line.start, line.end];
    let spans = tokens.iter().map(|token| token.span);
    for span in spans
        .chain(marks.iter().map(|mark| mark.span))
        .chain(secret)
    {
        cuts.extend([span.start, span.end].map(|offset| offset.clamp(line.start, line.end)));
    }
    assignor_core::order::sort(&mut cuts);
    cuts.dedup();
    let between = cuts.iter().zip(cuts.iter().skip(1));
    between
        .map(|(&start, &end)| {
            let span = Span::new(start, end);
            let token = tokens.iter().find(|token| overlap(token.span, span));
            let hidden = secret.is_some_and(|secret| overlap(secret, span));
            let shown = span.text(text);
            Piece {
                text: if hidden {
                    "•".repeat(shown.chars().count())
                } else {
                    shown.to_owned()
                },
                kind: token.map_or("", |token| class(token.kind)),
                severity: worst(
                    marks
                        .iter()
                        .filter(|mark| overlap(mark.span, span))
                        .copied(),
                ),
            }
        })
        .collect()
}

/// The worst of some marks.
pub fn worst<'a>(marks: impl Iterator<Item = &'a Mark>) -> Option<Severity> {
    marks.map(|mark| mark.severity).min()
}

/// Whether two spans share a byte.
pub fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}

fn class(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Key => "syn-key",
        TokenKind::Value => "syn-value",
        TokenKind::Comment => "syn-comment",
        TokenKind::Separator | TokenKind::Continuation => "syn-punct",
        _ => "",
    }
}

/// The part of a line that its masked form hides: what lies between their common beginning and end.
pub fn hidden_part(line: Span, source: &str, masked: &str) -> Option<Span> {
    let shown = line.text(source);
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let head: usize = shown
        .chars()
        .zip(masked.chars())
        .take_while(same)
        .map(|(c, _)| c.len_utf8())
        .sum();
    if head == shown.len() {
        return None;
    }
    let tails = shown
        .get(head..)?
        .chars()
        .rev()
        .zip(masked.get(head..)?.chars().rev());
    let tail: usize = tails.take_while(same).map(|(c, _)| c.len_utf8()).sum();
    Some(Span::new(line.start + head, line.end - tail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use assignor_core::config::ParseOptions;
    use proptest::prelude::*;

    fn config(text: &str) -> Config {
        Config::parse(text, &ParseOptions::default())
    }

    fn mark(text: &str, part: &str, severity: Severity) -> Mark {
        let start = text.find(part).unwrap();
        Mark {
            span: Span::new(start, start + part.len()),
            severity,
            finding: 0,
        }
    }

    #[test]
    fn tokens_and_findings_cut_a_line() {
        let text = "# two\nsession.timeout.ms = 3000\n";
        let marks = Marks::new([
            mark(text, "3000", Severity::Error),
            mark(text, "session", Severity::Info),
        ]);
        let pieces = pieces(&config(text), &marks, 1, None);
        let shown: Vec<_> = pieces
            .iter()
            .map(|piece| (piece.text.as_str(), piece.kind, piece.severity))
            .collect();
        assert_eq!(
            shown,
            [
                ("session", "syn-key", Some(Severity::Info)),
                (".timeout.ms", "syn-key", None),
                (" = ", "syn-punct", None),
                ("3000", "syn-value", Some(Severity::Error)),
            ]
        );
    }

    #[test]
    fn the_worst_of_two_findings_is_painted() {
        let text = "a=1\n";
        let marks = Marks::new([
            mark(text, "1", Severity::Info),
            mark(text, "a=1", Severity::Warn),
        ]);
        let pieces = pieces(&config(text), &marks, 0, None);
        assert!(
            pieces
                .iter()
                .all(|piece| piece.severity == Some(Severity::Warn))
        );
    }

    #[test]
    fn a_secret_is_painted_as_dots_one_for_one() {
        let text = "a=1\nsasl.password=hunter2\n";
        let config = config(text);
        let masked = config.masked();
        let line = line_span(&config, 1);
        let secret = hidden_part(line, text, masked.text.lines().nth(1).unwrap()).unwrap();
        assert_eq!(secret.text(text), "hunter2");
        let painted: String = pieces(&config, &Marks::default(), 1, Some(secret))
            .into_iter()
            .map(|piece| piece.text)
            .collect();
        assert_eq!(painted, "sasl.password=•••••••");
        assert_eq!(hidden_part(line_span(&config, 0), text, "a=1"), None);
    }

    #[test]
    fn a_very_long_line_is_cut_off() {
        let text = format!("a={}", "é".repeat(LONGEST_PAINTED));
        let config = config(&text);
        assert!(line_span(&config, 0).len() <= LONGEST_PAINTED);
    }

    #[test]
    fn marks_are_found_wherever_they_begin() {
        let mark = |start, end| Mark {
            span: Span::new(start, end),
            severity: Severity::Info,
            finding: start,
        };
        let marks = Marks::new([mark(50, 60), mark(0, 40), mark(5, 6), mark(70, 70)]);
        let found = |start, end| {
            marks
                .within(Span::new(start, end))
                .map(|mark| mark.finding)
                .collect::<Vec<_>>()
        };
        assert_eq!(found(30, 55), [0, 50]);
        assert_eq!(found(5, 6), [0, 5]);
        assert!(found(40, 50).is_empty());
        assert!(found(60, 99).is_empty());
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_line(
            text in "[a-z=: \\\\#\n\ré😀]{0,80}",
            start in 0_usize..80,
            length in 0_usize..20,
        ) {
            let config = config(&text);
            let fits = |offset: usize| (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
            let span = Span::new(fits(start), fits(start + length));
            let marks = Marks::new([Mark { span, severity: Severity::Warn, finding: 0 }]);
            for line in 0..config.lines().count() {
                let painted: String = pieces(&config, &marks, line, None).into_iter().map(|piece| piece.text).collect();
                prop_assert_eq!(&painted, line_span(&config, line).text(&text));
            }
        }
    }
}
