//! Findings as one JSON object, version 1. Lines and columns count from 1, columns in characters;
//! the end is exclusive. Fields may be added, never removed or changed.

use std::io::{self, Write};

use assignor_core::config::{Config, Span};
use assignor_core::lint::show::Shown;
use assignor_core::lint::{Applicability, Confidence, Finding, Fix, Severity, Startup, Verdict};
use assignor_core::startup::{Exception, stack_trace};
use serde::Serialize;

use super::Report;

#[derive(Serialize)]
struct Document<'a> {
    version: u8,
    files: Vec<FileLine<'a>>,
    startup: Vec<StartupLine<'a>>,
    findings: Vec<FindingLine<'a>>,
    questions: Vec<QuestionLine<'a>>,
    unread: Vec<UnreadLine<'a>>,
}

#[derive(Serialize)]
struct FileLine<'a> {
    file: &'a str,
    format: &'static str,
    client: &'static str,
    client_version: Option<String>,
}

#[derive(Serialize)]
struct Place {
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct StartupLine<'a> {
    file: &'a str,
    client: String,
    assumed: bool,
    accepted: Option<bool>,
    errors: &'a [Exception],
    #[serde(flatten)]
    refused: Option<RefusedLine<'a>>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    depends_on: &'a [&'static str],
}

#[derive(Serialize)]
struct RefusedLine<'a> {
    stack_trace: String,
    #[serde(flatten)]
    place: Place,
    fix: Option<FixLine<'a>>,
}

#[derive(Serialize)]
struct FindingLine<'a> {
    file: &'a str,
    rule: &'a str,
    name: &'a str,
    severity: Severity,
    confidence: Confidence,
    #[serde(flatten)]
    place: Place,
    message: &'a str,
    why: &'a str,
    evidence: Vec<EvidenceLine<'a>>,
    related: Vec<RelatedLine<'a>>,
    fixes: Vec<FixLine<'a>>,
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    show: Option<&'a Shown>,
}

#[derive(Serialize)]
struct EvidenceLine<'a> {
    name: &'a str,
    value: &'a str,
    origin: &'a str,
    #[serde(flatten)]
    place: Option<Place>,
}

#[derive(Serialize)]
struct RelatedLine<'a> {
    file: &'a str,
    #[serde(flatten)]
    place: Place,
    message: &'a str,
}

#[derive(Serialize)]
struct FixLine<'a> {
    title: &'a str,
    applicability: Applicability,
    edits: Vec<EditLine<'a>>,
}

#[derive(Serialize)]
struct EditLine<'a> {
    #[serde(flatten)]
    place: Place,
    new_text: &'a str,
}

#[derive(Serialize)]
struct QuestionLine<'a> {
    file: &'a str,
    rule: &'a str,
    fact: &'a str,
    #[serde(flatten)]
    place: Place,
    text: &'a str,
    why: &'a str,
}

#[derive(Serialize)]
struct UnreadLine<'a> {
    file: &'a str,
    property: &'a str,
    #[serde(flatten)]
    place: Place,
}

pub(super) fn write(report: &Report, output: &mut impl Write) -> io::Result<()> {
    let configs = &report.configs;
    let findings = report.findings.iter().zip(&report.shows);
    let document = Document {
        version: 1,
        files: configs.iter().map(file_line).collect(),
        startup: report
            .startups
            .iter()
            .filter_map(|startup| startup_line(configs, startup))
            .collect(),
        findings: findings
            .filter_map(|(finding, show)| line(configs, finding, show.as_ref()))
            .collect(),
        questions: report
            .questions
            .iter()
            .filter_map(|question| {
                let config = configs.get(question.config)?;
                Some(QuestionLine {
                    file: config.name(),
                    rule: question.rule,
                    fact: question.fact,
                    place: place(config, question.span),
                    text: &question.text,
                    why: &question.why,
                })
            })
            .collect(),
        unread: report
            .unread
            .iter()
            .filter_map(|unread| {
                let config = configs.get(unread.config)?;
                Some(UnreadLine {
                    file: config.name(),
                    property: &unread.property,
                    place: place(config, unread.span),
                })
            })
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *output, &document)?;
    writeln!(output)
}

fn place(config: &Config, span: Span) -> Place {
    let (start, end) = (config.position(span.start), config.position(span.end));
    Place {
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
    }
}

fn file_line(config: &Config) -> FileLine<'_> {
    let client = config.client();
    FileLine {
        file: config.name(),
        format: config.format().name(),
        client: client.family.name(),
        client_version: client.version.map(|version| version.to_string()),
    }
}

fn startup_line<'a>(configs: &'a [Config], startup: &'a Startup) -> Option<StartupLine<'a>> {
    let config = configs.get(startup.config)?;
    let mut line = StartupLine {
        file: config.name(),
        client: startup.version.to_string(),
        assumed: startup.version_is_assumed,
        accepted: None,
        errors: &[],
        refused: None,
        depends_on: &[],
    };
    match &startup.verdict {
        Verdict::Starts => line.accepted = Some(true),
        Verdict::Depends(keys) => line.depends_on = keys,
        Verdict::Refused { errors, span, fix } => {
            line.accepted = Some(false);
            line.errors = errors;
            line.refused = Some(RefusedLine {
                stack_trace: stack_trace(errors),
                place: place(config, *span),
                fix: fix.as_ref().map(|fix| fix_line(config, fix)),
            });
        }
    }
    Some(line)
}

fn line<'a>(
    configs: &'a [Config],
    finding: &'a Finding,
    show: Option<&'a Shown>,
) -> Option<FindingLine<'a>> {
    let config = configs.get(finding.config)?;
    let evidence = finding.evidence.iter().map(|piece| EvidenceLine {
        name: &piece.name,
        value: &piece.value,
        origin: &piece.origin,
        place: piece.span.map(|span| place(config, span)),
    });
    let related = finding.related.iter().filter_map(|related| {
        let config = configs.get(related.config)?;
        Some(RelatedLine {
            file: config.name(),
            place: place(config, related.span),
            message: &related.message,
        })
    });
    Some(FindingLine {
        file: config.name(),
        rule: finding.rule,
        name: finding.name,
        severity: finding.severity,
        confidence: finding.confidence,
        place: place(config, finding.span),
        message: &finding.message,
        why: &finding.why,
        evidence: evidence.collect(),
        related: related.collect(),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| fix_line(config, fix))
            .collect(),
        source: finding.source,
        show,
    })
}

fn fix_line<'a>(config: &Config, fix: &'a Fix) -> FixLine<'a> {
    let edits = fix.edits.iter().map(|edit| EditLine {
        place: place(config, edit.span),
        new_text: &edit.text,
    });
    FixLine {
        title: &fix.title,
        applicability: fix.applicability,
        edits: edits.collect(),
    }
}
