//! What happens to the group from outside.
//!
//! Composite actions are played as steps, each at its time and on what there is then: a rolling
//! restart passes over members that don't run, a process is replaced when it has ended.

use super::{Occurrence, World};
use crate::assign::RebalanceProtocol;
use crate::sim::client::{self, Client, Command};
use crate::sim::coordinator::Leaver;
use crate::sim::scenario::{
    self, ActionKind, CloseOperation, Ending, Properties, ScenarioError, Subscription, subscribed,
};
use crate::sim::trace::{EventKind, Process, ProcessIx};
use std::collections::VecDeque;
use std::sync::Arc;

/// A part of a composite action.
#[derive(Debug, Clone)]
pub(super) enum Step {
    /// The successor of a process starts.
    Succeed(ProcessIx, Successor),
    /// A member starts that doesn't run.
    Join(usize),
    /// A member closes that runs.
    Leave(usize),
    /// It is the next member's turn in a rolling restart.
    Turn(usize),
}

/// A process to start when another has ended.
#[derive(Debug, Clone)]
pub(super) struct Successor {
    after_ms: u64,
    config: Properties,
    /// The rolling restart that goes on then.
    rolling: Option<usize>,
}

/// A rolling restart under way.
#[derive(Debug)]
pub(super) struct Rolling {
    left: VecDeque<usize>,
    ending: Ending,
    after_ms: u64,
    pause_ms: u64,
    config: Properties,
}

