//! `RangeAssignor` before 3.5: of every topic, a run of partitions to each subscriber.
//!
//! A member that names a topic twice is a subscriber twice, and gets two runs. Topics stand in the
//! order of a map that has the absent ones too.

use std::sync::Arc;

use super::Assignment;
use super::explain::{Deal, Event, Listener};
use super::group::Group;

#[inline(never)]
pub(super) fn assign(group: &Group<'_>, mut listener: Listener<'_>) -> Assignment {
    let mut subscribers: Vec<Vec<usize>> = vec![Vec::new(); group.topics.len()];
    for member in group.sorted_members() {
        for topic in group.topics_of(member) {
            subscribers[topic].push(member);
        }
    }
    let runs: Vec<Runs> = group
        .topic_map_order()
        .into_iter()
        .map(|topic| Runs::new(group, topic, std::mem::take(&mut subscribers[topic])))
        .collect();
    for runs in &runs {
        listener.tell(|| runs.quota_event(group));
    }
    let mut lists = group.empty_lists();
    for runs in &runs {
        let mut next = 0;
        for (position, &member) in runs.subscribers.iter().enumerate() {
            let room = runs.quota + usize::from(position < runs.extras);
            for partition in next..next + room {
                let partition = group.partition(runs.topic, partition);
                listener.tell(|| Event::Dealt {
                    member,
                    partition: partition.clone(),
                    reason: Deal::RangeRun { room },
                });
                lists[member].push(partition);
            }
            next += room;
        }
    }
    Assignment::named(group, lists)
}

/// How a topic is divided.
struct Runs {
    topic: usize,
    partitions: usize,
    /// In the assignor's order of members.
    subscribers: Vec<usize>,
    quota: usize,
    extras: usize,
}

impl Runs {
    fn new(group: &Group<'_>, topic: usize, subscribers: Vec<usize>) -> Self {
        let partitions = group.topics[topic].partitions;
        // A topic is only here because someone subscribes to it.
        let members = subscribers.len().max(1);
        Self {
            topic,
            partitions,
            quota: partitions / members,
            extras: partitions % members,
            subscribers,
        }
    }

    fn quota_event(&self, group: &Group<'_>) -> Event {
        Event::TopicQuota {
            topic: Arc::clone(group.topics[self.topic].name),
            partitions: self.partitions,
            subscribers: self.subscribers.clone(),
            quota: self.quota,
            extras: self.extras,
        }
    }
}
