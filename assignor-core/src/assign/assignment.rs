//! Who gets what.
//!
//! An assignment names each topic once and holds partitions by number, all in one piece of memory: of
//! a million partitions, most of the time would else go into writing their names down.

use std::collections::BTreeMap;
use std::fmt;
use std::iter::FusedIterator;
use std::sync::Arc;

use super::TopicPartition;
use super::group::Group;
use super::subscribers::index;

/// The result of a rebalance: every member of the group with its partitions.
///
/// Members stand in the iteration order of Java's map of subscriptions; a member's partitions stand in
/// the order of Java's list, which is the order on the wire.
#[derive(Clone, Default)]
pub struct Assignment {
    members: Vec<Arc<str>>,
    /// Names of topics, of those too that nobody got anything of.
    topics: Vec<Arc<str>>,
    /// One per member.
    lists: Lists,
}

/// A partition: the number of its topic, and its own number.
type Numbered = (u32, u32);

/// Lists of partitions, one behind the other.
#[derive(Clone, Default)]
pub(super) struct Lists {
    partitions: Vec<Numbered>,
    begins: Vec<usize>,
    ends: Vec<usize>,
}

impl Lists {
    /// Empty lists, each with the room that it will need at most.
    pub(super) fn with_room(room: impl IntoIterator<Item = usize>) -> Self {
        let mut next = 0;
        let begin = |room| {
            let begin = next;
            next += room;
            begin
        };
        let begins: Vec<usize> = room.into_iter().map(begin).collect();
        Self {
            partitions: vec![(0, 0); next],
            ends: begins.clone(),
            begins,
        }
    }

    /// Appends a partition, given the number of its topic in the group and its own, to a list that has
    /// room for it.
    pub(super) fn push(&mut self, list: usize, topic: u32, partition: u32) {
        let end = &mut self.ends[list];
        self.partitions[*end] = (topic, partition);
        *end += 1;
    }

    fn of(&self, list: usize) -> &[Numbered] {
        &self.partitions[self.begins[list]..self.ends[list]]
    }
}

impl Assignment {
    /// One list per member of the group.
    pub(super) fn new(group: &Group<'_>, lists: Lists) -> Self {
        let topics = group.topics.iter().map(|topic| Arc::clone(topic.name));
        Self {
            members: ids(group).collect(),
            topics: topics.collect(),
            lists,
        }
    }

    /// One list per member of the group, of topics that the group need not have.
    pub(super) fn named(group: &Group<'_>, lists: Vec<Vec<TopicPartition>>) -> Self {
        Self::from_lists(ids(group).zip(lists).collect())
    }

    pub(super) fn from_lists(members: Vec<(Arc<str>, Vec<TopicPartition>)>) -> Self {
        let mut lists = Lists::with_room(members.iter().map(|(_, list)| list.len()));
        let mut topics = Vec::new();
        let mut numbers: BTreeMap<Arc<str>, u32> = BTreeMap::new();
        for (at, (_, list)) in members.iter().enumerate() {
            for TopicPartition { topic, partition } in list {
                let number = numbers.get(topic).copied().unwrap_or_else(|| {
                    let number = u32::try_from(topics.len()).unwrap_or(u32::MAX);
                    numbers.insert(Arc::clone(topic), number);
                    topics.push(Arc::clone(topic));
                    number
                });
                lists.push(at, number, *partition);
            }
        }
        Self {
            members: members.into_iter().map(|(id, _)| id).collect(),
            topics,
            lists,
        }
    }

    /// A member's partitions; `None` for an id that is not in the group.
    pub fn get(&self, member_id: &str) -> Option<AssignedPartitions<'_>> {
        self.iter()
            .find_map(|(id, partitions)| (id == member_id).then_some(partitions))
    }

    /// Member ids with their partitions.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, AssignedPartitions<'_>)> {
        self.lists().map(|(id, partitions)| (&**id, partitions))
    }

    /// [`Self::iter`], with ids that can be kept.
    pub(crate) fn lists(
        &self,
    ) -> impl ExactSizeIterator<Item = (&Arc<str>, AssignedPartitions<'_>)> {
        let members = self.members.iter().enumerate();
        members.map(|(at, id)| (id, self.partitions(at)))
    }

    fn partitions(&self, member: usize) -> AssignedPartitions<'_> {
        AssignedPartitions {
            topics: &self.topics,
            rest: self.lists.of(member).iter(),
        }
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
        let lists = self.lists();
        let lists = lists.map(|(id, partitions)| (Arc::clone(id), partitions.collect()));
        lists.collect::<Vec<_>>().into_iter()
    }
}

fn ids(group: &Group<'_>) -> impl Iterator<Item = Arc<str>> {
    let members = group.members.iter();
    members.map(|member| Arc::clone(&member.source.member_id))
}

impl PartialEq for Assignment {
    /// The same members in the same order with the same lists.
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Assignment {}

impl fmt::Debug for Assignment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

/// The partitions of one member, in order.
#[derive(Clone)]
pub struct AssignedPartitions<'a> {
    topics: &'a [Arc<str>],
    rest: std::slice::Iter<'a, Numbered>,
}

impl<'a> AssignedPartitions<'a> {
    /// Topic and number of each.
    pub fn parts(self) -> impl ExactSizeIterator<Item = (&'a Arc<str>, u32)> {
        let Self { topics, rest } = self;
        rest.map(move |&(topic, partition)| (&topics[index(topic)], partition))
    }

    /// Whether the partition is one of them.
    pub fn has(&self, partition: &TopicPartition) -> bool {
        let mut parts = self.clone().parts();
        parts.any(|(topic, number)| number == partition.partition && *topic == partition.topic)
    }
}

impl Iterator for AssignedPartitions<'_> {
    type Item = TopicPartition;

    fn next(&mut self) -> Option<TopicPartition> {
        let &(topic, partition) = self.rest.next()?;
        Some(TopicPartition {
            topic: Arc::clone(&self.topics[index(topic)]),
            partition,
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.rest.size_hint()
    }
}

impl ExactSizeIterator for AssignedPartitions<'_> {}

impl FusedIterator for AssignedPartitions<'_> {}

impl PartialEq for AssignedPartitions<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.clone().parts().eq(other.clone().parts())
    }
}

impl fmt::Debug for AssignedPartitions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}
