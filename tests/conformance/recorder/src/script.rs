//! The inputs of a run as they are played: what to start with which settings, and what to do when.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use assignor_core::sim::recorded::Recorded;
use assignor_core::version::KafkaVersion;
use serde_json::{Map, Value};

use crate::cluster::Settings;

/// KIP-1092.
const FIRST_WITH_CLOSE_OPTIONS: KafkaVersion = KafkaVersion::new(4, 1, 0);

/// A run to be played. Its document has passed the core's reader.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) document: Map<String, Value>,
    pub(crate) name: String,
    pub(crate) broker_release: KafkaVersion,
    pub(crate) client_release: KafkaVersion,
    pub(crate) broker: Settings,
    /// Topics that exist at the start, with their partitions.
    pub(crate) topics: Vec<(String, u64)>,
    /// The processes, in the order of their `start`.
    pub(crate) processes: Vec<Launch>,
    /// What happens, in the order of time.
    pub(crate) actions: Vec<(u64, Action)>,
    pub(crate) until_ms: u64,
}

/// How a process is started.
#[derive(Debug, PartialEq)]
pub(crate) struct Launch {
    pub(crate) member: String,
    /// 1, 2, … of this member.
    pub(crate) incarnation: usize,
    /// Topics with commas, or a pattern between slashes.
    pub(crate) subscription: String,
    pub(crate) config: Settings,
}

/// Something to do. A process is meant by its place in [`Script::processes`].
#[derive(Debug, PartialEq)]
pub(crate) enum Action {
    /// Lets a waiting process go.
    Start(usize),
    /// A command for a member's application.
    Tell(usize, String),
    Kill(usize),
    Freeze(usize),
    Thaw(usize),
    /// A command for the operator.
    Operate(String),
}

impl Script {
    /// Reads a recorded run or a scenario, to be played with `release` if there is one.
    pub(crate) fn read(text: &str, name: &str, release: Option<KafkaVersion>) -> Result<Self> {
        let Value::Object(mut document) = serde_json::from_str(text)? else {
            bail!("expected a JSON object");
        };
        let title = document.shift_remove("title");
        let title = title.and_then(|title| Some(title.as_str()?.to_owned()));
        document.shift_remove("version");
        document.shift_remove("observed");
        document.shift_remove("member_ids");
        if !document.contains_key("name") {
            document.shift_insert(0, "name".to_owned(), name.into());
        }
        if let Some(title) = title.filter(|_| !document.contains_key("about")) {
            document.shift_insert(1, "about".to_owned(), title.into());
        }
        if let Some(release) = release {
            let named = Value::from(number_of(release));
            let both = ["broker", "client"].map(|side| (side.to_owned(), named.clone()));
            document.insert("kafka".to_owned(), Map::from_iter(both).into());
        }
        // Names every place that doesn't fit; what is read below has its form.
        Recorded::from_json(&Value::Object(document.clone()).to_string())?;
        Self::from_document(document)
    }

    fn from_document(document: Map<String, Value>) -> Result<Self> {
        let topics: Vec<_> = list(&document, "topics")
            .map(|topic| (text(topic, "name"), number(topic, "partitions")))
            .collect();
        let mut script = Self {
            broker_release: release_of(&document, "broker")?,
            client_release: release_of(&document, "client")?,
            name: document["name"].as_str().unwrap_or_default().to_owned(),
            broker: properties(document.get("broker")),
            until_ms: document["until_ms"].as_u64().unwrap_or_default(),
            processes: Vec::new(),
            actions: Vec::new(),
            topics,
            document,
        };
        let mut actions: Vec<_> = list(&script.document, "actions").cloned().collect();
        actions.sort_by_key(|action| number(action, "at_ms"));
        let mut partitions: BTreeMap<_, _> = script.topics.iter().cloned().collect();
        for action in &actions {
            let at_ms = number(action, "at_ms");
            let steps = script
                .steps(action, &mut partitions)
                .with_context(|| format!("the action {:?} at {at_ms} ms", text(action, "do")))?;
            let steps = steps
                .into_iter()
                .map(|(delay_ms, step)| (at_ms + delay_ms, step));
            script.actions.extend(steps);
        }
        script.actions.sort_by_key(|(at_ms, _)| *at_ms);
        Ok(script)
    }

