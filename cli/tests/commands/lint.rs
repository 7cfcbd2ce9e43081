//! `rebalance lint` and `rebalance rules`: output, exit codes, files.

use super::rebalance as run;
use std::fs;
use std::path::Path;

use serde_json::Value;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/lint/examples");

struct Ran {
    code: i32,
    out: String,
    err: String,
}

fn rebalance(arguments: &[&str], input: &str) -> Ran {
    let (code, out, err) = run(arguments, input);
    Ran { code, out, err }
}

fn rules_of(ran: &Ran) -> Vec<String> {
    let document: Value = serde_json::from_str(&ran.out).expect(&ran.out);
    assert_eq!(document["version"], 1);
    let findings = document["findings"].as_array().expect("findings");
    findings
        .iter()
        .map(|finding| finding["rule"].as_str().expect("an id").to_owned())
        .collect()
}

#[test]
fn json_names_the_place_the_rule_and_the_fix() {
    let ran = rebalance(
        &["lint", "--format", "json", "--client", "java@3.9", "-"],
        "# é\nsession.timeout.ms=30s\n",
    );
    assert_eq!(ran.code, 1);
    let document: Value = serde_json::from_str(&ran.out).expect(&ran.out);
    let findings = document["findings"].as_array().expect("findings");
    let finding = findings
        .iter()
        .find(|finding| finding["rule"] == "KC-V201")
        .expect("KC-V201");
    assert_eq!(finding["file"], "<stdin>");
    assert_eq!(finding["severity"], "error");
    let place = ["line", "column", "end_line", "end_column"].map(|field| finding[field].as_u64());
    assert_eq!(place, [Some(2), Some(20), Some(2), Some(23)]);
    assert_eq!(finding["fixes"][0]["applicability"], "safe");
    assert_eq!(finding["fixes"][0]["edits"][0]["new_text"], "30000");
    assert!(
        document["questions"]
            .as_array()
            .is_some_and(|questions| !questions.is_empty())
    );
}

