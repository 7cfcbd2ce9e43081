//! `rebalance lint` over folders and with a project's settings.

use super::{rebalance, rebalance_in};
use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

const EXAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/lint/examples");
/// Two keys that the advisor knows and one that it warns about.
const CONSUMER: &str = "group.id=g\nbootstrap.servers=kafka:9092\ngroup.id=g\n";

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("made");
        fs::write(path, text).expect("written");
    }
    folder
}

/// The files with findings, in the order of the findings.
fn files(json: &str) -> Vec<String> {
    let document: Value = serde_json::from_str(json).expect(json);
    let findings = document["findings"].as_array().expect("findings");
    let mut files: Vec<String> = findings
        .iter()
        .map(|finding| finding["file"].as_str().expect("a file").to_owned())
        .collect();
    files.dedup();
    files
}

fn lint_in(folder: &Path, arguments: &[&str]) -> (i32, String, String) {
    rebalance_in(folder, &[&["lint"], arguments].concat(), "")
}

#[test]
fn of_a_folder_every_example_is_found_whose_name_has_a_known_end() {
    let (_, out, _) = rebalance(&["lint", EXAMPLES, "--format", "json"], "");
    let mut expected: Vec<String> = fs::read_dir(EXAMPLES)
        .expect("examples")
        .map(|entry| entry.expect("an entry").path().display().to_string())
        .filter(|path| assignor_core::config::Format::of_name(path).is_some())
        .collect();
    expected.sort();
    assert!(expected.len() >= 20, "{expected:?}");
    assert_eq!(files(&out), expected);
}

#[test]
fn a_folder_is_read_as_git_sees_it_and_without_what_is_not_about_kafka() {
    let folder = folder(&[
        (".gitignore", "build/\n"),
        (
            ".env",
            "KAFKA_GROUP_ID=g\nKAFKA_BOOTSTRAP_SERVERS=kafka:9092\n",
        ),
        (".git/config.properties", CONSUMER),
        ("app/consumer.properties", CONSUMER),
        (
            "app/log4j.properties",
            "log4j.rootLogger=INFO\nclient.id=a\n",
        ),
        ("app/picture.properties", "group.id=g\0"),
        ("build/consumer.properties", CONSUMER),
        ("notes.md", CONSUMER),
        ("oauth.yml", "oauth:\n  client.id: web\n"),
    ]);
    let (_, out, err) = lint_in(folder.path(), &[".", "--format", "json"]);
    assert_eq!(files(&out), [".env", "app/consumer.properties"], "{err}");
}

#[test]
fn globs_choose_and_leave_out() {
    let folder = folder(&[
        ("a/consumer.properties", CONSUMER),
        ("a/test/consumer.properties", CONSUMER),
        (
            "b/consumer.yml",
            "group.id: g\nbootstrap.servers: kafka:9092\n",
        ),
    ]);
    let found = |arguments: &[&str]| {
        let arguments = [&[".", "--format", "json"], arguments].concat();
        files(&lint_in(folder.path(), &arguments).1)
    };
    assert_eq!(found(&["--glob", "*.yml"]), ["b/consumer.yml"]);
    assert_eq!(
        found(&["--glob", "!**/test/**"]),
        ["a/consumer.properties", "b/consumer.yml"]
    );
    assert_eq!(
        found(&["--glob", "*.properties", "--glob", "!**/test/**"]),
        ["a/consumer.properties"]
    );
    let (code, _, err) = lint_in(folder.path(), &[".", "--glob", "a[.yml"]);
    assert_eq!(code, 2);
    assert!(err.contains("glob \"a[.yml\" cannot be used"), "{err}");
}

#[test]
fn a_file_that_is_named_is_read_whatever_it_is() {
    let folder = folder(&[("notes.md", "session.timeout.ms=30s\n")]);
    let (code, out, _) = lint_in(folder.path(), &["notes.md", "--format", "json"]);
    assert_eq!((code, files(&out)), (1, vec!["notes.md".to_owned()]));
}

