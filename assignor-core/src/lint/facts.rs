//! What a configuration can't say about itself: versions, loads, replicas, the platform.
//!
//! Facts are given by the user or left unknown; no rule guesses one. The names are those of the
//! command line's `--fact KEY=VALUE`.

use std::borrow::Cow;

use serde::Serialize;
use thiserror::Error;

use crate::config::{Config, Entry, KafkaVersion, spring};

/// Everything known besides the text. `None` is unknown.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Facts {
    /// Whether the text is all that the client gets. `false` silences rules about missing keys.
    pub complete: Option<bool>,
    /// Instances that run with this configuration.
    pub replicas: Option<u64>,
    /// Consumers within one instance.
    pub concurrency: Option<u64>,
    /// Records that one consumer works on at the same time.
    pub parallelism: Option<u64>,
    /// Partitions of the topic.
    pub partitions: Option<u64>,
    /// Subscribed topics.
    pub topics: Option<u64>,
    /// Members of the group.
    pub members: Option<u64>,
    /// Milliseconds that one record takes.
    pub per_record_ms: Option<f64>,
    /// Milliseconds that one batch takes.
    pub batch_work_ms: Option<u64>,
    /// Milliseconds from the stop of an instance until it polls again.
    pub restart_ms: Option<u64>,
    /// Seconds that the platform waits between asking an instance to stop and killing it.
    pub termination_grace_period_seconds: Option<u64>,
    /// Heap of one instance in bytes.
    pub heap: Option<u64>,
    /// Brokers of the cluster.
    pub brokers: Option<u64>,
    /// Version of the brokers.
    pub broker: Option<KafkaVersion>,
    /// The brokers' `group.min.session.timeout.ms`.
    pub group_min_session_timeout_ms: Option<u64>,
    /// The brokers' `group.max.session.timeout.ms`.
    pub group_max_session_timeout_ms: Option<u64>,
    /// What runs the instances (`Deployment`, `StatefulSet`), or the sort of text.
    pub kind: Option<String>,
}

/// Kinds of Kubernetes that run instances.
const WORKLOADS: [&str; 6] = [
    "Deployment",
    "StatefulSet",
    "ReplicaSet",
    "DaemonSet",
    "Job",
    "CronJob",
];

/// Whether a key is the number of a listener's or a channel's threads.
fn is_listener(key: &str) -> bool {
    spring::folded(key) == "springkafkalistenerconcurrency"
        || key.starts_with("mp.messaging.incoming.")
}

/// A fact that can't be taken.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FactError {
    /// No fact of that name.
    #[error("there is no fact \"{key}\": one of {}", Facts::KEYS.join(", "))]
    UnknownKey {
        /// The name as given.
        key: String,
    },
    /// The value doesn't fit the fact.
    #[error("fact \"{key}\" is \"{value}\", expected {expected}")]
    BadValue {
        /// The fact.
        key: String,
        /// The value as given.
        value: String,
        /// What was expected.
        expected: &'static str,
    },
}

impl Facts {
    /// The names of all facts.
    pub const KEYS: [&'static str; 17] = [
        "complete",
        "replicas",
        "concurrency",
        "parallelism",
        "partitions",
        "topics",
        "members",
        "perRecordMs",
        "batchWorkMs",
        "restartMs",
        "terminationGracePeriodSeconds",
        "heap",
        "brokers",
        "broker",
        "groupMinSessionTimeoutMs",
        "groupMaxSessionTimeoutMs",
        "kind",
    ];

