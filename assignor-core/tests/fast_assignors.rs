//! The assignors answer the same whether or not somebody listens.
//!
//! A listener gets the literal algorithms, step by step as in Java; without one, large groups are
//! why the sticky assignors and range have other ways to the same lists. Groups here live through
//! several rebalances, in which members join, leave, miss a generation, forget, lie and change their
//! minds, and topics grow, shrink and vanish.
//!
//! `PROPTEST_CASES=1000000 cargo test -p assignor-core --release --test fast_assignors` for longer.
// Functions shared by the tests are tests too.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use assignor_core::assign::explain::{Event, Listen};
use assignor_core::assign::{
    AssignError, Assignment, Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition,
    user_data,
};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Some of them share a bin, and some a hash.
const TOPICS: [&str; 7] = ["AaAa", "BBBB", "AaBB", "t1", "t2", "orders", "payments"];
const IDS: [&str; 16] = [
    "AaAaAaAa",
    "BBBBBBBB",
    "AaBBAaBB",
    "BBAaBBAa",
    "AaAaBBBB",
    "consumer1",
    "consumer2",
    "consumer3",
    "C0",
    "C1",
    "C2",
    "m-9",
    "m-10",
    "é",
    "😀",
    "\u{ffee}",
];

struct Deaf;

impl Listen for Deaf {
    fn hear(&mut self, _: Event) {}
}

