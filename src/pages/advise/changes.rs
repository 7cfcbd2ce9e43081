//! What a set of fixes changes: only the changed lines, with the rule that asked for each.

use assignor_core::config::{Config, Span};
use assignor_core::lint::{Finding, Fixed};
use std::ops::Range;

/// Beyond this many changed lines, the rule of a line is not looked for.
const MOST_ATTRIBUTED: usize = 200;
/// How many lines, of both texts together, a change may span before lines are taken to change one by one.
const MOST_SKIPPED: usize = 48;

/// A line that goes or comes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Its number (from 1) in the text that it belongs to.
    pub line: usize,
    /// Whether it comes.
    pub added: bool,
    /// The line without its end, secrets masked.
    pub text: String,
    /// The rule whose fix it is, on lines that come.
    pub rule: Option<&'static str>,
}

/// The changed lines of a text and its fixed form, in order.
pub fn changes(config: &Config, fixed: &Fixed, findings: &[Finding]) -> Vec<Change> {
    if fixed.text == config.text() {
        return Vec::new();
    }
    let old = config.masked().text;
    let new = config.with_text(fixed.text.clone()).masked().text;
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let mut changes = Vec::new();
    for (goes, comes) in hunks(&old, &new) {
        let last_removed = goes.clone().last();
        let lines = goes.map(|index| (index, false));
        for (index, added) in lines.chain(comes.map(|index| (index, true))) {
            let text = if added { &new } else { &old }.get(index).copied();
            let text = text.unwrap_or_default();
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
    changes
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
) -> Option<&'static str> {
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
        .map(|finding| finding.rule)
}

/// The changes as a sentence: how many lines change, come and go.
pub fn summary(changes: &[Change]) -> String {
    let removed = changes.iter().filter(|change| !change.added).count();
    let added = changes.len() - removed;
    let changed = added.min(removed);
    let lines = |count: usize| {
        if count == 1 {
            "1 line".to_owned()
        } else {
            format!("{count} lines")
        }
    };
    let mut parts = Vec::new();
    let mut part = |count: usize, one: &str, many: &str| {
        if count > 0 {
            parts.push(format!(
                "{} {}",
                lines(count),
                if count == 1 { one } else { many }
            ));
        }
    };
    part(changed, "changes", "change");
    part(added - changed, "comes", "come");
    part(removed - changed, "goes", "go");
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pages::advise::advice::{Advice, Reading};
    use crate::pages::advise::form::FactsForm;

    fn advice(text: &str) -> Advice {
        let form = FactsForm::default();
        Advice::of(Reading::of(text, &form), &form)
    }

    #[test]
    fn only_changed_lines_are_listed_with_their_rule() {
        let advice =
            advice("# timers\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\ngroup.id=g\n");
        let shown: Vec<_> = advice
            .changes()
            .iter()
            .map(|change| (change.line, change.added, change.rule))
            .collect();
        assert_eq!(shown, [(2, false, None), (2, true, Some("KC-T301"))]);
        assert_eq!(summary(advice.changes()), "1 line changes");
    }

    #[test]
    fn secrets_stay_masked() {
        let advice = advice(
            "sasl.password=hunter2\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\n",
        );
        assert!(!advice.changes().is_empty());
        assert!(
            advice
                .changes()
                .iter()
                .all(|change| !change.text.contains("hunter2"))
        );
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

    #[test]
    fn lines_that_come_and_go_are_counted_apart() {
        let change = |added| Change {
            line: 1,
            added,
            text: String::new(),
            rule: None,
        };
        assert_eq!(
            summary(&[change(false), change(true), change(true)]),
            "1 line changes, 1 line comes"
        );
        assert_eq!(summary(&[change(false), change(false)]), "2 lines go");
        assert_eq!(summary(&[]), "");
    }
}
