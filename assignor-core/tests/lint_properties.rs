//! The advisor on random configurations: it never panics, its fixes keep what they don't touch,
//! bring nothing worse, and once is enough.
use std::collections::BTreeMap;

use assignor_core::config::{
    Client, Config, Family, Format, KafkaVersion, ParseOptions, TokenKind, catalog,
};
use assignor_core::lint::{
    Applicability, Facts, Finding, Options, Severity, apply, fix_all, lint, questions, rules,
    startups,
};
use proptest::prelude::*;
use proptest::sample::{Index, select};

fn config(text: &str, client: Client) -> Config {
    let options = ParseOptions {
        format: Some(Format::Properties),
        client: Some(client),
        ..ParseOptions::default()
    };
    Config::parse(text, &options)
}

/// The triggers and counter-examples of all rules.
fn seeds() -> Vec<String> {
    let examples = rules::examples().into_iter();
    examples
        .flat_map(|example| [example.trigger, example.counter_example])
        .collect()
}

fn clients() -> impl Strategy<Value = Client> {
    let versions = select(vec![
        None,
        Some((0, 9)),
        Some((2, 3)),
        Some((2, 8)),
        Some((3, 5)),
        Some((3, 9)),
        Some((4, 0)),
        Some((4, 3)),
    ]);
    (select(Family::ALL.to_vec()), versions).prop_map(|(family, version)| Client {
        family,
        version: version.map(|(major, minor)| KafkaVersion::new(major, minor, 0)),
    })
}

fn facts() -> impl Strategy<Value = Facts> {
    let number = || proptest::option::of(prop_oneof![0u64..5, 0u64..2_000_000, Just(u64::MAX)]);
    let ms = proptest::option::of(prop_oneof![0.0..2_000.0, Just(0.0), Just(f64::MAX)]);
    (
        proptest::option::of(any::<bool>()),
        number(),
        number(),
        number(),
        number(),
        ms,
    )
        .prop_map(
            |(complete, replicas, parallelism, restart_ms, max, per_record_ms)| Facts {
                complete,
                replicas,
                parallelism,
                restart_ms,
                group_max_session_timeout_ms: max,
                per_record_ms,
                ..Facts::default()
            },
        )
}

/// A line that may matter: a known key, or nearly one, with a value that may fit.
fn line() -> impl Strategy<Value = String> {
    let keys: Vec<&'static str> = catalog::properties()
        .iter()
        .map(|property| property.name)
        .collect();
    let often = vec![
        "session.timeout.ms",
        "heartbeat.interval.ms",
        "max.poll.interval.ms",
        "max.poll.records",
        "group.id",
        "group.instance.id",
        "group.protocol",
        "partition.assignment.strategy",
        "enable.auto.commit",
        "rebalance.timeout.ms",
        "sesion.timeout.ms",
        "Max.Poll.Records",
        "my.key",
        "sasl.password",
        "sasl.jaas.config",
        "consumer.session.timeout.ms",
        "main.consumer.heartbeat.interval.ms",
    ];
    let values = vec![
        "",
        "0",
        "1",
        "-1",
        "3000",
        "10000",
        "15000",
        "30000",
        "45000",
        "300000",
        "2147483647",
        "2147483648",
        "30s",
        "5min",
        "30_000",
        "\"100\"",
        "yes",
        "off",
        "true",
        "consumer",
        "classic",
        "${X}",
        "svc-0",
        "org.apache.kafka.clients.consumer.RangeAssignor",
        "org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
        "hunter2",
        "a.PlainLoginModule required password=\"p\";",
        "a b",
        "10000 # ten",
        "3000 ! three",
        "x\\",
        "\\u00e9",
        "\\u00",
    ];
    let key = prop_oneof![5 => select(often), 2 => select(keys)];
    let separator = select(vec!["=", " = ", ":", " ", "", "\\\n ="]);
    let end = select(vec![
        "\n",
        "\n",
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "\n# a comment\n",
        "\n# rebalance: ignore KC-T301 x\n",
        "\\\n",
    ]);
    let indent = select(vec!["", "", "", "  ", "\\\n"]);
    (indent, key, separator, select(values), end).prop_map(
        |(indent, key, separator, value, end)| {
            // Without a separator the value becomes a part of the key, and no key is a secret.
            let value = if separator.is_empty() && value == "hunter2" {
                ""
            } else {
                value
            };
            format!("{indent}{key}{separator}{value}{end}")
        },
    )
}

