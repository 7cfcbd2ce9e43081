//! `assignor_core::startup` against the constructor of released consumers, on random properties.
//!
//! A line is determined by the release, the seed, the shape and its number. Compared are the verdict and the
//! simple names and messages of the whole chain of exceptions.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;
use std::io::Write;

use anyhow::{Context as _, Result, bail, ensure};
use assignor_core::startup::{Environment, start};
use assignor_core::version::KafkaVersion;
use serde::{Deserialize, Serialize};

use crate::jvm::{Classes, Introduction, Process};
use crate::random::Random;

/// How many lines wait for Java while the core goes on.
const AHEAD: usize = 100;

/// A line of `client-config.*.jsonl` without its result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// `client-config`, release, seed, shape and number.
    pub id: String,
    /// The release of the client.
    pub client: String,
    /// Its properties.
    pub config: BTreeMap<String, String>,
}

/// What the constructor does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// Whether there is a consumer.
    pub accepted: bool,
    /// If not, the exception and its causes, outermost first.
    #[serde(default)]
    pub errors: Vec<Thrown>,
}

/// An exception.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thrown {
    /// The simple name of its class.
    pub class: String,
    /// `getMessage()`.
    pub message: Option<String>,
}

/// A case and its outcome: a line of `client-config.*.jsonl`.
#[derive(Clone, Debug, Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    case: &'a Case,
    #[serde(flatten)]
    outcome: &'a Outcome,
}

/// The line without its end.
pub fn line(case: &Case, outcome: &Outcome) -> Result<String> {
    Ok(serde_json::to_string(&Line { case, outcome })?)
}

/// What the core says.
pub fn ours(case: &Case) -> Result<Outcome> {
    let version: KafkaVersion = case.client.parse().context(case.id.clone())?;
    let errors = match start(&case.config, version, Environment::Bare) {
        Ok(()) => Vec::new(),
        Err(refusal) => refusal.errors,
    };
    let errors: Vec<_> = errors
        .into_iter()
        .map(|error| Thrown {
            class: error.simple_name().to_owned(),
            message: error.message,
        })
        .collect();
    Ok(Outcome {
        accepted: errors.is_empty(),
        errors,
    })
}

/// Released consumers, ready for cases.
#[derive(Debug)]
pub struct Consumers {
    process: Process,
    introduction: Introduction,
}

#[derive(Deserialize)]
struct Answer {
    id: String,
    #[serde(flatten)]
    outcome: Outcome,
}

impl Consumers {
    /// Starts the process.
    pub fn start(classes: &Classes) -> Result<Self> {
        let (process, introduction) = Process::start(classes)?;
        Ok(Self {
            process,
            introduction,
        })
    }

    /// Who answers.
    pub fn introduction(&self) -> &Introduction {
        &self.introduction
    }

    fn ask(&mut self, case: &Case) -> Result<()> {
        Ok(writeln!(
            self.process.input,
            "{}",
            serde_json::to_string(case)?
        )?)
    }

    fn answer(&mut self, case: &Case) -> Result<Outcome> {
        self.process.input.flush()?;
        let line = self.process.line()?;
        let answer: Answer = serde_json::from_str(&line)
            .with_context(|| format!("the Java process answers {line}"))?;
        ensure!(
            answer.id == case.id,
            "the Java process answers {}, and {} was asked",
            answer.id,
            case.id
        );
        Ok(answer.outcome)
    }

    fn differs(&mut self, case: &Case) -> Result<bool> {
        self.ask(case)?;
        Ok(self.answer(case)? != ours(case)?)
    }

    /// Compares cases; gives how many there were, how many were accepted, and those that differ. `taking` gets
    /// each with Kafka's answer.
    pub fn compare(
        &mut self,
        cases: impl Iterator<Item = Result<Case>>,
        taking: &mut dyn FnMut(&Case, &Outcome) -> Result<()>,
    ) -> Result<Found> {
        let mut found = Found::default();
        let mut asked = VecDeque::new();
        for case in cases {
            let case = case?;
            self.ask(&case)?;
            asked.push_back(case);
            if asked.len() > AHEAD {
                self.take(asked.pop_front(), &mut found, taking)?;
            }
        }
        while !asked.is_empty() {
            self.take(asked.pop_front(), &mut found, taking)?;
        }
        Ok(found)
    }

