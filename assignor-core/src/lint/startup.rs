//! Whether the client would start with a configuration, in terms of its text: the stack trace, the
//! place that causes it and the way out.
//!
//! Values that hold placeholders aren't known before the program runs. They are left out; where the
//! outcome hangs on one of them there is no verdict.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::finding::{Applicability, Finding, Fix, Severity};
use super::subject::{Subject, place, set_entry};
use crate::config::{
    Binding, Config, Family, Format, ProblemKind, Span, framework_default, has_placeholder, secrets,
};
use crate::startup::{self, Environment, Exception, Refusal};
use crate::version::KafkaVersion;

/// What the client does with one configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Startup {
    /// Index of the configuration.
    pub config: usize,
    /// The release of the Java client.
    pub version: KafkaVersion,
    /// Whether nobody stated that release.
    pub version_is_assumed: bool,
    /// Starts or not.
    pub verdict: Verdict,
}

/// Whether the client starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The consumer is made.
    Starts,
    /// It hangs on the values of these properties, which hold placeholders.
    Depends(Vec<&'static str>),
    /// The constructor throws.
    Refused {
        /// The exception and its causes, outermost first, secrets masked.
        errors: Vec<Exception>,
        /// The place of the value that it is about; empty, and at the beginning, for what is
        /// missing.
        span: Span,
        /// A change after which the client gets past this error.
        fix: Option<Fix>,
    },
}

/// What has to be there, with a value to stand in for one that comes from elsewhere.
const REQUIRED: [(&str, &str); 4] = [
    ("bootstrap.servers", "127.0.0.1:9092"),
    ("group.id", "g"),
    (
        "key.deserializer",
        "org.apache.kafka.common.serialization.ByteArrayDeserializer",
    ),
    (
        "value.deserializer",
        "org.apache.kafka.common.serialization.ByteArrayDeserializer",
    ),
];

/// Whether the Java clients that these configurations make would start.
pub fn startups(configs: &[Config], facts: &Facts, findings: &[Finding]) -> Vec<Startup> {
    let mut all: Vec<Startup> = Vec::new();
    for (index, config) in configs.iter().enumerate() {
        let facts = facts.completed_by(config);
        for member in config.members() {
            // Members that share what is wrong are refused for one reason.
            if let Some(one) = startup(member, index, &facts, findings)
                && !all.contains(&one)
            {
                all.push(one);
            }
        }
    }
    all
}

/// Whether the Java client would start. `None` for other clients, and for releases before 2.8.
///
/// `findings` are those of the same configurations, whose fixes are offered where they help. Unless
/// the configuration is known to be complete, required properties that are missing count as given
/// elsewhere.
pub fn startup(
    config: &Config,
    index: usize,
    facts: &Facts,
    findings: &[Finding],
) -> Option<Startup> {
    let client = config.client();
    let version = client.version_or_newest();
    let is_java = matches!(client.family, Family::Java | Family::SpringBoot);
    let nothing = !config.entries().is_empty()
        && config.properties_set().next().is_none()
        && facts.complete != Some(true);
    if !is_java || version < startup::OLDEST || nothing {
        return None;
    }
    let given = Given::of(config, facts);
    let verdict = match unreadable(config).or_else(|| given.refusal(version)) {
        None => Verdict::Starts,
        Some(refusal) => {
            let unknown = refusal.keys.iter().copied();
            let unknown: Vec<_> = unknown.filter(|key| given.unknown.contains(*key)).collect();
            if unknown.is_empty() {
                let subject = Subject::new(config, index, facts);
                refused(&subject, &given, refusal, findings)
            } else {
                Verdict::Depends(unknown)
            }
        }
    };
    Some(Startup {
        config: index,
        version,
        version_is_assumed: client.version.is_none(),
        verdict,
    })
}

/// What the client is given.
struct Given<'a> {
    properties: BTreeMap<String, String>,
    /// Properties whose values hold placeholders.
    unknown: BTreeSet<&'a str>,
}

