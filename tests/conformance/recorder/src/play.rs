//! Plays a script on a cluster of its own and writes down what happened.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use serde_json::{Map, Value};

use crate::broker_log;
use crate::cluster::Cluster;
use crate::interrupt;
use crate::java::Java;
use crate::process::Process;
use crate::script::{Action, Launch, Script};

/// From the start of a member's process until its classes are loaded.
const WARM_UP: Duration = Duration::from_mins(2);
/// Between the last preparation and the beginning of the run.
const SETTLE_MS: u64 = 1_500;
/// For output on its way when the run ends.
const LATE_MS: u64 = 300;

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Recording {
    /// The document with `member_ids` and `observed`.
    pub(crate) document: Map<String, Value>,
    /// The group's lines of the broker's log.
    pub(crate) broker_log: Vec<String>,
    /// `<member>.<place in the order of starts>` and the log of each process.
    pub(crate) member_logs: Vec<(String, Vec<String>)>,
}

/// With what a script is played.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) broker: Java,
    pub(crate) client: Java,
    /// Whether the run goes before all other work of the machine.
    pub(crate) realtime: bool,
}

/// Plays `script` once.
pub(crate) fn play(script: &Script, stage: &Stage) -> Result<Recording> {
    let mut cluster = Cluster::start(&stage.broker, &script.broker)?;
    for (topic, partitions) in &script.topics {
        cluster.create(topic, *partitions)?;
    }
    let mut processes = Vec::new();
    for launch in &script.processes {
        processes.push(prepare(script, launch, &cluster, &stage.client)?);
    }
    for process in &processes {
        process.expect("ready", WARM_UP)?;
    }
    if stage.realtime {
        cluster.hurry()?;
        for process in &processes {
            process.hurry()?;
        }
    }
    let begin_ms = interrupt::now_ms()? + SETTLE_MS;
    for (at_ms, action) in &script.actions {
        interrupt::sleep_until(begin_ms + at_ms)?;
        act(action, &mut processes, &mut cluster)
            .with_context(|| format!("{action:?} at {at_ms} ms"))?;
    }
    interrupt::sleep_until(begin_ms + script.until_ms + LATE_MS)?;
    let broker_log = cluster.broker_log();
    for process in &mut processes {
        process.finish();
    }
    if let Some(failure) = cluster.failures().first() {
        bail!("the operator {failure}");
    }
    let mut recording = Recording {
        document: script.document.clone(),
        broker_log,
        member_logs: Vec::new(),
    };
    for (ix, (launch, process)) in script.processes.iter().zip(&processes).enumerate() {
        let name = format!("{}.{ix}", launch.member);
        recording.member_logs.push((name, process.log()));
    }
    let said: Vec<_> = processes.iter().map(Process::take_lines).collect();
    recording.observe(script, begin_ms, &said);
    Ok(recording)
}

/// Starts a member's process, which loads its classes and waits.
fn prepare(script: &Script, launch: &Launch, cluster: &Cluster, java: &Java) -> Result<Process> {
    const BYTES: &str = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
    let mut config = BTreeMap::from([
        ("client.id", launch.member.as_str()),
        ("auto.offset.reset", "earliest"),
    ]);
    config.extend(launch.config.iter().map(|(key, value)| (&**key, &**value)));
    let bootstrap = cluster.bootstrap();
    config.extend([
        ("bootstrap.servers", bootstrap.as_str()),
        ("group.id", &script.name),
        ("key.deserializer", BYTES),
        ("value.deserializer", BYTES),
    ]);
    let names = config
        .get("partition.assignment.strategy")
        .copied()
        .map(class_names);
    if let Some(names) = &names {
        config.insert("partition.assignment.strategy", names);
    }
    let mut properties = String::new();
    for (key, value) in config {
        let _ = writeln!(properties, "{key}={value}");
    }
    let mut command = java.command("Member", "-Xmx128m");
    command.arg(&launch.subscription).arg(properties);
    Process::start(format!("{} {}", launch.member, launch.incarnation), command)
}

