//! The state of a classic group (`ClassicGroup`, `ClassicGroupMember`@4.3).

use super::Ticket;
use super::members::Members;
use crate::assign::AssignorName;
use crate::sim::protocol::{Identity, JoinGroup, Joined, JoinedMember, OfferedProtocol};
use crate::sim::ranks::Rank;
use crate::sim::trace::{ErrorCode, GroupState, ProcessIx};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct Group {
    pub state: GroupState,
    /// None for a brand-new group, whose previous state is Dead in Kafka.
    pub previous_state: Option<GroupState>,
    pub generation_id: i32,
    /// What the members voted for in this generation.
    pub protocol: Option<AssignorName>,
    pub leader_id: Option<Arc<str>>,
    pub members: Members,
    pub static_members: BTreeMap<Arc<str>, Arc<str>>,
    /// Ids that were handed out and are expected back, with the process that got them.
    pub pending: BTreeMap<Arc<str>, ProcessIx>,
    /// Members whose SyncGroup is awaited in this generation.
    pub pending_sync: BTreeSet<Arc<str>>,
    pub awaiting_join: usize,
    /// Somebody joined during the initial delay that runs.
    pub new_member_added: bool,
}

#[derive(Debug, Clone)]
pub(super) struct Member {
    pub member_id: Arc<str>,
    pub group_instance_id: Option<Arc<str>>,
    /// The process that last spoke with this id.
    pub process: ProcessIx,
    pub session_timeout_ms: u64,
    pub rebalance_timeout_ms: u64,
    pub protocols: Vec<OfferedProtocol>,
    pub assignment: Vec<Rank>,
    pub awaiting_join: Option<Ticket>,
    pub awaiting_sync: Option<Ticket>,
    /// Hasn't had the answer to its first JoinGroup yet.
    pub is_new: bool,
    /// When its session ends; none while an expiry would be ignored.
    pub session_end_ms: Option<u64>,
    /// When the timer for it looks next; at or before the end.
    pub session_check_ms: Option<u64>,
}

/// What a replaced static member had going on.
pub(super) struct Replaced {
    pub process: ProcessIx,
    pub session_timeout_ms: u64,
    pub awaiting_join: Option<Ticket>,
    pub awaiting_sync: Option<Ticket>,
}

impl Group {
    /// A group without members, on the Java coordinator or on the older one.
    pub(super) fn new(scala: bool) -> Self {
        Self {
            state: GroupState::Empty,
            previous_state: None,
            generation_id: 0,
            protocol: None,
            leader_id: None,
            members: Members::new(scala),
            static_members: BTreeMap::new(),
            pending: BTreeMap::new(),
            pending_sync: BTreeSet::new(),
            awaiting_join: 0,
            new_member_added: false,
        }
    }

    /// `group.max.size`: whether a JoinGroup of this id may be accepted.
    pub(super) fn has_room_for(&self, member_id: &str, max_size: u64) -> bool {
        let below = |count: usize| (count as u64) < max_size;
        match self.state {
            GroupState::Empty => true,
            GroupState::PreparingRebalance => {
                let parked = |member: &Member| member.awaiting_join.is_some();
                self.members.get(member_id).is_some_and(parked) || below(self.awaiting_join)
            }
            GroupState::CompletingRebalance | GroupState::Stable => {
                self.members.contains_key(member_id) || below(self.members.len())
            }
        }
    }

    /// Whether at least one of the offered assignors is known to every member.
    pub(super) fn supports(&self, offered: &[OfferedProtocol]) -> bool {
        if self.members.is_empty() {
            return !offered.is_empty();
        }
        let mut offered = offered.iter();
        offered.any(|offer| self.members.all_offer(offer.name))
    }

    /// Whether the sender is who it says.
    pub(super) fn validate(&self, identity: &Identity) -> ErrorCode {
        if let Some(instance) = &identity.group_instance_id {
            match self.static_members.get(instance) {
                None => return ErrorCode::UnknownMemberId,
                Some(member_id) if *member_id != identity.member_id => {
                    return ErrorCode::FencedInstanceId;
                }
                Some(_) => {}
            }
        }
        if self.members.contains_key(&*identity.member_id) {
            ErrorCode::None
        } else {
            ErrorCode::UnknownMemberId
        }
    }

    /// The member that the sender is, if it is who it says and speaks of the present generation.
    pub(super) fn member_of_generation(
        &mut self,
        identity: &Identity,
    ) -> Result<&mut Member, ErrorCode> {
        if identity.group_instance_id.is_some() {
            match self.validate(identity) {
                ErrorCode::None => {}
                error => return Err(error),
            }
        }
        let (hash, member_id) = (identity.member_id_hash, &*identity.member_id);
        match self.members.get_mut_hashed(hash, member_id) {
            None => Err(ErrorCode::UnknownMemberId),
            Some(_) if identity.generation_id != self.generation_id => {
                Err(ErrorCode::IllegalGeneration)
            }
            Some(member) => Ok(member),
        }
    }

    /// Whether the member already offers exactly this, in this order and with the same content.
    pub(super) fn offers(&self, member_id: &str, protocols: &[OfferedProtocol]) -> bool {
        self.members
            .get(member_id)
            .is_some_and(|member| member.protocols == protocols)
    }

    pub(super) fn add(&mut self, member: Member) {
        if let Some(instance) = &member.group_instance_id {
            self.static_members
                .insert(instance.clone(), member.member_id.clone());
        }
        self.members.insert(member.member_id.clone(), member);
    }

