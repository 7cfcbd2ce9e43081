//! Plays every recorded run and the gallery natively and writes a test for each, which plays it as WebAssembly.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "src/play.rs"]
pub mod play;

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let folders = [
        ("recorded", "../traces/runs"),
        ("own", "../traces/own"),
        ("gallery", "../../assignor-core/scenarios"),
    ];
    let mut played = Vec::new();
    for (kind, folder) in folders {
        played.extend(documents(folder)?.into_iter().map(|file| (kind, file)));
    }

    let mut tests = String::new();
    for (kind, file) in played {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        let name = format!("{kind}-{name}");
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

/// The JSON documents in a folder, given relative to this crate, by name.
fn documents(folder: &str) -> Result<Vec<PathBuf>, Box<dyn Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join(folder)
        .canonicalize()?;
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = fs::read_dir(&folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| {
        file.extension()
            .is_some_and(|extension| extension == "json")
    });
    files.sort();
    Ok(files)
}
