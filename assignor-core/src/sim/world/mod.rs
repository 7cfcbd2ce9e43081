//! The kernel: a queue of occurrences, ordered by time and then by the order of scheduling.

mod actions;
mod lull;
mod network;

use self::actions::{Rolling, Step, Successor};
use self::lull::Patience;
use self::network::Link;
pub(super) use self::network::Port;
use super::client::{self, Client, Command};
use super::coordinator::{self, Coordinator, MemberIds, Ticket};
use super::limits::Limits;
use super::protocol::{Request, Response};
use super::queue::Queue;
use super::random::Random;
use super::records::Log;
use super::scenario::{
    self, Action, ActionKind, Properties, Scenario, ScenarioError, Subscription,
};
use super::trace::{EventKind, GroupState, MessageIx, ProcessIx, Recorder, Trace};
use crate::assign::{Cluster, TopicPartition};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub(super) struct World<'a> {
    scenario: &'a Scenario,
    cluster: Arc<Cluster>,
    topics_change: bool,
    log: Log,
    coordinator: Coordinator,
    /// What the coordinator wants done, the next of it last.
    due: Vec<coordinator::Effect>,
    clients: Vec<Client>,
    links: Vec<Link>,
    /// The latest process of each member.
    latest: Vec<Option<ProcessIx>>,
    /// What each process was started with: its config on top of its member's, and its subscription if it
    /// isn't the member's.
    started_with: Vec<(Properties, Option<Subscription>)>,
    /// What was configured for each member, in all and since its latest process started.
    configured: Vec<(Properties, Properties)>,
    /// Who takes the place of a process that is to end.
    successors: BTreeMap<ProcessIx, Successor>,
    rollings: Vec<Rolling>,
    /// Until when each member's network is cut; `u64::MAX` until it is mended.
    cut_until_ms: Vec<Option<u64>>,
    /// How many of them are cut.
    cut_members: usize,
    /// Numbers the brokers that coordinate in turn.
    broker: u32,
    /// Those of them that died.
    crashed: BTreeSet<u32>,
    /// How many processes have been frozen and not thawed.
    frozen: usize,
    queue: Queue<Occurrence>,
    patience: Patience,
    now_ms: u64,
    recorder: Recorder,
}

/// Small, as it is moved into the queue and out of it; what is rare and large is boxed.
enum Occurrence {
    Action(usize),
    Step(Box<Step>),
    Command(ProcessIx, Box<Command>),
    Thaw(ProcessIx),
    /// The time of a member's cut is over.
    Mend(usize),
    NetworkBack(ProcessIx),
    Request {
        ticket: Ticket,
        message: MessageIx,
        request: Request,
    },
    Response {
        ticket: Ticket,
        message: MessageIx,
        response: Response,
    },
    /// A connection to a dead broker breaks.
    Broken {
        process: ProcessIx,
        connection: u32,
    },
    /// A broker has read the group from the log.
    Loaded(u32),
    Coordinator(coordinator::Timer),
    Client(ProcessIx, client::Timer),
}

