//! One process with a Java consumer of the classic protocol.
//!
//! Kafka's consumer has two threads: the application's, which runs the whole protocol but only inside
//! `poll()`, and the heartbeat thread, which keeps the session alive meanwhile. Here they are one state
//! machine: [`App`] says where the application is, and whatever needs it waits in the inbox.
//! Source: `ClassicKafkaConsumer`, `ConsumerCoordinator`, `AbstractCoordinator`, `Heartbeat`@4.3.

mod application;
mod close;
mod connection;
mod fetch;
mod heartbeat;
mod join;
mod listener;
mod metadata;
mod poll;
mod records;
mod rest;
mod state;
mod turn;

use self::metadata::Metadata;
pub(super) use self::metadata::full_match;
pub(super) use self::rest::{Sent, Unrest};
use self::state::{App, Batch, CommitFor, Generation, InFlight, Join, Position, Then};
pub(super) use self::turn::{Command, Timer, Turn};
use super::protocol::{Identity, Request, Response};
use super::ranks::{Rank, RankSet};
use super::scenario::{Application, ConsumerSettings, Listener, Timing};
use super::trace::{Activity, Api, ClientState, EventKind, PollTurn, ProcessIx, StopBegan};
use crate::assign::{Assignor, AssignorName, Cluster, RebalanceProtocol};
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

#[derive(Debug)]
pub(super) struct Client {
    process: ProcessIx,
    settings: ConsumerSettings,
    timing: Timing,
    application: Application,
    protocol: RebalanceProtocol,
    client_id: Arc<str>,
    instance: Option<Arc<str>>,
    assignors: Vec<(AssignorName, Assignor)>,

    state: ClientState,
    /// Changed by [`Client::enter_generation`] alone.
    generation: Generation,
    /// What requests say of it.
    identity: Rc<Identity>,
    rejoin_needed: bool,
    needs_join_prepare: bool,
    rejoin_reason: String,
    join: Join,
    /// Whether the commit before a rejoin is on its way or done.
    rejoin_commit: Option<bool>,
    owned: RankSet,
    /// The next offset of each partition that is being read.
    positions: BTreeMap<Rank, Position>,
    records_due_ms: Option<u64>,
    /// When the fetch returns that is parked at the broker, if no record comes before, or was last.
    fetch_returns_ms: u64,
    /// Whether the application has left `poll()` and not come back, so that no fetch is sent.
    pauses: bool,
    /// During and after a pause: when the fetch was answered that was under way when it began. What was
    /// in the logs by then is at hand.
    at_hand_ms: Option<u64>,
    /// Generation and member id as `groupMetadata()` tells them: those of the last completed join.
    group_metadata: (i32, Arc<str>),
    metadata: Metadata,
    /// The topics of the latest JoinGroup.
    joined_topics: Option<Vec<String>>,
    /// Numbers the assignments, so that a late first fetch of an earlier one is ignored.
    fetch_serial: u64,

    heartbeat_due_ms: Option<u64>,
    /// When the client gives its session up for want of answers.
    session_end_ms: u64,
    /// When the coordinator will be known again; none while it is known.
    coordinator_unknown_until_ms: Option<u64>,
    auto_commit_due_ms: u64,
    /// When the application last was inside `poll()`.
    last_poll_ms: u64,
    /// Begin of the present series of idle polls.
    polls_since_ms: u64,

    app: App,
    /// What the application works on or is about to.
    batch: Option<Batch>,
    /// Where reading ended of what is being revoked, for an application that commits then.
    revoking: Vec<Position>,
    /// How long the next call of the listener takes, or of one of its methods.
    slow_callback: Option<(Option<Listener>, u64)>,
    inbox: VecDeque<(u32, Response)>,
    commands: VecDeque<Command>,
    /// Whether `close()` sends LeaveGroup.
    leaves_on_close: bool,
    /// When the fetch returns that was under way when `close()` began.
    closed_after_ms: u64,
    /// Whether `close()` waits for its last commit.
    awaits_close_commit: bool,
    /// When the latest `commitSync()` was called.
    commit_began_ms: u64,
    /// When `commitSync()` gives up (`default.api.timeout.ms`).
    commit_ends_ms: u64,
    /// A commit to be sent again after a backoff.
    commit_retry: Option<CommitFor>,
    /// What the heartbeat thread found and the next `poll()` throws, or what ends the consumer.
    failure: Option<&'static str>,
    /// Requests without an answer: the generation in which they were sent, and what a commit is for.
    in_flight: VecDeque<(u32, InFlight)>,
    /// When their deadlines are looked at next; at or before the first of them.
    deadline_check_ms: Option<u64>,
    next_correlation_id: u32,
}

