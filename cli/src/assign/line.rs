//! A line with a group for one of the consumer's assignors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;

use anyhow::{anyhow, bail, ensure};
use assignor_core::assign::{Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition};
use assignor_core::version::KafkaVersion;
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::json::{self, Described, Generation, MOST_PARTITIONS, Natural, Object};

/// A group to assign.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) assignor: Assignor,
    pub(crate) cluster: Cluster,
    pub(crate) members: Vec<GroupMember>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    id: String,
    assignor: AssignorName,
    topics: Vec<Object<LineTopic>>,
    members: Members,
    #[serde(default, rename = "assignment")]
    _assignment: IgnoredAny,
    #[serde(default, rename = "throws")]
    _throws: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineTopic {
    name: String,
    partitions: Natural,
    racks: Option<Vec<Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineMember {
    id: String,
    instance: Option<String>,
    rack: Option<String>,
    subscription: Vec<String>,
    owned: Option<Owned>,
    generation: Option<Generation>,
}

/// Reads a line; the error says where in the line, what is wrong and what was expected.
pub(crate) fn parse(text: &[u8], kafka: KafkaVersion) -> anyhow::Result<Case> {
    let line: Line = json::read(text)?;
    let assignor = Assignor::of_version(line.assignor, kafka)?;
    let cluster = cluster(line.topics)?;
    let members = members(&assignor, line.members.0)?;
    Ok(Case {
        id: line.id,
        assignor,
        cluster,
        members,
    })
}

fn cluster(topics: Vec<Object<LineTopic>>) -> anyhow::Result<Cluster> {
    let mut cluster = Cluster::new();
    let mut total = 0;
    for (index, Object(topic)) in topics.into_iter().enumerate() {
        let LineTopic {
            name, partitions, ..
        } = topic;
        let partitions = partitions.0;
        ensure!(
            cluster.topic(&name).is_none(),
            "topics[{index}].name: a second topic `{name}`, expected every topic once"
        );
        total += u64::from(partitions);
        ensure!(
            total <= MOST_PARTITIONS,
            "topics[{index}].partitions: {total} partitions up to here, expected at most \
             {MOST_PARTITIONS} in all topics"
        );
        let described = match topic.racks {
            None => Topic::new(partitions),
            Some(racks) if u32::try_from(racks.len()) == Ok(partitions) => Topic::with_racks(racks),
            Some(racks) => bail!(
                "topics[{index}].racks: {} entries, expected {partitions}, one per partition",
                racks.len()
            ),
        };
        cluster.insert(name, described);
    }
    Ok(cluster)
}

fn members(assignor: &Assignor, members: Vec<Member>) -> anyhow::Result<Vec<GroupMember>> {
    let mut seen = BTreeMap::new();
    for (index, Member { line: member, .. }) in members.iter().enumerate() {
        if let Some(first) = seen.insert(member.id.as_str(), index) {
            bail!(
                "members[{index}].id: `{}` is the id of members[{first}] too, expected every id \
                 once",
                member.id
            );
        }
    }
    let members = members.into_iter().enumerate();
    members
        .map(|(index, member)| group_member(assignor, index, member))
        .collect()
}

/// The member with its claim where the assignor looks for it.
fn group_member(
    assignor: &Assignor,
    index: usize,
    Member {
        line: member,
        subscription,
    }: Member,
) -> anyhow::Result<GroupMember> {
    let generation_id = member.generation.map(|generation| generation.0);
    let claims = member.owned.unwrap_or_default().0;
    let mut result = GroupMember {
        member_id: member.id.into(),
        group_instance_id: member.instance,
        rack: member.rack,
        subscription,
        ..GroupMember::default()
    };
    assignor
        .claim(&mut result, claims, generation_id)
        .map_err(|error| anyhow!("members[{index}].owned: {error}"))?;
    Ok(result)
}

/// The members of a group. What they repeat is kept once.
struct Members(Vec<Member>);

struct Member {
    /// What the text says, the subscription taken out.
    line: LineMember,
    subscription: Arc<[Arc<str>]>,
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(MembersVisitor)
    }
}

struct MembersVisitor;

impl<'de> Visitor<'de> for MembersVisitor {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Members, A::Error> {
        let mut known = Known::default();
        let mut members = Vec::new();
        while let Some(Object(mut line)) = seq.next_element::<Object<LineMember>>()? {
            let subscription = known.subscription(std::mem::take(&mut line.subscription));
            for claim in line.owned.iter_mut().flat_map(|owned| &mut owned.0) {
                claim.topic = known.name(&claim.topic);
            }
            members.push(Member { line, subscription });
        }
        Ok(Members(members))
    }
}

/// Topic names and subscriptions read so far.
#[derive(Default)]
struct Known {
    names: BTreeSet<Arc<str>>,
    subscriptions: BTreeSet<Arc<[Arc<str>]>>,
}

impl Known {
    fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let name: Arc<str> = name.into();
        self.names.insert(Arc::clone(&name));
        name
    }

    fn subscription(&mut self, topics: Vec<String>) -> Arc<[Arc<str>]> {
        let topics: Vec<Arc<str>> = topics.iter().map(|topic| self.name(topic)).collect();
        if let Some(known) = self.subscriptions.get(topics.as_slice()) {
            return Arc::clone(known);
        }
        let topics: Arc<[Arc<str>]> = topics.into();
        self.subscriptions.insert(Arc::clone(&topics));
        topics
    }
}

impl Described for Line {
    const EXPECTED: &'static str = "an object with `id`, `assignor`, `topics` and `members`";
}

impl Described for LineTopic {
    const EXPECTED: &'static str = "a topic: an object with `name` and `partitions`";
}

impl Described for LineMember {
    const EXPECTED: &'static str = "a member: an object with `id` and `subscription`";
}

/// Topic to partitions, in the order of the text.
#[derive(Default)]
struct Owned(Vec<TopicPartition>);

impl<'de> Deserialize<'de> for Owned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OwnedVisitor)
    }
}

struct OwnedVisitor;

impl<'de> Visitor<'de> for OwnedVisitor {
    type Value = Owned;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of topics with lists of partition numbers")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Owned, A::Error> {
        let mut seen = BTreeSet::new();
        let mut claims = Vec::new();
        while let Some(topic) = map.next_key::<String>()? {
            let partitions: Vec<Natural> = map.next_value()?;
            let name: Arc<str> = topic.as_str().into();
            let partitions = partitions.into_iter();
            claims.extend(
                partitions.map(|partition| TopicPartition::new(Arc::clone(&name), partition.0)),
            );
            if let Some(topic) = seen.replace(topic) {
                let message =
                    format!("a second entry for topic `{topic}`, expected every topic once");
                return Err(de::Error::custom(message));
            }
        }
        Ok(Owned(claims))
    }
}
