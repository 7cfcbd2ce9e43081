//! `rebalance simulate`: a scenario in, what happened out.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use assignor_core::figure;
use assignor_core::sim::recorded::{self, Recorded};
use assignor_core::sim::{Scenario, Trace, report, simulate};
use clap::ValueEnum;

/// Simulate a rebalance with real time
///
/// Reads a scenario, or a run recorded on a real cluster, and prints what happens.
#[derive(clap::Args)]
#[command(after_help = HELP)]
pub(crate) struct Args {
    /// Scenario or recorded run to read; `-` for standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What to print
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// A moment, in ms since the start: of the metrics (the end if absent), and of the stage that is
    /// drawn above the lanes (none if absent)
    #[arg(long, value_name = "MS")]
    at: Option<u64>,
    /// Colours of the picture
    #[arg(long, value_enum, default_value_t = Theme::Light)]
    theme: Theme,
    /// Width of the picture, in px
    #[arg(long, value_name = "PX", default_value_t = 1080, value_parser = clap::value_parser!(u32).range(480..=10_000))]
    width: u32,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Theme {
    Light,
    Dark,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// One line per event: ms since the start, who, what, details as name=value
    Text,
    /// One JSON object per event and message, ordered by time
    Jsonl,
    /// What the run cost, and who reads what at its end
    Summary,
    /// Messages as a Mermaid sequence diagram, heartbeats folded
    Mermaid,
    /// The lanes as a picture: who reads each partition when
    Svg,
    /// The consumers' own metrics at a time, by the names that their `MBean`s have
    Metrics,
    /// The document that was read, with `observed` as simulated
    Recorded,
}

const HELP: &str = "\
docs/scenario.md describes the scenario format. A file with the field `observed` is taken for a
recorded run: its inputs are played with the latencies of the machine that recorded it.

Exit codes
  0  simulated
  2  the file cannot be used; the message names the place";

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let name = args.file.display();
    let text = read(&args.file).with_context(|| format!("{name}: cannot be read"))?;
    let input = Input::read(&text).with_context(|| name.to_string())?;
    let trace = simulate(input.scenario()).with_context(|| name.to_string())?;
    let output = match args.format {
        Format::Text => report::text(&trace),
        Format::Jsonl => report::jsonl(&trace),
        Format::Summary => report::summary(&trace),
        Format::Mermaid => report::mermaid(&trace, &input.scenario().title),
        Format::Svg => figure::svg(&trace, &args.options(input.scenario())),
        Format::Metrics => report::metrics(&trace, args.at.unwrap_or(trace.end_ms)),
        Format::Recorded => input.simulated(&trace)?,
    };
    io::stdout().lock().write_all(output.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

impl Args {
    /// How the picture is drawn.
    fn options(&self, scenario: &Scenario) -> figure::Options {
        figure::Options {
            title: scenario.title.clone(),
            width: self.width,
            theme: match self.theme {
                Theme::Light => figure::Theme::Light,
                Theme::Dark => figure::Theme::Dark,
            },
            moment: self.at,
            parts: match self.at {
                Some(_) => figure::Parts::Both,
                None => figure::Parts::Lanes,
            },
            window: None,
        }
    }
}

fn read(file: &Path) -> io::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        io::stdin().lock().read_to_string(&mut text)?;
        return Ok(text);
    }
    std::fs::read_to_string(file)
}

enum Input {
    Scenario(Scenario),
    Recorded(Recorded),
}

impl Input {
    fn read(text: &str) -> anyhow::Result<Self> {
        let is_recorded = serde_json::from_str(text).is_ok_and(|json| Recorded::is_recorded(&json));
        Ok(if is_recorded {
            Self::Recorded(Recorded::from_json(text)?)
        } else {
            Self::Scenario(Scenario::from_json(text)?)
        })
    }

    fn scenario(&self) -> &Scenario {
        match self {
            Self::Scenario(scenario) => scenario,
            Self::Recorded(run) => run.scenario(),
        }
    }

    /// The document that was read, with `observed` as simulated.
    fn simulated(&self, trace: &Trace) -> anyhow::Result<String> {
        let document = match self {
            Self::Recorded(run) => run.simulated(trace),
            Self::Scenario(scenario) => {
                let mut document = serde_json::to_value(scenario)?;
                document["observed"] = recorded::observed(trace).into();
                document
            }
        };
        Ok(format!("{document:#}\n"))
    }
}