#[test]
fn text_shows_the_source_the_reason_and_the_way_out() {
    let ran = rebalance(
        &["lint", "--client", "java@3.9"],
        "group.id=g\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\n",
    );
    assert_eq!(ran.code, 1);
    for part in [
        "warning[KC-T301]: `heartbeat.interval.ms` 15000 is more than a third of `session.timeout.ms` 30000",
        "--> <stdin>:2:23",
        "2 | heartbeat.interval.ms=15000",
        "help: Set `heartbeat.interval.ms` to 3000 (--fix does it)",
        "0 errors, 1 warning, 7 infos in 1 file",
        "Answer with --fact perRecordMs=",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
}

#[test]
fn the_exit_code_follows_the_level() {
    let info = "group.id=g\n";
    let warn = "group.id=g\ngroup.id=g\n";
    let error = "max.poll.records=many\n";
    for (text, level, code) in [
        (info, None, 0),
        (info, Some("info"), 1),
        (warn, None, 1),
        (warn, Some("error"), 0),
        (error, Some("error"), 1),
    ] {
        let mut arguments = vec!["lint"];
        arguments.extend(level.iter().flat_map(|level| ["--fail-on", level]));
        assert_eq!(rebalance(&arguments, text).code, code, "{text} {level:?}");
    }
}

#[test]
fn what_cannot_be_used_is_named_and_exits_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let binary = folder.path().join("binary.properties");
    fs::write(&binary, [0xff, 0xfe, b'a', 0]).expect("written");
    let missing = folder
        .path()
        .join("missing.properties")
        .display()
        .to_string();
    let binary = binary.display().to_string();
    for (arguments, part) in [
        (vec!["lint", missing.as_str()], "cannot be read"),
        (vec!["lint", binary.as_str()], "zero bytes"),
        (vec!["lint", "-", "-"], "given twice"),
        (vec!["lint", "--fact", "perRecordMs"], "write KEY=VALUE"),
        (
            vec!["lint", "--fact", "perRecordMs=fast"],
            "expected a number of milliseconds",
        ),
        (
            vec!["lint", "--fact", "speed=1"],
            "there is no fact \"speed\"",
        ),
        (vec!["lint", "--client", "cobol"], "not a client family"),
        (vec!["lint", "--client", "java@new"], "not a version"),
        (
            vec!["lint", "--input-format", "cobol"],
            "there is no input format \"cobol\"",
        ),
        (vec!["lint", "--format", "html"], "invalid value 'html'"),
    ] {
        let ran = rebalance(&arguments, "");
        assert_eq!(ran.code, 2, "{arguments:?}");
        assert!(ran.err.contains(part), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn facts_decide() {
    let file = format!("{EXAMPLES}/09-timing.properties");
    let with = |fact: &str| {
        rules_of(&rebalance(
            &[
                "lint", "--format", "json", "--client", "java@3.9", "--fact", fact, &file,
            ],
            "",
        ))
    };
    assert!(with("perRecordMs=200").contains(&"KC-T305".to_owned()));
    assert!(!with("perRecordMs=2").contains(&"KC-T305".to_owned()));
}

fn fixed(path: &Path) -> (Ran, Vec<u8>) {
    let ran = rebalance(
        &[
            "lint",
            "--fix",
            "--client",
            "java@3.9",
            &path.display().to_string(),
        ],
        "",
    );
    (ran, fs::read(path).expect("read"))
}

#[test]
fn fixing_keeps_comments_order_and_line_ends_and_happens_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("consumer.properties");
    let before = "! the group\r\ngroup.id = g\r\n\r\n  session.timeout.ms : 30s\r\n# beats\r\n\
                  heartbeat.interval.ms=20000 # slow\r\nenable.auto.commit=no\r\nmax.poll.records=1\r\nmax.poll.records=2";
    fs::write(&path, before).expect("written");
    let (ran, after) = fixed(&path);
    let after = String::from_utf8(after).expect("UTF-8");
    assert_eq!(
        after,
        "! the group\r\ngroup.id = g\r\n\r\n  session.timeout.ms : 30000\r\n# beats\r\n# slow\r\n\
         heartbeat.interval.ms=3000\r\nenable.auto.commit=false\r\nmax.poll.records=2",
        "{}",
        ran.out
    );
    assert_eq!(ran.code, 0, "{}", ran.out);
    assert_eq!(fixed(&path).1, after.as_bytes());
    assert_eq!(
        fs::read_dir(folder.path()).expect("a folder").count(),
        1,
        "no file is left behind"
    );
}

#[test]
fn fixing_keeps_bytes_that_are_not_utf8() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("latin1.properties");
    fs::write(&path, b"client.id=caf\xe9\nenable.auto.commit=on\n").expect("written");
    assert_eq!(
        fixed(&path).1,
        b"client.id=caf\xe9\nenable.auto.commit=true\n"
    );
}

#[cfg(unix)]
#[test]
fn fixing_keeps_links_and_permissions() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let folder = tempfile::tempdir().expect("a folder");
    let (target, link) = (folder.path().join("target"), folder.path().join("link"));
    fs::write(&target, "enable.auto.commit=on\n").expect("written");
    fs::set_permissions(&target, fs::Permissions::from_mode(0o640)).expect("set");
    symlink(&target, &link).expect("linked");
    assert_eq!(fixed(&link).1, b"enable.auto.commit=true\n");
    assert!(fs::symlink_metadata(&link).expect("there").is_symlink());
    assert_eq!(
        fs::metadata(&target).expect("there").permissions().mode() & 0o777,
        0o640
    );
}

#[test]
fn standard_input_is_fixed_to_standard_output() {
    let ran = rebalance(&["lint", "--fix", "-"], "enable.auto.commit=on\n");
    assert_eq!(ran.out, "enable.auto.commit=true\n");
    assert!(ran.err.contains("0 errors"), "{}", ran.err);
}

#[test]
fn secrets_are_masked_in_every_output() {
    let text = "sasl.jaas.config=a.PlainLoginModule required password=\"hunter2\"; \\\n  # x\nsasl.password=hunter2\n\
                sasl.password=hunter2\n# sasl.password=hunter2\nsesion.timeout.ms=1\n";
    for format in ["text", "json"] {
        let ran = rebalance(&["lint", "--format", format, "-"], text);
        assert!(ran.out.contains("KC-S801"), "{}", ran.out);
        assert!(!ran.out.contains("hunter2"), "{}", ran.out);
    }
}

