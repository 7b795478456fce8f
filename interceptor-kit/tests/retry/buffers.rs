//! What is kept (A6; 1.4 and 1.10 of the checklist).

use interceptor_core::{Side, tonic::Code};
use interceptor_kit::policy::{MAX_BUFFERED_BYTES, MAX_TOTAL_BUFFERED_BYTES};
use interceptor_test::{Case, Harness, Moment, Peer, Script, ScriptedBody, WireMessage};

use super::{
    attempts, millis, retry,
    support::{echoes, ends},
    times,
};

/// A message that is so many bytes with its prefix.
fn of_length(bytes: usize) -> String {
    "x".repeat(bytes - 5)
}

#[tokio::test(start_paused = true)]
async fn keeps_256_kib_of_a_call_and_16_mib_in_all_by_default() {
    assert_eq!(
        (MAX_BUFFERED_BYTES, MAX_TOTAL_BUFFERED_BYTES),
        (256 << 10, 16 << 20)
    );
    for case in Case::all() {
        for (size, count) in [(MAX_BUFFERED_BYTES, 2), (MAX_BUFFERED_BYTES + 1, 1)] {
            let body = ScriptedBody::new().message(of_length(size));
            let harness = Harness::new(case, retry(2)).request_body(body);
            let peer = Peer::script(Script::new().read_all().end(Code::Unavailable));
            assert_eq!(attempts(&harness.peer(peer).call().await), count, "{size}");
        }
    }
}

/// Ported: Java's `perRpcBufferLimitExceeded`: exactly the limit can be sent again, two bytes more cannot.
#[tokio::test(start_paused = true)]
async fn exactly_the_limit_of_a_call_is_kept() {
    for case in Case::all() {
        for (extra, count) in [(0, 2), (1, 1), (2, 1)] {
            let body = ScriptedBody::new().message(of_length(1_000 + extra));
            let retry = retry(2).max_buffered_bytes(1_000);
            let harness = Harness::new(case, retry).request_body(body);
            let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
            assert_eq!(attempts(&outcome), count);
        }
    }
}

/// What is counted is what goes over the wire: messages with their prefixes.
#[tokio::test(start_paused = true)]
async fn counts_framed_bytes() {
    let message = WireMessage::from("0123456789");
    for case in Case::all() {
        for (max, count) in [(15, 2), (14, 1)] {
            let retry = retry(2).max_buffered_bytes(max);
            let harness = Harness::new(case, retry).requests([&message]);
            let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
            assert_eq!(attempts(&outcome), count);
        }
    }
}

