//! An assignment and a change of it, in numbers.
//!
//! Counted are the partitions that can be assigned: those of topics that exist and that a member
//! of the group subscribes to. Nothing here is Kafka's; the same numbers judge every assignor.

mod least_moves;
mod owners;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use least_moves::{LeastMoves, least_moves};
pub use owners::Owners;

use super::{Assignment, Cluster, GroupMember, Topic, TopicPartition};

/// The smallest and the largest of some numbers of partitions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// The smallest.
    pub least: usize,
    /// The largest.
    pub most: usize,
}

impl Spread {
    fn of(sizes: impl IntoIterator<Item = usize>) -> Self {
        let sizes: Vec<usize> = sizes.into_iter().collect();
        Self {
            least: sizes.iter().copied().min().unwrap_or(0),
            most: sizes.iter().copied().max().unwrap_or(0),
        }
    }

    /// How far they are apart; 0 is even.
    pub fn difference(self) -> usize {
        self.most - self.least
    }
}

/// How evenly one topic is spread.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicBalance {
    /// The topic.
    pub topic: Arc<str>,
    /// How many partitions it has.
    pub partitions: usize,
    /// How many members subscribe to it.
    pub subscribers: usize,
    /// How many of its partitions its subscribers have.
    pub spread: Spread,
}

/// How good an assignment is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Balance {
    /// How many partitions there are to assign.
    pub partitions: usize,
    /// How many of them nobody has. `cooperative-sticky` leaves those that are to be let go first.
    pub unassigned: usize,
    /// How many partitions the members have, members without subscription included.
    pub spread: Spread,
    /// Each topic by itself, in Java's string order.
    pub topics: Vec<TopicBalance>,
    /// Partitions whose owner is in a rack with a replica of them.
    pub rack_matches: usize,
    /// Partitions of which a subscriber is in a rack with a replica: no assignment has more
    /// matches. An even one may not reach them all.
    pub rack_matchable: usize,
}

impl Balance {
    /// Measures the assignment of `members`.
    pub fn of(cluster: &Cluster, members: &[GroupMember], assignment: &Assignment) -> Self {
        let subscribers = Subscribers::new(cluster, members);
        let rack_of: BTreeMap<&str, &str> = members
            .iter()
            .filter_map(|member| Some((&*member.member_id, member.rack()?)))
            .collect();
        let mut per_topic: BTreeMap<Arc<str>, BTreeMap<&str, usize>> = BTreeMap::new();
        let mut assigned = BTreeSet::new();
        let mut matched = BTreeSet::new();
        for (member, list) in assignment.iter() {
            for held in list.filter(|held| subscribers.has(held)) {
                let counts = per_topic.entry(Arc::clone(&held.topic)).or_default();
                *counts.entry(member).or_default() += 1;
                let racks = cluster.topic(&held.topic);
                let racks = racks.map_or(&[][..], |topic| topic.racks(held.partition));
                if rack_of
                    .get(member)
                    .is_some_and(|rack| racks.iter().any(|known| known == rack))
                {
                    matched.insert(held.clone());
                }
                assigned.insert(held);
            }
        }
        let topics = subscribers.topics.iter().map(|topic| {
            let counts = per_topic.get(&**topic.name);
            let of = |member: &&str| counts.and_then(|counts| counts.get(member)).copied();
            let sizes = topic.members.iter().map(|member| of(member).unwrap_or(0));
            TopicBalance {
                topic: Arc::clone(topic.name),
                partitions: topic.partitions(),
                subscribers: topic.members.len(),
                spread: Spread::of(sizes),
            }
        });
        let partitions = subscribers.partitions();
        Self {
            partitions,
            unassigned: partitions - assigned.len(),
            spread: Spread::of(assignment.iter().map(|(_, list)| list.len())),
            topics: topics.collect(),
            rack_matches: matched.len(),
            rack_matchable: subscribers.rack_matchable(&rack_of),
        }
    }
}

/// What a rebalance changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Partitions that had an owner before and have another one now.
    pub moved: usize,
    /// Partitions that had an owner before and have none now, as `cooperative-sticky` leaves them
    /// on their way to another owner.
    pub released: usize,
    /// Partitions that had no owner before and have one now.
    pub dealt: usize,
    /// Partitions that have the owner that they had.
    pub kept: usize,
    /// Partitions that had an owner and can't be assigned any more: they or their topics are gone,
    /// or nobody subscribes.
    pub gone: usize,
    /// How few partitions could have changed owners.
    pub least_moves: LeastMoves,
}

