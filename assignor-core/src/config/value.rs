//! Values as `ConfigDef.parseType` reads them from text.
//!
//! Source: `org.apache.kafka.common.config.ConfigDef` of 4.0, each line confirmed by running the
//! client. Java trims every character up to U+0020, not Unicode white space.

use std::borrow::Cow;

use crate::java::{self, NotAnInteger};

/// The type of a property.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// `true` or `false` in any case.
    Boolean,
    /// 16 bits, signed.
    Short,
    /// 32 bits, signed.
    Int,
    /// 64 bits, signed.
    Long,
    /// A floating-point number.
    Double,
    /// Any text.
    String,
    /// Text split at commas.
    List,
    /// The full name of a class.
    Class,
    /// A text that Kafka prints as `[hidden]`.
    Password,
}

/// A value that was read.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A BOOLEAN.
    Boolean(bool),
    /// A SHORT, INT or LONG.
    Integer(i64),
    /// A DOUBLE.
    Double(f64),
    /// A STRING, CLASS or PASSWORD, trimmed.
    Text(String),
    /// A LIST; its elements are trimmed.
    List(Vec<String>),
}

/// Why a text is not a value of a type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAValue {
    /// Kafka says "Not a number of type …".
    NotANumber,
    /// A whole number, but too large or too small for the type. Kafka says the same.
    OutOfRange,
    /// Kafka says "Expected value to be either true or false".
    NotABoolean,
}

impl Type {
    /// The type with Kafka's name in capitals.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "BOOLEAN" => Self::Boolean,
            "SHORT" => Self::Short,
            "INT" => Self::Int,
            "LONG" => Self::Long,
            "DOUBLE" => Self::Double,
            "STRING" => Self::String,
            "LIST" => Self::List,
            "CLASS" => Self::Class,
            "PASSWORD" => Self::Password,
            _ => return None,
        })
    }

    /// Kafka's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::Short => "SHORT",
            Self::Int => "INT",
            Self::Long => "LONG",
            Self::Double => "DOUBLE",
            Self::String => "STRING",
            Self::List => "LIST",
            Self::Class => "CLASS",
            Self::Password => "PASSWORD",
        }
    }

    /// Whether values are numbers.
    pub fn is_numeric(self) -> bool {
        matches!(self, Self::Short | Self::Int | Self::Long | Self::Double)
    }

    /// Reads a text as Kafka does.
    pub fn parse(self, text: &str) -> Result<Value, NotAValue> {
        let trimmed = java_trim(text);
        match self {
            Self::Boolean => match trimmed {
                _ if java::equals_ignore_case(trimmed, "true") => Ok(Value::Boolean(true)),
                _ if java::equals_ignore_case(trimmed, "false") => Ok(Value::Boolean(false)),
                _ => Err(NotAValue::NotABoolean),
            },
            Self::Short => integer(trimmed, i64::from(i16::MIN), i64::from(i16::MAX)),
            Self::Int => integer(trimmed, i64::from(i32::MIN), i64::from(i32::MAX)),
            Self::Long => integer(trimmed, i64::MIN, i64::MAX),
            Self::Double => java::parse_double(trimmed)
                .map(Value::Double)
                .ok_or(NotAValue::NotANumber),
            Self::String | Self::Class | Self::Password => Ok(Value::Text(trimmed.to_owned())),
            Self::List if trimmed.is_empty() => Ok(Value::List(Vec::new())),
            Self::List => Ok(Value::List(
                trimmed
                    .split(',')
                    .map(|part| part.trim_matches(is_pattern_space).to_owned())
                    .collect(),
            )),
        }
    }
}

/// `String.trim`: drops characters up to U+0020 at both ends.
pub(crate) fn java_trim(text: &str) -> &str {
    text.trim_matches(|char| char <= ' ')
}

fn integer(text: &str, min: i64, max: i64) -> Result<Value, NotAValue> {
    match java::parse_long(text) {
        Ok(number) if (min..=max).contains(&number) => Ok(Value::Integer(number)),
        Ok(_) | Err(NotAnInteger::Overflow) => Err(NotAValue::OutOfRange),
        Err(NotAnInteger::Malformed) => Err(NotAValue::NotANumber),
    }
}

/// What `\s` matches in a Java pattern.
fn is_pattern_space(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\u{b}' | '\u{c}' | '\r')
}

impl Value {
    /// The whole number, if it is one.
    pub fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// The text as Kafka would print it.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Boolean(true) => "true".into(),
            Self::Boolean(false) => "false".into(),
            Self::Integer(number) => number.to_string().into(),
            Self::Double(number) => java::double_text(*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::List(items) => items.join(",").into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_as_java_reads_them() {
        for (text, expected) in [
            (" 30000 ", Ok(30_000)),
            ("+30000", Ok(30_000)),
            ("-1", Ok(-1)),
            ("30s", Err(NotAValue::NotANumber)),
            ("30000L", Err(NotAValue::NotANumber)),
            ("30_000", Err(NotAValue::NotANumber)),
            ("30000.0", Err(NotAValue::NotANumber)),
            ("0x7530", Err(NotAValue::NotANumber)),
            ("3e4", Err(NotAValue::NotANumber)),
            ("", Err(NotAValue::NotANumber)),
            ("+", Err(NotAValue::NotANumber)),
            ("+-3", Err(NotAValue::NotANumber)),
            ("\u{a0}30000", Err(NotAValue::NotANumber)),
            ("2147483648", Err(NotAValue::OutOfRange)),
            ("99999999999999999999", Err(NotAValue::OutOfRange)),
        ] {
            assert_eq!(
                Type::Int.parse(text),
                expected.map(Value::Integer),
                "{text:?}"
            );
        }
        assert_eq!(
            Type::Long.parse("2147483648"),
            Ok(Value::Integer(2_147_483_648))
        );
        assert_eq!(Type::Short.parse("40000"), Err(NotAValue::OutOfRange));
    }

    #[test]
    fn booleans_doubles_and_lists_as_java_reads_them() {
        assert_eq!(Type::Boolean.parse(" TRUE"), Ok(Value::Boolean(true)));
        for text in ["yes", "1", "on", ""] {
            assert_eq!(
                Type::Boolean.parse(text),
                Err(NotAValue::NotABoolean),
                "{text:?}"
            );
        }
        assert_eq!(Type::Double.parse("0.8"), Ok(Value::Double(0.8)));
        assert_eq!(Type::Double.parse("1e-1d"), Ok(Value::Double(0.1)));
        for text in ["", "inf", "nan", "infinity", "1_0", "e"] {
            assert_eq!(
                Type::Double.parse(text),
                Err(NotAValue::NotANumber),
                "{text:?}"
            );
        }
        let list =
            |items: &[&str]| Ok(Value::List(items.iter().map(ToString::to_string).collect()));
        assert_eq!(Type::List.parse(" a , b,"), list(&["a", "b", ""]));
        assert_eq!(Type::List.parse(" "), list(&[]));
    }
}
