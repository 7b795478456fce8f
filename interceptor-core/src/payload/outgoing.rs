use std::{
    pin::Pin,
    sync::{Mutex, PoisonError},
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use tonic::Status;

use super::{Content, Outgoing};
use crate::status;

/// What leaves our layer as a body, in the form that its reader understands.
#[derive(Debug)]
pub(crate) struct OutgoingBody {
    content: Content,
    /// What comes behind it, if that is in hand.
    trailers: Option<HeaderMap>,
    reader: Reader,
    ended: bool,
}

/// Who reads the body.
#[derive(Debug)]
enum Reader {
    /// The service below; why the request failed is kept for the call to end with.
    Service(std::sync::Arc<Failure>),
    /// The client above us: a failure is an error of the body.
    Client,
    /// The peer, through the server above us: a failure is a status in the trailers.
    Peer,
}

/// Why a request failed on this side: the transport below knows only that it did.
#[derive(Debug, Default)]
pub(crate) struct Failure {
    status: Mutex<Option<Status>>,
}

// === impl OutgoingBody ===

impl OutgoingBody {
    pub(crate) fn request(content: Content, failure: std::sync::Arc<Failure>) -> Self {
        Self::new(content, None, Reader::Service(failure))
    }

    #[inline]
    pub(crate) fn client_response(content: Content, trailers: Option<HeaderMap>) -> Self {
        Self::new(content, trailers, Reader::Client)
    }

    #[inline]
    pub(crate) fn server_response(content: Content, trailers: Option<HeaderMap>) -> Self {
        Self::new(content, trailers, Reader::Peer)
    }

    #[inline]
    fn new(content: Content, trailers: Option<HeaderMap>, reader: Reader) -> Self {
        Self {
            content,
            trailers,
            reader,
            ended: false,
        }
    }

    #[inline]
    fn frame(&mut self, next: Option<Outgoing>) -> Option<Result<Frame<Bytes>, Status>> {
        match next {
            Some(Outgoing::Data(data)) => Some(Ok(Frame::data(data))),
            Some(Outgoing::Message(message)) => Some(match self.content.wire(message) {
                Ok(wire) => Ok(Frame::data(wire)),
                Err(status) => self.failed(status),
            }),
            Some(Outgoing::Trailers(trailers)) => Some(Ok(self.trailers(trailers))),
            Some(Outgoing::Failed(status)) => Some(self.failed(status)),
            Some(Outgoing::Broken(status)) => Some(Err(self.broken(status))),
            None => {
                self.ended = true;
                let trailers = self.trailers.take()?;
                Some(Ok(self.trailers(trailers)))
            }
        }
    }

    #[inline]
    fn trailers(&mut self, mut trailers: HeaderMap) -> Frame<Bytes> {
        self.ended = true;
        if matches!(self.reader, Reader::Client) {
            status::wire::sanitize(&mut trailers);
        }
        Frame::trailers(trailers)
    }

    fn broken(&mut self, status: Status) -> Status {
        self.ended = true;
        if let Reader::Service(failure) = &self.reader {
            failure.set(status.clone());
        }
        status
    }

    fn failed(&mut self, status: Status) -> Result<Frame<Bytes>, Status> {
        let status = self.broken(status);
        match &self.reader {
            Reader::Service(_) | Reader::Client => Err(status),
            Reader::Peer => Ok(Frame::trailers(status::wire::to_headers(&status))),
        }
    }
}

impl Body for OutgoingBody {
    type Data = Bytes;
    type Error = Status;

    #[inline]
    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        if self.ended {
            return Poll::Ready(None);
        }
        let next = ready!(self.content.poll_next(cx));
        Poll::Ready(self.frame(next))
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        self.ended || (self.trailers.is_none() && self.content.is_end())
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}

impl Drop for OutgoingBody {
    /// Who is told that a body is at its end does not poll it: such a body was not dropped, it ended.
    #[inline]
    fn drop(&mut self) {
        if !self.ended && self.content.is_end() {
            self.content.end_without_trailers();
        }
    }
}

// === impl Failure ===

impl Failure {
    fn set(&self, status: Status) {
        *self.status.lock().unwrap_or_else(PoisonError::into_inner) = Some(status);
    }

    pub(crate) fn take(&self) -> Option<Status> {
        self.status
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()
    }
}