#[test]
fn the_project_decides_what_is_said_and_how_loudly() {
    let folder = folder(&[
        (
            "rebalance.toml",
            "client = \"java@3.9\"\nfail-on = \"error\"\nexclude = [\"old/**\"]\n\
             [facts]\nperRecordMs = 700\ncomplete = false\nkind = \"Deployment\"\n\
             [rules]\nKC-P005 = \"off\"\nKC-T305 = \"info\"\n",
        ),
        ("deploy/consumer.properties", CONSUMER),
        ("old/consumer.properties", CONSUMER),
    ]);
    // Found from a folder below too.
    let below = folder.path().join("deploy");
    let (code, out, err) = lint_in(&below, &["..", "--format", "json"]);
    assert_eq!(code, 0, "{out}{err}");
    assert_eq!(files(&out), ["../deploy/consumer.properties"]);
    assert!(!out.contains("KC-P005"), "{out}");
    let document: Value = serde_json::from_str(&out).expect(&out);
    let budget = document["findings"]
        .as_array()
        .and_then(|all| all.iter().find(|finding| finding["rule"] == "KC-T305"))
        .expect("the fact decides");
    assert_eq!(budget["severity"], "info");
    assert_eq!(document["startup"][0]["client"], "3.9");
    // The arguments count before it.
    let (code, out, _) = lint_in(&below, &[".", "--fail-on", "info", "--client", "java@4.1"]);
    assert_eq!(code, 1);
    assert!(!out.contains("3.9"), "{out}");
}

#[test]
fn what_is_unsure_can_be_left_out() {
    let count = |least: &str| {
        let (_, out, _) = rebalance(
            &[
                "lint",
                EXAMPLES,
                "--format",
                "json",
                "--min-confidence",
                least,
            ],
            "",
        );
        out.matches("\"confidence\"").count()
    };
    let (all, likely, certain) = (count("possible"), count("likely"), count("certain"));
    assert!(
        all > likely && likely > certain && certain > 0,
        "{all} {likely} {certain}"
    );
}

#[test]
fn the_settings_in_the_documentation_can_be_used() {
    let documentation = include_str!("../../../docs/lint.md");
    let (_, rest) = documentation.split_once("```toml\n").expect("an example");
    let (example, _) = rest.split_once("```").expect("its end");
    let folder = folder(&[
        ("rebalance.toml", example),
        ("consumer.properties", CONSUMER),
    ]);
    let (code, out, err) = lint_in(folder.path(), &["consumer.properties", "--format", "json"]);
    assert_eq!(code, 0, "{out}{err}");
    assert!(out.contains("\"client\": \"3.9\""), "{out}");
}

#[test]
fn settings_that_cannot_be_used_name_their_line() {
    for (text, part) in [
        (
            "[rules]\nKC-T301 = \"off\"\nKC-T999 = \"off\"\n",
            "rebalance.toml:3: there is no rule \"KC-T999\"",
        ),
        ("[rules]\nKC-T301 = \"loud\"\n", "unknown variant `loud`"),
        (
            "\n[facts]\nspeed = 3\n",
            "rebalance.toml:3: there is no fact \"speed\"",
        ),
        (
            "[facts]\nreplicas = true\n",
            "rebalance.toml:2: fact \"replicas\" is \"true\"",
        ),
        ("client = \"cobol\"\n", "rebalance.toml:1: "),
        ("fail_on = \"error\"\n", "unknown field `fail_on`"),
        ("client = \n", "rebalance.toml: cannot be used"),
        ("exclude = [\"a[\"]\n", "glob \"a[\" cannot be used"),
    ] {
        let folder = folder(&[("rebalance.toml", text)]);
        let (code, _, err) = lint_in(folder.path(), &["."]);
        assert_eq!(code, 2, "{text}");
        assert!(err.contains(part), "{text}: {err}");
    }
    let (code, _, err) = rebalance(&["lint", "--config", "nowhere.toml"], "");
    assert_eq!(code, 2);
    assert!(err.contains("nowhere.toml: cannot be read"), "{err}");
}
