//! Who owns what before the rebalance, out of claims that may contradict each other.
//!
//! Two claims of one generation cancel each other; of two generations the newer wins (KAFKA-14639),
//! partition by partition, or before 3.4.1 all of it.
//! The newer claim's generation is the assignor's, the older one's is the subscription's, as in
//! Java; with more than two claimants the result depends on the order of the members.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::super::TopicPartition;
use super::super::explain::{Event, Listener, Verdict};
use super::super::group::Group;
use super::super::user_data::{MemberData, NO_GENERATION};
use super::Partitions;

/// The outcome of the claims.
pub(super) struct Ownership {
    /// Whether all members subscribe to the same topics.
    pub(super) equal_subscriptions: bool,
    /// Per member what it owns, in the order of its claim.
    pub(super) owned: Vec<Vec<usize>>,
    /// Partitions that two members claimed in the same generation.
    pub(super) contested: BTreeSet<usize>,
}

impl Ownership {
    pub(super) fn settle(
        group: &Group<'_>,
        claims: &[MemberData],
        partitions: &mut Partitions,
        max_generation: &mut i32,
        listener: &mut Listener<'_>,
    ) -> Self {
        let mut settling = Settling {
            group,
            partitions,
            held: Held::default(),
            contested: BTreeSet::new(),
            listener: listener.by_ref(),
        };
        if group.release.settles_by_partition() {
            settling.settle_by_partition(claims, max_generation);
        } else {
            settling.settle_newest_generation(claims, max_generation);
        }
        let Settling {
            held, contested, ..
        } = settling;
        Self {
            equal_subscriptions: subscriptions_are_equal(group),
            owned: held.into_lists(claims.len()),
            contested,
        }
    }
}

/// Claims being looked at, one by one.
struct Settling<'a> {
    group: &'a Group<'a>,
    partitions: &'a mut Partitions,
    held: Held,
    contested: BTreeSet<usize>,
    listener: Listener<'a>,
}

impl Settling<'_> {
    /// Of two claims on a partition the newer counts.
    fn settle_by_partition(&mut self, claims: &[MemberData], max_generation: &mut i32) {
        let release = self.group.release;
        for (member, claim) in claims.iter().enumerate() {
            let generation = claim.generation.unwrap_or(NO_GENERATION);
            *max_generation = generation.max(*max_generation);
            for partition in &claim.owned {
                let Some((id, than)) = self.contender(member, claim, partition) else {
                    continue;
                };
                let theirs = self.group.members[than].source.generation();
                let theirs = theirs.unwrap_or(NO_GENERATION);
                let verdict = match generation.cmp(&theirs) {
                    Ordering::Less => {
                        if !release.knows_when_to_stop() {
                            self.held.remember_loser(id, member);
                        }
                        Verdict::Older {
                            than,
                            generation: theirs,
                        }
                    }
                    Ordering::Equal => {
                        self.contested.insert(id);
                        self.held.withdraw(id, member);
                        Verdict::Contested { with: than }
                    }
                    Ordering::Greater => {
                        self.held.give(id, member);
                        Verdict::Newer {
                            than,
                            generation: theirs,
                        }
                    }
                };
                self.tell(member, claim, partition, verdict);
            }
        }
    }

    /// Only members of the newest generation have claims that count; before any generation is
    /// known, members without one do.
    fn settle_newest_generation(&mut self, claims: &[MemberData], max_generation: &mut i32) {
        let mut counts = vec![false; claims.len()];
        for (member, claim) in claims.iter().enumerate() {
            let generation = claim.generation.unwrap_or(NO_GENERATION);
            if generation > *max_generation {
                counts.fill(false);
                *max_generation = generation;
            }
            counts[member] = generation == *max_generation;
        }
        for (member, claim) in claims.iter().enumerate() {
            for partition in &claim.owned {
                if !counts[member] {
                    let newest = *max_generation;
                    self.tell(member, claim, partition, Verdict::Outdated { newest });
                    continue;
                }
                if let Some((id, with)) = self.contender(member, claim, partition) {
                    self.contested.insert(id);
                    self.held.withdraw(id, member);
                    self.tell(member, claim, partition, Verdict::Contested { with });
                }
            }
        }
    }

    /// The number of a claimed partition and the member that claimed it last. A claim on a
    /// partition that nobody claimed before is believed at once.
    fn contender(
        &mut self,
        member: usize,
        claim: &MemberData,
        partition: &TopicPartition,
    ) -> Option<(usize, usize)> {
        let Some(id) = self.partitions.number(self.group, partition) else {
            self.tell(member, claim, partition, Verdict::NoTopic);
            return None;
        };
        let Some(contender) = self.held.claimant(id) else {
            self.tell(member, claim, partition, Verdict::Believed);
            self.held.give(id, member);
            return None;
        };
        Some((id, contender))
    }

    fn tell(
        &mut self,
        member: usize,
        claim: &MemberData,
        partition: &TopicPartition,
        verdict: Verdict,
    ) {
        self.listener.tell(|| Event::Claim {
            member,
            partition: partition.clone(),
            generation: claim.generation,
            verdict,
        });
    }
}

