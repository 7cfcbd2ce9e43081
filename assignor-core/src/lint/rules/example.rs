//! An example of each rule: a text that gives its finding, and one that doesn't. They are run as
//! tests, and shown where a rule is explained.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::config::{Client, Config, Format, ParseOptions};
use crate::lint::{Facts, Finding, Options, lint};

/// A rule, shown on two texts.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// The rule's id.
    pub rule: String,
    /// The severity of the finding.
    pub severity: String,
    /// The text that gives the finding.
    pub trigger: String,
    /// A text like it that doesn't.
    pub counter_example: String,
    /// What is known besides, by the names of [`Facts::KEYS`]. Where the two texts are equal, it is
    /// known with the trigger alone.
    #[serde(default)]
    pub facts: BTreeMap<String, String>,
    /// Who reads the texts, as `--client` takes it; plain Java without one, detected if it is empty.
    client: Option<String>,
    /// The format, detected without one.
    format: Option<String>,
    /// Another member of the same group.
    pub with: Option<String>,
}

impl Example {
    /// What the advisor says about the trigger.
    pub fn findings(&self) -> Vec<Finding> {
        self.lint(&self.trigger, &self.known())
    }

    /// What the advisor says about the counter-example.
    pub fn calm_findings(&self) -> Vec<Finding> {
        if self.trigger == self.counter_example {
            self.lint(&self.counter_example, &Facts::default())
        } else {
            self.lint(&self.counter_example, &self.known())
        }
    }

    /// The facts as the rules take them.
    pub(in crate::lint) fn known(&self) -> Facts {
        let mut facts = Facts::default();
        for (key, value) in &self.facts {
            // A fact that can't be taken would leave the trigger without its finding.
            let _ = facts.set(key, value);
        }
        facts
    }

    /// A text of this example as it is read, and the other member.
    pub(in crate::lint) fn configs(&self, text: &str) -> Vec<Config> {
        let client = self.client.as_deref().unwrap_or("java");
        let own = ParseOptions {
            client: client.parse::<Client>().ok(),
            format: self.format.as_deref().and_then(Format::named),
            ..ParseOptions::default()
        };
        let mut configs = vec![Config::parse(text, &own)];
        let with = self.with.iter();
        configs.extend(with.map(|with| Config::parse(with.as_str(), &ParseOptions::default())));
        configs
    }

    fn lint(&self, text: &str, facts: &Facts) -> Vec<Finding> {
        let mut found = lint(&self.configs(text), facts, &Options::default());
        found.retain(|finding| finding.config == 0);
        found
    }
}

/// The examples of all rules, sorted by rule; most rules have one.
pub fn examples() -> Vec<Example> {
    let lines = include_str!("../../../data/rule-examples.jsonl").lines();
    // Each line is read: the test of the examples counts them.
    lines
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect()
}
