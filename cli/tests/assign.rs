//! `rebalance assign` from the outside.
// Functions shared by the tests are tests too.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use assignor_core::assign::AssignorName;
use serde_json::{Value, json};

const GROUP: &str = r#"{"id":"a","assignor":"range","topics":[{"name":"t","partitions":3}],"members":[{"id":"c1","subscription":["t"]},{"id":"c2","subscription":["t"]}]}"#;
const ANSWER: &str = r#"{"id":"a","assignment":{"c1":{"t":[0,1]},"c2":{"t":[2]}}}"#;

fn rebalance() -> assert_cmd::Command {
    assert_cmd::cargo::cargo_bin_cmd!("rebalance")
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

/// Runs over standard input; answers exit code, standard output and standard error.
fn assign(input: impl Into<Vec<u8>>) -> (i32, String, String) {
    let output = rebalance()
        .arg("assign")
        .write_stdin(input)
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
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
        let output = rebalance().arg("assign").arg(&path).output().unwrap();
        assert!(output.status.success(), "{name}");
        let recorded = std::fs::read_to_string(&path).unwrap();
        let answers = String::from_utf8(output.stdout).unwrap();
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
    let output = rebalance()
        .args(["assign", "absent.jsonl"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
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
    let output = rebalance().args(["assign", "--help"]).output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    assert!(help.contains("Exit codes"), "{help}");
}
