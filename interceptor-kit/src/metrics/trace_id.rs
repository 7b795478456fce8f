use std::fmt;

use interceptor_core::tonic::metadata::MetadataMap;

/// The id of a trace, which an exemplar points to: 128 bits, in hex when it is written.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId {
    // Not a `u128`: its alignment would be that of all that holds one, and allocators are slower at that.
    high: u64,
    low: u64,
}

// === impl TraceId ===

impl TraceId {
    /// From its bytes.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self::new(u128::from_be_bytes(bytes))
    }

    /// From W3C's `traceparent` among the metadata of a call, if the trace is sampled: one that is not will not be found.
    #[must_use]
    pub fn from_metadata(metadata: &MetadataMap) -> Option<Self> {
        let header = metadata.get("traceparent")?;
        Self::from_traceparent(header.as_encoded_bytes())
    }

    /// `version-traceid-parentid-flags`, of which a later version may be longer.
    fn from_traceparent(header: &[u8]) -> Option<Self> {
        let id = header.get(3..35)?;
        let is_well_formed = header[2] == b'-' && header[35..].starts_with(b"-");
        let flags = hex(header.get(53..55)?)?;
        let is_sampled = flags & 1 == 1;
        let id = hex(id).filter(|id| *id != 0 && is_well_formed && is_sampled)?;
        Some(Self::new(id))
    }

    #[expect(clippy::cast_possible_truncation, reason = "halves are asked for")]
    const fn new(id: u128) -> Self {
        Self {
            high: (id >> 64) as u64,
            low: id as u64,
        }
    }

    /// In two halves, for atomics.
    pub(super) fn halves(self) -> (u64, u64) {
        (self.high, self.low)
    }

    pub(super) fn from_halves(high: u64, low: u64) -> Self {
        Self { high, low }
    }
}

fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0, |number: u128, digit| {
        let digit = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(digit))
    })
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}{:016x}", self.high, self.low)
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TraceId({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0af7651916cd43dd8448eb211c80319c";

    #[test]
    fn a_sampled_trace_is_read() {
        let header = format!("00-{ID}-b7ad6b7169203331-01");
        let id = TraceId::from_traceparent(header.as_bytes()).unwrap();
        assert_eq!(id.to_string(), ID);
        let (high, low) = id.halves();
        assert_eq!(TraceId::from_halves(high, low), id);
    }

    #[test]
    fn what_is_not_sampled_or_not_well_formed_is_no_trace() {
        let zeros = "0".repeat(32);
        for header in [
            format!("00-{ID}-b7ad6b7169203331-00"),
            format!("00-{zeros}-b7ad6b7169203331-01"),
            format!("00-{}-b7ad6b7169203331-01", ID.to_uppercase()),
            format!("00-{ID}"),
            format!("00-{ID}-b7ad6b7169203331"),
            format!("00 {ID}-b7ad6b7169203331-01"),
            String::new(),
        ] {
            assert_eq!(
                TraceId::from_traceparent(header.as_bytes()),
                None,
                "{header}"
            );
        }
    }
}
