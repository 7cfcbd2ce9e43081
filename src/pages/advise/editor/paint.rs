//! What the editor paints: a line cut into pieces by tokens, findings and secrets.
//!
//! The pieces of a line, one after the other, have exactly the characters of the line (a secret's are
//! painted as dots, one for one), so that they lie on the text of the field below them. Everything is counted
//! in UTF-16 code units.

use super::replace::Replacement;
use crate::components::Severity;
use crate::pages::advise::advice::Advice;
use advisor::{MARK_LEN, TOKEN_LEN};

/// The longest part of a line that is painted. Longer lines are cut off; the field has them whole.
const LONGEST_PAINTED: usize = 4000;

/// A part of the text and what is said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part<T> {
    from: usize,
    to: usize,
    what: T,
}

impl<T> Part<T> {
    fn touches(&self, from: usize, to: usize) -> bool {
        self.from < to && from < self.to
    }
}

/// A finding in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// How bad.
    pub severity: Severity,
    /// Number of the finding among all findings.
    pub finding: usize,
}

/// A text with everything that is painted on it.
#[derive(Debug, Default, PartialEq)]
pub struct Sheet {
    units: Vec<u16>,
    /// Where lines begin.
    starts: Vec<usize>,
    columns: usize,
    /// In order and disjoint.
    tokens: Vec<Part<&'static str>>,
    /// By their begin.
    marks: Vec<Part<Mark>>,
    longest_mark: usize,
    secrets: Vec<Part<()>>,
}

impl Sheet {
    /// A text with what was said last, which may be about the text before an edit: then what stands before
    /// and after the edit keeps its paint.
    pub fn of(text: &str, advice: &Advice) -> Self {
        let units: Vec<u16> = text.encode_utf16().collect();
        let line_feed = u16::from(b'\n');
        let ends = units
            .iter()
            .enumerate()
            .filter(|(_, unit)| **unit == line_feed);
        let starts = std::iter::once(0)
            .chain(ends.map(|(at, _)| at + 1))
            .collect();
        let mut sheet = Self {
            starts,
            columns: text.lines().map(columns).max().unwrap_or(0),
            units,
            ..Self::default()
        };
        let Some(reading) = advice.reading(0) else {
            return sheet;
        };
        let shift = Shift::between(advice.text(0), text);
        let part = |from: u32, to: u32| shift.part(from as usize, to as usize);
        for token in reading.tokens.chunks_exact(TOKEN_LEN) {
            if let [from, to, kind] = *token
                && let Some((from, to)) = part(from, to)
            {
                let what = class(kind);
                sheet.tokens.push(Part { from, to, what });
            }
        }
        for mark in reading.marks.chunks_exact(MARK_LEN) {
            if let [from, to, severity, finding] = *mark
                && let Some((from, to)) = part(from, to)
            {
                let severity = match severity {
                    0 => Severity::Info,
                    1 => Severity::Warn,
                    _ => Severity::Error,
                };
                let what = Mark {
                    severity,
                    finding: finding as usize,
                };
                sheet.longest_mark = sheet.longest_mark.max(to - from);
                sheet.marks.push(Part { from, to, what });
            }
        }
        let secrets = reading
            .secrets
            .iter()
            .filter_map(|place| part(place.from, place.to));
        sheet.secrets = secrets
            .map(|(from, to)| Part { from, to, what: () })
            .collect();
        sheet
    }

    /// How many lines the text has.
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The width of the longest line in characters of a fixed-width font.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Whether there is no text.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    /// The line (from 0) of an offset.
    pub fn line(&self, offset: usize) -> usize {
        self.starts
            .partition_point(|&start| start <= offset)
            .saturating_sub(1)
    }

    /// The painted part of a line, without its end.
    fn line_part(&self, line: usize) -> (usize, usize) {
        let start = self.starts.get(line).copied().unwrap_or(self.units.len());
        let next = self.starts.get(line + 1).map(|next| next - 1);
        let end = next.unwrap_or(self.units.len()).max(start);
        (start, end.min(start + LONGEST_PAINTED))
    }

    fn marks_within(&self, from: usize, to: usize) -> impl Iterator<Item = &Part<Mark>> {
        let reach = from.saturating_sub(self.longest_mark);
        let first = self.marks.partition_point(|mark| mark.from < reach);
        let near = self.marks.get(first..).unwrap_or_default().iter();
        near.take_while(move |mark| mark.from < to)
            .filter(move |mark| mark.touches(from, to))
    }

    /// The worst finding that begins on a line.
    pub fn mark(&self, line: usize) -> Option<Mark> {
        let (from, to) = self.line_part(line);
        let here = self.marks_within(from, to).filter(|mark| mark.from >= from);
        here.map(|mark| mark.what).min_by_key(|mark| mark.severity)
    }

