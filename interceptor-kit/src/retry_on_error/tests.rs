use interceptor_core::{Identity, Side};
use interceptor_test::{
    Attempt, Case, EndStream, Ending, Failure, Harness, Moment, Outcome, Peer, Recorder,
    RequestEnd, Script, ScriptedBody, WireMessage,
};

use super::*;

/// With the article's waits: 0.5, 1, 2, 3, 3 … seconds.
fn retry(stop: u32) -> RetryOnError {
    let wait = WaitExponential::new(0.5, 0.5, 3.0).unwrap();
    RetryOnError::new(wait, stop).unwrap()
}

const fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

/// So many messages, each of its own length and content.
fn messages(count: usize) -> Vec<WireMessage> {
    let text = |number| format!("{number}:{}", "·".repeat(number % 100)).into();
    (0..count).map(text).collect()
}

/// With how many messages a request is tested.
fn counts(case: Case) -> &'static [usize] {
    if case.kind().client_streaming() {
        &[0, 1, 1_000]
    } else {
        &[1]
    }
}

fn sent(outcome: &Outcome) -> Vec<&[WireMessage]> {
    let attempts = outcome.attempts().iter();
    attempts.map(Attempt::messages).collect()
}

fn attempts(outcome: &Outcome) -> usize {
    outcome.attempts().len()
}

// === what is sent ===

