//! `rebalance simulate`.

use super::{Ran, rebalance};
use serde_json::Value;

const JOIN: &str = r#"{
  "version": 1,
  "topics": [{"name": "a", "partitions": 4}],
  "config": {"partition.assignment.strategy": "range", "enable.auto.commit": "false"},
  "members": [{"name": "c1"}, {"name": "c2"}],
  "actions": [
    {"at_ms": 0, "do": "start", "member": "c1"},
    {"at_ms": 9000, "do": "start", "member": "c2"}
  ],
  "until_ms": 20000
}"#;

fn simulate(arguments: &[&str], input: &str) -> Ran {
    rebalance(&[&["simulate"], arguments, &["-"]].concat(), input)
}

#[test]
fn text_has_a_line_per_event() {
    let (code, out, err) = simulate(&[], JOIN);
    assert_eq!((code, err.as_str()), (0, ""));
    let lines: Vec<_> = out.lines().collect();
    assert!(
        lines[0].contains("t_ms") && lines[0].contains("who"),
        "{}",
        lines[0]
    );
    let found = |what: &str| lines.iter().find(|line| line.contains(what));
    let stable = found("stable").unwrap();
    assert!(stable.contains("generation=1 members=1"), "{stable}");
    let last = lines
        .iter()
        .rev()
        .find(|line| line.contains("assigned"))
        .unwrap();
    assert!(last.contains("generation=2"), "{last}");
}

#[test]
fn jsonl_is_ordered_by_time_and_has_messages() {
    let (code, out, _) = simulate(&["--format", "jsonl"], JOIN);
    assert_eq!(code, 0);
    let lines: Vec<Value> = out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let times: Vec<_> = lines
        .iter()
        .map(|line| line["t_ms"].as_u64().unwrap())
        .collect();
    assert!(times.is_sorted());
    let api = |name: &str| lines.iter().filter(|line| line["api"] == name).count();
    assert_eq!((api("JoinGroup"), api("LeaveGroup")), (10, 0));
    assert!(api("Heartbeat") > 4);
}

#[test]
fn summary_says_who_reads_what_at_the_end() {
    let (code, out, _) = simulate(&["--format", "summary"], JOIN);
    assert_eq!(code, 0);
    let row = |name: &str| {
        let line = out.lines().find(|line| line.starts_with(name)).unwrap();
        line[name.len()..].trim().to_owned()
    };
    assert_eq!(row("c1"), "a:0 a:1");
    assert_eq!(row("c2"), "a:2 a:3");
    assert_eq!(row("rebalances"), "2");
    assert_eq!(row("partitions moved"), "2");
}

#[test]
fn a_recorded_run_is_printed_with_its_fields() {
    let run = include_str!("../../../tests/traces/runs/eager-join.json");
    let (code, out, err) = simulate(&["--format", "recorded"], run);
    assert_eq!((code, err.as_str()), (0, ""));
    let (recorded, simulated): (Value, Value) = (
        serde_json::from_str(run).unwrap(),
        serde_json::from_str(&out).unwrap(),
    );
    for (name, value) in recorded.as_object().unwrap() {
        assert!(name == "observed" || simulated[name] == *value, "{name}");
    }
    let first = &simulated["observed"][0];
    assert_eq!(
        (&first["who"], &first["event"]),
        (&"c1".into(), &"started".into())
    );
}

#[test]
fn a_scenario_that_cannot_run_names_the_place() {
    let edits = [
        (
            "\"partitions\": 4",
            "\"partitions\": \"six\"",
            "topics[0].partitions: expected a whole number from 0 to 100000, found \"six\"",
        ),
        ("\"version\": 1,", "\"version\": 2,", "version: expected 1"),
        ("\"version\": 1,", "", "version: missing"),
        (
            "\"version\": 1,",
            "\"version\": 1, \"sped\": 3,",
            "sped: unknown field",
        ),
        (
            "\"do\": \"start\"",
            "\"do\": \"begin\"",
            "actions[0].do: expected one of start",
        ),
        (
            "\"member\": \"c2\"",
            "\"member\": \"c9\"",
            "actions[1].member: expected the name of one of the members, found \"c9\"",
        ),
        (
            "\"range\"",
            "\"ranges\"",
            "config[\"partition.assignment.strategy\"]: expected RangeAssignor",
        ),
        (
            "\"at_ms\": 9000",
            "\"at_ms\": -1",
            "actions[1].at_ms: expected a whole number",
        ),
        (
            "\"until_ms\": 20000",
            "\"until_ms\": 0",
            "until_ms: expected a whole number from 1",
        ),
        (
            "{\"name\": \"c2\"}",
            "{\"name\": \"c1\"}",
            "members[1].name: expected a name that no other member has",
        ),
        ("\"topics\": [", "\"topics\": [[", "line "),
    ];
    for (from, to, message) in edits {
        let broken = JOIN.replacen(from, to, 1);
        assert_ne!(broken, JOIN, "{from}");
        let (code, out, err) = simulate(&[], &broken);
        assert_eq!((code, out.as_str()), (2, ""), "{to}");
        assert!(err.contains(message), "{to}: {err}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let (code, _, err) = rebalance(&["simulate", "no-such-file.json"], "");
    assert_eq!(code, 2);
    assert!(err.contains("no-such-file.json"), "{err}");
}

#[test]
fn mermaid_names_members_and_messages() {
    let (code, out, err) = simulate(&["--format", "mermaid"], JOIN);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with("sequenceDiagram\n"), "{out}");
    assert!(out.contains("participant p1 as c2"), "{out}");
    assert!(
        out.contains("p1->>g: 9.000 s JoinGroup, arrives 9.001 s"),
        "{out}"
    );
}

#[test]
fn svg_stands_alone_and_has_a_theme_and_a_width() {
    let (code, light, err) = simulate(&["--format", "svg"], JOIN);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(light.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1080\""));
    assert!(light.contains("<title id=\"title\">") && light.contains("4 partitions and 2 members"));
    assert!(!light.contains("href") && light.trim_end().ends_with("</svg>"));
    let (_, dark, _) = simulate(
        &["--format", "svg", "--theme", "dark", "--width", "640"],
        JOIN,
    );
    assert!(
        dark.contains("width=\"640\"") && dark.contains("#17191e") && !light.contains("#17191e")
    );
    let (code, _, err) = simulate(&["--format", "svg", "--width", "100"], JOIN);
    assert_eq!(code, 2);
    assert!(err.contains("480"), "{err}");
}

#[test]
fn metrics_have_a_line_per_metric_of_each_member_that_has_started() {
    let (code, out, _) = simulate(&["--format", "metrics", "--at", "5000"], JOIN);
    assert_eq!(code, 0);
    assert!(out.lines().all(|line| line.starts_with("c1 ")), "{out}");
    let value = |name: &str| {
        let line = out.lines().find(|line| line.contains(name))?;
        line.split_whitespace().last()
    };
    assert_eq!(value(" rebalance-total "), Some("1"), "{out}");
    assert_eq!(value(" last-poll-seconds-ago "), Some("5"), "{out}");
    let (_, at_end, _) = simulate(&["--format", "metrics"], JOIN);
    assert_eq!(at_end.lines().count(), 2 * out.lines().count());
}