    /// The pieces of a line; with its secrets as dots, if they are to be hidden.
    pub fn pieces(&self, line: usize, hide: bool) -> Vec<Piece> {
        let (start, end) = self.line_part(line);
        let first = self.tokens.partition_point(|token| token.to <= start);
        let tokens = self.tokens.get(first..).unwrap_or_default();
        let tokens: Vec<_> = tokens.iter().take_while(|token| token.from < end).collect();
        let marks: Vec<_> = self.marks_within(start, end).collect();
        let first = self.secrets.partition_point(|secret| secret.to <= start);
        let secrets = self.secrets.get(first..).unwrap_or_default().iter();
        let secrets: Vec<_> = secrets
            .take_while(|secret| hide && secret.from < end)
            .collect();

        let mut cuts = vec![start, end];
        let tokens_cut = tokens.iter().map(|token| (token.from, token.to));
        let marks_cut = marks.iter().map(|mark| (mark.from, mark.to));
        let secrets_cut = secrets.iter().map(|secret| (secret.from, secret.to));
        for (from, to) in tokens_cut.chain(marks_cut).chain(secrets_cut) {
            cuts.extend([from, to].map(|at| at.clamp(start, end)));
        }
        assignor_core::order::sort(&mut cuts);
        cuts.dedup();
        let between = cuts.iter().zip(cuts.iter().skip(1));
        between
            .map(|(&from, &to)| {
                let shown = String::from_utf16_lossy(self.units.get(from..to).unwrap_or_default());
                let token = tokens.iter().find(|token| token.touches(from, to));
                let marks = marks.iter().filter(|mark| mark.touches(from, to));
                let hidden = secrets.iter().any(|secret| secret.touches(from, to));
                Piece {
                    text: if hidden {
                        "•".repeat(shown.chars().count())
                    } else {
                        shown
                    },
                    kind: token.map_or("", |token| token.what),
                    severity: marks.map(|mark| mark.what.severity).min(),
                }
            })
            .collect()
    }
}

/// What an edit does to the places of a text.
struct Shift {
    /// Where the edit begins and ended, and where it ends now.
    edit: Option<(usize, usize, usize)>,
}

impl Shift {
    fn between(old: &str, new: &str) -> Self {
        let edit = Replacement::between(old, new).map(|edit| {
            let (start, end) = (edit.start as usize, edit.end as usize);
            (start, end, start + edit.text.encode_utf16().count())
        });
        Self { edit }
    }

    /// Where a part is now; none for what was edited.
    fn part(&self, from: usize, to: usize) -> Option<(usize, usize)> {
        match self.edit {
            None => Some((from, to)),
            Some((start, _, _)) if to <= start => Some((from, to)),
            Some((_, end, now)) if from >= end => Some((from - end + now, to - end + now)),
            Some(_) => None,
        }
    }
}

/// The width of a line: a tab is up to four, what isn't Latin is taken for two.
fn columns(line: &str) -> usize {
    line.chars().fold(0, |column, char| match char {
        '\t' => column / 4 * 4 + 4,
        char if (char as u32) < 0x1100 => column + 1,
        _ => column + 2,
    })
}

/// The class of a kind of token.
fn class(kind: u32) -> &'static str {
    match kind {
        0 => "syn-key",
        1 => "syn-value",
        2 => "syn-comment",
        _ => "syn-punct",
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::advise::advice::tests::advice;
    use proptest::prelude::*;

    fn painted(sheet: &Sheet, line: usize, hide: bool) -> String {
        sheet
            .pieces(line, hide)
            .into_iter()
            .map(|piece| piece.text)
            .collect()
    }

    #[test]
    fn tokens_and_findings_cut_a_line() {
        let text = "# two\nsession.timeout.ms = x3\n";
        let sheet = Sheet::of(text, &advice(text));
        let shown: Vec<_> = sheet
            .pieces(1, true)
            .into_iter()
            .map(|piece| (piece.text, piece.kind, piece.severity))
            .collect();
        let piece = |text: &str, kind, severity| (text.to_owned(), kind, severity);
        assert_eq!(
            shown,
            [
                piece("session.timeout.ms", "syn-key", None),
                piece(" = ", "syn-punct", None),
                piece("x3", "syn-value", Some(Severity::Error)),
            ]
        );
        assert_eq!(
            sheet.mark(1).map(|mark| mark.severity),
            Some(Severity::Error)
        );
        assert_eq!(sheet.mark(0), None);
    }

    #[test]
    fn a_secret_is_painted_as_dots_one_for_one() {
        let text = "a=1\nsasl.password=hunter2\n";
        let sheet = Sheet::of(text, &advice(text));
        assert_eq!(painted(&sheet, 1, true), "sasl.password=•••••••");
        assert_eq!(painted(&sheet, 1, false), "sasl.password=hunter2");
        assert_eq!(painted(&sheet, 0, true), "a=1");
    }

    #[test]
    fn what_stands_round_an_edit_keeps_its_paint() {
        let before = advice("a=1\nsasl.password=hunter2\n");
        let sheet = Sheet::of("a=1\n# new\nsasl.password=hunter2\n", &before);
        assert_eq!(painted(&sheet, 2, true), "sasl.password=•••••••");
        assert_eq!(sheet.pieces(0, true)[0].kind, "syn-key");
        assert_eq!(sheet.pieces(1, true)[0].kind, "");
    }

    #[test]
    fn a_very_long_line_is_cut_off() {
        let text = format!("a={}", "é".repeat(LONGEST_PAINTED));
        let sheet = Sheet::of(&text, &Advice::default());
        assert_eq!(painted(&sheet, 0, true).chars().count(), LONGEST_PAINTED);
    }

    proptest! {
        #[test]
        fn the_pieces_are_the_lines(before in "[a-z=: \\\\#\n\ré😀]{0,80}", text in "[a-z=: \\\\#\n\ré😀]{0,80}") {
            for judged in [&before, &text] {
                let sheet = Sheet::of(&text, &advice(judged));
                let painted: Vec<String> = (0..sheet.line_count()).map(|line| painted(&sheet, line, false)).collect();
                prop_assert_eq!(painted.join("\n"), text.clone());
            }
        }
    }
}
