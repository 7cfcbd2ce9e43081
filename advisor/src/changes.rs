//! What a set of fixes changes: the edits, and the changed lines with the rule that asked for each.

use crate::answer::{Change, Edit};
use crate::places::Places;
use assignor_core::config::{Config, Lines, Span};
use assignor_core::lint::{Finding, Fixed};
use std::ops::Range;

/// Beyond this many changed lines, the rule of a line is not looked for.
const MOST_ATTRIBUTED: usize = 200;
/// How many lines, of both texts together, a change may span before lines are taken to change one by one.
const MOST_SKIPPED: usize = 48;

/// What turns a text into its fixed form, and the changed lines in order.
pub(crate) fn changes(
    config: &Config,
    places: &Places<'_>,
    fixed: &Fixed,
    findings: &[Finding],
) -> (Vec<Edit>, Vec<Change>) {
    if fixed.text == config.text() {
        return (Vec::new(), Vec::new());
    }
    let fixed_config = config.with_text(fixed.text.clone());
    let (old, new) = (
        lines(config.text(), config.lines()),
        lines(&fixed.text, fixed_config.lines()),
    );
    let shown = [config, &fixed_config].map(|config| {
        let masked = config.masked().text;
        (Lines::of(&masked), masked)
    });
    let (mut edits, mut changes) = (Vec::new(), Vec::new());
    for (goes, comes) in hunks(&old, &new) {
        let last_removed = goes.clone().last();
        edits.push(edit(config, places, goes.clone(), &new[comes.clone()]));
        let lines = goes.map(|index| (index, false));
        for (index, added) in lines.chain(comes.map(|index| (index, true))) {
            let [before, after] = &shown;
            let (lines, masked) = if added { after } else { before };
            let text = lines.span(index, masked).text(masked);
            let text = text.trim_end_matches(['\n', '\r']);
            changes.push(Change {
                line: index + 1,
                added,
                text: text.to_owned(),
                rule: if added && changes.len() < MOST_ATTRIBUTED {
                    rule(config, fixed, findings, last_removed, text)
                } else {
                    None
                },
            });
        }
    }
    (edits, changes)
}

/// All lines with their ends.
fn lines<'a>(text: &'a str, lines: &Lines) -> Vec<&'a str> {
    (0..lines.count())
        .map(|line| lines.span(line, text).text(text))
        .collect()
}

/// Lines for lines, without what both begin and end with.
fn edit(config: &Config, places: &Places<'_>, goes: Range<usize>, comes: &[&str]) -> Edit {
    let (text, lines) = (config.text(), config.lines());
    let start = lines.span(goes.start, text).start;
    let end = lines.span(goes.end, text).start;
    let (old, new) = (Span::new(start, end).text(text), comes.concat());
    let same = |pair: &(char, char)| pair.0 == pair.1;
    let heads = old.chars().zip(new.chars()).take_while(same);
    let head: usize = heads.map(|(char, _)| char.len_utf8()).sum();
    let rest = |text: &'_ str| text.len() - head;
    let tails = old.chars().rev().zip(new.chars().rev()).take_while(same);
    let tail = tails
        .scan(0, |tail, (char, _)| {
            *tail += char.len_utf8();
            Some(*tail)
        })
        .take_while(|tail| *tail <= rest(old).min(rest(&new)))
        .last()
        .unwrap_or(0);
    Edit {
        place: places.place(Span::new(start + head, start + old.len() - tail)),
        text: new
            .get(head..new.len() - tail)
            .unwrap_or_default()
            .to_owned(),
    }
}

