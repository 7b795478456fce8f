//! The same with a peer on the other end of a connection, each side told for itself.

use std::time::Duration;

use http::{Request, Version};
use interceptor_core::{Call, CallKind, CallType, Next, Reply, Side};
use tonic::{Code, Status, body::Body};
use tower::ServiceExt as _;

use super::{Told, twice};
use crate::support::{
    Svc, around,
    body::{Log, Step, answer, body, data, frame, next, ok},
    caller::call,
    chain::one_body,
    echo::{self, Echo},
    net,
    net::Transport,
    path, service,
};

/// A chain on each side of a connection, and what each is told.
struct Ends {
    caller: Svc,
    client: Told,
    server: Told,
}

impl Ends {
    async fn of(transport: Transport, below: Svc) -> Self {
        let (client, server) = (Told::new(), Told::new());
        let service = around(Side::Server, twice(&server), below);
        let channel = transport.connect(service).await;
        Self {
            caller: around(Side::Client, twice(&client), channel),
            client,
            server,
        }
    }

    /// Waits until both are told, and compares.
    async fn assert(&self, client: Code, server: Code, context: &str) {
        while self.client.ends.len() < 2 || self.server.ends.len() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(self.client.codes(), [client; 2], "client, {context}");
        assert_eq!(self.server.codes(), [server; 2], "server, {context}");
    }
}

fn request(kind: CallKind) -> Request<Body> {
    let request = Request::post(path(kind)).version(Version::HTTP_2);
    let request = request.header("content-type", "application/grpc");
    request.body(body([data("a")])).unwrap()
}

#[tokio::test]
async fn of_calls_that_come_to_their_end() {
    for transport in Transport::ALL {
        let ends = Ends::of(transport, echo::routes()).await;
        for kind in CallKind::ALL {
            for (text, code) in [
                ("a", Code::Ok),
                ("fail:5", Code::NotFound),
                ("fail-after:2:14", Code::Unavailable),
            ] {
                call(&ends.caller, kind, &[text]).await;
                ends.assert(code, code, &format!("{kind} {text}")).await;
            }
        }
    }
}

#[tokio::test]
async fn of_a_client_that_does_not_wait_for_headers() {
    for transport in Transport::ALL {
        for kind in CallKind::ALL {
            let started = Log::new();
            let below = {
                let started = started.clone();
                service(move |_| {
                    started.push(());
                    std::future::pending()
                })
            };
            let ends = Ends::of(transport, below).await;
            let caller = tokio::spawn(ends.caller.clone().oneshot(request(kind)));
            while started.len() == 0 {
                tokio::task::yield_now().await;
            }
            caller.abort();
            ends.assert(Code::Cancelled, Code::Cancelled, kind.as_str())
                .await;
        }
    }
}

#[tokio::test]
async fn of_a_client_that_leaves_a_stream() {
    for transport in Transport::ALL {
        for kind in [CallKind::UnaryStream, CallKind::StreamStream] {
            let below = service(|_| async { Ok(answer([data("x"), Step::Hang])) });
            let ends = Ends::of(transport, below).await;
            let response = ends.caller.clone().oneshot(request(kind)).await.unwrap();
            let mut body = response.into_body();
            next(&mut body).await.unwrap().unwrap();
            drop(body);
            ends.assert(Code::Cancelled, Code::Cancelled, kind.as_str())
                .await;
        }
    }
}

/// The server cannot see that its trailers were not read.
#[tokio::test]
async fn of_a_client_that_does_not_read_the_trailers() {
    for kind in [CallKind::UnaryStream, CallKind::StreamStream] {
        let below = service(|_| async { Ok(answer([data("x"), ok()])) });
        let ends = Ends::of(Transport::Duplex, below).await;
        let response = ends.caller.clone().oneshot(request(kind)).await.unwrap();
        let mut body = response.into_body();
        next(&mut body).await.unwrap().unwrap();
        while ends.server.ends.len() < 2 {
            tokio::task::yield_now().await;
        }
        drop(body);
        ends.assert(Code::Cancelled, Code::Ok, kind.as_str()).await;
    }
}

/// tonic's server drops us; its client says so by an error of its own.
#[tokio::test(start_paused = true)]
async fn of_a_deadline() {
    for kind in CallKind::ALL {
        let ends = Ends::of(Transport::Duplex, service(|_| std::future::pending())).await;
        let mut request = request(kind);
        let timeout = "10S".parse().unwrap();
        request.headers_mut().insert("grpc-timeout", timeout);
        assert!(ends.caller.clone().oneshot(request).await.is_err());
        let exceeded = Code::DeadlineExceeded;
        ends.assert(exceeded, exceeded, kind.as_str()).await;
    }
}

/// A panic in a handler is a reset to the client.
#[tokio::test]
async fn of_a_handler_that_panics() {
    for kind in CallKind::ALL {
        let below = service(|_| async { panic!("the handler was told to panic") });
        let ends = Ends::of(Transport::Duplex, below).await;
        let outcome = call(&ends.caller, kind, &["a"]).await;
        assert_eq!(outcome.code(), Code::Cancelled, "{kind}");
        ends.assert(Code::Cancelled, Code::Internal, kind.as_str())
            .await;
    }
}