    fn take(
        &mut self,
        case: Option<Case>,
        found: &mut Found,
        taking: &mut dyn FnMut(&Case, &Outcome) -> Result<()>,
    ) -> Result<()> {
        let Some(case) = case else { return Ok(()) };
        let kafka = self.answer(&case)?;
        taking(&case, &kafka)?;
        found.cases += 1;
        found.accepted += u64::from(kafka.accepted);
        if kafka != ours(&case)? {
            found.different.push(case);
        }
        Ok(())
    }

    /// The same with as few properties as still differ, and both answers in words.
    pub fn smallest(&mut self, mut case: Case) -> Result<String> {
        let mut names: Vec<String> = case.config.keys().cloned().collect();
        while let Some(name) = names.pop() {
            let mut fewer = case.clone();
            fewer.config.remove(&name);
            if self.differs(&fewer)? {
                case = fewer;
            }
        }
        self.ask(&case)?;
        let kafka = self.answer(&case)?;
        let mut text = line(&case, &kafka)?;
        // Writing to a string cannot fail.
        let _ = write!(text, "\ncore: {}", serde_json::to_string(&ours(&case)?)?);
        Ok(text)
    }
}

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// How many cases there were.
    pub cases: u64,
    /// Of how many Kafka made a consumer.
    pub accepted: u64,
    /// Where the core says something else.
    pub different: Vec<Case>,
}

/// What a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// Up to three properties.
    Few,
    /// Up to eight.
    Many,
    /// Brokers' addresses.
    Brokers,
    /// The consumer protocol.
    Consumer,
    /// Authentication.
    Sasl,
    /// Encryption.
    Ssl,
}

impl Shape {
    const ALL: [Self; 6] = [
        Self::Few,
        Self::Many,
        Self::Brokers,
        Self::Consumer,
        Self::Sasl,
        Self::Ssl,
    ];

    const fn name(self) -> &'static str {
        match self {
            Self::Few => "few",
            Self::Many => "many",
            Self::Brokers => "brokers",
            Self::Consumer => "consumer",
            Self::Sasl => "sasl",
            Self::Ssl => "ssl",
        }
    }
}

/// Texts by the name of the property or of its type.
#[derive(Debug)]
struct Values(BTreeMap<String, Vec<String>>);

impl Values {
    fn read() -> Result<Self> {
        let mut values = BTreeMap::new();
        let lines = include_str!("../data/values.tsv").lines();
        for line in lines.filter(|line| !line.starts_with('#')) {
            let Some((names, texts)) = line.split_once('\t') else {
                bail!("values.tsv: no tab in {line}")
            };
            let texts: Vec<String> = serde_json::from_str(texts).context(names.to_owned())?;
            values.extend(
                names
                    .split(", ")
                    .map(|name| (name.to_owned(), texts.clone())),
            );
        }
        Ok(Self(values))
    }

    fn pick(&self, random: &mut Random, name: &str) -> Option<String> {
        random.pick(self.0.get(name)?).cloned()
    }

    /// A text for a property of this type.
    fn text(&self, random: &mut Random, name: &str, kind: &str) -> String {
        let number = matches!(kind, "INT" | "LONG" | "SHORT" | "DOUBLE");
        if number && random.chance(20) {
            return random.below(100_000).to_string();
        }
        let texts = self.pick(random, name).or_else(|| self.pick(random, kind));
        texts.unwrap_or_default()
    }
}

