//! A body whose messages are seen as they pass. The frames go on as they came.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as HttpBody, Frame, SizeHint};
use tonic::Status;

use super::{End, Passing, reader::Reader};
use crate::status;

/// Who sees what passes in a body.
pub(super) trait Tap: Send + Unpin + 'static {
    /// A message passes.
    fn message(&mut self, message: &Passing<'_>);

    /// The trailers pass.
    fn trailers(&mut self, trailers: &mut HeaderMap, known: Known) {
        let _ = (trailers, known);
    }

    /// The body ended without trailers. Said again of a body that has ended before.
    fn finished(&mut self, end: &End<'_>) {
        let _ = end;
    }
}

/// What is known of a body's end before it comes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Known {
    /// The headers said that all went well, so that trailers decide nothing.
    pub(super) status_in_headers: bool,
    /// What the trailers say, a peer says.
    pub(super) from_peer: bool,
    /// An error in it is of the transport, and was not looked at yet.
    pub(super) breaks_raw: bool,
}

/// A body and who sees what passes in it. When it is dropped, what is below is dropped first.
pub(super) struct Watched<B: HttpBody, W: Tap> {
    body: B,
    tap: W,
    /// None if the tap does not want messages.
    reader: Option<Reader>,
    known: Known,
}

// === impl Watched ===

impl<B, W: Tap> Watched<B, W>
where
    B: HttpBody<Data = Bytes, Error = Status> + Unpin + Send + 'static,
{
    pub(super) fn new(body: B, tap: W, reader: Option<Reader>, known: Known) -> Self {
        Self {
            body,
            tap,
            reader,
            known,
        }
    }

    #[inline]
    fn passes(&mut self, frame: &mut Frame<Bytes>) {
        if let Some(chunk) = frame.data_ref() {
            if let Some(reader) = &mut self.reader {
                reader.read(chunk, |message| self.tap.message(message));
            }
        } else if let Some(trailers) = frame.trailers_mut() {
            self.tap.trailers(trailers, self.known);
        }
    }
}

impl<B: HttpBody, W: Tap> Watched<B, W> {
    #[cold]
    fn breaks(&mut self, status: &Status) {
        if self.known.breaks_raw {
            let status = status::broken(status.clone());
            self.tap.finished(&End::of(&status));
        } else {
            self.tap.finished(&End::of(status));
        }
    }

    fn ends_without_trailers(&mut self) {
        if self.known.status_in_headers {
            self.tap.finished(&End::ok());
        } else {
            self.tap.finished(&End::without_trailers());
        }
    }
}

impl<B, W: Tap> HttpBody for Watched<B, W>
where
    B: HttpBody<Data = Bytes, Error = Status> + Unpin + Send + 'static,
{
    type Data = Bytes;
    type Error = Status;

    #[inline]
    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        // Looked at where it is: a frame is large to move.
        let mut polled = Pin::new(&mut self.body).poll_frame(cx);
        match &mut polled {
            Poll::Ready(Some(Ok(frame))) => self.passes(frame),
            Poll::Ready(Some(Err(status))) => self.breaks(status),
            Poll::Ready(None) => self.ends_without_trailers(),
            Poll::Pending => {}
        }
        polled
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl<B: HttpBody, W: Tap> Drop for Watched<B, W> {
    /// Who is told that a body is at its end does not poll it: such a body was not dropped, it ended.
    fn drop(&mut self) {
        if self.body.is_end_stream() {
            self.ends_without_trailers();
        }
    }
}
