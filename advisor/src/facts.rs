//! Facts as typed, read. What can't be read stays unknown, and is said.

use crate::answer::FactProblem;
use crate::request::{CLIENT, FORMAT, Request};
use assignor_core::config::{Config, Format, KafkaVersion, ParseOptions};
use assignor_core::lint::Facts;

/// What is known besides the texts.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Known {
    /// The facts that could be read.
    pub(crate) facts: Facts,
    /// Those that couldn't.
    pub(crate) problems: Vec<FactProblem>,
    format: Option<Format>,
    version: Option<KafkaVersion>,
}

impl Known {
    pub(crate) fn of(request: &Request) -> Self {
        let mut known = Self::default();
        for (key, value) in &request.facts {
            let problem = match key.as_str() {
                FORMAT => {
                    known.format = Format::ALL
                        .into_iter()
                        .find(|format| format.name() == value);
                    None
                }
                CLIENT => match value.parse() {
                    Ok(version) => {
                        known.version = Some(version);
                        None
                    }
                    Err(error) => Some(error.to_string()),
                },
                _ => known
                    .facts
                    .set(key, value)
                    .err()
                    .map(|error| error.to_string()),
            };
            known.problems.extend(problem.map(|message| FactProblem {
                fact: key.clone(),
                message,
            }));
        }
        known
    }

    /// Reads a text in the chosen format, if one is, for the client it is made for, of the given version.
    pub(crate) fn read(&self, name: &str, text: &str) -> Config {
        let options = ParseOptions {
            name: name.to_owned(),
            format: self.format,
            client: None,
        };
        let config = Config::parse(text, &options);
        let Some(version) = self.version else {
            return config;
        };
        let mut client = config.client();
        client.version = Some(version);
        let options = ParseOptions {
            client: Some(client),
            ..options
        };
        Config::parse(text, &options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(facts: &[(&str, &str)]) -> Known {
        let pair = |(key, value): &(&str, &str)| ((*key).to_owned(), (*value).to_owned());
        Known::of(&Request {
            texts: Vec::new(),
            facts: facts.iter().map(pair).collect(),
        })
    }

    #[test]
    fn what_cannot_be_read_is_unknown_and_said() {
        let known = known(&[("replicas", "three"), (CLIENT, "new"), ("partitions", "6")]);
        assert_eq!(known.facts.partitions, Some(6));
        assert_eq!(known.facts.replicas, None);
        assert_eq!(known.version, None);
        let [client, replicas] = known.problems.as_slice() else {
            panic!("{:?}", known.problems);
        };
        assert!(client.message.contains("is not a version"), "{client:?}");
        assert!(
            replicas.message.contains("expected a whole number"),
            "{replicas:?}"
        );
    }

    #[test]
    fn format_and_version_decide_how_a_text_is_read() {
        let chosen = known(&[(FORMAT, "python"), (CLIENT, "3.9")]);
        let config = chosen.read("", "a=1\n");
        assert_eq!(config.format(), Format::Python);
        assert_eq!(config.client().version, "3.9".parse().ok());
        let found = known(&[(FORMAT, "toml")]).read("a.properties", "a=1\n");
        assert_eq!(found.format(), Format::Properties);
    }
}
