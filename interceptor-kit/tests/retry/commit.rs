//! What commits a call to its attempt (A6; 1.4 of the checklist).

use interceptor_core::{
    Side,
    tonic::{Code, Status},
};
use interceptor_test::{Case, Harness, Peer, RequestEnd, Script, WireMessage};

use super::{
    attempts, millis, retry,
    support::{echoes, ends},
};

#[tokio::test(start_paused = true)]
async fn response_headers_commit() {
    for case in Case::on(Side::Client) {
        for before in 0..3 {
            let peer = Peer::fail_after(before, Status::unavailable("midway"));
            let outcome = Harness::new(case, retry(4)).peer(peer).call().await;
            assert_eq!(outcome.status().message(), "midway");
            assert_eq!(attempts(&outcome), 1, "{outcome}");
        }
    }
}

/// P17.
#[tokio::test(start_paused = true)]
async fn no_message_is_delivered_twice() {
    for case in Case::all().filter(|case| case.kind().server_streaming()) {
        for peer in [Peer::fail_after(2, Code::Unavailable), Peer::drop_after(2)] {
            let outcome = Harness::new(case, retry(4)).peer(peer).call().await;
            assert_ne!(outcome.code(), Code::Ok);
            assert_eq!(outcome.messages(), ["1", "2"], "{outcome}");
            assert_eq!(attempts(&outcome), 1, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_break_behind_headers_is_final() {
    for case in Case::on(Side::Client) {
        for before in 0..2 {
            let outcome = Harness::new(case, retry(4))
                .peer(Peer::drop_after(before))
                .call()
                .await;
            assert_ne!(outcome.code(), Code::Ok);
            assert_eq!(attempts(&outcome), 1, "{outcome}");
        }
    }
}

/// Trailers-only is no response header: a second failure behind it may be retried as well.
#[tokio::test(start_paused = true)]
async fn an_answer_without_a_body_does_not_commit() {
    let peer = Peer::from_fn(|attempt, _| match attempt {
        1 | 2 => ends(Code::Unavailable),
        3 => Script::new().read_all().headers().end(Code::Unavailable),
        _ => echoes(),
    });
    for case in Case::on(Side::Client) {
        let outcome = Harness::new(case, retry(5)).peer(peer.clone()).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 3),
            "{outcome}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn more_than_is_kept_commits_and_the_attempt_goes_on() {
    let request = WireMessage::from("twelve bytes");
    let size = request.to_frame().len();
    for case in Case::all() {
        for (max, count) in [(size, 2), (size - 1, 1), (0, 1)] {
            let harness = Harness::new(case, retry(2).max_buffered_bytes(max)).request(&request);
            let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
            assert_eq!(attempts(&outcome), count, "{max}: {outcome}");
            assert_eq!(
                outcome.attempts()[0].messages(),
                std::slice::from_ref(&request)
            );
            let harness = Harness::new(case, retry(2).max_buffered_bytes(max)).request(&request);
            let outcome = harness.call().await;
            assert_eq!(
                outcome.messages(),
                std::slice::from_ref(&request),
                "the first is always sent"
            );
        }
    }
}

/// P16: bounded, and what is sent again is the same bytes.
#[tokio::test(start_paused = true)]
async fn a_long_stream_goes_on_once_it_is_over_its_limit() {
    let all: Vec<WireMessage> = (0..200).map(|n| format!("{n:0>95}").into()).collect();
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let retry = retry(4).max_buffered_bytes(3 * 100);
        let peer = Peer::from_fn(|attempt, _| match attempt {
            1 => Script::new().read(3).end(Code::Unavailable),
            _ => Script::new().read_all().end(Code::Unavailable),
        });
        let harness = Harness::new(case, retry).requests(&all).peer(peer);
        let outcome = harness.request_pause(millis(1)).call().await;
        assert_eq!(attempts(&outcome), 2, "the second went over it: {outcome}");
        assert_eq!(outcome.attempts()[0].messages(), &all[..3]);
        assert_eq!(outcome.attempts()[1].messages(), all, "nothing is lost");
        assert_eq!(outcome.attempts()[1].request_end(), RequestEnd::Clean);
    }
}
