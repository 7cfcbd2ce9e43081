//! The facts as the reader types them. What is not given stays unknown and is never guessed.

use advisor::CLIENT;
use std::collections::BTreeMap;

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

    /// The facts by key, as a request has them.
    pub fn typed(&self) -> &BTreeMap<String, String> {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use advisor::Request;

    #[test]
    fn every_field_is_a_fact_that_the_advisor_takes() {
        for field in &FIELDS {
            let request = Request {
                facts: FactsForm::default().with(field.key, "3").typed().clone(),
                ..Request::default()
            };
            assert_eq!(advisor::answer(&request).problems, [], "{}", field.key);
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
}
