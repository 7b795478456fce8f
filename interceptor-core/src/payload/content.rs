//! What one side of a call carries: where its messages come from, and what interceptors hung onto them.

use std::{
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use tonic::{Code, Status, body::Body};

use super::{
    Chunks, Event, Failure, Hook, Hooks, Source,
    hook::{Kept, Replace},
};
use crate::{
    Message, Side,
    message::{Count, Format, Parser},
    observe::End,
    status::{self, wire},
};

/// A frame of a body, or what the body broke with.
pub(crate) type FrameResult = Result<Frame<Bytes>, Status>;

/// What one side of a call carries.
#[derive(Debug)]
pub(crate) struct Content {
    source: Source,
    status: StatusIs,
    /// Whether it is what a peer sent, so that its status has an origin.
    from_peer: bool,
    /// Whether it may fail on this side although nobody looks.
    may_fail: bool,
    /// What a body that nobody looks at has no use for.
    extra: Option<Box<Extra>>,
}

/// Where the status of a content stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusIs {
    /// Nowhere: a request has none.
    Nowhere,
    /// In the headers, so that trailers decide nothing.
    InHeaders,
    /// In the trailers, so that a content without them did not end well.
    InTrailers,
}

#[derive(Debug, Default)]
struct Extra {
    hooks: Hooks,
    /// How its messages are packed; `None` until somebody looks.
    format: Option<Format>,
    /// The one message of frames in hand, once somebody has looked.
    seen: Option<Message>,
    /// Why the request of this response failed on this side, if it did: the response breaks for that reason.
    failure: Option<Arc<Failure>>,
}

/// What goes out of a body: what came in, less what was refused.
#[derive(Debug)]
pub(crate) enum Outgoing {
    Data(Bytes),
    Message(Message),
    Trailers(HeaderMap),
    /// It broke below us, and breaks above us in the same way.
    Broken(Status),
    /// It ended on this side; above us it ends with this status.
    Failed(Status),
}

impl StatusIs {
    pub(crate) fn in_headers(yes: bool) -> Self {
        if yes {
            Self::InHeaders
        } else {
            Self::InTrailers
        }
    }
}

