//! Which lessons of the app name a rule.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::Value;

/// Where the app has its lessons, from this package.
const FOLDER: &str = "../../src/pages/learn/lessons";

/// A lesson, as the pages of rules need it.
pub(crate) struct Lesson {
    /// Its name in an address.
    pub(crate) slug: String,
    /// Its heading.
    pub(crate) title: String,
    /// The rules that it names.
    pub(crate) rules: Vec<String>,
}

/// All lessons, in their order.
pub(crate) fn all() -> Result<Vec<Lesson>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(FOLDER);
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut paths = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<Lesson> {
    let unreadable = || format!("cannot read {}", path.display());
    let text = fs::read_to_string(path).with_context(unreadable)?;
    let lesson: Value = serde_json::from_str(&text).with_context(unreadable)?;
    let named = |field: &str| {
        let value = lesson.get(field).and_then(Value::as_str);
        value
            .map(str::to_owned)
            .with_context(|| format!("{} has no {field}", path.display()))
    };
    let rules = lesson.get("rules").and_then(Value::as_array);
    let rules = rules.into_iter().flatten().filter_map(Value::as_str);
    Ok(Lesson {
        slug: named("slug")?,
        title: named("title")?,
        rules: rules.map(str::to_owned).collect(),
    })
}
