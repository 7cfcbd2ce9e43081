//! A lull: a stable group in a run without records, in which nothing happens but heartbeats and commits.
//!
//! That is most of an hour, and hundreds of thousands of messages. So while it lasts they are played by a
//! few small steps, with the same effects in the same order as [`World::happen`] has: what a client at rest
//! and a group at rest do is known beforehand. The lull ends before the first occurrence that isn't
//! routine, and everything goes on as if there had been none; so whether and when it begins makes no
//! difference to a trace (`tests.rs`).

mod lanes;
mod moment;
#[cfg(test)]
mod tests;

use self::lanes::{Distance, Item, Lanes};
use self::moment::Moment;
use super::{Occurrence, World};
use crate::sim::client;
use crate::sim::coordinator::{self, Session, Ticket};
use crate::sim::protocol::{Identity, OffsetCommit, Offsets, Request, Response};
use crate::sim::trace::{Api, ErrorCode, Message, MessageIx, ProcessIx};
use std::collections::VecDeque;
use std::rc::Rc;

/// How long nobody looks whether a lull begins after one that was hardly worth its begin; doubled each time.
const SHORTEST_PAUSE_MS: u64 = 16;
const LONGEST_PAUSE_MS: u64 = 65_536;

/// A commit, its timer and its answer, and the timer of the log.
const MOST_AT_ONCE: u64 = 4;

/// When the next lull may begin.
#[derive(Debug, Default)]
pub(super) struct Patience {
    pub from_ms: u64,
    pause_ms: u64,
}

impl Patience {
    fn lasts(&mut self, now_ms: u64, was_worth_it: bool) {
        self.pause_ms = if was_worth_it {
            0
        } else {
            (2 * self.pause_ms).clamp(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS)
        };
        self.from_ms = now_ms + self.pause_ms;
    }
}

/// What happens in a lull; of a request or an answer, its correlation id and its place in the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Routine {
    /// The timer of the heartbeat.
    HeartbeatDue,
    /// The timer of the commit, which gives the poll loop a turn.
    CommitDue,
    /// A request may have been without an answer for too long.
    RequestTimeout,
    /// A timer for what isn't the case.
    Nothing,
    /// Of a conversation: a commit reaches the coordinator.
    CommitArrives,
    /// Of a conversation: the coordinator answers.
    Answer(Api),
    Request(Api, u32, MessageIx),
    /// A commit is in the log.
    Appended {
        serial: u64,
    },
    Response(Api, u32, MessageIx),
    /// A member's session may have ended.
    SessionCheck,
}

/// A process at rest.
struct Resting {
    identity: Rc<Identity>,
    connection: u32,
    session: Session,
    to_coordinator: Distance,
    to_member: Distance,
    heartbeat: Distance,
    commit: Distance,
    /// Whether its requests may be played as conversations.
    converses: bool,
}

/// A lull under way.
struct Lull {
    now_ms: u64,
    /// By process: those at rest.
    resting: Vec<Option<Resting>>,
    append: Distance,
    /// What was scheduled before, in order.
    before: VecDeque<(u64, Occurrence)>,
    /// What was scheduled since.
    since: Lanes,
}

