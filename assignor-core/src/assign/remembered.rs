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
    /// What leaves as many bits of 64 as a place has.
    shift: u32,
    names: PhantomData<&'a N>,
}

/// Nothing lies there.
const FREE: usize = 0;

impl<'a, N: ?Sized, T: Copy + Default> Remembered<'a, N, T> {
    /// For about so many different names.
    pub(super) fn new(names: usize) -> Self {
        let places = (names * 8).clamp(16, 1 << 14).next_power_of_two();
        Self {
            places: vec![(FREE, T::default()); places],
            room: places / 2,
            shift: 64 - places.trailing_zeros(),
            names: PhantomData,
        }
    }

    /// The answers for names up to the first that isn't found at once; how many those are.
    pub(super) fn get_many(&self, names: &'a [Arc<N>], answers: &mut [T]) -> usize {
        let mut many = 0;
        for (name, answer) in names.iter().zip(answers) {
            let address = Arc::as_ptr(name).addr();
            match self.places.get(self.place_of(address)) {
                Some(&(known, found)) if known == address => *answer = found,
                _ => break,
            }
            many += 1;
        }
        many
    }

    /// The answer for a name, from `ask` if it isn't remembered.
    pub(super) fn get_or(&mut self, name: &'a Arc<N>, ask: impl FnOnce() -> T) -> T {
        let address = Arc::as_ptr(name).addr();
        let place = self.place_of(address);
        match self.places[place] {
            (known, answer) if known == address => answer,
            _ => self.find_or(address, place, ask),
        }
    }

    /// Where to begin looking for an address: its highest bits after a multiplication that spreads
    /// what lies at equal distances, as names do that were made one after the other.
    fn place_of(&self, address: usize) -> usize {
        let spread = (address as u64 / 16).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        usize::try_from(spread >> self.shift).unwrap_or(0)
    }

    /// The answer for an address that is to be looked for from a place on.
    #[cold]
    fn find_or(&mut self, address: usize, mut place: usize, ask: impl FnOnce() -> T) -> T {
        let last = self.places.len() - 1;
        loop {
            match self.places[place] {
                (known, answer) if known == address => return answer,
                (FREE, _) => break,
                _ => place = (place + 1) & last,
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
