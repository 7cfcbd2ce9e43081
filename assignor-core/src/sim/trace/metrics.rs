//! The consumer's own metrics at any time, by the names of its `MBean`s
//! `kafka.consumer:type=consumer-coordinator-metrics` and `consumer-metrics`; `names.txt` has them all.
//!
//! Counted as Kafka counts (`AbstractCoordinator`, `ConsumerCoordinator`,
//! `RebalanceCallbackMetricsManager`, `KafkaConsumerMetrics`@4.3): what a request took is recorded when its
//! answer arrives, a rebalance lasts from the first JoinGroup of the attempt to a good answer to SyncGroup,
//! `MEMBER_ID_REQUIRED` is a failed rebalance, and an application that only polls is idle for half of the
//! time. Averages, maxima and rates are those of `SampledStat` with two samples of 30 s, as the first one to
//! look at them sees them; the rates per hour of two of one hour from 4.2 on.

mod polls;
mod samples;

use self::polls::Polls;
use self::samples::{Samples, Sensor, float};
use super::{Activity, Api, ErrorCode, EventKind, Message, ProcessIx, Trace};
use crate::sim::scenario::Release;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A metric of a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Metric {
    /// The type of its `MBean`, as in `kafka.consumer:type=consumer-metrics`.
    pub mbean: &'static str,
    /// Kafka's name of the attribute.
    pub name: &'static str,
    /// Its value, in the unit that the name says, times in ms; none where Kafka shows `NaN`.
    pub value: Option<f64>,
}

impl Metric {
    /// The value as text: whole numbers as such, others to three places, `NaN` as Kafka shows it.
    pub fn shown(&self) -> String {
        match self.value {
            None => "NaN".to_owned(),
            Some(value) if value.fract() == 0.0 => format!("{value}"),
            Some(value) => format!("{value:.3}"),
        }
    }
}

/// Every metric: see its first lines.
const NAMES: &str = include_str!("metrics/names.txt");

/// `metrics.sample.window.ms`.
const WINDOW_MS: u64 = 30_000;
const HOUR_MS: u64 = 3_600_000;
const NS_PER_MS: f64 = 1e6;

/// The sensors of a consumer up to a time.
#[derive(Debug, Default)]
struct Sensors {
    heartbeat: Sensor,
    heartbeat_sent: Sensor,
    join: Sensor,
    sync: Sensor,
    rebalance: Sensor,
    failed: Sensor,
    commit: Sensor,
    revoked: Sensor,
    assigned: Sensor,
    lost: Sensor,
    owned_partitions: Sensor,
    commit_sync: Sensor,
    polls: Polls,
    /// The simulated applications don't call `committed()`.
    committed: Sensor,
}

impl Trace {
    /// The metrics of a process at a time, those that its release has. Reads all messages up to then.
    pub fn consumer_metrics(&self, process: ProcessIx, t_ms: u64) -> Vec<Metric> {
        let t_ms = t_ms.min(self.end_ms);
        let sensors = self.sensors(process, t_ms);
        let release = self.processes.get(process.0 as usize).map(|p| p.release);
        let over_hours = release.is_none_or(Release::measures_hourly_rates_over_hours);
        let hourly_window_ms = if over_hours { HOUR_MS } else { WINDOW_MS };
        let lines = NAMES.lines().filter(|line| !line.starts_with('#'));
        let metrics = lines.filter_map(|line| {
            let mut fields = line.split(' ');
            let (mbean, name) = (fields.next()?, fields.next()?);
            let (major, minor) = fields.next()?.split_once('.')?;
            let (major, minor) = (major.parse().ok()?, minor.parse().ok()?);
            let sensor = sensors.by_name(fields.next()?)?;
            let statistic = fields.next()?;
            let value = value_of(sensor, statistic, t_ms, hourly_window_ms);
            let known = release.is_none_or(|release| release.at_least(major, minor));
            known.then_some(Metric { mbean, name, value })
        });
        metrics.collect()
    }

