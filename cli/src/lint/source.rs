//! Reading configurations, folders of them too, and remembering how their bytes were decoded.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use assignor_core::config::Format;
use ignore::WalkBuilder;
use ignore::overrides::{Override, OverrideBuilder};

/// A text and where it came from.
pub(super) struct Source {
    /// The name in findings.
    pub(super) name: String,
    /// The file; `None` for standard input.
    pub(super) path: Option<PathBuf>,
    /// The bytes as they were read.
    pub(super) bytes: Vec<u8>,
    /// The decoded text.
    pub(super) text: String,
    /// Whether it was met in a folder, not named.
    pub(super) walked: bool,
    encoding: Encoding,
}

/// Which files of a folder are read.
pub(super) struct Walk<'a> {
    /// Globs as arguments; one with a `!` leaves files out.
    pub(super) globs: &'a [String],
    /// Globs of files to leave out.
    pub(super) exclude: &'a [String],
}

/// How bytes became text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    /// ISO-8859-1, Java's own encoding of `.properties`: every byte is a character.
    Latin1,
}

impl Source {
    fn new(name: String, path: Option<PathBuf>, bytes: Vec<u8>) -> anyhow::Result<Self> {
        if bytes.contains(&0) {
            bail!("{name}: has zero bytes, so it is no text in UTF-8 or ISO-8859-1");
        }
        let (text, encoding) = match std::str::from_utf8(&bytes) {
            Ok(text) => (text.to_owned(), Encoding::Utf8),
            Err(_) => (
                bytes.iter().copied().map(char::from).collect(),
                Encoding::Latin1,
            ),
        };
        Ok(Self {
            name,
            path,
            bytes,
            text,
            walked: false,
            encoding,
        })
    }

    /// A text in the encoding of this source; `None` where it has no byte for a character.
    pub(super) fn encode(&self, text: &str) -> Option<Vec<u8>> {
        match self.encoding {
            Encoding::Utf8 => Some(text.as_bytes().to_vec()),
            Encoding::Latin1 => text.chars().map(|char| u8::try_from(char).ok()).collect(),
        }
    }
}

/// Reads all files, those of folders too; standard input for `-` and for no file at all.
pub(super) fn read_all(files: &[PathBuf], walk: &Walk<'_>) -> anyhow::Result<Vec<Source>> {
    if files.is_empty() {
        return Ok(vec![stdin()?]);
    }
    let dash = Path::new("-");
    if files.iter().filter(|file| *file == dash).count() > 1 {
        bail!("standard input can be read only once, but `-` is given twice");
    }
    let mut sources = Vec::new();
    for path in files {
        if path == dash {
            sources.push(stdin()?);
        } else if path.is_dir() {
            sources.append(&mut walk.read(path)?);
        } else {
            sources.push(read(path)?);
        }
    }
    Ok(sources)
}

fn read(path: &Path) -> anyhow::Result<Source> {
    let name = path.display().to_string();
    let bytes = fs::read(path).with_context(|| format!("{name}: cannot be read"))?;
    Source::new(name, Some(path.to_owned()), bytes)
}

impl Walk<'_> {
    /// The texts below a folder that may be configurations, by name. Hidden files are among them
    /// (`.env`), ignored ones are not.
    fn read(&self, folder: &Path) -> anyhow::Result<Vec<Source>> {
        let mut walk = WalkBuilder::new(folder);
        walk.hidden(false)
            .require_git(false)
            .overrides(self.overrides(folder)?)
            .sort_by_file_path(Path::cmp);
        let mut sources = Vec::new();
        for entry in walk.build() {
            let entry = entry.with_context(|| format!("{}: cannot be walked", folder.display()))?;
            let path = entry.path();
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            if !is_file || Format::of_name(&path.to_string_lossy()).is_none() {
                continue;
            }
            // What is no text is no configuration.
            let bytes =
                fs::read(path).with_context(|| format!("{}: cannot be read", path.display()))?;
            if !bytes.contains(&0) {
                let name = path
                    .strip_prefix("./")
                    .unwrap_or(path)
                    .display()
                    .to_string();
                let source = Source::new(name, Some(path.to_owned()), bytes)?;
                sources.push(Source {
                    walked: true,
                    ..source
                });
            }
        }
        Ok(sources)
    }

    fn overrides(&self, folder: &Path) -> anyhow::Result<Override> {
        let mut overrides = OverrideBuilder::new(folder);
        let mut add = |glob: &str, given: &str| {
            let added = overrides.add(glob).map(|_| ());
            added.with_context(|| format!("glob \"{given}\" cannot be used"))
        };
        for glob in self.globs {
            add(glob, glob)?;
        }
        for glob in self.exclude {
            add(&format!("!{glob}"), glob)?;
        }
        // Git's own files; the last one that matches decides.
        add("!.git", "!.git")?;
        Ok(overrides.build()?)
    }
}

fn stdin() -> anyhow::Result<Source> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .context("standard input cannot be read")?;
    Source::new("<stdin>".to_owned(), None, bytes)
}
