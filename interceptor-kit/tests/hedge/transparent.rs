//! Transparent retries of hedges (A6; 1.7 and 1.8 of the checklist).

use interceptor_core::{
    Call, CallType, Next, Reply, Side,
    tonic::{Code, Status},
};
use interceptor_kit::{
    policy::{RetryAttempt, RetryThrottling, Throttle},
    retry::Retry,
};
use interceptor_macros::grpc_interceptor;
use interceptor_test::{Case, Harness, Peer, Script};

use super::{attempts, echoes_after, hangs, hedge, millis, peer, support::refuses, times};

/// Ported: Java's `hedging_transparentRetry`.
#[tokio::test(start_paused = true)]
async fn a_refused_hedge_is_sent_again_in_its_own_place() {
    for case in Case::on(Side::Client) {
        let throttle = Throttle::new(RetryThrottling::new(10.0, 0.5).unwrap());
        let hedge = hedge(3, 100).throttle(throttle.clone());
        let scripts = [hangs(), refuses(), hangs(), echoes_after(50)];
        let outcome = Harness::new(case, hedge).peer(peer(scripts)).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(times(&outcome), [0, 100, 100, 200].map(millis));
        let attempts = outcome.attempts().iter();
        let previous: Vec<_> = attempts
            .map(|it| it.header("grpc-previous-rpc-attempts"))
            .collect();
        assert_eq!(previous, [None, Some("1"), Some("1"), Some("2")]);
        assert_eq!(throttle.tokens().to_string(), "10");
    }
}

/// Ported: Java's `hedging_transparentRetryNotAllowed`: once in a call; then it is UNAVAILABLE, which is not fatal here.
#[tokio::test(start_paused = true)]
async fn once_in_a_call() {
    for case in Case::on(Side::Client) {
        let harness = Harness::new(case, hedge(3, 100)).peer(Peer::script(refuses()));
        let outcome = harness.call().await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Unavailable, 4),
            "{outcome}"
        );
        let processed = Script::new()
            .read_all()
            .wait(millis(150))
            .end(Code::Unavailable);
        let scripts = [processed, hangs(), refuses(), echoes_after(5)];
        let outcome = Harness::new(case, hedge(4, 100))
            .peer(peer(scripts))
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Ok);
        assert_eq!(times(&outcome), [0, 100, 150, 150].map(millis), "{outcome}");
        let last = outcome.attempts()[3].header("grpc-previous-rpc-attempts");
        assert_eq!(last, Some("3"), "a place of its own");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_never_sent_is_sent_again_without_limit() {
    /// Ends all attempts but those of every hundredth number as hyper does with what is still in its queue.
    struct NeverSent(Status);

    #[grpc_interceptor(crate = interceptor_core)]
    impl NeverSent {
        async fn intercept_call<T: CallType>(
            &self,
            call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            if call.attempt() % 100 != 99 {
                return Err(self.0.clone());
            }
            next.run(call).await
        }
    }

    let status = super::raw::never_sent().await;
    for case in Case::on(Side::Client) {
        let chain = (hedge(3, 100), NeverSent(status.clone()));
        let outcome = Harness::new(case, chain)
            .peer(peer([hangs(), echoes_after(5)]))
            .call()
            .await;
        assert_eq!(
            (outcome.code(), attempts(&outcome)),
            (Code::Ok, 2),
            "{outcome}"
        );
        assert_eq!(times(&outcome), [0, 100].map(millis));
    }
}

/// A `Retry` inside, as a service config has it, makes no attempts of its own, and hides none.
#[tokio::test(start_paused = true)]
async fn a_retry_inside_leaves_hedges_alone() {
    for case in Case::on(Side::Client) {
        let chain = (hedge(3, 100), Retry::new());
        let scripts = [hangs(), refuses(), hangs(), echoes_after(50)];
        let outcome = Harness::new(case, chain).peer(peer(scripts)).call().await;
        assert_eq!(times(&outcome), [0, 100, 100, 200].map(millis), "{outcome}");
        let attempts = outcome.attempts().iter();
        let marks: Vec<_> = attempts
            .map(|it| {
                let mark = it.extensions().get::<RetryAttempt>();
                let mark = mark.map(|it| (it.previous_attempts, it.is_transparent));
                (it.header("grpc-previous-rpc-attempts"), mark)
            })
            .collect();
        let hedges = [
            (None, None),
            (Some("1"), Some((1, false))),
            (Some("1"), Some((1, true))),
            (Some("2"), Some((2, false))),
        ];
        assert_eq!(marks, hedges);
        let chain = (hedge(3, 100), Retry::new());
        let harness = Harness::new(case, chain).peer(Peer::script(refuses()));
        assert_eq!(harness.call().await.attempts().len(), 4, "once in a call");
    }
}
