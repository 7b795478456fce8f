//! What one side of a call carries: where its messages come from, and what interceptors hung onto them.

mod first;
mod pass;
mod read;
mod whole;

pub(crate) use read::missing_message;
pub(crate) use whole::Whole;

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use http_body::Frame;
use tonic::{Status, body::Body};

use super::{Chunks, Failure, Hook, Hooks, Source, hook::Kept, source::Raw};
use crate::{
    Message, Side,
    exchange::fill,
    message::{Count, Format},
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

    /// The frames of a request that is in hand as a whole, or that `read` reads ahead to its end, and that nobody hung
    /// anything onto. From then on they are all there is of it: a body is not polled behind its end.
    #[inline]
    pub(crate) fn settle_request(
        &mut self,
        read: impl FnOnce(&mut Chunks, &mut Body) -> bool,
    ) -> Option<&Chunks> {
        if self.may_fail || self.has_hooks() {
            return None;
        }
        if let Source::Raw(Raw { ahead, body }) = &mut self.source {
            if !read(ahead, body) {
                return None;
            }
            self.close();
        }
        let Source::Settled(chunks) = &self.source else {
            return None;
        };
        self.extra = None;
        Some(chunks)
    }

    /// All of it was read ahead: how many messages that was.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    pub(crate) fn settle(&mut self) -> Count {
        let Source::Raw(raw) = &self.source else {
            return Count::default();
        };
        let count = raw.ahead.count();
        self.close();
        count
    }

    /// A body that was read to its end: from then on the frames in hand are all there is of it.
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "measured: the call costs as much as what it does, and every call pays"
    )]
    fn close(&mut self) {
        if let Source::Raw(Raw { ahead, body }) = &mut self.source {
            drop(std::mem::take(body));
            let chunks = std::mem::take(ahead);
            fill(&mut self.source, Source::Settled(chunks));
        }
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

    /// Takes out the body of a request that nobody did anything to, and that cannot fail here. Nothing is left that would
    /// have to be dropped.
    #[inline]
    pub(crate) fn take_plain_request(&mut self) -> Option<Body> {
        if self.may_fail {
            return None;
        }
        self.take_plain()
    }

    /// Whether frames are in hand, to go out as they are.
    #[inline]
    pub(crate) fn is_more_in_hand(&self) -> bool {
        matches!(&self.source, Source::Settled(chunks) if !chunks.is_empty())
    }

    /// Takes out a body that nobody hung anything onto.
    #[inline]
    pub(crate) fn take_plain(&mut self) -> Option<Body> {
        self.plain_body().map(std::mem::take)
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
        match self {
            Self {
                source: Source::Raw(Raw { ahead, body }),
                may_fail: false,
                extra: None,
                ..
            } if ahead.is_empty() => body,
            Self {
                source: Source::Raw(Raw { ahead, body }),
                may_fail: false,
                extra: Some(extra),
                ..
            } if ahead.is_empty() && extra.hooks.is_empty() => body,
            Self {
                source: Source::Settled(chunks),
                may_fail: false,
                extra,
                ..
            } if extra.as_ref().is_none_or(|extra| extra.hooks.is_empty()) => Body::new(chunks),
            content => changed(content),
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

    #[inline]
    pub(crate) fn has_hooks(&self) -> bool {
        let extra = self.extra.as_ref();
        extra.is_some_and(|extra| !extra.hooks.is_empty())
    }

    /// Shows the bytes of a response that is in hand, until `show` fails.
    pub(crate) fn show_in_hand(
        &mut self,
        mut show: impl FnMut(&Bytes) -> Result<(), Status>,
    ) -> Result<(), Status> {
        match &self.source {
            Source::Settled(chunks) => chunks.iter().try_for_each(show),
            Source::Held(held) => held
                .message
                .as_ref()
                .map_or(Ok(()), |message| show(message.wire())),
            _ => Ok(()),
        }
    }

    /// Whether it goes out as it came, so that what the headers say of its length holds.
    pub(crate) fn is_as_it_came(&self) -> bool {
        matches!(self.source, Source::Raw(_) | Source::Settled(_))
    }

    /// Whether nothing more goes out, as far as can be told without polling.
    #[inline]
    pub(crate) fn is_end(&self) -> bool {
        self.source.is_end()
    }

    pub(crate) fn size_hint(&self) -> http_body::SizeHint {
        match &self.source {
            Source::Raw(raw) if raw.ahead.is_empty() => http_body::Body::size_hint(&raw.body),
            _ => http_body::SizeHint::default(),
        }
    }
}
