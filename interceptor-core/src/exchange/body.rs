//! The box as the body of its response.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tonic::Status;

use super::{Exchange, stage::Stage};
use crate::{CallType, payload::FrameResult};

impl<T: CallType> Body for Exchange<T> {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<FrameResult>> {
        let Stage::Answered(this) = &mut self.get_mut().stage else {
            return Poll::Ready(None);
        };
        let Some(departure) = &mut this.departure else {
            return Poll::Ready(None);
        };
        let content = this.payload.get_mut().content();
        let Some(chunks) = content.settled_chunks() else {
            let frame = departure.poll_frame(content, &mut this.trailers, cx);
            this.see_end();
            return frame;
        };
        // Each frame is made where it is returned: it is large to move.
        if let Some(data) = chunks.pop() {
            let more = this.trailers.as_ref().is_some_and(|it| !it.is_empty());
            this.is_end = chunks.is_empty() && !more;
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        this.is_end = true;
        departure.end(this.trailers.as_mut());
        Poll::Ready(match this.trailers.take() {
            Some(ended) if !ended.is_empty() => Some(Ok(Frame::trailers(ended.into_headers()))),
            _ => None,
        })
    }

    #[inline]
    fn is_end_stream(&self) -> bool {
        match &self.stage {
            Stage::Answered(this) => this.is_end,
            Stage::Asked(_) => false,
        }
    }

    /// Unknown: what a body of gRPC is long, its frames say.
    #[inline]
    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

impl<T: CallType> Drop for Exchange<T> {
    #[inline]
    fn drop(&mut self) {
        if let Stage::Answered(this) = &mut self.stage
            && let Some(departure) = &this.departure
        {
            departure.dropped(this.payload.get_mut().content());
        }
    }
}
