//! What Kafka consumer groups do, computed exactly and without side effects.
//!
//! - [`assign`]: Kafka's client-side partition assignors, equal to the Java classes bit for bit.
//! - [`sim`]: a scenario in, a trace of everything that happened out, in virtual milliseconds.
//! - [`config`]: consumer configuration as the user wrote it, every byte accounted for.
//! - [`lint`]: findings about a configuration, with reasons, sources and fixes.
//! - [`gallery`]: examples, as scenarios.
//! - [`version`]: releases of Kafka.
//! - [`startup`]: what `new KafkaConsumer` does with a configuration: it starts, or throws what.
//! - [`java`]: the parts of Java's collections whose iteration order Kafka's results depend on.
//!
//! The crate has no clock, no input or output, no threads and no hash-ordered iteration: the same
//! input gives the same bytes on every platform.

pub mod assign;
pub mod config;
pub mod figure;
pub mod gallery;
pub mod java;
pub mod lint;
pub mod order;
pub mod sim;
pub mod startup;
pub mod version;
