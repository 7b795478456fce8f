//! Where the messages of a body come from.

use std::{
    fmt,
    ops::ControlFlow,
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use futures_core::Stream;
use http::{HeaderMap, HeaderValue};
use http_body::{Body as _, Frame};
use tonic::{Status, body::Body};

use super::{
    Chunks, FrameResult, StatusIs,
    hook::{Kept, KeptEnd},
};
use crate::{
    Message,
    message::{Format, Parser},
    status::wire,
};

/// What comes out of a body next.
#[derive(Debug)]
pub(crate) enum Event {
    /// Bytes that nobody parsed.
    Data(Bytes),
    /// One message.
    Message(Message),
    /// The last thing of a response.
    Trailers(HeaderMap),
    /// It broke below us: the connection, or the peer's reset.
    Broken(Status),
    /// It ended with a status that was made on this side.
    Failed(Status),
}

/// Where the messages of a body come from.
pub(crate) enum Source {
    /// As it came; nobody looked.
    Raw(Raw),
    /// As it came, cut into messages.
    Parsed(Box<Parsed>),
    /// All in hand: the frames that are left.
    Settled(Chunks),
    /// One message in hand, and what comes behind it.
    Held(Box<Held>),
    /// Messages that an interceptor made.
    Messages(Messages),
    /// Read to its end; these still go on.
    Trailers(Box<HeaderMap>),
    /// It is over, with this status.
    Failed(Status),
    /// It is over.
    Ended,
}

/// A body as it came, behind frames of it that were already taken.
pub(crate) struct Raw {
    pub(crate) ahead: Chunks,
    pub(crate) body: Body,
}

/// A body as it came, cut into messages.
pub(crate) struct Parsed {
    raw: Raw,
    parser: Parser,
}

/// A message, if it is there to its last byte.
type Parse = Result<Option<Message>, Status>;

/// A message that was taken to be looked at, or put in another's place.
pub(crate) struct Held {
    pub(crate) message: Option<Message>,
    rest: Source,
}

/// Messages that an interceptor made.
pub(crate) struct Messages {
    stream: Pin<Box<dyn Stream<Item = Result<Message, Status>> + Send>>,
    trailers: Trailers,
}

/// What comes behind the last of the messages that an interceptor made.
pub(crate) enum Trailers {
    /// Nothing: a request has no trailers.
    None,
    /// That the call went well.
    Ok,
    /// What came from below, which was this kind of content.
    Kept(KeptEnd, StatusIs),
}

// === impl Source ===

impl Source {
    /// A body as it came.
    #[inline]
    pub(crate) fn raw(body: Body) -> Self {
        Self::behind(Chunks::default(), body)
    }

    /// A body behind frames of it that were already taken.
    pub(crate) fn behind(ahead: Chunks, body: Body) -> Self {
        Self::Raw(Raw { ahead, body })
    }

    /// One message, and what comes behind it.
    pub(crate) fn held(message: Message, rest: Self) -> Self {
        let message = Some(message);
        Self::Held(Box::new(Held { message, rest }))
    }

    pub(crate) fn messages<S>(stream: S, trailers: Trailers) -> Self
    where
        S: Stream<Item = Result<Message, Status>> + Send + 'static,
    {
        let stream = Box::pin(stream);
        Self::Messages(Messages { stream, trailers })
    }

    #[inline]
    pub(crate) fn take(&mut self) -> Self {
        std::mem::replace(self, Self::Ended)
    }

    /// From here on, messages come out and not frames. A parsed body stays parsed: parsing happens once.
    pub(crate) fn parse(&mut self, format: &Format) {
        match self {
            Self::Held(held) => held.rest.parse(format),
            Self::Raw(_) => {
                if let Self::Raw(raw) = self.take() {
                    let parser = Parser::new(format.clone());
                    *self = Self::Parsed(Box::new(Parsed { raw, parser }));
                }
            }
            Self::Parsed(_)
            | Self::Settled(_)
            | Self::Messages(_)
            | Self::Trailers(_)
            | Self::Failed(_)
            | Self::Ended => {}
        }
    }

    #[inline]
    pub(crate) fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        match self {
            Self::Raw(raw) => raw.poll_event(cx),
            Self::Parsed(parsed) => parsed.poll_event(cx),
            Self::Settled(chunks) => Poll::Ready(chunks.pop().map(Event::Data)),
            Self::Held(held) => held.rest.poll_event(cx),
            Self::Messages(messages) => messages.poll_event(cx),
            Self::Trailers(_) | Self::Failed(_) | Self::Ended => Poll::Ready(match self.take() {
                Self::Trailers(trailers) => Some(Event::Trailers(*trailers)),
                Self::Failed(status) => Some(Event::Failed(status)),
                _ => None,
            }),
        }
    }

    /// Whether nothing more comes, as far as can be told without polling: who is told so does not poll.
    #[inline]
    pub(crate) fn is_end(&self) -> bool {
        match self {
            Self::Raw(raw) => raw.is_end(),
            Self::Parsed(parsed) => parsed.is_end(),
            Self::Settled(chunks) => chunks.is_empty(),
            Self::Held(held) => held.message.is_none() && held.rest.is_end(),
            Self::Messages(_) | Self::Trailers(_) | Self::Failed(_) => false,
            Self::Ended => true,
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Raw(_) => "Raw",
            Self::Parsed(_) => "Parsed",
            Self::Settled(_) => "Settled",
            Self::Held(_) => "Held",
            Self::Messages(_) => "Messages",
            Self::Trailers(_) => "Trailers",
            Self::Failed(_) => "Failed",
            Self::Ended => "Ended",
        })
    }
}

