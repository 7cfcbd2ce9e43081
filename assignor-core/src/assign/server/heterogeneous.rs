//! `UniformAssignor` where subscriptions differ.
//!
//! Members keep what they have of the topics they subscribe to. What nobody has goes to the least
//! loaded subscriber, topic by topic; then partitions move, topic by topic, from the most to the
//! least loaded subscriber, until a round over all topics moves nothing, or for sixteen rounds.
//! Ties between equally loaded members are decided by the iteration order of Java's map of members.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use crate::java::{JdkRelease, Uuid};

use super::super::TopicPartition;
use super::super::explain::{Deal, Event, GiveUp, Listener, Move};
use super::balancer::Balancer;
use super::group::Group;
use super::{AssignError, Partitions};

const MAX_ROUNDS: usize = 16;

pub(super) fn assign(
    group: &Group<'_>,
    jdk: JdkRelease,
    mut listener: Listener<'_>,
) -> Result<Vec<Option<Partitions>>, AssignError> {
    if group.members.iter().all(|member| member.topics.is_empty()) {
        // With nothing to assign, the result leaves everybody out.
        return Ok(group.members.iter().map(|_| None).collect());
    }
    listener.tell(|| Event::Subscriptions { equal: false });
    let mut target = Target::new(group, listener)?;
    for (number, member) in group.members.iter().enumerate() {
        for (id, set) in group.current(member, jdk) {
            target.keep(number, id, &set)?;
        }
    }
    target.assign_rest();
    target.balance();
    let partitions = target.into_partitions(group.members.len());
    Ok(partitions.into_iter().map(Some).collect())
}

/// A topic that someone subscribes to.
struct Topic {
    id: Uuid,
    /// Ascending.
    subscribers: Vec<usize>,
    /// Per partition the member that has it.
    owners: Vec<Option<usize>>,
}

/// The target assignment in the making.
struct Target<'a> {
    /// In the order in which they are treated.
    topics: Vec<Topic>,
    numbers: BTreeMap<Uuid, usize>,
    /// Per member how many partitions it has.
    loads: Vec<i64>,
    /// Member, topic and partition of what a member has although a later one has it too. Only a
    /// contradictory input brings this about.
    overlaid: BTreeSet<(usize, usize, usize)>,
    listener: Listener<'a>,
}

impl<'a> Target<'a> {
    fn new(group: &Group<'_>, listener: Listener<'a>) -> Result<Self, AssignError> {
        let mut subscribers: BTreeMap<Uuid, Vec<usize>> = BTreeMap::new();
        for (number, member) in group.members.iter().enumerate() {
            for &topic in &member.topics {
                let members = subscribers.entry(topic).or_default();
                if members.last() != Some(&number) {
                    members.push(number);
                }
            }
        }
        let topics = subscribers.into_iter().map(|(id, subscribers)| {
            let partitions = usize::try_from(group.partitions(id)?).unwrap_or(usize::MAX);
            Ok(Topic {
                id,
                subscribers,
                owners: vec![None; partitions],
            })
        });
        let mut topics = topics.collect::<Result<Vec<_>, _>>()?;
        topics.sort_by(compare_topics);
        let numbers = topics.iter().enumerate();
        Ok(Self {
            numbers: numbers.map(|(number, topic)| (topic.id, number)).collect(),
            topics,
            loads: vec![0; group.members.len()],
            overlaid: BTreeSet::new(),
            listener,
        })
    }

    /// Leaves a member what it has of a topic, if it subscribes to it.
    fn keep(&mut self, member: usize, id: Uuid, partitions: &[i32]) -> Result<(), AssignError> {
        let number = self.numbers.get(&id).copied();
        let subscribes = |&number: &usize| {
            self.topics[number]
                .subscribers
                .binary_search(&member)
                .is_ok()
        };
        let Some(number) = number.filter(subscribes) else {
            self.listener
                .tell_each(partitions, |&partition| Event::GivenUp {
                    member,
                    partition: name(id, partition.cast_unsigned()),
                    reason: GiveUp::NotSubscribed,
                });
            return Ok(());
        };
        let topic = &mut self.topics[number];
        for &partition in partitions {
            let index = usize::try_from(partition).unwrap_or(usize::MAX);
            let owner = topic.owners.get_mut(index);
            let owner = owner.ok_or(AssignError::PartitionPastEnd {
                topic: id,
                partition: partition.cast_unsigned(),
            })?;
            if let Some(before) = owner.replace(member) {
                self.overlaid.insert((before, number, index));
            }
            self.loads[member] += 1;
            self.listener.tell(|| Event::Kept {
                member,
                partition: name(id, partition.cast_unsigned()),
            });
        }
        Ok(())
    }

