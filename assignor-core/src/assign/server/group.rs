//! What the coordinator hands to an assignor and what it gets back.

use std::collections::{BTreeMap, BTreeSet};

use crate::java::{self, JdkRelease, Uuid};

use super::super::group::compare_members;
use super::AssignError;

/// Topic id to partition numbers.
pub type Partitions = BTreeMap<Uuid, Vec<u32>>;

/// Whether all members subscribe to the same topics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionType {
    /// All to the same. The coordinator tells by the names, before it looks up which exist.
    Homogeneous,
    /// Not all to the same.
    Heterogeneous,
}

/// In which order the maps and sets of the input iterate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MapOrder {
    /// As Java's hash collections do when filled in the order of the input.
    #[default]
    Java,
    /// In the order of the input itself, for questions of the kind "what if".
    Given,
}

/// A member as the coordinator describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberSpec {
    /// The id that the member chose.
    pub member_id: String,
    /// `group.instance.id`, for a static member.
    pub instance_id: Option<String>,
    /// The ids of its topics, in the order in which the coordinator's set iterates.
    pub topics: Vec<Uuid>,
    /// Its target assignment so far, in the order of the record that holds it.
    pub current: Vec<(Uuid, Vec<u32>)>,
}

/// A group about to be assigned: `GroupSpec` and `SubscribedTopicDescriber`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSpec {
    /// Whether all members subscribe to the same topics.
    pub subscription_type: SubscriptionType,
    /// How many partitions each topic has.
    pub topics: BTreeMap<Uuid, u32>,
    /// The members, in the order in which the coordinator puts them into its map. A repeated id
    /// replaces the earlier entry.
    pub members: Vec<MemberSpec>,
    /// In which order maps and sets iterate.
    pub order: MapOrder,
}

/// The target assignment: members in the order in which the coordinator goes through them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupAssignment {
    members: Vec<(String, Option<Partitions>)>,
}

impl GroupAssignment {
    /// Every member with its partitions; `None` for a member that the assignor leaves out, which
    /// the coordinator treats like one with nothing.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, Option<&Partitions>)> {
        self.members
            .iter()
            .map(|(id, partitions)| (id.as_str(), partitions.as_ref()))
    }

    /// A member's partitions, ascending; `None` for a member that is left out or not in the group.
    pub fn get(&self, member_id: &str) -> Option<&Partitions> {
        self.iter()
            .find_map(|(id, partitions)| (id == member_id).then_some(partitions))
            .flatten()
    }

    /// How many members the group has.
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether the group has no members.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

/// The group with members in the order of `memberIds()`.
pub(super) struct Group<'a> {
    pub(super) spec: &'a GroupSpec,
    pub(super) members: Vec<&'a MemberSpec>,
}

impl<'a> Group<'a> {
    pub(super) fn new(spec: &'a GroupSpec) -> Self {
        let by_id = spec.members.iter().map(|m| (m.member_id.as_str(), m));
        let members: java::HashMap<&str, &MemberSpec> = by_id.collect();
        let members = match spec.order {
            MapOrder::Java => members.values().copied().collect(),
            MapOrder::Given => {
                let mut seen = BTreeSet::new();
                let firsts = spec.members.iter().map(|m| m.member_id.as_str());
                let firsts = firsts.filter(|id| seen.insert(*id));
                firsts.filter_map(|id| members.get(id).copied()).collect()
            }
        };
        Self { spec, members }
    }

    /// How many partitions a subscribed topic has.
    pub(super) fn partitions(&self, topic: Uuid) -> Result<u32, AssignError> {
        let count = self.spec.topics.get(&topic).copied();
        count.ok_or(AssignError::UnknownTopic(topic))
    }

    /// Members as `range` sorts them: static ones first, by instance id, then by member id.
    pub(super) fn sorted_members(&self) -> Vec<usize> {
        let key = |at: usize| {
            let member = self.members[at];
            (member.instance_id.as_deref(), member.member_id.as_str())
        };
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        order.sort_by(|&a, &b| compare_members(key(a), key(b)));
        order
    }

    /// The topics that a member subscribes to, as `new HashSet<>(subscribedTopicIds())` iterates.
    pub(super) fn copied_topics(&self, member: &MemberSpec, jdk: JdkRelease) -> Vec<Uuid> {
        self.copied(&member.topics, jdk)
    }

    /// A member's current assignment, map and sets in the order of iteration.
    pub(super) fn current(&self, member: &MemberSpec, jdk: JdkRelease) -> Vec<(Uuid, Vec<i32>)> {
        let set = |partitions: &[u32]| {
            let numbers: Vec<i32> = partitions.iter().map(|p| p.cast_signed()).collect();
            self.copied(&numbers, jdk)
        };
        let sets = member.current.iter();
        let sets = sets.map(|(topic, partitions)| (*topic, set(partitions)));
        match self.spec.order {
            MapOrder::Given => sets.collect(),
            MapOrder::Java => {
                let map: java::HashMap<Uuid, Vec<i32>> = sets.collect();
                let entries = map.iter();
                entries.map(|(topic, set)| (*topic, set.clone())).collect()
            }
        }
    }

    /// `keys` as a copy of them into a set iterates.
    fn copied<K: java::JavaKey + Copy + Ord>(&self, keys: &[K], jdk: JdkRelease) -> Vec<K> {
        match self.spec.order {
            MapOrder::Java => {
                let set = java::HashSet::copy_of(keys.iter().copied(), jdk);
                set.iter().copied().collect()
            }
            MapOrder::Given => {
                let mut seen = BTreeSet::new();
                keys.iter()
                    .copied()
                    .filter(|key| seen.insert(*key))
                    .collect()
            }
        }
    }

    /// The result, of one element per member.
    pub(super) fn assignment(&self, partitions: Vec<Option<Partitions>>) -> GroupAssignment {
        let ids = self.members.iter().map(|member| member.member_id.clone());
        let partitions = partitions.into_iter().map(|held| held.map(ascending));
        GroupAssignment {
            members: ids.zip(partitions).collect(),
        }
    }
}

fn ascending(mut held: Partitions) -> Partitions {
    held.retain(|_, partitions| !partitions.is_empty());
    for partitions in held.values_mut() {
        partitions.sort_unstable();
        partitions.dedup();
    }
    held
}

/// A number of partitions, or of one.
pub(super) fn index(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
