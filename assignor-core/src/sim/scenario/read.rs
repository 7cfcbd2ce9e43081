//! Reads a scenario from JSON, naming the place of whatever doesn't fit.

mod action;

pub use action::VERBS;

use super::settings::ConsumerSettings;
use super::{
    ActionKind, Application, CommitStrategy, FORMAT_VERSION, Member, PartialApplication,
    Properties, Release, Releases, Scenario, Subscription, Timing, Topic,
};
use crate::sim::client::full_match;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The longest run: seven days.
const MAX_UNTIL_MS: u64 = 7 * 24 * 3_600_000;
const MAX_PARTITIONS: u64 = 100_000;
const MAX_MEMBERS: usize = 10_000;
const MAX_ACTIONS: usize = 100_000;
const MAX_TOPICS: usize = 10_000;
/// The most replicas of a partition.
const MAX_REPLICAS: usize = 100;
/// The highest rate of `produce`.
const MAX_PER_SECOND: u64 = 1_000;
/// The longest single duration in `timing`: an hour.
const MAX_TIMING_MS: u64 = 3_600_000;

/// Why a scenario can't be read or run.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct ScenarioError {
    /// Where: a path such as `topics[1].partitions`, or `line 3 column 7` where the JSON itself is broken.
    pub place: String,
    /// What was expected there and what was found.
    pub problem: String,
}

impl ScenarioError {
    pub(in crate::sim) fn new(place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self {
            place: place.into(),
            problem: problem.into(),
        }
    }
}

type Result<T> = std::result::Result<T, ScenarioError>;

pub(super) fn parse(text: &str) -> Result<Value> {
    serde_json::from_str(text).map_err(|error| {
        ScenarioError::new(
            format!("line {} column {}", error.line(), error.column()),
            format!("this is not JSON: {}", json_problem(&error)),
        )
    })
}

pub(super) fn scenario(value: &Value) -> Result<Scenario> {
    read_scenario(&Node::root(value))
}

/// Without the "at line … column …" that the place already says.
fn json_problem(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.rfind(" at line ") {
        Some(end) => text[..end].to_owned(),
        None => text,
    }
}

/// A value and the path to it.
struct Node<'a> {
    value: &'a Value,
    path: String,
}

/// A JSON object whose fields are all known.
struct Fields<'a> {
    map: &'a Map<String, Value>,
    path: String,
}

impl<'a> Node<'a> {
    fn root(value: &'a Value) -> Self {
        Self {
            value,
            path: String::new(),
        }
    }

    fn place(&self) -> &str {
        if self.path.is_empty() {
            "scenario"
        } else {
            &self.path
        }
    }

    fn expected<T>(&self, what: &str) -> Result<T> {
        Err(ScenarioError::new(
            self.place(),
            format!("expected {what}, found {}", shown(self.value)),
        ))
    }

    fn fields(&self, known: &[&str]) -> Result<Fields<'a>> {
        let Value::Object(map) = self.value else {
            return self.expected("an object");
        };
        for name in map.keys() {
            if !known.contains(&name.as_str()) {
                return Err(ScenarioError::new(
                    field_path(&self.path, name),
                    format!("unknown field; here can be {}", known.join(", ")),
                ));
            }
        }
        Ok(Fields {
            map,
            path: self.path.clone(),
        })
    }

    fn list(&self, limit: usize) -> Result<Vec<Node<'a>>> {
        let Value::Array(values) = self.value else {
            return self.expected("a list");
        };
        if values.len() > limit {
            return Err(ScenarioError::new(
                self.place(),
                format!(
                    "at most {limit} entries can be simulated, found {}",
                    values.len()
                ),
            ));
        }
        Ok(values
            .iter()
            .enumerate()
            .map(|(index, value)| Node {
                value,
                path: format!("{}[{index}]", self.path),
            })
            .collect())
    }

    fn text(&self) -> Result<&'a str> {
        match self.value {
            Value::String(text) => Ok(text),
            _ => self.expected("text"),
        }
    }

    fn whole(&self, least: u64, most: u64) -> Result<u64> {
        match self.value.as_u64() {
            Some(number) if (least..=most).contains(&number) => Ok(number),
            _ => self.expected(&format!("a whole number from {least} to {most}")),
        }
    }

    fn properties(&self) -> Result<Properties> {
        let Value::Object(map) = self.value else {
            return self.expected("an object of Kafka properties");
        };
        map.iter()
            .map(|(key, value)| {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    Value::Bool(flag) => flag.to_string(),
                    _ => {
                        let node = Node {
                            value,
                            path: property_path(&self.path, key),
                        };
                        return node.expected("text, a number, true or false");
                    }
                };
                Ok((key.clone(), text))
            })
            .collect()
    }

    fn texts(&self, limit: usize) -> Result<Vec<String>> {
        self.list(limit)?
            .iter()
            .map(|node| node.text().map(str::to_owned))
            .collect()
    }
}

