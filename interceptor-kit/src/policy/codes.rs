use std::fmt;

use interceptor_core::tonic::Code;

/// A set of status codes. Two words of memory at most, and one instruction to look into.
///
/// ```
/// use interceptor_core::tonic::Code;
/// use interceptor_kit::policy::Codes;
///
/// let codes = Codes::from_iter([Code::Unavailable, Code::Aborted]);
/// assert!(codes.contains(Code::Aborted) && !codes.contains(Code::NotFound));
/// assert_eq!(Codes::parse("unavailable"), Some(Code::Unavailable));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Codes(u32);

/// In the order of their numbers, as the specification spells them.
const NAMES: [&str; 17] = [
    "OK",
    "CANCELLED",
    "UNKNOWN",
    "INVALID_ARGUMENT",
    "DEADLINE_EXCEEDED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "PERMISSION_DENIED",
    "RESOURCE_EXHAUSTED",
    "FAILED_PRECONDITION",
    "ABORTED",
    "OUT_OF_RANGE",
    "UNIMPLEMENTED",
    "INTERNAL",
    "UNAVAILABLE",
    "DATA_LOSS",
    "UNAUTHENTICATED",
];

// === impl Codes ===

impl Codes {
    /// None.
    #[must_use]
    pub const fn none() -> Self {
        Self(0)
    }

    /// Whether that code is one of them.
    #[inline]
    #[must_use]
    pub const fn contains(self, code: Code) -> bool {
        self.0 & (1 << code as u32) != 0
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// They, in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = Code> {
        (0..17)
            .map(Code::from_i32)
            .filter(move |&code| self.contains(code))
    }

    /// The code of that name, in any case: `UNAVAILABLE`, `unavailable`. The specification spells `CANCELLED` with two L.
    #[must_use]
    pub fn parse(name: &str) -> Option<Code> {
        let is_named = |spelt: &str| spelt.eq_ignore_ascii_case(name);
        let number = NAMES.iter().position(|spelt| is_named(spelt))?;
        Some(Code::from_i32(i32::try_from(number).ok()?))
    }
}

impl FromIterator<Code> for Codes {
    fn from_iter<I: IntoIterator<Item = Code>>(codes: I) -> Self {
        Self(
            codes
                .into_iter()
                .fold(0, |codes, code| codes | 1 << code as u32),
        )
    }
}

impl fmt::Debug for Codes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}
