//! Racks of members and replicas, where they can make a difference to the group (KIP-881).

use super::super::group::Group;
use super::Partitions;

pub(super) struct RackInfo {
    /// Per member the rack that counts; all absent where racks make no difference.
    member_racks: Vec<Option<usize>>,
    /// Per existing partition its racks; empty where racks make no difference.
    partition_racks: Vec<Vec<usize>>,
    /// Per existing partition how many members are in its racks; `None` if no member has a rack.
    pub(super) candidates: Option<Vec<usize>>,
}

impl RackInfo {
    pub(super) fn new(group: &Group<'_>, partitions: &Partitions) -> Self {
        let members = &group.members;
        if members.iter().all(|member| member.rack.is_none()) {
            return Self::without_effect(group, None);
        }
        let partition_racks: Vec<Vec<usize>> = (0..partitions.existing())
            .map(|id| {
                let (topic, partition) = partitions.key(id);
                let index = usize::try_from(partition).unwrap_or(usize::MAX);
                group.topics[topic].racks(index).to_vec()
            })
            .collect();
        let mut all: Vec<usize> = partition_racks.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();

        let racks = members.iter().filter_map(|member| member.rack);
        let most = racks.clone().chain(all.iter().copied()).max().unwrap_or(0);
        let mut members_per_rack = vec![0; most + 1];
        for rack in racks.clone() {
            members_per_rack[rack] += 1;
        }
        let candidates = partition_racks
            .iter()
            .map(|racks| racks.iter().map(|&rack| members_per_rack[rack]).sum())
            .collect();

        let reachable = racks.clone().any(|rack| all.binary_search(&rack).is_ok());
        if !reachable || partition_racks.iter().all(|racks| racks.len() == all.len()) {
            return Self::without_effect(group, Some(candidates));
        }
        Self {
            member_racks: members.iter().map(|member| member.rack).collect(),
            partition_racks,
            candidates: Some(candidates),
        }
    }

    fn without_effect(group: &Group<'_>, candidates: Option<Vec<usize>>) -> Self {
        Self {
            member_racks: vec![None; group.members.len()],
            partition_racks: Vec::new(),
            candidates,
        }
    }

    /// Whether racks make a difference.
    pub(super) fn in_effect(&self) -> bool {
        !self.partition_racks.is_empty()
    }

    /// Whether a member with a rack is in none of the partition's racks.
    pub(super) fn mismatch(&self, member: usize, id: usize) -> bool {
        self.member_racks[member].is_some() && !self.matches(member, id)
    }

    /// Whether a member is in one of the partition's racks. Never true without a rack.
    pub(super) fn matches(&self, member: usize, id: usize) -> bool {
        let racks = self.partition_racks.get(id);
        self.member_racks[member]
            .zip(racks)
            .is_some_and(|(rack, racks)| racks.contains(&rack))
    }
}
