//! Over tonic's channel and HTTP/2, against a peer that speaks in frames (1.8, 15.5 of the checklist).

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use interceptor_core::{
    ClientLayer, InterceptedClient, Methods, Origin, TransportKind,
    tonic::{Code, Request, transport::Channel},
};
use interceptor_kit::retry::Retry;
use testproto::echo::{EchoRequest, echo_client::EchoClient};
use tokio::time::Instant;

use super::{
    backoff, millis,
    raw::{Act, CANCEL, Raw, Seen},
};
use interceptor_kit::policy::{Jitter, PolicyTable, RetryPolicy};

type Client = EchoClient<InterceptedClient<Channel, Retry>>;

fn client(raw: &Raw, retry: Retry) -> Client {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    EchoClient::new(
        ClientLayer::new(retry, &methods)
            .unwrap()
            .layer(raw.channel()),
    )
}

fn retry(max_attempts: u32) -> Retry {
    let policy = RetryPolicy::new(max_attempts, backoff(), [Code::Unavailable]).unwrap();
    let policies = PolicyTable::new()
        .policy("/echo.v1.Echo/*", policy)
        .unwrap();
    Retry::with(policies).jitter(Jitter::off())
}

fn message() -> EchoRequest {
    EchoRequest {
        text: "hello".into(),
        ..EchoRequest::default()
    }
}

/// The code that a call ends with.
async fn code(client: &mut Client) -> Code {
    match client.unary_echo(message()).await {
        Ok(reply) => {
            assert_eq!(reply.into_inner().text, "hello");
            Code::Ok
        }
        Err(status) => status.code(),
    }
}

