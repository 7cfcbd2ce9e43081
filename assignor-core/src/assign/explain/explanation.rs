//! An assignment with its reasons.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::java::Uuid;

use super::super::measures::{Balance, Change, Owners};
use super::super::release::Release;
use super::super::{
    AssignError, Assignment, Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition,
    server,
};
use super::words::{self, Sentence};
use super::{Event, Standing};

/// An assignment, and every decision that led to it.
///
/// It needs nothing but what the leader had: the assignor as it was, its metadata and the members.
#[derive(Clone, Debug)]
pub struct Explanation<'a> {
    pub(super) assignor: Explained,
    pub(super) cluster: Cow<'a, Cluster>,
    pub(super) group: Cow<'a, [GroupMember]>,
    pub(super) ids: Vec<Arc<str>>,
    pub(super) events: Vec<Event>,
    outcome: Result<Assignment, Failure>,
    /// Members that a broker's assignor has no entry for.
    left_out: BTreeSet<Arc<str>>,
    before: Owners,
    /// Where in `events` each partition occurs.
    places: BTreeMap<TopicPartition, Vec<usize>>,
    pub(super) landmarks: Landmarks,
}

/// Whose decisions are explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Explained {
    Consumer(AssignorName, Release),
    Broker(server::AssignorName),
}

impl Explained {
    /// Where its rules are written, if no KIP or issue says more.
    pub(super) fn source(self) -> &'static str {
        match self {
            Self::Consumer(AssignorName::Range, _) => "RangeAssignor",
            Self::Consumer(AssignorName::RoundRobin, _) => "RoundRobinAssignor",
            Self::Consumer(..) => "AbstractStickyAssignor",
            Self::Broker(server::AssignorName::Range) => "KIP-848, RangeAssignor of the broker",
            Self::Broker(server::AssignorName::Uniform) => "KIP-848, UniformAssignor",
        }
    }

    /// Which partitions a member keeps that has too many, and where that is written.
    pub(super) fn order_of_keeping(self) -> (&'static str, &'static str) {
        match self {
            Self::Consumer(_, release) if release.keeps_of_every_topic() => (
                "the first ones by partition number, then topic,",
                "KAFKA-16277, AbstractStickyAssignor",
            ),
            Self::Consumer(..) => ("the first ones that it listed", self.source()),
            Self::Broker(_) => (
                "the first ones in the order of Java's map of topics and sets of partitions",
                self.source(),
            ),
        }
    }
}

/// Why there is no assignment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The consumer's assignor throws, or never returns.
    #[error(transparent)]
    Consumer(AssignError),
    /// The broker's assignor throws.
    #[error(transparent)]
    Broker(server::AssignError),
}

impl Failure {
    /// The simple name of the Java exception; `None` where the code never returns.
    pub const fn java_name(&self) -> Option<&'static str> {
        match self {
            Self::Consumer(AssignError::Endless) => None,
            Self::Consumer(error) => Some(error.java_name()),
            Self::Broker(error) => Some(error.java_name()),
        }
    }
}

/// Where in the events others find what they refer to.
#[derive(Clone, Debug, Default)]
pub(super) struct Landmarks {
    /// Of the sticky assignors: partitions per member, and how many members get one more.
    pub(super) quota: (usize, usize),
    /// By member number.
    pub(super) allowances: BTreeMap<usize, usize>,
    /// Members that took an extra, in the order in which they did.
    pub(super) extras: Vec<usize>,
    pub(super) topic_quotas: BTreeMap<Arc<str>, usize>,
    pub(super) co_partitioned: BTreeMap<Arc<str>, usize>,
    /// The order of turns.
    pub(super) circle: Vec<usize>,
}

impl Landmarks {
    fn note(&mut self, at: usize, event: &Event) {
        match event {
            Event::Quota { min, extras, .. } => self.quota = (*min, *extras),
            Event::Share { member, .. } => {
                self.allowances.insert(*member, at);
            }
            Event::Allowance {
                member, standing, ..
            } => {
                self.allowances.insert(*member, at);
                if matches!(standing, Standing::Extra { .. }) {
                    self.extras.push(*member);
                }
            }
            Event::TopicQuota { topic, .. } => {
                self.topic_quotas.insert(Arc::clone(topic), at);
            }
            Event::CoPartitioned { topics } => {
                let topics = topics.iter().map(|topic| (Arc::clone(topic), at));
                self.co_partitioned.extend(topics);
            }
            Event::Circle { members } => self.circle.clone_from(members),
            _ => {}
        }
    }
}

