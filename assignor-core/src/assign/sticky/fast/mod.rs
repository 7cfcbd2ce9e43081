//! The sticky algorithms for groups of any size.
//!
//! Same answers as the step-by-step ones beside this module, which follow Java literally, stay the
//! reference and answer what this doesn't take on: older releases, racks that make a difference, claims
//! past the end of a topic, outdated claims on topics that a member doesn't subscribe to (there Java's
//! test for balance does more than end the search, and may never hold), and repeated topics in a
//! subscription. Invariant, held by `tests/fast_assignors.rs` and every recorded case: where there is an
//! answer here, it is the same, list order and error included.

mod claims;
mod constrained;
mod general;
mod numbers;
#[cfg(test)]
mod tests;

use super::super::group::Group;
use super::super::{AssignError, Assignment, AssignorName};
use super::ownership::subscriptions_are_equal;

use claims::{Claims, Settled};
use numbers::Numbers;

/// Stands for no member, no partition, no place.
const NONE: u32 = u32::MAX;

/// The assignment; `None` if the literal algorithm has to find it, or why there is none.
#[inline(never)]
pub(in super::super) fn assign(
    group: &Group<'_>,
    name: AssignorName,
    max_generation: &mut i32,
) -> Option<Result<Assignment, AssignError>> {
    if group.members.is_empty()
        || !group.release.keeps_of_every_topic()
        || group.racks_make_a_difference()
    {
        return None;
    }
    let numbers = Numbers::new(group)?;
    let claims = Claims::read(group, &numbers, name)?;
    let newest = claims.newest_generation();
    *max_generation = newest.max(*max_generation);
    let settled = Settled::new(group, &numbers, &claims);
    let withhold = name == AssignorName::CooperativeSticky;
    let lists = if subscriptions_are_equal(group) {
        constrained::assign(group, &numbers, &claims, &settled, withhold)
    } else {
        let lists = general::assign(group, &numbers, &claims, &settled, *max_generation)?;
        Ok(general::given(group, &numbers, &claims, &lists, withhold))
    };
    Some(lists.map(|lists| Assignment::new(group, lists)))
}
