//! The advisor's rules against data: every rule's trigger and counter-example, configurations that
//! people paste, and what released Java clients did with random configurations.
//!
//! The data and where it comes from: `tests/lint/README.md` and `tests/vectors/README.md`.
// The data are files.
#![allow(clippy::disallowed_methods)]

#[path = "lint_rules/texts.rs"]
mod texts;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use assignor_core::config::{Client, Config, ParseOptions, catalog};
use assignor_core::lint::{
    Confidence, Facts, Finding, Options, Setting, Severity, lint, questions, rules,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

const TESTS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests");

fn read(file: &str) -> String {
    std::fs::read_to_string(format!("{TESTS}/{file}")).expect(file)
}

fn lines<T: DeserializeOwned>(file: &str) -> Vec<T> {
    read(file)
        .lines()
        .map(|line| serde_json::from_str(line).expect(line))
        .collect()
}

fn config(text: &str, client: Option<&str>) -> Config {
    let client = client.map(|client| client.parse::<Client>().expect(client));
    Config::parse(
        text,
        &ParseOptions {
            client,
            ..ParseOptions::default()
        },
    )
}

fn findings(text: &str, client: &str, facts: &Facts) -> Vec<Finding> {
    lint(&[config(text, Some(client))], facts, &Options::default())
}

fn found(text: &str, client: &str) -> Vec<(&'static str, Severity)> {
    let all = findings(text, client, &Facts::default());
    all.iter()
        .map(|finding| (finding.rule, finding.severity))
        .collect()
}

fn has(text: &str, rule: &str) -> bool {
    found(text, "java").iter().any(|(id, _)| *id == rule)
}

fn facts_of(given: &BTreeMap<String, String>) -> Facts {
    let mut facts = Facts::default();
    for (key, value) in given {
        facts.set(key, value).expect(key);
    }
    facts
}

#[test]
fn every_trigger_gives_its_finding_and_no_counter_example_does() {
    let examples = rules::examples();
    let written = include_str!("../data/rule-examples.jsonl").lines().count();
    assert_eq!(examples.len(), written, "every line is read");
    let mut covered: Vec<&str> = Vec::new();
    let mut wrong = Vec::new();
    for example in &examples {
        let all = example.findings();
        let own = |finding: &&Finding| finding.rule == example.rule;
        let severity = all.iter().find(own).map(|finding| finding.severity.name());
        if severity != Some(example.severity.as_str()) {
            let others: Vec<&str> = all.iter().map(|finding| finding.rule).collect();
            wrong.push(format!(
                "{} is {severity:?} among {others:?} in {}",
                example.rule, example.trigger
            ));
        }
        let rule = rules::rule(&example.rule).expect("a rule");
        assert_eq!(rule.severity.name(), example.severity, "{}", example.rule);
        covered.push(rule.id);
        if let Some(finding) = example.calm_findings().iter().find(own) {
            wrong.push(format!(
                "{}: {} in {}",
                example.rule, finding.message, example.counter_example
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    for rule in rules::all() {
        assert!(covered.contains(&rule.id), "{} has no trigger", rule.id);
    }
}

#[test]
fn the_seed_pairs_of_heartbeat_and_session() {
    let pair = |heartbeat, session| {
        found(
            &format!("heartbeat.interval.ms={heartbeat}\nsession.timeout.ms={session}\n"),
            "java@3.9",
        )
    };
    let third = pair(10_000, 30_000);
    assert!(third.contains(&("KC-T320", Severity::Info)), "{third:?}");
    assert!(
        third
            .iter()
            .all(|(_, severity)| *severity == Severity::Info),
        "{third:?}"
    );
    let above = pair(15_000, 30_000);
    assert!(above.contains(&("KC-T301", Severity::Warn)), "{above:?}");
    assert!(above.iter().all(|(id, _)| *id != "KC-V217"), "{above:?}");
    let equal = pair(30_000, 30_000);
    assert!(equal.contains(&("KC-V217", Severity::Error)), "{equal:?}");
    assert!(equal.iter().all(|(id, _)| *id != "KC-T301"), "{equal:?}");
}

#[test]
fn unset_keys_count_with_the_default_of_the_client_version() {
    let text = "heartbeat.interval.ms=10000\n";
    assert!(found(text, "java@2.8").contains(&("KC-V217", Severity::Error)));
    assert!(!found(text, "java@3.0").contains(&("KC-V217", Severity::Error)));
    let all = findings(text, "java@2.8", &Facts::default());
    let finding = all
        .iter()
        .find(|finding| finding.rule == "KC-V217")
        .expect("a finding");
    let session = finding
        .evidence
        .iter()
        .find(|piece| piece.name == "session.timeout.ms")
        .expect("evidence");
    assert_eq!(
        (session.value.as_str(), session.origin.as_str()),
        ("10000", "default of Kafka client 2.8")
    );
    assert_eq!(finding.confidence, Confidence::Certain);

    let unknown = findings("heartbeat.interval.ms=20000\n", "java", &Facts::default());
    let finding = unknown
        .iter()
        .find(|finding| finding.rule == "KC-T301")
        .expect("a finding");
    assert_eq!(finding.confidence, Confidence::Likely);
    assert!(
        finding
            .evidence
            .iter()
            .any(|piece| piece.origin.contains("assumed")),
        "{finding:?}"
    );
}

#[test]
fn classic_keys_are_ignored_before_they_are_refused() {
    let text = "group.protocol=Consumer\nsession.timeout.ms=45000\n";
    assert!(found(text, "java@4.0").contains(&("KC-G901", Severity::Error)));
    assert!(found(text, "java@3.8").contains(&("KC-G901", Severity::Warn)));
    assert!(
        found(text, "java@3.6")
            .iter()
            .all(|(id, _)| *id != "KC-G901")
    );
    let text = "group.protocol=consumer\nsession.timeout.ms=30000\nheartbeat.interval.ms=30000\n";
    let consumer = found(text, "java@4.1");
    assert!(
        consumer
            .iter()
            .all(|(id, _)| !matches!(*id, "KC-V217" | "KC-T301" | "KC-A502")),
        "{consumer:?}"
    );
}

#[test]
fn time_per_record_is_asked_for_and_never_guessed() {
    let text = "max.poll.records=500\nmax.poll.interval.ms=300000\n";
    assert!(!has(text, "KC-T305"));
    let asked = questions(&[config(text, Some("java@3.9"))], &Facts::default());
    let question = asked
        .iter()
        .find(|question| question.rule == "KC-T305")
        .expect("a question");
    assert_eq!(question.fact, "perRecordMs");
    assert!(
        question.why.contains("from 600 ms per record"),
        "{}",
        question.why
    );

    let facts = |ms: &str| facts_of(&BTreeMap::from([("perRecordMs".to_owned(), ms.to_owned())]));
    assert!(
        questions(&[config(text, None)], &facts("1"))
            .iter()
            .all(|question| question.rule != "KC-T305")
    );
    let over = |ms: &str| {
        findings(text, "java", &facts(ms))
            .iter()
            .any(|finding| finding.rule == "KC-T305")
    };
    assert!(over("600") && !over("599.9"));
}

#[test]
fn fragments_are_not_told_what_they_lack() {
    let fragment = facts_of(&BTreeMap::from([(
        "complete".to_owned(),
        "false".to_owned(),
    )]));
    let all = findings("group.id=g\n", "java", &fragment);
    assert!(
        all.iter().all(|finding| finding.rule != "KC-A502"),
        "{all:?}"
    );
}

#[test]
fn trailing_comments_are_told_from_values() {
    for (text, expected) in [
        ("session.timeout.ms=45000 # 45 s", true),
        ("session.timeout.ms=45000 ! 45 s", true),
        ("bootstrap.servers=a:1,\\\n  b:2 # two", true),
        ("auto.offset.reset=earliest # from the start", true),
        ("client.id=orders # one", true),
        ("session.timeout.ms=45000#45", false),
        ("client.id=orders\\ \\# one", false),
        ("auto.offset.reset=whatever # from the start", false),
        ("ssl.key.password=a #b", false),
        ("client.id=#1", false),
        ("my.own.key=1 # one", false),
        ("group.id=a\\\n  # b", false),
    ] {
        assert_eq!(has(text, "KC-P001"), expected, "{text}");
    }
}

#[test]
fn comments_silence_rules_and_unknown_ids_are_reported() {
    let pair = "session.timeout.ms=10000\nheartbeat.interval.ms=5000\n";
    for text in [
        format!("# rebalance: ignore KC-T301 lab only\n{pair}"),
        format!("{pair}# rebalance: ignore KC-T301\n"),
        format!("! rebalance: ignore KC-X101,KC-T301 both\n\n{pair}"),
    ] {
        assert!(!has(&text, "KC-T301"), "{text}");
        assert!(!has(&text, "KC-P013"), "{text}");
    }
    for (comment, expected) in [("", true), ("// rebalance: ignore KC-L1213 ours\n", false)] {
        let text = format!("kafka.consumer({{ groupId: 'g',\n{comment} mine: 1 }});\n");
        let all = lint(
            &[config(&text, None)],
            &Facts::default(),
            &Options::default(),
        );
        let found = all.iter().any(|finding| finding.rule == "KC-L1213");
        assert_eq!(found, expected, "{text}: {all:?}");
    }
    let one = "# rebalance: ignore KC-X101 ours\nfoo.bar.baz=1\nother.unknown.thing=2\n";
    let left = findings(one, "java", &Facts::default());
    let unknown: Vec<_> = left
        .iter()
        .filter(|finding| finding.rule == "KC-X101")
        .collect();
    assert_eq!(unknown.len(), 1, "{left:?}");
    assert!(unknown[0].message.contains("other.unknown.thing"));

    let wrong = findings(
        "# rebalance: ignore KC-T999, KC-T998\n",
        "java",
        &Facts::default(),
    );
    let complaints = wrong
        .iter()
        .filter(|finding| finding.rule == "KC-P013")
        .count();
    assert_eq!(complaints, 2, "{wrong:?}");
    assert!(has("# rebalance: ignore\n", "KC-P013"));
    assert!(!has("# rebalance: this group often\n", "KC-P013"));
}

#[test]
fn settings_make_rules_louder_quieter_and_silent() {
    let configs = [config(
        "session.timeout.ms=10000\nheartbeat.interval.ms=5000\n",
        Some("java@3.9"),
    )];
    let with = |setting| {
        let options = Options {
            settings: BTreeMap::from([("KC-T301".to_owned(), setting)]),
            ..Options::default()
        };
        let all = lint(&configs, &Facts::default(), &options);
        all.iter()
            .find(|finding| finding.rule == "KC-T301")
            .map(|finding| finding.severity)
    };
    assert_eq!(with(Setting::Off), None);
    assert_eq!(with(Setting::At(Severity::Error)), Some(Severity::Error));
}

#[test]
fn no_secret_is_shown() {
    let secret = "hunter2-hunter2";
    let text = format!(
        "sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required username=\"u\" \\\n  \
         password=\"{secret}\";\nssl.key.password={secret}\nssl.key.password={secret}2\n\
         sasl.jass.config=PlainLoginModule required password=\"{secret}\";\nexport SASL_PASSWORD={secret}\n\
         schema.registry.url=https://me:{secret}@sr/x # {secret}\nsession.timeout.ms=password={secret}\n\
         my.unknown.secret={secret}\nMax.Poll.Records=apikey password={secret}\n"
    );
    let configs = [config(&text, None)];
    let all = lint(&configs, &Facts::default(), &Options::default());
    assert!(all.iter().any(|finding| finding.rule == "KC-S801"));
    let shown = serde_json::to_string(&all).expect("JSON");
    assert!(!shown.contains("hunter2"), "{shown}");
    let asked = questions(&configs, &Facts::default());
    assert!(
        !serde_json::to_string(&asked)
            .expect("JSON")
            .contains("hunter2")
    );
    assert!(!configs[0].masked().text.contains("hunter2"));
}

#[derive(Deserialize)]
struct Pasted {
    file: String,
    client: String,
    client_version: String,
    context: BTreeMap<String, serde_json::Value>,
    must_error_warn: Vec<String>,
    must_info: Vec<String>,
    may: Vec<String>,
    must_not: Vec<String>,
}

#[test]
fn pasted_configurations_give_what_they_should() {
    let mut compared = 0;
    for pasted in lines::<Pasted>("lint/examples.jsonl") {
        let file = &pasted.file;
        let mut facts = Facts::default();
        for (key, value) in &pasted.context {
            let value = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            if key != "with" {
                facts.set(key, &value).expect(key);
            }
        }
        let plain_java = pasted.client.starts_with("java") && !pasted.client_version.is_empty();
        let client = plain_java.then(|| format!("java@{}", pasted.client_version));
        let parsed = |file: &str, client| config(&read(&format!("lint/examples/{file}")), client);
        let config = parsed(file, client.as_deref());
        if !plain_java {
            assert_eq!(config.client().family.name(), pasted.client, "{file}");
        }
        let mut configs = vec![config];
        if let Some(with) = pasted.context.get("with").and_then(|with| with.as_str()) {
            configs.push(parsed(with, client.as_deref()));
        }
        let mut all = lint(&configs, &facts, &Options::default());
        all.retain(|finding| finding.config == 0);
        let known = |id: &&String| rules::rule(id).is_some();
        let may = |id: &str| pasted.may.iter().any(|may| may == id);

        let mut expected: Vec<&str> = pasted
            .must_error_warn
            .iter()
            .filter(known)
            .map(String::as_str)
            .collect();
        expected.sort_unstable();
        let loud = all
            .iter()
            .filter(|finding| finding.severity > Severity::Info);
        let mut loud: Vec<&str> = loud
            .map(|finding| finding.rule)
            .filter(|id| expected.contains(id) || !may(id))
            .collect();
        loud.sort_unstable();
        assert_eq!(loud, expected, "{file}: {all:#?}");
        for id in pasted.must_info.iter().filter(known) {
            assert!(
                all.iter().any(|finding| finding.rule == *id),
                "{file} lacks {id}: {all:#?}"
            );
        }
        for id in &pasted.must_not {
            assert!(
                all.iter().all(|finding| finding.rule != *id),
                "{file} has {id}: {all:#?}"
            );
        }
        compared += expected.len() + pasted.must_info.iter().filter(known).count();
    }
    assert!(compared >= 15, "{compared}");
}

#[derive(Deserialize)]
struct Started {
    id: String,
    client: String,
    config: BTreeMap<String, String>,
    accepted: bool,
    #[serde(default)]
    errors: Vec<Thrown>,
}

#[derive(Deserialize)]
struct Thrown {
    message: String,
}

/// A key or a value as `Properties.store` would write it.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for unit in text.encode_utf16() {
        match u8::try_from(unit) {
            Ok(byte) if byte.is_ascii_alphanumeric() => escaped.push(byte as char),
            _ => write!(escaped, "\\u{unit:04x}").expect("a string takes all"),
        }
    }
    escaped
}

/// Where the advisor says that a client refuses to start, the recorded client did; and where the
/// client refused for a reason that an implemented rule knows, the advisor says so.
#[test]
fn recorded_clients_refuse_what_the_rules_say() {
    let complete = facts_of(&BTreeMap::from([(
        "complete".to_owned(),
        "true".to_owned(),
    )]));
    let refusing = ["KC-V201", "KC-V202", "KC-V205", "KC-V217", "KC-G901"];
    let mut refused = BTreeMap::<&str, usize>::new();
    let mut total = 0;
    for file in ["2.8.2", "3.4.1", "3.7.2", "3.9.2", "4.3.0"] {
        for started in lines::<Started>(&format!("vectors/client-config.{file}.jsonl")) {
            total += 1;
            let entry =
                |(key, value): (&String, &String)| format!("{}={}\n", escaped(key), escaped(value));
            let text: String = started.config.iter().map(entry).collect();
            let all = findings(&text, &format!("java@{}", started.client), &complete);
            let errors: Vec<&Finding> = all
                .iter()
                .filter(|finding| {
                    finding.severity == Severity::Error && refusing.contains(&finding.rule)
                })
                .collect();
            assert!(
                errors.is_empty() || !started.accepted,
                "{}: {errors:#?}",
                started.id
            );

            let thrown = started
                .errors
                .last()
                .map_or("", |error| error.message.as_str());
            let expected: &[&str] = if thrown.contains("Not a number of type") {
                &["KC-V201", "KC-V202"]
            } else if thrown.contains("Expected value to be either true or false") {
                &["KC-V205"]
            } else if thrown.contains("Heartbeat must be set lower than the session timeout") {
                &["KC-V217"]
            } else if thrown.contains("cannot be set when group.protocol=CONSUMER") {
                &["KC-G901"]
            } else {
                continue;
            };
            let key = thrown
                .split(" for configuration ")
                .nth(1)
                .and_then(|rest| rest.split(':').next());
            let said = errors.iter().find(|finding| {
                expected.contains(&finding.rule)
                    && key.is_none_or(|key| finding.message.contains(&format!("`{key}`")))
            });
            let said = said.unwrap_or_else(|| panic!("{}: {thrown}: {all:#?}", started.id));
            *refused.entry(said.rule).or_default() += 1;
        }
    }
    assert_eq!(total, 1600);
    for rule in refusing {
        assert!(
            refused.contains_key(rule),
            "no recorded client shows {rule}: {refused:?}"
        );
    }
}

#[test]
fn keys_that_no_client_knows_are_guessed_only_when_near() {
    for property in catalog::properties() {
        assert!(
            !has(&format!("{}=1", property.name), "KC-X101"),
            "{}",
            property.name
        );
        assert!(
            !has(&format!("{}=1", property.name), "KC-X102"),
            "{}",
            property.name
        );
    }
    for key in [
        "acks",
        "schema.registry.url",
        "config.providers.env.class",
        "zookeeper.connect",
        "application.server",
    ] {
        assert!(!has(&format!("{key}=1"), "KC-X102"), "{key}");
    }
}
