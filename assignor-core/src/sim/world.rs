//! The kernel: a queue of occurrences, the network between members and coordinator, the actions.

use super::client::{self, Client, Command};
use super::coordinator::{self, Coordinator, MemberIds, Ticket};
use super::protocol::{Request, Response};
use super::random::Random;
use super::records::Log;
use super::scenario::{self, Action, ActionKind, Properties, Scenario, ScenarioError};
use super::trace::{
    ErrorCode, EventKind, GroupState, Message, Process, ProcessIx, Recorder, Trace,
};
use crate::assign::{Cluster, RebalanceProtocol, Topic, TopicPartition};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::sync::Arc;

/// More occurrences than any sensible run has; a run that reaches this is told so.
const MAX_OCCURRENCES: u64 = 20_000_000;

pub(super) struct World<'a> {
    scenario: &'a Scenario,
    cluster: Arc<Cluster>,
    topics_change: bool,
    log: Log,
    coordinator: Coordinator,
    clients: Vec<Client>,
    links: Vec<Link>,
    /// The latest process of each member.
    latest: Vec<Option<ProcessIx>>,
    queue: BinaryHeap<Reverse<Queued>>,
    next_order: u64,
    now_ms: u64,
    recorder: Recorder,
}

/// What stands between a process and the rest of the world.
#[derive(Default)]
struct Link {
    /// Numbers the connections to the coordinator; what belongs to an earlier one is lost.
    connection: u32,
    /// Whether the coordinator works on a request of this connection. A broker takes one request at a
    /// time from a connection: whatever is sent while a JoinGroup or SyncGroup is parked waits.
    busy: bool,
    waiting: VecDeque<(Ticket, Request)>,
    /// While the process is frozen: what will reach it when it goes on.
    frozen: Option<Vec<Occurrence>>,
}

/// Ordered by time, then by the order of scheduling.
struct Queued {
    at_ms: u64,
    order: u64,
    what: Occurrence,
}

enum Occurrence {
    Action(usize),
    Command(ProcessIx, Command),
    Thaw(ProcessIx),
    Request(Ticket, Request),
    Response {
        ticket: Ticket,
        message: usize,
        response: Response,
    },
    Coordinator(coordinator::Timer),
    Client(ProcessIx, client::Timer),
}

/// Every partition that ever exists: by topic, in the order of the scenario, then of creation.
fn all_partitions(scenario: &Scenario) -> Vec<TopicPartition> {
    let mut topics: Vec<scenario::Topic> = scenario.topics.clone();
    for action in &scenario.actions {
        if let ActionKind::Create(topic) | ActionKind::Grow(topic) = &action.kind {
            match topics.iter_mut().find(|known| known.name == topic.name) {
                Some(known) => known.partitions = known.partitions.max(topic.partitions),
                None => topics.push(topic.clone()),
            }
        }
    }
    let mut partitions = Vec::new();
    for topic in topics {
        let name: Arc<str> = Arc::from(topic.name);
        let of_topic = |partition| TopicPartition::new(name.clone(), partition);
        partitions.extend((0..topic.partitions).map(of_topic));
    }
    partitions
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        (self.at_ms, self.order) == (other.at_ms, other.order)
    }
}

impl Eq for Queued {}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at_ms, self.order).cmp(&(other.at_ms, other.order))
    }
}

