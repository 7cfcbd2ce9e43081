//! The algorithm for subscriptions that differ.
//!
//! Unassigned partitions go to the least loaded subscriber; then partitions move, one by one, from
//! members to less loaded ones until no single move helps. This is Kafka's own procedure step by
//! step, with its effort: every step asks anew whether the assignment is balanced.

use std::collections::BTreeSet;

use crate::java::{self, cmp_utf16};

use super::super::AssignError;
use super::super::explain::{Deal, Event, GiveUp, Listener, Move};
use super::super::group::Group;
use super::movements::{Movements, MovementsStanding};
use super::{Ownership, Partitions, RackInfo, spread, wrapping};

/// Per member its partitions, and the members in the order of Java's map of these. `previous` has the
/// outdated owner of every existing partition.
pub(super) fn assign(
    group: &Group<'_>,
    partitions: &Partitions,
    racks: &RackInfo,
    ownership: Ownership,
    previous: &[Option<usize>],
    mut listener: Listener<'_>,
) -> Result<(Vec<Vec<usize>>, Vec<usize>), AssignError> {
    let topics = Topics::new(group, partitions);
    let mut lists = ownership.owned;
    // Java's map of assignments, a copy of the map of members, with an order of its own.
    let members = group.members.iter().map(|member| member.id);
    let in_map: java::HashMap<&str, usize> = members.zip(0..).collect();
    let mut owners = vec![None; partitions.len()];
    for &member in in_map.values() {
        for &id in &lists[member] {
            owners[id] = Some(member);
        }
    }
    let revoked_any = drop_unusable(group, partitions, racks, &mut lists, &mut listener);
    let mut assigned: Vec<usize> = lists.iter().flatten().copied().collect();
    assigned.sort_by_key(|&id| topics.key(partitions, id));
    let unassigned = super::unassigned(topics.all.iter().copied(), &assigned);

    let mut balancing = Balancing {
        group,
        partitions,
        topics: &topics,
        previous,
        ranks: ranks(group),
        by_load: BTreeSet::new(),
        in_map,
        lists: lists.into_iter().map(Some).collect(),
        owners,
        movements: Movements::new(group),
        known_balanced: None,
        listener: listener.by_ref(),
    };
    for member in 0..group.members.len() {
        balancing.enter(member);
    }
    balancing.balance(racks, unassigned, revoked_any)
}

/// Takes from every member what it doesn't subscribe to or what is in none of its racks; answers
/// whether there was any.
fn drop_unusable(
    group: &Group<'_>,
    partitions: &Partitions,
    racks: &RackInfo,
    lists: &mut [Vec<usize>],
    listener: &mut Listener<'_>,
) -> bool {
    let mut dropped = false;
    for (member, list) in lists.iter_mut().enumerate() {
        let subscribed: BTreeSet<usize> = group.topics_of(member).collect();
        let before = list.len();
        list.retain(|&id| {
            let is_subscribed = subscribed.contains(&partitions.topic(id));
            let keeps = is_subscribed && !racks.mismatch(member, id);
            listener.tell(|| {
                let partition = partitions.name(group, id);
                if keeps {
                    return Event::Kept { member, partition };
                }
                Event::GivenUp {
                    member,
                    partition,
                    reason: if is_subscribed {
                        GiveUp::OtherRack
                    } else {
                        GiveUp::NotSubscribed
                    },
                }
            });
            keeps
        });
        dropped |= list.len() != before;
    }
    dropped
}

/// The place of each member among the sorted ids.
fn ranks(group: &Group<'_>) -> Vec<usize> {
    let mut order: Vec<usize> = (0..group.members.len()).collect();
    order.sort_by(|&a, &b| cmp_utf16(group.members[a].id, group.members[b].id));
    let mut ranks = vec![0; order.len()];
    for (rank, &member) in order.iter().enumerate() {
        ranks[member] = rank;
    }
    ranks
}

/// Who may get what.
struct Topics {
    /// Per topic its subscribers in Java's order, a member once per mention of the topic.
    subscribers: Vec<Vec<usize>>,
    /// Per member its topics, sorted.
    subscribed: Vec<Vec<usize>>,
    /// Per member how many partitions its subscription comes to.
    most: Vec<usize>,
    /// All partitions: topics with fewer subscribers first.
    all: Vec<usize>,
}

