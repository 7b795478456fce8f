//! `inspect`, `try_map`, `message` and `set_message`, on both ways.

use std::pin::pin;

use bytes::Bytes;
use http::{Request, Response};
use interceptor_core::{
    Call, CallKind, CallType, Interceptor, Message, Next, Reply, Side, StreamStream, StreamUnary,
    UnaryStream, UnaryUnary,
};
use testproto::echo::{echo_client::EchoClient, echo_server::EchoServer};
use tonic::{Code, Status, body::Body, codec::CompressionEncoding};
use tower::{Service as _, ServiceExt as _};

use super::{answering, message, replies, requests, text};
use crate::support::{
    SIDES, Svc, around,
    body::{Log, Read, Step, answer, body, data, frame, ok, replying},
    caller::{Ask, ask, call},
    chain::one_body,
    echo::{Echo, routes_of},
    everywhere,
    net::Transport,
    path, service,
    tap::Tap,
};

/// Writes down each message, both ways.
#[derive(Debug, Clone)]
pub(super) struct Inspect {
    requests: Log<String>,
    pub(super) replies: Log<String>,
}

impl Inspect {
    pub(super) fn new() -> Self {
        let (requests, replies) = (Log::new(), Log::new());
        Self { requests, replies }
    }

    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let (requests, replies) = (self.requests.clone(), self.replies.clone());
        call.payload_mut()
            .inspect(move |message| requests.push(text(message)))?;
        let mut reply = next.run(call).await?;
        reply
            .payload_mut()
            .inspect(move |message| replies.push(text(message)))?;
        Ok(reply)
    }
}

one_body!([] Inspect);

/// Puts its name behind each text, both ways.
#[derive(Debug, Clone)]
struct Sign(&'static str);

impl Sign {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        let name = self.0;
        let sign = move |it: Message| Ok(message(&(text(&it) + name)));
        call.payload_mut().try_map(sign)?;
        let mut reply = next.run(call).await?;
        reply.payload_mut().try_map(sign)?;
        Ok(reply)
    }
}

one_body!([] Sign);

pub(super) async fn send(service: &Svc, kind: CallKind, body: Body) -> Response<Body> {
    let request = Request::post(path(kind)).body(body).unwrap();
    let mut service = service.clone();
    service.ready().await.unwrap().call(request).await.unwrap()
}

/// The bytes in pieces of that length.
fn pieces(texts: &[&str], length: usize) -> Vec<Step> {
    let frames: Vec<Bytes> = texts.iter().map(|text| frame(text)).collect();
    let bytes = frames.concat();
    let chunks = bytes.chunks(length).map(Bytes::copy_from_slice);
    chunks.map(Step::Data).collect()
}

