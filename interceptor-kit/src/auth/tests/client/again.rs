//! A call whose token was refused is made once more.

use std::time::Duration;

use interceptor_core::{Side, tonic::Code};
use interceptor_test::{Case, Harness, Peer};
use tokio::time::advance;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_refused_token_is_replaced_and_the_call_made_once_more() {
    for case in Case::on(Side::Client) {
        let source = Source::new();
        let peer = Peer::sequence([
            Peer::echo(),
            Peer::reject(Code::Unauthenticated),
            Peer::echo(),
            Peer::echo(),
        ]);
        let harness = Harness::new(case, credentials(&source)).peer(peer);
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(sent(&outcome), ["Bearer t1", "Bearer t2"]);
        let second = &outcome.attempts()[1];
        assert_eq!(
            second.messages(),
            case.requests(),
            "all of the request again"
        );
        assert_eq!(sent(&harness.call().await), ["Bearer t2"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_made_once_more_and_no_more() {
    for case in Case::on(Side::Client) {
        let source = Source::new();
        let harness =
            Harness::new(case, credentials(&source)).peer(Peer::reject(Code::Unauthenticated));
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Unauthenticated);
        assert_eq!(sent(&outcome), ["Bearer t1", "Bearer t2"]);
        for _ in 0..5 {
            assert_eq!(sent(&harness.call().await), ["Bearer t2"]);
        }
        assert_eq!(
            source.fetches(),
            2,
            "a server that refuses all must not make each call fetch"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_not_made_again_for_nothing() {
    for case in Case::on(Side::Client) {
        let refuse = || Peer::reject(Code::Unauthenticated);
        // the same token again
        let source = Source::new();
        source.0.lock().unwrap().same = true;
        let harness = Harness::new(case, credentials(&source)).peer(refuse());
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        assert_eq!(harness.call().await.attempts().len(), 1);
        // another code
        let source = Source::new();
        let harness =
            Harness::new(case, credentials(&source)).peer(Peer::reject(Code::PermissionDenied));
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        assert_eq!(harness.call().await.attempts().len(), 1);
        // switched off
        let source = Source::new();
        let harness = Harness::new(case, credentials(&source).resends(false)).peer(refuse());
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        assert_eq!(harness.call().await.attempts().len(), 1);
        // larger than what is kept
        let source = Source::new();
        let small = credentials(&source).max_buffered_bytes(4);
        let harness = Harness::new(case, small).peer(Peer::sequence([
            Peer::echo(),
            Peer::fail_after(0, Code::Unauthenticated),
        ]));
        harness.call().await;
        advance(Duration::from_secs(10)).await;
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Unauthenticated, "{outcome}");
    }
}
