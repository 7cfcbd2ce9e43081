//! Applying fixes: text edits, and nothing but the edits. Comments, order, blanks and line ends
//! outside them stay as they are.
//!
//! "Safe" is checked, not promised: [`verify`] applies every fix that a rule calls safe to a copy,
//! lints the result, and calls the fix unsafe if its finding stays or if it brings a finding of the
//! same or a higher severity, alone or together with the others.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::finding::{Applicability, Edit, Finding, Severity};
use super::{Options, lint_unverified};
use crate::config::{Config, Span};

/// Rounds of [`fix_all`]. A fix may make another rule speak whose fix is safe too; each round ends
/// with fewer findings or is the last.
const MOST_ROUNDS: usize = 8;

/// How many copies of a text are linted to try its fixes, at most.
const MOST_TRIALS: usize = 32;

/// How many entries all these copies have together, at most (but for two copies).
const MOST_ENTRIES_TRIED: usize = 2_000;

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

/// Applies all safe fixes of one configuration, again and again until none is left.
pub fn fix_all(config: &Config, facts: &Facts, options: &Options) -> Fixed {
    let findings = super::lint(std::slice::from_ref(config), facts, options);
    fix_all_found(config, findings, facts, options)
}

/// The same for a configuration whose findings, when linted by itself, are known and verified.
pub fn fix_all_found(
    config: &Config,
    mut findings: Vec<Finding>,
    facts: &Facts,
    options: &Options,
) -> Fixed {
    let mut fixed = Fixed {
        text: config.text().to_owned(),
        applied: Vec::new(),
    };
    for round in 0..MOST_ROUNDS {
        if round > 0 {
            let current = config.with_text(fixed.text.clone());
            findings = super::lint(&[current], facts, options);
        }
        let chosen = choose(&findings);
        match apply(&fixed.text, &edits_of(&findings, &chosen)) {
            Some(text) if text != fixed.text => fixed.text = text,
            _ => break,
        }
        let names = chosen.iter().filter_map(|choice| {
            let finding = findings.get(choice.finding)?;
            Some((finding.rule, finding.fixes.get(choice.fix)?.title.clone()))
        });
        fixed.applied.extend(names);
    }
    fixed
}

/// A fix, by the index of its finding and its own.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Choice {
    finding: usize,
    fix: usize,
}

/// The safe fixes that are applied together: the first of each finding, the worst findings first,
/// without those that would change what another one changes.
fn choose(findings: &[Finding]) -> Vec<Choice> {
    let mut order: Vec<usize> = (0..findings.len()).collect();
    order.sort_by_key(|index| {
        std::cmp::Reverse(findings.get(*index).map(|finding| finding.severity))
    });
    let mut taken: BTreeSet<Span> = BTreeSet::new();
    let mut chosen = Vec::new();
    for index in order {
        let Some(finding) = findings.get(index) else {
            continue;
        };
        let safe = finding
            .fixes
            .iter()
            .position(|fix| fix.applicability == Applicability::Safe);
        let Some((at, fix)) = safe.and_then(|at| Some((at, finding.fixes.get(at)?))) else {
            continue;
        };
        if fix.edits.iter().all(|edit| is_free(&taken, edit.span)) {
            taken.extend(fix.edits.iter().map(|edit| edit.span));
            chosen.push(Choice {
                finding: index,
                fix: at,
            });
        }
    }
    chosen
}

/// Whether a span neither shares a byte with a taken one nor is at the edge of an insertion. The
/// taken ones are disjoint, so that only the neighbours matter.
fn is_free(taken: &BTreeSet<Span>, span: Span) -> bool {
    let collides = |other: &Span| {
        span.start < other.end && other.start < span.end
            || (span.is_empty() || other.is_empty()) && span.touches(*other)
    };
    let before = taken.range(..span).rev().take(2).any(collides);
    let after = taken.range(span..).take(2).any(collides);
    !before && !after
}

