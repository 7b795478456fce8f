use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use interceptor_core::{
    CallType, ConfigError, Reply,
    tonic::{Status, metadata::MetadataMap},
};

/// The numbers of a [`Throttle`]: `retryThrottling` of a service config. In thousandths.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RetryThrottling {
    max: u32,
    ratio: u32,
}

/// Tokens that retries and hedges need: while a server fails more often than it succeeds, there are none of either.
///
/// It starts full. A failure that a policy would retry takes one token, a call that ends with OK gives back
/// `token_ratio`; there is a retry, or a hedge, while more than half of `max_tokens` are left. The first attempt of a call
/// is always sent. Counted in thousandths, as gRFC A6 has it.
///
/// Clones share the tokens. Give the same one to a `Retry` and to a `Hedge` for one server: a channel has one throttle,
/// whatever the method.
///
/// ```
/// # use interceptor_kit::policy::{RetryThrottling, Throttle};
/// let throttle = Throttle::new(RetryThrottling::new(4.0, 0.5)?);
/// assert!(throttle.failed(), "3 of 4 tokens are left");
/// assert!(!throttle.failed(), "2 are no more than half");
/// throttle.succeeded();
/// assert_eq!(throttle.tokens(), 2.5);
/// # Ok::<(), interceptor_core::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct Throttle(Arc<Bucket>);

struct Bucket {
    config: RetryThrottling,
    /// In thousandths, from 0 to `config.max`.
    tokens: AtomicU32,
}

const ONE: u32 = 1_000;

// === impl RetryThrottling ===

impl RetryThrottling {
    /// At most so many tokens, and so much of one for each success. More than three decimals are cut off.
    ///
    /// # Errors
    ///
    /// `max_tokens` that are not over 0, or over 1,000; a `token_ratio` under a thousandth.
    pub fn new(max_tokens: f64, token_ratio: f64) -> Result<Self, ConfigError> {
        let max = thousandths(max_tokens).filter(|max| (1..=1_000 * ONE).contains(max));
        let Some(max) = max.filter(|_| max_tokens <= 1_000.0) else {
            return Err(ConfigError::new(format!(
                "`max_tokens` is {max_tokens}; give a number over 0 and up to 1000"
            )));
        };
        let Some(ratio) = thousandths(token_ratio).filter(|ratio| *ratio > 0) else {
            return Err(ConfigError::new(format!(
                "`token_ratio` is {token_ratio}; give a number of at least 0.001"
            )));
        };
        Ok(Self { max, ratio })
    }

    /// How many tokens there are at most.
    #[must_use]
    pub fn max_tokens(&self) -> f64 {
        f64::from(self.max) / f64::from(ONE)
    }

    /// How much of a token a success gives back.
    #[must_use]
    pub fn token_ratio(&self) -> f64 {
        f64::from(self.ratio) / f64::from(ONE)
    }
}

impl fmt::Debug for RetryThrottling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetryThrottling")
            .field("max_tokens", &self.max_tokens())
            .field("token_ratio", &self.token_ratio())
            .finish()
    }
}

/// What the status in these metadata says, if there is one. Looked for by eye: trailers are few, and mostly nothing else.
#[inline]
fn is_ok(metadata: &MetadataMap) -> Option<bool> {
    let mut all = metadata.as_ref().iter();
    let status = all.find(|(name, _)| *name == Status::GRPC_STATUS);
    status.map(|(_, status)| status.as_bytes() == b"0")
}

/// By its digits and not by multiplication: 1.001 · 1,000 is a little less than 1,001.
fn thousandths(number: f64) -> Option<u32> {
    if !number.is_finite() || number < 0.0 {
        return None;
    }
    let text = number.to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    let whole: u64 = whole.parse().unwrap_or(u64::MAX / 10_000);
    let all = whole.saturating_mul(u64::from(ONE)) + digits.parse::<u64>().ok()?;
    Some(u32::try_from(all).unwrap_or(u32::MAX))
}

// === impl Throttle ===

impl Throttle {
    /// A full one.
    #[must_use]
    pub fn new(config: RetryThrottling) -> Self {
        Self::with_tokens(config, config.max)
    }

    /// One of other numbers that is as full as this one. With the same numbers it is this one.
    ///
    /// Calls under way keep the one that they began with.
    #[must_use]
    pub fn scaled_to(&self, config: RetryThrottling) -> Self {
        if self.0.config == config {
            return self.clone();
        }
        let (tokens, max) = (u64::from(self.milli_tokens()), u64::from(self.0.config.max));
        let scaled = tokens * u64::from(config.max) / max;
        Self::with_tokens(config, u32::try_from(scaled).unwrap_or(config.max))
    }

    fn with_tokens(config: RetryThrottling, tokens: u32) -> Self {
        let tokens = AtomicU32::new(tokens);
        Self(Arc::new(Bucket { config, tokens }))
    }

    /// A call ended with OK.
    pub fn succeeded(&self) {
        let Bucket { config, tokens } = &*self.0;
        // a full one is not written to: all calls of a channel share it
        let more = |tokens: u32| {
            let is_full = tokens >= config.max;
            (!is_full).then(|| tokens.saturating_add(config.ratio).min(config.max))
        };
        let _ = tokens.fetch_update(Relaxed, Relaxed, more);
    }

    /// A call succeeds when its trailers say so: now, or when they come.
    pub(crate) fn watch<T: CallType>(&self, mut reply: Reply<T>) -> Reply<T> {
        let in_hand = reply.trailers().and_then(is_ok);
        match in_hand.or_else(|| is_ok(reply.metadata())) {
            Some(true) => self.succeeded(),
            Some(false) => {}
            None => {
                let throttle = self.clone();
                reply.map_trailers(move |trailers| {
                    if is_ok(trailers) == Some(true) {
                        throttle.succeeded();
                    }
                });
            }
        }
        reply
    }

    /// An attempt ended with a failure that counts: a code that its policy retries, or a pushback that says to stop. Gives
    /// whether the call may make another attempt.
    #[must_use = "it says whether there may be another attempt"]
    pub fn failed(&self) -> bool {
        let less = |tokens: u32| Some(tokens.saturating_sub(ONE));
        let _ = self.0.tokens.fetch_update(Relaxed, Relaxed, less);
        self.allows()
    }

    /// Whether a call may make another attempt.
    #[must_use]
    pub fn allows(&self) -> bool {
        self.milli_tokens() > self.0.config.max / 2
    }

    /// How many tokens are left.
    #[must_use]
    pub fn tokens(&self) -> f64 {
        f64::from(self.milli_tokens()) / f64::from(ONE)
    }

    /// Its numbers.
    #[must_use]
    pub fn config(&self) -> RetryThrottling {
        self.0.config
    }

    fn milli_tokens(&self) -> u32 {
        self.0.tokens.load(Relaxed)
    }
}

impl fmt::Debug for Throttle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Throttle")
            .field("tokens", &self.tokens())
            .field("config", &self.0.config)
            .finish()
    }
}
