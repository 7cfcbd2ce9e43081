//! Kafka's classes in a Java process that answers a line of JSON per case.
//!
//! The program is one of the Maven modules: `assignors`, or `consumers` for [`crate::startup`]. Answers come in the order of the questions. After a
//! case whose assignor never returns the process ends itself; it is started again, and what it had
//! not answered yet is asked again.

use std::collections::{BTreeMap, VecDeque};
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use anyhow::{Context as _, Result, bail, ensure};
use assignor_core::version::KafkaVersion;
use serde::Deserialize;
use serde_json::Value;

use crate::answer::Answer;
use crate::case::Case;

/// The first release whose broker has its assignors in a jar of their own.
const FIRST_WITH_SERVER: KafkaVersion = KafkaVersion::new(4, 0, 0);

/// How long a case may take that the core says ends.
const PATIENCE_MS: u64 = 60_000;

/// How long a case may take that the core says never ends: such small groups take Java milliseconds.
const ENDLESS_MS: u64 = 1_500;

/// A module of the Maven project with a program that answers lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Module {
    /// What assignors give.
    Assignors,
    /// What the constructor of a consumer does.
    Consumers,
}

impl Module {
    const fn name(self) -> &'static str {
        match self {
            Self::Assignors => "assignors",
            Self::Consumers => "consumers",
        }
    }
}

/// A module, compiled against one release.
#[derive(Clone, Debug)]
pub struct Classes {
    module: Module,
    java: PathBuf,
    class_path: OsString,
}

impl Classes {
    /// Compiles the module with Maven, below `home`, which it makes if need be. `project` is the
    /// folder of `tests/conformance/pom.xml`.
    pub fn build(module: Module, project: &Path, home: &Path, kafka: KafkaVersion) -> Result<Self> {
        let java = program(
            "java",
            "Java 17 or later, with its compiler: on Debian `apt-get install \
             openjdk-17-jdk-headless`, elsewhere https://adoptium.net",
        )?;
        let maven = program(
            "mvn",
            "Maven 3.8 or later: on Debian `apt-get install maven`, elsewhere \
             https://maven.apache.org/install.html",
        )?;
        let kafka = release(kafka);
        let home = std::path::absolute(home)?;
        let mut command = Command::new(maven);
        command
            .args([
                "--batch-mode",
                "--quiet",
                "--projects",
                module.name(),
                "compile",
            ])
            .arg(format!("-Dkafka.version={kafka}"))
            .arg(format!("-Dbuild.home={}", home.display()))
            .current_dir(project)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let has_server = kafka.parse::<KafkaVersion>()? >= FIRST_WITH_SERVER;
        if module == Module::Assignors && has_server {
            command.arg("--activate-profiles=server");
        }
        let output = command.output().context("cannot start `mvn`")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            let said: Vec<&str> = said.lines().take(4).collect();
            bail!(
                "Maven cannot compile against Kafka {kafka}: {}\nIs {kafka} a release, and can \
                 Maven reach its repository?",
                said.join("\n")
            );
        }
        let built = home.join(format!("{}-{kafka}", module.name()));
        let file = built.join("class-path");
        let dependencies = fs::read_to_string(&file)
            .with_context(|| format!("Maven has not written {}", file.display()))?;
        let classes = std::iter::once(built.join("classes"));
        let class_path = env::join_paths(classes.chain(env::split_paths(dependencies.trim())))?;
        Ok(Self {
            module,
            java,
            class_path,
        })
    }

    /// A Java process about to run the module's class `main`.
    pub fn command(&self, main: &str) -> Command {
        let mut command = Command::new(&self.java);
        command.arg("-cp").arg(&self.class_path).arg(main);
        command
    }
}

/// All three numbers, as Maven knows a release.
pub fn release(version: KafkaVersion) -> String {
    let KafkaVersion {
        major,
        minor,
        patch,
    } = version;
    format!("{major}.{minor}.{patch}")
}

fn program(name: &str, remedy: &str) -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let found = env::split_paths(&path).find_map(|folder| {
        let endings = if cfg!(windows) {
            &[".exe", ".cmd"][..]
        } else {
            &[""]
        };
        let files = endings
            .iter()
            .map(|ending| folder.join(format!("{name}{ending}")));
        files.into_iter().find(|file| file.is_file())
    });
    found.with_context(|| {
        format!(
            "`{name}` is not on the path. Only this comparison needs it, nothing else does. \
             Install {remedy}"
        )
    })
}

