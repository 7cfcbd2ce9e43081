//! An assignment made out of nothing but its events.
//!
//! Whatever is said about an assignment rests on the same events, so that what they leave out or
//! get wrong shows here.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::TopicPartition;
use super::Event;

/// Who has what, as far as the events have come.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    members: Vec<Arc<str>>,
    lists: Vec<Vec<TopicPartition>>,
    before_balancing: Option<Vec<Vec<TopicPartition>>>,
}

impl Replay {
    /// Nobody has anything, and there are no members yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// All of these events, from the first on.
    pub fn of<'a>(events: impl IntoIterator<Item = &'a Event>) -> Self {
        let mut replay = Self::new();
        for event in events {
            replay.step(event);
        }
        replay
    }

    /// Goes one event on. A number that is no member's is passed over.
    pub fn step(&mut self, event: &Event) {
        match event {
            Event::Group { members } => {
                self.lists = vec![Vec::new(); members.len()];
                self.members.clone_from(members);
            }
            Event::Kept { member, partition }
            | Event::Dealt {
                member, partition, ..
            } => self.add(*member, partition),
            Event::Moved {
                from,
                to,
                partition,
                ..
            } => {
                self.take(*from, partition);
                self.add(*to, partition);
            }
            Event::Withheld {
                member, partition, ..
            } => self.take(*member, partition),
            Event::Sorted => {
                for list in &mut self.lists {
                    list.sort();
                }
            }
            Event::Balancing => self.before_balancing = Some(self.lists.clone()),
            Event::Reverted { .. } => {
                if let Some(before) = self.before_balancing.take() {
                    self.lists = before;
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, member: usize, partition: &TopicPartition) {
        if let Some(list) = self.lists.get_mut(member) {
            list.push(partition.clone());
        }
    }

    /// The first of them, where a list holds a partition twice.
    fn take(&mut self, member: usize, partition: &TopicPartition) {
        if let Some(list) = self.lists.get_mut(member)
            && let Some(at) = list.iter().position(|held| held == partition)
        {
            list.remove(at);
        }
    }

    /// Member ids with their partitions, both in the order of the assignment.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &[TopicPartition])> {
        let lists = self.lists.iter().map(Vec::as_slice);
        self.members.iter().map(|id| &**id).zip(lists)
    }

    /// Who has each partition. Where several have one, as contradictory claims can bring about,
    /// the last of them.
    pub fn owners(&self) -> BTreeMap<&TopicPartition, usize> {
        let lists = self.lists.iter().enumerate();
        lists
            .flat_map(|(member, list)| list.iter().map(move |held| (held, member)))
            .collect()
    }
}
