//! `cargo xtask fuzz-sim`: random scenarios for so many seconds, every invariant checked in each.

use anyhow::Result;

use crate::project::Project;
use crate::shell::cargo;

/// How long, and from which seed on.
#[derive(Debug, PartialEq)]
pub(crate) struct Options {
    /// For so many seconds.
    pub seconds: u64,
    /// The first seed; the next ones follow it.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seconds: 10,
            seed: 0,
        }
    }
}

/// Fuzzes, optimised as the command line is.
pub(crate) fn run(project: &Project, options: &Options) -> Result<()> {
    cargo(project)
        .args("run --quiet --locked --release -p simulation-tests --bin fuzz-sim --")
        .args(&format!(
            "--seconds {} --seed {}",
            options.seconds, options.seed
        ))
        .run()
}
