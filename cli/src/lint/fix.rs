//! Applying the safe fixes to the files.
//!
//! A file is replaced in one step by a complete new one beside it, with the same permissions, and
//! only if it still is what was read. A symbolic link stays one: its target is replaced.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use anyhow::{Context, bail};
use assignor_core::config::Config;
use assignor_core::lint::{Facts, Options, fix_all};

use super::source::Source;

/// Fixes all sources, writes those that changed, and gives them as they are now. Standard input is
/// printed to standard output, changed or not.
pub(super) fn fix(
    sources: &[Source],
    configs: &[Config],
    facts: &Facts,
    options: &Options,
) -> anyhow::Result<Vec<Config>> {
    let mut fixed = Vec::with_capacity(configs.len());
    for (source, config) in sources.iter().zip(configs) {
        let result = fix_all(config, facts, options);
        let name = &source.name;
        let bytes = source
            .encode(&result.text)
            .with_context(|| format!("{name}: the fixed text doesn't fit the file's encoding"))?;
        match &source.path {
            None => io::stdout().lock().write_all(&bytes)?,
            Some(_) if result.text == source.text => {}
            Some(path) => {
                replace(path, &source.bytes, &bytes)
                    .with_context(|| format!("{name}: not fixed"))?;
            }
        }
        fixed.push(config.with_text(result.text));
    }
    Ok(fixed)
}

fn replace(path: &Path, old: &[u8], new: &[u8]) -> anyhow::Result<()> {
    let target = fs::canonicalize(path).context("cannot be found any more")?;
    let folder = target.parent().context("has no folder")?;
    let permissions = fs::metadata(&target)?.permissions();
    if permissions.readonly() {
        bail!("the file is write-protected");
    }
    let mut file = tempfile::Builder::new()
        .prefix(".rebalance-")
        .tempfile_in(folder)
        .context("no file can be written beside it")?;
    file.write_all(new)?;
    file.as_file().set_permissions(permissions)?;
    file.as_file().sync_all()?;
    if fs::read(&target)? != old {
        bail!("the file was changed by somebody else meanwhile");
    }
    file.persist(&target).context("cannot be replaced")?;
    Ok(())
}
