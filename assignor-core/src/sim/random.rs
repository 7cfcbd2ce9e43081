//! The only randomness: a seeded generator with the same draws on every platform.

use rand_pcg::Pcg32;
use rand_pcg::rand_core::Rng;

/// PCG-XSH-RR 64/32 (O'Neill 2014): enough to make up member ids.
#[derive(Debug, Clone)]
pub(super) struct Random {
    rng: Pcg32,
}

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            rng: Pcg32::new(seed, 0),
        }
    }

    /// A random (version 4) UUID as Java prints it.
    pub(super) fn uuid(&mut self) -> String {
        let high = (self.rng.next_u64() & 0xffff_ffff_ffff_0fff) | 0x4000;
        let low = (self.rng.next_u64() & 0x3fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        format!(
            "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xffff,
            high & 0xffff,
            low >> 48,
            low & 0xffff_ffff_ffff,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::Random;

    #[test]
    fn draws_never_change() {
        let mut random = Random::new(7);
        assert_eq!(random.uuid(), "7fbbcd3a-f239-4151-89ca-4c3fa3537acf");
        assert_eq!(random.uuid(), "2ed9566c-d363-4b3c-81ef-48756e5082a5");
    }
}
