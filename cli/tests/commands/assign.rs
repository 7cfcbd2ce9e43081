//! `rebalance assign`.

use super::{Ran, rebalance};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use assignor_core::assign::AssignorName;
use serde_json::{Value, json};

const GROUP: &str = r#"{"id":"a","assignor":"range","topics":[{"name":"t","partitions":3}],"members":[{"id":"c1","subscription":["t"]},{"id":"c2","subscription":["t"]}]}"#;
const ANSWER: &str = r#"{"id":"a","assignment":{"c1":{"t":[0,1]},"c2":{"t":[2]}}}"#;

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

fn assign(input: impl Into<Vec<u8>>) -> Ran {
    assign_with(&[], input)
}

fn assign_with(options: &[&str], input: impl Into<Vec<u8>>) -> Ran {
    rebalance(&[&["assign"], options].concat(), input)
}

/// The group with one of its fields replaced, for lines with a mistake in them.
fn group_with(pointer: &str, value: Value) -> String {
    let mut group: Value = serde_json::from_str(GROUP).unwrap();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    group.pointer_mut(parent).unwrap()[field] = value;
    group.to_string()
}

#[test]
fn recorded_files_are_answered_as_kafka_did() {
    let mut files = 0;
    for entry in std::fs::read_dir(vectors()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let assignor = name.split('.').next().unwrap().parse::<AssignorName>();
        if assignor.is_err() {
            continue;
        }
        let (code, answers, _) = rebalance(&["assign", path.to_str().unwrap()], "");
        assert_eq!(code, 0, "{name}");
        let recorded = std::fs::read_to_string(&path).unwrap();
        assert_eq!(recorded.lines().count(), answers.lines().count(), "{name}");
        for (recorded, answer) in recorded.lines().zip(answers.lines()) {
            let mut recorded: Value = serde_json::from_str(recorded).unwrap();
            let fields = recorded.as_object_mut().unwrap();
            fields.retain(|key, _| ["id", "assignment", "throws"].contains(&key.as_str()));
            assert_eq!(recorded.to_string(), answer, "{name}");
        }
        files += 1;
    }
    assert_eq!(files, 16);
}

#[test]
fn blank_lines_line_ends_and_a_byte_order_mark_do_not_matter() {
    let input = format!("\u{feff}{GROUP}\r\n\n  \n{GROUP}");
    assert_eq!(
        assign(input),
        (0, format!("{ANSWER}\n{ANSWER}\n"), String::new())
    );
    assert_eq!(assign(""), (0, String::new(), String::new()));
}

