//! The consumer's own metrics at any time, by the names of its `MBean`
//! `kafka.consumer:type=consumer-coordinator-metrics`.
//!
//! Counted as Kafka counts (`AbstractCoordinator`, `ConsumerCoordinator`,
//! `RebalanceCallbackMetricsManager`@4.3): what a request took is recorded when its answer arrives, a
//! rebalance lasts from the first JoinGroup of the attempt to a good answer to SyncGroup, and
//! `MEMBER_ID_REQUIRED` is a failed rebalance. Averages, maxima and rates are those of `SampledStat`
//! with two samples of 30 s, as the first one to look at them sees them; the rates per hour of two of one
//! hour from 4.2 on.

use super::{Activity, Api, ErrorCode, EventKind, Message, ProcessIx, Trace};
use crate::sim::scenario::Release;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// A metric of a consumer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Metric {
    /// Kafka's name of the attribute.
    pub name: &'static str,
    /// Its value, in the unit that the name says, times in ms; none where Kafka shows `NaN`.
    pub value: Option<f64>,
}

/// `metrics.sample.window.ms`.
const WINDOW_MS: u64 = 30_000;
const HOUR_MS: u64 = 3_600_000;
/// `metrics.num.samples`.
const SAMPLES: usize = 2;

/// What a sensor recorded: when, and how much.
#[derive(Debug, Default)]
struct Sensor {
    records: Vec<(u64, u64)>,
}

/// The sensors of a consumer up to a time.
#[derive(Debug, Default)]
struct Sensors {
    heartbeat: Sensor,
    join: Sensor,
    sync: Sensor,
    rebalance: Sensor,
    failed: Sensor,
    commit: Sensor,
    revoked: Sensor,
    assigned: Sensor,
    lost: Sensor,
    last_heartbeat_ms: Option<u64>,
    assigned_partitions: usize,
}

impl Trace {
    /// The coordinator metrics of a process at a time. Reads all messages up to then.
    pub fn consumer_metrics(&self, process: ProcessIx, t_ms: u64) -> Vec<Metric> {
        let sensors = self.sensors(process, t_ms.min(self.end_ms));
        let release = self.processes.get(process.0 as usize).map(|p| p.release);
        let over_hours = release.is_none_or(Release::measures_hourly_rates_over_hours);
        let hourly_window_ms = if over_hours { HOUR_MS } else { WINDOW_MS };
        let mut metrics = Vec::new();
        sensors.write(
            t_ms.min(self.end_ms),
            hourly_window_ms,
            &mut |name, value| {
                metrics.push(Metric { name, value });
            },
        );
        metrics
    }

