//! A group that lives: every rebalance is a case, and what it gives is what its members own at the
//! next.

use std::collections::BTreeSet;

use crate::answer::{Answer, Lists};
use crate::case::{Case, Claims, ClientCase, ClientMember, ClientTopic};
use crate::generate::Answering;
use crate::generate::names::MemberIds;
use crate::plan::{Shape, Source};
use crate::random::Random;

use super::topics::{self, Extent, Subscriptions};

/// Rounds of one cooperative rebalance; sooner or later every group settles.
const MOST_ROUNDS: u32 = 4;

/// A group between two rebalances.
pub(super) struct Life {
    name: String,
    assignor: &'static str,
    racks: bool,
    steps: u32,
    random: Random,
    topics: Vec<ClientTopic>,
    subscriptions: Subscriptions,
    ids: MemberIds,
    instances: u32,
    generation: i32,
    /// In the order of the JoinGroup response.
    members: Vec<ClientMember>,
}

impl Life {
    pub(super) fn begin(source: Source, name: String, mut random: Random) -> Self {
        let racks = match source.shape {
            Shape::Racks => true,
            Shape::Large => random.chance(40),
            _ => false,
        };
        let large = source.shape == Shape::Large;
        let extent = if large {
            Extent {
                topics: (3, 16),
                partitions: (1, 40),
            }
        } else if random.chance(6) {
            // Enough topics for trees in Java's maps, if their hashes are equal.
            Extent {
                topics: (11, 20),
                partitions: (1, 3),
            }
        } else {
            Extent {
                topics: (1, 5),
                partitions: (0, 12),
            }
        };
        let members = match random.below(10) {
            _ if large => random.between(15, 70),
            0 => random.between(10, 20),
            _ => random.between(1, 6),
        };
        let topics = topics::topics(&mut random, extent, racks);
        let equal = random.chance(55);
        let mut life = Self {
            name,
            assignor: source.assignor,
            racks,
            steps: random.between(2, if large { 3 } else { 9 }),
            subscriptions: Subscriptions::new(&mut random, &topics, equal),
            ids: MemberIds::new(&mut random),
            random,
            topics,
            instances: 0,
            generation: 0,
            members: Vec::new(),
        };
        for _ in 0..members {
            life.join();
        }
        life
    }

    pub(super) fn run(mut self, answer: &mut Answering<'_>) {
        for step in 0..self.steps {
            if step > 0 {
                self.happen();
            }
            if self.members.is_empty() {
                self.join();
            }
            for round in 0..MOST_ROUNDS {
                let id = match round {
                    0 => format!("{}/{step}", self.name),
                    _ => format!("{}/{step}.{round}", self.name),
                };
                match self.rebalance(id, answer) {
                    // Nothing more can be said about a group whose leader failed.
                    None => return,
                    Some(Settled(true)) => break,
                    Some(Settled(false)) => {}
                }
            }
        }
    }

    /// Assigns once; `None` if the assignor fails.
    fn rebalance(&mut self, id: String, answer: &mut Answering<'_>) -> Option<Settled> {
        if self.random.chance(50) {
            self.random.shuffle(&mut self.members);
        }
        let case = ClientCase {
            id,
            assignor: self.assignor.to_owned(),
            topics: self.topics.clone(),
            members: self.members.clone(),
        };
        let Answer::Assignment(lists) = answer(Case::Client(case)) else {
            return None;
        };
        self.generation += 1;
        Some(match self.assignor {
            "sticky" => {
                self.take(&lists, false);
                Settled(true)
            }
            "cooperative-sticky" => self.take(&lists, true),
            _ => Settled(true),
        })
    }

    /// Members take note of what they got. One that is late keeps what it had, and when it had it.
    fn take(&mut self, lists: &Lists, cooperative: bool) -> Settled {
        let mut settled = true;
        for member in &mut self.members {
            if self.random.chance(3) {
                continue;
            }
            let mut list = lists.get(&member.id).cloned().flatten().unwrap_or_default();
            if cooperative {
                // What it owns, it lists by topic and number; user data keep the leader's order.
                list.sort_unstable();
                settled &= keeps_all(&member.owned, &list);
            }
            member.owned = Claims::new();
            for (topic, partition) in list {
                member.owned.entry(topic).or_default().push(partition);
            }
            member.generation = Some(self.generation);
        }
        Settled(settled)
    }

