//! One process with a Java consumer of the classic protocol.
//!
//! Kafka's consumer has two threads: the application's, which runs the whole protocol but only inside
//! `poll()`, and the heartbeat thread, which keeps the session alive meanwhile. Here they are one state
//! machine: [`App`] says where the application is, and whatever needs it waits in the inbox.
//! Source: `ClassicKafkaConsumer`, `ConsumerCoordinator`, `AbstractCoordinator`, `Heartbeat`@4.3.

mod application;
mod close;
mod connection;
mod heartbeat;
mod join;
mod metadata;
mod records;

use self::metadata::Metadata;
pub(super) use self::metadata::full_match;
use super::protocol::{Identity, Plan, Request, Response};
use super::records::Log;
use super::scenario::{
    Application, CloseOperation, CommitStrategy, ConsumerSettings, Listener, Timing,
};
use super::trace::{
    Activity, Api, Callback, ClientState, EventKind, ProcessIx, Recorder, StopBegan,
};
use crate::assign::{Assignor, AssignorName, Cluster, RebalanceProtocol, TopicPartition};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

/// What a client wants done.
#[derive(Debug)]
pub(super) enum Effect {
    Send {
        correlation_id: u64,
        request: Request,
    },
    /// Closes the connection: what is on its way in either direction is lost.
    Disconnect,
    Wake {
        at_ms: u64,
        timer: Timer,
    },
}

/// A wake-up that a client asked for. Each is checked against the state when it comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Timer {
    /// The consumer is made.
    Started,
    /// An idle `poll()` returns and the application looks at its commands.
    PollReturns,
    /// The application is back: a batch, a callback or the assignor has ended.
    Back,
    /// A heartbeat is due.
    Heartbeat,
    /// A request may have been without an answer for too long.
    RequestTimeout,
    /// `max.poll.interval.ms` has passed.
    PollTimeout,
    /// `auto.commit.interval.ms` has passed.
    AutoCommit,
    /// `retry.backoff.ms` has passed.
    Backoff,
    /// The coordinator has been found again.
    Rediscovered,
    /// `close()` has waited long enough for its last commit.
    CloseTimeout,
    /// Metadata are due, or the answer to a request for them arrives.
    Metadata,
    /// There are records to read.
    Records,
    /// The first records of the latest assignment arrive.
    Fetched { serial: u64 },
}

/// A moment in which a client acts.
pub(super) struct Turn<'a> {
    pub now_ms: u64,
    pub effects: &'a mut Vec<Effect>,
    pub trace: &'a mut Recorder,
    pub cluster: &'a Arc<Cluster>,
    pub log: &'a mut Log,
    /// Whether nothing passes between the process and the cluster.
    pub is_cut: bool,
}

impl Turn<'_> {
    fn wake(&mut self, at_ms: u64, timer: Timer) {
        self.effects.push(Effect::Wake { at_ms, timer });
    }
}

/// Where the application's thread is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum App {
    Starting,
    /// Inside `poll()`, ready for whatever arrives.
    Polling,
    /// In a batch: only the heartbeat thread acts.
    Busy {
        until_ms: u64,
    },
    /// In a callback of the listener; then the protocol goes on where it was.
    Callback {
        until_ms: u64,
        then: Then,
    },
    /// Computing an assignment, which holds the lock that the heartbeat thread needs.
    Assigning {
        until_ms: u64,
        plan: Plan,
    },
    /// In `commitSync()`.
    Committing,
    /// In `commitSync()` within `onPartitionsRevoked`; then the callback goes on.
    CommittingRevoked {
        rest_ms: u64,
        then: Then,
    },
    /// Subscribed to nothing, outside of `poll()`.
    Unsubscribed,
    Closing,
    Gone,
}

/// Where the protocol goes on after a callback.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Then {
    SendJoin,
    TakeAssignment(BTreeSet<TopicPartition>),
    Read(BTreeSet<TopicPartition>),
    Leave,
    LeaveUnsubscribed,
}

/// How far an attempt to join has come.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Join {
    Idle,
    AwaitsJoinAnswer { correlation_id: u64 },
    AwaitsSyncAnswer { correlation_id: u64 },
    Synced(BTreeSet<TopicPartition>),
    Backoff { until_ms: u64 },
}

/// Membership as the client knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Generation {
    /// −1 outside of a generation.
    id: i32,
    /// Empty before the coordinator has given one.
    member_id: Arc<str>,
    protocol: Option<AssignorName>,
}

impl Generation {
    fn none() -> Self {
        Self {
            id: -1,
            member_id: Arc::from(""),
            protocol: None,
        }
    }
}

/// Why an offset commit was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum CommitFor {
    Batch,
    Interval,
    Rejoin,
    Revoked,
    Close,
}

