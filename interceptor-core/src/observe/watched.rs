//! A body whose messages are seen as they pass. The frames go on as they came.

use std::{
    mem,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;

use super::{Passing, reader::Reads};

/// Who sees what passes in a body.
pub(super) trait Tap: Send + Unpin + 'static {
    /// Whether it sees how the body ends.
    const SEES_END: bool = false;

    /// A message passes. By value: who does not look at it has nothing to do with where it is.
    fn message(&mut self, message: Passing<'_>);

    /// The trailers pass.
    fn trailers(&mut self, trailers: &mut HeaderMap) {
        let _ = trailers;
    }

    /// The body broke.
    fn broke(&mut self, status: &Status) {
        let _ = status;
    }

    /// The body ended without trailers. Said again of a body that has ended before.
    fn finished(&mut self) {}
}

/// A body and who sees what passes in it. When it is dropped, what is below is dropped first.
pub(super) struct Watched<B: HttpBody, W: Tap, R: Reads> {
    body: B,
    tap: W,
    reader: R,
}

type Polled = Poll<Option<Result<Frame<Bytes>, Status>>>;

// === impl Watched ===

impl<B: HttpBody, W: Tap, R: Reads> Watched<B, W, R> {
    #[inline]
    pub(super) fn new(body: B, tap: W, reader: R) -> Self {
        Self { body, tap, reader }
    }

    /// What is not just one message.
    #[inline(never)]
    fn passes(&mut self, mut polled: Polled) -> Polled {
        match &mut polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(chunk) = frame.data_ref() {
                    let tap = &mut self.tap;
                    self.reader
                        .read(chunk, &mut |message| tap.message(*message));
                } else if let Some(trailers) = frame.trailers_mut() {
                    self.tap.trailers(trailers);
                }
            }
            Poll::Ready(Some(Err(status))) => self.tap.broke(status),
            Poll::Ready(None) | Poll::Pending => {}
        }
        polled
    }
}

impl<B, W: Tap, R: Reads> HttpBody for Watched<B, W, R>
where
    B: HttpBody<Data = Bytes, Error = Status> + Unpin + Send + 'static,
{
    type Data = Bytes;
    type Error = Status;

    #[inline]
    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Polled {
        let this = self.get_mut();
        let mut polled = Pin::new(&mut this.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &mut polled
            && let Some(chunk) = frame.data_mut()
            && let Some(extent) = this.reader.whole(chunk)
        {
            this.tap.message(Passing::new(extent, None));
            // A frame is large to move, and its bytes are not; nothing is left in this one.
            let chunk = mem::take(chunk);
            mem::forget(polled);
            return Poll::Ready(Some(Ok(Frame::data(chunk))));
        }
        match polled {
            Poll::Ready(None) => {
                this.tap.finished();
                Poll::Ready(None)
            }
            Poll::Pending => Poll::Pending,
            polled @ Poll::Ready(Some(_)) => this.passes(polled),
        }
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    #[inline]
    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: HttpBody, W: Tap, R: Reads> Drop for Watched<B, W, R> {
    /// Who is told that a body is at its end does not poll it: such a body was not dropped, it ended.
    #[inline]
    fn drop(&mut self) {
        if W::SEES_END && self.body.is_end_stream() {
            self.tap.finished();
        }
    }
}
