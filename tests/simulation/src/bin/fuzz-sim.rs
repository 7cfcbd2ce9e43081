//! Random scenarios for so many seconds: `fuzz-sim [--seconds N] [--seed S]`.
//!
//! Prints how fast it went and what happened. At the first run in which something doesn't hold it
//! shrinks the scenario, prints it, and ends with 1.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line speaks on the terminal"
)]

use assignor_core::sim::{Scenario, simulate};
use proptest::strategy::ValueTree;
use simulation_tests::counters::Counters;
use simulation_tests::{invariants, random};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;
use std::time::{Duration, Instant};

struct Args {
    seconds: u64,
    seed: u64,
}

fn main() -> ExitCode {
    match args() {
        Ok(args) => fuzz(&args),
        Err(error) => {
            eprintln!("error: {error}\nusage: fuzz-sim [--seconds N] [--seed S]");
            ExitCode::from(2)
        }
    }
}

fn args() -> Result<Args, String> {
    let mut args = Args {
        seconds: 10,
        seed: 0,
    };
    let mut given = std::env::args().skip(1);
    while let Some(name) = given.next() {
        let value = given
            .next()
            .ok_or_else(|| format!("{name} needs a number"))?;
        let number = value
            .parse()
            .map_err(|_| format!("{value:?} is not a number"))?;
        match name.as_str() {
            "--seconds" => args.seconds = number,
            "--seed" => args.seed = number,
            _ => return Err(format!("there is no option {name}")),
        }
    }
    Ok(args)
}

fn fuzz(args: &Args) -> ExitCode {
    let begin = Instant::now();
    let mut counters = Counters::default();
    let mut simulating = Duration::ZERO;
    for seed in args.seed.. {
        let mut tree = match random::of_seed(seed) {
            Ok(tree) => tree,
            Err(error) => {
                eprintln!("error: seed {seed}: {error}");
                return ExitCode::from(2);
            }
        };
        if let Err(broken) = run(&tree.current(), &mut counters, &mut simulating) {
            eprintln!("seed {seed}: {broken}\nshrinking");
            let (scenario, broken) = shrunk(&mut tree, broken);
            eprintln!("{broken}\n`rebalance simulate` shows this scenario:");
            println!("{}", scenario.to_json());
            return ExitCode::FAILURE;
        }
        if begin.elapsed().as_secs() >= args.seconds {
            println!("{counters}");
            let Counters {
                runs,
                events,
                messages,
                livelocks,
                ..
            } = counters;
            let per_second =
                Duration::from_secs(events).as_secs_f64() / simulating.as_secs_f64().max(1e-9);
            println!(
                "{runs} runs from seed {} to {seed}, {events} events and {messages} messages, {livelocks} livelocks",
                args.seed
            );
            println!("{per_second:.0} events per second of simulation, everything held");
            break;
        }
    }
    ExitCode::SUCCESS
}

fn run(
    scenario: &Scenario,
    counters: &mut Counters,
    simulating: &mut Duration,
) -> Result<(), String> {
    let begin = Instant::now();
    let trace = catch_unwind(AssertUnwindSafe(|| simulate(scenario)));
    *simulating += begin.elapsed();
    let trace = trace.map_err(|_| "the simulator panics".to_owned())?;
    let trace = trace.map_err(|error| format!("what could be read can't be simulated: {error}"))?;
    let checked = catch_unwind(AssertUnwindSafe(|| invariants::check(scenario, &trace)));
    checked.map_err(|_| "looking at the trace panics".to_owned())??;
    counters.add(scenario, &trace);
    Ok(())
}

/// So many scenarios are tried on the way to the simplest.
const MOST_TRIES: usize = 3_000;

/// The simplest scenario on the way that fails, and how.
fn shrunk(tree: &mut impl ValueTree<Value = Scenario>, broken: String) -> (Scenario, String) {
    let mut simplest = (tree.current(), broken);
    let mut goes_on = tree.simplify();
    for _ in 0..MOST_TRIES {
        if !goes_on {
            break;
        }
        let scenario = tree.current();
        let (mut counters, mut time) = (Counters::default(), Duration::ZERO);
        goes_on = match run(&scenario, &mut counters, &mut time) {
            Err(broken) => {
                simplest = (scenario, broken);
                tree.simplify()
            }
            Ok(()) => tree.complicate(),
        };
    }
    simplest
}
