//! Every run recorded on a real cluster agrees with its simulation.
//!
//! `assignor_core::sim::recorded::compare` says what must agree, `tests/traces/README.md` how the runs
//! were made.

#![allow(
    clippy::disallowed_methods,
    reason = "the tests read the recorded files"
)]

use assignor_core::sim::recorded::{Recorded, compare};
use assignor_core::sim::simulate;
use libtest_mimic::{Arguments, Failed, Trial};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn check(path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let run = Recorded::from_json(&text)?;
    let trace = simulate(run.scenario())?;
    let simulated = run.simulated(&trace);
    let observed = simulated["observed"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let comparison = compare(&run, &observed);
    if let Some(difference) = comparison.difference {
        return Err(difference.into());
    }
    if comparison.steps == 0 {
        return Err("nothing was compared".into());
    }
    Ok(())
}

/// The runs of a folder of `tests/traces`.
fn runs(folder: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../tests/traces")
        .join(folder);
    let entries = std::fs::read_dir(&folder).expect("the recorded runs are there");
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    assert!(
        !paths.is_empty(),
        "no recorded runs in {}",
        folder.display()
    );
    paths
}

fn main() -> ExitCode {
    let paths = ["runs", "own"].into_iter().flat_map(runs);
    let trials = paths.map(|path| {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Trial::test(name, move || check(&path))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
