//! `cargo xtask conformance`: questions for released Kafka. The programs that ask are packages of
//! their own, so that the other tasks don't wait until those are compiled.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::project::Project;
use crate::shell;

/// Starts the program for `args`, which it reads itself, and passes its exit code on.
pub(crate) fn run(project: &Project, args: &[OsString]) -> Result<ExitCode> {
    let package = if args.iter().any(|arg| arg == "--traces") {
        "run --quiet --package recorder --"
    } else {
        // Optimised: it computes every assignment itself.
        "run --quiet --release --package conformance --"
    };
    let mut program = shell::cargo(project)
        .args(package)
        .arg("--home")
        .arg(project.target().join("conformance"));
    for arg in args {
        program = program.arg(arg);
    }
    program.exit_code()
}
