//! Fixes in the notation of their text. Rules count in Kafka's own units and write `.properties`;
//! here each edit of a value or a key becomes what the format has in its place, or the fix is dropped. Whole lines come from
//! `rewriting`.

use std::collections::BTreeMap;

use super::finding::{Edit, Finding};
use super::rewriting;
use crate::config::{Config, Entry, Format, Span};

/// In formats other than `.properties` writes each value in the unit of the one that it replaces and
/// each key as its text has it, and drops the fixes that can't be written.
pub(super) fn keep_writable_fixes(config: &Config, findings: &mut [Finding]) {
    if config.format() == Format::Properties {
        return;
    }
    let entries = || config.entries().iter();
    let values: BTreeMap<Span, &Entry> = entries().map(|entry| (entry.value.span, entry)).collect();
    let keys: BTreeMap<Span, &Entry> = entries().map(|entry| (entry.key.span, entry)).collect();
    let write = |edit: &mut Edit| {
        let replaces = !edit.span.is_empty() && !edit.text.is_empty();
        if let Some(entry) = values.get(&edit.span).filter(|_| replaces) {
            let raw = entry.value.span.text(config.text());
            let Some(text) = in_unit_of(raw, &entry.value.text, &edit.text) else {
                return false;
            };
            edit.text = text;
            return true;
        }
        if let Some(entry) = keys.get(&edit.span).filter(|_| replaces) {
            return rewriting::renaming(config, entry, &edit.text)
                .map(|renamed| *edit = renamed)
                .is_some();
        }
        // What is left are lines that were written for this format.
        let lines = matches!(config.format(), Format::Yaml | Format::Json | Format::Env);
        lines && config.text().get(edit.span.start..edit.span.end).is_some()
    };
    for finding in findings {
        finding.fixes.retain_mut(|fix| {
            let written = fix.edits.iter_mut().all(write);
            fix.edits.sort_unstable();
            // Two lines of which each is the last one for the other can't both go.
            let apart = |pair: &[Edit]| match pair {
                [one, next] => one.span.end <= next.span.start,
                _ => true,
            };
            written && fix.edits.windows(2).all(apart)
        });
    }
}

/// A value written like another one that means `value` and is written as `raw`: as a duration of Go,
/// or as a number of another unit. None where that can't be written.
fn in_unit_of(raw: &str, value: &str, new: &str) -> Option<String> {
    let Ok(number) = new.parse::<i64>() else {
        return Some(new.to_owned());
    };
    if raw.contains("time.") {
        return Some(go_duration(number));
    }
    let factors = raw.parse::<i64>().ok().zip(value.parse::<i64>().ok());
    match factors.filter(|(raw, value)| raw != value && *raw > 0 && *value > 0) {
        // Seconds, say, of which one is a thousand of Kafka's.
        Some((raw, value)) if value % raw == 0 => {
            let unit = value / raw;
            (number % unit == 0).then(|| (number / unit).to_string())
        }
        Some((raw, value)) if raw % value == 0 => {
            Some(number.checked_mul(raw / value)?.to_string())
        }
        Some(_) => None,
        None => Some(new.to_owned()),
    }
}

/// Milliseconds as Go's code has them.
fn go_duration(ms: i64) -> String {
    let units = [
        (3_600_000, "time.Hour"),
        (60_000, "time.Minute"),
        (1_000, "time.Second"),
    ];
    let fits = |(unit, _): &&(i64, &str)| ms != 0 && ms % unit == 0;
    match units.iter().find(fits) {
        Some((unit, name)) => format!("{} * {name}", ms / unit),
        None => format!("{ms} * time.Millisecond"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_written_in_the_unit_of_the_one_before() {
        let written = |raw, value, new| in_unit_of(raw, value, new);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(written("15000", "15000", "3000"), some("3000"));
        assert_eq!(written("15", "15000", "3000"), some("3"));
        assert_eq!(written("15", "15000", "3333"), None);
        assert_eq!(written("15000000000", "15000", "3333"), some("3333000000"));
        assert_eq!(
            written("5 * time.Second", "5000", "3000"),
            some("3 * time.Second")
        );
        assert_eq!(
            written("time.Minute", "60000", "3333"),
            some("3333 * time.Millisecond")
        );
        assert_eq!(written("30s", "30s", "30000"), some("30000"));
        assert_eq!(written("yes", "yes", "true"), some("true"));
        assert_eq!(written("0", "0", "1"), some("1"));
    }
}