/// The lines of what people paste in all formats, cut, mixed and indented anew.
fn foreign_texts() -> impl Strategy<Value = String> {
    let written = include_str!("../../tests/lint/texts.jsonl").lines();
    let text = |line: &str| {
        let case: serde_json::Value = serde_json::from_str(line).expect(line);
        case["text"].as_str().expect(line).to_owned()
    };
    let all: Vec<String> = written.map(text).collect();
    let lines: Vec<String> = all
        .iter()
        .flat_map(|text| text.split_inclusive('\n').map(str::to_owned))
        .collect();
    let mixed = proptest::collection::vec((0_usize..6, select(lines)), 0..14);
    let mixed = mixed.prop_map(|lines| {
        let lines = lines.into_iter();
        lines
            .map(|(indent, line)| " ".repeat(indent) + &line)
            .collect()
    });
    let cut = (select(all), any::<Index>(), any::<Index>(), any::<char>()).prop_map(
        |(mut text, from, to, other)| {
            let at = |text: &str, index: Index| {
                let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
                places
                    .get(index.index(places.len().max(1)))
                    .copied()
                    .unwrap_or(0)
            };
            let from = at(&text, from);
            text.insert(from, other);
            let to = at(&text, to);
            text.split_off(to.min(from))
        },
    );
    prop_oneof![mixed, cut]
}

fn texts() -> impl Strategy<Value = String> {
    let lines = proptest::collection::vec(line(), 0..12).prop_map(|lines| lines.concat());
    let seeded = (proptest::collection::vec(select(seeds()), 1..4), line())
        .prop_map(|(seeds, line)| format!("{}\n{line}", seeds.join("\n")));
    (prop_oneof![lines, seeded], any::<bool>()).prop_map(|(text, ended)| {
        if ended {
            text
        } else {
            text.trim_end_matches(['\n', '\r']).to_owned()
        }
    })
}

fn counts(findings: &[Finding], from: Severity) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.severity >= from) {
        *counts.entry(finding.rule).or_default() += 1;
    }
    counts
}

/// The rules that speak more often at or above a severity.
fn worse(before: &[Finding], after: &[Finding], from: Severity) -> Vec<String> {
    let old = counts(before, from);
    counts(after, from)
        .into_iter()
        .filter(|(rule, count)| old.get(rule).is_none_or(|old| old < count))
        .map(|(rule, _)| rule.to_owned())
        .collect()
}

