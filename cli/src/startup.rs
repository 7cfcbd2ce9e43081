//! `rebalance startup`: properties of consumers in, what `new KafkaConsumer` does out, a JSON object
//! per line.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use assignor_core::startup::{Environment, Exception, start};
use assignor_core::version::KafkaVersion;
use serde::{Deserialize, Serialize};

use crate::lines;

/// Tell whether a Java consumer would start, and what it throws if not
///
/// Reads one set of properties per line as a JSON object and prints one answer per line, in the
/// same order. Nothing is loaded, resolved or connected to: the answer follows from the text.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// JSON Lines to read; `-` or nothing for standard input
    #[arg(value_name = "FILE")]
    file: Option<PathBuf>,
}

const HELP: &str = "\
Each line is an object with the fields
  id      any text, repeated in the answer
  client  the release of kafka-clients, such as 3.9.2 (2.8 to 4.3)
  config  the properties, key to text
Blank lines and other fields are ignored.

An answer is {\"id\", \"accepted\", \"errors\"}: errors has the exception and its causes, outermost
first, each with class (simple name) and message (null if it has none). The consumer is made where
there is nothing but kafka-clients and the JDK: other classes and all files are missing, and no host
name but localhost resolves.

Exit codes
  0  every line is answered
  2  a line or the file cannot be used; the lines before it are answered";

#[derive(Deserialize)]
struct Line {
    id: String,
    client: String,
    config: BTreeMap<String, String>,
}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a str,
    accepted: bool,
    errors: &'a [Exception],
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    lines::answer_file(args.file.as_deref(), answer)?;
    Ok(ExitCode::SUCCESS)
}

fn answer(text: &[u8]) -> anyhow::Result<Vec<u8>> {
    let mut reader = serde_json::Deserializer::from_slice(text);
    let line: Line = serde_path_to_error::deserialize(&mut reader)?;
    reader.end()?;
    let version: KafkaVersion = line.client.parse().context("client")?;
    let refusal = start(&line.config, version, Environment::Bare).err();
    let answer = Answer {
        id: &line.id,
        accepted: refusal.is_none(),
        errors: refusal.as_ref().map_or(&[], |refusal| &refusal.errors),
    };
    Ok(serde_json::to_vec(&answer)?)
}