    /// These facts, and where they leave something open, what a text says about its own platform:
    /// the manifest round the variables, the listener's threads, the flow's.
    pub(crate) fn completed_by<'a>(&'a self, config: &Config) -> Cow<'a, Self> {
        let mut stated = Self::default();
        let entries = config.entries();
        let workload = entries.iter().find(|entry| {
            entry.key.text == "kind" && WORKLOADS.contains(&entry.value.text.as_str())
        });
        for entry in entries {
            let key = entry.key.text.as_str();
            let last = key.rsplit('.').next().unwrap_or(key);
            let value = entry.value.text.as_str();
            let fact = match last {
                "replicas" if key.ends_with("deploy.replicas") => "replicas",
                "replicas" if workload.is_some() && key == "spec.replicas" => "replicas",
                "replicaCount" => "replicas",
                "terminationGracePeriodSeconds" => "terminationGracePeriodSeconds",
                "stop_grace_period" => {
                    let ms = spring::milliseconds(value).and_then(|ms| ms.parse::<u64>().ok());
                    stated.termination_grace_period_seconds = ms.map(|ms| ms / 1_000);
                    continue;
                }
                "concurrency" if is_listener(key) => "concurrency",
                "partitions" if key.starts_with("mp.messaging.incoming.") => "concurrency",
                "flow@maxConcurrency" => "parallelism",
                _ => continue,
            };
            // What is no number says nothing.
            let _ = stated.set(fact, value);
        }
        let service = |entry: &Entry| {
            let path = entry.key.text.as_str();
            let of = path
                .strip_prefix("services.")
                .and_then(|path| path.split_once('.'));
            of.is_some_and(|(_, name)| name == "image" || name.starts_with("build"))
        };
        stated.kind = workload
            .map(|entry| entry.value.text.clone())
            .or_else(|| entries.iter().any(service).then(|| "compose".to_owned()));
        if stated == Self::default() {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Self {
            replicas: self.replicas.or(stated.replicas),
            concurrency: self.concurrency.or(stated.concurrency),
            parallelism: self.parallelism.or(stated.parallelism),
            termination_grace_period_seconds: self
                .termination_grace_period_seconds
                .or(stated.termination_grace_period_seconds),
            kind: self.kind.clone().or(stated.kind),
            ..self.clone()
        })
    }

    /// The same for a member of a text that has completed them already.
    pub(super) fn completed_by_member<'a>(
        &'a self,
        member: &Config,
        whole: &Config,
    ) -> Cow<'a, Self> {
        if std::ptr::eq(member, whole) {
            return Cow::Borrowed(self);
        }
        self.completed_by(member)
    }

    /// Takes a fact from text. `null` and the empty text make it unknown again.
    pub fn set(&mut self, key: &str, value: &str) -> Result<(), FactError> {
        let value = value.trim();
        let unknown = value.is_empty() || value == "null";
        let bad = |expected| FactError::BadValue {
            key: key.to_owned(),
            value: value.to_owned(),
            expected,
        };
        let whole = || -> Result<Option<u64>, FactError> {
            if unknown {
                return Ok(None);
            }
            value.parse().map(Some).map_err(|_| bad("a whole number"))
        };
        match key {
            "complete" => {
                self.complete = match value {
                    "true" => Some(true),
                    "false" => Some(false),
                    _ if unknown => None,
                    _ => return Err(bad("true or false")),
                }
            }
            "replicas" => self.replicas = whole()?,
            "concurrency" => self.concurrency = whole()?,
            "parallelism" => self.parallelism = whole()?,
            "partitions" => self.partitions = whole()?,
            "topics" => self.topics = whole()?,
            "members" => self.members = whole()?,
            "perRecordMs" => {
                self.per_record_ms = match value.parse::<f64>() {
                    _ if unknown => None,
                    Ok(ms) if ms.is_finite() && ms >= 0.0 => Some(ms),
                    _ => return Err(bad("a number of milliseconds, zero or more")),
                }
            }
            "batchWorkMs" => self.batch_work_ms = whole()?,
            "restartMs" => self.restart_ms = whole()?,
            "terminationGracePeriodSeconds" => self.termination_grace_period_seconds = whole()?,
            "heap" => self.heap = whole()?,
            "brokers" => self.brokers = whole()?,
            "broker" => {
                self.broker = match value.parse() {
                    _ if unknown => None,
                    Ok(version) => Some(version),
                    Err(_) => return Err(bad("a version such as 3.9")),
                }
            }
            "groupMinSessionTimeoutMs" => self.group_min_session_timeout_ms = whole()?,
            "groupMaxSessionTimeoutMs" => self.group_max_session_timeout_ms = whole()?,
            "kind" => self.kind = (!unknown).then(|| value.to_owned()),
            _ => {
                return Err(FactError::UnknownKey {
                    key: key.to_owned(),
                });
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_can_be_set_and_unset() {
        for key in Facts::KEYS {
            let mut facts = Facts::default();
            let value = if key == "complete" { "true" } else { "3" };
            facts.set(key, value).unwrap();
            assert_ne!(facts, Facts::default(), "{key}");
            facts.set(key, "null").unwrap();
            assert_eq!(facts, Facts::default(), "{key}");
        }
    }

    #[test]
    fn bad_facts_name_the_place_and_the_remedy() {
        let mut facts = Facts::default();
        let error = facts.set("replicas", "three").unwrap_err();
        assert_eq!(
            error.to_string(),
            "fact \"replicas\" is \"three\", expected a whole number"
        );
        let error = facts.set("replica", "3").unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("there is no fact \"replica\": one of complete, replicas,")
        );
        assert!(facts.set("perRecordMs", "NaN").is_err());
    }
}
