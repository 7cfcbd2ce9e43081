//! The network between members and coordinator.
//!
//! Each process has one connection to the coordinator, a TCP connection: nothing is lost or overtaken
//! on it. While a member's network is cut, what is under way in either direction is held, and arrives one
//! latency after the network is back, unless the client has given the connection up meanwhile; then it is
//! lost. A broker takes one request at a time from a connection. Source: `SocketServer`, `Selector`@4.3.

use super::{Occurrence, World};
use crate::sim::client::{self, Client};
use crate::sim::coordinator::{self, Ticket};
use crate::sim::protocol::{Request, Response};
use crate::sim::queue::Queue;
use crate::sim::trace::{ErrorCode, EventKind, Message, MessageIx, ProcessIx, Recorder};
use std::collections::VecDeque;

/// What stands between a process and the rest of the world.
#[derive(Default)]
pub(super) struct Link {
    /// Place of the process's member.
    pub member: usize,
    /// One way to the coordinator.
    pub to_coordinator_ms: u64,
    /// One way back.
    pub to_member_ms: u64,
    /// Numbers the connections to the coordinator; what belongs to an earlier one is lost.
    pub connection: u32,
    /// Which of the brokers that coordinated in turn the connection goes to; none before it is used.
    broker: Option<u32>,
    /// Whether the coordinator works on a request of this connection: whatever is sent while a JoinGroup
    /// or SyncGroup is parked waits.
    pub busy: bool,
    pub waiting: VecDeque<(Ticket, Request)>,
    /// While the process is frozen: what will reach it when it goes on.
    pub frozen: Option<Vec<Occurrence>>,
    /// While the network is cut: what arrives when it is back.
    held: Vec<Occurrence>,
}

/// How a process reaches the rest of the world: its timers and its connection to the coordinator.
pub(in crate::sim) struct Port<'a> {
    process: ProcessIx,
    /// The broker that coordinates at present.
    broker: u32,
    link: &'a mut Link,
    queue: &'a mut Queue<Occurrence>,
}

impl Link {
    /// Whether nothing is held or waits, and the broker at the other end coordinates.
    pub(super) fn rests(&self, broker: u32) -> bool {
        self.broker == Some(broker)
            && self.frozen.is_none()
            && self.waiting.is_empty()
            && self.held.is_empty()
    }
}

impl<'a> Port<'a> {
    pub(super) fn new(
        process: ProcessIx,
        broker: u32,
        link: &'a mut Link,
        queue: &'a mut Queue<Occurrence>,
    ) -> Self {
        Self {
            process,
            broker,
            link,
            queue,
        }
    }

    pub(in crate::sim) fn wake(&mut self, at_ms: u64, timer: client::Timer) {
        self.queue
            .push(at_ms, Occurrence::Client(self.process, timer));
    }

    /// Closes the connection: what is on its way in either direction is lost.
    pub(in crate::sim) fn disconnect(&mut self) {
        let link = &mut *self.link;
        link.connection += 1;
        link.broker = None;
        link.busy = false;
        link.waiting.clear();
    }

    pub(in crate::sim) fn send(
        &mut self,
        now_ms: u64,
        trace: &mut Recorder,
        correlation_id: u32,
        request: Request,
    ) {
        self.link.broker.get_or_insert(self.broker);
        let received_ms = now_ms + self.link.to_coordinator_ms;
        let message = trace.message(Message {
            process: self.process,
            api: request.api(),
            is_response: false,
            sent_ms: now_ms,
            received_ms: Some(received_ms),
            error: ErrorCode::None,
            generation_id: request.generation_id(),
        });
        let ticket = Ticket {
            process: self.process,
            connection: self.link.connection,
            correlation_id,
        };
        self.queue.push(
            received_ms,
            Occurrence::Request {
                ticket,
                message,
                request,
            },
        );
    }
}

