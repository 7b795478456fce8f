//! How long messages may be.

use interceptor_test::{ScriptedBody, WireMessage};

use super::*;

fn entry(name: &str, max: usize) -> Configured {
    configured(&format!(r#""{name}": {max}"#))
}

fn of(length: usize) -> WireMessage {
    "x".repeat(length).as_str().into()
}

#[tokio::test(start_paused = true)]
async fn a_request_message_has_as_many_bytes_as_it_may() {
    for case in clients() {
        for (max, length, code) in [
            (10, 10, Code::Ok),
            (10, 11, Code::ResourceExhausted),
            (0, 0, Code::Ok),
            (0, 1, Code::ResourceExhausted),
        ] {
            for seed in 0..5 {
                let harness = Harness::new(case, entry("maxRequestMessageBytes", max));
                let outcome = harness.request(of(length)).split_frames(seed).call().await;
                assert_eq!(outcome.code(), code, "{outcome}");
                let sent = outcome.attempts()[0].messages();
                assert_eq!(sent.len(), usize::from(code == Code::Ok), "{outcome}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_response_message_has_as_many_bytes_as_it_may() {
    for case in clients() {
        for (max, length, code) in [
            (10, 10, Code::Ok),
            (10, 11, Code::ResourceExhausted),
            (0, 0, Code::Ok),
            (0, 1, Code::ResourceExhausted),
        ] {
            for seed in 0..5 {
                let harness = Harness::new(case, entry("maxResponseMessageBytes", max));
                let harness = harness.peer(Peer::reply([of(length)])).split_frames(seed);
                let outcome = harness.call().await;
                assert_eq!(outcome.code(), code, "{outcome}");
                assert_eq!(outcome.messages().len(), usize::from(code == Code::Ok));
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn each_message_of_a_stream_is_judged_by_itself() {
    for case in clients() {
        let three = [of(3), of(4), of(5)];
        if case.kind().client_streaming() {
            let harness = Harness::new(case, entry("maxRequestMessageBytes", 4));
            let outcome = harness.requests(&three).call().await;
            assert_eq!(outcome.code(), Code::ResourceExhausted, "{outcome}");
            assert_eq!(outcome.attempts()[0].messages(), &three[..2]);
        }
        if case.kind().server_streaming() {
            let harness = Harness::new(case, entry("maxResponseMessageBytes", 4));
            let outcome = harness.peer(Peer::reply(&three)).call().await;
            assert_eq!(outcome.code(), Code::ResourceExhausted, "{outcome}");
            assert_eq!(outcome.messages(), &three[..2]);
            assert!(outcome.attempts()[0].is_dropped());
        }
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_refused_at_its_prefix() {
    for case in clients() {
        let body = ScriptedBody::new()
            .data(&b"\0\0\0\x01\0"[..])
            .data(&b"x"[..]);
        let harness = Harness::new(case, entry("maxRequestMessageBytes", 10));
        let outcome = harness.request_body(body).call().await;
        assert_eq!(outcome.code(), Code::ResourceExhausted, "{outcome}");
        let text = outcome.status().message();
        assert_eq!(
            text,
            "cannot send a message of 256 bytes: the service config allows 10"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_too_long_is_not_sent_again() {
    for case in clients() {
        let all = r#"["UNAVAILABLE", "RESOURCE_EXHAUSTED", "INTERNAL", "UNKNOWN"]"#;
        let policy = retry(4).replace(r#"["UNAVAILABLE"]"#, all);
        for name in ["maxRequestMessageBytes", "maxResponseMessageBytes"] {
            let harness = Harness::new(case, configured(&format!(r#"{policy}, "{name}": 2"#)));
            let outcome = harness.request(of(3)).call().await;
            assert_eq!(outcome.code(), Code::ResourceExhausted, "{outcome}");
            assert_eq!(outcome.attempts().len(), 1, "{outcome}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn longer_than_a_layer_looks_at_is_no_matter() {
    for case in clients() {
        let harness = Harness::new(case, entry("maxResponseMessageBytes", 100));
        let harness = harness.max_message_size(5).max_settled_bytes(5);
        let outcome = harness.peer(Peer::reply([of(50)])).call().await;
        assert_eq!(outcome.code(), Code::Ok, "{outcome}");
        let harness = Harness::new(case, entry("maxResponseMessageBytes", 10));
        let harness = harness.max_message_size(5).max_settled_bytes(5);
        let outcome = harness.peer(Peer::reply([of(50)])).call().await;
        assert_eq!(outcome.code(), Code::ResourceExhausted, "{outcome}");
    }
}
