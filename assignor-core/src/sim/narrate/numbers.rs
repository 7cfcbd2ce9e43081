//! What the reason behind a moment amounts to in this run: the settings and times that it speaks of.

use super::moment::{
    BARRIER, COOPERATIVE, EAGER, HEARTBEAT, INITIAL_DELAY, LEADER, MEMBER_ID, NO_LEAVE, SESSION,
};
use super::words::{and, clock, counted, member, members, span, who};
use super::{Sentence, Why};
use crate::sim::trace::{
    Activity, EventKind, Frame, MemberFrame, Process, Reader, Standing, Trace,
};

/// Members that are told of one by one.
const MOST: usize = 3;

/// The numbers of this run behind a reason; none where the moment has none.
pub(super) fn of(trace: &Trace, frame: &Frame, why: &Why) -> Option<Sentence> {
    let view = View { trace, frame };
    let text = match why {
        _ if *why == BARRIER => view.barrier(),
        _ if *why == SESSION || *why == NO_LEAVE => view.sessions(),
        _ if *why == HEARTBEAT => view.heartbeats(),
        _ if *why == INITIAL_DELAY => view.delay(),
        _ if *why == MEMBER_ID => Some(view.ids()),
        _ if *why == LEADER => view.leader(),
        _ if *why == COOPERATIVE || *why == EAGER => view.stops(),
        _ => None,
    };
    text.map(Sentence::from)
}

struct View<'a> {
    trace: &'a Trace,
    frame: &'a Frame,
}

