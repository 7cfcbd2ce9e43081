//! What a Java program hands to the client besides texts: numbers and other objects by their classes, and
//! deserializers behind the properties.
//!
//! Source of truth: `ConfigDef.parseType`, which takes a text for every type, and few objects for each.

use crate::config::{Config, Entry, Format, KafkaVersion, Part, Type, has_placeholder};

/// From this release on `OffsetResetStrategy` prints its constants in small letters.
const PRINTS_SMALL_LETTERS: KafkaVersion = KafkaVersion::new(3, 3, 0);

/// The class of the object that a program sets an entry to, by its full name; `None` for a text, for what
/// can't be told, and where the text is no program for the JVM.
pub(super) fn class_of(config: &Config, entry: &Entry) -> Option<&'static str> {
    let jvm = config.format() == Format::Code && config.client().family.runs_java();
    let text = config.text();
    let quoted = text.get(..entry.value.span.start)?.ends_with('"');
    if !jvm || quoted {
        return None;
    }
    let written = entry.value.span.text(text);
    let digits = written.trim_start_matches('-');
    if digits.starts_with(|char: char| char.is_ascii_digit()) {
        let hexadecimal = digits.starts_with("0x") || digits.starts_with("0X");
        return Some(match digits.chars().next_back()? {
            'L' | 'l' => "java.lang.Long",
            'f' | 'F' if !hexadecimal => "java.lang.Float",
            'd' | 'D' if !hexadecimal => "java.lang.Double",
            _ if digits.contains('.') => "java.lang.Double",
            _ => "java.lang.Integer",
        });
    }
    if matches!(written, "true" | "false") {
        return Some("java.lang.Boolean");
    }
    if let Some(constant) = written.strip_prefix("OffsetResetStrategy.") {
        let bare = constant.bytes().all(|byte| byte.is_ascii_uppercase());
        return bare.then_some("org.apache.kafka.clients.consumer.OffsetResetStrategy");
    }
    // Whatever is round a `long` may make something else of it.
    let path = written.strip_prefix("java.time.").unwrap_or(written);
    let duration = path.starts_with("Duration.of") && path.ends_with(')');
    let units = written.starts_with("TimeUnit.") && written.contains(".toMillis(");
    if duration && path.ends_with(".toMillis()") || units {
        Some("java.lang.Long")
    } else if duration && !path.contains(").") {
        Some("java.time.Duration")
    } else {
        None
    }
}

/// An object as a message of Java's prints it; `None` where that can't be told.
pub(super) fn printed(config: &Config, entry: &Entry, version: KafkaVersion) -> Option<String> {
    if !has_placeholder(&entry.value.text) {
        return Some(entry.value.text.clone());
    }
    let written = entry.value.span.text(config.text());
    if let Some(constant) = written.strip_prefix("OffsetResetStrategy.") {
        return Some(if version < PRINTS_SMALL_LETTERS {
            constant.to_owned()
        } else {
            constant.to_lowercase()
        });
    }
    let (_, made) = written.split_once("Duration.of")?;
    let (unit, number) = made.strip_suffix(')')?.split_once('(')?;
    let digits = number.trim().trim_end_matches(['L', 'l']).replace('_', "");
    let number: u64 = digits.parse().ok()?;
    let milliseconds = number.checked_mul(match unit {
        "Millis" => 1,
        "Seconds" => 1_000,
        "Minutes" => 60_000,
        "Hours" => 3_600_000,
        "Days" => 86_400_000,
        _ => return None,
    })?;
    Some(iso_duration(milliseconds))
}

/// `java.time.Duration.toString`.
fn iso_duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1_000;
    let mut text = "PT".to_owned();
    for (count, unit) in [(seconds / 3_600, 'H'), (seconds / 60 % 60, 'M')] {
        if count > 0 {
            text.push_str(&count.to_string());
            text.push(unit);
        }
    }
    let fraction = format!(".{:03}", milliseconds % 1_000);
    let fraction = fraction.trim_end_matches(['0', '.']);
    let rest = seconds % 60;
    if rest > 0 || !fraction.is_empty() || text.len() == 2 {
        text.push_str(&rest.to_string());
        text.push_str(fraction);
        text.push('S');
    }
    text
}

/// What Kafka says about an object that it doesn't take for a property of this type; `None` if it does.
pub(super) fn refusal(kind: Type, class: &str) -> Option<String> {
    let takes: &[&str] = match kind {
        Type::Boolean => &["java.lang.Boolean"],
        Type::Short => &["java.lang.Short"],
        Type::Int => &["java.lang.Integer"],
        Type::Long => &["java.lang.Integer", "java.lang.Long"],
        Type::Double => &[
            "java.lang.Integer",
            "java.lang.Long",
            "java.lang.Float",
            "java.lang.Double",
        ],
        _ => &[],
    };
    if takes.contains(&class) {
        return None;
    }
    let wanted = match kind {
        Type::Boolean => return Some("Expected value to be either true or false".to_owned()),
        Type::List => return Some("Expected a comma separated list.".to_owned()),
        Type::Class => return Some("Expected a Class instance or class name.".to_owned()),
        Type::Short => "a 16-bit integer (short)",
        Type::Int => "a 32-bit integer",
        Type::Long => "a 64-bit integer (long)",
        Type::Double => "a double",
        _ => "a string",
    };
    Some(format!(
        "Expected value to be {wanted}, but it was a {class}"
    ))
}

/// Whether a program gives deserializers to the constructor, behind the properties.
pub(super) fn gives_deserializers(config: &Config) -> bool {
    let gives = |part: &Part| {
        let name = part.name.rsplit('.').next().unwrap_or_default();
        let makes = name.ends_with("KafkaConsumer") || name.ends_with("ConsumerFactory");
        let arguments = part.extent.text(config.text());
        let behind = arguments
            .find('(')
            .and_then(|open| arguments.get(open..)?.split_once(','));
        makes && behind.is_some_and(|(_, rest)| rest.to_lowercase().contains("deserializer"))
    };
    config.parts().iter().any(gives)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_printed_as_java_prints_them() {
        for (milliseconds, text) in [
            (0, "PT0S"),
            (500, "PT0.5S"),
            (90_500, "PT1M30.5S"),
            (90_000, "PT1M30S"),
            (3_600_000, "PT1H"),
            (1_010, "PT1.01S"),
            (100_000, "PT1M40S"),
        ] {
            assert_eq!(iso_duration(milliseconds), text);
        }
    }
}