impl Topics {
    fn new(group: &Group<'_>, partitions: &Partitions) -> Self {
        let mut subscribers = vec![Vec::new(); group.topics.len()];
        let mut subscribed = Vec::with_capacity(group.members.len());
        let mut most = Vec::with_capacity(group.members.len());
        for member in 0..group.members.len() {
            let mut topics: Vec<usize> = group.topics_of(member).collect();
            for &topic in &topics {
                subscribers[topic].push(member);
            }
            let counts = topics.iter().map(|&topic| group.topics[topic].partitions);
            most.push(if topics.len() == group.topics.len() {
                partitions.existing()
            } else {
                counts.sum()
            });
            topics.sort_unstable();
            subscribed.push(topics);
        }
        let mut order: Vec<usize> = (0..group.topics.len()).collect();
        order.sort_by_key(|&topic| (subscribers[topic].len(), topic));
        let ids = order.iter();
        let all = ids.flat_map(|&topic| partitions.of_topic(group, topic));
        Self {
            all: all.collect(),
            subscribers,
            subscribed,
            most,
        }
    }

    /// Sorts partitions as `all` is sorted.
    fn key(&self, partitions: &Partitions, id: usize) -> (usize, usize, i32) {
        let (topic, partition) = partitions.key(id);
        (self.subscribers[topic].len(), topic, partition)
    }

    fn subscribes(&self, member: usize, topic: usize) -> bool {
        self.subscribed[member].binary_search(&topic).is_ok()
    }

    /// Whether a topic's partitions have somewhere else to go.
    fn is_shared(&self, topic: usize) -> bool {
        self.subscribers[topic].len() > 1
    }
}

struct Balancing<'a> {
    group: &'a Group<'a>,
    partitions: &'a Partitions,
    topics: &'a Topics,
    previous: &'a [Option<usize>],
    ranks: Vec<usize>,
    /// Members by how much they have, then by id. Has exactly the members with a list.
    by_load: BTreeSet<(usize, usize, usize)>,
    /// The members with a list, by id, in the order of Java's map.
    in_map: java::HashMap<&'a str, usize>,
    /// Per member its partitions; `None` while the member is put aside.
    lists: Vec<Option<Vec<usize>>>,
    owners: Vec<Option<usize>>,
    movements: Movements,
    /// The answer to the last question whether all is balanced, while nothing has moved since.
    known_balanced: Option<bool>,
    listener: Listener<'a>,
}

impl<'a> Balancing<'a> {
    fn balance(
        mut self,
        racks: &RackInfo,
        unassigned: Vec<usize>,
        revoked_any: bool,
    ) -> Result<(Vec<Vec<usize>>, Vec<usize>), AssignError> {
        let fullest = self.by_load.last().ok_or(AssignError::NoSuchElement)?;
        let initializing = fullest.0 == 0;

        let left = if racks.in_effect() {
            let in_rack = |member, id| !racks.mismatch(member, id);
            self.give_to_least_loaded(&unassigned, true, in_rack)
        } else {
            unassigned.clone()
        };
        self.give_to_least_loaded(&left, false, |_, _| true);

        let shared = |&id: &usize| self.topics.is_shared(self.partitions.topic(id));
        let movable: Vec<usize> = self.topics.all.iter().copied().filter(shared).collect();
        let unassigned: Vec<usize> = unassigned.into_iter().filter(shared).collect();
        let aside = self.put_fixed_members_aside();

        self.listener.tell(|| Event::Balancing);
        let before = (self.lists.clone(), self.score());
        if !revoked_any {
            self.reassign(&unassigned)?;
        }
        let moved = self.reassign(&movable)?;
        let score = self.score();
        if !initializing && moved && score >= before.1 {
            self.listener.tell(|| Event::Reverted {
                score_before: before.1,
                score_after: score,
            });
            self.lists = before.0;
            // Java keeps a copy of the map, and fills the map with it.
            let copy: java::HashMap<&str, usize> = entries(&self.in_map).collect();
            self.in_map.clear();
            self.in_map.extend(entries(&copy));
        }
        for (id, (member, list)) in &aside {
            self.lists[*member] = Some(list.clone());
            self.in_map.insert(id, *member);
        }
        let lists = self.lists.into_iter().map(Option::unwrap_or_default);
        Ok((lists.collect(), self.in_map.values().copied().collect()))
    }

