//! Numbers outside their range and words outside their list, a row each. The knowledge is the
//! catalog's.

use crate::config::secrets::shown;
use crate::config::{Effective, Entry, Family, KafkaVersion, Limits, Value, dialect};
use crate::lint::finding::Finding;
use crate::lint::rules::Rule;
use crate::lint::subject::{Subject, place, set_entry};

const RESET: &str = "auto.offset.reset";
const BY_DURATION: &str = "by_duration";
/// The first client that knows `by_duration`.
const HAS_BY_DURATION: KafkaVersion = KafkaVersion::new(4, 0, 0);

/// Set values that can be read, with the entry that sets them.
fn readable<'s, 'a>(
    subject: &'s Subject<'a>,
) -> impl Iterator<Item = (&'a Entry, &'s Effective<'a>, &'s Value)> {
    let version = subject.version();
    let values = subject.set_values().iter();
    let known = values.filter(move |(_, effective)| effective.property.known_to(version));
    known.filter_map(|(entry, effective)| Some((*entry, effective, effective.value.as_ref()?)))
}

#[expect(clippy::cast_precision_loss, reason = "limits are far below 2^53")]
fn number(value: &Value) -> Option<f64> {
    match value {
        Value::Integer(number) => Some(*number as f64),
        Value::Double(number) => Some(*number),
        _ => None,
    }
}

/// The same for librdkafka, which has limits of its own, also for keys that Java doesn't have.
fn out_of_librdkafkas_range(subject: &Subject<'_>, rule: &Rule, below: bool) -> Vec<Finding> {
    let one = |entry: &Entry| {
        let own = dialect::key_at_end(Family::Librdkafka, &entry.key.text)?;
        let (least, most) = dialect::range(Family::Librdkafka, own)?;
        let number: i64 = entry.value.text.trim().parse().ok()?;
        let (limit, word) = match number {
            low if below && low < least => (least, "least"),
            high if !below && high > most => (most, "most"),
            _ => return None,
        };
        let message = format!("`{own}` is {number}, and librdkafka takes {limit} at {word}");
        let why = format!(
            "The client isn't made: the value is outside the allowed range {least}..{most}."
        );
        let finding = subject.at(rule, entry, message, why);
        let write = vec![set_entry(entry, &limit.to_string())];
        Some(finding.unsafe_fix(format!("Write {limit}"), write))
    };
    subject.config.entries().iter().filter_map(one).collect()
}

fn out_of_range(subject: &Subject<'_>, rule: &Rule, below: bool) -> Vec<Finding> {
    if subject.family() == Family::Librdkafka {
        return out_of_librdkafkas_range(subject, rule, below);
    }
    let one = |(entry, effective, value): (&Entry, &Effective<'_>, &Value)| {
        let Limits::Range(least, most) = effective.property.limits else {
            return None;
        };
        let number = number(value)?;
        let (limit, word) = match most {
            _ if below && number < least => (least, "least"),
            Some(most) if !below && number > most => (most, "most"),
            _ => return None,
        };
        let name = effective.property.name;
        let message = format!(
            "`{name}` is {}, and Kafka takes {limit} at {word}",
            value.text()
        );
        Some(
            subject
                .finding(rule, place(entry), message)
                .why(format!(
                    "The client refuses to start: \"Invalid value {} for configuration {name}: Value must be {}\".",
                    value.text(),
                    if below { format!("at least {limit}") } else { format!("no more than {limit}") }
                ))
                .rests_on(&[effective])
                .unsafe_fix(format!("Write {limit}"), vec![set_entry(entry, &limit.to_string())]),
        )
    };
    readable(subject).filter_map(one).collect()
}

rule!(
    below_minimum, "KC-V203", "below-minimum", Error, "ConsumerConfig.java, SaslConfigs.java (run: refused)", |subject, rule| out_of_range(subject, rule, true),
    what: "A number is smaller than the least that Kafka takes.",
    why: "The client throws a ConfigException while it is built.",
    false_alarm: "None.",
    fix: "Use the least value or more, or delete the line for the default.",
);

rule!(
    above_maximum, "KC-V204", "above-maximum", Error, "ConsumerConfig.java, SaslConfigs.java (run: refused)", |subject, rule| out_of_range(subject, rule, false),
    what: "A number is greater than the most that Kafka takes.",
    why: "The client throws a ConfigException while it is built.",
    false_alarm: "None.",
    fix: "Use the greatest value or less, or delete the line for the default.",
);

/// What people write for a word that Kafka doesn't know.
fn meant<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    let folded = text.to_ascii_lowercase().replace('-', "_");
    let known = match folded.as_str() {
        "smallest" | "beginning" | "oldest" => "earliest",
        "largest" | "end" | "newest" => "latest",
        "error" => "none",
        "tls" => "ssl",
        "sasl" | "sasl_tls" => "sasl_ssl",
        "committed" => "read_committed",
        "uncommitted" => "read_uncommitted",
        "cooperative" | "kip_848" | "new" => "consumer",
        other => other,
    };
    words
        .iter()
        .copied()
        .find(|word| word.eq_ignore_ascii_case(known))
}

