//! Groups whose members claim anything: what others claim too, in generations long gone, of topics
//! that don't exist, of partitions that don't.

use std::collections::BTreeSet;

use crate::case::{Case, Claims, ClientCase, ClientMember, ClientTopic};
use crate::generate::Answering;
use crate::generate::names::MemberIds;
use crate::plan::Source;
use crate::random::Random;

use super::topics::{self, Extent, Subscriptions};

const DELETED: &str = "gone";

/// A group of one case, whose members may claim up to `past` partitions past a topic's end.
pub(super) fn group(
    source: Source,
    name: String,
    mut random: Random,
    past: u32,
    answer: &mut Answering<'_>,
) {
    let random = &mut random;
    let extent = Extent {
        topics: (1, 4),
        partitions: (0, 12),
    };
    let racks = random.chance(20);
    let topics = topics::topics(random, extent, racks);
    let equal = random.chance(45);
    let subscriptions = Subscriptions::new(random, &topics, equal);
    let mut ids = MemberIds::new(random);
    let count = if random.chance(10) {
        random.between(11, 18)
    } else {
        random.between(1, 7)
    };
    let members = (0..count).map(|number| {
        let mut subscription = subscriptions.draw(random, &topics);
        if random.chance(3) {
            subscription.extend(subscription.first().cloned());
        }
        ClientMember {
            id: ids.next(random),
            instance: random.chance(15).then(|| format!("inst-{number}")),
            rack: (racks && random.chance(80)).then(|| topics::any_rack(random)),
            subscription,
            owned: claims(random, &topics, past),
            generation: random
                .chance(85)
                .then(|| random.between(3, 5).cast_signed()),
        }
    });
    let case = ClientCase {
        id: name,
        assignor: source.assignor.to_owned(),
        members: members.collect(),
        topics,
    };
    answer(Case::Client(case));
}

fn claims(random: &mut Random, topics: &[ClientTopic], past: u32) -> Claims {
    let mut claims = Claims::new();
    if random.chance(15) {
        return claims;
    }
    for topic in topics {
        if random.chance(65) {
            let bound = topic.partitions + random.below(past + 1);
            claims.insert(topic.name.clone(), some_below(random, bound));
        }
    }
    if random.chance(8) {
        claims.insert(DELETED.to_owned(), vec![random.below(3)]);
    }
    claims.retain(|_, partitions| !partitions.is_empty());
    claims
}

/// Some numbers below `bound`, mostly ascending, rarely one of them twice.
fn some_below(random: &mut Random, bound: u32) -> Vec<u32> {
    let wanted = random.below(5);
    let chosen: BTreeSet<u32> = (0..wanted).map(|_| random.below(bound)).collect();
    let mut chosen: Vec<u32> = chosen
        .into_iter()
        .filter(|&partition| partition < bound)
        .collect();
    if random.chance(2) {
        chosen.extend(chosen.first().copied());
    }
    if random.chance(30) {
        random.shuffle(&mut chosen);
    }
    chosen
}
