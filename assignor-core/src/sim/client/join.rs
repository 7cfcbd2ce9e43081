//! Joining a group: `joinGroupIfNeeded`, `onJoinPrepare`, `onJoinComplete`.

use super::{App, Client, CommitFor, Generation, Join, Then, Timer, Turn};
use crate::assign::{AssignorName, GroupMember, RebalanceProtocol, user_data};
use crate::sim::protocol::{
    JoinGroup, Joined, JoinedMember, OfferedProtocol, Plan, Request, Subscription, SyncGroup,
    Synced,
};
use crate::sim::ranks::{Rank, RankSet};
use crate::sim::trace::{ClientState, ErrorCode, EventKind, Round, RoundMember, StopBegan};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The reason that the first round of a cooperative rebalance gives for the second.
const REJOIN_AFTER_REVOCATION: &str = "need to revoke partitions and re-join";

impl Client {
    /// One step towards membership; false if there is nothing to do but wait.
    pub(super) fn join_step(&mut self, turn: &mut Turn) -> bool {
        if !self.rejoin_needed && matches!(self.join, Join::Idle) {
            // What has changed during a rebalance calls for the next one.
            self.check_subscription();
            if !self.rejoin_needed {
                return false;
            }
        }
        if self.needs_join_prepare && !matches!(self.join, Join::Synced(_)) {
            return self.is_fresh_for_join(turn) && self.prepare_join(turn);
        }
        match std::mem::replace(&mut self.join, Join::Idle) {
            Join::Idle if self.coordinator_unknown_until_ms.is_some() => false,
            Join::Idle => {
                self.send_join(turn);
                true
            }
            Join::Synced(assigned) => {
                self.complete_join(turn, assigned);
                true
            }
            Join::Backoff { until_ms } if until_ms <= turn.now_ms => true,
            waiting => {
                self.join = waiting;
                false
            }
        }
    }

    /// `onJoinPrepare`: commit, then give up what the protocol says.
    fn prepare_join(&mut self, turn: &mut Turn) -> bool {
        let in_group = self.generation.id >= 0 && self.state == ClientState::Stable;
        let commits = self.settings.enable_auto_commit && !self.owned.is_empty() && in_group;
        match self.rejoin_commit {
            None if commits && self.coordinator_unknown_until_ms.is_some() => return false,
            None if commits => {
                self.rejoin_commit = Some(false);
                self.send_commit(turn, CommitFor::Rejoin);
                if self.protocol == RebalanceProtocol::Eager {
                    // Nothing more is fetched from what is about to be revoked.
                    let owned = self.owned.clone();
                    self.stop_reading(turn, &owned, StopBegan::Revoked);
                }
                return false;
            }
            Some(false) if in_group => return false,
            _ => self.rejoin_commit = None,
        }
        self.needs_join_prepare = false;
        let out = self.generation.id < 0 || self.generation.member_id.is_empty();
        if out {
            if self.owned.is_empty() {
                return true;
            }
            let lost = std::mem::take(&mut self.owned);
            let places = self.stop_reading(turn, &lost, StopBegan::Lost);
            self.call(turn, EventKind::Lost, places, Then::SendJoin);
        } else if self.protocol == RebalanceProtocol::Eager {
            let revoked = std::mem::take(&mut self.owned);
            let places = self.stop_reading(turn, &revoked, StopBegan::Revoked);
            self.call(turn, EventKind::Revoked, places, Then::SendJoin);
        } else {
            let unsubscribed = |topic: &str| !self.settings.topics.iter().any(|own| own == topic);
            let revoked = turn.trace.ranks().of_topics(&self.owned, unsubscribed);
            if revoked.is_empty() {
                return true;
            }
            self.owned = self.owned.difference(&revoked);
            let places = self.stop_reading(turn, &revoked, StopBegan::Revoked);
            self.call(turn, EventKind::Revoked, places, Then::SendJoin);
        }
        true
    }

