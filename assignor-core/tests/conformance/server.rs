//! The `server-*` lines of the reference file: the broker's assignors.

use std::collections::{BTreeMap, BTreeSet};

use assignor_core::assign::TopicPartition;
use assignor_core::assign::explain::{Event, Replay};
use assignor_core::assign::server::{
    Assignor, AssignorName, GroupAssignment, GroupSpec, MapOrder, MemberSpec, SubscriptionType,
};
use assignor_core::java::{JdkRelease, Uuid};
use libtest_mimic::Failed;
use serde::Deserialize;

use super::parse;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(rename = "case")]
    _case: String,
    assignor: String,
    subscription_type: String,
    topics: BTreeMap<String, u32>,
    members: Vec<Member>,
    expect: Option<Expected>,
    expect_jdk_le_18: Option<Expected>,
    expect_jdk_ge_19: Option<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Member {
    member_id: String,
    instance_id: Option<String>,
    topics: Vec<String>,
    current: Vec<(String, Vec<u32>)>,
}

/// Member to topic to partitions; nothing for a member that the assignor leaves out.
type Expected = BTreeMap<String, Option<BTreeMap<String, Vec<u32>>>>;

pub(super) fn check(line: &str) -> Result<(), Failed> {
    let case: Case = parse(line)?;
    let name = case.assignor.strip_prefix("server-");
    let name: AssignorName = name.ok_or("not an assignor of the broker")?.parse()?;
    let group = GroupSpec {
        subscription_type: match case.subscription_type.as_str() {
            "homogeneous" => SubscriptionType::Homogeneous,
            "heterogeneous" => SubscriptionType::Heterogeneous,
            other => return Err(format!("unknown subscription type {other}").into()),
        },
        topics: case
            .topics
            .iter()
            .map(|(id, &partitions)| Ok((uuid(id)?, partitions)))
            .collect::<Result<_, Failed>>()?,
        members: case
            .members
            .into_iter()
            .map(member)
            .collect::<Result<_, _>>()?,
        order: MapOrder::Java,
    };
    let expectations = [
        (JdkRelease::UpTo18, case.expect_jdk_le_18.as_ref()),
        (JdkRelease::From19, case.expect_jdk_ge_19.as_ref()),
    ];
    for (jdk, expected) in expectations {
        let expected = expected.or(case.expect.as_ref());
        let expected = expected.ok_or_else(|| format!("nothing expected on {jdk:?}"))?;
        let assignor = Assignor::new(name).on_jdk(jdk);
        let assignment = assignor.assign(&group)?;
        check_events(assignor, &group, &assignment)?;
        let members = assignment.iter().map(|(id, held)| {
            let topics = held.map(|held| {
                let topics = held.iter();
                let named =
                    topics.map(|(topic, partitions)| (topic.to_string(), partitions.clone()));
                named.collect()
            });
            (id.to_owned(), topics)
        });
        let answer: Expected = members.collect();
        if answer != *expected {
            return Err(format!("{jdk:?}: expected {expected:?}, got {answer:?}").into());
        }
    }
    Ok(())
}

/// Fails unless the assignor answers the same to a listener, and the events that this one hears come
/// to the same.
fn check_events(
    assignor: Assignor,
    group: &GroupSpec,
    assignment: &GroupAssignment,
) -> Result<(), Failed> {
    let mut events: Vec<Event> = Vec::new();
    let told = assignor.assign_to_listener(group, &mut events)?;
    if told != *assignment {
        return Err(format!("{assignment:?}, but {told:?} with a listener").into());
    }
    let replay = Replay::of(&events);
    let answered = assignment.iter().map(|(id, held)| {
        let held = held.into_iter().flatten().flat_map(|(topic, partitions)| {
            let partitions = partitions.iter();
            partitions.map(|&partition| TopicPartition::new(topic.to_string(), partition))
        });
        (id.to_owned(), held.collect::<BTreeSet<_>>())
    });
    let replayed = replay.iter().map(|(id, list)| {
        let list = list.iter().cloned();
        (id.to_owned(), list.collect::<BTreeSet<_>>())
    });
    if answered.eq(replayed) {
        return Ok(());
    }
    Err(format!("{assignment:?}, but the events come to {replay:?}").into())
}

fn member(member: Member) -> Result<MemberSpec, Failed> {
    let topics = member.topics.iter().map(|id| uuid(id));
    let current = member.current.into_iter();
    let current = current.map(|(id, partitions)| Ok((uuid(&id)?, partitions)));
    Ok(MemberSpec {
        member_id: member.member_id,
        instance_id: member.instance_id,
        topics: topics.collect::<Result<_, _>>()?,
        current: current.collect::<Result<_, Failed>>()?,
    })
}

fn uuid(text: &str) -> Result<Uuid, Failed> {
    Ok(text.parse::<Uuid>()?)
}
