//! The group coordinator of the classic protocol.
//!
//! A state machine without a clock: requests and timers go in with the time, responses and wake-ups
//! come out as [`Effect`]s. It is Kafka's Java coordinator (`GroupMetadataManager`, `ClassicGroup`@4.3)
//! or, with [`BrokerSettings::scala`], the older one (`GroupCoordinator.scala`@3.9) where they differ.

mod append;
mod failover;
mod group;
mod leave;
mod members;
mod reasons;
mod rebalance;
mod rest;
#[cfg(test)]
mod tests;

use self::append::{Append, Assignment};
use self::failover::Snapshot;
pub(super) use self::failover::refusal;
use self::group::{Group, Member};
pub(super) use self::leave::Leaver;
use self::rebalance::restart_own_session;
pub(super) use self::rest::Session;
use super::protocol::{Identity, JoinGroup, Joined, Request, Response, SyncGroup};
use super::random::Random;
use super::records::Log;
use super::scenario::BrokerSettings;
use super::trace::{ErrorCode, EventKind, GroupState, ProcessIx, Recorder, Standing};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// A request's return address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    pub process: ProcessIx,
    /// Which of the process's connections the request came by.
    pub connection: u32,
    pub correlation_id: u32,
}

/// What the coordinator wants done.
#[derive(Debug)]
pub(super) enum Effect {
    Reply(Ticket, Response),
    Wake { at_ms: u64, timer: Timer },
}

/// A wake-up that the coordinator asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Timer {
    /// The join phase ends, unless another one has begun since.
    Join { serial: u64 },
    /// The sync phase ends, unless another one has begun since.
    Sync { serial: u64 },
    /// A member's session may have ended.
    Session { member_id: Arc<str> },
    /// A write to the log is replicated.
    Append { serial: u64 },
}

/// A moment in which the coordinator acts.
pub(super) struct Turn<'a> {
    pub now_ms: u64,
    /// What it wants done, in order.
    pub effects: &'a mut Vec<Effect>,
    pub trace: &'a mut Recorder,
    pub log: &'a mut Log,
}

impl Turn<'_> {
    fn reply(&mut self, ticket: Ticket, response: Response) {
        self.effects.push(Effect::Reply(ticket, response));
    }

    fn wake(&mut self, after_ms: u64, timer: Timer) {
        let at_ms = self.now_ms + after_ms;
        self.effects.push(Effect::Wake { at_ms, timer });
    }

    fn note(&mut self, kind: EventKind) {
        self.trace.event(self.now_ms, kind);
    }
}

/// How long a newcomer may stay parked in its first JoinGroup
/// (`CLASSIC_GROUP_NEW_MEMBER_JOIN_TIMEOUT_MS`).
const NEW_MEMBER_JOIN_TIMEOUT_MS: u64 = 300_000;

/// The coordinator of one group.
#[derive(Debug)]
pub(super) struct Coordinator {
    settings: BrokerSettings,
    append_ms: u64,
    group: Group,
    /// The running join timer.
    join_timer: Option<JoinTimer>,
    /// The running sync timer.
    sync_timer: Option<u64>,
    /// Writes on their way to the log; each takes as long as the others, so they arrive in order.
    appends: VecDeque<(u64, Append)>,
    next_serial: u64,
    ids: MemberIds,
    /// Whether the group is loaded.
    active: bool,
    /// The group as the log has it; none before the first record.
    persisted: Option<Snapshot>,
    /// What an administrator asks for while the group isn't loaded; none: to remove everybody.
    postponed: Vec<Option<Vec<Leaver>>>,
}

#[derive(Debug, Clone, Copy)]
struct JoinTimer {
    serial: u64,
    /// For an initial rebalance: the delay that runs, and how much more is allowed after it.
    initial: Option<(u64, u64)>,
}

/// Makes up member ids: the scenario's first, then `<client or instance id>-<uuid>` from the seed.
#[derive(Debug)]
pub(super) struct MemberIds {
    given: BTreeMap<String, VecDeque<Arc<str>>>,
    random: Random,
}

