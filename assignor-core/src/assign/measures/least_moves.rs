//! How few partitions have to change owners for the assignment to be as even as it can be.
//!
//! As even as it can be: no assignment that gives every partition to one of its subscribers has a
//! smaller sum of the squares of the members' sizes. All these assignments have the same sizes, up
//! to who has which, and they are the least uneven by every other convex measure too (Harvey,
//! Ladner, Lovász, Tamir: Semi-matchings for bipartite graphs and load balancing, 2003). Racks
//! don't count.
//!
//! With equal subscriptions there is a closed form. Else the answer is that of a transportation
//! problem: partitions of one topic are alike but for their owner, so that an assignment comes down
//! to how many of a topic each member has, and costs a move for each that it has less than it owned.
//! A first assignment is made even along paths from larger members to smaller ones, and then cheap
//! along cycles that cost less than nothing. An assignment without such paths and cycles is optimal
//! (Klein's theorem; the costs are convex).
//!
//! Kafka's sticky assignors need not be as even as that with different subscriptions: they move
//! partitions one by one and stop where only a chain of moves would help. They may then get by with
//! fewer moves than are counted here.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};

use super::super::{Cluster, GroupMember};
use super::{Owners, Subscribers};

/// The least number of moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeastMoves {
    /// So many are needed and are enough.
    Exactly(usize),
    /// So many are needed: their owners have left or no longer subscribe. The group is too large
    /// to find out whether they are enough.
    AtLeast(usize),
}

impl LeastMoves {
    /// The number, whether it is exact or a bound.
    pub fn count(self) -> usize {
        match self {
            Self::Exactly(moves) | Self::AtLeast(moves) => moves,
        }
    }
}

/// Visits of edges after which the exact answer is given up: some tenths of a second.
const MOST_VISITS: usize = 40_000_000;

/// How few partitions have to change owners, from `before`, for an assignment of the group that is
/// as even as it can be.
///
/// A partition whose owner has left the group or no longer subscribes to it has to move. One that
/// nobody owned doesn't count, nor does one that can't be assigned any more.
pub fn least_moves(cluster: &Cluster, members: &[GroupMember], before: &Owners) -> LeastMoves {
    of(&Subscribers::new(cluster, members), before)
}

pub(super) fn of(subscribers: &Subscribers<'_>, before: &Owners) -> LeastMoves {
    let mut network = Network::new(subscribers);
    let mut owned_by_others = 0;
    for (partition, owner) in before.iter().filter(|(held, _)| subscribers.has(held)) {
        let topic = subscribers.topic(&partition.topic);
        match topic.and_then(|topic| network.edge(topic, owner)) {
            Some(edge) => network.edges[edge].owned += 1,
            None => owned_by_others += 1,
        }
    }
    if network.edges.iter().all(|edge| edge.owned == 0) {
        return LeastMoves::Exactly(owned_by_others);
    }
    let equal = subscribers
        .topics
        .iter()
        .all(|topic| topic.members.len() == subscribers.members.len());
    let moves = if equal {
        Ok(network.moves_with_equal_subscriptions())
    } else {
        network.least_moves()
    };
    match moves {
        Ok(moves) => LeastMoves::Exactly(owned_by_others + moves),
        Err(TooLarge) => LeastMoves::AtLeast(owned_by_others),
    }
}

/// The search was given up.
#[derive(Debug, PartialEq, Eq)]
struct TooLarge;

/// Edges, with whether the member takes a partition of the topic or gives one.
type Steps = Vec<(usize, bool)>;

/// A topic and one of its subscribers.
struct Edge {
    topic: usize,
    member: usize,
    /// How many of the topic's partitions the member owned.
    owned: usize,
    /// How many it has.
    has: usize,
}

impl Edge {
    /// What it costs the member to give one away.
    fn cost_to_give(&self) -> i32 {
        i32::from(self.has <= self.owned)
    }

    /// What it costs the member to take one; less than nothing where it is one that it owned.
    fn cost_to_take(&self) -> i32 {
        -i32::from(self.has < self.owned)
    }
}

struct Network<'a> {
    numbers: BTreeMap<&'a str, usize>,
    edges: Vec<Edge>,
    edge_numbers: BTreeMap<(usize, usize), usize>,
    of_topic: Vec<Vec<usize>>,
    of_member: Vec<Vec<usize>>,
    partitions: Vec<usize>,
    /// How many partitions each member has.
    sizes: Vec<usize>,
    visits: usize,
}

