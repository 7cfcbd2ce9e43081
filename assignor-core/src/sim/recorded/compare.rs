//! Whether two runs are the same run: a recording and its simulation, or two recordings.
//!
//! What must agree: for the coordinator and for every process, the same events in the same order with
//! the same generations, member counts, partition sets and errors, each within [`TOLERANCE_MS`]; and
//! the same number of records read twice, within what is produced in that time. The order between
//! different processes isn't compared: a cluster's clock doesn't settle it.

use super::Recorded;
use crate::sim::scenario::ActionKind;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How far apart in time the same event may be. A poll blocks for 100 ms, heartbeats beat a grid of
/// 100 ms, and a machine is sometimes busy.
pub const TOLERANCE_MS: u64 = 400;

/// The outcome of a comparison.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Comparison {
    /// How many events agree.
    pub steps: usize,
    /// The largest difference in time between two events that agree.
    pub worst_ms: u64,
    /// The first difference, in words; none if the runs are the same.
    pub difference: Option<String>,
}

/// Compares a recording with events of another origin, a simulation as a rule.
pub fn compare(recorded: &Recorded, simulated: &[Value]) -> Comparison {
    let names = ["recorded", "simulated"];
    compare_events(recorded, recorded.observed(), simulated, names)
}

/// Compares two recordings of one scenario.
///
/// The coordinator makes member ids up, so they are compared by their place in the order. They decide
/// which partitions the sticky assignors and a newly chosen leader hand to whom: with
/// `partitions_by_number` only the size of a set must agree.
pub fn compare_recordings(
    first: &Recorded,
    second: &Recorded,
    partitions_by_number: bool,
) -> Comparison {
    let [a, b] = [first, second].map(|run| anonymous(run, partitions_by_number));
    compare_events(first, &a, &b, ["first", "second"])
}

fn compare_events(run: &Recorded, a: &[Value], b: &[Value], names: [&str; 2]) -> Comparison {
    let mut comparison = Comparison::default();
    let [a_tracks, b_tracks] = [a, b].map(tracks);
    let none = Vec::new();
    let all: BTreeSet<_> = a_tracks.keys().chain(b_tracks.keys()).collect();
    for who in all {
        let [a, b] = [&a_tracks, &b_tracks].map(|tracks| tracks.get(who).unwrap_or(&none));
        comparison.track(who, a, b, names);
        if comparison.difference.is_some() {
            return comparison;
        }
    }
    comparison.difference = difference_in_reads(run, a, b, names);
    comparison
}

/// What counts of an event, by its name; an event that isn't here doesn't count.
fn compared_fields(who: &str, event: &str) -> Option<&'static [&'static str]> {
    Some(match (who, event) {
        ("coordinator", "preparing" | "empty") => &["generation"],
        ("coordinator", "completing" | "stable") => &["generation", "members"],
        ("coordinator", "expired" | "fenced") => &["member_id"],
        ("coordinator", "epoch") => &["epoch"],
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

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.event)?;
        for field in &self.fields {
            write!(f, " {field}")?;
        }
        Ok(())
    }
}

type Track = Vec<(u64, Step)>;

/// The coordinator's steps, and those of each process.
fn tracks(observed: &[Value]) -> BTreeMap<String, Track> {
    let mut tracks: BTreeMap<String, Track> = BTreeMap::new();
    for entry in observed {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let (who, event) = (text("who"), text("event"));
        let Some(names) = compared_fields(&who, &event) else {
            continue;
        };
        let who = match entry["incarnation"].as_u64() {
            Some(incarnation) if incarnation > 1 => format!("{who}#{incarnation}"),
            _ => who,
        };
        let fields = names.iter().map(|name| sorted(&entry[*name])).collect();
        let at_ms = entry["t_ms"].as_u64().unwrap_or_default();
        let step = Step { event, fields };
        tracks.entry(who).or_default().push((at_ms, step));
    }
    tracks
}

fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(values) => {
            let mut texts: Vec<_> = values.iter().filter_map(Value::as_str).collect();
            texts.sort_unstable();
            texts.into()
        }
        other => other.clone(),
    }
}

impl Comparison {
    fn track(&mut self, who: &str, a: &Track, b: &Track, [a_name, b_name]: [&str; 2]) {
        for (ix, ((at, step), (other_at, other))) in a.iter().zip(b).enumerate() {
            let number = ix + 1;
            let apart_ms = at.abs_diff(*other_at);
            if step != other || apart_ms > TOLERANCE_MS {
                self.difference = Some(format!(
                    "{who} step {number}: {a_name} {step} at {at} ms, {b_name} {other} at {other_at} ms"
                ));
                return;
            }
            self.worst_ms = self.worst_ms.max(apart_ms);
            self.steps += 1;
        }
        if let Some((at, step)) = a.get(b.len()) {
            self.difference = Some(format!("{who}: {b_name} lacks {step} at {at} ms"));
        } else if let Some((at, step)) = b.get(a.len()) {
            self.difference = Some(format!("{who}: {b_name} has more, {step} at {at} ms"));
        }
    }
}

/// The first partition of which not the same number of records was read more than once.
fn difference_in_reads(
    run: &Recorded,
    a: &[Value],
    b: &[Value],
    [a_name, b_name]: [&str; 2],
) -> Option<String> {
    let actions = run.scenario().actions.iter();
    let rates = actions.filter_map(|action| match action.kind {
        ActionKind::Produce { per_second, .. } => Some(per_second),
        _ => None,
    });
    let tolerated = rates.max().unwrap_or(0) * TOLERANCE_MS / 1000 + 1;
    let [a, b] = [a, b].map(read_twice);
    let all: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    all.into_iter().find_map(|partition| {
        let [a, b] = [&a, &b].map(|counts| counts.get(partition).copied().unwrap_or(0));
        (a.abs_diff(b) > tolerated)
            .then(|| format!("{partition}: {a_name} {a} records read twice, {b_name} {b}"))
    })
}

/// Records read more than once, per partition.
fn read_twice(observed: &[Value]) -> BTreeMap<&str, u64> {
    let mut seen: BTreeMap<&str, BTreeSet<u64>> = BTreeMap::new();
    let mut twice = BTreeMap::new();
    for entry in observed {
        for (partition, range) in entry["offsets"].as_object().into_iter().flatten() {
            let seen = seen.entry(partition).or_default();
            let offset = |ix: usize| range[ix].as_u64().unwrap_or_default();
            let again = (offset(0)..=offset(1)).filter(|offset| !seen.insert(*offset));
            *twice.entry(partition.as_str()).or_default() += again.count() as u64;
        }
    }
    twice
}

