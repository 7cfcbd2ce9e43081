//! The algorithm for subscriptions that differ, without asking at every step whether all is
//! balanced.
//!
//! That question only ends the search sooner: while every outdated owner subscribes to what it
//! owned, a partition moves only to a subscriber that has at least two fewer than the holder, and
//! where there is one, nothing is balanced yet. So a round over the partitions does without it, and
//! needs to know of each topic no more than its least loaded subscriber.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::super::super::assignment::Lists;
use super::super::super::group::Group;
use super::super::super::subscribers::{Subscribers, index};
use super::super::movements::Movements;
use super::super::spread;
use super::NONE;
use super::claims::{Claims, Settled};
use super::numbers::{Bits, Numbers};

/// More rounds than usual groups take. The literal algorithm notices when they go on for ever.
const MOST_ROUNDS: usize = 64;

/// Per member its partitions, before any is withheld; `None` if this is for the literal algorithm.
pub(super) fn assign(
    group: &Group<'_>,
    numbers: &Numbers,
    claims: &Claims,
    settled: &Settled,
    max_generation: i32,
) -> Option<Vec<Vec<u32>>> {
    let subscribed = subscribed(group)?;
    let previous = previous_owners(group, numbers, claims, &subscribed, max_generation)?;

    // From here on a member is its place among the sorted ids.
    let mut order: Vec<usize> = (0..group.members.len()).collect();
    group.sort_by_id(&mut order);
    let subscribers = Subscribers::new(group, &order);
    let mut by_subscribers: Vec<usize> = (0..group.topics.len()).collect();
    by_subscribers.sort_by_key(|&topic| (subscribers.of(topic).len(), topic));
    let mut ranks = vec![NONE; order.len()];
    for (rank, &member) in (0..).zip(&order) {
        ranks[member] = rank;
    }
    let mut balancing = Balancing {
        numbers,
        topics: by_subscribers,
        takes_part: order
            .iter()
            .map(|&member| {
                let mut topics = group.topics_of(member);
                topics.any(|topic| subscribers.of(topic).len() > 1)
            })
            .collect(),
        subscribers,
        previous: previous
            .iter()
            .map(|&member| ranks.get(index(member)).copied().unwrap_or(NONE))
            .collect(),
        sizes: vec![0; order.len()],
        lists: vec![Vec::new(); order.len()],
        owners: vec![NONE; numbers.len()],
        places: vec![NONE; numbers.len()],
        movements: Movements::new(group),
    };
    let mut dropped_any = false;
    for (member, &rank) in ranks.iter().enumerate() {
        for (place, id) in claims.of(member) {
            if settled.stands(place, id) {
                if subscribed.has(group, member, numbers.topic(id)) {
                    balancing.append(rank, id);
                } else {
                    dropped_any = true;
                }
            }
        }
    }
    balancing.balance(dropped_any)?;
    let mut lists = balancing.lists;
    let ranked = ranks.iter().map(|&rank| {
        let mut list = std::mem::take(&mut lists[index(rank)]);
        list.retain(|&id| id != NONE);
        list
    });
    Some(ranked.collect())
}

/// What members get: the lists without those that change hands by the raw claims if `withhold`.
pub(super) fn given(
    group: &Group<'_>,
    numbers: &Numbers,
    claims: &Claims,
    lists: &[Vec<u32>],
    withhold: bool,
) -> Lists {
    let mut withheld = Bits::new(numbers.len());
    if withhold {
        let mut owners = vec![NONE; numbers.len()];
        for (member, list) in (0..).zip(lists) {
            for &id in list {
                owners[index(id)] = member;
            }
        }
        let mut claimed_by_owner = Bits::new(numbers.len());
        for (member, owner) in (0..group.members.len()).zip(0_u32..) {
            for (_, id) in claims.of(member) {
                if owners[index(id)] == owner {
                    claimed_by_owner.insert(index(id));
                }
            }
        }
        for (member, owner) in (0..group.members.len()).zip(0_u32..) {
            for (_, id) in claims.of(member) {
                let at = index(id);
                if owners[at] != owner && !claimed_by_owner.contains(at) {
                    withheld.insert(at);
                }
            }
        }
    }
    let mut given = Lists::with_room(lists.iter().map(Vec::len));
    for (member, list) in lists.iter().enumerate() {
        for &id in list {
            if !withheld.contains(index(id)) {
                let (topic, partition) = numbers.key(id);
                given.push(member, topic, partition);
            }
        }
    }
    given
}