fn edits_of(findings: &[Finding], chosen: &[Choice]) -> Vec<Edit> {
    let fixes = chosen
        .iter()
        .filter_map(|choice| findings.get(choice.finding)?.fixes.get(choice.fix));
    fixes.flat_map(|fix| fix.edits.iter().cloned()).collect()
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

/// Tries fixes on copies of one configuration.
struct Trial<'a> {
    config: &'a Config,
    facts: &'a Facts,
    options: &'a Options,
    before: Vec<Finding>,
    /// How many more copies may be linted.
    left: usize,
}

impl Trial<'_> {
    /// Whether these fixes together remove their findings and bring nothing as bad. `None` when no
    /// more copies may be linted.
    fn good(&mut self, chosen: &[Choice]) -> Option<bool> {
        self.left = self.left.checked_sub(1)?;
        let fixed: Vec<&Finding> = chosen
            .iter()
            .filter_map(|choice| self.before.get(choice.finding))
            .collect();
        let Some(severity) = fixed.iter().map(|finding| finding.severity).min() else {
            return Some(true);
        };
        let Some(text) = apply(self.config.text(), &edits_of(&self.before, chosen)) else {
            return Some(false);
        };
        let after = lint_unverified(&[self.config.with_text(text)], self.facts, self.options);
        let gone = fixed
            .iter()
            .all(|finding| removes(&self.before, &after, finding.rule));
        Some(gone && !brings(&self.before, &after, severity))
    }
}

/// Calls safe fixes unsafe whose finding would stay or that would bring a finding of the same or a
/// higher severity: alone, or together with the others that [`fix_all`] applies. A long text with
/// very many fixes has them tried together only.
pub fn verify(findings: &mut [Finding], configs: &[Config], facts: &Facts, options: &Options) {
    for (index, config) in configs.iter().enumerate() {
        let start = findings.partition_point(|finding| finding.config < index);
        let end = findings.partition_point(|finding| finding.config <= index);
        let Some(own) = findings.get_mut(start..end) else {
            continue;
        };
        let has_safe = own
            .iter()
            .flat_map(|finding| &finding.fixes)
            .any(|fix| fix.applicability == Applicability::Safe);
        if has_safe {
            let trial = Trial {
                config,
                facts,
                options,
                before: own.to_vec(),
                left: (MOST_ENTRIES_TRIED / config.all_entries().count().max(1))
                    .clamp(2, MOST_TRIALS),
            };
            verify_config(own, trial);
        }
    }
}

fn verify_config(findings: &mut [Finding], mut trial: Trial<'_>) {
    let mut chosen = choose(findings);
    // One trial is kept back for all fixes together.
    trial.left -= 1;
    for index in 0..findings.len() {
        for fix in 0..findings.get(index).map_or(0, |finding| finding.fixes.len()) {
            let choice = Choice {
                finding: index,
                fix,
            };
            if is_safe(findings, choice) && trial.good(&[choice]) == Some(false) {
                demote(findings, choice);
            }
        }
    }
    trial.left += 1;
    let alone = chosen.len();
    chosen.retain(|choice| is_safe(findings, *choice));
    if alone == 1 || trial.good(&chosen) != Some(false) {
        return;
    }
    let mut good = Vec::new();
    for choice in chosen {
        good.push(choice);
        if trial.good(&good) != Some(true) {
            good.pop();
            demote(findings, choice);
        }
    }
}

fn is_safe(findings: &[Finding], choice: Choice) -> bool {
    findings
        .get(choice.finding)
        .and_then(|finding| finding.fixes.get(choice.fix))
        .is_some_and(|fix| fix.applicability == Applicability::Safe)
}

fn demote(findings: &mut [Finding], choice: Choice) {
    let fix = findings
        .get_mut(choice.finding)
        .and_then(|finding| finding.fixes.get_mut(choice.fix));
    if let Some(fix) = fix {
        fix.applicability = Applicability::Unsafe;
    }
}