impl<'a> Fields<'a> {
    fn get(&self, name: &str) -> Option<Node<'a>> {
        let value = self.map.get(name)?;
        Some(Node {
            value,
            path: field_path(&self.path, name),
        })
    }

    fn require(&self, name: &str, what: &str) -> Result<Node<'a>> {
        self.get(name).ok_or_else(|| {
            ScenarioError::new(
                field_path(&self.path, name),
                format!("missing; expected {what}"),
            )
        })
    }

    fn text_or_empty(&self, name: &str) -> Result<String> {
        self.get(name)
            .map_or(Ok(String::new()), |node| node.text().map(str::to_owned))
    }

    fn properties(&self, name: &str) -> Result<Properties> {
        self.get(name)
            .map_or(Ok(Properties::new()), |node| node.properties())
    }

    fn whole_or(&self, name: &str, most: u64, default: u64) -> Result<u64> {
        self.get(name)
            .map_or(Ok(default), |node| node.whole(0, most))
    }
}

fn field_path(path: &str, name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if name.is_empty() || !name.bytes().all(plain) {
        property_path(path, name)
    } else if path.is_empty() {
        name.to_owned()
    } else {
        format!("{path}.{name}")
    }
}

/// The path of a Kafka property, whose name has dots of its own, or of another name that isn't plain.
pub(super) fn property_path(path: &str, key: &str) -> String {
    format!("{path}[{}]", Value::from(key))
}

fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn read_scenario(node: &Node) -> Result<Scenario> {
    let fields = node.fields(&[
        "version",
        "title",
        "about",
        "kafka",
        "broker",
        "timing",
        "application",
        "topics",
        "config",
        "members",
        "member_ids",
        "actions",
        "until_ms",
        "seed",
    ])?;
    let version = fields.require("version", "the format's version, 1")?;
    if version.value.as_u64() != Some(FORMAT_VERSION) {
        return version.expected("1, the only version of the scenario format so far");
    }
    let topics = read_topics(&fields.require("topics", "a list of topics")?)?;
    let members = read_members(&fields.require("members", "a list of members")?)?;
    let actions = action::read_all(&fields.require("actions", "a list of actions")?, &members)?;
    let (places, actions): (Vec<_>, Vec<_>) = actions.into_iter().unzip();
    let scenario = Scenario {
        version: FORMAT_VERSION,
        title: fields.text_or_empty("title")?,
        about: fields.text_or_empty("about")?,
        kafka: read_releases(&fields)?,
        broker: fields.properties("broker")?,
        timing: read_timing(&fields)?,
        application: Application::default().with(read_application(&fields)?),
        topics,
        config: fields.properties("config")?,
        members,
        member_ids: read_member_ids(&fields)?,
        actions,
        until_ms: fields
            .require("until_ms", "the end of the run in ms")?
            .whole(1, MAX_UNTIL_MS)?,
        seed: fields.whole_or("seed", u64::MAX, 0)?,
    };
    check(&scenario, &places)?;
    Ok(scenario)
}

/// What can only be seen of the whole: that every config can be read. `places` are those of the actions
/// in the list that was read.
fn check(scenario: &Scenario, places: &[usize]) -> Result<()> {
    scenario.broker_settings()?;
    for member in 0..scenario.members.len() {
        scenario.consumer_settings(member, &Properties::new())?;
    }
    let mut partitions: BTreeMap<&str, u32> = scenario
        .topics
        .iter()
        .map(|topic| (topic.name.as_str(), topic.partitions))
        .collect();
    let mut total: u64 = partitions.values().map(|&count| u64::from(count)).sum();
    for (place, action) in places.iter().zip(&scenario.actions) {
        if let Some(config) = action.kind.config() {
            let path = format!("actions[{place}].config");
            let member = action
                .kind
                .member()
                .and_then(|name| scenario.member_index(name));
            if !scenario.members.is_empty() {
                ConsumerSettings::read(scenario, member.unwrap_or(0), (&path, config))?;
            }
        }
        if let ActionKind::Create(topic) | ActionKind::Grow(topic) = &action.kind {
            let known = partitions.entry(&topic.name).or_default();
            total += u64::from(topic.partitions.saturating_sub(*known));
            *known = topic.partitions.max(*known);
            if total > MAX_PARTITIONS {
                return Err(ScenarioError::new(
                    format!("actions[{place}].partitions"),
                    format!("all topics together can have {MAX_PARTITIONS} partitions"),
                ));
            }
        }
    }
    Ok(())
}

