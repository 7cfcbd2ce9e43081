//! What the page knows about a text: how it reads, what was found, what the safe fixes would change.
//!
//! Pure functions of text and facts; nothing here touches the browser.

use super::changes::{Change, changes};
use super::editor::paint::{self, Mark, Marks};
use super::form::FactsForm;
use crate::components::Severity;
use assignor_core::config::secrets::Masked;
use assignor_core::config::{Config, Lines, ParseOptions, Position, Span};
use assignor_core::lint::{self, Finding, Fixed, Options, Question, Unread};
use assignor_core::order;
use std::rc::Rc;

/// A text as it was read. Compares by identity.
#[derive(Clone, Debug)]
pub struct Reading {
    /// The text and what stands where.
    pub config: Rc<Config>,
    masked: Rc<Masked>,
    masked_lines: Rc<Lines>,
    columns: usize,
}

impl PartialEq for Reading {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.config, &other.config)
    }
}

impl Reading {
    /// Reads a text in the format and for the client that the facts name.
    pub fn of(text: &str, form: &FactsForm) -> Self {
        let options = ParseOptions {
            format: form.format(),
            ..ParseOptions::default()
        };
        let mut config = Config::parse(text, &options);
        if let Some(version) = form.client_version() {
            let mut client = config.client();
            client.version = Some(version);
            let options = ParseOptions {
                client: Some(client),
                ..options
            };
            config = Config::parse(text, &options);
        }
        let masked = config.masked();
        Self {
            columns: text.lines().map(columns).max().unwrap_or(0),
            masked_lines: Rc::new(Lines::of(&masked.text)),
            masked: Rc::new(masked),
            config: Rc::new(config),
        }
    }

    /// How many lines the text has.
    pub fn line_count(&self) -> usize {
        self.config.lines().count()
    }

    /// The width of the longest line in characters of a fixed-width font.
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// Line and column of an offset.
    pub fn position(&self, offset: usize) -> Position {
        self.config.position(offset)
    }

    /// The part of a line that is a secret.
    pub fn secret(&self, line: usize) -> Option<Span> {
        let masked = self
            .masked_lines
            .span(line, &self.masked.text)
            .text(&self.masked.text);
        let masked = masked.trim_end_matches(['\n', '\r']);
        let source = self.config.text();
        paint::hidden_part(paint::line_span(&self.config, line), source, masked)
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

/// In which order findings are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The worst first, then by place.
    #[default]
    Severity,
    /// By place.
    Line,
}

/// Everything that is said about a text. Compares by identity.
#[derive(Clone, Debug)]
pub struct Advice(Rc<Parts>);

#[derive(Debug)]
struct Parts {
    reading: Reading,
    findings: Vec<Finding>,
    questions: Vec<Question>,
    unread: Vec<Unread>,
    fixed: Fixed,
    changes: Vec<Change>,
    marks: Marks,
}

impl PartialEq for Advice {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Advice {
    /// Judges a text under what is known besides it.
    pub fn of(reading: Reading, form: &FactsForm) -> Self {
        let facts = form.facts();
        let configs = std::slice::from_ref(&*reading.config);
        let options = Options::default();
        let mut findings = lint::lint(configs, &facts, &options);
        order::sort_by(&mut findings, |a, b| {
            let worst = b.severity.cmp(&a.severity);
            worst.then_with(|| (a.span, a.rule).cmp(&(b.span, b.rule)))
        });
        let questions = lint::questions(configs, &facts);
        let unread = lint::unread(configs);
        let fixed = lint::fix_all(&reading.config, &facts, &options);
        let changes = changes(&reading.config, &fixed, &findings);
        let mark = |(finding, found): (usize, &Finding)| Mark {
            span: found.span,
            severity: severity(found),
            finding,
        };
        let marks = Marks::new(findings.iter().enumerate().map(mark));
        Self(Rc::new(Parts {
            reading,
            findings,
            questions,
            unread,
            fixed,
            changes,
            marks,
        }))
    }

    /// The text that was judged.
    pub fn reading(&self) -> &Reading {
        &self.0.reading
    }

    /// What was found, the worst first.
    pub fn findings(&self) -> &[Finding] {
        &self.0.findings
    }

    /// The properties whose values the text doesn't hold.
    pub fn unread(&self) -> &[Unread] {
        &self.0.unread
    }

    /// What can't be decided without a fact.
    pub fn questions(&self) -> &[Question] {
        &self.0.questions
    }

