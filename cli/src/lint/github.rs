//! Findings as workflow commands of GitHub Actions, a line each: annotations beside the changed lines.

use std::io::{self, Write};

use assignor_core::config::{Config, Span};
use assignor_core::lint::{Severity, Verdict};
use assignor_core::startup::stack_trace;

use super::Report;

pub(super) fn write(report: &Report, output: &mut impl Write) -> io::Result<()> {
    for startup in &report.startups {
        if let (Verdict::Refused { errors, span, .. }, Some(config)) =
            (&startup.verdict, report.configs.get(startup.config))
        {
            let title = format!("kafka-clients {} doesn't start", startup.version);
            line(output, "error", config, *span, &title, &stack_trace(errors))?;
        }
    }
    for finding in &report.findings {
        if let Some(config) = report.configs.get(finding.config) {
            let command = match finding.severity {
                Severity::Error => "error",
                Severity::Warn => "warning",
                Severity::Info => "notice",
            };
            let text = match finding.fixes.first() {
                Some(fix) => format!("{}\n{}\nFix: {}", finding.message, finding.why, fix.title),
                None => format!("{}\n{}", finding.message, finding.why),
            };
            line(output, command, config, finding.span, finding.rule, &text)?;
        }
    }
    Ok(())
}

fn line(
    output: &mut impl Write,
    command: &str,
    config: &Config,
    span: Span,
    title: &str,
    text: &str,
) -> io::Result<()> {
    let (start, end) = (config.position(span.start), config.position(span.end));
    write!(output, "::{command} file={}", property(config.name()))?;
    write!(output, ",line={},endLine={}", start.line, end.line)?;
    // Columns count only within a line.
    if !span.is_empty() && start.line == end.line {
        let last = end.column.saturating_sub(1).max(start.column);
        write!(output, ",col={},endColumn={last}", start.column)?;
    }
    writeln!(output, ",title={}::{}", property(title), data(text))
}

fn data(text: &str) -> String {
    text.trim_end()
        .replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