/// Each text twice, as two see it.
fn twice(texts: &[&'static str]) -> Vec<&'static str> {
    texts.iter().flat_map(|&text| [text, text]).collect()
}

/// Pitfall P42.
#[tokio::test]
async fn inspect_sees_each_message_and_changes_none() {
    for (kind, side) in everywhere() {
        for length in [1, 4, 5, 6, 7, 100] {
            let (inspect, arrived) = (Inspect::new(), Log::new());
            let mut steps = pieces(replies(kind), length);
            steps.push(ok());
            let chain = (inspect.clone(), inspect.clone());
            let service = around(side, chain, replying(&arrived, &steps));
            let response = send(&service, kind, body(pieces(requests(kind), length))).await;
            let read = Read::to_end(response.into_body()).await;

            let context = format!("{kind} {side} in pieces of {length}");
            let arrived = arrived.take().pop().unwrap();
            assert_eq!(arrived.texts(), requests(kind), "{context}");
            assert_eq!(read.texts(), replies(kind), "{context}");
            assert_eq!(read.trailers.unwrap()["grpc-status"], "0", "{context}");
            assert_eq!(inspect.requests.take(), twice(requests(kind)), "{context}");
            assert_eq!(inspect.replies.take(), twice(replies(kind)), "{context}");
        }
    }
}

#[tokio::test]
async fn try_map_changes_messages_from_the_outermost_in() {
    for (kind, side) in everywhere() {
        let arrived = Log::new();
        let below = replying(&arrived, &answering(kind));
        let outcome = call(
            &around(side, (Sign("1"), Sign("2")), below),
            kind,
            requests(kind),
        )
        .await;
        let signed = |texts: &[&str], by| {
            texts
                .iter()
                .map(|it| format!("{it}{by}"))
                .collect::<Vec<_>>()
        };
        let arrived = arrived.take().pop().unwrap();
        assert_eq!(
            arrived.texts(),
            signed(requests(kind), "12"),
            "{kind} {side}"
        );
        assert_eq!(
            outcome.texts(),
            signed(replies(kind), "21"),
            "{kind} {side}"
        );
        assert_eq!(outcome.code(), Code::Ok, "{kind} {side}");
    }
}

/// Reads the messages that are single, and puts others in their place.
#[derive(Debug, Clone)]
struct Replace {
    /// Whether it looks before it replaces.
    looks: bool,
    saw: Log<String>,
}

impl Replace {
    async fn request<T: CallType<Request = interceptor_core::Single>>(
        &self,
        call: &mut Call<T>,
    ) -> Result<(), Status> {
        if self.looks {
            self.saw.push(text(&call.message().await?));
        }
        call.set_message(message("new request"));
        assert_eq!(text(&call.message().await?), "new request");
        Ok(())
    }

    async fn reply<T: CallType<Response = interceptor_core::Single>>(
        &self,
        mut reply: Reply<T>,
    ) -> Result<Reply<T>, Status> {
        if self.looks {
            self.saw.push(text(&reply.message().await?));
        }
        reply.set_message(message("new reply"));
        assert_eq!(text(&reply.message().await?), "new reply");
        Ok(reply)
    }
}

impl Interceptor for Replace {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        mut call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        self.request(&mut call).await?;
        self.reply(next.run(call).await?).await
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        mut call: Call<UnaryStream>,
        next: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        self.request(&mut call).await?;
        next.run(call).await
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        self.reply(next.run(call).await?).await
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        next.run(call).await
    }
}

/// Those outside saw the request that came, and see the reply that was put in its place; those inside the other way round.
#[tokio::test]
async fn set_message_puts_one_in_the_place_of_another() {
    for (kind, side) in everywhere() {
        for looks in [false, true] {
            let (outer, inner) = (Inspect::new(), Inspect::new());
            let saw = Log::new();
            let replace = Replace {
                looks,
                saw: saw.clone(),
            };
            let arrived = Log::new();
            let below = replying(&arrived, &answering(kind));
            let service = around(side, (outer.clone(), replace, inner.clone()), below);
            let outcome = call(&service, kind, requests(kind)).await;

            let context = format!("{kind} {side}, looks: {looks}");
            let (streamed, stream) = (kind.client_streaming(), kind.server_streaming());
            let request = if streamed {
                requests(kind)
            } else {
                &["new request"]
            };
            let reply = if stream {
                replies(kind)
            } else {
                &["new reply"]
            };
            assert_eq!(outer.requests.take(), requests(kind), "{context}");
            assert_eq!(inner.requests.take(), request, "{context}");
            assert_eq!(arrived.take()[0].texts(), request, "{context}");
            assert_eq!(inner.replies.take(), replies(kind), "{context}");
            assert_eq!(outer.replies.take(), reply, "{context}");
            assert_eq!(outcome.texts(), reply, "{context}");
            let looked = [(looks && !streamed, "a"), (looks && !stream, "x")];
            let looked = looked.iter().filter(|it| it.0).map(|it| it.1);
            assert_eq!(saw.take(), looked.collect::<Vec<_>>(), "{context}");
        }
    }
}

/// A check further out is not passed by because somebody further in replaces the message.
#[tokio::test]
async fn a_replaced_message_is_checked_all_the_same() {
    for (kind, side) in everywhere().filter(|(kind, _)| !kind.client_streaming()) {
        for looks in [false, true] {
            let refuse = super::refused::Refuse::request(1, Code::InvalidArgument);
            let saw = Log::new();
            let below = replying(&Log::new(), &answering(kind));
            let service = around(side, (refuse, Replace { looks, saw }), below);
            let outcome = call(&service, kind, requests(kind)).await;
            assert_eq!(
                outcome.code(),
                Code::InvalidArgument,
                "{kind} {side} {looks}"
            );
        }
    }
}

/// Waits for the message again and again, and gives up in between.
#[derive(Debug, Clone)]
struct Impatient;

impl Impatient {
    async fn request<T: CallType<Request = interceptor_core::Single>>(
        &self,
        call: &mut Call<T>,
    ) -> Result<(), Status> {
        loop {
            let first = std::future::poll_fn(|cx| {
                std::task::Poll::Ready(pin!(call.message()).as_mut().poll(cx))
            });
            match first.await {
                std::task::Poll::Ready(message) => break assert_eq!(text(&message?), "a"),
                std::task::Poll::Pending => tokio::task::yield_now().await,
            }
        }
        Ok(())
    }
}

impl Interceptor for Impatient {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        mut call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        self.request(&mut call).await?;
        next.run(call).await
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        mut call: Call<UnaryStream>,
        next: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        self.request(&mut call).await?;
        next.run(call).await
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        call: Call<StreamUnary>,
        next: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        next.run(call).await
    }
}

#[tokio::test]
async fn nothing_is_lost_when_waiting_for_a_message_is_given_up() {
    for (kind, side) in everywhere().filter(|(kind, _)| !kind.client_streaming()) {
        let arrived = Log::new();
        let service = around(side, Impatient, replying(&arrived, &answering(kind)));
        let mut steps = vec![Step::Wait];
        for step in pieces(&["a"], 2) {
            steps.extend([step, Step::Wait, Step::Wait]);
        }
        send(&service, kind, body(steps)).await;
        assert_eq!(arrived.take()[0].texts(), ["a"], "{kind} {side}");
    }
}

