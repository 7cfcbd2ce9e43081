//! Guesses: the format of a text, the client that it is for, and whether it has to do with Kafka.

use super::client::Family;
use super::document::{Config, Entry, Format, Part};
use super::{catalog, dialect, env, spring};

/// The format that a file's name says, by its end.
pub(super) fn by_name(name: &str) -> Option<Format> {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    if file.starts_with(".env.") {
        return Some(Format::Env);
    }
    let (_, end) = file.rsplit_once('.')?;
    Some(match end.to_ascii_lowercase().as_str() {
        "properties" | "conf" | "cfg" | "ini" => Format::Properties,
        "yml" | "yaml" => Format::Yaml,
        "env" => Format::Env,
        "json" => Format::Json,
        "java" | "kt" | "kts" | "scala" | "groovy" | "cs" => Format::Code,
        "py" => Format::Python,
        "js" | "mjs" | "cjs" | "ts" => Format::JavaScript,
        "go" => Format::Go,
        "xml" => Format::Xml,
        "sql" => Format::Sql,
        _ => return None,
    })
}

/// Whether a text has to do with Kafka: it sets two of the consumer's properties, or one and names
/// Kafka or a client of it, or has another mark of its own, such as an alert on Kafka's metrics.
pub(super) fn is_about_kafka(config: &Config) -> bool {
    config.members().iter().any(one_is_about_kafka)
}

fn one_is_about_kafka(config: &Config) -> bool {
    let known = config
        .properties_set()
        .filter(|name| catalog::property(name).is_some())
        .take(2)
        .count();
    let named = || {
        let text = config.text().to_ascii_lowercase();
        ["kafka", "sarama", "confluent", "bootstrap.servers"]
            .iter()
            .any(|name| text.contains(name))
    };
    let alert = |entry: &Entry| {
        entry.key.text.rsplit('.').next() == Some("expr") && entry.value.text.contains("kafka")
    };
    let marked = || match config.client().family {
        // Found by marks of their own.
        Family::SpringBoot
        | Family::SmallRye
        | Family::Connector
        | Family::ConnectWorker
        | Family::MuleSoft
        | Family::Durability => true,
        _ => config.entries().iter().any(alert),
    };
    known >= 2 || named() && (known == 1 || marked())
}

/// Guesses the format from the end of the name and, without one that says it, from the text.
pub(super) fn format(name: &str, text: &str) -> Format {
    if let Some(format) = by_name(name) {
        return format;
    }
    let lines = || {
        let lines = text.lines().map(str::trim_end);
        lines.filter(|line| !line.trim_start().is_empty() && !line.trim_start().starts_with('#'))
    };
    let variable = |line: &str| {
        let name = line.split_once('=').map_or("", |(name, _)| name.trim());
        let name = name.strip_prefix("export ").unwrap_or(name);
        env::is_name(name) && name.contains('_') && !name.contains(char::is_lowercase)
    };
    // As somebody types: a name whose value isn't there yet.
    let half_typed = |line: &str| {
        let name = line.trim();
        !line.contains('=') && env::is_name(name.strip_prefix("export ").unwrap_or(name))
    };
    let trimmed = text.trim_start();
    // A map key alone on its line, and something deeper below it.
    let nested = || {
        let all: Vec<&str> = lines().collect();
        all.windows(2).any(|pair| match pair {
            [owner, below] => {
                let indent = |line: &str| line.len() - line.trim_start().len();
                owner.ends_with(':')
                    && !owner.contains('=')
                    && (indent(below) > indent(owner) || below.trim_start().starts_with("- "))
            }
            _ => false,
        })
    };
    let has = |marks: &[&str]| lines().any(|line| marks.iter().any(|mark| line.contains(mark)));
    let quoted_pairs = || text.contains("':") && trimmed.starts_with(['{', '\'']);
    if trimmed.starts_with('{') && trimmed.contains("\":") {
        Format::Json
    } else if trimmed.starts_with('<') {
        Format::Xml
    } else if has(&["'connector'"]) || has(&["WITH (", "WITH("]) && has(&["' = '", "'='"]) {
        Format::Sql
    } else if has(&["sarama.", "kgo.", "kafka.ConfigMap", "kafka.NewConsumer"]) {
        Format::Go
    } else if has(&[
        "kafka.consumer(",
        "new Kafka(",
        "await ",
        "require(",
        "=== ",
        "const {",
    ]) || has(&["const "]) && has(&["({", "= {"])
    {
        Format::JavaScript
    } else if quoted_pairs()
        || has(&["Consumer("]) && !has(&["new ", ";"])
        || lines().any(|line| {
            line.starts_with("def ")
                || line.ends_with("= {") && !line.contains(' ')
                || line.starts_with("import confluent_kafka")
        })
        || has(&["= {"]) && has(&["\":", "':"]) && !has(&[";"])
    {
        Format::Python
    } else if has(&["new ConsumerConfig"])
        || has(&["Config.", ".put(", "Map.of(", "mapOf(", ".setProperty("])
            && has(&["("])
            && lines().any(|line| line.ends_with([';', ')', '{', ',']))
    {
        Format::Code
    } else if lines().any(variable) && lines().all(|line| variable(line) || half_typed(line)) {
        Format::Env
    } else if nested() {
        Format::Yaml
    } else {
        Format::Properties
    }
}

