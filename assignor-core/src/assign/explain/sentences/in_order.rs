//! Quotas, orders, and what is dealt.

use super::super::super::TopicPartition;
use super::super::explanation::Explained;
use super::super::words::{self, Sentence, count};
use super::super::{Deal, Event, Explanation};
use super::RACKS;

const ORDER: &str = "static members by group.instance.id, then the others by member id";

impl Explanation<'_> {
    pub(super) fn dealing(&self, at: usize, event: &Event) -> Option<Sentence> {
        match event {
            Event::TopicQuota {
                topic,
                partitions,
                subscribers,
                quota,
                extras,
            } => Some(self.topic_quota(topic, *partitions, subscribers, *quota, *extras)),
            Event::CoPartitioned { topics } => {
                let topics: Vec<String> =
                    topics.iter().map(|name| words::printable(name)).collect();
                let text = format!(
                    "{} have the same subscribers and the same number of partitions: partitions \
                     with the same number go to one member.",
                    words::list(&topics)
                );
                Some(Sentence::new(text, RACKS))
            }
            Event::Circle { members } => {
                let order = words::list(&self.ids(members.iter().copied()));
                let text = format!("The members take turns in the order {order} ({ORDER}).");
                Some(Sentence::new(text, self.assignor.source()))
            }
            Event::Dealt {
                member,
                partition,
                reason,
            } => Some(self.dealt(at, *member, partition, *reason)),
            _ => None,
        }
    }

    fn topic_quota(
        &self,
        topic: &str,
        partitions: usize,
        subscribers: &[usize],
        quota: usize,
        extras: usize,
    ) -> Sentence {
        let topic = words::printable(topic);
        let more = if extras == 0 {
            String::new()
        } else {
            format!(", and 1 more for {extras} of them")
        };
        let order = words::list(&self.ids(subscribers.iter().copied()));
        let text = format!(
            "{topic} has {} for {}: {quota} each{more}. The order is {order} ({ORDER}).",
            count(partitions, "partition"),
            count(subscribers.len(), "subscriber"),
        );
        Sentence::new(text, self.assignor.source())
    }

    fn dealt(
        &self,
        at: usize,
        member: usize,
        partition: &TopicPartition,
        reason: Deal,
    ) -> Sentence {
        let id = self.id(member);
        let name = words::partition(partition);
        match reason {
            Deal::RangeRun { room } => self.range_run(at, member, partition, room),
            Deal::RangeInRack { room } => {
                let run = words::partitions(self.run(at, member, partition));
                let rack = self.in_rack(member);
                let rack = if rack.is_empty() {
                    ", without a rack, which fits every partition,".to_owned()
                } else {
                    rack
                };
                let text = format!(
                    "First come partitions with a replica in the member's rack: {id}{rack} may get \
                     {room} and gets {run}."
                );
                Sentence::new(text, RACKS)
            }
            Deal::RangeInStep => {
                let rack = self.in_rack(member);
                let number = partition.partition;
                let text = format!(
                    "{id}{rack} is the first in the order that has room and fits the racks of \
                     partition {number} of all these topics, so it gets {name} with the others."
                );
                Sentence::new(text, RACKS)
            }
            Deal::Pool { .. } => {
                let run = words::partitions(self.run(at, member, partition));
                let text = format!(
                    "{}Out of what nobody keeps, in the order of Java's sets, it gets {run}.",
                    self.allowance_of(member)
                );
                Sentence::new(text, self.assignor.source())
            }
            Deal::Turn { skipped } => self.turn(member, partition, skipped),
            Deal::BelowMin { has, in_rack } => {
                let (min, _) = self.landmarks.quota;
                let among = if in_rack {
                    format!("of those in {} ", self.racks_of(partition))
                } else {
                    String::new()
                };
                let text = format!(
                    "{id} has {has}, fewer than the {min} that everyone gets, and is the next \
                     {among}in turn: it gets {name}."
                );
                Sentence::new(
                    text,
                    if in_rack {
                        RACKS
                    } else {
                        self.assignor.source()
                    },
                )
            }
            Deal::Extra { has, in_rack: true } => {
                let text = format!(
                    "Nobody in {} has fewer than everyone gets; {id}, which has {has}, is the next \
                     there that may have one more: it gets {name}.",
                    self.racks_of(partition)
                );
                Sentence::new(text, RACKS)
            }
            Deal::Extra { has, .. } => {
                let text = format!(
                    "Nobody has fewer than everyone gets; {id}, which has {has}, is the next that \
                     may have one more: it gets {name}."
                );
                Sentence::new(text, self.assignor.source())
            }
            Deal::LeastLoaded { has, in_rack } => {
                let topic = words::printable(&partition.topic);
                let among = if in_rack {
                    format!(
                        " that are in {} or without a rack",
                        self.racks_of(partition)
                    )
                } else {
                    String::new()
                };
                let tie = match self.assignor {
                    Explained::Consumer(..) => "the first by id",
                    Explained::Broker(_) => "the next in the order of Java's HashMap",
                };
                let text = format!(
                    "{id} has {has}, the fewest of the subscribers of {topic}{among} (of equal \
                     ones {tie}): it gets {name}."
                );
                Sentence::new(
                    text,
                    if in_rack {
                        RACKS
                    } else {
                        self.assignor.source()
                    },
                )
            }
        }
    }

    fn turn(&self, member: usize, partition: &TopicPartition, skipped: usize) -> Sentence {
        let id = self.id(member);
        let name = words::partition(partition);
        let circle = &self.landmarks.circle;
        let place = circle
            .iter()
            .position(|&other| other == member)
            .unwrap_or(0);
        let before = (0..skipped).rev().filter_map(|back| {
            let at = (place + circle.len()).checked_sub(back + 1)?;
            circle.get(at.checked_rem(circle.len())?).copied()
        });
        let text = if skipped == 0 {
            format!("It is {id}'s turn: it gets {name}.")
        } else {
            format!(
                "{} would have the turn, but {} not subscribe to {}; next is {id}: it gets {name}.",
                words::list(&self.ids(before)),
                if skipped == 1 { "does" } else { "do" },
                words::printable(&partition.topic),
            )
        };
        Sentence::new(text, self.assignor.source())
    }

    fn range_run(
        &self,
        at: usize,
        member: usize,
        partition: &TopicPartition,
        room: usize,
    ) -> Sentence {
        let id = self.id(member);
        let run = self.run(at, member, partition);
        let is_full = run.len() == room;
        let run = words::partitions(run);
        let quota = self.landmarks.topic_quotas.get(&partition.topic);
        let quota = quota.and_then(|&at| self.events.get(at));
        let Some(Event::TopicQuota {
            subscribers,
            quota,
            extras,
            ..
        }) = quota
        else {
            return Sentence::new(format!("{id} gets {run}."), self.assignor.source());
        };
        let place = subscribers.iter().position(|&other| other == member);
        let place = place.unwrap_or(0) + 1;
        let of = subscribers.len();
        let in_full = quota + usize::from(place <= *extras);
        let text = if room == in_full && is_full {
            format!("{id} is number {place} of {of} in the order and gets {room}: {run}.")
        } else {
            format!(
                "What is left goes out in the same order: {id}, number {place} of {of}, may get \
                 {room} and gets {run}."
            )
        };
        Sentence::new(text, self.assignor.source())
    }

    /// What the member is dealt of the topic in the same pass, around the event at `at`.
    fn run(&self, at: usize, member: usize, partition: &TopicPartition) -> Vec<&TopicPartition> {
        let Some(Event::Dealt { reason, .. }) = self.events.get(at) else {
            return Vec::new();
        };
        let same = |event: &&Event| {
            matches!(event, Event::Dealt { member: other, partition: held, reason: for_that }
                if *other == member && held.topic == partition.topic && for_that == reason)
        };
        let (before, from) = self.events.split_at(at);
        let start = before.iter().rev().take_while(same).count();
        let run = before[before.len() - start..].iter().chain(from);
        let run = run.take_while(same).flat_map(Event::partitions);
        run.collect()
    }
}