impl Client {
    pub(super) fn new(
        process: ProcessIx,
        settings: ConsumerSettings,
        timing: Timing,
        application: Application,
        cluster: Arc<Cluster>,
        topics_change: bool,
    ) -> Self {
        let metadata = Metadata::new(cluster, topics_change, settings.pattern.as_deref());
        let assignors = settings.assignors.iter();
        let instance: Option<Arc<str>> = settings.group_instance_id.as_deref().map(Arc::from);
        Self {
            process,
            protocol: settings.rebalance_protocol(),
            client_id: Arc::from(settings.client_id.as_str()),
            instance: instance.clone(),
            assignors: assignors
                .map(|name| (*name, settings.release.assignor(*name)))
                .collect(),
            settings,
            timing,
            application,
            state: ClientState::Unjoined,
            generation: Generation::none(),
            identity: Rc::new(Identity::new(Arc::from(""), instance, -1)),
            rejoin_needed: true,
            needs_join_prepare: true,
            rejoin_reason: String::new(),
            join: Join::Idle,
            rejoin_commit: None,
            owned: RankSet::default(),
            positions: BTreeMap::new(),
            records_due_ms: None,
            fetch_returns_ms: 0,
            pauses: false,
            at_hand_ms: None,
            closed_after_ms: 0,
            group_metadata: (-1, Arc::from("")),
            metadata,
            joined_topics: None,
            fetch_serial: 0,
            heartbeat_due_ms: None,
            session_end_ms: u64::MAX,
            coordinator_unknown_until_ms: None,
            auto_commit_due_ms: u64::MAX,
            last_poll_ms: 0,
            polls_since_ms: 0,
            app: App::Starting,
            batch: None,
            revoking: Vec::new(),
            slow_callback: None,
            inbox: VecDeque::new(),
            commands: VecDeque::new(),
            leaves_on_close: true,
            awaits_close_commit: false,
            commit_began_ms: 0,
            commit_ends_ms: 0,
            commit_retry: None,
            failure: None,
            in_flight: VecDeque::new(),
            deadline_check_ms: None,
            next_correlation_id: 0,
        }
    }

    pub(super) fn process(&self) -> ProcessIx {
        self.process
    }

    /// Whether the process is there and may act again.
    pub(super) fn is_alive(&self) -> bool {
        !matches!(self.app, App::Gone)
    }

    pub(super) fn start(&mut self, turn: &mut Turn) {
        let process = self.process;
        turn.trace
            .event(turn.now_ms, EventKind::Started { process });
        turn.trace
            .activity(turn.now_ms, process, Activity::Starting);
        turn.trace
            .client(turn.now_ms, process, ClientState::Unjoined);
        turn.wake(turn.now_ms + self.timing.start_ms, Timer::Started);
    }

    /// SIGKILL: nothing is sent, nothing is called.
    pub(super) fn kill(&mut self, turn: &mut Turn) {
        let process = self.process;
        turn.trace.event(turn.now_ms, EventKind::Killed { process });
        self.gone(turn, Activity::Killed, StopBegan::Killed);
    }

    /// SIGSTOP. Nothing reaches the process before it is thawed.
    #[cold]
    pub(super) fn freeze(&mut self, turn: &mut Turn) {
        let process = self.process;
        self.prefetch(turn);
        turn.trace.event(turn.now_ms, EventKind::Frozen { process });
        turn.trace.poll(turn.now_ms, process, PollTurn::Stopped);
        turn.trace.activity(turn.now_ms, process, Activity::Frozen);
        turn.trace.freezes(turn.now_ms, process, true);
    }

    #[cold]
    pub(super) fn thaw(&mut self, turn: &mut Turn) {
        let process = self.process;
        if matches!(self.app, App::Polling) {
            self.fetch_again(turn.now_ms);
        }
        turn.trace.event(turn.now_ms, EventKind::Thawed { process });
        turn.trace.poll_goes_on(turn.now_ms, process);
        turn.trace.activity(turn.now_ms, process, self.activity());
        turn.trace.freezes(turn.now_ms, process, false);
    }

