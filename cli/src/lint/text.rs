//! Findings as sentences with source excerpts. Excerpts show the masked text.

use std::io::{self, Write};

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Level, Origin, Renderer, Snippet};
use assignor_core::config::secrets::Masked;
use assignor_core::config::{Config, Span};
use assignor_core::lint::show;
use assignor_core::lint::{Applicability, Finding, Question, Severity, Startup, Verdict};
use assignor_core::startup::{Exception, stack_trace};

use super::Report;

/// A configuration as excerpts show it.
struct Shown<'a> {
    config: &'a Config,
    masked: Masked,
    /// The masked text with a line feed for each lone carriage return, which the renderer doesn't
    /// take as the end of a line.
    text: String,
}

impl<'a> Shown<'a> {
    fn new(config: &'a Config) -> Self {
        let masked = config.masked();
        let mut text = String::with_capacity(masked.text.len());
        let mut chars = masked.text.chars().peekable();
        while let Some(char) = chars.next() {
            let lone = char == '\r' && chars.peek() != Some(&'\n');
            text.push(if lone { '\n' } else { char });
        }
        Self {
            config,
            masked,
            text,
        }
    }

    fn range(&self, span: Span) -> std::ops::Range<usize> {
        let span = self.masked.span(span);
        span.start..span.end
    }
}

pub(super) fn write(report: &Report, output: &mut impl Write) -> io::Result<()> {
    let shown: Vec<Shown<'_>> = report.configs.iter().map(Shown::new).collect();
    let renderer = Renderer::styled().decor_style(DecorStyle::Ascii);
    for startup in &report.startups {
        if let (Verdict::Refused { errors, span, fix }, Some(config)) =
            (&startup.verdict, shown.get(startup.config))
        {
            let fix = fix.as_ref().map(|fix| fix.title.as_str());
            let text = refuse(&renderer, startup, config, errors, *span, fix);
            writeln!(output, "{text}\n")?;
        }
    }
    for (finding, show) in report.findings.iter().zip(&report.shows) {
        if let Some(config) = shown.get(finding.config) {
            let show = show.as_ref();
            let text = render(&renderer, finding, show, config, &shown);
            writeln!(output, "{text}\n")?;
        }
    }
    for question in &report.questions {
        if let Some(config) = report.configs.get(question.config) {
            ask(question, config, output)?;
        }
    }
    for unread in &report.unread {
        if let Some(config) = report.configs.get(unread.config) {
            let line = config.position(unread.span.start).line;
            let (name, property) = (config.name(), &unread.property);
            writeln!(
                output,
                "not read: {property} ({name}:{line}), its value is known only when the program runs"
            )?;
        }
    }
    if !report.unread.is_empty() {
        writeln!(output)?;
    }
    summary(report, output)
}

/// A client that doesn't start: what it throws, and the place that it is about.
fn refuse(
    renderer: &Renderer,
    startup: &Startup,
    config: &Shown<'_>,
    errors: &[Exception],
    span: Span,
    fix: Option<&str>,
) -> String {
    let mut elements: Vec<Element<'_>> = Vec::new();
    if span.is_empty() {
        elements.push(Origin::path(config.config.name()).into());
    } else {
        let snippet = Snippet::source(config.text.as_str())
            .path(config.config.name())
            .annotation(AnnotationKind::Primary.span(config.range(span)));
        elements.push(snippet.into());
    }
    elements.push(Level::NOTE.message(stack_trace(errors)).into());
    if let Some(fix) = fix {
        elements.push(Level::HELP.message(fix).into());
    }
    let assumed = if startup.version_is_assumed {
        ", assumed because no version is given"
    } else {
        ""
    };
    let title = format!(
        "the client doesn't start (kafka-clients {}{assumed})",
        startup.version
    );
    let title = Level::ERROR.primary_title(title).id("startup");
    renderer.render(&[title.elements(elements)])
}

fn render(
    renderer: &Renderer,
    finding: &Finding,
    show: Option<&show::Shown>,
    own: &Shown<'_>,
    all: &[Shown<'_>],
) -> String {
    let level = match finding.severity {
        Severity::Error => Level::ERROR,
        Severity::Warn => Level::WARNING,
        Severity::Info => Level::INFO,
    };
    let mut elements: Vec<Element<'_>> = Vec::new();
    if finding.span.is_empty() {
        elements.push(Origin::path(own.config.name()).into());
    } else {
        let related = finding
            .related
            .iter()
            .filter(|related| related.config == finding.config && !related.span.is_empty())
            .map(|related| {
                AnnotationKind::Context
                    .span(own.range(related.span))
                    .label(related.message.as_str())
            });
        let snippet = Snippet::source(own.text.as_str())
            .path(own.config.name())
            .annotation(AnnotationKind::Primary.span(own.range(finding.span)))
            .annotations(related);
        elements.push(snippet.into());
    }
    let elsewhere = finding
        .related
        .iter()
        .filter(|related| related.config != finding.config);
    for related in elsewhere {
        if let Some(other) = all.get(related.config) {
            let line = other.config.position(related.span.start).line;
            let place = format!("{}:{line}: {}", other.config.name(), related.message);
            elements.push(Level::NOTE.message(place).into());
        }
    }
    if !finding.why.is_empty() {
        elements.push(Level::NOTE.message(finding.why.as_str()).into());
    }
    let defaults = finding.evidence.iter().filter(|piece| piece.span.is_none());
    for piece in defaults {
        let value = format!("`{}` is {} ({})", piece.name, piece.value, piece.origin);
        elements.push(Level::NOTE.message(value).into());
    }
    if let Some(fix) = finding.fixes.first() {
        let how = match fix.applicability {
            Applicability::Safe => " (--fix does it)",
            Applicability::Unsafe => "",
        };
        elements.push(Level::HELP.message(format!("{}{how}", fix.title)).into());
    }
    if let Some(show) = show {
        let text = format!(
            "{} See it: add `--show {} > scenario.json`, then `rebalance simulate scenario.json`",
            show.says, finding.rule
        );
        elements.push(Level::HELP.message(text).into());
    }
    let title = level
        .primary_title(finding.message.as_str())
        .id(finding.rule);
    renderer.render(&[title.elements(elements)])
}

fn ask(question: &Question, config: &Config, output: &mut impl Write) -> io::Result<()> {
    writeln!(
        output,
        "question[{}]: {} ({})\n  {}\n  Answer with --fact {}=…\n",
        question.rule,
        question.text,
        config.name(),
        question.why,
        question.fact
    )
}

fn summary(report: &Report, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "{}", counts(report))
}

/// How many findings there are of each severity, and in how many files.
pub(super) fn counts(report: &Report) -> String {
    let count = |severity, one: &str, many: &str| {
        let findings = report.findings.iter();
        let count = findings
            .filter(|finding| finding.severity == severity)
            .count();
        format!("{count} {}", if count == 1 { one } else { many })
    };
    let files = report.configs.len();
    format!(
        "{}, {}, {} in {files} {}",
        count(Severity::Error, "error", "errors"),
        count(Severity::Warn, "warning", "warnings"),
        count(Severity::Info, "info", "infos"),
        if files == 1 { "file" } else { "files" }
    )
}