/// A request that breaks off before its message is there.
#[tokio::test]
async fn a_message_that_does_not_come_is_a_status() {
    let broken = Status::unavailable("the line is dead");
    let cases = [
        (vec![], Code::Internal),
        (vec![Step::Data(frame("a").slice(..6))], Code::Internal),
        (
            vec![
                Step::Data(frame("a").slice(..6)),
                Step::Fail(broken.clone()),
            ],
            Code::Unavailable,
        ),
        (vec![Step::Fail(broken)], Code::Unavailable),
    ];
    for (kind, side) in everywhere().filter(|(kind, _)| !kind.client_streaming()) {
        for (steps, code) in &cases {
            let service = around(side, Impatient, replying(&Log::new(), &answering(kind)));
            let request = Request::post(path(kind)).body(body(steps.clone())).unwrap();
            let code_of = match service.oneshot(request).await {
                Ok(response) => response.headers()["grpc-status"]
                    .to_str()
                    .unwrap()
                    .parse()
                    .unwrap(),
                Err(error) => i32::from(Status::from_error(error).code()),
            };
            assert_eq!(Code::from(code_of), *code, "{kind} {side} {steps:?}");
        }
    }
}

/// Seen decompressed, and passed on as they came.
///
/// Pitfall P28.
#[tokio::test]
async fn compressed_messages() {
    for side in SIDES {
        let mut passed = Vec::new();
        let inspect = Inspect::new();
        for looked_at in [false, true] {
            let (wire, handler) = (Tap::default(), Tap::default());
            let wrap = |here, below| {
                let chain = (inspect.clone(), inspect.clone());
                if looked_at && here == side {
                    around(side, chain, below)
                } else {
                    below
                }
            };
            let server = EchoServer::new(Echo::new())
                .accept_compressed(CompressionEncoding::Gzip)
                .send_compressed(CompressionEncoding::Gzip);
            let server = wrap(Side::Server, handler.around(routes_of(server)));
            let channel = Transport::Duplex.connect(wire.around(server)).await;
            let mut client = EchoClient::new(wrap(Side::Client, channel))
                .accept_compressed(CompressionEncoding::Gzip)
                .send_compressed(CompressionEncoding::Gzip);
            for kind in CallKind::ALL {
                let long = "long".repeat(1000);
                let outcome = ask(&mut client, kind, Ask::of(&[&long, "b"])).await;
                assert_eq!(outcome.code(), Code::Ok, "{kind}");
                let wire = wire.take();
                assert_eq!(wire.request_body.bytes[0], 1, "{kind}: it is compressed");
                assert_eq!(wire.response_body.bytes[0], 1, "{kind}: it is compressed");
                passed.push((outcome.lines(), wire, handler.take()));
                if looked_at {
                    let count = if kind.client_streaming() { 2 } else { 1 };
                    assert_eq!(inspect.requests.take().len(), 2 * count, "{kind} {side}");
                    assert!(
                        inspect.replies.take()[0].starts_with("long"),
                        "{kind} {side}"
                    );
                }
            }
        }
        let (bare, looked_at) = passed.split_at(4);
        assert_eq!(bare, looked_at, "{side}");
    }
}

/// A new message is not compressed, which it may be in any stream.
#[tokio::test]
async fn compressed_messages_that_are_changed() {
    for side in SIDES {
        let wrap = |here, below| {
            if here == side {
                around(side, Sign("!"), below)
            } else {
                below
            }
        };
        let server = EchoServer::new(Echo::new())
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
        let channel = Transport::Duplex
            .connect(wrap(Side::Server, routes_of(server)))
            .await;
        let mut client = EchoClient::new(wrap(Side::Client, channel))
            .accept_compressed(CompressionEncoding::Gzip)
            .send_compressed(CompressionEncoding::Gzip);
        for kind in CallKind::ALL {
            let outcome = ask(&mut client, kind, Ask::of(&["a", "b"])).await;
            let expected: &[&str] = match kind {
                CallKind::StreamUnary => &["a! b!!"],
                CallKind::StreamStream => &["a!!", "b!!"],
                _ => &["a!!"],
            };
            assert_eq!(outcome.texts(), expected, "{kind} {side}");
        }
    }
}

/// The length that the headers tell is that of the body as it came.
#[tokio::test]
async fn a_content_length_does_not_outlive_its_body() {
    for (kind, side) in everywhere() {
        let lengths: Log<[bool; 2]> = Log::new();
        for changes in [false, true] {
            let arrived = Log::new();
            let below = {
                let (arrived, steps) = (arrived.clone(), answering(kind));
                service(move |request: Request<Body>| {
                    arrived.push(request.headers().contains_key("content-length"));
                    let mut response = answer(steps.clone());
                    response.headers_mut().insert("content-length", 1000.into());
                    std::future::ready(Ok(response))
                })
            };
            let chain = changes.then_some(Sign("!"));
            let request = Request::post(path(kind)).header("content-length", 8);
            let request = request.body(body([data("a")])).unwrap();
            let response = around(side, chain, below).oneshot(request).await.unwrap();
            let left = response.headers().contains_key("content-length");
            lengths.push([arrived.take()[0], left]);
        }
        assert_eq!(lengths.take(), [[true; 2], [false; 2]], "{kind} {side}");
    }
}
