//! Places in a text as browsers count: in UTF-16 code units.

use crate::answer::Edit;
use assignor_core::config::{Lines, Span};
use serde::{Deserialize, Serialize};

/// Between two bytes whose units are remembered.
const STEP: usize = 1024;

/// A piece of a text, in UTF-16 code units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// First unit.
    pub from: u32,
    /// One past the last unit.
    pub to: u32,
    /// The line (from 0) of the first unit.
    pub line: u32,
}

impl Place {
    /// Whether it covers nothing.
    pub fn is_empty(self) -> bool {
        self.from == self.to
    }
}

/// Turns spans of bytes into places.
pub(crate) struct Places<'a> {
    text: &'a str,
    lines: &'a Lines,
    /// The units before every [`STEP`]th byte; none for a text in which both are the same.
    units: Option<Vec<u32>>,
}

impl<'a> Places<'a> {
    pub(crate) fn of(text: &'a str, lines: &'a Lines) -> Self {
        let units = (!text.is_ascii()).then(|| {
            let chunks = text.as_bytes().chunks(STEP);
            let counted = chunks.scan(0, |sum, chunk| {
                let before = *sum;
                *sum += units(chunk);
                Some(before)
            });
            counted.collect()
        });
        Self { text, lines, units }
    }

    /// The units before a byte.
    pub(crate) fn unit(&self, offset: usize) -> u32 {
        let offset = offset.min(self.text.len());
        let Some(counted) = &self.units else {
            return u32::try_from(offset).unwrap_or(u32::MAX);
        };
        let chunk = (offset / STEP).min(counted.len().saturating_sub(1));
        let rest = self.text.as_bytes().get(chunk * STEP..offset);
        counted.get(chunk).copied().unwrap_or(0) + units(rest.unwrap_or_default())
    }

    /// The byte after so many units; none beyond the text or inside a character.
    pub(crate) fn offset(&self, unit: u32) -> Option<usize> {
        if self.units.is_none() {
            let offset = unit as usize;
            return (offset <= self.text.len()).then_some(offset);
        }
        let mut sum = 0;
        for (offset, char) in self.text.char_indices() {
            if sum >= unit {
                return (sum == unit).then_some(offset);
            }
            sum += units(char.encode_utf8(&mut [0; 4]).as_bytes());
        }
        (sum == unit).then_some(self.text.len())
    }

    pub(crate) fn place(&self, span: Span) -> Place {
        Place {
            from: self.unit(span.start),
            to: self.unit(span.end),
            line: u32::try_from(self.lines.index(span.start)).unwrap_or(u32::MAX),
        }
    }
}

/// The units of a piece of UTF-8, each counted at the first byte of its character.
fn units(bytes: &[u8]) -> u32 {
    let units = bytes.iter().map(|byte| match byte {
        0x80..0xC0 => 0,
        0xF0.. => 2,
        _ => 1,
    });
    units.sum()
}

/// A text after edits that are in order; none if they overlap or don't fit.
pub fn patched(text: &str, edits: &[Edit]) -> Option<String> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut patched = Vec::with_capacity(units.len());
    let mut copied = 0;
    for edit in edits {
        let (from, to) = (edit.place.from as usize, edit.place.to as usize);
        patched.extend_from_slice(units.get(copied..from)?);
        units.get(from..to)?;
        patched.extend(edit.text.encode_utf16());
        copied = to;
    }
    patched.extend_from_slice(units.get(copied..)?);
    String::from_utf16(&patched).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn every_offset_has_as_many_units_before_it_as_the_text_has(
            head in "[aé€😀\n]{0,40}", repeats in 1_usize..60,
        ) {
            let text = head.repeat(repeats);
            let lines = Lines::of(&text);
            let places = Places::of(&text, &lines);
            for offset in (0..=text.len()).filter(|&offset| text.is_char_boundary(offset)) {
                let units = text[..offset].encode_utf16().count();
                prop_assert_eq!(places.unit(offset) as usize, units);
                prop_assert_eq!(places.offset(places.unit(offset)), Some(offset));
            }
        }
    }

    #[test]
    fn a_place_knows_its_line() {
        let text = "a=😀\nb=1\n";
        let lines = Lines::of(text);
        let start = text.find("b=").unwrap();
        let place = Places::of(text, &lines).place(Span::new(start, start + 1));
        assert_eq!(
            place,
            Place {
                from: 5,
                to: 6,
                line: 1
            }
        );
    }

    #[test]
    fn edits_that_do_not_fit_change_nothing() {
        let edit = |from, to| Edit {
            place: Place { from, to, line: 0 },
            text: "x".to_owned(),
        };
        assert_eq!(
            patched("a😀b", &[edit(0, 1), edit(3, 4)]).as_deref(),
            Some("x😀x")
        );
        assert_eq!(patched("abc", &[edit(1, 2), edit(0, 1)]), None);
        assert_eq!(patched("abc", &[edit(3, 9)]), None);
        assert_eq!(patched("😀", &[edit(1, 2)]), None);
    }
}