#[test]
fn answers_come_while_the_input_is_open() {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("rebalance"))
        .args(["assign", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    for _ in 0..3 {
        writeln!(stdin, "{GROUP}").unwrap();
        let mut answer = String::new();
        stdout.read_line(&mut answer).unwrap();
        assert_eq!(answer.trim_end(), ANSWER);
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_reader_that_leaves_is_no_error() {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin!("rebalance"))
        .arg("assign")
        .arg(vectors().join("range.history.jsonl"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
}

#[test]
fn the_good_lines_before_a_bad_one_are_answered() {
    let (code, out, err) = assign(format!("{GROUP}\n\n{{}}\n{GROUP}\n"));
    assert_eq!((code, out), (2, format!("{ANSWER}\n")));
    assert_eq!(err, "stdin:3: missing field `id`\n");
}

#[test]
fn bad_lines_name_the_place_and_what_was_expected() {
    let cases = [
        (
            "nonsense".to_owned(),
            "not JSON, expected ident at column 2; expected one object per line",
        ),
        (
            format!("{GROUP} {GROUP}"),
            "not JSON, trailing characters at column 148; expected one object per line",
        ),
        (
            "[1]".to_owned(),
            "invalid type: sequence, expected an object with `id`, `assignor`, `topics` and `members`",
        ),
        (
            group_with("/topics", json!([["t", 3]])),
            "topics[0]: invalid type: sequence, expected a topic: an object with `name` and \
             `partitions`",
        ),
        (
            group_with("/members", json!([{"id": "c2"}])),
            "members[0]: missing field `subscription`",
        ),
        (
            "7".to_owned(),
            "invalid type: integer `7`, expected an object with `id`, `assignor`, `topics` and \
             `members`",
        ),
        (
            group_with("/assignor", json!("Range")),
            "assignor: unknown assignor `Range`, expected range, roundrobin, sticky or \
             cooperative-sticky",
        ),
        (
            group_with("/nodes", json!(3)),
            "nodes: unknown field `nodes`, expected one of `id`, `assignor`, `topics`, `members`, \
             `assignment`, `throws`",
        ),
        (
            group_with("/members/1/ownd", json!({})),
            "members[1].ownd: unknown field `ownd`, expected one of `id`, `instance`, `rack`, \
             `subscription`, `owned`, `generation`",
        ),
        (
            group_with("/members/1/id", json!("c1")),
            "members[1].id: `c1` is the id of members[0] too, expected every id once",
        ),
        (
            group_with(
                "/topics",
                json!([{"name": "t", "partitions": 1}, {"name": "t", "partitions": 2}]),
            ),
            "topics[1].name: a second topic `t`, expected every topic once",
        ),
        (
            group_with("/topics/0/partitions", json!(-1)),
            "topics[0].partitions: invalid value: integer `-1`, expected a whole number from 0 to \
             2147483647",
        ),
        (
            group_with("/topics/0/partitions", json!(2.5)),
            "topics[0].partitions: invalid type: floating point `2.5`, expected a whole number \
             from 0 to 2147483647",
        ),
        (
            group_with("/topics/0/partitions", json!(2_000_001)),
            "topics[0].partitions: 2000001 partitions up to here, expected at most 2000000 in all \
             topics",
        ),
        (
            group_with("/topics/0/racks", json!([["a"]])),
            "topics[0].racks: 1 entries, expected 3, one per partition",
        ),
        (
            group_with("/members/0/owned", json!({"t": [0, -2]})),
            "members[0].owned.t[1]: invalid value: integer `-2`, expected a whole number from 0 \
             to 2147483647",
        ),
        (
            group_with("/members/0/owned", json!([0])),
            "members[0].owned: invalid type: sequence, expected an object of topics with lists of \
             partition numbers",
        ),
        (
            group_with("/members/0/generation", json!(-2)),
            "members[0].generation: invalid value: integer `-2`, expected a whole number from -1 \
             to 2147483647",
        ),
    ];
    for (line, expected) in cases {
        let (code, out, err) = assign(line.clone());
        assert_eq!(err, format!("stdin:1: {expected}\n"), "{line}");
        assert_eq!((code, out.as_str()), (2, ""), "{line}");
    }
    let twice = GROUP.replacen(
        r#""subscription""#,
        r#""owned":{"t":[0],"t":[1]},"subscription""#,
        1,
    );
    let (code, _, err) = assign(twice);
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "stdin:1: members[0].owned: a second entry for topic `t`, expected every topic once\n"
    );
}

#[test]
fn a_missing_file_is_named() {
    let (code, _, message) = rebalance(&["assign", "absent.jsonl"], "");
    assert_eq!(code, 2);
    assert!(
        message.starts_with("absent.jsonl: cannot be opened: "),
        "{message}"
    );
}

#[test]
fn what_java_throws_is_an_answer() {
    let stale = json!({
        "id": "x", "assignor": "sticky",
        "topics": [{"name": "t1", "partitions": 2}, {"name": "t2", "partitions": 2}],
        "members": [
            {"id": "A", "subscription": ["t1", "t2"], "owned": {"t1": [5], "t2": [0]}, "generation": 1},
            {"id": "B", "subscription": ["t1", "t2"], "owned": {"t2": [1]}, "generation": 1},
        ],
        "throws": "ignored",
    });
    let answer = "{\"id\":\"x\",\"throws\":\"IllegalStateException\"}\n";
    assert_eq!(
        assign(stale.to_string()),
        (0, answer.to_owned(), String::new())
    );
}

#[test]
fn where_java_never_returns_the_answer_says_so() {
    let endless = json!({
        "id": "x", "assignor": "cooperative-sticky",
        "topics": [
            {"name": "orders", "partitions": 5},
            {"name": "payments", "partitions": 6},
            {"name": "t10", "partitions": 5, "racks": [["c"], ["c"], ["c"], ["a"], ["c"]]},
            {"name": "ta", "partitions": 1, "racks": [["a"]]},
            {"name": "tb", "partitions": 7},
        ],
        "members": [
            {"id": "c-8", "subscription": ["tb", "tb"], "owned": {"tb": [0]}, "generation": 0},
            {"id": "c-4", "rack": "a", "subscription": ["tb"],
             "owned": {"payments": [2], "orders": [4]}, "generation": 1},
            {"id": "a-2", "subscription": ["orders"], "generation": 2},
            {"id": "a-0", "subscription": ["payments"], "generation": 0},
            {"id": "a-1", "subscription": ["payments"], "owned": {"payments": [0]}, "generation": 0},
            {"id": "a-00", "subscription": ["t10", "payments", "ta"], "owned": {"ta": [1]},
             "generation": 0},
            {"id": "a-3", "subscription": ["orders", "tb"], "owned": {"tb": [3, 4, 5, 6]},
             "generation": 0},
        ],
    });
    let answer = "{\"id\":\"x\",\"hangs\":true}\n";
    assert_eq!(
        assign(endless.to_string()),
        (0, answer.to_owned(), String::new())
    );
}

#[test]
fn help_says_the_exit_codes() {
    let (code, help, _) = rebalance(&["assign", "--help"], "");
    assert_eq!(code, 0);
    assert!(help.contains("Exit codes"), "{help}");
}

/// The lines of the reference file for the broker's assignors.
fn server_lines() -> Vec<Value> {
    let text = std::fs::read_to_string(vectors().join("reference.jsonl")).unwrap();
    let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
    let lines = lines.filter(|line: &Value| line["case"].as_str().unwrap().starts_with("server-"));
    lines.collect()
}

#[test]
fn lines_for_the_broker_are_answered_as_kafka_did_on_either_side_of_jdk_19() {
    let lines = server_lines();
    assert_eq!(lines.len(), 260);
    let texts: Vec<String> = lines.iter().map(ToString::to_string).collect();
    let text = texts.join("\n");
    for (jdk, field) in [("17", "expect_jdk_le_18"), ("25", "expect_jdk_ge_19")] {
        let (code, out, err) = assign_with(&["--jdk", jdk], text.clone());
        assert_eq!((code, err.as_str()), (0, ""));
        assert_eq!(out.lines().count(), lines.len());
        for (line, answer) in lines.iter().zip(out.lines()) {
            let expected = line.get(field).unwrap_or(&line["expect"]);
            let answer: Value = serde_json::from_str(answer).unwrap();
            let right = json!({"id": line["case"], "assignment": expected});
            assert_eq!(answer, right, "JDK {jdk}");
        }
    }
}

const SERVER_GROUP: &str = r#"{"case":"s","assignor":"server-uniform","subscription_type":"homogeneous","topics":{"0:1":4},"members":[{"member_id":"A","topics":["0:1"],"current":[["0:1",[2,3]]]},{"member_id":"B","topics":["0:1"]},{"member_id":"C","topics":["0:1"]}]}"#;

#[test]
fn the_release_of_the_broker_decides() {
    let newest = r#"{"id":"s","assignment":{"A":{"0:1":[2,3]},"B":{"0:1":[0]},"C":{"0:1":[1]}}}"#;
    let outcome = assign(SERVER_GROUP);
    assert_eq!(outcome, (0, format!("{newest}\n"), String::new()));

    let fresh = SERVER_GROUP.replace(r#","current":[["0:1",[2,3]]]"#, "");
    for (kafka, expected) in [
        (
            "4.0.0",
            r#"{"A":{"0:1":[0,1]},"B":{"0:1":[2]},"C":{"0:1":[3]}}"#,
        ),
        (
            "4.0.1",
            r#"{"A":{"0:1":[0]},"B":{"0:1":[1]},"C":{"0:1":[2,3]}}"#,
        ),
    ] {
        let (_, out, _) = assign_with(&["--kafka", kafka], fresh.clone());
        assert_eq!(out, format!("{{\"id\":\"s\",\"assignment\":{expected}}}\n"));
    }
    let (code, out, err) = assign_with(&["--kafka", "3.9.2"], SERVER_GROUP);
    assert_eq!((code, out.as_str()), (2, ""));
    assert_eq!(
        err,
        "stdin:1: the broker's assignors of Kafka 3.9.2 are not covered: choose 4.0 or newer, \
         where the protocol is generally available\n"
    );
}

#[test]
fn the_release_of_the_consumer_decides() {
    let all = r#"{"id":"x","assignor":"sticky","topics":[{"name":"t1","partitions":4},{"name":"t2","partitions":4}],"members":[{"id":"A","subscription":["t1","t2"],"owned":{"t1":[0,1,2,3],"t2":[0,1,2,3]},"generation":1},{"id":"B","subscription":["t1","t2"]}]}"#;
    for (kafka, kept) in [
        ("3.0", r#"{"t1":[0,1,2,3]}"#),
        ("3.7.0", r#"{"t1":[0,1,2,3]}"#),
        ("3.7.1", r#"{"t1":[0,1],"t2":[0,1]}"#),
        ("9.0", r#"{"t1":[0,1],"t2":[0,1]}"#),
    ] {
        let (code, out, _) = assign_with(&["--kafka", kafka], all);
        let answer: Value = serde_json::from_str(&out).unwrap();
        let kept: Value = serde_json::from_str(kept).unwrap();
        assert_eq!((code, &answer["assignment"]["A"]), (0, &kept), "{kafka}");
    }
    let (code, _, err) = assign_with(&["--kafka", "2.8.2"], GROUP);
    assert_eq!(code, 2);
    assert_eq!(
        err,
        "stdin:1: the consumer's assignors of Kafka 2.8.2 are not covered: choose 3.0 or newer\n"
    );
}

#[test]
fn before_3_4_a_cooperative_claim_has_its_generation_in_the_user_data() {
    let claims = r#"{"id":"x","assignor":"cooperative-sticky","topics":[{"name":"t","partitions":2}],"members":[{"id":"A","subscription":["t"],"owned":{"t":[0]},"generation":4},{"id":"B","subscription":["t"],"owned":{"t":[0,1]},"generation":5}]}"#;
    // Both ways round the newer claim counts; B gives one up to A, who has to wait for it.
    for kafka in ["3.3", "3.4", "4.0"] {
        let (_, out, _) = assign_with(&["--kafka", kafka], claims);
        let expected = "{\"id\":\"x\",\"assignment\":{\"A\":{},\"B\":{\"t\":[0]}}}\n";
        assert_eq!(out, expected, "{kafka}");
    }
}

#[test]
fn bad_lines_for_the_broker_name_the_place_and_what_was_expected() {
    let with = |from: &str, to: &str| SERVER_GROUP.replacen(from, to, 1);
    let cases = [
        (
            with("server-uniform", "server-sticky"),
            "assignor: unknown assignor `server-sticky`, expected server-uniform or server-range",
        ),
        (
            with("homogeneous", "mixed"),
            "subscription_type: unknown variant `mixed`, expected `homogeneous` or `heterogeneous`",
        ),
        (
            with(r#"{"0:1":4}"#, r#"{"t":4}"#),
            "topics.t: `t` is not a topic id, expected its halves as two signed 64-bit numbers, \
             MSB:LSB",
        ),
        (
            with(r#"{"0:1":4}"#, r#"{"0:1":4,"0:1":5}"#),
            "topics: a second topic `0:1`, expected every topic once",
        ),
        (
            with(r#"{"0:1":4}"#, r#"{"0:1":-1}"#),
            "topics.0:1: invalid value: integer `-1`, expected a whole number from 0 to 2147483647",
        ),
        (
            with(r#"{"0:1":4}"#, r#"{"0:1":2000001}"#),
            "topics: 2000001 partitions up to here, expected at most 2000000 in all topics",
        ),
        (
            with(r#""B""#, r#""A""#),
            "members[1].member_id: `A` is the id of members[0] too, expected every id once",
        ),
        (
            with(r#""topics":["0:1"]"#, r#""topics":["0:1","0:1"]"#),
            "members[0]: topics[1]: a second `0:1`, expected every topic once",
        ),
        (
            with(r#"["0:1",[2,3]]"#, r#"["0:1",[2,-3]]"#),
            "members[0].current[0][1][1]: invalid value: integer `-3`, expected a whole number \
             from 0 to 2147483647",
        ),
        (
            with(r#""member_id":"A","#, ""),
            "members[0]: missing field `member_id`",
        ),
    ];
    for (line, expected) in cases {
        let (code, out, err) = assign(line.clone());
        assert_eq!(err, format!("stdin:1: {expected}\n"), "{line}");
        assert_eq!((code, out.as_str()), (2, ""), "{line}");
    }
}

#[test]
fn what_the_broker_throws_and_leaves_out_is_an_answer() {
    let absent = SERVER_GROUP.replacen(r#"{"0:1":4}"#, r#"{"0:2":4}"#, 1);
    let thrown = "{\"id\":\"s\",\"throws\":\"PartitionAssignorException\"}\n";
    assert_eq!(assign(absent), (0, thrown.to_owned(), String::new()));

    let nothing = SERVER_GROUP.replace(r#""topics":["0:1"]"#, r#""topics":[]"#);
    let left_out = "{\"id\":\"s\",\"assignment\":{\"A\":null,\"B\":null,\"C\":null}}\n";
    assert_eq!(assign(nothing), (0, left_out.to_owned(), String::new()));
}

#[test]
fn a_jdk_is_a_number() {
    let (code, _, err) = assign_with(&["--jdk", "seven"], GROUP);
    assert_eq!(code, 2);
    assert!(err.contains("--jdk"), "{err}");
}
