//! One assignor object of one consumer process.

use std::sync::Arc;

use super::explain::{Event, Explanation, Listen, Listener};
use super::group::Group;
use super::release::Release;
use super::sticky::{self, Plan};
use super::user_data::{self, MemberData, NO_GENERATION, TopicNameTooLong};
use super::{
    AssignError, Assignment, AssignorName, Cluster, GroupMember, TopicPartition,
    UnsupportedVersion, cooperative_sticky, range, range_before_racks, round_robin,
};
use crate::version::KafkaVersion;

/// An assignor as one consumer process holds it, with what the Java object remembers.
///
/// Make one per process and keep it through the rebalances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assignor {
    name: AssignorName,
    release: Release,
    /// `sticky`: the last assignment, as received. Not cleared when partitions are revoked or lost.
    assignment: Option<Vec<TopicPartition>>,
    /// The generation of the last assignment.
    generation_id: i32,
    /// The newest generation this instance has seen any member claim. Never reset.
    max_generation: i32,
}

impl Assignor {
    /// An assignor of the newest release that remembers nothing yet.
    pub fn new(name: AssignorName) -> Self {
        Self {
            name,
            release: Release::NEWEST,
            assignment: None,
            generation_id: NO_GENERATION,
            max_generation: NO_GENERATION,
        }
    }

    /// An assignor of that release of the Java client, which remembers nothing yet. A release newer
    /// than [`KafkaVersion::NEWEST`] is taken to behave as that one.
    pub fn of_version(
        name: AssignorName,
        version: KafkaVersion,
    ) -> Result<Self, UnsupportedVersion> {
        Ok(Self {
            release: Release::new(version)?,
            ..Self::new(name)
        })
    }

    /// The release that it is of.
    pub fn version(&self) -> KafkaVersion {
        self.release.version()
    }

    pub(super) fn release(&self) -> Release {
        self.release
    }

    /// Which of the four it is.
    pub fn name(&self) -> AssignorName {
        self.name
    }

    /// The `user_data` for the next `JoinGroup` request.
    ///
    /// `sticky` has none before its first assignment (nor if that names a topic too long for the
    /// protocol, which no broker hands out); `cooperative-sticky` always has some; the others none.
    pub fn subscription_user_data(&self) -> Option<Vec<u8>> {
        match self.name {
            AssignorName::Range | AssignorName::RoundRobin => None,
            AssignorName::Sticky => {
                user_data::encode_sticky(self.assignment.as_deref()?, self.generation_id).ok()
            }
            AssignorName::CooperativeSticky => {
                Some(user_data::encode_cooperative(self.generation_id))
            }
        }
    }

    /// Writes into a member's subscription that it owned `owned` in generation `generation_id`, where
    /// an assignor like this one looks for it: `sticky` and, before 3.4, `cooperative-sticky` in the
    /// user data, the others in the subscription's own fields.
    pub fn claim(
        &self,
        member: &mut GroupMember,
        owned: Vec<TopicPartition>,
        generation_id: Option<i32>,
    ) -> Result<(), TopicNameTooLong> {
        member.generation_id = generation_id;
        if self.name == AssignorName::Sticky {
            let generation_id = generation_id.unwrap_or(NO_GENERATION);
            member.user_data = Some(user_data::encode_sticky(&owned, generation_id)?);
            return Ok(());
        }
        member.owned_partitions = owned;
        if self.name == AssignorName::CooperativeSticky
            && !self.release.subscriptions_have_generations()
        {
            let generation_id = member.generation();
            member.user_data = generation_id.map(user_data::encode_cooperative);
        }
        Ok(())
    }

    /// Takes note of what a `SyncGroup` response assigned, in the order of the response. Only `sticky`
    /// looks at it.
    pub fn on_assignment(
        &mut self,
        assigned: impl IntoIterator<Item = TopicPartition>,
        generation_id: i32,
    ) {
        match self.name {
            AssignorName::Range | AssignorName::RoundRobin => {}
            AssignorName::Sticky => {
                self.assignment = Some(assigned.into_iter().collect());
                self.generation_id = generation_id;
            }
            AssignorName::CooperativeSticky => self.generation_id = generation_id,
        }
    }