impl World<'_> {
    pub(super) fn act(&mut self, ix: usize) -> Result<(), ScenarioError> {
        let scenario = self.scenario;
        let Some(action) = scenario.actions.get(ix) else {
            return Ok(());
        };
        let member = action.kind.member();
        if let Some(member) = member.and_then(|name| scenario.member_index(name)) {
            return self.act_on_member(member, &action.kind);
        }
        self.act_on_group(&action.kind);
        Ok(())
    }

    fn act_on_member(&mut self, member: usize, kind: &ActionKind) -> Result<(), ScenarioError> {
        match kind {
            ActionKind::Start { topics, config, .. } => {
                let config = overlaid(&self.configured(member).0, config);
                return self.start(member, config, topics.clone());
            }
            ActionKind::Configure { config, .. } => {
                if let Some((all, since)) = self.configured.get_mut(member) {
                    *all = overlaid(all, config);
                    *since = overlaid(since, config);
                }
            }
            ActionKind::Cut { ms, .. } => self.cut(member, *ms),
            ActionKind::Mend { .. } => self.mend(member),
            _ => {
                if let Some(process) = self.running(member) {
                    self.act_on_process(process, kind);
                }
            }
        }
        Ok(())
    }

    fn act_on_process(&mut self, process: ProcessIx, kind: &ActionKind) {
        match kind {
            ActionKind::Restart {
                ending,
                after_ms,
                config,
                ..
            } => {
                let successor = Successor {
                    after_ms: *after_ms,
                    config: config.clone(),
                    rolling: None,
                };
                self.replace(process, *ending, successor);
            }
            ActionKind::Kill { .. } => self.kill(process),
            ActionKind::Freeze { ms, .. } => self.freeze(process, *ms),
            ActionKind::Thaw { .. } => self.thaw(process),
            ActionKind::Close { operation, .. } => self.tell(process, Command::Close(*operation)),
            ActionKind::Slow { ms, .. } => self.tell(process, Command::Slow(*ms)),
            ActionKind::Subscribe { topics, .. } => {
                let (topics, pattern) = subscribed(self.scenario, topics);
                self.tell(process, Command::Subscribe(topics, pattern));
            }
            ActionKind::SlowCallback { callback, ms, .. } => {
                let (callback, ms) = (*callback, *ms);
                self.with_client(process, |client, _| client.slow_callback(callback, ms));
            }
            _ => {}
        }
    }

    #[cold]
    fn act_on_group(&mut self, kind: &ActionKind) {
        match kind {
            ActionKind::Create(topic) | ActionKind::Grow(topic) => self.resize(topic),
            ActionKind::Delete { topic } => self.delete(topic),
            ActionKind::Remove { members } => self.remove(members),
            ActionKind::MoveCoordinator { load_ms, crash } => {
                self.move_coordinator(*load_ms, *crash);
            }
            ActionKind::Scale { members, pause_ms } => self.scale(*members, *pause_ms),
            ActionKind::RollingRestart {
                members,
                ending,
                after_ms,
                pause_ms,
                config,
            } => {
                let all = 0..self.scenario.members.len();
                let left = if members.is_empty() {
                    all.filter(|member| self.running(*member).is_some())
                        .collect()
                } else {
                    let places = members.iter();
                    places
                        .filter_map(|name| self.scenario.member_index(name))
                        .collect()
                };
                self.rollings.push(Rolling {
                    left,
                    ending: *ending,
                    after_ms: *after_ms,
                    pause_ms: *pause_ms,
                    config: config.clone(),
                });
                self.next_turn(self.rollings.len() - 1);
            }
            _ => {}
        }
    }

    #[cold]
    pub(super) fn step(&mut self, step: Step) -> Result<(), ScenarioError> {
        match step {
            Step::Succeed(process, successor) => return self.succeed(process, &successor),
            Step::Join(member) => {
                if self.running(member).is_none() {
                    let config = self.configured(member).0;
                    return self.start(member, config, None);
                }
            }
            Step::Leave(member) => {
                if let Some(process) = self.running(member) {
                    self.tell(process, Command::Close(CloseOperation::Default));
                }
            }
            Step::Turn(rolling) => self.next_turn(rolling),
        }
        Ok(())
    }

    /// The latest process of a member, if it is there.
    fn running(&self, member: usize) -> Option<ProcessIx> {
        let process = self.latest.get(member).copied().flatten()?;
        self.is_alive(process).then_some(process)
    }

    /// What was configured for a member so far, and since its latest process started.
    fn configured(&self, member: usize) -> (Properties, Properties) {
        self.configured.get(member).cloned().unwrap_or_default()
    }

    /// The application looks at a command when its present poll returns.
    fn tell(&mut self, process: ProcessIx, command: Command) {
        self.schedule(self.now_ms, Occurrence::Command(process, Box::new(command)));
    }

    fn kill(&mut self, process: ProcessIx) {
        if self.link(process).frozen.take().is_some() {
            self.frozen -= 1;
        }
        self.with_client(process, Client::kill);
    }

    /// Ends a process for another one that takes its place. The first who asks decides.
    #[cold]
    fn replace(&mut self, process: ProcessIx, ending: Ending, successor: Successor) {
        self.successors.entry(process).or_insert(successor);
        match ending {
            Ending::Close => self.tell(process, Command::Close(CloseOperation::Default)),
            Ending::Kill => self.kill(process),
        }
    }

    /// Looks whether a process has ended that another one takes the place of.
    pub(super) fn maybe_succeed(&mut self, process: ProcessIx) {
        if self.is_alive(process) {
            return;
        }
        if let Some(successor) = self.successors.remove(&process) {
            let at_ms = self.now_ms + successor.after_ms;
            self.schedule(
                at_ms,
                Occurrence::Step(Box::new(Step::Succeed(process, successor))),
            );
        }
    }

    #[cold]
    fn succeed(&mut self, process: ProcessIx, successor: &Successor) -> Result<(), ScenarioError> {
        let Some(member) = self.recorder.member_of(process) else {
            return Ok(());
        };
        let old = self.started_with.get(process.0 as usize);
        let (config, topics) = old.cloned().unwrap_or_default();
        let config = overlaid(&config, &self.configured(member).1);
        self.start(member, overlaid(&config, &successor.config), topics)?;
        if let Some(rolling) = successor.rolling {
            let pause_ms = self.rollings.get(rolling).map_or(0, |r| r.pause_ms);
            let turn = Occurrence::Step(Box::new(Step::Turn(rolling)));
            self.schedule(self.now_ms + pause_ms, turn);
        }
        Ok(())
    }

    #[cold]
    fn next_turn(&mut self, number: usize) {
        while let Some(rolling) = self.rollings.get_mut(number) {
            let Some(member) = rolling.left.pop_front() else {
                return;
            };
            let ending = rolling.ending;
            let successor = Successor {
                after_ms: rolling.after_ms,
                config: rolling.config.clone(),
                rolling: Some(number),
            };
            if let Some(process) = self.running(member) {
                return self.replace(process, ending, successor);
            }
        }
    }

    /// Starts the first members that don't run, or closes the last that do.
    #[cold]
    fn scale(&mut self, members: usize, pause_ms: u64) {
        let all = 0..self.scenario.members.len();
        let (run, rest): (Vec<_>, Vec<_>) = all.partition(|member| self.running(*member).is_some());
        let more = members.saturating_sub(run.len());
        let fewer = run.len().saturating_sub(members);
        let joins = rest.into_iter().take(more).map(Step::Join);
        let leaves = run.into_iter().rev().take(fewer).map(Step::Leave);
        let mut at_ms = self.now_ms;
        for step in joins.chain(leaves) {
            self.schedule(at_ms, Occurrence::Step(Box::new(step)));
            at_ms += pause_ms;
        }
    }

    /// An administrator removes members; the client asks again until the coordinator can answer.
    #[cold]
    fn remove(&mut self, members: &[String]) {
        let named: Option<Vec<Leaver>> = (!members.is_empty()).then(|| {
            let places = members.iter();
            let places = places.filter_map(|name| self.scenario.member_index(name));
            places
                .filter_map(|member| self.latest.get(member).copied().flatten())
                .map(|process| {
                    self.recorder
                        .instance_of(process)
                        .map_or(Leaver::Process(process), Leaver::Instance)
                })
                .collect()
        });
        self.coordinate(|coordinator, turn| coordinator.remove_by_admin(turn, named));
    }

    /// A topic is created or gets more partitions; it never gets fewer.
    #[cold]
    fn resize(&mut self, topic: &scenario::Topic) {
        let partitions = self.cluster.partition_count(&topic.name).unwrap_or(0);
        if topic.partitions > partitions {
            let mut known = self.scenario.topics.iter();
            let known = known.find(|known| known.name == topic.name);
            let sized = known.unwrap_or(topic).with_partitions(topic.partitions);
            Arc::make_mut(&mut self.cluster).insert(topic.name.as_str(), sized);
            let kind = EventKind::TopicChanged {
                topic: Arc::from(topic.name.as_str()),
                partitions: topic.partitions,
            };
            self.recorder.event(self.now_ms, kind);
        }
    }

    #[cold]
    fn delete(&mut self, topic: &str) {
        let Some(gone) = Arc::make_mut(&mut self.cluster).remove(topic) else {
            return;
        };
        let name: Arc<str> = Arc::from(topic);
        for partition in 0..gone.partitions() {
            let ranks = self.recorder.ranks();
            let rank = ranks.of(topic, partition);
            if let Some(place) = rank.and_then(|rank| ranks.place(rank)) {
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

    #[cold]
    fn freeze(&mut self, process: ProcessIx, ms: Option<u64>) {
        let link = self.link(process);
        if link.frozen.is_none() {
            link.frozen = Some(Vec::new());
            self.frozen += 1;
            self.with_client(process, Client::freeze);
        }
        if let Some(ms) = ms {
            self.schedule(self.now_ms + ms, Occurrence::Thaw(process));
        }
    }

    #[cold]
    pub(super) fn thaw(&mut self, process: ProcessIx) {
        if let Some(kept) = self.link(process).frozen.take() {
            self.frozen -= 1;
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

    fn start(
        &mut self,
        member: usize,
        config: Properties,
        topics: Option<Subscription>,
    ) -> Result<(), ScenarioError> {
        let mut settings = self.scenario.consumer_settings(member, &config)?;
        if let Some(topics) = &topics {
            (settings.topics, settings.pattern) = subscribed(self.scenario, topics);
        }
        let Some(spec) = self.scenario.members.get(member) else {
            return Ok(());
        };
        let earlier = |client: &&Client| self.recorder.member_of(client.process()) == Some(member);
        let incarnation = 1 + self.clients.iter().filter(earlier).count();
        let timing = self.scenario.timing.with(&spec.timing);
        let process = self.recorder.process(Process {
            member,
            incarnation: u32::try_from(incarnation).unwrap_or(u32::MAX),
            release: settings.release,
            group_instance_id: settings.group_instance_id.as_deref().map(Arc::from),
            session_timeout_ms: settings.session_timeout_ms,
            heartbeat_interval_ms: settings.heartbeat_interval_ms,
            max_poll_interval_ms: settings.max_poll_interval_ms,
            cooperative: settings.rebalance_protocol() == RebalanceProtocol::Cooperative,
            poll_ms: timing.poll_ms,
        });
        let link = self.link(process);
        link.member = member;
        link.to_coordinator_ms = timing.to_coordinator_ms;
        link.to_member_ms = timing.to_member_ms;
        let application = self.scenario.application.with(spec.application);
        let client = Client::new(
            process,
            settings,
            timing,
            application,
            self.cluster.clone(),
            self.topics_change,
        );
        self.clients.push(client);
        self.started_with.push((config, topics));
        if let Some((_, since)) = self.configured.get_mut(member) {
            since.clear();
        }
        if let Some(latest) = self.latest.get_mut(member) {
            *latest = Some(process);
        }
        self.with_client(process, Client::start);
        if self.is_cut(process) {
            self.recorder.cuts(self.now_ms, process, true);
        }
        Ok(())
    }
}

/// Properties with others on top.
fn overlaid(below: &Properties, above: &Properties) -> Properties {
    let mut all = below.clone();
    all.extend(
        above
            .iter()
            .map(|(key, value)| (key.clone(), value.clone())),
    );
    all
}
