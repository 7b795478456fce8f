//! How often and when attempts are made, and what is kept for them.

use interceptor_test::{
    Attempt, Case, EndStream, Harness, Peer, Recorder, Script, ScriptedBody, WireMessage,
};

use super::*;

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
