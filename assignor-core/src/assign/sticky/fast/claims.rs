//! What the members claim, in numbers, and who owns what by that.

use std::cmp::Ordering;

use super::super::super::group::Group;
use super::super::super::remembered::Remembered;
use super::super::super::subscribers::index;
use super::super::super::user_data::{self, NO_GENERATION};
use super::super::super::{AssignorName, GroupMember};
use super::NONE;
use super::numbers::{Bits, Numbers};

/// All claims, member after member, as they stand in what the members sent.
pub(super) struct Claims {
    ids: Vec<u32>,
    /// Where each member's claims begin, and behind them where the last one's end.
    begins: Vec<usize>,
    /// Per member the generation of its claims.
    pub(super) generations: Vec<Option<i32>>,
}

impl Claims {
    /// `None` if a member claims a partition past the end of a topic, or for too many claims.
    pub(super) fn read(group: &Group<'_>, numbers: &Numbers, name: AssignorName) -> Option<Self> {
        let mut reader = Reader {
            group,
            numbers,
            topics: Remembered::new(group.topics.len()),
            ids: Vec::new(),
            past_the_end: false,
        };
        let mut begins = vec![0];
        let mut generations = Vec::with_capacity(group.members.len());
        for member in &group.members {
            generations.push(if name == AssignorName::Sticky {
                reader.read_user_data(member.source)
            } else {
                reader.read_subscription(member.source)
            });
            begins.push(reader.ids.len());
        }
        let countable = u32::try_from(reader.ids.len()).is_ok_and(|claims| claims < NONE);
        (countable && !reader.past_the_end).then_some(Self {
            ids: reader.ids,
            begins,
            generations,
        })
    }

    /// Whether nobody claims anything.
    pub(super) fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The newest generation of all claims.
    pub(super) fn newest_generation(&self) -> i32 {
        let known = self.generations.iter().flatten().copied();
        known.max().unwrap_or(NO_GENERATION)
    }

    /// A member's generation, −1 for none.
    pub(super) fn generation(&self, member: usize) -> i32 {
        self.generations[member].unwrap_or(NO_GENERATION)
    }

    /// A member's claims with their places among all claims.
    pub(super) fn of(&self, member: usize) -> impl Iterator<Item = (u32, u32)> {
        let (begin, end) = (self.begins[member], self.begins[member + 1]);
        (u32::try_from(begin).unwrap_or(NONE)..).zip(self.ids[begin..end].iter().copied())
    }
}

struct Reader<'a> {
    group: &'a Group<'a>,
    numbers: &'a Numbers,
    /// The numbers of topics by their names.
    topics: Remembered<'a, str, Option<usize>>,
    ids: Vec<u32>,
    past_the_end: bool,
}

impl<'a> Reader<'a> {
    fn read_subscription(&mut self, member: &'a GroupMember) -> Option<i32> {
        for claim in &member.owned_partitions {
            let ask = || self.group.topic_number(&claim.topic);
            if let Some(topic) = self.topics.get_or(&claim.topic, ask) {
                self.push(topic, claim.partition);
            }
        }
        let old = || user_data::decode_cooperative(member.user_data.as_deref());
        member.generation().or_else(old)
    }

    fn read_user_data(&mut self, member: &'a GroupMember) -> Option<i32> {
        let before = self.ids.len();
        let group = self.group;
        let read = user_data::read_sticky(
            member.user_data.as_deref(),
            |topic| group.topic_number(topic),
            |topic, partition| {
                if let Some(topic) = *topic {
                    self.push(topic, partition);
                }
            },
        );
        if !read.readable {
            self.ids.truncate(before);
        }
        read.generation
    }

    fn push(&mut self, topic: usize, partition: u32) {
        let ids = self.numbers.of_topic(topic);
        if partition < ids.end - ids.start {
            self.ids.push(ids.start + partition);
        } else {
            self.past_the_end = true;
        }
    }
}

/// The outcome of the claims, as `ownership.rs` settles them.
pub(super) struct Settled {
    /// Per partition its last claimant.
    claimants: Vec<u32>,
    /// Per partition the place of the claim that stands; none if the last two cancelled each other.
    places: Vec<u32>,
    /// Partitions that two members claimed in the same generation.
    contested: Bits,
}

impl Settled {
    pub(super) fn new(group: &Group<'_>, numbers: &Numbers, claims: &Claims) -> Self {
        let mut settled = Self {
            claimants: vec![NONE; numbers.len()],
            places: vec![NONE; numbers.len()],
            contested: Bits::new(numbers.len()),
        };
        for member in 0..group.members.len() {
            let generation = claims.generation(member);
            for (place, id) in claims.of(member) {
                let at = index(id);
                let other = settled.claimants[at];
                let order = if other == NONE {
                    Ordering::Greater
                } else {
                    let other = group.members[index(other)].source.generation();
                    generation.cmp(&other.unwrap_or(NO_GENERATION))
                };
                if order == Ordering::Less {
                    continue;
                }
                settled.claimants[at] = u32::try_from(member).unwrap_or(NONE);
                settled.places[at] = place;
                if order == Ordering::Equal {
                    settled.contested.insert(at);
                    settled.places[at] = NONE;
                }
            }
        }
        settled
    }

    /// Whether the claim at `place` made its member the owner.
    pub(super) fn stands(&self, place: u32, id: u32) -> bool {
        self.places[index(id)] == place
    }

    pub(super) fn is_contested(&self, id: u32) -> bool {
        self.contested.contains(index(id))
    }

    /// Who owned a partition before the rebalance.
    pub(super) fn owner(&self, id: u32) -> Option<usize> {
        let at = index(id);
        (self.places[at] != NONE).then(|| index(self.claimants[at]))
    }
}
