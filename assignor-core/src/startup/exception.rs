//! What the client throws: an exception and its causes.

use std::fmt;

use serde::Serialize;
use serde::ser::SerializeStruct as _;

/// One exception of a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// The full name of its class.
    pub class: &'static str,
    /// `getMessage()`; `None` is null.
    pub message: Option<String>,
}

impl Exception {
    /// The class without its package.
    pub fn simple_name(&self) -> &'static str {
        self.class
            .rsplit_once('.')
            .map_or(self.class, |(_, name)| name)
    }
}

impl fmt::Display for Exception {
    /// As `Throwable.toString()` prints it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => write!(out, "{}: {message}", self.class),
            None => out.write_str(self.class),
        }
    }
}

impl Serialize for Exception {
    /// `{"class": simple name, "message": …}`, the form of the recorded runs.
    fn serialize<S: serde::Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut fields = out.serialize_struct("Exception", 2)?;
        fields.serialize_field("class", self.simple_name())?;
        fields.serialize_field("message", &self.message)?;
        fields.end()
    }
}

/// Why the consumer can't be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The exception and its causes, outermost first; never empty.
    pub errors: Vec<Exception>,
    /// The properties that it is about, the one to look at first in front.
    pub keys: Vec<&'static str>,
}

pub(super) const CONFIG: &str = "org.apache.kafka.common.config.ConfigException";
pub(super) const KAFKA: &str = "org.apache.kafka.common.KafkaException";
pub(super) const INVALID_CONFIGURATION: &str =
    "org.apache.kafka.common.errors.InvalidConfigurationException";
pub(super) const INVALID_GROUP_ID: &str = "org.apache.kafka.common.errors.InvalidGroupIdException";
pub(super) const ILLEGAL_ARGUMENT: &str = "java.lang.IllegalArgumentException";
pub(super) const CLASS_NOT_FOUND: &str = "java.lang.ClassNotFoundException";

impl Refusal {
    pub(super) fn new(
        class: &'static str,
        message: impl Into<String>,
        keys: &[&'static str],
    ) -> Self {
        Self {
            errors: vec![Exception {
                class,
                message: Some(message.into()),
            }],
            keys: keys.to_vec(),
        }
    }

    /// `ConfigException(name, value, message)`.
    pub(super) fn invalid_value(key: &'static str, value: &str, message: &str) -> Self {
        let message = format!("Invalid value {value} for configuration {key}: {message}");
        Self::new(CONFIG, message, &[key])
    }

    /// The same with a cause below the last one.
    pub(super) fn because(mut self, class: &'static str, message: Option<String>) -> Self {
        self.errors.push(Exception { class, message });
        self
    }

    /// The same inside another exception.
    pub(super) fn within(mut self, class: &'static str, message: &str) -> Self {
        let message = Some(message.to_owned());
        self.errors.insert(0, Exception { class, message });
        self
    }

    /// The same inside `KafkaException(cause)`, whose message is the cause in one line.
    pub(super) fn within_kafka_exception(self) -> Self {
        let message = self.errors.first().map(Exception::to_string);
        self.within(KAFKA, &message.unwrap_or_default())
    }
}

/// The text of the stack trace of an exception and its causes, without the frames.
pub fn stack_trace(errors: &[Exception]) -> String {
    let lines: Vec<String> = errors.iter().map(Exception::to_string).collect();
    lines.join("\nCaused by: ")
}
