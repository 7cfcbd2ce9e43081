//! The algorithm for equal subscriptions.
//!
//! With `P` partitions and `C` members every member ends with ⌊P/C⌋ or ⌈P/C⌉, `P mod C` of them
//! with the latter. First everyone keeps what fits, in the order of Java's map; then the rest goes
//! to members below ⌊P/C⌋ in turn, then one each to members that have exactly that.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::java::{self, cmp_utf16};

use super::super::AssignError;
use super::super::explain::{Deal, Event, GiveUp, Listener, Standing};
use super::super::group::Group;
use super::{Ownership, Partitions, RackInfo};

type Transfers = BTreeMap<usize, usize>;

/// Per member its partitions, and the partitions that change hands.
pub(super) fn assign(
    group: &Group<'_>,
    partitions: &Partitions,
    racks: &RackInfo,
    ownership: Ownership,
    mut listener: Listener<'_>,
) -> Result<(Vec<Vec<usize>>, Transfers), AssignError> {
    let members = group.members.len();
    if members == 0 {
        return Err(AssignError::Arithmetic);
    }
    listener.tell(|| Event::Quota {
        partitions: partitions.existing(),
        members,
        min: partitions.existing() / members,
        extras: partitions.existing() % members,
    });
    let mut dealing = Dealing {
        group,
        partitions,
        racks,
        min: partitions.existing() / members,
        max: partitions.existing().div_ceil(members),
        expected_over: partitions.existing() % members,
        over: 0,
        under_min: Vec::new(),
        at_min: VecDeque::new(),
        lists: vec![Vec::new(); members],
        given_up: BTreeMap::new(),
        contested: ownership.contested,
        transfers: BTreeMap::new(),
        listener: listener.by_ref(),
    };
    dealing.keep_owned(ownership.owned);
    let unassigned = dealing.unassigned();
    let unassigned = if racks.in_effect() {
        dealing.deal_within_racks(unassigned)
    } else {
        unassigned
    };
    dealing.deal_in_turn(&unassigned)?;
    dealing.check()?;
    Ok((dealing.lists, dealing.transfers))
}

struct Dealing<'a> {
    group: &'a Group<'a>,
    partitions: &'a Partitions,
    racks: &'a RackInfo,
    min: usize,
    max: usize,
    /// How many members are to end above `min`.
    expected_over: usize,
    /// How many are known to.
    over: usize,
    under_min: Vec<usize>,
    /// Members with exactly `min` that may still get one more.
    at_min: VecDeque<usize>,
    lists: Vec<Vec<usize>>,
    /// Owned partitions that could not be kept, with their owner.
    given_up: BTreeMap<usize, usize>,
    contested: BTreeSet<usize>,
    transfers: Transfers,
    listener: Listener<'a>,
}

