//! What a set of fixes changes: only the changed lines, with the rule that asked for each.

use assignor_core::config::{Config, Span};
use assignor_core::lint::{Finding, Fixed};
use similar::{ChangeTag, TextDiff};

/// Beyond this many changed lines, the rule of a line is not looked for.
const MOST_ATTRIBUTED: usize = 200;

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
    let diff = TextDiff::from_lines(&old, &new);
    let mut last_removed = None;
    let mut changes = Vec::new();
    for change in diff.iter_all_changes() {
        let (added, index) = match change.tag() {
            ChangeTag::Equal => {
                last_removed = None;
                continue;
            }
            ChangeTag::Delete => (false, change.old_index()),
            ChangeTag::Insert => (true, change.new_index()),
        };
        let index = index.unwrap_or(0);
        if !added {
            last_removed = Some(index);
        }
        changes.push(Change {
            line: index + 1,
            added,
            text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
            rule: if added && changes.len() < MOST_ATTRIBUTED {
                rule(config, fixed, findings, last_removed, change.value())
            } else {
                None
            },
        });
    }
    changes
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
