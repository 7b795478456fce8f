//! Which attempts are made again (A6; 1.3 of the checklist).

use std::sync::Arc;

use interceptor_core::{
    Call, CallType, Next, Reply, Side,
    tonic::{Code, Status},
};
use interceptor_kit::policy::RetryPolicy;
use interceptor_macros::grpc_interceptor;
use interceptor_test::{
    Case, Ending, Failure, Harness, Peer, Recorder, RequestEnd, Script, ScriptedBody, WireMessage,
};

use super::{attempts, backoff, millis, previous, retry, retry_by, support::ends, times};

#[tokio::test(start_paused = true)]
async fn retries_a_listed_code_until_it_is_answered() {
    for case in Case::all() {
        let peer = Peer::fail_times(2, Code::Unavailable);
        let outcome = Harness::new(case, retry(4)).peer(peer).call().await;
        assert_eq!(outcome.messages(), case.echo(&case.requests()), "{outcome}");
        assert_eq!(times(&outcome), [0, 100, 300].map(millis), "{outcome}");
        for attempt in outcome.attempts() {
            assert_eq!(attempt.messages(), case.requests(), "{outcome}");
            assert_eq!(attempt.request_end(), RequestEnd::Clean);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_code_that_is_not_listed_is_final() {
    for case in Case::all() {
        for code in (1..=16).map(Code::from_i32) {
            let outcome = Harness::new(case, retry(4))
                .peer(Peer::reject(code))
                .call()
                .await;
            let listed = matches!(code, Code::Unavailable | Code::DataLoss);
            assert_eq!(attempts(&outcome), if listed { 4 } else { 1 }, "{outcome}");
            assert_eq!(outcome.code(), code);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_status_is_the_callers_as_it_came() {
    let peer = Peer::from_fn(|attempt, _| {
        let text = format!("attempt {attempt}");
        let mut status = Status::with_details(Code::Unavailable, text, b"details"[..].into());
        status.metadata_mut().insert("x-attempt", attempt.into());
        ends(status)
    });
    for case in Case::all() {
        let outcome = Harness::new(case, retry(3)).peer(peer.clone()).call().await;
        let status = outcome.status();
        assert_eq!(
            (status.code(), status.message()),
            (Code::Unavailable, "attempt 3")
        );
        assert_eq!(status.details(), b"details");
        let value = status
            .metadata()
            .get("x-attempt")
            .or(outcome.metadata().get("x-attempt"));
        assert_eq!(value.unwrap(), "3");
    }
}

#[tokio::test(start_paused = true)]
async fn ok_without_messages_is_no_failure() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        let peer = Peer::script(Script::new().read_all().end_without_trailers());
        let peer = peer.metadata("grpc-status", "0");
        let outcome = Harness::new(case, retry(4)).peer(peer).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 1),
            "{outcome}"
        );
        assert!(outcome.messages().is_empty());
    }
}

/// The call fails above, on its cardinality: the server has said OK.
#[tokio::test(start_paused = true)]
async fn a_unary_response_without_its_message_is_final() {
    let policy = RetryPolicy::new(4, backoff(), (1..=16).map(Code::from_i32)).unwrap();
    for case in Case::on(Side::Client).filter(|case| !case.kind().server_streaming()) {
        for peer in [
            Peer::reply([""; 0]),
            Peer::no_trailers(),
            Peer::reply(["", ""]),
        ] {
            let retry = retry_by(policy.clone());
            let outcome = Harness::new(case, retry).peer(peer).call().await;
            assert_eq!(attempts(&outcome), 1, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_http_error_is_judged_by_its_mapped_code() {
    for case in Case::on(Side::Client) {
        for (http, code, count) in [
            (429, Code::Unavailable, 2),
            (502, Code::Unavailable, 2),
            (503, Code::Unavailable, 2),
            (504, Code::Unavailable, 2),
            (400, Code::Internal, 1),
            (401, Code::Unauthenticated, 1),
            (403, Code::PermissionDenied, 1),
            (404, Code::Unimplemented, 1),
            (431, Code::Internal, 1),
            (500, Code::Unknown, 1),
        ] {
            let page = Script::new().data(&b"<html>"[..]).end_without_trailers();
            let peer = Peer::script(page).http_status(http);
            let outcome = Harness::new(case, retry(2)).peer(peer).call().await;
            assert_eq!(
                (outcome.code(), attempts(&outcome)),
                (code, count),
                "{http} {outcome}"
            );
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
async fn what_stands_inside_is_judged_like_a_server_but_for_our_own_ends() {
    let policy = RetryPolicy::new(2, backoff(), (1..=16).map(Code::from_i32)).unwrap();
    for case in Case::all() {
        for code in (1..=16).map(Code::from_i32) {
            let chain = (retry_by(policy.clone()), Recorder::new("in"), Ends(code));
            let outcome = Harness::new(case, chain).call().await;
            let count = outcome.timeline().interceptors().matches("in call").count();
            let is_ours = matches!(code, Code::DeadlineExceeded | Code::Cancelled);
            assert_eq!((outcome.code(), count), (code, if is_ours { 1 } else { 2 }));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_stands_outside_is_not_seen() {
    for case in Case::all() {
        let chain = (Ends(Code::Unavailable), retry(4), Recorder::new("in"));
        let outcome = Harness::new(case, chain).call().await;
        assert_eq!((outcome.code(), attempts(&outcome)), (Code::Unavailable, 0));
        assert_eq!(outcome.timeline().interceptors(), "");
    }
}

#[tokio::test(start_paused = true)]
async fn a_servers_deadline_exceeded_is_retried_if_it_is_listed() {
    let codes = [Code::DeadlineExceeded, Code::Cancelled];
    for case in Case::on(Side::Client) {
        for code in codes {
            let retry = retry_by(RetryPolicy::new(2, backoff(), codes).unwrap());
            let harness = Harness::new(case, retry).peer(Peer::fail_times(1, code));
            let outcome = harness.deadline(millis(5_000)).call().await;
            assert_eq!(
                (outcome.code(), attempts(&outcome)),
                (Code::Ok, 2),
                "{outcome}"
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_timeout_of_the_transport_is_final_and_says_deadline_exceeded() {
    let codes = [Code::DeadlineExceeded, Code::Cancelled, Code::Unavailable];
    for case in Case::on(Side::Client) {
        let retry = retry_by(RetryPolicy::new(4, backoff(), codes).unwrap());
        let peer = Peer::script(Script::new().fail(Failure::Timeout));
        let outcome = Harness::new(case, retry).peer(peer).call().await;
        let (code, count) = (outcome.code(), attempts(&outcome));
        assert_eq!((code, count), (Code::DeadlineExceeded, 1), "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_connect_error_goes_by_the_policy() {
    for case in Case::on(Side::Client) {
        let outcome = Harness::new(case, retry(3))
            .peer(Peer::unreachable())
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 3),
            "{outcome}"
        );
        let outcome = Harness::new(case, super::Retry::new())
            .peer(Peer::unreachable())
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 1),
            "{outcome}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_lost_connection_is_unavailable() {
    for case in Case::on(Side::Client) {
        let lost = Peer::script(Script::new().fail(Failure::ConnectionLost));
        let outcome = Harness::new(case, retry(3)).peer(lost.clone()).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 3),
            "{outcome}"
        );
        let none = Harness::new(case, super::Retry::new())
            .peer(lost)
            .call()
            .await;
        assert_eq!(
            (none.code(), attempts(&none)),
            (Code::Unavailable, 1),
            "{none}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn resets_have_the_codes_of_the_specification() {
    let codes = [
        (0, Code::Internal),
        (2, Code::Internal),
        (8, Code::Cancelled),
        (11, Code::ResourceExhausted),
        (12, Code::PermissionDenied),
    ];
    for case in Case::on(Side::Client) {
        for (reason, code) in codes {
            let peer = Peer::script(Script::new().fail(Failure::Reset(reason)));
            let outcome = Harness::new(case, retry(3)).peer(peer).call().await;
            assert_eq!(
                (outcome.code(), attempts(&outcome)),
                (code, 1),
                "{reason}: {outcome}"
            );
        }
    }
}

/// P14, P15: what stands inside runs for each attempt, from the original metadata.
#[tokio::test(start_paused = true)]
async fn each_attempt_goes_through_what_stands_inside_anew() {
    /// Adds a header, as one that forgot that it may run again.
    struct Token;

    #[grpc_interceptor(crate = interceptor_core)]
    impl Token {
        async fn intercept_call<T: CallType>(
            &self,
            mut call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            let number = call.attempt();
            let token = format!("attempt {number}").parse().unwrap();
            call.metadata_mut().append("authorization", token);
            call.extensions_mut().insert(Arc::new(number));
            next.run(call).await
        }
    }

    for case in Case::all() {
        let recorder = |name: &str| Recorder::new(name).without_messages();
        let chain = (recorder("out"), retry(4), recorder("in"), Token);
        let harness = Harness::new(case, chain).metadata("x-caller", "tests");
        let harness = harness.extension("the caller's");
        let outcome = harness
            .peer(Peer::fail_times(2, Code::Unavailable))
            .call()
            .await;
        let interceptors = outcome.timeline().interceptors();
        let seen = |what: &str| interceptors.matches(what).count();
        assert_eq!(
            (seen("out call"), seen("out end")),
            (1, 1),
            "{interceptors}"
        );
        assert_eq!((seen("in call"), seen("in end")), (3, 3), "{interceptors}");
        for (number, attempt) in (0_u32..).zip(outcome.attempts()) {
            let tokens: Vec<_> = attempt.metadata().get_all("authorization").iter().collect();
            assert_eq!(tokens, [&*format!("attempt {number}")], "one of it");
            assert_eq!(attempt.header("x-caller"), Some("tests"));
            assert_eq!(
                attempt.extensions().get::<Arc<u32>>(),
                Some(&Arc::new(number))
            );
            assert_eq!(attempt.extensions().get(), Some(&"the caller's"));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_that_failed_on_this_side_is_not_sent_again() {
    for case in Case::all() {
        let lost = Failure::Status(Status::unavailable("lost here"));
        let body = ScriptedBody::new().message("one").fail(lost);
        let harness = Harness::new(case, retry(4)).request_body(body);
        let outcome = harness.peer(Peer::reply(["late"])).call().await;
        assert_eq!(outcome.status().message(), "lost here", "{outcome}");
        assert_eq!(attempts(&outcome), 1, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_refused_on_its_way_out_is_not_sent_again() {
    /// Refuses the request's message.
    struct Refuses;

    #[grpc_interceptor(crate = interceptor_core)]
    impl Refuses {
        async fn intercept_call<T: CallType>(
            &self,
            mut call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            let payload = call.payload_mut();
            payload.try_map(|_| Err(Status::unavailable("too large")))?;
            next.run(call).await
        }
    }

    for case in Case::all() {
        let outcome = Harness::new(case, (Refuses, retry(4))).call().await;
        assert_eq!(outcome.status().message(), "too large", "{outcome}");
        assert!(attempts(&outcome) <= 1, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_says_how_many_there_were() {
    for case in Case::on(Side::Client) {
        let harness = Harness::new(case, retry(4)).metadata("grpc-previous-rpc-attempts", "77");
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        let expected = [None, Some("1"), Some("2"), Some("3")];
        assert_eq!(
            previous(&outcome),
            expected,
            "the application's own is taken out"
        );
        assert!(outcome.header("grpc-previous-rpc-attempts").is_none());
    }
    for case in Case::on(Side::Server) {
        let harness = Harness::new(case, retry(2)).metadata("grpc-previous-rpc-attempts", "77");
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        assert_eq!(
            previous(&outcome),
            [Some("77"); 2],
            "the client's own stays"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_compressed_request_is_sent_alike() {
    for case in Case::all() {
        let messages = [WireMessage::compressed("as it came")];
        let harness = Harness::new(case, retry(3))
            .requests(&messages)
            .encoding("gzip");
        let outcome = harness
            .peer(Peer::fail_times(1, Code::Unavailable))
            .call()
            .await;
        assert_eq!(outcome.attempts()[1].messages(), messages, "{outcome}");
        assert_eq!(outcome.attempts()[1].header("grpc-encoding"), Some("gzip"));
        assert_ne!(outcome.ending(), Ending::Hung);
    }
}
