//! A lull: a stable group in a run without records, in which nothing happens but heartbeats and commits.
//!
//! That is most of an hour, and hundreds of thousands of messages. So while it lasts they are played by a
//! few small steps, with the same effects in the same order as [`World::happen`] has: what a client at rest
//! and a group at rest do is known beforehand. The lull ends before the first occurrence that isn't
//! routine, and everything goes on as if there had been none; so whether and when it begins makes no
//! difference to a trace (`tests.rs`).

mod answers;
mod lanes;
mod moment;
#[cfg(test)]
mod tests;

use self::answers::Answers;
use self::lanes::{Distance, Key, Lanes, first_at, time_of};
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

/// What happens in a lull.
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
    Request(Api),
    /// A commit is in the log.
    Appended,
    Response(Api),
    /// A member's session may have ended.
    SessionCheck,
}

/// What happens, and to whom. Two words, as it is copied all the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Happening {
    process: ProcessIx,
    routine: Routine,
    /// Of a commit that is in the log its serial, of a request or an answer its [`Letter`].
    number: u64,
}

/// A request or an answer: its correlation id and its place in the trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Letter {
    correlation_id: u32,
    message: MessageIx,
}

impl Letter {
    #[inline]
    fn number(self) -> u64 {
        u64::from(self.correlation_id) << 32 | u64::from(self.message.0)
    }

    #[inline]
    fn of(number: u64) -> Self {
        let low = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).unwrap_or_default();
        Self {
            correlation_id: low(number >> 32),
            message: MessageIx(low(number)),
        }
    }
}

impl Routine {
    #[inline]
    fn of(self, process: ProcessIx) -> Happening {
        self.numbered(process, 0)
    }

    #[inline]
    fn numbered(self, process: ProcessIx, number: u64) -> Happening {
        Happening {
            process,
            routine: self,
            number,
        }
    }
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
    /// When the first of that comes.
    before_ms: u64,
    /// What was scheduled since.
    since: Lanes,
    /// What is still to be sent of conversations.
    answers: Answers,
    /// Whether it ends when those are sent.
    is_silent: bool,
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
            before_ms: first_ms(&before),
            before,
            since,
            answers: Answers::none(),
            is_silent: false,
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
            let resting = lull.resting.get(item.what.process.0 as usize);
            if let Some(Some(resting)) = resting
                && let Some(what) = resting.occurrence(&item.what)
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
        let (since, place) = lull.since.first();
        // At the same time, what was scheduled before comes first.
        let before = first_at(lull.before_ms);
        let next = since.min(before);
        if lull.answers.first() < next {
            self.send_answers(lull, next);
            if lull.is_silent && lull.answers.is_empty() {
                return Some(0);
            }
        }
        let what = if since < before {
            lull.since.first_of(place)?
        } else {
            self.routine(lull, &lull.before.front()?.1)?
        };
        let at_ms = time_of(next);
        if at_ms > self.scenario.until_ms {
            return None;
        }
        let ix = what.process.0 as usize;
        let mut moment = Moment {
            now_ms: at_ms,
            process: what.process,
            resting: lull.resting.get_mut(ix)?.as_mut()?,
            client: self.clients.get_mut(ix)?,
            link: self.links.get_mut(ix)?,
            coordinator: &mut self.coordinator,
            trace: &mut self.recorder,
            lanes: &mut lull.since,
            answers: &mut lull.answers,
            append: lull.append,
            certain_ms: lull.before_ms.min(self.scenario.until_ms),
        };
        let happened = moment.passes(&what).ok()?;
        lull.now_ms = at_ms;
        if since < before {
            lull.since.remove_first(place);
        } else {
            lull.before.pop_front();
            lull.before_ms = first_ms(&lull.before);
        }
        Some(happened)
    }

    /// Writes the answers that the coordinator sends before something else comes.
    #[inline]
    fn send_answers(&mut self, lull: &mut Lull, other: Key) {
        let next = |lull: &mut Lull| {
            let Lull { answers, since, .. } = lull;
            answers.next_before(other, lull.append, since)
        };
        while let Some((at_ms, process, api)) = next(lull) {
            if let Some(Some(resting)) = lull.resting.get(process.0 as usize) {
                let answer = resting.answer(at_ms, process, api);
                self.recorder.message(answer);
            }
            lull.now_ms = at_ms;
        }
    }

    /// What an occurrence is that was scheduled before the lull, if it is routine.
    fn routine(&self, lull: &Lull, what: &Occurrence) -> Option<Happening> {
        let resting = |process: ProcessIx| lull.resting.get(process.0 as usize)?.as_ref();
        let connected = |ticket: &Ticket| {
            resting(ticket.process).filter(|resting| resting.connection == ticket.connection)
        };
        let letter = |routine: Routine, ticket: &Ticket, message| {
            let correlation_id = ticket.correlation_id;
            let letter = Letter {
                correlation_id,
                message,
            };
            routine.numbered(ticket.process, letter.number())
        };
        match what {
            Occurrence::Client(process, timer) => {
                resting(*process)?;
                Some(of_timer(timer)?.of(*process))
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
                Some(letter(Routine::Request(request.api()), ticket, *message))
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
                Some(letter(Routine::Response(api), ticket, *message))
            }
            Occurrence::Coordinator(coordinator::Timer::Append { serial }) => {
                let (next, ticket) = self.coordinator.next_commit()?;
                connected(&ticket).filter(|_| next == *serial)?;
                Some(Routine::Appended.numbered(ticket.process, *serial))
            }
            Occurrence::Coordinator(coordinator::Timer::Session { member_id }) => {
                let process = self.coordinator.process_of(member_id)?;
                resting(process)?;
                Some(Routine::SessionCheck.of(process))
            }
            _ => None,
        }
    }
}

impl Lull {
    /// No conversation begins any more. Whether one hasn't come to its end.
    fn falls_silent(&mut self) -> bool {
        silence(&mut self.resting);
        self.is_silent = true;
        !self.answers.is_empty()
    }
}

/// When the first of what is in order comes, if ever.
fn first_ms(occurrences: &VecDeque<(u64, Occurrence)>) -> u64 {
    let first = occurrences.front();
    first.map_or(u64::MAX, |(at_ms, _)| *at_ms)
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
    fn occurrence(&self, what: &Happening) -> Option<Occurrence> {
        let process = what.process;
        let Letter {
            correlation_id,
            message,
        } = Letter::of(what.number);
        Some(match what.routine {
            Routine::Nothing => return None,
            Routine::HeartbeatDue => Occurrence::Client(process, client::Timer::Heartbeat),
            Routine::CommitDue => Occurrence::Client(process, client::Timer::AutoCommit),
            Routine::RequestTimeout => Occurrence::Client(process, client::Timer::RequestTimeout),
            Routine::Request(api) => Occurrence::Request {
                ticket: self.ticket(process, correlation_id),
                message,
                request: self.request(api),
            },
            Routine::Appended => {
                let serial = what.number;
                Occurrence::Coordinator(coordinator::Timer::Append { serial })
            }
            Routine::Response(api) => {
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
