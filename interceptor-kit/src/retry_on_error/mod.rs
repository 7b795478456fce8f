//! Tries a call again when it ended with an error, and waits longer each time.
//!
//! A request is kept while its first attempt sends it, so that a call of any type can be sent again, byte for byte,
//! even while its caller is still writing. A response that has begun is final: no message is delivered twice.
//!
//! It does not ask whether a method may run more than once: who puts it into a chain says so.
//!
//! # Example
//!
//! ```
//! # use interceptor_core::{Call, CallType, ClientLayer, Methods, Next, Reply, tonic::{self, Request, Response, Status}};
//! # use interceptor_kit::retry_on_error::{RetryOnError, WaitExponential};
//! # use interceptor_macros::grpc_interceptor;
//! # use testproto::helloworld::{greeter_client::GreeterClient, greeter_server::{Greeter, GreeterServer}, HelloReply, HelloRequest};
//! # struct Hello;
//! # #[tonic::async_trait]
//! # impl Greeter for Hello {
//! #     async fn say_hello(&self, request: Request<HelloRequest>) -> Result<Response<HelloReply>, Status> {
//! #         Ok(Response::new(HelloReply { message: format!("Hello {}!", request.into_inner().name) }))
//! #     }
//! # }
//! /// Lets nothing through before the third attempt.
//! # #[grpc_interceptor(crate = interceptor_core)]
//! struct Unsteady;
//!
//! impl Unsteady {
//!     async fn intercept_call<T: CallType>(&self, call: Call<T>, next: impl Next<T>) -> Result<Reply<T>, Status> {
//!         match call.attempt() {
//!             0 | 1 => Err(Status::unavailable("not yet")),
//!             _ => next.run(call).await,
//!         }
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread", start_paused = true)]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET)?;
//! # let server = GreeterServer::new(Hello);
//! // Five attempts at most, 0.5, 1, 2 and 3 seconds between them.
//! let retry = RetryOnError::new(WaitExponential::new(0.5, 0.5, 3.0)?, 5)?;
//! let chain = (retry, Unsteady);
//! let mut client = GreeterClient::new(ClientLayer::new(chain, &methods)?.layer(server));
//!
//! let started = tokio::time::Instant::now();
//! let reply = client.say_hello(HelloRequest { name: "patience".into() }).await?;
//! assert_eq!(reply.into_inner().message, "Hello patience!");
//! assert_eq!(started.elapsed().as_secs_f64(), 0.5 + 1.0);
//! # Ok(())
//! # }
//! ```
//!
//! # Calls
//!
//! | call type | is made again |
//! |---|---|
//! | unary-unary, stream-unary | when the call is over, and its error came instead of a response |
//! | unary-stream, stream-stream | when its error came instead of a response; what a stream ends with later is passed on |
//!
//! So it is on the client and on the server. These are final:
//!
//! - What this side ended: a status `DEADLINE_EXCEEDED` or CANCELLED that no peer sent, a timeout of the transport,
//!   and any error when [`Call::deadline`] has passed, or would pass during the waiting. A peer's `DEADLINE_EXCEEDED`
//!   or CANCELLED is retried. On a server the handler is no peer, and its own are final.
//! - An error behind response headers, also one in the trailers of a unary response: the peer had taken the call. On
//!   a server the handler's response has not left yet, so this is about calls that the handler makes, if it returns
//!   their statuses as they came.
//! - The error of a request that failed on this side: its stream gave an error, or an interceptor outside of this one
//!   refused a message.
//! - The error of a request of which more was sent than [`max_buffered_bytes`](RetryOnError::max_buffered_bytes).
//! - An error that [`only`](RetryOnError::only) leaves out.
//!
//! # Order
//!
//! *Outside* of it goes what concerns the call as a whole: its deadline, its metrics, validation. *Inside* of it goes
//! what concerns each attempt, such as credentials or a log of attempts: it runs again, starting from the call's own
//! metadata, and [`Call::attempt`] counts. Two of these in a row multiply their attempts, and so do one on the client
//! and one on the server.
//!
//! # Errors
//!
//! None of its own: a call ends with the status of its last attempt.
//!
//! # Cancellation
//!
//! When the caller goes away, so does the attempt under way, or the waiting; no other attempt begins. Each attempt
//! tells the peer how much is left of the deadline.
//!
//! # Cost
//!
//! With one attempt, or no code to retry: nothing. Otherwise each call allocates about fifteen times to be kept,
//! takes a lock for each frame of its request, and holds on to the frames, by reference, until no attempt can follow.
//! An attempt copies the metadata and the extensions. Waiting needs tokio's timer.
//!
//! # Differences
//!
//! The article that this comes from counts `stop` attempts in its sync form and `stop + 1` in its async one. Here
//! `stop` counts all attempts, the first included. tower's `Retry` needs requests that can be cloned, which streams
//! cannot. The retry policy of a gRPC service config also has jitter, throttling and pushback by the server.

