//! `rebalance lint`: consumer configurations in, findings out.

mod fix;
mod github;
mod json;
mod markdown;
mod sarif;
mod settings;
mod source;
mod text;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use assignor_core::config::{Client, Config, Format, ParseOptions};
use assignor_core::lint::show::{Shown, show};
use assignor_core::lint::{
    Confidence, Facts, Finding, Options, Question, Severity, Startup, Unread, Verdict, lint,
    questions, startups, unread,
};
use clap::ValueEnum;
use serde::Deserialize;

use settings::Settings;
use source::{Source, Walk};

/// Find what is wrong or risky in consumer configurations
///
/// Reads each file without changing it, unless --fix is given. Several files are taken as members
/// of one group where they name the same one. Of a folder, all files are read that git would see,
/// whose name ends like one of the input formats, and that have to do with Kafka.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// Configurations or folders to read; `-` or nothing for standard input
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Of folders, read only what matches, such as '*.yml'; with a ! in front, leave out what
    /// matches, such as '!**/test/**'; may be given several times
    #[arg(long, value_name = "GLOB")]
    glob: Vec<String>,
    /// The file with the project's settings (rebalance.toml here or in a folder above, if left out)
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// How to print the findings
    #[arg(long, value_enum, default_value_t = Output::Text)]
    format: Output,
    /// Who reads the configuration: java, streams, connect-worker, connect or spring-boot, with the
    /// version of its Kafka client (of Boot itself for spring-boot) after an @; detected if left
    /// out, and the newest version assumed
    #[arg(long, value_name = "FAMILY[@VERSION]")]
    client: Option<Client>,
    /// The format of the input: properties, yaml, env, json, code (Java, Kotlin, Scala, C#), python,
    /// javascript, go, xml or sql (detected if left out, by the name and then by the text)
    #[arg(long, value_name = "NAME", value_parser = input_format)]
    input_format: Option<Format>,
    /// Something the text can't say, such as perRecordMs=20; may be given several times
    #[arg(long = "fact", value_name = "KEY=VALUE")]
    facts: Vec<String>,
    /// How sure a finding has to be to be said (possible if left out)
    #[arg(long, value_enum, value_name = "LEVEL")]
    min_confidence: Option<Sureness>,
    /// The least severity that makes the exit code 1 (warn if left out)
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_on: Option<Level>,
    /// Apply the safe fixes to the files, and report what is left
    #[arg(long)]
    fix: bool,
    /// Print the first finding of that rule as a scenario for `rebalance simulate`: a run that fails
    /// with these very values
    #[arg(long, value_name = "RULE", conflicts_with_all = ["fix", "format"])]
    show: Option<String>,
    /// With --show, print the run with the fix
    #[arg(long, requires = "show")]
    fixed: bool,
}

const HELP: &str = "\
Facts
  complete              whether the text is all that the client gets; false silences rules about
                        missing keys
  replicas, concurrency, members, partitions, topics, brokers, heap (bytes)
  parallelism           records that one consumer works on at the same time
  perRecordMs           milliseconds that one record takes
  batchWorkMs           milliseconds that one batch takes
  restartMs             milliseconds from the stop of an instance until it polls again
  terminationGracePeriodSeconds
  broker                version of the brokers
  groupMinSessionTimeoutMs, groupMaxSessionTimeoutMs    limits set on the brokers
  kind                  what runs the instances, such as StatefulSet

Settings
  rebalance.toml may have client, fail-on, min-confidence, exclude (a list of globs), a table facts,
  and a table rules with an id and off, info, warn or error in each line. Arguments count before it.

JSON
  {\"version\":1,\"files\":[…],\"startup\":[…],\"findings\":[…],\"questions\":[…],\"unread\":[…]}. files says how
  each file was read: format, client, client_version (null where nobody stated it). A finding has file, rule, name, severity
  (error, warn or info), confidence, line, column, end_line, end_column (from 1, in characters, the
  end exclusive), message, why, evidence, related, fixes and source, and show where the simulator shows its effect: scenario (a run
  with these values that fails), fixed (the run with the fix), at_ms (when the first one fails), says
  (what is played, and what happens then) and fix (what the fixed run has). A fix has title, applicability
  (safe or unsafe) and edits, each with its place and the new text. A question names a fact that
  would let a rule decide. unread names the properties whose values
  only the program knows, each with its place. startup says for each file of a Java client from 2.8 on whether the
  client starts: accepted (true, false, or null where it hangs on placeholders, which depends_on
  names), client (its release), assumed (whether nobody stated it), errors (the exception and its
  causes, each with class and message), stack_trace, the place and the fix.

Show me
  A finding whose effect the simulator can show says so. --show RULE prints its scenario, --show RULE
  --fixed the one with the fix; `rebalance simulate` plays both. The exit code is 2 if there is no such
  finding, or if its values do no harm in a run.

A comment `# rebalance: ignore RULE reason` silences a rule for the entry below it, or for the file.
Secrets are masked in all output. With --fix, standard input is printed fixed, and the findings go
to standard error.

Exit codes
  0  no finding at or above the level
  1  findings at or above the level, or a client that doesn't start
  2  input or arguments that cannot be used";

#[derive(Clone, Copy, ValueEnum)]
enum Output {
    /// Sentences with source excerpts
    Text,
    /// One JSON object
    Json,
    /// A SARIF 2.1.0 log, for code hosts
    Sarif,
    /// Markdown, for a comment on a change
    Markdown,
    /// Annotations of GitHub Actions
    Github,
}

#[derive(Clone, Copy, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum Level {
    Error,
    Warn,
    Info,
}

