//! The tools that the tasks need: each is looked for, installed inside the project if it is missing,
//! and named with the command that installs it where that is not possible.
//!
//! A second run only looks. Versions are those of the lock files; trunk's stands here.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use anyhow::{Context as _, Result, bail};

use crate::project::Project;
use crate::shell::{cargo, program};

/// The last release that compiles with the pinned Rust. `Trunk.toml` asks for the same.
const TRUNK: &str = "0.21.14";
/// The oldest Node that Playwright runs on.
const NODE: u32 = 20;
const WASM: &str = "wasm32-unknown-unknown";
/// Names under which a Chromium that Playwright can steer may be installed.
const CHROMIUMS: [&str; 5] = [
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
];

/// A command-line tool written in Rust.
struct Tool {
    package: &'static str,
    programs: &'static [&'static str],
    version: String,
    reason: &'static str,
    /// How long compiling takes on two cores.
    compiles_in: &'static str,
    /// The prebuilt archive of the project that makes it, for this machine.
    archive: Option<String>,
}

/// What building and serving the page needs.
pub(crate) fn for_build(project: &Project) -> Result<()> {
    languages(project)?;
    builders(project)
}

/// Rust and Node, with their targets, components and packages.
pub(crate) fn languages(project: &Project) -> Result<()> {
    println!("tools");
    rust(project)?;
    node(project)
}

/// The programs that build the page, for which the languages have to be there.
fn builders(project: &Project) -> Result<()> {
    for tool in [wasm_bindgen(project)?, trunk()] {
        cargo_tool(project, &tool)?;
    }
    let leftovers = project.tools().join("build");
    if leftovers.exists() {
        fs::remove_dir_all(&leftovers)
            .with_context(|| format!("cannot remove {}", leftovers.display()))?;
    }
    Ok(())
}

/// What timing natively and as WebAssembly needs, but for Java.
pub(crate) fn for_bench(project: &Project) -> Result<()> {
    println!("tools");
    rust(project)?;
    cargo_tool(project, &wasm_bindgen(project)?)
}

/// What every task needs, the browser included.
pub(crate) fn all(project: &Project) -> Result<()> {
    languages(project)?;
    tools(project)
}

/// The programs that build the page and the browser that tests it, for which the languages have to be there.
pub(crate) fn tools(project: &Project) -> Result<()> {
    thread::scope(|scope| {
        // It is fetched and unpacked while the tools are compiled.
        let chromium = scope.spawn(|| chromium(project));
        builders(project)?;
        let chromium = chromium
            .join()
            .unwrap_or_else(|_| bail!("looking for Chromium broke off"))?;
        ok("chromium", &chromium.display().to_string());
        Ok(())
    })
}

fn ok(tool: &str, what: &str) {
    println!("  {tool:<13} {what}");
}

fn rust(project: &Project) -> Result<()> {
    let version = program(project, "rustc").arg("--version").output();
    let Some(version) = version else {
        bail!("there is no Rust compiler; install rustup from https://rustup.rs")
    };
    if !has_wasm_target(project) {
        println!("  adding Rust's {WASM} target: the page is compiled for it (seconds)");
        rustup(project, &format!("target add {WASM}"))?;
    }
    for (component, check) in [("rustfmt", "fmt --version"), ("clippy", "clippy --version")] {
        if !cargo(project).args(check).succeeds() {
            println!("  adding {component}: `cargo xtask test` runs it (seconds)");
            rustup(project, &format!("component add {component}"))?;
        }
    }
    ok("rust", version.trim());
    Ok(())
}

fn has_wasm_target(project: &Project) -> bool {
    let dir = program(project, "rustc")
        .args("--print target-libdir --target")
        .arg(WASM)
        .output();
    dir.is_some_and(|dir| Path::new(dir.trim()).is_dir())
}

fn rustup(project: &Project, args: &str) -> Result<()> {
    let by_hand = || format!("it is needed; by hand: `rustup {args}` (rustup: https://rustup.rs)");
    program(project, "rustup")
        .args(args)
        .run()
        .with_context(by_hand)
}

fn node(project: &Project) -> Result<()> {
    let version = program(project, "node")
        .arg("--version")
        .output()
        .unwrap_or_default();
    let version = version.trim();
    if major(version).is_none_or(|major| major < NODE) {
        let found = if version.is_empty() {
            "none is on the PATH".to_owned()
        } else {
            format!("{version} is on the PATH")
        };
        bail!(
            "Node {NODE} or later is needed, {found}; install it from https://nodejs.org or with your package manager"
        );
    }
    ok("node", version);
    let lock = fs::read(project.root().join("package-lock.json"))
        .context("cannot read package-lock.json")?;
    // What was installed last, written only after npm succeeded.
    let stamp = project.root().join("node_modules/.installed-lock.json");
    if fs::read(&stamp).ok().as_ref() != Some(&lock) {
        println!(
            "  installing npm packages: wasm-opt makes the page small, Playwright and axe test it (about 10 s)"
        );
        let by_hand = "the npm packages are needed; by hand: `npm ci` in the root of the checkout";
        npm(project)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
            .run()
            .context(by_hand)?;
        fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))?;
    }
    ok("npm packages", "as in package-lock.json");
    Ok(())
}

