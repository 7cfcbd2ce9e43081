//! JSON Lines in, JSON Lines out: each answer is out before the next line is read.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

use anyhow::Context;

/// Answers a file, or standard input for `-` or nothing, line by line. Blank lines are skipped.
pub(crate) fn answer_file(
    file: Option<&Path>,
    answer: impl Fn(&[u8]) -> anyhow::Result<Vec<u8>>,
) -> anyhow::Result<()> {
    let output = io::stdout().lock();
    match file.filter(|file| *file != Path::new("-")) {
        None => answer_all("stdin", io::stdin().lock(), output, answer),
        Some(path) => {
            let name = path.display().to_string();
            let file = File::open(path).with_context(|| format!("{name}: cannot be opened"))?;
            answer_all(&name, BufReader::new(file), output, answer)
        }
    }
}

fn answer_all(
    name: &str,
    mut input: impl BufRead,
    mut output: impl Write,
    answer: impl Fn(&[u8]) -> anyhow::Result<Vec<u8>>,
) -> anyhow::Result<()> {
    let mut bytes = Vec::new();
    for number in 1_usize.. {
        bytes.clear();
        let place = || format!("{name}:{number}");
        let read = input.read_until(b'\n', &mut bytes);
        if read.with_context(|| format!("{}: cannot be read", place()))? == 0 {
            break;
        }
        let text = match number {
            1 => bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes),
            _ => &bytes,
        };
        if text.trim_ascii().is_empty() {
            continue;
        }
        let mut line = answer(text).with_context(place)?;
        line.push(b'\n');
        output.write_all(&line)?;
        output.flush()?;
    }
    Ok(())
}
