//! The command `rebalance` from the outside: what it prints, where, and its exit code.
#![allow(
    clippy::unwrap_used,
    reason = "functions shared by the tests are tests too"
)]

mod assign;
mod explain;
mod lint;
mod lint_projects;
mod simulate;
mod startup;

use std::path::Path;

/// What a call left behind: exit code, standard output, standard error.
type Ran = (i32, String, String);

/// Runs the command over an input.
fn rebalance(arguments: &[&str], input: impl Into<Vec<u8>>) -> Ran {
    rebalance_in(Path::new("."), arguments, input)
}

/// Runs the command in a folder.
fn rebalance_in(folder: &Path, arguments: &[&str], input: impl Into<Vec<u8>>) -> Ran {
    let output = assert_cmd::cargo::cargo_bin_cmd!("rebalance")
        .current_dir(folder)
        .args(arguments)
        .write_stdin(input)
        .output()
        .unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let code = output.status.code().unwrap();
    (code, text(output.stdout), text(output.stderr))
}
