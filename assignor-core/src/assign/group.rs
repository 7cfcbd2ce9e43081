//! The input of an assignment with members, topics and racks numbered.
//!
//! Members are numbered in the iteration order of the Java map that holds them, topics with
//! metadata in Java's string order, racks in any order. Numbers stand for names from here on.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::java::{self, cmp_utf16, string_hash};

use super::release::Release;
use super::subscribers::index;
use super::subscriptions::{ByName, Subscriptions};
use super::{Cluster, GroupMember, TopicPartition};

/// A subscribed topic that exists: the number of its name, and how the cluster has it.
type Found<'a> = (u32, (&'a Arc<str>, &'a super::Topic));

/// A group about to be assigned.
pub(super) struct Group<'a> {
    /// In the iteration order of Java's map of subscriptions.
    pub(super) members: Vec<Member<'a>>,
    pub(super) release: Release,
    pub(super) subscriptions: Subscriptions<'a>,
    /// Subscribed topics that exist and have partitions, in Java's string order.
    pub(super) topics: Vec<GroupTopic<'a>>,
    topic_of_name: ByName<u32>,
}

pub(super) struct Member<'a> {
    pub(super) id: &'a str,
    /// What Java's `hashCode()` makes of the id.
    hash: i32,
    pub(super) source: &'a GroupMember,
    /// The number of its subscription.
    pub(super) subscription: usize,
    /// The number of its rack. A rack where no replica is has a number too.
    pub(super) rack: Option<usize>,
}

pub(super) struct GroupTopic<'a> {
    pub(super) name: &'a Arc<str>,
    /// The number of the name in [`Group::subscriptions`].
    pub(super) name_number: u32,
    pub(super) partitions: usize,
    /// Per partition the numbers of its racks, ascending; empty where no member has a rack.
    racks: Vec<Vec<usize>>,
}

impl<'a> Group<'a> {
    pub(super) fn new(cluster: &'a Cluster, members: &'a [GroupMember], release: Release) -> Self {
        let sources = in_map_order(members);

        let members = sources.iter().map(|&(_, member)| member);
        let subscriptions = Subscriptions::new(members, cluster.topics().len());
        let names = subscriptions.names.iter();
        let mut sorted: Vec<Found<'_>> = names
            .filter_map(|(name, number)| Some((*number, cluster.entry(name)?)))
            .filter(|(_, (_, topic))| topic.partitions() > 0)
            .collect();
        sort_by_text(&mut sorted, |(_, (name, _))| name);
        let mut topic_of_name = ByName::new(subscriptions.names.len());
        for (topic, (name, _)) in (0..).zip(&sorted) {
            topic_of_name.set(*name, topic);
        }
        let mut racks = Racks::default();
        let members: Vec<Member<'_>> = sources
            .into_iter()
            .zip(&subscriptions.of_members)
            .map(|((hash, source), &subscription)| Member {
                id: &source.member_id,
                hash,
                source,
                subscription,
                rack: source
                    .rack()
                    .filter(|_| release.knows_racks())
                    .map(|rack| racks.number(rack)),
            })
            .collect();
        let racks_matter = members.iter().any(|member| member.rack.is_some());
        let topics = sorted
            .into_iter()
            .map(|(name_number, (name, topic))| GroupTopic {
                name,
                name_number,
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
            subscriptions,
            topics,
            topic_of_name,
        }
    }

    /// Numbers of [`Self::topics`] in the iteration order of Java's map of partitions per topic, in
    /// releases before racks of its map of consumers per topic, which has absent topics too.
    pub(super) fn topic_map_order(&self) -> Vec<usize> {
        if self.release.knows_racks() {
            let names = self.subscriptions.names.iter();
            let map: java::HashMap<&str, u32> = names
                .filter_map(|(name, number)| Some((*name, self.topic_of_name.get(*number)?)))
                .collect();
            return map.values().copied().map(index).collect();
        }
        let mut map = java::HashMap::new();
        for member in &self.members {
            for name in &*member.source.subscription {
                map.compute_if_absent(&**name, || ());
            }
        }
        map.keys()
            .filter_map(|name| self.topic_number(name))
            .collect()
    }

    /// Numbers of the topics of a subscription, in its order, repeated where it repeats them.
    pub(super) fn subscribed_topics(
        &self,
        subscription: usize,
    ) -> impl Iterator<Item = usize> + use<'_> {
        let names = self.subscriptions.numbers(subscription).iter();
        names.filter_map(|&name| self.topic_of_name.get(name).map(index))
    }

