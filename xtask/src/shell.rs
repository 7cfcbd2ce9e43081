//! Starting other programs: the project's tools on the path, the environment that trunk can bear,
//! errors that name the whole command.

use std::env;
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};

use crate::project::Project;
use crate::tally::Tally;

/// A program about to be started in the root of the checkout.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
}

/// `program` with the project's tools on its path.
pub(crate) fn program(project: &Project, program: impl AsRef<OsStr>) -> Program {
    let mut command = Command::new(program);
    command.current_dir(project.root()).stdin(Stdio::null());
    if let Ok(path) = project.search_path() {
        command.env("PATH", path);
    }
    Program { command }
}

/// The cargo that started this task.
pub(crate) fn cargo(project: &Project) -> Program {
    program(
        project,
        std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
    )
}

/// Trunk, which exits when `NO_COLOR` is `1` and asks the network for its own updates if nobody forbids it.
pub(crate) fn trunk(project: &Project) -> Program {
    program(project, "trunk")
        .without("NO_COLOR")
        .env("TRUNK_SKIP_VERSION_CHECK", "true")
        .env(
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
            wasm_flags(),
        )
}

/// The compiler's flags for the page: those of `.cargo/config.toml`, which these replace, and short paths in the texts of
/// panics, the same on every machine.
fn wasm_flags() -> String {
    let mut flags = "-Csymbol-mangling-version=v0".to_owned();
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home.or_else(|| Some(env::home_dir()?.join(".cargo")));
    let sources = home.map(|home| home.join("registry").join("src"));
    let registries = sources.and_then(|sources| fs::read_dir(sources).ok());
    for registry in registries.into_iter().flatten().flatten() {
        let path = registry.path();
        // The variable separates by spaces.
        if let Some(path) = path.to_str().filter(|path| !path.contains(' ')) {
            let _ = write!(flags, " --remap-path-prefix={path}=crates");
        }
    }
    flags
}

/// Playwright's test command.
pub(crate) fn playwright(project: &Project) -> Program {
    // Through node: npm's own start scripts have another name on Windows.
    let script = project.root().join("node_modules/@playwright/test/cli.js");
    program(project, "node").arg(script).arg("test")
}

impl Program {
    pub(crate) fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.command.arg(arg);
        self
    }

    /// Adds the words of `line`, which are separated by single spaces.
    pub(crate) fn args(mut self, line: &str) -> Self {
        self.command.args(line.split(' '));
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.command.env_remove(name);
        self
    }

    /// Runs it on this terminal; an error unless it succeeds.
    pub(crate) fn run(mut self) -> Result<()> {
        let status = self.command.status().with_context(|| self.cannot_start())?;
        if status.success() {
            Ok(())
        } else {
            bail!("`{}` failed ({status})", self.line())
        }
    }

    /// Runs it on this terminal and passes its exit code on.
    pub(crate) fn exit_code(mut self) -> Result<ExitCode> {
        let status = self.command.status().with_context(|| self.cannot_start())?;
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
    }

    /// Runs it, shows its output line by line and counts the tests that it reports.
    pub(crate) fn run_counted(mut self, tally: &mut Tally) -> Result<()> {
        let mut child = self
            .command
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| self.cannot_start())?;
        if let Some(output) = child.stdout.take() {
            for line in BufReader::new(output).split(b'\n') {
                let line = line.context("its output ended in the middle")?;
                let line = String::from_utf8_lossy(&line);
                println!("{line}");
                tally.read(&line);
            }
        }
        let status = child.wait()?;
        if status.success() {
            Ok(())
        } else {
            bail!("`{}` failed ({status})", self.line())
        }
    }

    /// Its standard output if it succeeds, without showing anything.
    pub(crate) fn output(mut self) -> Option<String> {
        let output = self
            .command
            .output()
            .ok()
            .filter(|output| output.status.success())?;
        String::from_utf8(output.stdout).ok()
    }

    /// Whether it succeeds, without showing anything.
    pub(crate) fn succeeds(self) -> bool {
        self.output().is_some()
    }

    fn cannot_start(&self) -> String {
        format!("cannot start `{}`", self.line())
    }

    /// The command line, the program without its folder.
    fn line(&self) -> String {
        let program = Path::new(self.command.get_program());
        let name = program.file_name().unwrap_or(program.as_os_str());
        let words: Vec<_> = std::iter::once(name)
            .chain(self.command.get_args())
            .collect();
        words.join(OsStr::new(" ")).to_string_lossy().into_owned()
    }
}