fn unknown_word(subject: &Subject<'_>, rule: &Rule, any_case: bool) -> Vec<Finding> {
    let one = |(entry, effective, value): (&Entry, &Effective<'_>, &Value)| {
        let Limits::Enum {
            words,
            case_sensitive,
        } = &effective.property.limits
        else {
            return None;
        };
        let Value::Text(text) = value else {
            return None;
        };
        let name = effective.property.name;
        let known = words.iter().any(|word| {
            if *case_sensitive {
                *word == text
            } else {
                word.eq_ignore_ascii_case(text)
            }
        });
        if known || *case_sensitive == any_case || (name == RESET && text.starts_with(BY_DURATION))
        {
            return None;
        }
        let message = format!(
            "`{name}` is `{}`, which is none of {}",
            shown(name, text),
            words.join(", ")
        );
        let case = if *case_sensitive { " Case counts." } else { "" };
        let finding = subject
            .finding(rule, place(entry), message)
            .why(format!(
                "The client refuses to start: \"Invalid value {} for configuration {name}\".{case}",
                shown(name, text)
            ))
            .rests_on(&[effective]);
        Some(match meant(text, words) {
            Some(word) => finding.safe_fix(format!("Write `{word}`"), vec![set_entry(entry, word)]),
            None => finding,
        })
    };
    readable(subject).filter_map(one).collect()
}

rule!(
    bad_word, "KC-V206", "bad-enum-value", Error, "ConsumerConfig.java (run: refused)", |subject, rule| unknown_word(subject, rule, false),
    what: "The value is none of the words that Kafka knows, or not in their case.",
    why: "The client throws a ConfigException while it is built. `READ_COMMITTED` and `EARLIEST` are refused too.",
    false_alarm: "None.",
    fix: "Write one of the words.",
);

rule!(
    bad_word_any_case, "KC-V207", "bad-enum-value-ci", Error, "ConsumerConfig.java at each release (run: refused)", |subject, rule| unknown_word(subject, rule, true),
    what: "The value is none of the words that Kafka knows, in whatever case.",
    why: "The client throws a ConfigException while it is built.",
    false_alarm: "None.",
    fix: "Write one of the words.",
);

/// Whether a text is a duration as `java.time.Duration` reads it, and not negative.
fn is_duration(text: &str) -> bool {
    crate::java::parse_duration(text).is_some_and(|nanos| nanos >= 0)
}

rule!(
    by_duration, "KC-V208", "by-duration-reset", Error, "AutoOffsetResetStrategy.java; KIP-1106", by_duration_check,
    what: "`auto.offset.reset=by_duration:…` has no valid duration, or the client is older than 4.0.",
    why: "The part behind the colon is a duration of ISO 8601, such as `P7D` or `PT12H`. Clients before 4.0 don't know \
          the word at all.",
    false_alarm: "None.",
    fix: "Write `by_duration:P7D`. Before 4.0 use `earliest` or `latest`, and seek by time.",
);

fn by_duration_check(subject: &Subject<'_>, rule: &Rule) -> Option<Finding> {
    let (text, value) = subject.text(RESET)?;
    let rest = text.strip_prefix(BY_DURATION)?;
    let entry = value.entry()?;
    let duration = rest.strip_prefix(':');
    if subject.version() < HAS_BY_DURATION {
        let message = format!("client {} doesn't know `by_duration`", subject.version());
        return Some(
            subject
                .about(rule, &[&value], message)
                .why("It came with 4.0. Older clients refuse to start."),
        );
    }
    if duration.is_some_and(is_duration) {
        return None;
    }
    let finding = subject
        .about(rule, &[&value], format!("`{}` is no duration such as P7D or PT12H", duration.unwrap_or_default()))
        .why("The client refuses to start. Behind the colon it wants a duration of ISO 8601 that isn't negative.");
    let simple = duration.and_then(|text| {
        let upper = text.to_ascii_uppercase();
        let digits = upper.trim_end_matches(|char: char| char.is_ascii_alphabetic());
        let whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        match upper.get(digits.len()..) {
            Some("D") if whole => Some(format!("P{digits}D")),
            Some(unit @ ("H" | "M" | "S")) if whole => Some(format!("PT{digits}{unit}")),
            _ => None,
        }
    });
    Some(match simple {
        Some(iso) => finding.safe_fix(
            format!("Write `{BY_DURATION}:{iso}`"),
            vec![set_entry(entry, &format!("{BY_DURATION}:{iso}"))],
        ),
        None => finding,
    })
}

#[cfg(test)]
mod tests {
    use super::is_duration;

    #[test]
    fn durations_of_iso_8601() {
        for text in ["P7D", "PT12H", "P1DT2H3M4S", "PT0.5S", "pt1h", "P0D"] {
            assert!(is_duration(text), "{text}");
        }
        for text in [
            "", "P", "7d", "PT", "P1H", "-P1D", "P-1D", "PT1D", "P1DT", "PT1S2M", "1.5", "PT.S",
        ] {
            assert!(!is_duration(text), "{text}");
        }
    }
}
