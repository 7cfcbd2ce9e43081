//! Effective settings: what a coordinator and a Java client run with, defaults included.

use super::read::{ScenarioError, property_path};
use super::{Properties, Scenario, Subscription};
use crate::assign::{Assignor, AssignorName, RebalanceProtocol};
use crate::version::KafkaVersion;
use std::fmt;
use std::str::FromStr;

/// A Kafka release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Release {
    major: u16,
    minor: u16,
    patch: u16,
}

impl Release {
    /// The release `major.minor.patch`.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }

    /// An assignor as a client of this release has it. Assignors tell releases apart from 3.0 on.
    pub(in crate::sim) fn assignor(self, name: AssignorName) -> Assignor {
        let version = KafkaVersion::new(self.major, self.minor, self.patch);
        let known = version.max(KafkaVersion::new(3, 0, 0));
        Assignor::of_version(name, known).unwrap_or_else(|_| Assignor::new(name))
    }

    /// Whether this is `major.minor` or later.
    pub fn at_least(self, major: u16, minor: u16) -> bool {
        (self.major, self.minor) >= (major, minor)
    }
}

/// What JoinGroup can say, by the older release of client and broker, and the subscription in it, by
/// the client's.
impl Release {
    /// Version 4: a newcomer asks twice (KIP-394).
    pub(in crate::sim) fn requires_member_id(self) -> bool {
        self.at_least(2, 2)
    }

    /// Version 8: the client says why it joins (KIP-800).
    pub(in crate::sim) fn gives_reasons(self) -> bool {
        self.at_least(3, 2)
    }

    /// Version 9: a static leader learns that it leads although it must not assign (KIP-814).
    pub(in crate::sim) fn knows_skip_assignment(self) -> bool {
        self.at_least(3, 2)
    }

    /// Versions 2 and 3 of the subscription: they say of which generation the owned partitions are
    /// (KIP-792), and the member's rack (KIP-881).
    pub(in crate::sim) fn tells_generation_and_rack(self) -> bool {
        self.at_least(3, 4)
    }
}

/// What a client does, by its release.
impl Release {
    /// The commit before a rejoin doesn't block `poll()` (KAFKA-13310, 3.2).
    pub(in crate::sim) fn commits_before_rejoin_async(self) -> bool {
        self.at_least(3, 2)
    }

    /// Members can be static (KIP-345).
    pub(in crate::sim) fn knows_static_members(self) -> bool {
        self.at_least(2, 3)
    }

    /// `cooperative-sticky` exists (KIP-429).
    pub(in crate::sim) fn knows_cooperative(self) -> bool {
        self.at_least(2, 4)
    }

    /// `close()` takes options (KIP-1092).
    pub(in crate::sim) fn knows_close_options(self) -> bool {
        self.at_least(4, 1)
    }
}

/// What a client's metrics do, by its release.
impl Release {
    /// Rates per hour are measured over hours, no longer over `metrics.sample.window.ms`.
    pub(in crate::sim) fn measures_hourly_rates_over_hours(self) -> bool {
        self.at_least(4, 2)
    }
}

/// What a coordinator does, by its release.
impl Release {
    /// A heartbeat while the leader assigns is fine (KAFKA-9752, 2.6); before, it was told to rejoin.
    pub(in crate::sim) fn accepts_heartbeats_while_completing(self) -> bool {
        self.at_least(2, 6)
    }

