//! The parts of Java's standard library that Kafka's results depend on: string order, hash codes,
//! the iteration order of `java.util.HashMap` and `java.util.HashSet`, and how numbers are read.
//!
//! Which member keeps a partition that several could keep is decided, in Kafka, by the order in
//! which a `HashMap` happens to iterate. Source of truth: JDK 17, `java.util.HashMap`.
//! [`ScalaOrder`] is the order that the coordinator of older brokers has instead.

mod chains;
mod hash_map;
mod hash_set;
mod key;
mod number;
mod order;
mod red_black;
mod scala_order;

pub use hash_map::{HashMap, Iter, Keys, Values};
pub use hash_set::{HashSet, JdkRelease};
pub use key::{InvalidUuid, JavaKey, Uuid, cmp_utf16, equals_ignore_case, string_hash};
pub use number::{NotAnInteger, double_text, parse_double, parse_duration, parse_long};
pub(crate) use order::insertion_order;
pub use scala_order::ScalaOrder;
