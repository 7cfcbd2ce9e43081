//! Plays scenarios on a real Kafka broker with real consumers and compares what happened with the
//! simulation. `cargo xtask conformance --traces` builds the Java side and starts this program.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks on the terminal"
)]

mod broker_log;
mod cluster;
mod document;
mod interrupt;
mod java;
mod play;
mod process;
mod script;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use assignor_core::sim::recorded::{self, Comparison, Recorded, compare, compare_recordings};
use assignor_core::sim::simulate;
use assignor_core::version::KafkaVersion;
use lexopt::ValueExt as _;
use lexopt::prelude::{Long, Short, Value};

use crate::java::Java;
use crate::play::{Recording, Stage};
use crate::script::Script;

/// How often a run is recorded in search of two recordings that agree.
const ATTEMPTS: usize = 3;

const HELP: &str = "\
Records runs on a real Kafka cluster and compares them with their simulation

  cargo xtask conformance --traces [NAME|FILE]... [--kafka VERSION] [--twice]
                          [--realtime] [--out DIR]

Starts one broker and real consumers, each in a process of its own, on the loopback interface, plays
what the run or scenario says, and compares what happened: the same events of the coordinator and of
every process, each within 400 ms, and the same number of records read twice. Names are those of the
files in tests/traces; without any, all of them are recorded. Takes as long as the runs are, and some
15 s each. Needs Java 17 or later and Maven, which fetches the release; nothing else does.

  --kafka VERSION  the release of broker and clients; otherwise what each run says (4.3.0)
  --twice          record until two recordings agree, at most three times, and compare that one
  --realtime       run before all other work of this machine; needs the right to set priorities
  --out DIR        for recordings, simulations and logs (target/conformance/traces)

Exit codes
  0  everything agrees
  1  something differs, can't be repeated or can't be played
  2  nothing could be recorded";

/// What the command line asks for.
#[derive(Debug, PartialEq)]
struct Request {
    /// Names of runs, or paths.
    names: Vec<String>,
    release: Option<KafkaVersion>,
    out: PathBuf,
    twice: bool,
    realtime: bool,
    /// Where the Java side is built.
    home: PathBuf,
}

fn main() -> ExitCode {
    let outcome = request(lexopt::Parser::from_env()).and_then(|request| match request {
        None => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        Some(request) => run(&request),
    });
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        for cause in error.chain().skip(1) {
            eprintln!("  because {cause}");
        }
        ExitCode::from(2)
    })
}

/// The request; `None` to print the help text.
fn request(mut args: lexopt::Parser) -> Result<Option<Request>> {
    let home = root().join("target/conformance");
    let mut request = Request {
        names: Vec::new(),
        release: None,
        out: PathBuf::new(),
        twice: false,
        realtime: false,
        home,
    };
    while let Some(arg) = args.next()? {
        match arg {
            Long("help") | Short('h') => return Ok(None),
            // What brought the request here.
            Long("traces") => {}
            Long("kafka") => request.release = Some(args.value()?.parse()?),
            Long("out") => request.out = args.value()?.into(),
            Long("home") => request.home = args.value()?.into(),
            Long("twice") => request.twice = true,
            Long("realtime") => request.realtime = true,
            Value(name) => request.names.push(name.string()?),
            arg => return Err(arg.unexpected().into()),
        }
    }
    if request.out.as_os_str().is_empty() {
        request.out = request.home.join("traces");
    }
    Ok(Some(request))
}

/// The root of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// The folders of the recorded runs.
fn folders() -> [PathBuf; 2] {
    ["runs", "own"].map(|folder| root().join("tests/traces").join(folder))
}

/// How a run ended.
enum Verdict {
    Same(Comparison),
    Different(Comparison),
    Unrepeatable(Comparison),
    NotPlayed(String),
}

fn run(request: &Request) -> Result<ExitCode> {
    interrupt::listen()?;
    java::check()?;
    if request.realtime {
        // Actions come in time only if this program does.
        process::hurry_alone()?;
    }
    let mut releases = Releases::new(&request.home);
    let (mut same, mut others, mut steps) = (0, 0, 0);
    for path in paths(&request.names)? {
        let name = path.file_stem().unwrap_or_default();
        let name = name.to_string_lossy().into_owned();
        let verdict = match one(&path, &name, request, &mut releases) {
            Ok(verdict) => verdict,
            Err(error) => {
                interrupt::check()?;
                Verdict::NotPlayed(format!("{error:#}"))
            }
        };
        match &verdict {
            Verdict::Same(comparison) => {
                same += 1;
                steps += comparison.steps;
            }
            _ => others += 1,
        }
        verdict.print(&name);
    }
    println!("{same} agree, {others} don't; {steps} steps compared");
    println!(
        "recordings, simulations and logs are in {}",
        request.out.display()
    );
    Ok(ExitCode::from(u8::from(others > 0 || same == 0)))
}

impl Verdict {
    fn print(&self, name: &str) {
        let (word, comparison) = match self {
            Self::Same(comparison) => ("ok", comparison),
            Self::Different(comparison) => ("DIFF", comparison),
            Self::Unrepeatable(comparison) => ("UNREPEATABLE", comparison),
            Self::NotPlayed(reason) => return println!("NOT PLAYED {name}: {reason}"),
        };
        let (steps, worst_ms) = (comparison.steps, comparison.worst_ms);
        println!("{word} {name}: {steps} steps, at most {worst_ms} ms apart");
        if let Some(difference) = &comparison.difference {
            println!("     {difference}");
        }
    }
}