/// It does not look like a clean end.
///
/// Pitfall P21.
#[tokio::test]
async fn of_a_stream_that_panics() {
    for kind in [CallKind::UnaryStream, CallKind::StreamStream] {
        let below = service(|_| async {
            let waits = std::iter::repeat_n(Step::Wait, 100);
            let steps = [data("x"), data("y")].into_iter().chain(waits);
            Ok(answer(steps.chain([Step::Panic])))
        });
        let ends = Ends::of(Transport::Duplex, below).await;
        let outcome = call(&ends.caller, kind, &["a"]).await;
        assert_eq!(outcome.texts(), ["x", "y"], "{kind}");
        assert_ne!(outcome.code(), Code::Ok, "{kind}");
        ends.assert(outcome.code(), Code::Internal, kind.as_str())
            .await;
    }
}

/// A connection that is lost, on the client by the table of origins; on the server it is a drop like any other.
#[tokio::test]
async fn of_a_lost_connection() {
    for kind in CallKind::ALL {
        let (client, server) = (Told::new(), Told::new());
        let started = Log::new();
        let below = {
            let started = started.clone();
            service(move |_| {
                started.push(());
                std::future::pending()
            })
        };
        let incoming = net::serve(around(Side::Server, twice(&server), below));
        let (channel, cut) = net::cuttable(&incoming);
        let caller = around(Side::Client, twice(&client), channel);
        let caller = tokio::spawn(caller.oneshot(request(kind)));
        while started.len() == 0 {
            tokio::task::yield_now().await;
        }
        cut.abort();
        assert!(caller.await.unwrap().is_err());
        while server.ends.len() < 2 {
            tokio::task::yield_now().await;
        }
        assert_eq!(client.codes(), [Code::Unavailable; 2], "{kind}");
        assert_eq!(server.codes(), [Code::Cancelled; 2], "{kind}");
    }
}

/// Looks at each request message.
#[derive(Debug, Clone)]
struct Looks;

impl Looks {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        call.payload_mut().inspect(|_| {})?;
        next.run(call).await
    }
}

one_body!([] Looks);

/// A client that cancels in the middle of its request was not badly served, and did not send half of it either.
///
/// Pitfall P23.
#[tokio::test(start_paused = true)]
async fn of_a_request_that_is_cancelled_half_way() {
    for kind in CallKind::ALL {
        for length in [0, 3, 6] {
            let (server, echo) = (Told::new(), Echo::new());
            let chain = (twice(&server), Looks);
            cancel_half_way(
                around(Side::Server, chain, echo.clone().routes()),
                kind,
                length,
            )
            .await;
            while server.ends.len() < 2 {
                tokio::task::yield_now().await;
            }
            assert_eq!(server.codes(), [Code::Cancelled; 2], "{kind} {length}");
            assert_eq!(echo.ran.take(), [""; 0], "{kind} {length}");
        }
    }
}

/// The limit of it: tonic's server takes a request that is cancelled for one that ended, and where nobody looks at the
/// messages, its answer to half a request is the end of the call. A stream of replies is dropped before its end.
#[tokio::test(start_paused = true)]
async fn of_a_request_that_is_cancelled_half_way_while_nobody_looks() {
    for kind in CallKind::ALL {
        for length in [0, 3, 6] {
            let server = Told::new();
            let service = around(Side::Server, twice(&server), echo::routes());
            cancel_half_way(service, kind, length).await;
            while server.ends.len() < 2 {
                tokio::task::yield_now().await;
            }
            let code = match kind {
                CallKind::UnaryUnary | CallKind::UnaryStream => Code::Internal,
                CallKind::StreamUnary => Code::Ok,
                CallKind::StreamStream => Code::Cancelled,
            };
            assert_eq!(server.codes(), [code; 2], "{kind} {length}");
        }
    }
}

/// Sends headers and the beginning of a message, and then a reset.
async fn cancel_half_way(service: Svc, kind: CallKind, length: usize) {
    let (ours, theirs) = tokio::io::duplex(1 << 16);
    net::serve(service).send(Ok(theirs)).unwrap();
    let (client, connection) = h2::client::handshake(ours).await.unwrap();
    tokio::spawn(connection);
    let uri = format!("http://peer.test{}", path(kind));
    let request = Request::post(uri)
        .version(Version::HTTP_2)
        .body(())
        .unwrap();
    let mut client = client.ready().await.unwrap();
    let (_response, mut body) = client.send_request(request, false).unwrap();
    body.send_data(frame("abc").slice(..length), false).unwrap();
    // Under paused time: until everybody waits.
    tokio::time::sleep(Duration::from_millis(1)).await;
    body.send_reset(h2::Reason::CANCEL);
    tokio::time::sleep(Duration::from_millis(1)).await; // paused time, as above
}