    /// One or two things of those that make a group rebalance.
    fn happen(&mut self) {
        for _ in 0..self.random.between(1, 2) {
            match self.random.below(100) {
                0..30 => self.join(),
                30..47 => self.leave(),
                47..62 => self.restart(),
                62..72 => self.add_partitions(),
                72..84 => self.change_subscription(),
                84..87 => self.delete_topic(),
                87..90 => self.recreate_topic(),
                90..94 => self.forget(),
                94..97 => self.move_rack(),
                _ => {}
            }
        }
    }

    fn join(&mut self) {
        let random = &mut self.random;
        let instance = random.chance(20).then(|| {
            self.instances += 1;
            format!("inst-{}", self.instances)
        });
        let joining = ClientMember {
            id: self.ids.next(random),
            instance,
            rack: (self.racks && random.chance(85)).then(|| topics::any_rack(random)),
            subscription: self.subscriptions.draw(random, &self.topics),
            ..ClientMember::default()
        };
        let place = random.index(self.members.len() + 1);
        self.members.insert(place, joining);
    }

    fn leave(&mut self) {
        if !self.members.is_empty() {
            let place = self.random.index(self.members.len());
            self.members.remove(place);
        }
    }

    /// The same process again: a new id, and nothing remembered.
    fn restart(&mut self) {
        let place = self.random.index(self.members.len());
        let id = self.ids.next(&mut self.random);
        if let Some(member) = self.members.get_mut(place) {
            member.id = id;
            member.owned = Claims::new();
            member.generation = None;
        }
    }

    fn add_partitions(&mut self) {
        let place = self.random.index(self.topics.len());
        let more = self.random.between(1, 4);
        if let Some(topic) = self.topics.get_mut(place) {
            let partitions = topic.partitions + more;
            topics::resize(&mut self.random, topic, partitions);
        }
    }

    /// One member's, or, in a group where all subscribe to the same, that of all of them.
    fn change_subscription(&mut self) {
        let random = &mut self.random;
        if let Some(shared) = self.subscriptions.shared() {
            let place = random.index(shared.len());
            if random.chance(50) && shared.len() > 1 {
                shared.remove(place);
            } else {
                *shared = self.topics.iter().map(|topic| topic.name.clone()).collect();
            }
            // A deploy that is half done: some still subscribe to what they did.
            let done = if random.chance(60) { 100 } else { 50 };
            for member in &mut self.members {
                if random.chance(done) {
                    member.subscription = self.subscriptions.draw(random, &self.topics);
                }
            }
        } else {
            let place = random.index(self.members.len());
            if let Some(member) = self.members.get_mut(place) {
                member.subscription = self.subscriptions.draw(random, &self.topics);
            }
        }
    }

    fn delete_topic(&mut self) {
        if self.topics.len() > 1 {
            let place = self.random.index(self.topics.len());
            self.topics.remove(place);
        }
    }

    /// Deletes a topic and makes it again, smaller: its owners' claims are past its end.
    fn recreate_topic(&mut self) {
        let place = self.random.index(self.topics.len());
        if let Some(topic) = self.topics.get_mut(place) {
            let partitions = self.random.below(topic.partitions + 1);
            topics::resize(&mut self.random, topic, partitions);
        }
    }

    /// A member lost its partitions, and knows.
    fn forget(&mut self) {
        let place = self.random.index(self.members.len());
        if let Some(member) = self.members.get_mut(place) {
            member.owned = Claims::new();
            member.generation = None;
        }
    }

    fn move_rack(&mut self) {
        let place = self.random.index(self.members.len());
        if let Some(member) = self.members.get_mut(place)
            && self.racks
        {
            member.rack = Some(topics::any_rack(&mut self.random));
        }
    }
}

/// Whether nobody has to give anything up, so that no further round follows.
struct Settled(bool);

fn keeps_all(owned: &Claims, list: &[(String, u32)]) -> bool {
    let list: BTreeSet<(&str, u32)> = list
        .iter()
        .map(|(topic, partition)| (topic.as_str(), *partition))
        .collect();
    owned.iter().all(|(topic, partitions)| {
        let mut partitions = partitions.iter();
        partitions.all(|&partition| list.contains(&(topic.as_str(), partition)))
    })
}