    fn sensors(&self, process: ProcessIx, t_ms: u64) -> Sensors {
        let mut sensors = Sensors::default();
        self.read_callbacks(process, t_ms, &mut sensors);
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
            sensor.records.sort_by_key(|&(at_ms, _)| at_ms);
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
                sensor.records.push((returns_ms, returns_ms - event.at_ms));
            }
        }
        sensors.assigned_partitions = owned.len();
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
                Api::Heartbeat => sensors.last_heartbeat_ms = Some(message.sent_ms),
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
        let took = (at_ms, at_ms - sent_ms);
        let is_ok = message.error == ErrorCode::None;
        match message.api {
            Api::Heartbeat => sensors.heartbeat.records.push(took),
            Api::OffsetCommit => sensors.commit.records.push(took),
            Api::JoinGroup if is_ok => sensors.join.records.push(took),
            Api::SyncGroup if is_ok => {
                sensors.sync.records.push(took);
                let since_ms = self.rebalance_ms.take().unwrap_or(sent_ms);
                sensors.rebalance.records.push((at_ms, at_ms - since_ms));
            }
            Api::JoinGroup | Api::SyncGroup => sensors.failed.records.push((at_ms, 0)),
            Api::LeaveGroup => {}
        }
    }

    /// The connection is given up: what waits for an answer fails.
    fn disconnect(&mut self, at_ms: u64, sensors: &mut Sensors) {
        for api in [Api::JoinGroup, Api::SyncGroup] {
            if self.sent_ms.get(&api).is_some_and(|sent| !sent.is_empty()) {
                sensors.failed.records.push((at_ms, 0));
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

    fn write(
        &self,
        t_ms: u64,
        hourly_window_ms: u64,
        put: &mut impl FnMut(&'static str, Option<f64>),
    ) {
        let ago =
            |at_ms: Option<u64>| Some(at_ms.map_or(-1.0, |at_ms| float((t_ms - at_ms) / 1_000)));
        let samples = |sensor: &Sensor| Samples::of(sensor, WINDOW_MS, t_ms);
        let hourly = |sensor: &Sensor| Samples::of(sensor, hourly_window_ms, t_ms).rate(HOUR_MS);
        let rebalance = samples(&self.rebalance);
        put("rebalance-latency-avg", rebalance.average());
        put("rebalance-latency-max", rebalance.max());
        put("rebalance-latency-total", Some(self.rebalance.total()));
        put("rebalance-total", Some(self.rebalance.count()));
        put("rebalance-rate-per-hour", Some(hourly(&self.rebalance)));
        put("failed-rebalance-total", Some(self.failed.count()));
        put("failed-rebalance-rate-per-hour", Some(hourly(&self.failed)));
        let last_rebalance = self.rebalance.records.last().map(|&(at_ms, _)| at_ms);
        put("last-rebalance-seconds-ago", ago(last_rebalance));
        put("last-heartbeat-seconds-ago", ago(self.last_heartbeat_ms));
        put(
            "heartbeat-response-time-max",
            samples(&self.heartbeat).max(),
        );
        put("heartbeat-rate", Some(samples(&self.heartbeat).rate(1_000)));
        put("heartbeat-total", Some(self.heartbeat.count()));
        put("join-time-avg", samples(&self.join).average());
        put("join-time-max", samples(&self.join).max());
        put("join-rate", Some(samples(&self.join).rate(1_000)));
        put("join-total", Some(self.join.count()));
        put("sync-time-avg", samples(&self.sync).average());
        put("sync-time-max", samples(&self.sync).max());
        put("sync-rate", Some(samples(&self.sync).rate(1_000)));
        put("sync-total", Some(self.sync.count()));
        put("commit-latency-avg", samples(&self.commit).average());
        put("commit-latency-max", samples(&self.commit).max());
        put("commit-rate", Some(samples(&self.commit).rate(1_000)));
        put("commit-total", Some(self.commit.count()));
        let assigned = u64::try_from(self.assigned_partitions).unwrap_or(u64::MAX);
        put("assigned-partitions", Some(float(assigned)));
        put(
            "partition-revoked-latency-avg",
            samples(&self.revoked).average(),
        );
        put(
            "partition-revoked-latency-max",
            samples(&self.revoked).max(),
        );
        put(
            "partition-assigned-latency-avg",
            samples(&self.assigned).average(),
        );
        put(
            "partition-assigned-latency-max",
            samples(&self.assigned).max(),
        );
        put("partition-lost-latency-avg", samples(&self.lost).average());
        put("partition-lost-latency-max", samples(&self.lost).max());
    }
}

impl Sensor {
    fn count(&self) -> f64 {
        float(u64::try_from(self.records.len()).unwrap_or(u64::MAX))
    }

    fn total(&self) -> f64 {
        float(self.records.iter().map(|(_, value)| value).sum())
    }
}

/// `SampledStat`: what was recorded lately, in samples of a length.
#[derive(Debug)]
struct Samples {
    samples: Vec<Sample>,
    window_ms: u64,
    now_ms: u64,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    from_ms: u64,
    last_ms: u64,
    count: u64,
    sum: u64,
    max: u64,
}

impl Sample {
    fn new(at_ms: u64) -> Self {
        Self {
            from_ms: at_ms,
            last_ms: at_ms,
            count: 0,
            sum: 0,
            max: 0,
        }
    }
}

impl Samples {
    fn of(sensor: &Sensor, window_ms: u64, now_ms: u64) -> Self {
        let mut samples = vec![];
        let mut current = 0;
        for &(at_ms, value) in &sensor.records {
            if samples.is_empty() {
                samples.push(Sample::new(at_ms));
            }
            let is_over = |sample: &Sample| at_ms - sample.from_ms >= window_ms;
            if samples.get(current).is_some_and(is_over) {
                // One more than the configured ones, for the one that the window cuts.
                current = (current + 1) % (SAMPLES + 1);
                match samples.get_mut(current) {
                    Some(oldest) => *oldest = Sample::new(at_ms),
                    None => samples.push(Sample::new(at_ms)),
                }
            }
            if let Some(sample) = samples.get_mut(current) {
                sample.last_ms = at_ms;
                sample.count += 1;
                sample.sum += value;
                sample.max = sample.max.max(value);
            }
        }
        let age_ms = window_ms * u64::try_from(SAMPLES).unwrap_or(u64::MAX);
        for sample in &mut samples {
            if now_ms - sample.last_ms >= age_ms {
                *sample = Sample::new(now_ms);
            }
        }
        Self {
            samples,
            window_ms,
            now_ms,
        }
    }

    fn count(&self) -> u64 {
        self.samples.iter().map(|sample| sample.count).sum()
    }

    fn average(&self) -> Option<f64> {
        let sum: u64 = self.samples.iter().map(|sample| sample.sum).sum();
        (self.count() > 0).then(|| float(sum) / float(self.count()))
    }

    fn max(&self) -> Option<f64> {
        let used = self.samples.iter().filter(|sample| sample.count > 0);
        used.map(|sample| float(sample.max)).reduce(f64::max)
    }

    /// Events per `unit_ms`; less than one window counts as if it had gone on for one more.
    fn rate(&self, unit_ms: u64) -> f64 {
        let from_ms = self.samples.iter().map(|sample| sample.from_ms).min();
        let mut elapsed_ms = self.now_ms - from_ms.unwrap_or(self.now_ms);
        if elapsed_ms < self.window_ms {
            elapsed_ms += self.window_ms;
        }
        float(self.count()) / (float(elapsed_ms) / float(unit_ms))
    }
}

// Times and counts of a run stay far below 2^52.
#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn float(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests;
