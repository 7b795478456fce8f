//! Messages on their way out: past the hooks, and to an end that each hook is told of.

use std::{
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use http::HeaderMap;
use http_body::Body as _;
use tonic::{Code, Status};

use super::{Content, FrameResult, Outgoing, StatusIs};
use crate::{
    Message,
    message::Format,
    observe::End,
    payload::{Event, Source},
    status::{self, wire},
};

impl Content {
    /// What the trailers say, if it is not that all went well.
    pub(super) fn status_in(&self, trailers: &HeaderMap) -> Option<Status> {
        let decides = self.status == StatusIs::InTrailers;
        let failed = decides && wire::code_of(trailers).is_none_or(|code| code != Code::Ok);
        failed.then(|| {
            let missing = || wire::missing(http::StatusCode::OK);
            self.of_peer(wire::from_headers(trailers).unwrap_or_else(missing))
        })
    }

    /// A status that came in or behind a body, with its origin.
    pub(super) fn of_peer(&self, status: Status) -> Status {
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
        Poll::Ready(self.passed(event))
    }

    /// What an event is, past all hooks.
    #[inline]
    pub(crate) fn passed(&mut self, event: Option<Event>) -> Option<Outgoing> {
        if let Some(failure) = self.failed_request() {
            self.end(&End::of(&failure));
            return Some(Outgoing::Failed(failure));
        }
        match event {
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
        }
    }

    /// The next frame of a body whose messages nobody wants, but whose end somebody does.
    #[inline]
    pub(crate) fn poll_unparsed(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Option<Poll<Option<FrameResult>>> {
        let (Source::Raw(raw), Some(extra)) = (&mut self.source, &mut self.extra) else {
            return None;
        };
        if !raw.ahead.is_empty() || extra.failure.is_some() {
            return None;
        }
        extra.hooks.set_polling(true);
        let frame = Pin::new(&mut raw.body).poll_frame(cx);
        extra.hooks.set_polling(false);
        Some(frame)
    }

    #[inline]
    pub(super) fn poll_source(&mut self, cx: &mut Context<'_>) -> Poll<Option<Event>> {
        let Some(extra) = &mut self.extra else {
            return self.source.poll_event(cx);
        };
        extra.hooks.set_polling(true);
        let event = self.source.poll_event(cx);
        extra.hooks.set_polling(false);
        event
    }

    /// Why the request failed on this side, if it did: that ends the response, whatever comes of it.
    #[inline]
    fn failed_request(&self) -> Option<Status> {
        self.extra.as_ref()?.failure.as_ref()?.take()
    }

    fn pass(&mut self, mut message: Message) -> Outgoing {
        let passed = match &mut self.extra {
            Some(extra) => extra.hooks.message(&mut message),
            None => Ok(()),
        };
        match passed {
            Ok(()) => Outgoing::Message(message),
            Err(status) => self.refused(status),
        }
    }

    /// A hook refused a message: what is below is cancelled.
    pub(super) fn refused(&mut self, status: Status) -> Outgoing {
        self.source = Source::Ended;
        Outgoing::Failed(status)
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