// === impl Raw ===

impl Raw {
    #[inline]
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        if let Some(chunk) = self.ahead.pop() {
            return Poll::Ready(Some(Event::Data(chunk)));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(frame.map(Event::of_frame))
    }

    #[inline]
    fn is_end(&self) -> bool {
        self.ahead.is_empty() && self.body.is_end_stream()
    }
}

impl Event {
    #[inline]
    pub(crate) fn of_frame(frame: FrameResult) -> Self {
        match frame.map(Frame::into_data) {
            Ok(Ok(data)) => Self::Data(data),
            Ok(Err(frame)) => Self::Trailers(frame.into_trailers().unwrap_or_default()),
            Err(status) => Self::Broken(status),
        }
    }
}

// === impl Parsed ===

impl Parsed {
    /// The body, if nothing of it is in hand: what comes next of it then begins with a message.
    #[inline]
    pub(super) fn frames(&mut self) -> Option<&mut Body> {
        let nothing_in_hand = self.raw.ahead.is_empty() && self.parser.is_idle();
        nothing_in_hand.then_some(&mut self.raw.body)
    }

    /// Takes the message out that these bytes are, if they are exactly one, in order and not compressed.
    #[inline]
    pub(super) fn whole(&self, bytes: &mut Bytes) -> Option<Message> {
        self.parser.whole(bytes)
    }

    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let parsed = self.parser.next();
        self.poll_behind(parsed, cx)
    }

    /// What comes of a frame that was polled already.
    pub(super) fn poll_event_of(
        &mut self,
        frame: Option<FrameResult>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Event>> {
        match self.read(frame.map(Event::of_frame)) {
            ControlFlow::Continue(parsed) => self.poll_behind(parsed, cx),
            ControlFlow::Break(event) => Poll::Ready(event),
        }
    }

    fn poll_behind(&mut self, mut parsed: Parse, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        loop {
            match parsed {
                Ok(Some(message)) => return Poll::Ready(Some(Event::Message(message))),
                Err(status) => return Poll::Ready(Some(Event::Failed(status))),
                Ok(None) => {}
            }
            let event = ready!(self.raw.poll_event(cx));
            match self.read(event) {
                ControlFlow::Continue(next) => parsed = next,
                ControlFlow::Break(event) => return Poll::Ready(event),
            }
        }
    }

    /// Parses bytes; anything else is what comes out. A body that ends within a message failed.
    fn read(&mut self, event: Option<Event>) -> ControlFlow<Option<Event>, Parse> {
        match event {
            Some(Event::Data(data)) => ControlFlow::Continue(self.parser.feed(data)),
            Some(Event::Broken(status)) => ControlFlow::Break(Some(Event::Broken(status))),
            end => ControlFlow::Break(match self.parser.finish() {
                Ok(()) => end,
                Err(status) => Some(Event::Failed(status)),
            }),
        }
    }

    #[inline]
    fn is_end(&self) -> bool {
        self.parser.is_empty() && self.raw.is_end()
    }
}

// === impl Messages ===

impl Messages {
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        Poll::Ready(match ready!(self.stream.as_mut().poll_next(cx)) {
            Some(Ok(message)) => Some(Event::Message(message)),
            Some(Err(status)) => Some(self.trailers.failed(status)),
            None => self.trailers.end(),
        })
    }
}

// === impl Trailers ===

impl Trailers {
    /// The end of messages that came to one.
    fn end(&mut self) -> Option<Event> {
        match std::mem::replace(self, Self::None) {
            Self::None => None,
            Self::Ok => Some(Event::Trailers(ok_trailers())),
            Self::Kept(kept, status) => match kept.take() {
                Kept::Trailers(trailers) => Some(Event::Trailers(trailers)),
                Kept::Failed(status) => Some(Event::Failed(status)),
                // the interceptor decided that this is all
                Kept::Unread if status == StatusIs::InTrailers => {
                    Some(Event::Trailers(ok_trailers()))
                }
                Kept::Unread | Kept::Ended | Kept::WithoutTrailers => None,
            },
        }
    }

    /// A status among the messages. If it is what the trailers from below said, those go on as they came.
    fn failed(&mut self, status: Status) -> Event {
        if let Self::Kept(kept, _) = self
            && let Kept::Trailers(trailers) = kept.take()
            && wire::from_headers(&trailers).is_some_and(|said| is_same(&said, &status))
        {
            return Event::Trailers(trailers);
        }
        Event::Failed(status)
    }
}

fn is_same(one: &Status, other: &Status) -> bool {
    (one.code(), one.message(), one.details()) == (other.code(), other.message(), other.details())
}

/// The trailers of a call that went well.
pub(crate) fn ok_trailers() -> HeaderMap {
    let mut trailers = HeaderMap::with_capacity(1);
    trailers.insert(Status::GRPC_STATUS, HeaderValue::from_static("0"));
    trailers
}
