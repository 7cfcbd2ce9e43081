//! A moment of a lull: something routine happens to a process at rest.
//!
//! A request whose answer is certain is played as a conversation: its arrival, the coordinator's answer and
//! that answer's arrival are known when it is sent, and leave nothing to be looked at on the way. Only the
//! messages that the coordinator sends wait for their turn among those of others.

use super::answers::Answers;
use super::lanes::{Distance, Lanes};
use super::{Happening, Letter, Resting, Routine};
use crate::sim::client::{Client, Sent, Unrest};
use crate::sim::coordinator::Coordinator;
use crate::sim::trace::{Api, MessageIx, ProcessIx, Recorder};
use crate::sim::world::network::Link;

/// A moment of a lull: something happens to a process.
pub(super) struct Moment<'a> {
    pub now_ms: u64,
    pub process: ProcessIx,
    pub resting: &'a mut Resting,
    pub client: &'a mut Client,
    pub link: &'a mut Link,
    pub coordinator: &'a mut Coordinator,
    pub trace: &'a mut Recorder,
    pub lanes: &'a mut Lanes,
    pub answers: &'a mut Answers,
    pub append: Distance,
    /// Before this time nothing happens that isn't known, as far as what is at a distance goes.
    pub certain_ms: u64,
}

impl Moment<'_> {
    /// Lets it happen, and says how much that is. An error says that it isn't routine after all, and that
    /// nothing has changed.
    #[inline]
    pub(super) fn passes(&mut self, what: &Happening) -> Result<u64, Unrest> {
        match what.routine {
            Routine::Nothing => {}
            Routine::HeartbeatDue => {
                let answered_ms = self.answered_ms();
                let converses = self.is_certain(answered_ms)
                    && self.client.may_beat_until(answered_ms)
                    && !self.link.busy;
                let answered_ms = converses.then_some(answered_ms);
                if let Some((sent, next_ms)) = self.client.beat(self.now_ms, answered_ms)? {
                    if converses {
                        self.converse(Api::Heartbeat, &sent);
                    } else {
                        self.send(Api::Heartbeat, &sent);
                    }
                    self.trace
                        .heartbeat_due(self.now_ms, self.process, Some(next_ms));
                    self.schedule(self.resting.heartbeat, what.routine);
                    return Ok(if converses { 3 } else { 1 });
                }
            }
            Routine::CommitDue => {
                let appended_ms = self.now_ms.saturating_add(self.append.after_ms);
                let answered_ms = self.answered_ms().saturating_add(self.append.after_ms);
                let converses = self.is_certain(answered_ms)
                    && self.client.may_commit_until(appended_ms)
                    && !self.link.busy;
                if !converses {
                    self.turn_of_loop();
                } else if let Some(sent) = self.client.idle(self.now_ms, Some(answered_ms)) {
                    self.converse(Api::OffsetCommit, &sent);
                    self.schedule(self.resting.commit, what.routine);
                    return Ok(4);
                }
            }
            Routine::RequestTimeout => {
                if let Some(at_ms) = self.client.look_for_answers(self.now_ms)? {
                    self.lanes.push_at(at_ms, what.routine.of(self.process));
                }
            }
            Routine::Request(api) => {
                let correlation_id = Letter::of(what.number).correlation_id;
                if self.link.busy {
                    let ticket = self.resting.ticket(self.process, correlation_id);
                    self.link
                        .waiting
                        .push_back((ticket, self.resting.request(api)));
                } else {
                    self.link.busy = true;
                    self.serve(Some((api, correlation_id)));
                }
            }
            Routine::Appended => {
                let (_, ticket) = self.coordinator.next_commit().ok_or(Unrest)?;
                self.coordinator.take_commit();
                let next = self.answer(Api::OffsetCommit, ticket.correlation_id);
                self.serve(next);
            }
            Routine::Response(api) => {
                let correlation_id = Letter::of(what.number).correlation_id;
                self.client.take_well(self.now_ms, correlation_id, api);
                self.turn_of_loop();
            }
            Routine::SessionCheck => self.check_session()?,
        }
        Ok(1)
    }

    /// When the answer to a request sent now arrives, if the coordinator gives it at once.
    #[inline]
    fn answered_ms(&self) -> u64 {
        let (there, back) = (self.resting.to_coordinator, self.resting.to_member);
        self.now_ms
            .saturating_add(there.after_ms)
            .saturating_add(back.after_ms)
    }

    /// Whether nothing can come between a request sent now and its answer then: no occurrence that may
    /// end the lull, and no session timer that has to be set meanwhile.
    #[inline]
    fn is_certain(&self, answered_ms: u64) -> bool {
        let session = &self.resting.session;
        let ends_ms = self.now_ms.saturating_add(session.timeout_ms);
        self.resting.converses
            && answered_ms < self.certain_ms
            && answered_ms < self.lanes.first_irregular_ms()
            && session.check_ms.is_some_and(|check_ms| check_ms <= ends_ms)
    }

    /// A request, what the coordinator makes of it, and its answer, all that is known now. Only the messages
    /// that the coordinator sends wait for their turn among those of others.
    #[inline]
    fn converse(&mut self, api: Api, sent: &Sent) {
        self.note_deadline(sent);
        let there = self.resting.to_coordinator;
        let request = self.resting.ask(self.now_ms, self.process, api);
        self.trace.message(request);
        let arrives_ms = self.now_ms + there.after_ms;
        let arrives = self.lanes.key(arrives_ms);
        match api {
            Api::Heartbeat => self.answers.leaves(arrives, self.process, api),
            _ => self.answers.arrives(arrives, self.process),
        }
        self.restart_session(arrives_ms);
    }

    #[inline]
    fn schedule(&mut self, distance: Distance, what: Routine) {
        self.lanes
            .push(self.now_ms, distance, what.of(self.process));
    }

    #[inline]
    fn schedule_letter(
        &mut self,
        distance: Distance,
        what: Routine,
        correlation_id: u32,
        message: MessageIx,
    ) {
        let letter = Letter {
            correlation_id,
            message,
        };
        let what = what.numbered(self.process, letter.number());
        self.lanes.push(self.now_ms, distance, what);
    }

    /// A turn of the poll loop, in which a commit may be due.
    #[inline]
    fn turn_of_loop(&mut self) {
        if let Some(sent) = self.client.idle(self.now_ms, None) {
            self.send(Api::OffsetCommit, &sent);
            self.schedule(self.resting.commit, Routine::CommitDue);
        }
    }

    #[inline]
    fn send(&mut self, api: Api, sent: &Sent) {
        self.note_deadline(sent);
        let distance = self.resting.to_coordinator;
        let request = self.resting.ask(self.now_ms, self.process, api);
        let message = self.trace.message(request);
        self.schedule_letter(
            distance,
            Routine::Request(api),
            sent.correlation_id,
            message,
        );
    }

    #[inline]
    fn note_deadline(&mut self, sent: &Sent) {
        if let Some(check_ms) = sent.check_ms {
            self.lanes
                .push_at(check_ms, Routine::RequestTimeout.of(self.process));
        }
    }

    /// The coordinator takes a request, and those that have waited for it.
    #[inline]
    fn serve(&mut self, mut next: Option<(Api, u32)>) {
        while let Some((api, correlation_id)) = next {
            self.restart_session(self.now_ms);
            if api == Api::Heartbeat {
                next = self.answer(api, correlation_id);
            } else {
                let ticket = self.resting.ticket(self.process, correlation_id);
                let serial = self.coordinator.append_commit(ticket);
                let appended = Routine::Appended.numbered(self.process, serial);
                return self.lanes.push(self.now_ms, self.append, appended);
            }
        }
    }

    /// Sends an answer. What waits on the connection is the result.
    #[inline]
    fn answer(&mut self, api: Api, correlation_id: u32) -> Option<(Api, u32)> {
        let next = self.link.waiting.pop_front();
        self.link.busy = next.is_some();
        let distance = self.resting.to_member;
        let answer = self.resting.answer(self.now_ms, self.process, api);
        let message = self.trace.message(answer);
        self.schedule_letter(distance, Routine::Response(api), correlation_id, message);
        next.map(|(ticket, request)| (request.api(), ticket.correlation_id))
    }

    /// The coordinator gets a sign of life.
    #[inline]
    fn restart_session(&mut self, at_ms: u64) {
        let session = &mut self.resting.session;
        let end_ms = at_ms + session.timeout_ms;
        session.end_ms = Some(end_ms);
        let is_told = session.is_told;
        if session.check_ms.is_none_or(|check_ms| check_ms > end_ms) {
            session.check_ms = Some(end_ms);
            self.lanes
                .push_at(end_ms, Routine::SessionCheck.of(self.process));
        }
        self.trace
            .session(at_ms, self.process, is_told.then_some(end_ms));
    }

    fn check_session(&mut self) -> Result<(), Unrest> {
        let session = &mut self.resting.session;
        if session.check_ms != Some(self.now_ms) {
            return Ok(());
        }
        if session.end_ms.is_some_and(|end_ms| end_ms <= self.now_ms) {
            return Err(Unrest);
        }
        session.check_ms = session.end_ms;
        if let Some(end_ms) = session.end_ms {
            self.lanes
                .push_at(end_ms, Routine::SessionCheck.of(self.process));
        }
        Ok(())
    }
}
