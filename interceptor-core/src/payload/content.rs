//! What one side of a call carries: where its messages come from, and what interceptors hung onto them.

use std::{
    sync::Arc,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use tonic::{Status, body::Body};

use super::{Chunks, Event, Failure, Hook, Hooks, Source};
use crate::{
    Message,
    message::{Count, Format, Parser},
    observe::End,
};

/// A frame of a body, or what the body broke with.
pub(crate) type FrameResult = Result<Frame<Bytes>, Status>;

/// What one side of a call carries.
#[derive(Debug)]
pub(crate) struct Content {
    source: Source,
    /// Whether its status has to come in trailers: so it is for a response whose headers had none.
    needs_trailers: bool,
    /// Whether it may fail on this side although nobody looks.
    may_fail: bool,
    /// What a body that nobody looks at has no use for.
    extra: Option<Box<Extra>>,
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

impl Content {
    #[inline]
    pub(crate) fn new(source: Source) -> Self {
        Self {
            source,
            needs_trailers: false,
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
            needs_trailers: true,
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
        Self {
            may_fail: true,
            ..Self::raw(body)
        }
    }

    /// The body of a response.
    #[inline]
    pub(crate) fn response(body: Body, needs_trailers: bool) -> Self {
        Self {
            needs_trailers,
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
            self.source.parse(&format, false);
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

    /// Puts other messages in the place of those to come.
    pub(crate) fn replace(&mut self, source: Source) {
        self.source = source;
    }

    /// The whole of it, leaving nothing but how messages are packed.
    pub(crate) fn take(&mut self) -> Self {
        let mut left = Self::empty();
        left.needs_trailers = self.needs_trailers;
        left.look(self.format());
        std::mem::replace(self, left)
    }

    /// Puts one message in the place of those to come. What comes behind them still comes.
    pub(crate) fn set_message(&mut self, message: Message) {
        let format = self.format();
        self.source.parse(&format, true);
        self.source = match self.source.take() {
            Source::Held(mut held) => {
                held.message = Some(message);
                Source::Held(held)
            }
            rest => Source::held(message, rest),
        };
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
        self.source.parse(&format, false);
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
            _ => Err(missing_message()),
        })
    }

    /// The next message of a stream. A status that the stream ended with is its last item, and goes on to the peer as it
    /// came.
    pub(crate) fn poll_item(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Message, Status>>> {
        if matches!(self.source, Source::Trailers(_) | Source::Failed(_)) {
            return Poll::Ready(None); // read to its end before
        }
        let format = self.format();
        self.source.parse(&format, false);
        Poll::Ready(match ready!(self.poll_next(cx)) {
            Some(Outgoing::Message(message)) => Some(Ok(message)),
            Some(Outgoing::Trailers(trailers)) => {
                let failure = crate::status::wire::from_headers(&trailers)
                    .filter(|status| self.needs_trailers && status.code() != tonic::Code::Ok);
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
    fn missing_trailers(&mut self) -> Option<Result<Message, Status>> {
        let missing = std::mem::take(&mut self.needs_trailers);
        missing.then(|| Err(crate::status::wire::missing(http::StatusCode::OK)))
    }

    /// What goes out next, past all hooks.
    #[inline]
    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Outgoing>> {
        if let Source::Held(held) = &mut self.source
            && let Some(message) = held.message.take()
        {
            return Poll::Ready(Some(Outgoing::Message(message)));
        }
        Poll::Ready(match ready!(self.source.poll_event(cx)) {
            Some(Event::Data(data)) => Some(Outgoing::Data(data)),
            Some(Event::Message(message)) => Some(self.pass(message)),
            Some(Event::Trailers(mut trailers)) => {
                if let Some(extra) = &mut self.extra {
                    extra.hooks.trailers(&mut trailers, self.needs_trailers);
                }
                Some(Outgoing::Trailers(trailers))
            }
            Some(Event::Broken(status)) => {
                let failure = self.extra.as_ref().and_then(|extra| extra.failure.as_ref());
                let status = failure.and_then(|it| it.take()).unwrap_or(status);
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

    fn end(&mut self, end: &End<'_>) {
        self.source = Source::Ended;
        if let Some(extra) = &mut self.extra {
            extra.hooks.finish(end);
        }
    }

    /// The end of a body that had no trailers.
    pub(crate) fn end_without_trailers(&mut self) {
        if self.needs_trailers {
            self.end(&End::without_trailers());
        } else {
            self.end(&End::ok());
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
