//! Bodies that are read by somebody else than who polls them.

use std::{
    panic::AssertUnwindSafe,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use tokio::sync::mpsc;
use tonic::{Status, body::Body};

use super::body::Polled;
use crate::support::body::next;

/// Gives what comes out of a channel.
struct Received(mpsc::Receiver<Result<Frame<Bytes>, Status>>);

/// The body, read ahead by a task.
pub(crate) fn pumped(mut body: Body, ahead: usize) -> Body {
    let most = tokio::sync::Semaphore::MAX_PERMITS;
    let (sender, receiver) = mpsc::channel(ahead.min(most));
    tokio::spawn(async move {
        while let Some(frame) = next(&mut body).await {
            if sender.send(frame).await.is_err() {
                break;
            }
        }
    });
    Body::new(Received(receiver))
}

impl http_body::Body for Received {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        self.0.poll_recv(cx)
    }
}

/// The whole body, with its trailers.
pub(crate) async fn collected(mut body: Body) -> Body {
    let mut frames = Vec::new();
    while let Some(frame) = next(&mut body).await {
        frames.push(frame);
    }
    Body::new(http_body_util::StreamBody::new(futures_util::stream::iter(
        frames,
    )))
}

/// Ends with OK when what it reads panics.
pub(crate) struct Unwinding(pub(crate) Option<Body>);

impl http_body::Body for Unwinding {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let Some(body) = &mut self.0 else {
            return Poll::Ready(None);
        };
        let poll = AssertUnwindSafe(|| Pin::new(body).poll_frame(cx));
        std::panic::catch_unwind(poll).unwrap_or_else(|_| {
            self.0 = None;
            let mut trailers = HeaderMap::new();
            trailers.insert("grpc-status", 0.into());
            Poll::Ready(Some(Ok(Frame::trailers(trailers))))
        })
    }
}
