//! Decompression, within a bound.
//!
//! A few bytes can decompress into gigabytes, so no buffer here is ever larger than the limit, and
//! what does not fit ends the message. The formats are tonic's: `deflate` is zlib.

#[cfg(any(feature = "gzip", feature = "deflate"))]
mod flate;
#[cfg(feature = "zstd")]
mod zstd;

use bytes::Bytes;
use tonic::Status;

use super::Encoding;

/// Decompresses all of its first argument, into no more bytes than its second.
type Codec = fn(&[u8], usize) -> Result<Vec<u8>, Failure>;

/// Why a message could not be decompressed.
#[cfg_attr(
    not(any(feature = "gzip", feature = "deflate", feature = "zstd")),
    allow(dead_code, reason = "no codec to fail")
)]
enum Failure {
    /// There is more than the limit allows.
    TooLarge,
    /// The bytes are not what they should be.
    Corrupt(String),
}

/// What `compressed` decompresses to, which is at most `max_message_size` bytes.
pub(super) fn decompress(
    compressed: &[u8],
    encoding: &Encoding,
    max_message_size: usize,
) -> Result<Bytes, Status> {
    match codec(encoding)?(compressed, max_message_size) {
        Ok(plain) => Ok(plain.into()),
        Err(Failure::TooLarge) => Err(too_large(max_message_size)),
        Err(Failure::Corrupt(error)) => Err(corrupt(encoding, &error)),
    }
}

fn codec(encoding: &Encoding) -> Result<Codec, Status> {
    match encoding {
        #[cfg(feature = "gzip")]
        Encoding::Gzip => Ok(flate::gzip),
        #[cfg(feature = "deflate")]
        Encoding::Deflate => Ok(flate::deflate),
        #[cfg(feature = "zstd")]
        Encoding::Zstd => Ok(zstd::zstd),
        missing => Err(unimplemented(missing)),
    }
}

/// How large to make the first buffer: text comes to about four times its compressed size.
#[cfg(any(feature = "gzip", feature = "deflate", feature = "zstd"))]
fn guess(compressed: &[u8], limit: usize) -> usize {
    compressed.len().saturating_mul(4).max(1024).min(limit)
}

// The statuses start as tonic's do for the same mistakes.

#[cold]
fn too_large(limit: usize) -> Status {
    Status::resource_exhausted(format!(
        "Error decompressing: size limit, of {limit} bytes, exceeded while decompressing message; \
         `max_message_size` of the layer sets the limit"
    ))
}

#[cold]
fn corrupt(encoding: &Encoding, error: &str) -> Status {
    Status::internal(format!(
        "Error decompressing: {error}, in a message that should be {encoding}"
    ))
}

#[cold]
fn unimplemented(encoding: &Encoding) -> Status {
    let remedy = match encoding {
        Encoding::Other(_) => {
            "the features `gzip`, `deflate` and `zstd` are all there are".to_owned()
        }
        known => format!("enable the feature `{known}` of grpc-interceptor to look inside it"),
    };
    Status::unimplemented(format!(
        "Content is compressed with `{encoding}` which isn't supported; {remedy}"
    ))
}
