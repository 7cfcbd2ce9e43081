//! `cargo xtask conformance`: see the help text below.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks on the terminal"
)]

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result, bail, ensure};
use assignor_core::version::KafkaVersion;
use conformance::case::Case;
use conformance::jvm::{self, Classes, Introduction, Jvm, Module};
use conformance::ours::Core;
use conformance::plan::{self, SOURCES};
use conformance::record::{self, Results, Run};
use conformance::run::{self, Comparison, Count, Difference};
use conformance::startup::{self, Consumers};
use conformance::vector;
use lexopt::ValueExt as _;
use lexopt::prelude::{Long, Short};
use serde::de::DeserializeOwned;

/// How many differences of `--startup` are printed.
const MOST_SHOWN: usize = 10;

const HELP: &str = "\
Compares the assignors with the classes of released Kafka

  cargo xtask conformance [--cases N] [--seed S] [--kafka VERSION] [--assignor NAME]...
                          [--write FILE] [--record]
  cargo xtask conformance --from FILE [--kafka VERSION] [--write FILE]
  cargo xtask conformance --startup [--cases N] [--seed S] [--kafka VERSION] [--write FILE]
                          [--from FILE]

Random groups come from the seed: the same seed gives the same groups everywhere. Both sides answer
each, and the answers have to be equal to the order of every list. Prints how many cases there were
and how many differences, and of these the smallest case found, as a vector line with Kafka's answer.
Needs Java 17 or later and Maven, which fetches the release; nothing else in the project does.

  --cases N        how many cases, over all assignors and shapes (2000)
  --seed S         what the groups are made from (1)
  --kafka VERSION  the release to compare with (the newest one known); the assignors of brokers are
                   compared from 4.0 on
  --assignor NAME  only this one, of range, roundrobin, sticky, cooperative-sticky, server-range,
                   server-uniform; may be repeated
  --from FILE      the cases of this vector file in place of random ones
  --write FILE     write the cases with Kafka's answers, as vector lines
  --startup        properties of consumers in place of groups: whether the constructor throws, and
                   which exceptions with which messages (2.8 and later)
  --record         write the numbers to tests/conformance/results.tsv and the README

Exit codes
  0  no difference
  1  a difference
  2  the comparison could not be made";

#[derive(Debug)]
struct Options {
    cases: u64,
    seed: u64,
    kafka: KafkaVersion,
    assignors: Vec<String>,
    from: Option<PathBuf>,
    write: Option<PathBuf>,
    startup: bool,
    record: bool,
    home: PathBuf,
}

fn main() -> ExitCode {
    let outcome = parse(lexopt::Parser::from_env()).and_then(|options| match options {
        None => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        Some(options) if options.startup => consumers(&options),
        Some(options) => compare(&options),
    });
    outcome.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        for cause in error.chain().skip(1) {
            eprintln!("  because {cause}");
        }
        ExitCode::from(2)
    })
}

/// The options; `None` to print the help text.
fn parse(mut args: lexopt::Parser) -> Result<Option<Options>> {
    let mut options = Options {
        cases: 2000,
        seed: 1,
        kafka: KafkaVersion::NEWEST,
        assignors: Vec::new(),
        from: None,
        write: None,
        startup: false,
        record: false,
        home: root().join("target/conformance"),
    };
    while let Some(arg) = args.next()? {
        match arg {
            Long("help") | Short('h') => return Ok(None),
            Long("cases") => options.cases = args.value()?.parse()?,
            Long("seed") => options.seed = args.value()?.parse()?,
            Long("kafka") => options.kafka = args.value()?.parse()?,
            Long("assignor") => options.assignors.push(known(args.value()?.string()?)?),
            Long("from") => options.from = Some(args.value()?.into()),
            Long("write") => options.write = Some(args.value()?.into()),
            Long("startup") => options.startup = true,
            Long("record") => options.record = true,
            Long("home") => options.home = args.value()?.into(),
            other => return Err(other.unexpected().into()),
        }
    }
    let partial = options.from.is_some() || !options.assignors.is_empty();
    ensure!(
        !(options.record && (partial || options.startup)),
        "--record is for a run over all assignors: leave out --assignor, --from and --startup"
    );
    ensure!(
        !options.startup || options.assignors.is_empty(),
        "--startup asks no assignor: leave out --assignor"
    );
    Ok(Some(options))
}

fn known(assignor: String) -> Result<String> {
    let mut names: Vec<&str> = SOURCES.iter().map(|source| source.assignor).collect();
    names.dedup();
    if names.contains(&assignor.as_str()) {
        return Ok(assignor);
    }
    bail!(
        "there is no assignor {assignor:?}, expected one of {}",
        names.join(", ")
    )
}

/// The root of the checkout.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The module, compiled against the release that is asked for.
fn build(options: &Options, module: Module) -> Result<Classes> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    Classes::build(module, project, &options.home, options.kafka)
}

/// Says who answers. Gives the release, if it is the one that is asked for.
fn introduce(options: &Options, introduction: &Introduction) -> Result<String> {
    let wanted = jvm::release(options.kafka);
    ensure!(
        introduction.kafka == wanted,
        "Kafka {} answers, and {wanted} was wanted",
        introduction.kafka
    );
    println!("Kafka {wanted} on Java {}", introduction.java);
    Ok(wanted)
}

/// The file that cases are written to.
fn written(options: &Options) -> Result<Option<BufWriter<File>>> {
    let Some(path) = &options.write else {
        return Ok(None);
    };
    let made = File::create(path).with_context(|| format!("{}", path.display()))?;
    Ok(Some(BufWriter::new(made)))
}

