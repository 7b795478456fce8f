//! Streams of messages, handed to an interceptor and put in another's place.

use futures_util::{Stream, StreamExt as _, stream};
use interceptor_core::{
    Call, CallKind, CallType, Interceptor, Message, Next, Payload, Reply, StreamStream,
    StreamUnary, Streaming, UnaryStream, UnaryUnary,
};
use tonic::{Code, Status, body::Body};

use super::{answering, message, replies, requests, text};
use crate::support::{
    SIDES, Svc, around,
    body::{Log, Read, Step, Watch, data, failed, headers, replying, respond, status, watched},
    caller::call,
    everywhere, service,
};

type Items = std::pin::Pin<Box<dyn Stream<Item = Result<Message, Status>> + Send>>;
type Map = fn(Payload<Streaming>) -> Items;

/// Maps the messages of each stream.
#[derive(Debug, Clone)]
struct MapStreams {
    requests: Map,
    replies: Map,
}

impl Interceptor for MapStreams {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        call: Call<UnaryStream>,
        next: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        let mut reply = next.run(call).await?;
        reply.map_messages(self.replies);
        Ok(reply)
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        mut call: Call<StreamUnary>,
        next: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        call.map_messages(self.requests);
        next.run(call).await
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        mut call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        call.map_messages(self.requests);
        let mut reply = next.run(call).await?;
        reply.map_messages(self.replies);
        Ok(reply)
    }
}

fn as_they_are(messages: Payload<Streaming>) -> Items {
    messages.boxed()
}

/// Each twice.
fn doubled(messages: Payload<Streaming>) -> Items {
    messages
        .flat_map(|it| stream::iter([it.clone(), it]))
        .boxed()
}

/// The last first.
fn reversed(messages: Payload<Streaming>) -> Items {
    let all = messages.collect::<Vec<_>>();
    stream::once(all)
        .flat_map(|all| stream::iter(all.into_iter().rev()))
        .boxed()
}

fn the_first(messages: Payload<Streaming>) -> Items {
    messages.take(1).boxed()
}

/// All but failures.
fn successes(messages: Payload<Streaming>) -> Items {
    messages.filter(|it| std::future::ready(it.is_ok())).boxed()
}

fn with_a_failure(messages: Payload<Streaming>) -> Items {
    let failure = Status::aborted("in the middle");
    messages
        .take(1)
        .chain(stream::iter([Err(failure), Ok(message("never"))]))
        .boxed()
}

fn signed(messages: Payload<Streaming>) -> Items {
    messages
        .map(|it| it.map(|it| message(&(text(&it) + "!"))))
        .boxed()
}

fn both(map: Map) -> MapStreams {
    MapStreams {
        requests: map,
        replies: map,
    }
}

#[tokio::test]
async fn messages_are_mapped_and_trailers_kept() {
    let cases: [(Map, &[&str], &[&str]); 5] = [
        (as_they_are, &["a", "b", "c"], &["x", "y", "z"]),
        (
            doubled,
            &["a", "a", "b", "b", "c", "c"],
            &["x", "x", "y", "y", "z", "z"],
        ),
        (reversed, &["c", "b", "a"], &["z", "y", "x"]),
        (the_first, &["a"], &["x"]),
        (signed, &["a!", "b!", "c!"], &["x!", "y!", "z!"]),
    ];
    for (kind, side) in everywhere() {
        for (number, (map, mapped_requests, mapped_replies)) in cases.into_iter().enumerate() {
            let arrived = Log::new();
            let mut trailers = status(Code::Ok, "");
            trailers.extend(headers(&[("x-trailer", "kept")]));
            let mut steps = answering(kind);
            *steps.last_mut().unwrap() = Step::Trailers(trailers);
            let below = replying(&arrived, &steps);
            let outcome = call(&around(side, both(map), below), kind, requests(kind)).await;

            let context = format!("{kind} {side} {number}");
            let (sends, streams) = (kind.client_streaming(), kind.server_streaming());
            let expected = if sends {
                mapped_requests
            } else {
                requests(kind)
            };
            assert_eq!(arrived.take()[0].texts(), expected, "{context}");
            let expected = if streams {
                mapped_replies
            } else {
                replies(kind)
            };
            assert_eq!(outcome.texts(), expected, "{context}");
            assert_eq!(outcome.code(), Code::Ok, "{context}");
            // A stream that ends before the one below has no trailers to keep.
            let is_kept = outcome.trailers.contains_key("x-trailer");
            let cut = mapped_replies.len() == 1;
            assert_eq!(is_kept, streams && !cut, "{context}");
        }
    }
}

