//! Groups for the broker's assignors.

use indexmap::IndexMap;

use crate::answer::{Answer, Lists};
use crate::case::{Case, ServerCase, ServerMember, SubscriptionType};
use crate::plan::{Shape, Source};
use crate::random::Random;

use super::Answering;
use super::names::{self, MemberIds};

/// Makes one group, case by case.
pub(super) fn live(source: Source, name: String, random: Random, answer: &mut Answering<'_>) {
    let mut group = Group::begin(source, name, random);
    if source.shape == Shape::Claims {
        group.assign_anything();
        let id = group.name.clone();
        answer(group.case(id));
        return;
    }
    let steps = match source.shape {
        Shape::Large => 2,
        _ => group.random.between(2, 9),
    };
    for step in 0..steps {
        if step > 0 {
            group.happen();
        }
        let id = format!("{}/{step}", group.name);
        let Answer::Assignment(lists) = answer(group.case(id)) else {
            return;
        };
        group.take(&lists);
    }
}

struct Group {
    name: String,
    assignor: &'static str,
    random: Random,
    /// Topic ids in use and their partitions.
    topics: IndexMap<String, u32>,
    /// What all subscribe to, if they do.
    shared: Option<Vec<String>>,
    ids: MemberIds,
    instances: u32,
    members: Vec<ServerMember>,
}

impl Group {
    fn begin(source: Source, name: String, mut random: Random) -> Self {
        let (topics, partitions, members) = match (source.shape, random.below(100)) {
            (Shape::Large, _) => ((3, 16), (1, 40), (15, 70)),
            // 12, 24, 48 and so on are where releases of Java differ in the size of a copied set.
            (_, 0..8) => ((12, 24), (1, 3), (1, 5)),
            (_, 8..16) => ((1, 3), (11, 50), (1, 4)),
            (_, 16..24) => ((1, 4), (0, 12), (10, 30)),
            _ => ((1, 5), (0, 12), (1, 6)),
        };
        let count = random.between(topics.0, topics.1);
        let ids = names::topic_ids(&mut random, count);
        let topics: IndexMap<String, u32> = ids
            .into_iter()
            .map(|id| (id, random.between(partitions.0, partitions.1)))
            .collect();
        let shared = random.chance(55).then(|| topics.keys().cloned().collect());
        let mut group = Self {
            name,
            assignor: source.assignor,
            ids: MemberIds::new(&mut random),
            topics,
            shared,
            instances: 0,
            members: Vec::new(),
            random,
        };
        for _ in 0..group.random.between(members.0, members.1) {
            group.join();
        }
        group
    }

    fn case(&mut self, id: String) -> Case {
        let mut sets = self.members.iter().map(|member| {
            let mut topics = member.topics.clone();
            topics.sort_unstable();
            topics
        });
        let first = sets.next();
        let equal = sets.all(|set| Some(set) == first);
        // A group whose members happen to subscribe to the same may still count as mixed.
        let homogeneous = equal && (self.shared.is_some() || self.random.chance(50));
        Case::Server(ServerCase {
            id,
            assignor: self.assignor.to_owned(),
            subscription_type: if homogeneous {
                SubscriptionType::Homogeneous
            } else {
                SubscriptionType::Heterogeneous
            },
            topics: self.topics.clone(),
            members: self.members.clone(),
        })
    }

    /// What was answered is the target from now on. Its topics stand in any order, as in a record.
    fn take(&mut self, lists: &Lists) {
        for member in &mut self.members {
            let list = lists.get(&member.member_id).cloned().flatten();
            let mut current: IndexMap<String, Vec<u32>> = IndexMap::new();
            for (topic, partition) in list.unwrap_or_default() {
                current.entry(topic).or_default().push(partition);
            }
            member.current = current.into_iter().collect();
            if self.random.chance(50) {
                self.random.shuffle(&mut member.current);
            }
        }
    }

    /// A target assignment that no assignor made, with every partition at one member at most.
    fn assign_anything(&mut self) {
        for (topic, &partitions) in &self.topics {
            for partition in 0..partitions {
                let place = self.random.index(self.members.len());
                if self.random.chance(30) {
                    continue;
                }
                if let Some(member) = self.members.get_mut(place) {
                    match member.current.iter_mut().find(|(known, _)| known == topic) {
                        Some((_, list)) => list.push(partition),
                        None => member.current.push((topic.clone(), vec![partition])),
                    }
                }
            }
        }
        for member in &mut self.members {
            self.random.shuffle(&mut member.current);
            for (_, partitions) in &mut member.current {
                self.random.shuffle(partitions);
            }
        }
    }

    fn happen(&mut self) {
        for _ in 0..self.random.between(1, 2) {
            match self.random.below(100) {
                0..35 => self.join(),
                35..60 => self.leave(),
                60..75 => self.add_partitions(),
                75..90 => self.change_subscription(),
                90..95 => self.delete_topic(),
                _ => {}
            }
        }
        if self.members.is_empty() {
            self.join();
        }
        if self.random.chance(40) {
            self.random.shuffle(&mut self.members);
        }
    }

    fn subscription(&mut self) -> Vec<String> {
        let random = &mut self.random;
        let mut topics = if let Some(all) = &self.shared {
            all.clone()
        } else {
            let share = *random.pick(&[30, 60, 90]).unwrap_or(&60);
            let known = self.topics.keys();
            known.filter(|_| random.chance(share)).cloned().collect()
        };
        random.shuffle(&mut topics);
        topics
    }

    fn join(&mut self) {
        let instance = self.random.chance(25);
        self.instances += u32::from(instance);
        let joining = ServerMember {
            member_id: self.ids.next(&mut self.random),
            instance_id: instance.then(|| format!("inst-{}", self.instances)),
            topics: self.subscription(),
            current: Vec::new(),
        };
        let place = self.random.index(self.members.len() + 1);
        self.members.insert(place, joining);
    }

    fn leave(&mut self) {
        if !self.members.is_empty() {
            let place = self.random.index(self.members.len());
            self.members.remove(place);
        }
    }

    fn add_partitions(&mut self) {
        let place = self.random.index(self.topics.len());
        let more = self.random.between(1, 4);
        if let Some((_, partitions)) = self.topics.get_index_mut(place) {
            *partitions += more;
        }
    }

    fn change_subscription(&mut self) {
        if let Some(shared) = &mut self.shared {
            if self.random.chance(50) && shared.len() > 1 {
                shared.remove(self.random.index(shared.len()));
            } else {
                *shared = self.topics.keys().cloned().collect();
            }
            for place in 0..self.members.len() {
                self.subscribe_again(place);
            }
        } else {
            let place = self.random.index(self.members.len());
            self.subscribe_again(place);
        }
    }

    fn subscribe_again(&mut self, place: usize) {
        let topics = self.subscription();
        if let Some(member) = self.members.get_mut(place) {
            member.topics = topics;
        }
    }

    /// Nobody can subscribe to it any longer: the coordinator skips names that lead to no id.
    fn delete_topic(&mut self) {
        if self.topics.len() < 2 {
            return;
        }
        let place = self.random.index(self.topics.len());
        if let Some((topic, _)) = self.topics.shift_remove_index(place) {
            let members = self.members.iter_mut().map(|member| &mut member.topics);
            for topics in members.chain(&mut self.shared) {
                topics.retain(|known| *known != topic);
            }
        }
    }
}
