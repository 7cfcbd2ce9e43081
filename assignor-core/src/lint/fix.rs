//! Applying fixes: text edits, and nothing but the edits. Comments, order, blanks and line ends
//! outside them stay as they are.
//!
//! "Safe" is checked, not promised: [`verify`] applies every fix that a rule calls safe to a copy,
//! lints the result, and calls the fix unsafe if its finding stays or if it brings a finding of the
//! same or a higher severity, alone or together with the others.

use std::collections::BTreeMap;

use super::facts::Facts;
use super::finding::{Applicability, Edit, Finding, Severity};
use super::{Options, lint_unverified};
use crate::config::Config;

/// Rounds of [`fix_all`]. A fix may make another rule speak whose fix is safe too; each round ends
/// with fewer findings or is the last.
const MOST_ROUNDS: usize = 8;

/// Fixes that are tried one by one; the others of a long file are tried together.
const MOST_TRIED_ALONE: usize = 24;

/// A text after all safe fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fixed {
    /// The text.
    pub text: String,
    /// Titles of the fixes that were applied, each with the id of its rule.
    pub applied: Vec<(&'static str, String)>,
}

/// Applies edits to a text. `None` if they overlap or don't fit the text.
pub fn apply(text: &str, edits: &[Edit]) -> Option<String> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|edit| edit.span);
    let mut result = String::with_capacity(text.len());
    let mut copied = 0;
    for edit in sorted {
        result.push_str(text.get(copied..edit.span.start)?);
        text.get(edit.span.start..edit.span.end)?;
        result.push_str(&edit.text);
        copied = edit.span.end;
    }
    result.push_str(text.get(copied..)?);
    Some(result)
}

/// Whether two edits can't be applied together: they share a byte, or change the same place.
fn collide(one: &Edit, other: &Edit) -> bool {
    let (a, b) = (one.span, other.span);
    a.start < b.end && b.start < a.end || (a.is_empty() || b.is_empty()) && a.touches(b)
}

/// Applies all safe fixes of one configuration, again and again until none is left.
pub fn fix_all(config: &Config, facts: &Facts, options: &Options) -> Fixed {
    let mut fixed = Fixed {
        text: config.text().to_owned(),
        applied: Vec::new(),
    };
    for _ in 0..MOST_ROUNDS {
        let current = config.with_text(fixed.text.clone());
        let configs = std::slice::from_ref(&current);
        let findings = super::lint(configs, facts, options);
        let mut edits: Vec<Edit> = Vec::new();
        for finding in by_severity(&findings) {
            let safe = finding
                .fixes
                .iter()
                .find(|fix| fix.applicability == Applicability::Safe);
            let Some(fix) = safe else { continue };
            let free = |edit: &Edit| !edits.iter().any(|taken| collide(taken, edit));
            if fix.edits.iter().all(free) {
                edits.extend(fix.edits.iter().cloned());
                fixed.applied.push((finding.rule, fix.title.clone()));
            }
        }
        match apply(&fixed.text, &edits) {
            Some(text) if text != fixed.text => fixed.text = text,
            _ => break,
        }
    }
    fixed
}

/// The worst findings first, otherwise in order.
fn by_severity(findings: &[Finding]) -> Vec<&Finding> {
    let mut sorted: Vec<&Finding> = findings.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    sorted
}

/// How many findings of each rule there are.
fn tally<'a>(findings: impl Iterator<Item = &'a Finding>) -> BTreeMap<&'static str, usize> {
    let mut tally = BTreeMap::new();
    for finding in findings {
        *tally.entry(finding.rule).or_default() += 1;
    }
    tally
}

/// Whether `after` has a finding at or above `severity` that `before` hasn't.
fn brings(before: &[Finding], after: &[Finding], severity: Severity) -> bool {
    let loud = |findings: &[Finding]| {
        tally(
            findings
                .iter()
                .filter(|finding| finding.severity >= severity),
        )
    };
    let before = loud(before);
    loud(after)
        .iter()
        .any(|(rule, count)| before.get(rule).is_none_or(|old| count > old))
}

/// Whether `after` has fewer findings of a rule than `before`.
fn removes(before: &[Finding], after: &[Finding], rule: &str) -> bool {
    let count = |findings: &[Finding]| {
        findings
            .iter()
            .filter(|finding| finding.rule == rule)
            .count()
    };
    count(after) < count(before)
}

/// Calls safe fixes unsafe that would bring a finding of the same or a higher severity.
pub(super) fn verify(
    findings: &mut [Finding],
    configs: &[Config],
    facts: &Facts,
    options: &Options,
) {
    for (index, config) in configs.iter().enumerate() {
        verify_config(findings, index, config, facts, options);
    }
}

fn verify_config(
    findings: &mut [Finding],
    index: usize,
    config: &Config,
    facts: &Facts,
    options: &Options,
) {
    let before: Vec<Finding> = findings
        .iter()
        .filter(|finding| finding.config == index)
        .cloned()
        .collect();
    let mut taken: Vec<Edit> = Vec::new();
    let mut tried = 0;
    for finding in findings
        .iter_mut()
        .filter(|finding| finding.config == index)
    {
        let (rule, severity) = (finding.rule, finding.severity);
        for fix in &mut finding.fixes {
            if fix.applicability != Applicability::Safe {
                continue;
            }
            tried += 1;
            let good = |edits: &[Edit]| {
                apply(config.text(), edits).is_some_and(|text| {
                    let after = lint_unverified(&[config.with_text(text)], facts, options);
                    removes(&before, &after, rule) && !brings(&before, &after, severity)
                })
            };
            let alone = tried > MOST_TRIED_ALONE || good(&fix.edits);
            let free = !fix
                .edits
                .iter()
                .any(|edit| taken.iter().any(|other| collide(other, edit)));
            let together: Vec<Edit> = taken.iter().chain(&fix.edits).cloned().collect();
            if alone && (!free || tried > MOST_TRIED_ALONE || good(&together)) {
                if free {
                    taken = together;
                }
            } else {
                fix.applicability = Applicability::Unsafe;
            }
        }
    }
}
