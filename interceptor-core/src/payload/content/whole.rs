//! Frames that are a message each: the common case of a body that is looked at.

use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::Frame;
use tonic::body::Body;

use super::{Content, FrameResult, Outgoing};
use crate::{exchange::fill, payload::Source};

/// What became of a frame.
pub(crate) enum Whole {
    /// It was shown, and goes out as it is now.
    Passes,
    /// It is for [`poll_next_of`](Content::poll_next_of).
    IsOther,
    /// This goes out in its place.
    Became(Box<Outgoing>),
}

impl Content {
    /// The body of what is looked at, if nothing of it is in hand, for the caller to poll. What comes of that is for
    /// [`see_whole`](Self::see_whole).
    #[inline]
    pub(crate) fn frames_to_see(&mut self) -> Option<&mut Body> {
        let (Source::Parsed(parsed), Some(extra)) = (&mut self.source, &mut self.extra) else {
            return None;
        };
        let body = parsed.frames()?;
        extra.hooks.set_polling(true);
        Some(body)
    }

    /// Shows a frame that is a message by itself to each hook, where it is.
    #[inline]
    pub(crate) fn see_whole(&mut self, polled: &mut Poll<Option<FrameResult>>) -> Whole {
        if let Some(extra) = &mut self.extra {
            extra.hooks.set_polling(false);
        }
        match polled {
            Poll::Ready(Some(Ok(frame))) => self.see(frame),
            Poll::Ready(_) => Whole::IsOther,
            Poll::Pending => Whole::Passes,
        }
    }

    #[inline]
    fn see(&mut self, frame: &mut Frame<Bytes>) -> Whole {
        let (Source::Parsed(parsed), Some(extra)) = (&self.source, &mut self.extra) else {
            return Whole::IsOther;
        };
        let is_over = extra.failure.as_ref().is_some_and(|it| it.is_set());
        let (false, Some(data)) = (is_over, frame.data_mut()) else {
            return Whole::IsOther;
        };
        let Some(mut message) = parsed.whole(data) else {
            return Whole::IsOther;
        };
        if let Err(status) = extra.hooks.message(&mut message) {
            return became(self.refused(status));
        }
        match message.into_plain_wire() {
            Ok(wire) => {
                fill(data, wire);
                Whole::Passes
            }
            Err(message) => became(Outgoing::Message(message)),
        }
    }

    /// What goes out next, a frame having been polled.
    pub(crate) fn poll_next_of(
        &mut self,
        frame: Option<FrameResult>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Outgoing>> {
        let (Source::Parsed(parsed), Some(extra)) = (&mut self.source, &mut self.extra) else {
            return Poll::Ready(None); // not asked
        };
        extra.hooks.set_polling(true);
        let event = parsed.poll_event_of(frame, cx);
        extra.hooks.set_polling(false);
        let event = ready!(event);
        Poll::Ready(self.passed(event))
    }
}

#[cold]
fn became(outgoing: Outgoing) -> Whole {
    Whole::Became(Box::new(outgoing))
}