    /// Members that don't sync are removed (KAFKA-12161, 2.8).
    pub(in crate::sim) fn limits_sync_phase(self) -> bool {
        self.at_least(2, 8)
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Release {
    type Err = ();

    /// Reads `4.3.0` or `4.3`.
    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.split('.').map(str::parse::<u16>);
        let mut next = || parts.next().transpose().map_err(|_| ());
        let (Some(major), Some(minor), patch) = (next()?, next()?, next()?.unwrap_or(0)) else {
            return Err(());
        };
        if parts.next().is_some() {
            return Err(());
        }
        Ok(Self::new(major, minor, patch))
    }
}

impl serde::Serialize for Release {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// What a Java consumer of the classic protocol runs with (`ConsumerConfig`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsumerSettings {
    /// The client's release.
    pub release: Release,
    /// The older of the client's and the broker's release: what their requests can say.
    pub common_release: Release,
    /// `client.id`: the member's name unless it is set.
    pub client_id: String,
    /// `group.instance.id`; present for a static member.
    pub group_instance_id: Option<String>,
    /// `client.rack`.
    pub client_rack: Option<String>,
    /// What the member subscribes to at first, sorted as Java does; empty for a pattern.
    pub topics: Vec<String>,
    /// The regular expression of a pattern subscription.
    pub pattern: Option<String>,
    /// `partition.assignment.strategy`, in the order of preference.
    pub assignors: Vec<AssignorName>,
    /// `session.timeout.ms`.
    pub session_timeout_ms: u64,
    /// `heartbeat.interval.ms`.
    pub heartbeat_interval_ms: u64,
    /// `max.poll.interval.ms`, which is also the member's rebalance timeout.
    pub max_poll_interval_ms: u64,
    /// `enable.auto.commit`.
    pub enable_auto_commit: bool,
    /// `auto.commit.interval.ms`.
    pub auto_commit_interval_ms: u64,
    /// `max.poll.records`.
    pub max_poll_records: u64,
    /// Whether `auto.offset.reset` is `earliest`.
    pub reset_to_earliest: bool,
    /// `metadata.max.age.ms`.
    pub metadata_max_age_ms: u64,
    /// `fetch.max.wait.ms`.
    pub fetch_max_wait_ms: u64,
    /// `request.timeout.ms`.
    pub request_timeout_ms: u64,
    /// `default.api.timeout.ms`.
    pub default_api_timeout_ms: u64,
    /// `retry.backoff.ms`.
    pub retry_backoff_ms: u64,
    /// `retry.backoff.max.ms`.
    pub retry_backoff_max_ms: u64,
    /// The exception of `new KafkaConsumer(…)` if these settings don't make a consumer.
    pub refused: Option<&'static str>,
}

impl ConsumerSettings {
    /// The protocol that the client follows for life: the highest that all its assignors support.
    pub fn rebalance_protocol(&self) -> RebalanceProtocol {
        let all_cooperative = self.assignors.iter().all(|assignor| {
            assignor
                .supported_protocols()
                .contains(&RebalanceProtocol::Cooperative)
        });
        if all_cooperative {
            RebalanceProtocol::Cooperative
        } else {
            RebalanceProtocol::Eager
        }
    }

    pub(super) fn read(
        scenario: &Scenario,
        member: usize,
        (path, extra): (&str, &Properties),
    ) -> Result<Self, ScenarioError> {
        let nobody = || ScenarioError::new("members", format!("there is no member {member}"));
        let spec = scenario.members.get(member).ok_or_else(nobody)?;
        let layers = Layers {
            layers: [
                (path.to_owned(), extra),
                (format!("members[{member}].config"), &spec.config),
                ("config".to_owned(), &scenario.config),
            ],
        };
        let client = spec.client.unwrap_or(scenario.kafka.client);
        let session_timeout_ms = layers.int(
            "session.timeout.ms",
            if client.at_least(3, 0) {
                45_000
            } else {
                10_000
            },
            0,
        )?;
        let heartbeat_interval_ms = layers.int("heartbeat.interval.ms", 3_000, 0)?;
        let (topics, pattern) = subscribed(scenario, &spec.topics);
        let assignors = layers.assignors(client)?;
        let refused = if assignors.contains(&AssignorName::CooperativeSticky)
            && !client.knows_cooperative()
        {
            // The class isn't there.
            Some("KafkaException")
        } else {
            // Heartbeat's constructor, the only relation between timers that the client checks.
            (heartbeat_interval_ms >= session_timeout_ms).then_some("IllegalArgumentException")
        };
        Ok(Self {
            release: client,
            common_release: client.min(scenario.kafka.broker),
            client_id: layers.text("client.id").unwrap_or(&spec.name).to_owned(),
            // An older client takes it for a property of somebody else's.
            group_instance_id: layers
                .text("group.instance.id")
                .filter(|_| client.knows_static_members())
                .map(str::to_owned),
            client_rack: layers.text("client.rack").map(str::to_owned),
            topics,
            pattern,
            max_poll_records: layers.int("max.poll.records", 500, 1)?,
            reset_to_earliest: layers.text("auto.offset.reset") == Some("earliest"),
            metadata_max_age_ms: layers.int("metadata.max.age.ms", 300_000, 0)?,
            fetch_max_wait_ms: layers.int("fetch.max.wait.ms", 500, 0)?,
            assignors,
            session_timeout_ms,
            heartbeat_interval_ms,
            max_poll_interval_ms: layers.int("max.poll.interval.ms", 300_000, 1)?,
            enable_auto_commit: layers.bool("enable.auto.commit", true)?,
            auto_commit_interval_ms: layers.int("auto.commit.interval.ms", 5_000, 0)?,
            request_timeout_ms: layers.int("request.timeout.ms", 30_000, 0)?,
            default_api_timeout_ms: layers.int("default.api.timeout.ms", 60_000, 0)?,
            retry_backoff_ms: layers.int("retry.backoff.ms", 100, 0)?,
            retry_backoff_max_ms: layers.int("retry.backoff.max.ms", 1_000, 0)?,
            refused,
        })
    }
}

/// Topic names, sorted and without repetition, and the pattern if it is one.
pub(in crate::sim) fn subscribed(
    scenario: &Scenario,
    subscription: &Subscription,
) -> (Vec<String>, Option<String>) {
    let mut topics: Vec<_> = match subscription {
        Subscription::All => scenario.topics.iter().map(|t| t.name.clone()).collect(),
        Subscription::Topics(topics) => topics.clone(),
        Subscription::Pattern(pattern) => return (Vec::new(), Some(pattern.clone())),
    };
    topics.sort();
    topics.dedup();
    (topics, None)
}

/// What a coordinator runs with (`GroupCoordinatorConfig`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerSettings {
    /// `group.initial.rebalance.delay.ms`.
    pub initial_rebalance_delay_ms: u64,
    /// `group.min.session.timeout.ms`.
    pub min_session_timeout_ms: u64,
    /// `group.max.session.timeout.ms`.
    pub max_session_timeout_ms: u64,
    /// `group.max.size`.
    pub max_size: u64,
    /// Whether the Scala coordinator runs, the only one before 4.0.
    pub scala: bool,
    /// The broker's release.
    pub release: Release,
}

