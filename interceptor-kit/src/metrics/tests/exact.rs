//! Many calls from many tasks, of which some fail, some are dropped and some panic: nothing is lost, nothing counted twice.
//!
//! What is true is counted on its own, in the bodies that stand right below the metrics.

use std::{
    collections::VecDeque,
    convert::Infallible,
    panic::{AssertUnwindSafe, resume_unwind},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    task::{Context, Poll},
};

use bytes::Bytes;
use futures_util::FutureExt;
use http::{HeaderMap, HeaderValue, Request, Response};
use http_body::{Body as HttpBody, Frame};
use http_body_util::BodyExt;
use interceptor_core::{
    CallKind, ClientLayer, ServerLayer, Side,
    tonic::{Code, Status, body::Body},
};
use interceptor_test::{Case, Random};
use tower::{Layer, Service, ServiceExt};

use super::{Metrics, handled, name, read};

const TASKS: u64 = 64;

/// On each side; in all it is a little over 100,000 calls.
const CALLS_OF_A_TASK: u64 = 782;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_and_nothing_counted_twice() {
    for side in [Side::Client, Side::Server] {
        let (metrics, truth) = (Metrics::new(), Arc::new(Truth::default()));
        let task = |seed| tokio::spawn(run(side, metrics.clone(), Arc::clone(&truth), seed));
        for task in (0..TASKS).map(task).collect::<Vec<_>>() {
            task.await.unwrap();
        }
        truth.compare(side, &metrics, TASKS * CALLS_OF_A_TASK);
    }
}

/// What a call is to come to.
#[derive(Clone, Debug)]
struct Plan {
    kind: CallKind,
    requests: usize,
    responses: usize,
    end: End,
    /// How many frames of the response the caller reads before it lets go.
    reads: Option<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    Trailers(Code),
    TrailersOnly(Code),
    Hangs,
    Panics,
    PanicsAtOnce,
}

/// What happened, as those saw it that made it happen.
#[derive(Default)]
struct Truth {
    codes: [AtomicU64; 17],
    requests: AtomicU64,
    responses: AtomicU64,
}

/// A body that counts its messages when they leave it.
struct Counted {
    frames: VecDeque<Frame<Bytes>>,
    end: Option<End>,
    truth: Arc<Truth>,
    /// Of a unary response the message counts when all of it is there.
    streams: bool,
    is_request: bool,
}

async fn run(side: Side, metrics: Metrics, truth: Arc<Truth>, seed: u64) {
    let mut random = Random::new(seed);
    for _ in 0..CALLS_OF_A_TASK {
        let plan = Plan::random(&mut random);
        let made = AssertUnwindSafe(plan.make(side, &metrics, &truth));
        let code = made.catch_unwind().await.unwrap_or(Code::Internal);
        truth.codes[code as usize].fetch_add(1, Relaxed);
    }
}

// === impl Plan ===

impl Plan {
    fn random(random: &mut Random) -> Self {
        let kind = CallKind::ALL[random.below(4)];
        let code = Code::from_i32(i32::try_from(random.below(17)).unwrap());
        let failed = if code == Code::Ok {
            Code::Aborted
        } else {
            code
        };
        let end = match random.below(12) {
            0 => End::TrailersOnly(failed),
            1 => End::Hangs,
            2 => End::Panics,
            3 => End::PanicsAtOnce,
            4 | 5 => End::Trailers(failed),
            _ => End::Trailers(Code::Ok),
        };
        let lets_go = end == End::Hangs || random.below(8) == 0;
        let streams = kind.server_streaming();
        Self {
            kind,
            requests: if kind.client_streaming() {
                random.below(6)
            } else {
                1
            },
            responses: if streams { random.below(6) } else { 1 },
            end,
            reads: (lets_go && streams).then(|| random.below(4)),
        }
    }

    /// Makes the call, and says how it is to have ended.
    async fn make(&self, side: Side, metrics: &Metrics, truth: &Arc<Truth>) -> Code {
        let methods = Case::methods();
        let (plan, seen) = (self.clone(), Arc::clone(truth));
        let handler = move |request| plan.clone().answer(request, Arc::clone(&seen));
        let request = self.request(side, truth);
        match side {
            Side::Client => {
                let service = tower::service_fn(handler);
                let service = ClientLayer::new(metrics.clone(), &methods)
                    .unwrap()
                    .layer(service);
                self.drive(service, request).await
            }
            Side::Server => {
                let handler = move |request| {
                    handler(request).map(|answer| Ok::<_, Infallible>(answer.unwrap()))
                };
                let service = tower::service_fn(handler);
                let service = ServerLayer::new(metrics.clone(), &methods)
                    .unwrap()
                    .layer(service);
                self.drive(service, request).await
            }
        }
    }

