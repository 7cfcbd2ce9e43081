//! Processes that a recording starts: each in a group of its own, so that Ctrl-C doesn't reach it
//! before the recorder can end it, and each ended when its handle is dropped.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::interrupt;

/// How long a process may take to end by itself after its input has ended.
const GRACE: Duration = Duration::from_secs(10);

/// A started process whose output is read by threads.
#[derive(Debug)]
pub(crate) struct Process {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    /// Lines of standard output as they come.
    lines: Receiver<String>,
    /// Standard error so far, by line.
    log: Arc<Mutex<Vec<String>>>,
    readers: Vec<JoinHandle<()>>,
    frozen: bool,
}

impl Process {
    pub(crate) fn start(name: impl Into<String>, mut command: Command) -> Result<Self> {
        let name = name.into();
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let mut child = command.spawn().with_context(|| {
            let program = command.get_program().to_string_lossy();
            format!("cannot start `{program}` for {name}")
        })?;
        let (sender, lines) = channel();
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&log);
        let mut readers = Vec::new();
        if let Some(output) = child.stdout.take() {
            readers.push(each_line(output, move |line| {
                let _ = sender.send(line);
            }));
        }
        if let Some(errors) = child.stderr.take() {
            readers.push(each_line(errors, move |line| {
                kept.lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .push(line);
            }));
        }
        Ok(Self {
            name,
            input: child.stdin.take(),
            child,
            lines,
            log,
            readers,
            frozen: false,
        })
    }

    /// Gives it a command.
    pub(crate) fn say(&mut self, line: &str) -> Result<()> {
        let Some(input) = &mut self.input else {
            bail!("{} takes no commands any more", self.name);
        };
        let written = writeln!(input, "{line}").and_then(|()| input.flush());
        written.with_context(|| format!("{} doesn't take `{line}`", self.name))
    }

    /// Waits for the line `expected` and drops those before it.
    pub(crate) fn expect(&self, expected: &str, within: Duration) -> Result<()> {
        let end = Instant::now() + within;
        loop {
            interrupt::check()?;
            match self.lines.recv_timeout(Duration::from_millis(50)) {
                Ok(line) if line == expected => return Ok(()),
                Ok(line) if line.starts_with("failed ") => bail!("{}: {line}", self.name),
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) if Instant::now() < end => {}
                Err(RecvTimeoutError::Timeout) => bail!(
                    "{} didn't say `{expected}` within {} s{}",
                    self.name,
                    within.as_secs(),
                    self.last_words()
                ),
                Err(RecvTimeoutError::Disconnected) => {
                    bail!("{} ended early{}", self.name, self.last_words())
                }
            }
        }
    }

    /// Lines of standard output that nobody has taken yet.
    pub(crate) fn take_lines(&self) -> Vec<String> {
        self.lines.try_iter().collect()
    }

    /// Standard error so far.
    pub(crate) fn log(&self) -> Vec<String> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.clone()
    }

    /// The end of its log, for an error message.
    pub(crate) fn last_words(&self) -> String {
        let log = self.log();
        let last = &log[log.len().saturating_sub(8)..];
        let lines: Vec<_> = last.iter().map(|line| format!("\n    {line}")).collect();
        lines.concat()
    }

    /// SIGKILL.
    pub(crate) fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGSTOP.
    pub(crate) fn freeze(&mut self) -> Result<()> {
        self.frozen = true;
        self.signal("-STOP")
    }

    /// SIGCONT.
    pub(crate) fn thaw(&mut self) -> Result<()> {
        self.frozen = false;
        self.signal("-CONT")
    }

    fn signal(&self, signal: &str) -> Result<()> {
        let id = self.child.id().to_string();
        let arguments = [signal, &id].map(OsStr::new);
        let status = Command::new("kill").args(arguments).status();
        match status.context("cannot start `kill`, which stops processes")? {
            status if status.success() => Ok(()),
            _ => bail!("{} cannot be sent SIG{}", self.name, &signal[1..]),
        }
    }

    /// Moves it, with all its threads, to the real-time class.
    pub(crate) fn hurry(&self) -> Result<()> {
        hurry(self.child.id(), &[])
    }

    /// Ends its input, upon which it ends, and waits for all that it said.
    pub(crate) fn finish(&mut self) {
        self.input = None;
        if self.frozen {
            // A stopped process doesn't notice.
            let _ = self.child.kill();
        }
        let end = Instant::now() + GRACE;
        while Instant::now() < end && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
        for reader in self.readers.drain(..) {
            let _ = reader.join();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.finish();
    }
}

/// Moves this process to the real-time class, but not what it starts.
pub(crate) fn hurry_alone() -> Result<()> {
    hurry(std::process::id(), &["--reset-on-fork"])
}

/// Moves a process, with all its threads, to the real-time class, where it doesn't wait for others.
fn hurry(id: u32, options: &[&str]) -> Result<()> {
    let id = id.to_string();
    let moved = Command::new("chrt")
        .args(options)
        .args(["--all-tasks", "--rr", "--pid", "1", &id])
        .stdin(Stdio::null())
        .output()
        .context("cannot start `chrt`, which --realtime needs")?;
    if !moved.status.success() {
        let said = String::from_utf8_lossy(&moved.stderr);
        bail!(
            "--realtime needs the right to set priorities: {}",
            said.trim()
        );
    }
    Ok(())
}

fn each_line(
    from: impl Read + Send + 'static,
    mut take: impl FnMut(String) + Send + 'static,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        for line in BufReader::new(from).split(b'\n').map_while(Result::ok) {
            let line = String::from_utf8_lossy(&line);
            take(line.trim_end_matches('\r').to_owned());
        }
    })
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Process {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        Process::start("a shell", command).unwrap()
    }

    #[test]
    fn a_process_hears_and_is_heard() {
        let mut shell = shell("read x; echo \"got $x\"; echo done; echo loud >&2");
        shell.say("this").unwrap();
        shell.expect("got this", GRACE).unwrap();
        shell.finish();
        assert_eq!(shell.take_lines(), ["done"]);
        assert_eq!(shell.log(), ["loud"]);
    }

    #[test]
    fn an_early_end_is_reported_with_the_last_words() {
        let shell = shell("echo alas >&2; sleep 0.2");
        let error = shell.expect("ready", GRACE).unwrap_err().to_string();
        assert!(
            error.contains("ended early") && error.contains("alas"),
            "{error}"
        );
    }

    #[test]
    fn a_dropped_process_is_gone_even_when_frozen() {
        let mut shell = shell("while true; do read x || exit; done");
        let id = shell.child.id().to_string();
        shell.freeze().unwrap();
        drop(shell);
        let status = Command::new("kill").args(["-0", &id]).output().unwrap();
        assert!(!status.status.success(), "process {id} still exists");
    }
}