/// What was observed, with `<name> <n>` for the nth id that was made up for a name.
fn anonymous(run: &Recorded, partitions_by_number: bool) -> Vec<Value> {
    let mut names = BTreeMap::new();
    for (name, ids) in &run.scenario().member_ids {
        for (ix, id) in ids.iter().enumerate() {
            names.insert(id.as_str(), format!("{name} {}", ix + 1));
        }
    }
    let renamed = |entry: &Map<String, Value>| {
        let mut entry = entry.clone();
        if let Some(Value::String(id)) = entry.get_mut("member_id")
            && let Some(name) = names.get(id.as_str())
        {
            id.clone_from(name);
        }
        if partitions_by_number
            && let Some(partitions) = entry.get_mut("partitions")
            && let Value::Array(list) = partitions
        {
            *partitions = list.len().into();
        }
        Value::Object(entry)
    };
    let entries = run.observed().iter().filter_map(Value::as_object);
    entries.map(renamed).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn run(member_id: &str, observed: Value) -> Recorded {
        let document = json!({
            "name": "run",
            "topics": [{"name": "a", "partitions": 2}],
            "config": {"partition.assignment.strategy": "range"},
            "members": [{"name": "c1"}],
            "member_ids": {"c1": [member_id]},
            "actions": [
                {"at_ms": 0, "do": "start", "member": "c1"},
                {"at_ms": 10, "do": "produce", "topic": "a", "per_second": 10, "seconds": 5}
            ],
            "until_ms": 9000,
            "observed": observed
        });
        Recorded::from_json(&document.to_string()).unwrap()
    }

    fn steps(shift_ms: u64) -> Value {
        json!([
            {"t_ms": 5, "who": "c1", "event": "started"},
            {"t_ms": 40 + shift_ms, "who": "coordinator", "event": "completing", "generation": 1, "members": 1},
            {"t_ms": 60, "who": "c1", "event": "assigned", "partitions": ["a:0", "a:1"], "generation": 1}
        ])
    }

    fn difference(a: Value, b: Value) -> Option<String> {
        let (a, b) = (run("c1-a", a), run("c1-a", b));
        compare(&a, b.observed()).difference
    }

    #[test]
    fn a_run_is_the_same_as_itself_within_the_tolerance() {
        let comparison = compare(&run("c1-a", steps(0)), run("c1-b", steps(400)).observed());
        assert_eq!(comparison.difference, None);
        assert_eq!((comparison.steps, comparison.worst_ms), (2, 400));
        let late = difference(steps(0), steps(401)).unwrap();
        assert!(late.contains("coordinator step 1"), "{late}");
        assert!(late.contains("441 ms"), "{late}");
    }

    #[test]
    fn the_order_of_partitions_is_none_but_their_set_counts() {
        let mut other = steps(0);
        other[2]["partitions"] = json!(["a:1", "a:0"]);
        assert_eq!(difference(steps(0), other.clone()), None);
        other[2]["partitions"] = json!(["a:1"]);
        assert!(difference(steps(0), other).unwrap().contains("c1 step 1"));
    }

    #[test]
    fn a_missing_or_additional_step_is_named() {
        let mut fewer = steps(0);
        fewer.as_array_mut().unwrap().pop();
        let lacks = difference(steps(0), fewer.clone()).unwrap();
        assert!(lacks.starts_with("c1: simulated lacks assigned"), "{lacks}");
        let more = difference(fewer, steps(0)).unwrap();
        assert!(
            more.starts_with("c1: simulated has more, assigned"),
            "{more}"
        );
    }

    #[test]
    fn processes_of_one_member_are_apart() {
        let mut other = steps(0);
        other[2]["incarnation"] = 2.into();
        assert!(difference(steps(0), other).is_some());
    }

    #[test]
    fn records_read_twice_may_differ_by_what_the_tolerance_produces() {
        let reads = |again: u64| {
            json!([
                {"t_ms": 1, "who": "c1", "event": "read", "offsets": {"a:0": [0, 20]}},
                {"t_ms": 2, "who": "c1", "event": "read", "offsets": {"a:0": [21 - again, 30]}}
            ])
        };
        assert_eq!(difference(reads(0), reads(5)), None);
        let text = difference(reads(0), reads(6)).unwrap();
        assert!(text.contains("a:0") && text.contains('6'), "{text}");
    }

    #[test]
    fn two_recordings_are_compared_without_their_random_ids() {
        let expired = |id: &str, partitions: Value| {
            json!([
                {"t_ms": 1, "who": "coordinator", "event": "expired", "member_id": id},
                {"t_ms": 2, "who": "c1", "event": "assigned", "partitions": partitions, "generation": 1}
            ])
        };
        let first = run("c1-a", expired("c1-a", json!(["a:0"])));
        let second = run("c1-b", expired("c1-b", json!(["a:1"])));
        assert!(compare(&first, second.observed()).difference.is_some());
        assert!(
            compare_recordings(&first, &second, false)
                .difference
                .is_some()
        );
        let comparison = compare_recordings(&first, &second, true);
        assert_eq!((comparison.difference, comparison.steps), (None, 2));
        let unknown = run("c1-b", expired("c1-x", json!(["a:1"])));
        assert!(
            compare_recordings(&first, &unknown, true)
                .difference
                .is_some()
        );
    }
}
