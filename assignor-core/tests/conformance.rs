//! Kafka's own results, recorded, against this crate's: one test per file and group of cases.
//!
//! The files and how they were made: `tests/vectors/README.md` at the root of the repository.
// The vectors are files.
#![allow(clippy::disallowed_methods)]

#[path = "conformance/server.rs"]
mod server;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use assignor_core::assign::explain::{Event, Replay};
use assignor_core::assign::{
    AssignError, Assignment, Assignor, AssignorName, Cluster, GroupMember, Topic, TopicPartition,
    user_data,
};
use assignor_core::java;
use libtest_mimic::{Arguments, Failed, Trial};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The recorded files; each must be there and have cases.
const FILES: [&str; 16] = [
    "cooperative-sticky.claims.jsonl",
    "cooperative-sticky.history.jsonl",
    "cooperative-sticky.large.jsonl",
    "cooperative-sticky.racks.jsonl",
    "cooperative-sticky.stale.jsonl",
    "range.history.jsonl",
    "range.large.jsonl",
    "range.racks.jsonl",
    "roundrobin.history.jsonl",
    "roundrobin.large.jsonl",
    "roundrobin.racks.jsonl",
    "sticky.claims.jsonl",
    "sticky.history.jsonl",
    "sticky.large.jsonl",
    "sticky.racks.jsonl",
    "sticky.stale.jsonl",
];
const REFERENCE: &str = "reference.jsonl";

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    let mut counts = Vec::new();
    for file in FILES {
        let lines: Vec<String> = lines_of(file);
        counts.push((file, lines.len()));
        trials.push(not_empty(file, lines.len()));
        trials.extend(recorded_trials(file, &lines));
    }
    let lines = lines_of(REFERENCE);
    counts.push((REFERENCE, lines.len()));
    trials.push(not_empty(REFERENCE, lines.len()));
    trials.extend(reference_trials(&lines));

    if !arguments.list {
        for (file, count) in counts {
            // A test that cannot report still judges.
            let _ = writeln!(std::io::stderr(), "{count:5} cases in {file}");
        }
    }
    libtest_mimic::run(&arguments, trials).exit_code()
}

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/vectors")
}

