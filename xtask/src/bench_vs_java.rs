//! `cargo xtask bench-vs-java`: the same groups assigned natively, as WebAssembly under Node and by
//! Kafka's own classes on a warm JVM, side by side.
//!
//! The three programs print the same lines, a case each: name, digest of the assignment, the
//! microseconds of every run. Digests have to agree. How much memory the largest groups take is
//! printed by the test of `tests/speed` that bounds it.

mod table;

use std::collections::BTreeMap;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};

use crate::project::Project;
use crate::setup;
use crate::shell::{cargo, program};

/// What the command line asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Options {
    /// The release of `kafka-clients`.
    pub(crate) kafka: String,
    /// How long each case is repeated, in each of the three. Java takes as long again to warm up.
    pub(crate) milliseconds: u32,
    /// Cases whose names have this in them.
    pub(crate) only: String,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            kafka: "4.3.0".to_owned(),
            milliseconds: 500,
            only: String::new(),
        }
    }
}

/// A group on which Java's general algorithm would take hours.
const NOT_FOR_JAVA: &str = "mixed 1000x1000x10000";
const WASM: &str = "wasm32-unknown-unknown";

pub(crate) fn run(project: &Project, options: &Options) -> Result<ExitCode> {
    setup::for_bench(project)?;
    println!("\nbuilding the three programs");
    // First what may be missing.
    let class_path = build_java(project, &options.kafka)?;
    build_rust(project)?;

    let milliseconds = options.milliseconds.to_string();
    println!("natively");
    let native = program(project, project.target().join("release/speed"))
        .arg(&milliseconds)
        .arg(&options.only)
        .output();
    let native = Times::read(&native.context("the native program failed")?)?;
    println!("as WebAssembly");
    let node = program(project, "node")
        .arg(project.root().join("tests/speed/node.cjs"))
        .arg(project.target().join("speed-node"))
        .arg(&milliseconds)
        .arg(&options.only)
        .output();
    let node = Times::read(&node.context("the program under Node failed")?)?;
    println!("in Java, Kafka {}", options.kafka);
    let mut java = program(project, "java")
        .arg("-cp")
        .arg(class_path)
        .arg("lab.conformance.assignors.Speed")
        .arg(&milliseconds);
    for name in native.0.keys().filter(|name| !name.contains(NOT_FOR_JAVA)) {
        java = java.arg(name);
    }
    let java = Times::read(&java.output().context("the Java program failed")?)?;
    if options.only.is_empty() {
        println!("memory of the largest groups");
        cargo(project)
            .args("test --quiet --locked --release --package speed --test memory -- --nocapture")
            .run()?;
    }
    Ok(table::print(&native, &node, &java))
}

fn build_rust(project: &Project) -> Result<()> {
    cargo(project)
        .args("build --quiet --locked --release --package speed --bin speed")
        .run()?;
    cargo(project)
        .args("build --quiet --locked --release --package speed --lib --target")
        .arg(WASM)
        .run()?;
    let wasm = project.target().join(WASM).join("release/speed.wasm");
    program(project, "wasm-bindgen")
        .args("--target nodejs --no-typescript --out-dir")
        .arg(project.target().join("speed-node"))
        .arg(wasm)
        .run()
}

/// Answers the class path.
fn build_java(project: &Project, kafka: &str) -> Result<std::ffi::OsString> {
    let home = project.target().join("conformance");
    let by_hand = "Java 17 and Maven are needed, the latter to download kafka-clients once; \
                   install them with your package manager";
    program(project, "mvn")
        .args("--quiet --batch-mode --file tests/conformance/pom.xml --projects assignors compile")
        .arg(format!("-Dkafka.version={kafka}"))
        .arg(format!("-Dbuild.home={}", home.display()))
        .run()
        .context(by_hand)?;
    let built = home.join(format!("assignors-{kafka}"));
    let jars =
        std::fs::read_to_string(built.join("class-path")).context("Maven wrote no class path")?;
    let jars: Vec<_> = std::env::split_paths(jars.trim()).collect();
    let all = std::iter::once(built.join("classes")).chain(jars);
    Ok(std::env::join_paths(all)?)
}

/// Cases by name, in the order of the programs' output.
#[derive(Debug)]
struct Times(BTreeMap<String, Time>);

#[derive(Debug)]
struct Time {
    place: usize,
    digest: String,
    /// Microseconds, ascending.
    runs: Vec<f64>,
}

impl Times {
    fn read(output: &str) -> Result<Self> {
        let lines = output.lines().enumerate();
        let times = lines.map(|(place, line)| {
            let wrong = || anyhow!("a line that is no result: {line:?}");
            let mut fields = line.split('\t');
            let mut field = || fields.next().ok_or_else(wrong);
            let (name, digest) = (field()?.to_owned(), field()?.to_owned());
            let runs = field()?.split(' ').map(str::parse);
            let mut runs = runs.collect::<Result<Vec<f64>, _>>().map_err(|_| wrong())?;
            runs.sort_by(f64::total_cmp);
            let time = Time {
                place,
                digest,
                runs,
            };
            Ok((name, time))
        });
        Ok(Self(times.collect::<Result<_>>()?))
    }
}

impl Time {
    fn min(&self) -> f64 {
        self.runs.first().copied().unwrap_or(f64::NAN)
    }

    fn median(&self) -> f64 {
        let middle = self.runs.get(self.runs.len() / 2);
        middle.copied().unwrap_or(f64::NAN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_sorted() {
        let times = Times::read("a, b\t00ff\t3.5 1.0 2.0\n").unwrap();
        let time = &times.0["a, b"];
        assert_eq!((time.min(), time.median()), (1.0, 2.0));
        assert_eq!(time.digest, "00ff");
        assert!(Times::read("a, b\t00ff").is_err());
        assert!(Times::read("a\tb\tc").is_err());
    }
}
