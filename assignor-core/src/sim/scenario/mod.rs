//! A scenario: everything that determines a run.
//!
//! The JSON form (`"version": 1`) is documented in `docs/scenario.md`; [`Scenario::from_json`] names the
//! place of whatever it can't read, and [`Scenario::to_json`] writes what `from_json` reads back to
//! an equal value. Property maps use Kafka's own names and hold text, as a properties file does.

mod read;
mod settings;

pub use read::ScenarioError;
pub(in crate::sim) use settings::subscribed;
pub use settings::{BrokerSettings, ConsumerSettings, Release};

use serde::Serialize;
use std::collections::BTreeMap;

/// Kafka properties by name, values as written.
pub type Properties = BTreeMap<String, String>;

/// The scenario format that this version writes.
pub const FORMAT_VERSION: u64 = 1;

/// Everything that determines a run. The same scenario always gives the same trace.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scenario {
    /// Always [`FORMAT_VERSION`].
    pub version: u64,
    /// One line for lists and headings; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// What the scenario shows and what to watch for; may be empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub about: String,
    /// Kafka releases of broker and clients.
    pub kafka: Releases,
    /// Broker settings that differ from Kafka's defaults, e.g. `group.initial.rebalance.delay.ms`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub broker: Properties,
    /// What Kafka doesn't fix: latencies and durations.
    pub timing: Timing,
    /// Topics that exist at the start.
    pub topics: Vec<Topic>,
    /// Consumer config that all members share.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub config: Properties,
    /// The members that actions can start, in the order in which they are shown.
    pub members: Vec<Member>,
    /// Member ids to hand out instead of generated ones, in order, by client id or instance id.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub member_ids: BTreeMap<String, Vec<String>>,
    /// What happens and when, ordered by time; actions of equal time happen in list order.
    pub actions: Vec<Action>,
    /// End of the run, in ms.
    pub until_ms: u64,
    /// Seed of everything that is made up: the random part of generated member ids.
    pub seed: u64,
}

/// Kafka releases in a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Releases {
    /// Release of the coordinator; 4.0 and later run the Java coordinator, earlier ones the Scala one.
    pub broker: Release,
    /// Release of the Java clients.
    pub client: Release,
}

/// A topic and how many partitions it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Topic {
    /// Topic name, 1 to 249 characters of `[A-Za-z0-9._-]`.
    pub name: String,
    /// Number of partitions, 0 to 100 000.
    pub partitions: u32,
}

/// A member that actions can start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Its name, which is also its `client.id`.
    pub name: String,
    /// Its own consumer config on top of the shared one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub config: Properties,
    /// What it subscribes to.
    #[serde(skip_serializing_if = "Subscription::is_all")]
    pub topics: Subscription,
}

/// What a member subscribes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Subscription {
    /// Every topic of the scenario that exists at the start.
    #[default]
    All,
    /// These topics, existing or not.
    Topics(Vec<String>),
    /// Every topic whose whole name matches this regular expression.
    Pattern(String),
}

impl Subscription {
    /// Whether the member subscribes to every topic of the scenario.
    pub fn is_all(&self) -> bool {
        *self == Self::All
    }
}

impl Serialize for Subscription {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_none(),
            Self::Topics(topics) => topics.serialize(serializer),
            Self::Pattern(pattern) => serializer.collect_str(&format_args!("/{pattern}/")),
        }
    }
}