/// Makes cases for a release with these properties, as many as are taken.
pub fn cases<'a>(
    seed: u64,
    client: &'a str,
    properties: &'a BTreeMap<String, String>,
) -> Result<impl Iterator<Item = Case> + 'a> {
    let values = Values::read()?;
    let is_secure = |name: &&String| name.starts_with("ssl.") || name.starts_with("sasl.");
    let (secure, plain): (Vec<&String>, Vec<&String>) = properties.keys().partition(is_secure);
    let has_protocols = properties.contains_key("group.protocol");
    let shapes = Shape::ALL.into_iter();
    let shapes: Vec<Shape> = shapes
        .filter(|shape| *shape != Shape::Consumer || has_protocols)
        .collect();
    let made = (0_u64..)
        .flat_map(move |number| shapes.clone().into_iter().map(move |shape| (number, shape)));
    Ok(made.map(move |(number, shape)| {
        let id = format!("client-config/{client}/{seed}/{}/{number}", shape.name());
        let mut random = Random::new(seed, &id);
        let mut config = common(shape, &values, &mut random);
        let most = match shape {
            Shape::Sasl => 1,
            Shape::Many => 8,
            _ => 3,
        };
        for _ in 0..random.between(u32::from(shape != Shape::Sasl), most) {
            if random.chance(2) {
                config.extend(
                    values
                        .pick(&mut random, "unknown")
                        .map(|name| (name, "x".to_owned())),
                );
                continue;
            }
            let secure_one = match shape {
                Shape::Sasl | Shape::Ssl => true,
                Shape::Brokers => false,
                _ => random.chance(12),
            };
            let name = match shape {
                Shape::Brokers if random.chance(75) => Some("bootstrap.servers"),
                Shape::Brokers => Some("client.dns.lookup"),
                _ => random
                    .pick(if secure_one { &secure } else { &plain })
                    .map(|name| name.as_str()),
            };
            if let Some(name) = name {
                let kind = properties.get(name).map_or("STRING", String::as_str);
                config.insert(name.to_owned(), values.text(&mut random, name, kind));
            }
        }
        if random.chance(3) {
            let missing = random.index(config.len());
            if let Some(name) = config.keys().nth(missing).cloned() {
                config.remove(&name);
            }
        }
        Case {
            id,
            client: client.to_owned(),
            config,
        }
    }))
}

/// What a consumer needs, and what makes the shape.
fn common(shape: Shape, values: &Values, random: &mut Random) -> BTreeMap<String, String> {
    const DESERIALIZER: &str = "org.apache.kafka.common.serialization.StringDeserializer";
    let mut config: BTreeMap<String, String> = [
        ("bootstrap.servers", "127.0.0.1:9092"),
        ("group.id", "g"),
        ("key.deserializer", DESERIALIZER),
        ("value.deserializer", DESERIALIZER),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let mut set = |name: &str, value: Option<String>| {
        config.extend(value.map(|value| (name.to_owned(), value)));
    };
    match shape {
        Shape::Few | Shape::Many | Shape::Brokers => {}
        Shape::Consumer => set("group.protocol", Some("consumer".to_owned())),
        Shape::Sasl => {
            let protocol = if random.chance(67) {
                "SASL_PLAINTEXT"
            } else {
                "SASL_SSL"
            };
            set("security.protocol", Some(protocol.to_owned()));
            if random.chance(67) {
                set("sasl.mechanism", values.pick(random, "sasl.mechanism"));
            }
            if random.chance(75) {
                set("sasl.jaas.config", values.pick(random, "sasl.jaas.config"));
            }
        }
        Shape::Ssl => set("security.protocol", Some("SSL".to_owned())),
    }
    config
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(seed: u64) -> Vec<Case> {
        let properties = [
            ("group.protocol", "STRING"),
            ("max.poll.interval.ms", "INT"),
            ("ssl.provider", "STRING"),
        ];
        let properties = properties.map(|(name, kind)| (name.to_owned(), kind.to_owned()));
        let properties = BTreeMap::from(properties);
        cases(seed, "4.3.0", &properties)
            .unwrap()
            .take(300)
            .collect()
    }

    #[test]
    fn a_seed_always_makes_the_same_cases() {
        assert_eq!(made(7), made(7));
        let configs = |seed| {
            made(seed)
                .into_iter()
                .map(|case| case.config)
                .collect::<Vec<_>>()
        };
        assert_ne!(configs(7), configs(8));
    }

    #[test]
    fn every_shape_has_cases_that_start_and_cases_that_do_not() {
        for shape in Shape::ALL {
            let part = format!("/{}/", shape.name());
            let cases: Vec<_> = made(7)
                .into_iter()
                .filter(|case| case.id.contains(&part))
                .collect();
            assert_eq!(cases.len(), 50);
            let accepted = cases
                .iter()
                .filter(|case| ours(case).unwrap().accepted)
                .count();
            assert!((1..50).contains(&accepted), "{}: {accepted}", shape.name());
        }
    }

    #[test]
    fn a_line_is_that_of_the_recorded_ones() {
        let recorded = r#"{"id":"client-config/4.3.0/31/0","client":"4.3.0","config":{"group.id":"g"},"accepted":false,"errors":[{"class":"ConfigException","message":null}]}"#;
        let case: Case = serde_json::from_str(recorded).unwrap();
        let outcome: Outcome = serde_json::from_str(recorded).unwrap();
        assert_eq!(line(&case, &outcome).unwrap(), recorded);
    }
}
