//! What frameworks round the Java consumer do to its configuration.

pub(super) mod connect;
pub(super) mod flink;
pub(super) mod mulesoft;
pub(super) mod smallrye;
pub(super) mod spring;
pub(super) mod streams;

use super::Rule;
use crate::lint::finding::Finding;
use crate::lint::subject::Subject;

/// A finding for each of these properties that is set, the message being the property and `says`.
fn set_in_vain(
    subject: &Subject<'_>,
    rule: &Rule,
    properties: &[&str],
    says: &str,
    why: &str,
) -> Vec<Finding> {
    let one = |name: &&str| {
        let value = subject
            .value(name)
            .filter(crate::config::Effective::is_set)?;
        let entry = value.entry()?;
        let finding = subject.about(rule, &[&value], format!("`{name}` {says}"));
        Some(
            finding
                .why(why)
                .unsafe_fix("Delete it", vec![subject.delete(entry)]),
        )
    };
    properties.iter().filter_map(one).collect()
}
