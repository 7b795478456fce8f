//! A new config while calls run.

use std::sync::Arc;

use tokio::sync::Barrier;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_call_keeps_the_config_that_it_began_with() {
    for case in clients() {
        let configured = configured(&retry(3));
        let harness = Harness::new(case, configured.clone()).peer(Peer::reject(Code::Unavailable));
        let first = async { harness.call().await };
        let change = async {
            tokio::time::sleep(millis(500)).await; // the first call waits for its first retry
            configured.update(&json(r#""timeout": "1s""#)).unwrap();
            Harness::new(case, configured.clone())
                .peer(Peer::hang())
                .call()
                .await
        };
        let (before, after) = tokio::join!(first, change);
        assert_eq!(before.attempts().len(), 3, "{before}");
        assert_eq!(before.code(), Code::Unavailable);
        assert_eq!(after.code(), Code::DeadlineExceeded, "{after}");
        assert_eq!(after.elapsed(), millis(1_000));
        assert_eq!(
            harness.call().await.attempts().len(),
            1,
            "and so has each from now on"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_that_streams_keeps_it_too() {
    for case in clients().filter(|case| case.kind().server_streaming()) {
        let configured = configured(r#""timeout": "2s", "maxResponseMessageBytes": 3"#);
        let script = Script::new().send("abc").wait(millis(1_000)).send("abcd");
        let peer = Peer::script(script.end(Code::Ok));
        let harness = Harness::new(case, configured.clone()).peer(peer);
        let change = async {
            tokio::time::sleep(millis(500)).await; // the headers are there
            configured.update("{}").unwrap();
        };
        let (outcome, ()) = tokio::join!(harness.call(), change);
        assert_eq!(outcome.code(), Code::ResourceExhausted, "{outcome}");
        assert_eq!(outcome.messages(), ["abc"]);
        assert_eq!(harness.call().await.code(), Code::Ok);
    }
}

#[tokio::test(start_paused = true)]
async fn an_invalid_config_changes_nothing() {
    let configured = configured(r#""timeout": "1s""#);
    let before = configured.config();
    for wrong in [
        "",
        "{",
        "[]",
        &json(r#""timeout": 5"#),
        &json(&format!(r#""timeout": "9s", {}"#, retry(1))),
        r#"{"methodConfig": [{"name": [{}, {}]}]}"#,
        r#"{"retryThrottling": {}}"#,
    ] {
        configured.update(wrong).unwrap_err();
        assert!(Arc::ptr_eq(&before, &configured.config()), "{wrong}");
    }
    for case in clients() {
        let harness = Harness::new(case, configured.clone()).peer(Peer::hang());
        assert_eq!(harness.call().await.elapsed(), millis(1_000));
    }
}

#[tokio::test(start_paused = true)]
async fn clones_are_one_client() {
    let configured = configured(r#""timeout": "1s""#);
    let clone = configured.clone();
    configured.replace(ServiceConfig::default());
    assert_eq!(*clone.config(), ServiceConfig::default());
}

#[tokio::test(start_paused = true)]
async fn the_tokens_of_one_config_are_those_of_the_next() {
    let with = |max: u32| {
        let entry = json(&retry(5));
        let (head, _) = entry.rsplit_once('}').unwrap();
        format!(r#"{head}, "retryThrottling": {{"maxTokens": {max}, "tokenRatio": 0.1}}}}"#)
    };
    for case in clients() {
        let configured = Configured::new(ServiceConfig::from_json(&with(4)).unwrap());
        let harness = Harness::new(case, configured.clone()).peer(Peer::reject(Code::Unavailable));
        assert_eq!(
            harness.call().await.attempts().len(),
            2,
            "2 of 4 tokens are left"
        );
        configured.update(&with(40)).unwrap();
        assert_eq!(
            harness.call().await.attempts().len(),
            1,
            "and then 20 of 40"
        );
    }
}

/// In real threads: nobody waits for a change, and nobody sees half of one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_changes_at_once_leave_one_of_them() {
    let configured = configured(r#""timeout": "1s""#);
    let barrier = Arc::new(Barrier::new(8));
    let changes = (2..10).map(|seconds| {
        let (configured, barrier) = (configured.clone(), Arc::clone(&barrier));
        tokio::spawn(async move {
            barrier.wait().await;
            for _ in 0..100 {
                configured
                    .update(&json(&format!(r#""timeout": "{seconds}s""#)))
                    .unwrap();
                let _ = configured.config();
            }
        })
    });
    for change in changes.collect::<Vec<_>>() {
        change.await.unwrap();
    }
    assert_ne!(
        *configured.config(),
        ServiceConfig::from_json(&json(r#""timeout": "1s""#)).unwrap()
    );
}

/// What `Configured::with` says of its throttle: it is the config's, and nobody else's.
#[tokio::test(start_paused = true)]
async fn without_throttling_there_is_none() {
    let numbers = crate::policy::RetryThrottling::new(1.0, 0.1).unwrap();
    let throttle = crate::policy::Throttle::new(numbers);
    let retries = crate::retry::Retry::new().throttle(throttle.clone());
    let hedges = crate::hedge::Hedge::new().throttle(throttle.clone());
    for case in clients() {
        let config = ServiceConfig::from_json(&json(&retry(3))).unwrap();
        let configured = Configured::with(config, retries.clone(), hedges.clone());
        let harness = Harness::new(case, configured.clone()).peer(Peer::reject(Code::Unavailable));
        assert_eq!(harness.call().await.attempts().len(), 3);
        let hedging = r#""hedgingPolicy": {"maxAttempts": 3, "nonFatalStatusCodes": [14]}"#;
        configured.update(&json(hedging)).unwrap();
        assert_eq!(harness.call().await.attempts().len(), 3);
        assert_eq!(throttle.tokens().to_string(), "1");
    }
}
