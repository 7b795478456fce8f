use std::{
    collections::hash_map::RandomState,
    fmt,
    hash::{BuildHasher as _, Hasher as _},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

/// The factor that spreads waits, so that many clients do not come back at once: U\[0.8, 1.2\] (gRFC A6).
///
/// Clones share the sequence.
#[derive(Clone)]
pub struct Jitter(Source);

#[derive(Clone)]
enum Source {
    Sequence(Arc<AtomicU64>),
    Off,
}

// === impl Jitter ===

impl Jitter {
    /// Another one in each run.
    #[must_use]
    pub fn random() -> Self {
        Self::seeded(RandomState::new().build_hasher().finish())
    }

    /// The same seed gives the same factors: for tests.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        Self(Source::Sequence(Arc::new(AtomicU64::new(seed))))
    }

    /// Always 1, the middle.
    #[must_use]
    pub const fn off() -> Self {
        Self(Source::Off)
    }

    /// The next factor, from 0.8 to 1.2.
    #[must_use]
    pub fn factor(&self) -> f64 {
        match &self.0 {
            Source::Off => 1.0,
            Source::Sequence(state) => 0.8 + 0.4 * unit(state),
        }
    }
}

impl Default for Jitter {
    fn default() -> Self {
        Self::random()
    }
}

impl fmt::Debug for Jitter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::Sequence(_) => "Jitter",
            Source::Off => "Jitter::off()",
        })
    }
}

/// The next number of `SplitMix64`, from 0 to 1.
fn unit(state: &AtomicU64) -> f64 {
    const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut number = state.fetch_add(STEP, Relaxed).wrapping_add(STEP);
    number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^= number >> 31;
    f64::from(u32::try_from(number >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