    /// The text after all safe fixes.
    pub fn fixed(&self) -> &Fixed {
        &self.0.fixed
    }

    /// What the safe fixes change, line by line, secrets masked.
    pub fn changes(&self) -> &[Change] {
        &self.0.changes
    }

    /// Findings as places in the text.
    pub fn marks(&self) -> Marks {
        self.0.marks.clone()
    }

    /// How many findings there are of a severity.
    pub fn count(&self, of: Severity) -> usize {
        self.findings()
            .iter()
            .filter(|finding| severity(finding) == of)
            .count()
    }

    /// The places of the findings in the order in which they are listed.
    pub fn listed(&self, order: Order) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.findings().len()).collect();
        if order == Order::Line {
            let span = |place: usize| self.findings().get(place).map(|finding| finding.span);
            order::sort_by(&mut places, |&a, &b| span(a).cmp(&span(b)));
        }
        places
    }

    /// The line (from 0) of a finding; none for what is missing from the text altogether.
    pub fn line(&self, place: usize) -> Option<usize> {
        let finding = self.findings().get(place)?;
        (!finding.span.is_empty()).then(|| self.reading().config.lines().index(finding.span.start))
    }

    /// The first finding, as listed, that begins on a line (from 0).
    pub fn on_line(&self, line: usize) -> Option<usize> {
        (0..self.findings().len()).find(|&place| self.line(place) == Some(line))
    }

    /// The text after one fix of one finding; none where its edits don't fit.
    pub fn after_fix(&self, place: usize, fix: usize) -> Option<String> {
        let fix = self.findings().get(place)?.fixes.get(fix)?;
        lint::apply(self.reading().config.text(), &fix.edits)
    }
}

/// The shape of a finding.
pub fn severity(finding: &Finding) -> Severity {
    match finding.severity {
        lint::Severity::Error => Severity::Error,
        lint::Severity::Warn => Severity::Warn,
        lint::Severity::Info => Severity::Info,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn advice(text: &str) -> Advice {
        let form = FactsForm::default();
        Advice::of(Reading::of(text, &form), &form)
    }

    fn timing(text: &str) -> Vec<(&'static str, Severity)> {
        let advice = advice(text);
        let relevant = |finding: &&Finding| {
            ["KC-T301", "KC-T302", "KC-V217"].contains(&finding.rule)
                || finding.rule.starts_with("KC-T3")
        };
        advice
            .findings()
            .iter()
            .filter(relevant)
            .map(|finding| (finding.rule, severity(finding)))
            .collect()
    }

    #[test]
    fn a_third_of_the_session_is_the_limit() {
        let config = |heartbeat: u32| {
            format!("group.id=g\nheartbeat.interval.ms={heartbeat}\nsession.timeout.ms=30000\n")
        };
        assert!(
            timing(&config(10_000))
                .iter()
                .all(|(_, severity)| *severity == Severity::Info)
        );
        assert!(!timing(&config(10_000)).is_empty());
        assert!(timing(&config(15_000)).contains(&("KC-T301", Severity::Warn)));
        assert_eq!(advice(&config(30_000)).count(Severity::Error), 1);
    }

    #[test]
    fn findings_know_their_line_and_lines_their_finding() {
        let advice =
            advice("group.id=g\n# c\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\n");
        let place = advice
            .findings()
            .iter()
            .position(|finding| finding.rule == "KC-T301")
            .unwrap();
        let line = advice.line(place).unwrap();
        assert!(advice.on_line(line).is_some());
        assert_eq!(advice.on_line(1), None);
    }

    #[test]
    fn secrets_are_known_by_line() {
        let reading = Reading::of("a=1\nsasl.password=hunter2\n", &FactsForm::default());
        assert_eq!(reading.secret(0), None);
        assert_eq!(reading.secret(1).map(Span::len), Some(7));
        assert_eq!(reading.secret(2), None);
    }

    #[test]
    fn both_orders_list_every_finding() {
        let advice =
            advice("sesion.timeout.ms=x\nheartbeat.interval.ms=50000\nmax.poll.records=abc\n");
        let mut by_line = advice.listed(Order::Line);
        let lines: Vec<_> = by_line
            .iter()
            .map(|&place| advice.findings()[place].span)
            .collect();
        assert!(lines.is_sorted());
        by_line.sort_unstable();
        assert_eq!(by_line, advice.listed(Order::Severity));
        assert!(by_line.len() > 2);
    }
}
