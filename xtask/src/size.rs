//! What a visitor downloads, and the budget for it.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::project::Project;

/// Bytes after gzip that the wasm may have. It keeps the page from growing unnoticed; the goal is 400 000.
const WASM_BUDGET: usize = 815_000;
/// Bytes after gzip that the whole site may have. The goal is 500 000.
const SITE_BUDGET: usize = 845_000;

/// One file of the site.
#[derive(Debug, PartialEq, Eq)]
struct Size {
    name: String,
    raw: usize,
    gzip: usize,
}

/// Prints the size of each file in `dist/`; an error if the site is over its budget.
pub(crate) fn check(project: &Project) -> Result<()> {
    let dist = project.dist();
    let mut sizes = Vec::new();
    measure(&dist, &dist, &mut sizes)?;
    sizes.sort_by(|a, b| b.gzip.cmp(&a.gzip).then_with(|| a.name.cmp(&b.name)));
    print!("{}", table(&sizes));
    let over = over_budget(&sizes);
    if over.is_empty() {
        Ok(())
    } else {
        bail!("the site is too large: {}", over.join("; "))
    }
}

fn measure(dir: &Path, root: &Path, sizes: &mut Vec<Size>) -> Result<()> {
    let entries = fs::read_dir(dir)
        .with_context(|| format!("cannot read {}; `cargo xtask dist` makes it", dir.display()))?;
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            measure(&path, root, sizes)?;
        } else {
            let bytes =
                fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
            let name = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .display()
                .to_string();
            sizes.push(Size {
                name,
                raw: bytes.len(),
                gzip: gzip_len(&bytes)?,
            });
        }
    }
    Ok(())
}

fn gzip_len(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn total(sizes: &[Size]) -> Size {
    let sum = |bytes: fn(&Size) -> usize| sizes.iter().map(bytes).sum();
    Size {
        name: "all files".to_owned(),
        raw: sum(|size| size.raw),
        gzip: sum(|size| size.gzip),
    }
}

fn table(sizes: &[Size]) -> String {
    let total = total(sizes);
    let width = sizes
        .iter()
        .chain([&total])
        .map(|size| size.name.len())
        .max()
        .unwrap_or_default();
    let row = |name: &str, raw: &str, gzip: &str| format!("{name:width$}  {raw:>10}  {gzip:>10}\n");
    let mut text = row("file", "bytes", "gzip");
    for size in sizes.iter().chain([&total]) {
        text += &row(&size.name, &size.raw.to_string(), &size.gzip.to_string());
    }
    text
}

fn over_budget(sizes: &[Size]) -> Vec<String> {
    let wasm = sizes.iter().filter(|size| {
        Path::new(&size.name)
            .extension()
            .is_some_and(|ext| ext == "wasm")
    });
    let wasm = wasm.map(|size| size.gzip).sum::<usize>();
    [
        ("wasm", wasm, WASM_BUDGET),
        ("all files", total(sizes).gzip, SITE_BUDGET),
    ]
    .into_iter()
    .filter(|(_, gzip, budget)| gzip > budget)
    .map(|(what, gzip, budget)| format!("{what} {gzip} bytes after gzip, the budget is {budget}"))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn size(name: &str, raw: usize, gzip: usize) -> Size {
        Size {
            name: name.to_owned(),
            raw,
            gzip,
        }
    }

    #[test]
    fn each_budget_is_kept_to_the_byte() {
        assert!(
            over_budget(&[
                size("a_bg.wasm", 1, WASM_BUDGET),
                size("b.js", 1, SITE_BUDGET - WASM_BUDGET)
            ])
            .is_empty()
        );
        assert_eq!(
            over_budget(&[size("a_bg.wasm", 1, WASM_BUDGET + 1)]).len(),
            1
        );
        assert_eq!(over_budget(&[size("a.js", 1, SITE_BUDGET + 1)]).len(), 1);
        assert_eq!(
            over_budget(&[size("a_bg.wasm", 1, SITE_BUDGET + 1)]).len(),
            2
        );
    }

    #[test]
    fn the_table_ends_with_the_sum() {
        let text = table(&[size("a.js", 20, 10), size("long-name.css", 3, 2)]);
        let rows: Vec<_> = text
            .lines()
            .map(|line| {
                line.split("  ")
                    .map(str::trim)
                    .filter(|cell| !cell.is_empty())
                    .collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(rows[1], ["a.js", "20", "10"]);
        assert_eq!(rows.last().unwrap(), &["all files", "23", "12"]);
    }

    #[test]
    fn gzip_shrinks_what_repeats() {
        assert!(gzip_len(&[b'a'; 10_000]).unwrap() < 100);
    }
}
