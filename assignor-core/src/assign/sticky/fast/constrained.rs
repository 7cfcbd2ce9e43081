//! The algorithm for equal subscriptions in time proportional to partitions and members, but for
//! sorting what each member keeps.

use std::collections::VecDeque;

use super::super::super::AssignError;
use super::super::super::assignment::Lists;
use super::super::super::group::Group;
use super::super::super::subscribers::index;
use super::claims::{Claims, Settled};
use super::numbers::{Bits, Numbers};

/// Per member its partitions, without those that change hands if `withhold`.
pub(super) fn assign(
    group: &Group<'_>,
    numbers: &Numbers,
    claims: &Claims,
    settled: &Settled,
    withhold: bool,
) -> Result<Lists, AssignError> {
    let members = group.members.len();
    let max = numbers.len().div_ceil(members);
    let mut dealing = Dealing {
        group,
        numbers,
        settled,
        min: numbers.len() / members,
        max,
        expected_over: numbers.len() % members,
        over: 0,
        under_min: Vec::new(),
        at_min: VecDeque::new(),
        kept: Bits::new(numbers.len()),
        sizes: vec![0; members],
        lists: Lists::with_room(std::iter::repeat_n(max, members)),
    };
    dealing.keep_owned(claims);
    dealing.deal(withhold)?;
    Ok(dealing.lists)
}

struct Dealing<'a> {
    group: &'a Group<'a>,
    numbers: &'a Numbers,
    settled: &'a Settled,
    min: usize,
    max: usize,
    /// How many members are to end above `min`.
    expected_over: usize,
    /// How many of them kept that much.
    over: usize,
    under_min: Vec<usize>,
    /// Members with exactly `min` that may still get one more.
    at_min: VecDeque<usize>,
    kept: Bits,
    /// Per member how much it has, what is withheld included.
    sizes: Vec<usize>,
    lists: Lists,
}

impl Dealing<'_> {
    fn keep_owned(&mut self, claims: &Claims) {
        let mut owned: Vec<(u32, u32)> = Vec::new();
        // Java copies the map of members into another that it fills in the first one's order. Where
        // nobody claims anything, all go the same way, and are sorted there.
        let order = if claims.is_empty() {
            (0..self.group.members.len()).collect()
        } else {
            self.group.order_of_copy()
        };
        for member in order {
            owned.clear();
            owned.extend(claims.of(member).filter_map(|(place, id)| {
                let stays = self.settled.stands(place, id) && !self.settled.is_contested(id);
                stays.then(|| (self.numbers.key(id).1, id))
            }));
            // By partition first, then topic: numbers order as topics do.
            owned.sort_unstable();
            let kept = self.how_many_stay(member, owned.len());
            for &(_, id) in owned.iter().take(kept) {
                self.kept.insert(index(id));
                let (topic, partition) = self.numbers.key(id);
                self.lists.push(member, topic, partition);
            }
            self.sizes[member] = kept.min(owned.len());
        }
    }

    fn how_many_stay(&mut self, member: usize, owned: usize) -> usize {
        if owned < self.min {
            self.under_min.push(member);
            return owned;
        }
        if owned >= self.max && self.over < self.expected_over {
            self.over += 1;
            if self.over == self.expected_over {
                self.at_min.clear();
            }
            return self.max;
        }
        if self.over < self.expected_over {
            self.at_min.push_back(member);
        }
        self.min
    }

    /// Deals what nobody kept.
    fn deal(&mut self, withhold: bool) -> Result<(), AssignError> {
        self.group.sort_by_id(&mut self.under_min);
        self.group.sort_by_id(self.at_min.make_contiguous());

        let mut circle = Circle::new(std::mem::take(&mut self.under_min));
        for (topic, number) in (0..self.group.topics.len()).zip(0..) {
            for (partition, id) in (0..).zip(self.numbers.of_topic(topic)) {
                if self.kept.contains(index(id)) {
                    continue;
                }
                let member = if let Some(member) = circle.next() {
                    self.sizes[member] += 1;
                    if self.sizes[member] == self.min {
                        circle.drop();
                        self.at_min.push_back(member);
                    } else {
                        circle.keep();
                    }
                    member
                } else {
                    self.at_min.pop_front().ok_or(AssignError::IllegalState)?
                };
                if !(withhold && self.changes_hands(id, member)) {
                    self.lists.push(member, number, partition);
                }
            }
        }
        // Whoever is left in the circle has less than the minimum.
        match circle.next() {
            Some(_) => Err(AssignError::IllegalState),
            None => Ok(()),
        }
    }

    /// Whether another member has to give the partition up first.
    fn changes_hands(&self, id: u32, to: usize) -> bool {
        let owner = self.settled.owner(id);
        owner.is_some_and(|owner| owner != to) || self.settled.is_contested(id)
    }
}

/// Members in a circle that they leave one by one.
struct Circle {
    members: Vec<usize>,
    /// Whose turn it is.
    turn: usize,
    /// How many before that stay for the next round.
    staying: usize,
}

impl Circle {
    fn new(members: Vec<usize>) -> Self {
        Self {
            members,
            turn: 0,
            staying: 0,
        }
    }

    /// Whose turn it is, round the circle.
    fn next(&mut self) -> Option<usize> {
        if self.turn == self.members.len() {
            self.members.truncate(self.staying);
            self.turn = 0;
            self.staying = 0;
        }
        self.members.get(self.turn).copied()
    }

    /// The one whose turn it was stays.
    fn keep(&mut self) {
        self.members[self.staying] = self.members[self.turn];
        self.staying += 1;
        self.turn += 1;
    }

    /// The one whose turn it was leaves.
    fn drop(&mut self) {
        self.turn += 1;
    }
}
