//! `rebalance explain`: why every partition went where it is, or what a rule is about.

mod json;
mod rule;
mod text;

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail};
use assignor_core::assign::explain::Explanation;
use assignor_core::assign::{TopicPartition, server};
use assignor_core::java::JdkRelease;
use assignor_core::version::KafkaVersion;
use clap::ValueEnum;
use serde::de::IgnoredAny;

use crate::assign::{line, server_line};

/// Explain an assignment, or a rule of `rebalance lint`
///
/// For a group: what each member may have, what changed hands and why that and not another, and
/// measures of the result. For a rule, by its id or name: what it finds, why it matters, what to do.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// Groups to read, as `rebalance assign` does, on one line each or not; `-` for standard
    /// input. Or the id or the name of a rule
    #[arg(value_name = "CASE|RULE")]
    what: PathBuf,
    /// Only this group of several; may be given several times
    #[arg(long = "id", value_name = "ID")]
    ids: Vec<String>,
    /// Only this partition, from the first claim on it to its owner; may be given several times
    #[arg(long = "partition", value_name = "TOPIC:NUMBER")]
    partitions: Vec<TopicPartition>,
    /// Release of Kafka that assigns: the consumer's from 3.0 on, the broker's from 4.0 on
    #[arg(long, value_name = "VERSION", default_value_t = KafkaVersion::NEWEST)]
    kafka: KafkaVersion,
    /// Java release that the broker runs on; server-uniform can differ up to 18 and from 19 on
    #[arg(long, value_name = "RELEASE", default_value_t = 25, value_parser = clap::value_parser!(u16).range(8..))]
    jdk: u16,
    /// How to print it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Sentences; in brackets the KIP, the issue or the class of Kafka that decides so
    Text,
    /// A JSON object per group, on a line of its own
    Json,
}

const HELP: &str = "\
The input is described in `rebalance assign --help`. What a group changes is told by comparison
with `owned`: the newest claim counts, and a partition that two members claim in the newest
generation had no owner. For an assignor of the broker, by comparison with `current`.

JSON, for a group
  id, assignor
  assignment        member to topic to partitions; or `throws` or `hangs`, as `rebalance assign`
                    prints them
  group             sentences about the group: quotas, orders, whether racks count
  changes           [{partition, from, to, why}] for each partition with another owner than before,
                    null for no owner
  partitions        [{partition, sentences}] for each --partition, instead of group and changes
  measures          null without assignment, else
    partitions, unassigned        how many there are, and how many nobody has
    members {least, most}         the smallest and the largest number of partitions of a member
    topics                        [{topic, partitions, subscribers, least, most}], the same per
                                  topic and subscriber
    rack_matches, rack_matchable  owners in a rack with a replica, and how many there could be
    kept, moved, released, dealt, gone
                                  same owner, another owner, no owner any more, an owner for the
                                  first time, not assignable any more
    moves                         moved + released
    least_moves, least_moves_exact
                                  how few could have moved if the group is to be as even as can be;
                                  only a lower bound if not exact, for very large groups
    keepable                      how many could have been kept; null if least_moves is a bound
A sentence is {text, source}, source being empty where the sentence only says what is.

Exit codes
  0  explained
  2  the file, a group in it or an argument cannot be used; the message names the place";

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut output = io::stdout().lock();
    if let Some(rule) = args.what.to_str().and_then(rule::find)
        && !args.what.exists()
    {
        output.write_all(rule::explain(rule, args.format == Format::Json)?.as_bytes())?;
        return Ok(ExitCode::SUCCESS);
    }
    let (name, text) = read(&args.what)?;
    let mut explained = 0;
    let mut known = vec![false; args.partitions.len()];
    let mut failure = None;
    for group in groups(&name, &text, args) {
        let mut group = match group {
            Ok(group) => group,
            Err(error) => {
                failure = Some(error);
                break;
            }
        };
        if !args.ids.is_empty() && !args.ids.iter().any(|id| id == group.id()) {
            continue;
        }
        let (id, explanation) = group.explain();
        for (partition, known) in args.partitions.iter().zip(&mut known) {
            *known |= explanation.knows(partition);
        }
        let answer = match args.format {
            Format::Text => text::explain(id, &explanation, &args.partitions, explained > 0),
            Format::Json => json::explain(id, &explanation, &args.partitions)?,
        };
        output.write_all(answer.as_bytes())?;
        explained += 1;
    }
    output.flush()?;
    if let Some(error) = failure {
        return Err(error);
    }
    if explained == 0 {
        match args.ids.as_slice() {
            [] => bail!(
                "{name}: no group, expected an object with `id`, `assignor`, `topics` and `members`"
            ),
            ids => bail!("{name}: no group with the id `{}`", ids.join("` or `")),
        }
    }
    if let Some((partition, _)) = args.partitions.iter().zip(known).find(|(_, known)| !known) {
        bail!("{name}: no partition `{partition}`, neither among the topics nor in a claim");
    }
    Ok(ExitCode::SUCCESS)
}

fn read(file: &Path) -> anyhow::Result<(String, String)> {
    let (name, text) = if file == Path::new("-") {
        let mut text = String::new();
        let read = io::stdin().lock().read_to_string(&mut text);
        ("stdin".to_owned(), read.map(|_| text))
    } else {
        (file.display().to_string(), std::fs::read_to_string(file))
    };
    let text = text.with_context(|| {
        format!("{name}: cannot be read as a file, and no rule has this id or name")
    })?;
    let text = text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text);
    Ok((name, text))
}

/// A group, for an assignor of the consumer or of the broker.
enum Group {
    Consumer(line::Case),
    Broker(server_line::Case, server::Assignor),
}

impl Group {
    fn parse(text: &[u8], args: &Args) -> anyhow::Result<Self> {
        if !server_line::is_meant(text) {
            return Ok(Self::Consumer(line::parse(text, args.kafka)?));
        }
        let case = server_line::parse(text)?;
        let assignor = server::Assignor::of_version(case.assignor, args.kafka)?;
        let assignor = assignor.on_jdk(JdkRelease::of_feature(args.jdk));
        Ok(Self::Broker(case, assignor))
    }

    fn id(&self) -> &str {
        match self {
            Self::Consumer(case) => &case.id,
            Self::Broker(case, _) => &case.id,
        }
    }

    fn explain(&mut self) -> (&str, Explanation<'_>) {
        match self {
            Self::Consumer(case) => (
                &case.id,
                case.assignor.explain(&case.cluster, &case.members),
            ),
            Self::Broker(case, assignor) => (&case.id, assignor.explain(&case.group)),
        }
    }
}

/// The groups of a text, one after the other, however they are spread over lines.
fn groups(name: &str, text: &str, args: &Args) -> impl Iterator<Item = anyhow::Result<Group>> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<IgnoredAny>();
    std::iter::from_fn(move || {
        let rest = text.get(values.byte_offset()..).unwrap_or_default();
        let start = text.len() - rest.trim_start().len();
        let line = 1 + text.get(..start).unwrap_or_default().matches('\n').count();
        let value = values.next()?;
        let end = values.byte_offset();
        Some(match value {
            Ok(_) => {
                let object = text.get(start..end).unwrap_or_default();
                Group::parse(object.as_bytes(), args).with_context(|| format!("{name}:{line}"))
            }
            Err(error) => {
                let message = error.to_string();
                let place = format!(" at line {} column {}", error.line(), error.column());
                let message = message.strip_suffix(&place).unwrap_or(&message);
                Err(anyhow::anyhow!(
                    "{name}:{}:{}: not JSON, {message}; expected one object per group",
                    error.line(),
                    error.column()
                ))
            }
        })
    })
}
