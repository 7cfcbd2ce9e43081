//! Who gets what.

use std::sync::Arc;

use super::TopicPartition;
use super::group::Group;

/// The result of a rebalance: every member of the group with its partitions.
///
/// Members stand in the iteration order of Java's map of subscriptions; a member's partitions stand in
/// the order of Java's list, which is the order on the wire.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Assignment {
    members: Vec<(Arc<str>, Vec<TopicPartition>)>,
}

impl Assignment {
    pub(super) fn new(group: &Group<'_>, partitions: Vec<Vec<TopicPartition>>) -> Self {
        let ids = group.members.iter();
        let ids = ids.map(|member| Arc::clone(&member.source.member_id));
        Self {
            members: ids.zip(partitions).collect(),
        }
    }

    pub(super) fn from_lists(members: Vec<(Arc<str>, Vec<TopicPartition>)>) -> Self {
        Self { members }
    }

    /// A member's partitions; `None` for an id that is not in the group.
    pub fn get(&self, member_id: &str) -> Option<&[TopicPartition]> {
        self.iter()
            .find_map(|(id, partitions)| (id == member_id).then_some(partitions))
    }

    /// Member ids with their partitions.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &[TopicPartition])> {
        self.members
            .iter()
            .map(|(id, partitions)| (&**id, partitions.as_slice()))
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

impl IntoIterator for Assignment {
    type Item = (Arc<str>, Vec<TopicPartition>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.members.into_iter()
    }
}
