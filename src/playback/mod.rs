//! Playback: one position in virtual time that every view shows, and the commands that move it.
//!
//! [`Playback`] and [`Landmarks`] are pure: the same commands give the same position. Only
//! [`use_playback`] knows of the browser, and it does no more than send [`Command::Tick`].

mod hook;
mod keys;
mod landmarks;
mod state;

pub use hook::use_ticks;
pub use keys::{KeyPress, command_for};
pub use landmarks::Landmarks;
pub use state::{Command, DEFAULT_SPEED, Playback, SPEEDS, Speed};
