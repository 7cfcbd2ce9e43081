//! Whatever is read as a scenario, the answer is a scenario or a place.

use assignor_core::sim::{Scenario, simulate};
use proptest::prelude::*;
use serde_json::{Value, json};

fn valid() -> Value {
    json!({
        "version": 1,
        "title": "Two consumers",
        "kafka": {"broker": "4.3.0", "client": "3.9.1"},
        "broker": {"group.initial.rebalance.delay.ms": 0},
        "timing": {"append_ms": 3, "metadata_behind_fetch": true},
        "topics": [{"name": "a", "partitions": 3, "racks": [["r1"], ["r1", "r2"]]}, {"name": "b", "partitions": 0}],
        "config": {"session.timeout.ms": 6000, "enable.auto.commit": false},
        "members": [{"name": "c1", "topics": ["a"]}, {"name": "c2", "topics": "/a.*/", "client": "2.8.2"}],
        "member_ids": {"c1": ["c1-x"]},
        "actions": [
            {"at_ms": 0, "do": "start", "member": "c1", "config": {"client.rack": "r1"}},
            {"at_ms": 10, "do": "start", "member": "c2"},
            {"at_ms": 500, "do": "grow", "topic": "a", "partitions": 5},
            {"at_ms": 600, "do": "produce", "topic": "a", "per_second": 3, "seconds": 2},
            {"at_ms": 900, "do": "close", "member": "c1", "operation": "leave"},
            {"at_ms": 950, "do": "start", "member": "c1", "topics": ["b"]},
        ],
        "until_ms": 9000,
        "seed": 3,
    })
}

/// Every place in a document, as the path to it.
fn places(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Array(values) => {
            for (ix, value) in values.iter().enumerate() {
                places(value, &format!("{path}/{ix}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, value) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                places(value, &format!("{path}/{name}"), found);
            }
        }
        _ => {}
    }
}

fn junk() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[1]])),
        Just(json!({"name": "x", "partitions": 100_001})),
    ]
}

#[test]
fn the_valid_document_is_valid() {
    let scenario = Scenario::from_value(&valid()).expect("a scenario");
    assert_eq!(Scenario::from_json(&scenario.to_json()), Ok(scenario));
}

#[test]
fn an_unknown_field_is_refused_wherever_it_stands() {
    let mut found = Vec::new();
    places(&valid(), "", &mut found);
    // Property maps and member ids take any name.
    let open = |path: &str| {
        path.ends_with("config") || path.ends_with("broker") || path.ends_with("member_ids")
    };
    for path in found.iter().filter(|path| *path == "/kafka" || !open(path)) {
        let mut document = valid();
        let Some(Value::Object(fields)) = document.pointer_mut(path) else {
            continue;
        };
        fields.insert("sped".to_owned(), json!(1));
        let error = Scenario::from_value(&document).expect_err(path);
        assert!(error.place.ends_with("sped"), "{path}: {error}");
    }
}

#[test]
fn the_place_is_that_in_the_text() {
    type Change = fn(&mut Value);
    let cases: [(Change, &str); 7] = [
        (|document| document[""] = json!(1), "[\"\"]"),
        (
            |document| document["topics"][0][""] = json!(1),
            "topics[0][\"\"]",
        ),
        (
            |document| document["kafka"]["a\"b"] = json!(1),
            "kafka[\"a\\\"b\"]",
        ),
        // The action that stands first is the last to happen.
        (
            |document| {
                document["actions"][0]["at_ms"] = json!(8000);
                document["actions"][0]["config"] = json!({"session.timeout.ms": "x"});
            },
            "actions[0].config[\"session.timeout.ms\"]",
        ),
        (
            |document| {
                document["actions"][2]["at_ms"] = json!(0);
                document["actions"][2]["partitions"] = json!(100_000);
                document["topics"][1]["partitions"] = json!(1);
            },
            "actions[2].partitions",
        ),
        (
            |document| document["members"][1]["client"] = json!(3),
            "members[1].client",
        ),
        (
            |document| document["topics"][0]["racks"] = json!([["r"], 1]),
            "topics[0].racks[1]",
        ),
    ];
    for (change, place) in cases {
        let mut document = valid();
        change(&mut document);
        let error = Scenario::from_value(&document).expect_err(place);
        assert_eq!(error.place, place, "{error}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_answered(text in ".{0,200}") {
        let _ = Scenario::from_json(&text);
    }

    #[test]
    fn a_replaced_value_runs_or_is_named(place in any::<prop::sample::Index>(), junk in junk()) {
        let mut document = valid();
        let mut found = Vec::new();
        places(&document, "", &mut found);
        let path = place.get(&found);
        *document.pointer_mut(path).expect("a place of the document") = junk;
        match Scenario::from_value(&document) {
            Ok(mut scenario) => {
                scenario.until_ms = scenario.until_ms.min(20_000);
                simulate(&scenario).expect("what is read can run");
            }
            Err(error) => prop_assert!(!error.place.is_empty() && !error.problem.is_empty()),
        }
    }
}

/// Every size that a document has, a bit above what is allowed, and the place that is named.
#[test]
fn what_is_too_large_is_named_with_its_limit() {
    let many = |count: usize, value: &dyn Fn(usize) -> Value| {
        Value::Array((0..count).map(value).collect())
    };
    let cases = [
        ("/until_ms", json!(604_800_001_u64), "until_ms", "604800000"),
        (
            "/topics/0/partitions",
            json!(100_001),
            "topics[0].partitions",
            "100000",
        ),
        (
            "/topics/1/partitions",
            json!(99_998),
            "topics[1].partitions",
            "100000",
        ),
        (
            "/actions/2/partitions",
            json!(100_001),
            "actions[2].partitions",
            "100000",
        ),
        (
            "/actions/2/at_ms",
            json!(604_800_001_u64),
            "actions[2].at_ms",
            "604800000",
        ),
        (
            "/actions/3/per_second",
            json!(1_001),
            "actions[3].per_second",
            "1000",
        ),
        (
            "/actions/3/seconds",
            json!(604_801),
            "actions[3].seconds",
            "604800",
        ),
        (
            "/timing/append_ms",
            json!(3_600_001),
            "timing.append_ms",
            "3600000",
        ),
        (
            "/topics",
            many(
                10_001,
                &|ix| json!({"name": format!("t{ix}"), "partitions": 0}),
            ),
            "topics",
            "10000",
        ),
        (
            "/members",
            many(10_001, &|ix| json!({"name": format!("m{ix}")})),
            "members",
            "10000",
        ),
        (
            "/actions",
            many(
                100_001,
                &|_| json!({"at_ms": 0, "do": "start", "member": "c1"}),
            ),
            "actions",
            "100000",
        ),
    ];
    for (pointer, value, place, limit) in cases {
        let mut document = valid();
        *document.pointer_mut(pointer).expect("a place") = value;
        let error = Scenario::from_value(&document).expect_err(pointer);
        assert_eq!(error.place, place, "{error}");
        assert!(error.problem.contains(limit), "{error}");
    }
}

/// Found by `cargo xtask fuzz-sim`: the reader wants the config that the writer left out.
#[test]
fn a_configure_that_changes_nothing_is_written_and_read_again() {
    let mut document = valid();
    document["actions"][0] = json!({"at_ms": 0, "do": "configure", "member": "c1", "config": {}});
    let scenario = Scenario::from_value(&document).expect("a scenario");
    assert_eq!(Scenario::from_json(&scenario.to_json()), Ok(scenario));
}
