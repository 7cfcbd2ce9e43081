//! Project tasks: `cargo xtask serve`, `test`, `dist` and what they stand on.
//!
//! Every task first makes sure that its tools are there ([`setup`]), says what it does and why, and
//! ends with one line that names the next command if something is missing.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks on the terminal"
)]

mod bench_advise;
mod bench_sim;
mod bench_vs_java;
mod checks;
mod conformance;
mod fuzz_sim;
mod project;
mod serve;
mod setup;
mod shell;
mod site;
mod size;
mod tally;

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::ValueExt as _;
use lexopt::prelude::{Long, Short, Value};

use crate::project::Project;

const HELP: &str = "\
Project tasks of Rebalance Lab

  cargo xtask serve [--port N] [--no-open]   build, serve on 127.0.0.1:8080, rebuild on change
  cargo xtask test [--only PART]...          all checks and tests; --list names the parts
  cargo xtask dist                           the static site, in dist/
  cargo xtask setup                          install the tools that are missing
  cargo xtask screenshots [--out DIR]        pictures of the built site, in target/screenshots
  cargo xtask conformance [OPTION]...        the assignors against released Kafka; --help says more
  cargo xtask bench-vs-java [--kafka VERSION] [--only CASES] [--milliseconds N]
                                             the assignors' speed beside Kafka's; Java and Maven
  cargo xtask fuzz-sim [--seconds N] [--seed S]
                                             random scenarios, every invariant checked after every event
  cargo xtask bench-sim                      the simulator's speed and memory, natively and under Node
  cargo xtask bench-page                     what a frame and a scrub of the built page cost in Chromium
  cargo xtask bench-advise                   how long the built site's advisor takes to answer, under Node

Tools that are installed stay inside the project (target/tools, node_modules).
A Chromium for the browser tests is taken from $CHROMIUM or the PATH.";

/// What the command line asks for.
#[derive(Debug, PartialEq)]
enum Task {
    Help,
    Setup,
    Serve { port: Option<u16>, open: bool },
    Dist,
    Test { only: Vec<checks::Part> },
    ListParts,
    Screenshots { out: Option<PathBuf> },
    Conformance { args: Vec<OsString> },
    BenchVsJava(bench_vs_java::Options),
    FuzzSim(fuzz_sim::Options),
    BenchSim,
    BenchPage,
    BenchAdvise,
}

fn main() -> ExitCode {
    match parse(lexopt::Parser::from_env()).and_then(run) {
        Ok(code) => code,
        Err(error) => {
            say(&error);
            ExitCode::FAILURE
        }
    }
}

/// Prints an error and, a line each, what led to it.
fn say(error: &anyhow::Error) {
    eprintln!("\nerror: {error}");
    for cause in error.chain().skip(1) {
        eprintln!("  because {cause}");
    }
}

fn parse(mut args: lexopt::Parser) -> Result<Task> {
    let name = match args.next()? {
        None | Some(Long("help") | Short('h')) => return Ok(Task::Help),
        Some(Value(name)) => name.string()?,
        Some(other) => return Err(other.unexpected().into()),
    };
    let mut task = match name.as_str() {
        "conformance" => {
            let args = args.raw_args()?.collect();
            return Ok(Task::Conformance { args });
        }
        "help" => Task::Help,
        "setup" => Task::Setup,
        "serve" => Task::Serve {
            port: None,
            open: true,
        },
        "dist" => Task::Dist,
        "test" => Task::Test { only: Vec::new() },
        "bench-vs-java" => Task::BenchVsJava(bench_vs_java::Options::default()),
        "fuzz-sim" => Task::FuzzSim(fuzz_sim::Options::default()),
        "bench-sim" => Task::BenchSim,
        "bench-page" => Task::BenchPage,
        "bench-advise" => Task::BenchAdvise,
        "screenshots" => Task::Screenshots { out: None },
        other => bail!("there is no task {other:?}; `cargo xtask help` lists them"),
    };
    while let Some(arg) = args.next()? {
        match (&mut task, arg) {
            (_, Long("help") | Short('h')) => return Ok(Task::Help),
            (Task::Serve { port, .. }, Long("port")) => *port = Some(args.value()?.parse()?),
            (Task::Serve { open, .. }, Long("no-open")) => *open = false,
            (Task::Test { only }, Long("only")) => {
                for part in args.value()?.string()?.split(',') {
                    only.push(part.parse()?);
                }
            }
            (Task::Test { .. }, Long("list")) => return Ok(Task::ListParts),
            (Task::BenchVsJava(options), Long("kafka")) => {
                options.kafka = args.value()?.string()?;
            }
            (Task::BenchVsJava(options), Long("only")) => options.only = args.value()?.string()?,
            (Task::BenchVsJava(options), Long("milliseconds")) => {
                options.milliseconds = args.value()?.parse()?;
            }
            (Task::FuzzSim(options), Long("seconds")) => {
                options.seconds = args.value()?.parse()?;
            }
            (Task::FuzzSim(options), Long("seed")) => options.seed = args.value()?.parse()?,
            (Task::Screenshots { out }, Long("out")) => *out = Some(args.value()?.into()),
            (_, arg) => return Err(arg.unexpected().into()),
        }
    }
    Ok(task)
}

