//! The messages of a stream, one after the other, for code that blocks.

use std::{fmt, sync::Arc};

use tonic::{Status, Streaming, metadata::MetadataMap};

use super::bridge::{Bridge, still_stands};
#[cfg(feature = "transport")]
use super::caller::Waiting;

/// The messages of a stream, as an iterator: the requests of a blocking handler, or the replies to a blocking caller.
///
/// `next` blocks this thread until a message is there. After an `Err` there is nothing more.
///
/// # Errors
///
/// The status that the stream ended with. In a handler CANCELLED if the call was cancelled: a `None` means that the client
/// has sent all it wanted to send, and that the call still stands. (tonic gives the end of a cancelled request as that of
/// a complete one, and drops the handler a moment later; a thread would live on, and believe it.)
pub struct Messages<M> {
    stream: Option<Streaming<M>>,
    by: By,
    is_over: bool,
    /// There until a handler has read to an end.
    reads: Option<Arc<()>>,
}

/// Who waits for messages.
enum By {
    Handler(Bridge),
    #[cfg(feature = "transport")]
    Caller(Waiting),
}

// === impl Messages ===

impl<M: Send + 'static> Messages<M> {
    /// The requests of a handler.
    pub(super) fn of_handler(stream: Streaming<M>, bridge: Bridge, reads: Arc<()>) -> Self {
        Self {
            reads: Some(reads),
            ..Self::new(stream, By::Handler(bridge))
        }
    }

    /// The replies to a caller.
    #[cfg(feature = "transport")]
    pub(super) fn of_caller(stream: Streaming<M>, waiting: Waiting) -> Self {
        Self::new(stream, By::Caller(waiting))
    }

    fn new(stream: Streaming<M>, by: By) -> Self {
        Self {
            stream: Some(stream),
            by,
            is_over: false,
            reads: None,
        }
    }

    /// The trailers of a response, behind its last message; of a request there are none.
    ///
    /// What was not read is read, and dropped.
    ///
    /// # Errors
    ///
    /// The status that the stream ended with.
    pub fn trailers(&mut self) -> Result<Option<MetadataMap>, Status> {
        let Some(mut stream) = self.stream.take() else {
            return Ok(None);
        };
        let (stream, trailers) = self.by.wait(async move {
            let trailers = stream.trailers().await;
            (stream, trailers)
        })?;
        (self.stream, self.is_over) = (Some(stream), true);
        trailers
    }

    fn read(&mut self) -> Option<Result<M, Status>> {
        let mut stream = self.stream.take()?;
        let read = self.by.wait(async move {
            let message = stream.message().await;
            (stream, message)
        });
        match read {
            Ok((stream, message)) => {
                self.stream = Some(stream);
                message.transpose()
            }
            Err(over) => Some(Err(over)),
        }
    }
}

impl<M: Send + 'static> Iterator for Messages<M> {
    type Item = Result<M, Status>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        let message = self.read();
        if !matches!(message, Some(Ok(_))) {
            (self.is_over, self.reads) = (true, None);
        }
        message
    }
}

impl<M> fmt::Debug for Messages<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Messages")
            .field("is_over", &self.is_over)
            .finish_non_exhaustive()
    }
}

// === impl By ===

impl By {
    fn wait<M, R>(
        &mut self,
        reading: impl Future<Output = (Streaming<M>, Result<R, Status>)> + Send + 'static,
    ) -> Result<(Streaming<M>, Result<R, Status>), Status>
    where
        M: Send + 'static,
        R: End + Send + 'static,
    {
        match self {
            Self::Handler(bridge) => bridge.wait(async move {
                let read = reading.await;
                if read.1.as_ref().map_or(true, End::is_end) {
                    still_stands().await;
                }
                read
            }),
            #[cfg(feature = "transport")]
            Self::Caller(waiting) => waiting.wait(reading),
        }
    }
}

/// What may be the end of a stream.
trait End {
    fn is_end(&self) -> bool;
}

impl<T> End for Option<T> {
    fn is_end(&self) -> bool {
        self.is_none()
    }
}
