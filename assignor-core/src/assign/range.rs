//! `RangeAssignor`: of every topic, a run of partitions to each subscriber.
//!
//! Where racks are known on both sides and can make a difference (KIP-881), partitions first go to
//! members in a rack that has a replica; topics with the same subscribers and the same number of
//! partitions are kept in step, so that partition `p` of all of them goes to one member.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::assignment::Lists;
use super::explain::{Deal, Event, Listener};
use super::group::Group;
use super::subscribers::{Subscribers, index};
use super::{Assignment, TopicPartition};

pub(super) fn assign(group: &Group<'_>, mut listener: Listener<'_>) -> Assignment {
    if !listener.hears() && group.members.iter().all(|member| member.rack.is_none()) {
        return assign_runs(group);
    }
    let mut topics = topic_states(group);
    if listener.hears() {
        for topic in &topics {
            topic.tell_quota(group, &mut listener);
        }
    }
    let mut lists: Vec<Vec<(usize, usize)>> = group.empty_lists();

    let rack_aware = topics.iter().any(|topic| topic.needs_racks(group));
    if rack_aware {
        for states in co_partitioned(group, &topics) {
            match states.as_slice() {
                [only] if topics[*only].needs_racks(group) => {
                    topics[*only].assign_matching_racks(group, &mut lists, &mut listener);
                }
                [_] => {}
                _ => {
                    assign_co_partitioned(group, &states, &mut topics, &mut lists, &mut listener);
                }
            }
        }
    }
    for topic in &mut topics {
        topic.assign_rest(group, &mut lists, &mut listener);
    }
    if rack_aware {
        listener.tell(|| Event::Sorted);
        for list in &mut lists {
            list.sort_unstable();
        }
    }
    let name = |list: Vec<(usize, usize)>| -> Vec<TopicPartition> {
        let named = list.into_iter();
        named.map(|(topic, p)| group.partition(topic, p)).collect()
    };
    Assignment::named(group, lists.into_iter().map(name).collect())
}

/// The assignment where no member has a rack: all that the rest of this file comes to then.
fn assign_runs(group: &Group<'_>) -> Assignment {
    let order = group.sorted_members();
    let subscribers = Subscribers::new(group, &order);
    let topics = group.topic_map_order();
    let mut sizes = vec![0; order.len()];
    for &topic in &topics {
        for (place, run) in runs(group.topics[topic].partitions, subscribers.of(topic)) {
            sizes[order[index(place)]] += run.len();
        }
    }
    let mut lists = Lists::with_room(sizes);
    for &topic in &topics {
        let number = u32::try_from(topic).unwrap_or(u32::MAX);
        for (place, run) in runs(group.topics[topic].partitions, subscribers.of(topic)) {
            let member = order[index(place)];
            for partition in run {
                lists.push(member, number, u32::try_from(partition).unwrap_or(u32::MAX));
            }
        }
    }
    Assignment::new(group, lists)
}

/// Every subscriber that gets part of a topic, with its run of partitions.
fn runs(partitions: usize, subscribers: &[u32]) -> impl Iterator<Item = (u32, Range<usize>)> {
    let members = subscribers.len().max(1);
    let (quota, extras) = (partitions / members, partitions % members);
    let start = move |place: usize| place * quota + place.min(extras);
    // Where there are fewer partitions than subscribers, the others get none.
    let served = subscribers.iter().take(partitions).enumerate();
    served.map(move |(place, &member)| (member, start(place)..start(place + 1)))
}

/// A topic while its partitions are given away.
struct TopicState {
    topic: usize,
    /// Subscribers in the assignor's order of members.
    subscribers: Vec<usize>,
    /// How many partitions each of `subscribers` has got.
    counts: Vec<usize>,
    /// What every subscriber gets.
    quota: usize,
    /// How many subscribers may still get one more.
    extras: usize,
    unassigned: BTreeSet<usize>,
    has_racks: bool,
}

/// The topics in the order of Java's map, which is the order within each member's list.
fn topic_states(group: &Group<'_>) -> Vec<TopicState> {
    let mut subscribers: Vec<Vec<usize>> = vec![Vec::new(); group.topics.len()];
    for member in group.sorted_members() {
        let topics: BTreeSet<usize> = group.topics_of(member).collect();
        for topic in topics {
            subscribers[topic].push(member);
        }
    }
    group
        .topic_map_order()
        .into_iter()
        .map(|topic| {
            let subscribers = std::mem::take(&mut subscribers[topic]);
            let partitions = group.topics[topic].partitions;
            // A topic is only here because someone subscribes to it.
            let members = subscribers.len().max(1);
            TopicState {
                topic,
                counts: vec![0; subscribers.len()],
                quota: partitions / members,
                extras: partitions % members,
                unassigned: (0..partitions).collect(),
                has_racks: subscribers
                    .iter()
                    .any(|&member| group.members[member].rack.is_some()),
                subscribers,
            }
        })
        .collect()
}

/// Topics with the same subscribers and the same number of partitions, in groups.
///
/// Where no subscriber has a rack the number doesn't count; such a group changes nothing.
fn co_partitioned(group: &Group<'_>, topics: &[TopicState]) -> Vec<Vec<usize>> {
    let mut groups: BTreeMap<(&[usize], usize), Vec<usize>> = BTreeMap::new();
    for (index, topic) in topics.iter().enumerate() {
        let known = topic.known_racks(group);
        let members = groups.entry((&topic.subscribers, known)).or_default();
        members.push(index);
    }
    groups.into_values().collect()
}

