//! Claims, what is kept and given up, and moves.

use super::super::super::TopicPartition;
use super::super::super::user_data::NO_GENERATION;
use super::super::explanation::Explained;
use super::super::words::{self, Sentence, count};
use super::super::{Event, Explanation, Extra, GiveUp, Move, Standing, Verdict};
use super::RACKS;

const COOPERATIVE: &str = "KIP-429, CooperativeStickyAssignor";
const CLAIMS: &str = "KIP-792, KAFKA-14639";

impl Explanation<'_> {
    pub(super) fn sticky(&self, event: &Event) -> Option<Sentence> {
        let sentence = match event {
            Event::Claim {
                member,
                partition,
                generation,
                verdict,
            } => self.claim(*member, partition, *generation, *verdict),
            Event::Remembered {
                member,
                partition,
                generation,
            } => {
                let text = format!(
                    "{}'s claim on {}, {}, is outdated but remembered: the partition may go back.",
                    self.id(*member),
                    words::partition(partition),
                    of_generation(*generation),
                );
                Sentence::new(text, self.assignor.source())
            }
            Event::Subscriptions { equal } => self.subscriptions(*equal),
            Event::Quota {
                partitions,
                members,
                min,
                extras,
            } => self.quota(*partitions, *members, *min, *extras),
            Event::Allowance {
                member,
                owned,
                keeps,
                standing,
            } => self.allowance(*member, *owned, *keeps, *standing),
            Event::Share {
                member,
                owned,
                keeps,
                lacks,
                extra,
            } => self.share(*member, (*owned, *keeps), *lacks, *extra),
            Event::Kept { member, partition } => self.kept(*member, partition),
            Event::GivenUp {
                member,
                partition,
                reason,
            } => self.given_up(*member, partition, *reason),
            Event::SetAside { member } => {
                let text = format!(
                    "{} sits out the balancing: nothing that it has can go to another member, and \
                     it has all that it subscribes to.",
                    self.id(*member)
                );
                Sentence::new(text, self.assignor.source())
            }
            Event::Moved { .. } => self.moved(event)?,
            Event::Reverted {
                score_before,
                score_after,
            } => Sentence::new(
                format!(
                    "The moves are undone, because the group got no more even: the differences in \
                     size between any two members add up to {score_after} after them and to \
                     {score_before} before."
                ),
                self.assignor.source(),
            ),
            Event::Withheld {
                member,
                partition,
                claimants,
            } => self.withheld(*member, partition, claimants),
            _ => return None,
        };
        Some(sentence)
    }

    fn claim(
        &self,
        member: usize,
        partition: &TopicPartition,
        generation: Option<i32>,
        verdict: Verdict,
    ) -> Sentence {
        let id = self.id(member);
        let name = words::partition(partition);
        let of = of_generation(generation.unwrap_or(NO_GENERATION));
        let text = match verdict {
            Verdict::Believed => {
                let exists = self.cluster.partition_count(&partition.topic);
                let exists = exists.is_some_and(|partitions| partition.partition < partitions);
                let note = if exists {
                    ""
                } else {
                    " The topic has no such partition, but only the topic is looked up."
                };
                format!("{id} says that it owns {name}, {of}.{note}")
            }
            Verdict::Newer { than, generation } => format!(
                "{id} says that it owns {name}, {of}. {} is {}, so that {id} counts as the owner.",
                self.id(than),
                of_generation(generation),
            ),
            Verdict::Older { than, generation } => format!(
                "{id} says that it owns {name}, {of}. {} is {}, so that {id}'s claim is outdated.",
                self.id(than),
                of_generation(generation),
            ),
            Verdict::Outdated { newest } => format!(
                "{id} says that it owns {name}, {of}, which doesn't count: the newest generation \
                 known is {newest}."
            ),
            Verdict::Contested { with } if with == member => {
                format!("{id} lists {name} twice, so that it counts as owned by nobody.")
            }
            Verdict::Contested { with } => format!(
                "{id} says that it owns {name}, {of}, and so does {}: it counts as owned by \
                 neither.",
                self.id(with)
            ),
            Verdict::NoTopic => {
                let topic = words::printable(&partition.topic);
                let why = match self.cluster.partition_count(&partition.topic) {
                    Some(1..) => format!("nobody subscribes to {topic}"),
                    _ => format!("{topic} doesn't exist"),
                };
                format!("{id} says that it owns {name}, {of}, but {why}.")
            }
        };
        Sentence::new(text, CLAIMS)
    }

    fn subscriptions(&self, equal: bool) -> Sentence {
        let text = if equal {
            format!(
                "{} to the same topics, so that everyone is to have the same number of partitions, \
                 or one more.",
                match self.ids.len() {
                    1 => "The only member subscribes".to_owned(),
                    2 => "Both members subscribe".to_owned(),
                    members => format!("All {members} members subscribe"),
                }
            )
        } else {
            let then = match self.assignor {
                Explained::Consumer(..) => {
                    "partitions move as long as one move makes the group more even"
                }
                Explained::Broker(_) => {
                    "topic by topic, partitions move from the subscriber with the most to the one \
                     with the fewest"
                }
            };
            format!(
                "Subscriptions differ, so that every partition goes to the subscriber with the \
                 fewest; then {then}."
            )
        };
        Sentence::new(text, self.assignor.source())
    }

    fn allowance(&self, member: usize, owned: usize, keeps: usize, standing: Standing) -> Sentence {
        let id = self.id(member);
        let text = match standing {
            Standing::BelowMin | Standing::AtMin { .. } if owned == keeps => match owned {
                0 => format!("{id} owns nothing."),
                _ => format!("{id} owns {owned} and keeps {keeps}, no more than everyone gets."),
            },
            Standing::Extra { number } => {
                let (min, extras) = self.landmarks.quota;
                format!(
                    "{id} owns {owned} and keeps {keeps}, 1 more than the {min} that everyone \
                     gets: it takes extra {number} of {extras}, being asked {}.",
                    self.order_of_asking(member)
                )
            }
            _ => {
                let why = match (self.landmarks.quota, self.extras_before(member).as_slice()) {
                    ((min, 0), _) => format!("nobody gets more than {min}"),
                    (_, []) => "it may not have one more".to_owned(),
                    ((_, extras), taken) => {
                        let what = if extras == 1 {
                            "the extra is".to_owned()
                        } else {
                            format!("all {extras} extras are")
                        };
                        format!(
                            "{what} taken by {}, asked before it in the order of Java's HashMap",
                            words::list(taken)
                        )
                    }
                };
                format!("{id} owns {owned} and keeps {keeps}: {why}.")
            }
        };
        Sentence::new(text, self.assignor.source())
    }

    fn share(
        &self,
        member: usize,
        (owned, keeps): (usize, usize),
        lacks: usize,
        extra: Extra,
    ) -> Sentence {
        let id = self.id(member);
        let share = keeps + lacks;
        let why = match extra {
            Extra::NoneLeft if self.landmarks.quota.1 == 0 => "as everyone's".to_owned(),
            Extra::NoneLeft => "because the larger shares are taken".to_owned(),
            Extra::Taken { left, members } => format!(
                "a larger one: {} left for {}, this one included",
                if left == 1 {
                    "1 is".to_owned()
                } else {
                    format!("{left} are")
                },
                count(members, "member")
            ),
            Extra::LeftToLater { left, members } => format!(
                "because it does not fill a larger one by itself, and there are enough members \
                 after it ({members}) for what is left of these ({left})"
            ),
        };
        let text = format!("{id} owns {owned} and keeps {keeps}. Its share is {share}, {why}.");
        Sentence::new(text, self.assignor.source())
    }

    /// Ids of members that took an extra before this one was asked.
    fn extras_before(&self, member: usize) -> Vec<String> {
        let asked = self.landmarks.allowances.get(&member);
        let before = self.landmarks.extras.iter().filter(|extra| {
            let other = self.landmarks.allowances.get(extra);
            other < asked
        });
        self.ids(before.copied())
    }

    fn order_of_asking(&self, member: usize) -> String {
        let allowances = &self.landmarks.allowances;
        let asked = allowances.get(&member);
        let before = allowances.values().filter(|at| Some(*at) < asked).count();
        format!(
            "as number {} of {} in the order of Java's HashMap",
            before + 1,
            allowances.len()
        )
    }

    /// The sentence about what a member may keep, where there is one.
    pub(super) fn allowance_of(&self, member: usize) -> String {
        let at = self.landmarks.allowances.get(&member);
        let sentence = at.and_then(|&at| self.sentence(at));
        sentence.map_or_else(String::new, |sentence| format!("{} ", sentence.text))
    }

    fn kept(&self, member: usize, partition: &TopicPartition) -> Sentence {
        let name = words::partition(partition);
        let allowance = self.allowance_of(member);
        let text = if allowance.is_empty() {
            let topic = words::printable(&partition.topic);
            format!(
                "{} still subscribes to {topic} and may keep {name}.",
                self.id(member)
            )
        } else {
            format!("{allowance}It keeps {name}.")
        };
        Sentence::new(text, self.assignor.source())
    }

    fn given_up(&self, member: usize, partition: &TopicPartition, reason: GiveUp) -> Sentence {
        let id = self.id(member);
        let name = words::partition(partition);
        match reason {
            GiveUp::OverQuota => {
                let allowance = self.allowance_of(member);
                let (order, source) = self.assignor.order_of_keeping();
                let text = format!("{allowance}It keeps {order} and gives up {name}.");
                Sentence::new(text, source)
            }
            GiveUp::OtherRack => {
                let text = format!(
                    "{id}{} gives up {name}, whose replicas are in {}.",
                    self.in_rack(member),
                    self.racks_of(partition)
                );
                Sentence::new(text, RACKS)
            }
            GiveUp::NotSubscribed => {
                let topic = words::printable(&partition.topic);
                let text = format!("{id} no longer subscribes to {topic} and gives up {name}.");
                Sentence::new(text, self.assignor.source())
            }
            GiveUp::Contested => {
                let text = format!(
                    "{id} may not keep {name} either, because two others claimed it in one \
                     generation."
                );
                Sentence::new(text, self.assignor.source())
            }
        }
    }

    fn moved(&self, event: &Event) -> Option<Sentence> {
        let Event::Moved {
            from,
            to,
            partition,
            from_has,
            to_has,
            reason,
            instead_of,
        } = event
        else {
            return None;
        };
        let (from, to) = (self.id(*from), self.id(*to));
        let name = words::partition(partition);
        let why = match reason {
            Move::Balance => format!(
                "{from} has {from_has} and {to} has {to_has}, the fewest of the subscribers of {}",
                words::printable(&partition.topic)
            ),
            Move::ToEarlierOwner => format!(
                "{from} has {from_has} and {to}, which owned it in an older generation, has {to_has}"
            ),
        };
        let text = match instead_of {
            None => format!("{why}: {name} moves from {from} to {to}."),
            Some(asked) => format!(
                "{why}: {} would go to {to}. But {name} of the same topic has come from {to}, so \
                 {name} goes back from {from} to {to} instead.",
                words::partition(asked)
            ),
        };
        let source = match self.assignor {
            Explained::Consumer(..) => "KIP-54, AbstractStickyAssignor",
            Explained::Broker(_) => self.assignor.source(),
        };
        Some(Sentence::new(text, source))
    }

    fn withheld(&self, member: usize, partition: &TopicPartition, claimants: &[usize]) -> Sentence {
        let id = self.id(member);
        let name = words::partition(partition);
        let others = claimants.iter().copied().filter(|&other| other != member);
        let others = self.ids(others);
        let text = match others.as_slice() {
            [] => format!(
                "{name} is withheld from {id} in this rebalance, because its ownership is not \
                 clear; the next one gives it out."
            ),
            _ => format!(
                "{name} is withheld: {} still {} it. Once it is let go, the next rebalance gives \
                 it to {id}.",
                words::list(&others),
                if others.len() == 1 { "claims" } else { "claim" },
            ),
        };
        Sentence::new(text, COOPERATIVE)
    }

    fn quota(&self, partitions: usize, members: usize, min: usize, extras: usize) -> Sentence {
        let more = if extras == 0 {
            String::new()
        } else {
            format!(", and 1 more for {extras} of them")
        };
        let text = format!(
            "{} for {}: {min} each{more}.",
            count(partitions, "partition"),
            count(members, "member")
        );
        Sentence::new(text, self.assignor.source())
    }
}

fn of_generation(generation: i32) -> String {
    if generation == NO_GENERATION {
        "without a generation".to_owned()
    } else {
        format!("in generation {generation}")
    }
}
