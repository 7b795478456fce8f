use std::{pin::pin, time::Duration};

use http::{Uri, header::AUTHORIZATION};
use interceptor_core::{
    Call, CallType, ConfigError, Next, Origin, Replay, ReplayBudget, Reply, Side,
    tonic::{Code, Status},
};

use super::{
    TokenSource,
    cache::{Cache, Kept},
};
use crate::policy::{
    MAX_BUFFERED_BYTES, MAX_TOTAL_BUFFERED_BYTES,
    clock::{Timer, until},
    intercept_all, order,
};

/// Sends a bearer token with each call: see the [module](crate::auth).
#[derive(Debug, Clone)]
pub struct CallCredentials {
    cache: Cache,
    is_plaintext: bool,
    resends: bool,
    min_token_age: Duration,
    max_buffered_bytes: usize,
    budget: ReplayBudget,
}

// === impl CallCredentials ===

impl CallCredentials {
    /// Tokens of this source, for the channel to this endpoint: `Endpoint::uri()` of the one that it is made of.
    ///
    /// A layer does not see the connection, so it has to be told. A call whose own URI says `http` is refused all the same.
    ///
    /// # Errors
    ///
    /// A URI of another scheme than `https`: a token must not go over plaintext (gRFC A97).
    pub fn new(source: impl TokenSource, endpoint: &Uri) -> Result<Self, ConfigError> {
        if endpoint.scheme_str() != Some("https") {
            return Err(ConfigError::new(format!(
                "`{endpoint}` does not begin with https://, and anybody on the way could read the token; if that is right, \
                 say `CallCredentials::over_plaintext`"
            )));
        }
        Ok(Self {
            is_plaintext: false,
            ..Self::over_plaintext(source)
        })
    }

    /// Tokens of this source, whatever the connection is: for a proxy on the same machine that speaks TLS, and for tests.
    pub fn over_plaintext(source: impl TokenSource) -> Self {
        Self {
            cache: Cache::new(source),
            is_plaintext: true,
            resends: true,
            min_token_age: Duration::from_secs(10),
            max_buffered_bytes: MAX_BUFFERED_BYTES,
            budget: ReplayBudget::new(MAX_TOTAL_BUFFERED_BYTES),
        }
    }

    /// Whether a call that the server ends with UNAUTHENTICATED is made once more, with a fresh token: by default yes.
    #[must_use]
    pub fn resends(mut self, resends: bool) -> Self {
        self.resends = resends;
        self
    }

    /// How old a token is at least that is replaced because the server refused it, by default 10 seconds: a server that refuses
    /// all of them must not make each call fetch one.
    #[must_use]
    pub fn min_token_age(mut self, age: Duration) -> Self {
        self.min_token_age = age;
        self
    }

    /// How many bytes of a request are kept to be sent again, by default 262,144 (256 KiB). A call over it is not made again.
    #[must_use]
    pub fn max_buffered_bytes(mut self, bytes: usize) -> Self {
        self.max_buffered_bytes = bytes;
        self
    }

    /// What `explain` says of it.
    fn kept(&self) -> String {
        if !self.resends {
            return "nothing: no call is sent again".to_owned();
        }
        let (call, all) = (self.max_buffered_bytes, self.budget.max_bytes());
        format!("the request, up to {call} bytes, and {all} bytes of all calls")
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if call.metadata().as_ref().contains_key(AUTHORIZATION) {
            return next.run(call).await; // the application's own
        }
        self.is_secure(&mut call)?;
        let mut timer = Timer::new(call.deadline());
        let kept = until(&mut timer, pin!(self.cache.get())).await??;
        if !self.resends {
            sign(&mut call, &kept);
            return next.run(call).await;
        }
        let mut replay = call.into_replay_within(self.max_buffered_bytes, &self.budget);
        let first = signed(replay.attempt(), &kept).ok_or_else(lost)?;
        let status = match next.clone().run(first).await {
            Err(status) if is_refusal(&status) => status,
            done => return done,
        };
        let fresh = until(
            &mut timer,
            pin!(self.cache.renew(&kept, self.min_token_age)),
        )
        .await?;
        match fresh.and_then(|fresh| again(replay, &fresh)) {
            Some(again) => next.run(again).await,
            None => Err(status),
        }
    }

    /// A URI with `http` in it was written by somebody who knows.
    fn is_secure<T: CallType>(&self, call: &mut Call<T>) -> Result<(), Status> {
        if !self.is_plaintext && call.uri().scheme_str() == Some("http") {
            return Err(Status::unauthenticated(
                "the call's origin is plaintext, over which no token is sent",
            ));
        }
        Ok(())
    }

    fn check(side: Side) -> Result<(), ConfigError> {
        match side {
            Side::Client => Ok(()),
            Side::Server => Err(ConfigError::new(
                "it sends a client's token; a server asks for one by `Authentication`",
            )),
        }
    }
}

intercept_all!(
    [] CallCredentials [] |_this, _methods, side| Self::check(side),
    order = [.only_on(Side::Client).role(order::SIGNING).inside(&[order::RETRYING, order::HEDGING])],
    buffers = Self::kept
);

fn sign<T: CallType>(call: &mut Call<T>, kept: &Kept) {
    let headers = call.metadata_mut().as_mut();
    headers.insert(AUTHORIZATION, kept.token().value());
}

fn signed<T: CallType>(call: Option<Call<T>>, kept: &Kept) -> Option<Call<T>> {
    let mut call = call?;
    sign(&mut call, kept);
    Some(call)
}

/// The second and last attempt.
fn again<T: CallType>(mut replay: Replay<T>, kept: &Kept) -> Option<Call<T>> {
    signed(replay.restart(), kept)
}

/// Whether the server did not take the token, and did nothing else either.
fn is_refusal(status: &Status) -> bool {
    let origin = Origin::of(status);
    status.code() == Code::Unauthenticated
        && matches!(origin, Origin::Peer { .. })
        && !origin.headers_received()
}

/// A replay has its first attempt, always.
fn lost() -> Status {
    Status::internal("the request was lost before its first attempt")
}