    fn sensors(&self, process: ProcessIx, t_ms: u64) -> Sensors {
        let mut sensors = Sensors::default();
        self.read_callbacks(process, t_ms, &mut sensors);
        self.read_polls(process, t_ms, &mut sensors);
        let is_loss = |kind: &EventKind| matches!(kind, EventKind::CoordinatorLost { process: of } if *of == process);
        let mut losses = self
            .events
            .iter()
            .filter(|event| event.at_ms <= t_ms && is_loss(&event.kind))
            .map(|event| event.at_ms)
            .peekable();
        let mut requests = Requests::default();
        let of_process = |message: &&Message| message.process == process;
        let until = self.messages.partition_point(|m| m.sent_ms <= t_ms);
        let messages = self.messages.get(..until).unwrap_or_default().iter();
        for message in messages.filter(of_process) {
            while let Some(at_ms) = losses.next_if(|&at_ms| at_ms <= message.sent_ms) {
                requests.disconnect(at_ms, &mut sensors);
            }
            requests.take(message, t_ms, &mut sensors);
        }
        for at_ms in losses {
            requests.disconnect(at_ms, &mut sensors);
        }
        for sensor in sensors.all() {
            sensor.records.sort_by_key(|record| record.at_ms);
        }
        sensors
    }

    fn read_callbacks(&self, process: ProcessIx, t_ms: u64, sensors: &mut Sensors) {
        let mut owned = BTreeSet::new();
        let until = self.events.partition_point(|event| event.at_ms <= t_ms);
        for event in self.events.get(..until).unwrap_or_default() {
            let callback = match &event.kind {
                EventKind::Assigned(callback)
                | EventKind::Revoked(callback)
                | EventKind::Lost(callback)
                    if callback.process == process =>
                {
                    callback
                }
                _ => continue,
            };
            let sensor = match &event.kind {
                EventKind::Assigned(_) => {
                    owned.extend(callback.partitions.iter().copied());
                    &mut sensors.assigned
                }
                kind => {
                    for partition in &callback.partitions {
                        owned.remove(partition);
                    }
                    match kind {
                        EventKind::Lost(_) => &mut sensors.lost,
                        _ => &mut sensors.revoked,
                    }
                }
            };
            let returns_ms = self.callback_end(process, event.at_ms);
            if returns_ms <= t_ms {
                sensor.record(returns_ms, float(returns_ms - event.at_ms));
            }
        }
        let owned = u64::try_from(owned.len()).unwrap_or(u64::MAX);
        sensors.owned_partitions.record(t_ms, float(owned));
    }

    fn read_polls(&self, process: ProcessIx, t_ms: u64, sensors: &mut Sensors) {
        let ix = process.0 as usize;
        let (Some(track), Some(facts)) = (self.tracks.get(ix), self.processes.get(ix)) else {
            return;
        };
        sensors.polls = Polls::until(&track.polls, facts.poll_ms, t_ms);
        for commit in track.commits_sync.iter().filter(|c| c.at_ms <= t_ms) {
            sensors
                .commit_sync
                .record(commit.at_ms, float(commit.value));
        }
    }

    /// When a call of a process's listener that began at `at_ms` returns.
    pub fn callback_end(&self, process: ProcessIx, at_ms: u64) -> u64 {
        let track = self.tracks.get(process.0 as usize);
        let activity = track.map_or(&[][..], |track| &track.activity);
        let begins = activity.partition_point(|entry| entry.at_ms < at_ms);
        match activity.get(begins) {
            Some(entry) if entry.at_ms == at_ms => match entry.value {
                Activity::InCallback { until_ms } => until_ms,
                _ => at_ms,
            },
            _ => at_ms,
        }
    }
}

/// Requests on their way, and since when the present attempt to rebalance goes on.
#[derive(Debug, Default)]
struct Requests {
    sent_ms: BTreeMap<Api, VecDeque<u64>>,
    rebalance_ms: Option<u64>,
}