impl Occurrence {
    /// The process that it reaches, if it is one that may be frozen.
    fn recipient(&self) -> Option<ProcessIx> {
        match self {
            Self::Command(process, _)
            | Self::Client(process, _)
            | Self::NetworkBack(process)
            | Self::Broken { process, .. } => Some(*process),
            Self::Response { ticket, .. } => Some(ticket.process),
            _ => None,
        }
    }
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

/// The topics at the start. A topic's name is one text in memory, which makes comparing partitions cheap.
fn first_cluster(scenario: &Scenario, partitions: &[TopicPartition]) -> Cluster {
    let names: BTreeMap<&str, &Arc<str>> = partitions
        .iter()
        .map(|partition| (&*partition.topic, &partition.topic))
        .collect();
    let mut cluster = Cluster::new();
    for topic in &scenario.topics {
        let name = names.get(topic.name.as_str()).copied().cloned();
        let name = name.unwrap_or_else(|| Arc::from(topic.name.as_str()));
        cluster.insert(name, topic.with_partitions(topic.partitions));
    }
    cluster
}

impl<'a> World<'a> {
    pub(super) fn new(scenario: &'a Scenario) -> Result<Self, ScenarioError> {
        let names = scenario.members.iter();
        let members = names
            .map(|member| Arc::from(member.name.as_str()))
            .collect();
        let partitions = all_partitions(scenario);
        let cluster = first_cluster(scenario, &partitions);
        let changes = |action: &Action| {
            matches!(
                action.kind,
                ActionKind::Create(_)
                    | ActionKind::Grow(_)
                    | ActionKind::Delete { .. }
                    | ActionKind::Subscribe { .. }
                    | ActionKind::Start {
                        topics: Some(_),
                        ..
                    }
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
            log: Log::new(scenario, &partitions),
            coordinator: Coordinator::new(settings, scenario.timing.append_ms, ids),
            due: Vec::new(),
            clients: Vec::new(),
            links: Vec::new(),
            latest: vec![None; scenario.members.len()],
            started_with: Vec::new(),
            configured: vec![Default::default(); scenario.members.len()],
            successors: BTreeMap::new(),
            rollings: Vec::new(),
            cut_until_ms: vec![None; scenario.members.len()],
            cut_members: 0,
            broker: 0,
            crashed: BTreeSet::new(),
            frozen: 0,
            queue: Queue::new(),
            patience: Patience::default(),
            now_ms: 0,
            recorder: Recorder::new(members, partitions),
        };
        world.recorder.group(0, GroupState::Empty, 0, None);
        for (ix, action) in scenario.actions.iter().enumerate() {
            world.schedule(action.at_ms, Occurrence::Action(ix));
        }
        Ok(world)
    }

    pub(super) fn run(mut self, limits: &Limits) -> Result<Trace, ScenarioError> {
        let mut count: u64 = 0;
        while let Some((at_ms, what)) = self.queue.pop() {
            if at_ms > self.scenario.until_ms {
                break;
            }
            self.now_ms = at_ms;
            count += 1;
            if let Some(limit) = limits.passed_by(count, self.recorder.partitions_written()) {
                self.recorder
                    .event(self.now_ms, EventKind::LimitReached { limit });
                return Ok(self.recorder.finish(self.now_ms, self.log.into_history()));
            }
            self.happen(what)?;
            if self.now_ms >= self.patience.from_ms {
                self.lull(&mut count, limits.occurrences);
            }
        }
        let log = self.log.into_history();
        Ok(self.recorder.finish(self.scenario.until_ms, log))
    }

    fn schedule(&mut self, at_ms: u64, what: Occurrence) {
        self.queue.push(at_ms, what);
    }

    fn happen(&mut self, what: Occurrence) -> Result<(), ScenarioError> {
        if self.is_held(&what) {
            self.hold(what);
            return Ok(());
        }
        if self.frozen > 0
            && let Some(process) = what.recipient()
            && let Some(kept) = &mut self.link(process).frozen
        {
            // Until the process is thawed.
            kept.push(what);
            return Ok(());
        }
        match what {
            Occurrence::Action(ix) => self.act(ix)?,
            Occurrence::Step(step) => self.step(*step)?,
            Occurrence::Command(process, command) => {
                self.with_client(process, |client, turn| client.on_command(turn, *command));
            }
            Occurrence::Thaw(process) => self.thaw(process),
            Occurrence::Mend(member) => self.on_cut_ends(member),
            Occurrence::NetworkBack(process) => {
                self.with_client(process, Client::on_network_back);
            }
            Occurrence::Request {
                ticket,
                message,
                request,
            } => self.receive(ticket, message, request),
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
            Occurrence::Broken {
                process,
                connection,
            } => self.on_broken(process, connection),
            Occurrence::Loaded(broker) => self.on_loaded(broker),
            Occurrence::Coordinator(timer) => {
                self.coordinate(|coordinator, turn| coordinator.on_timer(turn, &timer));
            }
            Occurrence::Client(process, timer) => {
                self.with_client(process, |client, turn| client.on_timer(turn, timer));
            }
        }
        Ok(())
    }

    fn with_client(
        &mut self,
        process: ProcessIx,
        act: impl FnOnce(&mut Client, &mut client::Turn),
    ) {
        let is_cut = self.is_cut(process);
        let ix = process.0 as usize;
        let (Some(client), Some(link)) = (self.clients.get_mut(ix), self.links.get_mut(ix)) else {
            return;
        };
        let mut turn = client::Turn {
            now_ms: self.now_ms,
            port: Port::new(process, self.broker, link, &mut self.queue),
            trace: &mut self.recorder,
            cluster: &self.cluster,
            log: &mut self.log,
            is_cut,
        };
        act(client, &mut turn);
        if !self.successors.is_empty() {
            self.maybe_succeed(process);
        }
    }

    fn is_alive(&self, process: ProcessIx) -> bool {
        self.clients
            .get(process.0 as usize)
            .is_some_and(Client::is_alive)
    }

    /// Lets the coordinator act, and everything follow that comes of it.
    fn coordinate(&mut self, act: impl FnOnce(&mut Coordinator, &mut coordinator::Turn)) {
        self.let_coordinator_act(act);
        self.settle();
    }

    /// What the coordinator wants done comes before whatever was still to be done.
    fn let_coordinator_act(&mut self, act: impl FnOnce(&mut Coordinator, &mut coordinator::Turn)) {
        let before = self.due.len();
        let mut turn = coordinator::Turn {
            now_ms: self.now_ms,
            effects: &mut self.due,
            trace: &mut self.recorder,
            log: &mut self.log,
        };
        act(&mut self.coordinator, &mut turn);
        if let Some(new) = self.due.get_mut(before..) {
            new.reverse();
        }
    }

    /// Does what the coordinator wants done. An answer frees its connection for the request that waits
    /// there, of which there may be thousands, and each may have an answer: hence a list and no recursion.
    fn settle(&mut self) {
        while let Some(effect) = self.due.pop() {
            match effect {
                coordinator::Effect::Wake { at_ms, timer } => {
                    self.schedule(at_ms, Occurrence::Coordinator(timer));
                }
                coordinator::Effect::Reply(ticket, response) => {
                    if let Some((ticket, request)) = self.send_response(ticket, response) {
                        self.serve(ticket, request);
                    }
                }
            }
        }
    }
}
