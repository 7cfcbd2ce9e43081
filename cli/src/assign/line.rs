//! One line of input: what it may say, and what is wrong with it if it says something else.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use anyhow::{anyhow, bail, ensure};
use assignor_core::assign::{AssignorName, Cluster, GroupMember, Topic, TopicPartition, user_data};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// More partitions than any group has; a slip of the keyboard must not exhaust the memory.
const MOST_PARTITIONS: u64 = 2_000_000;

/// A group to assign.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) id: String,
    pub(super) assignor: AssignorName,
    pub(super) cluster: Cluster,
    pub(super) members: Vec<GroupMember>,
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
pub(super) fn parse(text: &[u8]) -> anyhow::Result<Case> {
    let mut json = serde_json::Deserializer::from_slice(text);
    let Object(line): Object<Line> =
        serde_path_to_error::deserialize(&mut json).map_err(|error| {
            let path = error.path().to_string();
            describe(&path, error.inner())
        })?;
    json.end().map_err(|error| describe(".", &error))?;
    let cluster = cluster(line.topics)?;
    let members = members(line.assignor, line.members.0)?;
    Ok(Case {
        id: line.id,
        assignor: line.assignor,
        cluster,
        members,
    })
}

/// The message without the line number, which is that of the line within itself.
fn describe(path: &str, error: &serde_json::Error) -> anyhow::Error {
    let message = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    let message = message.strip_suffix(&place).unwrap_or(&message);
    let column = error.column();
    match error.classify() {
        serde_json::error::Category::Data if path == "." => anyhow!("{message}"),
        serde_json::error::Category::Data => anyhow!("{path}: {message}"),
        _ => anyhow!("not JSON, {message} at column {column}; expected one object per line"),
    }
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

fn members(assignor: AssignorName, members: Vec<Member>) -> anyhow::Result<Vec<GroupMember>> {
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

/// The member with its claim where the assignor looks for it: `sticky` in its user data, the
/// others in the subscription.
fn group_member(
    assignor: AssignorName,
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
        generation_id,
        ..GroupMember::default()
    };
    if assignor == AssignorName::Sticky {
        let generation = generation_id.unwrap_or(user_data::NO_GENERATION);
        let encoded = user_data::encode_sticky(&claims, generation);
        let encoded = encoded.map_err(|error| anyhow!("members[{index}].owned: {error}"))?;
        result.user_data = Some(encoded);
    } else {
        result.owned_partitions = claims;
    }
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

/// A `T` written as a JSON object. By itself serde takes a list of the fields' values too.
struct Object<T>(T);

/// What an object of this kind is, for the error that finds something else.
trait Described {
    const EXPECTED: &'static str;
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

impl<'de, T: Deserialize<'de> + Described> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

struct ObjectVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de> + Described> Visitor<'de> for ObjectVisitor<T> {
    type Value = Object<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Object<T>, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(Object)
    }
}

/// A partition number or a number of partitions.
#[derive(Clone, Copy)]
struct Natural(u32);

impl<'de> Deserialize<'de> for Natural {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a whole number from 0 to 2147483647";
        let number = deserializer.deserialize_i64(Whole { least: 0, expected })?;
        Ok(Self(number.cast_unsigned()))
    }
}

/// A generation, −1 for none.
#[derive(Clone, Copy)]
struct Generation(i32);

impl<'de> Deserialize<'de> for Generation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expected = "a whole number from -1 to 2147483647";
        let number = deserializer.deserialize_i64(Whole {
            least: -1,
            expected,
        })?;
        Ok(Self(number))
    }
}

struct Whole {
    least: i32,
    expected: &'static str,
}

impl Whole {
    fn check<E: de::Error>(
        &self,
        number: Option<i32>,
        unexpected: de::Unexpected<'_>,
    ) -> Result<i32, E> {
        number
            .filter(|&number| number >= self.least)
            .ok_or_else(|| E::invalid_value(unexpected, &self.expected))
    }
}

impl Visitor<'_> for Whole {
    type Value = i32;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<i32, E> {
        self.check(number.try_into().ok(), de::Unexpected::Signed(number))
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<i32, E> {
        self.check(number.try_into().ok(), de::Unexpected::Unsigned(number))
    }
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