/// The assignors' classes, for the short names that a scenario may use.
fn class_names(names: &str) -> String {
    let class = |name: &str| match name.trim() {
        "range" => "org.apache.kafka.clients.consumer.RangeAssignor".to_owned(),
        "roundrobin" => "org.apache.kafka.clients.consumer.RoundRobinAssignor".to_owned(),
        "sticky" => "org.apache.kafka.clients.consumer.StickyAssignor".to_owned(),
        "cooperative-sticky" => {
            "org.apache.kafka.clients.consumer.CooperativeStickyAssignor".to_owned()
        }
        name if name.contains('.') => name.to_owned(),
        name => format!("org.apache.kafka.clients.consumer.{name}"),
    };
    let classes: Vec<_> = names.split(',').map(class).collect();
    classes.join(",")
}

fn act(action: &Action, processes: &mut [Process], cluster: &mut Cluster) -> Result<()> {
    match action {
        Action::Start(ix) => at(processes, *ix)?.say("go"),
        Action::Tell(ix, line) => {
            // As in a scenario: an action on a member that has ended has no effect.
            let _ = at(processes, *ix)?.say(line);
            Ok(())
        }
        Action::Kill(ix) => at(processes, *ix)?.kill(),
        Action::Freeze(ix) => at(processes, *ix)?.freeze(),
        Action::Thaw(ix) => at(processes, *ix)?.thaw(),
        Action::Operate(line) => cluster.operate(line),
    }
}

fn at(processes: &mut [Process], ix: usize) -> Result<&mut Process> {
    processes.get_mut(ix).context("no such process")
}

impl Recording {
    /// Turns what the processes said and logged into `member_ids` and `observed`.
    fn observe(&mut self, script: &Script, begin_ms: u64, said: &[Vec<String>]) {
        let group = script.name.as_str();
        let mut ids = Ids::default();
        let mut events: Vec<(u64, Map<String, Value>)> = Vec::new();
        for line in &self.broker_log {
            if let Some((at_ms, id)) = broker_log::member_id(line, group) {
                ids.found.push((at_ms, id));
            }
            for logged in broker_log::events(line, group) {
                events.push((logged.at_ms, entry("coordinator", None, logged.fields)));
            }
        }
        for (_, log) in &self.member_logs {
            ids.found
                .extend(log.iter().filter_map(|line| joined_id(line, group)));
        }
        for (launch, lines) in script.processes.iter().zip(said) {
            let several = script
                .processes
                .iter()
                .filter(|other| other.member == launch.member);
            let incarnation = (several.count() > 1).then_some(launch.incarnation);
            for line in lines {
                let Ok(Value::Object(mut fields)) = serde_json::from_str(line) else {
                    continue;
                };
                let at_ms = fields
                    .shift_remove("t")
                    .and_then(|t| t.as_u64())
                    .unwrap_or(0);
                if let Some(id) = fields.get("member_id").and_then(Value::as_str) {
                    ids.found.push((at_ms, id.to_owned()));
                }
                events.push((at_ms, entry(&launch.member, incarnation, fields)));
            }
        }
        events.retain(|(at_ms, _)| (begin_ms..=begin_ms + script.until_ms).contains(at_ms));
        events.sort_by_key(|(at_ms, _)| *at_ms);
        let observed: Vec<Value> = events
            .into_iter()
            .map(|(at_ms, mut fields)| {
                fields.shift_insert(0, "t_ms".to_owned(), (at_ms - begin_ms).into());
                Value::Object(fields)
            })
            .collect();
        self.insert_before("actions", "member_ids", ids.by_name().into());
        self.document.insert("observed".to_owned(), observed.into());
        self.broker_log
            .retain(|line| broker_log::concerns(line, group));
    }

    fn insert_before(&mut self, field: &str, name: &str, value: Value) {
        self.document.shift_remove(name);
        let at = self.document.keys().position(|key| key == field);
        let at = at.unwrap_or(self.document.len());
        self.document.shift_insert(at, name.to_owned(), value);
    }
}

fn entry(who: &str, incarnation: Option<usize>, fields: Map<String, Value>) -> Map<String, Value> {
    let mut entry = Map::new();
    entry.insert("who".to_owned(), who.into());
    if let Some(incarnation) = incarnation {
        entry.insert("incarnation".to_owned(), incarnation.into());
    }
    entry.extend(fields);
    entry
}