/// What a `poll()` returned, until the application is done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Batch {
    /// Offsets of the first and the last record, per partition.
    ranges: Vec<(TopicPartition, u64, u64)>,
    /// When the work on it began.
    began_ms: Option<u64>,
    duration_ms: u64,
}

impl Batch {
    fn records(&self) -> u64 {
        self.ranges
            .iter()
            .map(|(_, first, last)| last - first + 1)
            .sum()
    }
}

/// Something for the application to do after its present poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Command {
    Subscribe(Vec<String>, Option<String>),
    Close(CloseOperation),
    /// Doesn't call `poll()` for so many ms; none: never again.
    Slow(Option<u64>),
}

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
    generation: Generation,
    rejoin_needed: bool,
    needs_join_prepare: bool,
    rejoin_reason: String,
    join: Join,
    /// Whether the commit before a rejoin is on its way or done.
    rejoin_commit: Option<bool>,
    owned: BTreeSet<TopicPartition>,
    /// The next offset of each partition that is being read.
    positions: BTreeMap<TopicPartition, u64>,
    records_due_ms: Option<u64>,
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
    revoking: Vec<(TopicPartition, u64)>,
    /// How long the next call of the listener takes, or of one of its methods.
    slow_callback: Option<(Option<Listener>, u64)>,
    inbox: VecDeque<(u64, Response)>,
    commands: VecDeque<Command>,
    /// Whether `close()` sends LeaveGroup.
    leaves_on_close: bool,
    /// Whether `close()` waits for its last commit.
    awaits_close_commit: bool,
    /// A commit to be sent again after a backoff.
    commit_retry: Option<CommitFor>,
    /// What the heartbeat thread found and the next `poll()` throws, or what ends the consumer.
    failure: Option<&'static str>,
    /// Requests without an answer: the generation in which they were sent, and what a commit is for.
    in_flight: BTreeMap<u64, InFlight>,
    /// When their deadlines are looked at next; at or before the first of them.
    deadline_check_ms: Option<u64>,
    next_correlation_id: u64,
}