fn comments(config: &Config) -> Vec<&str> {
    let tokens = config.tokens().iter();
    tokens
        .filter(|token| token.kind == TokenKind::Comment)
        .map(|token| token.span.text(config.text()))
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    #[test]
    fn any_text_is_linted(text in any::<String>(), client in clients(), facts in facts()) {
        let configs = [config(&text, client)];
        let _ = lint(&configs, &facts, &Options::default());
        let _ = questions(&configs, &facts);
        let _ = configs[0].masked();
    }

    #[test]
    fn any_text_of_any_format_is_linted(text in foreign_texts(), format in select(Format::ALL.to_vec())) {
        let options = ParseOptions { format: Some(format), ..ParseOptions::default() };
        let configs = [Config::parse(text.as_str(), &options)];
        let whole: String = configs[0].tokens().iter().map(|token| token.span.text(&text)).collect();
        prop_assert_eq!(&whole, &text);
        let findings = lint(&configs, &Facts::default(), &Options::default());
        let fixed = fix_all(&configs[0], &Facts::default(), &Options::default());
        let after = configs[0].with_text(fixed.text.clone());
        let again = fix_all(&after, &Facts::default(), &Options::default());
        prop_assert_eq!(&again.text, &fixed.text);
        for fix in findings.iter().flat_map(|finding| &finding.fixes) {
            let mended = apply(&text, &fix.edits);
            prop_assert!(mended.is_some(), "{fix:?}");
            let Some(mended) = mended else { continue };
            let kept = configs[0].with_text(mended.clone());
            let kept = comments(&kept);
            prop_assert!(comments(&configs[0]).iter().all(|comment| kept.contains(comment)), "{mended:?}");
            let is_json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
            if format == Format::Json && is_json(&text) {
                prop_assert!(is_json(&mended), "{mended}");
            }
        }
        for finding in findings {
            let edits = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span);
            for span in edits.chain([finding.span]) {
                prop_assert!(text.get(span.start..span.end).is_some(), "{finding:?}");
            }
        }
        for entry in configs[0].all_entries() {
            for span in [entry.key.span, entry.value.span, entry.span] {
                prop_assert!(text.get(span.start..span.end).is_some(), "{entry:?}");
            }
        }
        let _ = configs[0].masked();
        let _ = startups(&configs, &Facts::default(), &[]);
    }

    #[test]
    fn findings_point_into_the_text_and_show_no_secret(text in texts(), client in clients(), facts in facts()) {
        let configs = [config(&text, client)];
        let findings = lint(&configs, &facts, &Options::default());
        prop_assert!(findings.is_sorted_by_key(|finding| (finding.span, finding.rule)));
        for finding in &findings {
            let places = finding.related.iter().map(|place| place.span).chain([finding.span]);
            for span in places.chain(finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span)) {
                prop_assert!(text.get(span.start..span.end).is_some(), "{finding:?}");
            }
            prop_assert!(!finding.why.is_empty() && !finding.message.ends_with('.'), "{finding:?}");
        }
        for finding in findings.iter().filter(|finding| finding.evidence.iter().any(|piece| piece.name.contains("password"))) {
            prop_assert!(!format!("{finding:?}").contains("hunter2"), "{finding:?}");
        }
    }

    #[test]
    fn masked_texts_keep_their_lines(text in texts()) {
        let config = config(&text, Client::JAVA);
        let masked = config.masked();
        let lines = |text: &str| assignor_core::config::Lines::of(text).count();
        prop_assert_eq!(lines(&masked.text), lines(&text));
        for entry in config.entries() {
            let span = masked.span(entry.span);
            prop_assert!(masked.text.get(span.start..span.end).is_some());
            let line = |text: &str, offset| assignor_core::config::Lines::of(text).position(offset, text).line;
            prop_assert_eq!(line(&masked.text, span.start), line(&text, entry.span.start));
        }
    }

    #[test]
    fn every_fix_applies_and_removes_its_finding_or_is_unsafe(text in texts(), client in clients(), facts in facts()) {
        let before = [config(&text, client)];
        let findings = lint(&before, &facts, &Options::default());
        for finding in &findings {
            for fix in &finding.fixes {
                let applied = apply(&text, &fix.edits);
                prop_assert!(applied.is_some(), "{fix:?}");
                let Some(applied) = applied else { continue };
                if fix.applicability == Applicability::Unsafe {
                    continue;
                }
                let after = [before[0].with_text(applied.clone())];
                let left = lint(&after, &facts, &Options::default());
                let worse = worse(&findings, &left, finding.severity);
                prop_assert!(worse.is_empty(), "{} brings {worse:?}: {applied:?}", finding.rule);
                let count = |findings: &[Finding]| findings.iter().filter(|other| other.rule == finding.rule).count();
                prop_assert!(count(&left) < count(&findings), "{} stays: {applied:?}", finding.rule);
            }
        }
    }

    #[test]
    fn fixing_all_brings_nothing_worse_and_once_is_enough(text in texts(), client in clients(), facts in facts()) {
        let options = Options::default();
        let before = config(&text, client);
        let findings = lint(std::slice::from_ref(&before), &facts, &options);
        let fixed = fix_all(&before, &facts, &options);
        let after = before.with_text(fixed.text.clone());
        let left = lint(std::slice::from_ref(&after), &facts, &options);
        let again = fix_all(&after, &facts, &options);
        prop_assert_eq!(&again.text, &fixed.text);
        let safe = findings.iter().filter(|finding| finding.fixes.iter().any(|fix| fix.applicability == Applicability::Safe));
        let highest = safe.map(|finding| finding.severity).max();
        if let Some(highest) = highest {
            let worse = worse(&findings, &left, highest);
            prop_assert!(worse.is_empty(), "{worse:?}: {:?}", fixed.text);
        } else {
            prop_assert_eq!(&fixed.text, &text);
        }
        let kept = comments(&after);
        prop_assert!(comments(&before).iter().all(|comment| kept.contains(comment)), "{:?}", fixed.text);
    }

    #[test]
    fn edits_that_overlap_are_not_applied(text in "[a-z]{0,20}", ends in proptest::collection::vec((any::<Index>(), any::<Index>()), 2)) {
        let edits: Vec<_> = ends
            .iter()
            .map(|(one, two)| {
                let (one, two) = (one.index(text.len() + 1), two.index(text.len() + 1));
                assignor_core::lint::Edit {
                    span: assignor_core::config::Span::new(one.min(two), one.max(two)),
                    text: "X".to_owned(),
                }
            })
            .collect();
        let overlap = edits[0].span.start < edits[1].span.end && edits[1].span.start < edits[0].span.end;
        let applied = apply(&text, &edits);
        if overlap && !edits[0].span.is_empty() && !edits[1].span.is_empty() {
            prop_assert_eq!(applied, None);
        } else if let Some(applied) = applied {
            let removed: usize = edits.iter().map(|edit| edit.span.len()).sum();
            prop_assert_eq!(applied.len(), text.len() - removed + 2);
        }
    }
}