impl Change {
    /// What is different in `after` from `before`.
    ///
    /// `before` may name members that have left the group: what they had has to move.
    pub fn between(
        cluster: &Cluster,
        members: &[GroupMember],
        before: &Owners,
        after: &Assignment,
    ) -> Self {
        let subscribers = Subscribers::new(cluster, members);
        let lists = after.iter();
        let given = lists.flat_map(|(member, list)| list.map(move |held| (held, member)));
        let given: Vec<(TopicPartition, &str)> = given.collect();
        let holders: BTreeSet<(&TopicPartition, &str)> =
            given.iter().map(|(held, member)| (held, *member)).collect();
        let is_held = |partition: &TopicPartition| {
            let first = holders.range((partition, "")..).next();
            first.is_some_and(|(held, _)| *held == partition)
        };
        let mut change = Self {
            moved: 0,
            released: 0,
            dealt: 0,
            kept: 0,
            gone: 0,
            least_moves: least_moves::of(&subscribers, before),
        };
        for (partition, owner) in before.iter() {
            let count = if !subscribers.has(partition) {
                &mut change.gone
            } else if holders.contains(&(partition, owner)) {
                &mut change.kept
            } else if is_held(partition) {
                &mut change.moved
            } else {
                &mut change.released
            };
            *count += 1;
        }
        let assigned: BTreeSet<&TopicPartition> = holders.iter().map(|&(held, _)| held).collect();
        let unowned = assigned.iter().filter(|held| before.get(held).is_none());
        change.dealt = unowned.filter(|held| subscribers.has(held)).count();
        change
    }

    /// Partitions that lose their owner to another one, at once or by way of having none.
    pub fn moves(&self) -> usize {
        self.moved + self.released
    }

    /// How many partitions could have been kept by an assignment that is as even as can be; `None`
    /// if only a bound of the least moves is known.
    ///
    /// [`Self::kept`] can be higher, where the assignor stops before it is as even as can be.
    pub fn keepable(&self) -> Option<usize> {
        match self.least_moves {
            LeastMoves::Exactly(moves) => Some((self.kept + self.moves()).saturating_sub(moves)),
            LeastMoves::AtLeast(_) => None,
        }
    }
}

/// The topics that can be assigned, with who may get them.
struct Subscribers<'a> {
    /// In Java's string order.
    topics: Vec<SubscribedTopic<'a>>,
    /// Every member once, in any order.
    members: BTreeSet<&'a str>,
}

struct SubscribedTopic<'a> {
    name: &'a Arc<str>,
    topic: &'a Topic,
    members: BTreeSet<&'a str>,
}

impl SubscribedTopic<'_> {
    fn partitions(&self) -> usize {
        usize::try_from(self.topic.partitions()).unwrap_or(usize::MAX)
    }
}

impl<'a> Subscribers<'a> {
    fn new(cluster: &'a Cluster, members: &'a [GroupMember]) -> Self {
        let mut topics: BTreeMap<TopicPartition, SubscribedTopic<'a>> = BTreeMap::new();
        // A repeated member id replaces the earlier entry.
        let members: BTreeMap<&str, &GroupMember> = members
            .iter()
            .map(|member| (&*member.member_id, member))
            .collect();
        for (&id, member) in &members {
            for (name, topic) in member
                .subscription
                .iter()
                .filter_map(|name| cluster.entry(name))
                .filter(|(_, topic)| topic.partitions() > 0)
            {
                let first = TopicPartition::new(Arc::clone(name), 0);
                let entry = topics.entry(first).or_insert_with(|| SubscribedTopic {
                    name,
                    topic,
                    members: BTreeSet::new(),
                });
                entry.members.insert(id);
            }
        }
        Self {
            topics: topics.into_values().collect(),
            members: members.into_keys().collect(),
        }
    }

    fn topic(&self, name: &str) -> Option<usize> {
        let order = |topic: &SubscribedTopic<'_>| crate::java::cmp_utf16(topic.name, name);
        self.topics.binary_search_by(order).ok()
    }

    fn has(&self, partition: &TopicPartition) -> bool {
        let topic = self.topic(&partition.topic);
        topic.is_some_and(|at| partition.partition < self.topics[at].topic.partitions())
    }

    fn partitions(&self) -> usize {
        self.topics.iter().map(SubscribedTopic::partitions).sum()
    }

    fn rack_matchable(&self, rack_of: &BTreeMap<&str, &str>) -> usize {
        let topics = self.topics.iter().map(|topic| {
            let racks = topic
                .members
                .iter()
                .filter_map(|member| rack_of.get(member));
            let racks: BTreeSet<&str> = racks.copied().collect();
            if racks.is_empty() {
                return 0;
            }
            let partitions = 0..topic.topic.partitions();
            let matchable = |&partition: &u32| {
                let known = topic.topic.racks(partition);
                known.iter().any(|rack| racks.contains(rack.as_str()))
            };
            partitions.filter(matchable).count()
        });
        topics.sum()
    }
}
