use std::{
    mem,
    pin::Pin,
    sync::{
        Arc, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body, Frame, SizeHint};
use tonic::{Code, Status, metadata::MetadataMap};

use super::{Content, Event, FrameResult, Outgoing, Whole};
use crate::{
    Side, status,
    sync::{Mutex, MutexGuard},
};

/// What leaves our layer as a body of its own, in the form that its reader understands.
#[derive(Debug)]
pub(crate) struct OutgoingBody {
    content: Content,
    /// What comes behind it, if that is in hand.
    trailers: Option<MetadataMap>,
    departure: Departure,
}

/// How a body leaves: in which form, and how far it has gone.
#[derive(Debug)]
pub(crate) struct Departure {
    reader: Reader,
    ended: bool,
    /// Where it is kept why a request failed, for the call to end with.
    failure: Option<Arc<Failure>>,
}

/// Who reads the body.
#[derive(Debug, Clone, Copy)]
enum Reader {
    /// The service below.
    Service,
    /// The attempts of a replay, each of which hands it on to the service below.
    Attempts,
    /// The client above us: a failure is an error of the body.
    Client,
    /// The peer, through the server above us: a failure is a status in the trailers.
    Peer,
}

/// Why a request failed on this side: the transport below knows only that it did.
#[derive(Debug, Default)]
pub(crate) struct Failure {
    /// Whether there ever was one. Without a lock: it is asked for each message.
    is_set: AtomicBool,
    status: Mutex<Option<Status>>,
}

// === impl OutgoingBody ===

impl OutgoingBody {
    /// A request that was looked at.
    pub(crate) fn request(content: Content, failure: Arc<Failure>) -> Self {
        Self {
            content,
            trailers: None,
            departure: Departure {
                failure: Some(failure),
                ..Departure::new(Reader::Service)
            },
        }
    }

    /// A request that was looked at, and that attempts are to read.
    pub(crate) fn recorded(content: Content) -> Self {
        Self {
            content,
            trailers: None,
            departure: Departure::new(Reader::Attempts),
        }
    }

    /// A response that is not in the box of its call.
    pub(crate) fn response(content: Content, trailers: Option<MetadataMap>, side: Side) -> Self {
        Self {
            content,
            trailers,
            departure: Departure::of_response(side),
        }
    }
}

impl Body for OutgoingBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<FrameResult>> {
        let this = self.get_mut();
        this.departure
            .poll_frame(&mut this.content, &mut this.trailers, cx)
    }

    fn is_end_stream(&self) -> bool {
        self.departure.is_end(&self.content, self.trailers.as_ref())
    }

    fn size_hint(&self) -> SizeHint {
        self.content.size_hint()
    }
}

impl Drop for OutgoingBody {
    fn drop(&mut self) {
        self.departure.dropped(&mut self.content);
    }
}

// === impl Departure ===

impl Departure {
    #[inline]
    pub(crate) fn of_response(side: Side) -> Self {
        Self::new(match side {
            Side::Client => Reader::Client,
            Side::Server => Reader::Peer,
        })
    }

    fn new(reader: Reader) -> Self {
        Self {
            reader,
            ended: false,
            failure: None,
        }
    }

