//! What is said about the texts, as the page asks for it.

use crate::components::Severity;
use advisor::{Answer, Finding, Fixes, Reading, Request, Text};
use assignor_core::order;
use std::rc::Rc;

/// In which order findings are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The worst first, then by place.
    #[default]
    Severity,
    /// By place.
    Line,
}

/// The answer to a request. Compares by identity.
#[derive(Clone, Debug, Default)]
pub struct Advice(Rc<Parts>);

#[derive(Debug, Default)]
struct Parts {
    request: Rc<Request>,
    answer: Answer,
}

impl PartialEq for Advice {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Advice {
    /// What was said about a request.
    pub fn new(request: Rc<Request>, answer: Answer) -> Self {
        Self(Rc::new(Parts { request, answer }))
    }

    /// Asks here and now: where there is no worker.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn of(request: Rc<Request>) -> Self {
        let answer = advisor::answer(&request);
        Self::new(request, answer)
    }

    /// The same with what came of trying its fixes.
    #[must_use]
    pub fn after(&self, fixes: Fixes) -> Self {
        Self::new(self.request().clone(), self.answer().clone().after(fixes))
    }

    /// What it is about.
    pub fn request(&self) -> &Rc<Request> {
        &self.0.request
    }

    /// Everything that was said.
    pub fn answer(&self) -> &Answer {
        &self.0.answer
    }

    /// A text that was judged.
    pub fn text(&self, index: usize) -> &str {
        let text = self.0.request.texts.get(index);
        text.map_or("", |Text { text, .. }| text.as_str())
    }

    /// How a text was read; none until anything was said.
    pub fn reading(&self, index: usize) -> Option<&Reading> {
        self.0.answer.readings.get(index)
    }

    /// What was found, the worst first.
    pub fn findings(&self) -> &[Finding] {
        &self.0.answer.findings
    }

    /// How many findings there are of a severity, told or not.
    pub fn count(&self, of: Severity) -> usize {
        let [notes, warnings, errors] = self.0.answer.counts;
        match of {
            Severity::Error => errors,
            Severity::Warn => warnings,
            Severity::Info => notes,
            Severity::Good => 0,
        }
    }

    /// The numbers of the findings in the order in which they are listed.
    pub fn listed(&self, order: Order) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..self.findings().len()).collect();
        if order == Order::Line {
            let at = |number: usize| {
                let finding = self.findings().get(number);
                finding.map(|finding| (finding.text, finding.place))
            };
            order::sort_by(&mut numbers, |&a, &b| at(a).cmp(&at(b)));
        }
        numbers
    }

    /// The line (from 0) of a finding; none for what is missing from the text altogether.
    pub fn line(&self, number: usize) -> Option<usize> {
        let place = self.findings().get(number)?.place;
        (!place.is_empty()).then_some(place.line as usize)
    }

    /// The first finding, as listed, that begins on a line (from 0) of a text.
    pub fn on_line(&self, text: usize, line: usize) -> Option<usize> {
        let on_line = |(number, finding): (usize, &Finding)| {
            finding.text == text && self.line(number) == Some(line)
        };
        self.findings().iter().enumerate().position(on_line)
    }
}

/// The shape of a finding.
pub fn severity(finding: &Finding) -> Severity {
    finding.severity.into()
}

impl From<advisor::Severity> for Severity {
    fn from(severity: advisor::Severity) -> Self {
        match severity {
            advisor::Severity::Error => Self::Error,
            advisor::Severity::Warn => Self::Warn,
            advisor::Severity::Info => Self::Info,
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::pages::advise) fn advice(text: &str) -> Advice {
        Advice::of(Rc::new(Request::of(text)))
    }

    fn timing(text: &str) -> Vec<(String, Severity)> {
        let advice = advice(text);
        let relevant =
            |finding: &&Finding| finding.rule == "KC-V217" || finding.rule.starts_with("KC-T3");
        let findings = advice.findings().iter().filter(relevant);
        findings
            .map(|finding| (finding.rule.clone(), severity(finding)))
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
        assert!(timing(&config(15_000)).contains(&("KC-T301".to_owned(), Severity::Warn)));
        assert_eq!(advice(&config(30_000)).count(Severity::Error), 1);
    }

    #[test]
    fn findings_know_their_line_and_lines_their_finding() {
        let advice =
            advice("group.id=g\n# c\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\n");
        let number = advice
            .findings()
            .iter()
            .position(|finding| finding.rule == "KC-T301")
            .unwrap();
        let line = advice.line(number).unwrap();
        assert!(advice.on_line(0, line).is_some());
        assert_eq!(advice.on_line(1, line), None);
        assert_eq!(advice.on_line(0, 1), None);
    }

    #[test]
    fn both_orders_list_every_finding() {
        let advice =
            advice("sesion.timeout.ms=x\nheartbeat.interval.ms=50000\nmax.poll.records=abc\n");
        let mut by_line = advice.listed(Order::Line);
        let lines: Vec<_> = by_line
            .iter()
            .map(|&number| advice.findings()[number].place)
            .collect();
        assert!(lines.is_sorted());
        by_line.sort_unstable();
        assert_eq!(by_line, advice.listed(Order::Severity));
        assert!(by_line.len() > 2);
    }
}
