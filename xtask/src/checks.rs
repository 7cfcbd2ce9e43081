//! `cargo xtask test`: every check and test, each part timed, a table and the count of tests at the end.
//!
//! A part that fails does not stop those that do not build on it. Tools are compiled and the site is built
//! beside the parts that don't need them: neither keeps two processors busy all the time.

use std::env;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Error, Result, anyhow};

use crate::project::Project;
use crate::setup;
use crate::shell::{cargo, playwright};
use crate::site;
use crate::size;
use crate::tally::Tally;

/// One part of the test run, in the order in which they run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Setup,
    Format,
    Clippy,
    Native,
    Tools,
    Wasm,
    Dist,
    Size,
    Browser,
}

impl Part {
    const ALL: [Self; 9] = [
        Self::Setup,
        Self::Format,
        Self::Clippy,
        Self::Native,
        Self::Tools,
        Self::Wasm,
        Self::Dist,
        Self::Size,
        Self::Browser,
    ];
    /// What goes on beside the other parts, in this order.
    const BESIDE: [Self; 2] = [Self::Tools, Self::Dist];

    fn name(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Format => "format",
            Self::Clippy => "clippy",
            Self::Native => "native",
            Self::Tools => "tools",
            Self::Wasm => "wasm",
            Self::Dist => "dist",
            Self::Size => "size",
            Self::Browser => "browser",
        }
    }

    fn purpose(self) -> &'static str {
        match self {
            Self::Setup => "Rust and Node are there",
            Self::Tools => "the tools and Chromium are there",
            Self::Format => "rustfmt would change nothing",
            Self::Clippy => "no warning, all crates and their tests",
            Self::Native => "all tests of all crates, documentation included",
            Self::Wasm => "the core as WebAssembly, under Node",
            Self::Dist => "release build of the site",
            Self::Size => "the site is within its budget",
            Self::Browser => "the release build in Chromium",
        }
    }

    /// The part without whose success this one means nothing.
    fn needs(self) -> Option<Self> {
        match self {
            Self::Setup => None,
            Self::Dist | Self::Wasm => Some(Self::Tools),
            Self::Size | Self::Browser => Some(Self::Dist),
            _ => Some(Self::Setup),
        }
    }

    /// Runs it after those parts.
    fn run(self, project: &Project, before: &[Record], tally: &mut Tally) -> Result<()> {
        match self {
            Self::Setup => setup::languages(project),
            Self::Tools => setup::tools(project),
            Self::Format => cargo(project).args("fmt --all --check").run(),
            Self::Clippy => cargo(project).args("clippy --locked --workspace --exclude wasm-tests --all-targets -- -D warnings").run(),
            Self::Native => cargo(project).args("test --locked --workspace --exclude wasm-tests --no-fail-fast").run_counted(tally),
            Self::Wasm => cargo(project)
                .args("test --locked --target wasm32-unknown-unknown -p wasm-tests --tests --no-fail-fast")
                .run_counted(tally),
            Self::Dist => site::build(project),
            Self::Size => size::check(project),
            Self::Browser => {
                let mut tests = playwright(project)
                    .args("--config")
                    .arg(project.root().join("tests/e2e/playwright.config.ts"))
                    .env("CHROMIUM", setup::chromium(project)?);
                // The native tests have built the command; on its own it would be compiled once more.
                if before.iter().any(|record| record.part == Self::Native) {
                    let name = format!("rebalance{}", env::consts::EXE_SUFFIX);
                    tests = tests.env("REBALANCE", project.target().join("debug").join(name));
                }
                tests.run_counted(tally)
            }
        }
    }
}

impl FromStr for Part {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self> {
        let part = Self::ALL.into_iter().find(|part| part.name() == name);
        part.ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|part| part.name()).collect();
            anyhow!(
                "there is no part {name:?}; the parts are {}",
                names.join(", ")
            )
        })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    Skipped,
}

#[derive(Clone, Debug)]
struct Record {
    part: Part,
    outcome: Outcome,
    took: Duration,
    tally: Tally,
}

/// Prints the parts and what each is for.
pub(crate) fn list() {
    for part in Part::ALL {
        println!("{:<12} {}", part.name(), part.purpose());
    }
}

/// Runs the parts in `only`, or all of them if it is empty.
pub(crate) fn run(project: &Project, only: &[Part]) -> ExitCode {
    let start = Instant::now();
    let wanted = |part: Part| only.is_empty() || only.contains(&part);
    let mut records: Vec<Record> = Vec::new();
    thread::scope(|scope| {
        let mut beside = None;
        for part in Part::ALL.into_iter().filter(|part| wanted(*part)) {
            if part == Part::Setup {
                records.push(Record::of(part, project, &records));
                continue;
            }
            let running = beside.get_or_insert_with(|| {
                let (sender, receiver) = mpsc::channel();
                let parts = Part::BESIDE.into_iter().filter(|part| wanted(*part));
                let (parts, before) = (parts.collect::<Vec<_>>(), records.clone());
                scope.spawn(move || Record::send_all(&parts, project, before, &sender));
                receiver
            });
            let record = if Part::BESIDE.contains(&part) {
                running.recv().unwrap_or_else(|_| Record::skipped(part))
            } else {
                Record::after(part, project, &records)
            };
            records.push(record);
        }
    });
    print!("{}", summary(&records, start.elapsed()));
    let failed = records
        .iter()
        .any(|record| record.outcome != Outcome::Passed);
    if failed {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    }
}

