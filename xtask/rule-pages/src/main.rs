//! `rule-pages`: a page for each rule of the advisor, their index, the guide and the glossary, as HTML that needs no
//! script.
//!
//! Trunk runs it after each build; it writes into `rules/` of the folder that trunk names, or of the one
//! given, beside the site's style sheets.
#![allow(clippy::print_stderr, reason = "a command line speaks on the terminal")]

mod html;
mod lessons;
mod pages;
mod texts;

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let site = env::args_os()
        .nth(1)
        .or_else(|| env::var_os("TRUNK_STAGING_DIR"))
        .map(PathBuf::from)
        .context("name the folder of the built site: `rule-pages DIR`")?;
    let shared = Shared::of(&site)?;
    let folder = site.join("rules");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    for (name, page) in pages::all(&shared) {
        let path = folder.join(name);
        fs::write(&path, page).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

/// What the pages share: the site's own files under the names that trunk gave them, and the app's lessons.
struct Shared {
    styles: Vec<String>,
    /// Sets the theme that the reader chose in the app.
    theme: String,
    icon: String,
    lessons: Vec<lessons::Lesson>,
}

impl Shared {
    fn of(site: &Path) -> Result<Self> {
        let mut names = Vec::new();
        for entry in
            fs::read_dir(site).with_context(|| format!("cannot read {}", site.display()))?
        {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        let named = |stem: &str, end: &str| {
            let own = |name: &&String| {
                let rest = name.strip_prefix(stem);
                rest.is_some_and(|rest| rest.starts_with(['-', '.']) && rest.ends_with(end))
            };
            let missing = || {
                format!(
                    "{} has no {stem}{end}; is it the built site?",
                    site.display()
                )
            };
            names.iter().find(own).cloned().with_context(missing)
        };
        let styles = ["tokens", "base", "shell"].map(|stem| named(stem, ".css"));
        Ok(Self {
            styles: styles.into_iter().collect::<Result<_>>()?,
            theme: named("theme", ".js")?,
            icon: named("icon", ".svg")?,
            lessons: lessons::all()?,
        })
    }
}
