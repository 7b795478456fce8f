//! The compressions a body can say its messages are in.

use std::fmt;
use std::sync::Arc;

use http::{HeaderMap, HeaderName};

static GRPC_ENCODING: HeaderName = HeaderName::from_static("grpc-encoding");

/// What the compressed messages of a body are compressed with.
///
/// ```
/// use interceptor_core::Encoding;
///
/// let mut headers = http::HeaderMap::new();
/// assert_eq!(Encoding::from_headers(&headers), None);
///
/// headers.insert("grpc-encoding", "gzip".parse()?);
/// assert_eq!(Encoding::from_headers(&headers), Some(Encoding::Gzip));
/// # Ok::<(), http::header::InvalidHeaderValue>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Encoding {
    /// `gzip`; to look inside needs the feature of that name.
    Gzip,
    /// `deflate`, which is the zlib format; to look inside needs the feature of that name.
    Deflate,
    /// `zstd`; to look inside needs the feature of that name.
    Zstd,
    /// A compression that nobody here knows. Its messages can be passed on, and cannot be looked
    /// into.
    Other(Arc<str>),
}

// === impl Encoding ===

impl Encoding {
    /// What `headers` say in `grpc-encoding`. None if they say nothing, or `identity`.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        match headers.get(&GRPC_ENCODING)?.as_bytes() {
            b"identity" => None,
            b"gzip" => Some(Self::Gzip),
            b"deflate" => Some(Self::Deflate),
            b"zstd" => Some(Self::Zstd),
            other => Some(Self::Other(String::from_utf8_lossy(other).into())),
        }
    }

    /// The name, as it stands in `grpc-encoding`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match self {
            Self::Gzip => "gzip",
            Self::Deflate => "deflate",
            Self::Zstd => "zstd",
            Self::Other(name) => name,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