impl Content {
    #[inline]
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            status: StatusIs::Nowhere,
            from_peer: false,
            may_fail: false,
            extra: None,
        }
    }

    /// A body as it came.
    #[inline]
    pub(crate) fn raw(body: Body) -> Self {
        Self::new(Source::raw(body))
    }

    /// Nothing.
    #[inline]
    pub(crate) fn empty() -> Self {
        Self::new(Source::Ended)
    }

    /// The messages of a response that an interceptor made.
    pub(crate) fn made(source: Source) -> Self {
        Self {
            status: StatusIs::InTrailers,
            ..Self::new(source)
        }
    }

    /// A body that is all in hand.
    #[inline]
    pub(crate) fn settled(chunks: Chunks) -> Self {
        Self::new(Source::Settled(chunks))
    }

    /// A body that may fail on this side, so that its failure is to be kept.
    pub(crate) fn fallible(body: Body) -> Self {
        Self::raw(body).that_may_fail()
    }

    pub(crate) fn that_may_fail(mut self) -> Self {
        self.may_fail = true;
        self
    }

    /// The body of a response.
    #[inline]
    pub(crate) fn response(body: Body, status: StatusIs, side: Side) -> Self {
        Self {
            status,
            from_peer: side == Side::Client,
            ..Self::raw(body)
        }
    }

    /// Whether it is known how messages are packed: before the first look it is not asked.
    #[inline]
    pub(crate) fn is_looked_at(&self) -> bool {
        let extra = self.extra.as_ref();
        extra.is_some_and(|extra| extra.format.is_some())
    }

    /// Says how messages are packed.
    pub(crate) fn look(&mut self, format: Format) {
        self.extra().format = Some(format);
    }

    pub(crate) fn format(&self) -> Format {
        let extra = self.extra.as_ref();
        extra
            .and_then(|extra| extra.format.clone())
            .unwrap_or_default()
    }

    fn extra(&mut self) -> &mut Extra {
        self.extra.get_or_insert_default()
    }

    /// The request may fail on this side while the response is under way.
    pub(crate) fn fails_with(&mut self, failure: Arc<Failure>) {
        self.extra().failure = Some(failure);
    }

    /// Frames in hand, to read ahead into, and the body behind them, while nobody has looked.
    #[inline]
    pub(crate) fn reading(&mut self) -> Option<(&mut Chunks, &mut Body)> {
        match &mut self.source {
            Source::Raw(raw) => Some((&mut raw.ahead, &mut raw.body)),
            _ => None,
        }
    }

    /// All of it was read ahead: how many messages that was.
    #[inline]
    pub(crate) fn settle(&mut self) -> Count {
        let Source::Raw(raw) = &mut self.source else {
            return Count::default();
        };
        let chunks = std::mem::take(&mut raw.ahead);
        let count = chunks.count();
        self.source = Source::Settled(chunks);
        count
    }

    /// Frames in hand with nothing hung onto them, to go out as they are.
    #[inline]
    pub(crate) fn settled_chunks(&mut self) -> Option<&mut Chunks> {
        match &mut self.source {
            Source::Settled(chunks) => Some(chunks),
            _ => None,
        }
    }

    /// A body that nobody hung anything onto, to go out as it is.
    #[inline]
    pub(crate) fn plain_body(&mut self) -> Option<&mut Body> {
        match &mut self.source {
            Source::Raw(raw) if self.extra.is_none() && raw.ahead.is_empty() => Some(&mut raw.body),
            _ => None,
        }
    }

    /// Hangs a hook onto what is still to pass.
    pub(crate) fn push(&mut self, hook: Box<dyn Hook>) {
        if hook.wants_messages() {
            let format = self.format();
            self.source.parse(&format);
        }
        self.extra().hooks.push(hook);
    }

    /// The body itself, if nobody did anything to it; else `changed` makes one of what was done.
    #[inline]
    pub(crate) fn into_body(self, changed: impl FnOnce(Self) -> Body) -> Body {
        let touched = self.may_fail || self.has_hooks();
        match self.source {
            Source::Raw(raw) if raw.ahead.is_empty() && !touched => raw.body,
            source => changed(Self { source, ..self }),
        }
    }

    /// Puts other messages in the place of those that [`take`](Self::take) took.
    pub(crate) fn replace(&mut self, source: Source) {
        self.source = source;
    }

    pub(crate) fn status(&self) -> StatusIs {
        self.status
    }

    /// The whole of it with all its hooks, leaving nothing but how messages are packed and where the status stands.
    pub(crate) fn take(&mut self) -> Self {
        let mut left = Self::empty();
        left.status = self.status;
        left.look(self.format());
        std::mem::replace(self, left)
    }

    /// How it ended, if it was read to its end before.
    pub(crate) fn take_end(&mut self) -> Kept {
        match self.source.take() {
            Source::Trailers(trailers) => Kept::Trailers(*trailers),
            Source::Failed(status) => Kept::Failed(status),
            Source::Ended if self.status == StatusIs::InTrailers => Kept::WithoutTrailers,
            Source::Ended => Kept::Ended,
            source => {
                self.source = source;
                Kept::Unread
            }
        }
    }

    /// Puts one message in the place of the one that is in hand or comes. What comes is still read, and past the hooks
    /// that hang here already: what they say of it counts.
    pub(crate) fn set_message(&mut self, message: Message) {
        match &mut self.source {
            Source::Held(held) => held.message = Some(message),
            Source::Settled(_) => {
                self.source = Source::held(message, Source::Ended);
            }
            _ => self.push(Box::new(Replace(Some(message)))),
        }
    }

    /// The one message of a body, if it is in hand.
    pub(crate) fn message_in_hand(&mut self) -> Option<Result<Message, Status>> {
        match &self.source {
            Source::Held(held) => held.message.clone().map(Ok),
            Source::Settled(chunks) => {
                let extra = self.extra.get_or_insert_default();
                if extra.seen.is_none() {
                    let format = extra.format.clone().unwrap_or_default();
                    match first_message(chunks, format) {
                        Ok(message) => extra.seen = Some(message),
                        Err(status) => return Some(Err(status)),
                    }
                }
                extra.seen.clone().map(Ok)
            }
            _ => None,
        }
    }

    /// Reads up to the one message of a body, and keeps it.
    pub(crate) fn poll_message(&mut self, cx: &mut Context<'_>) -> Poll<Result<Message, Status>> {
        if let Some(message) = self.message_in_hand() {
            return Poll::Ready(message);
        }
        let format = self.format();
        self.source.parse(&format);
        Poll::Ready(match ready!(self.poll_next(cx)) {
            Some(Outgoing::Message(message)) => {
                let rest = self.source.take();
                self.source = Source::held(message.clone(), rest);
                Ok(message)
            }
            Some(Outgoing::Broken(status) | Outgoing::Failed(status)) => {
                self.source = Source::Failed(status.clone());
                Err(status)
            }
            Some(Outgoing::Trailers(trailers)) => {
                self.source = Source::Trailers(Box::new(trailers));
                Err(self.missing_message())
            }
            Some(Outgoing::Data(_)) | None => Err(self.missing_message()),
        })
    }

    fn missing_message(&self) -> Status {
        match self.status {
            StatusIs::Nowhere => Status::internal("Missing request message."),
            StatusIs::InHeaders | StatusIs::InTrailers => missing_message(),
        }
    }

    /// The next message of a stream. A status that the stream ended with is its last item, and goes on to the peer as it
    /// came.
    pub(crate) fn poll_item(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Message, Status>>> {
        if matches!(
            self.source,
            Source::Trailers(_) | Source::Failed(_) | Source::Ended
        ) {
            return Poll::Ready(None); // read to its end before
        }
        let format = self.format();
        self.source.parse(&format);
        Poll::Ready(match ready!(self.poll_next(cx)) {
            Some(Outgoing::Message(message)) => Some(Ok(message)),
            Some(Outgoing::Trailers(trailers)) => {
                let failure = self.status_in(&trailers);
                self.source = Source::Trailers(Box::new(trailers));
                failure.map(Err)
            }
            Some(Outgoing::Broken(status) | Outgoing::Failed(status)) => {
                self.source = Source::Failed(status.clone());
                Some(Err(status))
            }
            Some(Outgoing::Data(_)) | None => self.missing_trailers(),
        })
    }

    /// The last item of a response that ended without trailers.
    fn missing_trailers(&self) -> Option<Result<Message, Status>> {
        let missing = self.status == StatusIs::InTrailers;
        missing.then(|| Err(self.of_peer(wire::missing(http::StatusCode::OK))))
    }

    /// What the trailers say, if it is not that all went well.
    fn status_in(&self, trailers: &HeaderMap) -> Option<Status> {
        let decides = self.status == StatusIs::InTrailers;
        let failed = decides && wire::code_of(trailers).is_none_or(|code| code != Code::Ok);
        failed.then(|| {
            let missing = || wire::missing(http::StatusCode::OK);
            self.of_peer(wire::from_headers(trailers).unwrap_or_else(missing))
        })
    }

    /// A status that came in or behind a body, with its origin.
    fn of_peer(&self, status: Status) -> Status {
        if self.from_peer {
            status::received(status, true)
        } else {
            status
        }
    }

    /// What goes out next, past all hooks.
    #[inline]
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Outgoing>> {
        if let Source::Held(held) = &mut self.source
            && let Some(message) = held.message.take()
        {
            return Poll::Ready(Some(Outgoing::Message(message)));
        }
        let event = ready!(self.poll_source(cx));
        if let Some(failure) = self.failed_request() {
            self.end(&End::of(&failure));
            return Poll::Ready(Some(Outgoing::Failed(failure)));
        }
        Poll::Ready(match event {
            Some(Event::Data(data)) => Some(Outgoing::Data(data)),
            Some(Event::Message(message)) => Some(self.pass(message)),
            Some(Event::Trailers(mut trailers)) => {
                self.end_with(&mut trailers);
                Some(Outgoing::Trailers(trailers))
            }
            Some(Event::Broken(status)) => {
                let status = if self.from_peer && !self.may_fail {
                    status::broken(status)
                } else {
                    status
                };
                self.end(&End::of(&status));
                Some(Outgoing::Broken(status))
            }
            Some(Event::Failed(status)) => {
                self.end(&End::of(&status));
                Some(Outgoing::Failed(status))
            }
            None => {
                self.end_without_trailers();
                None
            }
        })
    }

    #[inline]
    pub(crate) fn has_hooks(&self) -> bool {
        let extra = self.extra.as_ref();
        extra.is_some_and(|extra| !extra.hooks.is_empty())
    }

    /// Whether it goes out as it came, so that what the headers say of its length holds.
    pub(crate) fn is_as_it_came(&self) -> bool {
        matches!(self.source, Source::Raw(_) | Source::Settled(_))
    }

    /// Whether nothing more goes out, as far as can be told without polling.
    pub(crate) fn is_end(&self) -> bool {
        self.source.is_end()
    }

    pub(crate) fn size_hint(&self) -> http_body::SizeHint {
        match &self.source {
            Source::Raw(raw) if raw.ahead.is_empty() => http_body::Body::size_hint(&raw.body),
            _ => http_body::SizeHint::default(),
        }
    }

    #[inline]
    fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let Some(extra) = &mut self.extra else {
            return self.source.poll_event(cx);
        };
        extra.hooks.set_polling(true);
        let event = self.source.poll_event(cx);
        extra.hooks.set_polling(false);
        event
    }

    /// Why the request failed on this side, if it did: that ends the response, whatever comes of it.
    fn failed_request(&self) -> Option<Status> {
        self.extra.as_ref()?.failure.as_ref()?.take()
    }

    fn pass(&mut self, message: Message) -> Outgoing {
        match self.extra().hooks.message(message) {
            Ok(message) => Outgoing::Message(message),
            Err(status) => {
                self.source = Source::Ended; // what is below is cancelled
                Outgoing::Failed(status)
            }
        }
    }

    /// The wire form of a message that goes out.
    pub(crate) fn wire(&mut self, message: Message) -> Result<Bytes, Status> {
        let wire = match self.extra.as_ref().and_then(|extra| extra.format.as_ref()) {
            Some(format) => message.into_wire(format),
            None => message.into_wire(&Format::default()),
        };
        if let Err(status) = &wire {
            self.end(&End::of(status));
        }
        wire
    }

    /// The end of a body that had trailers. Each hook may change them for those behind it.
    fn end_with(&mut self, trailers: &mut HeaderMap) {
        for mut hook in self
            .extra
            .as_mut()
            .map_or_else(Vec::new, |it| it.hooks.take())
        {
            hook.trailers(trailers);
            match self.status_in(trailers) {
                Some(status) => hook.finished(&End::of(&status)),
                None => hook.finished(&End::ok()),
            }
        }
    }

    fn end(&mut self, end: &End<'_>) {
        self.source = Source::Ended;
        if let Some(extra) = &mut self.extra {
            extra.hooks.finish(end);
        }
    }

    /// The end of a body that had no trailers.
    pub(crate) fn end_without_trailers(&mut self) {
        match self.status {
            StatusIs::InTrailers => self.end(&End::without_trailers()),
            StatusIs::InHeaders | StatusIs::Nowhere => self.end(&End::ok()),
        }
    }
}

/// The first message of frames that are in hand.
fn first_message(chunks: &Chunks, format: Format) -> Result<Message, Status> {
    let mut parser = Parser::new(format);
    for chunk in chunks.iter() {
        if let Some(message) = parser.feed(chunk.clone())? {
            return Ok(message);
        }
    }
    Err(missing_message())
}

/// As tonic says it.
pub(crate) fn missing_message() -> Status {
    Status::internal("Missing response message.")
}