    fn assign_rest(&mut self) {
        for topic in &mut self.topics {
            if topic.owners.iter().all(Option::is_some) {
                continue;
            }
            let Some(mut balancer) = Balancer::new(&topic.subscribers, &self.loads) else {
                continue;
            };
            for (partition, owner) in topic.owners.iter_mut().enumerate() {
                if owner.is_some() {
                    continue;
                }
                let member = balancer.least_loaded(&self.loads);
                self.listener.tell(|| Event::Dealt {
                    member,
                    partition: name(topic.id, number(partition)),
                    reason: Deal::LeastLoaded {
                        has: load(self.loads[member]),
                        in_rack: false,
                    },
                });
                *owner = Some(member);
                self.loads[member] += 1;
            }
        }
    }

    fn balance(&mut self) {
        let shared = |&number: &usize| self.topics[number].subscribers.len() > 1;
        let shared: Vec<usize> = (0..self.topics.len()).filter(shared).collect();
        let mut last_changed = None;
        for _ in 0..MAX_ROUNDS {
            for &number in &shared {
                if last_changed == Some(number) {
                    return;
                }
                if self.balance_topic(number) || last_changed.is_none() {
                    last_changed = Some(number);
                }
            }
        }
    }

    /// Moves partitions of one topic from the most to the least loaded subscribers; answers whether
    /// any moved.
    fn balance_topic(&mut self, at: usize) -> bool {
        let subscribers = &self.topics[at].subscribers;
        let Some(mut balancer) = Balancer::new(subscribers, &self.loads) else {
            return false;
        };
        if balancer.spread() <= 1 {
            return false;
        }
        // What each member can give, the highest number last. What moves now isn't among it.
        let mut held: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (partition, owner) in self.topics[at].owners.iter().enumerate() {
            if let Some(owner) = *owner {
                held.entry(owner).or_default().push(partition);
            }
        }
        let mut moved = false;
        while !balancer.is_balanced() {
            let Some((from, partition)) = next_to_move(&mut balancer, &self.loads, &mut held)
            else {
                break;
            };
            let to = balancer.least_loaded(&self.loads);
            if balancer.is_balanced() {
                break;
            }
            self.listener.tell(|| Event::Moved {
                from,
                to,
                partition: name(self.topics[at].id, number(partition)),
                from_has: load(self.loads[from]),
                to_has: load(self.loads[to]),
                reason: Move::Balance,
                instead_of: None,
            });
            self.overlaid.remove(&(from, at, partition));
            self.topics[at].owners[partition] = Some(to);
            self.loads[from] -= 1;
            self.loads[to] += 1;
            moved = true;
        }
        moved
    }

    fn into_partitions(self, members: usize) -> Vec<Partitions> {
        let mut held = vec![Partitions::new(); members];
        let mut give = |member: usize, topic: &Topic, partition: usize| {
            let partitions = held[member].entry(topic.id).or_default();
            partitions.extend(u32::try_from(partition).ok());
        };
        for topic in &self.topics {
            for (partition, owner) in topic.owners.iter().enumerate() {
                if let Some(owner) = *owner {
                    give(owner, topic, partition);
                }
            }
        }
        for (member, number, partition) in self.overlaid {
            give(member, &self.topics[number], partition);
        }
        held
    }
}

fn name(topic: Uuid, partition: u32) -> TopicPartition {
    TopicPartition::new(topic.to_string(), partition)
}

fn number(partition: usize) -> u32 {
    u32::try_from(partition).unwrap_or(u32::MAX)
}

fn load(partitions: i64) -> usize {
    usize::try_from(partitions).unwrap_or(0)
}

/// A partition of the most loaded member that has one to give; the highest number first.
fn next_to_move(
    balancer: &mut Balancer,
    loads: &[i64],
    held: &mut BTreeMap<usize, Vec<usize>>,
) -> Option<(usize, usize)> {
    loop {
        let member = balancer.most_loaded(loads)?;
        match held.get_mut(&member).and_then(Vec::pop) {
            Some(partition) => return Some((member, partition)),
            None => balancer.exclude_most_loaded(),
        }
    }
}

/// Topics with many partitions per subscriber first, then those with few subscribers.
fn compare_topics(a: &Topic, b: &Topic) -> Ordering {
    per_subscriber(b)
        .total_cmp(&per_subscriber(a))
        .then(a.subscribers.len().cmp(&b.subscribers.len()))
        .then(a.id.cmp(&b.id))
}

/// In Java's floating-point arithmetic, on which the order of equals depends.
fn per_subscriber(topic: &Topic) -> f64 {
    let number = |count: usize| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    number(topic.owners.len()) / number(topic.subscribers.len())
}
