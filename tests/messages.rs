//! Interceptors that look at messages, change them and refuse them: what each end sees of it.

#![allow(
    clippy::unwrap_used,
    reason = "a test says what went wrong by panicking"
)]

use grpc_interceptor::prelude::*;
use grpc_interceptor::tonic::Status;
use interceptor_test::{Harness, Peer, Script};

/// Refuses the second request message.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct RefuseSecond;

impl RefuseSecond {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut count = 0;
        call.payload_mut().try_map(move |message| {
            count += 1;
            match count {
                2 => Err(Status::permission_denied("the second")),
                _ => Ok(message),
            }
        })?;
        next.run(call).await
    }
}

/// Looks at each response message, and changes none.
#[grpc_interceptor]
#[derive(Debug, Clone)]
struct Look;

impl Look {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let mut reply = next.run(call).await?;
        reply
            .payload_mut()
            .inspect(|message| drop(message.bytes()))?;
        Ok(reply)
    }
}

#[tokio::test(start_paused = true)]
async fn a_refused_request_message_ends_the_call_with_its_status() {
    Harness::for_every_call_type(
        || RefuseSecond,
        async |harness| {
            let peer = Peer::script(Script::new().headers().echo().end(Code::Ok));
            let outcome = harness.peer(peer).call().await;
            if outcome.case().kind().client_streaming() {
                assert_eq!(outcome.code(), Code::PermissionDenied, "{outcome}");
            }
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_look_changes_nothing_about_a_response_with_two_messages() {
    Harness::for_every_call_type(
        || Look,
        async |harness| {
            let peer = Peer::script(Script::new().read_all().send("a").send("b").end(Code::Ok));
            let outcome = harness.peer(peer).call().await;
            assert_eq!(outcome.messages().len(), 2, "{outcome}");
        },
    )
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_response_without_a_message_leaves_a_server_as_it_came() {
    Harness::for_every_call_type_on(
        Side::Server,
        || Look,
        async |harness| {
            let peer = Peer::script(Script::new().read_all().headers().end(Code::Ok));
            let outcome = harness.peer(peer).call().await;
            assert!(!outcome.is_trailers_only(), "{outcome}");
            assert_eq!(outcome.messages().len(), 0, "{outcome}");
        },
    )
    .await;
}
