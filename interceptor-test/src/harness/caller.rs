//! The caller: sends a request, and reads the response as tonic's client does.

use std::{
    future::poll_fn,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode};
use http_body::{Body as HttpBody, Frame};
use interceptor_core::{Side, tonic::body::Body};
use tower_service::Service;

use super::{
    Moment,
    script::{CallerStep, Outbox, meanwhile},
};
use crate::{Case, Timeline, What, Who, WireMessage, failure::BoxError, message::FrameReader};

/// A caller, and what it received so far; that stays when its call is dropped.
#[derive(Clone)]
pub(crate) struct Caller {
    pub(crate) case: Case,
    pub(crate) cancel: Option<Moment>,
    pub(crate) timeline: Timeline,
    pub(crate) received: Arc<Mutex<Received>>,
    /// What it does, and where it puts what it sends.
    pub(super) steps: Vec<CallerStep>,
    pub(super) outbox: Outbox,
}

/// How far a call is, for its caller.
enum Progress<F, B, E> {
    Calling(Pin<Box<F>>),
    /// The headers came. Whether to ask the body if it is at its end.
    Reading(Pin<Box<B>>, bool),
    Failed(E),
    Over,
}

/// What came of a call.
#[derive(Debug, Default)]
pub(crate) struct Received {
    pub(crate) http_status: Option<StatusCode>,
    pub(crate) headers: HeaderMap,
    pub(crate) messages: Vec<WireMessage>,
    pub(crate) trailers: Option<HeaderMap>,
    pub(crate) reader: FrameReader,
}

/// Why a caller stopped.
#[derive(Debug)]
pub(crate) enum Stop {
    /// At the response's end.
    Ended,
    /// The call or its body failed.
    Failed(BoxError),
    /// It let go of the call, as it was told to.
    Cancelled,
    /// It lost its patience.
    Hung,
    /// What it called panicked, with this text.
    Panicked(String),
}

// === impl Caller ===

impl Caller {
    pub(crate) async fn call<S, B>(self, mut service: S, request: Request<Body>) -> Stop
    where
        S: Service<Request<Body>, Response = Response<B>>,
        S::Error: Into<BoxError>,
        B: HttpBody<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        if let Err(error) = poll_fn(|cx| service.poll_ready(cx)).await {
            return Stop::Failed(error.into());
        }
        self.write(What::Call);
        let call = Box::pin(service.call(request));
        self.play(Progress::Calling(call)).await
    }

    async fn play<F, B, E>(&self, mut progress: Progress<F, B, E>) -> Stop
    where
        F: Future<Output = Result<Response<B>, E>>,
        E: Into<BoxError>,
        B: HttpBody<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        for step in self.steps.clone() {
            match step {
                CallerStep::Send(frame) => self.outbox.send(frame),
                CallerStep::Finish => self.outbox.finish(),
                CallerStep::Fail(failure) => self.outbox.fail(failure),
                CallerStep::Hang => {}
                CallerStep::Wait(time) => {
                    meanwhile(time, |cx| self.advance(&mut progress, cx)).await;
                }
                CallerStep::Leave => {
                    // What was sent is on its way.
                    poll_fn(|cx| {
                        self.advance(&mut progress, cx);
                        Poll::Ready(())
                    })
                    .await;
                    return Stop::Cancelled;
                }
                CallerStep::Read(messages) => {
                    if let Some(stop) = self.read(&mut progress, messages).await {
                        return stop;
                    }
                }
            }
        }
        Stop::Ended
    }

    /// Has the call go on as far as it can until there are headers. Bodies go on when they are read.
    fn advance<F, B, E>(&self, progress: &mut Progress<F, B, E>, cx: &mut Context<'_>)
    where
        F: Future<Output = Result<Response<B>, E>>,
    {
        if let Progress::Calling(call) = progress
            && let Poll::Ready(result) = call.as_mut().poll(cx)
        {
            *progress = match result {
                Ok(response) => Progress::Reading(Box::pin(self.headers(response)), true),
                Err(error) => Progress::Failed(error),
            };
        }
    }

    /// Reads that many messages; or to where there are no more, and why.
    async fn read<F, B, E>(&self, progress: &mut Progress<F, B, E>, messages: usize) -> Option<Stop>
    where
        F: Future<Output = Result<Response<B>, E>>,
        E: Into<BoxError>,
        B: HttpBody<Data = Bytes>,
        B::Error: Into<BoxError>,
    {
        poll_fn(|cx| {
            self.advance(progress, cx);
            match progress {
                Progress::Calling(_) => Poll::Pending,
                _ => Poll::Ready(()),
            }
        })
        .await;
        let Progress::Reading(body, ask) = progress else {
            return Some(match std::mem::replace(progress, Progress::Over) {
                Progress::Failed(error) => Stop::Failed(error.into()),
                _ => Stop::Ended,
            });
        };
        let until = self.received().messages.len().saturating_add(messages);
        // Who is told that a body is at its end does not poll it: hyper asks at the headers and after each DATA frame,
        // tonic's client at the headers.
        loop {
            if self.is_moment() {
                return Some(Stop::Cancelled);
            }
            if self.received().messages.len() >= until {
                return None;
            }
            if *ask && body.is_end_stream() {
                return Some(Stop::Ended);
            }
            *ask = self.case.side() == Side::Server;
            let more = match next_frame(body.as_mut()).await {
                Some(Ok(frame)) => self.frame(frame),
                Some(Err(error)) => return Some(Stop::Failed(error.into())),
                None => false,
            };
            if !more {
                return Some(Stop::Ended);
            }
        }
    }

    fn headers<B>(&self, response: Response<B>) -> B {
        let (parts, body) = response.into_parts();
        let mut received = self.received();
        received.http_status = Some(parts.status);
        received.headers = parts.headers;
        self.write(What::Headers);
        body
    }

    /// Whether more can come behind this frame.
    fn frame(&self, frame: Frame<Bytes>) -> bool {
        let mut received = self.received();
        match frame.into_data() {
            Ok(data) => {
                received.reader.push(&data);
                while let Some(message) = received.reader.next() {
                    self.write(What::Response(message.clone()));
                    received.messages.push(message);
                }
                true
            }
            Err(frame) => {
                received.trailers = frame.into_trailers().ok();
                false
            }
        }
    }

    fn is_moment(&self) -> bool {
        let count = self.received().messages.len();
        matches!(self.cancel, Some(Moment::Responses(responses)) if count >= responses)
    }

    pub(crate) fn write(&self, what: What) {
        self.timeline.push(Who::Caller, what);
    }

    pub(crate) fn received(&self) -> MutexGuard<'_, Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn next_frame<B: HttpBody>(
    mut body: Pin<&mut B>,
) -> Option<Result<Frame<B::Data>, B::Error>> {
    poll_fn(|cx| body.as_mut().poll_frame(cx)).await
}