#[test]
fn old_mac_line_ends_have_their_lines() {
    let ran = rebalance(
        &["lint", "--client", "java@3.9"],
        "group.id=g\rmax.poll.records=x\r",
    );
    assert!(ran.out.contains("--> <stdin>:2:18"), "{}", ran.out);
    assert!(ran.out.contains("2 | max.poll.records=x"), "{}", ran.out);
}

#[test]
fn several_files_are_reported_together() {
    let files = ["35a-mixed-group-a", "36-migration-step-one"]
        .map(|name| format!("{EXAMPLES}/{name}.properties"));
    let ran = rebalance(&["lint", &files[0], &files[1]], "");
    assert!(ran.out.contains("in 2 files"), "{}", ran.out);
    assert!(
        ran.out.contains("35a-mixed-group-a.properties:2"),
        "{}",
        ran.out
    );
}

#[test]
fn rules_are_listed_with_their_texts() {
    let text = rebalance(&["rules"], "");
    assert!(
        text.out
            .contains("KC-T301  warn   heartbeat-above-third-of-session"),
        "{}",
        text.out
    );
    let json = rebalance(&["rules", "--format", "json"], "");
    let rules: Vec<Value> = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(rules.len(), text.out.lines().count());
    for rule in rules {
        for field in [
            "id",
            "name",
            "severity",
            "what",
            "why",
            "false_alarm",
            "fix",
            "source",
        ] {
            assert!(
                rule[field].as_str().is_some_and(|text| !text.is_empty()),
                "{rule} {field}"
            );
        }
    }
}

#[test]
fn a_client_that_does_not_start_is_said_first() {
    let input = "session.timeout.ms=30000\nmax.poll.records=0\n";
    let ran = rebalance(&["lint", "--client", "java@3.9"], input);
    assert_eq!(ran.code, 1);
    assert!(
        ran.out
            .starts_with("error[startup]: the client doesn't start (kafka-clients 3.9)"),
        "{}",
        ran.out
    );
    let json = rebalance(&["lint", "--format", "json", "--client", "java@3.9"], input);
    let document: Value = serde_json::from_str(&json.out).expect(&json.out);
    let startup = &document["startup"][0];
    assert_eq!(startup["accepted"], false);
    assert_eq!(startup["client"], "3.9");
    assert_eq!(startup["line"], 2);
    assert_eq!(
        startup["errors"][0]["message"],
        "Invalid value 0 for configuration max.poll.records: Value must be at least 1"
    );
    let open = rebalance(
        &["lint", "--format", "json", "--client", "java@3.9"],
        "max.poll.interval.ms=30000\nsession.timeout.ms=${S}\nheartbeat.interval.ms=50000\n",
    );
    let document: Value = serde_json::from_str(&open.out).expect(&open.out);
    assert_eq!(document["startup"][0]["accepted"], Value::Null);
    assert_eq!(
        document["startup"][0]["depends_on"][0],
        "session.timeout.ms"
    );
}

#[test]
fn what_only_the_program_knows_is_named() {
    let java = "Properties props = new Properties();\n\
                props.put(\"max.poll.interval.ms\", System.getenv(\"MAX\"));\n";
    let ran = rebalance(&["lint", "--format", "json", "-"], java);
    let document: Value = serde_json::from_str(&ran.out).expect(&ran.out);
    let unread = &document["unread"];
    assert_eq!(unread.as_array().map(Vec::len), Some(1), "{unread}");
    assert_eq!(unread[0]["property"], "max.poll.interval.ms");
    assert_eq!(unread[0]["line"], 2);
    let ran = rebalance(&["lint", "-"], java);
    assert!(
        ran.out
            .contains("not read: max.poll.interval.ms (<stdin>:2)"),
        "{}",
        ran.out
    );
}

const TWO_WRONG: &str =
    "group.id=a|b\nheartbeat.interval.ms=15000\nsession.timeout.ms=30000\nmax.poll.records=<b>\n";

