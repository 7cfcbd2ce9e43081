//! A group to assign, in the form of a vector line.
//!
//! The fields and their meaning are those of `tests/vectors/README.md`: [`ClientCase`] those of
//! `<assignor>.<shape>.jsonl`, [`ServerCase`] those of the `server-*` lines of `reference.jsonl`.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Topic to partitions, in the order in which the member lists them.
pub type Claims = IndexMap<String, Vec<u32>>;

/// A group to assign.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Case {
    /// For one of the consumer's assignors.
    Client(ClientCase),
    /// For one of the broker's.
    Server(ServerCase),
}

/// A group that its leader assigns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientCase {
    /// Assignor, shape, seed, group and step.
    pub id: String,
    /// `range`, `roundrobin`, `sticky` or `cooperative-sticky`.
    pub assignor: String,
    /// The topics that exist.
    pub topics: Vec<ClientTopic>,
    /// In the order of the JoinGroup response.
    pub members: Vec<ClientMember>,
}

/// A topic and where its replicas are.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientTopic {
    /// Its name.
    pub name: String,
    /// How many partitions it has; 0 for one without metadata.
    pub partitions: u32,
    /// Per partition the racks of its replicas; absent for brokers without racks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub racks: Option<Vec<Vec<String>>>,
}

/// A member as it joins.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMember {
    /// The member id.
    pub id: String,
    /// `group.instance.id`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// `client.rack`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rack: Option<String>,
    /// Topics, in the member's order.
    pub subscription: Vec<String>,
    /// What it says it owns.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub owned: Claims,
    /// The generation of that claim.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub generation: Option<i32>,
}

/// A group that its coordinator assigns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerCase {
    /// Assignor, shape, seed, group and step.
    #[serde(rename = "case")]
    pub id: String,
    /// `server-range` or `server-uniform`.
    pub assignor: String,
    /// Whether all members subscribe to the same.
    pub subscription_type: SubscriptionType,
    /// Topic id, as `msb:lsb`, to number of partitions.
    pub topics: IndexMap<String, u32>,
    /// In the order in which the coordinator puts them into its map.
    pub members: Vec<ServerMember>,
}

/// How the members' subscriptions relate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SubscriptionType {
    /// All the same.
    Homogeneous,
    /// Not all the same.
    Heterogeneous,
}

/// A member as the coordinator knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerMember {
    /// The member id.
    pub member_id: String,
    /// `group.instance.id`.
    pub instance_id: Option<String>,
    /// Topic ids, in the iteration order of the member's set.
    pub topics: Vec<String>,
    /// The present target assignment, in the order of the record.
    pub current: Vec<(String, Vec<u32>)>,
}

impl Case {
    /// Its id.
    pub fn id(&self) -> &str {
        match self {
            Self::Client(case) => &case.id,
            Self::Server(case) => &case.id,
        }
    }

    /// The name of the assignor that it is for.
    pub fn assignor(&self) -> &str {
        match self {
            Self::Client(case) => &case.assignor,
            Self::Server(case) => &case.assignor,
        }
    }

    /// The number of its members.
    pub fn members(&self) -> usize {
        match self {
            Self::Client(case) => case.members.len(),
            Self::Server(case) => case.members.len(),
        }
    }
}