/// Which subscription has which topic.
struct Subscribed {
    topics: usize,
    pairs: Bits,
}

impl Subscribed {
    fn has(&self, group: &Group<'_>, member: usize, topic: usize) -> bool {
        let subscription = group.members[member].subscription;
        self.pairs.contains(subscription * self.topics + topic)
    }
}

/// `None` if a subscription repeats a topic.
fn subscribed(group: &Group<'_>) -> Option<Subscribed> {
    let topics = group.topics.len();
    let mut pairs = Bits::new(group.subscriptions.lists.len() * topics);
    for number in 0..group.subscriptions.lists.len() {
        for topic in group.subscribed_topics(number) {
            let pair = number * topics + topic;
            if pairs.contains(pair) {
                return None;
            }
            pairs.insert(pair);
        }
    }
    Some(Subscribed { topics, pairs })
}

/// Per partition the member that owned it in the newest outdated generation, the first of several;
/// empty if there is no outdated claim. `None` if such a member doesn't subscribe to the topic.
fn previous_owners(
    group: &Group<'_>,
    numbers: &Numbers,
    claims: &Claims,
    subscribed: &Subscribed,
    max_generation: i32,
) -> Option<Vec<u32>> {
    let mut previous: Vec<u32> = Vec::new();
    for (member, number) in (0..group.members.len()).zip(0_u32..) {
        let generation = claims.generation(member);
        if generation >= max_generation {
            continue;
        }
        for (_, id) in claims.of(member) {
            if !subscribed.has(group, member, numbers.topic(id)) {
                return None;
            }
            if previous.is_empty() {
                previous = vec![NONE; numbers.len()];
            }
            let known = &mut previous[index(id)];
            if *known == NONE || generation > claims.generation(index(*known)) {
                *known = number;
            }
        }
    }
    Some(previous)
}

struct Balancing<'a> {
    numbers: &'a Numbers,
    /// Topics with fewer subscribers first.
    topics: Vec<usize>,
    subscribers: Subscribers,
    /// Per partition its outdated owner; empty if there is none at all.
    previous: Vec<u32>,
    /// Per member whether it shares a topic with another. The others have what they have.
    takes_part: Vec<bool>,
    sizes: Vec<u32>,
    /// Per member its partitions, with gaps where some have left.
    lists: Vec<Vec<u32>>,
    owners: Vec<u32>,
    /// Per partition its place in its owner's list.
    places: Vec<u32>,
    movements: Movements,
}

