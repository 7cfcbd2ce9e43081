//! Releases of Kafka.
//!
//! Versions compare by their numbers. What changed in which release is known to the modules that
//! ask: the catalog of properties, the rules, the assignors.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;
use thiserror::Error;

/// A release of Kafka or of its Java client, such as 3.9.0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KafkaVersion {
    /// First number.
    pub major: u16,
    /// Second number.
    pub minor: u16,
    /// Third number.
    pub patch: u16,
}

impl KafkaVersion {
    /// The newest release that this crate knows.
    pub const NEWEST: Self = Self::new(4, 3, 0);

    /// `major.minor.patch`.
    pub const fn new(major: u16, minor: u16, patch: u16) -> Self {
        Self {
            major,
            minor,
            patch,
        }
    }
}

/// The last minor release of each major one, for versions written as `3.x`.
const LAST_MINORS: [(u16, u16); 5] = [(0, 11), (1, 1), (2, 8), (3, 9), (4, 3)];

/// A version that can't be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("\"{text}\" is not a version: write it like 3.9, 4.1.0 or 3.x")]
pub struct VersionError {
    text: String,
}

impl FromStr for KafkaVersion {
    type Err = VersionError;

    /// Reads `4`, `3.9`, `2.8.2`, and `3.x` for the last release of a line. The fourth number of
    /// releases before 1.0 (`0.10.1.0`) is read and dropped.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let error = || VersionError {
            text: text.to_owned(),
        };
        let trimmed = text.trim();
        let mut parts = trimmed.strip_prefix('v').unwrap_or(trimmed).split('.');
        let number = |part: &str| part.parse::<u16>().map_err(|_| error());
        let major = number(parts.next().unwrap_or_default())?;
        let minor = match parts.next() {
            None => 0,
            Some("x") => LAST_MINORS
                .iter()
                .find(|(known, _)| *known == major)
                .map(|(_, last)| *last)
                .ok_or_else(error)?,
            Some(part) => number(part)?,
        };
        let patch = match parts.next() {
            None | Some("x") => 0,
            Some(part) => number(part)?,
        };
        if let Some(fourth) = parts.next() {
            number(fourth)?;
        }
        if parts.next().is_some() {
            return Err(error());
        }
        Ok(Self::new(major, minor, patch))
    }
}

impl fmt::Display for KafkaVersion {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}", self.major, self.minor)?;
        if self.patch > 0 {
            write!(out, ".{}", self.patch)?;
        }
        Ok(())
    }
}

impl Serialize for KafkaVersion {
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_in_all_their_spellings() {
        for (text, expected) in [
            ("4", (4, 0, 0)),
            ("3.9", (3, 9, 0)),
            ("2.8.2", (2, 8, 2)),
            ("3.x", (3, 9, 0)),
            ("0.10.1.0", (0, 10, 1)),
        ] {
            let version: KafkaVersion = text.parse().unwrap();
            assert_eq!((version.major, version.minor, version.patch), expected);
        }
        for text in ["", "three", "3.", "3.9.1.2.3", "-1", "9.x"] {
            assert!(text.parse::<KafkaVersion>().is_err(), "{text}");
        }
    }
}