/// What a process says about itself before it answers.
#[derive(Clone, Debug, Deserialize)]
pub struct Introduction {
    /// The release of Kafka that answers.
    pub kafka: String,
    /// The release of Java.
    pub java: String,
    /// The assignors that there are, if they answer.
    #[serde(default)]
    pub assignors: Vec<String>,
    /// The consumer's properties and their types, if consumers answer.
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Line {
    id: String,
    #[serde(flatten)]
    answer: Answer,
}

/// Kafka's classes, ready for cases.
#[derive(Debug)]
pub struct Jvm {
    classes: Classes,
    process: Process,
    introduction: Introduction,
    /// Lines that were sent and are not answered, with their ids.
    asked: VecDeque<(String, String)>,
}

/// A program that is running.
#[derive(Debug)]
pub(crate) struct Process {
    child: Child,
    pub(crate) input: BufWriter<ChildStdin>,
    output: Receiver<std::io::Result<String>>,
}

impl Jvm {
    /// Starts a process.
    pub fn start(classes: Classes) -> Result<Self> {
        let (process, introduction) = Process::start(&classes)?;
        Ok(Self {
            classes,
            process,
            introduction,
            asked: VecDeque::new(),
        })
    }

    /// Who answers.
    pub fn introduction(&self) -> &Introduction {
        &self.introduction
    }

    /// The number of cases that are asked and not answered.
    pub fn pending(&self) -> usize {
        self.asked.len()
    }

    /// Asks. `endless` says that no answer is expected.
    pub fn ask(&mut self, case: &Case, endless: bool) -> Result<()> {
        let mut line = serde_json::to_value(case)?;
        if let Value::Object(fields) = &mut line {
            let timeout = if endless { ENDLESS_MS } else { PATIENCE_MS };
            fields.insert("timeout_ms".to_owned(), timeout.into());
        }
        let line = line.to_string();
        // A process that has just ended itself takes no more lines: what counts is the queue.
        let _ = writeln!(self.process.input, "{line}");
        self.asked.push_back((case.id().to_owned(), line));
        Ok(())
    }

    /// The answer to the case that was asked first of those not answered.
    pub fn answer(&mut self) -> Result<Answer> {
        let _ = self.process.input.flush();
        let line = self.process.line()?;
        let line: Line = serde_json::from_str(&line)
            .with_context(|| format!("the Java process answers {line}"))?;
        let (id, _) = self.asked.pop_front().unwrap_or_default();
        ensure!(
            id == line.id,
            "the Java process answers {}, and {id} was asked",
            line.id
        );
        if let Answer::Hangs(_) = line.answer {
            let (process, _) = Process::start(&self.classes)?;
            self.process = process;
            for (_, line) in &self.asked {
                writeln!(self.process.input, "{line}")?;
            }
        }
        Ok(line.answer)
    }

    /// Asks and waits.
    pub fn ask_one(&mut self, case: &Case, endless: bool) -> Result<Answer> {
        self.ask(case, endless)?;
        self.answer()
    }
}

impl Process {
    /// Starts the module's program, which says who answers.
    pub(crate) fn start(classes: &Classes) -> Result<(Self, Introduction)> {
        let main = format!("lab.conformance.{}.Main", classes.module.name());
        let mut child = classes
            .command(&main)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot start `java`")?;
        let input = child
            .stdin
            .take()
            .context("the Java process has no input")?;
        let output = child
            .stdout
            .take()
            .context("the Java process has no output")?;
        // Read while questions are still being written, or both sides could wait for ever.
        let (lines, received) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(output).lines() {
                if lines.send(line).is_err() {
                    break;
                }
            }
        });
        let mut process = Self {
            child,
            input: BufWriter::new(input),
            output: received,
        };
        let line = process.line()?;
        let introduction = serde_json::from_str(&line)
            .with_context(|| format!("the Java process begins with {line}"))?;
        Ok((process, introduction))
    }

    /// The next line that it prints.
    pub(crate) fn line(&mut self) -> Result<String> {
        if let Ok(line) = self.output.recv() {
            return Ok(line?);
        }
        let status = self.child.wait()?;
        bail!("the Java process ended ({status}) in the middle of its answers")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It has nothing to save. It may be in an endless loop, or gone.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
