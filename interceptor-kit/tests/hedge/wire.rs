//! Over tonic's channel and HTTP/2, against a peer that speaks in frames: losers are cancelled on the wire.

use interceptor_core::{
    ClientLayer, InterceptedClient, Methods,
    tonic::{Code, transport::Channel},
};
use interceptor_kit::{
    hedge::Hedge,
    policy::{HedgingPolicy, PolicyTable},
};
use testproto::echo::{EchoRequest, echo_client::EchoClient};

use super::{
    millis,
    raw::{Act, CANCEL, Raw, Seen},
};

type Client = EchoClient<InterceptedClient<Channel, Hedge>>;

fn client(raw: &Raw, hedge: Hedge) -> Client {
    let methods = Methods::from_file_descriptor_set(testproto::FILE_DESCRIPTOR_SET).unwrap();
    EchoClient::new(
        ClientLayer::new(hedge, &methods)
            .unwrap()
            .layer(raw.channel()),
    )
}

fn hedge(max_attempts: u32, delay: u64) -> Hedge {
    let policy = HedgingPolicy::new(max_attempts)
        .unwrap()
        .delay(millis(delay));
    let policy = policy.non_fatal([Code::Unavailable]).unwrap();
    Hedge::with(
        PolicyTable::new()
            .policy("/echo.v1.Echo/*", policy)
            .unwrap(),
    )
}

fn message() -> EchoRequest {
    EchoRequest {
        text: "hello".into(),
        ..EchoRequest::default()
    }
}

fn resets(seen: &[Seen]) -> Vec<(usize, u32)> {
    let reset = |seen: &Seen| match *seen {
        Seen::Reset(number, code) => Some((number, code)),
        _ => None,
    };
    let mut resets: Vec<_> = seen.iter().filter_map(reset).collect();
    resets.sort_unstable();
    resets
}

#[tokio::test(start_paused = true)]
async fn losers_are_reset_with_cancel() {
    let raw = Raw::new(|number| if number == 2 { Act::Echo } else { Act::Hang });
    let reply = client(&raw, hedge(4, 50))
        .unary_echo(message())
        .await
        .unwrap();
    assert_eq!(reply.into_inner().text, "hello");
    let seen = raw.seen().await;
    assert_eq!(resets(&seen), [(0, CANCEL), (1, CANCEL)], "{seen:?}");
    assert_eq!(raw.streams(), 3);
}

#[tokio::test(start_paused = true)]
async fn losers_of_a_stream_are_reset_when_the_headers_are_there() {
    let raw = Raw::new(|number| if number == 1 { Act::Headers } else { Act::Hang });
    let reply = client(&raw, hedge(4, 50))
        .server_stream(message())
        .await
        .unwrap();
    let seen = raw.seen().await;
    assert_eq!(resets(&seen), [(0, CANCEL)], "the winner goes on: {seen:?}");
    drop(reply);
    let seen = raw.seen().await;
    assert_eq!(
        resets(&seen),
        [(0, CANCEL), (1, CANCEL)],
        "and now it does not"
    );
}

#[tokio::test(start_paused = true)]
async fn a_fatal_status_resets_all_others() {
    let fatal: &[_] = &[("grpc-status", "5")];
    let raw = Raw::new(move |number| {
        if number == 2 {
            Act::Answer(fatal)
        } else {
            Act::Hang
        }
    });
    let status = client(&raw, hedge(4, 50))
        .unary_echo(message())
        .await
        .unwrap_err();
    assert_eq!(status.code(), Code::NotFound);
    assert_eq!(resets(&raw.seen().await), [(0, CANCEL), (1, CANCEL)]);
}

#[tokio::test(start_paused = true)]
async fn a_caller_that_goes_away_resets_all() {
    let raw = Raw::new(|_| Act::Hang);
    let mut client = client(&raw, hedge(4, 50));
    let call = tokio::time::timeout(millis(120), client.unary_echo(message()));
    assert!(call.await.is_err());
    assert_eq!(
        resets(&raw.seen().await),
        [(0, CANCEL), (1, CANCEL), (2, CANCEL)]
    );
}

#[tokio::test(start_paused = true)]
async fn hedges_have_the_same_bytes_and_a_dropped_connection_is_not_fatal() {
    let raw = Raw::new(|number| match number {
        0 => Act::Close,
        1 => Act::Hang,
        _ => Act::Echo,
    });
    let reply = client(&raw, hedge(4, 50))
        .unary_echo(message())
        .await
        .unwrap();
    assert_eq!(reply.into_inner().text, "hello");
    let seen = raw.seen().await;
    let lengths: Vec<_> = seen
        .iter()
        .filter_map(|seen| match *seen {
            Seen::Ended(_, bytes) => Some(bytes),
            _ => None,
        })
        .collect();
    assert!(
        lengths.len() >= 2 && lengths.iter().all(|length| *length == lengths[0]),
        "{seen:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_refused_hedge_is_sent_again() {
    let raw = Raw::new(|number| match number {
        0 => Act::Hang,
        1 => Act::Reset(7),
        _ => Act::Echo,
    });
    let started = tokio::time::Instant::now();
    client(&raw, hedge(2, 50))
        .unary_echo(message())
        .await
        .unwrap();
    assert!(started.elapsed() < millis(60));
    assert_eq!(raw.streams(), 3, "two hedges, one of them twice");
}
