//! What each attempt sends.

use interceptor_test::{Case, Harness, Peer, RequestEnd, Script, WireMessage};

use super::*;

/// Three attempts that read all of the request.
async fn assert_sent_alike(harness: Harness<RetryOnError>, messages: &[WireMessage]) {
    let harness = harness.peer(Peer::fail_times(2, Code::Unavailable));
    let outcome = harness.call().await;
    assert_eq!(outcome.code(), Code::Ok, "{outcome}");
    assert_eq!(sent(&outcome), [messages; 3], "{outcome}");
    for attempt in outcome.attempts() {
        assert_eq!(attempt.request_end(), RequestEnd::Clean, "{outcome}");
    }
}

#[tokio::test(start_paused = true)]
async fn each_attempt_sends_the_same_bytes() {
    for case in Case::all() {
        for messages in counts(case).iter().copied().map(messages) {
            let harness = Harness::new(case, retry(5)).requests(&messages);
            assert_sent_alike(harness, &messages).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_producer_slower_than_the_peer_is_sent_alike() {
    for case in Case::all() {
        for messages in counts(case).iter().copied().map(messages) {
            let harness = Harness::new(case, retry(5)).requests(&messages);
            let slow = harness.request_pause(millis(7)).split_frames(3);
            assert_sent_alike(slow, &messages).await;
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_compressed_message_is_sent_alike() {
    for case in Case::all() {
        let messages = [WireMessage::compressed("as it came")];
        let harness = Harness::new(case, retry(5)).requests(&messages);
        assert_sent_alike(harness.encoding("gzip"), &messages).await;
    }
}

#[tokio::test(start_paused = true)]
async fn what_a_refused_attempt_did_not_read_is_in_the_next_one() {
    let read = [0, 7, 3];
    let peer = || {
        Peer::from_fn(move |attempt, _| match read.get(attempt - 1) {
            Some(&count) => Script::new().read(count).end(Code::Unavailable),
            None => Script::new().echo().end(Code::Ok),
        })
    };
    for case in Case::all().filter(|case| case.kind().client_streaming()) {
        let all = messages(10);
        let harness = Harness::new(case, retry(5)).requests(&all).peer(peer());
        let outcome = harness.request_pause(millis(7)).call().await;
        assert_eq!(outcome.messages(), case.echo(&all), "{outcome}");
        let sent = sent(&outcome);
        assert_eq!(sent, [&all[..0], &all[..7], &all[..3], &all[..]]);
    }
}

#[tokio::test(start_paused = true)]
async fn metadata_do_not_accumulate() {
    /// Adds a header, as one that forgot that it may run again.
    #[grpc_interceptor(crate = interceptor_core)]
    struct Token;

    impl Token {
        async fn intercept_call<T: CallType>(
            &self,
            mut call: Call<T>,
            next: impl Next<T>,
        ) -> Result<Reply<T>, Status> {
            let token = format!("attempt {}", call.attempt()).parse().unwrap();
            call.metadata_mut().append("authorization", token);
            next.run(call).await
        }
    }

    for case in Case::all() {
        let harness = Harness::new(case, (retry(5), Token)).metadata("x-caller", "tests");
        let harness = harness.peer(Peer::fail_times(2, Code::Unavailable));
        let outcome = harness.call().await;
        assert_eq!(attempts(&outcome), 3);
        for (number, attempt) in outcome.attempts().iter().enumerate() {
            let token = format!("attempt {number}");
            assert_eq!(attempt.header("authorization"), Some(&*token));
            assert_eq!(attempt.header("x-caller"), Some("tests"));
            let headers = attempt.metadata().as_ref();
            assert_eq!(headers.len(), headers.keys_len(), "one of each");
            assert_eq!(headers.len(), 4, "{headers:?}");
        }
    }
}
