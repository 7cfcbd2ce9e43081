//! What a visitor downloads, and the budget for it.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::project::Project;

/// A part of the site, and the bytes after gzip that it may have.
struct Budget {
    name: &'static str,
    bytes: usize,
    counts: fn(&Size) -> bool,
}

/// Budgets keep the page from growing unnoticed. The goals for the first load are 400 000 and 500 000.
const BUDGETS: [Budget; 4] = [
    Budget {
        name: "WebAssembly of the first load",
        bytes: 409_000,
        counts: |size| size.is_loaded_first() && size.has_ending("wasm"),
    },
    Budget {
        name: "first load",
        bytes: 445_000,
        counts: Size::is_loaded_first,
    },
    Budget {
        name: "the rest, loaded when the page stands",
        bytes: 560_000,
        counts: Size::is_rest,
    },
    Budget {
        name: "what Advise loads besides",
        bytes: 545_000,
        counts: Size::is_of_advise,
    },
];

/// One file of the site.
#[derive(Debug, PartialEq, Eq)]
struct Size {
    name: String,
    raw: usize,
    gzip: usize,
}

impl Size {
    /// Whether it is loaded when Advise is opened, not before.
    fn is_of_advise(&self) -> bool {
        ["advisor", "editor"]
            .iter()
            .any(|part| self.name.starts_with(part))
    }

    /// Whether it is the second part of the page's WebAssembly.
    fn is_rest(&self) -> bool {
        self.name.starts_with("rest-")
    }

    /// Whether it is loaded before the page stands. The rules' pages are pages of their own.
    fn is_loaded_first(&self) -> bool {
        let is_for_others = ["embed.js", "sw.js"].contains(&self.name.as_str());
        !self.is_of_advise()
            && !self.is_rest()
            && !is_for_others
            && !Path::new(&self.name).starts_with("rules")
    }

    fn has_ending(&self, ending: &str) -> bool {
        Path::new(&self.name)
            .extension()
            .is_some_and(|it| it == ending)
    }
}

/// Prints the size of each file in `dist/`; an error if the site is over its budget.
pub(crate) fn check(project: &Project) -> Result<()> {
    let dist = project.dist();
    let mut sizes = Vec::new();
    measure(&dist, &dist, &mut sizes)?;
    sizes.sort_by(|a, b| b.gzip.cmp(&a.gzip).then_with(|| a.name.cmp(&b.name)));
    print!("{}", table(&sizes));
    for (Budget { name, bytes, .. }, gzip) in counted(&sizes) {
        println!("{name}: {gzip} of {bytes} bytes after gzip");
    }
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
        } else if !is_a_copy(&path) {
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

/// Whether a file has nothing that another one doesn't have: compressed, or everything in one.
fn is_a_copy(path: &Path) -> bool {
    let is_compressed = path
        .extension()
        .is_some_and(|ending| ending == "gz" || ending == "br");
    is_compressed || path.ends_with("rebalance-lab.html")
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

/// What each budget counts.
fn counted(sizes: &[Size]) -> impl Iterator<Item = (&'static Budget, usize)> {
    BUDGETS.iter().map(|budget| {
        let counted = sizes.iter().filter(|size| (budget.counts)(size));
        (budget, counted.map(|size| size.gzip).sum())
    })
}

fn over_budget(sizes: &[Size]) -> Vec<String> {
    counted(sizes)
        .filter(|(budget, gzip)| *gzip > budget.bytes)
        .map(|(Budget { name, bytes, .. }, gzip)| {
            format!("{name} {gzip} bytes after gzip, the budget is {bytes}")
        })
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
        let [wasm, all, rest, advise] = BUDGETS.each_ref().map(|budget| budget.bytes);
        let site = |wasm, other, rest, advise| {
            [
                size("a_bg.wasm", 1, wasm),
                size("rest-0.wasm", 1, rest),
                size("b.js", 1, other),
                size("advisor_bg-0.wasm", 1, advise),
                size("rules/index.html", 1, all),
            ]
        };
        let over = |sizes: [Size; 5]| over_budget(&sizes).len();
        assert_eq!(over(site(wasm, all - wasm, rest, advise)), 0);
        assert_eq!(over(site(wasm + 1, 0, 0, 0)), 1);
        assert_eq!(over(site(0, all + 1, 0, 0)), 1);
        assert_eq!(over(site(0, 0, rest + 1, 0)), 1);
        assert_eq!(over(site(0, 0, 0, advise + 1)), 1);
        assert_eq!(over(site(all + 1, 0, 0, 0)), 2);
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
