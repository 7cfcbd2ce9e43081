//! `rebalance explain`.

use super::{Ran, rebalance};
use std::path::Path;

use serde_json::{Value, json};

const GROUP: &str = r#"{
  "id": "joins", "assignor": "cooperative-sticky",
  "topics": [{"name": "t", "partitions": 4}],
  "members": [
    {"id": "a", "subscription": ["t"], "owned": {"t": [0, 1, 2, 3]}, "generation": 1},
    {"id": "b", "subscription": ["t"]}
  ]
}"#;

fn explain(arguments: &[&str], input: &str) -> Ran {
    rebalance(&[&["explain"], arguments].concat(), input)
}

#[test]
fn a_group_is_explained_as_text() {
    let (code, out, err) = explain(&["-"], GROUP);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(
        out,
        "joins: cooperative-sticky

Group
  Both members subscribe to the same topics, so that everyone is to have the same number of \
partitions, or one more. [AbstractStickyAssignor]
  4 partitions for 2 members: 2 each. [AbstractStickyAssignor]

Changes
  t2: a -> nobody
    a owns 4 and keeps 2: nobody gets more than 2. It keeps the first ones by partition number, \
then topic, and gives up t2. [KAFKA-16277, AbstractStickyAssignor]
    b has 0, fewer than the 2 that everyone gets, and is the next in turn: it gets t2. \
[AbstractStickyAssignor]
    t2 is withheld: a still claims it. Once it is let go, the next rebalance gives it to b. \
[KIP-429, CooperativeStickyAssignor]
  t3: a -> nobody
    a owns 4 and keeps 2: nobody gets more than 2. It keeps the first ones by partition number, \
then topic, and gives up t3. [KAFKA-16277, AbstractStickyAssignor]
    b has 1, fewer than the 2 that everyone gets, and is the next in turn: it gets t3. \
[AbstractStickyAssignor]
    t3 is withheld: a still claims it. Once it is let go, the next rebalance gives it to b. \
[KIP-429, CooperativeStickyAssignor]

Assignment
  a: t0 t1
  b: nothing

Measures
  moves         2 of 4 owned, 2 of them let go first; the most even assignment takes 2
  stickiness    2 kept; the most even assignment keeps at most 2
  balance       0 to 2 per member
                0 to 2 per subscriber of t
  without owner 2 of 4 for now
"
    );
}

#[test]
fn json_has_what_the_help_says() {
    let (code, out, _) = explain(&["-", "--format", "json"], GROUP);
    assert_eq!(code, 0);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["id"], "joins");
    assert_eq!(answer["assignor"], "cooperative-sticky");
    assert_eq!(answer["assignment"], json!({"a": {"t": [0, 1]}, "b": {}}));
    assert_eq!(answer["changes"][1]["partition"], "t:3");
    assert_eq!(answer["changes"][1]["from"], "a");
    assert_eq!(answer["changes"][1]["to"], Value::Null);
    assert_eq!(answer["changes"][1]["why"].as_array().unwrap().len(), 3);
    assert_eq!(
        answer["measures"],
        json!({
            "partitions": 4,
            "unassigned": 2,
            "members": {"least": 0, "most": 2},
            "topics": [{"topic": "t", "partitions": 4, "subscribers": 2, "least": 0, "most": 2}],
            "rack_matches": 0,
            "rack_matchable": 0,
            "kept": 2,
            "moved": 0,
            "released": 2,
            "dealt": 0,
            "gone": 0,
            "moves": 2,
            "least_moves": 2,
            "least_moves_exact": true,
            "keepable": 2,
        })
    );
}

#[test]
fn one_partition_has_its_story_alone() {
    let (code, out, _) = explain(&["-", "--partition", "t:0"], GROUP);
    assert_eq!(code, 0);
    assert!(
        out.starts_with("joins: cooperative-sticky\n\nt0\n  a says that it owns t0,"),
        "{out}"
    );
    assert!(out.ends_with("\n  So a keeps t0.\n"), "{out}");
    assert!(!out.contains("Measures"));
    let (_, out, _) = explain(&["-", "--partition", "t:0", "--format", "json"], GROUP);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["partitions"][0]["partition"], "t:0");
    let last = answer["partitions"][0]["sentences"]
        .as_array()
        .unwrap()
        .last();
    assert_eq!(last.unwrap()["text"], "So a keeps t0.");
    assert_eq!(answer.get("changes"), None);
}

#[test]
fn a_group_is_picked_by_its_id() {
    let several = format!("{GROUP}\n{}", GROUP.replace("joins", "other"));
    let (code, out, _) = explain(&["-", "--id", "other", "--partition", "t:0"], &several);
    assert_eq!(code, 0);
    assert!(out.starts_with("other: ") && !out.contains("joins"));
    let (_, both, _) = explain(&["-", "--format", "json"], &several);
    assert_eq!(both.lines().count(), 2);
    let (code, out, err) = explain(&["-", "--id", "third"], &several);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(err, "stdin: no group with the id `third`\n");
}

