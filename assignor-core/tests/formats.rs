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

#[test]
fn files_within_manifests_and_lines_half_typed() {
    let map = "kind: ConfigMap\ndata:\n  consumer.properties: |\n    # ours\n    group.id=g\n    sasl.jaas.config=a \\\n      \
               b=\"c\";\n\n    session.timeout.ms : 9000\n  README: |\n    group.id=none\n";
    let map = read("", map, None);
    assert_eq!(map.format(), Format::Yaml);
    let [own, file] = map.members() else {
        panic!("{:?}", map.members());
    };
    assert_eq!(value(own, "group.id"), None);
    assert_eq!(file.format(), Format::Properties);
    let expected = [
        ("group.id", "g"),
        ("sasl.jaas.config", "a b=\"c\";"),
        ("session.timeout.ms", "9000"),
    ];
    has(file, &expected);
    let told: Vec<&str> = file
        .entries()
        .iter()
        .map(|entry| entry.key.span.text(map.text()))
        .collect();
    assert_eq!(told, ["group.id", "sasl.jaas.config", "session.timeout.ms"]);
    let whole: String = map
        .tokens()
        .iter()
        .map(|token| token.span.text(map.text()))
        .collect();
    assert_eq!(whole, map.text());
    let env = read("", "KAFKA_GROUP_ID='g' # ours\nKAFKA_SESS\n", None);
    assert_eq!(env.format(), Format::Env);
    has(&env, &[("group.id", "g")]);
    assert_eq!(
        read("", "my.key=1\nKAFKA_SESS\n", None).format(),
        Format::Properties
    );
}

/// A text whose format and client are detected, and what reaches the consumer.
struct Told {
    format: Format,
    family: Family,
    text: &'static str,
    properties: &'static [(&'static str, &'static str)],
}

#[test]
fn programs_markup_and_frameworks() {
    let all = [
        Told {
            format: Format::Python,
            family: Family::Librdkafka,
            text: "p = Producer({'bootstrap.servers': 'p:1', 'acks': 'all'})\nc = Consumer({'bootstrap.servers': 'a:1',\n  \
                   'group.id': os.environ['G'], 'fetch.wait.max.ms': 5 * 100})\n",
            properties: &[
                ("bootstrap.servers", "a:1"),
                ("group.id", "${os.environ['G']}"),
                ("fetch.max.wait.ms", "500"),
            ],
        },
        Told {
            format: Format::Python,
            family: Family::KafkaPython,
            text: "c = KafkaConsumer('t', group_id='g', enable_auto_commit=False, client_rack=None)\n",
            properties: &[("group.id", "g"), ("enable.auto.commit", "false")],
        },
        Told {
            format: Format::JavaScript,
            family: Family::KafkaJs,
            text: "const c = kafka.consumer({ groupId: 'g', sessionTimeout: 45_000 });\n\
                   await c.subscribe({ topic: 't', fromBeginning: true });\n",
            properties: &[
                ("group.id", "g"),
                ("session.timeout.ms", "45000"),
                ("auto.offset.reset", "earliest"),
            ],
        },
        Told {
            format: Format::JavaScript,
            family: Family::Librdkafka,
            text: "const c = new Kafka().consumer({ kafkaJS: { groupId: 'g' }, 'session.timeout.ms': 6000 });\n",
            properties: &[("group.id", "g"), ("session.timeout.ms", "6000")],
        },
        Told {
            format: Format::Go,
            family: Family::FranzGo,
            text: "cl, err := kgo.NewClient(kgo.ConsumerGroup(\"g\"), kgo.DisableAutoCommit(), kgo.SessionTimeout(time.Minute))\n",
            properties: &[
                ("group.id", "g"),
                ("enable.auto.commit", "false"),
                ("session.timeout.ms", "60000"),
            ],
        },
        Told {
            format: Format::Go,
            family: Family::Librdkafka,
            text: "c, err := kafka.NewConsumer(&kafka.ConfigMap{\"group.id\": \"g\", \"session.timeout.ms\": 6000})\n",
            properties: &[("group.id", "g"), ("session.timeout.ms", "6000")],
        },
        Told {
            format: Format::Json,
            family: Family::Librdkafka,
            text: "{\"Kafka\": {\"BootstrapServers\": \"a:1\", \"Consumer\": {\"GroupId\": \"g\", \"AutoOffsetReset\": \"Earliest\"}}}",
            properties: &[
                ("bootstrap.servers", "a:1"),
                ("group.id", "g"),
                ("auto.offset.reset", "earliest"),
            ],
        },
        Told {
            format: Format::Properties,
            family: Family::SmallRye,
            text: "kafka.bootstrap.servers=a:1\nmp.messaging.incoming.\"o.p\".group.id=g\n%dev.kafka.group.id=d\n",
            properties: &[("bootstrap.servers", "a:1"), ("group.id", "g")],
        },
        Told {
            format: Format::Xml,
            family: Family::MuleSoft,
            text: "<kafka:consumer-plaintext-connection groupId=\"g\" sessionTimeout=\"30\" sessionTimeoutTimeUnit=\"SECONDS\">\n\
                   <kafka:bootstrap-server value=\"a:1\"/><kafka:bootstrap-server value=\"b:2\"/>\n\
                   </kafka:consumer-plaintext-connection>",
            properties: &[
                ("group.id", "g"),
                ("session.timeout.ms", "30000"),
                ("bootstrap.servers", "a:1,b:2"),
            ],
        },
        Told {
            format: Format::Yaml,
            family: Family::ConnectWorker,
            text: "kind: KafkaConnect\nspec:\n  config:\n    group.id: workers\n    consumer.session.timeout.ms: 6000\n",
            properties: &[("session.timeout.ms", "6000")],
        },
    ];
    for told in all {
        let config = read("", told.text, None);
        assert_eq!(config.format(), told.format, "{}", told.text);
        assert_eq!(config.client().family, told.family, "{}", told.text);
        has(&config, told.properties);
    }
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
        Just("<a:b key=\"group.id\" value=\""),
        Just("/>"),
        Just("</a:b>"),
        Just("kgo.SessionTimeout("),
        Just("cfg.Consumer.Group.Session.Timeout = 6 * time.Second"),
        Just("kafka.consumer({ groupId: "),
        Just("KafkaConsumer("),
        Just("def f(c):\n  c.assign("),
        Just("f\""),
        Just("`"),
        Just("'properties.group.id' = 'g'"),
        Just("mp.messaging.incoming.\"a"),
        Just("- alert: A\n  expr: rate(x) > "),
        Just("new ConsumerConfig { GroupId = "),
        Just(".<T>"),
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
