//! Sampled statistics against Kafka's own classes, and a consumer's metrics counted by hand.

use super::samples::{Samples, Sensor};
use super::{HOUR_MS, Metric, NAMES, WINDOW_MS};
use crate::sim::trace::{ProcessIx, Trace};
use crate::sim::{Scenario, simulate};
use std::time::Duration;

/// Recordings every so many ms and a little more, as `recordings` makes them, and what
/// `Avg`, `Max`, `Rate(WindowedCount)` and `Rate(HOURS, WindowedCount, 1)` of kafka-clients 4.3.0
/// measured at a time; each time by a `Metrics` that hadn't been looked at before.
const MEASURED: &str = include_str!("measured.txt");

/// From 1 s to 200 s.
fn recordings(every_ms: u64) -> Sensor {
    let mut sensor = Sensor::default();
    let mut at_ms = 1_000;
    for turn in 0_u32.. {
        if at_ms >= 200_000 {
            break;
        }
        sensor.record(at_ms, f64::from(10 + (turn * 37) % 100));
        at_ms += every_ms + u64::from(turn % 3) * 500;
    }
    sensor
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
        sensor.records.retain(|record| record.at_ms <= at_ms);
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
        let trace = one_consumer(client, "");
        let metrics = trace.consumer_metrics(ProcessIx(0), 8_000);
        let metric = metrics.iter().find(|m| m.name == "rebalance-rate-per-hour");
        metric.and_then(|metric| metric.value).expect("a rate")
    };
    // One rebalance, recorded at 11 ms; a window that isn't over counts as if it went on for one more.
    let per_hour = |elapsed_ms: f64| 3_600_000.0 / elapsed_ms;
    assert!((rate("4.3.0") - per_hour(7_989.0 + 3_600_000.0)).abs() < 1e-9);
    assert!((rate("4.1.0") - per_hour(7_989.0 + 30_000.0)).abs() < 1e-9);
}

#[test]
fn numbers_are_as_long_as_they_need_to_be() {
    let shown = |value| {
        let (mbean, name) = ("consumer-metrics", "poll-idle-ratio-avg");
        Metric { mbean, name, value }.shown()
    };
    assert_eq!(
        [None, Some(-1.0), Some(12.5), Some(0.018_93)].map(shown),
        ["NaN", "-1", "12.500", "0.019"]
    );
}

/// A long series is measured as its records one by one are.
#[test]
fn a_series_is_as_good_as_its_records() {
    for (every_ms, count, first) in [(100, 36_000, 7), (7_000, 900, 1), (45_000, 90, 3)] {
        let mut series = Sensor::default();
        let mut one_by_one = Sensor::default();
        for sensor in [&mut series, &mut one_by_one] {
            (0..first).for_each(|ix| sensor.record(ix * 1_234, 9.0));
        }
        series.repeat(20_000, 3.0, every_ms, count);
        (0..count).for_each(|ix| one_by_one.record(20_000 + ix * every_ms, 3.0));
        for sensor in [&mut series, &mut one_by_one] {
            sensor.record(20_000 + count * every_ms, 5.0);
        }
        let now_ms = 20_500 + count * every_ms;
        let measured = |sensor: &Sensor| {
            let samples = Samples::of(sensor, WINDOW_MS, now_ms);
            (samples.average(), samples.max(), samples.rate(1_000))
        };
        assert_eq!(measured(&series), measured(&one_by_one), "{every_ms}");
        assert_eq!(
            (series.count(), series.sum(), series.seconds_ago(now_ms)),
            (
                one_by_one.count(),
                one_by_one.sum(),
                one_by_one.seconds_ago(now_ms)
            ),
            "{every_ms}"
        );
    }
}

/// Every line of the table is a metric of the newest release; a name that isn't understood would be missing.
#[test]
fn every_metric_of_the_table_is_measured() {
    let names = NAMES.lines().filter(|line| !line.starts_with('#'));
    let names: Vec<_> = names.filter_map(|line| line.split(' ').nth(1)).collect();
    let trace = one_consumer("4.3.0", "");
    let found: Vec<_> = trace
        .consumer_metrics(ProcessIx(0), 8_000)
        .iter()
        .map(|metric| metric.name)
        .collect();
    assert_eq!(found, names);
    let older = |client| one_consumer(client, "").consumer_metrics(ProcessIx(0), 8_000);
    let has = |client, name| older(client).iter().any(|metric| metric.name == name);
    assert!(has("3.1.0", "commit-sync-time-ns-total"));
    assert!(!has("3.0.0", "commit-sync-time-ns-total"));
    assert!(has("2.4.0", "poll-idle-ratio-avg") && !has("2.3.0", "poll-idle-ratio-avg"));
}

