//! `rebalance assign`: groups in, assignments out, a JSON object per line.

mod json;
pub(crate) mod line;
pub(crate) mod server_line;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::ExitCode;

use assignor_core::assign::{AssignError, Assignment, server};
use assignor_core::java::JdkRelease;
use assignor_core::version::KafkaVersion;
use serde::Serialize;

use crate::lines;

/// Assign partitions as Kafka's Java consumer does, or as its broker does
///
/// Reads one group per line as a JSON object and prints one answer per line, in the same order.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// JSON Lines to read; `-` or nothing for standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,

    /// Release of Kafka that assigns: the consumer's from 3.0 on, the broker's from 4.0 on
    #[arg(long, value_name = "VERSION", default_value_t = KafkaVersion::NEWEST)]
    kafka: KafkaVersion,

    /// Java release that the broker runs on; server-uniform can differ up to 18 and from 19 on
    #[arg(long, value_name = "RELEASE", default_value_t = 25, value_parser = clap::value_parser!(u16).range(8..))]
    jdk: u16,
}

const HELP: &str = "\
Each line is an object with the fields
  id        any text, repeated in the answer
  assignor  range, roundrobin, sticky or cooperative-sticky
  topics    [{name, partitions, racks?}], racks: per partition a list of its replicas' racks
  members   [{id, subscription, instance?, rack?, owned?, generation?}] in the order of the
            JoinGroup response; owned: {topic: [partitions]}, generation: of that claim
or, for an assignor of the broker in the next-generation protocol (KIP-848), with the fields
  case               any text, repeated in the answer as its id
  assignor           server-uniform or server-range
  subscription_type  homogeneous or heterogeneous
  topics             {topic: partitions}, a topic being the two halves of its id, MSB:LSB
  members            [{member_id, topics, instance_id?, current?}] in the order in which the
                     coordinator's map is filled; topics: in the order of the member's set,
                     current: [[topic, [partitions]]] in the order of the record
Blank lines and the fields assignment, throws and expect are ignored.

An answer is {\"id\", \"assignment\"}, or {\"id\", \"throws\"} with the name of the exception that
Kafka's code throws on this input, or {\"id\", \"hangs\": true} where Kafka's code never returns.
A member that an assignor of the broker leaves out has null in place of its partitions.

Exit codes
  0  every line is answered
  2  a line or the file cannot be used; the lines before it are answered";

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    lines::answer_file(args.file.as_deref(), |text| answer(text, args))?;
    Ok(ExitCode::SUCCESS)
}

fn answer(text: &[u8], args: &Args) -> anyhow::Result<Vec<u8>> {
    if server_line::is_meant(text) {
        return answer_as_broker(text, args);
    }
    let mut case = line::parse(text, args.kafka)?;
    let outcome = case.assignor.assign(&case.cluster, &case.members);
    let answer = Answer {
        id: &case.id,
        outcome: match &outcome {
            Ok(assignment) => Outcome::Assignment(by_member(assignment)),
            Err(AssignError::Endless) => Outcome::Hangs(true),
            Err(error) => Outcome::Throws(AssignError::java_name(error)),
        },
    };
    Ok(serde_json::to_vec(&answer)?)
}

fn answer_as_broker(text: &[u8], args: &Args) -> anyhow::Result<Vec<u8>> {
    let case = server_line::parse(text)?;
    let assignor = server::Assignor::of_version(case.assignor, args.kafka)?;
    let outcome = assignor
        .on_jdk(JdkRelease::of_feature(args.jdk))
        .assign(&case.group);
    let answer = Answer {
        id: &case.id,
        outcome: match &outcome {
            Ok(assignment) => Outcome::Target(
                assignment
                    .iter()
                    .map(|(member, held)| (member, held.map(by_topic)))
                    .collect(),
            ),
            Err(error) => Outcome::Throws(error.java_name()),
        },
    };
    Ok(serde_json::to_vec(&answer)?)
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    #[serde(flatten)]
    outcome: Outcome<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Outcome<'a> {
    Assignment(BTreeMap<&'a str, Partitions<'a>>),
    #[serde(rename = "assignment")]
    Target(BTreeMap<&'a str, Option<BTreeMap<String, &'a [u32]>>>),
    Throws(&'static str),
    Hangs(bool),
}

/// Topic to partitions, ascending.
pub(crate) type Partitions<'a> = BTreeMap<&'a str, BTreeSet<u32>>;

/// Every member with its partitions, both sorted.
pub(crate) fn by_member(assignment: &Assignment) -> BTreeMap<&str, Partitions<'_>> {
    let members = assignment.iter().map(|(member, list)| {
        let mut topics = Partitions::new();
        for (topic, partition) in list.parts() {
            topics.entry(&**topic).or_default().insert(partition);
        }
        (member, topics)
    });
    members.collect()
}

fn by_topic(held: &server::Partitions) -> BTreeMap<String, &[u32]> {
    held.iter()
        .map(|(topic, partitions)| (topic.to_string(), partitions.as_slice()))
        .collect()
}
