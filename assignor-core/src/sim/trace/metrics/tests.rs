//! Sampled statistics against Kafka's own classes, and a consumer's metrics counted by hand.
#![allow(clippy::unreadable_literal, reason = "as Java printed them")]

use super::{HOUR_MS, Metric, Samples, Sensor, WINDOW_MS};
use crate::sim::trace::ProcessIx;
use crate::sim::{Scenario, simulate};

/// Recordings every so many ms and a little more, as `recordings` makes them, and what
/// `Avg`, `Max`, `Rate(WindowedCount)` and `Rate(HOURS, WindowedCount, 1)` of kafka-clients 4.3.0
/// measured at a time; each time by a `Metrics` that hadn't been looked at before.
type Measured = (u64, Option<f64>, Option<f64>, f64, f64);

const OFTEN: [Measured; 10] = [
    (500, None, None, 0.0, 0.0),
    (
        23831,
        Some(49.57142857142857),
        Some(95.0),
        0.13249796520982,
        6.9558861564340155,
    ),
    (
        47162,
        Some(57.642857142857146),
        Some(106.0),
        0.30327975391014256,
        13.822753898482842,
    ),
    (
        70493,
        Some(56.5),
        Some(106.0),
        0.28779877109924745,
        19.62123922841657,
    ),
    (
        93824,
        Some(57.5),
        Some(102.0),
        0.293522927401996,
        26.321319402170264,
    ),
    (
        140486,
        Some(59.95454545454545),
        Some(109.0),
        0.287634338310279,
        38.5079660680639,
    ),
    (
        187148,
        Some(56.5),
        Some(101.0),
        0.29926182084192327,
        51.345060996030796,
    ),
    (
        210479,
        Some(59.61904761904762),
        Some(108.0),
        0.2515602726434193,
        53.86563359451515,
    ),
    (
        233810,
        Some(61.833333333333336),
        Some(108.0),
        0.15934138892577346,
        53.537743848508015,
    ),
    (257141, None, None, 0.0, 53.21382179749133),
];

const SELDOM: [Measured; 10] = [
    (500, None, None, 0.0, 0.0),
    (
        23831,
        Some(28.5),
        Some(47.0),
        0.03785656148851999,
        1.987396044695433,
    ),
    (
        47162,
        Some(47.0),
        Some(84.0),
        0.06498851869503054,
        2.9620186925320375,
    ),
    (
        70493,
        Some(40.5),
        Some(84.0),
        0.057559754219849484,
        3.924247845683314,
    ),
    (
        93824,
        Some(64.5),
        Some(95.0),
        0.06858240175570948,
        5.84918208937117,
    ),
    (
        140486,
        Some(63.5),
        Some(95.0),
        0.05715428800045723,
        7.70159321361278,
    ),
    (
        187148,
        Some(76.33333333333333),
        Some(106.0),
        0.06431143886125879,
        10.459179091784051,
    ),
    (
        210479,
        Some(61.5),
        Some(106.0),
        0.057160005144400464,
        11.340133388318979,
    ),
    (
        233810,
        Some(48.5),
        Some(80.0),
        0.03429943405933802,
        11.27110396810695,
    ),
    (257141, None, None, 0.0, 11.202909852103438),
];

const RARELY: [Measured; 10] = [
    (500, None, None, 0.0, 0.0),
    (
        23831,
        Some(10.0),
        Some(10.0),
        0.018928280744259996,
        0.9936980223477165,
    ),
    (
        47162,
        Some(28.5),
        Some(47.0),
        0.04332567913002036,
        1.9746791283546916,
    ),
    (
        70493,
        Some(47.0),
        Some(47.0),
        0.018350980859926962,
        1.962123922841657,
    ),
    (
        93824,
        Some(65.5),
        Some(84.0),
        0.041820006691201075,
        2.924591044685585,
    ),
    (
        140486,
        Some(52.5),
        Some(84.0),
        0.0408279916710897,
        3.85079660680639,
    ),
    (
        187148,
        Some(39.5),
        Some(58.0),
        0.040283596519497256,
        4.754172314447296,
    ),
    (
        210479,
        Some(58.0),
        Some(58.0),
        0.017247624139774747,
        4.725055578466241,
    ),
    (
        233810,
        Some(58.0),
        Some(58.0),
        0.019489378288832584,
        4.696293320044562,
    ),
    (257141, None, None, 0.0, 4.667879105043099),
];

const AT_LEAST_A_WINDOW_APART: [Measured; 10] = [
    (500, None, None, 0.0, 0.0),
    (
        23831,
        Some(10.0),
        Some(10.0),
        0.018928280744259996,
        0.9936980223477165,
    ),
    (
        47162,
        Some(10.0),
        Some(10.0),
        0.02166283956501018,
        0.9873395641773458,
    ),
    (70493, None, None, 0.0, 0.9810619614208285),
    (
        93824,
        Some(47.0),
        Some(47.0),
        0.018930789035286992,
        1.9497273631237233,
    ),
    (140486, None, None, 0.0, 1.925398303403195),
    (
        187148,
        Some(84.0),
        Some(84.0),
        0.02190676480897301,
        2.8525033886683775,
    ),
    (210479, None, None, 0.0, 2.8350333470797446),
    (233810, None, None, 0.0, 2.8177759920267373),
    (257141, None, None, 0.0, 2.8007274630258596),
];

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
    let cases: [(u64, &[Measured]); 4] = [
        (3_000, &OFTEN),
        (17_000, &SELDOM),
        (45_000, &RARELY),
        (70_000, &AT_LEAST_A_WINDOW_APART),
    ];
    for (every_ms, measured) in cases {
        for &(at_ms, average, max, rate, hourly) in measured {
            let mut sensor = recordings(every_ms);
            sensor
                .records
                .retain(|&(recorded_ms, _)| recorded_ms <= at_ms);
            let samples = Samples::of(&sensor, WINDOW_MS, at_ms);
            assert_eq!(samples.max(), max, "every {every_ms} ms, at {at_ms}");
            let close = |found: f64, expected: f64| {
                (found - expected).abs() < 1e-12 * expected.abs().max(1.0)
            };
            match (samples.average(), average) {
                (Some(found), Some(expected)) => {
                    assert!(close(found, expected), "{found} {expected}");
                }
                (found, expected) => assert_eq!(found, expected),
            }
            let found = samples.rate(1_000);
            assert!(
                close(found, rate),
                "every {every_ms} ms, at {at_ms}: {found} {rate}"
            );
            let found = Samples::of(&sensor, HOUR_MS, at_ms).rate(HOUR_MS);
            assert!(
                close(found, hourly),
                "every {every_ms} ms, at {at_ms}: {found} {hourly}"
            );
        }
    }
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
