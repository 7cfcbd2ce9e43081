//! Rebalances and sessions: how a generation ends, how the next begins, who is removed when.

use super::{Append, Coordinator, JoinTimer, Member, Timer, Turn, refuse_join, refuse_sync};
use crate::sim::protocol::Response;
use crate::sim::ranks::Rank;
use crate::sim::trace::{ErrorCode, EventKind, GroupState, Standing};
use std::sync::Arc;

impl Coordinator {
    pub(super) fn rebalance_or_maybe_complete(&mut self, turn: &mut Turn, reason: &str) {
        if self.group.state == GroupState::PreparingRebalance {
            self.maybe_complete_join(turn);
        } else {
            self.prepare_rebalance(turn, reason);
        }
    }

    /// An initial rebalance never ends before its delay.
    pub(super) fn maybe_complete_join(&mut self, turn: &mut Turn) {
        if self.group.state == GroupState::PreparingRebalance
            && self.group.previous_state != Some(GroupState::Empty)
            && self.group.all_joined()
        {
            self.complete_join(turn);
        }
    }

    /// `prepareRebalance`: everybody has to join anew.
    pub(super) fn prepare_rebalance(&mut self, turn: &mut Turn, reason: &str) {
        if self.group.state == GroupState::CompletingRebalance {
            self.turn_syncs_away(turn);
        }
        self.group.pending_sync.clear();
        self.sync_timer = None;
        let timeout_ms = self.group.rebalance_timeout_ms();
        let initial = self.group.state == GroupState::Empty;
        self.group.previous_state = Some(self.group.state);
        self.group.state = GroupState::PreparingRebalance;
        let members = self.group.members.values();
        for member in members.filter(|member| member.awaiting_join.is_none()) {
            turn.trace
                .standing(turn.now_ms, member.process, Standing::Awaited);
        }
        turn.note(EventKind::Preparing {
            generation_id: self.group.generation_id,
            reason: Arc::from(reason),
        });
        if initial {
            let delay_ms = self.settings.initial_rebalance_delay_ms;
            let remaining_ms = timeout_ms.saturating_sub(delay_ms);
            self.arm_join(turn, delay_ms, Some((delay_ms, remaining_ms)));
        } else if self.group.all_joined() {
            self.record_state(turn, None);
            self.complete_join(turn);
        } else {
            self.arm_join(turn, timeout_ms, None);
        }
    }

    #[cold]
    fn turn_syncs_away(&mut self, turn: &mut Turn) {
        let mut restart = Vec::new();
        for member in self.group.members.values_mut() {
            member.assignment.clear();
            if let Some(ticket) = member.awaiting_sync.take() {
                refuse_sync(turn, ticket, ErrorCode::RebalanceInProgress);
                restart.push(member.member_id.clone());
            }
        }
        for member_id in restart {
            self.restart_own_session(turn, &member_id);
        }
    }

    fn arm_join(&mut self, turn: &mut Turn, after_ms: u64, initial: Option<(u64, u64)>) {
        let serial = self.serial();
        self.join_timer = Some(JoinTimer { serial, initial });
        turn.wake(after_ms, Timer::Join { serial });
        self.record_state(turn, Some(turn.now_ms + after_ms));
    }

    pub(super) fn record_state(&self, turn: &mut Turn, deadline_ms: Option<u64>) {
        let (state, generation_id) = (self.group.state, self.group.generation_id);
        turn.trace
            .group(turn.now_ms, state, generation_id, deadline_ms);
    }

    pub(super) fn on_join_timer(&mut self, turn: &mut Turn, serial: u64) {
        let Some(timer) = self.join_timer.filter(|timer| timer.serial == serial) else {
            return;
        };
        match timer.initial {
            Some((delay_ms, remaining_ms)) if self.group.new_member_added && remaining_ms > 0 => {
                self.group.new_member_added = false;
                let next_ms = self.settings.initial_rebalance_delay_ms.min(remaining_ms);
                let left_ms = remaining_ms.saturating_sub(delay_ms);
                self.arm_join(turn, next_ms, Some((next_ms, left_ms)));
            }
            _ => self.complete_join(turn),
        }
    }