/// The Java side of each release, built when it is first needed.
struct Releases<'a> {
    home: &'a Path,
    built: BTreeMap<KafkaVersion, Java>,
}

impl<'a> Releases<'a> {
    fn new(home: &'a Path) -> Self {
        let built = BTreeMap::new();
        Self { home, built }
    }

    fn get(&mut self, release: KafkaVersion) -> Result<Java> {
        if let Some(java) = self.built.get(&release) {
            return Ok(java.clone());
        }
        let java = Java::build(self.home, release)?;
        self.built.insert(release, java.clone());
        Ok(java)
    }
}

/// The files to play: those named, or all.
fn paths(names: &[String]) -> Result<Vec<PathBuf>> {
    if !names.is_empty() {
        return names.iter().map(|name| named(name)).collect();
    }
    let mut paths = Vec::new();
    for folder in folders() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let files = entries.filter_map(|entry| entry.ok().map(|entry| entry.path()));
        paths.extend(files.filter(|path| path.extension().is_some_and(|end| end == "json")));
    }
    paths.sort();
    Ok(paths)
}

fn named(name: &str) -> Result<PathBuf> {
    let beside = folders().map(|folder| folder.join(format!("{name}.json")));
    let mut places = std::iter::once(PathBuf::from(name)).chain(beside);
    places.find(|path| path.is_file()).with_context(|| {
        format!("{name} is neither a file nor the name of a run; names are those of the files in tests/traces")
    })
}

fn one(path: &Path, name: &str, request: &Request, releases: &mut Releases) -> Result<Verdict> {
    let text = fs::read_to_string(path)?;
    let script = Script::read(&text, name, request.release)?;
    let stage = Stage {
        broker: releases.get(script.broker_release)?,
        client: releases.get(script.client_release)?,
        realtime: request.realtime,
    };
    if !request.twice {
        let recording = play::play(&script, &stage)?;
        return against_simulation(&keep(&recording, name, &request.out)?, name, &request.out);
    }
    let mut recorded: Vec<Recorded> = Vec::new();
    let mut comparison = Comparison::default();
    for attempt in 1..=ATTEMPTS {
        let out = request.out.join(format!("attempt-{attempt}"));
        let recording = play::play(&script, &stage)?;
        let run = keep(&recording, name, &out)?;
        for earlier in &recorded {
            comparison = compare_recordings(earlier, &run, script.is_sticky());
            if comparison.difference.is_none() {
                let (steps, worst_ms) = (comparison.steps, comparison.worst_ms);
                println!("repeated {name}: {steps} steps, at most {worst_ms} ms apart");
                let run = keep(&recording, name, &request.out)?;
                return against_simulation(&run, name, &request.out);
            }
        }
        recorded.push(run);
    }
    Ok(Verdict::Unrepeatable(comparison))
}

/// Writes a recording and its logs and reads it back as anybody else would.
fn keep(recording: &Recording, name: &str, out: &Path) -> Result<Recorded> {
    let text = document::text(&recording.document);
    write(&out.join("runs").join(format!("{name}.json")), &text)?;
    let logs = out.join("logs").join(name);
    write(&logs.join("broker.log"), &lines(&recording.broker_log))?;
    for (process, log) in &recording.member_logs {
        write(&logs.join(format!("{process}.log")), &lines(log))?;
    }
    Ok(Recorded::from_json(&text)?)
}

fn against_simulation(run: &Recorded, name: &str, out: &Path) -> Result<Verdict> {
    let trace = simulate(run.scenario())?;
    let simulated = run.simulated(&trace);
    if let Some(document) = simulated.as_object() {
        let file = out.join("simulated").join(format!("{name}.json"));
        write(&file, &document::text(document))?;
    }
    let comparison = compare(run, &recorded::observed(&trace));
    Ok(if comparison.difference.is_some() {
        Verdict::Different(comparison)
    } else if comparison.steps == 0 {
        Verdict::NotPlayed("nothing was observed".to_owned())
    } else {
        Verdict::Same(comparison)
    })
}

fn write(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn lines(log: &[String]) -> String {
    log.iter().flat_map(|line| [line, "\n"]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_runs_or_files() {
        let runs = root().join("tests/traces/runs");
        assert_eq!(named("eager-join").unwrap(), runs.join("eager-join.json"));
        let file = runs.join("vote.json");
        assert_eq!(named(&file.to_string_lossy()).unwrap(), file);
        assert!(named("no-such-run").is_err());
    }

    #[test]
    fn options_are_read() {
        let parsed = |args: &[&str]| request(lexopt::Parser::from_args(args));
        let options = parsed(&["--traces", "vote", "--kafka", "3.9.2", "--twice"]);
        let options = options.unwrap().unwrap();
        assert_eq!(options.names, ["vote"]);
        assert_eq!(options.release, Some(KafkaVersion::new(3, 9, 2)));
        assert!(options.twice);
        assert!(parsed(&["--kafka", "new"]).is_err());
        assert!(parsed(&["--thrice"]).is_err());
        assert_eq!(parsed(&["--help"]).unwrap(), None);
    }

    #[test]
    fn all_runs_of_the_project_can_be_played_on_the_release_that_recorded_them() {
        let paths = paths(&[]).unwrap();
        assert!(!paths.is_empty());
        for path in paths {
            let text = fs::read_to_string(&path).unwrap();
            let script = Script::read(&text, "run", None).unwrap();
            assert!(!script.actions.is_empty() && !script.processes.is_empty());
        }
    }
}
