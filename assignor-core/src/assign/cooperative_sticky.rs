//! `CooperativeStickyAssignor`: the sticky plan, minus what another member still has to give up.
//!
//! A withheld partition belongs to nobody until the member that loses it has revoked it and joined
//! again; the rebalance that follows hands it out (KIP-429).

use std::collections::{BTreeMap, BTreeSet};

use super::explain::{Event, Listener};
use super::group::Group;
use super::release::Release;
use super::sticky::{Plan, Transfers};
use super::user_data::{self, MemberData};
use super::{GroupMember, TopicPartition};

/// A member's claim: the subscription's own fields, or before KIP-792 a generation in user data.
pub(super) fn member_data(member: &GroupMember, release: Release) -> MemberData {
    let generation = member
        .generation()
        .filter(|_| release.subscriptions_have_generations());
    MemberData {
        owned: member.owned_partitions.clone(),
        generation: generation
            .or_else(|| user_data::decode_cooperative(member.user_data.as_deref())),
    }
}

/// Takes out of the plan every partition that changes hands.
///
/// The constrained algorithm knows them, and counts a partition claimed twice among them. For the
/// general algorithm they are what one member gets and doesn't own and any member owns and doesn't
/// get, by the raw claims: an outdated claim hides a transfer.
pub(super) fn withhold_transfers(group: &Group<'_>, plan: &mut Plan, mut listener: Listener<'_>) {
    let mut withheld: BTreeSet<(usize, usize)> = match &plan.transfers {
        Transfers::Known(transfers) => transfers.iter().map(|(&id, &to)| (to, id)).collect(),
        Transfers::ByClaims(order) => recomputed_transfers(group, plan, order),
    };
    for (member, list) in plan.lists.iter_mut().enumerate() {
        // A list that holds a partition twice loses it once.
        list.retain(|&id| {
            let keeps = !withheld.remove(&(member, id));
            if !keeps {
                listener.tell(|| {
                    let partition = plan.partitions.name(group, id);
                    Event::Withheld {
                        member,
                        claimants: claimants(group, &partition),
                        partition,
                    }
                });
            }
            keeps
        });
    }
}

/// Members whose subscription names the partition among those they own.
fn claimants(group: &Group<'_>, partition: &TopicPartition) -> Vec<usize> {
    let members = group.members.iter().enumerate();
    let claims = |source: &GroupMember| source.owned_partitions.contains(partition);
    members
        .filter(|(_, member)| claims(member.source))
        .map(|(number, _)| number)
        .collect()
}

/// `order` has all members.
fn recomputed_transfers(
    group: &Group<'_>,
    plan: &Plan,
    order: &[usize],
) -> BTreeSet<(usize, usize)> {
    // Where two members were given a partition, Java's map remembers the last.
    let mut added: BTreeMap<usize, usize> = BTreeMap::new();
    let mut revoked = BTreeSet::new();
    for &member in order {
        let claims = group.members[member].source.owned_partitions.iter();
        let owned: BTreeSet<usize> = claims
            .filter_map(|claim: &TopicPartition| plan.partitions.find(group, claim))
            .collect();
        let assigned: BTreeSet<usize> = plan.lists[member].iter().copied().collect();
        added.extend(assigned.difference(&owned).map(|&id| (id, member)));
        revoked.extend(owned.difference(&assigned).copied());
    }
    added
        .into_iter()
        .filter(|(id, _)| revoked.contains(id))
        .map(|(id, member)| (member, id))
        .collect()
}