    /// Assigns partitions to all members, as the leader of the group.
    ///
    /// `members` stand in the order of the `JoinGroup` response. The time is at least proportional
    /// to the number of partitions of all subscribed topics, and so is the memory.
    pub fn assign(
        &mut self,
        cluster: &Cluster,
        members: &[GroupMember],
    ) -> Result<Assignment, AssignError> {
        self.assign_told(cluster, members, Listener::nobody())
    }

    /// [`Self::assign`], which tells `listen` every decision on the way.
    ///
    /// On an error, `listen` has heard the decisions up to it.
    pub fn assign_to_listener(
        &mut self,
        cluster: &Cluster,
        members: &[GroupMember],
        listen: &mut dyn Listen,
    ) -> Result<Assignment, AssignError> {
        self.assign_told(cluster, members, Listener::new(listen))
    }

    /// [`Self::assign`], with all reasons.
    pub fn explain<'a>(
        &mut self,
        cluster: &'a Cluster,
        members: &'a [GroupMember],
    ) -> Explanation<'a> {
        Explanation::new(self, cluster, members)
    }

    fn assign_told(
        &mut self,
        cluster: &Cluster,
        members: &[GroupMember],
        mut listener: Listener<'_>,
    ) -> Result<Assignment, AssignError> {
        let group = Group::new(cluster, members, self.release);
        listener.tell(|| Event::Group {
            members: group
                .members
                .iter()
                .map(|member| Arc::clone(&member.source.member_id))
                .collect(),
        });
        // Each assignor is a function of its own, `inline(never)`: a page may load them one by one.
        // Telling takes the literal algorithm, which makes the decisions one by one.
        let sticky = matches!(
            self.name,
            AssignorName::Sticky | AssignorName::CooperativeSticky
        );
        if sticky && !listener.hears() {
            let answer = sticky::fast::assign(&group, self.name, &mut self.max_generation);
            if let Some(answer) = answer {
                return answer;
            }
        }
        match self.name {
            AssignorName::Range if !self.release.knows_racks() => {
                Ok(range_before_racks::assign(&group, listener))
            }
            AssignorName::Range => Ok(range::assign(&group, listener)),
            AssignorName::RoundRobin => round_robin::assign(&group, listener),
            AssignorName::Sticky => self.sticky(&group, listener),
            AssignorName::CooperativeSticky => self.cooperative_sticky(&group, listener),
        }
    }

    #[inline(never)]
    fn sticky(
        &mut self,
        group: &Group<'_>,
        listener: Listener<'_>,
    ) -> Result<Assignment, AssignError> {
        let claims = claims_of(group, sticky::member_data);
        let plan = self.plan(group, &claims, listener)?;
        Ok(plan.into_assignment(group))
    }

    #[inline(never)]
    fn cooperative_sticky(
        &mut self,
        group: &Group<'_>,
        mut listener: Listener<'_>,
    ) -> Result<Assignment, AssignError> {
        let release = self.release;
        let claims = claims_of(group, |member| {
            cooperative_sticky::member_data(member, release)
        });
        let mut plan = self.plan(group, &claims, listener.by_ref())?;
        cooperative_sticky::withhold_transfers(group, &mut plan, listener);
        Ok(plan.into_assignment(group))
    }

    fn plan(
        &mut self,
        group: &Group<'_>,
        claims: &[MemberData],
        listener: Listener<'_>,
    ) -> Result<Plan, AssignError> {
        sticky::plan(group, claims, &mut self.max_generation, listener)
    }
}

fn claims_of(group: &Group<'_>, of: impl Fn(&GroupMember) -> MemberData) -> Vec<MemberData> {
    let members = group.members.iter();
    members.map(|member| of(member.source)).collect()
}