/// A partition whose owner is another one than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer<'a> {
    /// The partition.
    pub partition: &'a TopicPartition,
    /// Who had it, if anyone. May have left the group.
    pub from: Option<&'a str>,
    /// Who has it now, if anyone.
    pub to: Option<&'a str>,
    /// Why it left the one and went to the other.
    pub why: Vec<Sentence>,
}

impl<'a> Explanation<'a> {
    /// Lets the assignor of a consumer assign.
    pub(in super::super) fn new(
        assignor: &mut Assignor,
        cluster: &'a Cluster,
        members: &'a [GroupMember],
    ) -> Self {
        let mut events: Vec<Event> = Vec::new();
        let outcome = assignor.assign_to_listener(cluster, members, &mut events);
        Self {
            assignor: Explained::Consumer(assignor.name(), assignor.release()),
            cluster: Cow::Borrowed(cluster),
            group: Cow::Borrowed(members),
            before: Owners::claimed(assignor, members),
            outcome: outcome.map_err(Failure::Consumer),
            ..Self::of_events(events)
        }
    }

    /// Lets the assignor of a broker assign.
    pub(in super::super) fn of_broker(
        assignor: server::Assignor,
        spec: &server::GroupSpec,
    ) -> Explanation<'static> {
        let mut events: Vec<Event> = Vec::new();
        let outcome = assignor.assign_to_listener(spec, &mut events);
        let topics = spec.topics.iter();
        let topics = topics.map(|(id, count)| (id.to_string(), Topic::new(*count)));
        let members = spec.members.iter().map(|member| GroupMember {
            group_instance_id: member.instance_id.clone(),
            ..GroupMember::new(
                member.member_id.as_str(),
                member.topics.iter().map(ToString::to_string),
            )
        });
        let before = spec.members.iter().flat_map(|member| {
            let id: Arc<str> = member.member_id.as_str().into();
            let current = member.current.iter();
            let current = current.flat_map(|(topic, held)| named(*topic, held));
            current.map(move |partition| (partition, Arc::clone(&id)))
        });
        let mut left_out = BTreeSet::new();
        let outcome = outcome.map(|target| {
            let lists = target.iter().map(|(id, held)| {
                if held.is_none() {
                    left_out.insert(Arc::from(id));
                }
                let held = held.into_iter().flatten();
                let held = held.flat_map(|(topic, held)| named(*topic, held));
                (Arc::from(id), held.collect())
            });
            Assignment::from_lists(lists.collect())
        });
        Explanation {
            assignor: Explained::Broker(assignor.name()),
            cluster: Cow::Owned(topics.collect()),
            group: Cow::Owned(members.collect()),
            before: before.collect(),
            outcome: outcome.map_err(Failure::Broker),
            left_out,
            ..Explanation::of_events(events)
        }
    }

    fn of_events(events: Vec<Event>) -> Self {
        let mut places: BTreeMap<TopicPartition, Vec<usize>> = BTreeMap::new();
        let mut landmarks = Landmarks::default();
        let mut ids = Vec::new();
        for (at, event) in events.iter().enumerate() {
            for partition in event.partitions() {
                match places.get_mut(partition) {
                    Some(places) => places.push(at),
                    None => {
                        places.insert(partition.clone(), vec![at]);
                    }
                }
            }
            if let Event::Group { members } = event {
                ids.clone_from(members);
            }
            landmarks.note(at, event);
        }
        Self {
            assignor: Explained::Consumer(AssignorName::Range, Release::NEWEST),
            cluster: Cow::Owned(Cluster::new()),
            group: Cow::Borrowed(&[]),
            ids,
            events,
            outcome: Ok(Assignment::default()),
            left_out: BTreeSet::new(),
            before: Owners::new(),
            places,
            landmarks,
        }
    }

    /// With other owners than the members claim: those that had left, for example.
    #[must_use]
    pub fn with_owners_before(mut self, before: Owners) -> Self {
        self.before = before;
        self
    }

    /// The name of the assignor; that of a broker's begins with `server-`.
    pub fn assignor(&self) -> String {
        match self.assignor {
            Explained::Consumer(name, _) => name.to_string(),
            Explained::Broker(name) => format!("server-{name}"),
        }
    }

    /// The assignment, or why Kafka's code has none.
    pub fn outcome(&self) -> Result<&Assignment, &Failure> {
        self.outcome.as_ref()
    }

    /// Whether a broker's assignor has no entry for the member, which then stands in the assignment
    /// with nothing.
    pub fn leaves_out(&self, member_id: &str) -> bool {
        self.left_out.contains(member_id)
    }

    /// Every decision, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Who owned what before.
    pub fn owners_before(&self) -> &Owners {
        &self.before
    }

    /// How good the assignment is; `None` if there is none.
    pub fn balance(&self) -> Option<Balance> {
        let assignment = self.outcome.as_ref().ok()?;
        Some(Balance::of(&self.cluster, &self.group, assignment))
    }

    /// How much it changes; `None` if there is no assignment.
    pub fn change(&self) -> Option<Change> {
        let assignment = self.outcome.as_ref().ok()?;
        let change = Change::between(&self.cluster, &self.group, &self.before, assignment);
        Some(change)
    }

    /// Whether the partition exists, or someone claims it.
    pub fn knows(&self, partition: &TopicPartition) -> bool {
        let count = self.cluster.partition_count(&partition.topic);
        count.is_some_and(|count| partition.partition < count)
            || self.places.contains_key(partition)
            || self.before.get(partition).is_some()
    }

    /// What holds for the group as a whole: quotas, orders, whether racks count, and how it ends.
    pub fn of_group(&self) -> Vec<Sentence> {
        let events = (0..self.events.len()).filter(|&at| self.events[at].is_about_all());
        let mut sentences: Vec<Sentence> = events.filter_map(|at| self.sentence(at)).collect();
        sentences.extend(self.failure());
        sentences
    }

    /// Why a partition is where it is, from the first claim on it to its owner.
    pub fn of_partition(&self, partition: &TopicPartition) -> Vec<Sentence> {
        let mut sentences = Vec::new();
        let places = self.places.get(partition).map_or(&[][..], Vec::as_slice);
        if places.is_empty() {
            sentences.push(self.absent(partition));
            return sentences;
        }
        let concerns = |event: &Event| match event {
            Event::TopicQuota { topic, .. } => *topic == partition.topic,
            Event::Racks { topic, .. } => topic.as_ref().is_none_or(|t| *t == partition.topic),
            Event::CoPartitioned { topics } => topics.contains(&partition.topic),
            Event::Circle { .. } | Event::Subscriptions { .. } | Event::Quota { .. } => true,
            Event::Reverted { .. } => places
                .iter()
                .any(|&at| matches!(self.events[at], Event::Moved { .. })),
            _ => false,
        };
        let context = self.events.iter().enumerate();
        let context = context.filter(|(_, event)| concerns(event));
        let mut at: Vec<usize> = context.map(|(at, _)| at).collect();
        at.extend(places);
        at.sort_unstable();
        sentences.extend(at.into_iter().filter_map(|at| self.sentence(at)));
        sentences.push(match self.failure() {
            Some(failure) => failure,
            None => self.conclusion(partition),
        });
        sentences
    }

    /// What has another owner than before, from whom it came, to whom it went, and why that one.
    pub fn transfers(&self) -> Vec<Transfer<'_>> {
        let Ok(assignment) = &self.outcome else {
            return Vec::new();
        };
        let mut after: BTreeMap<TopicPartition, Vec<&str>> = BTreeMap::new();
        for (member, list) in assignment.iter() {
            for held in list {
                after.entry(held).or_default().push(member);
            }
        }
        let mut all: Vec<&TopicPartition> = self.places.keys().collect();
        all.extend(self.before.iter().map(|(partition, _)| partition));
        all.sort();
        all.dedup();
        let transfers = all.into_iter().filter_map(|partition| {
            let from = self.before.get(partition);
            let holders = after.get(partition).map_or(&[][..], Vec::as_slice);
            let stays = from.map_or(holders.is_empty(), |owner| holders.contains(&owner));
            (!stays).then(|| Transfer {
                partition,
                from,
                to: holders.last().copied(),
                why: self.reasons(partition),
            })
        });
        transfers.collect()
    }

    /// The decisions that took the partition from one member and gave it to another.
    fn reasons(&self, partition: &TopicPartition) -> Vec<Sentence> {
        let places = self.places.get(partition).map_or(&[][..], Vec::as_slice);
        let decides = |at: &&usize| {
            !matches!(
                self.events[**at],
                Event::Claim { .. } | Event::Remembered { .. } | Event::Kept { .. }
            )
        };
        let decisions = places.iter().filter(decides);
        let reasons: Vec<Sentence> = decisions.filter_map(|&at| self.sentence(at)).collect();
        if reasons.is_empty() {
            return vec![self.absent(partition)];
        }
        reasons
    }

    /// The id of a member by its number.
    pub(super) fn id(&self, member: usize) -> String {
        words::printable(self.ids.get(member).map_or("", |id| id))
    }

    pub(super) fn ids(&self, members: impl IntoIterator<Item = usize>) -> Vec<String> {
        members.into_iter().map(|member| self.id(member)).collect()
    }

    pub(super) fn member(&self, member: usize) -> Option<&GroupMember> {
        let id = self.ids.get(member)?;
        // A repeated id replaces the earlier entry.
        self.group
            .iter()
            .rev()
            .find(|member| member.member_id == *id)
    }

    fn failure(&self) -> Option<Sentence> {
        let error = self.outcome.as_ref().err()?;
        let text = match error.java_name() {
            None => format!("Kafka's code never returns: {error}."),
            Some(name) => format!("Kafka's code throws {name}: {error}."),
        };
        Some(Sentence::new(text, ""))
    }

    fn absent(&self, partition: &TopicPartition) -> Sentence {
        let topic = words::printable(&partition.topic);
        let text = match self.cluster.partition_count(&partition.topic) {
            None => format!("{topic} doesn't exist."),
            Some(0) => format!("{topic} has no partitions."),
            Some(count) if partition.partition >= count => {
                let count = usize::try_from(count).unwrap_or(usize::MAX);
                format!(
                    "{topic} has {}, counted from 0.",
                    words::count(count, "partition")
                )
            }
            Some(_) => format!("Nobody subscribes to {topic}."),
        };
        Sentence::new(text, "")
    }

    fn conclusion(&self, partition: &TopicPartition) -> Sentence {
        let name = words::partition(partition);
        let mut holders = Vec::new();
        for (member, list) in self.outcome.iter().flat_map(Assignment::iter) {
            if list.has(partition) {
                holders.push(member);
            }
        }
        let before = self.before.get(partition);
        let text = match (before, holders.as_slice()) {
            (Some(owner), []) => format!(
                "So {} had {name}, and nobody has it now.",
                words::printable(owner)
            ),
            (None, []) => format!("So nobody has {name}."),
            (Some(owner), [only]) if owner == *only => {
                format!("So {} keeps {name}.", words::printable(only))
            }
            (Some(owner), [only]) => format!(
                "So {name} goes from {} to {}.",
                words::printable(owner),
                words::printable(only)
            ),
            (None, [only]) => format!("So {} gets {name}.", words::printable(only)),
            (_, several) => {
                let names = several.iter().map(|member| words::printable(member));
                format!(
                    "So {} have {name} at once.",
                    words::list(&names.collect::<Vec<_>>())
                )
            }
        };
        Sentence::new(text, "")
    }
}

/// A topic's partitions by name.
fn named(topic: Uuid, partitions: &[u32]) -> Vec<TopicPartition> {
    let name: Arc<str> = topic.to_string().into();
    let partitions = partitions.iter();
    partitions
        .map(|&partition| TopicPartition::new(Arc::clone(&name), partition))
        .collect()
}
