//! The error of a stream that has nothing else goes out alone, so that a client can make the call again.
//!
//! Run it: `cargo run --example status`
//!
//! There is no network in it, and no waiting: the server is in this program, and the clock is paused.

#![allow(clippy::print_stdout, reason = "its output is what it is for")]

use std::{
    error::Error,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
};

use grpc_interceptor::prelude::*;
use grpc_interceptor::retry_on_error::{RetryOnError, WaitExponential};
use grpc_interceptor::status::TrailersOnly;
use interceptor_test::{Case, Harness, Peer, Script};

/// A streaming handler whose stream begins with an error, twice; as tonic sends it: headers, and then the error.
fn unsteady() -> Peer {
    let fails = || Peer::fail_after(0, Status::unavailable("not yet"));
    let works = Script::new().send("a").send("b").end(Code::Ok);
    Peer::sequence([fails(), fails(), Peer::script(works)])
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() -> Result<(), Box<dyn Error>> {
    for trailers_only in [None, Some(TrailersOnly::new())] {
        let calls = Arc::new(AtomicU32::new(0));
        let counting = Count(Arc::clone(&calls));
        // What a retry on the client sees is what leaves the server: so it stands outside of the server's interceptor.
        let retry = RetryOnError::new(WaitExponential::new(0.1, 0.1, 1.0)?, 5)?;
        let case = Case::new(CallKind::UnaryStream, Side::Server);
        let harness = Harness::new(case, (retry, counting, trailers_only)).peer(unsteady());
        let outcome = harness.call().await;
        let with = if trailers_only.is_some() {
            "with"
        } else {
            "without"
        };
        let (code, messages) = (outcome.code(), outcome.messages().len());
        let calls = calls.load(Relaxed);
        println!("{with} it: {calls} calls, {code:?}, {messages} messages");
    }
    Ok(())
}

/// Counts calls.
#[grpc_interceptor]
struct Count(Arc<AtomicU32>);

impl Count {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        self.0.fetch_add(1, Relaxed);
        next.run(call).await
    }
}
