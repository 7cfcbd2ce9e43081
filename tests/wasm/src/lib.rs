//! The core as WebAssembly computes the same bytes as natively.
//!
//! `build.rs` plays every run in `tests/traces` and every scenario of the gallery natively while this
//! crate is compiled and keeps the output; `tests/same_bytes.rs` plays them again as WebAssembly, under
//! Node, and compares. So there are
//! no committed bytes to renew when the simulation changes on purpose.

mod play;

pub use play::play;
