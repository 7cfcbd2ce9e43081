//! `rebalance rules`: the lint rules there are.

use std::io::{self, Write as _};
use std::process::ExitCode;

use assignor_core::lint::Severity;
use assignor_core::lint::rules::{all, docs};
use clap::ValueEnum;
use serde::Serialize;

/// List the rules of `rebalance lint`
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How to print them: a line each, or a JSON array of objects with the text for readers
    #[arg(long, value_enum, default_value_t = Output::Text)]
    format: Output,
}

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    Text,
    Json,
}

#[derive(Serialize)]
struct Rule {
    id: &'static str,
    name: &'static str,
    severity: Severity,
    what: &'static str,
    why: &'static str,
    false_alarm: &'static str,
    fix: &'static str,
    source: &'static str,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let rules = all().iter().filter_map(|rule| {
        let docs = docs(rule.id)?;
        Some(Rule {
            id: rule.id,
            name: rule.name,
            severity: rule.severity,
            what: docs.what,
            why: docs.why,
            false_alarm: docs.false_alarm,
            fix: docs.fix,
            source: rule.source,
        })
    });
    let mut output = io::stdout().lock();
    match args.format {
        Output::Text => {
            for rule in rules {
                writeln!(
                    output,
                    "{}  {:<5}  {}",
                    rule.id,
                    rule.severity.name(),
                    rule.name
                )?;
            }
        }
        Output::Json => {
            serde_json::to_writer_pretty(&mut output, &rules.collect::<Vec<_>>())?;
            writeln!(output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