impl BrokerSettings {
    pub(super) fn read(broker: &Properties, release: Release) -> Result<Self, ScenarioError> {
        let layers = Layers {
            layers: [("broker".to_owned(), broker)],
        };
        Ok(Self {
            initial_rebalance_delay_ms: layers.int("group.initial.rebalance.delay.ms", 3_000, 0)?,
            min_session_timeout_ms: layers.int("group.min.session.timeout.ms", 6_000, 0)?,
            max_session_timeout_ms: layers.int(
                "group.max.session.timeout.ms",
                if release.at_least(2, 3) {
                    1_800_000
                } else {
                    300_000
                },
                0,
            )?,
            // Before 2.2 there is no such setting.
            max_size: match layers.int("group.max.size", 2_147_483_647, 1)? {
                size if release.at_least(2, 2) => size,
                _ => u64::MAX,
            },
            scala: !release.at_least(4, 0),
            release,
        })
    }
}

/// Property maps, the first that has a key decides. Each carries its path for errors.
struct Layers<'a, const N: usize> {
    layers: [(String, &'a Properties); N],
}

impl<const N: usize> Layers<'_, N> {
    fn find(&self, key: &str) -> Option<(&str, &str)> {
        self.layers.iter().find_map(|(path, properties)| {
            properties
                .get(key)
                .map(|value| (path.as_str(), value.trim()))
        })
    }

    /// The text of a property; none where it is absent or empty.
    fn text(&self, key: &str) -> Option<&str> {
        self.find(key)
            .map(|(_, value)| value)
            .filter(|value| !value.is_empty())
    }

    fn int(&self, key: &str, default: u64, least: u64) -> Result<u64, ScenarioError> {
        let Some((path, value)) = self.find(key) else {
            return Ok(default);
        };
        // Kafka's own type for all of these is int.
        match value.parse::<u64>() {
            Ok(number) if (least..=2_147_483_647).contains(&number) => Ok(number),
            _ => Err(ScenarioError::new(
                property_path(path, key),
                format!("expected a whole number from {least} to 2147483647, found \"{value}\""),
            )),
        }
    }

    fn bool(&self, key: &str, default: bool) -> Result<bool, ScenarioError> {
        match self.find(key) {
            None => Ok(default),
            Some((_, value)) if value.eq_ignore_ascii_case("true") => Ok(true),
            Some((_, value)) if value.eq_ignore_ascii_case("false") => Ok(false),
            Some((path, value)) => Err(ScenarioError::new(
                property_path(path, key),
                format!("expected true or false, found \"{value}\""),
            )),
        }
    }

    fn assignors(&self, client: Release) -> Result<Vec<AssignorName>, ScenarioError> {
        const KEY: &str = "partition.assignment.strategy";
        let Some((path, value)) = self.find(KEY) else {
            return Ok(if client.at_least(3, 0) {
                vec![AssignorName::Range, AssignorName::CooperativeSticky]
            } else {
                vec![AssignorName::Range]
            });
        };
        let problem = |text: String| ScenarioError::new(property_path(path, KEY), text);
        let mut assignors = Vec::new();
        for name in value.split(',').map(str::trim) {
            let assignor = AssignorName::from_class_name(name).ok_or_else(|| {
                problem(format!(
                    "expected RangeAssignor, RoundRobinAssignor, StickyAssignor or CooperativeStickyAssignor, found \"{name}\""
                ))
            })?;
            if assignors.contains(&assignor) {
                return Err(problem(format!("\"{name}\" stands in the list twice")));
            }
            assignors.push(assignor);
        }
        Ok(assignors)
    }
}
