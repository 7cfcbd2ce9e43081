//! Reading configurations, and remembering how their bytes were decoded.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

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
    encoding: Encoding,
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

/// Reads all files; standard input for `-` and for no file at all.
pub(super) fn read_all(files: &[PathBuf]) -> anyhow::Result<Vec<Source>> {
    if files.is_empty() {
        return Ok(vec![stdin()?]);
    }
    let dash = Path::new("-");
    if files.iter().filter(|file| *file == dash).count() > 1 {
        bail!("standard input can be read only once, but `-` is given twice");
    }
    files
        .iter()
        .map(|path| {
            if path == dash {
                return stdin();
            }
            let name = path.display().to_string();
            if path.is_dir() {
                bail!("{name}: is a directory; name the files in it");
            }
            let bytes = fs::read(path).with_context(|| format!("{name}: cannot be read"))?;
            Source::new(name, Some(path.clone()), bytes)
        })
        .collect()
}

fn stdin() -> anyhow::Result<Source> {
    let mut bytes = Vec::new();
    io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .context("standard input cannot be read")?;
    Source::new("<stdin>".to_owned(), None, bytes)
}
