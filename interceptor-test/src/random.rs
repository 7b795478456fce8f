//! Seeded randomness.

use bytes::Bytes;

/// A small generator (`SplitMix64`): the same seed gives the same numbers, on every machine and in every release.
///
/// ```
/// use interceptor_test::Random;
///
/// let numbers = |seed| { let mut random = Random::new(seed); [random.below(10), random.below(10)] };
/// assert_eq!(numbers(7), numbers(7));
/// ```
#[derive(Debug, Clone)]
pub struct Random {
    state: u64,
}

impl Random {
    /// The generator of that seed.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next number, of all that there are.
    pub fn number(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.state;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }

    /// A number below `bound`; 0 if there is none.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.number() % bound).unwrap_or_default()
    }

    /// The same bytes in one to four parts, none of them empty unless all are.
    pub(crate) fn split(&mut self, mut bytes: Bytes) -> Vec<Bytes> {
        let mut parts = Vec::new();
        for _ in 0..self.below(4) {
            if bytes.len() > 1 {
                let at = 1 + self.below(bytes.len() - 1);
                parts.push(bytes.split_to(at));
            }
        }
        parts.push(bytes);
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_published_generator() {
        let mut random = Random::new(1_234_567);
        assert_eq!(random.number(), 6_457_827_717_110_365_317);
        assert_eq!(random.number(), 3_203_168_211_198_807_973);
    }

    #[test]
    fn parts_are_the_whole() {
        let whole = Bytes::from_static(b"0123456789");
        for seed in 0..100 {
            let parts = Random::new(seed).split(whole.clone());
            assert!(parts.iter().all(|part| !part.is_empty()));
            assert_eq!(parts.concat(), whole);
        }
    }
}