impl Balancing<'_> {
    fn balance(&mut self, dropped_any: bool) -> Option<()> {
        let initializing = self.sizes.iter().all(|&size| size == 0);
        let unassigned = self.deal_unassigned();
        if self.is_level() {
            return Some(());
        }
        let before = (!initializing).then(|| (self.lists.clone(), self.score()));
        if !dropped_any {
            self.reassign(Some(&unassigned))?;
        }
        let moved = self.reassign(None)?;
        if let Some((lists, score)) = before
            && moved
            && self.score() >= score
        {
            self.lists = lists;
        }
        Some(())
    }

    /// Gives what nobody owns to the least loaded subscribers; answers what that was.
    fn deal_unassigned(&mut self) -> Bits {
        let mut dealt = Bits::new(self.numbers.len());
        for at in 0..self.topics.len() {
            let topic = self.topics[at];
            let mut loads: Option<BinaryHeap<Reverse<u64>>> = None;
            for id in self.numbers.of_topic(topic) {
                if self.owners[index(id)] != NONE {
                    continue;
                }
                let loads = loads.get_or_insert_with(|| self.loads(topic));
                let Some(Reverse(load)) = loads.pop() else {
                    continue;
                };
                let member = member_of(load);
                self.append(member, id);
                loads.push(Reverse(self.load(member)));
                dealt.insert(index(id));
            }
        }
        dealt
    }

    /// Moves partitions, of `only` if given, until no move helps; answers whether any moved.
    fn reassign(&mut self, only: Option<&Bits>) -> Option<bool> {
        let mut moved_any = false;
        for _ in 0..MOST_ROUNDS {
            let mut moved = false;
            if !self.is_level() {
                for at in 0..self.topics.len() {
                    let topic = self.topics[at];
                    if self.subscribers.of(topic).len() > 1 {
                        moved |= self.reassign_topic(topic, only);
                    }
                }
            }
            if !moved {
                return Some(moved_any);
            }
            moved_any = true;
        }
        None
    }

    fn reassign_topic(&mut self, topic: usize, only: Option<&Bits>) -> bool {
        let loads = self.subscribers.of(topic).iter();
        let Some(mut least) = loads.map(|&member| self.load(member)).min() else {
            return false;
        };
        let mut loads: Option<BinaryHeap<Reverse<u64>>> = None;
        for id in self.numbers.of_topic(topic) {
            if only.is_some_and(|only| !only.contains(index(id))) {
                continue;
            }
            let owner = self.owners[index(id)];
            let has_two_more = |other: u32| self.sizes[index(owner)] > self.sizes[index(other)] + 1;
            let previous = self.previous.get(index(id)).copied();
            let previous = previous.filter(|&previous| previous != NONE);
            let target = match previous.filter(|&previous| has_two_more(previous)) {
                Some(previous) => previous,
                None if has_two_more(member_of(least)) => member_of(least),
                None => continue,
            };
            let from = self.move_partition(topic, id, target);
            match &mut loads {
                Some(loads) => {
                    loads.push(Reverse(self.load(from)));
                    loads.push(Reverse(self.load(target)));
                }
                None => loads = Some(self.loads(topic)),
            }
            // Loads that are no longer true stay in the heap until they come up.
            while let Some(&Reverse(load)) = loads.as_ref().and_then(BinaryHeap::peek) {
                if load == self.load(member_of(load)) {
                    least = load;
                    break;
                }
                loads.as_mut().and_then(BinaryHeap::pop);
            }
        }
        loads.is_some()
    }

    /// Moves a partition, or one of its topic that went the opposite way; answers whom from.
    fn move_partition(&mut self, topic: usize, id: u32, target: u32) -> u32 {
        let first = self.numbers.of_topic(topic).start;
        let owner = index(self.owners[index(id)]);
        let to = index(target);
        let actual = self.movements.actual(topic, index(id), owner, to);
        let actual = u32::try_from(actual).unwrap_or(NONE);
        let from = self.owners[index(actual)];
        let partition = (actual - first).cast_signed();
        let moved = (topic, partition, index(actual));
        self.movements.record(moved, index(from), to);
        let place = index(self.places[index(actual)]);
        self.lists[index(from)][place] = NONE;
        self.sizes[index(from)] -= 1;
        self.append(target, actual);
        from
    }

    fn append(&mut self, member: u32, id: u32) {
        let list = &mut self.lists[index(member)];
        self.places[index(id)] = u32::try_from(list.len()).unwrap_or(NONE);
        list.push(id);
        self.owners[index(id)] = member;
        self.sizes[index(member)] += 1;
    }

    /// How much a member has, then its place among the ids, in one number.
    fn load(&self, member: u32) -> u64 {
        u64::from(self.sizes[index(member)]) << 32 | u64::from(member)
    }

    fn loads(&self, topic: usize) -> BinaryHeap<Reverse<u64>> {
        let subscribers = self.subscribers.of(topic).iter();
        let loads = subscribers.map(|&member| Reverse(self.load(member)));
        loads.collect::<Vec<_>>().into()
    }

    /// Whether no member that takes part has two more than another.
    fn is_level(&self) -> bool {
        let sizes = || self.sizes_of_participants();
        let (least, most) = (sizes().min(), sizes().max());
        most <= least.map(|least| least + 1)
    }

    fn score(&self) -> i32 {
        spread(self.sizes_of_participants().map(u32::cast_signed).collect())
    }

    fn sizes_of_participants(&self) -> impl Iterator<Item = u32> {
        let sizes = self.sizes.iter().zip(&self.takes_part);
        sizes.filter_map(|(&size, &takes_part)| takes_part.then_some(size))
    }
}

fn member_of(load: u64) -> u32 {
    u32::try_from(load & u64::from(u32::MAX)).unwrap_or(NONE)
}
