//! The token that is there, and the next one.

use std::{
    fmt,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use interceptor_core::tonic::Status;
use tokio::time::Instant;

use super::{Token, TokenSource, source::sanitised};
use crate::{
    auth::flight::Flight,
    policy::{Backoff, Jitter},
};

type Fetched = Result<Arc<Kept>, Status>;
type Fetch =
    Box<dyn Fn() -> Pin<Box<dyn Future<Output = Result<Token, Status>> + Send>> + Send + Sync>;

/// How long before its end a token is not used any more (gRFC A97).
const MARGIN: Duration = Duration::from_secs(30);

/// How long before that the next one is fetched.
const WINDOW: Duration = Duration::from_secs(60);

/// Clones share it.
#[derive(Clone)]
pub(super) struct Cache(Arc<Shared>);

struct Shared {
    fetch: Fetch,
    state: Mutex<State>,
    flight: Flight<Fetched>,
    backoff: Backoff,
    jitter: Jitter,
}

#[derive(Default)]
struct State {
    kept: Option<Arc<Kept>>,
    failure: Option<Failure>,
}

/// A token, by the clock that tests can pause.
#[derive(Debug)]
pub(super) struct Kept {
    token: Token,
    at: Instant,
    /// From when on it is not used; None is never.
    ends: Option<Instant>,
}

/// The fetches that failed since the last one that did not.
struct Failure {
    status: Status,
    times: u32,
    until: Instant,
}

// === impl Cache ===

impl Cache {
    pub(super) fn new(source: impl TokenSource) -> Self {
        let source = Arc::new(source);
        let fetch: Fetch = Box::new(move || {
            let source = Arc::clone(&source);
            Box::pin(async move { source.token().await })
        });
        let (initial, max) = (Duration::from_secs(1), Duration::from_secs(120));
        Self(Arc::new(Shared {
            fetch,
            state: Mutex::default(),
            flight: Flight::new(),
            backoff: Backoff::new(initial, max, 1.6).expect("these are in their bounds"),
            jitter: Jitter::random(),
        }))
    }

    /// The token that is there, or the next one.
    pub(super) async fn get(&self) -> Fetched {
        let usable = self.0.lock().usable();
        if let Some(kept) = &usable
            && !kept.ends_soon()
        {
            return Ok(Arc::clone(kept));
        }
        if let Some(status) = self.0.lock().waits() {
            return usable.ok_or(status);
        }
        let waiter = self.0.flight.join_or(|| Some(fetch(Arc::clone(&self.0))));
        match (usable, waiter) {
            (Some(kept), _) => Ok(kept),
            (None, Some(waiter)) => waiter.wait().await.unwrap_or_else(|| Err(panicked())),
            (None, None) => Err(panicked()),
        }
    }

    /// Another token, if the server refused this one. None if there is none to be had.
    pub(super) async fn renew(&self, refused: &Arc<Kept>, min_age: Duration) -> Option<Arc<Kept>> {
        if !self.0.lock().forget(refused, min_age) {
            return None;
        }
        let fresh = self.get().await.ok()?;
        (fresh.token.value() != refused.token.value()).then_some(fresh)
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache")
    }
}

// === impl Shared ===

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn succeeded(&self, token: Token) -> Arc<Kept> {
        let kept = Arc::new(Kept::new(token));
        *self.lock() = State {
            kept: Some(Arc::clone(&kept)),
            failure: None,
        };
        kept
    }

    fn failed(&self, status: Status) -> Fetched {
        let status = sanitised(status);
        let mut state = self.lock();
        let times = state.failure.as_ref().map_or(0, |failure| failure.times) + 1;
        let wait = self.backoff.delay(times, self.jitter.factor());
        state.failure = Some(Failure {
            status: status.clone(),
            times,
            until: Instant::now() + wait,
        });
        tracing::warn!(%status, "a token could not be fetched");
        Err(status)
    }
}

async fn fetch(shared: Arc<Shared>) -> Fetched {
    match (shared.fetch)().await {
        Ok(token) => Ok(shared.succeeded(token)),
        Err(status) => shared.failed(status),
    }
}

// === impl State ===

impl State {
    fn usable(&self) -> Option<Arc<Kept>> {
        let kept = self.kept.as_ref()?;
        let now = Instant::now();
        kept.ends
            .is_none_or(|ends| now < ends)
            .then(|| Arc::clone(kept))
    }

    /// The failure after which it is too early for another fetch.
    fn waits(&self) -> Option<Status> {
        let failure = self.failure.as_ref()?;
        (Instant::now() < failure.until).then(|| failure.status.clone())
    }

    /// Drops a token that was refused. Says whether another one may be had: by others already, or by a fetch.
    fn forget(&mut self, refused: &Arc<Kept>, min_age: Duration) -> bool {
        match &self.kept {
            Some(kept) if Arc::ptr_eq(kept, refused) => {
                let may = refused.at.elapsed() >= min_age;
                if may {
                    self.kept = None;
                }
                may
            }
            _ => true,
        }
    }
}

// === impl Kept ===

impl Kept {
    fn new(token: Token) -> Self {
        let at = Instant::now();
        let left = token.left();
        Self {
            ends: left.map(|left| at + left.saturating_sub(MARGIN).min(FAR)),
            token,
            at,
        }
    }

    pub(super) fn token(&self) -> &Token {
        &self.token
    }

    fn ends_soon(&self) -> bool {
        let now = Instant::now();
        self.ends
            .is_some_and(|ends| ends.saturating_duration_since(now) <= WINDOW)
    }
}

/// A hundred years: further away than that is no matter, and the clock must not overflow.
const FAR: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

fn panicked() -> Status {
    Status::unavailable("the token source ended without a token")
}
