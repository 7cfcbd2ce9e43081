//! Sampled statistics against Kafka's own classes, and a consumer's metrics counted by hand.

use super::{HOUR_MS, Metric, Samples, Sensor, WINDOW_MS};
use crate::sim::trace::ProcessIx;
use crate::sim::{Scenario, simulate};
use std::time::Duration;

/// Recordings every so many ms and a little more, as `recordings` makes them, and what
/// `Avg`, `Max`, `Rate(WindowedCount)` and `Rate(HOURS, WindowedCount, 1)` of kafka-clients 4.3.0
/// measured at a time; each time by a `Metrics` that hadn't been looked at before.
const MEASURED: &str = include_str!("measured.txt");

/// From 1 s to 200 s.
fn recordings(every_ms: u64) -> Sensor {
    let mut records = Vec::new();
    let mut at_ms = 1_000;
    for turn in 0.. {
        if at_ms >= 200_000 {
            break;
        }
        records.push((at_ms, 10 + (turn * 37) % 100));
        at_ms += every_ms + (turn % 3) * 500;
    }
    Sensor { records }
}

#[test]
fn samples_measure_what_kafkas_classes_do() {
    let mut lines = 0;
    for line in MEASURED.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<Option<f64>> = line.split(' ').map(|field| field.parse().ok()).collect();
        let [every_ms, at_ms, average, max, rate, hourly] = fields[..] else {
            panic!("six fields: {line}");
        };
        let ms = |field: Option<f64>| Duration::from_secs_f64(field.expect(line) / 1e3).as_millis();
        let at_ms = u64::try_from(ms(at_ms)).expect(line);
        let mut sensor = recordings(u64::try_from(ms(every_ms)).expect(line));
        sensor
            .records
            .retain(|&(recorded_ms, _)| recorded_ms <= at_ms);
        let samples = Samples::of(&sensor, WINDOW_MS, at_ms);
        let in_an_hour = Samples::of(&sensor, HOUR_MS, at_ms);
        assert_eq!(samples.max(), max, "{line}");
        for (found, expected) in [
            (samples.average(), average),
            (Some(samples.rate(1_000)), rate),
            (Some(in_an_hour.rate(HOUR_MS)), hourly),
        ] {
            let close = |(found, expected): (f64, f64)| {
                (found - expected).abs() < 1e-12 * expected.abs().max(1.0)
            };
            assert_eq!(found.is_some(), expected.is_some(), "{line}");
            assert!(found.zip(expected).is_none_or(close), "{line}: {found:?}");
        }
        lines += 1;
    }
    assert_eq!(lines, 40);
}

/// One consumer. One way takes 1 ms, a write 5 ms, `onPartitionsAssigned` 40 ms.
///
/// JoinGroup at 0, `MEMBER_ID_REQUIRED` at 2, JoinGroup at 2, its answer at 4, SyncGroup at 4, its
/// answer at 11: a rebalance of 11 ms, one failed. The callback runs from 11 to 51 ms. Heartbeats leave at
/// 3004 and 6004 ms, each answered 2 ms later; commits leave every 5 s and take 7 ms.
#[test]
fn a_consumers_metrics_by_hand() {
    let scenario = Scenario::from_json(
        r#"{"version": 1, "topics": [{"name": "t", "partitions": 3}],
            "config": {"partition.assignment.strategy": "range"},
            "timing": {"assigned_ms": 40},
            "broker": {"group.initial.rebalance.delay.ms": "0"},
            "members": [{"name": "c"}], "actions": [{"at_ms": 0, "do": "start", "member": "c"}],
            "until_ms": 8000}"#,
    )
    .expect("a scenario");
    let trace = simulate(&scenario).expect("a trace");
    let metrics = trace.consumer_metrics(ProcessIx(0), 8_000);
    let of = |name: &str| {
        let metric = metrics.iter().find(|metric: &&Metric| metric.name == name);
        metric.unwrap_or_else(|| panic!("no metric {name}")).value
    };
    assert_eq!(of("rebalance-total"), Some(1.0));
    assert_eq!(of("rebalance-latency-total"), Some(11.0));
    assert_eq!(of("rebalance-latency-max"), Some(11.0));
    assert_eq!(of("failed-rebalance-total"), Some(1.0));
    assert_eq!(of("last-rebalance-seconds-ago"), Some(7.0));
    assert_eq!(of("last-heartbeat-seconds-ago"), Some(1.0));
    assert_eq!(of("heartbeat-total"), Some(2.0));
    assert_eq!(of("heartbeat-response-time-max"), Some(2.0));
    assert_eq!(of("join-total"), Some(1.0));
    assert_eq!(of("join-time-avg"), Some(2.0));
    assert_eq!(of("sync-time-max"), Some(7.0));
    assert_eq!(of("assigned-partitions"), Some(3.0));
    assert_eq!(of("partition-assigned-latency-avg"), Some(40.0));
    assert_eq!(of("partition-revoked-latency-avg"), None);
    assert_eq!(of("commit-total"), Some(1.0));
    assert_eq!(of("commit-latency-max"), Some(7.0));
    // Before anything has happened.
    let before = trace.consumer_metrics(ProcessIx(0), 1);
    let of = |name: &str| {
        before
            .iter()
            .find(|metric| metric.name == name)
            .and_then(|m| m.value)
    };
    assert_eq!(of("last-rebalance-seconds-ago"), Some(-1.0));
    assert_eq!(of("join-total"), Some(0.0));
    assert_eq!(of("join-time-max"), None);
}

/// Kafka measures the rates per hour over hours from 4.2 on, before over two samples of 30 s.
#[test]
fn rates_per_hour_are_those_of_the_release() {
    let rate = |client: &str| {
        let text = format!(
            r#"{{"version": 1, "topics": [{{"name": "t", "partitions": 3}}],
            "kafka": {{"client": "{client}"}},
            "config": {{"partition.assignment.strategy": "range"}},
            "broker": {{"group.initial.rebalance.delay.ms": "0"}},
            "members": [{{"name": "c"}}], "actions": [{{"at_ms": 0, "do": "start", "member": "c"}}],
            "until_ms": 8000}}"#
        );
        let trace = simulate(&Scenario::from_json(&text).expect("a scenario")).expect("a trace");
        let metrics = trace.consumer_metrics(ProcessIx(0), 8_000);
        let metric = metrics.iter().find(|m| m.name == "rebalance-rate-per-hour");
        metric.and_then(|metric| metric.value).expect("a rate")
    };
    // One rebalance, recorded at 11 ms; a window that isn't over counts as if it went on for one more.
    let per_hour = |elapsed_ms: f64| 3_600_000.0 / elapsed_ms;
    assert!((rate("4.3.0") - per_hour(7_989.0 + 3_600_000.0)).abs() < 1e-9);
    assert!((rate("4.1.0") - per_hour(7_989.0 + 30_000.0)).abs() < 1e-9);
}
