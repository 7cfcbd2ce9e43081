//! The names under which the assignors are configured and negotiated.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How a member gives up partitions when its group rebalances.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum RebalanceProtocol {
    /// Every member revokes everything before it joins.
    Eager,
    /// Members keep what they own and revoke only what moves, in a second round (KIP-429).
    Cooperative,
}

/// One of the four assignors that ship with the Java consumer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "&'static str", try_from = "String")]
pub enum AssignorName {
    /// `RangeAssignor`: a run of each topic's partitions per member.
    Range,
    /// `RoundRobinAssignor`: partition after partition to member after member.
    RoundRobin,
    /// `StickyAssignor`: balanced, and as little moved as possible; remembers in its user data.
    Sticky,
    /// `CooperativeStickyAssignor`: as sticky, and what moves is revoked before it is given.
    CooperativeSticky,
}

const PACKAGE: &str = "org.apache.kafka.clients.consumer.";

impl AssignorName {
    /// All four, in the order of the Kafka documentation.
    pub const ALL: [Self; 4] = [
        Self::Range,
        Self::RoundRobin,
        Self::Sticky,
        Self::CooperativeSticky,
    ];

    /// The protocol name in `JoinGroup` requests.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Range => "range",
            Self::RoundRobin => "roundrobin",
            Self::Sticky => "sticky",
            Self::CooperativeSticky => "cooperative-sticky",
        }
    }

    /// The class as `partition.assignment.strategy` names it.
    pub const fn class_name(self) -> &'static str {
        match self {
            Self::Range => "org.apache.kafka.clients.consumer.RangeAssignor",
            Self::RoundRobin => "org.apache.kafka.clients.consumer.RoundRobinAssignor",
            Self::Sticky => "org.apache.kafka.clients.consumer.StickyAssignor",
            Self::CooperativeSticky => {
                "org.apache.kafka.clients.consumer.CooperativeStickyAssignor"
            }
        }
    }

    /// The assignor of a full class name, a simple class name or a protocol name.
    pub fn from_class_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|assignor| {
            let class = assignor.class_name();
            name == assignor.as_str() || name == class || Some(name) == class.strip_prefix(PACKAGE)
        })
    }

    /// `supportedProtocols()`, in the class's own order.
    pub const fn supported_protocols(self) -> &'static [RebalanceProtocol] {
        match self {
            Self::Range | Self::RoundRobin | Self::Sticky => &[RebalanceProtocol::Eager],
            Self::CooperativeSticky => &[RebalanceProtocol::Cooperative, RebalanceProtocol::Eager],
        }
    }
}

impl fmt::Display for AssignorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl From<AssignorName> for &'static str {
    fn from(name: AssignorName) -> Self {
        name.as_str()
    }
}

/// A name that is none of the four assignors'.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown assignor `{0}`, expected range, roundrobin, sticky or cooperative-sticky")]
pub struct UnknownAssignor(String);

impl FromStr for AssignorName {
    type Err = UnknownAssignor;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::from_class_name(name).ok_or_else(|| UnknownAssignor(name.to_owned()))
    }
}

impl TryFrom<String> for AssignorName {
    type Error = UnknownAssignor;

    fn try_from(name: String) -> Result<Self, Self::Error> {
        name.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_name_is_known() {
        for name in AssignorName::ALL {
            let class = name.class_name();
            let simple = class.rsplit('.').next().unwrap();
            for form in [name.as_str(), class, simple] {
                assert_eq!(form.parse(), Ok(name));
            }
        }
        assert!("Range".parse::<AssignorName>().is_err());
        assert!("org.example.RangeAssignor".parse::<AssignorName>().is_err());
    }
}
