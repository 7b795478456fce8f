//! `waitForReady`.

use super::*;

fn unconnected(times: usize) -> Peer {
    Peer::sequence([Peer::unreachable().times(times), Peer::echo()])
}

#[tokio::test(start_paused = true)]
async fn a_call_waits_for_its_connection() {
    for case in clients() {
        let harness = Harness::new(case, configured(r#""waitForReady": true"#));
        let outcome = harness.peer(unconnected(3)).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(outcome.messages(), case.echo(&case.requests()));
        let times = times(&outcome);
        let mut wait = 1.0;
        for pair in times.windows(2) {
            let waited = pair[1].saturating_sub(pair[0]).as_secs_f64();
            assert!(
                (0.8 * wait..=1.2 * wait + 0.001).contains(&waited),
                "{times:?}"
            );
            wait *= 1.6;
        }
        let last = outcome.attempts().last().unwrap();
        assert_eq!(last.header("grpc-previous-rpc-attempts"), None);
    }
}

#[tokio::test(start_paused = true)]
async fn without_it_a_call_fails_at_once() {
    for case in clients() {
        for entry in [r#""waitForReady": false"#, r#""timeout": "9s""#] {
            let harness = Harness::new(case, configured(entry)).peer(unconnected(1));
            let outcome = harness.call().await;
            assert_eq!(outcome.code(), Code::Unavailable, "{outcome}");
            assert_eq!(outcome.elapsed(), millis(0));
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_waits_no_longer_than_its_deadline() {
    for case in clients() {
        let entry = r#""waitForReady": true, "timeout": "20s""#;
        let harness = Harness::new(case, configured(entry)).peer(Peer::unreachable());
        let outcome = harness.call().await;
        assert_eq!(outcome.code(), Code::DeadlineExceeded, "{outcome}");
        assert_eq!(outcome.elapsed(), millis(20_000));
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_says_otherwise_for_itself() {
    for case in clients() {
        for (entry, own, code) in [
            ("true", false, Code::Unavailable),
            ("false", true, Code::Ok),
        ] {
            let harness = Harness::new(case, configured(&format!(r#""waitForReady": {entry}"#)));
            let harness = harness.peer(unconnected(1)).extension(WaitForReady(own));
            let outcome = harness.call().await;
            assert_eq!(outcome.code(), code, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn other_failures_are_not_waited_for() {
    for case in clients() {
        for peer in [Peer::reject(Code::Unavailable), Peer::drop_after(0)] {
            let harness = Harness::new(case, configured(r#""waitForReady": true"#));
            let outcome = harness.peer(peer).call().await;
            assert_ne!(outcome.code(), Code::Ok);
            assert_eq!(outcome.attempts().len(), 1, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_no_attempt_of_a_policy() {
    for case in clients() {
        let entry = format!(r#""waitForReady": true, {}"#, retry(2));
        let peer = Peer::sequence([
            Peer::unreachable().times(3),
            Peer::reject(Code::Unavailable),
            Peer::unreachable().times(2),
            Peer::echo(),
        ]);
        let outcome = Harness::new(case, configured(&entry))
            .peer(peer)
            .call()
            .await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        assert_eq!(outcome.attempts().len(), 7);
    }
}
