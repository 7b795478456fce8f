//! A request that was in hand as a whole: one message, as tonic's client gives it.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http_body::{Body as HttpBody, Frame};
use tonic::{Status, body::Body};

use super::ReplayBudget;
use crate::payload::{Chunks, Content};

/// A request that was in hand as a whole, to be sent as often as needed.
pub(super) struct Whole {
    chunks: Chunks,
    bytes: usize,
    budget: Option<ReplayBudget>,
}

/// A body that was read up to its error.
struct Broken(Option<Status>);

// === impl Whole ===

impl Whole {
    /// Reads a request that nobody looked at, if that takes no waiting, and leaves what it read for the first attempt. What is
    /// more than one frame, is to come, or finds no room, stays as it is, behind what was read of it.
    #[inline]
    pub(super) fn take(
        content: &mut Content,
        max: usize,
        budget: Option<&ReplayBudget>,
    ) -> Option<Self> {
        let chunks = content.settle_request(in_one_frame)?;
        let mut bytes = 0;
        chunks.for_each(|chunk| bytes += chunk.len());
        if bytes > max || budget.is_some_and(|budget| !budget.take(bytes)) {
            return None;
        }
        Some(Self {
            chunks: chunks.clone(),
            bytes,
            budget: budget.cloned(),
        })
    }

    #[expect(
        clippy::unnecessary_wraps,
        reason = "what is recorded may be over its limit, and this is asked like it"
    )]
    #[inline]
    pub(super) fn content(&self) -> Option<Content> {
        Some(Content::settled(self.chunks.clone()))
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.bytes
    }
}

impl Drop for Whole {
    fn drop(&mut self) {
        if let Some(budget) = &self.budget {
            budget.give_back(self.bytes);
        }
    }
}

/// Reads a body that is one frame, or none, into `ahead`: whether that is all of it.
#[inline]
fn in_one_frame(ahead: &mut Chunks, body: &mut Body) -> bool {
    while !body.is_end_stream() {
        let mut cx = Context::from_waker(Waker::noop());
        match Pin::new(&mut *body).poll_frame(&mut cx) {
            Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                Ok(data) => ahead.push(data),
                Err(_) => return true, // a request has no trailers
            },
            Poll::Ready(Some(Err(status))) => {
                *body = Body::new(Broken(Some(status)));
                return false;
            }
            Poll::Ready(None) => return true,
            Poll::Pending => return false,
        }
        if ahead.len() > 1 {
            return false;
        }
    }
    true
}

impl HttpBody for Broken {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        Poll::Ready(self.0.take().map(Err))
    }
}