/// Guesses the family from the format, from keys that only one of them has, and from what is
/// called.
pub(super) fn family(format: Format, entries: &[Entry], parts: &[Part]) -> Family {
    let key = |is: &dyn Fn(&str) -> bool| entries.iter().any(|entry| is(&entry.key.text));
    let calls = |is: &dyn Fn(&str) -> bool| parts.iter().any(|part| is(&part.name));
    let knows = |family: Family| key(&|key| dialect::key(family, key).is_some());
    match format {
        Format::Sql => return Family::Flink,
        Format::Xml if calls(&|name| name.starts_with("kafka:")) => return Family::MuleSoft,
        Format::Python => {
            let own = calls(&|name| name.ends_with("KafkaConsumer")) || knows(Family::KafkaPython);
            return if own {
                Family::KafkaPython
            } else {
                Family::Librdkafka
            };
        }
        Format::JavaScript => {
            let native = key(&|key| key.contains("kafkaJS.") || catalog::property(key).is_some());
            return if native {
                Family::Librdkafka
            } else {
                Family::KafkaJs
            };
        }
        Format::Go => {
            return if calls(&|name| name.starts_with("kgo.")) {
                Family::FranzGo
            } else if calls(&|name| name.starts_with("sarama.")) || knows(Family::Sarama) {
                Family::Sarama
            } else {
                Family::Librdkafka
            };
        }
        Format::Code
            if calls(&|name| {
                name.starts_with("KafkaSource") || name.starts_with("FlinkKafkaConsumer")
            }) =>
        {
            return Family::Flink;
        }
        Format::Code | Format::Json if key(&is_pascal) => return Family::Librdkafka,
        _ => {}
    }
    match of_keys(entries) {
        Family::Java if is_librdkafka(entries) => Family::Librdkafka,
        family => family,
    }
}

/// Whether several keys are librdkafka's alone, and none is Java's alone.
fn is_librdkafka(entries: &[Entry]) -> bool {
    let names = || entries.iter().map(|entry| entry.key.text.as_str());
    let own = names().filter(|name| {
        catalog::property(name).is_none()
            && catalog::owned_by(catalog::Owner::Librdkafka, name).is_some()
    });
    let mut javas = names().filter(|name| {
        catalog::property(name).is_some() && dialect::property(Family::Librdkafka, name).is_none()
    });
    own.take(2).count() == 2 && javas.next().is_none()
}

/// Whether a key, or the last part of its path, is one of C#'s names.
fn is_pascal(key: &str) -> bool {
    let last = key.rsplit('.').next().unwrap_or(key);
    last.starts_with(|char: char| char.is_ascii_uppercase())
        && last.contains(|char: char| char.is_ascii_lowercase())
        && dialect::key(Family::Librdkafka, last).is_some()
}

fn of_keys(entries: &[Entry]) -> Family {
    let any = |is: &dyn Fn(&Entry) -> bool| entries.iter().any(is);
    let has = |key: &str| any(&|entry| entry.key.text == key);
    let kind = |kind: &str| any(&|entry| entry.key.text == "kind" && entry.value.text == kind);
    let worker_keys = [
        "config.storage.topic",
        "offset.storage.topic",
        "status.storage.topic",
        "offset.storage.file.filename",
        "connector.client.config.override.policy",
    ];
    let worker = any(&|entry| {
        let own = |key: &&str| {
            let before = entry.key.text.strip_suffix(*key);
            before.is_some_and(|before| before.is_empty() || before.ends_with('.'))
        };
        worker_keys.iter().any(own)
    });
    // An image for workers reads variables, and other containers beside it have theirs.
    let worker = worker
        || has("CONNECT_CONFIG_STORAGE_TOPIC")
            && !any(&|entry| entry.key.text.starts_with("KAFKA_GROUP_"));
    if any(&|entry| spring::is_key(&entry.key.text)) {
        Family::SpringBoot
    } else if any(&|entry| smallrye(&entry.key.text)) {
        Family::SmallRye
    } else if kind("KafkaConnector")
        || any(&|entry| {
            entry.key.text.ends_with("connector.class")
                || entry.key.text.contains("consumer.override.")
        })
    {
        Family::Connector
    } else if worker || kind("KafkaConnect") {
        Family::ConnectWorker
    } else if has("application.id") {
        Family::Streams
    } else if kind("KafkaTopic") || kind("Kafka") || is_durability(entries) {
        Family::Durability
    } else {
        Family::Java
    }
}

fn smallrye(key: &str) -> bool {
    let prefix = key.get(..13).unwrap_or_default();
    prefix.eq_ignore_ascii_case("mp.messaging.") || prefix == "MP_MESSAGING_"
}

/// Whether a text is about topics, brokers and producers and not about a consumer: several such
/// keys, few that nobody knows, and none that is a consumer's alone.
fn is_durability(entries: &[Entry]) -> bool {
    use catalog::Owner;
    let mut owners = Vec::new();
    let mut unknown = 0;
    for entry in entries {
        let key = entry.key.text.as_str();
        match catalog::owner(key) {
            Some(owner @ (Owner::Topic | Owner::Broker | Owner::Producer)) => owners.push(owner),
            _ if matches!(key, "compression" | "replication.factor") => owners.push(Owner::Topic),
            Some(Owner::Plugin) => {}
            None if catalog::is_shared(key) => {}
            None if catalog::property(key).is_none() => unknown += 1,
            _ => return false,
        }
    }
    let producers = owners.contains(&Owner::Producer);
    let others = owners.iter().any(|owner| *owner != Owner::Producer);
    (owners.len() >= 3 || producers && others) && owners.len() >= 2 * unknown
}