/// Claims in the order in which they came in.
#[derive(Default)]
struct Held {
    /// Every claim that was believed, in order; a claim that lost later is emptied.
    log: Vec<Option<(usize, usize)>>,
    /// Per partition its last claimant and the place of that claim in the log.
    last: Vec<Option<(usize, Option<usize>)>>,
}

impl Held {
    fn claimant(&self, id: usize) -> Option<usize> {
        self.last
            .get(id)
            .copied()
            .flatten()
            .map(|(member, _)| member)
    }

    /// The last claimant gets the partition.
    fn give(&mut self, id: usize, member: usize) {
        let place = self.log.len();
        self.log.push(Some((member, id)));
        self.replace(id, (member, Some(place)));
    }

    /// The last claimant doesn't get it, and whoever had it loses it.
    fn withdraw(&mut self, id: usize, member: usize) {
        self.replace(id, (member, None));
    }

    /// The last claimant is a member that doesn't get it, and whoever has it keeps it.
    fn remember_loser(&mut self, id: usize, member: usize) {
        if let Some(last) = self.last.get_mut(id)
            && last.is_none_or(|(claimant, _)| claimant != member)
        {
            *last = Some((member, None));
        }
    }

    fn replace(&mut self, id: usize, last: (usize, Option<usize>)) {
        if self.last.len() <= id {
            self.last.resize(id + 1, None);
        }
        if let Some((_, Some(place))) = self.last[id].replace(last) {
            self.log[place] = None;
        }
    }

    fn into_lists(self, members: usize) -> Vec<Vec<usize>> {
        let mut lists = vec![Vec::new(); members];
        for (member, id) in self.log.into_iter().flatten() {
            lists[member].push(id);
        }
        lists
    }
}

/// Java's comparison: a list against the first non-empty set before it. Topics that don't exist
/// count, a repeated topic makes a difference, and leading empty subscriptions make none.
pub(super) fn subscriptions_are_equal(group: &Group<'_>) -> bool {
    let mut topics: BTreeSet<&str> = BTreeSet::new();
    // Equal lists compare equally.
    let mut equal: Vec<Option<bool>> = vec![None; group.subscriptions.lists.len()];
    group.members.iter().all(|member| {
        let names = group.subscriptions.lists[member.subscription].names;
        if topics.is_empty() {
            topics.extend(names.iter().map(|topic| &**topic));
            return true;
        }
        *equal[member.subscription].get_or_insert_with(|| {
            names.len() == topics.len() && names.iter().all(|topic| topics.contains(&**topic))
        })
    })
}

/// Per existing partition the member that owned it in the newest outdated generation.
///
/// Claims are taken as they are, whether or not the member still subscribes to the topic. Of equal
/// generations the first member counts.
pub(super) fn previous_owners(
    group: &Group<'_>,
    claims: &[MemberData],
    partitions: &Partitions,
    max_generation: i32,
    listener: &mut Listener<'_>,
) -> Vec<Option<usize>> {
    let mut previous: Vec<Option<(usize, i32)>> = vec![None; partitions.existing()];
    for (member, claim) in claims.iter().enumerate() {
        let generation = claim.generation.unwrap_or(NO_GENERATION);
        if generation >= max_generation {
            continue;
        }
        for partition in &claim.owned {
            let id = partitions.find(group, partition);
            let Some(previous) = id.and_then(|id| previous.get_mut(id)) else {
                continue;
            };
            if previous.is_none_or(|(_, known)| generation > known) {
                *previous = Some((member, generation));
            }
        }
    }
    if listener.hears() {
        for (id, remembered) in previous.iter().enumerate() {
            if let Some((member, generation)) = *remembered {
                listener.tell(|| Event::Remembered {
                    member,
                    partition: partitions.name(group, id),
                    generation,
                });
            }
        }
    }
    let members = previous.into_iter();
    members.map(|previous| Some(previous?.0)).collect()
}