    /// The next frame of the content, and behind it the trailers in hand.
    pub(crate) fn poll_frame(
        &mut self,
        content: &mut Content,
        trailers: &mut Option<MetadataMap>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<FrameResult>> {
        // The common case of a body that is looked at: each frame is a message. It is looked at where it is, because a frame
        // is large to move.
        let mut is_unseen = false;
        let mut polled = match content.frames_to_see() {
            Some(body) if !self.ended => {
                is_unseen = true;
                Pin::new(body).poll_frame(cx)
            }
            _ => self.poll_other(content, trailers, cx),
        };
        if is_unseen {
            match content.see_whole(&mut polled) {
                Whole::Passes => {}
                other => self.see_other(other, &mut polled, content, trailers, cx),
            }
        }
        polled
    }

    /// What was polled of a body that is looked at, and does not pass as it is.
    #[cold]
    fn see_other(
        &mut self,
        seen: Whole,
        polled: &mut Poll<Option<FrameResult>>,
        content: &mut Content,
        trailers: &mut Option<MetadataMap>,
        cx: &mut Context<'_>,
    ) {
        let next = match (seen, mem::replace(polled, Poll::Pending)) {
            (Whole::Became(next), _) => Poll::Ready(Some(*next)),
            (_, Poll::Ready(frame)) => content.poll_next_of(frame, cx),
            (_, Poll::Pending) => Poll::Pending,
        };
        *polled = next.map(|next| self.frame(next, content, trailers));
    }

    fn poll_other(
        &mut self,
        content: &mut Content,
        trailers: &mut Option<MetadataMap>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<FrameResult>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if let Some(chunks) = content.settled_chunks() {
            return Poll::Ready(match chunks.pop() {
                Some(data) => Some(Ok(Frame::data(data))),
                None => self.last(trailers),
            });
        }
        if let Some(body) = content.plain_body() {
            let mut frame = ready!(Pin::new(body).poll_frame(cx));
            self.see(&mut frame);
            return Poll::Ready(frame);
        }
        let next = match content.poll_unparsed(cx) {
            Some(Poll::Ready(Some(Ok(frame)))) if frame.is_data() => {
                return Poll::Ready(Some(Ok(frame)));
            }
            Some(polled) => content.passed(ready!(polled).map(Event::of_frame)),
            None => ready!(content.poll_next(cx)),
        };
        Poll::Ready(self.frame(next, content, trailers))
    }

    /// A frame of a body that goes out as it is.
    #[inline]
    fn see(&mut self, frame: &mut Option<FrameResult>) {
        match frame {
            Some(Ok(frame)) if frame.is_data() => {}
            Some(Ok(frame)) => {
                if let Some(trailers) = frame.trailers_mut() {
                    self.see_trailers(trailers);
                }
            }
            Some(Err(status)) => *status = self.broken(status.clone()),
            None => self.ended = true,
        }
    }

    fn frame(
        &mut self,
        next: Option<Outgoing>,
        content: &mut Content,
        trailers: &mut Option<MetadataMap>,
    ) -> Option<FrameResult> {
        match next {
            Some(Outgoing::Data(data)) => Some(Ok(Frame::data(data))),
            Some(Outgoing::Message(message)) => Some(match content.wire(message) {
                Ok(wire) => Ok(Frame::data(wire)),
                Err(status) => self.failed(status),
            }),
            Some(Outgoing::Trailers(trailers)) => Some(Ok(self.trailers(trailers))),
            Some(Outgoing::Failed(status)) => Some(self.failed(status)),
            Some(Outgoing::Broken(status)) => Some(Err(self.broken(status))),
            None => self.last(trailers),
        }
    }

    /// The trailers in hand, behind the last frame of the content.
    fn last(&mut self, trailers: &mut Option<MetadataMap>) -> Option<FrameResult> {
        self.end(trailers.as_mut());
        let ended = trailers.take().filter(|ended| !ended.is_empty())?;
        Some(Ok(Frame::trailers(ended.into_headers())))
    }

    /// The content is over, and these trailers in hand go out behind it.
    #[inline]
    pub(crate) fn end(&mut self, trailers: Option<&mut MetadataMap>) {
        self.ended = true;
        if let (Reader::Client, Some(trailers)) = (self.reader, trailers) {
            status::wire::sanitize(trailers.as_mut());
        }
    }

    #[inline]
    fn trailers(&mut self, trailers: HeaderMap) -> Frame<Bytes> {
        let mut frame = Frame::trailers(trailers);
        if let Some(trailers) = frame.trailers_mut() {
            self.see_trailers(trailers);
        }
        frame
    }

    #[inline]
    fn see_trailers(&mut self, trailers: &mut HeaderMap) {
        self.ended = true;
        if matches!(self.reader, Reader::Client) {
            status::wire::sanitize(trailers);
        }
    }

    /// What it broke with, as the reader is to see it.
    fn broken(&mut self, status: Status) -> Status {
        self.ended = true;
        if let Some(failure) = &self.failure {
            failure.set(status.clone());
        }
        match self.reader {
            Reader::Service => uncancelled(status),
            Reader::Attempts | Reader::Client | Reader::Peer => status,
        }
    }

    fn failed(&mut self, status: Status) -> FrameResult {
        let status = self.broken(status);
        match self.reader {
            Reader::Service | Reader::Attempts | Reader::Client => Err(status),
            Reader::Peer => Ok(Frame::trailers(status::wire::to_headers(&status))),
        }
    }

    #[inline]
    pub(crate) fn is_end(&self, content: &Content, trailers: Option<&MetadataMap>) -> bool {
        self.ended || (trailers.is_none_or(MetadataMap::is_empty) && content.is_end())
    }

    /// Who is told that a body is at its end does not poll it: such a body was not dropped, it ended.
    #[inline]
    pub(crate) fn dropped(&self, content: &mut Content) {
        if !self.ended && content.has_hooks() && content.is_end() {
            content.end_without_trailers();
        }
    }
}

/// tonic's handlers take a request that breaks with CANCELLED for one that ended well, with half of its messages. The
/// original stays the source: it says for which reason HTTP/2 resets the stream.
fn uncancelled(status: Status) -> Status {
    if status.code() != Code::Cancelled {
        return status;
    }
    let mut other = Status::aborted(status.message());
    other.set_source(Arc::new(status));
    other
}

// === impl Failure ===

impl Failure {
    fn set(&self, status: Status) {
        *self.lock() = Some(status);
        self.is_set.store(true, Ordering::Release);
    }

    #[inline]
    pub(crate) fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Acquire)
    }

    #[inline]
    pub(crate) fn take(&self) -> Option<Status> {
        if self.is_set() {
            self.lock().take()
        } else {
            None
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Status>> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
