//! Timeouts and policies, as the config says.

use crate::{hedge::Hedge, policy::Jitter, retry::Retry};

use super::*;

/// Waits are not spread.
fn even(json: &str) -> Configured {
    let config = ServiceConfig::from_json(json).unwrap();
    Configured::with(config, Retry::new().jitter(Jitter::off()), Hedge::new())
}

#[tokio::test(start_paused = true)]
async fn the_timeout_is_the_earlier_of_the_configs_and_the_callers() {
    for case in clients() {
        for (entry, caller, ends) in [
            (r#""timeout": "0.05s""#, None, Some(50)),
            (r#""timeout": "0.05s""#, Some(20), Some(20)),
            (r#""timeout": "0.05s""#, Some(80), Some(50)),
            (r#""waitForReady": false"#, Some(80), Some(80)),
            (r#""waitForReady": false"#, None, None),
            (r#""timeout": "0s""#, None, Some(0)),
        ] {
            for peer in [Peer::hang(), Peer::hang_after(1)] {
                let mut harness = Harness::new(case, configured(entry)).peer(peer);
                if let Some(caller) = caller {
                    harness = harness.deadline(millis(caller));
                }
                let outcome = harness.call().await;
                match ends {
                    Some(ends) => {
                        assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
                        assert_eq!(outcome.elapsed(), millis(ends), "{outcome}");
                    }
                    None => assert_eq!(outcome.ending(), interceptor_test::Ending::Hung),
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_is_made_again_as_its_entry_says() {
    for case in clients() {
        let harness = Harness::new(case, even(&json(&retry(3))));
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        assert_eq!(times(&outcome), [0, 1_000, 2_000].map(millis), "{outcome}");
        assert_eq!(outcome.code(), Code::Unavailable);
        assert_eq!(
            outcome.attempts()[2].header("grpc-previous-rpc-attempts"),
            Some("2")
        );

        let harness = Harness::new(case, even(&json(&retry(3))));
        let outcome = harness.peer(Peer::reject(Code::Aborted)).call().await;
        assert_eq!(outcome.attempts().len(), 1, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_timeout_spans_all_attempts() {
    for case in clients() {
        let entry = format!(r#"{}, "timeout": "1.5s""#, retry(3));
        let harness = Harness::new(case, even(&json(&entry)));
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
        assert_eq!(outcome.elapsed(), millis(1_500));
        let left = outcome.attempts().iter().map(|it| it.timeout().unwrap());
        assert_eq!(left.collect::<Vec<_>>(), [millis(1_500), millis(500)]);
    }
}

#[tokio::test(start_paused = true)]
async fn the_cap_is_that_of_the_interceptor() {
    for case in clients() {
        let config = || ServiceConfig::from_json(&json(&retry(9))).unwrap();
        for (retry, attempts) in [(Retry::new(), 5), (Retry::new().max_attempts_cap(7), 7)] {
            let configured = Configured::with(config(), retry, Hedge::new());
            let harness = Harness::new(case, configured);
            let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
            assert_eq!(outcome.attempts().len(), attempts, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn hedges_begin_as_its_entry_says() {
    let entry = r#""hedgingPolicy": {"maxAttempts": 3, "hedgingDelay": "0.1s"}"#;
    for case in clients() {
        let peer = || {
            Peer::script(
                Script::new()
                    .read_all()
                    .wait(millis(150))
                    .send("a")
                    .end(Code::Ok),
            )
        };
        let harness = Harness::new(case, configured(entry)).peer(peer());
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(times(&outcome), [0, 100].map(millis), "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn without_a_policy_there_are_transparent_retries() {
    use interceptor_test::Failure;
    for case in clients() {
        for entry in [r#""waitForReady": false"#, r#""timeout": "9s""#] {
            let refused = || Peer::script(Script::new().fail(Failure::Reset(7)));
            let peer = Peer::sequence([refused(), Peer::echo()]);
            let outcome = Harness::new(case, configured(entry))
                .peer(peer)
                .call()
                .await;
            assert_eq!(outcome.code(), Code::Ok, "{outcome}");
            assert_eq!(outcome.attempts().len(), 2);
            let harness = Harness::new(case, configured(entry));
            let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
            assert_eq!(outcome.attempts().len(), 1, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_entry_is_for_its_methods_and_a_method_without_one_has_nothing() {
    for case in clients() {
        let method = case.path().rsplit('/').next().unwrap();
        let config = format!(
            r#"{{"methodConfig": [
                {{"name": [{{"service": "interceptor.test.Test", "method": "{method}"}}], "timeout": "0.01s"}},
                {{"name": [{{"service": "not.here"}}], "timeout": "0.001s"}}
            ]}}"#
        );
        for other in clients() {
            let harness = Harness::new(other, even(&config)).peer(Peer::echo().after(millis(20)));
            let outcome = harness.call().await;
            let code = if other == case {
                Code::DeadlineExceeded
            } else {
                Code::Ok
            };
            assert_eq!(outcome.code(), code, "{case}: {outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn all_methods_share_the_tokens() {
    let config = format!(
        r#"{{"methodConfig": [{{"name": [{{}}], {}}}], "retryThrottling": {{"maxTokens": 4, "tokenRatio": 0.5}}}}"#,
        retry(5)
    );
    let configured = even(&config);
    let mut attempts = Vec::new();
    for case in clients() {
        let harness = Harness::new(case, configured.clone());
        let outcome = harness.peer(Peer::reject(Code::Unavailable)).call().await;
        attempts.push(outcome.attempts().len());
    }
    assert_eq!(
        attempts,
        [2, 1, 1, 1],
        "3 of 4 tokens are over half, 2 are not"
    );
}

#[test]
fn it_is_for_clients() {
    for case in Case::on(Side::Server) {
        let error = Harness::new(case, configured(r#""timeout": "1s""#)).check();
        assert!(error.unwrap_err().to_string().contains("ClientLayer"));
    }
}