    /// What one action asks for, and how long after it.
    fn steps(
        &mut self,
        action: &Value,
        partitions: &mut BTreeMap<String, u64>,
    ) -> Result<Vec<(u64, Action)>> {
        let topic = || text(action, "topic");
        let verb = text(action, "do");
        let step = match verb.as_str() {
            "start" => {
                let launch = self.launch(action)?;
                self.processes.push(launch);
                Action::Start(self.processes.len() - 1)
            }
            "create" | "grow" => {
                let count = number(action, "partitions");
                partitions.insert(topic(), count);
                Action::Operate(format!("{verb} {} {count}", topic()))
            }
            "delete" => Action::Operate(format!("delete {}", topic())),
            "produce" => {
                let count = partitions.get(&topic()).copied().unwrap_or(0);
                let (rate, seconds) = (number(action, "per_second"), number(action, "seconds"));
                Action::Operate(format!("produce {} {count} {rate} {seconds}", topic()))
            }
            _ => return self.process_steps(&verb, action),
        };
        Ok(vec![(0, step)])
    }

    fn process_steps(&self, verb: &str, action: &Value) -> Result<Vec<(u64, Action)>> {
        let member = text(action, "member");
        let started = self
            .processes
            .iter()
            .rposition(|launch| launch.member == member);
        let Some(process) = started else {
            bail!("{member} hasn't been started before");
        };
        let step = match verb {
            "close" => {
                let operation = action["operation"].as_str().unwrap_or("default");
                if operation != "default" && self.client_release < FIRST_WITH_CLOSE_OPTIONS {
                    bail!("close has no operation before Kafka 4.1");
                }
                Action::Tell(process, format!("close {operation}"))
            }
            "slow" => Action::Tell(process, format!("slow {}", number(action, "ms"))),
            "subscribe" => {
                let subscription = subscription(&action["topics"]);
                Action::Tell(process, format!("subscribe {subscription}"))
            }
            "kill" => Action::Kill(process),
            "freeze" => {
                let mut steps = vec![(0, Action::Freeze(process))];
                if let Some(ms) = action["ms"].as_u64() {
                    steps.push((ms, Action::Thaw(process)));
                }
                return Ok(steps);
            }
            "thaw" => Action::Thaw(process),
            _ => bail!("can be simulated, but not played on this cluster"),
        };
        Ok(vec![(0, step)])
    }

    fn launch(&self, action: &Value) -> Result<Launch> {
        let name = text(action, "member");
        let member = list(&self.document, "members").find(|member| text(member, "name") == name);
        let member = member.with_context(|| format!("there is no member {name}"))?;
        let mut config = properties(self.document.get("config"));
        config.extend(properties(member.get("config")));
        config.extend(properties(action.get("config")));
        let before = self.processes.iter().filter(|launch| launch.member == name);
        let topics = action.get("topics").or_else(|| member.get("topics"));
        let every = || {
            let names: Vec<_> = self.topics.iter().map(|(name, _)| &**name).collect();
            names.join(",")
        };
        let subscription = topics.map_or_else(every, subscription);
        Ok(Launch {
            incarnation: before.count() + 1,
            member: name,
            subscription,
            config,
        })
    }

    /// Whether a sticky assignor can decide: its results depend on the random member ids.
    pub(crate) fn is_sticky(&self) -> bool {
        const KEY: &str = "partition.assignment.strategy";
        let configs = self
            .processes
            .iter()
            .filter_map(|launch| launch.config.get(KEY));
        configs
            .into_iter()
            .any(|names| names.to_lowercase().contains("sticky"))
    }
}

/// All three numbers, as Maven knows a release.
pub(crate) fn number_of(release: KafkaVersion) -> String {
    let KafkaVersion {
        major,
        minor,
        patch,
    } = release;
    format!("{major}.{minor}.{patch}")
}

/// The release of a side; the newest if none is named.
fn release_of(document: &Map<String, Value>, side: &str) -> Result<KafkaVersion> {
    let named = document.get("kafka").and_then(|kafka| kafka[side].as_str());
    Ok(named.map_or(Ok(KafkaVersion::NEWEST), str::parse)?)
}

fn list<'a>(document: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    document
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn number(value: &Value, name: &str) -> u64 {
    value[name].as_u64().unwrap_or_default()
}

