//! Whether the client would start with a configuration, in terms of its text: the stack trace, the
//! place that causes it and the way out.
//!
//! Values that hold placeholders aren't known before the program runs. They are left out; where the
//! outcome hangs on one of them there is no verdict.

use std::collections::{BTreeMap, BTreeSet};

use super::facts::Facts;
use super::finding::{Applicability, Finding, Fix, Severity};
use super::objects;
use super::subject::{Subject, place, set_entry};
use crate::config::{
    Config, Family, Format, ProblemKind, Span, catalog, framework_default, has_placeholder, secrets,
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
            if unknown.is_empty() || is_about_presence(&refusal) {
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
    /// Properties whose values hold placeholders; their defaults stand in.
    unknown: BTreeSet<&'a str>,
    /// What Kafka says about objects of a program that it doesn't take.
    objects: BTreeMap<String, String>,
}

impl<'a> Given<'a> {
    fn of(config: &'a Config, facts: &Facts) -> Self {
        let mut given = Self {
            properties: BTreeMap::new(),
            unknown: BTreeSet::new(),
            objects: BTreeMap::new(),
        };
        let version = config.client().version_or_newest();
        for (name, winner) in config.winners() {
            let property = catalog::property(name);
            let class = objects::class_of(config, winner);
            let refused = property
                .zip(class)
                .and_then(|(property, class)| objects::refusal(property.kind, class));
            if let Some(refused) = refused
                && let Some(text) = objects::printed(config, winner, version)
            {
                given.objects.insert(name.to_owned(), refused);
                given.properties.insert(name.to_owned(), text);
            } else if has_placeholder(&winner.value.text) {
                given.unknown.insert(name);
                let required = REQUIRED.iter().any(|(required, _)| *required == name);
                let default = property
                    .filter(|_| !required)
                    .and_then(|property| property.default_text(version));
                let text = default.map(|text| (name.to_owned(), text.to_owned()));
                given.properties.extend(text);
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
            let elsewhere = facts.complete != Some(true)
                || given.unknown.contains(name)
                || name.ends_with("deserializer") && objects::gives_deserializers(config);
            if missing && elsewhere {
                given
                    .properties
                    .insert(name.to_owned(), stand_in.to_owned());
            }
        }
        given
    }

    fn refusal(&self, version: KafkaVersion) -> Option<Refusal> {
        startup::start_with(
            &self.properties,
            &self.objects,
            version,
            Environment::Application,
        )
        .err()
    }

    /// Whether another value for a property gets the client past an error of that property.
    fn is_cured_by(&self, key: &'static str, value: &str, version: KafkaVersion) -> bool {
        let mut properties = self.properties.clone();
        properties.insert(key.to_owned(), value.to_owned());
        let mut objects = self.objects.clone();
        objects.remove(key);
        match startup::start_with(&properties, &objects, version, Environment::Application) {
            Ok(()) => true,
            Err(refusal) => !refusal.keys.contains(&key),
        }
    }
}

/// Whether a property is refused because it is set at all, whatever its value.
fn is_about_presence(refusal: &Refusal) -> bool {
    let last = refusal
        .errors
        .last()
        .and_then(|error| error.message.as_deref());
    last.is_some_and(|message| message.contains(" cannot be set when "))
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
    fn objects_of_a_wrong_type_are_refused_as_kafka_does() {
        let base = "Properties props = new Properties();\nprops.put(\"group.id\", \"g\");\n";
        for (put, message_of_kafka) in [
            (
                "props.put(\"session.timeout.ms\", 45000L);",
                "Invalid value 45000 for configuration session.timeout.ms: Expected value to be a \
                 32-bit integer, but it was a java.lang.Long",
            ),
            (
                "props.put(\"session.timeout.ms\", Duration.ofSeconds(90));",
                "Invalid value PT1M30S for configuration session.timeout.ms: Expected value to be a \
                 32-bit integer, but it was a java.time.Duration",
            ),
            (
                "props.put(\"auto.offset.reset\", OffsetResetStrategy.EARLIEST);",
                "Invalid value earliest for configuration auto.offset.reset: Expected value to be a \
                 string, but it was a org.apache.kafka.clients.consumer.OffsetResetStrategy",
            ),
            (
                "props.put(\"client.id\", 5);",
                "Invalid value 5 for configuration client.id: Expected value to be a string, but it \
                 was a java.lang.Integer",
            ),
        ] {
            let refused = verdict(&format!("{base}{put}\n"), "java@3.9");
            assert_eq!(message(&refused), message_of_kafka);
        }
        let fine = "props.put(\"metadata.max.age.ms\", 5000);\nprops.put(\"check.crcs\", true);\n";
        assert_eq!(
            verdict(&format!("{base}{fine}"), "java@3.9"),
            Verdict::Starts
        );
    }

    #[test]
    fn what_is_refused_for_being_set_needs_no_value() {
        let text = "group.protocol=consumer\nsession.timeout.ms=${S}\n";
        let refused = verdict(text, "java@4.0");
        assert!(message(&refused).starts_with("session.timeout.ms cannot be set"));
    }

    #[test]
    fn the_login_of_oauth_asks_for_its_address() {
        let text = "security.protocol=SASL_SSL\nsasl.mechanism=OAUTHBEARER\n\
                    sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;\n\
                    sasl.login.callback.handler.class=\
                    org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginCallbackHandler\n";
        let address = "sasl.oauthbearer.token.endpoint.url=https://idp.example/token\n";
        for (client, end) in [
            ("java@3.9", "value must be non-null"),
            ("java@4.3", "value is required"),
        ] {
            assert!(message(&verdict(text, client)).ends_with(end), "{client}");
            let whole = format!("{text}{address}");
            assert_eq!(verdict(&whole, client), Verdict::Starts, "{client}");
        }
        assert!(message(&verdict(text, "java@3.3")).ends_with("could not be found."));
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