/// The member id that a consumer's log says it joined with. The broker's log doesn't tell the id of a
/// static member that replaces another.
fn joined_id(line: &str, group: &str) -> Option<(u64, String)> {
    let (at_ms, text) = broker_log::split(line)?;
    text.contains(&format!("groupId={group}]")).then_some(())?;
    let (_, rest) = text.split_once("memberId='")?;
    let (id, _) = rest.split_once('\'')?;
    Some((at_ms, id.to_owned()))
}

/// Member ids with the time when they were seen.
#[derive(Debug, Default)]
struct Ids {
    found: Vec<(u64, String)>,
}

impl Ids {
    /// Each id once, in the order of time, by the name before its UUID.
    fn by_name(mut self) -> Map<String, Value> {
        const UUID: usize = "-01234567-89ab-cdef-0123-456789abcdef".len();
        self.found.sort_by_key(|(at_ms, _)| *at_ms);
        let mut seen = BTreeSet::new();
        let mut by_name: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (_, id) in self.found {
            let name = id.len().checked_sub(UUID).and_then(|end| id.get(..end));
            if let Some(name) = name
                && !name.is_empty()
                && seen.insert(id.clone())
            {
                by_name.entry(name.to_owned()).or_default().push(id);
            }
        }
        by_name
            .into_iter()
            .map(|(name, ids)| (name, ids.into()))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "c1-00000000-0000-0000-0000-00000000000";

    fn script() -> Script {
        let document = json!({
            "topics": [{"name": "a", "partitions": 6}],
            "members": [{"name": "c1"}],
            "actions": [
                {"at_ms": 0, "do": "start", "member": "c1"},
                {"at_ms": 900, "do": "start", "member": "c1"}
            ],
            "until_ms": 1000
        });
        Script::read(&document.to_string(), "g", None).unwrap()
    }

    #[test]
    fn observations_are_put_in_order_and_made_relative() {
        let broker = |ms: u32, text: &str| {
            format!("[2026-11-21 05:27:17,{ms:03}] INFO [GroupCoordinator id=1] {text}")
        };
        let begin_ms = 1_795_238_837_100;
        let mut recording = Recording {
            document: script().document,
            broker_log: vec![
                broker(90, "Stabilized group g generation 1 with 1 members."),
                broker(
                    150,
                    &format!(
                        "Dynamic member with unknown member id joins group g in Empty state. Created a new member id {ID}1 and requesting the member to rejoin with this id."
                    ),
                ),
                broker(160, "Stabilized group g generation 2 with 1 members."),
                broker(170, "Stabilized group h generation 3 with 1 members."),
            ],
            member_logs: vec![(
                "c1.1".to_owned(),
                vec![format!(
                    "[2026-11-21 05:27:17,155] INFO [Consumer clientId=c1, groupId=g] Successfully joined group with generation Generation{{generationId=2, memberId='{ID}2', protocol='range'}}"
                )],
            )],
        };
        let said = [
            vec![format!(r#"{{"t":{},"event":"started"}}"#, begin_ms + 5)],
            vec![
                "ready".to_owned(),
                format!(r#"{{"t":{},"event":"ended"}}"#, begin_ms + 2000),
            ],
        ];
        recording.observe(&script(), begin_ms, &said);
        assert_eq!(
            recording.document["observed"],
            json!([
                {"t_ms": 5, "who": "c1", "incarnation": 1, "event": "started"},
                {"t_ms": 60, "who": "coordinator", "event": "completing", "generation": 2, "members": 1}
            ])
        );
        let ids = [format!("{ID}1"), format!("{ID}2")];
        assert_eq!(recording.document["member_ids"], json!({"c1": ids}));
        assert_eq!(recording.broker_log.len(), 3);
        let keys: Vec<_> = recording.document.keys().collect();
        let place = |name: &str| keys.iter().position(|key| *key == name);
        assert_eq!(place("member_ids").map(|at| at + 1), place("actions"));
    }

    #[test]
    fn short_names_of_assignors_become_classes() {
        assert_eq!(
            class_names("range, my.own.Assignor,StickyAssignor"),
            "org.apache.kafka.clients.consumer.RangeAssignor,my.own.Assignor,org.apache.kafka.clients.consumer.StickyAssignor"
        );
    }
}