    fn request(&self, side: Side, truth: &Arc<Truth>) -> Request<Body> {
        let body = Counted {
            frames: messages(self.requests),
            end: None,
            truth: Arc::clone(truth),
            streams: true,
            is_request: true,
        };
        let path = Case::new(self.kind, side).path();
        Request::post(path).body(Body::new(body)).unwrap()
    }

    async fn answer(
        self,
        request: Request<Body>,
        truth: Arc<Truth>,
    ) -> Result<Response<Body>, Status> {
        let mut body = request.into_body();
        while let Some(frame) = body.frame().await {
            frame?;
        }
        tokio::task::yield_now().await;
        match self.end {
            End::PanicsAtOnce => resume_unwind(Box::new("planned")),
            End::TrailersOnly(code) => return Ok(Status::new(code, "").into_http()),
            _ => {}
        }
        let mut frames = messages(self.responses);
        if let End::Trailers(code) = self.end {
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", HeaderValue::from(code as i32));
            frames.push_back(Frame::trailers(trailers));
        }
        Ok(Response::new(Body::new(Counted {
            frames,
            end: Some(self.end),
            truth,
            streams: self.kind.server_streaming(),
            is_request: false,
        })))
    }

    /// Reads the response as far as this caller does.
    async fn drive<S, B>(&self, service: S, request: Request<Body>) -> Code
    where
        S: Service<Request<Body>, Response = Response<B>>,
        B: HttpBody<Data = Bytes> + Unpin,
    {
        let mut response = Box::pin(service.oneshot(request));
        let is_unary = !self.kind.server_streaming();
        if is_unary && self.end == End::Hangs {
            // Until it waits for what does not come.
            for _ in 0..8 {
                let _ = (&mut response).now_or_never();
            }
            return Code::Cancelled;
        }
        let Ok(response) = response.await else {
            return self.code();
        };
        let mut body = response.into_body();
        let mut left = self.reads;
        while left != Some(0) && !body.is_end_stream() {
            match body.frame().now_or_never() {
                Some(Some(Ok(_))) => left = left.map(|left| left - 1),
                Some(_) => return self.code(),
                None => return Code::Cancelled,
            }
        }
        let frames = self.responses + 1;
        let is_over = is_unary || self.reads.is_none_or(|reads| reads >= frames);
        match self.end {
            End::TrailersOnly(code) => code,
            _ if is_over => self.code(),
            _ => Code::Cancelled,
        }
    }

    fn code(&self) -> Code {
        match self.end {
            End::Trailers(code) | End::TrailersOnly(code) => code,
            End::Hangs => Code::Cancelled,
            End::Panics | End::PanicsAtOnce => Code::Internal,
        }
    }
}

fn messages(count: usize) -> VecDeque<Frame<Bytes>> {
    let message = Bytes::from_static(&[0, 0, 0, 0, 3, b'a', b'b', b'c']);
    (0..count).map(|_| Frame::data(message.clone())).collect()
}

// === impl Truth ===

impl Truth {
    fn compare(&self, side: Side, metrics: &Metrics, calls: u64) {
        let exposition = read(metrics);
        let counted = |rest| exposition.sum(&name(side, rest));
        assert_eq!(counted("started_total"), calls, "{side}");
        assert_eq!(counted("handled_total"), calls, "{side}");
        assert_eq!(counted("handling_seconds_count"), calls, "{side}");
        assert_eq!(counted("in_flight"), 0, "{side}");
        for (number, truth) in (0..).zip(&self.codes) {
            let code = Code::from_i32(number);
            assert_eq!(
                handled(&exposition, side, code),
                truth.load(Relaxed),
                "{side} {code:?}"
            );
        }
        let (received, sent) = match side {
            Side::Client => (&self.responses, &self.requests),
            Side::Server => (&self.requests, &self.responses),
        };
        assert_eq!(
            counted("msg_received_total"),
            received.load(Relaxed),
            "{side}"
        );
        assert_eq!(counted("msg_sent_total"), sent.load(Relaxed), "{side}");
    }
}

// === impl Counted ===

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let Some(frame) = self.frames.pop_front() else {
            return match self.end {
                Some(End::Panics) => resume_unwind(Box::new("planned")),
                Some(End::Hangs) => Poll::Pending,
                _ => Poll::Ready(None),
            };
        };
        let is_whole = self.end == Some(End::Trailers(Code::Ok)) && frame.is_trailers();
        if frame.is_data() && self.streams || is_whole && !self.streams {
            let truth = &self.truth;
            let count = if self.is_request {
                &truth.requests
            } else {
                &truth.responses
            };
            count.fetch_add(1, Relaxed);
        }
        Poll::Ready(Some(Ok(frame)))
    }
}