/// What happens to the group before a rebalance.
#[derive(Clone, Debug)]
enum Change {
    Join(&'static str, Vec<&'static str>),
    Leave(Index),
    Resubscribe(Index, Vec<&'static str>),
    /// The member keeps what it claimed before the last rebalance.
    Miss(Index),
    Forget(Index),
    Lie(Index, Vec<(&'static str, u32)>, Option<i32>),
    Resize(&'static str, u32),
    Rack(Index, &'static str),
    Instance(Index, &'static str),
    /// The topic's partitions are on racks, round the circle.
    Place(&'static str, u32),
}

fn topics() -> impl Strategy<Value = Vec<&'static str>> {
    prop_oneof![
        6 => proptest::sample::subsequence(&TOPICS[..], 0..=TOPICS.len()),
        3 => Just(TOPICS.to_vec()),
        1 => vec(select(&TOPICS[..]), 0..5),
    ]
}

fn change(racks: bool) -> BoxedStrategy<Change> {
    let member = any::<Index>;
    let claim = (
        select(&["t1", "t2", "AaAa", "orders", "gone"][..]),
        0..14_u32,
    );
    let common = prop_oneof![
        6 => (select(&IDS[..]), topics()).prop_map(|(id, topics)| Change::Join(id, topics)),
        3 => member().prop_map(Change::Leave),
        2 => (member(), topics()).prop_map(|(at, topics)| Change::Resubscribe(at, topics)),
        2 => member().prop_map(Change::Miss),
        1 => member().prop_map(Change::Forget),
        1 => (member(), vec(claim, 0..6), option::of(-1..6_i32))
            .prop_map(|(at, claims, generation)| Change::Lie(at, claims, generation)),
        2 => (select(&TOPICS[..]), 0..14_u32).prop_map(|(name, n)| Change::Resize(name, n)),
        1 => (member(), select(&["x", "y"][..])).prop_map(|(at, id)| Change::Instance(at, id)),
    ];
    if !racks {
        return common.boxed();
    }
    let rack = (member(), select(&["a", "b", "c", ""][..]));
    let rack = rack.prop_map(|(at, rack)| Change::Rack(at, rack));
    let place = (select(&TOPICS[..]), 1..4_u32).prop_map(|(name, n)| Change::Place(name, n));
    prop_oneof![4 => common, 2 => rack, 1 => place].boxed()
}

#[derive(Clone, Debug)]
struct History {
    assignor: AssignorName,
    sizes: Vec<u32>,
    /// Whether everyone subscribes to what the first member does.
    equal: bool,
    members: Vec<Change>,
    rebalances: Vec<Vec<Change>>,
}

fn history(racks: bool) -> impl Strategy<Value = History> {
    let join = (select(&IDS[..]), topics());
    (
        select(&AssignorName::ALL[..]),
        vec(0..14_u32, TOPICS.len()),
        any::<bool>(),
        vec(
            join.prop_map(|(id, topics)| Change::Join(id, topics)),
            1..12,
        ),
        vec(vec(change(racks), 0..4), 1..6),
    )
        .prop_map(|(assignor, sizes, equal, members, rebalances)| History {
            assignor,
            sizes,
            equal,
            members,
            rebalances,
        })
}

struct Group {
    assignor: AssignorName,
    equal: bool,
    cluster: Cluster,
    members: Vec<Member>,
    generation: i32,
}

#[derive(Clone)]
struct Member {
    says: GroupMember,
    owned: Vec<TopicPartition>,
    generation: Option<i32>,
    misses: bool,
}

impl Group {
    fn apply(&mut self, change: &Change) {
        let members = self.members.len();
        let at = |index: &Index| (members > 0).then(|| index.index(members));
        match change {
            Change::Join(id, topics) => {
                if self.members.iter().all(|m| &*m.says.member_id != *id) {
                    let says = GroupMember::new(*id, topics.iter().copied());
                    self.members.push(Member {
                        says,
                        owned: Vec::new(),
                        generation: None,
                        misses: false,
                    });
                }
            }
            Change::Leave(index) => {
                if let Some(at) = at(index) {
                    self.members.remove(at);
                }
            }
            Change::Resubscribe(index, topics) => {
                let topics = topics.iter().map(|&topic| Arc::from(topic)).collect();
                if let Some(m) = self.member(*index) {
                    m.says.subscription = topics;
                }
            }
            Change::Miss(index) => {
                if let Some(member) = self.member(*index) {
                    member.misses = true;
                }
            }
            Change::Forget(index) => {
                if let Some(member) = self.member(*index) {
                    member.owned.clear();
                    member.generation = None;
                }
            }
            Change::Lie(index, claims, generation) => {
                if let Some(member) = self.member(*index) {
                    let claims = claims.iter();
                    let claims = claims.map(|&(name, n)| TopicPartition::new(name, n));
                    member.owned = claims.collect();
                    member.generation = *generation;
                }
            }
            Change::Resize(name, partitions) => {
                self.cluster.insert(*name, Topic::new(*partitions));
            }
            Change::Rack(index, rack) => {
                let rack = Some((*rack).to_owned());
                if let Some(member) = self.member(*index) {
                    member.says.rack = rack;
                }
            }
            Change::Instance(index, id) => {
                let id = Some((*id).to_owned());
                if let Some(m) = self.member(*index) {
                    m.says.group_instance_id = id;
                }
            }
            Change::Place(name, replicas) => {
                let count = self.cluster.partition_count(name).unwrap_or_default();
                let racks =
                    |p| (p..p + replicas).map(|r| ["a", "b", "c"][r as usize % 3].to_owned());
                let racks = (0..count).map(|p| racks(p).collect()).collect();
                self.cluster.insert(*name, Topic::with_racks(racks));
            }
        }
        if self.equal
            && let Some(first) = self.members.first()
        {
            let topics = Arc::clone(&first.says.subscription);
            for member in &mut self.members {
                // Not always one list in memory.
                member.says.subscription = topics.iter().cloned().collect();
            }
        }
    }

    fn member(&mut self, index: Index) -> Option<&mut Member> {
        if self.members.is_empty() {
            return None;
        }
        let at = index.index(self.members.len());
        self.members.get_mut(at)
    }

    /// What the leader sees.
    fn joined(&self) -> Vec<GroupMember> {
        let members = self.members.iter().map(|member| {
            let mut says = member.says.clone();
            says.generation_id = member.generation;
            if self.assignor == AssignorName::Sticky {
                let generation = member.generation.unwrap_or(user_data::NO_GENERATION);
                says.user_data = user_data::encode_sticky(&member.owned, generation).ok();
            } else {
                says.owned_partitions.clone_from(&member.owned);
            }
            says
        });
        members.collect()
    }

    fn adopt(&mut self, assignment: &Assignment) {
        self.generation += 1;
        for member in &mut self.members {
            if std::mem::take(&mut member.misses) {
                continue;
            }
            let list = assignment.get(&member.says.member_id);
            member.owned = list.into_iter().flatten().collect();
            member.generation = Some(self.generation);
        }
    }
}

/// Plays a history; of each rebalance what two assignors answer, one of which tells.
fn answers(history: &History) -> Vec<[Result<Assignment, AssignError>; 2]> {
    let topics = TOPICS.into_iter().zip(&history.sizes);
    let mut group = Group {
        assignor: history.assignor,
        equal: history.equal,
        cluster: topics.map(|(name, &n)| (name, Topic::new(n))).collect(),
        members: Vec::new(),
        generation: 0,
    };
    for join in &history.members {
        group.apply(join);
    }
    let mut quiet = Assignor::new(history.assignor);
    let mut telling = quiet.clone();
    let mut answers = Vec::new();
    for changes in &history.rebalances {
        let members = group.joined();
        let answer = quiet.assign(&group.cluster, &members);
        let told = telling.assign_to_listener(&group.cluster, &members, &mut Deaf);
        if let Ok(assignment) = &told {
            group.adopt(assignment);
        }
        answers.push([answer, told]);
        for change in changes {
            group.apply(change);
        }
    }
    // What the assignor remembers is the same too.
    assert_eq!(quiet, telling);
    answers
}

proptest! {
    #[test]
    fn a_listener_changes_nothing(history in history(false)) {
        for [quiet, told] in answers(&history) {
            prop_assert_eq!(quiet, told);
        }
    }

    #[test]
    fn a_listener_changes_nothing_with_racks(history in history(true)) {
        for [quiet, told] in answers(&history) {
            prop_assert_eq!(quiet, told);
        }
    }
}