impl MemberIds {
    pub(super) fn new(given: &BTreeMap<String, Vec<String>>, random: Random) -> Self {
        let given = given
            .iter()
            .map(|(name, ids)| {
                let ids = ids.iter().map(|id| Arc::from(id.as_str())).collect();
                (name.clone(), ids)
            })
            .collect();
        Self { given, random }
    }

    fn next(&mut self, prefix: &str) -> Arc<str> {
        let given = self.given.get_mut(prefix).and_then(VecDeque::pop_front);
        given.unwrap_or_else(|| Arc::from(format!("{prefix}-{}", self.random.uuid())))
    }
}

impl Coordinator {
    pub(super) fn new(settings: BrokerSettings, append_ms: u64, ids: MemberIds) -> Self {
        Self {
            append_ms,
            group: Group::new(settings.scala),
            settings,
            join_timer: None,
            sync_timer: None,
            appends: VecDeque::new(),
            next_serial: 0,
            ids,
            active: true,
            persisted: None,
            postponed: Vec::new(),
        }
    }

    pub(super) fn on_request(&mut self, turn: &mut Turn, ticket: Ticket, request: Request) {
        if !self.active {
            let refusal = self.refusal_while_loading(&request);
            return turn.reply(ticket, refusal);
        }
        match request {
            Request::JoinGroup(join) => self.on_join_group(turn, ticket, *join),
            Request::SyncGroup(sync) => self.on_sync_group(turn, ticket, *sync),
            Request::Heartbeat(identity) => {
                let error = self.on_heartbeat(turn, &identity);
                turn.reply(ticket, Response::Heartbeat { error });
            }
            Request::LeaveGroup(leave) => {
                let error = self.on_leave_group(turn, &leave);
                turn.reply(ticket, Response::LeaveGroup { error });
            }
            Request::OffsetCommit(commit) => {
                let error = self.on_offset_commit(turn, &commit.identity);
                if error == ErrorCode::None {
                    self.append(turn, Append::Commit(ticket, commit.offsets));
                } else {
                    turn.reply(ticket, Response::OffsetCommit { error });
                }
            }
        }
    }

    pub(super) fn on_timer(&mut self, turn: &mut Turn, timer: &Timer) {
        match timer {
            Timer::Join { serial } => self.on_join_timer(turn, *serial),
            Timer::Sync { serial } => {
                if self.sync_timer == Some(*serial) {
                    self.sync_timer = None;
                    self.on_sync_expired(turn);
                }
            }
            Timer::Session { member_id } => self.on_session_timer(turn, member_id),
            Timer::Append { serial } => {
                // One that isn't the next was lost with the broker.
                if self.appends.front().is_some_and(|(next, _)| next == serial)
                    && let Some((_, append)) = self.appends.pop_front()
                {
                    self.on_appended(turn, append);
                }
            }
        }
    }

    fn serial(&mut self) -> u64 {
        self.next_serial += 1;
        self.next_serial
    }

    /// `classicGroupJoinToClassicGroup`: refusals first, then newcomers, then known members.
    fn on_join_group(&mut self, turn: &mut Turn, ticket: Ticket, join: JoinGroup) {
        let allowed = self.settings.min_session_timeout_ms..=self.settings.max_session_timeout_ms;
        if !allowed.contains(&join.session_timeout_ms) {
            return refuse_join(
                turn,
                ticket,
                &join.member_id,
                ErrorCode::InvalidSessionTimeout,
            );
        }
        if !self
            .group
            .has_room_for(&join.member_id, self.settings.max_size)
        {
            return self.refuse_for_size(turn, ticket, &join.member_id);
        }
        if !self.group.supports(&join.protocols) {
            return refuse_join(
                turn,
                ticket,
                &join.member_id,
                ErrorCode::InconsistentGroupProtocol,
            );
        }
        if join.member_id.is_empty() {
            self.on_newcomer(turn, ticket, join);
        } else if self.group.pending.contains_key(&join.member_id)
            && join.group_instance_id.is_none()
        {
            let member_id = join.member_id.clone();
            self.add_member(turn, ticket, member_id, join);
        } else {
            self.on_known_member(turn, ticket, join);
        }
    }

