//! What all lines have in common: objects, whole numbers, and errors that say where in the line
//! something is wrong and what was expected.

use std::fmt;
use std::marker::PhantomData;

use anyhow::anyhow;
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, Visitor};

/// More partitions than any group has; a slip of the keyboard must not exhaust the memory.
pub(super) const MOST_PARTITIONS: u64 = 2_000_000;

/// Reads a line that is one object.
pub(super) fn read<'de, T: Deserialize<'de> + Described>(text: &'de [u8]) -> anyhow::Result<T> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let Object(line): Object<T> = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        describe(&path, error.inner())
    })?;
    json.end().map_err(|error| describe(".", &error))?;
    Ok(line)
}

/// The message without the line number, which is that of the line within itself.
fn describe(path: &str, error: &serde_json::Error) -> anyhow::Error {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let column = error.column();
    match error.classify() {
        serde_json::error::Category::Data if path == "." => anyhow!("{message}"),
        serde_json::error::Category::Data => anyhow!("{path}: {message}"),
        _ => anyhow!("not JSON, {message} at column {column}; expected one object per line"),
    }
}

/// A `T` written as a JSON object. By itself serde takes a list of the fields' values too.
pub(super) struct Object<T>(pub(super) T);

/// What an object of this kind is, for the error that finds something else.
pub(super) trait Described {
    const EXPECTED: &'static str;
}

impl<'de, T: Deserialize<'de> + Described> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Described> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// A partition number or a number of partitions.
#[derive(Clone, Copy)]
pub(super) struct Natural(pub(super) u32);

impl<'de> Deserialize<'de> for Natural {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a whole number from 0 to 2147483647";
        let number = deserializer.deserialize_i64(Whole { least: 0, expected })?;
        Ok(Self(number.cast_unsigned()))
    }
}

/// A generation, −1 for none.
#[derive(Clone, Copy)]
pub(super) struct Generation(pub(super) i32);

impl<'de> Deserialize<'de> for Generation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a whole number from -1 to 2147483647";
        let number = deserializer.deserialize_i64(Whole {
            least: -1,
            expected,
        })?;
        Ok(Self(number))
    }
}

struct Whole {
    least: i32,
    expected: &'static str,
}

impl Whole {
    fn check<E: de::Error>(
        &self,
        number: Option<i32>,
        unexpected: de::Unexpected<'_>,
    ) -> Result<i32, E> {
        number
            .filter(|&number| number >= self.least)
            .ok_or_else(|| E::invalid_value(unexpected, &self.expected))
    }
}

impl Visitor<'_> for Whole {
    type Value = i32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<i32, E> {
        self.check(number.try_into().ok(), de::Unexpected::Signed(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<i32, E> {
        self.check(number.try_into().ok(), de::Unexpected::Unsigned(number))
    }
}
