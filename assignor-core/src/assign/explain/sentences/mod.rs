//! Events as sentences.
//!
//! Every name and number in a sentence comes from the event, from an event before it, or from the
//! input. A sentence names the KIP or the class whose rule it states.

mod in_order;
mod sticky;

use super::super::{GroupMember, TopicPartition};
use super::words::{self, Sentence};
use super::{Event, Explanation};

pub(super) const RACKS: &str = "KIP-881";

impl Explanation<'_> {
    /// An event as a sentence; `None` for one that says nothing by itself, and past the last.
    pub fn sentence(&self, at: usize) -> Option<Sentence> {
        let event = self.events.get(at)?;
        match event {
            Event::Racks { topic, matter } => Some(racks(topic.as_deref(), *matter)),
            Event::TopicQuota { .. }
            | Event::CoPartitioned { .. }
            | Event::Circle { .. }
            | Event::Dealt { .. } => self.dealing(at, event),
            Event::Group { .. } | Event::Sorted | Event::Balancing => None,
            _ => self.sticky(event),
        }
    }

    /// `, in rack a,`, or nothing for a member without a rack.
    pub(super) fn in_rack(&self, member: usize) -> String {
        let rack = self.member(member).and_then(GroupMember::rack);
        rack.map_or_else(String::new, |rack| {
            format!(", in rack {},", words::printable(rack))
        })
    }

    /// The racks of a partition's replicas, as a list.
    pub(super) fn racks_of(&self, partition: &TopicPartition) -> String {
        let topic = self.cluster.topic(&partition.topic);
        let racks = topic.map_or(&[][..], |topic| topic.racks(partition.partition));
        let mut names: Vec<String> = racks.iter().map(|rack| words::printable(rack)).collect();
        names.sort();
        names.dedup();
        match names.as_slice() {
            [] => "no known rack".to_owned(),
            [only] => format!("rack {only}"),
            _ => format!("racks {}", words::list(&names)),
        }
    }
}

fn racks(topic: Option<&str>, matter: bool) -> Sentence {
    let (subject, partitions) = topic.map_or_else(
        || ("the group".to_owned(), "the partitions".to_owned()),
        |topic| {
            let topic = words::printable(topic);
            (topic.clone(), format!("the partitions of {topic}"))
        },
    );
    let text = if matter {
        format!(
            "Racks count for {subject}: a member is in a rack with a replica, and {partitions} \
             are not all in the same racks."
        )
    } else {
        format!(
            "Racks make no difference to {subject}: no member is in a rack with a replica, or \
             {partitions} are all in the same racks."
        )
    };
    Sentence::new(text, RACKS)
}
