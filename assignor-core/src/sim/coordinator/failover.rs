//! The coordinator moves to another broker, which knows what the log says and no more.
//!
//! The log has the group as of its last assignment, replacement of a static member or emptying, and the
//! committed offsets. What was under way is lost: parked requests, pending ids, timers, generations whose
//! assignment wasn't replicated. Source: `GroupMetadataManager.onUnloaded`, `replay`, `onLoaded`@4.3,
//! `GroupMetadata.loadGroup`@3.9.

use super::group::{Group, Member};
use super::{Append, Coordinator, Turn, refuse_join, refuse_sync};
use crate::assign::AssignorName;
use crate::sim::protocol::{Joined, Request, Response};
use crate::sim::ranks::Rank;
use crate::sim::trace::{ErrorCode, EventKind, GroupState, Standing};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// The group as a record of the log has it.
#[derive(Debug, Clone)]
pub(super) struct Snapshot {
    generation_id: i32,
    protocol: Option<AssignorName>,
    leader_id: Option<Arc<str>>,
    /// Each with the subscription for the selected protocol only.
    members: Vec<Member>,
}

/// The answer of a broker that can't serve a request.
pub(in crate::sim) fn refusal(request: &Request, error: ErrorCode) -> Response {
    match request {
        Request::JoinGroup(join) => Response::JoinGroup(Box::new(Joined {
            error,
            member_id: join.member_id.clone(),
            generation_id: -1,
            protocol: None,
            leader_id: Arc::from(""),
            members: Vec::new(),
            skip_assignment: false,
        })),
        Request::SyncGroup(_) => Response::sync_group(error, Vec::new()),
        Request::Heartbeat(_) => Response::Heartbeat { error },
        Request::LeaveGroup(_) => Response::LeaveGroup { error },
        Request::OffsetCommit(_) => Response::OffsetCommit { error },
    }
}

impl Group {
    /// What a record of the group says now, with a leader's assignment that it brings along.
    pub(super) fn snapshot(&self, assignments: Option<&[(Arc<str>, Vec<Rank>)]>) -> Snapshot {
        let assignments: Option<BTreeMap<&str, &Vec<Rank>>> = assignments.map(|list| {
            let pairs = list.iter();
            pairs.map(|(id, assigned)| (&**id, assigned)).collect()
        });
        let members = self.members.values().map(|member| {
            let mut member = member.clone();
            member
                .protocols
                .retain(|offer| Some(offer.name) == self.protocol);
            member.awaiting_join = None;
            member.awaiting_sync = None;
            member.is_new = false;
            member.session_end_ms = None;
            member.session_check_ms = None;
            if let Some(assignments) = &assignments {
                let assigned = assignments.get(&*member.member_id);
                member.assignment = assigned.copied().cloned().unwrap_or_default();
            }
            member
        });
        Snapshot {
            generation_id: self.generation_id,
            protocol: self.protocol,
            leader_id: self.leader_id.clone(),
            members: members.collect(),
        }
    }

    fn load(snapshot: Snapshot, scala: bool) -> Self {
        let mut group = Self {
            generation_id: snapshot.generation_id,
            protocol: snapshot.protocol,
            leader_id: snapshot.leader_id,
            ..Self::new(scala)
        };
        for member in snapshot.members {
            group.add(member);
        }
        if !group.members.is_empty() {
            group.state = GroupState::Stable;
        }
        group
    }
}

impl Coordinator {
    pub(super) fn refusal_while_loading(&self, request: &Request) -> Response {
        let error = match request {
            // The broker can't know better, and a rejoin would be worse.
            Request::Heartbeat(_) => ErrorCode::None,
            Request::SyncGroup(_) if self.settings.scala => ErrorCode::RebalanceInProgress,
            _ => ErrorCode::CoordinatorLoadInProgress,
        };
        refusal(request, error)
    }

    /// The broker isn't the coordinator any more. Unless it has died, whoever waits for it is told.
    pub(in crate::sim) fn unload(&mut self, turn: &mut Turn, crash: bool) {
        self.active = false;
        self.join_timer = None;
        self.sync_timer = None;
        let appends = std::mem::take(&mut self.appends);
        let scala = self.settings.scala;
        let persisted = self.persisted.clone();
        let loaded = persisted.map_or_else(
            || Group::new(scala),
            |snapshot| Group::load(snapshot, scala),
        );
        let unloaded = std::mem::replace(&mut self.group, loaded);
        for process in unloaded.pending.values() {
            turn.trace
                .standing(turn.now_ms, *process, Standing::Stranger);
        }
        for member in unloaded.members.values() {
            let process = member.process;
            turn.trace.session(turn.now_ms, process, None);
            turn.trace
                .standing(turn.now_ms, process, Standing::Stranger);
        }
        if !crash {
            tell_everybody(turn, &unloaded, appends);
        }
        for member in self.group.members.values() {
            turn.trace
                .standing(turn.now_ms, member.process, Standing::Member);
        }
        self.record_state(turn, None);
    }

    /// The group is loaded: every session begins anew.
    pub(in crate::sim) fn load(&mut self, turn: &mut Turn) {
        self.active = true;
        let members = self.group.members.len();
        turn.note(EventKind::CoordinatorLoaded {
            generation_id: self.group.generation_id,
            members,
        });
        let member_ids: Vec<_> = self.group.members.keys().cloned().collect();
        for member_id in member_ids {
            self.restart_own_session(turn, &member_id);
        }
        let most = self.settings.max_size;
        if members as u64 > most && self.group.state == GroupState::Stable {
            let reason = self.settings.words().over_capacity(members, most);
            self.prepare_rebalance(turn, &reason);
        }
        for leavers in std::mem::take(&mut self.postponed) {
            self.remove_by_admin(turn, leavers);
        }
    }
}

/// Parked requests and writes that aren't replicated yet are answered.
fn tell_everybody(turn: &mut Turn, group: &Group, appends: VecDeque<(u64, Append)>) {
    const ERROR: ErrorCode = ErrorCode::NotCoordinator;
    for member in group.members.values() {
        if let Some(ticket) = member.awaiting_join {
            refuse_join(turn, ticket, &member.member_id, ERROR);
        }
        if let Some(ticket) = member.awaiting_sync {
            refuse_sync(turn, ticket, ERROR);
        }
    }
    for (_, append) in appends {
        match append {
            Append::Replacement(ticket, replacement) => {
                let (joined, _) = *replacement;
                refuse_join(turn, ticket, &joined.member_id, ERROR);
            }
            Append::Commit(ticket, _) => {
                turn.reply(ticket, Response::OffsetCommit { error: ERROR });
            }
            // The leader's SyncGroup is parked like the others'.
            Append::Assignment { .. } | Append::Empty(_) => {}
        }
    }
}