fn read_releases(fields: &Fields) -> Result<Releases> {
    let default = || Release::new(4, 3, 0);
    let Some(node) = fields.get("kafka") else {
        return Ok(Releases {
            broker: default(),
            client: default(),
        });
    };
    let kafka = node.fields(&["broker", "client"])?;
    let of = |name| kafka.get(name).map_or(Ok(default()), |node| release(&node));
    Ok(Releases {
        broker: of("broker")?,
        client: of("client")?,
    })
}

fn release(node: &Node) -> Result<Release> {
    match node.text()?.parse() {
        Ok(release) => Ok(release),
        Err(()) => node.expected("a Kafka release such as \"4.3.0\""),
    }
}

fn read_timing(fields: &Fields) -> Result<Timing> {
    let default = Timing::default();
    let Some(node) = fields.get("timing") else {
        return Ok(default);
    };
    let mut names = Timing::OF_MEMBER.to_vec();
    names.extend(["append_ms", "metadata_behind_fetch"]);
    let timing = node.fields(&names)?;
    let ms = |name, default| timing.whole_or(name, MAX_TIMING_MS, default);
    Ok(Timing {
        to_coordinator_ms: ms("to_coordinator_ms", default.to_coordinator_ms)?,
        to_member_ms: ms("to_member_ms", default.to_member_ms)?,
        append_ms: ms("append_ms", default.append_ms)?,
        assignor_ms: ms("assignor_ms", default.assignor_ms)?,
        start_ms: ms("start_ms", default.start_ms)?,
        poll_ms: ms("poll_ms", default.poll_ms)?,
        heartbeat_tick_ms: ms("heartbeat_tick_ms", default.heartbeat_tick_ms)?,
        revoked_ms: ms("revoked_ms", default.revoked_ms)?,
        assigned_ms: ms("assigned_ms", default.assigned_ms)?,
        lost_ms: ms("lost_ms", default.lost_ms)?,
        fetch_ms: ms("fetch_ms", default.fetch_ms)?,
        rediscovery_ms: ms("rediscovery_ms", default.rediscovery_ms)?,
        metadata_behind_fetch: match timing.get("metadata_behind_fetch") {
            None => default.metadata_behind_fetch,
            Some(node) => match node.value {
                Value::Bool(flag) => *flag,
                _ => return node.expected("true or false"),
            },
        },
    })
}

fn read_topics(node: &Node) -> Result<Vec<Topic>> {
    let mut seen = BTreeSet::new();
    let mut left = MAX_PARTITIONS;
    node.list(MAX_TOPICS)?
        .iter()
        .map(|node| {
            let fields = node.fields(&["name", "partitions", "racks"])?;
            let name = fields.require("name", "the topic's name")?;
            let partitions = fields.require("partitions", "the number of partitions")?;
            let topic = Topic {
                name: topic_name(&name)?,
                partitions: u32::try_from(partitions.whole(0, MAX_PARTITIONS)?).unwrap_or(0),
                racks: match fields.get("racks") {
                    None => Vec::new(),
                    Some(node) => racks(&node)?,
                },
            };
            if !seen.insert(topic.name.clone()) {
                return name.expected("a name that no other topic has");
            }
            left = left.checked_sub(topic.partitions.into()).ok_or_else(|| {
                ScenarioError::new(
                    partitions.place(),
                    format!("all topics together can have {MAX_PARTITIONS} partitions"),
                )
            })?;
            Ok(topic)
        })
        .collect()
}

/// Of each partition the racks of its replicas.
fn racks(node: &Node) -> Result<Vec<Vec<String>>> {
    let partitions = node.list(usize::try_from(MAX_PARTITIONS).unwrap_or(usize::MAX))?;
    if partitions.is_empty() {
        return node.expected("a list of racks for at least one partition");
    }
    let of_partition = |node: &Node| node.texts(MAX_REPLICAS);
    partitions.iter().map(of_partition).collect()
}