#[test]
fn what_cannot_be_used_is_named_with_its_place() {
    let broken = GROUP.replace("\"cooperative-sticky\"", "\"fair\"");
    let (code, _, err) = explain(&["-"], &format!("\n{broken}"));
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "stdin:2: assignor: unknown assignor `fair`, expected range, roundrobin, sticky or \
         cooperative-sticky\n"
    );
    let (code, out, err) = explain(&["-"], &format!("{GROUP}\n{{\"id\": ]"));
    assert_eq!(code, 2);
    assert!(out.contains("joins"), "the group before it is explained");
    assert_eq!(
        err,
        "stdin:9:8: not JSON, expected value; expected one object per group\n"
    );
    let (code, _, err) = explain(&["-"], " \n");
    assert_eq!(code, 2);
    assert!(
        err.starts_with("stdin: no group, expected an object with"),
        "{err}"
    );
    let (code, _, err) = explain(&["-", "--partition", "t:4"], GROUP);
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "stdin: no partition `t:4`, neither among the topics nor in a claim\n"
    );
    let (code, _, err) = explain(&["-", "--partition", "t"], GROUP);
    assert_eq!(code, 2);
    assert!(
        err.contains("expected TOPIC:NUMBER such as `orders:3`"),
        "{err}"
    );
    let (code, _, err) = explain(&["no-such-file"], "");
    assert_eq!(code, 2);
    assert!(err.contains("no rule has this id or name"), "{err}");
}

#[test]
fn a_rule_is_explained_by_its_id_or_name() {
    let (code, by_id, _) = explain(&["kc-t305"], "");
    assert_eq!(code, 0);
    assert!(
        by_id.starts_with("KC-T305  error  poll-budget-exceeded\n\nWhat\n"),
        "{by_id}"
    );
    assert_eq!(explain(&["poll-budget-exceeded"], "").1, by_id);
    let (_, as_json, _) = explain(&["KC-T305", "--format", "json"], "");
    let rule: Value = serde_json::from_str(&as_json).unwrap();
    assert_eq!(rule["name"], "poll-budget-exceeded");
    assert!(rule["why"].as_str().is_some_and(|why| !why.is_empty()));
}

#[test]
fn a_group_of_the_broker_is_explained() {
    let group = r#"{"case": "s", "assignor": "server-uniform", "subscription_type": "homogeneous",
        "topics": {"1:2": 2}, "members": [
        {"member_id": "A", "topics": ["1:2"], "current": [["1:2", [0, 1]]]},
        {"member_id": "B", "topics": ["1:2"], "current": []}]}"#;
    let (code, out, err) = explain(&["-"], group);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("s: server-uniform\n"), "{out}");
    assert!(
        out.contains("  1:2-1: A -> B\n    A owns 2 and keeps 1. Its share is 1, as everyone's."),
        "{out}"
    );
    let (code, _, err) = explain(&["-", "--kafka", "3.9.0"], group);
    assert_eq!(code, 2);
    assert!(err.contains("choose 4.0 or newer"), "{err}");
}

/// Groups of all assignors, odd claims, racks and exceptions included.
#[test]
fn every_recorded_group_is_explained() {
    let vectors = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors");
    for (file, groups) in [
        ("cooperative-sticky.claims.jsonl", 200),
        ("sticky.stale.jsonl", 60),
        ("sticky.racks.jsonl", 150),
        ("range.racks.jsonl", 150),
        ("roundrobin.history.jsonl", 300),
    ] {
        let path = vectors.join(file);
        let (code, out, err) = explain(&[path.to_str().unwrap(), "--format", "json"], "");
        assert_eq!((code, err.as_str()), (0, ""), "{file}");
        assert_eq!(out.lines().count(), groups, "{file}");
        for line in out.lines() {
            let answer: Value = serde_json::from_str(line).unwrap();
            for change in answer["changes"].as_array().unwrap() {
                assert_ne!(change["why"], json!([]), "{} {change}", answer["id"]);
            }
        }
    }
}

#[test]
fn the_assignment_is_as_assign_prints_it() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors/reference.jsonl");
    let text = std::fs::read_to_string(file).unwrap();
    let brokers = text.lines().filter(|line| line.contains("server-"));
    let nobody_subscribes = r#"{"case": "s", "assignor": "server-uniform", "topics": {},
        "subscription_type": "homogeneous", "members": [{"member_id": "A", "topics": []}]}"#;
    let left_out = nobody_subscribes.replace('\n', "");
    let brokers: Vec<&str> = brokers.chain([&*left_out]).collect();
    let brokers = brokers.join("\n");
    let (_, explained, _) = explain(&["-", "--format", "json"], &brokers);
    let (_, assigned, _) = rebalance(&["assign"], brokers.as_str());
    assert_eq!(explained.lines().count(), brokers.lines().count());
    assert!(assigned.ends_with("{\"id\":\"s\",\"assignment\":{\"A\":null}}\n"));
    for (explained, assigned) in explained.lines().zip(assigned.lines()) {
        let explained: Value = serde_json::from_str(explained).unwrap();
        let assigned: Value = serde_json::from_str(assigned).unwrap();
        for field in ["id", "assignment", "throws"] {
            assert_eq!(explained.get(field), assigned.get(field), "{assigned}");
        }
    }
}
