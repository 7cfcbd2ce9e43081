//! Every recorded `new KafkaConsumer(…)` gives the recorded answer: the same verdict and the same
//! exceptions with the same messages.

#![expect(clippy::disallowed_methods, reason = "tests read files")]

use std::collections::BTreeMap;
use std::path::Path;

use assignor_core::startup::{Environment, start};
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;

#[derive(Deserialize)]
struct Run {
    id: String,
    client: String,
    config: BTreeMap<String, String>,
    accepted: bool,
    #[serde(default)]
    errors: Vec<Thrown>,
}

#[derive(Debug, Deserialize, PartialEq)]
struct Thrown {
    class: String,
    message: Option<String>,
}

fn check(run: &Run) -> Result<(), Failed> {
    let started = start(&run.config, run.client.parse()?, Environment::Bare);
    let errors: Vec<Thrown> = match &started {
        Ok(()) => Vec::new(),
        Err(refusal) => {
            let thrown = refusal.errors.iter().map(|error| Thrown {
                class: error.simple_name().to_owned(),
                message: error.message.clone(),
            });
            thrown.collect()
        }
    };
    if run.accepted != started.is_ok() || run.errors != errors {
        return Err(format!(
            "{:?}\n expected {:#?}\n got {errors:#?}",
            run.config, run.errors
        )
        .into());
    }
    Ok(())
}

/// The recorded runs: all files `client-config.*.jsonl`.
fn runs() -> std::io::Result<Vec<Run>> {
    let directory = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/vectors");
    let mut runs = Vec::new();
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        let name = path.file_name().and_then(|name| name.to_str());
        if !name.is_some_and(|name| name.starts_with("client-config.")) {
            continue;
        }
        runs.extend(read(&path)?);
    }
    Ok(runs)
}

fn read(path: &Path) -> std::io::Result<Vec<Run>> {
    let text = std::fs::read_to_string(path)?;
    text.lines()
        .map(|line| serde_json::from_str(line).map_err(std::io::Error::from))
        .collect()
}

fn main() -> std::io::Result<()> {
    let arguments = Arguments::from_args();
    let trials = runs()?
        .into_iter()
        .map(|run| Trial::test(run.id.clone(), move || check(&run)))
        .collect();
    libtest_mimic::run(&arguments, trials).exit();
}