fn npm(project: &Project) -> crate::shell::Program {
    let name = if cfg!(windows) { "npm.cmd" } else { "npm" };
    program(project, name).args("ci --no-audit --no-fund --loglevel=error")
}

/// `22` of `v22.1.0`.
fn major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

fn trunk() -> Tool {
    let machine = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => Some("x86_64-unknown-linux-gnu"),
        ("linux", "aarch64") => Some("aarch64-unknown-linux-gnu"),
        ("macos", "x86_64") => Some("x86_64-apple-darwin"),
        ("macos", "aarch64") => Some("aarch64-apple-darwin"),
        _ => None,
    };
    Tool {
        package: "trunk",
        programs: &["trunk"],
        version: TRUNK.to_owned(),
        reason: "it bundles the page and serves it while you work",
        compiles_in: "3 minutes",
        archive: machine.map(|machine| {
            format!("https://github.com/trunk-rs/trunk/releases/download/v{TRUNK}/trunk-{machine}.tar.gz")
        }),
    }
}

fn wasm_bindgen(project: &Project) -> Result<Tool> {
    let version = project.locked("wasm-bindgen")?;
    let machine = match (env::consts::OS, env::consts::ARCH) {
        ("linux", "x86_64") => Some("x86_64-unknown-linux-musl"),
        ("linux", "aarch64") => Some("aarch64-unknown-linux-gnu"),
        ("macos", "x86_64") => Some("x86_64-apple-darwin"),
        ("macos", "aarch64") => Some("aarch64-apple-darwin"),
        _ => None,
    };
    Ok(Tool {
        package: "wasm-bindgen-cli",
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
        reason: "it joins WebAssembly and JavaScript, and must have exactly the locked version",
        compiles_in: "1 minute",
        archive: machine.map(|machine| {
            format!(
                "https://github.com/wasm-bindgen/wasm-bindgen/releases/download/{version}/wasm-bindgen-{version}-{machine}.tar.gz"
            )
        }),
        version,
    })
}

fn cargo_tool(project: &Project, tool: &Tool) -> Result<()> {
    let Tool {
        package, version, ..
    } = tool;
    if !is_installed(project, tool) {
        println!("  installing {package} {version}: {}", tool.reason);
        let start = Instant::now();
        if let Err(reason) = download(project, tool) {
            println!(
                "  no prebuilt one ({reason:#}); compiling it, about {} on two cores",
                tool.compiles_in
            );
            compile(project, tool)
                .with_context(|| format!("{package} {version} is needed; by hand: `cargo install {package} --locked --version {version}`"))?;
        }
        if !is_installed(project, tool) {
            bail!(
                "{package} {version} was installed but does not run; see {}",
                project.tools().join("bin").display()
            );
        }
        println!("  installed in {} s", start.elapsed().as_secs());
    }
    ok(package, version);
    Ok(())
}

/// Whether each of the tool's programs on the path has its version.
fn is_installed(project: &Project, tool: &Tool) -> bool {
    tool.programs.iter().all(|name| {
        let Some(file) = project.find(name) else {
            return false;
        };
        let answer = program(project, file).arg("--version").output();
        answer.is_some_and(|answer| reported_version(&answer) == Some(&tool.version))
    })
}

/// `0.21.14` of `trunk 0.21.14`; a commit in brackets may follow.
fn reported_version(answer: &str) -> Option<&str> {
    answer.split_whitespace().nth(1)
}

/// Fetches the prebuilt archive and puts its programs beside the other tools. Gives up quickly.
fn download(project: &Project, tool: &Tool) -> Result<()> {
    let Some(url) = &tool.archive else {
        bail!("none is made for this machine")
    };
    let dir = project.tools().join("build").join(tool.package);
    fs::create_dir_all(&dir)?;
    let archive = dir.join("archive.tar.gz");
    let fetched = program(project, "curl")
        .args("--fail --silent --location --connect-timeout 5 --max-time 120 --output")
        .arg(&archive)
        .arg(url);
    if !fetched.succeeds() {
        bail!("{url} cannot be fetched");
    }
    if !program(project, "tar")
        .arg("-xzf")
        .arg(&archive)
        .arg("-C")
        .arg(&dir)
        .succeeds()
    {
        bail!("{url} cannot be unpacked");
    }
    let bin = project.tools().join("bin");
    fs::create_dir_all(&bin)?;
    for name in tool.programs {
        let file = find_below(&dir, name)?.with_context(|| format!("{url} has no {name}"))?;
        fs::copy(file, bin.join(name))?;
    }
    if !is_installed(project, tool) {
        for name in tool.programs {
            fs::remove_file(bin.join(name))?;
        }
        bail!("the one from {url} does not run here");
    }
    Ok(())
}

