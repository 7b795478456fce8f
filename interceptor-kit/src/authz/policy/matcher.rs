//! How texts are compared with what a policy says of them.

/// `*` is anything but nothing, `abc*` what begins so, `*abc` what ends so, and anything else itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Matcher {
    NotEmpty,
    Prefix(Vec<u8>),
    Suffix(Vec<u8>),
    Exact(Vec<u8>),
}

// === impl Matcher ===

impl Matcher {
    pub(super) fn of(text: &str) -> Self {
        match (text.strip_suffix('*'), text.strip_prefix('*')) {
            (Some(""), _) => Self::NotEmpty,
            (Some(prefix), _) => Self::Prefix(prefix.into()),
            (None, Some(suffix)) => Self::Suffix(suffix.into()),
            (None, None) => Self::Exact(text.into()),
        }
    }

    pub(super) fn matches(&self, text: &[u8]) -> bool {
        match self {
            Self::NotEmpty => !text.is_empty(),
            Self::Prefix(prefix) => text.starts_with(prefix),
            Self::Suffix(suffix) => text.ends_with(suffix),
            Self::Exact(exact) => text == exact,
        }
    }
}