    /// The group is full: an old member whose place a newcomer has taken is out.
    #[cold]
    fn refuse_for_size(&mut self, turn: &mut Turn, ticket: Ticket, member_id: &Arc<str>) {
        self.group.pending.remove(member_id);
        if self.remove_member(turn, member_id).is_none() {
            turn.trace
                .standing(turn.now_ms, ticket.process, Standing::Stranger);
        }
        refuse_join(turn, ticket, member_id, ErrorCode::GroupMaxSizeReached);
        // Only the Scala coordinator looks whether it was the last one to be awaited.
        if self.settings.scala {
            self.maybe_complete_join(turn);
        }
    }

    fn on_newcomer(&mut self, turn: &mut Turn, ticket: Ticket, join: JoinGroup) {
        if let Some(instance) = &join.group_instance_id {
            let member_id = self.ids.next(instance);
            match self.group.static_members.get(instance).cloned() {
                Some(replaced) => self.replace_static(turn, ticket, &replaced, member_id, join),
                None => self.add_member(turn, ticket, member_id, join),
            }
            return;
        }
        let member_id = self.ids.next(&join.client_id);
        if !join.release.requires_member_id() {
            return self.add_member(turn, ticket, member_id, join);
        }
        self.group.pending.insert(member_id.clone(), ticket.process);
        turn.wake(
            join.session_timeout_ms,
            Timer::Session {
                member_id: member_id.clone(),
            },
        );
        turn.note(EventKind::MemberIdIssued {
            process: ticket.process,
            member_id: member_id.clone(),
        });
        turn.trace
            .standing(turn.now_ms, ticket.process, Standing::Pending);
        refuse_join(turn, ticket, &member_id, ErrorCode::MemberIdRequired);
    }

    fn add_member(
        &mut self,
        turn: &mut Turn,
        ticket: Ticket,
        member_id: Arc<str>,
        join: JoinGroup,
    ) {
        let words = self.settings.words();
        let instance = join.group_instance_id.as_deref();
        let reason = words.adding(&member_id, instance, &join.reason);
        self.group.pending.remove(&member_id);
        if self.group.leader_id.is_none() {
            self.group.leader_id = Some(member_id.clone());
        }
        self.group.add(Member {
            member_id: member_id.clone(),
            group_instance_id: join.group_instance_id,
            process: ticket.process,
            session_timeout_ms: join.session_timeout_ms,
            rebalance_timeout_ms: join.rebalance_timeout_ms,
            protocols: join.protocols,
            assignment: Vec::new(),
            awaiting_join: None,
            awaiting_sync: None,
            is_new: true,
            session_end_ms: None,
            session_check_ms: None,
        });
        self.restart_session(turn, &member_id, NEW_MEMBER_JOIN_TIMEOUT_MS);
        self.park_join(turn, &member_id, ticket);
        let extends = if self.settings.scala {
            self.group.generation_id == 0
        } else {
            self.group.previous_state == Some(GroupState::Empty)
        };
        if self.group.state == GroupState::PreparingRebalance && extends {
            self.group.new_member_added = true;
        }
        self.rebalance_or_maybe_complete(turn, &reason);
    }