fn topic_name(node: &Node) -> Result<String> {
    let name = node.text()?;
    let legal = (1..=249).contains(&name.len())
        && name != "."
        && name != ".."
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte));
    if legal {
        Ok(name.to_owned())
    } else {
        node.expected(
            "a topic name: 1 to 249 of the characters a-z, A-Z, 0-9, dot, underscore and hyphen",
        )
    }
}

fn read_members(node: &Node) -> Result<Vec<Member>> {
    let mut seen = BTreeSet::new();
    node.list(MAX_MEMBERS)?
        .iter()
        .map(|node| {
            let fields = node.fields(&[
                "name",
                "client",
                "config",
                "topics",
                "timing",
                "application",
            ])?;
            let name = fields.require("name", "the member's name")?;
            let text = name.text()?;
            if text.is_empty() || text.len() > 200 || text == "coordinator" {
                return name.expected("a name of 1 to 200 characters other than \"coordinator\"");
            }
            if !seen.insert(text.to_owned()) {
                return name.expected("a name that no other member has");
            }
            Ok(Member {
                name: text.to_owned(),
                client: match fields.get("client") {
                    None => None,
                    Some(node) => Some(release(&node)?),
                },
                config: fields.properties("config")?,
                topics: match fields.get("topics") {
                    None => Subscription::All,
                    Some(node) => subscription(&node)?,
                },
                timing: own_timing(&fields)?,
                application: read_application(&fields)?,
            })
        })
        .collect()
}

/// A member's latencies and durations.
fn own_timing(fields: &Fields) -> Result<BTreeMap<String, u64>> {
    let Some(node) = fields.get("timing") else {
        return Ok(BTreeMap::new());
    };
    let timing = node.fields(&Timing::OF_MEMBER)?;
    let own = timing.map.keys().filter_map(|name| {
        let ms = timing.get(name)?.whole(0, MAX_TIMING_MS);
        Some(ms.map(|ms| (name.clone(), ms)))
    });
    own.collect()
}

fn read_application(fields: &Fields) -> Result<PartialApplication> {
    let Some(node) = fields.get("application") else {
        return Ok(PartialApplication::default());
    };
    let application = node.fields(&["batch_ms", "record_ms", "commit"])?;
    let ms = |name: &str| {
        let node = application.get(name);
        node.map(|node| node.whole(0, MAX_UNTIL_MS)).transpose()
    };
    Ok(PartialApplication {
        batch_ms: ms("batch_ms")?,
        record_ms: ms("record_ms")?,
        commit: match application.get("commit") {
            None => None,
            Some(node) => {
                let text = node.text()?;
                let mut strategies = CommitStrategy::ALL.into_iter();
                let Some(strategy) = strategies.find(|strategy| strategy.as_str() == text) else {
                    let names = CommitStrategy::ALL.map(CommitStrategy::as_str);
                    return node.expected(&format!("one of {}", names.join(", ")));
                };
                Some(strategy)
            }
        },
    })
}

/// A list of topics, or a pattern between slashes.
fn subscription(node: &Node) -> Result<Subscription> {
    if let Value::String(text) = node.value {
        let pattern = text
            .strip_prefix('/')
            .and_then(|rest| rest.strip_suffix('/'));
        return match pattern {
            Some(pattern) if full_match(pattern).is_ok() => {
                Ok(Subscription::Pattern(pattern.to_owned()))
            }
            _ => node.expected("a list of topics, or a regular expression such as \"/orders.*/\""),
        };
    }
    let topics = node.list(MAX_TOPICS)?;
    let names = topics.iter().map(topic_name).collect::<Result<_>>()?;
    Ok(Subscription::Topics(names))
}

fn read_member_ids(fields: &Fields) -> Result<BTreeMap<String, Vec<String>>> {
    let Some(node) = fields.get("member_ids") else {
        return Ok(BTreeMap::new());
    };
    let Value::Object(map) = node.value else {
        return node.expected("an object: client id or instance id → list of member ids");
    };
    map.iter()
        .map(|(name, value)| {
            let ids = Node {
                value,
                path: field_path(&node.path, name),
            };
            Ok((name.clone(), ids.texts(MAX_ACTIONS)?))
        })
        .collect()
}