fn subscription(topics: &Value) -> String {
    match topics {
        Value::Array(names) => {
            let names: Vec<_> = names.iter().filter_map(Value::as_str).collect();
            names.join(",")
        }
        other => other.as_str().unwrap_or_default().to_owned(),
    }
}

fn properties(value: Option<&Value>) -> Settings {
    let map = value.and_then(Value::as_object).into_iter().flatten();
    map.map(|(key, value)| {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        (key.clone(), text)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn script(actions: &Value, release: Option<KafkaVersion>) -> Result<Script> {
        let document = json!({
            "version": 1,
            "title": "What it shows",
            "topics": [{"name": "a", "partitions": 6}, {"name": "b", "partitions": 2}],
            "config": {"session.timeout.ms": 6000, "heartbeat.interval.ms": "1000"},
            "members": [
                {"name": "c1", "config": {"session.timeout.ms": "7000"}},
                {"name": "c2", "topics": "/a.*/"}
            ],
            "actions": actions,
            "until_ms": 9000
        });
        Script::read(&document.to_string(), "name", release)
    }

    #[test]
    fn later_settings_win_and_incarnations_count() {
        let actions = json!([
            {"at_ms": 5, "do": "start", "member": "c1", "config": {"session.timeout.ms": 8000}},
            {"at_ms": 0, "do": "start", "member": "c1"},
            {"at_ms": 6, "do": "start", "member": "c2"}
        ]);
        let script = script(&actions, None).unwrap();
        let launches: Vec<_> = script
            .processes
            .iter()
            .map(|launch| {
                let session = launch.config["session.timeout.ms"].as_str();
                (launch.incarnation, session, launch.subscription.as_str())
            })
            .collect();
        let expected = [(1, "7000", "a,b"), (2, "8000", "a,b"), (1, "6000", "/a.*/")];
        assert_eq!(launches, expected);
        assert_eq!(script.document["about"], "What it shows");
    }

    #[test]
    fn a_command_goes_to_the_latest_process_of_the_member() {
        let actions = json!([
            {"at_ms": 0, "do": "start", "member": "c1"},
            {"at_ms": 1, "do": "kill", "member": "c1"},
            {"at_ms": 2, "do": "start", "member": "c1"},
            {"at_ms": 3, "do": "freeze", "member": "c1", "ms": 4},
            {"at_ms": 5, "do": "close", "member": "c1", "operation": "leave"}
        ]);
        let script = script(&actions, None).unwrap();
        let expected = [
            (0, Action::Start(0)),
            (1, Action::Kill(0)),
            (2, Action::Start(1)),
            (3, Action::Freeze(1)),
            (5, Action::Tell(1, "close leave".to_owned())),
            (7, Action::Thaw(1)),
        ];
        assert_eq!(script.actions, expected);
    }

    #[test]
    fn records_go_to_as_many_partitions_as_there_are_then() {
        let actions = json!([
            {"at_ms": 2, "do": "produce", "topic": "b", "per_second": 20, "seconds": 3},
            {"at_ms": 1, "do": "grow", "topic": "b", "partitions": 5}
        ]);
        let script = script(&actions, None).unwrap();
        let expected = [
            (1, Action::Operate("grow b 5".to_owned())),
            (2, Action::Operate("produce b 5 20 3".to_owned())),
        ];
        assert_eq!(script.actions, expected);
    }

    #[test]
    fn what_a_release_cannot_do_is_said_before_it_is_started() {
        let actions = json!([
            {"at_ms": 0, "do": "start", "member": "c1"},
            {"at_ms": 5, "do": "close", "member": "c1", "operation": "remain"}
        ]);
        let error = format!(
            "{:#}",
            script(&actions, Some(KafkaVersion::new(3, 9, 2))).unwrap_err()
        );
        assert!(
            error.contains("4.1") && error.contains("at 5 ms"),
            "{error}"
        );
        let script = script(&actions, Some(KafkaVersion::new(4, 1, 0))).unwrap();
        assert_eq!(script.document["kafka"]["broker"], "4.1.0");
    }

    #[test]
    fn an_action_on_a_member_that_never_ran_is_an_error() {
        let error = script(&json!([{"at_ms": 0, "do": "kill", "member": "c1"}]), None);
        assert!(format!("{:#}", error.unwrap_err()).contains("c1"));
    }
}
