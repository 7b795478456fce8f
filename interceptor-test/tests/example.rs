//! The example of the README.

use grpc_interceptor::prelude::*;
use interceptor_test::{Harness, Peer};

/// Calls up to three times while the peer is unavailable.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Retry;

impl Retry {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut replay = call.into_replay(64 * 1024);
        let mut result = Err(Status::unavailable("no attempt was made"));
        while replay.attempts() < 3
            && let Some(call) = replay.attempt()
        {
            result = next.clone().run(call).await;
            if !matches!(&result, Err(status) if status.code() == Code::Unavailable) {
                break;
            }
        }
        result
    }
}

#[tokio::test(start_paused = true)]
async fn calls_again_while_the_peer_is_unavailable() {
    let unsteady = Peer::fail_times(2, Code::Unavailable);
    let outcome = Harness::unary_unary(Retry).peer(unsteady).call().await;
    assert_eq!(outcome.code(), Code::Ok);
    assert_eq!(outcome.attempts().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn does_not_call_again_after_another_error() {
    Harness::for_every_call_type(
        || Retry,
        async |harness| {
            let outcome = harness.peer(Peer::reject(Code::NotFound)).call().await;
            assert_eq!(outcome.code(), Code::NotFound);
            assert_eq!(outcome.attempts().len(), 1);
        },
    )
    .await;
}