    /// What the application does.
    fn activity(&self) -> Activity {
        match self.app {
            App::Starting => Activity::Starting,
            App::Polling
            | App::Assigning { .. }
            | App::Committing
            | App::CommittingRevoked { .. } => Activity::Polling,
            App::Unsubscribed => Activity::Unsubscribed,
            App::Busy { until_ms, .. } => Activity::InBatch { until_ms },
            App::Callback { until_ms, .. } => Activity::InCallback { until_ms },
            App::Closing => Activity::Closing,
            App::Gone => Activity::Ended,
        }
    }

    #[cold]
    pub(super) fn on_command(&mut self, turn: &mut Turn, command: Command) {
        self.commands.push_back(command);
        if matches!(self.app, App::Unsubscribed) {
            return self.handle_commands(turn);
        }
        self.maybe_await_poll_return(turn);
    }

    pub(super) fn on_response(&mut self, turn: &mut Turn, correlation_id: u32, response: Response) {
        match self.app {
            App::Gone => {}
            // Whatever is left of a join doesn't matter any more.
            App::Closing if matches!(response.api(), Api::JoinGroup | Api::SyncGroup) => {}
            App::Polling
            | App::Closing
            | App::Committing
            | App::CommittingRevoked { .. }
            | App::Unsubscribed => {
                self.read(turn, correlation_id, response);
                self.advance(turn);
            }
            // The heartbeat thread reads everything but the answer to JoinGroup.
            App::Busy { .. } | App::Callback { .. } if response.api() != Api::JoinGroup => {
                self.read(turn, correlation_id, response);
            }
            App::Starting | App::Busy { .. } | App::Callback { .. } | App::Assigning { .. } => {
                self.inbox.push_back((correlation_id, response));
            }
        }
    }

    pub(super) fn on_timer(&mut self, turn: &mut Turn, timer: Timer) {
        if matches!(self.app, App::Gone) {
            return;
        }
        match timer {
            Timer::Started => self.on_started(turn),
            Timer::PollReturns => self.on_poll_returns(turn),
            Timer::Back => self.on_back(turn),
            Timer::Heartbeat => self.on_heartbeat_due(turn),
            Timer::RequestTimeout => self.on_request_timeout(turn),
            Timer::PollTimeout => self.on_poll_timeout(turn),
            Timer::AutoCommit => self.advance(turn),
            Timer::Backoff => {
                self.retry_commit(turn);
                self.advance(turn);
            }
            Timer::Rediscovered => self.on_rediscovered(turn),
            Timer::CloseTimeout => {
                if self.awaits_close_commit {
                    self.give_up_waiting(turn);
                }
            }
            Timer::CommitTimeout => self.on_commit_timeout(turn),
            Timer::Closed => {
                if matches!(self.app, App::Closing) {
                    self.end(turn);
                }
            }
            Timer::Metadata => self.on_metadata_timer(turn),
            Timer::Records => self.on_records(turn),
            Timer::Fetched { serial } => {
                if serial == self.fetch_serial && !matches!(self.app, App::Closing) {
                    self.begin_reading(turn, &self.owned.clone());
                }
            }
        }
    }

    /// The consumer has been made, has the cluster's metadata and polls for the first time.
    fn on_started(&mut self, turn: &mut Turn) {
        if let Some(error) = self.settings.refused {
            return self.fail(turn, error);
        }
        if turn.is_cut {
            self.coordinator_unknown_until_ms = Some(u64::MAX);
        }
        self.take_metadata(turn);
        if self.settings.topics.is_empty() && self.metadata.pattern.is_none() {
            return self.unsubscribe(turn);
        }
        self.enter_poll(turn);
        self.maybe_await_poll_return(turn);
    }

    fn read(&mut self, turn: &mut Turn, correlation_id: u32, response: Response) {
        let Some(sent) = self.take_in_flight(correlation_id) else {
            return;
        };
        match response {
            Response::JoinGroup(joined) => self.on_join_response(turn, correlation_id, *joined),
            Response::SyncGroup(synced) => {
                self.on_sync_response(turn, correlation_id, *synced);
            }
            Response::Heartbeat { error } => self.on_heartbeat_response(turn, &sent, error),
            Response::LeaveGroup { .. } => self.on_leave_response(turn),
            Response::OffsetCommit { error } => self.on_commit_response(turn, &sent, error),
        }
    }