    fn on_known_member(&mut self, turn: &mut Turn, ticket: Ticket, join: JoinGroup) {
        let identity = Identity::new(
            join.member_id.clone(),
            join.group_instance_id.clone(),
            self.group.generation_id,
        );
        let error = self.group.validate(&identity);
        if error != ErrorCode::None {
            return refuse_join(turn, ticket, &join.member_id, error);
        }
        let member_id = join.member_id.clone();
        let leads = self.group.leader_id.as_ref() == Some(&member_id);
        let matches = self.group.offers(&member_id, &join.protocols);
        let words = self.settings.words();
        let reason = match self.group.state {
            GroupState::Empty => {
                return refuse_join(turn, ticket, &member_id, ErrorCode::UnknownMemberId);
            }
            GroupState::PreparingRebalance => None,
            GroupState::Stable if leads => Some(words.leader_rejoins(&member_id, &join.reason)),
            GroupState::CompletingRebalance | GroupState::Stable if matches => {
                return self.answer_at_once(turn, ticket, &member_id);
            }
            state => Some(words.updating(&member_id, state, &join.reason)),
        };
        self.group.update(&member_id, ticket.process, &join);
        self.park_join(turn, &member_id, ticket);
        match reason {
            Some(reason) => self.rebalance_or_maybe_complete(turn, &reason),
            None => self.maybe_complete_join(turn),
        }
    }

    fn answer_at_once(&mut self, turn: &mut Turn, ticket: Ticket, member_id: &Arc<str>) {
        let joined = self.group.joined(member_id);
        turn.reply(ticket, Response::JoinGroup(Box::new(joined)));
    }

    fn park_join(&mut self, turn: &mut Turn, member_id: &Arc<str>, ticket: Ticket) {
        if self.group.await_join(member_id, ticket) {
            turn.note(EventKind::Joined {
                process: ticket.process,
                member_id: member_id.clone(),
            });
        }
        turn.trace
            .standing(turn.now_ms, ticket.process, Standing::Joined);
    }

    /// A new process takes the place of a static member (KIP-345, KIP-814).
    #[cold]
    fn replace_static(
        &mut self,
        turn: &mut Turn,
        ticket: Ticket,
        replaced: &Arc<str>,
        member_id: Arc<str>,
        join: JoinGroup,
    ) {
        let selected_before = self.group.protocol;
        let Some(old) = self.group.replace(replaced, &member_id, ticket.process) else {
            return refuse_join(turn, ticket, &join.member_id, ErrorCode::UnknownMemberId);
        };
        if old.process != ticket.process {
            turn.trace
                .standing(turn.now_ms, old.process, Standing::Stranger);
            turn.trace.session(turn.now_ms, old.process, None);
        }
        if let Some(parked) = old.awaiting_join {
            refuse_join(turn, parked, replaced, ErrorCode::FencedInstanceId);
        }
        if let Some(parked) = old.awaiting_sync {
            refuse_sync(turn, parked, ErrorCode::FencedInstanceId);
        }
        self.restart_session(turn, &member_id, old.session_timeout_ms);
        self.group.update(&member_id, ticket.process, &join);
        let state = self.group.state;
        let stays = state == GroupState::Stable
            && self.group.select_protocol(self.settings.scala) == selected_before;
        turn.note(EventKind::StaticReplaced {
            process: ticket.process,
            group_instance_id: join.group_instance_id.clone().unwrap_or_default(),
            replaced: replaced.clone(),
            no_rebalance: stays,
        });
        if stays {
            turn.trace
                .standing(turn.now_ms, ticket.process, Standing::Member);
            let mut joined = self.group.joined(&member_id);
            if join.release.knows_skip_assignment() {
                joined.skip_assignment = joined.leader_id == member_id;
            } else if joined.leader_id == member_id {
                // It must not assign anew, so it is told that somebody else leads.
                joined.leader_id = replaced.clone();
                joined.members.clear();
            }
            let snapshot = self.group.snapshot(None);
            let replacement = Box::new((joined, snapshot));
            return self.append(turn, Append::Replacement(ticket, replacement));
        }
        self.park_join(turn, &member_id, ticket);
        let words = self.settings.words();
        let instance = join.group_instance_id.as_deref().unwrap_or_default();
        match state {
            GroupState::Stable => {
                let reason = words.vote_changes(&member_id, instance, &join.reason);
                self.prepare_rebalance(turn, &reason);
            }
            GroupState::CompletingRebalance => {
                let reason = words.updating_static(&member_id, instance, &join.reason);
                self.prepare_rebalance(turn, &reason);
            }
            GroupState::PreparingRebalance | GroupState::Empty => self.maybe_complete_join(turn),
        }
    }