impl World<'_> {
    pub(super) fn link(&mut self, process: ProcessIx) -> &mut Link {
        let ix = process.0 as usize;
        if self.links.len() <= ix {
            self.links.resize_with(ix + 1, Link::default);
        }
        &mut self.links[ix]
    }

    /// Whether nothing passes between the process and the cluster.
    pub(super) fn is_cut(&mut self, process: ProcessIx) -> bool {
        if self.cut_members == 0 {
            return false;
        }
        let member = self.link(process).member;
        self.cut_until_ms.get(member).is_some_and(Option::is_some)
    }

    /// Whether it should cross a network now that is cut.
    pub(super) fn is_held(&mut self, what: &Occurrence) -> bool {
        if self.cut_members == 0 {
            return false;
        }
        let process = match what {
            Occurrence::Request { ticket, .. } | Occurrence::Response { ticket, .. } => {
                ticket.process
            }
            Occurrence::Broken { process, .. } => *process,
            _ => return false,
        };
        self.is_cut(process)
    }

    /// Keeps a message that should arrive now until the network is back.
    #[cold]
    pub(super) fn hold(&mut self, what: Occurrence) {
        let process = match &what {
            Occurrence::Request {
                ticket, message, ..
            }
            | Occurrence::Response {
                ticket, message, ..
            } => {
                self.recorder.never_received(*message);
                ticket.process
            }
            Occurrence::Broken { process, .. } => *process,
            _ => return,
        };
        self.link(process).held.push(what);
    }

    #[cold]
    pub(super) fn cut(&mut self, member: usize, ms: Option<u64>) {
        let until_ms = ms.map_or(u64::MAX, |ms| self.now_ms + ms);
        let Some(cut) = self.cut_until_ms.get_mut(member) else {
            return;
        };
        let was_cut = cut.is_some();
        *cut = Some(cut.map_or(until_ms, |known_ms| known_ms.max(until_ms)));
        if ms.is_some() {
            self.schedule(until_ms, Occurrence::Mend(member));
        }
        if !was_cut {
            self.cut_members += 1;
            self.recorder
                .event(self.now_ms, EventKind::NetworkCut { member });
            for process in self.living(member) {
                self.recorder.cuts(self.now_ms, process, true);
            }
        }
    }

    /// The time of a cut is over, unless a later one goes on.
    #[cold]
    pub(super) fn on_cut_ends(&mut self, member: usize) {
        let cut = self.cut_until_ms.get(member).copied().flatten();
        if cut.is_some_and(|until_ms| until_ms <= self.now_ms) {
            self.mend(member);
        }
    }

    #[cold]
    pub(super) fn mend(&mut self, member: usize) {
        let cut = self.cut_until_ms.get_mut(member);
        if cut.and_then(Option::take).is_none() {
            return;
        }
        self.cut_members -= 1;
        self.recorder
            .event(self.now_ms, EventKind::NetworkMended { member });
        for process in (0..).map(ProcessIx).take(self.clients.len()) {
            let link = self.link(process);
            if link.member != member {
                continue;
            }
            let latencies = (link.to_coordinator_ms, link.to_member_ms);
            for what in std::mem::take(&mut link.held) {
                let (latency_ms, message) = match &what {
                    Occurrence::Request { message, .. } => (latencies.0, Some(*message)),
                    Occurrence::Response { message, .. } => (latencies.1, Some(*message)),
                    _ => (latencies.1, None),
                };
                let at_ms = self.now_ms + latency_ms;
                if let Some(message) = message {
                    self.recorder.received(message, at_ms);
                }
                self.schedule(at_ms, what);
            }
        }
        for process in self.living(member) {
            self.recorder.cuts(self.now_ms, process, false);
            self.schedule(self.now_ms, Occurrence::NetworkBack(process));
        }
    }

    /// The processes of a member that are there.
    fn living(&self, member: usize) -> Vec<ProcessIx> {
        let all = self.clients.iter().filter(|client| client.is_alive());
        all.map(Client::process)
            .filter(|process| self.recorder.member_of(*process) == Some(member))
            .collect()
    }

    /// A request has arrived at the broker's end of its connection.
    pub(super) fn receive(&mut self, ticket: Ticket, message: MessageIx, request: Request) {
        let link = self.link(ticket.process);
        let broker = link.broker.unwrap_or_default();
        if link.connection != ticket.connection || self.crashed.contains(&broker) {
            return self.recorder.never_received(message);
        }
        let link = self.link(ticket.process);
        if link.busy {
            link.waiting.push_back((ticket, request));
        } else {
            link.busy = true;
            self.serve(ticket, request);
            self.settle();
        }
    }

    /// The broker at the other end takes the request. What comes of it is for [`World::settle`].
    pub(super) fn serve(&mut self, ticket: Ticket, request: Request) {
        let broker = self.broker;
        if self.link(ticket.process).broker == Some(broker) {
            self.let_coordinator_act(|coordinator, turn| {
                coordinator.on_request(turn, ticket, request);
            });
        } else {
            let refusal = coordinator::refusal(&request, ErrorCode::NotCoordinator);
            self.due.push(coordinator::Effect::Reply(ticket, refusal));
        }
    }

    /// Sends an answer. The request that the broker takes next from this connection is the result.
    pub(super) fn send_response(
        &mut self,
        ticket: Ticket,
        response: Response,
    ) -> Option<(Ticket, Request)> {
        let link = self.link(ticket.process);
        let next = if link.connection == ticket.connection {
            let next = link.waiting.pop_front();
            link.busy = next.is_some();
            next
        } else {
            None
        };
        let received_ms = self.now_ms + self.link(ticket.process).to_member_ms;
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
        next
    }

    /// Another broker takes the group over. The old one says so, or dies.
    #[cold]
    pub(super) fn move_coordinator(&mut self, load_ms: u64, crash: bool) {
        let broker = self.broker;
        self.broker += 1;
        let loaded_ms = self.now_ms + load_ms;
        self.recorder.event(
            self.now_ms,
            EventKind::CoordinatorMoves { crash, loaded_ms },
        );
        self.coordinate(|coordinator, turn| coordinator.unload(turn, crash));
        if crash {
            self.crashed.insert(broker);
            let ends: Vec<_> = (0..)
                .map(ProcessIx)
                .zip(&self.links)
                .filter(|(_, link)| link.broker == Some(broker))
                .map(|(process, link)| (process, link.connection, link.to_member_ms))
                .collect();
            for (process, connection, latency_ms) in ends {
                let what = Occurrence::Broken {
                    process,
                    connection,
                };
                self.schedule(self.now_ms + latency_ms, what);
            }
        }
        self.schedule(loaded_ms, Occurrence::Loaded(self.broker));
    }

    /// The broker has read the group from the log, unless it has lost the group again.
    #[cold]
    pub(super) fn on_loaded(&mut self, broker: u32) {
        if broker == self.broker {
            self.coordinate(coordinator::Coordinator::load);
        }
    }

    /// The connection to a dead broker breaks.
    #[cold]
    pub(super) fn on_broken(&mut self, process: ProcessIx, connection: u32) {
        if self.link(process).connection == connection && self.is_alive(process) {
            self.with_client(process, Client::on_disconnected);
        }
    }
}
