//! zstd, by the crate of that name.

use zstd::zstd_safe::zstd_sys::ZSTD_ErrorCode::ZSTD_error_dstSize_tooSmall;
use zstd::zstd_safe::{DCtx, ErrorCode, get_error_name, get_frame_content_size};

use super::{Failure, guess};

/// The whole message at once, and again with a larger buffer if it did not fit.
///
/// A streaming decoder would take a window of up to 128 MiB because a header of ten bytes says so.
/// This one writes into the buffer only, and since the buffer grows fourfold, it does at most a
/// third more work than with a buffer that fits at once.
pub(super) fn zstd(compressed: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    let mut decoder = DCtx::create();
    let mut capacity = first_capacity(compressed, limit)?;
    loop {
        let mut plain = Vec::with_capacity(capacity);
        match decoder.decompress(&mut plain, compressed) {
            Ok(_) => return Ok(plain),
            Err(error) if !is_too_small(error) => {
                return Err(Failure::Corrupt(get_error_name(error).to_owned()));
            }
            Err(_) if capacity >= limit => return Err(Failure::TooLarge),
            Err(_) => capacity = capacity.saturating_mul(4).max(1024).min(limit),
        }
    }
}

/// What the frame says it will come to, if it does; most streaming encoders do not know.
fn first_capacity(compressed: &[u8], limit: usize) -> Result<usize, Failure> {
    match get_frame_content_size(compressed) {
        Ok(Some(declared)) => match usize::try_from(declared) {
            Ok(declared) if declared <= limit => Ok(declared),
            _ => Err(Failure::TooLarge),
        },
        _ => Ok(guess(compressed, limit)),
    }
}

/// Error codes are negative numbers in an unsigned type.
fn is_too_small(error: ErrorCode) -> bool {
    error.wrapping_neg() == ZSTD_error_dstSize_tooSmall as usize
}