    fn on_sync_group(&mut self, turn: &mut Turn, ticket: Ticket, sync: SyncGroup) {
        let mut error = self.group.validate(&sync.identity);
        if error == ErrorCode::None && sync.identity.generation_id != self.group.generation_id {
            error = ErrorCode::IllegalGeneration;
        }
        if error == ErrorCode::None
            && self
                .group
                .protocol
                .is_some_and(|name| name != sync.protocol)
        {
            error = ErrorCode::InconsistentGroupProtocol;
        }
        if error == ErrorCode::None && self.group.state == GroupState::PreparingRebalance {
            error = ErrorCode::RebalanceInProgress;
        }
        if error != ErrorCode::None {
            return refuse_sync(turn, ticket, error);
        }
        let member_id = sync.identity.member_id.clone();
        self.group.pending_sync.remove(&member_id);
        if self.group.pending_sync.is_empty() {
            self.sync_timer = None;
        }
        let Some(member) = self.group.members.get_mut(&*member_id) else {
            return refuse_sync(turn, ticket, ErrorCode::UnknownMemberId);
        };
        if self.group.state == GroupState::Stable {
            let assigned = member.assignment.clone();
            let session_timeout_ms = member.session_timeout_ms;
            turn.reply(ticket, Response::sync_group(ErrorCode::None, assigned));
            turn.trace
                .standing(turn.now_ms, ticket.process, Standing::Member);
            if self.settings.scala {
                self.restart_session(turn, &member_id, session_timeout_ms);
            }
            return;
        }
        member.awaiting_sync = Some(ticket);
        turn.trace
            .standing(turn.now_ms, ticket.process, Standing::SyncParked);
        if self.group.leader_id.as_ref() == Some(&member_id) {
            let generation_id = self.group.generation_id;
            let snapshot = self.group.snapshot(Some(&sync.assignments));
            let assignment = Assignment {
                generation_id,
                assignments: sync.assignments,
                snapshot,
            };
            self.append(turn, Append::Assignment(Box::new(assignment)));
        }
    }

    fn on_heartbeat(&mut self, turn: &mut Turn, identity: &Identity) -> ErrorCode {
        let state = self.group.state;
        let member = match self.group.member_of_generation(identity) {
            Ok(member) => member,
            Err(error) => return error,
        };
        if state == GroupState::Empty {
            return ErrorCode::UnknownMemberId;
        }
        let completing = state == GroupState::CompletingRebalance;
        if completing && !self.settings.release.accepts_heartbeats_while_completing() {
            return ErrorCode::RebalanceInProgress;
        }
        restart_own_session(turn, member);
        if state == GroupState::PreparingRebalance {
            ErrorCode::RebalanceInProgress
        } else {
            ErrorCode::None
        }
    }

    /// `ClassicGroup.validateOffsetCommit`.
    fn on_offset_commit(&mut self, turn: &mut Turn, identity: &Identity) -> ErrorCode {
        let state = self.group.state;
        match (self.group.member_of_generation(identity), state) {
            (Err(error), _) => error,
            (Ok(_), GroupState::Empty) => ErrorCode::UnknownMemberId,
            (Ok(_), GroupState::CompletingRebalance) => ErrorCode::RebalanceInProgress,
            (Ok(member), GroupState::PreparingRebalance | GroupState::Stable) => {
                restart_own_session(turn, member);
                ErrorCode::None
            }
        }
    }
}

fn refuse_join(turn: &mut Turn, ticket: Ticket, member_id: &Arc<str>, error: ErrorCode) {
    let joined = Joined {
        error,
        member_id: member_id.clone(),
        generation_id: -1,
        protocol: None,
        leader_id: Arc::from(""),
        members: Vec::new(),
        skip_assignment: false,
    };
    turn.reply(ticket, Response::JoinGroup(Box::new(joined)));
}

fn refuse_sync(turn: &mut Turn, ticket: Ticket, error: ErrorCode) {
    turn.reply(ticket, Response::sync_group(error, Vec::new()));
}