/// What Kafka doesn't fix, in ms. Every value can be set in a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Timing {
    /// From a member to the coordinator.
    pub to_coordinator_ms: u64,
    /// From the coordinator to a member.
    pub to_member_ms: u64,
    /// The coordinator's write to its log, replicated: a leader's assignment, a commit.
    pub append_ms: u64,
    /// The leader computes an assignment.
    pub assignor_ms: u64,
    /// From the start of a process to its first JoinGroup.
    pub start_ms: u64,
    /// How long an idle `poll()` blocks before the application looks at anything else. 0: at once.
    pub poll_ms: u64,
    /// Grid on which the heartbeat thread wakes while the application is in a batch. 0: no grid.
    pub heartbeat_tick_ms: u64,
    /// Duration of `onPartitionsRevoked`.
    pub revoked_ms: u64,
    /// Duration of `onPartitionsAssigned`.
    pub assigned_ms: u64,
    /// Duration of `onPartitionsLost`.
    pub lost_ms: u64,
    /// From an assignment to the first record of a partition: offset fetch and first fetch.
    pub fetch_ms: u64,
    /// From a lost connection to the coordinator to the next request on a new one.
    pub rediscovery_ms: u64,
    /// Metadata requests wait behind a parked fetch, as they do in a cluster of one broker.
    pub metadata_behind_fetch: bool,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            to_coordinator_ms: 1,
            to_member_ms: 1,
            append_ms: 5,
            assignor_ms: 0,
            start_ms: 0,
            poll_ms: 0,
            heartbeat_tick_ms: 0,
            revoked_ms: 0,
            assigned_ms: 0,
            lost_ms: 0,
            fetch_ms: 0,
            rediscovery_ms: 100,
            metadata_behind_fetch: false,
        }
    }
}

impl Timing {
    /// What the recorded runs show of one broker on loopback and warm Java processes.
    pub fn recorded() -> Self {
        Self {
            append_ms: 3,
            assignor_ms: 2,
            start_ms: 32,
            poll_ms: 100,
            heartbeat_tick_ms: 100,
            rediscovery_ms: 540,
            fetch_ms: 25,
            metadata_behind_fetch: true,
            ..Self::default()
        }
    }
}

/// Something that happens to the group at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// When, in ms since the start of the run.
    pub at_ms: u64,
    /// What.
    pub kind: ActionKind,
}

/// What happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ActionKind {
    /// A new process of the member starts.
    Start {
        /// The member's name.
        member: String,
        /// Config of this process on top of the member's.
        config: Properties,
    },
    /// The member's application calls `close()` after its present poll.
    Close {
        /// The member's name.
        member: String,
        /// KIP-1092's `CloseOptions.GroupMembershipOperation`.
        operation: CloseOperation,
    },
    /// The member's application doesn't call `poll()` for a while after its present poll returns.
    Slow {
        /// The member's name.
        member: String,
        /// For how long.
        ms: u64,
    },
    /// The member's process stops as by SIGSTOP or a long garbage collection.
    Freeze {
        /// The member's name.
        member: String,
        /// For how long; none: until it is thawed.
        ms: Option<u64>,
    },
    /// A frozen process goes on.
    Thaw {
        /// The member's name.
        member: String,
    },
    /// The member's application subscribes to other topics.
    Subscribe {
        /// The member's name.
        member: String,
        /// To what.
        topics: Subscription,
    },
    /// A topic is created.
    Create(Topic),
    /// A topic gets more partitions.
    Grow(Topic),
    /// A topic is deleted.
    Delete {
        /// Which.
        topic: String,
    },
    /// Records are produced to each partition of a topic, at an even rate.
    Produce {
        /// Which.
        topic: String,
        /// To each partition.
        per_second: u64,
        /// For how long.
        seconds: u64,
    },
    /// The member's process gets SIGKILL.
    Kill {
        /// The member's name.
        member: String,
    },
}

impl ActionKind {
    /// The name of the action in JSON.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Start { .. } => "start",
            Self::Close { .. } => "close",
            Self::Slow { .. } => "slow",
            Self::Freeze { .. } => "freeze",
            Self::Thaw { .. } => "thaw",
            Self::Subscribe { .. } => "subscribe",
            Self::Create(_) => "create",
            Self::Grow(_) => "grow",
            Self::Delete { .. } => "delete",
            Self::Produce { .. } => "produce",
            Self::Kill { .. } => "kill",
        }
    }

    /// The member that it concerns.
    pub fn member(&self) -> Option<&str> {
        match self {
            Self::Start { member, .. }
            | Self::Close { member, .. }
            | Self::Slow { member, .. }
            | Self::Freeze { member, .. }
            | Self::Thaw { member }
            | Self::Subscribe { member, .. }
            | Self::Kill { member } => Some(member),
            Self::Create(_) | Self::Grow(_) | Self::Delete { .. } | Self::Produce { .. } => None,
        }
    }
}