impl<'a> Given<'a> {
    fn of(config: &'a Config, facts: &Facts) -> Self {
        let mut given = Self {
            properties: BTreeMap::new(),
            unknown: BTreeSet::new(),
        };
        for entry in config.entries() {
            let Binding::Consumer { name, .. } = config.binding(entry) else {
                continue;
            };
            let Some(winner) = config.winner(name) else {
                continue;
            };
            if has_placeholder(&winner.value.text) {
                given.unknown.insert(name);
            } else {
                given
                    .properties
                    .insert(name.to_owned(), winner.value.text.clone());
            }
        }
        if config.client().family == Family::SpringBoot {
            for (name, _) in REQUIRED {
                let default = framework_default(Family::SpringBoot, name);
                if let Some(text) = default.filter(|_| !given.unknown.contains(name)) {
                    let unset = given.properties.entry(name.to_owned());
                    unset.or_insert_with(|| text.to_owned());
                }
            }
        }
        for (name, stand_in) in REQUIRED {
            let missing = !given.properties.contains_key(name);
            if missing && (facts.complete != Some(true) || given.unknown.contains(name)) {
                given
                    .properties
                    .insert(name.to_owned(), stand_in.to_owned());
            }
        }
        given
    }

    fn refusal(&self, version: KafkaVersion) -> Option<Refusal> {
        startup::start(&self.properties, version, Environment::Application).err()
    }

    /// Whether another value for a property gets the client past an error of that property.
    fn is_cured_by(&self, key: &'static str, value: &str, version: KafkaVersion) -> bool {
        let mut properties = self.properties.clone();
        properties.insert(key.to_owned(), value.to_owned());
        match startup::start(&properties, version, Environment::Application) {
            Ok(()) => true,
            Err(refusal) => !refusal.keys.contains(&key),
        }
    }
}

/// What reading the text throws, before a client is made.
fn unreadable(config: &Config) -> Option<Refusal> {
    let malformed = |kind| matches!(kind, ProblemKind::MalformedUnicodeEscape);
    config
        .problems()
        .iter()
        .any(|problem| malformed(problem.kind))
        .then(|| Refusal {
            errors: vec![Exception {
                class: "java.lang.IllegalArgumentException",
                message: Some("Malformed \\uxxxx encoding.".to_owned()),
            }],
            keys: Vec::new(),
        })
}

fn refused(
    subject: &Subject<'_>,
    given: &Given<'_>,
    refusal: Refusal,
    findings: &[Finding],
) -> Verdict {
    let config = subject.config;
    let entries: Vec<_> = refusal
        .keys
        .iter()
        .filter_map(|key| Some((*key, config.winner(key)?)))
        .collect();
    let first = entries.first().map(|(_, entry)| place(entry));
    let problem = || config.problems().first().map(|problem| problem.span);
    let span = first.or_else(problem).unwrap_or(Span::at(0));
    let known = findings.iter().find(|finding| {
        let here = finding.config == subject.index && finding.severity == Severity::Error;
        let touched = finding.span == span
            || entries
                .iter()
                .any(|(_, entry)| finding.span == place(entry));
        here && touched && !finding.fixes.is_empty()
    });
    let fix = match known.and_then(|finding| finding.fixes.first()) {
        Some(fix) => Some(fix.clone()),
        None => entries
            .first()
            .and_then(|(key, entry)| spelling(subject, given, key, &entry.value.text)),
    };
    let mut errors = refusal.errors;
    for (key, entry) in &entries {
        mask(&mut errors, key, &entry.value.text);
    }
    Verdict::Refused { errors, span, fix }
}

