//! What `assignor-core` says to a case.

use anyhow::{Result, anyhow};
use assignor_core::assign::{
    AssignError, Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition, user_data,
};
use assignor_core::version::KafkaVersion;

use crate::answer::{Answer, Lists};
use crate::case::{Case, ClientCase, ClientMember};

/// The core's answer, as of a release of Kafka.
///
/// An error is a case that no assignor could get: an unknown name, a topic's name that no protocol
/// carries.
pub fn answer(case: &Case, version: KafkaVersion) -> Result<Answer> {
    match case {
        Case::Client(case) => client(case, version),
        Case::Server(_) => Ok(Answer::Absent(true)),
    }
}

fn client(case: &ClientCase, _version: KafkaVersion) -> Result<Answer> {
    let name: AssignorName = case.assignor.parse()?;
    let cluster: Cluster = case
        .topics
        .iter()
        .map(|topic| {
            let described = match &topic.racks {
                Some(racks) => Topic::with_racks(racks.clone()),
                None => Topic::new(topic.partitions),
            };
            (topic.name.as_str(), described)
        })
        .collect();
    let members = case.members.iter().map(|member| joining(name, member));
    let members = members.collect::<Result<Vec<_>>>()?;
    Ok(match Assignor::new(name).assign(&cluster, &members) {
        Ok(assignment) => Answer::Assignment(
            assignment
                .iter()
                .map(|(member, list)| (member.to_owned(), Some(pairs(list))))
                .collect::<Lists>(),
        ),
        Err(AssignError::Endless) => Answer::Hangs(true),
        Err(error) => Answer::Throws(error.java_name().to_owned()),
    })
}

fn pairs(list: &[TopicPartition]) -> Vec<(String, u32)> {
    list.iter()
        .map(|held| (held.topic.to_string(), held.partition))
        .collect()
}

/// The member with its claim where the assignor looks for it: `sticky` in its user data, the others
/// in the subscription.
fn joining(assignor: AssignorName, member: &ClientMember) -> Result<GroupMember> {
    let claims: Vec<TopicPartition> = member
        .owned
        .iter()
        .flat_map(|(topic, partitions)| {
            let partitions = partitions.iter();
            partitions.map(|&partition| TopicPartition::new(topic.as_str(), partition))
        })
        .collect();
    let mut joining = GroupMember {
        member_id: member.id.clone(),
        group_instance_id: member.instance.clone(),
        rack: member.rack.clone(),
        subscription: member.subscription.clone(),
        generation_id: member.generation,
        ..GroupMember::default()
    };
    if assignor == AssignorName::Sticky {
        let generation = member.generation.unwrap_or(user_data::NO_GENERATION);
        let encoded = user_data::encode_sticky(&claims, generation);
        joining.user_data = Some(encoded.map_err(|error| anyhow!("{}: {error}", member.id))?);
    } else {
        joining.owned_partitions = claims;
    }
    Ok(joining)
}