impl Requests {
    fn take(&mut self, message: &Message, t_ms: u64, sensors: &mut Sensors) {
        let waiting = self.sent_ms.entry(message.api).or_default();
        if !message.is_response {
            waiting.push_back(message.sent_ms);
            match message.api {
                Api::Heartbeat => sensors.heartbeat_sent.record(message.sent_ms, 0.0),
                Api::JoinGroup => {
                    self.rebalance_ms.get_or_insert(message.sent_ms);
                }
                Api::SyncGroup | Api::LeaveGroup | Api::OffsetCommit => {}
            }
            return;
        }
        let (Some(sent_ms), Some(at_ms)) = (waiting.pop_front(), message.received_ms) else {
            return;
        };
        if at_ms > t_ms {
            return;
        }
        let took_ms = float(at_ms - sent_ms);
        let is_ok = message.error == ErrorCode::None;
        match message.api {
            Api::Heartbeat => sensors.heartbeat.record(at_ms, took_ms),
            Api::OffsetCommit => sensors.commit.record(at_ms, took_ms),
            Api::JoinGroup if is_ok => sensors.join.record(at_ms, took_ms),
            Api::SyncGroup if is_ok => {
                sensors.sync.record(at_ms, took_ms);
                let since_ms = self.rebalance_ms.take().unwrap_or(sent_ms);
                sensors.rebalance.record(at_ms, float(at_ms - since_ms));
            }
            Api::JoinGroup | Api::SyncGroup => sensors.failed.record(at_ms, 0.0),
            Api::LeaveGroup => {}
        }
    }

    /// The connection is given up: what waits for an answer fails.
    fn disconnect(&mut self, at_ms: u64, sensors: &mut Sensors) {
        for api in [Api::JoinGroup, Api::SyncGroup] {
            if self.sent_ms.get(&api).is_some_and(|sent| !sent.is_empty()) {
                sensors.failed.record(at_ms, 0.0);
            }
        }
        self.sent_ms.clear();
    }
}

impl Sensors {
    fn all(&mut self) -> [&mut Sensor; 9] {
        [
            &mut self.heartbeat,
            &mut self.join,
            &mut self.sync,
            &mut self.rebalance,
            &mut self.failed,
            &mut self.commit,
            &mut self.revoked,
            &mut self.assigned,
            &mut self.lost,
        ]
    }

    /// What `names.txt` calls it.
    fn by_name(&self, name: &str) -> Option<&Sensor> {
        Some(match name {
            "heartbeat" => &self.heartbeat,
            "heartbeat-sent" => &self.heartbeat_sent,
            "join" => &self.join,
            "sync" => &self.sync,
            "rebalance" => &self.rebalance,
            "failed-rebalance" => &self.failed,
            "commit" => &self.commit,
            "revoked" => &self.revoked,
            "assigned" => &self.assigned,
            "lost" => &self.lost,
            "owned-partitions" => &self.owned_partitions,
            "between-polls" => &self.polls.between,
            "poll-idle-ratio" => &self.polls.idle_ratio,
            "commit-sync" => &self.commit_sync,
            "committed" => &self.committed,
            _ => return None,
        })
    }
}

/// A statistic as `names.txt` calls it; none where Kafka shows `NaN`.
fn value_of(sensor: &Sensor, statistic: &str, t_ms: u64, hourly_window_ms: u64) -> Option<f64> {
    let samples = || Samples::of(sensor, WINDOW_MS, t_ms);
    match statistic {
        "average" => samples().average(),
        "max" => samples().max(),
        "per-second" => Some(samples().rate(1_000)),
        "per-hour" => Some(Samples::of(sensor, hourly_window_ms, t_ms).rate(HOUR_MS)),
        "count" => Some(sensor.count()),
        "sum" => Some(sensor.sum()),
        "sum-ns" => Some(sensor.sum() * NS_PER_MS),
        "value" => Some(sensor.value()),
        "seconds-ago" => Some(sensor.seconds_ago(t_ms)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