    /// Numbers of the topics that a member subscribes to.
    pub(super) fn topics_of(&self, member: usize) -> impl Iterator<Item = usize> + use<'_> {
        self.subscribed_topics(self.members[member].subscription)
    }

    /// The number of a topic that is subscribed to, exists and has partitions.
    pub(super) fn topic_number(&self, name: &str) -> Option<usize> {
        let name = *self.subscriptions.names.get(name)?;
        self.topic_of_name.get(name).map(index)
    }

    /// Partition `partition` of the topic with number `topic`.
    pub(super) fn partition(&self, topic: usize, partition: usize) -> TopicPartition {
        TopicPartition {
            topic: Arc::clone(self.topics[topic].name),
            partition: u32::try_from(partition).unwrap_or(u32::MAX),
        }
    }

    /// The order of a second map, that is filled in the order of [`Self::members`].
    pub(super) fn order_of_copy(&self) -> Vec<usize> {
        let hashes: Vec<i32> = self.members.iter().map(|member| member.hash).collect();
        java::insertion_order(&hashes).unwrap_or_else(|| {
            let ids = self.members.iter().map(|member| member.id);
            let map: java::HashMap<&str, usize> = ids.zip(0..).collect();
            map.values().copied().collect()
        })
    }

    /// How many partitions all topics have.
    pub(super) fn partitions(&self) -> usize {
        self.topics.iter().map(|topic| topic.partitions).sum()
    }

    /// Whether racks can make a difference to the sticky assignors: a member is in a rack that has a
    /// replica, and not every partition is in every rack.
    pub(super) fn racks_make_a_difference(&self) -> bool {
        let member_racks = || self.members.iter().filter_map(|member| member.rack);
        if member_racks().next().is_none() {
            return false;
        }
        let partitions = || self.topics.iter().flat_map(GroupTopic::all_racks);
        let all: BTreeSet<usize> = partitions().flatten().copied().collect();
        member_racks().any(|rack| all.contains(&rack))
            && partitions().any(|racks| racks.len() != all.len())
    }

    /// An empty list per member.
    pub(super) fn empty_lists<T>(&self) -> Vec<Vec<T>> {
        self.members.iter().map(|_| Vec::new()).collect()
    }

    /// Members as range and round-robin sort them: static ones first, by instance id, then the
    /// others by member id. Equal instance ids keep the map's order.
    pub(super) fn sorted_members(&self) -> Vec<usize> {
        let instance = |at: usize| self.members[at].source.group_instance_id.as_deref();
        let mut order: Vec<usize> = (0..self.members.len()).collect();
        if order.iter().all(|&at| instance(at).is_none()) {
            self.sort_by_id(&mut order);
        } else {
            let key = |at: usize| (instance(at), self.members[at].id);
            order.sort_by(|&a, &b| compare_members(key(a), key(b)));
        }
        order
    }

    /// Sorts some of the members by their ids, as Java compares strings.
    pub(super) fn sort_by_id(&self, members: &mut [usize]) {
        sort_by_text(members, |&at| self.members[at].id);
    }
}

/// Sorts by a text of each, as Java compares strings; where texts are equal, the order stays.
fn sort_by_text<'a, T: Copy>(list: &mut [T], text: impl Fn(&T) -> &'a str) {
    let texts = || list.iter().map(&text);
    // Ids of one program begin alike; the eight letters after that tell most of them apart.
    let alike = texts().reduce(alike).map_or(0, str::len);
    let plain = texts().all(str::is_ascii);
    let head = |item: &T| if plain { letters(text(item), alike) } else { 0 };
    let heads = list.iter().map(head).zip(0_usize..);
    let mut order: Vec<(u64, usize)> = heads.collect();
    order.sort_unstable();
    for same_head in order.chunk_by_mut(|(a, _), (b, _)| a == b) {
        same_head.sort_by(|&(_, a), &(_, b)| cmp_utf16(text(&list[a]), text(&list[b])));
    }
    let sorted: Vec<T> = order.into_iter().map(|(_, at)| list[at]).collect();
    list.copy_from_slice(&sorted);
}

/// What two texts begin with alike; nothing if that ends within a letter.
fn alike<'a>(a: &'a str, b: &str) -> &'a str {
    if b.starts_with(a) {
        return a;
    }
    let pairs = a.bytes().zip(b.bytes());
    let bytes = pairs.take_while(|(a, b)| a == b).count();
    a.get(..bytes).unwrap_or_default()
}

/// Eight bytes of a text from a place on, as a number that orders as they do.
fn letters(text: &str, from: usize) -> u64 {
    let bytes = text.as_bytes().get(from..).unwrap_or_default();
    if let Some(eight) = bytes.first_chunk() {
        return u64::from_be_bytes(*eight);
    }
    let mut eight = [0; 8];
    for (place, byte) in eight.iter_mut().zip(bytes) {
        *place = *byte;
    }
    u64::from_be_bytes(eight)
}

/// The members in the order of the map that Java puts them into, with the hash codes of their ids.
fn in_map_order(members: &[GroupMember]) -> Vec<(i32, &GroupMember)> {
    let ids = members.iter().map(|member| &*member.member_id);
    let hashes: Vec<i32> = ids.clone().map(string_hash).collect();
    let order = java::insertion_order(&hashes).unwrap_or_else(|| {
        let map: java::HashMap<&str, usize> = ids.zip(0..).collect();
        map.values().copied().collect()
    });
    let order = order.into_iter();
    order.map(|at| (hashes[at], &members[at])).collect()
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
    fn all_racks(&self) -> impl Iterator<Item = &[usize]> {
        (0..self.partitions).map(|partition| self.racks(partition))
    }

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
