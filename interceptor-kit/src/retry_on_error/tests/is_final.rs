//! What is not tried again.

use interceptor_core::{Identity, Side};
use interceptor_test::{Case, Failure, Harness, Peer, Recorder, Script, ScriptedBody};

use super::*;

#[tokio::test(start_paused = true)]
async fn an_error_behind_response_headers_is_final() {
    for case in Case::on(Side::Client) {
        for before in 0..3 {
            let status = Status::unavailable("midway");
            let harness = Harness::new(case, retry(5)).peer(Peer::fail_after(before, status));
            let outcome = harness.call().await;
            assert_eq!(outcome.status().message(), "midway");
            assert_eq!(attempts(&outcome), 1, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_message_is_delivered_twice() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        for peer in [Peer::fail_after(2, Code::Unavailable), Peer::drop_after(2)] {
            let outcome = Harness::new(case, retry(5)).peer(peer).call().await;
            assert_ne!(outcome.code(), Code::Ok);
            assert_eq!(outcome.messages(), ["1", "2"], "{outcome}");
            assert_eq!(attempts(&outcome), 1, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_breaks_is_final() {
    for case in Case::all() {
        for before in 0..2 {
            let harness = Harness::new(case, retry(5)).peer(Peer::drop_after(before));
            let outcome = harness.call().await;
            assert_ne!(outcome.code(), Code::Ok);
            assert_eq!(attempts(&outcome), 1, "{outcome}");
        }
    }
}

/// Ends each call with this code, here.
#[grpc_interceptor(crate = interceptor_core)]
struct Ends(Code);

impl Ends {
    fn intercept_call<T: CallType>(
        &self,
        _: Call<T>,
        _: impl Next<T>,
    ) -> impl Future<Output = Result<Reply<T>, Status>> + Send {
        std::future::ready(Err(Status::new(self.0, "here")))
    }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_or_cancellation_of_our_own_is_final() {
    for case in Case::all() {
        for code in (1..=16).map(Code::from_i32) {
            let chain = (retry(2), Recorder::new("attempt"), Ends(code));
            let outcome = Harness::new(case, chain).call().await;
            assert_eq!(outcome.code(), code);
            let is_final = matches!(code, Code::DeadlineExceeded | Code::Cancelled);
            let calls = outcome.timeline().interceptors();
            let calls = calls.matches("attempt call").count();
            assert_eq!(calls, if is_final { 1 } else { 2 }, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_same_codes_of_a_peer_are_retried_but_a_handler_is_no_peer() {
    for case in Case::all() {
        for code in (1..=16).map(Code::from_i32) {
            let harness = Harness::new(case, retry(2)).peer(Peer::fail_times(1, code));
            let outcome = harness.call().await;
            let is_ours = matches!(code, Code::DeadlineExceeded | Code::Cancelled);
            let is_final = is_ours && case.side() == Side::Server;
            let expected = if is_final { (code, 1) } else { (Code::Ok, 2) };
            assert_eq!((outcome.code(), attempts(&outcome)), expected, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_status_that_a_handler_passes_on_still_comes_from_its_peer() {
    for (peer, count) in [
        (Peer::reject(Code::DeadlineExceeded), 2),
        (Peer::fail_after(0, Code::Unavailable), 1), // behind headers
    ] {
        let handlers_own = Harness::unary_unary(Identity).peer(peer).call().await;
        for case in Case::on(Side::Server) {
            let handler = Peer::reject(handlers_own.status().clone());
            let outcome = Harness::new(case, retry(2)).peer(handler).call().await;
            assert_eq!(attempts(&outcome), count, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn of_the_transport_only_its_timeout_is_final() {
    for case in Case::all() {
        for (failure, count) in [
            (Failure::Timeout, 1),
            (Failure::ConnectionLost, 2),
            (Failure::Connect, 2),
            (Failure::Reset(7), 2), // REFUSED_STREAM
            (Failure::Reset(8), 2), // CANCEL, by the peer
            (Failure::Other("a layer below".to_owned()), 2),
        ] {
            let peer = Peer::script(Script::new().read_all().fail(failure.clone()));
            let outcome = Harness::new(case, retry(2)).peer(peer).call().await;
            assert_eq!(attempts(&outcome), count, "{failure:?}: {outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_failed_on_this_side_is_not_sent_again() {
    /// Refuses the request's message.
    #[grpc_interceptor(crate = interceptor_core)]
    struct Refuses;

    impl Refuses {
        async fn intercept_call<T: CallType>(
            &self,
            mut call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            let payload = call.payload_mut();
            payload.try_map(|_| Err(Status::unavailable("refused here")))?;
            next.run(call).await
        }
    }

    for case in Case::all() {
        let outcome = Harness::new(case, (Refuses, retry(5))).call().await;
        assert_eq!(outcome.status().message(), "refused here", "{outcome}");
        assert_eq!(attempts(&outcome), 1, "{outcome}");

        let lost = Failure::Status(Status::unavailable("lost here"));
        let body = ScriptedBody::new().message("one").fail(lost);
        let harness = Harness::new(case, retry(5)).request_body(body);
        let outcome = harness.peer(Peer::reply(["late"])).call().await;
        assert_eq!(outcome.status().message(), "lost here", "{outcome}");
        assert_eq!(attempts(&outcome), 1, "{outcome}");
    }
}