impl Level {
    fn severity(self) -> Severity {
        match self {
            Self::Error => Severity::Error,
            Self::Warn => Severity::Warn,
            Self::Info => Severity::Info,
        }
    }
}

/// How sure a rule is, as an argument.
#[derive(Clone, Copy, Deserialize, ValueEnum)]
#[serde(rename_all = "lowercase")]
enum Sureness {
    /// True if something usual but unstated holds
    Possible,
    /// True unless a named assumption is wrong
    Likely,
    /// Follows from what is given
    Certain,
}

impl Sureness {
    fn confidence(self) -> Confidence {
        match self {
            Self::Possible => Confidence::Possible,
            Self::Likely => Confidence::Likely,
            Self::Certain => Confidence::Certain,
        }
    }
}

/// What was found in all files together.
struct Report {
    configs: Vec<Config>,
    findings: Vec<Finding>,
    questions: Vec<Question>,
    unread: Vec<Unread>,
    startups: Vec<Startup>,
    /// For each finding the run that shows it, if there is one.
    shows: Vec<Option<Shown>>,
}

impl Report {
    /// With `shows`, also looks for the runs that show findings, which takes most of the time.
    fn new(configs: Vec<Config>, facts: &Facts, options: &Options, shows: bool) -> Self {
        let findings = lint(&configs, facts, options);
        let startups = startups(&configs, facts, &findings);
        let shown = |finding: &Finding| shows.then(|| show(&configs, facts, finding)).flatten();
        Self {
            startups,
            shows: findings.iter().map(shown).collect(),
            questions: questions(&configs, facts),
            unread: unread(&configs),
            findings,
            configs,
        }
    }

    /// Whether something is as bad as `level` or worse. A client that doesn't start is an error.
    fn fails(&self, level: Severity) -> bool {
        let refused = |startup: &Startup| matches!(startup.verdict, Verdict::Refused { .. });
        self.startups.iter().any(refused)
            || self
                .findings
                .iter()
                .any(|finding| finding.severity >= level)
    }
}

fn input_format(name: &str) -> Result<Format, String> {
    let known = Format::ALL.map(Format::name).join(", ");
    Format::named(name)
        .ok_or_else(|| format!("there is no input format \"{name}\": one of {known}"))
}

fn facts(settings: &Settings, given: &[String]) -> anyhow::Result<Facts> {
    let mut facts = Facts::default();
    settings.state(&mut facts)?;
    for fact in given {
        let (key, value) = fact
            .split_once('=')
            .with_context(|| format!("fact \"{fact}\" has no value: write KEY=VALUE"))?;
        facts.set(key.trim(), value)?;
    }
    Ok(facts)
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let settings = Settings::read(args.config.as_deref())?;
    let facts = facts(&settings, &args.facts)?;
    let mut options = settings.options()?;
    if let Some(least) = args.min_confidence {
        options.min_confidence = least.confidence();
    }
    let walk = Walk {
        globs: &args.glob,
        exclude: &settings.exclude,
    };
    let parse = ParseOptions {
        name: String::new(),
        format: args.input_format,
        client: args.client.or(settings.client()?),
    };
    let read = |source: &Source| {
        let parse = ParseOptions {
            name: source.name.clone(),
            ..parse.clone()
        };
        Config::parse(source.text.as_str(), &parse)
    };
    let mut sources = source::read_all(&args.files, &walk)?;
    sources.retain(|source| !source.walked || read(source).is_about_kafka());
    let mut configs: Vec<Config> = sources.iter().map(read).collect();
    if let Some(rule) = &args.show {
        return print_shown(&configs, &facts, rule, args.fixed);
    }
    if args.fix {
        configs = fix::fix(&sources, &configs, &facts, &options)?;
    }
    let shows = matches!(args.format, Output::Text | Output::Json);
    let report = Report::new(configs, &facts, &options, shows);
    let stdout_is_taken = args.fix && sources.iter().any(|source| source.path.is_none());
    if stdout_is_taken {
        print(args.format, &report, anstream::stderr().lock())?;
    } else {
        print(args.format, &report, anstream::stdout().lock())?;
    }
    let level = args.fail_on.or(settings.fail_on).unwrap_or(Level::Warn);
    let fails = report.fails(level.severity());
    Ok(ExitCode::from(u8::from(fails)))
}

/// Prints the scenario that shows the first finding of a rule that can be shown.
fn print_shown(
    configs: &[Config],
    facts: &Facts,
    rule: &str,
    fixed: bool,
) -> anyhow::Result<ExitCode> {
    let findings = lint(configs, facts, &Options::default());
    let mut of_rule = findings
        .iter()
        .filter(|finding| finding.rule == rule)
        .peekable();
    if of_rule.peek().is_none() {
        bail!("no finding of {rule} to show; `rebalance lint` without --show lists the findings");
    }
    let shown = of_rule
        .find_map(|finding| show(configs, facts, finding))
        .with_context(|| {
            format!("the simulator doesn't show the effect of {rule} with these values")
        })?;
    let scenario = if fixed { shown.fixed } else { shown.scenario };
    let mut output = anstream::stdout().lock();
    writeln!(output, "{}", scenario.to_json())?;
    output.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn print(format: Output, report: &Report, mut output: impl Write) -> io::Result<()> {
    match format {
        Output::Text => text::write(report, &mut output)?,
        Output::Json => json::write(report, &mut output)?,
        Output::Sarif => sarif::write(report, &mut output)?,
        Output::Markdown => markdown::write(report, &mut output)?,
        Output::Github => github::write(report, &mut output)?,
    }
    output.flush()
}
