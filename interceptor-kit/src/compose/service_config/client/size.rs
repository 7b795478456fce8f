//! `maxRequestMessageBytes`, `maxResponseMessageBytes`: told by the prefixes of messages that pass.

use bytes::Bytes;
use interceptor_core::{Call, CallType, Guard, Next, Reply, tonic::Status};
use interceptor_macros::grpc_interceptor;

/// Ends calls with messages that are too long.
#[grpc_interceptor(crate = interceptor_core)]
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MessageSizes {
    pub(super) max_request: Option<usize>,
    pub(super) max_response: Option<usize>,
}

/// Looks at the prefix of each message, and at nothing else.
struct Limit {
    max: usize,
    what: &'static str,
    /// What has been seen of a prefix.
    prefix: [u8; PREFIX_LEN],
    seen: usize,
    /// What is still to come of a message's payload.
    payload: usize,
}

const PREFIX_LEN: usize = 5;

// === impl MessageSizes ===

impl MessageSizes {
    async fn intercept_call<T: CallType>(
        &self,
        mut call: Call<T>,
        next: impl Next<T>,
    ) -> Result<Reply<T>, Status> {
        if let Some(max) = self.max_request {
            call.guard(Limit::new(max, "send"));
        }
        let mut reply = next.run(call).await?;
        if let Some(max) = self.max_response {
            reply.guard(Limit::new(max, "receive"))?;
        }
        Ok(reply)
    }
}

// === impl Limit ===

impl Limit {
    fn new(max: usize, what: &'static str) -> Self {
        Self {
            max,
            what,
            prefix: [0; PREFIX_LEN],
            seen: 0,
            payload: 0,
        }
    }

    /// The length that the prefix says.
    fn begin(&mut self) -> Result<(), Status> {
        let [_, length @ ..] = self.prefix;
        let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
        if length > self.max {
            return Err(self.too_long(length));
        }
        (self.seen, self.payload) = (0, length);
        Ok(())
    }

    #[cold]
    fn too_long(&self, length: usize) -> Status {
        let (what, max) = (self.what, self.max);
        Status::resource_exhausted(format!(
            "cannot {what} a message of {length} bytes: the service config allows {max}"
        ))
    }
}

impl Guard for Limit {
    fn data(&mut self, bytes: &Bytes) -> Result<(), Status> {
        let mut rest = &bytes[..];
        loop {
            let skipped = self.payload.min(rest.len());
            self.payload -= skipped;
            rest = &rest[skipped..];
            let read = (PREFIX_LEN - self.seen).min(rest.len());
            self.prefix[self.seen..][..read].copy_from_slice(&rest[..read]);
            self.seen += read;
            rest = &rest[read..];
            if self.seen < PREFIX_LEN {
                return Ok(());
            }
            self.begin()?;
        }
    }
}
