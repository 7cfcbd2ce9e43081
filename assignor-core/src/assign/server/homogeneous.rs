//! `UniformAssignor` where all members subscribe to the same topics.
//!
//! Every member keeps what fits its quota of ⌊P/C⌋ or ⌈P/C⌉; what nobody keeps is dealt in runs to
//! the members that lack something. Who has the larger quota is decided by the iteration order of
//! Java's map of members; which partitions are given up and in which order they are dealt, by the
//! order of Java's maps of topics and sets of partitions.

use std::collections::BTreeMap;

use crate::java::{JdkRelease, Uuid};

use super::super::TopicPartition;
use super::super::explain::{Deal, Event, Extra, GiveUp, Listener};
use super::group::{Group, index};
use super::{AssignError, Partitions};

/// The partitions to deal, in order.
type Pool = Vec<(Uuid, u32)>;

/// Assigns. With `gives_back`, a member that doesn't fill the larger quota leaves it to a later
/// one, as long as there are enough of them (KAFKA-18688).
pub(super) fn assign(
    group: &Group<'_>,
    jdk: JdkRelease,
    gives_back: bool,
    mut listener: Listener<'_>,
) -> Result<Vec<Option<Partitions>>, AssignError> {
    let nothing = || group.members.iter().map(|_| None).collect();
    let Some(first) = group.members.first() else {
        return Ok(nothing());
    };
    let topics = group.copied_topics(first, jdk);
    if topics.is_empty() {
        return Ok(nothing());
    }
    let mut counts = BTreeMap::new();
    for &topic in &topics {
        counts.insert(topic, group.partitions(topic)?);
    }
    let mut pool = unassigned(group, &topics, &counts);
    let total = counts.values().map(|&count| index(count)).sum::<usize>();
    let members = group.members.len();
    let mut extras = total % members;
    listener.tell(|| Event::Subscriptions { equal: true });
    listener.tell(|| Event::Quota {
        partitions: total,
        members,
        min: total / members,
        extras,
    });

    let mut held = Vec::with_capacity(members);
    let mut unfilled = Vec::new();
    for (at, member) in group.members.iter().enumerate() {
        let mut extra = extras > 0;
        let mut room = total / members + usize::from(extra);
        let mut kept = Partitions::new();
        let mut given_up = 0;
        for (topic, set) in group.current(member, jdk) {
            let may_keep = if counts.contains_key(&topic) { room } else { 0 };
            listener.tell_each(set.iter().enumerate(), |(place, &partition)| {
                let reason = if counts.contains_key(&topic) {
                    GiveUp::OverQuota
                } else {
                    GiveUp::NotSubscribed
                };
                kept_or_given_up(
                    at,
                    (topic, partition),
                    (place >= may_keep).then_some(reason),
                )
            });
            if !counts.contains_key(&topic) {
                continue;
            }
            let mut partitions = set.into_iter().map(i32::cast_unsigned);
            let keeps: Vec<u32> = partitions.by_ref().take(room).collect();
            room -= keeps.len();
            kept.insert(topic, keeps);
            let before = pool.len();
            pool.extend(partitions.map(|partition| (topic, partition)));
            given_up += pool.len() - before;
        }
        let leaves = gives_back && room > 0 && extra && members - at > extras;
        let share = Shares {
            had_extra: extra,
            left: extras,
            members: members - at,
        };
        if leaves {
            room -= 1;
            extra = false;
        }
        listener.tell(|| {
            let keeps = kept.values().map(Vec::len).sum();
            Event::Share {
                member: at,
                owned: keeps + given_up,
                keeps,
                lacks: room,
                extra: share.extra(leaves),
            }
        });
        if room > 0 {
            unfilled.push((at, room));
        }
        extras -= usize::from(extra);
        held.push(kept);
    }

    let mut pool = pool.into_iter();
    for (at, room) in unfilled {
        for (topic, partition) in pool.by_ref().take(room) {
            listener.tell(|| Event::Dealt {
                member: at,
                partition: TopicPartition::new(topic.to_string(), partition),
                reason: Deal::Pool { lacks: room },
            });
            held[at].entry(topic).or_default().push(partition);
        }
    }
    if pool.next().is_some() {
        return Err(AssignError::PartitionsLeft);
    }
    Ok(held.into_iter().map(Some).collect())
}

/// What is in nobody's current assignment.
fn unassigned(group: &Group<'_>, topics: &[Uuid], counts: &BTreeMap<Uuid, u32>) -> Pool {
    let mut taken: BTreeMap<Uuid, Vec<bool>> = counts
        .iter()
        .map(|(&topic, &count)| (topic, vec![false; index(count)]))
        .collect();
    for (topic, partitions) in group.members.iter().flat_map(|member| &member.current) {
        let Some(taken) = taken.get_mut(topic) else {
            continue;
        };
        for &partition in partitions {
            if let Some(taken) = taken.get_mut(index(partition)) {
                *taken = true;
            }
        }
    }
    let mut pool = Pool::new();
    for topic in topics {
        let taken = taken.get(topic).into_iter().flatten();
        let free = (0..).zip(taken).filter(|(_, taken)| !**taken);
        pool.extend(free.map(|(partition, _)| (*topic, partition)));
    }
    pool
}

/// How many of the larger shares there are when it is a member's turn.
struct Shares {
    had_extra: bool,
    left: usize,
    /// The member and those after it.
    members: usize,
}

impl Shares {
    fn extra(&self, leaves: bool) -> Extra {
        let &Self { left, members, .. } = self;
        match (self.had_extra, leaves) {
            (false, _) => Extra::NoneLeft,
            (true, true) => Extra::LeftToLater {
                left,
                members: members - 1,
            },
            (true, false) => Extra::Taken { left, members },
        }
    }
}

fn kept_or_given_up(
    member: usize,
    (topic, partition): (Uuid, i32),
    gives_up: Option<GiveUp>,
) -> Event {
    let partition = TopicPartition::new(topic.to_string(), partition.cast_unsigned());
    match gives_up {
        None => Event::Kept { member, partition },
        Some(reason) => Event::GivenUp {
            member,
            partition,
            reason,
        },
    }
}
