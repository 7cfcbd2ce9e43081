//! Would it start? What `new KafkaConsumer(properties)` does: it returns, or it throws an exception
//! with a chain of causes, whose messages people paste into search engines.
//!
//! Three stages, each in the order of the Java code, because the first error is the only one seen:
//! reading and validating the properties (`definition`, `validator`), the checks of the whole
//! configuration and the constructor (`constructor`, with `address`, `classes`, `security`, `jaas`).
//! What differs between releases is in two tables (`data/startup-keys.tsv`,
//! `data/startup-classes.tsv`) and, where it is behaviour, in comparisons of the version.
//!
//! Source of truth: kafka-clients 2.8 to 4.3 on JDK 17; recorded runs in `tests/vectors`.

mod address;
mod classes;
mod constructor;
mod definition;
mod exception;
mod jaas;
mod oauth;
mod security;
mod validator;

use std::collections::BTreeMap;

pub(crate) use classes::full_names;
pub use classes::{Environment, classes_for};
pub use definition::known_keys;
pub use exception::{Exception, Refusal, stack_trace};

use crate::version::KafkaVersion;
use constructor::Constructor;

/// The oldest release whose start is known.
pub const OLDEST: KafkaVersion = KafkaVersion::new(2, 8, 0);

/// Makes a consumer of a release from properties as a Java `Properties` object holds them: decoded
/// text by key. Releases before [`OLDEST`] are treated as it, releases after the newest as that.
///
/// # Errors
/// The exceptions that the constructor throws.
pub fn start(
    properties: &BTreeMap<String, String>,
    version: KafkaVersion,
    environment: Environment,
) -> Result<(), Refusal> {
    start_with(properties, &BTreeMap::new(), version, environment)
}

/// The same for a program that gives other objects than texts: `objects` has, by key, what
/// `ConfigDef.parseType` says about one that it refuses.
pub(crate) fn start_with(
    properties: &BTreeMap<String, String>,
    objects: &BTreeMap<String, String>,
    version: KafkaVersion,
    environment: Environment,
) -> Result<(), Refusal> {
    if version >= KafkaVersion::new(3, 3, 0) {
        check_deserializers(properties)?;
    }
    let values = definition::parse(properties, objects, version, environment)?;
    let constructor = Constructor {
        values: &values,
        version,
        environment,
    };
    constructor.post_process()?;
    constructor.construct()
}

/// `ConsumerConfig.appendDeserializerToConfig`.
fn check_deserializers(properties: &BTreeMap<String, String>) -> Result<(), Refusal> {
    for key in ["key.deserializer", "value.deserializer"] {
        if !properties.contains_key(key) {
            return Err(Refusal::invalid_value(key, "null", "must be non-null."));
        }
    }
    Ok(())
}
