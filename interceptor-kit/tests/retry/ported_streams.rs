//! `TestRetryStreaming` of grpc-go's `test/retry_test.go`: streams both ways, four attempts, 200 bytes.

use interceptor_core::{CallKind, Side, tonic::Code};
use interceptor_kit::retry::Retry;
use interceptor_test::{Case, Harness, Peer, RequestEnd, Script};

use super::{attempts, previous, retry, support::pushing_back};

fn streams() -> impl Iterator<Item = Case> {
    Case::all().filter(|case| case.kind() == CallKind::StreamStream)
}

fn small() -> Retry {
    retry(4).max_buffered_bytes(200)
}

/// A script for each attempt.
fn peer(scripts: impl IntoIterator<Item = Script>) -> Peer {
    Peer::sequence(scripts.into_iter().map(Peer::script))
}

fn reads(count: usize) -> Script {
    Script::new().read(count)
}

fn expected(case: Case, all: &[Option<&'static str>]) -> Vec<Option<&'static str>> {
    match case.side() {
        Side::Client => all.to_vec(),
        Side::Server => vec![None; all.len()],
    }
}

#[tokio::test(start_paused = true)]
async fn non_retryable_code() {
    for case in streams() {
        let peer = peer([reads(1).end(Code::Internal)]);
        let outcome = Harness::new(case, small())
            .requests(["one"])
            .peer(peer)
            .call()
            .await;
        assert_eq!((outcome.code(), attempts(&outcome)), (Code::Internal, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn one_retry_necessary() {
    for case in streams() {
        let peer = peer([
            reads(1).end(Code::Unavailable),
            reads(1).send("reply").end(Code::Ok),
        ]);
        let outcome = Harness::new(case, small())
            .requests(["one"])
            .peer(peer)
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 2),
            "{outcome}"
        );
        assert_eq!(outcome.attempts()[1].messages(), ["one"]);
        assert_eq!(previous(&outcome), expected(case, &[None, Some("1")]));
        assert_eq!(outcome.messages(), ["reply"]);
    }
}

#[tokio::test(start_paused = true)]
async fn exceed_max_attempts() {
    for case in streams() {
        let peer = peer([reads(1).end(Code::Unavailable)]);
        let outcome = Harness::new(case, small())
            .requests(["one"])
            .peer(peer)
            .call()
            .await;
        assert_eq!((outcome.code(), attempts(&outcome)), (Code::Unavailable, 4));
        let numbers = [None, Some("1"), Some("2"), Some("3")];
        assert_eq!(previous(&outcome), expected(case, &numbers));
    }
}

#[tokio::test(start_paused = true)]
async fn multiple_requests() {
    for case in streams() {
        let peer = peer([
            reads(2).end(Code::Unavailable),
            reads(2).send("reply").end(Code::Ok),
        ]);
        let outcome = Harness::new(case, small())
            .requests(["a", "b"])
            .peer(peer)
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Ok);
        assert_eq!(outcome.attempts()[1].messages(), ["a", "b"]);
    }
}

#[tokio::test(start_paused = true)]
async fn multiple_successive_requests() {
    for case in streams() {
        let peer = peer([
            reads(1).end(Code::Unavailable),
            reads(2).end(Code::Unavailable),
            reads(3).send("reply").end(Code::Ok),
        ]);
        let outcome = Harness::new(case, small())
            .requests(["a", "b", "c"])
            .peer(peer)
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 3),
            "{outcome}"
        );
        assert_eq!(outcome.attempts()[2].messages(), ["a", "b", "c"]);
    }
}

#[tokio::test(start_paused = true)]
async fn no_retry_after_receiving() {
    for case in streams() {
        let peer = peer([
            reads(1).end(Code::Unavailable),
            reads(1).send("reply").end(Code::Unavailable),
            Script::new().end(Code::Ok),
        ]);
        let outcome = Harness::new(case, small())
            .requests(["one"])
            .peer(peer)
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 2),
            "{outcome}"
        );
        assert_eq!(outcome.messages(), ["reply"]);
    }
}

/// Who waits for the headers gets those of the attempt that is answered.
#[tokio::test(start_paused = true)]
async fn retry_via_header_wait() {
    for case in streams() {
        let peer = peer([
            reads(1).end(Code::Unavailable),
            reads(1).headers().end(Code::Ok),
        ]);
        let peer = peer.metadata("x-served-by", "the second");
        let outcome = Harness::new(case, small())
            .requests(["one"])
            .peer(peer)
            .call()
            .await;
        assert_eq!((outcome.code(), attempts(&outcome)), (Code::Ok, 2));
        assert_eq!(outcome.header("x-served-by"), Some("the second"));
    }
}

#[tokio::test(start_paused = true)]
async fn no_retry_after_header() {
    for case in streams() {
        let peer = peer([
            reads(1).headers().end(Code::Unavailable),
            Script::new().end(Code::Ok),
        ]);
        let outcome = Harness::new(case, small())
            .requests(["one"])
            .peer(peer)
            .call()
            .await;
        assert_eq!((outcome.code(), attempts(&outcome)), (Code::Unavailable, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn replaying_close_send() {
    for case in streams() {
        let answers = Script::new()
            .read_all()
            .send_all(["1", "2", "3"])
            .end(Code::Ok);
        let peer = peer([Script::new().read_all().end(Code::Unavailable), answers]);
        let outcome = Harness::new(case, small())
            .requests(["a", "b"])
            .peer(peer)
            .call()
            .await;
        assert_eq!(outcome.messages(), ["1", "2", "3"], "{outcome}");
        assert_eq!(outcome.attempts()[1].request_end(), RequestEnd::Clean);
    }
}

#[tokio::test(start_paused = true)]
async fn pushback_that_stops() {
    for case in streams() {
        for value in ["-1", "xxx"] {
            let peer = peer([reads(1).end(pushing_back(Code::Unavailable, value))]);
            let outcome = Harness::new(case, small())
                .requests(["one"])
                .peer(peer)
                .call()
                .await;
            assert_eq!((outcome.code(), attempts(&outcome)), (Code::Unavailable, 1));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn pushback_of_one_second() {
    for case in streams() {
        let pushed = pushing_back(Code::Unavailable, "1000");
        let peer = peer([reads(1).end(pushed), reads(1).send("reply").end(Code::Ok)]);
        let outcome = Harness::new(case, small())
            .requests(["one"])
            .peer(peer)
            .call()
            .await;
        assert_eq!(super::times(&outcome), [0, 1_000].map(super::millis));
    }
}

#[tokio::test(start_paused = true)]
async fn overflowing_buffer() {
    for case in streams() {
        let peer = peer([reads(1).end(Code::Unavailable)]);
        let outcome = Harness::new(case, small())
            .requests(["·".repeat(250)])
            .peer(peer)
            .call()
            .await;
        assert_eq!((outcome.code(), attempts(&outcome)), (Code::Unavailable, 1));
    }
}