impl<'a> Network<'a> {
    fn new(subscribers: &Subscribers<'a>) -> Self {
        let numbers = subscribers.members.iter().copied().zip(0..);
        let mut network = Self {
            numbers: numbers.collect(),
            edges: Vec::new(),
            edge_numbers: BTreeMap::new(),
            of_topic: vec![Vec::new(); subscribers.topics.len()],
            of_member: vec![Vec::new(); subscribers.members.len()],
            partitions: Vec::new(),
            sizes: vec![0; subscribers.members.len()],
            visits: 0,
        };
        for (topic, subscribed) in subscribers.topics.iter().enumerate() {
            network.partitions.push(subscribed.partitions());
            for id in &subscribed.members {
                let Some(&member) = network.numbers.get(id) else {
                    continue;
                };
                let edge = network.edges.len();
                network.edges.push(Edge {
                    topic,
                    member,
                    owned: 0,
                    has: 0,
                });
                network.edge_numbers.insert((topic, member), edge);
                network.of_topic[topic].push(edge);
                network.of_member[member].push(edge);
            }
        }
        network
    }

    fn edge(&self, topic: usize, owner: &str) -> Option<usize> {
        let member = *self.numbers.get(owner)?;
        self.edge_numbers.get(&(topic, member)).copied()
    }

    /// Every member keeps up to ⌊P/C⌋ of its own, and `P mod C` of those that own more one more.
    fn moves_with_equal_subscriptions(&self) -> usize {
        let total: usize = self.partitions.iter().sum();
        let members = self.sizes.len().max(1);
        let (quota, extras) = (total / members, total % members);
        let owned = self.of_member.iter().map(|edges| {
            let edges = edges.iter();
            edges.map(|&edge| self.edges[edge].owned).sum::<usize>()
        });
        let owned: Vec<usize> = owned.collect();
        let above = owned.iter().filter(|&&owned| owned > quota).count();
        let kept: usize = owned.iter().map(|&owned| owned.min(quota)).sum();
        owned.iter().sum::<usize>() - kept - above.min(extras)
    }

    fn least_moves(&mut self) -> Result<usize, TooLarge> {
        self.keep_all_and_deal_the_rest();
        while self.make_more_even()? {}
        while let Some(cycle) = self.cheaper_cycle()? {
            for (edge, takes) in cycle {
                self.shift(edge, takes, 1);
            }
        }
        let lost = self.edges.iter();
        Ok(lost.map(|edge| edge.owned.saturating_sub(edge.has)).sum())
    }

    fn keep_all_and_deal_the_rest(&mut self) {
        for edge in 0..self.edges.len() {
            self.shift(edge, true, self.edges[edge].owned);
        }
        for topic in 0..self.partitions.len() {
            let edges = self.of_topic[topic].iter();
            let mut smallest: BinaryHeap<Reverse<(usize, usize)>> = edges
                .map(|&edge| Reverse((self.sizes[self.edges[edge].member], edge)))
                .collect();
            let held = self.of_topic[topic].iter();
            let held: usize = held.map(|&edge| self.edges[edge].has).sum();
            for _ in held..self.partitions[topic] {
                if let Some(Reverse((size, edge))) = smallest.pop() {
                    self.shift(edge, true, 1);
                    smallest.push(Reverse((size + 1, edge)));
                }
            }
        }
    }

    fn shift(&mut self, edge: usize, takes: bool, count: usize) {
        let Edge { member, has, .. } = &mut self.edges[edge];
        let size = &mut self.sizes[*member];
        if takes {
            *has += count;
            *size += count;
        } else {
            *has -= count;
            *size -= count;
        }
    }

    fn visit(&mut self, edges: usize) -> Result<(), TooLarge> {
        self.visits += edges;
        if self.visits <= MOST_VISITS {
            Ok(())
        } else {
            Err(TooLarge)
        }
    }

    /// Moves partitions along paths from every member to ones that have at least two fewer;
    /// answers whether there was any.
    fn make_more_even(&mut self) -> Result<bool, TooLarge> {
        let mut order: Vec<usize> = (0..self.sizes.len()).collect();
        order.sort_by_key(|&member| Reverse(self.sizes[member]));
        let mut any = false;
        for member in order {
            while let Some(path) = self.path_to_smaller(member)? {
                let target = path
                    .first()
                    .map_or(member, |&(last, _)| self.edges[last].member);
                let gives = path.iter().filter(|(_, takes)| !takes);
                let fewest = gives.map(|&(edge, _)| self.edges[edge].has).min();
                let half = (self.sizes[member] - self.sizes[target]) / 2;
                let count = fewest.map_or(half, |fewest| fewest.min(half));
                for (edge, takes) in path {
                    self.shift(edge, takes, count);
                }
                any = true;
            }
        }
        Ok(any)
    }

