//! What runs found, in a file that the site and the README quote.

use std::cmp::Ordering;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use assignor_core::version::KafkaVersion;
use serde::{Deserialize, Serialize};

use crate::run::Count;

/// The results that are committed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// One run per release of Kafka, oldest first.
    pub runs: Vec<Run>,
}

/// One run of the command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// The release of Kafka whose classes answered.
    pub kafka: String,
    /// The feature release of Java that they ran on.
    pub java: String,
    /// The seed.
    pub seed: u64,
    /// How many cases in all.
    pub cases: u64,
    /// In how many of them the core said something else.
    pub differences: u64,
    /// What makes the same cases again.
    pub command: String,
    /// The same by assignor and shape.
    pub counts: Vec<Part>,
}

/// What one assignor and shape had of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The assignor.
    pub assignor: String,
    /// The shape.
    pub shape: String,
    /// How many cases.
    pub cases: u64,
    /// How many differences.
    pub differences: u64,
}

impl Run {
    /// The run of `--cases cases --seed seed`.
    pub fn new(kafka: &str, java: &str, seed: u64, counts: &[Count]) -> Self {
        let cases = counts.iter().map(|count| count.cases).sum();
        Self {
            kafka: kafka.to_owned(),
            java: java.split(['.', '-', '+']).next().unwrap_or(java).to_owned(),
            seed,
            cases,
            differences: counts.iter().map(|count| count.differences).sum(),
            command: format!("cargo xtask conformance --kafka {kafka} --cases {cases} --seed {seed}"),
            counts: counts
                .iter()
                .map(|count| Part {
                    assignor: count.assignor.clone(),
                    shape: count.shape.clone(),
                    cases: count.cases,
                    differences: count.differences,
                })
                .collect(),
        }
    }
}

impl Results {
    /// Reads a file; one that isn't there has no runs.
    pub fn read(file: &Path) -> Result<Self> {
        if !file.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
        serde_json::from_str(&text).with_context(|| format!("{}", file.display()))
    }

    /// Puts `run` in the place of the one with the same release, if there was one.
    pub fn put(&mut self, run: Run) {
        self.runs.retain(|known| known.kafka != run.kafka);
        self.runs.push(run);
        self.runs.sort_by(|a, b| by_release(&a.kafka, &b.kafka));
    }

    /// Writes the file.
    pub fn write(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)? + "\n";
        fs::write(file, text).with_context(|| format!("{}", file.display()))
    }

    /// The runs as lines of Markdown, the newest release first.
    pub fn markdown(&self) -> String {
        let mut text = String::from("| Kafka | random groups | differences | again |\n|---|---|---|---|\n");
        for run in self.runs.iter().rev() {
            let Run {
                kafka,
                differences,
                command,
                ..
            } = run;
            let cases = grouped(run.cases);
            // Writing to a string cannot fail.
            let _ = writeln!(text, "| {kafka} | {cases} | {differences} | `{command}` |");
        }
        text
    }
}

fn by_release(a: &str, b: &str) -> Ordering {
    let version = |text: &str| text.parse::<KafkaVersion>().ok();
    version(a).cmp(&version(b))
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

const BEGIN: &str = "<!-- Written by `cargo xtask conformance --record`. -->\n";
const END: &str = "<!-- Up to here. -->";

/// `document` with the lines between its two marks replaced.
pub fn quoted(document: &str, results: &Results) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}\n{}\n{END}{after}", results.markdown()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(kafka: &str, differences: u64) -> Run {
        let counts = [Count {
            assignor: "range".to_owned(),
            shape: "history".to_owned(),
            cases: 1_234_567,
            differences,
            ..Count::default()
        }];
        Run::new(kafka, "17.0.15", 3, &counts)
    }

    #[test]
    fn a_release_has_one_run_and_they_stand_in_order() {
        let mut results = Results::default();
        for run in [run("3.10.0", 5), run("4.3.0", 0), run("3.9.2", 0), run("3.10.0", 0)] {
            results.put(run);
        }
        let releases: Vec<&str> = results.runs.iter().map(|run| run.kafka.as_str()).collect();
        assert_eq!(releases, ["3.9.2", "3.10.0", "4.3.0"]);
        assert_eq!(results.runs[1].differences, 0);
        assert_eq!(results.runs[1].java, "17");
    }

    #[test]
    fn a_document_quotes_between_its_marks() {
        let mut results = Results::default();
        results.put(run("4.3.0", 0));
        let document = format!("before\n{BEGIN}old\n{END}\nafter\n");
        let quoted = quoted(&document, &results).unwrap();
        assert!(quoted.contains(
            "| 4.3.0 | 1,234,567 | 0 | `cargo xtask conformance --kafka 4.3.0 --cases 1234567 --seed 3` |"
        ));
        assert!(quoted.starts_with("before\n") && quoted.ends_with("\nafter\n"));
        assert!(!quoted.contains("old"));
        assert_eq!(super::quoted("no marks", &results), None);
    }
}