    /// `completeClassicGroupJoin`: the join phase ends, a generation begins.
    fn complete_join(&mut self, turn: &mut Turn) {
        self.join_timer = None;
        self.remove_absent(turn);
        if !self.group.members.is_empty() && !self.elect_leader() {
            let timeout_ms = self.group.rebalance_timeout_ms();
            return self.arm_join(turn, timeout_ms, None);
        }
        self.group.generation_id += 1;
        self.group.new_member_added = false;
        self.group.previous_state = Some(self.group.state);
        if self.group.members.is_empty() {
            self.group.state = GroupState::Empty;
            self.group.protocol = None;
            self.group.leader_id = None;
            turn.note(EventKind::Empty {
                generation_id: self.group.generation_id,
            });
            let snapshot = self.group.snapshot(None);
            self.append(turn, Append::Empty(Box::new(snapshot)));
            return self.record_state(turn, None);
        }
        self.group.state = GroupState::CompletingRebalance;
        self.group.protocol = self.group.select_protocol(self.settings.scala);
        let leader = self.group.leader_id.as_ref();
        let leader = leader.and_then(|leader| self.group.members.get(&**leader));
        turn.note(EventKind::Completing {
            generation_id: self.group.generation_id,
            members: self.group.members.len(),
            protocol_name: self.group.protocol.map_or("", |name| name.as_str()),
            leader: leader.map(|leader| leader.process),
        });
        let sync_timeout_ms = self.group.rebalance_timeout_ms();
        let serial = self.serial();
        self.sync_timer = Some(serial);
        let times_out = self.settings.release.limits_sync_phase();
        if times_out {
            turn.wake(sync_timeout_ms, Timer::Sync { serial });
        }
        self.record_state(turn, times_out.then_some(turn.now_ms + sync_timeout_ms));
        self.answer_joins(turn);
    }

    /// Dynamic members that haven't rejoined are out; static ones keep their place.
    fn remove_absent(&mut self, turn: &mut Turn) {
        let absent =
            |member: &&Member| member.awaiting_join.is_none() && member.group_instance_id.is_none();
        let absent: Vec<_> = self
            .group
            .members
            .values()
            .filter(absent)
            .map(|member| member.member_id.clone())
            .collect();
        for member_id in absent {
            if let Some(member) = self.remove_member(turn, &member_id) {
                turn.note(EventKind::NotJoined {
                    process: member.process,
                    member_id,
                });
            }
        }
    }

    /// Keeps a leader that has rejoined, else takes the first member that has; false if none has.
    fn elect_leader(&mut self) -> bool {
        let joined = |member: &Member| member.awaiting_join.is_some();
        let leader = self.group.leader_id.as_ref();
        if leader.is_some_and(|id| self.group.members.get(&**id).is_some_and(joined)) {
            return true;
        }
        let first = self.group.members.values().find(|member| joined(member));
        let first = first.map(|member| member.member_id.clone());
        let found = first.is_some();
        if found {
            self.group.leader_id = first;
        }
        found
    }

    fn answer_joins(&mut self, turn: &mut Turn) {
        let member_ids: Vec<_> = self.group.members.keys().cloned().collect();
        for member_id in member_ids {
            let joined = self.group.joined(&member_id);
            if let Some(ticket) = self.group.take_join(&member_id) {
                turn.reply(ticket, Response::JoinGroup(Box::new(joined)));
            }
            self.group.pending_sync.insert(member_id.clone());
            if let Some(member) = self.group.members.get_mut(&*member_id) {
                member.is_new = false;
                turn.trace
                    .standing(turn.now_ms, member.process, Standing::SyncAwaited);
                restart_own_session(turn, member);
            }
        }
    }

    pub(super) fn become_stable(&mut self, turn: &mut Turn, assignments: &[(Arc<str>, Vec<Rank>)]) {
        self.group.previous_state = Some(self.group.state);
        self.group.state = GroupState::Stable;
        self.record_state(turn, None);
        turn.note(EventKind::Stable {
            generation_id: self.group.generation_id,
            members: self.group.members.len(),
            leader_id: self.group.leader_id.clone().unwrap_or_default(),
        });
        for (member_id, assigned) in assignments {
            if let Some(member) = self.group.members.get_mut(&**member_id) {
                member.assignment.clone_from(assigned);
            }
        }
        let mut answered = Vec::new();
        for member in self.group.members.values_mut() {
            if let Some(ticket) = member.awaiting_sync.take() {
                let assigned = member.assignment.clone();
                turn.reply(ticket, Response::sync_group(ErrorCode::None, assigned));
                turn.trace
                    .standing(turn.now_ms, member.process, Standing::Member);
                answered.push(member.member_id.clone());
            }
        }
        for member_id in answered {
            self.restart_own_session(turn, &member_id);
        }
    }