    /// Edges that give and take in turn, backwards: from a member that has at least two fewer than
    /// `start` to `start`. The search is breadth first, so that the path is a shortest one.
    fn path_to_smaller(&mut self, start: usize) -> Result<Option<Steps>, TooLarge> {
        // Per topic the edge that gives, per member the edge that takes.
        let mut gives: Vec<Option<usize>> = vec![None; self.partitions.len()];
        let mut takes: Vec<Option<usize>> = vec![None; self.sizes.len()];
        let mut queue = VecDeque::from([start]);
        let mut visits = 0;
        let mut found = None;
        'search: while let Some(giver) = queue.pop_front() {
            visits += self.of_member[giver].len();
            for &edge in &self.of_member[giver] {
                let Edge { topic, has, .. } = self.edges[edge];
                if has == 0 || gives[topic].is_some() {
                    continue;
                }
                gives[topic] = Some(edge);
                visits += self.of_topic[topic].len();
                for &other in &self.of_topic[topic] {
                    let taker = self.edges[other].member;
                    if taker == start || takes[taker].is_some() {
                        continue;
                    }
                    takes[taker] = Some(other);
                    if self.sizes[taker] + 2 <= self.sizes[start] {
                        found = Some(taker);
                        break 'search;
                    }
                    queue.push_back(taker);
                }
            }
        }
        self.visit(visits)?;
        let Some(mut member) = found else {
            return Ok(None);
        };
        let mut path = Steps::new();
        while let Some(take) = takes[member]
            && let Some(give) = gives[self.edges[take].topic]
        {
            path.extend([(take, true), (give, false)]);
            member = self.edges[give].member;
        }
        Ok(Some(path))
    }

    /// Edges, each giving or taking one, that leave the sizes as they are, up to who has which, and
    /// save moves.
    ///
    /// Bellman and Ford's search for a negative cycle. Its nodes are members, topics and sizes: from
    /// a member to a topic by giving, from a topic to a member by taking, and from a member of size
    /// `n` by way of the size to one of size `n` + 1, which swaps their sizes.
    fn cheaper_cycle(&mut self) -> Result<Option<Steps>, TooLarge> {
        let (members, topics) = (self.sizes.len(), self.partitions.len());
        let sizes: BTreeSet<usize> = self.sizes.iter().map(|&size| size + 1).collect();
        let sizes: BTreeMap<usize, usize> = sizes.into_iter().zip(members + topics..).collect();
        let mut arcs = Vec::with_capacity(2 * self.edges.len() + 2 * members);
        for (number, edge) in self.edges.iter().enumerate() {
            let topic = members + edge.topic;
            if edge.has > 0 {
                let step = Some((number, false));
                arcs.push((edge.member, topic, edge.cost_to_give(), step));
            }
            let step = Some((number, true));
            arcs.push((topic, edge.member, edge.cost_to_take(), step));
        }
        for (member, size) in self.sizes.iter().enumerate() {
            if let Some(&above) = sizes.get(&(size + 1)) {
                arcs.push((member, above, 0, None));
            }
            if let Some(&same) = sizes.get(size) {
                arcs.push((same, member, 0, None));
            }
        }

        let nodes = members + topics + sizes.len();
        let mut costs = vec![0_i32; nodes];
        let mut came_by: Vec<Option<usize>> = vec![None; nodes];
        loop {
            self.visit(arcs.len())?;
            let mut changed = false;
            for (number, &(from, to, cost, _)) in arcs.iter().enumerate() {
                if costs[from] + cost < costs[to] {
                    costs[to] = costs[from] + cost;
                    came_by[to] = Some(number);
                    changed = true;
                }
            }
            if !changed {
                return Ok(None);
            }
            let came_from = |node: usize| came_by[node].map(|arc| arcs[arc].0);
            if let Some(node) = node_on_a_cycle(nodes, came_from) {
                let mut cycle = Steps::new();
                let mut at = node;
                while let Some(arc) = came_by[at] {
                    let (from, _, _, step) = arcs[arc];
                    cycle.extend(step);
                    at = from;
                    if at == node {
                        break;
                    }
                }
                return Ok(Some(cycle));
            }
        }
    }
}

/// A node from which going back leads to itself. In the graph of last improvements a cycle costs
/// less than nothing.
fn node_on_a_cycle(nodes: usize, came_from: impl Fn(usize) -> Option<usize>) -> Option<usize> {
    // The walk on which a node was first met.
    let mut walks: Vec<Option<usize>> = vec![None; nodes];
    for start in 0..nodes {
        let mut node = Some(start);
        while let Some(at) = node {
            match walks[at] {
                Some(walk) if walk == start => return Some(at),
                Some(_) => break,
                None => walks[at] = Some(start),
            }
            node = came_from(at);
        }
    }
    None
}

#[cfg(test)]
mod tests;