    pub(super) fn update(&mut self, member_id: &str, process: ProcessIx, join: &JoinGroup) {
        if let Some(member) = self.members.get_mut(member_id) {
            member.process = process;
            member.session_timeout_ms = join.session_timeout_ms;
            member.rebalance_timeout_ms = join.rebalance_timeout_ms;
        }
        self.members.set_protocols(member_id, &join.protocols);
    }

    /// Parks a JoinGroup; false if the member was parked already.
    pub(super) fn await_join(&mut self, member_id: &str, ticket: Ticket) -> bool {
        let Some(member) = self.members.get_mut(member_id) else {
            return false;
        };
        let newly = member.awaiting_join.replace(ticket).is_none();
        self.awaiting_join += usize::from(newly);
        newly
    }

    /// Takes a parked JoinGroup out.
    pub(super) fn take_join(&mut self, member_id: &str) -> Option<Ticket> {
        let ticket = self.members.get_mut(member_id)?.awaiting_join.take()?;
        self.awaiting_join -= 1;
        Some(ticket)
    }

    pub(super) fn all_joined(&self) -> bool {
        self.members.len() == self.awaiting_join && self.pending.is_empty()
    }

    /// The longest `max.poll.interval.ms` of the members.
    pub(super) fn rebalance_timeout_ms(&self) -> u64 {
        self.members
            .values()
            .map(|member| member.rebalance_timeout_ms)
            .max()
            .unwrap_or(0)
    }

    /// Removes a member and, if it led, lets the first of the others lead.
    pub(super) fn remove(&mut self, member_id: &str) -> Option<Member> {
        self.take_join(member_id);
        let member = self.members.remove(member_id)?;
        if let Some(instance) = &member.group_instance_id {
            self.static_members.remove(instance);
        }
        self.pending_sync.remove(member_id);
        if self.leader_id.as_deref() == Some(member_id) {
            self.leader_id = self.members.keys().next().cloned();
        }
        Some(member)
    }

    /// Gives a static member's place to a new id.
    pub(super) fn replace(
        &mut self,
        replaced: &str,
        member_id: &Arc<str>,
        process: ProcessIx,
    ) -> Option<Replaced> {
        let awaiting_join = self.take_join(replaced);
        let mut member = self.members.remove(replaced)?;
        if self.pending_sync.remove(replaced) {
            self.pending_sync.insert(member_id.clone());
        }
        if self.leader_id.as_deref() == Some(replaced) {
            self.leader_id = Some(member_id.clone());
        }
        let old = Replaced {
            process: member.process,
            session_timeout_ms: member.session_timeout_ms,
            awaiting_join,
            awaiting_sync: member.awaiting_sync.take(),
        };
        member.member_id = member_id.clone();
        member.process = process;
        member.session_end_ms = None;
        member.session_check_ms = None;
        self.add(member);
        Some(old)
    }

    /// What the members vote for: each the first of its own list that everybody knows.
    ///
    /// A tie goes to the first name in the order in which the coordinator's hash table has them: fixed
    /// for the four built-in names.
    pub(super) fn select_protocol(&self, scala: bool) -> Option<AssignorName> {
        const JAVA_ORDER: [AssignorName; 4] = [
            AssignorName::Sticky,
            AssignorName::Range,
            AssignorName::RoundRobin,
            AssignorName::CooperativeSticky,
        ];
        const SCALA_ORDER: [AssignorName; 4] = [
            AssignorName::CooperativeSticky,
            AssignorName::RoundRobin,
            AssignorName::Range,
            AssignorName::Sticky,
        ];
        let candidates: Vec<_> = JAVA_ORDER
            .into_iter()
            .filter(|name| self.members.all_offer(*name))
            .collect();
        let vote = |member: &Member| {
            let mut names = member.protocols.iter().map(|offer| offer.name);
            names.find(|name| candidates.contains(name))
        };
        let votes: Vec<_> = self.members.values().filter_map(vote).collect();
        let count = |name: &AssignorName| votes.iter().filter(|vote| *vote == name).count();
        let order = if scala { SCALA_ORDER } else { JAVA_ORDER };
        // `max_by_key` keeps the last of equals, hence the reversal.
        let winner = order.into_iter().rev().max_by_key(count)?;
        (count(&winner) > 0).then_some(winner)
    }

    /// The answer to a member's JoinGroup in the present generation.
    pub(super) fn joined(&self, member_id: &Arc<str>) -> Joined {
        let leader_id = self.leader_id.clone().unwrap_or_default();
        let members = if leader_id == *member_id {
            self.members
                .values()
                .filter_map(|m| self.entry(m))
                .collect()
        } else {
            Vec::new()
        };
        Joined {
            error: ErrorCode::None,
            member_id: member_id.clone(),
            generation_id: self.generation_id,
            protocol: self.protocol,
            leader_id,
            members,
            skip_assignment: false,
        }
    }

    fn entry(&self, member: &Member) -> Option<JoinedMember> {
        let name = self.protocol?;
        let offer = member.protocols.iter().find(|offer| offer.name == name)?;
        Some(JoinedMember {
            process: member.process,
            member_id: member.member_id.clone(),
            group_instance_id: member.group_instance_id.clone(),
            subscription: offer.subscription.clone(),
        })
    }
}
