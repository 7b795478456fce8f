//! What the messages of one body are in.

use http::HeaderMap;

use super::Encoding;

/// What a message may be at most, in bytes, unless a layer says otherwise. tonic's default too.
pub(crate) const DEFAULT_MAX_MESSAGE_SIZE: usize = 4 * 1024 * 1024;

/// What the messages of one body are in, and how large they may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Format {
    /// What flagged messages are compressed with; none if the headers did not say.
    pub(crate) encoding: Option<Encoding>,
    /// What one message may have at most, in bytes, as it comes and once decompressed.
    pub(crate) max_message_size: usize,
}

// === impl Format ===

impl Format {
    /// The format of the body that `headers` belong to.
    pub(crate) fn from_headers(headers: &HeaderMap, max_message_size: usize) -> Self {
        Self {
            encoding: Encoding::from_headers(headers),
            max_message_size,
        }
    }
}

impl Default for Format {
    fn default() -> Self {
        Self {
            encoding: None,
            max_message_size: DEFAULT_MAX_MESSAGE_SIZE,
        }
    }
}
