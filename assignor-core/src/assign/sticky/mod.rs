//! The algorithm behind `StickyAssignor` and `CooperativeStickyAssignor`.
//!
//! Equal subscriptions take the constrained way, others the general one. Source of truth:
//! `AbstractStickyAssignor` 3.7.1 and newer (KIP-54, KIP-341, KAFKA-12464, KAFKA-14639, KIP-881,
//! KAFKA-16277). Hostile or outdated claims have the effects that they have there, exceptions
//! included.

mod constrained;
pub(super) mod fast;
mod general;
mod movements;
mod ownership;
mod partitions;
mod racks;

use std::collections::BTreeMap;

use super::explain::{Event, Listener};
use super::group::Group;
use super::user_data::{self, MemberData};
use super::{AssignError, Assignment, GroupMember};

use ownership::Ownership;
use partitions::Partitions;
use racks::RackInfo;

/// What the algorithm comes to, in numbers.
pub(super) struct Plan {
    /// Per member the partitions, in the order of Java's list.
    pub(super) lists: Vec<Vec<usize>>,
    pub(super) transfers: Transfers,
    pub(super) partitions: Partitions,
}

/// Which partitions change hands.
pub(super) enum Transfers {
    /// These, with who gets them.
    Known(BTreeMap<usize, usize>),
    /// The claims tell, compared with the lists of the members in this order.
    ByClaims(Vec<usize>),
}

impl Plan {
    pub(super) fn into_assignment(self, group: &Group<'_>) -> Assignment {
        let Self {
            lists, partitions, ..
        } = self;
        let named = lists.into_iter().map(|list| {
            let list = list.into_iter();
            list.map(|id| partitions.name(group, id)).collect()
        });
        Assignment::named(group, named.collect())
    }
}

/// `StickyAssignor`'s view of a member's past: its user data alone.
pub(super) fn member_data(member: &GroupMember) -> MemberData {
    user_data::decode_sticky(member.user_data.as_deref())
}

/// Plans the assignment. `claims` has one element per member of the group.
pub(super) fn plan(
    group: &Group<'_>,
    claims: &[MemberData],
    max_generation: &mut i32,
    mut listener: Listener<'_>,
) -> Result<Plan, AssignError> {
    let mut partitions = Partitions::new(group);
    let ownership = Ownership::settle(
        group,
        claims,
        &mut partitions,
        max_generation,
        &mut listener,
    );
    let racks = RackInfo::new(group, &partitions);
    listener.tell(|| Event::Subscriptions {
        equal: ownership.equal_subscriptions,
    });
    if racks.candidates.is_some() {
        listener.tell(|| Event::Racks {
            topic: None,
            matter: racks.in_effect(),
        });
    }
    let (lists, transfers) = if ownership.equal_subscriptions {
        let (lists, transfers) =
            constrained::assign(group, &partitions, &racks, ownership, listener)?;
        (lists, Transfers::Known(transfers))
    } else {
        let previous =
            ownership::previous_owners(group, claims, &partitions, *max_generation, &mut listener);
        let (lists, order) =
            general::assign(group, &partitions, &racks, ownership, &previous, listener)?;
        (lists, Transfers::ByClaims(order))
    };
    Ok(Plan {
        lists,
        transfers,
        partitions,
    })
}

/// The partitions of `all` that are not in `assigned`; both sorted alike.
///
/// A merge with two pointers, as in Java: an assigned partition that does not exist is never
/// reached, and everything behind it counts as unassigned.
fn unassigned(all: impl IntoIterator<Item = usize>, assigned: &[usize]) -> Vec<usize> {
    let mut assigned = assigned.iter().peekable();
    all.into_iter()
        .filter(|id| assigned.next_if_eq(&id).is_none())
        .collect()
}

/// How uneven the members' shares are, 0 being even: the sum of the differences over all pairs, in
/// Java's wrapping arithmetic.
fn spread(mut sizes: Vec<i32>) -> i32 {
    sizes.sort_unstable();
    let members = wrapping(sizes.len());
    // A share counts positive for every smaller one and negative for every larger one.
    sizes.iter().zip(0_i32..).fold(0_i32, |score, (size, at)| {
        let weight = at.wrapping_mul(2).wrapping_add(1).wrapping_sub(members);
        score.wrapping_add(size.wrapping_mul(weight))
    })
}

/// The low 31 bits.
fn wrapping(number: usize) -> i32 {
    i32::try_from(number & 0x7fff_ffff).unwrap_or_default()
}