/// Three attempts that read all of the request.
async fn assert_sent_alike(harness: Harness<RetryOnError>, messages: &[WireMessage]) {
    let harness = harness.peer(Peer::fail_times(2, Code::Unavailable));
    let outcome = harness.call().await;
    assert_eq!(outcome.code(), Code::Ok, "{outcome}");
    assert_eq!(sent(&outcome), [messages; 3], "{outcome}");
    for attempt in outcome.attempts() {
        assert_eq!(attempt.request_end(), RequestEnd::Clean, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_sends_the_same_bytes() {
    for case in Case::all() {
        for messages in counts(case).iter().copied().map(messages) {
            let harness = Harness::new(case, retry(5)).requests(&messages);
            assert_sent_alike(harness, &messages).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_producer_slower_than_the_peer_is_sent_alike() {
    for case in Case::all() {
        for messages in counts(case).iter().copied().map(messages) {
            let harness = Harness::new(case, retry(5)).requests(&messages);
            let slow = harness.request_pause(millis(7)).split_frames(3);
            assert_sent_alike(slow, &messages).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_compressed_message_is_sent_alike() {
    for case in Case::all() {
        let messages = [WireMessage::compressed("as it came")];
        let harness = Harness::new(case, retry(5)).requests(&messages);
        assert_sent_alike(harness.encoding("gzip"), &messages).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_refused_attempt_did_not_read_is_in_the_next_one() {
    let read = [0, 7, 3];
    let peer = || {
        Peer::from_fn(move |attempt, _| match read.get(attempt - 1) {
            Some(&count) => Script::new().read(count).end(Code::Unavailable),
            None => Script::new().echo().end(Code::Ok),
        })
    };
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let all = messages(10);
        let harness = Harness::new(case, retry(5)).requests(&all).peer(peer());
        let outcome = harness.request_pause(millis(7)).call().await;
        assert_eq!(outcome.messages(), case.echo(&all), "{outcome}");
        let sent = sent(&outcome);
        assert_eq!(sent, [&all[..0], &all[..7], &all[..3], &all[..]]);
    }
}

#[tokio::test(start_paused = true)]
async fn metadata_do_not_accumulate() {
    /// Adds a header, as one that forgot that it may run again.
    #[grpc_interceptor(crate = interceptor_core)]
    struct Token;

    impl Token {
        async fn intercept_call<T: CallType>(
            &self,
            mut call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            let token = format!("attempt {}", call.attempt()).parse().unwrap();
            call.metadata_mut().append("authorization", token);
            next.run(call).await
        }
    }

    for case in Case::all() {
        let harness = Harness::new(case, (retry(5), Token)).metadata("x-caller", "tests");
        let harness = harness.peer(Peer::fail_times(2, Code::Unavailable));
        let outcome = harness.call().await;
        assert_eq!(attempts(&outcome), 3);
        for (number, attempt) in outcome.attempts().iter().enumerate() {
            let token = format!("attempt {number}");
            assert_eq!(attempt.header("authorization"), Some(&*token));
            assert_eq!(attempt.header("x-caller"), Some("tests"));
            let headers = attempt.metadata().as_ref();
            assert_eq!(headers.len(), headers.keys_len(), "one of each");
            assert_eq!(headers.len(), 4, "{headers:?}");
        }
    }
}

// === how often and when ===

#[tokio::test(start_paused = true)]
async fn a_call_that_succeeds_is_made_once_and_at_once() {
    for case in Case::all() {
        let outcome = Harness::new(case, retry(5)).call().await;
        assert_eq!(outcome.messages(), case.echo(&case.requests()));
        assert_eq!((attempts(&outcome), outcome.elapsed()), (1, millis(0)));
    }
}

#[tokio::test(start_paused = true)]
async fn waits_as_the_article_says() {
    for case in Case::all() {
        let harness = Harness::new(case, retry(5)).peer(Peer::reject(Code::Unavailable));
        let outcome = harness.call().await;
        let at: Vec<_> = outcome.attempts().iter().map(Attempt::at).collect();
        let waited = [
            0,
            500,
            500 + 1_000,
            500 + 1_000 + 2_000,
            500 + 1_000 + 2_000 + 3_000,
        ];
        assert_eq!(at, waited.map(millis), "{outcome}");
        assert_eq!(outcome.elapsed(), at[4], "no wait behind the last");
    }
}

#[tokio::test(start_paused = true)]
async fn makes_stop_attempts_in_all_and_ends_with_the_last_error() {
    let peer = || {
        Peer::from_fn(|attempt, _| {
            let text = format!("attempt {attempt}");
            let status = Status::with_details(Code::Aborted, text, b"details"[..].into());
            Script::new().read_all().end(status)
        })
    };
    for case in Case::all() {
        for stop in 1..=4 {
            let outcome = Harness::new(case, retry(stop)).peer(peer()).call().await;
            assert_eq!(attempts(&outcome), stop as usize, "{outcome}");
            let status = outcome.status();
            let text = format!("attempt {stop}");
            assert_eq!((status.code(), status.message()), (Code::Aborted, &*text));
            assert_eq!(status.details(), b"details");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn what_stands_inside_runs_for_each_attempt_and_what_stands_outside_once() {
    for case in Case::all() {
        let recorder = |name: &str| Recorder::new(name).without_messages();
        let chain = (recorder("out"), retry(5), recorder("in"));
        let harness = Harness::new(case, chain).peer(Peer::fail_times(2, Code::Unavailable));
        let outcome = harness.call().await;
        let interceptors = outcome.timeline().interceptors();
        let calls = |name: &str| interceptors.matches(&format!("{name} call")).count();
        assert_eq!((calls("out"), calls("in")), (1, 3), "{interceptors}");
        let ends = |name: &str| interceptors.matches(&format!("{name} end")).count();
        assert_eq!((ends("out"), ends("in")), (1, 3), "{interceptors}");
    }
}

#[tokio::test(start_paused = true)]
async fn touches_nothing_if_it_never_retries() {
    for case in Case::all() {
        for (retry, polls) in [(retry(1), 1), (retry(2).only([]), 1), (retry(2), 2)] {
            // Who is told that this was the last frame does not poll again, but a record of it has no way to say so.
            let body = ScriptedBody::new().message("one");
            let body = body.end_stream(EndStream::Known);
            let probe = body.probe();
            let outcome = Harness::new(case, retry).request_body(body).call().await;
            assert_eq!(outcome.code(), Code::Ok);
            assert_eq!(probe.polls(), polls, "{outcome}");
        }
    }
}

// === what is kept ===

#[tokio::test(start_paused = true)]
async fn over_its_limit_it_gives_the_first_error_at_once() {
    let request = WireMessage::from("twelve bytes");
    let size = request.to_frame().len();
    for case in Case::all() {
        for (max, is_kept) in [(size, true), (size - 1, false), (0, false)] {
            let harness = Harness::new(case, retry(2).max_buffered_bytes(max)).request(&request);
            let harness = harness.peer(Peer::reject(Status::unavailable("the first")));
            let outcome = harness.call().await;
            assert_eq!(outcome.status().message(), "the first");
            let sent = outcome.attempts()[0].messages();
            assert_eq!(sent, std::slice::from_ref(&request), "it went on");
            let (count, time) = if is_kept { (2, 500) } else { (1, 0) };
            assert_eq!(
                (attempts(&outcome), outcome.elapsed()),
                (count, millis(time))
            );
        }
    }
}

#[tokio::test(start_paused = true)]
async fn keeps_256_kib_by_default() {
    for (size, count) in [(256 * 1024, 2), (256 * 1024 + 1, 1)] {
        let body = ScriptedBody::new().data(vec![0; size]);
        let harness = Harness::stream_unary(retry(2)).request_body(body);
        let harness = harness.peer(Peer::reject(Code::Unavailable));
        let outcome = harness.call().await;
        assert_eq!(attempts(&outcome), count);
    }
}

// === what is final ===

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

// === the deadline ===

#[tokio::test(start_paused = true)]
async fn does_not_wait_for_what_comes_after_the_deadline() {
    for case in Case::all() {
        let harness = Harness::new(case, retry(5)).peer(Peer::reject(Code::Unavailable));
        // The second wait would end just when it passes.
        let outcome = harness.deadline(millis(1_500)).call().await;
        assert_eq!(outcome.code(), Code::Unavailable, "what happened says more");
        assert_eq!((attempts(&outcome), outcome.elapsed()), (2, millis(500)));
    }
}

#[tokio::test(start_paused = true)]
async fn does_not_retry_once_the_deadline_has_passed() {
    for case in Case::all() {
        let wait = WaitExponential::new(0.0, 0.0, 0.0).unwrap();
        let retry = RetryOnError::new(wait, 5).unwrap();
        let late = Peer::reject(Code::Unavailable).after(millis(700));
        let harness = Harness::new(case, retry).peer(late);
        let outcome = harness.deadline(millis(1_000)).call().await;
        assert_eq!((attempts(&outcome), outcome.elapsed()), (2, millis(1_400)));
    }
}

#[tokio::test(start_paused = true)]
async fn tells_the_peer_what_is_left_of_the_deadline() {
    for case in Case::all() {
        let harness = Harness::new(case, retry(5)).peer(Peer::fail_times(2, Code::Unavailable));
        let outcome = harness.deadline(millis(9_000)).call().await;
        let told: Vec<_> = outcome.attempts().iter().map(Attempt::timeout).collect();
        assert_eq!(told, [9_000, 8_500, 7_500].map(|left| Some(millis(left))));
    }
}

// === only ===

#[tokio::test(start_paused = true)]
async fn retries_no_codes_but_those_it_is_given() {
    let only = [Code::Unavailable, Code::NotFound];
    for case in Case::all() {
        for code in [Code::Unavailable, Code::NotFound, Code::Internal] {
            let harness = Harness::new(case, retry(2).only(only)).peer(Peer::reject(code));
            let outcome = harness.call().await;
            assert_eq!(outcome.code(), code);
            let count = if only.contains(&code) { 2 } else { 1 };
            assert_eq!(attempts(&outcome), count, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn takes_the_code_of_a_transport_error_from_the_specification() {
    for case in Case::all() {
        let lost = Peer::script(Script::new().fail(Failure::ConnectionLost));
        let harness = Harness::new(case, retry(2).only([Code::Unavailable]));
        let outcome = harness.peer(lost).call().await;
        assert_ne!(outcome.code(), Code::Unavailable, "tonic says it otherwise");
        assert_eq!(attempts(&outcome), 2, "{outcome}");
    }
}

// === the caller goes away ===

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_ends_the_attempt_under_way() {
    for case in Case::all() {
        let body = ScriptedBody::new().message("one");
        let probe = body.probe();
        let harness = Harness::new(case, retry(5)).request_body(body);
        let harness = harness.cancel_at(Moment::Elapsed(millis(60_000)));
        let outcome = harness.peer(Peer::hang()).call().await;
        assert_eq!(outcome.ending(), Ending::Cancelled);
        assert_eq!(attempts(&outcome), 1);
        assert!(outcome.attempts()[0].is_dropped() && probe.is_dropped());
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_ends_the_waiting() {
    for case in Case::all() {
        let body = ScriptedBody::new().message("one");
        let probe = body.probe();
        let harness = Harness::new(case, retry(5)).request_body(body);
        let harness = harness.cancel_at(Moment::Elapsed(millis(499)));
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        assert_eq!(outcome.ending(), Ending::Cancelled);
        assert_eq!(attempts(&outcome), 1);
        assert!(probe.is_dropped(), "the request is let go");
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_may_go_away_at_any_moment() {
    for case in Case::all() {
        for polls in 0.. {
            let harness = Harness::new(case, retry(5)).cancel_at(Moment::Polls(polls));
            let harness = harness.peer(Peer::fail_times(2, Code::Unavailable));
            let outcome = harness.request_pause(millis(7)).call().await;
            if outcome.ending() != Ending::Cancelled {
                assert_eq!((outcome.code(), attempts(&outcome)), (Code::Ok, 3));
                break;
            }
            let all = case.requests();
            for attempt in outcome.attempts() {
                assert!(all.starts_with(attempt.messages()), "{outcome}");
            }
        }
    }
}

// === settings ===

#[test]
fn no_attempt_at_all_is_an_error() {
    let wait = WaitExponential::new(0.5, 0.5, 3.0).unwrap();
    let error = RetryOnError::new(wait, 0).unwrap_err().to_string();
    let text = "`stop` is 0, which is not even a first attempt; give at least 1";
    assert_eq!(error, text);
}
