//! Every run recorded on a real cluster agrees with its simulation.
//!
//! What must agree: for the coordinator and for every process, the same events in the same order with
//! the same generations, member counts, partition sets and errors, each within [`TOLERANCE_MS`]; and the
//! same number of records read twice, within what is produced in that time.
//! `tests/traces/README.md` says how the runs were made.

#![allow(
    clippy::disallowed_methods,
    reason = "the tests read the recorded files"
)]

use assignor_core::sim::recorded::Recorded;
use assignor_core::sim::scenario::ActionKind;
use assignor_core::sim::simulate;
use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

const TOLERANCE_MS: u64 = 400;

/// What counts of an event, by its name; an event that isn't here doesn't count.
fn compared_fields(who: &str, event: &str) -> Option<&'static [&'static str]> {
    Some(match (who, event) {
        ("coordinator", "preparing" | "empty") => &["generation"],
        ("coordinator", "completing" | "stable") => &["generation", "members"],
        ("coordinator", "expired") => &["member_id"],
        ("coordinator", _) => return None,
        (_, "assigned" | "revoked") => &["partitions", "generation"],
        (_, "lost") => &["partitions"],
        (_, "fatal" | "commit_failed") => &["error"],
        _ => return None,
    })
}

#[derive(Debug, PartialEq)]
struct Step {
    event: String,
    fields: Vec<Value>,
}

type Tracks = BTreeMap<String, Vec<(u64, Step)>>;

/// The coordinator's steps, and those of each process.
fn tracks(observed: &[Value]) -> Tracks {
    let mut tracks = Tracks::new();
    for entry in observed {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let (who, event) = (text("who"), text("event"));
        let Some(names) = compared_fields(&who, &event) else {
            continue;
        };
        let incarnation = entry["incarnation"].as_u64().unwrap_or(1);
        let fields = names.iter().map(|name| sorted(&entry[*name])).collect();
        let at_ms = entry["t_ms"].as_u64().unwrap_or_default();
        let track = tracks.entry(format!("{who}#{incarnation}")).or_default();
        track.push((at_ms, Step { event, fields }));
    }
    tracks
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(values) => {
            let mut texts: Vec<_> = values.iter().map(ToString::to_string).collect();
            texts.sort();
            texts.into()
        }
        other => other.clone(),
    }
}

fn compare(recorded: &Tracks, simulated: &Tracks) -> Result<usize, String> {
    let mut steps = 0;
    let none = Vec::new();
    for who in recorded.keys().chain(simulated.keys()) {
        let (a, b) = (
            recorded.get(who).unwrap_or(&none),
            simulated.get(who).unwrap_or(&none),
        );
        for (ix, ((at, step), (sim_at, sim_step))) in a.iter().zip(b).enumerate() {
            let number = ix + 1;
            if step != sim_step {
                return Err(format!(
                    "{who} step {number}: recorded {step:?} at {at} ms, simulated {sim_step:?} at {sim_at} ms"
                ));
            }
            if at.abs_diff(*sim_at) > TOLERANCE_MS {
                return Err(format!(
                    "{who} step {number} {step:?}: recorded at {at} ms, simulated at {sim_at} ms"
                ));
            }
            steps += 1;
        }
        if a.len() > b.len() {
            return Err(format!("{who}: simulated lacks {:?}", a[b.len()]));
        }
        if b.len() > a.len() {
            return Err(format!("{who}: simulated has more: {:?}", b[a.len()]));
        }
    }
    Ok(steps / 2)
}

/// How many records of each partition were read more than once, and how many a tolerance may hide.
fn read_twice(observed: &[Value]) -> BTreeMap<String, u64> {
    let mut seen: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    let mut twice = BTreeMap::new();
    for entry in observed {
        for (partition, range) in entry["offsets"].as_object().into_iter().flatten() {
            let seen = seen.entry(partition).or_default();
            let offset = |ix: usize| range[ix].as_u64().unwrap_or_default();
            let again = (offset(0)..=offset(1)).filter(|offset| !seen.insert(*offset));
            *twice.entry(partition.clone()).or_default() += again.count() as u64;
        }
    }
    twice
}

fn compare_reads(run: &Recorded, simulated: &[Value]) -> Result<(), String> {
    let rate = run
        .scenario()
        .actions
        .iter()
        .filter_map(|action| match action.kind {
            ActionKind::Produce { per_second, .. } => Some(per_second),
            _ => None,
        });
    let tolerated = rate.max().unwrap_or(0) * TOLERANCE_MS / 1000 + 1;
    let (a, b) = (read_twice(run.observed()), read_twice(simulated));
    for partition in a.keys().chain(b.keys()) {
        let count = |counts: &BTreeMap<_, _>| counts.get(partition).copied().unwrap_or(0);
        if count(&a).abs_diff(count(&b)) > tolerated {
            return Err(format!(
                "{partition}: {} records read twice, simulated {}",
                count(&a),
                count(&b)
            ));
        }
    }
    Ok(())
}

fn check(path: &Path) -> Result<(), Failed> {
    let text = std::fs::read_to_string(path)?;
    let run = Recorded::from_json(&text)?;
    let trace = simulate(run.scenario())?;
    let simulated = run.simulated(&trace);
    let observed = simulated["observed"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let steps = compare(&tracks(run.observed()), &tracks(&observed))?;
    compare_reads(&run, &observed)?;
    if steps == 0 {
        return Err("nothing was compared".into());
    }
    Ok(())
}

fn main() -> ExitCode {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/traces/runs");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(&folder)
        .expect("the recorded runs are there")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect();
    paths.sort();
    assert!(
        !paths.is_empty(),
        "no recorded runs in {}",
        folder.display()
    );
    let trials = paths.into_iter().map(|path| {
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        Trial::test(name, move || check(&path))
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit_code()
}
