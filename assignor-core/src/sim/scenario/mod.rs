//! A scenario: everything that determines a run.
//!
//! The JSON form (`"version": 1`) is documented in `docs/scenario.md`; [`Scenario::from_json`] names the
//! place of whatever it can't read, and [`Scenario::to_json`] writes what `from_json` reads back to
//! an equal value. Property maps use Kafka's own names and hold text, as a properties file does.

mod action;
mod application;
mod read;
mod settings;

pub use action::{Action, ActionKind, CloseOperation, Ending, Listener};
pub use application::{Application, CommitStrategy, PartialApplication};
pub use read::{ScenarioError, VERBS};
pub(in crate::sim) use settings::subscribed;
pub use settings::{BrokerSettings, ConsumerSettings, Release};

use crate::assign;
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
    /// What the application of every member does with its records.
    #[serde(skip_serializing_if = "Application::is_default")]
    pub application: Application,
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
    /// Of each partition the racks of its replicas; over again from the first if there are more
    /// partitions. Empty: brokers without racks.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub racks: Vec<Vec<String>>,
}

impl Topic {
    /// A topic on brokers without racks.
    pub fn new(name: impl Into<String>, partitions: u32) -> Self {
        Self {
            name: name.into(),
            partitions,
            racks: Vec::new(),
        }
    }

    /// The topic with so many partitions, as an assignor sees it.
    pub(in crate::sim) fn with_partitions(&self, partitions: u32) -> assign::Topic {
        if self.racks.is_empty() {
            return assign::Topic::new(partitions);
        }
        let racks = self.racks.iter().cycle().cloned();
        let count = usize::try_from(partitions).unwrap_or(usize::MAX);
        assign::Topic::with_racks(racks.take(count).collect())
    }
}

/// A member that actions can start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// Its name, which is also its `client.id`.
    pub name: String,
    /// Release of its Java client; none: as in [`Scenario::kafka`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client: Option<Release>,
    /// Its own consumer config on top of the shared one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub config: Properties,
    /// What it subscribes to.
    #[serde(skip_serializing_if = "Subscription::is_all")]
    pub topics: Subscription,
    /// Latencies and durations of its own, by the names of [`Timing`]'s fields, on top of the shared ones.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub timing: BTreeMap<String, u64>,
    /// What its application does otherwise than the others'.
    #[serde(skip_serializing_if = "PartialApplication::is_empty")]
    pub application: PartialApplication,
}

impl Member {
    /// A member of that name that subscribes to everything and has nothing of its own.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            client: None,
            config: Properties::new(),
            topics: Subscription::All,
            timing: BTreeMap::new(),
            application: PartialApplication::default(),
        }
    }
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
    /// The fields that a member can have of its own.
    pub(in crate::sim) const OF_MEMBER: [&str; 11] = [
        "to_coordinator_ms",
        "to_member_ms",
        "assignor_ms",
        "start_ms",
        "poll_ms",
        "heartbeat_tick_ms",
        "revoked_ms",
        "assigned_ms",
        "lost_ms",
        "fetch_ms",
        "rediscovery_ms",
    ];

    /// These durations with a member's own on top; names that are not in [`Timing::OF_MEMBER`] are ignored.
    #[must_use]
    pub(in crate::sim) fn with(&self, own: &BTreeMap<String, u64>) -> Self {
        let mut timing = self.clone();
        for (name, &ms) in own {
            let field = match name.as_str() {
                "to_coordinator_ms" => &mut timing.to_coordinator_ms,
                "to_member_ms" => &mut timing.to_member_ms,
                "assignor_ms" => &mut timing.assignor_ms,
                "start_ms" => &mut timing.start_ms,
                "poll_ms" => &mut timing.poll_ms,
                "heartbeat_tick_ms" => &mut timing.heartbeat_tick_ms,
                "revoked_ms" => &mut timing.revoked_ms,
                "assigned_ms" => &mut timing.assigned_ms,
                "lost_ms" => &mut timing.lost_ms,
                "fetch_ms" => &mut timing.fetch_ms,
                "rediscovery_ms" => &mut timing.rediscovery_ms,
                _ => continue,
            };
            *field = ms;
        }
        timing
    }

    /// What the recorded runs show of one broker on loopback and warm Java processes.
    pub fn recorded() -> Self {
        Self {
            append_ms: 3,
            assignor_ms: 2,
            start_ms: 32,
            poll_ms: 100,
            heartbeat_tick_ms: 100,
            rediscovery_ms: 60,
            fetch_ms: 25,
            metadata_behind_fetch: true,
            ..Self::default()
        }
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
        ConsumerSettings::read(self, member, ("config", extra))
    }
}
