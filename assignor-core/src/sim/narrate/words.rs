//! Names, lists, times and sentences.

use crate::assign::TopicPartition;
use crate::sim::trace::{PartitionIx, ProcessIx, Trace};
use std::fmt::{self, Write};

/// Marks the begin of a name inside a sentence under construction.
const OPEN: char = '\u{2}';
/// Marks its end.
const CLOSE: char = '\u{3}';
/// How many partitions a list names before it counts the rest.
const MOST_NAMED: usize = 6;

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Plain words.
    Text(String),
    /// A name or number that the eye should find.
    Name(String),
}

/// A sentence, or a few short ones.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sentence {
    /// Its parts in order.
    pub parts: Vec<Part>,
}

impl Sentence {
    /// A sentence without names.
    pub fn plain(text: &str) -> Self {
        Self {
            parts: vec![Part::Text(text.to_owned())],
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| match part {
            Part::Text(text) | Part::Name(text) => f.write_str(text),
        })
    }
}

impl From<String> for Sentence {
    /// Splits text whose names were marked by `name`.
    fn from(marked: String) -> Self {
        let mut parts = Vec::new();
        for piece in marked.split_inclusive([OPEN, CLOSE]) {
            let (text, is_name) = match piece.strip_suffix(CLOSE) {
                Some(text) => (text, true),
                None => (piece.strip_suffix(OPEN).unwrap_or(piece), false),
            };
            if !text.is_empty() {
                let text = text.to_owned();
                parts.push(if is_name {
                    Part::Name(text)
                } else {
                    Part::Text(text)
                });
            }
        }
        Self { parts }
    }
}

/// A name that stands out in the sentence.
pub(super) fn name(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("{OPEN}{clean}{CLOSE}")
}

/// A time of the run: `9.20 s`.
pub fn clock(ms: u64) -> String {
    format!("{}.{:02} s", ms / 1_000, ms % 1_000 / 10)
}

/// A length of time with three or four digits, rounded: `12 ms`, `2.10 s`, `57.3 s`, `6 min 5 s`, `2 h 5 min`.
pub fn span(ms: u64) -> String {
    let rounded = |unit_ms: u64| ms.saturating_add(unit_ms / 2) / unit_ms;
    match ms {
        0..1_000 => format!("{ms} ms"),
        // What rounds up to the next form is written in that.
        1_000..9_995 => format!("{}.{:02} s", rounded(10) / 100, rounded(10) % 100),
        9_995..119_950 => format!("{} s", tenths(ms)),
        119_950..7_199_500 => match (rounded(1_000) / 60, rounded(1_000) % 60) {
            (minutes, 0) => format!("{minutes} min"),
            (minutes, seconds) => format!("{minutes} min {seconds} s"),
        },
        _ => format!("{} h {} min", rounded(60_000) / 60, rounded(60_000) % 60),
    }
}

/// A sum of times in seconds without its unit, rounded: `7.9` partition-seconds.
pub fn tenths(ms: u64) -> String {
    let tenths = ms.saturating_add(50) / 100;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// `c1`, `c1 and c2`, `c1, c2 and c3`.
pub(super) fn and(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The member that a process belongs to, as a name.
pub(super) fn who(trace: &Trace, process: ProcessIx) -> String {
    name(trace.member_name(process))
}

/// A member by its place, as a name.
pub(super) fn member(trace: &Trace, member: usize) -> String {
    trace
        .members
        .get(member)
        .map_or(String::new(), |text| name(text))
}

/// Members by their places; many are counted.
pub(super) fn members(trace: &Trace, places: &[usize]) -> String {
    let named: Vec<_> = places.iter().map(|&place| member(trace, place)).collect();
    if named.len() <= MOST_NAMED {
        and(&named)
    } else {
        name(&format!("{} members", named.len()))
    }
}

/// Partitions by their places: `a2, a3`; a long list is cut and the rest counted.
pub(super) fn partitions(trace: &Trace, places: &[PartitionIx]) -> String {
    if places.is_empty() {
        return "nothing".to_owned();
    }
    let label = |place: &PartitionIx| {
        trace
            .partitions
            .get(place.0 as usize)
            .map_or(String::new(), TopicPartition::label)
    };
    let shown: Vec<_> = places.iter().take(MOST_NAMED).map(label).collect();
    let mut text = name(&shown.join(", "));
    if let Some(rest @ 1..) = places.len().checked_sub(MOST_NAMED) {
        let _ = write!(text, " and {rest} more");
    }
    text
}

/// `1 member`, `3 members`.
pub(super) fn counted(count: usize, one: &str) -> String {
    match count {
        1 => format!("1 {one}"),
        _ => format!("{count} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::{Part, Sentence, and, clock, name, span, tenths};
    use crate::assign::TopicPartition;

    #[test]
    fn times_have_a_unit_and_few_digits() {
        assert_eq!(clock(9_204), "9.20 s");
        assert_eq!(clock(0), "0.00 s");
        assert_eq!(span(12), "12 ms");
        assert_eq!(span(2_104), "2.10 s");
        assert_eq!(span(57_390), "57.4 s");
        assert_eq!(span(300_000), "5 min");
        assert_eq!(span(365_000), "6 min 5 s");
        assert_eq!(span(7_500_000), "2 h 5 min");
    }

    #[test]
    fn lengths_are_rounded_into_the_form_that_they_reach() {
        assert_eq!(span(999), "999 ms");
        assert_eq!(
            (span(1_004), span(1_005)),
            ("1.00 s".into(), "1.01 s".into())
        );
        assert_eq!(span(4_548), "4.55 s");
        assert_eq!(
            (span(9_994), span(9_995)),
            ("9.99 s".into(), "10.0 s".into())
        );
        assert_eq!(
            (span(119_949), span(119_950)),
            ("119.9 s".into(), "2 min".into())
        );
        assert_eq!(
            (span(179_499), span(179_500)),
            ("2 min 59 s".into(), "3 min".into())
        );
        assert_eq!(
            (span(7_199_499), span(7_199_500)),
            ("119 min 59 s".into(), "2 h 0 min".into())
        );
        assert!(span(u64::MAX).ends_with(" min"));
        assert_eq!((tenths(7_849), tenths(7_850)), ("7.8".into(), "7.9".into()));
    }

    #[test]
    fn short_topics_give_short_labels_that_stay_distinct() {
        let label = |topic: &str, partition| TopicPartition::new(topic, partition).label();
        assert_eq!(label("a", 12), "a12");
        assert_eq!(label("a1", 2), "a1-2");
        assert_eq!(label("orders", 3), "orders-3");
        // A claim can name one that can't be.
        assert_eq!(label("a", u32::MAX), "a--1");
    }

    #[test]
    fn names_are_found_again_in_the_sentence() {
        let sentence = Sentence::from(format!("{} waits for {}.", name("c1"), name("c\u{3}2")));
        assert_eq!(sentence.to_string(), "c1 waits for c2.");
        assert_eq!(sentence.parts[0], Part::Name("c1".to_owned()));
        assert_eq!(sentence.parts[1], Part::Text(" waits for ".to_owned()));
    }

    #[test]
    fn lists_end_in_and() {
        let list = |items: &[&str]| and(&items.iter().map(|&s| s.to_owned()).collect::<Vec<_>>());
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
    }
}
