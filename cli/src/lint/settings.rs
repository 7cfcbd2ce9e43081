//! `rebalance.toml`: what a project decides once for all its runs of `rebalance lint`.
//!
//! ```toml
//! client = "java@3.9"
//! fail-on = "error"
//! min-confidence = "likely"
//! exclude = ["src/test/**"]
//!
//! [facts]
//! perRecordMs = 20
//!
//! [rules]
//! KC-N751 = "off"
//! KC-T304 = "error"
//! ```
//!
//! What stands in the arguments counts before what stands here.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use assignor_core::config::Client;
use assignor_core::lint::{Facts, Options, Setting, rules};
use serde::Deserialize;
use serde_json::Value;
use toml::Spanned;

use super::{Level, Sureness};

/// The name under which the file is looked for, here and in the folders above.
const NAME: &str = "rebalance.toml";

/// The file's content.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(super) struct Settings {
    client: Option<Spanned<String>>,
    pub(super) fail_on: Option<Level>,
    pub(super) min_confidence: Option<Sureness>,
    /// Globs of files to leave out when a folder is walked.
    pub(super) exclude: Vec<String>,
    facts: BTreeMap<Spanned<String>, Value>,
    rules: BTreeMap<Spanned<String>, Loudness>,
    #[serde(skip)]
    file: Option<(PathBuf, String)>,
}

/// What a project makes of a rule's findings.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Loudness {
    Off,
    Info,
    Warn,
    Error,
}

impl Loudness {
    fn setting(self) -> Setting {
        match self {
            Self::Off => Setting::Off,
            Self::Info => Setting::At(Level::Info.severity()),
            Self::Warn => Setting::At(Level::Warn.severity()),
            Self::Error => Setting::At(Level::Error.severity()),
        }
    }
}

impl Settings {
    /// The settings of the file that was named or, if none was, of the nearest `rebalance.toml`.
    pub(super) fn read(named: Option<&Path>) -> anyhow::Result<Self> {
        let found = match named {
            Some(path) => Some(path.to_owned()),
            None => nearest(),
        };
        let Some(path) = found else {
            return Ok(Self::default());
        };
        let name = path.display();
        let text = fs::read_to_string(&path).with_context(|| format!("{name}: cannot be read"))?;
        let mut settings: Self =
            toml::from_str(&text).with_context(|| format!("{name}: cannot be used"))?;
        settings.file = Some((path, text));
        Ok(settings)
    }

    /// Whose clients read the configurations, if the file says it.
    pub(super) fn client(&self) -> anyhow::Result<Option<Client>> {
        let client = self.client.as_ref().map(|client| {
            let parsed = client.get_ref().parse::<Client>();
            parsed.map_err(|reason| self.at(client, reason))
        });
        client.transpose()
    }

    /// Enters the file's facts.
    pub(super) fn state(&self, facts: &mut Facts) -> anyhow::Result<()> {
        for (key, value) in &self.facts {
            let value = match value {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            facts
                .set(key.get_ref(), &value)
                .map_err(|reason| self.at(key, reason))?;
        }
        Ok(())
    }

    /// How loud the rules are.
    pub(super) fn rules(&self) -> anyhow::Result<BTreeMap<String, Setting>> {
        let mut all = BTreeMap::new();
        for (id, loudness) in &self.rules {
            if rules::rule(id.get_ref()).is_none() {
                bail!(self.at(
                    id,
                    format!(
                        "there is no rule \"{}\"; `rebalance rules` lists them",
                        id.get_ref()
                    )
                ));
            }
            all.insert(id.get_ref().clone(), loudness.setting());
        }
        Ok(all)
    }

    /// The options that follow from the file, before the arguments have their say.
    pub(super) fn options(&self) -> anyhow::Result<Options> {
        let least = self.min_confidence.unwrap_or(Sureness::Possible);
        Ok(Options {
            settings: self.rules()?,
            min_confidence: least.confidence(),
        })
    }

    /// An error about a place in the file.
    fn at<T>(&self, place: &Spanned<T>, reason: impl std::fmt::Display) -> anyhow::Error {
        let (path, text) = self.file.as_ref().map_or_else(
            || (Path::new(NAME), ""),
            |(path, text)| (path.as_path(), text.as_str()),
        );
        let before = text.get(..place.span().start).unwrap_or_default();
        let line = before.matches('\n').count() + 1;
        anyhow::anyhow!("{}:{line}: {reason}", path.display())
    }
}

fn nearest() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let mut files = here.ancestors().map(|folder| folder.join(NAME));
    files.find(|file| file.is_file())
}
