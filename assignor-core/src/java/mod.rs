//! The parts of Java's standard library that Kafka's results depend on: string order, hash codes,
//! and the iteration order of `java.util.HashMap` and `java.util.HashSet`.
//!
//! Which member keeps a partition that several could keep is decided, in Kafka, by the order in
//! which a `HashMap` happens to iterate. Source of truth: JDK 17, `java.util.HashMap`.
//! [`ScalaOrder`] is the order that the coordinator of older brokers has instead.

mod chains;
mod hash_map;
mod hash_set;
mod key;
mod red_black;
mod scala_order;

pub use hash_map::{HashMap, Iter, Keys, Values};
pub use hash_set::{HashSet, JdkRelease};
pub use key::{InvalidUuid, JavaKey, Uuid, cmp_utf16, string_hash};
pub use scala_order::ScalaOrder;