    /// Gives each partition to the least loaded subscriber that `fits`; answers what is left.
    fn give_to_least_loaded(
        &mut self,
        unassigned: &[usize],
        in_rack: bool,
        fits: impl Fn(usize, usize) -> bool,
    ) -> Vec<usize> {
        let mut left = Vec::new();
        for &id in unassigned {
            let topic = self.partitions.topic(id);
            let taker = self
                .least_loaded(|member| self.topics.subscribes(member, topic) && fits(member, id));
            match taker {
                Some(member) => {
                    self.listener.tell(|| Event::Dealt {
                        member,
                        partition: self.partitions.name(self.group, id),
                        reason: Deal::LeastLoaded {
                            has: self.lists[member].as_ref().map_or(0, Vec::len),
                            in_rack,
                        },
                    });
                    self.leave(member);
                    self.append(member, id);
                    self.enter(member);
                }
                None => left.push(id),
            }
        }
        left
    }

    fn least_loaded(&self, fits: impl Fn(usize) -> bool) -> Option<usize> {
        let members = self.by_load.iter().map(|&(_, _, member)| member);
        members.into_iter().find(|&member| fits(member))
    }

    /// Members that can neither give nor take.
    fn put_fixed_members_aside(&mut self) -> java::HashMap<&'a str, (usize, Vec<usize>)> {
        let mut aside = java::HashMap::new();
        for (id, member) in entries(&self.in_map).collect::<Vec<_>>() {
            let takes_part = self.lists[member].as_ref().is_none_or(|list| {
                list.len() < self.topics.most[member]
                    || list
                        .iter()
                        .any(|&id| self.topics.is_shared(self.partitions.topic(id)))
            });
            if !takes_part {
                self.listener.tell(|| Event::SetAside { member });
                self.leave(member);
                self.in_map.remove(id);
                let list = self.lists[member].take().unwrap_or_default();
                aside.insert(id, (member, list));
            }
        }
        aside
    }

    /// Moves partitions of `list` until all is balanced or nothing moves any more; answers whether
    /// any moved.
    fn reassign(&mut self, list: &[usize]) -> Result<bool, AssignError> {
        let mut moved_any = false;
        let mut rounds = Rounds::default();
        loop {
            let mut moved = false;
            for &id in list {
                if self.is_balanced()? {
                    break;
                }
                if let Some((target, reason)) = self.better_member(id)? {
                    self.move_partition(id, target, reason)?;
                    moved = true;
                }
            }
            if !moved {
                return Ok(moved_any);
            }
            moved_any = true;
            if rounds.come_round(self) {
                return Err(AssignError::Endless);
            }
        }
    }

    /// Where a partition had better be: with its previous owner, or with the least loaded
    /// subscriber, if that has at least two fewer than its owner.
    fn better_member(&self, id: usize) -> Result<Option<(usize, Move)>, AssignError> {
        let owner = self.owners[id].ok_or(AssignError::NullPointer)?;
        if let Some(previous) = self.previous[id]
            && self.size(owner)? > self.size(previous)? + 1
        {
            return Ok(Some((previous, Move::ToEarlierOwner)));
        }
        let topic = self.partitions.topic(id);
        for &other in &self.topics.subscribers[topic] {
            if self.size(owner)? > self.size(other)? + 1 {
                let target = self.least_loaded(|member| self.topics.subscribes(member, topic));
                return Ok(target.map(|target| (target, Move::Balance)));
            }
        }
        Ok(None)
    }

    fn move_partition(
        &mut self,
        id: usize,
        target: usize,
        reason: Move,
    ) -> Result<(), AssignError> {
        let owner = self.owners[id].ok_or(AssignError::NullPointer)?;
        let topic = self.partitions.topic(id);
        let actual = self.movements.actual(topic, id, owner, target);
        let from = self.owners[actual].ok_or(AssignError::NullPointer)?;
        self.listener.tell(|| {
            let name = |id| self.partitions.name(self.group, id);
            let has = |member: usize| self.lists[member].as_ref().map_or(0, Vec::len);
            Event::Moved {
                from,
                to: target,
                partition: name(actual),
                from_has: has(from),
                to_has: has(target),
                reason,
                instead_of: (actual != id).then(|| name(id)),
            }
        });
        self.leave(from);
        self.leave(target);
        let (topic, partition) = self.partitions.key(actual);
        self.movements
            .record((topic, partition, actual), from, target);
        if let Some(list) = &mut self.lists[from]
            && let Some(at) = list.iter().position(|&held| held == actual)
        {
            list.remove(at);
        }
        self.append(target, actual);
        self.enter(target);
        self.enter(from);
        Ok(())
    }

    fn append(&mut self, member: usize, id: usize) {
        if let Some(list) = &mut self.lists[member] {
            list.push(id);
            self.owners[id] = Some(member);
        }
    }

    fn size(&self, member: usize) -> Result<usize, AssignError> {
        let list = self.lists[member].as_ref();
        list.map(Vec::len).ok_or(AssignError::NullPointer)
    }

    fn load(&self, member: usize) -> Option<(usize, usize, usize)> {
        let list = self.lists[member].as_ref()?;
        Some((list.len(), self.ranks[member], member))
    }

    fn leave(&mut self, member: usize) {
        if let Some(load) = self.load(member) {
            self.by_load.remove(&load);
        }
        self.known_balanced = None;
    }

    fn enter(&mut self, member: usize) {
        self.by_load.extend(self.load(member));
    }

    fn is_balanced(&mut self) -> Result<bool, AssignError> {
        if let Some(known) = self.known_balanced {
            return Ok(known);
        }
        let balanced = self.look_for_balance()?;
        self.known_balanced = Some(balanced);
        Ok(balanced)
    }

    /// Balanced: no member could take a partition from one that has at least two more. Before
    /// KAFKA-15106, from one that has more.
    fn look_for_balance(&self) -> Result<bool, AssignError> {
        let (Some(least), Some(most)) = (self.by_load.first(), self.by_load.last()) else {
            return Err(AssignError::NoSuchElement);
        };
        if least.0 + 1 >= most.0 {
            return Ok(true);
        }
        let slack = usize::from(self.group.release.knows_when_to_stop());
        let holders = Holders::new(self);
        for &(size, _, member) in &self.by_load {
            if size == self.topics.most[member] {
                continue;
            }
            for topic in self.group.topics_of(member) {
                for id in self.partitions.of_topic(self.group, topic) {
                    if holders.has(member, id) {
                        continue;
                    }
                    let holder = holders.last[id].ok_or(AssignError::NullPointer)?;
                    if size + slack < self.size(holder)? {
                        return Ok(false);
                    }
                }
            }
        }
        Ok(true)
    }

    fn score(&self) -> i32 {
        let lists = self.lists.iter().flatten();
        spread(lists.map(|list| wrapping(list.len())).collect())
    }
}

