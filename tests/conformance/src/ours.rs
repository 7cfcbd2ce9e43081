//! What `assignor-core` says to a case.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, anyhow};
use assignor_core::assign::{
    AssignError, AssignedPartitions, Assignor, AssignorName, Cluster, GroupMember, Topic,
    TopicPartition, server,
};
use assignor_core::java::{JdkRelease, Uuid};
use assignor_core::version::KafkaVersion;

use crate::answer::{Answer, Lists, Partition};
use crate::case::{Case, ClientCase, ServerCase, SubscriptionType};

/// The core as of a release of Kafka that runs on a release of Java.
#[derive(Clone, Copy, Debug)]
pub struct Core {
    /// Whose assignors answer.
    pub kafka: KafkaVersion,
    /// What brokers run on.
    pub jdk: JdkRelease,
}

impl Core {
    /// The core that has to answer as Kafka does on a Java of this version, such as 17.0.15.
    pub fn on_java(kafka: KafkaVersion, java: &str) -> Result<Self> {
        let feature = java.split(['.', '-', '+']).next().unwrap_or(java);
        let feature: u32 = feature
            .parse()
            .with_context(|| format!("{java} is no version of Java"))?;
        let jdk = if feature < 19 {
            JdkRelease::UpTo18
        } else {
            JdkRelease::From19
        };
        Ok(Self { kafka, jdk })
    }

    /// The answer to a case.
    ///
    /// An error is a case that no assignor could get: an unknown name, a topic's name that no
    /// protocol carries, a release that the core doesn't cover.
    pub fn answer(self, case: &Case) -> Result<Answer> {
        match case {
            Case::Client(case) => self.client(case),
            Case::Server(case) => self.server(case),
        }
    }

    fn client(self, case: &ClientCase) -> Result<Answer> {
        let name: AssignorName = case.assignor.parse()?;
        let mut assignor = Assignor::of_version(name, self.kafka)?;
        let members = case.members.iter().map(|member| {
            let claims = member.owned.iter().flat_map(|(topic, partitions)| {
                let partitions = partitions.iter();
                partitions.map(|&partition| TopicPartition::new(topic.as_str(), partition))
            });
            let mut joining = GroupMember {
                member_id: member.id.as_str().into(),
                group_instance_id: member.instance.clone(),
                rack: member.rack.clone(),
                subscription: member
                    .subscription
                    .iter()
                    .map(|topic| topic.as_str().into())
                    .collect(),
                ..GroupMember::default()
            };
            let claimed = assignor.claim(&mut joining, claims.collect(), member.generation);
            claimed.map_err(|error| anyhow!("{}: {error}", member.id))?;
            Ok(joining)
        });
        let members = members.collect::<Result<Vec<GroupMember>>>()?;
        Ok(match assignor.assign(&cluster(case), &members) {
            Ok(assignment) => Answer::Assignment(
                assignment
                    .iter()
                    .map(|(member, list)| (member.to_owned(), Some(partitions(list))))
                    .collect(),
            ),
            Err(AssignError::Endless) => Answer::Hangs(true),
            Err(error) => Answer::Throws(error.java_name().to_owned()),
        })
    }

    fn server(self, case: &ServerCase) -> Result<Answer> {
        let name = case.assignor.strip_prefix("server-");
        let name: server::AssignorName = name.unwrap_or(&case.assignor).parse()?;
        let assignor = server::Assignor::of_version(name, self.kafka)?.on_jdk(self.jdk);
        Ok(match assignor.assign(&group(case)?) {
            Ok(assignment) => Answer::Assignment(
                assignment
                    .iter()
                    .map(|(member, held)| (member.to_owned(), held.map(listed)))
                    .collect::<Lists>(),
            ),
            Err(error) => Answer::Throws(error.java_name().to_owned()),
        })
    }
}

fn cluster(case: &ClientCase) -> Cluster {
    let topics = case.topics.iter().map(|topic| {
        let described = match &topic.racks {
            Some(racks) => Topic::with_racks(racks.clone()),
            None => Topic::new(topic.partitions),
        };
        (topic.name.as_str(), described)
    });
    topics.collect()
}

fn partitions(list: AssignedPartitions<'_>) -> Vec<Partition> {
    let parts = list.parts();
    parts
        .map(|(topic, partition)| (topic.to_string(), partition))
        .collect()
}

/// A broker's result has no order of its own; the Java program lists topics by their text too.
fn listed(held: &server::Partitions) -> Vec<Partition> {
    let topics: BTreeMap<String, &Vec<u32>> = held
        .iter()
        .map(|(topic, partitions)| (topic.to_string(), partitions))
        .collect();
    let lists = topics.into_iter().flat_map(|(topic, partitions)| {
        let partitions = partitions.iter();
        partitions.map(move |&partition| (topic.clone(), partition))
    });
    lists.collect()
}

fn group(case: &ServerCase) -> Result<server::GroupSpec> {
    let id = |text: &String| -> Result<Uuid> { Ok(text.parse()?) };
    let topics = case.topics.iter();
    let topics = topics.map(|(topic, &partitions)| Ok((id(topic)?, partitions)));
    let members = case.members.iter().map(|member| {
        let current = member.current.iter();
        let current = current.map(|(topic, held)| Ok((id(topic)?, held.clone())));
        Ok(server::MemberSpec {
            member_id: member.member_id.clone(),
            instance_id: member.instance_id.clone(),
            topics: member.topics.iter().map(id).collect::<Result<_>>()?,
            current: current.collect::<Result<_>>()?,
        })
    });
    Ok(server::GroupSpec {
        subscription_type: match case.subscription_type {
            SubscriptionType::Homogeneous => server::SubscriptionType::Homogeneous,
            SubscriptionType::Heterogeneous => server::SubscriptionType::Heterogeneous,
        },
        topics: topics.collect::<Result<_>>()?,
        members: members.collect::<Result<_>>()?,
        order: server::MapOrder::Java,
    })
}