fn find_below(dir: &Path, name: &str) -> io::Result<Option<PathBuf>> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            if let Some(found) = find_below(&path, name)? {
                return Ok(Some(found));
            }
        } else if path.file_name().is_some_and(|file| file == name) {
            return Ok(Some(path));
        }
    }
    Ok(None)
}

/// Compiles the tool as cheaply as it goes: no optimisation (it runs for a second or two per build),
/// no debug information, no optional features (they are for downloads that this project does itself).
fn compile(project: &Project, tool: &Tool) -> Result<()> {
    let mut install = cargo(project)
        .args("install --locked --force --debug --no-default-features --no-track")
        .arg(tool.package)
        .arg("--version")
        .arg(&tool.version)
        .arg("--root")
        .arg(project.tools())
        // The tools share most of their dependencies: one build directory for all of them.
        .env("CARGO_TARGET_DIR", project.tools().join("build"))
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "false")
        .env("CARGO_PROFILE_DEV_DEBUG_ASSERTIONS", "false")
        .env("CARGO_PROFILE_DEV_OVERFLOW_CHECKS", "false")
        .env("CARGO_PROFILE_DEV_PANIC", "abort")
        .env("CARGO_INCREMENTAL", "0");
    for name in tool.programs {
        install = install.arg("--bin").arg(name);
    }
    install.run()
}

/// The Chromium that the browser tests run in; installed with apt where we may.
pub(crate) fn chromium(project: &Project) -> Result<PathBuf> {
    if let Some(chosen) = env::var_os("CHROMIUM") {
        let chosen = PathBuf::from(chosen);
        if chosen.is_file() {
            return Ok(chosen);
        }
        bail!(
            "$CHROMIUM is {}, and there is no such file",
            chosen.display()
        );
    }
    if let Some(found) = find_chromium(project) {
        return Ok(found);
    }
    if is_root(project) && project.find("apt-get").is_some() {
        println!("  installing chromium with apt: the browser tests run in it (about a minute)");
        let by_hand = "the browser tests need Chromium; by hand: `apt-get install chromium`, or name one in $CHROMIUM";
        for args in [
            "-qq update",
            "-qq install --yes --no-install-recommends chromium",
        ] {
            program(project, "apt-get")
                .args(args)
                .env("DEBIAN_FRONTEND", "noninteractive")
                .run()
                .context(by_hand)?;
        }
    }
    find_chromium(project).context(
        "the browser tests need Chromium or Chrome; install one (Debian: `sudo apt-get install chromium`) or name its file in $CHROMIUM",
    )
}

fn find_chromium(project: &Project) -> Option<PathBuf> {
    let on_path = CHROMIUMS.iter().find_map(|name| project.find(name));
    let mac = ["Chromium", "Google Chrome"]
        .map(|app| PathBuf::from(format!("/Applications/{app}.app/Contents/MacOS/{app}")));
    on_path.or_else(|| mac.into_iter().find(|file| file.is_file()))
}

fn is_root(project: &Project) -> bool {
    program(project, "id")
        .arg("-u")
        .output()
        .is_some_and(|id| id.trim() == "0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_from_what_the_tools_answer() {
        assert_eq!(reported_version("trunk 0.21.14\n"), Some("0.21.14"));
        assert_eq!(
            reported_version("wasm-bindgen 0.2.128 (abc1234)\n"),
            Some("0.2.128")
        );
        assert_eq!(reported_version(""), None);
        assert_eq!(major("v20.20.2"), Some(20));
        assert_eq!(major("20.20.2"), None);
    }

    #[test]
    fn trunk_toml_asks_for_the_trunk_that_setup_installs() {
        let config =
            fs::read_to_string(Project::locate().unwrap().root().join("Trunk.toml")).unwrap();
        assert!(config.contains(&format!("trunk-version = \"={TRUNK}\"")));
    }

    #[test]
    fn a_program_is_found_in_the_folder_of_an_archive() {
        let dir = env::temp_dir().join(format!("rebalance-lab-find-{}", std::process::id()));
        fs::create_dir_all(dir.join("archive-1.0/inner")).unwrap();
        fs::write(dir.join("archive-1.0/inner/tool"), "").unwrap();
        assert_eq!(
            find_below(&dir, "tool").unwrap(),
            Some(dir.join("archive-1.0/inner/tool"))
        );
        assert_eq!(find_below(&dir, "other").unwrap(), None);
        fs::remove_dir_all(dir).unwrap();
    }
}