fn entries<'a>(map: &java::HashMap<&'a str, usize>) -> impl Iterator<Item = (&'a str, usize)> {
    map.iter().map(|(id, member)| (*id, *member))
}

/// Everything that decides the next moves.
#[derive(PartialEq, Eq)]
struct Standing {
    lists: Vec<Option<Vec<usize>>>,
    owners: Vec<Option<usize>>,
    movements: MovementsStanding,
}

/// Notices when the moves go in circles, which a contradictory input can bring about. Java goes
/// on for ever; the same standing after a later round shows that it would.
#[derive(Default)]
struct Rounds {
    count: usize,
    /// The standing after the last round whose number was a power of two (Brent's method).
    seen: Option<Standing>,
}

impl Rounds {
    /// Rounds that any usual group gets by with, and that are not worth remembering.
    const USUAL: usize = 64;

    fn come_round(&mut self, balancing: &Balancing<'_>) -> bool {
        self.count += 1;
        if self.count < Self::USUAL {
            return false;
        }
        let standing = Standing {
            lists: balancing.lists.clone(),
            owners: balancing.owners.clone(),
            movements: balancing.movements.standing(),
        };
        let again = self.seen.as_ref() == Some(&standing);
        if self.count.is_power_of_two() {
            self.seen = Some(standing);
        }
        again
    }
}

/// Who holds each partition.
struct Holders {
    /// The last member, in Java's order, that holds the partition.
    last: Vec<Option<usize>>,
    /// Members before the last one, where several hold a partition, as claims past the end of a
    /// topic can bring about.
    others: BTreeSet<(usize, usize)>,
}

impl Holders {
    fn new(balancing: &Balancing<'_>) -> Self {
        let mut last = vec![None; balancing.partitions.len()];
        let mut others = BTreeSet::new();
        for &member in balancing.in_map.values() {
            for &id in balancing.lists[member].iter().flatten() {
                if let Some(before) = last[id].replace(member) {
                    others.insert((before, id));
                }
            }
        }
        Self { last, others }
    }

    fn has(&self, member: usize, id: usize) -> bool {
        self.last[id] == Some(member) || self.others.contains(&(member, id))
    }
}