    /// The sync phase lasted too long: whoever hasn't synced is out, static or not.
    #[cold]
    pub(super) fn on_sync_expired(&mut self, turn: &mut Turn) {
        let late: Vec<_> = self.group.pending_sync.iter().cloned().collect();
        let stuck = matches!(
            self.group.state,
            GroupState::CompletingRebalance | GroupState::Stable
        );
        if late.is_empty() || !stuck {
            return;
        }
        for member_id in &late {
            if let Some(member) = self.remove_member(turn, member_id) {
                turn.note(EventKind::NotJoined {
                    process: member.process,
                    member_id: member_id.clone(),
                });
            }
        }
        let reason = super::reasons::sync_expired(&late);
        self.prepare_rebalance(turn, &reason);
    }

    /// Takes a member out and tells its parked requests.
    pub(super) fn remove_member(
        &mut self,
        turn: &mut Turn,
        member_id: &Arc<str>,
    ) -> Option<Member> {
        if let Some(ticket) = self.group.take_join(member_id) {
            refuse_join(turn, ticket, member_id, ErrorCode::UnknownMemberId);
        }
        let mut member = self.group.remove(member_id)?;
        if let Some(ticket) = member.awaiting_sync.take() {
            refuse_sync(turn, ticket, ErrorCode::UnknownMemberId);
        }
        turn.trace
            .standing(turn.now_ms, member.process, Standing::Stranger);
        turn.trace.session(turn.now_ms, member.process, None);
        Some(member)
    }

    /// The member's session ends `after_ms` from now, unless it gives another sign of life.
    pub(super) fn restart_session(&mut self, turn: &mut Turn, member_id: &Arc<str>, after_ms: u64) {
        if let Some(member) = self.group.members.get_mut(&**member_id) {
            restart_session(turn, member, after_ms);
        }
    }

    pub(super) fn restart_own_session(&mut self, turn: &mut Turn, member_id: &Arc<str>) {
        if let Some(member) = self.group.members.get_mut(&**member_id) {
            restart_own_session(turn, member);
        }
    }

    pub(super) fn on_session_timer(&mut self, turn: &mut Turn, member_id: &Arc<str>) {
        if let Some(process) = self.group.pending.remove(member_id) {
            turn.note(EventKind::PendingExpired {
                process,
                member_id: member_id.clone(),
            });
            turn.trace
                .standing(turn.now_ms, process, Standing::Stranger);
            return self.after_expiry_while_preparing(turn);
        }
        let Some(member) = self.group.members.get_mut(&**member_id) else {
            return;
        };
        if member.session_check_ms != Some(turn.now_ms) {
            return;
        }
        member.session_check_ms = None;
        let Some(end_ms) = member.session_end_ms else {
            return;
        };
        if end_ms > turn.now_ms {
            member.session_check_ms = Some(end_ms);
            let member_id = member_id.clone();
            return turn.wake(end_ms - turn.now_ms, Timer::Session { member_id });
        }
        let parked = member.awaiting_join.is_some() || member.awaiting_sync.is_some();
        if parked && !member.is_new {
            // Ignored, and the timer stays off until something restarts the session.
            member.session_end_ms = None;
            return;
        }
        let process = member.process;
        turn.note(EventKind::Expired {
            process,
            member_id: member_id.clone(),
        });
        self.remove_member(turn, member_id);
        match self.group.state {
            GroupState::Stable | GroupState::CompletingRebalance => {
                let reason = self.settings.words().session_expired(member_id);
                self.prepare_rebalance(turn, &reason);
            }
            GroupState::PreparingRebalance => self.after_expiry_while_preparing(turn),
            GroupState::Empty => {}
        }
    }

    /// The Java coordinator may end even an initial delay here, the Scala one doesn't.
    fn after_expiry_while_preparing(&mut self, turn: &mut Turn) {
        if self.group.state != GroupState::PreparingRebalance || !self.group.all_joined() {
            return;
        }
        if self.settings.scala {
            self.maybe_complete_join(turn);
        } else {
            self.complete_join(turn);
        }
    }
}

/// The member has given a sign of life.
pub(super) fn restart_own_session(turn: &mut Turn, member: &mut Member) {
    let timeout_ms = member.session_timeout_ms;
    restart_session(turn, member, timeout_ms);
}

fn restart_session(turn: &mut Turn, member: &mut Member, after_ms: u64) {
    let end_ms = turn.now_ms + after_ms;
    member.session_end_ms = Some(end_ms);
    // A timer that is too early looks again; one that would be too late is no use.
    if member
        .session_check_ms
        .is_none_or(|check_ms| check_ms > end_ms)
    {
        member.session_check_ms = Some(end_ms);
        let member_id = member.member_id.clone();
        turn.wake(after_ms, Timer::Session { member_id });
    }
    let shown = (!member.is_new).then_some(end_ms);
    turn.trace.session(turn.now_ms, member.process, shown);
}