#[derive(Debug, Clone)]
struct InFlight {
    generation: Generation,
    commit: Option<CommitFor>,
    /// When the client gives the answer and the connection up.
    deadline_ms: u64,
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
        Self {
            process,
            protocol: settings.rebalance_protocol(),
            client_id: Arc::from(settings.client_id.as_str()),
            instance: settings.group_instance_id.as_deref().map(Arc::from),
            assignors: assignors
                .map(|name| {
                    let assignor = Assignor::of_version(*name, settings.release.of_assignors());
                    (*name, assignor.unwrap_or_else(|_| Assignor::new(*name)))
                })
                .collect(),
            settings,
            timing,
            application,
            state: ClientState::Unjoined,
            generation: Generation::none(),
            rejoin_needed: true,
            needs_join_prepare: true,
            rejoin_reason: String::new(),
            join: Join::Idle,
            rejoin_commit: None,
            owned: BTreeSet::new(),
            positions: BTreeMap::new(),
            records_due_ms: None,
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
            commit_retry: None,
            failure: None,
            in_flight: BTreeMap::new(),
            deadline_check_ms: None,
            next_correlation_id: 0,
        }
    }

    pub(super) fn process(&self) -> ProcessIx {
        self.process
    }

    /// Whether the process is there and may act again.
    pub(super) fn is_alive(&self) -> bool {
        self.app != App::Gone
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
    pub(super) fn freeze(&mut self, turn: &mut Turn) {
        let process = self.process;
        turn.trace.event(turn.now_ms, EventKind::Frozen { process });
        turn.trace.activity(turn.now_ms, process, Activity::Frozen);
        turn.trace.freezes(turn.now_ms, process, true);
    }

    pub(super) fn thaw(&mut self, turn: &mut Turn) {
        let process = self.process;
        turn.trace.event(turn.now_ms, EventKind::Thawed { process });
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
            App::Busy { until_ms } => Activity::InBatch { until_ms },
            App::Callback { until_ms, .. } => Activity::InCallback { until_ms },
            App::Closing => Activity::Closing,
            App::Gone => Activity::Ended,
        }
    }

    pub(super) fn on_command(&mut self, turn: &mut Turn, command: Command) {
        self.commands.push_back(command);
        if self.app == App::Unsubscribed {
            return self.handle_commands(turn);
        }
        self.maybe_await_poll_return(turn);
    }

    pub(super) fn on_response(&mut self, turn: &mut Turn, correlation_id: u64, response: Response) {
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
        if self.app == App::Gone {
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

    fn enter_poll(&mut self, turn: &mut Turn) {
        self.app = App::Polling;
        self.polls_since_ms = turn.now_ms;
        self.last_poll_ms = turn.now_ms;
        turn.trace
            .activity(turn.now_ms, self.process, Activity::Polling);
        self.advance(turn);
    }

    /// Commands are looked at when the present idle poll returns.
    fn maybe_await_poll_return(&mut self, turn: &mut Turn) {
        if self.app != App::Polling || self.commands.is_empty() {
            return;
        }
        let poll_ms = self.timing.poll_ms;
        let at_ms = if poll_ms == 0 {
            turn.now_ms
        } else {
            let polls = (turn.now_ms - self.polls_since_ms).div_ceil(poll_ms).max(1);
            self.polls_since_ms + polls * poll_ms
        };
        turn.wake(at_ms, Timer::PollReturns);
    }

    fn on_poll_returns(&mut self, turn: &mut Turn) {
        let unsubscribed = self.app == App::Unsubscribed;
        if self.app != App::Polling && !unsubscribed {
            return;
        }
        self.last_poll_ms = turn.now_ms;
        match self.commands.pop_front() {
            None => {}
            Some(Command::Subscribe(topics, pattern)) => {
                self.settings.topics = topics;
                self.metadata.pattern = pattern.and_then(|pattern| full_match(&pattern).ok());
                if self.settings.topics.is_empty() && self.metadata.pattern.is_none() {
                    return self.unsubscribe(turn);
                }
                if unsubscribed {
                    self.enter_poll(turn);
                } else {
                    self.check_subscription();
                    self.advance(turn);
                }
                self.maybe_await_poll_return(turn);
            }
            Some(Command::Close(operation)) => self.close(turn, operation),
            // It doesn't poll anyway.
            Some(Command::Slow(_)) if unsubscribed => self.handle_commands(turn),
            Some(Command::Slow(ms)) => {
                let until_ms = ms.map_or(u64::MAX, |ms| turn.now_ms + ms);
                let process = self.process;
                turn.trace
                    .event(turn.now_ms, EventKind::Busy { process, until_ms });
                self.leave_poll(turn, App::Busy { until_ms }, until_ms);
                turn.trace
                    .activity(turn.now_ms, process, Activity::InBatch { until_ms });
            }
        }
    }

    /// A batch, a callback or the assignor has ended.
    fn on_back(&mut self, turn: &mut Turn) {
        let now_ms = turn.now_ms;
        match std::mem::replace(&mut self.app, App::Polling) {
            App::Busy { until_ms } if until_ms <= now_ms && self.batch.is_some() => {
                turn.trace.activity(now_ms, self.process, Activity::Polling);
                self.polls_since_ms = now_ms;
                self.finish_batch(turn);
                if self.app == App::Polling {
                    self.enter_poll(turn);
                }
            }
            App::Busy { until_ms } if until_ms <= now_ms => {
                let process = self.process;
                turn.trace.event(now_ms, EventKind::Idle { process });
                self.enter_poll(turn);
            }
            App::Callback { until_ms, then } if until_ms <= now_ms => {
                turn.trace.activity(now_ms, self.process, Activity::Polling);
                self.go_on(turn, then);
                self.advance(turn);
            }
            App::Assigning { until_ms, plan } if until_ms <= now_ms => {
                self.send_sync(turn, plan);
                self.advance(turn);
            }
            other => self.app = other,
        }
        self.maybe_await_poll_return(turn);
    }

    /// Everything that the application's thread can do now, until it has to wait.
    fn advance(&mut self, turn: &mut Turn) {
        while self.app == App::Polling {
            self.last_poll_ms = turn.now_ms;
            if let Some((correlation_id, response)) = self.inbox.pop_front() {
                self.read(turn, correlation_id, response);
                continue;
            }
            if let Some(error) = self.failure {
                return self.fail(turn, error);
            }
            if !self.join_step(turn) {
                break;
            }
        }
        if self.app == App::Polling {
            self.maybe_auto_commit(turn);
            self.await_records(turn);
        }
    }

    fn read(&mut self, turn: &mut Turn, correlation_id: u64, response: Response) {
        let Some(sent) = self.in_flight.remove(&correlation_id) else {
            return;
        };
        match response {
            Response::JoinGroup(joined) => self.on_join_response(turn, correlation_id, joined),
            Response::SyncGroup { error, assigned } => {
                self.on_sync_response(turn, correlation_id, error, assigned);
            }
            Response::Heartbeat { error } => self.on_heartbeat_response(turn, &sent, error),
            Response::LeaveGroup { .. } => self.on_leave_response(turn),
            Response::OffsetCommit { error } => self.on_commit_response(turn, &sent, error),
        }
    }

    fn send(&mut self, turn: &mut Turn, request: Request, commit: Option<CommitFor>) -> u64 {
        self.next_correlation_id += 1;
        let correlation_id = self.next_correlation_id;
        let deadline_ms = turn.now_ms + self.request_timeout_ms(request.api());
        let sent = InFlight {
            generation: self.generation.clone(),
            commit,
            deadline_ms,
        };
        self.in_flight.insert(correlation_id, sent);
        self.check_deadlines_at(turn, deadline_ms);
        turn.effects.push(Effect::Send {
            correlation_id,
            request,
        });
        correlation_id
    }

    fn identity(&self) -> Identity {
        Identity {
            member_id: self.generation.member_id.clone(),
            group_instance_id: self.instance.clone(),
            generation_id: self.generation.id,
        }
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
        let member_id = self.generation.member_id.clone();
        self.generation = Generation::none();
        if keep_member_id {
            self.generation.member_id = member_id;
        }
        self.join = Join::Idle;
        self.needs_join_prepare = true;
        self.set_state(turn, ClientState::Unjoined);
        self.request_rejoin(reason);
    }

    /// Calls the listener; the protocol goes on with `then` when it returns.
    fn call(
        &mut self,
        turn: &mut Turn,
        kind: fn(Callback) -> EventKind,
        partitions: &BTreeSet<TopicPartition>,
        then: Then,
    ) {
        let callback = Callback {
            process: self.process,
            partitions: turn.trace.places(partitions),
            generation_id: self.generation.id,
            member_id: self.generation.member_id.clone(),
        };
        let event = kind(callback);
        let listener = match event {
            EventKind::Assigned(_) => Listener::Assigned,
            EventKind::Lost(_) => Listener::Lost,
            _ => Listener::Revoked,
        };
        turn.trace.event(turn.now_ms, event);
        let duration_ms = self.callback_ms(listener);
        let commits = self.commits(CommitStrategy::OnRevoked) && !self.revoking.is_empty();
        if listener == Listener::Revoked && commits {
            self.app = App::CommittingRevoked {
                rest_ms: duration_ms,
                then,
            };
            return self.commit_sync(turn, CommitFor::Revoked);
        }
        self.spend_callback(turn, duration_ms, then);
    }

    /// The listener takes its time.
    fn spend_callback(&mut self, turn: &mut Turn, duration_ms: u64, then: Then) {
        if duration_ms == 0 {
            return self.go_on(turn, then);
        }
        let until_ms = turn.now_ms + duration_ms;
        self.leave_poll(turn, App::Callback { until_ms, then }, until_ms);
        turn.trace
            .activity(turn.now_ms, self.process, Activity::InCallback { until_ms });
    }

    fn leave_poll(&mut self, turn: &mut Turn, app: App, until_ms: u64) {
        self.app = app;
        turn.wake(until_ms, Timer::Back);
        let timeout_ms = self.last_poll_ms + self.settings.max_poll_interval_ms;
        if timeout_ms < until_ms {
            turn.wake(timeout_ms, Timer::PollTimeout);
        }
    }

    fn go_on(&mut self, turn: &mut Turn, then: Then) {
        match then {
            Then::SendJoin => self.send_join(turn),
            Then::TakeAssignment(assigned) => self.take_assignment(turn, assigned),
            Then::Read(added) => self.read_added(turn, &added),
            Then::Leave => self.leave(turn),
            Then::LeaveUnsubscribed => self.leave_unsubscribed(turn),
        }
    }

    fn read_added(&mut self, turn: &mut Turn, added: &BTreeSet<TopicPartition>) {
        if self.timing.fetch_ms == 0 {
            return self.begin_reading(turn, added);
        }
        self.fetch_serial += 1;
        let serial = self.fetch_serial;
        turn.wake(
            turn.now_ms + self.timing.fetch_ms,
            Timer::Fetched { serial },
        );
    }

    fn begin_reading(&mut self, turn: &mut Turn, partitions: &BTreeSet<TopicPartition>) {
        self.before_positions_change(turn.now_ms);
        let mut added = BTreeSet::new();
        for partition in partitions {
            let Some(place) = turn.trace.place(partition) else {
                continue;
            };
            if !self.positions.contains_key(partition) {
                let position = self.start_position(turn, partition);
                self.positions.insert(partition.clone(), position);
                added.insert(partition.clone());
            }
            turn.trace
                .begins_reading(turn.now_ms, self.process, place, self.generation.id);
        }
        self.note_resumption(turn, &added);
        self.await_records(turn);
    }

    fn stop_reading(
        &mut self,
        turn: &mut Turn,
        partitions: &BTreeSet<TopicPartition>,
        why: StopBegan,
    ) {
        self.before_positions_change(turn.now_ms);
        self.revoking.clear();
        for partition in partitions {
            self.revoking.extend(self.positions.remove_entry(partition));
        }
        for place in turn.trace.places(partitions) {
            turn.trace
                .stops_reading(turn.now_ms, self.process, place, why);
        }
    }

    /// `poll()` throws: the application closes the consumer and ends.
    fn fail(&mut self, turn: &mut Turn, error: &'static str) {
        self.failure = Some(error);
        self.leaves_on_close = self.instance.is_none();
        self.app = App::Closing;
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