impl Dealing<'_> {
    fn keep_owned(&mut self, mut owned: Vec<Vec<usize>>) {
        // Java copies the map of members into another that it fills in the first one's order.
        let order: java::HashMap<&str, usize> = self
            .group
            .members
            .iter()
            .enumerate()
            .map(|(number, member)| (member.id, number))
            .collect();
        for &member in order.values() {
            let owned = std::mem::take(&mut owned[member]);
            let (fitting, misplaced): (Vec<usize>, Vec<usize>) = owned
                .into_iter()
                .partition(|&id| !self.racks.mismatch(member, id));
            self.give_up(member, &misplaced, GiveUp::OtherRack);
            self.keep(member, fitting);
        }
    }

    fn keep(&mut self, member: usize, mut owned: Vec<usize>) {
        if self.group.release.keeps_of_every_topic() {
            // By partition first, so that a member keeps some of every topic (KAFKA-16277).
            owned.sort_by_key(|&id| {
                let (topic, partition) = self.partitions.key(id);
                (partition, topic)
            });
        }
        for &id in owned.iter().filter(|id| self.contested.contains(id)) {
            self.listener.tell(|| Event::GivenUp {
                member,
                partition: self.partitions.name(self.group, id),
                reason: GiveUp::Contested,
            });
        }
        owned.retain(|id| !self.contested.contains(id));
        let (kept, standing) = if owned.len() < self.min {
            self.under_min.push(member);
            (owned.len(), Standing::BelowMin)
        } else if owned.len() >= self.max && self.over < self.expected_over {
            self.over += 1;
            if self.over == self.expected_over {
                self.at_min.clear();
            }
            (self.max, Standing::Extra { number: self.over })
        } else {
            let may_get_extra = self.over < self.expected_over;
            if may_get_extra {
                self.at_min.push_back(member);
            }
            (self.min, Standing::AtMin { may_get_extra })
        };
        self.listener.tell(|| Event::Allowance {
            member,
            owned: owned.len(),
            keeps: kept,
            standing,
        });
        let rest = owned.split_off(kept);
        for &id in &owned {
            self.listener.tell(|| Event::Kept {
                member,
                partition: self.partitions.name(self.group, id),
            });
        }
        self.give_up(member, &rest, GiveUp::OverQuota);
        self.lists[member] = owned;
    }

    fn give_up(&mut self, member: usize, partitions: &[usize], reason: GiveUp) {
        // What moves for a rack alone wasn't withheld before KAFKA-15170.
        let counts = reason != GiveUp::OtherRack || self.group.release.keeps_of_every_topic();
        for &id in partitions {
            self.listener.tell(|| Event::GivenUp {
                member,
                partition: self.partitions.name(self.group, id),
                reason,
            });
            if counts {
                self.given_up.insert(id, member);
            }
        }
    }

    /// What nobody kept, in the order of dealing.
    fn unassigned(&mut self) -> Vec<usize> {
        let group = self.group;
        let by_id = |a: &usize, b: &usize| cmp_utf16(group.members[*a].id, group.members[*b].id);
        self.under_min.sort_by(by_id);
        self.at_min.make_contiguous().sort_by(by_id);

        let mut assigned: Vec<usize> = self.lists.iter().flatten().copied().collect();
        assigned.sort_unstable_by_key(|&id| self.partitions.key(id));
        let mut unassigned = super::unassigned(0..self.partitions.existing(), &assigned);
        if let Some(candidates) = &self.racks.candidates {
            unassigned.sort_by_key(|&id| candidates[id]);
        }
        unassigned
    }

    /// Deals to members in the partitions' racks; answers what is left.
    fn deal_within_racks(&mut self, unassigned: Vec<usize>) -> Vec<usize> {
        let mut start = 0;
        let mut left = Vec::new();
        for id in unassigned {
            if let Some(at) = self.next_in_rack(id, start) {
                let member = self.under_min[at];
                self.give(id, member, true);
                let mut next = at + 1;
                if self.lists[member].len() >= self.min {
                    self.under_min.remove(at);
                    next = at;
                    let counts = self.group.release.keeps_of_every_topic();
                    let extras_left = !counts || self.over < self.expected_over;
                    if self.lists[member].len() < self.max && extras_left {
                        self.at_min.push_back(member);
                    }
                }
                start = next.checked_rem(self.under_min.len()).unwrap_or(0);
            } else if let Some(at) = self.first_at_min_in_rack(id) {
                let member = self.at_min[at];
                self.give(id, member, true);
                if self.lists[member].len() == self.max {
                    self.at_min.remove(at);
                    self.take_extra_in_rack();
                }
            } else {
                left.push(id);
            }
        }
        left
    }

    /// A member has got one more than the minimum. Not counted within racks before KAFKA-15170.
    fn take_extra_in_rack(&mut self) {
        if self.group.release.keeps_of_every_topic() {
            self.over += 1;
            if self.over == self.expected_over {
                self.at_min.clear();
            }
        }
    }

    /// The first member below the minimum in the partition's racks, from `start` round the circle.
    fn next_in_rack(&self, id: usize, start: usize) -> Option<usize> {
        let fits = |&at: &usize| self.racks.matches(self.under_min[at], id);
        let wrapped = || (0..start).find(fits);
        (start..self.under_min.len()).find(fits).or_else(wrapped)
    }

    fn first_at_min_in_rack(&self, id: usize) -> Option<usize> {
        let mut members = self.at_min.iter();
        members.position(|&member| self.racks.matches(member, id))
    }

    fn deal_in_turn(&mut self, unassigned: &[usize]) -> Result<(), AssignError> {
        let mut cursor = 0;
        for &id in unassigned {
            if cursor >= self.under_min.len() {
                cursor = 0;
            }
            let next_under = self.under_min.get(cursor).copied();
            let member = match next_under {
                Some(member) => member,
                None => self.at_min.pop_front().ok_or(AssignError::IllegalState)?,
            };
            self.give(id, member, false);
            let size = self.lists[member].len();
            if next_under.is_some() && size == self.min {
                self.under_min.remove(cursor);
                self.at_min.push_back(member);
            } else {
                cursor += 1;
                if size == self.max {
                    self.over += 1;
                }
            }
        }
        Ok(())
    }

    fn give(&mut self, id: usize, member: usize, in_rack: bool) {
        let has = self.lists[member].len();
        self.listener.tell(|| Event::Dealt {
            member,
            partition: self.partitions.name(self.group, id),
            reason: if has < self.min {
                Deal::BelowMin { has, in_rack }
            } else {
                Deal::Extra { has, in_rack }
            },
        });
        self.lists[member].push(id);
        let had_other_owner = self.given_up.get(&id).is_some_and(|&owner| owner != member);
        if had_other_owner || self.contested.contains(&id) {
            self.transfers.insert(id, member);
        }
    }

    fn check(&self) -> Result<(), AssignError> {
        let complete = |&member: &usize| self.lists[member].len() == self.min;
        if self.under_min.is_empty()
            || (self.over == self.expected_over && self.under_min.iter().all(complete))
        {
            Ok(())
        } else {
            Err(AssignError::IllegalState)
        }
    }
}
