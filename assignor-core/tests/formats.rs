//! Formats other than `.properties`: every byte belongs to a token, nothing panics, and the values
//! that reach the consumer are found.
// The examples are files.
#![allow(clippy::disallowed_methods)]

use assignor_core::config::{Config, Family, Format, ParseOptions};
use assignor_core::lint::{Facts, Options, lint, startup};
use proptest::prelude::*;

fn read(name: &str, text: &str, format: Option<Format>) -> Config {
    let options = ParseOptions {
        name: name.to_owned(),
        format,
        client: None,
    };
    Config::parse(text, &options)
}

fn example(name: &str) -> Config {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/lint/examples");
    let text = std::fs::read_to_string(format!("{folder}/{name}")).expect("the example is there");
    let by_name = read(name, &text, None);
    let by_text = read("", &text, None);
    assert_eq!(by_name.format(), by_text.format(), "{name} by its text");
    by_name
}

fn value(config: &Config, property: &str) -> Option<String> {
    let entry = config.winner(property)?;
    Some(entry.value.text.clone())
}

#[track_caller]
fn has(config: &Config, expected: &[(&str, &str)]) {
    for (property, text) in expected {
        assert_eq!(
            value(config, property).as_deref(),
            Some(*text),
            "{property}"
        );
    }
}

#[test]
fn spring_boot_yaml() {
    let config = example("10-spring-conflicts.yml");
    assert_eq!(config.format(), Format::Yaml);
    assert_eq!(config.client().family, Family::SpringBoot);
    has(
        &config,
        &[
            ("bootstrap.servers", "kafka:9092"),
            ("group.id", "orders"),
            ("enable.auto.commit", "true"),
            ("heartbeat.interval.ms", "3000"),
            ("session.timeout.ms", "30s"),
            // The map beats the name that Boot has.
            ("max.poll.records", "500"),
        ],
    );
}

#[test]
fn spring_boot_properties() {
    let text = "spring.kafka.consumer.group-id=g\nspring.kafka.consumer.fetch-max-wait=2s\n\
                spring.kafka.consumer.properties[session.timeout.ms]=6000\n";
    let config = read("", text, None);
    assert_eq!(config.client().family, Family::SpringBoot);
    has(
        &config,
        &[
            ("group.id", "g"),
            ("fetch.max.wait.ms", "2000"),
            ("session.timeout.ms", "6000"),
        ],
    );
}

#[test]
fn java_code() {
    let config = example("13-java-missing-deserializers.java");
    assert_eq!(config.format(), Format::Code);
    has(
        &config,
        &[
            ("bootstrap.servers", "localhost:9092"),
            ("session.timeout.ms", "300000"),
            ("enable.auto.commit", "true"),
            (
                "group.instance.id",
                "${\"order-processor-\" + UUID.randomUUID()}",
            ),
            (
                "partition.assignment.strategy",
                "org.apache.kafka.clients.consumer.RangeAssignor",
            ),
        ],
    );
}

#[test]
fn manifests_env_files_and_connectors() {
    let manifest = example("19-k8s-statefulset.yaml");
    assert_eq!(manifest.format(), Format::Yaml);
    has(&manifest, &[("session.timeout.ms", "300000")]);
    let env = example("25-app.env");
    assert_eq!(env.format(), Format::Env);
    has(
        &env,
        &[("group.id", "telemetry"), ("session.timeout.ms", "30")],
    );
    let sink = example("22-connect-sink.json");
    assert_eq!(sink.format(), Format::Json);
    assert_eq!(sink.client().family, Family::Connector);
    has(
        &sink,
        &[("max.poll.interval.ms", "600000"), ("group.id", "jdbc")],
    );
    assert_eq!(value(&sink, "tasks.max"), None);
}

/// Pieces that formats are made of, so that random texts get into all corners.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("spring:\n  kafka:\n"),
        Just("props.put("),
        Just("Map.of(\"a.b\", "),
        Just("session.timeout.ms"),
        Just("\"group.id\""),
        Just("ConsumerConfig.GROUP_ID_CONFIG"),
        Just("- name: A\n  value: b\n"),
        Just("env:\n"),
        Just("environment:\n  - A=b\n"),
        Just("\"\"\""),
        Just("'"),
        Just("\""),
        Just("\\"),
        Just("/*"),
        Just("*/"),
        Just("//"),
        Just("#"),
        Just(" #"),
        Just(": "),
        Just(":"),
        Just("= "),
        Just("- "),
        Just("|"),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just("("),
        Just(")"),
        Just(","),
        Just(";"),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("\t"),
        Just("  "),
        Just("to "),
        Just("30s"),
        Just("---\n"),
        Just("é"),
        Just("\u{2028}"),
        Just("A_B=1\n"),
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_byte_belongs_to_a_token(text in prop_oneof![text(), any::<String>()]) {
        for format in Format::ALL {
            let config = read("", &text, Some(format));
            let mut end = 0;
            for token in config.tokens() {
                prop_assert_eq!(token.span.start, end);
                prop_assert!(!token.span.is_empty());
                end = token.span.end;
            }
            prop_assert_eq!(end, text.len());
            for entry in config.entries() {
                prop_assert!(text.get(entry.value.span.start..entry.value.span.end).is_some());
                prop_assert!(text.get(entry.key.span.start..entry.key.span.end).is_some());
            }
            let findings = lint(
                std::slice::from_ref(&config),
                &Facts::default(),
                &Options::default(),
            );
            startup(&config, 0, &Facts::default(), &findings);
            let _ = config.masked();
        }
        let _ = read("", &text, None);
    }
}