#[test]
fn sarif_names_rule_place_and_fix() {
    let ran = rebalance(&["lint", "--format", "sarif", "-"], TWO_WRONG);
    let log: Value = serde_json::from_str(&ran.out).expect(&ran.out);
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    let results = run["results"].as_array().expect("results");
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index");
        let rule = &rules[usize::try_from(index).expect("a place")];
        assert_eq!(result["ruleId"], rule["id"]);
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "%3Cstdin%3E");
    }
    // What doesn't start comes first.
    assert_eq!(results[0]["ruleId"], "startup");
    let third = results
        .iter()
        .find(|result| result["ruleId"] == "KC-T301")
        .expect("KC-T301");
    let region = &third["locations"][0]["physicalLocation"]["region"];
    assert_eq!(
        (&region["startLine"], &region["startColumn"]),
        (&2.into(), &23.into())
    );
    let change = &third["fixes"][0]["artifactChanges"][0]["replacements"][0];
    assert_eq!(change["deletedRegion"], *region);
    assert_eq!(change["insertedContent"]["text"], "3000");
}

#[test]
fn github_annotations_are_a_line_each() {
    let ran = rebalance(&["lint", "--format", "github", "-"], TWO_WRONG);
    assert!(
        ran.out.lines().all(|line| line.starts_with("::")),
        "{}",
        ran.out
    );
    let third = "::warning file=<stdin>,line=2,endLine=2,col=23,endColumn=27,title=KC-T301::";
    assert!(ran.out.contains(third), "{}", ran.out);
    assert_eq!(ran.code, 1);
}

#[test]
fn markdown_has_no_markup_of_the_reader() {
    let ran = rebalance(&["lint", "--format", "markdown", "-"], TWO_WRONG);
    assert!(ran.out.starts_with("**"), "{}", ran.out);
    assert!(
        ran.out
            .contains("- **Warning** KC-T301, &lt;stdin>:2: `heartbeat.interval.ms`"),
        "{}",
        ran.out
    );
    for line in ran.out.lines().filter(|line| !line.starts_with("    ")) {
        let words = line.split('`').step_by(2).collect::<String>();
        assert!(!words.contains("<b>"), "{line}");
    }
}

#[test]
fn a_finding_is_shown_as_a_scenario_and_its_fix() {
    let text = "session.timeout.ms=10000\nheartbeat.interval.ms=5000\n";
    let ran = rebalance(&["lint", "--format", "json", "-"], text);
    let document: Value = serde_json::from_str(&ran.out).expect(&ran.out);
    let mut findings = document["findings"].as_array().expect("findings").iter();
    let third = findings.find(|finding| finding["rule"] == "KC-T301");
    let show = &third.expect("KC-T301")["show"];
    assert_eq!(show["fix"], "Set `heartbeat.interval.ms` to 3000");

    let simulated = |fixed: &[&str]| {
        let arguments = [&["lint", "--show", "KC-T301"], fixed, &["-"]].concat();
        let ran = rebalance(&arguments, text);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""));
        let scenario: Value = serde_json::from_str(&ran.out).expect(&ran.out);
        let run = rebalance(&["simulate", "-"], &ran.out).out;
        (scenario, run)
    };
    let (scenario, run) = simulated(&[]);
    assert_eq!(scenario, show["scenario"]);
    let expired = run
        .lines()
        .find(|line| line.contains("expired"))
        .expect(&run);
    let at_ms = show["at_ms"].as_u64().expect("a time").to_string();
    assert!(expired.trim_start().starts_with(&at_ms), "{expired}");
    let (fixed, run) = simulated(&["--fixed"]);
    assert_eq!(fixed, show["fixed"]);
    assert!(!run.contains("expired"), "{run}");

    let text_of = rebalance(&["lint", "-"], text).out;
    assert!(
        text_of.contains("add `--show KC-T301 > scenario.json`"),
        "{text_of}"
    );
    let none = rebalance(&["lint", "--show", "KC-T305", "-"], text);
    assert_eq!(none.code, 2);
    assert!(
        none.err.contains("no finding of KC-T305 to show"),
        "{}",
        none.err
    );
}
