use std::{
    error::Error,
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwapOption;
use interceptor_core::ConfigError;
use jsonwebtoken::{Algorithm, AlgorithmFamily};
use tokio::time::Instant;

use super::{
    AuthError,
    header::Header,
    keys::{Key, install_provider, parse},
};
use crate::auth::flight::{Flight, Waiter};

type BoxError = Box<dyn Error + Send + Sync>;
type Fetch =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<String, BoxError>> + Send>> + Send + Sync>;

/// Where the document is that names an issuer's keys (RFC 7517, 5).
///
/// With the feature `auth-jwks` [`HttpJwks`](super::HttpJwks) gets it from a URL.
pub trait JwksSource: Send + Sync + 'static {
    /// Its text, as it is now. It is dropped after a while: [`Jwks::timeout`].
    ///
    /// # Errors
    ///
    /// Why there is none at the moment: for the log.
    fn fetch(&self) -> impl Future<Output = Result<String, BoxError>> + Send;
}

/// The keys of an issuer, by a document that changes: fetched once, kept, and fetched anew in the background.
///
/// - The first call waits for the first fetch. Those that come meanwhile wait for the same one.
/// - Once the keys are older than [`refresh_every`](Self::refresh_every), a call has them fetched anew, and does not wait.
/// - A token with a `kid` that is not among them has them fetched at once, and waits: but no more often than
///   [`min_interval`](Self::min_interval), so that a flood of made-up ids is not a flood of fetches.
/// - When a fetch fails, or what comes is no set of keys, the old keys stay, however old they are. Without any, calls end
///   with UNAVAILABLE.
///
/// Clones share the keys.
#[derive(Clone)]
pub struct Jwks {
    shared: Arc<Shared>,
    refresh_every: Duration,
    min_interval: Duration,
    timeout: Duration,
}

struct Shared {
    fetch: Fetch,
    algorithms: Vec<Algorithm>,
    loaded: ArcSwapOption<Loaded>,
    /// When the last fetch began.
    tried: Mutex<Option<Instant>>,
    flight: Flight<()>,
}

/// Keys, and when they came.
#[derive(Debug)]
pub(super) struct Loaded {
    pub(super) keys: Arc<[Key]>,
    at: Instant,
}

// === impl Jwks ===

impl Jwks {
    /// The keys of this source, for these algorithms and no others.
    ///
    /// # Errors
    ///
    /// No algorithm, or one of secrets (`HS256` and the like): the document is public.
    pub fn new(
        source: impl JwksSource,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, ConfigError> {
        install_provider();
        let algorithms: Vec<_> = algorithms.into_iter().collect();
        let is_secret = |algorithm: &Algorithm| algorithm.family() == AlgorithmFamily::Hmac;
        if algorithms.is_empty() || algorithms.iter().any(is_secret) {
            return Err(ConfigError::new(format!(
                "a JWKS is public, and {algorithms:?} are not algorithms of public keys: give such as ES256 or RS256"
            )));
        }
        let source = Arc::new(source);
        let fetch: Fetch = Box::new(move || {
            let source = Arc::clone(&source);
            Box::pin(async move { source.fetch().await })
        });
        Ok(Self {
            shared: Arc::new(Shared {
                fetch,
                algorithms,
                loaded: ArcSwapOption::empty(),
                tried: Mutex::new(None),
                flight: Flight::new(),
            }),
            refresh_every: Duration::from_secs(15 * 60),
            min_interval: Duration::from_secs(30),
            timeout: Duration::from_secs(10),
        })
    }

    /// When keys are fetched anew, by default after 15 minutes.
    #[must_use]
    pub fn refresh_every(mut self, time: Duration) -> Self {
        self.refresh_every = time;
        self
    }

    /// How much time passes at least from the beginning of one fetch to that of the next, by default 30 seconds.
    #[must_use]
    pub fn min_interval(mut self, time: Duration) -> Self {
        self.min_interval = time;
        self
    }

    /// How long a fetch may take, by default 10 seconds.
    #[must_use]
    pub fn timeout(mut self, time: Duration) -> Self {
        self.timeout = time;
        self
    }

    /// Fetches the keys now, if there are none yet: a server that is to start with them calls this before it serves.
    ///
    /// # Errors
    ///
    /// They could not be fetched: the log has the reason.
    pub async fn load(&self) -> Result<(), AuthError> {
        if self.in_hand().is_none() {
            self.fetched().await;
        }
        self.loaded().map(drop)
    }

    pub(super) fn algorithms(&self) -> &[Algorithm] {
        &self.shared.algorithms
    }

    /// The keys that are here, if they were ever fetched.
    pub(super) fn in_hand(&self) -> Option<Arc<Loaded>> {
        self.shared.loaded.load_full()
    }

    /// The keys for a token with that header: those in hand, if one of them is for it.
    pub(super) async fn keys_for(
        &self,
        header: &Header,
        in_hand: Option<Arc<Loaded>>,
    ) -> Result<Arc<Loaded>, AuthError> {
        match in_hand {
            Some(loaded) if loaded.keys.iter().any(|key| key.is_of(header)) => {
                if loaded.at.elapsed() >= self.refresh_every {
                    let _ = self.begin(); // nobody waits for it
                }
                Ok(loaded)
            }
            _ => {
                self.fetched().await;
                self.loaded()
            }
        }
    }

    fn loaded(&self) -> Result<Arc<Loaded>, AuthError> {
        let loaded = self.in_hand();
        loaded.ok_or(AuthError::unavailable("there are no keys yet"))
    }

    /// Waits for the fetch that is under way, or for a new one if it is time for one.
    async fn fetched(&self) {
        if let Some(waiter) = self.begin() {
            waiter.wait().await;
        }
    }

    fn begin(&self) -> Option<Waiter<()>> {
        let (shared, timeout) = (&self.shared, self.timeout);
        shared.flight.join_or(|| {
            shared
                .may_try(self.min_interval)
                .then(|| fetch(Arc::clone(shared), timeout))
        })
    }
}

impl fmt::Debug for Jwks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Jwks")
            .field("algorithms", &self.shared.algorithms)
            .field("loaded", &self.shared.loaded.load().is_some())
            .finish_non_exhaustive()
    }
}

// === impl Shared ===

impl Shared {
    /// Whether it is time for another fetch; if so, that is now.
    fn may_try(&self, min_interval: Duration) -> bool {
        let mut tried = self.tried.lock().unwrap_or_else(PoisonError::into_inner);
        let may = tried.is_none_or(|tried| tried.elapsed() >= min_interval);
        if may {
            *tried = Some(Instant::now());
        }
        may
    }
}

async fn fetch(shared: Arc<Shared>, timeout: Duration) {
    let fetched = match tokio::time::timeout(timeout, (shared.fetch)()).await {
        Ok(fetched) => fetched.map_err(|error| error.to_string()),
        Err(_) => Err("it took too long".to_owned()),
    };
    match fetched.and_then(|text| parse(&text, &shared.algorithms)) {
        Ok(keys) => shared.loaded.store(Some(Arc::new(Loaded {
            keys,
            at: Instant::now(),
        }))),
        Err(error) => {
            tracing::warn!(%error, "the keys of the issuer could not be fetched; the old ones stay");
        }
    }
}
