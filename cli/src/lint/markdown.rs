//! Findings as Markdown, for a comment on a change: how many, then each with its place, reason and fix.

use std::io::{self, Write};

use assignor_core::lint::prose::{Piece, pieces};
use assignor_core::lint::{Severity, Verdict};
use assignor_core::startup::stack_trace;

use super::{Report, text};

pub(super) fn write(report: &Report, output: &mut impl Write) -> io::Result<()> {
    writeln!(output, "**{}**", text::counts(report))?;
    for startup in &report.startups {
        if let (Verdict::Refused { errors, .. }, Some(config)) =
            (&startup.verdict, report.configs.get(startup.config))
        {
            let (name, version) = (escaped(config.name()), startup.version);
            writeln!(
                output,
                "\nWith {name} a client of kafka-clients {version} doesn't start:\n"
            )?;
            for line in stack_trace(errors).lines() {
                writeln!(output, "    {line}")?;
            }
        }
    }
    for finding in &report.findings {
        if let Some(config) = report.configs.get(finding.config) {
            let severity = match finding.severity {
                Severity::Error => "Error",
                Severity::Warn => "Warning",
                Severity::Info => "Info",
            };
            let mut place = escaped(config.name());
            if !finding.span.is_empty() {
                let line = config.position(finding.span.start).line;
                place = format!("{place}:{line}");
            }
            let (rule, message) = (finding.rule, escaped(&finding.message));
            writeln!(output, "\n- **{severity}** {rule}, {place}: {message}")?;
            if !finding.why.is_empty() {
                writeln!(output, "  {}", escaped(&finding.why))?;
            }
            for fix in &finding.fixes {
                writeln!(output, "  - {}", escaped(&fix.title))?;
            }
        }
    }
    Ok(())
}

/// A text on one line, in which only backticks have a meaning. A backtick without a partner has none.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    let line = |char: char| match char {
        '\n' | '\r' | '\t' => ' ',
        char => char,
    };
    for piece in pieces(text) {
        match piece {
            Piece::Code(code) => {
                out.push('`');
                out.extend(code.chars().map(line));
                out.push('`');
            }
            Piece::Words(words) => {
                for char in words.chars().map(line) {
                    match char {
                        '<' => out.push_str("&lt;"),
                        '&' => out.push_str("&amp;"),
                        '*' | '_' | '[' | ']' | '\\' | '#' | '~' | '|' | '@' | '`' => {
                            out.extend(['\\', char]);
                        }
                        char => out.push(char),
                    }
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn only_pairs_of_backticks_have_a_meaning() {
        assert_eq!(
            escaped("`a_b<c>` is *no* <b>"),
            "`a_b<c>` is \\*no\\* &lt;b>"
        );
        assert_eq!(escaped("one ` alone_"), "one \\` alone\\_");
        assert_eq!(escaped("`a` and ` b"), "`a` and \\` b");
        assert_eq!(escaped("two\nlines"), "two lines");
    }
}