/// The lines of a file; none if it cannot be read, which is a failure of its own.
fn lines_of(file: &str) -> Vec<String> {
    std::fs::read_to_string(vectors().join(file))
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn not_empty(file: &'static str, count: usize) -> Trial {
    Trial::test(format!("{file}::present"), move || {
        if count == 0 {
            return Err(format!("{file} is missing or empty in {}", vectors().display()).into());
        }
        Ok(())
    })
}

fn parse<T: DeserializeOwned>(line: &str) -> Result<T, Failed> {
    serde_json::from_str(line).map_err(|error| format!("{error} in {line}").into())
}

// ---- Recorded files -----------------------------------------------------------------------------

type Partitions = BTreeMap<String, BTreeSet<u32>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Recorded {
    id: String,
    assignor: AssignorName,
    topics: Vec<RecordedTopic>,
    members: Vec<RecordedMember>,
    assignment: Option<BTreeMap<String, Partitions>>,
    throws: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedTopic {
    name: String,
    partitions: u32,
    racks: Option<Vec<Vec<String>>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordedMember {
    id: String,
    instance: Option<String>,
    rack: Option<String>,
    subscription: Vec<String>,
    owned: Option<BTreeMap<String, Vec<u32>>>,
    generation: Option<i32>,
}

/// One test per group: the third and fourth part of a case's id.
fn recorded_trials(file: &str, lines: &[String]) -> Vec<Trial> {
    let mut groups: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (index, line) in lines.iter().enumerate() {
        let id = serde_json::from_str::<Recorded>(line).map(|case| case.id);
        let group = id.map_or(format!("line {}", index + 1), |id| {
            id.split('/').skip(2).take(2).collect::<Vec<_>>().join("/")
        });
        groups.entry(group).or_default().push(line.clone());
    }
    groups
        .into_iter()
        .map(|(group, lines)| {
            Trial::test(format!("{file}::{group}"), move || {
                lines.iter().try_for_each(|line| check_recorded(line))
            })
        })
        .collect()
}

fn check_recorded(line: &str) -> Result<(), Failed> {
    let case: Recorded = parse(line)?;
    let cluster: Cluster = case
        .topics
        .into_iter()
        .map(|topic| {
            let described = match topic.racks {
                Some(racks) => Topic::with_racks(racks),
                None => Topic::new(topic.partitions),
            };
            (topic.name, described)
        })
        .collect();
    let members: Vec<GroupMember> = case
        .members
        .into_iter()
        .map(|member| recorded_member(case.assignor, member))
        .collect();
    let outcome = assign(case.assignor, &cluster, &members)?;
    let (assignment, throws) = match outcome {
        Ok(assignment) => {
            let lists = assignment.into_iter();
            let sets = lists.map(|(member, list)| (member.to_string(), as_set(&list)));
            (Some(sets.collect()), None)
        }
        Err(error) => (None, Some(error.java_name().to_owned())),
    };
    if (&assignment, &throws) == (&case.assignment, &case.throws) {
        return Ok(());
    }
    Err(format!(
        "{}: expected {:?} {:?}, got {assignment:?} {throws:?}",
        case.id, case.assignment, case.throws
    )
    .into())
}

/// What a fresh assignor answers; fails unless it answers the same to a listener, and the events
/// that this one hears come to the same.
fn assign(
    name: AssignorName,
    cluster: &Cluster,
    members: &[GroupMember],
) -> Result<Result<Assignment, AssignError>, Failed> {
    let outcome = Assignor::new(name).assign(cluster, members);
    let mut events: Vec<Event> = Vec::new();
    let told = Assignor::new(name).assign_to_listener(cluster, members, &mut events);
    if told != outcome {
        return Err(format!("{outcome:?}, but {told:?} with a listener").into());
    }
    let replay = Replay::of(&events);
    match &outcome {
        Ok(assignment) if !same_lists(assignment, &replay) => {
            Err(format!("{assignment:?}, but the events come to {replay:?}").into())
        }
        _ => Ok(outcome),
    }
}

fn same_lists(assignment: &Assignment, replay: &Replay) -> bool {
    let lists = assignment.iter().zip(replay.iter());
    assignment.len() == replay.iter().len()
        && lists
            .into_iter()
            .all(|((a, list), (b, told))| a == b && list.eq(told.iter().cloned()))
}

fn recorded_member(assignor: AssignorName, member: RecordedMember) -> GroupMember {
    let owned: Vec<TopicPartition> = member
        .owned
        .unwrap_or_default()
        .iter()
        .flat_map(|(topic, partitions)| {
            let partitions = partitions.iter();
            partitions.map(|&partition| TopicPartition::new(topic.as_str(), partition))
        })
        .collect();
    let mut result = GroupMember {
        member_id: member.id.into(),
        group_instance_id: member.instance,
        rack: member.rack,
        subscription: names(member.subscription),
        generation_id: member.generation,
        ..GroupMember::default()
    };
    if assignor == AssignorName::Sticky {
        let generation = member.generation.unwrap_or(user_data::NO_GENERATION);
        result.user_data = user_data::encode_sticky(&owned, generation).ok();
    } else {
        result.owned_partitions = owned;
    }
    result
}

fn names(topics: Vec<String>) -> Arc<[Arc<str>]> {
    topics.into_iter().map(Arc::from).collect()
}

fn as_set(list: &[TopicPartition]) -> Partitions {
    let mut sets = Partitions::new();
    for partition in list {
        let topic = sets.entry(partition.topic.to_string()).or_default();
        topic.insert(partition.partition);
    }
    sets
}

// ---- The reference file -------------------------------------------------------------------------

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientCase {
    #[serde(rename = "case")]
    _case: String,
    assignor: AssignorName,
    topics: BTreeMap<String, u32>,
    members: Vec<ReferenceMember>,
    #[serde(default)]
    partition_racks: Vec<(String, u32, Vec<Option<String>>)>,
    expect: Option<BTreeMap<String, Vec<(String, u32)>>>,
    error: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReferenceMember {
    member_id: String,
    topics: Vec<String>,
    group_instance_id: Option<String>,
    rack: Option<String>,
    subscription_generation: Option<i32>,
    #[serde(default)]
    owned_partitions: Vec<(String, u32)>,
    user_data: Option<UserData>,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
enum UserData {
    StickyV1 {
        generation: i32,
        partitions: Vec<(String, u32)>,
    },
    StickyV0 {
        partitions: Vec<(String, u32)>,
    },
    CooperativeV0 {
        generation: i32,
    },
    Hex {
        bytes: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OrderCase {
    #[serde(rename = "case")]
    _case: String,
    insert: Vec<String>,
    iterate: Vec<String>,
}

#[derive(Deserialize)]
struct AnyCase {
    case: String,
}

fn reference_trials(lines: &[String]) -> Vec<Trial> {
    let mut trials = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let case = serde_json::from_str::<AnyCase>(line)
            .map_or(format!("line {}", index + 1), |line| line.case);
        let line = line.clone();
        let check = if case.starts_with("hashmap-order-") {
            check_order
        } else if case.starts_with("server-") {
            server::check
        } else {
            check_client
        };
        trials.push(Trial::test(format!("{REFERENCE}::{case}"), move || {
            check(&line)
        }));
    }
    trials
}

fn check_order(line: &str) -> Result<(), Failed> {
    let case: OrderCase = parse(line)?;
    let set: java::HashSet<&str> = case.insert.iter().map(String::as_str).collect();
    let order: Vec<&str> = set.iter().copied().collect();
    if order == case.iterate {
        return Ok(());
    }
    Err(format!("expected {:?}, got {order:?}", case.iterate).into())
}

fn check_client(line: &str) -> Result<(), Failed> {
    let case: ClientCase = parse(line)?;
    let mut racks: BTreeMap<(&str, u32), Vec<String>> = BTreeMap::new();
    for (topic, partition, known) in &case.partition_racks {
        let known = known.iter().flatten().cloned().collect();
        racks.insert((topic, *partition), known);
    }
    let cluster: Cluster = case
        .topics
        .iter()
        .map(|(name, &partitions)| {
            let of = |partition| racks.remove(&(name.as_str(), partition));
            let racks = (0..partitions).map(of).map(Option::unwrap_or_default);
            (name.as_str(), Topic::with_racks(racks.collect()))
        })
        .collect();
    let members = case.members.into_iter().map(reference_member);
    let members = members.collect::<Result<Vec<_>, _>>()?;
    let outcome = assign(case.assignor, &cluster, &members)?;
    let (assignment, error) = match outcome {
        Ok(assignment) => {
            let lists = assignment.into_iter().map(|(member, list)| {
                let list = list.into_iter();
                let pairs = list.map(|held| (held.topic.to_string(), held.partition));
                (member.to_string(), pairs.collect())
            });
            (Some(lists.collect()), None)
        }
        Err(error) => (None, Some(format!("java.lang.{}", error.java_name()))),
    };
    if (&assignment, &error) == (&case.expect, &case.error) {
        return Ok(());
    }
    let (expected, thrown) = (case.expect, case.error);
    Err(format!("expected {expected:?} {thrown:?}, got {assignment:?} {error:?}").into())
}

fn reference_member(member: ReferenceMember) -> Result<GroupMember, Failed> {
    let user_data = match member.user_data {
        None => None,
        Some(UserData::StickyV1 {
            generation,
            partitions,
        }) => {
            let mut bytes = sticky_bytes(&partitions)?;
            bytes.extend(generation.to_be_bytes());
            Some(bytes)
        }
        Some(UserData::StickyV0 { partitions }) => Some(sticky_bytes(&partitions)?),
        Some(UserData::CooperativeV0 { generation }) => {
            Some(user_data::encode_cooperative(generation))
        }
        Some(UserData::Hex { bytes }) => Some(from_hex(&bytes)?),
    };
    Ok(GroupMember {
        member_id: member.member_id.into(),
        group_instance_id: member.group_instance_id,
        rack: member.rack,
        subscription: names(member.topics),
        owned_partitions: claims(member.owned_partitions),
        generation_id: member.subscription_generation,
        user_data,
    })
}

/// Sticky user data with its topics in the order recorded, which is not always the one that the
/// consumer would write.
fn sticky_bytes(partitions: &[(String, u32)]) -> Result<Vec<u8>, Failed> {
    let runs: Vec<_> = partitions.chunk_by(|(a, _), (b, _)| a == b).collect();
    let mut bytes = i32::try_from(runs.len())?.to_be_bytes().to_vec();
    for run in runs {
        let topic = run.first().map_or("", |(topic, _)| topic.as_str());
        bytes.extend(i16::try_from(topic.len())?.to_be_bytes());
        bytes.extend(topic.as_bytes());
        bytes.extend(i32::try_from(run.len())?.to_be_bytes());
        bytes.extend(
            run.iter()
                .flat_map(|(_, partition)| partition.to_be_bytes()),
        );
    }
    Ok(bytes)
}

fn claims(partitions: Vec<(String, u32)>) -> Vec<TopicPartition> {
    partitions
        .into_iter()
        .map(|(topic, partition)| TopicPartition::new(topic, partition))
        .collect()
}

fn from_hex(text: &str) -> Result<Vec<u8>, Failed> {
    let bytes = text.as_bytes().chunks(2);
    bytes
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}
