//! LeaveGroup: members that leave, and members that an administrator removes (KIP-345).
//!
//! Source: `classicGroupLeaveToClassicGroup`@4.3, `doLeaveGroup`@3.9.

use super::{Coordinator, Turn};
use crate::sim::protocol::{Identity, LeaveGroup};
use crate::sim::trace::{ErrorCode, EventKind, GroupState, ProcessIx, Standing};
use std::sync::Arc;

/// Whom an administrator wants removed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sim) enum Leaver {
    /// The dynamic member that this process is, by its member id.
    Process(ProcessIx),
    /// A static member, by its `group.instance.id`.
    Instance(Arc<str>),
}

/// What the admin client says where the caller gives no reason.
const REMOVED_BY_ADMIN: &str = "member was removed by an admin";

impl Coordinator {
    #[cold]
    pub(super) fn on_leave_group(&mut self, turn: &mut Turn, leave: &LeaveGroup) -> ErrorCode {
        let mut left = Vec::new();
        let error = self.leave(turn, &leave.identity, leave.reason, false, &mut left);
        self.after_leaves(turn, &left);
        error
    }

    /// `Admin.removeMembersFromConsumerGroup`, of everybody where nobody is named. The client asks again
    /// until the group is loaded.
    #[cold]
    pub(in crate::sim) fn remove_by_admin(
        &mut self,
        turn: &mut Turn,
        leavers: Option<Vec<Leaver>>,
    ) {
        if !self.active {
            return self.postponed.push(leavers);
        }
        let leavers = leavers.unwrap_or_else(|| self.everybody());
        let mut left = Vec::new();
        for leaver in leavers {
            let identity = self.identity_of(leaver);
            self.leave(turn, &identity, REMOVED_BY_ADMIN, true, &mut left);
        }
        self.after_leaves(turn, &left);
    }

    fn everybody(&self) -> Vec<Leaver> {
        let members = self.group.members.values();
        members
            .map(|member| match &member.group_instance_id {
                Some(instance) => Leaver::Instance(instance.clone()),
                None => Leaver::Process(member.process),
            })
            .collect()
    }

    fn identity_of(&self, leaver: Leaver) -> Identity {
        let (member_id, group_instance_id) = match leaver {
            Leaver::Instance(instance) => (None, Some(instance)),
            Leaver::Process(process) => {
                let mut members = self.group.members.values();
                let member = members.find(|member| member.process == process);
                (member.map(|member| member.member_id.clone()), None)
            }
        };
        Identity::new(member_id.unwrap_or_default(), group_instance_id, -1)
    }

    /// Removes one member. Those that are gone are put into `left`, by the id in the request.
    #[cold]
    fn leave(
        &mut self,
        turn: &mut Turn,
        identity: &Identity,
        reason: &str,
        by_admin: bool,
        left: &mut Vec<Arc<str>>,
    ) -> ErrorCode {
        if let Some(process) = self.group.pending.remove(&identity.member_id) {
            turn.trace
                .standing(turn.now_ms, process, Standing::Stranger);
            left.push(identity.member_id.clone());
            // The Scala coordinator only looks whether it was the last one to be awaited.
            if self.settings.scala {
                self.maybe_complete_join(turn);
            }
            return ErrorCode::None;
        }
        let member_id = match self.leaving_member(identity) {
            Ok(member_id) => member_id,
            Err(error) => return error,
        };
        let Some(member) = self.remove_member(turn, &member_id) else {
            return ErrorCode::UnknownMemberId;
        };
        let process = member.process;
        turn.note(if by_admin {
            EventKind::Removed {
                process,
                member_id: member_id.clone(),
            }
        } else {
            EventKind::Left {
                process,
                member_id: member_id.clone(),
            }
        });
        left.push(identity.member_id.clone());
        if self.settings.scala {
            let reason = self.settings.words().left(&member_id, reason);
            self.rebalance_or_maybe_complete(turn, &reason);
        }
        ErrorCode::None
    }

    /// An administrator names a static member by its instance alone.
    fn leaving_member(&self, identity: &Identity) -> Result<Arc<str>, ErrorCode> {
        if identity.member_id.is_empty() {
            let instance = identity.group_instance_id.as_ref();
            let known = instance.and_then(|instance| self.group.static_members.get(instance));
            return known.cloned().ok_or(ErrorCode::UnknownMemberId);
        }
        match self.group.validate(identity) {
            ErrorCode::None => Ok(identity.member_id.clone()),
            error => Err(error),
        }
    }

    /// The Java coordinator rebalances once for a whole request, and makes no difference between a
    /// pending id and a member.
    #[cold]
    fn after_leaves(&mut self, turn: &mut Turn, left: &[Arc<str>]) {
        if self.settings.scala || left.is_empty() {
            return;
        }
        match self.group.state {
            GroupState::Stable | GroupState::CompletingRebalance => {
                let reason = super::reasons::left_together(left);
                self.prepare_rebalance(turn, &reason);
            }
            GroupState::PreparingRebalance => self.maybe_complete_join(turn),
            GroupState::Empty => {}
        }
    }
}
