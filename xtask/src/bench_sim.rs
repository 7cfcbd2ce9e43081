//! `cargo xtask bench-sim`: how long large groups take to simulate, natively and as WebAssembly, how
//! much memory their traces need, and how long it takes to seek in them.

use anyhow::Result;

use crate::project::Project;
use crate::setup;
use crate::shell::cargo;

/// Runs the benchmarks: a table of sizes, times with their spread, the same sizes under Node.
pub(crate) fn run(project: &Project) -> Result<()> {
    setup::for_bench(project)?;
    println!("\nnatively");
    cargo(project)
        .args("bench --quiet --locked -p simulation-tests --bench memory --bench simulate")
        .run()?;
    for (profile, words) in [
        ("release", "optimised for speed"),
        ("web", "small, as the page is"),
    ] {
        println!("\nas WebAssembly under Node, {words}");
        cargo(project)
            .args("test --locked --target wasm32-unknown-unknown -p simulation-tests --no-default-features --test node --profile")
            .arg(profile)
            .args("-- --nocapture")
            .run()?;
    }
    Ok(())
}
