//! Who owned what before a rebalance.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::user_data::NO_GENERATION;
use super::super::{
    Assignment, Assignor, AssignorName, GroupMember, TopicPartition, cooperative_sticky, sticky,
};

/// The owner of each partition at some time. Owners need not be in the group any more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owners {
    owners: BTreeMap<TopicPartition, Arc<str>>,
}

impl Owners {
    /// Nobody owns anything.
    pub fn new() -> Self {
        Self::default()
    }

    /// What the members say, where the assignor looks for it: `sticky` in the user data, the
    /// others in the subscription.
    ///
    /// The newest claim counts. Where two members claim a partition in the newest generation,
    /// nobody owns it.
    pub fn claimed(assignor: &Assignor, members: &[GroupMember]) -> Self {
        let mut newest: BTreeMap<TopicPartition, (i32, Option<&Arc<str>>)> = BTreeMap::new();
        for member in members {
            let claim = match assignor.name() {
                AssignorName::Sticky => sticky::member_data(member),
                _ => cooperative_sticky::member_data(member, assignor.release()),
            };
            let generation = claim.generation.unwrap_or(NO_GENERATION);
            let id = &member.member_id;
            for partition in claim.owned {
                let (known, owner) = newest.entry(partition).or_insert((generation, Some(id)));
                if generation > *known {
                    (*known, *owner) = (generation, Some(id));
                } else if generation == *known && *owner != Some(id) {
                    *owner = None;
                }
            }
        }
        newest
            .into_iter()
            .filter_map(|(partition, (_, owner))| Some((partition, Arc::clone(owner?))))
            .collect()
    }

    /// The owner of a partition.
    pub fn get(&self, partition: &TopicPartition) -> Option<&str> {
        self.owners.get(partition).map(|owner| &**owner)
    }

    /// Partitions with their owners, sorted as Kafka sorts partitions.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&TopicPartition, &str)> {
        let owners = self.owners.iter();
        owners.map(|(partition, owner)| (partition, &**owner))
    }

    /// How many partitions have an owner.
    pub fn len(&self) -> usize {
        self.owners.len()
    }

    /// Whether nobody owns anything.
    pub fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }
}

impl From<&Assignment> for Owners {
    /// Where two members were given a partition, the last one owns it.
    fn from(assignment: &Assignment) -> Self {
        let mut owners = Self::new();
        for (member, list) in assignment.iter() {
            let member: Arc<str> = member.into();
            let owned = list.map(|held| (held, Arc::clone(&member)));
            owners.owners.extend(owned);
        }
        owners
    }
}

impl FromIterator<(TopicPartition, Arc<str>)> for Owners {
    fn from_iter<I: IntoIterator<Item = (TopicPartition, Arc<str>)>>(owners: I) -> Self {
        Self {
            owners: owners.into_iter().collect(),
        }
    }
}
