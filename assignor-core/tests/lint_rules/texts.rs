//! Texts with the findings that they give, and what fixes make of them.

use super::{facts_of, lines};
use assignor_core::config::{Config, ParseOptions};
use assignor_core::lint::{Facts, Options, apply, lint};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A text as somebody may paste it, and what has to be said about it.
#[derive(Deserialize)]
struct Text {
    file: String,
    text: String,
    /// What it is to be read as, where that is of interest.
    format: Option<String>,
    client: Option<String>,
    /// The client that is given.
    r#for: Option<String>,
    #[serde(default)]
    facts: BTreeMap<String, String>,
    /// Rule, severity, line and, perhaps, column.
    has: Vec<String>,
    /// Rules that have nothing to say.
    silent: Vec<String>,
}

#[test]
fn texts_are_read_and_judged_at_their_places() {
    let mut wrong = Vec::new();
    for case in ["lint/texts.jsonl", "lint/again.jsonl"]
        .into_iter()
        .flat_map(lines::<Text>)
    {
        let options = ParseOptions {
            name: case.file.clone(),
            client: case
                .r#for
                .as_deref()
                .map(|client| client.parse().expect(client)),
            ..ParseOptions::default()
        };
        let config = Config::parse(&case.text, &options);
        let read = (config.format().name(), config.client().family.name());
        let wanted =
            |word: &Option<String>, read: &str| word.as_deref().is_none_or(|it| it == read);
        if !wanted(&case.format, read.0) || !wanted(&case.client, read.1) {
            wrong.push(format!("{read:?}: {}", case.text));
        }
        let told: Vec<String> = lint(
            std::slice::from_ref(&config),
            &facts_of(&case.facts),
            &Options::default(),
        )
        .iter()
        .map(|finding| {
            let at = config.position(finding.span.start);
            let severity = finding.severity.name();
            format!("{} {severity} {}:{}", finding.rule, at.line, at.column)
        })
        .collect();
        let is = |wanted: &str, said: &str| match said.strip_prefix(wanted) {
            Some(rest) => rest.is_empty() || wanted.ends_with(':'),
            None => false,
        };
        let is_said = |wanted: &&String| told.iter().any(|said| is(wanted, said));
        let missing = case.has.iter().filter(|wanted| !is_said(wanted));
        let loud = |rule: &&String| told.iter().any(|said| said.starts_with(*rule));
        let differs: Vec<&String> = missing.chain(case.silent.iter().filter(loud)).collect();
        if !differs.is_empty() {
            wrong.push(format!("{differs:?} in {told:?} of {}", case.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A text with a finding, and what the finding's first fix makes of it.
#[derive(Deserialize)]
struct Mended {
    file: String,
    rule: String,
    text: String,
    fixed: String,
}

#[test]
fn fixes_keep_units_quotes_comments_and_line_ends() {
    for case in lines::<Mended>("lint/fixes.jsonl") {
        let read = |text: &str| {
            let options = ParseOptions {
                name: case.file.clone(),
                ..ParseOptions::default()
            };
            Config::parse(text, &options)
        };
        let found = |config| {
            let all = lint(&[config], &Facts::default(), &Options::default());
            all.into_iter().find(|finding| finding.rule == case.rule)
        };
        let finding = found(read(&case.text)).unwrap_or_else(|| panic!("{}", case.file));
        let edits = &finding.fixes[0].edits;
        let fixed = apply(&case.text, edits).expect("the edits fit");
        assert_eq!(fixed, case.fixed, "{}", case.file);
        assert!(found(read(&fixed)).is_none(), "{}: it stays", case.file);
    }
}