    pub(super) fn send_join(&mut self, turn: &mut Turn) {
        self.set_state(turn, ClientState::PreparingRebalance);
        self.joined_topics = Some(self.settings.topics.clone());
        self.compare_subscription();
        let owned_partitions = self.owned.as_slice();
        let release = self.settings.common_release;
        let tells = self.settings.release.tells_generation_and_rack();
        let generation_id = (tells && self.generation.id >= 0).then_some(self.generation.id);
        let rack = self.settings.client_rack.as_ref().filter(|_| tells);
        let topics = &self.settings.topics;
        let protocols = self.assignors.iter().map(|(name, assignor)| {
            let subscription = Subscription {
                topics: topics.clone(),
                user_data: assignor.subscription_user_data(),
                owned_partitions: owned_partitions.to_vec(),
                generation_id,
                rack: rack.cloned(),
            };
            OfferedProtocol {
                name: *name,
                subscription: Arc::new(subscription),
            }
        });
        let join = JoinGroup {
            member_id: self.generation.member_id.clone(),
            group_instance_id: self.instance.clone(),
            client_id: self.client_id.clone(),
            release,
            session_timeout_ms: self.settings.session_timeout_ms,
            rebalance_timeout_ms: self.settings.max_poll_interval_ms,
            protocols: protocols.collect(),
            reason: if release.gives_reasons() {
                self.rejoin_reason.clone()
            } else {
                String::new()
            },
        };
        let correlation_id = self.send(turn, Request::JoinGroup(Box::new(join)), None);
        self.join = Join::AwaitsJoinAnswer { correlation_id };
    }

    pub(super) fn on_join_response(
        &mut self,
        turn: &mut Turn,
        correlation_id: u32,
        joined: Joined,
    ) {
        if self.join != (Join::AwaitsJoinAnswer { correlation_id }) {
            return;
        }
        self.join = Join::Idle;
        match joined.error {
            ErrorCode::None => self.on_joined(turn, &joined),
            ErrorCode::MemberIdRequired => {
                let id = joined.member_id;
                self.request_rejoin(format!("need to re-join with the given member-id: {id}"));
                self.enter_generation(Generation {
                    member_id: id,
                    ..self.generation.clone()
                });
                self.set_state(turn, ClientState::Unjoined);
            }
            ErrorCode::UnknownMemberId => {
                let reason = "encountered UNKNOWN_MEMBER_ID from JOIN_GROUP response".to_owned();
                self.reset_generation(turn, false, reason);
            }
            ErrorCode::RebalanceInProgress => {
                self.set_state(turn, ClientState::Unjoined);
                self.request_rejoin("rebalance failed due to RebalanceInProgressException");
            }
            ErrorCode::NotCoordinator | ErrorCode::CoordinatorNotAvailable => {
                self.rejoin_elsewhere(turn, joined.error);
            }
            ErrorCode::CoordinatorLoadInProgress => {
                self.set_state(turn, ClientState::Unjoined);
                self.request_rejoin("rebalance failed due to CoordinatorLoadInProgressException");
                let until_ms = turn.now_ms + self.settings.retry_backoff_ms;
                self.join = Join::Backoff { until_ms };
                turn.wake(until_ms, Timer::Backoff);
            }
            fatal => self.fail(turn, fatal.exception()),
        }
    }

    fn on_joined(&mut self, turn: &mut Turn, joined: &Joined) {
        self.enter_generation(Generation {
            id: joined.generation_id,
            member_id: joined.member_id.clone(),
            protocol: joined.protocol,
        });
        self.set_state(turn, ClientState::CompletingRebalance);
        self.restart_heartbeat(turn);
        self.restart_session(turn.now_ms);
        self.refreshed_while_joining(turn);
        if joined.leader_id != joined.member_id {
            self.watch_nothing();
            return self.send_sync(turn, Vec::new());
        }
        let topics = joined.members.iter().flat_map(|m| &m.subscription.topics);
        let ready_ms = self.watch(turn, &topics.map(String::as_str).collect());
        if joined.skip_assignment {
            return self.send_sync(turn, Vec::new());
        }
        let until_ms = ready_ms + self.timing.assignor_ms;
        match self.plan(turn, &joined.members) {
            Ok(plan) if until_ms == turn.now_ms => self.send_sync(turn, plan),
            Ok(plan) => {
                self.leave_poll(turn, App::Assigning { until_ms, plan }, until_ms);
            }
            Err(error) => self.fail(turn, error),
        }
    }