/// What is below is told at once that nobody waits for it.
#[tokio::test]
async fn a_stream_that_is_cut_drops_what_is_below() {
    for side in SIDES {
        let watch = Watch::default();
        let below = producing(&watch, &[data("x"), data("y"), Step::Panic]);
        let service = around(side, both(the_first), below);
        let outcome = call(&service, CallKind::UnaryStream, &["a"]).await;
        assert_eq!(
            (outcome.texts(), outcome.code()),
            (vec!["x"], Code::Ok),
            "{side}"
        );
        assert!(watch.is_dropped(), "{side}");
    }
}

fn producing(watch: &Watch, steps: &[Step]) -> Svc {
    let (watch, steps) = (watch.clone(), steps.to_vec());
    service(move |_| {
        let body: Body = watched(steps.clone(), &watch);
        std::future::ready(Ok(respond(body)))
    })
}

/// What ended badly below does not end well because somebody mapped it.
#[tokio::test]
async fn a_failure_below_stays_one() {
    let broken = Step::Fail(Status::unavailable("broken"));
    let cases = [
        (
            vec![data("x"), failed(Code::DataLoss, "bad")],
            Code::DataLoss,
        ),
        (vec![data("x")], Code::Unknown),
        (vec![data("x"), broken], Code::Unavailable),
    ];
    for (kind, side) in everywhere().filter(|(kind, _)| kind.server_streaming()) {
        for (steps, code) in &cases {
            for (name, map) in [("all", as_they_are as Map), ("successes", successes)] {
                let below = producing(&Watch::default(), steps);
                let replies = MapStreams {
                    requests: as_they_are,
                    replies: map,
                };
                let outcome = call(&around(side, replies, below), kind, requests(kind)).await;
                let context = format!("{kind} {side} {name} {code:?}");
                assert_eq!(
                    (outcome.texts(), outcome.code()),
                    (vec!["x"], *code),
                    "{context}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_status_in_a_new_stream_ends_the_call() {
    for (kind, side) in everywhere().filter(|(kind, _)| kind.server_streaming()) {
        let below = replying(&Log::new(), &answering(kind));
        let map = MapStreams {
            requests: as_they_are,
            replies: with_a_failure,
        };
        let outcome = call(&around(side, map, below), kind, requests(kind)).await;
        assert_eq!(outcome.texts(), ["x"], "{kind} {side}");
        assert_eq!(
            (outcome.code(), outcome.text()),
            (Code::Aborted, "in the middle")
        );
    }
    for (kind, side) in everywhere().filter(|(kind, _)| kind.client_streaming()) {
        let arrived: Log<Read> = Log::new();
        let below = replying(&arrived, &answering(kind));
        let map = MapStreams {
            requests: with_a_failure,
            replies: as_they_are,
        };
        let outcome = call(&around(side, map, below), kind, requests(kind)).await;
        let read = arrived.take().pop().unwrap();
        assert_eq!(read.texts(), ["a"], "{kind} {side}");
        assert!(read.broken.is_some(), "{kind} {side}: a clean end");
        assert_eq!(
            (outcome.code(), outcome.text()),
            (Code::Aborted, "in the middle")
        );
    }
}

/// Reads all requests before the call, and all replies before it returns.
#[derive(Debug, Clone)]
struct ReadsAll {
    saw: Log<String>,
}

impl ReadsAll {
    async fn all(&self, messages: &mut Payload<Streaming>) -> Result<Vec<Message>, Status> {
        let mut all = Vec::new();
        while let Some(message) = messages.next().await {
            let message = message?;
            self.saw.push(text(&message));
            all.push(message);
        }
        Ok(all)
    }

    async fn calls<T: CallType<Request = Streaming>>(
        &self,
        call: &mut Call<T>,
    ) -> Result<(), Status> {
        let all = self.all(call.payload_mut()).await?;
        call.set_messages(stream::iter(all.into_iter().map(Ok)));
        Ok(())
    }

    async fn replies<T: CallType<Response = Streaming>>(
        &self,
        mut reply: Reply<T>,
    ) -> Result<Reply<T>, Status> {
        let all = self.all(reply.payload_mut()).await?;
        reply.map_messages(|rest| stream::iter(all.into_iter().map(Ok)).chain(rest));
        Ok(reply)
    }
}

impl Interceptor for ReadsAll {
    async fn intercept_unary_unary<N: Next<UnaryUnary>>(
        &self,
        call: Call<UnaryUnary>,
        next: N,
    ) -> Result<Reply<UnaryUnary>, Status> {
        next.run(call).await
    }

    async fn intercept_unary_stream<N: Next<UnaryStream>>(
        &self,
        call: Call<UnaryStream>,
        next: N,
    ) -> Result<Reply<UnaryStream>, Status> {
        self.replies(next.run(call).await?).await
    }

    async fn intercept_stream_unary<N: Next<StreamUnary>>(
        &self,
        mut call: Call<StreamUnary>,
        next: N,
    ) -> Result<Reply<StreamUnary>, Status> {
        self.calls(&mut call).await?;
        next.run(call).await
    }

    async fn intercept_stream_stream<N: Next<StreamStream>>(
        &self,
        mut call: Call<StreamStream>,
        next: N,
    ) -> Result<Reply<StreamStream>, Status> {
        self.calls(&mut call).await?;
        self.replies(next.run(call).await?).await
    }
}

/// Messages that were read are gone, and may be put back; the trailers are still to come.
#[tokio::test]
async fn messages_are_read_and_put_back() {
    for (kind, side) in everywhere() {
        let reads = ReadsAll { saw: Log::new() };
        let arrived = Log::new();
        let mut trailers = status(Code::Ok, "");
        trailers.extend(headers(&[("x-trailer", "kept")]));
        let mut steps = answering(kind);
        *steps.last_mut().unwrap() = Step::Trailers(trailers);
        let service = around(side, reads.clone(), replying(&arrived, &steps));
        let outcome = call(&service, kind, requests(kind)).await;
        assert_eq!(arrived.take()[0].texts(), requests(kind), "{kind} {side}");
        assert_eq!(outcome.texts(), replies(kind), "{kind} {side}");
        assert_eq!(
            outcome.code(),
            Code::Ok,
            "{kind} {side}: {}",
            outcome.text()
        );
        let mut saw: Vec<&str> = Vec::new();
        saw.extend(requests(kind).iter().filter(|_| kind.client_streaming()));
        saw.extend(replies(kind).iter().filter(|_| kind.server_streaming()));
        assert_eq!(reads.saw.take(), saw, "{kind} {side}");
        if kind.server_streaming() {
            assert!(outcome.trailers.contains_key("x-trailer"), "{kind} {side}");
        }
    }
}

/// The status that a stream ended with is its last item, and goes on to the caller as it came.
#[tokio::test]
async fn the_last_item_is_the_status() {
    for (kind, side) in everywhere().filter(|(kind, _)| kind.server_streaming()) {
        let mut trailers = status(Code::DataLoss, "bad");
        trailers.extend(headers(&[("x-trailer", "kept")]));
        let steps = [data("x"), Step::Trailers(trailers)];
        let reads = ReadsAll { saw: Log::new() };
        let service = around(side, reads, replying(&Log::new(), &steps));
        let outcome = call(&service, kind, requests(kind)).await;
        assert_eq!(
            (outcome.code(), outcome.text()),
            (Code::DataLoss, "bad"),
            "{kind} {side}"
        );
        let status = outcome.status.unwrap();
        assert_eq!(
            status.metadata().get("x-trailer").unwrap(),
            "kept",
            "{kind} {side}"
        );
    }
}