impl World<'_> {
    /// Plays a lull, if there is one, until about `most` occurrences have happened.
    pub(super) fn lull(&mut self, count: &mut u64, most: u64) {
        if !self.log.is_empty() || !self.coordinator.rests() {
            return self.patience.lasts(self.now_ms, false);
        }
        let Some(mut lull) = self.begin_lull() else {
            return self.patience.lasts(self.now_ms, false);
        };
        let began = *count;
        let cost = (lull.before.len() + lull.resting.len()) as u64;
        while (*count + MOST_AT_ONCE <= most || lull.falls_silent())
            && let Some(happened) = self.play(&mut lull)
        {
            *count += happened;
        }
        self.now_ms = lull.now_ms;
        self.patience.lasts(self.now_ms, *count - began > cost);
        self.end_lull(lull);
    }

    fn begin_lull(&mut self) -> Option<Lull> {
        let mut since = Lanes::default();
        let processes = (0..).map(ProcessIx).take(self.clients.len());
        let mut resting: Vec<_> = processes
            .map(|process| self.resting(process, &mut since))
            .collect();
        if resting.iter().all(Option::is_none) {
            return None;
        }
        // One who may end the lull at any time would cut the others off.
        let converses = resting.iter().flatten().all(|resting| resting.converses);
        if !converses {
            silence(&mut resting);
        }
        let mut before = VecDeque::new();
        while let Some(next) = self.queue.pop() {
            before.push_back(next);
        }
        Some(Lull {
            now_ms: self.now_ms,
            resting,
            append: since.distance(self.coordinator.append_ms()),
            before,
            since,
        })
    }

    /// A process, if it is at rest.
    fn resting(&mut self, process: ProcessIx, lanes: &mut Lanes) -> Option<Resting> {
        let is_cut = self.is_cut(process);
        let client = self.clients.get(process.0 as usize)?;
        let link = self.links.get(process.0 as usize)?;
        if is_cut || !client.rests() || !link.rests(self.broker) {
            return None;
        }
        let identity = client.identity().clone();
        let session = self.coordinator.session(&identity)?;
        let round_trip_ms = link.to_coordinator_ms.saturating_add(link.to_member_ms);
        let answers_take_ms = round_trip_ms.saturating_add(self.coordinator.append_ms());
        let converses = client.is_safe(answers_take_ms);
        (session.process == process).then(|| Resting {
            identity,
            connection: link.connection,
            session,
            to_coordinator: lanes.distance(link.to_coordinator_ms),
            to_member: lanes.distance(link.to_member_ms),
            heartbeat: lanes.distance(client.heartbeat_interval_ms()),
            commit: lanes.distance(client.commit_interval_ms()),
            converses,
        })
    }

    /// Everything goes on as usual.
    fn end_lull(&mut self, lull: Lull) {
        self.queue.restart(self.now_ms);
        for (at_ms, what) in lull.before {
            self.queue.push(at_ms, what);
        }
        for item in lull.since.into_items() {
            let resting = lull.resting.get(item.process.0 as usize);
            if let Some(Some(resting)) = resting
                && let Some(what) = resting.occurrence(item.process, item.routine)
            {
                self.queue.push(item.at_ms(), what);
            }
        }
        for resting in lull.resting.into_iter().flatten() {
            self.coordinator
                .set_session(&resting.identity, &resting.session);
        }
    }

    /// Lets the next occurrence happen, if it is routine. How many have happened then.
    #[inline]
    fn play(&mut self, lull: &mut Lull) -> Option<u64> {
        let first = lull.since.first();
        let first = first.map(|(place, item)| (place, *item));
        if let Some((place, item)) = first
            && self.answer_of_conversation(lull, place, item)
        {
            return Some(0);
        }
        // At the same time, what was scheduled before comes first.
        let (at_ms, process, routine, place) = match (lull.before.front(), first) {
            (Some((at_ms, what)), first)
                if first.is_none_or(|(_, item)| *at_ms <= item.at_ms()) =>
            {
                let (process, routine) = self.routine(lull, what)?;
                (*at_ms, process, routine, None)
            }
            (_, Some((place, item))) => (item.at_ms(), item.process, item.routine, Some(place)),
            _ => return None,
        };
        if at_ms > self.scenario.until_ms {
            return None;
        }
        let ix = process.0 as usize;
        let next_ms = lull.before.front().map_or(u64::MAX, |(at_ms, _)| *at_ms);
        let mut moment = Moment {
            now_ms: at_ms,
            process,
            resting: lull.resting.get_mut(ix)?.as_mut()?,
            client: self.clients.get_mut(ix)?,
            link: self.links.get_mut(ix)?,
            coordinator: &mut self.coordinator,
            trace: &mut self.recorder,
            lanes: &mut lull.since,
            append: lull.append,
            certain_ms: next_ms.min(self.scenario.until_ms),
        };
        let happened = moment.passes(routine).ok()?;
        lull.now_ms = at_ms;
        match place {
            Some(place) => lull.since.remove_first(place),
            None => drop(lull.before.pop_front()),
        }
        Some(happened)
    }

    /// Whether the coordinator's part of a conversation comes next, which it then plays.
    #[inline]
    fn answer_of_conversation(&mut self, lull: &mut Lull, place: usize, item: Item) -> bool {
        let (process, at_ms) = (item.process, item.at_ms());
        match item.routine {
            Routine::CommitArrives => {
                let answer = Routine::Answer(Api::OffsetCommit);
                lull.since.push(at_ms, lull.append, process, answer);
            }
            Routine::Answer(api) => {
                if let Some(Some(resting)) = lull.resting.get(process.0 as usize) {
                    let answer = resting.answer(at_ms, process, api);
                    self.recorder.message(answer);
                }
            }
            _ => return false,
        }
        lull.since.remove_first(place);
        lull.now_ms = at_ms;
        true
    }

    /// What an occurrence is that was scheduled before the lull, if it is routine.
    fn routine(&self, lull: &Lull, what: &Occurrence) -> Option<(ProcessIx, Routine)> {
        let resting = |process: ProcessIx| lull.resting.get(process.0 as usize)?.as_ref();
        let connected = |ticket: &Ticket| {
            resting(ticket.process).filter(|resting| resting.connection == ticket.connection)
        };
        match what {
            Occurrence::Client(process, timer) => {
                resting(*process)?;
                Some((*process, of_timer(timer)?))
            }
            Occurrence::Request {
                ticket,
                message,
                request,
            } => {
                let sender = match request {
                    Request::Heartbeat(identity) => identity,
                    Request::OffsetCommit(commit) => &commit.identity,
                    _ => return None,
                };
                connected(ticket).filter(|resting| resting.identity == *sender)?;
                let routine = Routine::Request(request.api(), ticket.correlation_id, *message);
                Some((ticket.process, routine))
            }
            Occurrence::Response {
                ticket,
                message,
                response,
            } => {
                connected(ticket)?;
                let api = match response {
                    Response::Heartbeat {
                        error: ErrorCode::None,
                    }
                    | Response::OffsetCommit {
                        error: ErrorCode::None,
                    } => response.api(),
                    _ => return None,
                };
                let routine = Routine::Response(api, ticket.correlation_id, *message);
                Some((ticket.process, routine))
            }
            Occurrence::Coordinator(coordinator::Timer::Append { serial }) => {
                let (next, ticket) = self.coordinator.next_commit()?;
                connected(&ticket).filter(|_| next == *serial)?;
                Some((ticket.process, Routine::Appended { serial: *serial }))
            }
            Occurrence::Coordinator(coordinator::Timer::Session { member_id }) => {
                let process = self.coordinator.process_of(member_id)?;
                resting(process)?;
                Some((process, Routine::SessionCheck))
            }
            _ => None,
        }
    }
}

