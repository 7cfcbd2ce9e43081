//! What runs found, in a file that the site and the README quote.
//!
//! A line per release of Kafka, assignor and shape, its fields separated by tabs. The same run
//! writes the same bytes.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use assignor_core::version::KafkaVersion;

use crate::run::Count;

const HEAD: &str = "kafka\tjava\tseed\tassignor\tshape\tcases\tdifferences";

/// The results that are committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Results {
    /// One run per release of Kafka, the newest first.
    pub runs: Vec<Run>,
}

/// One run of the command over all assignors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The release of Kafka whose classes answered.
    pub kafka: KafkaVersion,
    /// The feature release of Java that they ran on.
    pub java: String,
    /// The seed.
    pub seed: u64,
    /// What each assignor and shape had of it.
    pub parts: Vec<Part>,
}

/// What one assignor and shape had of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The assignor.
    pub assignor: String,
    /// The shape.
    pub shape: String,
    /// How many cases.
    pub cases: u64,
    /// In how many of them the core said something else.
    pub differences: u64,
}

impl Run {
    /// What a run with `seed` counted.
    pub fn new(kafka: KafkaVersion, java: &str, seed: u64, counts: &[Count]) -> Self {
        let parts = counts.iter().map(|count| Part {
            assignor: count.assignor.clone(),
            shape: count.shape.clone(),
            cases: count.cases,
            differences: count.differences,
        });
        Self {
            kafka,
            java: java
                .split(['.', '-', '+'])
                .next()
                .unwrap_or(java)
                .to_owned(),
            seed,
            parts: parts.collect(),
        }
    }

    /// How many cases in all.
    pub fn cases(&self) -> u64 {
        self.parts.iter().map(|part| part.cases).sum()
    }

    /// In how many of them the core said something else.
    pub fn differences(&self) -> u64 {
        self.parts.iter().map(|part| part.differences).sum()
    }

    /// What makes and compares the same cases again.
    pub fn command(&self) -> String {
        let (kafka, cases, seed) = (crate::jvm::release(self.kafka), self.cases(), self.seed);
        format!("cargo xtask conformance --kafka {kafka} --cases {cases} --seed {seed}")
    }
}

impl Results {
    /// Reads a file; one that isn't there has no runs.
    pub fn read(file: &Path) -> Result<Self> {
        if !file.exists() {
            return Ok(Self::default());
        }
        let text = fs::read_to_string(file).with_context(|| format!("{}", file.display()))?;
        Self::parse(&text).with_context(|| format!("{}", file.display()))
    }

    /// Reads what [`Self::text`] writes.
    pub fn parse(text: &str) -> Result<Self> {
        let mut results = Self::default();
        for (index, line) in text.lines().enumerate().skip(1) {
            let place = || format!("line {}", index + 1);
            let fields: Vec<&str> = line.split('\t').collect();
            let &[kafka, java, seed, assignor, shape, cases, differences] = fields.as_slice()
            else {
                anyhow::bail!("{}: expected 7 fields, found {}", place(), fields.len());
            };
            let (kafka, seed) = (kafka.parse()?, seed.parse().with_context(place)?);
            let part = Part {
                assignor: assignor.to_owned(),
                shape: shape.to_owned(),
                cases: cases.parse().with_context(place)?,
                differences: differences.parse().with_context(place)?,
            };
            match results.runs.last_mut() {
                Some(run) if run.kafka == kafka => run.parts.push(part),
                _ => results.runs.push(Run {
                    kafka,
                    java: java.to_owned(),
                    seed,
                    parts: vec![part],
                }),
            }
        }
        Ok(results)
    }

    /// The whole file.
    pub fn text(&self) -> String {
        let mut text = format!("{HEAD}\n");
        for run in &self.runs {
            for part in &run.parts {
                let Part {
                    assignor,
                    shape,
                    cases,
                    differences,
                } = part;
                let (kafka, java, seed) = (crate::jvm::release(run.kafka), &run.java, run.seed);
                // Writing to a string cannot fail.
                let _ = writeln!(
                    text,
                    "{kafka}\t{java}\t{seed}\t{assignor}\t{shape}\t{cases}\t{differences}"
                );
            }
        }
        text
    }

    /// Puts `run` in the place of the one with the same release, if there was one.
    pub fn put(&mut self, run: Run) {
        self.runs.retain(|known| known.kafka != run.kafka);
        self.runs.push(run);
        self.runs.sort_by_key(|run| std::cmp::Reverse(run.kafka));
    }

    /// The runs as a table in Markdown.
    pub fn markdown(&self) -> String {
        let mut text = String::from(
            "| Kafka | random groups | differences | the same again |\n|---|---|---|---|\n",
        );
        for run in &self.runs {
            let kafka = crate::jvm::release(run.kafka);
            let (cases, differences) = (grouped(run.cases()), grouped(run.differences()));
            let command = run.command();
            let _ = writeln!(text, "| {kafka} | {cases} | {differences} | `{command}` |");
        }
        text
    }
}

/// A number with its thousands apart.
pub fn grouped(number: u64) -> String {
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

const BEGIN: &str = "<!-- Written by `cargo xtask conformance --record` from here -->\n";
const END: &str = "<!-- to here. -->";

/// `document` with the lines between its two marks replaced; `None` if it has no marks.
pub fn quoted(document: &str, results: &Results) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!(
        "{before}{BEGIN}\n{}\n{END}{after}",
        results.markdown()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(kafka: &str, differences: u64) -> Run {
        let count = |shape: &str, cases, differences| Count {
            assignor: "range".to_owned(),
            shape: shape.to_owned(),
            cases,
            differences,
            ..Count::default()
        };
        let counts = [
            count("history", 1_234_000, differences),
            count("racks", 567, 0),
        ];
        Run::new(kafka.parse().unwrap(), "17.0.15", 3, &counts)
    }

    #[test]
    fn a_release_has_one_run_and_they_stand_in_order() {
        let mut results = Results::default();
        for (kafka, differences) in [("3.10.0", 5), ("4.3.0", 0), ("3.9.2", 0), ("3.10.0", 0)] {
            results.put(run(kafka, differences));
        }
        let releases = results.runs.iter().map(|run| run.kafka.to_string());
        assert_eq!(releases.collect::<Vec<_>>(), ["4.3", "3.10", "3.9.2"]);
        assert_eq!(results.runs[1].differences(), 0);
        assert_eq!(results.runs[1].java, "17");
        assert_eq!(Results::parse(&results.text()).unwrap(), results);
        assert!(Results::parse("kafka\n4.3.0\t17\n").is_err());
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

    /// Numbers are never typed: what the README says is what the last runs wrote.
    #[test]
    fn the_readme_quotes_the_committed_results() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let results = Results::read(&folder.join("results.tsv")).unwrap();
        assert!(!results.runs.is_empty());
        let readme = fs::read_to_string(folder.join("../../README.md")).unwrap();
        assert_eq!(quoted(&readme, &results).unwrap(), readme);
    }
}
