//! The groups that are timed.
//!
//! Made by formula, so that the Java program in `tests/conformance` makes the same ones: names and
//! subscriptions are functions of numbers.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use assignor_core::assign::{
    Assignment, Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition,
};

/// How many topics, partitions per topic and members, and who subscribes to what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Topics.
    pub topics: u32,
    /// Partitions of every topic.
    pub partitions: u32,
    /// Members, before one more joins.
    pub members: u32,
    /// Whether all members subscribe to all topics. Else each does to a run of them, of its own
    /// length, round the circle.
    pub equal: bool,
}

/// The groups, small ones first.
pub const SHAPES: [Shape; 6] = [
    Shape::equal(10, 100, 100),
    Shape::mixed(50, 40, 200),
    Shape::mixed(100, 80, 240),
    Shape::equal(100, 100, 1000),
    Shape::equal(1000, 1000, 10_000),
    Shape::mixed(1000, 1000, 10_000),
];

impl Shape {
    const fn equal(topics: u32, partitions: u32, members: u32) -> Self {
        Self {
            topics,
            partitions,
            members,
            equal: true,
        }
    }

    const fn mixed(topics: u32, partitions: u32, members: u32) -> Self {
        Self {
            topics,
            partitions,
            members,
            equal: false,
        }
    }

    fn cluster(self) -> (Cluster, Vec<Arc<str>>) {
        let names = (0..self.topics).map(|topic| Arc::from(format!("topic-{topic:04}")));
        let names: Vec<Arc<str>> = names.collect();
        let topics = names.iter().map(Arc::clone);
        let topics = topics.map(|name| (name, Topic::new(self.partitions)));
        (topics.collect(), names)
    }

    fn members(self, names: &[Arc<str>], members: u32) -> Vec<GroupMember> {
        let all: Arc<[Arc<str>]> = names.into();
        let member = |number: u32| GroupMember {
            member_id: format!("consumer-{number}-{:016x}", mix(number)).into(),
            subscription: if self.equal {
                Arc::clone(&all)
            } else {
                self.run_of_topics(names, number)
            },
            ..GroupMember::default()
        };
        (0..members).map(member).collect()
    }

    fn run_of_topics(self, names: &[Arc<str>], number: u32) -> Arc<[Arc<str>]> {
        let all = u64::from(self.topics);
        let random = mix(number);
        let start = (random >> 8) % all;
        // A few topics or a hundred, not more: nobody subscribes to half of a large cluster.
        let length = 1 + (random >> 40) % all.min(100);
        let mut run: Vec<Arc<str>> = (0..length)
            .filter_map(|step| names.get(usize::try_from((start + step) % all).ok()?))
            .map(Arc::clone)
            .collect();
        run.sort_unstable();
        run.into()
    }
}

/// Such as `equal 10x100x100`.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = if self.equal { "equal" } else { "mixed" };
        let Self {
            topics,
            partitions,
            members,
            ..
        } = self;
        write!(f, "{kind} {topics}x{partitions}x{members}")
    }
}

/// A number that looks random.
fn mix(number: u32) -> u64 {
    let mut x = u64::from(number + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^= x >> 32;
    x = x.wrapping_mul(0xd6e8_feb8_6659_fd93);
    x ^ (x >> 32)
}

/// Which assignment is timed. Shown as `sticky, equal 10x100x100, join`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// The group.
    pub shape: Shape,
    /// Who assigns.
    pub assignor: AssignorName,
    /// Which of its assignments.
    pub step: Step,
}

/// Which assignment of a group is timed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The first one: nobody owns anything.
    First,
    /// The one after it, with one member more.
    Join,
}

impl Spec {
    /// Everything that is timed, small groups first.
    pub fn all() -> impl Iterator<Item = Self> {
        SHAPES.into_iter().flat_map(|shape| {
            AssignorName::ALL.into_iter().flat_map(move |assignor| {
                [Step::First, Step::Join].map(|step| Self {
                    shape,
                    assignor,
                    step,
                })
            })
        })
    }
}

impl fmt::Display for Spec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = match self.step {
            Step::First => "first",
            Step::Join => "join",
        };
        write!(f, "{}, {}, {step}", self.assignor, self.shape)
    }
}

/// An assignment to be made.
#[derive(Debug)]
pub struct Case {
    assignor: AssignorName,
    /// The topics.
    pub cluster: Cluster,
    /// The members with what they say.
    pub members: Vec<GroupMember>,
}

impl Case {
    /// Makes the group; for [`Step::Join`] that means to assign once.
    pub fn new(spec: Spec) -> Self {
        let Spec {
            shape,
            assignor,
            step,
        } = spec;
        let (cluster, names) = shape.cluster();
        let members = match step {
            Step::First => shape.members(&names, shape.members),
            Step::Join => {
                let mut members = shape.members(&names, shape.members + 1);
                let joining = members.pop();
                if let Ok(first) = Assignor::new(assignor).assign(&cluster, &members) {
                    let mut lists: BTreeMap<_, _> = first.into_iter().collect();
                    for member in &mut members {
                        let list = lists.remove(&member.member_id).unwrap_or_default();
                        claim(assignor, member, list);
                    }
                }
                members.extend(joining);
                members
            }
        };
        Self {
            assignor,
            cluster,
            members,
        }
    }

    /// Makes the assignment; `None` if the assignor has no answer.
    pub fn assign(&self) -> Option<Assignment> {
        let mut assignor = Assignor::new(self.assignor);
        assignor.assign(&self.cluster, &self.members).ok()
    }
}

/// What the member says when it joins again, in generation 1.
fn claim(name: AssignorName, member: &mut GroupMember, mut list: Vec<TopicPartition>) {
    let mut own = Assignor::new(name);
    own.on_assignment(list.iter().cloned(), 1);
    member.user_data = own.subscription_user_data();
    member.generation_id = Some(1);
    if name == AssignorName::CooperativeSticky {
        list.sort_unstable();
        member.owned_partitions = list;
    }
}