/// Where two texts differ: the lines that go and those that come in their place.
///
/// After a difference the texts are together again at the nearest lines that agree. Fixes change lines in their
/// places and add few, so this finds what they did; it takes time in proportion to the text, and for any
/// two texts what it returns turns one into the other.
fn hunks(old: &[&str], new: &[&str]) -> Vec<(Range<usize>, Range<usize>)> {
    let mut hunks: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    let (mut i, mut j) = (0, 0);
    while i < old.len() || j < new.len() {
        if old.get(i) == new.get(j) {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let (goes, comes) = together(&old[i..], &new[j..]);
        match hunks.last_mut() {
            Some(last) if last.0.end == i && last.1.end == j => {
                (last.0.end, last.1.end) = (i + goes, j + comes);
            }
            _ => hunks.push((i..i + goes, j..j + comes)),
        }
        (i, j) = (i + goes, j + comes);
    }
    hunks
}

/// How many lines to leave out of each text until both agree or are at their end; one of each where that is too far.
fn together(old: &[&str], new: &[&str]) -> (usize, usize) {
    for skipped in 1..=MOST_SKIPPED {
        for comes in 0..=skipped {
            let goes = skipped - comes;
            if goes <= old.len() && comes <= new.len() && old.get(goes) == new.get(comes) {
                return (goes, comes);
            }
        }
    }
    (old.len().min(1), new.len().min(1))
}

/// The rule of a line that comes: the one whose fix edits the line that goes for it, or else the one whose fix
/// brings its text.
fn rule(
    config: &Config,
    fixed: &Fixed,
    findings: &[Finding],
    gone: Option<usize>,
    text: &str,
) -> Option<String> {
    let applied = |finding: &&Finding| fixed.applied.iter().any(|(rule, _)| *rule == finding.rule);
    let edits = |finding: &Finding, fits: &dyn Fn(Span, &str) -> bool| {
        let fix = finding.fixes.first();
        fix.is_some_and(|fix| fix.edits.iter().any(|edit| fits(edit.span, &edit.text)))
    };
    let line = gone.map(|line| config.lines().span(line, config.text()));
    let touches = |span: Span, _: &str| {
        line.is_some_and(|line| (line.start..line.end.max(line.start + 1)).contains(&span.start))
    };
    let brings = |_: Span, edit: &str| {
        !edit.trim().is_empty() && (edit.contains(text.trim()) || text.contains(edit.trim()))
    };
    let mut candidates = findings.iter().filter(applied);
    let found = candidates.clone().find(|finding| edits(finding, &touches));
    found
        .or_else(|| candidates.find(|finding| edits(finding, &brings)))
        .map(|finding| finding.rule.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Fixed, Request, answer, patched};
    use proptest::prelude::*;

    fn fixed(text: &str) -> Fixed {
        answer(&Request::of(text)).readings[0].fixed.clone()
    }

    #[test]
    fn only_changed_lines_are_listed_with_their_rule() {
        let fixed =
            fixed("# timers\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\ngroup.id=g\n");
        let shown: Vec<_> = fixed
            .changes
            .iter()
            .map(|change| (change.line, change.added, change.rule.as_deref()))
            .collect();
        assert_eq!(shown, [(2, false, None), (2, true, Some("KC-T301"))]);
    }

    #[test]
    fn secrets_stay_masked() {
        let fixed =
            fixed("sasl.password=hunter2\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\n");
        assert!(!fixed.changes.is_empty());
        let mut shown = fixed.changes.iter().map(|change| &change.text);
        assert!(shown.all(|text| !text.contains("hunter2")));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn the_edits_make_the_fixed_text(lines in prop::collection::vec(prop::sample::select(vec![
            "heartbeat.interval.ms=15000\r\n", "session.timeout.ms=30000\n", "# zwölf 😀\r\n",
            "auto.offset.rest=earliest\r\n", "enable.auto.commit=yes\n", "\n", "max.poll.records = 500 ",
        ]), 0..9)) {
            let text = lines.concat();
            let config = Config::parse(text.as_str(), &assignor_core::config::ParseOptions::default());
            let (facts, options) = Default::default();
            let expected = assignor_core::lint::fix_all(&config, &facts, &options).text;
            prop_assert_eq!(patched(&text, &fixed(&text).edits), Some(expected));
        }
    }

    #[test]
    fn texts_are_together_again_after_a_difference() {
        let old = ["a", "", "b", "c", "", "d"];
        assert_eq!(hunks(&old, &["a", "", "x", "c", "", "d"]), [(2..3, 2..3)]);
        assert_eq!(hunks(&old, &["a", "", "c", "", "d"]), [(2..3, 2..2)]);
        assert_eq!(
            hunks(&old, &["0", "a", "", "b", "c", "", "d", "e"]),
            [(0..0, 0..1), (6..6, 7..8)]
        );
        assert_eq!(hunks(&["a"], &[]), [(0..1, 0..0)]);
        assert_eq!(hunks(&old, &old), []);
    }

    #[test]
    fn the_changes_turn_any_text_into_any_other() {
        // All texts of up to five lines of two kinds, and two long ones that have nothing in common.
        let mut texts = vec![Vec::new()];
        for at in 0..31 {
            for line in ["a", "b"] {
                let mut text: Vec<&str> = texts[at].clone();
                text.push(line);
                texts.push(text);
            }
        }
        texts.extend([vec!["x"; 3 * MOST_SKIPPED], vec!["y"; 2 * MOST_SKIPPED]]);
        for old in &texts {
            for new in &texts {
                let mut text = old.clone();
                for (goes, comes) in hunks(old, new).into_iter().rev() {
                    text.splice(goes, new[comes].iter().copied());
                }
                assert_eq!(text, *new, "{old:?}");
            }
        }
    }
}
