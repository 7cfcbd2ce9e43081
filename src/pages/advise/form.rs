//! The facts as the reader types them. What is not given stays unknown and is never guessed.

use assignor_core::config::{Format, KafkaVersion};
use assignor_core::lint::Facts;
use std::collections::BTreeMap;

/// The key of the client's version, which is no fact of the core but part of its client.
pub const CLIENT: &str = "client";

/// The key of the text's format, where the reader chose one.
pub const FORMAT: &str = "format";

/// A fact that the page asks for.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key, as on the command line.
    pub key: &'static str,
    /// Its name on the page.
    pub label: &'static str,
    /// What it means.
    pub hint: &'static str,
    /// Whether a phone should show digits to type.
    pub numeric: bool,
}

const fn field(key: &'static str, label: &'static str, hint: &'static str, numeric: bool) -> Field {
    Field {
        key,
        label,
        hint,
        numeric,
    }
}

/// The facts that the page asks for, in its order.
pub const FIELDS: [Field; 7] = [
    field(
        CLIENT,
        "client",
        "Version of the Java client, such as 3.9",
        false,
    ),
    field(
        "broker",
        "broker",
        "Version of the brokers, such as 4.0",
        false,
    ),
    field(
        "perRecordMs",
        "ms per record",
        "Milliseconds that the application takes for one record",
        true,
    ),
    field(
        "replicas",
        "replicas",
        "Instances that run with this very text",
        true,
    ),
    field(
        "restartMs",
        "restart, ms",
        "Milliseconds from the stop of an instance until it polls again",
        true,
    ),
    field(
        "partitions",
        "partitions",
        "Partitions of the subscribed topic",
        true,
    ),
    field(
        "kind",
        "platform",
        "What runs the instances, such as Deployment or StatefulSet",
        false,
    ),
];

/// The facts by key, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FactsForm(BTreeMap<String, String>);

impl FactsForm {
    /// Reads what [`Self::to_stored`] wrote. What can't be read is left out.
    pub fn from_stored(text: &str) -> Self {
        Self(serde_json::from_str(text).unwrap_or_default())
    }

    /// The form as text to keep.
    pub fn to_stored(&self) -> String {
        // Text by text can't fail to serialize.
        serde_json::to_string(&self.0).unwrap_or_default()
    }

    /// What was typed for a fact; empty if nothing.
    pub fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }

    /// The same with another text for a fact.
    #[must_use]
    pub fn with(&self, key: &str, value: &str) -> Self {
        let mut form = self.clone();
        if value.trim().is_empty() {
            form.0.remove(key);
        } else {
            form.0.insert(key.to_owned(), value.to_owned());
        }
        form
    }

    /// The facts that can be read.
    pub fn facts(&self) -> Facts {
        let mut facts = Facts::default();
        for (key, value) in &self.0 {
            if key != CLIENT && key != FORMAT {
                // What can't be read stays unknown; `problem` says so beside its field.
                let _ = facts.set(key, value);
            }
        }
        facts
    }

    /// The format of the text, if it was chosen.
    pub fn format(&self) -> Option<Format> {
        let name = self.get(FORMAT);
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// The version of the client, if it was given.
    pub fn client_version(&self) -> Option<KafkaVersion> {
        self.get(CLIENT).parse().ok()
    }

    /// Why the text of a fact can't be read.
    pub fn problem(&self, key: &str) -> Option<String> {
        let value = self.get(key);
        if value.is_empty() {
            None
        } else if key == CLIENT {
            value
                .parse::<KafkaVersion>()
                .err()
                .map(|error| error.to_string())
        } else {
            Facts::default()
                .set(key, value)
                .err()
                .map(|error| error.to_string())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_a_fact_of_the_core() {
        for field in &FIELDS {
            let form = FactsForm::default().with(field.key, "3");
            assert_eq!(form.problem(field.key), None, "{}", field.key);
            let known = form.facts() != Facts::default() || form.client_version().is_some();
            assert!(known, "{}", field.key);
        }
    }

    #[test]
    fn a_form_is_kept_and_read_back() {
        let form = FactsForm::default()
            .with("replicas", "3")
            .with("client", "3.9");
        assert_eq!(FactsForm::from_stored(&form.to_stored()), form);
        assert_eq!(FactsForm::from_stored("{broken"), FactsForm::default());
        assert_eq!(form.with("replicas", " ").get("replicas"), "");
    }

    #[test]
    fn a_chosen_format_is_no_fact_and_can_be_left_to_the_text_again() {
        let form = FactsForm::default().with(FORMAT, "python");
        assert_eq!(form.format(), Some(Format::Python));
        assert_eq!(form.facts(), Facts::default());
        assert_eq!(form.with(FORMAT, "").format(), None);
        assert_eq!(form.with(FORMAT, "toml").format(), None);
    }

    #[test]
    fn what_cannot_be_read_is_unknown_and_said() {
        let form = FactsForm::default()
            .with("replicas", "three")
            .with("client", "new");
        assert_eq!(form.facts(), Facts::default());
        assert_eq!(form.client_version(), None);
        assert!(
            form.problem("replicas")
                .unwrap()
                .contains("expected a whole number")
        );
        assert!(form.problem("client").unwrap().contains("is not a version"));
    }
}
