//! The workspaces.

mod advise;
mod learn;
mod not_found;
mod simulate;

pub use advise::AdvisePage;
pub use learn::LearnPage;
pub use not_found::NotFoundPage;
pub use simulate::SimulatePage;
