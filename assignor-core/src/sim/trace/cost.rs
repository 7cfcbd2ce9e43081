//! What a run cost beside time: how few partitions could have moved, and how many records were worked on again.

use super::measures::Moment;
use super::{EventKind, PartitionIx, Resumption, Round, Trace};
use crate::assign::TopicPartition;
use crate::assign::measures::{LeastMoves, Owners, least_moves};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How few partitions could have changed members over a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LeastMoved {
    /// The number.
    pub count: usize,
    /// Whether the true number may be higher: a group was too large to find it out.
    pub is_bound: bool,
    /// When the first rebalance that had to move something computed its assignment.
    pub first_ms: Option<u64>,
}

/// What a round deals with: which members want which topics. Rounds with the same are one rebalance
/// to whoever counts moves, as the two of a cooperative one.
type Asked = Vec<(Arc<str>, Arc<[Arc<str>]>)>;

impl Trace {
    /// How few partitions could have changed members, had each change of the group been answered by an
    /// even assignment with the fewest moves from where the partitions were. A member that restarts is itself.
    pub fn least_moved(&self) -> LeastMoved {
        let mut least = LeastMoved::default();
        let mut owners: BTreeMap<PartitionIx, Arc<str>> = BTreeMap::new();
        let mut before: Option<(Asked, &Round)> = None;
        for round in &self.rounds {
            let asked = self.asked(round);
            let is_same = before
                .as_ref()
                .is_some_and(|(known, last)| *known == asked && last.topics == round.topics);
            if !is_same && !owners.is_empty() {
                let moves = self.fewest(round, &owners);
                least.count += moves.count();
                least.is_bound |= matches!(moves, LeastMoves::AtLeast(_));
                if moves.count() > 0 {
                    least.first_ms.get_or_insert(round.at_ms);
                }
            }
            for member in &round.members {
                let name: Arc<str> = self.member_name(member.process).into();
                for &partition in &member.assigned {
                    owners.insert(partition, name.clone());
                }
            }
            before = Some((asked, round));
        }
        least
    }

    fn asked(&self, round: &Round) -> Asked {
        let members = round.members.iter();
        let mut asked: Asked = members
            .map(|member| {
                let name = self.member_name(member.process).into();
                (name, member.subscription.clone())
            })
            .collect();
        asked.sort_unstable();
        asked
    }

    fn fewest(&self, round: &Round, owners: &BTreeMap<PartitionIx, Arc<str>>) -> LeastMoves {
        let (cluster, mut members) = self.inputs(round);
        for (input, member) in members.iter_mut().zip(&round.members) {
            input.member_id = self.member_name(member.process).into();
        }
        let owned = owners.iter().filter_map(|(place, owner)| {
            let partition: &TopicPartition = self.partitions.get(place.0 as usize)?;
            Some((partition.clone(), owner.clone()))
        });
        least_moves(&cluster, &members, &owned.collect::<Owners>())
    }

    /// How many records were worked on a second time, and the moment that cost the most; its value is that of
    /// the moment.
    pub fn reprocessed(&self) -> (u64, Option<Moment>) {
        let mut sum = 0;
        let mut worst: Option<Moment> = None;
        for event in &self.events {
            let EventKind::Resumed { partitions, .. } = &event.kind else {
                continue;
            };
            let again: u64 = partitions.iter().map(Resumption::reprocessed).sum();
            sum += again;
            if again > worst.map_or(0, |moment| moment.value) {
                let first = partitions.iter().find(|place| place.reprocessed() > 0);
                worst = Some(Moment {
                    value: again,
                    at_ms: event.at_ms,
                    partition: first.map_or(0, |place| place.partition.0 as usize),
                });
            }
        }
        (sum, worst)
    }
}

#[cfg(test)]
mod tests {
    use crate::sim::{Scenario, simulate};

    fn run(assignor: &str) -> crate::sim::Trace {
        let text = format!(
            r#"{{"version": 1, "broker": {{"group.initial.rebalance.delay.ms": "0"}},
            "topics": [{{"name": "a", "partitions": 6}}],
            "config": {{"partition.assignment.strategy": "org.apache.kafka.clients.consumer.{assignor}",
                "session.timeout.ms": "6000", "heartbeat.interval.ms": "1000"}},
            "members": [{{"name": "c1"}}, {{"name": "c2"}}, {{"name": "c3"}}],
            "actions": [{{"at_ms": 0, "do": "start", "member": "c1"}},
                {{"at_ms": 4000, "do": "start", "member": "c2"}},
                {{"at_ms": 12000, "do": "start", "member": "c3"}}],
            "until_ms": 24000}}"#
        );
        simulate(&Scenario::from_json(&text).unwrap()).unwrap()
    }

    #[test]
    fn the_least_is_the_same_for_every_assignor_and_no_assignor_moves_less() {
        for assignor in [
            "RangeAssignor",
            "CooperativeStickyAssignor",
            "RoundRobinAssignor",
        ] {
            let trace = run(assignor);
            let least = trace.least_moved();
            // c2 takes three of six, c3 two of them.
            assert_eq!((least.count, least.is_bound), (5, false), "{assignor}");
            assert!(
                trace.measures().partitions_moved >= least.count,
                "{assignor}"
            );
            assert!(least.first_ms.unwrap() > 4_000);
        }
        assert_eq!(
            run("CooperativeStickyAssignor").measures().partitions_moved,
            5
        );
    }
}