/// Compares what constructors do.
fn consumers(options: &Options) -> Result<ExitCode> {
    let mut consumers = Consumers::start(&build(options, Module::Consumers)?)?;
    let introduction = consumers.introduction().clone();
    let kafka = introduce(options, &introduction)?;
    let start = Instant::now();
    let mut file = written(options)?;
    let mut taking = |case: &startup::Case, outcome: &startup::Outcome| {
        if let Some(file) = &mut file {
            writeln!(file, "{}", startup::line(case, outcome)?)?;
        }
        Ok(())
    };
    let found = if let Some(path) = &options.from {
        let asked = read::<startup::Case>(path, "\"config\"")?;
        let of_release = asked.filter(|case| !case.as_ref().is_ok_and(|case| case.client != kafka));
        consumers.compare(of_release, &mut taking)?
    } else {
        let made = startup::cases(options.seed, &kafka, &introduction.properties)?;
        let made = made.take(usize::try_from(options.cases)?).map(Ok);
        consumers.compare(made, &mut taking)?
    };
    if let Some(mut file) = file {
        file.flush()?;
    }
    println!(
        "{} cases, {} of them accepted, {} differences, {:.1} s",
        found.cases,
        found.accepted,
        found.different.len(),
        start.elapsed().as_secs_f64()
    );
    let is_equal = found.different.is_empty();
    for case in found.different.into_iter().take(MOST_SHOWN) {
        println!("\n{} with Kafka's answer:", case.id);
        println!("{}", consumers.smallest(case)?);
    }
    Ok(ExitCode::from(u8::from(!is_equal)))
}

fn compare(options: &Options) -> Result<ExitCode> {
    let mut jvm = Jvm::start(build(options, Module::Assignors)?)?;
    let introduction = jvm.introduction().clone();
    let wanted = introduce(options, &introduction)?;
    let start = Instant::now();
    let mut file = written(options)?;
    let core = Core::on_java(options.kafka, &introduction.java)?;
    let mut comparison = Comparison::new(&mut jvm, core);
    let mut taking = |case: &Case, kafka: &_| {
        if let Some(file) = &mut file {
            writeln!(file, "{}", vector::line(case, kafka)?)?;
        }
        Ok(())
    };
    if let Some(path) = &options.from {
        for case in read::<Case>(path, "\"assignor\"")? {
            comparison.one(case?, &mut taking)?;
        }
    } else {
        let among = |assignor: &str| {
            let asked = &options.assignors;
            let answers = introduction.assignors.iter().any(|known| known == assignor);
            answers && (asked.is_empty() || asked.iter().any(|known| known == assignor))
        };
        let parts = plan::spread(options.cases, among);
        ensure!(
            !parts.is_empty(),
            "Kafka {wanted} has none of these assignors; brokers have theirs from 4.0 on"
        );
        for (source, cases) in parts {
            comparison.random(options.seed, source, cases, &mut taking)?;
        }
    }
    let (counts, differences) = comparison.finish(&mut taking)?;
    if let Some(mut file) = file {
        file.flush()?;
    }
    let seconds = start.elapsed().as_secs_f64();
    report(&counts, seconds);
    let found: u64 = counts.iter().map(|count| count.differences).sum();
    if options.record {
        let run = Run::new(options.kafka, &introduction.java, options.seed, &counts);
        write_results(run)?;
    }
    if found == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    for difference in differences {
        show(&mut jvm, core, difference)?;
    }
    Ok(ExitCode::from(1))
}

fn report(counts: &[Count], seconds: f64) {
    print!("\n{}", run::table(counts));
    let sum = |of: fn(&Count) -> u64| counts.iter().map(of).sum::<u64>();
    println!(
        "\n{} cases, {} differences, {seconds:.1} s",
        sum(|count| count.cases),
        sum(|count| count.differences)
    );
}

/// Prints the smallest case that can be found behind a difference.
fn show(jvm: &mut Jvm, core: Core, found: Difference) -> Result<()> {
    let (id, members) = (found.case.id().to_owned(), found.case.members());
    let small = run::smallest(jvm, core, found)?;
    let fewer = small.case.members();
    println!("\n{id}, shrunk from {members} members to {fewer}; with Kafka's answer:");
    println!("{}", vector::line(&small.case, &small.kafka)?);
    println!("Kafka: {}", serde_json::to_string(&small.kafka)?);
    println!("core:  {}", serde_json::to_string(&small.ours)?);
    Ok(())
}

/// The cases of a vector file: the lines with `mark`. Others are passed over.
fn read<T: DeserializeOwned>(
    path: &Path,
    mark: &'static str,
) -> Result<impl Iterator<Item = Result<T>>> {
    let file = File::open(path).with_context(|| format!("{}", path.display()))?;
    let name = path.display().to_string();
    let lines = BufReader::new(file).lines().enumerate();
    Ok(lines.filter_map(move |(index, line)| {
        let place = || format!("{name}:{}", index + 1);
        let line = match line.with_context(place) {
            Ok(line) => line,
            Err(error) => return Some(Err(error)),
        };
        if line.trim().is_empty() || !line.contains(mark) {
            return None;
        }
        Some(serde_json::from_str(&line).with_context(place))
    }))
}

fn write_results(run: Run) -> Result<()> {
    let file = root().join("tests/conformance/results.tsv");
    let mut results = Results::read(&file)?;
    results.put(run);
    fs::write(&file, results.text())?;
    let readme = root().join("README.md");
    let text = fs::read_to_string(&readme)?;
    let quoted = record::quoted(&text, &results)
        .context("README.md has lost the marks between which the results stand")?;
    fs::write(&readme, quoted)?;
    println!("written to tests/conformance/results.tsv and README.md");
    Ok(())
}