    /// The request that an answer belongs to, nearly always the oldest.
    fn take_in_flight(&mut self, correlation_id: u32) -> Option<InFlight> {
        let is_asked = |(id, _): &(u32, InFlight)| *id == correlation_id;
        let (_, sent) = if self.in_flight.front().is_some_and(is_asked) {
            self.in_flight.pop_front()
        } else {
            let place = self.in_flight.iter().position(is_asked)?;
            self.in_flight.remove(place)
        }?;
        Some(sent)
    }

    fn send(&mut self, turn: &mut Turn, request: Request, commit: Option<CommitFor>) -> u32 {
        let sent = self.note_sent(turn.now_ms, request.api(), commit);
        if let Some(check_ms) = sent.check_ms {
            turn.wake(check_ms, Timer::RequestTimeout);
        }
        turn.send(sent.correlation_id, request);
        sent.correlation_id
    }

    /// A request is sent, and its answer awaited.
    fn note_sent(&mut self, now_ms: u64, api: Api, commit: Option<CommitFor>) -> Sent {
        let deadline_ms = now_ms + self.request_timeout_ms(api);
        let sent = self.number_sent(deadline_ms);
        let in_flight = InFlight {
            identity: self.identity.clone(),
            protocol: self.generation.protocol,
            commit,
            deadline_ms,
        };
        self.in_flight.push_back((sent.correlation_id, in_flight));
        sent
    }

    /// A request is sent that is to be answered by a time.
    fn number_sent(&mut self, deadline_ms: u64) -> Sent {
        self.next_correlation_id = self.next_correlation_id.wrapping_add(1);
        Sent {
            correlation_id: self.next_correlation_id,
            check_ms: self.checks_deadlines_at(deadline_ms).then_some(deadline_ms),
        }
    }

    fn enter_generation(&mut self, generation: Generation) {
        let (member_id, instance) = (generation.member_id.clone(), self.instance.clone());
        self.identity = Rc::new(Identity::new(member_id, instance, generation.id));
        self.generation = generation;
    }

    /// Whether a request was sent in the present generation.
    fn is_current(&self, sent: &InFlight) -> bool {
        sent.identity == self.identity && sent.protocol == self.generation.protocol
    }

    fn set_state(&mut self, turn: &mut Turn, state: ClientState) {
        self.state = state;
        turn.trace.client(turn.now_ms, self.process, state);
        if matches!(
            state,
            ClientState::Unjoined | ClientState::PreparingRebalance
        ) {
            self.heartbeat_due_ms = None;
            turn.trace.heartbeat_due(turn.now_ms, self.process, None);
        }
    }

    fn request_rejoin(&mut self, reason: impl Into<String>) {
        self.rejoin_needed = true;
        self.rejoin_reason = reason.into();
    }

    /// Forgets the membership; the id stays where the coordinator still knows it.
    fn reset_generation(&mut self, turn: &mut Turn, keep_member_id: bool, reason: String) {
        let mut generation = Generation::none();
        if keep_member_id {
            generation.member_id = self.generation.member_id.clone();
        }
        self.enter_generation(generation);
        self.join = Join::Idle;
        self.needs_join_prepare = true;
        self.set_state(turn, ClientState::Unjoined);
        self.request_rejoin(reason);
    }

    /// `poll()` throws: the application closes the consumer and ends.
    fn fail(&mut self, turn: &mut Turn, error: &'static str) {
        self.failure = Some(error);
        turn.trace
            .poll(turn.now_ms, self.process, PollTurn::Returned);
        self.leaves_on_close = self.instance.is_none();
        self.begin_close(turn);
        self.close_callbacks(turn);
    }

    fn gone(&mut self, turn: &mut Turn, activity: Activity, why: StopBegan) {
        self.abandon_batch(turn);
        let owned = std::mem::take(&mut self.owned);
        self.stop_reading(turn, &owned, why);
        self.set_state(turn, ClientState::Unjoined);
        self.app = App::Gone;
        self.inbox.clear();
        turn.trace.activity(turn.now_ms, self.process, activity);
    }
}