/// grpc-go's `TestTransparentRetry`.
#[tokio::test(start_paused = true)]
async fn transparent_retry() {
    let refused = [3, 7, 9, 13, 17, 19];
    let raw = Raw::new(move |number| {
        if refused.contains(&(2 * number + 1)) {
            Act::Reset(7)
        } else {
            Act::Echo
        }
    });
    let mut client = client(&raw, Retry::new());
    for expected in [
        Code::Ok,
        Code::Ok,
        Code::Unavailable,
        Code::Ok,
        Code::Ok,
        Code::Unavailable,
    ] {
        assert_eq!(code(&mut client).await, expected);
    }
    assert_eq!(raw.streams(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_refused_stream_is_sent_again_whole() {
    let raw = Raw::new(|number| {
        if number == 0 {
            Act::Reset(7)
        } else {
            Act::Echo
        }
    });
    let messages = futures_util::stream::iter((0..20).map(|_| message()));
    let reply = client(&raw, Retry::new())
        .bidi_stream(messages)
        .await
        .unwrap();
    let mut replies = reply.into_inner();
    let mut count = 0;
    while let Some(reply) = replies.message().await.unwrap() {
        assert_eq!(reply.text, "hello");
        count += 1;
    }
    assert_eq!((count, raw.streams()), (20, 2));
}

#[tokio::test(start_paused = true)]
async fn a_goaway_below_the_stream_is_transparent_once() {
    let raw = Raw::new(|number| if number == 0 { Act::GoAway } else { Act::Echo });
    assert_eq!(code(&mut client(&raw, Retry::new())).await, Code::Ok);
    assert_eq!((raw.streams(), raw.connections()), (2, 2));

    let raw = Raw::new(|_| Act::GoAway);
    assert_eq!(
        code(&mut client(&raw, Retry::new())).await,
        Code::Unavailable
    );
    assert_eq!(raw.streams(), 2);
}

/// tonic says INTERNAL of it.
#[tokio::test(start_paused = true)]
async fn a_goaway_below_the_stream_goes_by_the_policy_then() {
    let raw = Raw::new(|number| if number < 3 { Act::GoAway } else { Act::Echo });
    let started = Instant::now();
    assert_eq!(code(&mut client(&raw, retry(4))).await, Code::Ok);
    assert!(
        started.elapsed() >= millis(100 + 200),
        "one of three was free"
    );
    assert_eq!(raw.streams(), 4);
}

/// tonic says UNKNOWN of it.
#[tokio::test(start_paused = true)]
async fn a_goaway_that_takes_the_stream_and_a_close_are_unavailable() {
    for act in [Act::GoAwayAndClose, Act::Close] {
        let raw = Raw::new(move |_| act);
        let status = client(&raw, Retry::new())
            .unary_echo(message())
            .await
            .unwrap_err();
        assert_eq!(status.code(), Code::Unavailable, "{act:?}");
        let kind = Origin::of(&status).transport();
        assert_eq!(
            kind,
            Some(TransportKind::ConnectionLost),
            "its origin is kept"
        );
        assert_eq!(raw.streams(), 1, "a handler may have seen it");

        let raw = Raw::new(move |number| if number < 2 { act } else { Act::Echo });
        let started = Instant::now();
        assert_eq!(code(&mut client(&raw, retry(4))).await, Code::Ok);
        assert_eq!((raw.streams(), raw.connections()), (3, 3));
        assert!(started.elapsed() >= millis(300));
    }
}

#[tokio::test(start_paused = true)]
async fn pushback_is_read_off_the_frames() {
    let pushed: &[_] = &[("grpc-status", "14"), ("grpc-retry-pushback-ms", "1000")];
    let raw = Raw::new(move |number| {
        if number == 0 {
            Act::Answer(pushed)
        } else {
            Act::Echo
        }
    });
    let started = Instant::now();
    assert_eq!(code(&mut client(&raw, retry(2))).await, Code::Ok);
    assert!((millis(1_000)..millis(1_010)).contains(&started.elapsed()));

    let twice: &[_] = &[
        ("grpc-status", "14"),
        ("grpc-retry-pushback-ms", "1"),
        ("grpc-retry-pushback-ms", "1"),
    ];
    for stops in [
        twice,
        &[("grpc-status", "14"), ("grpc-retry-pushback-ms", "")],
    ] {
        let raw = Raw::new(move |_| Act::Answer(stops));
        assert_eq!(code(&mut client(&raw, retry(4))).await, Code::Unavailable);
        assert_eq!(raw.streams(), 1);
    }
}

/// tonic makes UNKNOWN of the first, and panics at the second.
#[tokio::test(start_paused = true)]
async fn a_broken_message_or_detail_does_not_change_the_code() {
    let broken: [&[_]; 2] = [
        &[("grpc-status", "14"), ("grpc-message", "bad %FF msg")],
        &[("grpc-status", "14"), ("grpc-status-details-bin", "!!")],
    ];
    for headers in broken {
        let raw = Raw::new(move |number| {
            if number == 0 {
                Act::Answer(headers)
            } else {
                Act::Echo
            }
        });
        assert_eq!(code(&mut client(&raw, retry(2))).await, Code::Ok);
        assert_eq!(raw.streams(), 2);
    }
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_resets_the_attempt_under_way() {
    let raw = Raw::new(|number| {
        if number == 0 {
            Act::Reset(7)
        } else {
            Act::Hang
        }
    });
    let mut client = client(&raw, retry(4));
    let call = tokio::time::timeout(Duration::from_secs(1), client.unary_echo(message()));
    assert!(call.await.is_err());
    assert!(
        raw.seen().await.contains(&Seen::Reset(1, CANCEL)),
        "{:?}",
        raw.seen().await
    );
    assert_eq!(raw.streams(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_deadline_resets_the_attempt_under_way() {
    let raw = Raw::new(|_| Act::Hang);
    let mut request = Request::new(message());
    request.set_timeout(millis(500));
    let status = client(&raw, retry(4))
        .unary_echo(request)
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::DeadlineExceeded);
    assert!(raw.seen().await.contains(&Seen::Reset(0, CANCEL)));
}

/// grpc-go's `TestRetryTransparentWhenCommitted`: an attempt that waits behind another stream, and is cancelled there.
#[tokio::test(start_paused = true)]
async fn an_attempt_may_be_cancelled_while_it_waits_for_its_stream() {
    let serves = Arc::new(AtomicBool::new(false));
    let switch = Arc::clone(&serves);
    let raw = Raw::new(move |number| match number {
        0 => Act::Reset(7),
        _ if switch.load(Relaxed) => Act::Echo,
        _ => Act::Hang,
    });
    let raw = raw.max_streams(1);
    let client = client(&raw, retry(4));
    let call = |wait| {
        let mut client = client.clone();
        async move {
            let call = client.unary_echo(message());
            tokio::time::timeout(wait, call).await.is_err()
        }
    };
    let (first, second) = tokio::join!(call(millis(50)), call(millis(20)));
    assert!(first && second, "both were cancelled");
    serves.store(true, Relaxed);
    assert_eq!(
        code(&mut client.clone()).await,
        Code::Ok,
        "the connection still serves"
    );
}

#[tokio::test(start_paused = true)]
async fn nothing_is_kept_when_calls_are_over() {
    let raw = Raw::new(|number| match number % 4 {
        0 => Act::Reset(7),
        1 => Act::Close,
        2 => Act::Answer(&[("grpc-status", "5")]),
        _ => Act::Echo,
    });
    let retry = retry(4);
    let mut client = client(&raw, retry.clone());
    for _ in 0..20 {
        code(&mut client).await;
        assert_eq!(retry.buffered_bytes(), 0);
    }
}