/// What `close()` does about the membership (KIP-1092).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CloseOperation {
    /// A dynamic member leaves, a static one doesn't.
    #[default]
    Default,
    /// Leaves, static or not.
    Leave,
    /// Doesn't leave.
    Remain,
}

impl CloseOperation {
    /// The name in JSON; none for the default.
    pub fn as_str(self) -> Option<&'static str> {
        match self {
            Self::Default => None,
            Self::Leave => Some("leave"),
            Self::Remain => Some("remain"),
        }
    }
}

impl Serialize for Action {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("at_ms", &self.at_ms)?;
        map.serialize_entry("do", self.kind.verb())?;
        match &self.kind {
            ActionKind::Start { member, config } => {
                map.serialize_entry("member", member)?;
                if !config.is_empty() {
                    map.serialize_entry("config", config)?;
                }
            }
            ActionKind::Close { member, operation } => {
                map.serialize_entry("member", member)?;
                if let Some(operation) = operation.as_str() {
                    map.serialize_entry("operation", operation)?;
                }
            }
            ActionKind::Slow { member, ms } => {
                map.serialize_entry("member", member)?;
                map.serialize_entry("ms", ms)?;
            }
            ActionKind::Freeze { member, ms } => {
                map.serialize_entry("member", member)?;
                if let Some(ms) = ms {
                    map.serialize_entry("ms", ms)?;
                }
            }
            ActionKind::Subscribe { member, topics } => {
                map.serialize_entry("member", member)?;
                map.serialize_entry("topics", topics)?;
            }
            ActionKind::Create(topic) | ActionKind::Grow(topic) => {
                map.serialize_entry("topic", &topic.name)?;
                map.serialize_entry("partitions", &topic.partitions)?;
            }
            ActionKind::Delete { topic } => map.serialize_entry("topic", topic)?,
            ActionKind::Produce {
                topic,
                per_second,
                seconds,
            } => {
                map.serialize_entry("topic", topic)?;
                map.serialize_entry("per_second", per_second)?;
                map.serialize_entry("seconds", seconds)?;
            }
            ActionKind::Thaw { member } | ActionKind::Kill { member } => {
                map.serialize_entry("member", member)?;
            }
        }
        map.end()
    }
}

impl Scenario {
    /// Reads a scenario from JSON and checks that it can run.
    ///
    /// # Errors
    /// The place (line and column, or path) of the first thing that can't be read, what was
    /// expected there and what was found.
    pub fn from_json(text: &str) -> Result<Self, ScenarioError> {
        Self::from_value(&Self::parse(text)?)
    }

    /// Reads a scenario from a JSON value.
    ///
    /// # Errors
    /// As [`Scenario::from_json`], with a path as the place.
    pub fn from_value(value: &serde_json::Value) -> Result<Self, ScenarioError> {
        read::scenario(value)
    }

    /// JSON with the place of a mistake in it.
    pub(super) fn parse(text: &str) -> Result<serde_json::Value, ScenarioError> {
        read::parse(text)
    }

    /// The scenario as indented JSON.
    pub fn to_json(&self) -> String {
        // Nothing in a scenario can fail to serialize: keys are text and there are no floats.
        serde_json::to_string_pretty(self).unwrap_or_default()
    }

    /// The place of a member in [`Scenario::members`].
    pub fn member_index(&self, name: &str) -> Option<usize> {
        self.members.iter().position(|member| member.name == name)
    }

    /// The settings of the coordinator.
    ///
    /// # Errors
    /// A broker property whose value can't be read.
    pub fn broker_settings(&self) -> Result<BrokerSettings, ScenarioError> {
        BrokerSettings::read(&self.broker, self.kafka.broker)
    }

    /// The settings of a process of the member: shared config, the member's own, `extra` on top.
    ///
    /// # Errors
    /// A consumer property whose value can't be read, named by its path in the scenario.
    pub fn consumer_settings(
        &self,
        member: usize,
        extra: &Properties,
    ) -> Result<ConsumerSettings, ScenarioError> {
        ConsumerSettings::read(self, member, extra)
    }
}