#[cfg(test)]
mod memory;
#[cfg(test)]
mod tests;
mod wait;

pub use wait::WaitExponential;

use std::time::{Duration, Instant};

use interceptor_core::{
    Call, CallType, ConfigError, Next, Origin, Reply, TransportKind,
    tonic::{Code, Status},
};
use interceptor_macros::grpc_interceptor;

use crate::policy::order;

/// Tries a call again when it ended with an error: see the [module](self).
#[grpc_interceptor(role = order::RETRYING, buffers = Self::kept, crate = interceptor_core)]
#[derive(Debug, Clone)]
pub struct RetryOnError {
    wait: WaitExponential,
    /// How many attempts there are at most; one or more.
    stop: u32,
    max_buffered_bytes: usize,
    /// Which codes are tried again; `None` is all.
    only: Option<Vec<Code>>,
}

// === impl RetryOnError ===

impl RetryOnError {
    /// At most `stop` attempts in all, with waiting in between.
    ///
    /// # Errors
    ///
    /// A `stop` of 0.
    pub fn new(wait: WaitExponential, stop: u32) -> Result<Self, ConfigError> {
        if stop == 0 {
            return Err(ConfigError::new(
                "`stop` is 0, which is not even a first attempt; give at least 1",
            ));
        }
        Ok(Self {
            wait,
            stop,
            max_buffered_bytes: 256 * 1024,
            only: None,
        })
    }

    /// How many bytes of a request are kept, by default 262,144 (256 KiB). The first error after that is the call's.
    #[must_use]
    pub fn max_buffered_bytes(mut self, bytes: usize) -> Self {
        self.max_buffered_bytes = bytes;
        self
    }

    /// Tries again after these codes only, by default after all of them.
    ///
    /// The code of an error on the way is the specification's, and not tonic's: a lost connection is UNAVAILABLE
    /// ([`TransportKind::code`]).
    #[must_use]
    pub fn only(mut self, codes: impl IntoIterator<Item = Code>) -> Self {
        self.only = Some(codes.into_iter().collect());
        self
    }

    /// For `explain`.
    fn kept(&self) -> String {
        format!("the request, up to {} bytes", self.max_buffered_bytes)
    }

    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if self.is_off() {
            return next.run(call).await;
        }
        let deadline = call.deadline();
        let mut replay = call.into_replay(self.max_buffered_bytes);
        let mut attempt = replay.attempt().ok_or_else(lost)?;
        for number in 0..self.stop - 1 {
            let status = match next.clone().run(attempt).await {
                Err(status) if self.retries(&status) => status,
                last => return last,
            };
            let wait = self.wait.waiting_time(number);
            attempt = match replay.restart() {
                Some(again) if !passes(deadline, wait) => again,
                _ => return Err(status),
            };
            tokio::time::sleep(wait).await;
        }
        drop(replay); // or it would keep what nobody asks for again
        next.run(attempt).await
    }

    fn is_off(&self) -> bool {
        self.stop == 1 || self.only.as_ref().is_some_and(Vec::is_empty)
    }

    fn retries(&self, status: &Status) -> bool {
        let origin = Origin::of(status);
        let code = origin.transport().and_then(|kind| kind.code());
        let code = code.unwrap_or(status.code());
        let is_asked_for = self.only.as_ref().is_none_or(|only| only.contains(&code));
        is_asked_for && !origin.headers_received() && !is_our_own_end(origin, code)
    }
}

/// Whether the call ended because this side wants no more of it.
fn is_our_own_end(origin: Origin, code: Code) -> bool {
    match origin {
        Origin::Local => matches!(code, Code::DeadlineExceeded | Code::Cancelled),
        origin => origin.transport() == Some(TransportKind::Timeout),
    }
}

/// Whether waiting so long would leave no time for an attempt.
fn passes(deadline: Option<Instant>, wait: Duration) -> bool {
    let now = tokio::time::Instant::now().into_std();
    deadline.is_some_and(|deadline| deadline.saturating_duration_since(now) <= wait)
}

/// A replay has its first attempt, always.
fn lost() -> Status {
    Status::internal("the request was lost before its first attempt")
}

const _: () = {
    const fn assert_value<T: Clone + std::fmt::Debug + Send + Sync + 'static>() {}
    assert_value::<RetryOnError>();
    assert_value::<WaitExponential>();
};