/// Ported: Java's `channelBufferLimitExceeded`: one call that is over it is committed, others are not, and the counter
/// comes back.
#[tokio::test(start_paused = true)]
async fn the_limit_of_all_calls_commits_the_one_that_is_over_it() {
    for case in Case::all() {
        let retry = retry(2)
            .max_buffered_bytes(1_000)
            .max_total_buffered_bytes(2_000);
        let of = |size: usize, retry| {
            let body = ScriptedBody::new().message(of_length(size));
            Harness::new(case, retry).request_body(body)
        };
        let holds = |size| {
            let harness = of(size, retry.clone()).peer(Peer::hang());
            let harness = harness.cancel_at(Moment::Elapsed(millis(50)));
            async move { harness.call().await }
        };
        let later = |size| {
            let harness = of(size, retry.clone());
            let peer = Peer::reject(Code::Unavailable).after(millis(10));
            let harness = harness.peer(peer);
            let retry = &retry;
            async move {
                // Under paused time.
                tokio::time::sleep(millis(5)).await;
                let outcome = harness.call().await;
                (attempts(&outcome), retry.buffered_bytes())
            }
        };
        let (_, (fits, _)) = tokio::join!(holds(1_000), later(1_000));
        assert_eq!(fits, 2, "exactly the limit: {case}");
        let (_, _, (over, held)) = tokio::join!(holds(1_000), holds(6), later(1_000));
        assert_eq!((over, held), (1, 1_006), "the others keep theirs: {case}");
        assert_eq!(retry.buffered_bytes(), 0, "{case}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_kept_once_a_call_is_over_however_it_ended() {
    for case in Case::all() {
        let retry = retry(3);
        let peers = [
            Peer::echo(),
            Peer::reject(Code::Unavailable),
            Peer::reject(Code::NotFound),
            Peer::fail_after(1, Code::Unavailable),
            Peer::drop_after(1),
            Peer::no_trailers(),
            Peer::panic(),
            Peer::unreachable(),
        ];
        for peer in peers {
            Harness::new(case, retry.clone()).peer(peer).call().await;
            assert_eq!(retry.buffered_bytes(), 0, "{case}");
        }
        for polls in 0..20 {
            let harness = Harness::new(case, retry.clone()).request_pause(millis(7));
            let harness = harness.peer(Peer::fail_times(1, Code::Unavailable));
            harness.cancel_at(Moment::Polls(polls)).call().await;
            assert_eq!(retry.buffered_bytes(), 0, "{case}");
        }
    }
}

/// The messages that were read of a call whose response has begun are not kept while it goes on.
#[tokio::test(start_paused = true)]
async fn nothing_is_kept_behind_response_headers() {
    for case in Case::all().filter(|case| case.kind() == interceptor_core::CallKind::StreamStream) {
        let retry = retry(3);
        let peer = Peer::script(
            Script::new()
                .read(1)
                .headers()
                .send("early")
                .read_all()
                .end(Code::Ok),
        );
        let harness = Harness::new(case, retry.clone()).peer(peer);
        let harness = harness.request_pause(millis(10));
        let look = async {
            // Under paused time.
            tokio::time::sleep(millis(25)).await;
            retry.buffered_bytes()
        };
        let (outcome, held) = tokio::join!(harness.call(), look);
        assert_eq!((outcome.code(), held), (Code::Ok, 0), "{outcome}");
    }
}

/// Ported: Java's `retry_everythingDrained`: what is sent while the backoff lasts is there for the next attempt.
#[tokio::test(start_paused = true)]
async fn messages_of_the_backoff_are_in_the_next_attempt_in_order() {
    let all: Vec<WireMessage> = (0..10).map(|n| format!("message {n}").into()).collect();
    let read = [2, 0, 7];
    let peer = Peer::from_fn(move |attempt, _| match read.get(attempt - 1) {
        Some(&count) => Script::new().read(count).end(Code::Unavailable),
        None => echoes(),
    });
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let harness = Harness::new(case, retry(4))
            .requests(&all)
            .peer(peer.clone());
        let outcome = harness.request_pause(millis(30)).call().await;
        assert_eq!(outcome.messages(), case.echo(&all), "{outcome}");
        let sent: Vec<_> = outcome
            .attempts()
            .iter()
            .map(|it| it.messages().len())
            .collect();
        assert_eq!(sent, [2, 0, 7, 10]);
        for attempt in outcome.attempts() {
            assert!(all.starts_with(attempt.messages()), "in order: {outcome}");
        }
    }
}

/// Ported: Java's `isReady_whileDraining`: the caller is not read ahead of the attempt, and not at all in the backoff.
#[tokio::test(start_paused = true)]
async fn the_caller_is_not_read_ahead() {
    for case in Case::on(Side::Client).filter(|case| case.kind().client_streaming()) {
        let body = ScriptedBody::new().messages(["one", "two", "three", "four"]);
        let probe = body.probe();
        let peer = Peer::from_fn(|attempt, _| match attempt {
            1 => Script::new().read(1).end(Code::Unavailable),
            _ => Script::new().read(2).hang(),
        });
        let harness = Harness::new(case, retry(2)).request_body(body).peer(peer);
        let look = async {
            // Under paused time.
            tokio::time::sleep(millis(50)).await;
            let in_backoff = probe.frames();
            tokio::time::sleep(millis(100)).await;
            (in_backoff, probe.frames())
        };
        let harness = harness.cancel_at(Moment::Elapsed(millis(200)));
        let (_, frames) = tokio::join!(harness.call(), look);
        assert_eq!(frames, (1, 2), "{case}");
    }
}

/// Ported: `retryUntilBufferLimitExceeded` of Java's `RetryTest`: 39 bytes, messages of 20.
#[tokio::test(start_paused = true)]
async fn retries_until_the_limit_is_exceeded() {
    let messages = ["012345678901234"; 2]; // with its prefix, 20 bytes
    let peer = Peer::from_fn(|attempt, _| match attempt {
        1 => Script::new().read(1).end(Code::Unavailable),
        _ => ends(Code::Unavailable),
    });
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let harness = Harness::new(case, retry(4).max_buffered_bytes(39)).requests(messages);
        let outcome = harness.peer(peer.clone()).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 2),
            "{outcome}"
        );
        assert_eq!(times(&outcome), [0, 100].map(millis));
    }
}

/// Half-closing is repeated, too; a request of no message at all is one.
#[tokio::test(start_paused = true)]
async fn the_end_of_a_request_is_sent_again() {
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let harness = Harness::new(case, retry(3)).requests([""; 0]);
        let outcome = harness
            .peer(Peer::fail_times(2, Code::Unavailable))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 3),
            "{outcome}"
        );
    }
}

/// 10,000 messages that fit are sent again, each and in order. Of those that do not, no more than the limit is ever kept.
#[tokio::test(start_paused = true)]
async fn ten_thousand_messages_are_kept_up_to_the_limit() {
    let length = 100;
    for (max, count) in [(2 << 20, 2), (MAX_BUFFERED_BYTES, 1)] {
        let all: Vec<WireMessage> = (0..10_000)
            .map(|n| format!("{n:0>length$}").into())
            .collect();
        for case in Case::all().filter(|case| case.kind().client_streaming()) {
            let retry = retry(2).max_buffered_bytes(max);
            let peer = Peer::sequence([
                Peer::script(Script::new().read_all().end(Code::Unavailable)),
                Peer::script(Script::new().read_all().end(Code::NotFound)),
            ]);
            let harness = Harness::new(case, retry.clone()).requests(&all);
            let harness = harness.peer(peer).request_pause(millis(1));
            let call = harness.call();
            let most = async {
                let mut most = 0;
                for _ in 0..10_000 {
                    most = most.max(retry.buffered_bytes());
                    tokio::time::sleep(millis(1)).await; // paused time
                }
                most
            };
            let (outcome, most) = tokio::join!(call, most);
            assert_eq!(attempts(&outcome), count, "{case}");
            for attempt in outcome.attempts() {
                assert_eq!(attempt.messages(), all, "{case}");
            }
            let limit = max - 2 * (length + 5)..=max;
            assert!(most <= max, "{most}, {case}");
            assert!(count == 2 || limit.contains(&most), "{most}, {case}");
            assert_eq!(retry.buffered_bytes(), 0, "{case}");
        }
    }
}
