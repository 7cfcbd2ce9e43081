//! A cluster of one broker on the loopback interface, in a folder of its own, and its operator.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context as _, Result};

use crate::java::Java;
use crate::process::Process;

/// From the start of the broker until topics can be created, on a machine that has other work.
const START: Duration = Duration::from_mins(2);
const COMMAND: Duration = Duration::from_secs(30);

/// A running broker with topics.
#[derive(Debug)]
pub(crate) struct Cluster {
    // In the order of their end: the folder goes last.
    operator: Process,
    broker: Process,
    _folder: Folder,
    port: u16,
}

/// Broker settings, by their names.
pub(crate) type Settings = BTreeMap<String, String>;

impl Cluster {
    /// Starts a broker with `settings` on top of those that one broker alone needs.
    pub(crate) fn start(java: &Java, settings: &Settings) -> Result<Self> {
        let folder = Folder::create()?;
        let [port, controller] = free_ports()?;
        let properties = server_properties(&folder, port, controller, settings);
        let file = folder.path.join("server.properties");
        fs::write(&file, properties).with_context(|| format!("cannot write {}", file.display()))?;
        let mut command = java.command("Broker", "-Xmx512m");
        command.arg(&folder.path);
        let broker = Process::start("the broker", command)?;
        let mut command = java.command("Operator", "-Xmx128m");
        command.arg(bootstrap(port));
        let operator = Process::start("the operator", command)?;
        if let Err(error) = operator.expect("ready", START) {
            // What the broker says is nearer to the cause.
            return Err(error.context(format!("the broker can't be used{}", broker.last_words())));
        }
        Ok(Self {
            operator,
            broker,
            _folder: folder,
            port,
        })
    }

    /// Where clients connect.
    pub(crate) fn bootstrap(&self) -> String {
        bootstrap(self.port)
    }

    /// Creates a topic and waits until it is there.
    pub(crate) fn create(&mut self, topic: &str, partitions: u64) -> Result<()> {
        let command = format!("create {topic} {partitions}");
        self.operator.say(&command)?;
        self.operator.expect(&format!("done {command}"), COMMAND)
    }

    /// Gives the operator a command and doesn't wait.
    pub(crate) fn operate(&mut self, command: &str) -> Result<()> {
        self.operator.say(command)
    }

    /// Commands that failed.
    pub(crate) fn failures(&self) -> Vec<String> {
        let lines = self.operator.take_lines().into_iter();
        lines.filter(|line| line.starts_with("failed ")).collect()
    }

    /// Moves its processes to the real-time class.
    pub(crate) fn hurry(&self) -> Result<()> {
        self.broker.hurry()?;
        self.operator.hurry()
    }

    /// What the broker has logged.
    pub(crate) fn broker_log(&self) -> Vec<String> {
        self.broker.log()
    }
}

fn bootstrap(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

/// Two ports that nobody listens on. Held at the same time, so that they differ.
fn free_ports() -> Result<[u16; 2]> {
    let listeners = [
        TcpListener::bind("127.0.0.1:0")?,
        TcpListener::bind("127.0.0.1:0")?,
    ];
    let [a, b] = &listeners;
    Ok([a.local_addr()?.port(), b.local_addr()?.port()])
}

fn server_properties(folder: &Folder, port: u16, controller: u16, settings: &Settings) -> String {
    let data = folder.path.join("data");
    // Java reads a backslash as an escape.
    let data = data.to_string_lossy().replace('\\', "/");
    let own = [
        ("process.roles", "broker,controller".to_owned()),
        ("node.id", "1".to_owned()),
        (
            "listeners",
            format!("PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}"),
        ),
        (
            "advertised.listeners",
            format!("PLAINTEXT://127.0.0.1:{port}"),
        ),
        ("controller.listener.names", "CONTROLLER".to_owned()),
        (
            "controller.quorum.voters",
            format!("1@127.0.0.1:{controller}"),
        ),
        (
            "listener.security.protocol.map",
            "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT".to_owned(),
        ),
        ("inter.broker.listener.name", "PLAINTEXT".to_owned()),
        ("log.dirs", data),
        ("offsets.topic.replication.factor", "1".to_owned()),
        ("offsets.topic.num.partitions", "4".to_owned()),
        ("transaction.state.log.replication.factor", "1".to_owned()),
        ("transaction.state.log.min.isr", "1".to_owned()),
        ("auto.create.topics.enable", "false".to_owned()),
        // Short sessions make short recordings.
        ("group.min.session.timeout.ms", "1000".to_owned()),
    ];
    let mut all: BTreeMap<&str, &str> = own.iter().map(|(key, value)| (*key, &**value)).collect();
    all.extend(settings.iter().map(|(key, value)| (&**key, &**value)));
    let mut text = String::new();
    for (key, value) in all {
        let _ = writeln!(text, "{key}={value}");
    }
    text
}

/// A folder that exists as long as this value.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
}

impl Folder {
    fn create() -> Result<Self> {
        let own = format!("rebalance-lab-cluster-{}", std::process::id());
        for number in 0..1000 {
            let path = std::env::temp_dir().join(format!("{own}-{number}"));
            match fs::create_dir(&path) {
                Ok(()) => return Ok(Self { path }),
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                Err(error) => {
                    return Err(error).with_context(|| format!("cannot create {}", path.display()));
                }
            }
        }
        anyhow::bail!("there are already 1000 folders of the name {own}")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_removed_with_what_is_in_it() {
        let folder = Folder::create().unwrap();
        let other = Folder::create().unwrap();
        assert_ne!(folder.path, other.path);
        fs::write(folder.path.join("file"), "text").unwrap();
        let path = folder.path.clone();
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn settings_of_a_run_win_over_the_recorders_own() {
        let folder = Folder::create().unwrap();
        let name = "group.min.session.timeout.ms".to_owned();
        let settings = Settings::from([(name, "2000".to_owned())]);
        let text = server_properties(&folder, 1, 2, &settings);
        assert!(
            text.contains("group.min.session.timeout.ms=2000\n"),
            "{text}"
        );
        assert!(
            text.contains("controller.quorum.voters=1@127.0.0.1:2\n"),
            "{text}"
        );
        assert_eq!(text.matches("group.min.session").count(), 1, "{text}");
    }
}
