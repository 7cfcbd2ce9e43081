//! The Java side: the Maven module `cluster`, built against a release of Kafka.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use assignor_core::version::KafkaVersion;

use crate::script::number_of;

/// How Java is started.
#[derive(Debug, Clone)]
pub(crate) struct Java {
    program: PathBuf,
    class_path: String,
}

/// An error that says what to install, unless both programs are there.
pub(crate) fn check() -> Result<()> {
    tools().map(drop)
}

/// Java and Maven.
fn tools() -> Result<[PathBuf; 2]> {
    let java = find("java", "a Java development kit, version 17 or later")?;
    let maven = find("mvn", "Maven, version 3.8 or later")?;
    Ok([java, maven])
}

impl Java {
    /// Compiles the module, and fetches the release with what it needs, below `home`.
    pub(crate) fn build(home: &Path, release: KafkaVersion) -> Result<Self> {
        let release = number_of(release);
        let [program, maven] = tools()?;
        let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let home = std::path::absolute(home)?;
        let output = Command::new(maven)
            .args([
                "--batch-mode",
                "--quiet",
                "--projects",
                "cluster",
                "compile",
            ])
            .arg(format!("-Dkafka.version={release}"))
            .arg(format!("-Dbuild.home={}", home.display()))
            .current_dir(project)
            .stdin(Stdio::null())
            .output()
            .context("cannot start `mvn`")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stdout);
            let said: Vec<_> = said.lines().take(4).collect();
            bail!(
                "Maven cannot build the cluster of Kafka {release}:\n{}\nIs {release} a release, and can Maven reach its repository?",
                said.join("\n")
            );
        }
        let built = home.join(format!("cluster-{release}"));
        let file = built.join("class-path");
        let dependencies = fs::read_to_string(&file)
            .with_context(|| format!("Maven has not written {}", file.display()))?;
        let all =
            std::iter::once(built.join("classes")).chain(env::split_paths(dependencies.trim()));
        let class_path = env::join_paths(all)?.to_string_lossy().into_owned();
        Ok(Self {
            program,
            class_path,
        })
    }

    /// A command for a main class of the module.
    pub(crate) fn command(&self, class: &str, heap: &str) -> Command {
        let mut command = Command::new(&self.program);
        command
            // Few and short pauses, and little compiling beside what is measured.
            .args(["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", heap])
            .arg("-Duser.timezone=UTC")
            .arg("-Dorg.slf4j.simpleLogger.showDateTime=true")
            .arg("-Dorg.slf4j.simpleLogger.dateTimeFormat=[yyyy-MM-dd HH:mm:ss,SSS]")
            .arg("-Dorg.slf4j.simpleLogger.showThreadName=false")
            .arg("-cp")
            .arg(&self.class_path)
            .arg(format!("lab.conformance.cluster.{class}"));
        command
    }
}

/// A program on the path.
fn find(name: &str, what: &str) -> Result<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let endings: &[&str] = if cfg!(windows) {
        &[".exe", ".cmd"]
    } else {
        &[""]
    };
    let found = env::split_paths(&path).find_map(|folder| {
        let files = endings
            .iter()
            .map(|ending| folder.join(format!("{name}{ending}")));
        files.into_iter().find(|file| file.is_file())
    });
    found.with_context(|| {
        format!("`{name}` is not on the path. To record a real cluster, install {what}; nothing else in the project needs it")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_program_is_named_with_the_remedy() {
        let error = find("no-such-program", "one that exists").unwrap_err();
        let text = error.to_string();
        assert!(
            text.contains("`no-such-program`") && text.contains("install one that exists"),
            "{text}"
        );
    }
}
