//! Rounds: what each leader was given to assign, and what came out.
//!
//! A round has everything that an assignor sees, so that an assignment can be explained or repeated
//! without running anything again. Partitions are places in [`Trace::partitions`], and members with
//! equal subscriptions share one list of topics: a round of 10 000 partitions takes 80 kB.

use super::{PartitionIx, ProcessIx, Trace};
use crate::assign::{
    Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition, user_data,
};
use serde::Serialize;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One computation of an assignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Round {
    /// When the leader begins to compute.
    pub at_ms: u64,
    /// The generation that it is for.
    pub generation_id: i32,
    /// Who computes.
    pub leader: ProcessIx,
    /// `partition.assignment.strategy`'s short name of the assignor: `range`.
    pub protocol_name: &'static str,
    /// The topics that the leader knows, with their numbers of partitions.
    pub topics: Vec<(Arc<str>, u32)>,
    /// Of those whose brokers have racks: the racks of each partition's replicas.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub racks: BTreeMap<Arc<str>, Vec<Vec<String>>>,
    /// The members, in the order of the coordinator's map, which is the assignor's.
    pub members: Vec<RoundMember>,
}

/// A member in a round.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RoundMember {
    /// Its process.
    pub process: ProcessIx,
    /// Its member id.
    pub member_id: Arc<str>,
    /// `group.instance.id`, if static.
    pub group_instance_id: Option<Arc<str>>,
    /// `client.rack`.
    pub rack: Option<Arc<str>>,
    /// What it subscribes to, in its order.
    pub subscription: Arc<[Arc<str>]>,
    /// What it says it owns, in its order: in the subscription, or in the user data of `sticky`.
    pub claims: Vec<PartitionIx>,
    /// The generation that its subscription says (KIP-792); none where it says none.
    pub generation_id: Option<i32>,
    /// The generation in the user data of the sticky assignors; none without user data.
    pub user_data_generation_id: Option<i32>,
    /// What it is given, in the assignor's order.
    pub assigned: Vec<PartitionIx>,
}

impl Trace {
    /// The round of a generation, the last where a number was given out twice.
    pub fn round(&self, generation_id: i32) -> Option<&Round> {
        let mut rounds = self.rounds.iter().rev();
        rounds.find(|round| round.generation_id == generation_id)
    }

    /// The assignor of a round, as the leader's release has it.
    pub fn assignor(&self, round: &Round) -> Option<Assignor> {
        let name = AssignorName::from_class_name(round.protocol_name)?;
        let leader = self.processes.get(round.leader.0 as usize)?;
        Some(leader.release.assignor(name))
    }

    /// What the assignor was given in a round: the topics, and the members in order.
    pub fn inputs(&self, round: &Round) -> (Cluster, Vec<GroupMember>) {
        let topics = round.topics.iter();
        let cluster = topics
            .map(|(name, partitions)| {
                let racks = round.racks.get(name).cloned();
                let topic = racks.map_or_else(|| Topic::new(*partitions), Topic::with_racks);
                (name.clone(), topic)
            })
            .collect();
        let members = round.members.iter();
        (
            cluster,
            members.map(|member| self.input(round, member)).collect(),
        )
    }

    fn input(&self, round: &Round, member: &RoundMember) -> GroupMember {
        let claims: Vec<TopicPartition> = member
            .claims
            .iter()
            .filter_map(|place| self.partitions.get(place.0 as usize).cloned())
            .collect();
        let sticky = round.protocol_name == AssignorName::Sticky.as_str();
        let generation_id = member.user_data_generation_id;
        let user_data = if sticky {
            // The names are those of topics, which are short enough.
            generation_id.and_then(|id| user_data::encode_sticky(&claims, id).ok())
        } else {
            generation_id.map(user_data::encode_cooperative)
        };
        GroupMember {
            member_id: member.member_id.clone(),
            group_instance_id: member.group_instance_id.as_deref().map(str::to_owned),
            rack: member.rack.as_deref().map(str::to_owned),
            subscription: member.subscription.clone(),
            owned_partitions: if sticky { Vec::new() } else { claims },
            generation_id: member.generation_id,
            user_data,
        }
    }
}
