//! The development server: trunk on a free port, the address said once it answers, the browser opened.

use std::env;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};

use crate::project::Project;
use crate::setup;
use crate::shell::trunk;

const FIRST_PORT: u16 = 8080;
/// How many ports from the first are tried.
const PORTS: u16 = 100;
/// After this time the address is no longer waited for.
const PATIENCE: Duration = Duration::from_mins(20);

/// Builds the page, serves it and rebuilds it on change, until it is interrupted.
pub(crate) fn serve(project: &Project, port: Option<u16>, open: bool) -> Result<()> {
    setup::for_build(project)?;
    let port = match port {
        Some(port) if is_free(port) => port,
        Some(port) => {
            bail!("port {port} is taken; leave --port out for the next free one from {FIRST_PORT}")
        }
        None => first_free(FIRST_PORT..FIRST_PORT + PORTS, is_free).with_context(|| {
            format!(
                "no port from {FIRST_PORT} to {} is free; choose one with --port",
                FIRST_PORT + PORTS - 1
            )
        })?,
    };
    println!(
        "building the page: about a minute when nothing is compiled yet, then seconds per change"
    );
    thread::spawn(move || announce(port));
    let mut server = trunk(project)
        .args("serve --address 127.0.0.1 --dist")
        // A folder of its own: dist/ keeps the release build.
        .arg(project.target().join("site-dev"))
        .arg("--port")
        .arg(port.to_string());
    if open && has_display() {
        server = server.arg("--open");
    }
    server.run()
}

/// Says the address as soon as something answers there.
fn announce(port: u16) {
    let start = Instant::now();
    while start.elapsed() < PATIENCE {
        if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
            println!("\n  Rebalance Lab is at http://127.0.0.1:{port}/   (Ctrl-C stops it)\n");
            return;
        }
        thread::sleep(Duration::from_millis(200));
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

fn first_free(mut ports: impl Iterator<Item = u16>, is_free: impl Fn(u16) -> bool) -> Option<u16> {
    ports.find(|&port| is_free(port))
}

/// Whether a browser window can be seen by whoever started this.
fn has_display() -> bool {
    if env::var_os("CI").is_some() || env::var_os("SSH_CONNECTION").is_some() {
        return false;
    }
    cfg!(any(windows, target_os = "macos"))
        || ["DISPLAY", "WAYLAND_DISPLAY"]
            .iter()
            .any(|name| env::var_os(name).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_port_is_taken_when_the_first_is_not_free() {
        assert_eq!(first_free(8080..8083, |port| port != 8080), Some(8081));
        assert_eq!(first_free(8080..8083, |_| false), None);
    }

    #[test]
    fn a_port_with_a_listener_is_not_free() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        assert!(!is_free(port));
        drop(listener);
        assert!(is_free(port));
    }
}