/// Gives partition after partition, of all topics of the group at once, to the first subscriber
/// that is in a fitting rack for all of them and has room in all of them.
fn assign_co_partitioned(
    group: &Group<'_>,
    states: &[usize],
    topics: &mut [TopicState],
    lists: &mut [Vec<(usize, usize)>],
    listener: &mut Listener<'_>,
) {
    let Some(&first) = states.first() else {
        return;
    };
    listener.tell(|| {
        let names = states.iter().map(|&state| topics[state].name(group));
        Event::CoPartitioned {
            topics: names.collect(),
        }
    });
    let mut remaining: Vec<usize> = (0..topics[first].subscribers.len()).collect();
    for partition in 0..topics[first].known_racks(group) {
        if remaining.is_empty() {
            break;
        }
        let fits = |subscriber: usize| {
            states.iter().all(|&state| {
                let topic = &topics[state];
                topic.room(subscriber) > 0 && topic.matches(group, subscriber, partition)
            })
        };
        let Some(at) = remaining.iter().position(|&subscriber| fits(subscriber)) else {
            continue;
        };
        let subscriber = remaining[at];
        for &state in states {
            let topic = &mut topics[state];
            topic.tell_dealt(group, subscriber, &[partition], Deal::RangeInStep, listener);
            topic.take(subscriber, &[partition], lists);
        }
        if states
            .iter()
            .all(|&state| topics[state].room(subscriber) == 0)
        {
            remaining.remove(at);
        }
    }
}

impl TopicState {
    /// Whether racks can make a difference: a subscriber is in a rack that has a replica, and not
    /// every partition is in every rack.
    fn needs_racks(&self, group: &Group<'_>) -> bool {
        if !self.has_racks {
            return false;
        }
        let topic = &group.topics[self.topic];
        let all: BTreeSet<usize> = (0..topic.partitions)
            .flat_map(|partition| topic.racks(partition).iter().copied())
            .collect();
        let reachable = self.subscribers.iter().any(|&member| {
            let rack = group.members[member].rack;
            rack.is_some_and(|rack| all.contains(&rack))
        });
        reachable && (0..topic.partitions).any(|p| topic.racks(p).len() != all.len())
    }

    /// For how many partitions racks are looked up: all, or none if no subscriber has a rack.
    fn known_racks(&self, group: &Group<'_>) -> usize {
        if self.has_racks {
            group.topics[self.topic].partitions
        } else {
            0
        }
    }

    /// How many partitions a subscriber may still get.
    fn room(&self, subscriber: usize) -> usize {
        (self.quota + usize::from(self.extras > 0)).saturating_sub(self.counts[subscriber])
    }

    /// Whether a subscriber has no rack, or is in one that has a replica of the partition.
    fn matches(&self, group: &Group<'_>, subscriber: usize, partition: usize) -> bool {
        let rack = group.members[self.subscribers[subscriber]].rack;
        let racks = group.topics[self.topic].racks(partition);
        rack.is_none_or(|rack| self.has_racks && racks.contains(&rack))
    }

    fn take(&mut self, subscriber: usize, partitions: &[usize], lists: &mut [Vec<(usize, usize)>]) {
        if partitions.is_empty() {
            return;
        }
        self.counts[subscriber] += partitions.len();
        if self.counts[subscriber] > self.quota {
            self.extras = self.extras.saturating_sub(1);
        }
        let list = &mut lists[self.subscribers[subscriber]];
        for partition in partitions {
            self.unassigned.remove(partition);
            list.push((self.topic, *partition));
        }
    }

    fn assign_matching_racks(
        &mut self,
        group: &Group<'_>,
        lists: &mut [Vec<(usize, usize)>],
        listener: &mut Listener<'_>,
    ) {
        for subscriber in 0..self.subscribers.len() {
            if self.unassigned.is_empty() {
                return;
            }
            let unassigned = self.unassigned.iter().copied();
            let matching: Vec<usize> = unassigned
                .filter(|&partition| self.matches(group, subscriber, partition))
                .take(self.room(subscriber))
                .collect();
            let reason = Deal::RangeInRack {
                room: self.room(subscriber),
            };
            self.tell_dealt(group, subscriber, &matching, reason, listener);
            self.take(subscriber, &matching, lists);
        }
    }

    fn assign_rest(
        &mut self,
        group: &Group<'_>,
        lists: &mut [Vec<(usize, usize)>],
        listener: &mut Listener<'_>,
    ) {
        for subscriber in 0..self.subscribers.len() {
            let room = self.room(subscriber);
            let run: Vec<usize> = self.unassigned.iter().copied().take(room).collect();
            self.tell_dealt(group, subscriber, &run, Deal::RangeRun { room }, listener);
            self.take(subscriber, &run, lists);
        }
    }

    fn name(&self, group: &Group<'_>) -> Arc<str> {
        Arc::clone(group.topics[self.topic].name)
    }

    fn tell_quota(&self, group: &Group<'_>, listener: &mut Listener<'_>) {
        listener.tell(|| Event::TopicQuota {
            topic: self.name(group),
            partitions: group.topics[self.topic].partitions,
            subscribers: self.subscribers.clone(),
            quota: self.quota,
            extras: self.extras,
        });
        if self.has_racks {
            listener.tell(|| Event::Racks {
                topic: Some(self.name(group)),
                matter: self.needs_racks(group),
            });
        }
    }

    fn tell_dealt(
        &self,
        group: &Group<'_>,
        subscriber: usize,
        partitions: &[usize],
        reason: Deal,
        listener: &mut Listener<'_>,
    ) {
        for &partition in partitions {
            listener.tell(|| Event::Dealt {
                member: self.subscribers[subscriber],
                partition: group.partition(self.topic, partition),
                reason,
            });
        }
    }
}