impl View<'_> {
    /// A sentence for each of the first members that have something to say.
    fn each(
        &self,
        say: impl Fn(usize, &MemberFrame, &Process) -> Option<String>,
    ) -> Option<String> {
        let told = (0..).zip(&self.frame.members).filter_map(|(place, now)| {
            let process = self.trace.processes.get(now.process?.0 as usize)?;
            say(place, now, process)
        });
        let told: Vec<_> = told.take(MOST).collect();
        (!told.is_empty()).then(|| told.join(" "))
    }

    fn barrier(&self) -> Option<String> {
        let Some(barrier) = self.frame.barrier.as_ref() else {
            let known = self.frame.members.iter().filter_map(|now| now.process);
            let known = known.filter_map(|process| self.trace.processes.get(process.0 as usize));
            let most_ms = known.map(|process| process.max_poll_interval_ms).max()?;
            let since = clock(self.frame.group.from_ms);
            return Some(format!(
                "The group has stood like this since {since}; the largest max.poll.interval.ms is {most_ms}."
            ));
        };
        let awaited = self.each(|place, _, process| {
            let awaited = barrier
                .awaited
                .iter()
                .find(|awaited| awaited.member == place)?;
            let c = member(self.trace, place);
            let ends = awaited
                .until_ms
                .map_or(String::new(), |at_ms| format!(", until {}", clock(at_ms)));
            Some(format!(
                "{c} is awaited{ends}; its max.poll.interval.ms is {}.",
                process.max_poll_interval_ms
            ))
        })?;
        let most = barrier.deadline_ms.map_or(String::new(), |at_ms| {
            format!(" The coordinator waits until {} at most.", clock(at_ms))
        });
        let since = clock(self.frame.group.from_ms);
        Some(format!("This rebalance began at {since}. {awaited}{most}"))
    }

    /// Those that can't send heartbeats; else whoever's session ends first.
    fn sessions(&self) -> Option<String> {
        let say = |place: usize, now: &MemberFrame, process: &Process| {
            let left_ms = now.session_left_ms?;
            let ends_ms = self.frame.at_ms + left_ms;
            Some(format!(
                "{} was last heard of at {}; its session.timeout.ms is {}, so it is removed at {}, in {}.",
                member(self.trace, place),
                clock(ends_ms.saturating_sub(process.session_timeout_ms)),
                process.session_timeout_ms,
                clock(ends_ms),
                span(left_ms)
            ))
        };
        let is_silent = |now: &MemberFrame| {
            let activity = now.activity;
            activity.is_none_or(|activity| !activity.is_alive() || activity == Activity::Frozen)
        };
        let lefts = self
            .frame
            .members
            .iter()
            .filter_map(|now| now.session_left_ms);
        let least = lefts.min();
        self.each(|place, now, process| is_silent(now).then(|| say(place, now, process))?)
            .or_else(|| {
                self.each(|place, now, process| {
                    (now.session_left_ms == least).then(|| say(place, now, process))?
                })
            })
            .or_else(|| {
                let stopped = self.frame.partitions.iter();
                let last = stopped.filter_map(|partition| match partition.reader {
                    Reader::Nobody { last, .. } => Some(last),
                    _ => None,
                });
                let last = last.min()?;
                let process = self.trace.processes.get(last.0 as usize)?;
                let c = who(self.trace, last);
                Some(format!(
                    "{c}'s session.timeout.ms is {}.",
                    process.session_timeout_ms
                ))
            })
    }

    fn heartbeats(&self) -> Option<String> {
        self.each(|place, now, process| {
            if now.standing != Standing::Awaited {
                return None;
            }
            let next = now.heartbeat_left_ms.map_or(String::new(), |left_ms| {
                let at_ms = self.frame.at_ms + left_ms;
                format!(
                    "; its next heartbeat leaves at {}, in {}",
                    clock(at_ms),
                    span(left_ms)
                )
            });
            let interval_ms = process.heartbeat_interval_ms;
            let c = member(self.trace, place);
            Some(format!(
                "{c} has heartbeat.interval.ms {interval_ms}{next}."
            ))
        })
    }

    fn delay(&self) -> Option<String> {
        let barrier = self.frame.barrier.as_ref()?;
        let joined = self
            .frame
            .members
            .iter()
            .filter(|now| now.standing == Standing::Joined)
            .count();
        let opens = barrier.opens_ms.map_or(String::new(), |at_ms| {
            format!(" and goes on at {}", clock(at_ms))
        });
        let since = clock(self.frame.group.from_ms);
        Some(
            format!(
                "It has waited since {since}, for {} so far,{opens}.",
                counted(joined, "member")
            )
            .replace(",.", "."),
        )
    }

    /// Who has an id and isn't back with it; else who gets the next one, or got the last.
    fn ids(&self) -> String {
        let pending = (0..).zip(&self.frame.members);
        let pending = pending.filter(|(_, now)| now.standing == Standing::Pending);
        let pending: Vec<usize> = pending.map(|(place, _)| place).take(MOST).collect();
        if let Some(first) = pending
            .first()
            .and_then(|first| self.frame.members.get(*first))
        {
            let got = members(self.trace, &pending);
            return format!("{got} got an id at {}.", clock(first.standing_since_ms));
        }
        let mut issued = self
            .trace
            .events
            .iter()
            .filter_map(|event| match event.kind {
                EventKind::MemberIdIssued { process, .. } => Some((event.at_ms, process)),
                _ => None,
            });
        let now_ms = self.frame.at_ms;
        let next = issued.clone().find(|(at_ms, _)| *at_ms > now_ms);
        let (verb, (at_ms, process)) = match next {
            Some(next) => ("gets", next),
            None => match issued.next_back() {
                Some(last) => ("got", last),
                // Static members keep the id that the coordinator remembers for them.
                None => {
                    return "Nobody is asked twice: it takes release 2.2 and a dynamic member."
                        .to_owned();
                }
            },
        };
        format!(
            "{} {verb} its id at {}.",
            who(self.trace, process),
            clock(at_ms)
        )
    }

    fn leader(&self) -> Option<String> {
        let group = &self.frame.group;
        let Some(round) = self.trace.round(group.generation_id) else {
            let leader = self.frame.members.iter().position(|now| now.leads)?;
            let c = member(self.trace, leader);
            return Some(format!("{c} leads generation {}.", group.generation_id));
        };
        let assigned: usize = round
            .members
            .iter()
            .map(|member| member.assigned.len())
            .sum();
        Some(format!(
            "{} leads generation {} and gives {} to {}, with {}.",
            who(self.trace, round.leader),
            group.generation_id,
            counted(assigned, "partition"),
            counted(round.members.len(), "member"),
            round.protocol_name
        ))
    }

    /// How many partitions have stopped, since when, and how many come back to whom they came from.
    fn stops(&self) -> Option<String> {
        let member_of = |process: crate::sim::trace::ProcessIx| {
            let process = self.trace.processes.get(process.0 as usize);
            process.map(|process| process.member)
        };
        let mut last_readers = Vec::new();
        let (mut stopped, mut back, mut since_ms) = (0_usize, 0_usize, u64::MAX);
        for partition in &self.frame.partitions {
            let Reader::Nobody { last, .. } = partition.reader else {
                continue;
            };
            stopped += 1;
            since_ms = since_ms.min(partition.since_ms);
            let next = partition.next.map(|(process, _)| process);
            back += usize::from(next.is_some_and(|next| member_of(next) == member_of(last)));
            let name = who(self.trace, last);
            if last_readers.len() < MOST && !last_readers.contains(&name) {
                last_readers.push(name);
            }
        }
        (stopped > 0).then(|| {
            format!(
                "{} stopped, the first at {}, last read by {}; {back} of them come back to the same member.",
                counted(stopped, "partition"),
                clock(since_ms),
                and(&last_readers)
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::gallery;
    use crate::sim::narrate;
    use crate::sim::simulate;
    use std::collections::BTreeMap;

    #[test]
    fn nearly_every_reason_of_the_gallery_comes_with_numbers_of_its_run() {
        let mut said: BTreeMap<&str, usize> = BTreeMap::new();
        let (mut total, mut silent) = (0, Vec::new());
        for entry in gallery::all() {
            let trace = simulate(&entry.scenario().unwrap()).unwrap();
            for t_ms in (0..=trace.end_ms.min(60_000)).step_by(250) {
                let frame = trace.frame_at(t_ms);
                let Some(why) = narrate::at(&trace, &frame).why else {
                    continue;
                };
                total += 1;
                let place = format!("{} at {t_ms}: {}", entry.slug, why.question);
                let Some(numbers) = narrate::numbers(&trace, &frame, &why) else {
                    silent.push(place);
                    continue;
                };
                let numbers = numbers.to_string();
                assert!(
                    numbers.contains(|sign: char| sign.is_ascii_digit()),
                    "{place}: {numbers}"
                );
                assert!(
                    numbers.ends_with('.') && !numbers.contains(".."),
                    "{place}: {numbers}"
                );
                *said.entry(why.question).or_default() += 1;
            }
        }
        assert!(said.len() >= 5, "{said:?}");
        // A moment can lie between two facts, as a request that is on its way.
        assert!(
            silent.len() * 20 <= total,
            "{} of {total}: {silent:#?}",
            silent.len()
        );
    }
}