    /// The leader's assignment.
    fn plan(&mut self, turn: &mut Turn, joined: &[JoinedMember]) -> Result<Plan, &'static str> {
        let members = joined.iter().map(|member| {
            let subscription = &member.subscription;
            let owned = turn.trace.ranks().names(&subscription.owned_partitions);
            GroupMember {
                member_id: member.member_id.clone(),
                group_instance_id: member.group_instance_id.as_deref().map(str::to_owned),
                rack: subscription.rack.clone(),
                owned_partitions: owned.cloned().collect(),
                subscription: turn.trace.subscription(&subscription.topics),
                generation_id: subscription.generation_id,
                user_data: subscription.user_data.clone(),
            }
        });
        let members: Vec<_> = members.collect();
        let chosen = self.generation.protocol;
        let assignor = self
            .assignors
            .iter_mut()
            .find(|(name, _)| Some(*name) == chosen);
        let Some((_, assignor)) = assignor else {
            return Err("IllegalStateException");
        };
        let assignment = assignor
            .assign(&self.metadata.cluster, &members)
            .map_err(|error| error.java_name())?;
        let ranks = turn.trace.ranks();
        let lists = assignment.lists();
        let plan: Plan = lists
            .map(|(id, list)| (Arc::clone(id), ranks.of_all(list.parts())))
            .collect();
        self.note_round(turn, joined, &plan);
        Ok(plan)
    }

    /// Keeps what was assigned from what, for explanations.
    fn note_round(&self, turn: &mut Turn, joined: &[JoinedMember], plan: &Plan) {
        let Some(protocol) = self.generation.protocol else {
            return;
        };
        let assigned: BTreeMap<&str, &Vec<Rank>> = plan
            .iter()
            .map(|(id, assigned)| (&**id, assigned))
            .collect();
        let members = joined.iter().map(|member| {
            let subscription = &member.subscription;
            let user_data = subscription.user_data.as_deref();
            let ranks = turn.trace.ranks();
            let owned = || ranks.places(&subscription.owned_partitions);
            let (claims, user_data_generation_id) = match protocol {
                AssignorName::Sticky => {
                    let claim = user_data::decode_sticky(user_data);
                    let claimed = claim.owned.iter();
                    let claimed = claimed.map(|partition| (&partition.topic, partition.partition));
                    (ranks.places(&ranks.of_all(claimed)), claim.generation)
                }
                AssignorName::CooperativeSticky => {
                    (owned(), user_data::decode_cooperative(user_data))
                }
                AssignorName::Range | AssignorName::RoundRobin => (owned(), None),
            };
            let assigned = assigned.get(&*member.member_id);
            let assigned = assigned.map_or_else(Vec::new, |list| ranks.places(list));
            RoundMember {
                process: member.process,
                member_id: member.member_id.clone(),
                group_instance_id: member.group_instance_id.clone(),
                rack: subscription.rack.as_deref().map(Arc::from),
                subscription: turn.trace.subscription(&subscription.topics),
                claims,
                generation_id: subscription.generation_id,
                user_data_generation_id,
                assigned,
            }
        });
        let members: Vec<_> = members.collect();
        let subscribed = |name: &Arc<str>| {
            let mut lists = members.iter().map(|member| &member.subscription);
            lists.any(|topics| topics.contains(name))
        };
        let topics = self.metadata.cluster.topics();
        let topics: Vec<_> = topics.filter(|(name, _)| subscribed(name)).collect();
        let racks = topics.iter().filter_map(|(name, topic)| {
            let of_partitions: Vec<_> = (0..topic.partitions())
                .map(|partition| topic.racks(partition).to_vec())
                .collect();
            let known = of_partitions.iter().any(|racks| !racks.is_empty());
            known.then(|| (Arc::clone(name), of_partitions))
        });
        let round = Round {
            at_ms: turn.now_ms,
            generation_id: self.generation.id,
            leader: self.process,
            protocol_name: protocol.as_str(),
            racks: racks.collect(),
            topics: topics
                .iter()
                .map(|(name, topic)| (Arc::clone(name), topic.partitions()))
                .collect(),
            members,
        };
        turn.trace.round(round);
    }

    pub(super) fn send_sync(&mut self, turn: &mut Turn, assignments: Plan) {
        let Some(protocol) = self.generation.protocol else {
            return;
        };
        let sync = SyncGroup {
            identity: self.identity.clone(),
            protocol,
            assignments,
        };
        let correlation_id = self.send(turn, Request::SyncGroup(Box::new(sync)), None);
        self.join = Join::AwaitsSyncAnswer { correlation_id };
    }

    pub(super) fn on_sync_response(
        &mut self,
        turn: &mut Turn,
        correlation_id: u32,
        Synced { error, assigned }: Synced,
    ) {
        if self.join != (Join::AwaitsSyncAnswer { correlation_id }) {
            return;
        }
        self.join = Join::Idle;
        match error {
            ErrorCode::None => {
                self.rejoin_needed = false;
                self.rejoin_reason.clear();
                self.set_state(turn, ClientState::Stable);
                self.join = Join::Synced(assigned.into());
            }
            ErrorCode::RebalanceInProgress => {
                self.set_state(turn, ClientState::Unjoined);
                self.request_rejoin("rebalance failed due to RebalanceInProgressException");
            }
            ErrorCode::UnknownMemberId | ErrorCode::IllegalGeneration => {
                let keep = error == ErrorCode::IllegalGeneration;
                let reason = format!("encountered {} from SYNC_GROUP response", error.as_str());
                self.reset_generation(turn, keep, reason);
            }
            ErrorCode::NotCoordinator | ErrorCode::CoordinatorNotAvailable => {
                self.rejoin_elsewhere(turn, error);
            }
            // The client doesn't expect this one from SyncGroup.
            ErrorCode::CoordinatorLoadInProgress => self.failure = Some("KafkaException"),
            fatal => self.failure = Some(fatal.exception()),
        }
    }

    /// The broker isn't the coordinator any more.
    #[cold]
    fn rejoin_elsewhere(&mut self, turn: &mut Turn, error: ErrorCode) {
        self.set_state(turn, ClientState::Unjoined);
        self.request_rejoin(format!("rebalance failed due to {}", error.exception()));
        self.lose_coordinator(turn);
    }

    /// `onJoinComplete`: what the new assignment adds and takes away.
    fn complete_join(&mut self, turn: &mut Turn, assigned: RankSet) {
        self.needs_join_prepare = true;
        self.group_metadata = (self.generation.id, self.generation.member_id.clone());
        let unsubscribed = |topic: &str| !self.is_subscribed(topic);
        let ranks = turn.trace.ranks();
        if !ranks.of_topics(&assigned, unsubscribed).is_empty() {
            return self
                .request_rejoin("received assignment does not match the current subscription");
        }
        let revoked = self.owned.difference(&assigned);
        if self.protocol == RebalanceProtocol::Eager || revoked.is_empty() {
            return self.take_assignment(turn, assigned);
        }
        // A first fetch that is still under way must not bring them back.
        self.owned = self.owned.difference(&revoked);
        let places = self.stop_reading(turn, &revoked, StopBegan::Revoked);
        self.request_rejoin(REJOIN_AFTER_REVOCATION);
        self.call(
            turn,
            EventKind::Revoked,
            places,
            Then::TakeAssignment(assigned),
        );
    }

    pub(super) fn take_assignment(&mut self, turn: &mut Turn, assigned: RankSet) {
        let chosen = self.generation.protocol;
        let ranks = turn.trace.ranks();
        for (name, assignor) in &mut self.assignors {
            if Some(*name) == chosen {
                let list = ranks.names(assigned.as_slice()).cloned();
                assignor.on_assignment(list, self.generation.id);
            }
        }
        let added = assigned.difference(&self.owned);
        let places = ranks.places(added.as_slice());
        self.owned = assigned;
        self.restart_auto_commit(turn);
        self.call(turn, EventKind::Assigned, places, Then::Read(added));
    }
}