/// The same value as Kafka spells it: in another case, or a class with its package.
fn spelling(
    subject: &Subject<'_>,
    given: &Given<'_>,
    key: &'static str,
    text: &str,
) -> Option<Fix> {
    let version = subject.version();
    let whole = |value: String| given.is_cured_by(key, &value, version).then_some(value);
    let with_packages = || {
        let items = text.split(',').map(|item| {
            let item = item.trim();
            let full = startup::full_names(item, version).next();
            full.unwrap_or(item).to_owned()
        });
        items.collect::<Vec<_>>().join(",")
    };
    let value = [text.to_lowercase(), text.to_uppercase(), with_packages()]
        .into_iter()
        .filter(|value| value != text)
        .find_map(whole)?;
    let entry = subject.config.winner(key)?;
    if subject.config.format() != Format::Properties && entry.value.span.is_empty() {
        return None;
    }
    Some(Fix {
        title: format!("Write `{key}` as {}", secrets::shown(key, &value)),
        applicability: Applicability::Safe,
        edits: vec![set_entry(entry, &value)],
    })
}

/// Hides a secret that a message quotes.
fn mask(errors: &mut [Exception], key: &str, value: &str) {
    if !secrets::is_secret(key, value) {
        return;
    }
    for error in errors {
        let Some(message) = &mut error.message else {
            continue;
        };
        let pieces = value.split(|char: char| {
            char.is_whitespace() || matches!(char, ',' | '"' | '\'' | '=' | ';')
        });
        for piece in pieces.filter(|piece| piece.chars().count() > 2) {
            let is_word = piece.eq_ignore_ascii_case("required") || piece.contains("LoginModule");
            if !is_word {
                *message = message.replace(piece, secrets::MASK);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::ParseOptions;
    use crate::lint::{Options, lint};

    fn verdict(text: &str, client: &str) -> Verdict {
        let options = ParseOptions {
            client: Some(client.parse().unwrap()),
            ..ParseOptions::default()
        };
        let config = Config::parse(text, &options);
        let facts = Facts::default();
        let findings = lint(std::slice::from_ref(&config), &facts, &Options::default());
        startup(&config, 0, &facts, &findings).unwrap().verdict
    }

    fn message(verdict: &Verdict) -> &str {
        match verdict {
            Verdict::Refused { errors, .. } => errors.last().unwrap().message.as_deref().unwrap(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_fragment_is_judged_by_what_it_has() {
        assert_eq!(
            verdict("session.timeout.ms=30000\n", "java@3.9"),
            Verdict::Starts
        );
        let refused = verdict("session.timeout.ms=30s\n", "java@3.9");
        assert_eq!(
            message(&refused),
            "Invalid value 30s for configuration session.timeout.ms: Not a number of type INT"
        );
        let Verdict::Refused { span, fix, .. } = refused else {
            return;
        };
        assert_eq!(span, Span::new(19, 22));
        assert_eq!(fix.unwrap().edits[0].text, "30000");
    }

    #[test]
    fn placeholders_leave_open_what_hangs_on_them() {
        let open = verdict(
            "session.timeout.ms=${S}\nheartbeat.interval.ms=50000\n",
            "java@3.9",
        );
        assert_eq!(open, Verdict::Depends(vec!["session.timeout.ms"]));
        let closed = verdict("session.timeout.ms=${S}\nmax.poll.records=0\n", "java@3.9");
        assert!(message(&closed).contains("Value must be at least 1"));
    }

    #[test]
    fn names_are_spelled_out() {
        let refused = verdict("partition.assignment.strategy=range\n", "java@3.9");
        let Verdict::Refused { fix, .. } = refused else {
            panic!("it starts");
        };
        assert_eq!(
            fix.unwrap().edits[0].text,
            "org.apache.kafka.clients.consumer.RangeAssignor"
        );
    }

    #[test]
    fn other_clients_and_old_releases_have_no_verdict() {
        for client in ["streams@3.9", "java@2.7"] {
            let options = ParseOptions {
                client: Some(client.parse().unwrap()),
                ..ParseOptions::default()
            };
            let config = Config::parse("", &options);
            assert_eq!(startup(&config, 0, &Facts::default(), &[]), None);
        }
    }

    #[test]
    fn secrets_in_messages_are_masked() {
        let text = "security.protocol=SASL_SSL\nsasl.mechanism=PLAIN\n\
                    sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule hunter2;\n";
        let refused = verdict(text, "java@3.9");
        assert!(!message(&refused).contains("hunter2"), "{refused:?}");
    }
}
