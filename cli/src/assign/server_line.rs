//! A line with a group for one of the broker's assignors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use anyhow::{Context, bail, ensure};
use assignor_core::assign::server::{
    AssignorName, GroupSpec, MapOrder, MemberSpec, SubscriptionType,
};
use assignor_core::java::Uuid;
use serde::Deserialize;
use serde::de::{self, Deserializer, IgnoredAny, MapAccess, Visitor};

use super::json::{self, Described, MOST_PARTITIONS, Natural, Object};

const PREFIX: &str = "server-";

/// A group to assign.
#[derive(Debug)]
pub(crate) struct Case {
    pub(crate) id: String,
    pub(crate) assignor: AssignorName,
    pub(crate) group: GroupSpec,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    #[serde(alias = "id")]
    case: String,
    assignor: String,
    subscription_type: Kind,
    topics: Topics,
    members: Vec<Object<LineMember>>,
    #[serde(default, rename = "expect")]
    _expect: IgnoredAny,
    #[serde(default, rename = "expect_jdk_le_18")]
    _expect_jdk_le_18: IgnoredAny,
    #[serde(default, rename = "expect_jdk_ge_19")]
    _expect_jdk_ge_19: IgnoredAny,
    #[serde(default, rename = "error")]
    _error: IgnoredAny,
    #[serde(default, rename = "assignment")]
    _assignment: IgnoredAny,
    #[serde(default, rename = "throws")]
    _throws: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Homogeneous,
    Heterogeneous,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LineMember {
    member_id: String,
    instance_id: Option<String>,
    topics: Vec<TopicId>,
    #[serde(default)]
    current: Vec<(TopicId, Vec<Natural>)>,
}

impl Described for Line {
    const EXPECTED: &'static str =
        "an object with `case`, `assignor`, `subscription_type`, `topics` and `members`";
}

impl Described for LineMember {
    const EXPECTED: &'static str = "a member: an object with `member_id` and `topics`";
}

/// Whether a line is for the broker; one that can't be read isn't.
pub(crate) fn is_meant(text: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Peek {
        assignor: String,
    }
    let mentions = |bytes: &[u8]| {
        bytes
            .windows(PREFIX.len())
            .any(|at| at == PREFIX.as_bytes())
    };
    mentions(text)
        && serde_json::from_slice::<Peek>(text).is_ok_and(|peek| peek.assignor.starts_with(PREFIX))
}

/// Reads a line; the error says where in the line, what is wrong and what was expected.
pub(crate) fn parse(text: &[u8]) -> anyhow::Result<Case> {
    let line: Line = json::read(text)?;
    let name = line.assignor.strip_prefix(PREFIX);
    let Some(assignor) = name.and_then(|name| name.parse().ok()) else {
        bail!(
            "assignor: unknown assignor `{}`, expected server-uniform or server-range",
            line.assignor
        );
    };
    let mut seen = BTreeMap::new();
    for (index, Object(member)) in line.members.iter().enumerate() {
        if let Some(first) = seen.insert(member.member_id.as_str(), index) {
            bail!(
                "members[{index}].member_id: `{}` is the id of members[{first}] too, expected \
                 every id once",
                member.member_id
            );
        }
    }
    let members = line.members.into_iter().enumerate();
    let members = members.map(|(index, Object(member))| {
        member_spec(member).with_context(|| format!("members[{index}]"))
    });
    Ok(Case {
        id: line.case,
        assignor,
        group: GroupSpec {
            subscription_type: match line.subscription_type {
                Kind::Homogeneous => SubscriptionType::Homogeneous,
                Kind::Heterogeneous => SubscriptionType::Heterogeneous,
            },
            topics: line.topics.0,
            members: members.collect::<Result<_, _>>()?,
            order: MapOrder::Java,
        },
    })
}

fn member_spec(member: LineMember) -> anyhow::Result<MemberSpec> {
    let topics: Vec<Uuid> = member.topics.into_iter().map(|topic| topic.0).collect();
    once("topics", &topics)?;
    let current = member.current.into_iter();
    let current: Vec<(Uuid, Vec<u32>)> = current
        .map(|(topic, partitions)| (topic.0, partitions.iter().map(|held| held.0).collect()))
        .collect();
    let held: Vec<Uuid> = current.iter().map(|(topic, _)| *topic).collect();
    once("current", &held)?;
    Ok(MemberSpec {
        member_id: member.member_id,
        instance_id: member.instance_id,
        topics,
        current,
    })
}

fn once(field: &str, topics: &[Uuid]) -> anyhow::Result<()> {
    let mut seen = BTreeSet::new();
    for (index, topic) in topics.iter().enumerate() {
        ensure!(
            seen.insert(topic),
            "{field}[{index}]: a second `{topic}`, expected every topic once"
        );
    }
    Ok(())
}

/// A topic's id, `msb:lsb`.
struct TopicId(Uuid);

impl<'de> Deserialize<'de> for TopicId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map(Self).map_err(de::Error::custom)
    }
}

/// Topic id to number of partitions.
struct Topics(BTreeMap<Uuid, u32>);

impl<'de> Deserialize<'de> for Topics {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(TopicsVisitor)
    }
}

struct TopicsVisitor;

impl<'de> Visitor<'de> for TopicsVisitor {
    type Value = Topics;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of topic ids with numbers of partitions")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Topics, A::Error> {
        let mut topics = BTreeMap::new();
        let mut total = 0;
        while let Some(TopicId(topic)) = map.next_key()? {
            let Natural(partitions) = map.next_value()?;
            total += u64::from(partitions);
            if total > MOST_PARTITIONS {
                return Err(de::Error::custom(format_args!(
                    "{total} partitions up to here, expected at most {MOST_PARTITIONS} in all \
                     topics"
                )));
            }
            if topics.insert(topic, partitions).is_some() {
                return Err(de::Error::custom(format_args!(
                    "a second topic `{topic}`, expected every topic once"
                )));
            }
        }
        Ok(Topics(topics))
    }
}
