//! Hand-made groups with the assignments that Kafka's classes answer, list order included.
//!
//! A test's name starts with the number of its case: F foundations, R range, B round-robin, C sticky
//! with equal subscriptions, G sticky with different ones, S the broker's. Every expectation was
//! produced by the Java code.
// Functions shared by the tests are tests too.
#![allow(clippy::unwrap_used)]

mod case;
mod constrained;
mod explained;
mod foundations;
mod general;
mod listed;
mod range;
mod round_robin;
mod server;
