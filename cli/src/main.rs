//! `rebalance`: assign partitions and explain why, simulate rebalances and lint configs from the command line.
//!
//! Every subcommand is a module with its `Args` and a `run`; this file parses and dispatches.

mod assign;
mod explain;
mod lines;
mod lint;
mod rules;
mod simulate;
mod startup;

use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What Kafka consumer groups do, computed exactly.
#[derive(Parser)]
#[command(name = "rebalance", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Assign(assign::Args),
    Explain(explain::Args),
    Lint(lint::Args),
    Rules(rules::Args),
    Simulate(simulate::Args),
    Startup(startup::Args),
}

/// The exit code for input that cannot be used, which is clap's for arguments too.
const UNUSABLE_INPUT: u8 = 2;

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Assign(args) => assign::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Lint(args) => lint::run(&args),
        Command::Rules(args) => rules::run(&args),
        Command::Simulate(args) => simulate::run(&args),
        Command::Startup(args) => startup::run(&args),
    };
    outcome.unwrap_or_else(|error| {
        if is_broken_pipe(&error) {
            return ExitCode::SUCCESS;
        }
        // With nowhere to say it, the exit code has to do.
        let _ = writeln!(io::stderr(), "{error:#}");
        ExitCode::from(UNUSABLE_INPUT)
    })
}

/// Whether the reader of our output has gone, as `head` does when it has seen enough.
fn is_broken_pipe(error: &anyhow::Error) -> bool {
    let cause = error.root_cause().downcast_ref::<io::Error>();
    cause.is_some_and(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
