//! The validators of `ConfigDef` and of the enums that bring their own, with their messages.

use super::definition::printed;
use super::exception::{CONFIG, Refusal};
use crate::config::Value;
use crate::java;

/// What a value has to satisfy beyond its type.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Validator {
    /// Nothing.
    Any,
    /// A smallest and perhaps a greatest number, with their spelling in messages.
    Range(Bound, Option<Bound>),
    /// One of these words.
    In(Vec<&'static str>),
    /// One of these words, in capitals once Java's `toUpperCase` is through with the value. The
    /// order is that of the Java set, which is the order in the message.
    InAnyCase(Vec<&'static str>),
    /// Not the empty text.
    NotEmpty,
    /// No empty elements; duplicates are dropped. `true`: at least one element.
    List(bool),
    /// `auto.offset.reset` since 4.0.
    OffsetReset,
    /// The two words of an enum of share groups, the first in lower case only.
    Share(Vec<&'static str>),
    /// The same for an enum that takes any case.
    ShareAnyCase(Vec<&'static str>),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Bound {
    value: f64,
    text: &'static str,
}

impl Bound {
    fn read(text: &'static str) -> Option<Self> {
        let value = text.parse().ok()?;
        Some(Self { value, text })
    }
}

impl Validator {
    pub(super) fn read(text: &'static str) -> Option<Self> {
        let (name, rest) = text.split_once(' ').unwrap_or((text, ""));
        let words = || rest.split(',').collect();
        Some(match name {
            "" => Self::Any,
            "range" => match rest.split_once(' ') {
                Some((min, max)) => Self::Range(Bound::read(min)?, Some(Bound::read(max)?)),
                None => Self::Range(Bound::read(rest)?, None),
            },
            "in" => Self::In(words()),
            "in-any-case" => Self::InAnyCase(words()),
            "not-empty" => Self::NotEmpty,
            "list" => Self::List(false),
            "list-not-empty" => Self::List(true),
            "offset-reset" => Self::OffsetReset,
            "share" => Self::Share(words()),
            "share-any-case" => Self::ShareAnyCase(words()),
            _ => return None,
        })
    }

    fn is_word(&self, word: &str, text: &str) -> bool {
        match self {
            Self::ShareAnyCase(_) => word.to_uppercase() == text.to_uppercase(),
            _ => word == text,
        }
    }

    /// The value, changed where the validator changes it, or what it throws.
    pub(super) fn check(
        &self,
        key: &'static str,
        value: Option<Value>,
    ) -> Result<Option<Value>, Refusal> {
        let Some(value) = value else {
            return Ok(None);
        };
        let refuse = |message: &str| Err(Refusal::invalid_value(key, &printed(&value), message));
        match (self, &value) {
            (Self::Range(min, max), Value::Integer(_) | Value::Double(_)) => {
                #[expect(clippy::cast_precision_loss, reason = "Kafka compares doubles")]
                let number = match &value {
                    Value::Integer(number) => *number as f64,
                    Value::Double(number) => *number,
                    _ => 0.0,
                };
                // Written so that NaN passes, as in Java.
                if number < min.value {
                    return refuse(&format!("Value must be at least {}", min.text));
                }
                if let Some(max) = max.filter(|max| number > max.value) {
                    return refuse(&format!("Value must be no more than {}", max.text));
                }
            }
            (Self::In(words), Value::Text(text)) if !words.contains(&text.as_str()) => {
                return refuse(&format!("String must be one of: {}", words.join(", ")));
            }
            (Self::InAnyCase(words), Value::Text(text))
                if !words.contains(&text.to_uppercase().as_str()) =>
            {
                let words = words.join(", ");
                return refuse(&format!(
                    "String must be one of (case insensitive): {words}"
                ));
            }
            (Self::NotEmpty, Value::Text(text)) if text.is_empty() => {
                return refuse("String must be non-empty");
            }
            (Self::OffsetReset, Value::Text(text)) if !is_offset_reset(text) => {
                return refuse(&format!(
                    "Invalid value `{text}` for configuration {key}. The value must be either \
                     'earliest', 'latest', 'none' or of the format 'by_duration:<PnDTnHnMn.nS.>'."
                ));
            }
            (Self::Share(words) | Self::ShareAnyCase(words), Value::Text(text))
                if !words.iter().any(|word| self.is_word(word, text)) =>
            {
                let words = words.join("' or '");
                return refuse(&format!(
                    "Invalid value `{text}` for configuration {key}. The value must either be \
                     '{words}'."
                ));
            }
            (Self::List(needs_one), Value::List(items)) => {
                return list(key, *needs_one, items).map(Some);
            }
            _ => {}
        }
        Ok(Some(value))
    }
}

fn list(key: &'static str, needs_one: bool, items: &[String]) -> Result<Value, Refusal> {
    let mut distinct: Vec<String> = Vec::with_capacity(items.len());
    for item in items {
        if !distinct.contains(item) {
            distinct.push(item.clone());
        }
    }
    if needs_one && distinct.is_empty() {
        return Err(Refusal::new(
            CONFIG,
            format!(
                "Configuration '{key}' must not be empty. Valid values include: any non-empty value"
            ),
            &[key],
        ));
    }
    if distinct.iter().any(String::is_empty) {
        let message = format!("Configuration '{key}' values must not be empty.");
        return Err(Refusal::new(CONFIG, message, &[key]));
    }
    Ok(Value::List(distinct))
}

/// `AutoOffsetResetStrategy.fromString` accepts it.
fn is_offset_reset(text: &str) -> bool {
    if matches!(text, "latest" | "earliest" | "none") {
        return true;
    }
    let duration = text.strip_prefix("by_duration:");
    duration
        .and_then(java::parse_duration)
        .is_some_and(|nanos| nanos >= 0)
}
