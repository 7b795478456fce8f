use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame};

use super::play::{Outlet, Output};
use crate::failure::BoxError;

/// What a script gives, taken piece by piece; the script goes on only when it is polled here.
pub(super) struct Playing {
    script: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
    outlet: Outlet,
}

// === impl Playing ===

impl Playing {
    pub(super) fn new(script: impl Future<Output = ()> + Send + 'static, outlet: Outlet) -> Self {
        let script: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(script);
        Self {
            script: Some(script),
            outlet,
        }
    }

    pub(super) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Output>> {
        let Some(script) = &mut self.script else {
            return Poll::Ready(None);
        };
        let is_over = script.as_mut().poll(cx).is_ready();
        match self.outlet.take() {
            Some(output) => Poll::Ready(Some(output)),
            None if is_over => {
                self.script = None;
                Poll::Ready(None)
            }
            None => Poll::Pending,
        }
    }
}

impl Body for Playing {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let next = std::task::ready!(self.poll_next(cx));
        let next = next.and_then(|output| match output {
            Output::Frame(frame) => Some(Ok(frame)),
            Output::Error(error) => Some(Err(error)),
            Output::Headers(_) => None, // sent once, before the body
        });
        let is_last = next
            .as_ref()
            .is_none_or(|next| next.as_ref().map_or(true, Frame::is_trailers));
        if is_last {
            self.script = None;
        }
        Poll::Ready(next)
    }

    fn is_end_stream(&self) -> bool {
        self.script.is_none()
    }
}