impl<'a> World<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Result<Self, ScenarioError> {
        let names = scenario.members.iter();
        let members = names
            .map(|member| Arc::from(member.name.as_str()))
            .collect();
        let mut cluster = Cluster::new();
        for topic in &scenario.topics {
            cluster.insert(topic.name.as_str(), Topic::new(topic.partitions));
        }
        let changes = |action: &Action| {
            matches!(
                action.kind,
                ActionKind::Create(_)
                    | ActionKind::Grow(_)
                    | ActionKind::Delete { .. }
                    | ActionKind::Subscribe { .. }
            )
        };
        // When a member with topics of its own goes, the group is interested in fewer.
        let mut pairs = scenario.members.windows(2);
        let differ = pairs.any(|pair| matches!(pair, [a, b] if a.topics != b.topics));
        let ids = MemberIds::new(&scenario.member_ids, Random::new(scenario.seed));
        let settings = scenario.broker_settings()?;
        let mut world = Self {
            scenario,
            cluster: Arc::new(cluster),
            topics_change: differ || scenario.actions.iter().any(changes),
            log: Log::new(scenario),
            coordinator: Coordinator::new(settings, scenario.timing.append_ms, ids),
            clients: Vec::new(),
            links: Vec::new(),
            latest: vec![None; scenario.members.len()],
            queue: BinaryHeap::new(),
            next_order: 0,
            now_ms: 0,
            recorder: Recorder::new(members, all_partitions(scenario)),
        };
        world.recorder.group(0, GroupState::Empty, 0, None);
        for (ix, action) in scenario.actions.iter().enumerate() {
            world.schedule(action.at_ms, Occurrence::Action(ix));
        }
        Ok(world)
    }

    pub(super) fn run(mut self) -> Result<Trace, ScenarioError> {
        let mut count: u64 = 0;
        while let Some(Reverse(next)) = self.queue.pop() {
            if next.at_ms > self.scenario.until_ms {
                break;
            }
            self.now_ms = next.at_ms;
            count += 1;
            if count > MAX_OCCURRENCES {
                let limit = "20000000 occurrences";
                self.recorder
                    .event(self.now_ms, EventKind::LimitReached { limit });
                return Ok(self.recorder.finish(self.now_ms));
            }
            self.happen(next.what)?;
        }
        Ok(self.recorder.finish(self.scenario.until_ms))
    }

    fn schedule(&mut self, at_ms: u64, what: Occurrence) {
        let order = self.next_order;
        self.next_order += 1;
        self.queue.push(Reverse(Queued { at_ms, order, what }));
    }

    fn happen(&mut self, what: Occurrence) -> Result<(), ScenarioError> {
        let Some(what) = self.unless_frozen(what) else {
            return Ok(());
        };
        match what {
            Occurrence::Action(ix) => self.act(ix)?,
            Occurrence::Command(process, command) => {
                self.with_client(process, |client, turn| client.on_command(turn, command));
            }
            Occurrence::Thaw(process) => self.thaw(process),
            Occurrence::Request(ticket, request) => self.receive(ticket, request),
            Occurrence::Response {
                ticket,
                message,
                response,
            } => {
                let connected = self.link(ticket.process).connection == ticket.connection;
                if connected && self.is_alive(ticket.process) {
                    self.with_client(ticket.process, |client, turn| {
                        client.on_response(turn, ticket.correlation_id, response);
                    });
                } else {
                    self.recorder.never_received(message);
                }
            }
            Occurrence::Coordinator(timer) => {
                self.coordinate(|coordinator, turn| coordinator.on_timer(turn, &timer));
            }
            Occurrence::Client(process, timer) => {
                self.with_client(process, |client, turn| client.on_timer(turn, timer));
            }
        }
        Ok(())
    }

    /// Keeps what should reach a frozen process until it is thawed.
    fn unless_frozen(&mut self, what: Occurrence) -> Option<Occurrence> {
        let process = match &what {
            Occurrence::Command(process, _) | Occurrence::Client(process, _) => *process,
            Occurrence::Response { ticket, .. } => ticket.process,
            _ => return Some(what),
        };
        match &mut self.link(process).frozen {
            Some(kept) => {
                kept.push(what);
                None
            }
            None => Some(what),
        }
    }

    fn act(&mut self, ix: usize) -> Result<(), ScenarioError> {
        let Some(action) = self.scenario.actions.get(ix) else {
            return Ok(());
        };
        match &action.kind {
            ActionKind::Create(topic) | ActionKind::Grow(topic) => self.resize(topic),
            ActionKind::Delete { topic } => self.delete(topic),
            _ => {}
        }
        let member = action.kind.member();
        let Some(member) = member.and_then(|name| self.scenario.member_index(name)) else {
            return Ok(());
        };
        if let ActionKind::Start { config, .. } = &action.kind {
            return self.start(member, config);
        }
        let Some(process) = self.latest.get(member).copied().flatten() else {
            return Ok(());
        };
        if !self.is_alive(process) {
            return Ok(());
        }
        match &action.kind {
            ActionKind::Kill { .. } => {
                self.link(process).frozen = None;
                self.with_client(process, Client::kill);
            }
            ActionKind::Freeze { ms, .. } => self.freeze(process, *ms),
            ActionKind::Thaw { .. } => self.thaw(process),
            kind => {
                if let Some(command) = Command::of(self.scenario, kind) {
                    self.schedule(self.now_ms, Occurrence::Command(process, command));
                }
            }
        }
        Ok(())
    }

    /// A topic is created or gets more partitions; it never gets fewer.
    fn resize(&mut self, topic: &scenario::Topic) {
        let partitions = self.cluster.partition_count(&topic.name).unwrap_or(0);
        if topic.partitions > partitions {
            let cluster = Arc::make_mut(&mut self.cluster);
            cluster.insert(topic.name.as_str(), Topic::new(topic.partitions));
            let kind = EventKind::TopicChanged {
                topic: Arc::from(topic.name.as_str()),
                partitions: topic.partitions,
            };
            self.recorder.event(self.now_ms, kind);
        }
    }

    fn delete(&mut self, topic: &str) {
        let Some(gone) = Arc::make_mut(&mut self.cluster).remove(topic) else {
            return;
        };
        let name: Arc<str> = Arc::from(topic);
        for partition in 0..gone.partitions() {
            let partition = TopicPartition::new(name.clone(), partition);
            if let Some(place) = self.recorder.place(&partition) {
                self.recorder.deletes(self.now_ms, place);
            }
        }
        self.recorder
            .event(self.now_ms, EventKind::TopicDeleted { topic: name });
        for ix in (0..).map(ProcessIx).take(self.clients.len()) {
            if self.is_alive(ix) {
                self.with_client(ix, |client, turn| client.topic_deleted(turn, topic));
            }
        }
    }

    fn freeze(&mut self, process: ProcessIx, ms: Option<u64>) {
        let link = self.link(process);
        if link.frozen.is_none() {
            link.frozen = Some(Vec::new());
            self.with_client(process, Client::freeze);
        }
        if let Some(ms) = ms {
            self.schedule(self.now_ms + ms, Occurrence::Thaw(process));
        }
    }

    fn thaw(&mut self, process: ProcessIx) {
        if let Some(kept) = self.link(process).frozen.take() {
            self.with_client(process, Client::thaw);
            // A client reads what has arrived before it gives the rest up.
            let gives_up = |what: &Occurrence| {
                matches!(what, Occurrence::Client(_, client::Timer::RequestTimeout))
            };
            let (late, read): (Vec<_>, Vec<_>) = kept.into_iter().partition(gives_up);
            for what in read.into_iter().chain(late) {
                self.schedule(self.now_ms, what);
            }
        }
    }

    /// A request has arrived at the coordinator's end of its connection.
    fn receive(&mut self, ticket: Ticket, request: Request) {
        let link = self.link(ticket.process);
        if link.connection != ticket.connection {
            return;
        }
        if link.busy {
            link.waiting.push_back((ticket, request));
        } else {
            link.busy = true;
            self.coordinate(|coordinator, turn| coordinator.on_request(turn, ticket, request));
        }
    }

    fn disconnect(&mut self, process: ProcessIx) {
        let link = self.link(process);
        link.connection += 1;
        link.busy = false;
        link.waiting.clear();
    }

    fn is_alive(&self, process: ProcessIx) -> bool {
        self.clients
            .get(process.0 as usize)
            .is_some_and(Client::is_alive)
    }

    fn link(&mut self, process: ProcessIx) -> &mut Link {
        let ix = process.0 as usize;
        if self.links.len() <= ix {
            self.links.resize_with(ix + 1, Link::default);
        }
        &mut self.links[ix]
    }

    fn start(&mut self, member: usize, config: &Properties) -> Result<(), ScenarioError> {
        let settings = self.scenario.consumer_settings(member, config)?;
        let earlier = |client: &&Client| self.recorder.member_of(client.process()) == Some(member);
        let incarnation = 1 + self.clients.iter().filter(earlier).count();
        let process = self.recorder.process(Process {
            member,
            incarnation: u32::try_from(incarnation).unwrap_or(u32::MAX),
            group_instance_id: settings.group_instance_id.as_deref().map(Arc::from),
            session_timeout_ms: settings.session_timeout_ms,
            heartbeat_interval_ms: settings.heartbeat_interval_ms,
            max_poll_interval_ms: settings.max_poll_interval_ms,
            cooperative: settings.rebalance_protocol() == RebalanceProtocol::Cooperative,
        });
        let timing = self.scenario.timing.clone();
        let cluster = self.cluster.clone();
        let client = Client::new(process, settings, timing, cluster, self.topics_change);
        self.clients.push(client);
        if let Some(latest) = self.latest.get_mut(member) {
            *latest = Some(process);
        }
        self.with_client(process, Client::start);
        Ok(())
    }

    fn with_client(
        &mut self,
        process: ProcessIx,
        act: impl FnOnce(&mut Client, &mut client::Turn),
    ) {
        let mut effects = Vec::new();
        let Some(client) = self.clients.get_mut(process.0 as usize) else {
            return;
        };
        let mut turn = client::Turn {
            now_ms: self.now_ms,
            effects: &mut effects,
            trace: &mut self.recorder,
            cluster: &self.cluster,
            log: &self.log,
        };
        act(client, &mut turn);
        for effect in effects {
            match effect {
                client::Effect::Wake { at_ms, timer } => {
                    self.schedule(at_ms, Occurrence::Client(process, timer));
                }
                client::Effect::Disconnect => self.disconnect(process),
                client::Effect::Send {
                    correlation_id,
                    request,
                } => {
                    let ticket = Ticket {
                        process,
                        connection: self.link(process).connection,
                        correlation_id,
                    };
                    self.send_request(ticket, request);
                }
            }
        }
    }

    fn coordinate(&mut self, act: impl FnOnce(&mut Coordinator, &mut coordinator::Turn)) {
        let mut effects = Vec::new();
        let mut turn = coordinator::Turn {
            now_ms: self.now_ms,
            effects: &mut effects,
            trace: &mut self.recorder,
            log: &mut self.log,
        };
        act(&mut self.coordinator, &mut turn);
        for effect in effects {
            match effect {
                coordinator::Effect::Wake { at_ms, timer } => {
                    self.schedule(at_ms, Occurrence::Coordinator(timer));
                }
                coordinator::Effect::Reply(ticket, response) => {
                    self.send_response(ticket, response);
                }
            }
        }
    }

    fn send_request(&mut self, ticket: Ticket, request: Request) {
        let received_ms = self.now_ms + self.scenario.timing.to_coordinator_ms;
        self.recorder.message(Message {
            process: ticket.process,
            api: request.api(),
            is_response: false,
            sent_ms: self.now_ms,
            received_ms: Some(received_ms),
            error: ErrorCode::None,
            generation_id: request.generation_id(),
        });
        self.schedule(received_ms, Occurrence::Request(ticket, request));
    }

    fn send_response(&mut self, ticket: Ticket, response: Response) {
        let link = self.link(ticket.process);
        let next = if link.connection == ticket.connection {
            let next = link.waiting.pop_front();
            link.busy = next.is_some();
            next
        } else {
            None
        };
        let received_ms = self.now_ms + self.scenario.timing.to_member_ms;
        let message = self.recorder.message(Message {
            process: ticket.process,
            api: response.api(),
            is_response: true,
            sent_ms: self.now_ms,
            received_ms: Some(received_ms),
            error: response.error(),
            generation_id: response.generation_id(),
        });
        self.schedule(
            received_ms,
            Occurrence::Response {
                ticket,
                message,
                response,
            },
        );
        if let Some((ticket, request)) = next {
            self.coordinate(|coordinator, turn| coordinator.on_request(turn, ticket, request));
        }
    }
}
