//! The input of an assignment with members, topics and racks numbered.
//!
//! Members are numbered in the iteration order of the Java map that holds them, topics with
//! metadata in Java's string order, racks in any order. Numbers stand for names from here on.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::java::{self, cmp_utf16};

use super::release::Release;
use super::{Cluster, GroupMember, TopicPartition};

/// A group about to be assigned.
pub(super) struct Group<'a> {
    /// In the iteration order of Java's map of subscriptions.
    pub(super) members: Vec<Member<'a>>,
    pub(super) release: Release,
    /// Subscribed topics that exist and have partitions, in Java's string order.
    pub(super) topics: Vec<GroupTopic<'a>>,
    /// Numbers of [`Self::topics`] in the iteration order of Java's map of partitions per topic, in
    /// releases before racks of its map of consumers per topic, which has absent topics too.
    pub(super) topic_map_order: Vec<usize>,
    topic_numbers: java::HashMap<&'a str, usize>,
}

pub(super) struct Member<'a> {
    pub(super) id: &'a str,
    pub(super) source: &'a GroupMember,
    /// Numbers of the topics it subscribes to, in its order, repeated where it repeats them.
    pub(super) topics: Vec<usize>,
    /// The number of its rack. A rack where no replica is has a number too.
    pub(super) rack: Option<usize>,
}

pub(super) struct GroupTopic<'a> {
    pub(super) name: &'a Arc<str>,
    pub(super) partitions: usize,
    /// Per partition the numbers of its racks, ascending; empty where no member has a rack.
    racks: Vec<Vec<usize>>,
}

impl<'a> Group<'a> {
    pub(super) fn new(cluster: &'a Cluster, members: &'a [GroupMember], release: Release) -> Self {
        let subscriptions: java::HashMap<&str, &GroupMember> = members
            .iter()
            .map(|member| (&*member.member_id, member))
            .collect();
        let sources: Vec<&GroupMember> = subscriptions.values().copied().collect();

        let names: java::HashSet<&str> = sources
            .iter()
            .flat_map(|member| member.subscription.iter().map(|name| &**name))
            .collect();
        let partitions_per_topic: java::HashMap<&str, (&Arc<str>, &super::Topic)> = names
            .iter()
            .filter_map(|name| Some((*name, cluster.entry(name)?)))
            .filter(|(_, (_, topic))| topic.partitions() > 0)
            .collect();

        let mut sorted: Vec<_> = partitions_per_topic.iter().collect();
        sorted.sort_by(|(a, _), (b, _)| cmp_utf16(a, b));
        let numbers: java::HashMap<&str, usize> = sorted
            .iter()
            .enumerate()
            .map(|(number, (name, _))| (**name, number))
            .collect();
        let number = |name: &&str| numbers.get(name).copied();
        let topic_map_order = if release.knows_racks() {
            partitions_per_topic.keys().filter_map(number).collect()
        } else {
            consumers_per_topic(&sources)
                .keys()
                .filter_map(number)
                .collect()
        };

        let mut racks = Racks::default();
        let members: Vec<Member<'_>> = sources
            .into_iter()
            .map(|source| Member {
                id: &source.member_id,
                source,
                topics: source
                    .subscription
                    .iter()
                    .filter_map(|name| numbers.get(&**name).copied())
                    .collect(),
                rack: source
                    .rack()
                    .filter(|_| release.knows_racks())
                    .map(|rack| racks.number(rack)),
            })
            .collect();
        let racks_matter = members.iter().any(|member| member.rack.is_some());
        let topics = sorted
            .into_iter()
            .map(|(_, (name, topic))| GroupTopic {
                name,
                partitions: usize::try_from(topic.partitions()).unwrap_or(usize::MAX),
                racks: if racks_matter {
                    racks.of_partitions(topic)
                } else {
                    Vec::new()
                },
            })
            .collect();
        Self {
            members,
            release,
            topics,
            topic_map_order,
            topic_numbers: numbers,
        }
    }

    /// The number of a topic that is subscribed to, exists and has partitions.
    pub(super) fn topic_number(&self, name: &str) -> Option<usize> {
        self.topic_numbers.get(name).copied()
    }

    /// Partition `partition` of the topic with number `topic`.
    pub(super) fn partition(&self, topic: usize, partition: usize) -> TopicPartition {
        TopicPartition {
            topic: Arc::clone(self.topics[topic].name),
            partition: u32::try_from(partition).unwrap_or(u32::MAX),
        }
    }

    /// An empty list per member.
    pub(super) fn empty_lists<T>(&self) -> Vec<Vec<T>> {
        self.members.iter().map(|_| Vec::new()).collect()
    }

    /// Members as range and round-robin sort them: static ones first, by instance id, then the
    /// others by member id. Equal instance ids keep the map's order.
    pub(super) fn sorted_members(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        let key = |at: usize| {
            let member = &self.members[at];
            (member.source.group_instance_id.as_deref(), member.id)
        };
        order.sort_by(|&a, &b| compare_members(key(a), key(b)));
        order
    }
}

/// The keys of the map of consumers per topic, which `range` had before racks.
fn consumers_per_topic<'a>(sources: &[&'a GroupMember]) -> java::HashMap<&'a str, ()> {
    let mut map = java::HashMap::new();
    for name in sources.iter().flat_map(|member| &*member.subscription) {
        map.compute_if_absent(&**name, || ());
    }
    map
}

/// Compares members, given as instance id and member id.
pub(super) fn compare_members(a: (Option<&str>, &str), b: (Option<&str>, &str)) -> Ordering {
    match (a.0, b.0) {
        (Some(a), Some(b)) => cmp_utf16(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => cmp_utf16(a.1, b.1),
    }
}

impl GroupTopic<'_> {
    /// The racks of a partition, ascending; empty if unknown or if no member has a rack.
    pub(super) fn racks(&self, partition: usize) -> &[usize] {
        self.racks.get(partition).map_or(&[], Vec::as_slice)
    }
}

#[derive(Default)]
struct Racks<'a> {
    numbers: BTreeMap<&'a str, usize>,
}

impl<'a> Racks<'a> {
    fn number(&mut self, rack: &'a str) -> usize {
        let next = self.numbers.len();
        *self.numbers.entry(rack).or_insert(next)
    }

    fn of_partitions(&mut self, topic: &'a super::Topic) -> Vec<Vec<usize>> {
        (0..topic.partitions())
            .map(|partition| {
                let racks = topic.racks(partition).iter();
                let mut numbers: Vec<usize> = racks.map(|rack| self.number(rack)).collect();
                numbers.sort_unstable();
                numbers.dedup();
                numbers
            })
            .collect()
    }
}
