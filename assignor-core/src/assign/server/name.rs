//! The names under which a group asks for an assignor.

use std::fmt;
use std::str::FromStr;

/// One of the two assignors that a broker has by default (`group.consumer.assignors`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssignorName {
    /// `UniformAssignor`: balanced, and as little moved as possible. The broker's first choice.
    Uniform,
    /// `RangeAssignor`: a run of each topic's partitions per member, whatever it had before.
    Range,
}

impl AssignorName {
    /// Both, in the order of the broker's default.
    pub const ALL: [Self; 2] = [Self::Uniform, Self::Range];

    /// The name in `group.consumer.assignors` and `group.remote.assignor`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uniform => "uniform",
            Self::Range => "range",
        }
    }
}

impl fmt::Display for AssignorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A name that is neither assignor's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown assignor `{0}` of the broker, expected uniform or range")]
pub struct UnknownAssignor(String);

impl FromStr for AssignorName {
    type Err = UnknownAssignor;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|assignor| assignor.as_str() == name)
            .ok_or_else(|| UnknownAssignor(name.to_owned()))
    }
}