fn run(task: Task) -> Result<ExitCode> {
    let project = Project::locate()?;
    match task {
        Task::Help => println!("{HELP}"),
        Task::Setup => {
            setup::all(&project)?;
        }
        Task::Serve { port, open } => serve::serve(&project, port, open)?,
        Task::Dist => {
            setup::for_build(&project)?;
            site::build(&project)?;
            size::check(&project)?;
        }
        Task::Test { only } => return Ok(checks::run(&project, &only)),
        Task::ListParts => checks::list(),
        Task::Conformance { args } => return conformance::run(&project, &args),
        Task::BenchVsJava(options) => return bench_vs_java::run(&project, &options),
        Task::FuzzSim(options) => fuzz_sim::run(&project, &options)?,
        Task::BenchSim => bench_sim::run(&project)?,
        Task::BenchPage => {
            setup::all(&project)?;
            site::build(&project)?;
            let config = project.root().join("tests/e2e/bench.config.ts");
            shell::playwright(&project)
                .arg("--config")
                .arg(config)
                .run()?;
        }
        Task::BenchAdvise => bench_advise::run(&project)?,
        Task::Screenshots { out } => {
            setup::all(&project)?;
            site::build(&project)?;
            let out = out.unwrap_or_else(|| project.target().join("screenshots"));
            let out = std::path::absolute(out)?;
            let config = project.root().join("tests/e2e/screenshots.config.ts");
            shell::playwright(&project)
                .arg("--config")
                .arg(config)
                .env("SCREENSHOTS", &out)
                .run()?;
            println!("pictures in {}", out.display());
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(args: &[&str]) -> Result<Task> {
        parse(lexopt::Parser::from_args(args))
    }

    #[test]
    fn serve_takes_a_port_and_no_open() {
        let task = parsed(&["serve", "--port", "9000", "--no-open"]).unwrap();
        assert_eq!(
            task,
            Task::Serve {
                port: Some(9000),
                open: false
            }
        );
        assert!(parsed(&["serve", "--port", "99999"]).is_err());
    }

    #[test]
    fn test_takes_parts_one_by_one_or_in_a_list() {
        let once = parsed(&["test", "--only", "format,clippy"]).unwrap();
        let twice = parsed(&["test", "--only", "format", "--only", "clippy"]).unwrap();
        assert_eq!(once, twice);
        let error = parsed(&["test", "--only", "clipy"])
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("clippy"),
            "the message lists the parts: {error}"
        );
    }

    #[test]
    fn conformance_takes_what_follows_as_it_is() {
        let task = parsed(&["conformance", "--kafka", "3.9.2", "--help"]).unwrap();
        let args = ["--kafka", "3.9.2", "--help"].map(OsString::from).to_vec();
        assert_eq!(task, Task::Conformance { args });
    }

    #[test]
    fn fuzz_sim_takes_seconds_and_a_seed() {
        let task = parsed(&["fuzz-sim", "--seconds", "600", "--seed", "7"]).unwrap();
        let options = fuzz_sim::Options {
            seconds: 600,
            seed: 7,
        };
        assert_eq!(task, Task::FuzzSim(options));
        assert!(parsed(&["fuzz-sim", "--seconds", "soon"]).is_err());
    }

    #[test]
    fn an_unknown_task_or_option_is_an_error() {
        assert!(
            parsed(&["sreve"])
                .unwrap_err()
                .to_string()
                .contains("cargo xtask help")
        );
        assert!(parsed(&["dist", "--port", "1"]).is_err());
    }
}
