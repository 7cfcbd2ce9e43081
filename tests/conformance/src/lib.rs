//! `assignor-core` against the classes of released Kafka, on random groups.
//!
//! A [`plan`] says how many cases of which assignor and shape a run has; [`generate`] makes them
//! from a seed, the same on every platform; [`ours`] answers them with the core and a [`jvm`] with
//! Kafka's own classes; [`run`] counts where the two differ and [`shrink`] makes what differs
//! small. [`startup`] does the same with consumers and their properties. The truth is what the jar says: where the two differ, the core is wrong.

pub mod answer;
pub mod case;
pub mod generate;
pub mod jvm;
pub mod ours;
pub mod plan;
pub mod random;
pub mod record;
pub mod run;
pub mod shrink;
pub mod startup;
pub mod vector;
