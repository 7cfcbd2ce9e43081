//! Topics, where their replicas are, and who subscribes to what.

use crate::case::ClientTopic;
use crate::generate::names;
use crate::random::Random;

const RACKS: [&str; 5] = ["r0", "r1", "r2", "r3", "r4"];

/// A topic that nobody ever creates.
pub(super) const MISSING: &str = "missing";

/// How many topics of how many partitions.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) topics: (u32, u32),
    pub(super) partitions: (u32, u32),
}

/// Topics with names of one style, now and then all of the same size.
pub(super) fn topics(random: &mut Random, extent: Extent, racks: bool) -> Vec<ClientTopic> {
    let count = random.between(extent.topics.0, extent.topics.1);
    let (least, most) = extent.partitions;
    let same = random.chance(25).then(|| random.between(least, most));
    let names = names::topic_names(random, count);
    let topics = names.into_iter().map(|name| ClientTopic {
        name,
        partitions: same.unwrap_or_else(|| random.between(least, most)),
        racks: None,
    });
    let mut topics: Vec<ClientTopic> = topics.collect();
    if racks {
        // Like racks for all topics make them co-partitioned where they have the same size.
        let striped = random.chance(40).then(|| random.between(1, 3));
        for topic in &mut topics {
            if random.chance(92) {
                topic.racks = Some(replicas(random, topic.partitions, striped));
            }
        }
    }
    topics
}

/// The racks of a topic's replicas, partition by partition.
fn replicas(random: &mut Random, partitions: u32, striped: Option<u32>) -> Vec<Vec<String>> {
    let of = |partition| match striped {
        Some(factor) => {
            let racks = (0..factor).map(|replica| rack_number(partition + replica, 3));
            racks.collect()
        }
        None => any_racks(random),
    };
    (0..partitions).map(of).collect()
}

/// The racks of one partition; none now and then, and a rack twice now and then.
fn any_racks(random: &mut Random) -> Vec<String> {
    let count = if random.chance(6) {
        0
    } else {
        random.between(1, 3)
    };
    (0..count).map(|_| any_rack(random)).collect()
}

/// A rack that a broker or a member is on.
pub(super) fn any_rack(random: &mut Random) -> String {
    rack_number(random.below(5), 5)
}

fn rack_number(number: u32, of: u32) -> String {
    let index = usize::try_from(number % of).unwrap_or(0);
    RACKS.get(index).copied().unwrap_or("r0").to_owned()
}

/// Gives a topic more or fewer partitions; those that stay keep their racks.
pub(super) fn resize(random: &mut Random, topic: &mut ClientTopic, partitions: u32) {
    if let Some(racks) = &mut topic.racks {
        let length = usize::try_from(partitions).unwrap_or(usize::MAX);
        racks.resize_with(length, || any_racks(random));
    }
    topic.partitions = partitions;
}

/// What a member may subscribe to.
#[derive(Clone, Debug)]
pub(super) struct Subscriptions {
    /// The one for all, of a group whose members subscribe to the same.
    equal: Option<Vec<String>>,
}

impl Subscriptions {
    pub(super) fn new(random: &mut Random, topics: &[ClientTopic], equal: bool) -> Self {
        let mut subscriptions = Self { equal: None };
        if equal {
            let mut all: Vec<String> = topics.iter().map(|topic| topic.name.clone()).collect();
            if random.chance(12) {
                all.push(MISSING.to_owned());
            }
            if random.chance(2) {
                all.clear();
            }
            subscriptions.equal = Some(all);
        }
        subscriptions
    }

    /// A subscription, in the order in which the member names its topics.
    pub(super) fn draw(&self, random: &mut Random, topics: &[ClientTopic]) -> Vec<String> {
        let mut subscription = match &self.equal {
            Some(all) => all.clone(),
            None => some_of(random, topics),
        };
        // The Java consumer names them in order; others don't.
        if random.chance(60) {
            subscription.sort_unstable();
        } else {
            random.shuffle(&mut subscription);
        }
        subscription
    }

    /// The one for all, to be changed for all at once.
    pub(super) fn shared(&mut self) -> Option<&mut Vec<String>> {
        self.equal.as_mut()
    }
}

fn some_of(random: &mut Random, topics: &[ClientTopic]) -> Vec<String> {
    if random.chance(4) {
        return Vec::new();
    }
    let share = *random.pick(&[30, 60, 90]).unwrap_or(&60);
    let chosen = topics.iter().filter(|_| random.chance(share));
    let mut chosen: Vec<String> = chosen.map(|topic| topic.name.clone()).collect();
    if chosen.is_empty()
        && let Some(topic) = random.pick(topics)
    {
        chosen.push(topic.name.clone());
    }
    if random.chance(6) {
        chosen.push(MISSING.to_owned());
    }
    chosen
}