impl Lull {
    /// No conversation begins any more. Whether one hasn't come to its end.
    fn falls_silent(&mut self) -> bool {
        silence(&mut self.resting);
        self.since
            .any(|routine| matches!(routine, Routine::CommitArrives | Routine::Answer(_)))
    }
}

/// Nobody begins a conversation.
fn silence(resting: &mut [Option<Resting>]) {
    for resting in resting.iter_mut().flatten() {
        resting.converses = false;
    }
}

impl Resting {
    fn ticket(&self, process: ProcessIx, correlation_id: u32) -> Ticket {
        Ticket {
            process,
            connection: self.connection,
            correlation_id,
        }
    }

    /// A request of it, as the trace has it.
    #[inline]
    fn ask(&self, sent_ms: u64, process: ProcessIx, api: Api) -> Message {
        Message {
            process,
            api,
            is_response: false,
            sent_ms,
            received_ms: Some(sent_ms + self.to_coordinator.after_ms),
            error: ErrorCode::None,
            generation_id: self.identity.generation_id,
        }
    }

    /// An answer to it, as the trace has it.
    #[inline]
    fn answer(&self, sent_ms: u64, process: ProcessIx, api: Api) -> Message {
        Message {
            is_response: true,
            received_ms: Some(sent_ms + self.to_member.after_ms),
            generation_id: -1,
            ..self.ask(sent_ms, process, api)
        }
    }

    fn request(&self, api: Api) -> Request {
        let identity = self.identity.clone();
        if api == Api::Heartbeat {
            return Request::Heartbeat(identity);
        }
        Request::OffsetCommit(OffsetCommit {
            identity,
            offsets: Offsets::default(),
        })
    }

    /// What is routine, as the queue has it. A conversation has come to its end before the lull ends.
    fn occurrence(&self, process: ProcessIx, routine: Routine) -> Option<Occurrence> {
        Some(match routine {
            Routine::Nothing | Routine::CommitArrives | Routine::Answer(_) => return None,
            Routine::HeartbeatDue => Occurrence::Client(process, client::Timer::Heartbeat),
            Routine::CommitDue => Occurrence::Client(process, client::Timer::AutoCommit),
            Routine::RequestTimeout => Occurrence::Client(process, client::Timer::RequestTimeout),
            Routine::Request(api, correlation_id, message) => Occurrence::Request {
                ticket: self.ticket(process, correlation_id),
                message,
                request: self.request(api),
            },
            Routine::Appended { serial } => {
                Occurrence::Coordinator(coordinator::Timer::Append { serial })
            }
            Routine::Response(api, correlation_id, message) => {
                let error = ErrorCode::None;
                Occurrence::Response {
                    ticket: self.ticket(process, correlation_id),
                    message,
                    response: match api {
                        Api::Heartbeat => Response::Heartbeat { error },
                        _ => Response::OffsetCommit { error },
                    },
                }
            }
            Routine::SessionCheck => Occurrence::Coordinator(coordinator::Timer::Session {
                member_id: self.identity.member_id.clone(),
            }),
        })
    }
}

/// What a timer means to a client at rest, if it is one that it may be woken by.
fn of_timer(timer: &client::Timer) -> Option<Routine> {
    use client::Timer;
    match timer {
        Timer::Heartbeat => Some(Routine::HeartbeatDue),
        Timer::AutoCommit | Timer::Backoff => Some(Routine::CommitDue),
        Timer::RequestTimeout => Some(Routine::RequestTimeout),
        // It isn't away, waits for nothing and has nothing to do.
        Timer::PollReturns
        | Timer::Back
        | Timer::PollTimeout
        | Timer::Rediscovered
        | Timer::CommitTimeout
        | Timer::CloseTimeout
        | Timer::Closed => Some(Routine::Nothing),
        Timer::Started | Timer::Metadata | Timer::Records | Timer::Fetched { .. } => None,
    }
}
