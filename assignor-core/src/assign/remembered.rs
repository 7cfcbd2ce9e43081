//! What was found out about a name or a list, kept under the place where it lies in memory.
//!
//! Names are shared, so most come again and again; looking at their letters each time is what would
//! take the time. Only saves work: the answers are those of asking anew.

use std::marker::PhantomData;
use std::sync::Arc;

/// The first answers, as many as there is room for.
pub(super) struct Remembered<'a, N: ?Sized, T> {
    /// Address and answer, with open addressing; at least half of the places are free. While the
    /// names are borrowed, no other one comes to lie at an address.
    places: Vec<(usize, T)>,
    /// How many more answers there is room for.
    room: usize,
    names: PhantomData<&'a N>,
}

/// Nothing lies there.
const FREE: usize = 0;

impl<'a, N: ?Sized, T: Copy + Default> Remembered<'a, N, T> {
    /// For about so many different names.
    pub(super) fn new(names: usize) -> Self {
        let places = (names * 4).clamp(16, 1 << 14).next_power_of_two();
        Self {
            places: vec![(FREE, T::default()); places],
            room: places / 2,
            names: PhantomData,
        }
    }

    /// The answer for a name, from `ask` if it isn't remembered.
    pub(super) fn get_or(&mut self, name: &'a Arc<N>, ask: impl FnOnce() -> T) -> T {
        let address = Arc::as_ptr(name).addr();
        let last = self.places.len() - 1;
        // Allocations lie 16 bytes apart, those of short names often 32 or 48.
        let mut place = (address / 16) ^ (address >> 11);
        loop {
            place &= last;
            match self.places[place] {
                (known, answer) if known == address => return answer,
                (FREE, _) => break,
                _ => place += 1,
            }
        }
        let answer = ask();
        if self.room > 0 {
            self.room -= 1;
            self.places[place] = (address, answer);
        }
        answer
    }
}