impl Record {
    /// Runs a part.
    fn of(part: Part, project: &Project, before: &[Self]) -> Self {
        println!("\n== {}: {}", part.name(), part.purpose());
        let start = Instant::now();
        let mut tally = Tally::default();
        let outcome = match part.run(project, before, &mut tally) {
            Ok(()) => Outcome::Passed,
            Err(error) => {
                crate::say(&error);
                Outcome::Failed
            }
        };
        Self {
            part,
            outcome,
            took: start.elapsed(),
            tally,
        }
    }

    /// Runs a part, unless one that it builds on has failed.
    fn after(part: Part, project: &Project, before: &[Self]) -> Self {
        if is_blocked(part, before) {
            Self::skipped(part)
        } else {
            Self::of(part, project, before)
        }
    }

    /// Runs parts in order, after those, and sends each when it has ended.
    fn send_all(parts: &[Part], project: &Project, mut before: Vec<Self>, to: &Sender<Self>) {
        for part in parts {
            let record = Self::after(*part, project, &before);
            before.push(record.clone());
            if to.send(record).is_err() {
                return;
            }
        }
    }

    fn skipped(part: Part) -> Self {
        Self {
            part,
            outcome: Outcome::Skipped,
            took: Duration::ZERO,
            tally: Tally::default(),
        }
    }
}

/// Whether a part that `part` builds on ran and did not pass.
fn is_blocked(part: Part, records: &[Record]) -> bool {
    part.needs().is_some_and(|needed| {
        records
            .iter()
            .any(|record| record.part == needed && record.outcome != Outcome::Passed)
    })
}

/// The table of parts, what to run again, and the closing count. A part that fails without a failing
/// test (formatting, a compile error) counts as one failure, so that the count is 0 only on success.
fn summary(records: &[Record], took: Duration) -> String {
    let mut sum = Tally::default();
    let mut lines = vec![String::new()];
    for Record {
        part,
        outcome,
        took,
        tally,
    } in records
    {
        let word = match outcome {
            Outcome::Passed => "ok",
            Outcome::Failed => "FAILED",
            Outcome::Skipped => "skipped",
        };
        let tests = match tally {
            Tally {
                passed: 0,
                failed: 0,
            } => String::new(),
            Tally { passed, failed } => format!("{passed} passed, {failed} failed"),
        };
        let line = format!(
            "{:<12} {word:<8} {:>7.1} s   {tests}",
            part.name(),
            took.as_secs_f64()
        );
        lines.push(line.trim_end().to_owned());
        sum += *tally;
        if *outcome == Outcome::Failed && tally.failed == 0 {
            sum.failed += 1;
        }
    }
    lines.push(format!("{:<21} {:>7.1} s", "all parts", took.as_secs_f64()));
    lines.push(String::new());
    let failed = records
        .iter()
        .filter(|record| record.outcome == Outcome::Failed);
    lines.extend(failed.map(|record| {
        format!(
            "again, only this: cargo xtask test --only {}",
            record.part.name()
        )
    }));
    lines.push(format!("{} passed, {} failed", sum.passed, sum.failed));
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(part: Part, outcome: Outcome, passed: u64, failed: u64) -> Record {
        Record {
            part,
            outcome,
            took: Duration::from_millis(1500),
            tally: Tally { passed, failed },
        }
    }

    #[test]
    fn the_last_line_sums_the_tests_of_all_runners() {
        let records = [
            record(Part::Native, Outcome::Passed, 40, 0),
            record(Part::Browser, Outcome::Failed, 5, 2),
        ];
        let text = summary(&records, Duration::ZERO);
        assert_eq!(text.lines().last(), Some("45 passed, 2 failed"));
        assert!(text.contains("cargo xtask test --only browser"));
        assert!(!text.contains("--only native"));
    }

    #[test]
    fn a_failure_without_tests_is_counted() {
        let records = [
            record(Part::Clippy, Outcome::Failed, 0, 0),
            record(Part::Native, Outcome::Passed, 3, 0),
        ];
        assert_eq!(
            summary(&records, Duration::ZERO).lines().last(),
            Some("3 passed, 1 failed")
        );
    }

    #[test]
    fn only_what_builds_on_a_failed_part_is_skipped() {
        let dist = [record(Part::Dist, Outcome::Failed, 0, 0)];
        assert!(is_blocked(Part::Browser, &dist));
        assert!(is_blocked(Part::Size, &dist));
        assert!(!is_blocked(Part::Wasm, &dist));
        assert!(is_blocked(
            Part::Format,
            &[record(Part::Setup, Outcome::Failed, 0, 0)]
        ));
        assert!(
            !is_blocked(Part::Browser, &[]),
            "asked for alone it runs on what is there"
        );
    }

    #[test]
    fn every_part_is_found_by_its_name() {
        for part in Part::ALL {
            assert_eq!(part.name().parse::<Part>().unwrap(), part);
        }
    }
}
