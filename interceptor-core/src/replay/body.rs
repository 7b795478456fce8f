use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame};
use tonic::Status;

use super::record::Record;

/// The request as one attempt reads it.
pub(super) struct AttemptBody {
    record: Arc<Record>,
    reader: u64,
}

impl AttemptBody {
    /// `None` if the record cannot be read from its beginning any more.
    pub(super) fn new(record: &Arc<Record>) -> Option<Self> {
        record.join().map(|reader| Self::of(record, reader))
    }

    /// The same, cutting off all others.
    pub(super) fn alone(record: &Arc<Record>) -> Option<Self> {
        record.join_alone().map(|reader| Self::of(record, reader))
    }

    fn of(record: &Arc<Record>, reader: u64) -> Self {
        let record = Arc::clone(record);
        Self { record, reader }
    }
}

impl Body for AttemptBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        self.record.poll_chunk(self.reader, cx).map_ok(Frame::data)
    }

    fn is_end_stream(&self) -> bool {
        self.record.is_end(self.reader)
    }
}

impl Drop for AttemptBody {
    fn drop(&mut self) {
        self.record.leave(self.reader);
    }
}
