//! The workspaces.

pub mod advise;
pub mod learn;
mod not_found;
pub mod simulate;

pub use advise::AdvisePage;
pub use learn::LearnPage;
pub use not_found::not_found;
pub use simulate::{EmbedPage, SimulatePage};
