//! gzip and deflate, by flate2.

use std::io::{self, Read};

use super::{Failure, guess};

#[cfg(feature = "gzip")]
pub(super) fn gzip(compressed: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    let decoder = flate2::bufread::GzDecoder::new(compressed);
    read_within(decoder, guess(compressed, limit), limit)
}

#[cfg(feature = "deflate")]
pub(super) fn deflate(compressed: &[u8], limit: usize) -> Result<Vec<u8>, Failure> {
    let decoder = flate2::bufread::ZlibDecoder::new(compressed);
    read_within(decoder, guess(compressed, limit), limit)
}

/// Reads `decoder` to its end, into a buffer that is never larger than `limit`.
///
/// `Read::read_to_end` alone would double its buffer beyond it.
fn read_within(mut decoder: impl Read, first: usize, limit: usize) -> Result<Vec<u8>, Failure> {
    let mut plain = Vec::with_capacity(first);
    loop {
        fill(&mut decoder, &mut plain)?;
        // The buffer is full, or all is read: what comes next tells which.
        let mut probe = [0; 32];
        let more = decoder.read(&mut probe)?;
        if more == 0 {
            return Ok(plain);
        }
        if more > limit - plain.len() {
            return Err(Failure::TooLarge);
        }
        plain.reserve_exact(plain.len().max(probe.len()).min(limit - plain.len()));
        plain.extend_from_slice(&probe[..more]);
    }
}

/// Reads as much as `plain` has room for, or to the end.
fn fill(decoder: &mut impl Read, plain: &mut Vec<u8>) -> io::Result<()> {
    let room = plain.capacity() - plain.len();
    decoder.take(room as u64).read_to_end(plain)?;
    Ok(())
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Corrupt(error.to_string())
    }
}
