//! Plays every recorded run natively and writes a test for each, which plays it as WebAssembly.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/play.rs"]
pub mod play;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut files = Vec::new();
    for folder in ["runs", "own"] {
        let runs = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("../traces")
            .join(folder)
            .canonicalize()?;
        println!("cargo::rerun-if-changed={}", runs.display());
        for entry in fs::read_dir(&runs)? {
            files.push(entry?.path());
        }
    }
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();

    let mut tests = String::new();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let native = out.join(format!("{name}.native"));
        fs::write(&native, play::play(&fs::read_to_string(&file)?))?;
        let function = name.replace('-', "_");
        // As string literals, whatever characters the paths have.
        let (recorded, native) = (file.to_string_lossy(), native.to_string_lossy());
        writeln!(
            tests,
            "#[test]\nfn {function}() {{ same_bytes(include_str!({recorded:?}), include_str!({native:?})); }}"
        )?;
    }
    fs::write(out.join("tests.rs"), tests)?;
    Ok(())
}
