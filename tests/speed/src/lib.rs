//! How fast the assignors are.
//!
//! The same groups are timed natively (`src/main.rs`), as WebAssembly under Node (`node.cjs`) and in
//! a JVM by Kafka's own classes; `cargo xtask bench-vs-java` runs all three and prints them side by
//! side. `cargo bench -p speed` is for working on the assignors.

pub mod digest;
pub mod groups;
#[cfg(target_arch = "wasm32")]
mod node;