/// `poll()` every 100 ms until 10 s, then a batch of 4 s, then `poll()` again: with the last sample of before
/// at hand, 101 calls between 0 and 10 s, and one at 14 s.
#[test]
fn polls_of_an_idle_and_a_busy_application() {
    let actions = r#", {"at_ms": 9950, "do": "slow", "member": "c", "ms": 4000}"#;
    let trace = one_consumer("4.3.0", actions);
    let at = |t_ms, name: &str| {
        let metrics = trace.consumer_metrics(ProcessIx(0), t_ms);
        let metric = metrics.iter().find(|metric| metric.name == name);
        metric.expect("a metric").value.expect("a number")
    };
    // Called at 0, 100, …, 5000: nothing before the first, then 100 ms each.
    assert!((at(5_050, "time-between-poll-avg") - 50.0 * 100.0 / 51.0).abs() < 1e-9);
    assert!((at(5_050, "time-between-poll-max") - 100.0).abs() < 1e-9);
    // The first call is idle for all of its time, each other took as long as the time since the one before.
    assert!((at(5_050, "poll-idle-ratio-avg") - (1.0 + 49.0 * 0.5) / 50.0).abs() < 1e-9);
    // The call of 9900 returns at 10000 with something to do; the next comes 4 s later.
    assert!((at(13_950, "last-poll-seconds-ago") - 4.0).abs() < 1e-9);
    assert!((at(14_050, "last-poll-seconds-ago") - 0.0).abs() < 1e-9);
    assert!((at(14_050, "time-between-poll-max") - 4_100.0).abs() < 1e-9);
    let ratio = (1.0 + 99.0 * 0.5 + 100.0 / 4_200.0) / 101.0;
    assert!((at(14_150, "poll-idle-ratio-avg") - ratio).abs() < 1e-9);
    assert!(at(14_150, "commit-sync-time-ns-total").abs() < 1e-9);
}

/// An application that commits after each of its batches: 7 ms for each commit, which isn't auto-committed.
#[test]
fn commit_sync_takes_what_its_requests_take() {
    let scenario = Scenario::from_json(
        r#"{"version": 1, "topics": [{"name": "t", "partitions": 3}],
            "config": {"enable.auto.commit": "false", "auto.offset.reset": "earliest"},
            "application": {"batch_ms": 400},
            "members": [{"name": "c"}], "actions": [{"at_ms": 0, "do": "start", "member": "c"},
                {"at_ms": 10000, "do": "produce", "topic": "t", "per_second": 10, "seconds": 4}],
            "until_ms": 30000}"#,
    )
    .expect("a scenario");
    let trace = simulate(&scenario).expect("a trace");
    let metrics = trace.consumer_metrics(ProcessIx(0), 30_000);
    let of = |name: &str| {
        let metric = metrics.iter().find(|metric| metric.name == name);
        metric.expect("a metric").value.expect("a number")
    };
    assert!(of("commit-total") > 5.0);
    assert!((of("commit-sync-time-ns-total") - of("commit-total") * 7e6).abs() < 1.0);
    assert!(of("committed-time-ns-total").abs() < 1e-9);
}

/// One consumer that polls every 100 ms, and what else happens to it.
fn one_consumer(client: &str, actions: &str) -> Trace {
    let text = format!(
        r#"{{"version": 1, "topics": [{{"name": "t", "partitions": 3}}],
        "kafka": {{"client": "{client}"}}, "timing": {{"poll_ms": 100}},
        "config": {{"partition.assignment.strategy": "range"}},
        "broker": {{"group.initial.rebalance.delay.ms": "0"}},
        "members": [{{"name": "c"}}],
        "actions": [{{"at_ms": 0, "do": "start", "member": "c"}}{actions}],
        "until_ms": 20000}}"#
    );
    simulate(&Scenario::from_json(&text).expect("a scenario")).expect("a trace")
}
