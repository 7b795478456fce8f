//! Transparent retries (A6; 1.8 of the checklist). The harness cannot make what never left the client; `wire` does.

use interceptor_core::{
    Call, CallType, Next, Origin, Reply, Side, TransportKind,
    tonic::{Code, Status},
};
use interceptor_kit::policy::RetryPolicy;
use interceptor_macros::grpc_interceptor;
use interceptor_test::{Case, Harness, Peer, Script};

use super::{
    attempts, backoff, millis, previous, retry, retry_by,
    support::{echoes, ends, refuses},
    times,
};

#[tokio::test(start_paused = true)]
async fn what_was_refused_is_sent_again_at_once_and_does_not_count() {
    let peer = Peer::from_fn(|attempt, _| match attempt {
        1 => refuses(),
        2 | 3 => ends(Code::Unavailable),
        _ => echoes(),
    });
    for case in Case::on(Side::Client) {
        let outcome = Harness::new(case, retry(3)).peer(peer.clone()).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(times(&outcome), [0, 0, 100, 300].map(millis));
        assert_eq!(previous(&outcome), [None, None, Some("1"), Some("2")]);
    }
}

/// Ported: Java's `transparentRetry_onlyOnceOnRefused`; `TestTransparentRetry`: refused twice is UNAVAILABLE.
#[tokio::test(start_paused = true)]
async fn only_once_then_the_policy_decides() {
    for case in Case::on(Side::Client) {
        let outcome = Harness::new(case, super::Retry::new()).peer(Peer::script(refuses()));
        let outcome = outcome.call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 2),
            "{outcome}"
        );
        let outcome = Harness::new(case, retry(3))
            .peer(Peer::script(refuses()))
            .call()
            .await;
        assert_eq!(times(&outcome), [0, 0, 100, 300].map(millis), "{outcome}");
        assert_eq!(previous(&outcome), [None, None, Some("1"), Some("2")]);
    }
}

/// Ported: Java's `normalRetry_thenNoTransparentRetry_butNormalRetry` and `…_andNoMoreRetry`.
#[tokio::test(start_paused = true)]
async fn not_once_an_attempt_was_processed() {
    let peer = Peer::from_fn(|attempt, _| match attempt {
        1 => ends(Code::Unavailable),
        2 => refuses(),
        _ => echoes(),
    });
    for case in Case::on(Side::Client) {
        let outcome = Harness::new(case, retry(3)).peer(peer.clone()).call().await;
        assert_eq!(
            times(&outcome),
            [0, 100, 300].map(millis),
            "by the policy: {outcome}"
        );
        let outcome = Harness::new(case, retry(2)).peer(peer.clone()).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 2),
            "{outcome}"
        );
    }
}

/// Ported: Java's `noRetry_transparentRetry_noEarlyCommit`.
#[tokio::test(start_paused = true)]
async fn a_call_without_a_policy_is_not_committed_before_its_answer() {
    let peer = Peer::from_fn(|attempt, _| match attempt {
        1 => Script::new()
            .read(2)
            .wait(millis(50))
            .fail(interceptor_test::Failure::Reset(7)),
        _ => echoes(),
    });
    for case in Case::on(Side::Client) {
        let outcome = Harness::new(case, super::Retry::new())
            .peer(peer.clone())
            .call()
            .await;
        assert_eq!(outcome.messages(), case.echo(&case.requests()), "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn not_behind_headers_and_not_over_the_limit() {
    let behind = Script::new()
        .headers()
        .fail(interceptor_test::Failure::Reset(7));
    for case in Case::on(Side::Client) {
        let outcome = Harness::new(case, retry(3))
            .peer(Peer::script(behind.clone()))
            .call()
            .await;
        assert_eq!(attempts(&outcome), 1, "{outcome}");
        let late = Script::new()
            .read_all()
            .fail(interceptor_test::Failure::Reset(7));
        let small = super::Retry::new().max_buffered_bytes(1);
        let outcome = Harness::new(case, small)
            .peer(Peer::script(late))
            .call()
            .await;
        assert_eq!(attempts(&outcome), 1, "{outcome}");
    }
}

/// Ends the first so many attempts as hyper does with what is still in its queue when the connection ends.
struct NeverSent {
    times: u32,
    status: Status,
}

#[grpc_interceptor(crate = interceptor_core)]
impl NeverSent {
    async fn intercept_call<T: CallType>(
        &self,
        call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if call.attempt() < self.times {
            return Err(self.status.clone());
        }
        next.run(call).await
    }
}

/// Ported: Java's `transparentRetry_unlimitedTimesOnMiscarried`; there is no cap here.
#[tokio::test(start_paused = true)]
async fn what_was_never_sent_is_sent_again_without_limit() {
    let status = super::raw::never_sent().await;
    assert_eq!(
        Origin::of(&status).transport(),
        Some(TransportKind::NeverSent)
    );
    for case in Case::on(Side::Client) {
        let (times, status) = (1_500, status.clone());
        let chain = (super::Retry::new(), NeverSent { times, status });
        let outcome = Harness::new(case, chain).call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 1),
            "{outcome}"
        );
        assert_eq!(outcome.elapsed(), millis(0));
        assert_eq!(outcome.attempts()[0].messages(), case.requests());
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_never_sent_is_sent_again_behind_other_attempts_too() {
    /// The second attempt.
    struct Second;

    #[grpc_interceptor(crate = interceptor_core)]
    impl Second {
        async fn intercept_call<T: CallType>(
            &self,
            call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            if call.attempt() == 1 {
                return Err(super::raw::never_sent().await);
            }
            next.run(call).await
        }
    }

    for case in Case::on(Side::Client) {
        let peer = Peer::fail_times(1, Code::Unavailable);
        let outcome = Harness::new(case, (retry(2), Second))
            .peer(peer)
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(times(&outcome), [0, 100].map(millis));
        assert_eq!(
            previous(&outcome),
            [None, Some("1")],
            "its number is that of its place"
        );
    }
}

/// A handler ran, whatever it says of a call of its own: only a policy makes it run again, by the code that the client sees.
#[tokio::test(start_paused = true)]
async fn a_handler_that_passes_on_what_was_never_sent_did_run() {
    let status = super::raw::never_sent().await;
    let code = status.code();
    let policy = |code| RetryPolicy::new(2, backoff(), [code]).unwrap();
    for case in Case::on(Side::Server) {
        for (retry, count) in [
            (super::Retry::new(), 1),
            (retry_by(policy(code)), 2),
            (retry_by(policy(Code::Unavailable)), 1),
        ] {
            let peer = Peer::reject(status.clone());
            let outcome = Harness::new(case, retry).peer(peer).call().await;
            assert_eq!(attempts(&outcome), count, "{outcome}");
        }
        let peer = Peer::script(refuses());
        let outcome = Harness::new(case, super::Retry::new())
            .peer(peer)
            .call()
            .await;
        assert_eq!(attempts(&outcome), 1, "{outcome}");
    }
}
