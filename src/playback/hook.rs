//! The reader's clock.

use super::Command;
use crate::platform::frame::use_animation_frame;
use yew::prelude::*;

/// A tab in the background gets no frames for long; the run doesn't leap on when it is back.
const LONGEST_TICK_MS: f64 = 250.0;

/// Sends a [`Command::Tick`] per frame of the screen while `is_playing`.
#[hook]
pub fn use_ticks(is_playing: bool, send: Callback<Command>) {
    use_animation_frame(
        is_playing,
        Callback::from(move |elapsed_ms: f64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "between 0 and LONGEST_TICK_MS"
            )]
            let elapsed_us = (elapsed_ms.clamp(0.0, LONGEST_TICK_MS) * 1_000.0) as u64;
            if elapsed_us > 0 {
                send.emit(Command::Tick(elapsed_us));
            }
        }),
    );
}
