//! Scenarios for the simulator that nobody wrote by hand, and what must hold in every run.
//!
//! [`random`] makes them and [`invariants`] checks their traces, in the tests of this crate and, for as
//! long as you like, in `cargo xtask fuzz-sim`. [`load`] has the large groups of `cargo xtask bench-sim`.

#[cfg(not(target_arch = "wasm32"))]
pub mod counters;
#[cfg(not(target_arch = "wasm32"))]
pub mod invariants;
pub mod load;
#[cfg(not(target_arch = "wasm32"))]
pub mod random;
#[cfg(not(target_arch = "wasm32"))]
mod replay;
