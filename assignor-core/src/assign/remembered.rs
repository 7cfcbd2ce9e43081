//! What was found out about a name or a list, kept under the place where it lies in memory.
//!
//! Names are shared, so most come again and again; looking at their letters each time is what would
//! take the time. Only saves work: the answers are those of asking anew.

use std::sync::Arc;

/// The last answers; a later name may push an earlier one out.
pub(super) struct Remembered<'a, N: ?Sized, T> {
    places: Vec<Option<(&'a Arc<N>, T)>>,
}

impl<'a, N: ?Sized, T: Copy> Remembered<'a, N, T> {
    /// For about so many different names.
    pub(super) fn new(names: usize) -> Self {
        let places = (names * 2).clamp(16, 8192).next_power_of_two();
        Self {
            places: vec![None; places],
        }
    }

    /// The answer for a name, from `ask` if it isn't remembered.
    pub(super) fn get_or(&mut self, name: &'a Arc<N>, ask: impl FnOnce() -> T) -> T {
        // Allocations lie 16 bytes apart, those of short names often 32 or 48.
        let address = Arc::as_ptr(name).addr() / 16;
        let place = (address ^ (address >> 7)) & (self.places.len() - 1);
        match self.places[place] {
            Some((known, answer)) if Arc::ptr_eq(known, name) => answer,
            _ => {
                let answer = ask();
                self.places[place] = Some((name, answer));
                answer
            }
        }
    }
}
