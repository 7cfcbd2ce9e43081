//! Groups and assignments in a short written form.
//!
//! - Topics: `t1*3 t2*2`, or with racks `t=a/b/a+b`, partitions separated by `/`.
//! - Members: `c1 #instance [rack] {t1,t2} g5 owns t1:0-2 t2:1`, all but the id optional.
//! - Assignments: `c1=[t1:0-1 t2:0] c2=[]`.

use std::sync::Arc;

use assignor_core::assign::{
    AssignError, Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition, user_data,
};

pub(crate) fn cluster(text: &str) -> Cluster {
    let topics = text.split_whitespace().map(|topic| {
        if let Some((name, count)) = topic.split_once('*') {
            return (name, Topic::new(count.parse().unwrap()));
        }
        let (name, partitions) = topic.split_once('=').unwrap();
        let racks = partitions.split('/').map(|racks| {
            let racks = racks.split('+').filter(|rack| !rack.is_empty());
            racks.map(str::to_owned).collect()
        });
        (name, Topic::with_racks(racks.collect()))
    });
    topics.collect()
}

/// t1×6, t2×7, t3×2 over the racks a, b and c: the `j`-th partition has replicas on the racks
/// `j`, `j` + 1, …
pub(crate) fn three_topics_on_racks(counts: [usize; 3], replicas: usize) -> String {
    let racks = ["a", "b", "c"];
    let mut overall = 0;
    let mut topics = Vec::new();
    for (name, count) in ["t1", "t2", "t3"].into_iter().zip(counts) {
        let partitions: Vec<String> = (overall..overall + count)
            .map(|j| {
                let racks: Vec<&str> = (j..j + replicas).map(|rack| racks[rack % 3]).collect();
                racks.join("+")
            })
            .collect();
        overall += count;
        topics.push(format!("{name}={}", partitions.join("/")));
    }
    topics.join(" ")
}

pub(crate) fn partitions(text: &str) -> Vec<TopicPartition> {
    let mut partitions = Vec::new();
    for run in text.split_whitespace() {
        let (topic, numbers) = run.rsplit_once(':').unwrap();
        let (first, last) = numbers.split_once('-').unwrap_or((numbers, numbers));
        for partition in first.parse().unwrap()..=last.parse().unwrap() {
            partitions.push(TopicPartition::new(topic, partition));
        }
    }
    partitions
}

/// The member as it would ask this assignor, whose place for the claim differs.
pub(crate) fn member(assignor: AssignorName, text: &str) -> GroupMember {
    let (head, owned) = text.split_once(" owns ").unwrap_or((text, ""));
    let owned = partitions(owned);
    let mut fields = head.split_whitespace();
    let mut member = GroupMember::new(fields.next().unwrap(), [""; 0]);
    for field in fields {
        let (mark, rest) = field.split_at(1);
        let inner = rest.trim_end_matches([']', '}']);
        match mark {
            "#" => member.group_instance_id = Some(rest.to_owned()),
            "[" => member.rack = Some(inner.to_owned()),
            "{" => {
                let topics = inner.split(',').filter(|topic| !topic.is_empty());
                member.subscription = topics.map(Arc::from).collect();
            }
            "g" => member.generation_id = Some(rest.parse().unwrap()),
            _ => panic!("unknown field {field} in {text}"),
        }
    }
    if assignor == AssignorName::Sticky {
        let generation = member.generation_id.unwrap_or(user_data::NO_GENERATION);
        member.user_data = Some(user_data::encode_sticky(&owned, generation).unwrap());
    } else {
        member.owned_partitions = owned;
    }
    member
}

pub(crate) fn members(assignor: AssignorName, texts: &[&str]) -> Vec<GroupMember> {
    texts.iter().map(|text| member(assignor, text)).collect()
}

/// What a fresh assignor answers, members in the order of the input.
pub(crate) fn assign(
    assignor: AssignorName,
    topics: &str,
    members: &[&str],
) -> Result<Vec<(String, Vec<TopicPartition>)>, AssignError> {
    assign_with(&mut Assignor::new(assignor), topics, members)
}

pub(crate) fn assign_with(
    assignor: &mut Assignor,
    topics: &str,
    texts: &[&str],
) -> Result<Vec<(String, Vec<TopicPartition>)>, AssignError> {
    let members = members(assignor.name(), texts);
    let assignment = assignor.assign(&cluster(topics), &members)?;
    assert_eq!(assignment.len(), members.len());
    Ok(members
        .into_iter()
        .map(|member| {
            let list = assignment.get(&member.member_id).unwrap().collect();
            (member.member_id.to_string(), list)
        })
        .collect())
}

/// Parses `c1=[t1:0-1 t2:0] c2=[]`.
pub(crate) fn expected(text: &str) -> Vec<(String, Vec<TopicPartition>)> {
    let entries = text.split_terminator(']').map(|entry| {
        let (member, list) = entry.trim().split_once("=[").unwrap();
        (member.to_owned(), partitions(list))
    });
    entries.collect()
}

/// Checks an assignment; the expectation names the members in the order of the input.
#[track_caller]
pub(crate) fn check(assignor: AssignorName, topics: &str, members: &[&str], assignment: &str) {
    let answer = assign(assignor, topics, members).unwrap();
    assert_eq!(show(&answer), show(&expected(assignment)));
}

pub(crate) fn show(assignment: &[(String, Vec<TopicPartition>)]) -> String {
    let entries = assignment.iter().map(|(member, list)| {
        let list: Vec<String> = list.iter().map(ToString::to_string).collect();
        format!("{member}=[{}]", list.join(" "))
    });
    entries.collect::<Vec<_>>().join(" ")
}
