//! `RangeAssignor` of the broker: of every topic, a run of partitions to each subscriber.
//!
//! Members stand in the order of the consumer's `range`, static ones first. The current assignment
//! plays no part, and the result doesn't depend on hash order. Every member gets an entry.

use std::collections::BTreeMap;

use crate::java::Uuid;

use super::super::TopicPartition;
use super::super::explain::{Deal, Event, Listener};
use super::group::{Group, index};
use super::{AssignError, MemberSpec, Partitions, SubscriptionType};

/// What is left of a topic.
struct Run {
    next: u32,
    /// What every subscriber gets.
    quota: u32,
    /// How many subscribers still get one more.
    extras: u32,
}

pub(super) fn assign(
    group: &Group<'_>,
    mut listener: Listener<'_>,
) -> Result<Vec<Option<Partitions>>, AssignError> {
    let order = group.sorted_members();
    let mut held: Vec<Option<Partitions>> = group.members.iter().map(|_| None).collect();
    let Some(&first) = order.first() else {
        return Ok(held);
    };
    let topics_of = |member: usize| -> &[Uuid] {
        let source: &MemberSpec = match group.spec.subscription_type {
            SubscriptionType::Homogeneous => group.members[first],
            SubscriptionType::Heterogeneous => group.members[member],
        };
        &source.topics
    };
    let mut runs = runs(group, topics_of)?;
    if listener.hears() {
        for (&topic, run) in &runs {
            let subscribes = |member: &usize| topics_of(*member).contains(&topic);
            listener.tell(|| Event::TopicQuota {
                topic: topic.to_string().into(),
                partitions: group.partitions(topic).map_or(0, index),
                subscribers: order.iter().copied().filter(subscribes).collect(),
                quota: index(run.quota),
                extras: index(run.extras),
            });
        }
    }
    for member in order {
        let mut partitions = Partitions::new();
        for topic in topics_of(member) {
            if let Some(run) = runs.get_mut(topic)
                && !partitions.contains_key(topic)
            {
                let taken = run.take();
                for &partition in &taken {
                    listener.tell(|| Event::Dealt {
                        member,
                        partition: TopicPartition::new(topic.to_string(), partition),
                        reason: Deal::RangeRun { room: taken.len() },
                    });
                }
                partitions.insert(*topic, taken);
            }
        }
        held[member] = Some(partitions);
    }
    Ok(held)
}

fn runs<'a>(
    group: &Group<'_>,
    topics_of: impl Fn(usize) -> &'a [Uuid],
) -> Result<BTreeMap<Uuid, Run>, AssignError> {
    let mut subscribers: BTreeMap<Uuid, u32> = BTreeMap::new();
    for member in 0..group.members.len() {
        let mut topics = topics_of(member).to_vec();
        topics.sort_unstable();
        topics.dedup();
        for topic in topics {
            *subscribers.entry(topic).or_default() += 1;
        }
    }
    let runs = subscribers.into_iter().map(|(topic, subscribers)| {
        let partitions = group.partitions(topic)?;
        let run = Run {
            next: 0,
            quota: partitions / subscribers,
            extras: partitions % subscribers,
        };
        Ok((topic, run))
    });
    runs.collect()
}

impl Run {
    fn take(&mut self) -> Vec<u32> {
        let extra = u32::from(self.extras > 0);
        self.extras -= extra;
        let first = self.next;
        self.next += self.quota + extra;
        (first..self.next).collect()
    }
}
