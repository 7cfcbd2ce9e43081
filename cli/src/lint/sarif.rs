//! Findings as a SARIF 2.1.0 log, which code hosts show beside the changed lines.
//!
//! Columns count characters, as `columnKind` says. What is missing altogether has no region.

use std::io::{self, Write};

use assignor_core::config::{Config, Span};
use assignor_core::lint::{Fix, Severity, Verdict, rules};
use assignor_core::startup::stack_trace;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::Report;

/// The id under which a client that doesn't start is reported.
const STARTUP: &str = "startup";

/// What stays as it is in the path of an address.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(super) fn write(report: &Report, output: &mut impl Write) -> io::Result<()> {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "rebalance",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": descriptors(),
            }},
            "columnKind": "unicodeCodePoints",
            "results": refusals(report).chain(findings(report)).collect::<Vec<_>>(),
        }],
    });
    serde_json::to_writer_pretty(&mut *output, &log)?;
    writeln!(output)
}

/// All rules; a result names its rule by the place in this list too.
fn descriptors() -> Vec<Value> {
    let startup = json!({
        "id": STARTUP,
        "name": "client-does-not-start",
        "shortDescription": {"text": "The constructor of the client throws."},
        "defaultConfiguration": {"level": "error"},
    });
    let rules = rules::all().iter().map(|rule| {
        let docs = rules::docs(rule.id);
        json!({
            "id": rule.id,
            "name": rule.name,
            "shortDescription": {"text": docs.map_or(rule.name, |docs| docs.what)},
            "fullDescription": {"text": docs.map_or(rule.name, |docs| docs.why)},
            "help": {"text": docs.map_or(rule.source, |docs| docs.fix)},
            "defaultConfiguration": {"level": level(rule.severity)},
        })
    });
    std::iter::once(startup).chain(rules).collect()
}

fn refusals(report: &Report) -> impl Iterator<Item = Value> {
    report.startups.iter().filter_map(|startup| {
        let Verdict::Refused { errors, span, fix } = &startup.verdict else {
            return None;
        };
        let config = report.configs.get(startup.config)?;
        Some(json!({
            "ruleId": STARTUP,
            "ruleIndex": 0,
            "level": "error",
            "message": {"text": stack_trace(errors)},
            "locations": [location(config, *span, None)],
            "fixes": fixes(config, fix.as_slice()),
        }))
    })
}

fn findings(report: &Report) -> impl Iterator<Item = Value> {
    report.findings.iter().filter_map(|finding| {
        let config = report.configs.get(finding.config)?;
        let index = rules::all().iter().position(|rule| rule.id == finding.rule);
        let related = finding.related.iter().filter_map(|related| {
            let config = report.configs.get(related.config)?;
            Some(location(config, related.span, Some(&related.message)))
        });
        let text = match finding.why.as_str() {
            "" => finding.message.clone(),
            why => format!("{}. {why}", finding.message),
        };
        Some(json!({
            "ruleId": finding.rule,
            "ruleIndex": index.map_or(-1, |index| i64::try_from(index + 1).unwrap_or(-1)),
            "level": level(finding.severity),
            "message": {"text": text},
            "locations": [location(config, finding.span, None)],
            "relatedLocations": related.collect::<Vec<_>>(),
            "fixes": fixes(config, &finding.fixes),
        }))
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warn => "warning",
        Severity::Info => "note",
    }
}

fn artifact(config: &Config) -> Value {
    json!({"uri": utf8_percent_encode(config.name(), PATH).to_string()})
}

fn region(config: &Config, span: Span) -> Value {
    let (start, end) = (config.position(span.start), config.position(span.end));
    json!({
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    })
}

fn location(config: &Config, span: Span, message: Option<&str>) -> Value {
    let mut place = json!({"artifactLocation": artifact(config)});
    if !span.is_empty() {
        place["region"] = region(config, span);
    }
    let mut location = json!({"physicalLocation": place});
    if let Some(text) = message {
        location["message"] = json!({"text": text});
    }
    location
}

/// The fixes that are edits; SARIF has no other ones.
fn fixes(config: &Config, fixes: &[Fix]) -> Vec<Value> {
    let fixes = fixes.iter().filter(|fix| !fix.edits.is_empty());
    let one = |fix: &Fix| {
        let edits = fix.edits.iter().map(|edit| {
            json!({
                "deletedRegion": region(config, edit.span),
                "insertedContent": {"text": edit.text},
            })
        });
        json!({
            "description": {"text": fix.title},
            "artifactChanges": [{
                "artifactLocation": artifact(config),
                "replacements": edits.collect::<Vec<_>>(),
            }],
        })
    };
    fixes.map(one).collect()
}
